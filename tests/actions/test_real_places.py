import os
from pathlib import Path

import pytest

from dupefinder.actions.real_places import RealPlaces, real_place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file, a link to it, and a link to its folder."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"one")
    try:
        (tmp_path / "photos" / "link.jpg").symlink_to(tmp_path / "photos" / "a.jpg")
        (tmp_path / "linked").symlink_to(tmp_path / "photos", target_is_directory=True)
    except OSError:
        pytest.skip("no permission to make links")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("photos/a.jpg", "photos/link.jpg", "linked/a.jpg", "linked/link.jpg"),
        *("photos/gone.jpg", "gone/a.jpg", "linked/../photos/a.jpg", "photos//a.jpg", "photos"),
    ],
)
def test_the_place_is_that_of_the_system(folder: Path, name: str) -> None:
    path = f"{folder}/{name}"
    place = RealPlaces().of(path)
    assert place.path == real_place(path)
    assert place.target == os.path.realpath(path)
    assert (place.status is not None) == os.path.lexists(path)


def test_a_link_is_looked_at_itself(folder: Path) -> None:
    status = RealPlaces().of(str(folder / "linked" / "link.jpg")).status
    assert status is not None
    assert status.st_ino == (folder / "photos" / "link.jpg").lstat().st_ino


def test_a_name_that_cannot_be_is_no_crash() -> None:
    path = os.path.abspath("/a\0b/1.jpg")
    place = RealPlaces().of(path)
    assert (place.path, place.target, place.status) == (path, path, None)
