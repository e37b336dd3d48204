from pathlib import Path

import pytest
import review_picture
from PIL import Image


def test_the_photos_have_copies_of_several_kinds(tmp_path: Path) -> None:
    review_picture.write_photos(tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert len(names) == 24
    original, copy = (
        tmp_path / folder / "Winter/IMG_0460.JPG" for folder in ("Photos", "Backup 2016")
    )
    assert original.read_bytes() == copy.read_bytes()
    with (
        Image.open(original) as photo,
        Image.open(tmp_path / "Phone/WhatsApp Images/IMG-20150110-WA0000.jpg") as sent,
        Image.open(tmp_path / "Phone/Camera/20150000.jpg") as turned,
    ):
        assert photo.getexif()[0x0110] == "Canon EOS 70D"
        assert sent.width < photo.width
        assert not sent.getexif()
        assert turned.size == photo.size[::-1]


@pytest.mark.parametrize("name", review_picture.NAMES)
def test_the_pictures_of_the_window_are_there_in_their_size(name: str) -> None:
    with Image.open(review_picture.FOLDER / name) as picture:
        assert picture.size == (1280, 800)
