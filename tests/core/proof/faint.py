"""Pictures with calm places, and faint changes that are seen there: on paper, in a sky."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.core.pictures import encode
from tests.core.proof.full import photo

LEFT, TOP = 200, 70
"""Of every change: in the sky, and between two lines of the page."""

Change = Callable[[Image.Image], Image.Image]


@cache
def sky() -> Image.Image:
    """A sky with a little grain over something with much texture; not to be changed."""
    down = np.linspace(0, 1, 360)[:, None, None]
    grain = np.random.default_rng(3).normal(scale=1.5, size=(360, 480, 1))
    pixels = (1 - down) * (105, 150, 205) + down * (190, 205, 220) + grain
    pixels[200:] = np.asarray(photo())[200:]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@cache
def page() -> Image.Image:
    """An invoice; not to be changed."""
    paper = Image.new("RGB", (480, 360), (250, 249, 245))
    font = ImageFont.load_default(14)
    for line in (0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        text = f"Invoice 2021-05-{line:02}  total 48.{line * 7:02} EUR, paid"
        ImageDraw.Draw(paper).text((20, 12 + 26 * line), text, (20, 20, 25), font=font)
    return paper


def moved(shown: Image.Image, levels: NDArray[np.int16], *, mode: str = "RGB") -> Image.Image:
    pixels = np.asarray(shown.convert(mode)).astype(np.int16) + levels
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8), mode).convert("RGB")


def digit(size_px: int, levels: int) -> Change:
    def changed(shown: Image.Image) -> Image.Image:
        ink = Image.new("L", shown.size, 0)
        font = ImageFont.load_default(size_px)
        ImageDraw.Draw(ink).text((LEFT, TOP - 10), "7", levels, font=font)
        return moved(shown, -np.asarray(ink).astype(np.int16)[..., None])

    return changed


def square(side_px: int, levels: tuple[int, int, int]) -> Change:
    """Y, Cb and Cr of a square moved by some levels."""

    def changed(shown: Image.Image) -> Image.Image:
        by = np.zeros((shown.height, shown.width, 3), np.int16)
        by[TOP : TOP + side_px, LEFT : LEFT + side_px] = levels
        return moved(shown, by, mode="YCbCr")

    return changed


def red_spot(shown: Image.Image) -> Image.Image:
    copy = shown.copy()
    ImageDraw.Draw(copy).ellipse((LEFT + 1, TOP + 1, LEFT + 3, TOP + 3), (200, 70, 60))
    return copy


def saved(name: str, shown: Image.Image) -> bytes:
    match name:
        case "png":
            return encode(shown, "PNG")
        case "heic":
            # As phones save it: a quick encoder smooths what is as small as this.
            return encode(shown, "HEIF", quality=60, enc_params={"preset": "slow"})
        case "half" | "third":
            times = 2 if name == "half" else 3
            small = shown.resize((480 // times, 360 // times), Image.Resampling.LANCZOS)
            return encode(small, "JPEG", quality=88)
    return encode(shown, "JPEG", quality=int(name))


FAINT_CHANGES: dict[str, tuple[Callable[[], Image.Image], Change, str, str]] = {
    "digit-on-paper": (page, digit(18, 25), "30", "95"),
    "digit-on-coarse-paper": (page, digit(18, 30), "30", "30"),
    "large-digit-on-coarse-paper": (page, digit(24, 25), "30", "30"),
    "digit-in-sky": (sky, digit(18, 20), "30", "95"),
    "digit-in-small-sky": (sky, digit(18, 30), "half", "95"),
    "square": (sky, square(8, (20, 0, 0)), "third", "95"),
    "blue": (sky, square(40, (0, 10, 10)), "30", "95"),
    "red": (sky, square(40, (0, 0, 10)), "30", "95"),
    "beige": (sky, square(40, (0, -8, 4)), "half", "95"),
    "spot": (sky, red_spot, "heic", "png"),
}
"""A picture, what is changed in it, and how both are saved: what goes, and what stays."""
