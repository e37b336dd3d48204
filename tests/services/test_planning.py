from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.records import SkipCode
from dupefinder.actions.retention import Retention
from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.records import (
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Orientation,
    Proof,
    ProofVerdict,
    Reason,
    ReasonCode,
)
from dupefinder.core.scan.temporary_places import LastingFiles
from dupefinder.services.planning import (
    SurvivorMatch,
    match_survivor,
    plan_removals,
)
from tests.core.grouping.test_grouping import EDITED, RE_ENCODED, World, facts_with
from tests.gui.groups import photo


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


def test_the_copy_chosen_by_the_rules_is_relied_on_if_it_stays(world: World) -> None:
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


def test_a_match_that_is_proved_comes_before_a_nearer_one(world: World) -> None:
    one, near, proved = (world.photo(f"/{name}.jpg") for name in ("a", "near", "proved"))
    world.pair(one, near, RE_ENCODED, distance_bits=0)
    world.pair(one, proved, RE_ENCODED, distance_bits=6)
    assert held(world, "/a.jpg", "/near.jpg", "/proved.jpg") == ("/near.jpg", RE_ENCODED)
    matches = world.matches()
    matches.add_proofs({(one, proved): Proof(ProofVerdict.CONTAINED)})
    (group,) = matches.groups(10)
    staying = [named(group, "/near.jpg"), named(group, "/proved.jpg")]
    gone = replace(named(group, "/a.jpg"), against=None)
    found = match_survivor(matches, group, gone, staying)
    assert found is not None
    assert found.survivor.file.path == "/proved.jpg"


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


def planned(
    tmp_path: Path, world: World, group: Group, gone: set[str], kept: set[str]
) -> dict[str, tuple[str, Evidence] | SkipCode]:
    """For each photo that is marked, the one that stays and the evidence, or why it stays."""
    going = [one for one in group.members if one.file.path in gone]
    plan = plan_removals([(group, going)], kept, world.matches(), [], Retention(), JobContext())
    return {
        **{one.victim.path: (one.survivor.path, one.evidence) for one in plan.steps},
        **{one.path: one.code for one in plan.refused},
    }


def there(tmp_path: Path, *names: str) -> list[str]:
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    return [str(tmp_path / name) for name in names]


def test_unequal_photos_go_as_chosen_beside_a_kept_one(tmp_path: Path, world: World) -> None:
    original, edited, copy = there(tmp_path, "a.jpg", "edited.jpg", "copy.jpg")
    one, other = world.photo(original), world.photo(edited)
    small = world.photo(copy, facts_with(width_px=400, height_px=300))
    world.pair(one, other, EDITED)
    world.pair(one, small, RE_ENCODED)
    (group,) = world.matches().groups(10)
    asked = partial(planned, tmp_path, world, group)
    assert asked({edited}, {original, copy}) == {edited: (original, Evidence.CHOSEN)}
    assert asked({original, copy}, {edited}) == {
        original: (edited, Evidence.CHOSEN),
        copy: (edited, Evidence.CHOSEN),
    }
    # A mark that is older than the group was made beside something else.
    assert asked({edited}, set()) == {edited: SkipCode.LOOK_AGAIN}


def test_of_two_look_alikes_one_goes_beside_the_other_that_was_kept(
    tmp_path: Path, world: World
) -> None:
    first, second = there(tmp_path, "1.jpg", "2.jpg")
    world.photo(first)
    world.photo(second)
    alike = pair_of(
        *(
            replace(photo("x.jpg"), file=file, digest=blake3(file.path.encode()).digest())
            for file in world.files
        )
    )
    assert alike.is_look_alike
    asked = partial(planned, tmp_path, world, alike)
    assert asked({second}, {first}) == {second: (first, Evidence.CHOSEN)}
    assert asked({first}, {second}) == {first: (second, Evidence.CHOSEN)}
    assert asked({first}, set()) == {first: SkipCode.LOOK_AGAIN}
    assert asked({first, second}, set()) == dict.fromkeys((first, second), SkipCode.NO_SURVIVOR)


def pair_of(first: GroupMember, second: GroupMember) -> Group:
    evidence, against = Evidence.LOOK_ALIKE, first.file.path
    return Group("alike", (first, replace(second, evidence=evidence, against=against)))


def test_a_copy_with_all_metadata_is_relied_on_before_the_nearest(
    tmp_path: Path, world: World
) -> None:
    first, plain, full = there(tmp_path, "a.jpg", "plain.jpg", "with place.jpg")
    gps = facts_with(has_gps=True)
    one, near, whole = world.photo(first, gps), world.photo(plain), world.photo(full, gps)
    world.pair(one, near, RE_ENCODED, distance_bits=0)
    world.pair(one, whole, RE_ENCODED, distance_bits=6)
    matches = world.matches()
    pairs = [(one, near), (near, one), (one, whole), (whole, one)]
    matches.add_proofs(dict.fromkeys(pairs, Proof(ProofVerdict.CONTAINED)))
    (group,) = matches.groups(10)
    keeper = group.members[0]
    assert keeper.file.path == first
    # As rules mark it: the copy that is proposed to stay goes, and the others are kept.
    plan = plan_removals([(group, [keeper])], {plain, full}, matches, [], Retention(), JobContext())
    (step,) = plan.steps
    assert (step.survivor.path, step.accepts_smaller, step.accepts_loss) == (full, False, False)
    assert step.why == Reason(ReasonCode.KEEPER_HAS_ALL)
    # Where only what has less is kept, that is the person's choice.
    plan = plan_removals([(group, [keeper])], {plain}, matches, [], Retention(), JobContext())
    (step,) = plan.steps
    assert (step.survivor.path, step.accepts_smaller, step.accepts_loss) == (plain, True, True)
