"""Filters beyond words and decisions: which groups each one leaves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dupefinder.core.records import Evidence, Group
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.results.builder import build_results
from dupefinder.gui.review.groups.group_view import (
    NO_FACETS,
    Facets,
    FolderScope,
    GroupView,
    Shown,
    Sort,
    followed,
    keeping_rows,
    listed,
)
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, UNDECIDED
from dupefinder.services.findings import Findings
from tests.gui.groups import FACTS, ROOT, group, pair, photo, results_of

CANON = replace(FACTS, camera="Canon", taken="2014-05-01T10:00:00")
NIKON = replace(FACTS, camera="Nikon & Co", taken="2016-05-01T10:00:00", format="HEIF")


def results() -> Results:
    between = group(
        photo("library/between.jpg", 9_000_000, facts=CANON),
        photo("phone/2014/between.jpg", 400, facts=CANON, evidence=Evidence.SAME_BYTES),
    )
    within = group(
        photo("library/within.jpg", 2_000_000, facts=NIKON),
        photo("library/in/within.jpg", 400, facts=FACTS, evidence=Evidence.RE_ENCODED),
    )
    new = group(
        photo("backup/new.jpg", 1_000, facts=replace(FACTS, taken=None), content_id=77),
        photo("phone/new.jpg", 1_000, evidence=Evidence.EDITED),
    )
    sources = SourceFolders([ROOT + name for name in ("library", "phone", "backup")])
    findings = Findings(
        [between, within, new],
        [],
        None,
        10,
        (),
        6,
        is_settled=True,
        sources=sources,
        new_contents=frozenset([77]),
    )
    return build_results(findings)


RESULTS = results()
OPEN = np.zeros(3, np.uint8)


def name_of(one: Group) -> str:
    return Path(one.members[0].file.path).stem


def left(facets: Facets, match_kind: MatchKind | None = None) -> set[str]:
    view = GroupView(match_kind, facets=facets)
    return {name_of(RESULTS.groups[index]) for index in listed(RESULTS, OPEN, view).tolist()}


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        (NO_FACETS, {"between", "within", "new"}),
        (Facets(scope=FolderScope.BETWEEN), {"between", "new"}),
        (Facets(scope=FolderScope.WITHIN), {"within"}),
        (Facets(folder=ROOT + "phone"), {"between", "new"}),
        (Facets(folder=ROOT + "phone", other_folder=ROOT + "library"), {"between"}),
        (Facets(folder=ROOT + "nowhere"), set()),
        (Facets(camera="Canon"), {"between"}),
        (Facets(camera="Nikon & Co"), {"within"}),
        (Facets(year="2016"), {"within"}),
        (Facets(year="2010"), {"within", "new"}),
        (Facets(format="HEIF"), {"within"}),
        (Facets(least_bytes=1_000_000), {"between", "within"}),
        (Facets(least_bytes=5_000_000), {"between"}),
        (Facets(is_new=True), {"new"}),
        (Facets(is_new=True, camera="Canon"), set()),
        (Facets(group_ids=frozenset([RESULTS.groups[1].group_id]), name="Some"), {"within"}),
        (Facets(group_ids=frozenset(["gone"]), name="Some"), set()),
    ],
)
def test_each_filter_leaves_the_groups_that_meet_it(facets: Facets, expected: set[str]) -> None:
    assert left(facets) == expected


def test_a_kind_of_match_and_a_filter_go_together() -> None:
    assert left(Facets(scope=FolderScope.BETWEEN), MatchKind.SAME_BYTES) == {"between"}


def test_values_are_counted_by_groups() -> None:
    assert RESULTS.facets["camera"].most_frequent(9) == [("Canon", 1), ("Nikon & Co", 1)]
    assert RESULTS.facets["format"].most_frequent(1) == [("JPEG", 3)]
    assert RESULTS.facets["year"].most_frequent(9) == [("2010", 2), ("2014", 1), ("2016", 1)]
    folders = dict(RESULTS.facets["folder"].most_frequent(9))
    assert folders == {ROOT + "backup": 1, ROOT + "library": 2, ROOT + "phone": 2}


def test_kinds_of_match_are_counted_in_what_passes() -> None:
    counts = RESULTS.kind_counts(RESULTS.is_between)
    assert counts[MatchKind.SAME_BYTES].proposed_bytes == 400
    assert (counts[MatchKind.RE_ENCODED].photos, counts[MatchKind.EDITED].photos) == (0, 1)


def test_conditions_are_told_and_taken_away_one_by_one() -> None:
    facets = Facets(FolderScope.BETWEEN, folder=ROOT + "phone", least_bytes=5_000_000, is_new=True)
    assert [text for _, text in facets.conditions(RESULTS.folder_names)] == [
        "Between folders",
        "In phone",
        "Over 5 MB",
        "New since the last scan",
    ]
    for name, _ in facets.conditions({}):
        facets = facets.without(name)
    assert facets == NO_FACETS


def names(results: Results, view: GroupView, states: list[int] | None = None) -> list[str]:
    decided = np.array(states or [UNDECIDED] * len(results.groups), np.uint8)
    return [name_of(results.groups[index]) for index in listed(results, decided, view).tolist()]


def taken(name: str, time: str | None) -> Group:
    facts = replace(FACTS, taken=time)
    return group(
        photo(f"library/{name}.jpg", facts=facts),
        photo(f"backup/{name}.jpg", facts=facts, evidence=Evidence.SAME_BYTES),
    )


FAIR = results_of(
    pair("c.jpg", size_bytes=30),
    group(
        photo("zoo/a.jpg", 5),
        photo("zoo/a2.jpg", 5, evidence=Evidence.SAME_BYTES),
        photo("zoo/a3.jpg", 5, evidence=Evidence.RE_ENCODED),
    ),
    pair("B.jpg", Evidence.EDITED, size_bytes=90),
    pair("d.jpg", Evidence.EDITED, size_bytes=95),
    pair("like.jpg", Evidence.LOOK_ALIKE),
)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.SPACE, ["c", "a", "d", "B"]),
        (Sort.COPIES, ["a", "d", "B", "c"]),
        (Sort.NAME, ["a", "B", "c", "d"]),
        (Sort.FOLDER, ["B", "c", "d", "a"]),
    ],
)
def test_orders_and_the_other_way_round(sort: Sort, expected: list[str]) -> None:
    assert names(FAIR, GroupView(sort=sort)) == expected
    assert names(FAIR, GroupView(sort=sort, reverse=True)) == expected[::-1]


def test_photos_without_a_date_come_last_in_either_direction() -> None:
    results = results_of(
        taken("old", "2001-01-01T00:00:00"), taken("never", None), taken("new", "2020-01-01T00:00")
    )
    assert names(results, GroupView(sort=Sort.TAKEN)) == ["old", "new", "never"]
    assert names(results, GroupView(sort=Sort.TAKEN, reverse=True)) == ["new", "old", "never"]


def test_a_match_kind_has_the_groups_of_its_photos() -> None:
    assert names(FAIR, GroupView(MatchKind.SAME_BYTES)) == ["c", "a"]
    assert names(FAIR, GroupView(MatchKind.RE_ENCODED)) == ["a"]
    assert names(FAIR, GroupView(MatchKind.EDITED)) == ["d", "B"]
    assert names(FAIR, GroupView(MatchKind.LOOK_ALIKE)) == ["like"]
    assert names(FAIR, GroupView(MatchKind.TURNED)) == []


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown.ALL, ["c", "d", "B"]),
        (Shown.UNDECIDED, ["d", "B"]),
        (Shown.DECIDED, ["c"]),
        (Shown.DISMISSED, ["a"]),
    ],
)
def test_dismissed_groups_are_shown_only_when_asked_for(shown: Shown, expected: list[str]) -> None:
    states = [DECIDED, DISMISSED, UNDECIDED, UNDECIDED, UNDECIDED]
    assert names(FAIR, GroupView(shown=shown), states) == expected


def test_the_filter_narrows_a_match_kind() -> None:
    assert names(FAIR, GroupView(text="ZOO")) == ["a"]
    assert names(FAIR, GroupView(MatchKind.EDITED, "b.j")) == ["B"]
    assert names(FAIR, GroupView(text="zoo backup")) == []


def grown(one: Group, name: str) -> Group:
    return group(*one.members, photo(f"phone/{name}", 9, evidence=Evidence.RE_ENCODED))


def test_a_group_is_followed_by_its_photos() -> None:
    first, second, third = (pair(f"{n}.jpg") for n in "abc")
    old = results_of(first, second, third)
    lost = group(*second.members, photo("x.jpg", evidence=Evidence.EDITED))
    new = results_of(pair("n.jpg"), grown(third, "p.jpg"), lost, threshold_bits=4)
    assert followed(old, new).tolist() == [-1, 2, 1]
    assert followed(new, old).tolist() == [-1, 2, 1]
    assert followed(old, results_of()).tolist() == [-1, -1, -1]
    assert [new.index_of(one) for one in old.groups] == [-1, 2, 1]


def test_rows_are_kept_and_what_is_new_comes_at_the_end() -> None:
    a, b, c, d = (pair(f"{n}.jpg", size_bytes=100 - ord(n)) for n in "abcd")
    old = results_of(a, b, c, d, provisional=True)
    before = np.array([2, 0, 3, 1])
    new = results_of(pair("big.jpg", size_bytes=999), grown(a, "p.jpg"), b, c, provisional=True)
    after = listed(new, np.zeros(4, np.uint8), GroupView())
    order = keeping_rows(old, before, new, after)
    assert [name_of(new.groups[index]) for index in order.tolist()] == ["c", "a", "b", "big"]


def test_groups_that_became_one_take_the_first_row_and_what_is_left_out_goes() -> None:
    a, b, c = (pair(f"{n}.jpg") for n in "abc")
    old = results_of(a, b, c)
    merged = group(
        *b.members, *(replace(one, evidence=Evidence.EDITED, is_keeper=False) for one in a.members)
    )
    new = results_of(merged, c)
    assert keeping_rows(old, np.array([0, 2, 1]), new, np.array([0, 1])).tolist() == [0, 1]
    assert keeping_rows(old, np.array([2, 1, 0]), new, np.array([0])).tolist() == [0]
