"""Listings that are remembered, and how many files belong to photos."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from dupefinder.core.companions import FolderCompanions, companions_of, counts
from dupefinder.core.companions.listed import ListedFolders


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every folder that is listed from now on."""
    listed: list[str] = []
    scandir = os.scandir

    def note(path: str) -> object:
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", note)
    return listed


@pytest.fixture
def album(tmp_path: Path) -> Path:
    for name in ("1.jpg", "1.xmp", "1.jpg.txt", "2.jpg", "2.mov", "3.jpg"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def test_a_folder_is_listed_once(album: Path, listings: list[str]) -> None:
    listed = ListedFolders()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        assert len(listed.of(str(album / name))) == {"1": 2, "2": 1, "3": 0}[name[0]]
    assert listings == [str(album)]


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


def test_counts(album: Path, listings: list[str]) -> None:
    known = counts.CompanionCounts()
    paths = [str(album / f"{number}.jpg") for number in (1, 2, 3)]
    known.look_at([*paths, str(album / "gone" / "1.jpg"), "/a\0b/1.jpg"])
    known.look_at(paths)
    assert [known.of(path) for path in paths] == [2, 1, 0]
    assert known.of(str(album / "gone" / "1.jpg")) == 0
    assert listings.count(str(album)) == 1


def test_a_drive_that_does_not_answer_is_not_waited_for(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(folder: str, names: Sequence[str]) -> FolderCompanions:
        assert gate.wait(10)
        return FolderCompanions(folder, names)

    monkeypatch.setattr(counts, "FolderCompanions", slow)
    monkeypatch.setattr(counts, "_PATIENCE_S", 0.01)
    asked = counts.CompanionCounts()
    asked.look_at([str(album / "1.jpg")])
    assert asked.of(str(album / "1.jpg")) == 0
    gate.set()
    monkeypatch.setattr(counts, "_PATIENCE_S", 10)
    asked.look_at([str(album / "1.jpg")])
    assert asked.of(str(album / "1.jpg")) == 2
