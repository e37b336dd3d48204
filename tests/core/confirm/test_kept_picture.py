"""A picture as it is kept is decoded and prepared once, however often it is compared."""

import numpy as np
from PIL import Image

from dupefinder.core.confirm import Structure, measure_likeness
from dupefinder.core.confirm.kept_picture import KeptPicture
from dupefinder.core.confirm.motion import SIDE_PX, as_square, cut_out, motion_px, prepared
from tests.core.pictures import textured

PHOTO = textured(256, 192, 31)


def test_it_is_decoded_once_and_its_colours_only_when_they_are_asked_for() -> None:
    asked: list[str] = []

    def luminance() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        asked.append("luminance")
        return np.asarray(PHOTO.convert("L"))

    def colours() -> Image.Image:
        asked.append("colours")
        return PHOTO.convert("YCbCr")

    picture = KeptPicture(luminance, colours)
    assert picture.size_px == (256, 192)
    assert picture.for_motion(500) is picture.for_motion(SIDE_PX)
    assert asked == ["luminance"]
    assert picture.coloured is picture.coloured
    assert asked == ["luminance", "colours"]


def test_standing_it_is_what_is_cut_out_as_a_whole() -> None:
    picture = KeptPicture.of(PHOTO.convert("YCbCr"))
    for detail_px in (60.0, 400.0):
        whole = cut_out(picture.luminance, np.eye(3), detail_px)
        square = as_square(picture.luminance, detail_px)
        # A map is applied by 32nds of a pixel.
        assert np.abs(square.astype(int) - whole).max() <= 2
        assert np.array_equal(picture.for_motion(detail_px), prepared(square))
        assert motion_px(prepared(whole), picture.for_motion(detail_px)) < 1e-2


def test_structure_that_is_known_makes_no_difference() -> None:
    greys = np.stack([np.asarray(textured(96, 96, seed).convert("L")) for seed in (1, 2, 3)])
    chroma = np.zeros((3, 2, 16, 16), np.uint8)
    others = greys[::-1].copy()
    known = Structure.joined(Structure.of(grey[None].astype(np.float32)) for grey in greys)
    reverse = np.array([2, 1, 0])
    once = measure_likeness(greys, others, chroma, chroma, (known, known.at(reverse)))
    anew = measure_likeness(greys, others, chroma, chroma)
    assert np.array_equal(once.worst, anew.worst)
    assert np.array_equal(once.low, anew.low)
