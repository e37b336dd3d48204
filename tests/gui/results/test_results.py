from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.records import Evidence
from dupefinder.gui.results import (
    NO_DISTANCE,
    NO_TIME,
    MatchKind,
    MatchKindCount,
    Results,
    SearchedPaths,
    mark_key,
)
from tests.gui.groups import FACTS, group, pair, photo, results_of


def counts_of(results: Results) -> dict[MatchKind, MatchKindCount]:
    return results.kind_counts(np.ones(len(results.groups), np.bool_))


def test_a_group_is_in_the_match_kind_of_each_of_its_photos() -> None:
    mixed = group(
        photo("a.jpg", 5000),
        photo("b.jpg", 400, evidence=Evidence.SAME_BYTES),
        photo("c.jpg", 30, evidence=Evidence.SAME_BYTES),
        photo("d.jpg", 2, evidence=Evidence.ROTATED),
    )
    results = results_of(mixed, pair("e.jpg", Evidence.EDITED))
    assert results.match_kinds.tolist() == [
        MatchKind.SAME_BYTES | MatchKind.TURNED,
        MatchKind.EDITED,
    ]
    assert counts_of(results)[MatchKind.SAME_BYTES] == MatchKindCount(1, 2, 2, 430)
    assert counts_of(results)[MatchKind.TURNED] == MatchKindCount(1, 1, 0, 0)
    assert counts_of(results)[MatchKind.EDITED] == MatchKindCount(1, 1, 0, 0)
    assert counts_of(results)[MatchKind.RE_ENCODED] == MatchKindCount(0, 0, 0, 0)
    assert results.copies.tolist() == [4, 2]
    assert results.total_bytes.tolist() == [5432, 2_000_000]
    assert results.proposed_bytes.tolist() == [430, 0]


def test_look_alikes_come_last_and_are_never_proposed() -> None:
    results = results_of(pair("l.jpg", Evidence.LOOK_ALIKE), pair("a.jpg"))
    assert results.match_kinds.tolist() == [MatchKind.SAME_BYTES, MatchKind.LOOK_ALIKE]
    assert counts_of(results)[MatchKind.LOOK_ALIKE] == MatchKindCount(1, 1, 0, 0)


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


def test_a_filter_of_several_words_is_met_by_one_photo() -> None:
    results = results_of(pair("lion.jpg"), group(photo("zoo/a.jpg"), photo("lion/b.jpg")))
    assert results.matching("zoo lion").tolist() == [False, False]
    assert results.matching("library lion").tolist() == [True, False]


@given(
    names=st.lists(st.text("ab c", min_size=1, max_size=6), min_size=1, max_size=5),
    texts=st.lists(st.text("ab c", max_size=5), max_size=6),
)
def test_earlier_typed_texts_make_no_difference(names: list[str], texts: list[str]) -> None:
    """Only what had the shorter word is looked at for a longer one."""
    pairs = [pair(f"{number}{name}.jpg") for number, name in enumerate(names)]
    typed = results_of(*pairs)
    for text in texts:
        assert typed.matching(text).tolist() == results_of(*pairs).matching(text).tolist()


def test_groups_without_a_time_are_told_apart() -> None:
    never = replace(FACTS, taken=None)
    results = results_of(
        group(photo("a.jpg", facts=never), photo("b.jpg", evidence=Evidence.EDITED)),
        pair("c.jpg"),
    )
    assert (results.taken == NO_TIME).tolist() == [True, False]


@given(
    st.lists(st.text("aÄ/ß\udcff.", max_size=5).map("/".__add__), max_size=4),
    st.text("aäs/ß\udcff.", min_size=1, max_size=4),
)
def test_words_are_found_wherever_they_stand_in_a_path(paths: list[str], word: str) -> None:
    word = word.casefold()
    found = SearchedPaths(paths).having(word)
    assert found.tolist() == [word in path.casefold() for path in paths]


def test_groups_that_have_one_id_are_known_by_it() -> None:
    one, two = pair("a.jpg"), pair("b.jpg")
    for groups in ([one, two], [one, replace(two, group_id=one.group_id)]):
        ids = results_of(*groups).ids_of(np.array([1, 0]))
        assert ids == [groups[1].group_id, groups[0].group_id]


def test_distances_are_counted_for_the_histogram() -> None:
    results = results_of(
        group(
            photo("a.jpg"),
            photo("b.jpg", evidence=Evidence.EDITED, distance_bits=3),
            photo("c.jpg", evidence=Evidence.EDITED, distance_bits=3),
            photo("d.jpg", evidence=Evidence.EDITED, distance_bits=200),
        ),
        group(photo("e.jpg"), photo("f.jpg", evidence=Evidence.LOOK_ALIKE, distance_bits=3)),
    )
    assert results.members.distance_bits.tolist() == [NO_DISTANCE, 3, 3, 200, *[NO_DISTANCE] * 2]
    assert results.nearest_bits.tolist() == [3, NO_DISTANCE]


def test_photos_are_columns_and_look_alikes_come_last() -> None:
    alike, sure = pair("l.jpg", Evidence.LOOK_ALIKE), pair("a.jpg", size_bytes=7)
    members = results_of(alike, sure).members
    assert members.group.tolist() == [0, 0, 1, 1]
    assert members.size_bytes[:2].tolist() == [7, 7]
    assert members.match_kind.tolist() == [0, MatchKind.SAME_BYTES, 0, MatchKind.LOOK_ALIKE]
    assert members.proposed.tolist() == [False, True, False, False]
    assert [*members.keys] == [mark_key(one) for one in (*sure.members, *alike.members)]
    assert [members.places.get(key) for key in members.keys] == [0, 1, 2, 3]
    assert members.confirmed == 2


def test_no_groups_at_all() -> None:
    results = results_of()
    assert len(results.match_kinds) == len(results.taken) == len(results.members.keys) == 0
    assert results.matching("a").tolist() == []
    assert results.index_of(pair("a.jpg")) == -1
