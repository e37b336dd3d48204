import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.best_matches import photos_of_backups
from dupefinder.core.coverage.folders import (
    folder_pairs,
    folders_of_backups,
    overlaps,
    photos_behind,
)
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
from tests.core.coverage.test_coverage import covered
from tests.core.grouping.test_grouping import EDITED, RE_ENCODED, World

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
    photos = [photo(name.replace("/", os.sep), COVERED) for name in names]
    found = folders(*photos, roots=(f"{os.sep}old",))
    assert [path.replace(os.sep, "/") for path in found] == [
        "/old",
        "/old/a",
        "/old/a/b",
        "/old/a b",
    ]


def test_all_some_none() -> None:
    assert Tally(photos=2, covered=2).extent is Extent.ALL
    assert Tally(photos=2, covered=1, altered=1).extent is Extent.SOME
    assert Tally(photos=2, altered=2).extent is Extent.NONE
    assert Tally().extent is None


def test_a_folder_with_unreadable_photos_is_never_fully_covered() -> None:
    found = folders(photo("/old/a.jpg", COVERED), unreadable=("/old/broken.jpg", "/lib/b.jpg"))
    assert found["/old"].own.unreadable == 1
    assert found["/old"].own.extent is Extent.SOME


def test_a_folder_that_cannot_be_listed_counts_in_itself(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    found = folders(roots=(str(tmp_path),), unreadable=(str(tmp_path / "shut"),))
    assert found[str(tmp_path / "shut")].own == Tally(unreadable=1)
    assert found[str(tmp_path)].total.extent is Extent.NONE


def test_a_single_photo_was_given() -> None:
    found = folders(photo("/old/a.jpg", COVERED), roots=("/old/a.jpg",))
    assert list(found) == ["/old"]
    assert found["/old"].parent is None


ROOTS = (
    Root("/lib", is_library=True),
    Root("/a", is_library=False),
    Root("/b", is_library=False),
)


@pytest.fixture
def coverage() -> Iterator[Coverage]:
    """/lib has 1 and 2; /a has 1, twice, and 3; /b has 2 edited, 3 and 4."""
    with Catalog.open(None) as catalog:
        world = World(catalog)
        one, two = world.photo("/lib/1.jpg"), world.photo("/lib/in/2.jpg")
        world.file("/a/1.jpg", one)
        again = world.photo("/a/1 again.jpg")
        world.pair(one, again, RE_ENCODED)
        three = world.photo("/a/3.jpg")
        world.file("/b/3.jpg", three)
        edited = world.photo("/b/2 edited.jpg")
        world.pair(two, edited, EDITED)
        world.photo("/b/4.jpg")
        yield covered(world, roots=ROOTS)


def test_each_folder_against_each(coverage: Coverage) -> None:
    assert [[(cell.covered, cell.photos) for cell in row] for row in overlaps(coverage)] == [
        [(1, 2), (1, 2), (0, 2)],
        [(2, 3), (3, 3), (1, 3)],
        [(0, 3), (1, 3), (1, 3)],
    ]


def behind(coverage: Coverage, row: int, column: int) -> dict[str, str]:
    photos = photos_behind(coverage, row, column)
    return {photo.place.file.path: photo.status.value for photo in photos}


def test_the_photos_behind_a_cell(coverage: Coverage) -> None:
    assert behind(coverage, 1, 0) == {
        "/a/1 again.jpg": "covered",
        "/a/1.jpg": "covered",
        "/a/3.jpg": "missing",
    }
    # What is only there.
    assert behind(coverage, 2, 2) == {
        "/b/2 edited.jpg": "altered",
        "/b/3.jpg": "covered",
        "/b/4.jpg": "missing",
    }


def test_cells_count_what_is_behind_them(coverage: Coverage) -> None:
    for row, cells in enumerate(overlaps(coverage)):
        for column, cell in enumerate(cells):
            statuses = list(behind(coverage, row, column).values())
            assert (statuses.count("covered"), len(statuses)) == (cell.covered, cell.photos)


def test_folders_that_pair_up(coverage: Coverage) -> None:
    pairs = folder_pairs(photos_of_backups(coverage))
    assert [
        (
            pair.backup_folder,
            pair.library_folder,
            [photo.place.file.path for photo in pair.identical],
            [photo.place.file.path for photo in pair.differing],
        )
        for pair in pairs
    ] == [
        ("/a", "/lib", ["/a/1.jpg"], ["/a/1 again.jpg"]),
        ("/b", "/lib/in", [], ["/b/2 edited.jpg"]),
    ]
