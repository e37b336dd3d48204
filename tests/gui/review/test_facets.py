"""Filters beyond words and decisions: which groups each one leaves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dupefinder.core.records import Evidence, Group
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.results_builder import build_results
from dupefinder.gui.review.facets import NO_FACETS, Facets, FolderScope
from dupefinder.gui.review.group_order import GroupView, listed
from dupefinder.services.findings import Findings
from tests.gui.groups import FACTS, ROOT, group, photo

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
UNDECIDED = np.zeros(3, np.uint8)


def name_of(one: Group) -> str:
    return Path(one.members[0].file.path).stem


def left(facets: Facets, match_kind: MatchKind | None = None) -> set[str]:
    view = GroupView(match_kind, facets=facets)
    return {name_of(RESULTS.groups[index]) for index in listed(RESULTS, UNDECIDED, view).tolist()}


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
