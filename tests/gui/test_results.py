import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.records import Evidence
from dupefinder.gui.pinned import with_pinned
from dupefinder.gui.results import Lane, LaneCount
from tests.gui.groups import group, pair, photo, results_of


def test_a_group_is_in_the_lane_of_each_of_its_photos() -> None:
    mixed = group(
        photo("a.jpg", 5000),
        photo("b.jpg", 400, evidence=Evidence.SAME_BYTES),
        photo("c.jpg", 30, evidence=Evidence.SAME_BYTES),
        photo("d.jpg", 2, evidence=Evidence.ROTATED),
    )
    results = results_of(mixed, pair("e.jpg", Evidence.EDITED))
    assert results.lanes.tolist() == [Lane.SAME_BYTES | Lane.TURNED, Lane.EDITED]
    assert results.lane_counts[Lane.SAME_BYTES] == LaneCount(1, 2, 2, 430)
    assert results.lane_counts[Lane.TURNED] == LaneCount(1, 1, 0, 0)
    assert results.lane_counts[Lane.EDITED] == LaneCount(1, 1, 0, 0)
    assert results.lane_counts[Lane.RE_ENCODED] == LaneCount(0, 0, 0, 0)
    assert results.copies.tolist() == [4, 2]
    assert results.total_bytes.tolist() == [5432, 2_000_000]
    assert results.proposed_bytes.tolist() == [430, 0]


def test_look_alikes_come_last_and_are_never_proposed() -> None:
    results = results_of(pair("l.jpg", Evidence.LOOK_ALIKE), pair("a.jpg"))
    assert results.lanes.tolist() == [Lane.SAME_BYTES, Lane.LOOK_ALIKE]
    assert results.lane_counts[Lane.LOOK_ALIKE] == LaneCount(1, 1, 0, 0)


def test_ranks_follow_name_time_and_folder() -> None:
    results = results_of(pair("c.jpg"), pair("A.jpg"), pair("b.jpg"))
    assert np.argsort(results.name_rank).tolist() == [1, 2, 0]
    assert sorted(results.taken.tolist()) == sorted(results.folder_rank.tolist()) == [0, 1, 2]


def test_all_words_of_the_filter_must_be_in_one_path() -> None:
    results = results_of(pair("Zoo 2010/lion.jpg"), pair("Zoo 2011/bear.jpg"))
    assert results.matching("zoo").tolist() == [True, True]
    assert results.matching("ZOO lion").tolist() == [True, False]
    assert results.matching("backup bear").tolist() == [False, True]
    assert results.matching("  ").tolist() == [True, True]
    assert results.matching("tiger").tolist() == [False, False]


@given(st.lists(st.integers(0, 11), min_size=12, max_size=12), st.sets(st.integers(0, 11)))
def test_a_decided_group_keeps_its_photos(belongs: list[int], decided: set[int]) -> None:
    """Whatever the new groups are, every photo is in one group at most, decided ones unchanged."""
    before = [pair(f"{number}.jpg") for number in sorted(decided)]
    names: dict[int, list[str]] = {}
    for number, to in enumerate(belongs):
        names.setdefault(to, []).extend([f"library/{number}.jpg", f"backup/{number}.jpg"])
    after = [
        group(photo(first), *(photo(one, evidence=Evidence.RE_ENCODED) for one in others))
        for first, *others in names.values()
    ]
    kept = with_pinned(after, before)
    paths = [member.file.path for one in kept for member in one.members]
    assert len(paths) == len(set(paths))
    assert kept[: len(before)] == before
    for one in kept:
        assert len(one.members) > 1
        assert any(member.keep for member in one.members)
        staying = {member.file.path for member in one.members if member.keep}
        assert all(member.keep or member.against in staying for member in one.members)


def test_without_a_decision_the_new_groups_are_taken_as_they_are() -> None:
    groups = [pair("a.jpg"), pair("b.jpg")]
    assert with_pinned(groups, []) == groups
