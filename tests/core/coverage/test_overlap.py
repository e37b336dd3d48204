from collections.abc import Iterator

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.asking import photos_of_backups
from dupefinder.core.coverage.overlap import folder_pairs, overlaps, photos_behind
from dupefinder.core.coverage.records import Coverage, Root
from tests.core.coverage.test_coverage import covered
from tests.core.grouping.test_grouping import EDITED, RE_ENCODED, World

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
