"""The pictures of the help are those that the script draws."""

import io
import sys
from pathlib import Path

import help_pictures
import numpy as np
import pytest
from PIL import Image

SMALL_BYTES = 30_000


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return help_pictures.help_pictures()


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


def test_the_help_has_the_pictures_that_are_drawn(drawn: dict[str, bytes]) -> None:
    assert {path.name for path in help_pictures.FOLDER.iterdir()} == set(drawn)
    for name, content in drawn.items():
        there = (help_pictures.FOLDER / name).read_bytes()
        assert len(there) < SMALL_BYTES
        # Other releases of Pillow may round and encode a little differently.
        assert pixels(there).shape == pixels(content).shape
        assert np.abs(pixels(there) - pixels(content)).mean() < 3, name


def test_the_same_pictures_come_out_each_time(
    drawn: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "pictures"
    monkeypatch.setattr(sys, "argv", ["help_pictures.py", str(folder)])
    help_pictures.main()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == drawn


def test_no_two_pictures_are_alike(drawn: dict[str, bytes]) -> None:
    assert len(set(drawn.values())) == len(drawn)


def test_the_original_is_as_large_as_said(drawn: dict[str, bytes]) -> None:
    width_px, height_px = help_pictures.SHOWN_PX
    assert pixels(drawn["original.jpg"]).shape == (height_px, width_px, 3)
