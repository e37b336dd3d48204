"""A cover is found along the side that was cut, and what is none is given up."""

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.confirm.cover_places import cover_boxes, slid
from tests.core.pictures import textured

PHOTO = textured(640, 480, 21).convert("L")
OTHER = textured(360, 480, 22).convert("L")
Box = tuple[float, float, float, float]


def part(box: Box) -> Image.Image:
    edges = (np.array(box) * (640, 480, 640, 480)).round().astype(int).tolist()
    return PHOTO.crop(tuple(edges))


def grey(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(picture.resize((96, 96), Image.Resampling.HAMMING))


def levels(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(picture)


CUTS = [(0.1, 0.0, 0.6, 1.0), (0.55, 0.0, 1.0, 1.0), (0.0, 0.25, 1.0, 0.65), (0.0, 0.0, 1.0, 0.5)]


@pytest.mark.parametrize("box", CUTS)
def test_a_cover_is_found_from_far(box: Box) -> None:
    width, height = box[2] - box[0], box[3] - box[1]
    guess = (0.2, 0.0, 0.6, 1.0) if height == 1 else (0.0, 0.2, 1.0, 0.6)
    cut = np.array([width / height])
    found = cover_boxes(grey(part(box))[None], grey(PHOTO)[None], cut, np.array([guess]))
    assert np.allclose(found[0], box, atol=0.006)


@pytest.mark.parametrize("box", CUTS)
def test_it_is_slid_to_its_place(box: Box) -> None:
    axis = 0 if box[3] - box[1] == 1 else 1
    guess = np.array(box)
    guess[[axis, axis + 2]] += 0.012 if box[axis] == 0 else -0.012
    found, agreement = slid(levels(part(box)), np.eye(3), levels(PHOTO), np.eye(3), guess, 300)
    assert agreement > 0.97
    assert np.allclose(found, box, atol=0.002)


def test_another_picture_is_given_up() -> None:
    box = np.array((0.2, 0.0, 0.7625, 1.0))
    assert slid(levels(OTHER), np.eye(3), levels(PHOTO), np.eye(3), box, 300)[1] == -1


def test_proportions_that_leave_nothing_leave_the_window_where_it_is() -> None:
    boxes = np.array([(0.2, 0.0, 0.6, 1.0)])
    for cut in (1.1, 0.02):
        found = cover_boxes(grey(OTHER)[None], grey(PHOTO)[None], np.array([cut]), boxes)
        assert np.array_equal(found, boxes)
