"""Listings that are remembered, and how many files belong to photos."""

from pathlib import Path

import pytest

from dupefinder.core.companions import companions_of
from dupefinder.core.companions.listed import ListedFolders


def test_a_folder_is_listed_once(album: Path, listings: list[str]) -> None:
    listed = ListedFolders()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        assert len(listed.of(str(album / name))) == {"1": 2, "2": 1, "3": 0}[name[0]]
    assert listings[0] == str(album)
    assert len(listings) == len(set(listings))


def test_a_listing_that_does_not_last_is_made_anew(album: Path) -> None:
    listed = ListedFolders(lasts_s=0)
    before = listed.of(str(album / "3.jpg"))
    (album / "3.txt").write_bytes(b"x")
    for _ in range(1000):  # until so long as the first listing took has passed
        now = listed.of(str(album / "3.jpg"))
        if now != before:
            break
    assert now == companions_of(str(album / "3.jpg"))


def test_what_is_asked_for_is_a_photo_whatever_it_is_called(album: Path) -> None:
    listed = ListedFolders()
    (album / "2.txt").write_bytes(b"x")
    for name in ("2.jpg", "2.mov"):
        assert listed.of(str(album / name)) == companions_of(str(album / name))


def test_what_cannot_be_listed(
    album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ListedFolders().of(str(tmp_path / "gone" / "1.jpg")) == ()
    with pytest.raises(OSError, match="null"):
        ListedFolders().of("/a\0b/1.jpg")
