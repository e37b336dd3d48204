from pathlib import Path

from dupefinder.core.coverage.folders import extent_of, folders_of_backups
from dupefinder.core.coverage.records import (
    Accepted,
    Coverage,
    CoverageStatus,
    Extent,
    FolderCoverage,
    PhotoCoverage,
    PlacedPhoto,
    Root,
    Tally,
)
from dupefinder.core.records import FoundFile

COVERED = CoverageStatus.COVERED
MISSING = CoverageStatus.MISSING


def photo(path: str, status: CoverageStatus, root: int = 1, size_bytes: int = 10) -> PhotoCoverage:
    file = FoundFile(path, "v", path, size_bytes, 5, 1, 1, protected=False)
    return PhotoCoverage(PlacedPhoto(file, 1, root), status, None)


def folders(
    *photos: PhotoCoverage, roots: tuple[str, ...] = ("/old",), unreadable: tuple[str, ...] = ()
) -> dict[str, FolderCoverage]:
    given = (Root("/lib", is_library=True), *(Root(path, is_library=False) for path in roots))
    coverage = Coverage(given, Accepted(), (), {}, {}, unreadable)
    return {folder.path: folder for folder in folders_of_backups(coverage, photos)}


def test_each_folder_for_itself_and_with_all_below() -> None:
    found = folders(
        photo("/old/a.jpg", COVERED),
        photo("/old/in/b.jpg", MISSING, size_bytes=7),
        photo("/old/in/deep/c.jpg", CoverageStatus.ALTERED),
        photo("/old/in/deep/d.jpg", CoverageStatus.SMALLER),
    )
    assert list(found) == ["/old", "/old/in", "/old/in/deep"]
    assert [folder.parent for folder in found.values()] == [None, "/old", "/old/in"]
    assert found["/old"].own == Tally(photos=1, covered=1, photos_bytes=10, covered_bytes=10)
    assert found["/old"].total == Tally(
        photos=4,
        covered=1,
        smaller=1,
        altered=1,
        missing=1,
        photos_bytes=37,
        covered_bytes=10,
        missing_bytes=7,
    )
    assert found["/old/in"].own.photos == 1
    assert found["/old/in"].total.photos == 3


def test_a_folder_comes_before_those_in_it_and_keeps_them_together() -> None:
    names = ("/old/a/x.jpg", "/old/a b/x.jpg", "/old/a/b/x.jpg")
    assert list(folders(*(photo(name, COVERED) for name in names))) == [
        "/old",
        "/old/a",
        "/old/a/b",
        "/old/a b",
    ]


def test_all_some_none() -> None:
    assert extent_of(Tally(photos=2, covered=2)) is Extent.ALL
    assert extent_of(Tally(photos=2, covered=1, altered=1)) is Extent.SOME
    assert extent_of(Tally(photos=2, altered=2)) is Extent.NONE
    assert extent_of(Tally()) is None


def test_what_cannot_be_read_is_never_all() -> None:
    found = folders(photo("/old/a.jpg", COVERED), unreadable=("/old/broken.jpg", "/lib/b.jpg"))
    assert found["/old"].own.unreadable == 1
    assert extent_of(found["/old"].own) is Extent.SOME


def test_a_folder_that_cannot_be_listed_counts_in_itself(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    found = folders(roots=(str(tmp_path),), unreadable=(str(tmp_path / "shut"),))
    assert found[str(tmp_path / "shut")].own == Tally(unreadable=1)
    assert extent_of(found[str(tmp_path)].total) is Extent.NONE


def test_a_single_photo_was_given() -> None:
    found = folders(photo("/old/a.jpg", COVERED), roots=("/old/a.jpg",))
    assert list(found) == ["/old"]
    assert found["/old"].parent is None
