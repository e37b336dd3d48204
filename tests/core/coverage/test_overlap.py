from collections.abc import Iterator

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage import photos_of_backups
from dupefinder.core.coverage.overlap import folder_pairs, overlaps, photos_behind
from dupefinder.core.coverage.records import Coverage, Root
from tests.core.coverage.test_coverage import covered
from tests.core.test_grouping import EDITED, RE_ENCODED, World

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


def test_the_photos_behind_a_cell(coverage: Coverage) -> None:
    has, lacks = photos_behind(coverage, 1, 0)
    assert [place.file.path for place in has] == ["/a/1 again.jpg", "/a/1.jpg"]
    assert [place.file.path for place in lacks] == ["/a/3.jpg"]
    has, lacks = photos_behind(coverage, 2, 2)  # what is only there
    assert [place.file.path for place in has] == ["/b/3.jpg"]
    assert [place.file.path for place in lacks] == ["/b/2 edited.jpg", "/b/4.jpg"]


def test_cells_count_what_is_behind_them(coverage: Coverage) -> None:
    for row, cells in enumerate(overlaps(coverage)):
        for column, cell in enumerate(cells):
            has, lacks = photos_behind(coverage, row, column)
            assert (len(has), len(has) + len(lacks)) == (cell.covered, cell.photos)


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
