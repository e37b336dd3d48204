from collections.abc import Iterator

import pytest

from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.coverage.absent import absent_copies
from tests.core.test_grouping import World


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def remember(world: World, content_id: int, volume_id: str, path: str) -> None:
    world.catalog.record_files([FileRow(volume_id, path, 1000, 5, content_id=content_id)])


def test_copies_on_drives_that_are_away(world: World) -> None:
    one, two = world.content("one"), world.content("two")
    remember(world, one, "uuid:here", "a.jpg")
    remember(world, one, "uuid:red", "old/a.jpg")
    remember(world, two, "uuid:here", "b.jpg")
    world.catalog.note_volumes({"uuid:here": "", "uuid:red": "RED"})
    found = absent_copies(world.catalog, [one, two], ["uuid:here"])
    assert list(found) == [one]
    (copy,) = found[one]
    assert (copy.label, copy.relative_path) == ("RED", "old/a.jpg")
    assert copy.seen_ns is not None


def test_a_label_of_two_drives_names_neither(world: World) -> None:
    one = world.content("one")
    for name in ("x", "y"):
        remember(world, one, f"uuid:{name}", "a.jpg")
    world.catalog.note_volumes({"uuid:x": "RED", "uuid:y": "RED"})
    copies = absent_copies(world.catalog, [one], [])[one]
    assert [(copy.volume_id, copy.label) for copy in copies] == [
        ("uuid:x", None),
        ("uuid:y", None),
    ]


def test_a_drive_of_which_nothing_was_noted(world: World) -> None:
    one = world.content("one")
    remember(world, one, "uuid:long ago", "a.jpg")
    (copy,) = absent_copies(world.catalog, [one], [])[one]
    assert (copy.label, copy.seen_ns) == (None, None)
