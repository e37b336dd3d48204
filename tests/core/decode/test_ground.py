from functools import lru_cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from dupefinder.core.decode.ground import WHITE, ground_of
from dupefinder.core.decode.upright import to_displayed_rgb
from tests.core.pictures import textured

BLACK, GREY = (0, 0, 0), (128, 128, 128)
SIZES = [(48, 32), (150, 100), (300, 200), (1170, 780), (2400, 1600)]
Colour = tuple[int, int, int]


def drawing(*colours: Colour, size: tuple[int, int] = (1170, 780)) -> Image.Image:
    """Rings on transparency, one of each colour, drawn large and reduced to a size."""
    return large_drawing(colours).resize(size, Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def large_drawing(colours: tuple[Colour, ...]) -> Image.Image:
    alpha = Image.new("L", (2400, 1600))
    picture = Image.new("RGB", alpha.size)
    for index, colour in enumerate(colours):
        across = 2400 // len(colours)
        box = (index * across + 150, 250, index * across + across - 150, 1350)
        ring = Image.new("L", alpha.size)
        ImageDraw.Draw(ring).ellipse(box, outline=255, width=120)
        picture.paste(colour, mask=ring.filter(ImageFilter.MaxFilter(9)))
        alpha.paste(ring, mask=ring)
    picture.putalpha(alpha)
    return picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("colours", "ground"),
    [
        ([(0, 0, 0)], WHITE),
        ([(120, 40, 200)], WHITE),
        ([(190, 190, 190)], WHITE),
        ([(255, 255, 255)], BLACK),
        ([(244, 246, 240)], BLACK),
        ([(255, 255, 255), (120, 90, 200)], BLACK),
        ([(255, 255, 255), (0, 0, 0)], GREY),
        ([(250, 250, 250), (20, 0, 10), (255, 190, 0)], GREY),
    ],
)
def test_the_ground_lets_the_drawing_be_seen_at_every_size(
    colours: list[Colour], ground: Colour, size: tuple[int, int]
) -> None:
    assert ground_of(drawing(*colours, size=size)) == ground


def test_what_is_not_transparent_stands_on_white() -> None:
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 255))) == WHITE
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 0))) == WHITE
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 99))) == WHITE
    assert ground_of(Image.new("RGBA", (1, 1), (255, 255, 255, 0))) == WHITE


def test_a_cut_out_photo_stands_on_white_as_an_export_shows_it() -> None:
    photo = textured(400, 300).convert("RGBA")
    alpha = Image.new("L", photo.size)
    ImageDraw.Draw(alpha).ellipse((40, 30, 360, 270), fill=255)
    photo.putalpha(alpha.filter(ImageFilter.GaussianBlur(2)))
    assert ground_of(photo) == WHITE


def test_a_white_window_with_a_soft_shadow_stands_on_white() -> None:
    window = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    shadow = Image.new("L", window.size)
    ImageDraw.Draw(shadow).rectangle((40, 40, 360, 260), fill=150)
    window.putalpha(shadow.filter(ImageFilter.GaussianBlur(12)))
    ImageDraw.Draw(window).rectangle((40, 40, 360, 260), fill=(255, 255, 255, 255))
    assert ground_of(window) == WHITE


def test_hidden_colours_have_no_part_in_it() -> None:
    shown = drawing((255, 255, 255), size=(300, 200))
    levels = np.array(shown)
    levels[levels[:, :, 3] == 0, :3] = (30, 60, 90)
    assert ground_of(Image.fromarray(levels)) == ground_of(shown) == BLACK


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_white_drawings_are_shown(mode: str) -> None:
    shown = np.asarray(to_displayed_rgb(drawing((255, 255, 255)).convert(mode), (4, 4)))
    assert shown.min() == 0
    assert shown.max() == 255
