from collections.abc import Iterator

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.records import Evidence, FoundFile, Group, GroupMember, Orientation
from dupefinder.core.scan.temporary_places import LastingFiles
from dupefinder.services.planning import SurvivorMatch, match_survivor
from tests.core.test_grouping import EDITED, RE_ENCODED, World, facts_with


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def held(world: World, gone: str, *stay: str) -> tuple[str, Evidence] | None:
    matches = world.matches()
    (group,) = matches.groups(10)
    found = match_survivor(matches, group, named(group, gone), [named(group, one) for one in stay])
    return None if found is None else (found.survivor.file.path, found.evidence)


def named(group: Group, path: str) -> GroupMember:
    (member,) = [one for one in group.members if one.file.path == path]
    return member


def test_what_the_rules_found_is_taken_where_it_stays(world: World) -> None:
    large = world.photo("/large.jpg")
    small = world.photo("/small.jpg", facts_with(width_px=400, height_px=300))
    world.pair(large, small, RE_ENCODED)
    assert held(world, "/small.jpg", "/large.jpg") == ("/large.jpg", RE_ENCODED)


def test_the_keeper_may_be_the_one_that_goes(world: World) -> None:
    large = world.photo("/large.jpg")
    small = world.photo("/small.jpg", facts_with(width_px=400, height_px=300))
    world.pair(large, small, RE_ENCODED)
    assert held(world, "/large.jpg", "/small.jpg") == ("/small.jpg", RE_ENCODED)


def test_the_strongest_match_among_those_that_stay(world: World) -> None:
    one = world.photo("/a.jpg")
    world.file("/a copy.jpg", one)
    edited = world.photo("/edited.jpg")
    world.pair(one, edited, EDITED)
    assert held(world, "/a.jpg", "/edited.jpg", "/a copy.jpg") == (
        "/a copy.jpg",
        Evidence.SAME_BYTES,
    )
    assert held(world, "/a.jpg", "/edited.jpg") == ("/edited.jpg", EDITED)


def test_a_copy_in_a_snapshot_holds_nothing_beside_one_that_lasts(world: World) -> None:
    one = world.photo("/a.jpg")
    world.file("/.snapshots/1/a.jpg", one)
    edited = world.photo("/edited.jpg")
    world.pair(one, edited, EDITED)
    assert held(world, "/a.jpg", "/.snapshots/1/a.jpg", "/edited.jpg") == ("/edited.jpg", EDITED)


def test_two_copies_of_a_third_are_as_sure_as_the_weaker_match(world: World) -> None:
    middle = world.photo("/middle.jpg")
    small = world.photo("/small.jpg", facts_with(width_px=400, height_px=300))
    turned = world.photo("/turned.jpg")
    world.pair(middle, small, RE_ENCODED)
    world.pair(middle, turned, RE_ENCODED, 4, Orientation.ROTATE_90)
    assert held(world, "/small.jpg", "/turned.jpg") == ("/turned.jpg", Evidence.ROTATED)


def test_nothing_stays(world: World) -> None:
    one = world.photo("/a.jpg")
    world.file("/b.jpg", one)
    assert held(world, "/b.jpg") is None
    assert held(world, "/b.jpg", "/b.jpg") is None  # not against itself


def test_the_survivor_is_the_member_itself(world: World) -> None:
    one = world.photo("/a.jpg")
    world.file("/b.jpg", one)
    matches = world.matches()
    (group,) = matches.groups(10)
    keeper, copy = group.members
    assert match_survivor(matches, group, copy, [keeper]) == SurvivorMatch(
        keeper, Evidence.SAME_BYTES
    )


def test_in_a_large_group_only_the_copy_that_the_rules_found_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = world.photo("/0.jpg")
    for number in range(1, 9):
        world.file(f"/{number}.jpg", photo)
    matches = world.matches()
    (group,) = matches.groups(10)
    *staying, gone = sorted(group.members, key=lambda one: not one.is_keeper)
    looked = []
    holds = LastingFiles.holds

    def count(self: LastingFiles, file: FoundFile) -> bool:
        looked.append(file)
        return holds(self, file)

    monkeypatch.setattr(LastingFiles, "holds", count)
    held = match_survivor(matches, group, gone, staying)
    assert held == SurvivorMatch(named(group, gone.against or ""), Evidence.SAME_BYTES)
    assert len(looked) == 1
