"""Folders beside, above and in trees of one shape that hold what belongs to photos."""

import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.companions import FolderCompanions, companions_of, sibling_folders
from dupefinder.core.companions.sibling_folders import SiblingFolders
from dupefinder.core.scan.mounts import Mount


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.fsencode(name))


def found(folder: Path, photo: str) -> set[str]:
    """The companions of a photo, by their paths from a folder above."""
    return {
        Path(os.path.relpath(one.path, folder)).as_posix()
        for one in companions_of(str(folder / photo))
    }


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder that has none beside it but those that a test makes."""
    shelf = tmp_path / "disk" / "shelf"
    write(shelf, "Photos/IMG_1.jpg", "Photos/IMG_2.jpg", "Photos/IMG_3.jpg")
    return shelf


@pytest.mark.parametrize(
    "other",
    [
        # Folders that are called so.
        *("Sidecars/IMG_1.xmp", "my XMP files/IMG_1.jpg.xmp", "json/IMG_1.jpg.json"),
        *("Metadata/IMG_1.txt", "Settings/2019/IMG_1.dop", "Voice Memos/IMG_1.m4a"),
        *("Comments/IMG_1.txt", "My photo settings/IMG_1.json", "Live Photos/IMG_1.mov"),
        *("CaptureOne/Settings153/IMG_1.jpg.cos", "NKSC_PARAM/IMG_1.jpg.nksc"),
        # Files that tell what they are, in any folder without a photo.
        *("Other/IMG_1.xmp", "Other/IMG_1.jpg.made-up", "Other/img_1.AAE"),
        # The same one level up, beside the folder and in trees of one shape.
        *("IMG_1.xmp", "Sidecars/Photos/IMG_1.xmp", "../Sidecars/Photos/IMG_1.xmp"),
        *("../Sidecars/shelf/Photos/IMG_1.xmp", "../../xmp/disk/shelf/Photos/IMG_1.xmp"),
    ],
)
def test_companions_are_found_in_sibling_folders(shelf: Path, other: str) -> None:
    # Others there, so that not most of these files belong to the photos.
    beside = [str(Path(other).with_name(f"notes {number}.txt")) for number in range(9)]
    write(shelf, other, *beside)
    assert found(shelf, "Photos/IMG_1.jpg") == {other}
    assert found(shelf, "Photos/IMG_2.jpg") == set()


@pytest.mark.parametrize(
    "other",
    [
        *("Videos/IMG_1.mov", "Documents/IMG_1.pdf", "IMG_1.txt", ".hidden/IMG_1.xmp"),
        # Folders in whose names such a word is one of others.
        *("Live in Vienna/IMG_1.mp3", "Server settings/IMG_1.json", "Comments on art/IMG_1.txt"),
        *("Motion design/IMG_1.psd", "../Live album/Photos/IMG_1.mp3", "Notes Anna/IMG_1.txt"),
        *("Sidecars/IMG_10.xmp", "Sidecars/a/b/IMG_1.xmp", "../Videos/Photos/IMG_1.jpg.txt"),
        *("Sidecars/2019/IMG_1.xmp", "../Sidecars/2019/IMG_1.xmp"),
        *("@eaDir/IMG_1.xmp", ".Trash-1000/IMG_1.xmp", "x.photoslibrary/IMG_1.xmp"),
    ],
)
def test_unrelated_files_in_sibling_folders_are_no_companions(shelf: Path, other: str) -> None:
    beside = [str(Path(other).with_name(f"notes {number}.txt")) for number in range(9)]
    write(shelf, other, *beside, "2019/IMG_1.jpg")
    assert found(shelf, "Photos/IMG_1.jpg") == set()


def test_a_folder_mostly_of_companions_counts_for_all_names(shelf: Path) -> None:
    write(shelf, "Clips/IMG_1.mov", "Clips/IMG_2.mov", "Clips/else.mov", "Clips/more.mov")
    assert found(shelf, "Photos/IMG_1.jpg") == {"Clips/IMG_1.mov"}
    write(shelf, "Clips/other.mov")
    assert found(shelf, "Photos/IMG_1.jpg") == set()


@pytest.mark.parametrize("photo", ["Other/IMG_9.jpg", "Sidecars/IMG_1.png"])
def test_a_folder_of_photos_holds_what_belongs_to_these(shelf: Path, photo: str) -> None:
    write(shelf, photo, str(Path(photo).with_name("IMG_1.xmp")))
    assert found(shelf, "Photos/IMG_1.jpg") == set()


def test_a_copy_in_another_folder_is_no_companion(shelf: Path) -> None:
    """A file without a photo's name may be taken for a photo all the same: a film, a document."""
    write(shelf, "Films/a.mov", "Library/a.mov", "Library/a.xmp")
    for known in ((), ("a.mov",)):
        listed = FolderCompanions(str(shelf / "Films"), known).of("a.mov")
        assert [os.path.basename(one.path) for one in listed] == ["a.xmp"][: len(known)]


