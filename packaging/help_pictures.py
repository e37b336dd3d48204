"""Draw the pictures of the help: `python packaging/help_pictures.py [FOLDER]`.

They show one drawn landscape and copies of it, one for each kind of copy that the help page
"What the words mean, in pictures" speaks of. The same pictures come out each time.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "help" / "pictures"
SHOWN_PX = (220, 165)
"""Width and height of the original in the help."""

_DRAWN_PX = (880, 660)
_QUALITY = 90
_POOR_QUALITY = 30
_SEED = 20240621

_Floats = NDArray[np.float64]


def _noise(rng: np.random.Generator, cells: int) -> _Floats:
    """Smooth noise from -1 to 1 over the whole drawing, `cells` bumps wide."""
    small = rng.random((max(2, cells * 3 // 4), cells)) * 255
    grey = Image.fromarray(small.astype(np.uint8))
    large = np.asarray(grey.resize(_DRAWN_PX, Image.Resampling.BICUBIC), dtype=np.float64)
    return large / 127.5 - 1


def _ridge(base: float, *waves: tuple[float, float, float]) -> _Floats:
    """The height in pixels of a line of hills at each column.

    Args:
        base: Its middle, as a share of the height of the drawing.
        waves: Of each wave its height as such a share, how often it swings, and its phase.
    """
    across = np.linspace(0, 1, _DRAWN_PX[0])
    line = np.full_like(across, base)
    for height, times, phase in waves:
        line += height * np.sin(2 * np.pi * times * across + phase)
    return line * _DRAWN_PX[1]


def _sky() -> _Floats:
    """A sky that pales towards the horizon, with the sun and its glow."""
    width, height = _DRAWN_PX
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    down = np.clip(y / (height * 0.62), 0, 1)[..., None] ** 1.2
    sky = (1 - down) * np.array([66, 128, 204]) + down * np.array([252, 222, 184])
    away = np.hypot(x - 0.74 * width, y - 0.25 * height)
    glow = np.exp(-away / 130)[..., None] * 0.75
    sky += (np.array([255, 240, 196]) - sky) * glow
    disc = np.clip((46 - away) / 3, 0, 1)[..., None]
    return np.asarray(sky + (np.array([255, 250, 226]) - sky) * disc)


def _with_clouds(sky: Image.Image, shift_px: int) -> Image.Image:
    puffs = Image.new("L", sky.size, 0)
    draw = ImageDraw.Draw(puffs)
    for x, y, wide, high in (
        (120, 130, 150, 34),
        (165, 104, 86, 44),
        (225, 118, 92, 40),
        (400, 212, 170, 24),
        (455, 196, 80, 30),
    ):
        draw.ellipse((x + shift_px, y, x + shift_px + wide, y + high), fill=225)
    soft = puffs.filter(ImageFilter.GaussianBlur(9))
    return Image.composite(Image.new("RGB", sky.size, (255, 250, 244)), sky, soft)


def _with_hills(sky: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Three lines of hills, the nearest a meadow, each with a grain of its own."""
    picture = np.asarray(sky, dtype=np.float64)
    rows = np.arange(_DRAWN_PX[1])[:, None]
    for line, top, bottom, grain, cells in (
        (
            _ridge(0.50, (0.07, 1.3, 0.4), (0.03, 3.1, 1.0), (0.012, 9.0, 0.0)),
            (128, 150, 186),
            (164, 178, 196),
            6,
            90,
        ),
        (
            _ridge(0.60, (0.05, 1.1, 2.6), (0.02, 2.7, 0.3), (0.006, 11.0, 2.0)),
            (64, 108, 92),
            (110, 150, 104),
            12,
            150,
        ),
        (
            _ridge(0.74, (0.04, 0.8, 5.2), (0.012, 2.2, 1.2)),
            (120, 158, 66),
            (66, 108, 40),
            18,
            240,
        ),
    ):
        under = rows - line[None, :]
        depth = np.clip(under / 190, 0, 1)[..., None]
        ground = (1 - depth) * np.array(top) + depth * np.array(bottom)
        ground += (_noise(rng, cells) * grain + _noise(rng, cells // 8) * grain)[..., None]
        picture += (ground - picture) * np.clip(under, 0, 1)[..., None]
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _fir(draw: ImageDraw.ImageDraw, x: int, foot: int, high: int) -> None:
    draw.rectangle((x - high // 28, foot - high // 6, x + high // 28, foot), fill=(74, 52, 36))
    for step in range(4):
        top = foot - high + step * high // 5
        half = high * (step + 2) // 17
        low = top + high * 7 // 20
        draw.polygon([(x, top), (x - half, low), (x, low)], fill=(24, 66, 46))
        draw.polygon([(x, top), (x + half, low), (x, low)], fill=(44, 94, 58))


def _walker(draw: ImageDraw.ImageDraw, x: int, foot: int) -> None:
    """A person in a red jacket."""
    draw.line((x, foot - 40, x - 9, foot), fill=(36, 44, 70), width=8)
    draw.line((x, foot - 40, x + 10, foot), fill=(36, 44, 70), width=8)
    draw.rounded_rectangle((x - 13, foot - 84, x + 13, foot - 36), 9, fill=(206, 44, 40))
    draw.ellipse((x - 10, foot - 106, x + 10, foot - 84), fill=(232, 190, 156))
    draw.pieslice((x - 11, foot - 108, x + 11, foot - 84), 180, 360, fill=(70, 44, 30))


def landscape(*, walker_px: int = 560, clouds_px: int = 0) -> Image.Image:
    """Draw the "photo", four times as wide as it is shown.

    Args:
        walker_px: Where the walker stands, from the left.
        clouds_px: Distance by which the clouds have moved.
    """
    rng = np.random.default_rng(_SEED)
    sky = Image.fromarray(np.clip(_sky(), 0, 255).astype(np.uint8))
    picture = _with_hills(_with_clouds(sky, clouds_px), rng)
    draw = ImageDraw.Draw(picture)
    for x, foot, high in ((300, 520, 130), (244, 545, 190), (86, 610, 330), (180, 590, 250)):
        _fir(draw, x, foot, high)
    for x, foot, high in ((716, 486, 90), (760, 492, 116), (806, 498, 96)):
        _fir(draw, x, foot, high)
    _walker(draw, walker_px, 600)
    return picture


def _shown(picture: Image.Image, width_px: int = SHOWN_PX[0]) -> Image.Image:
    height_px = round(picture.height * width_px / picture.width)
    return picture.resize((width_px, height_px), Image.Resampling.LANCZOS)


def _cropped(photo: Image.Image) -> Image.Image:
    """The part that is 80 % as wide and high."""
    width, height = photo.size
    box = (width * 3 // 20, height * 3 // 20, width * 19 // 20, height * 19 // 20)
    return _shown(photo.crop(box), SHOWN_PX[0] * 4 // 5)


def _framed(photo: Image.Image) -> Image.Image:
    """Between black bars, as on a television."""
    screen = Image.new("RGB", (SHOWN_PX[0] * 4 // 3, SHOWN_PX[1]), (0, 0, 0))
    screen.paste(_shown(photo), ((screen.width - SHOWN_PX[0]) // 2, 0))
    return screen


def _screenshot(photo: Image.Image) -> Image.Image:
    """The screen of a telephone that shows the photo, with its clock and buttons."""
    screen = Image.new("RGB", (480, 880), (16, 17, 20))
    screen.paste(_shown(photo, screen.width), (0, 250))
    draw = ImageDraw.Draw(screen)
    ink = (226, 229, 234)
    draw.text((30, 20), "12:30", fill=ink, font=ImageFont.load_default(34))
    draw.rounded_rectangle((392, 26, 444, 52), 6, outline=ink, width=4)
    draw.rectangle((400, 33, 426, 45), fill=ink)
    draw.line((448, 34, 448, 44), fill=ink, width=5)
    for x in (90, 240, 390):
        draw.ellipse((x - 24, 776, x + 24, 824), outline=ink, width=6)
    draw.rounded_rectangle((170, 856, 310, 863), 3, fill=ink)
    return _shown(screen, 120)


def _turned(photo: Image.Image) -> Image.Image:
    """Turned by two degrees, without the empty corners."""
    turned = photo.rotate(2, Image.Resampling.BICUBIC)
    width, height = turned.size
    box = (width // 20, height // 20, width * 19 // 20, height * 19 // 20)
    return _shown(turned.crop(box), SHOWN_PX[0])


def _brighter(photo: Image.Image) -> Image.Image:
    lighter = photo.point([round(255 * (tone / 255) ** 0.7) for tone in range(256)] * 3)
    return _shown(ImageEnhance.Color(lighter).enhance(0.85))


def _watermarked(photo: Image.Image) -> Image.Image:
    marked = photo.copy()
    ImageDraw.Draw(marked, "RGBA").text(
        (440, 330),
        "© My photos",
        fill=(255, 255, 255, 215),
        font=ImageFont.load_default(104),
        anchor="mm",
        stroke_width=3,
        stroke_fill=(0, 0, 0, 90),
    )
    return _shown(marked)


def _encoded(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=0, optimize=True)
    return file.getvalue()


_COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "original": _shown,
    "cropped": _cropped,
    "framed": _framed,
    "screenshot": _screenshot,
    "turned": _turned,
    "brighter": _brighter,
    "watermark": _watermarked,
    "rotated": lambda photo: _shown(photo).transpose(Image.Transpose.ROTATE_90),
    "mirrored": lambda photo: ImageOps.mirror(_shown(photo)),
}


def help_pictures() -> dict[str, bytes]:
    """The JPEG files of all pictures by their names."""
    photo = landscape()
    files = {f"{name}.jpg": _encoded(copy(photo)) for name, copy in _COPIES.items()}
    files["re-encoded.jpg"] = _encoded(_shown(photo, SHOWN_PX[0] // 2), _POOR_QUALITY)
    files["look-alike.jpg"] = _encoded(_shown(landscape(walker_px=430, clouds_px=150)))
    return files


def main() -> None:
    """Write all pictures into the folder of the help, or into one that is named."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the help.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="default: %(default)s")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in help_pictures().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