def test_companions_in_sibling_folders_never_go_along(shelf: Path) -> None:
    """Photos elsewhere may need it, too: those of another format, in a folder of their own."""
    write(shelf, "Sidecars/IMG_1.xmp", "JPEG/IMG_1.jpg")
    one, other = (companions_of(str(shelf / name / "IMG_1.jpg")) for name in ("Photos", "JPEG"))
    assert one == other
    assert [companion.goes_along for companion in one] == [False]


def test_a_folder_is_not_beside_itself(shelf: Path) -> None:
    write(shelf, "Films/a.mov", "Films/a.xmp", "Films/b.mov")
    try:
        (shelf / "Link").symlink_to(shelf / "Films", target_is_directory=True)
    except OSError:
        pytest.skip("no permission to make links")
    for name in ("Films", "Link"):
        (one,) = FolderCompanions(str(shelf / name), ("a.mov", "b.mov")).of("a.mov")
        assert one.path == str(shelf / name / "a.xmp")


def test_among_many_folders_only_known_names_count(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sibling_folders, "_MOST_SIBLINGS", 3)
    write(shelf, "Sidecars/IMG_1.xmp", "Other/IMG_1.xmp", "a/x", "b/x")
    assert found(shelf, "Photos/IMG_1.jpg") == {"Sidecars/IMG_1.xmp"}


def test_a_folder_that_cannot_be_listed_is_passed_over(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shelf, "Sidecars/IMG_1.xmp", "locked/IMG_1.xmp")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.path.basename(path) in ("locked", "disk"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(shelf, "Photos/IMG_1.jpg") == {"Sidecars/IMG_1.xmp"}


def test_other_drives_are_not_looked_into(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not answer would be waited for."""
    write(shelf, "Sidecars/IMG_1.xmp")
    mount = Mount(os.path.realpath(shelf / "Sidecars"), "nfs4", "host:/share")
    monkeypatch.setattr(sibling_folders, "connected_mounts", lambda: [mount])
    assert found(shelf, "Photos/IMG_1.jpg") == set()


def test_each_folder_is_listed_once_for_all_photos_of_all_folders(
    shelf: Path, listings: list[str]
) -> None:
    write(shelf, "Sidecars/IMG_1.xmp", *(f"{number}/IMG_1.jpg" for number in range(9)))
    known = SiblingFolders()
    for name in ("Photos", *map(str, range(9))):
        (one,) = FolderCompanions(str(shelf / name), siblings=known).of("IMG_1.jpg")
        assert one.path == str(shelf / "Sidecars" / "IMG_1.xmp")
    assert listings.count(str(shelf)) == listings.count(str(shelf / "Sidecars")) == 1
    # As a folder of photos, and in search of what belongs to those of the others.
    assert listings.count(str(shelf / "5")) == 2


def test_a_look_does_not_last_longer_than_it_may(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SiblingFolders(lasts_s=0)
    write(shelf, "Sidecars/IMG_2.xmp")

    def apart() -> Iterator[str]:
        return (name for one in now.of(str(shelf / "Photos")) for name in one.names)

    assert [*apart()] == ["IMG_2.xmp"]
    write(shelf, "Sidecars/IMG_1.xmp")
    monkeypatch.setattr(time, "monotonic", lambda: math.inf)
    assert sorted(apart()) == ["IMG_1.xmp", "IMG_2.xmp"]


NAMES = st.sampled_from(
    [
        *("IMG_1.jpg", "IMG_2.jpg", "IMG_1.xmp", "IMG_1.jpg.txt", "IMG_1.mov", "IMG_2.mov"),
        *("else.txt", "IMG_E0001.jpg", "IMG_0001.aae", "IMG_1"),
    ]
)


@given(
    st.sets(st.tuples(st.sampled_from(["Photos", "Sidecars", "Other", "."]), NAMES), max_size=12)
)
def test_one_photo_is_told_what_the_whole_listing_tells(
    tmp_path_factory: pytest.TempPathFactory, files: set[tuple[str, str]]
) -> None:
    shelf = tmp_path_factory.mktemp("shelf") / "disk" / "shelf"
    write(shelf, "Photos/IMG_1.jpg", *(f"{folder}/{name}" for folder, name in files))
    whole = FolderCompanions(str(shelf / "Photos"))
    for name in os.listdir(shelf / "Photos"):
        if name.endswith(".jpg"):
            assert companions_of(str(shelf / "Photos" / name)) == whole.of(name)
