from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from dupefinder.core.kept_groups import GroupColumns, KeptGroups
from dupefinder.core.records import Evidence
from dupefinder.gui.results import Members, Places, Results, digests_of_keys
from dupefinder.gui.results.builder import build_results, columns_to_keep
from dupefinder.services.findings import Findings
from tests.gui.groups import group, pair, photo, results_of

RESULTS = results_of(
    pair("b.jpg", Evidence.EDITED),
    group(
        photo("library/a.jpg"),
        photo("odd \udcff/ä.jpg", evidence=Evidence.RE_ENCODED, distance_bits=3),
        photo("protected/a.jpg", evidence=Evidence.SAME_BYTES, protected=True),
    ),
    pair("like.jpg", Evidence.LOOK_ALIKE),
)


def again(results: Results) -> Results:
    """Results after a restart."""
    groups = KeptGroups(GroupColumns.from_parts(GroupColumns.of(results.groups).as_parts()))
    columns = {name: bytes(data) for name, data in columns_to_keep(results).items()}
    return build_results(
        Findings(
            groups,
            (),
            results.basis,
            results.threshold_bits,
            results.problems,
            results.photos,
            is_settled=True,
            sources=results.sources,
            columns=columns,
        )
    )


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.tolist() == other.tolist())
    return bool(one == other)


@pytest.mark.parametrize("results", [RESULTS, results_of()], ids=["some", "none"])
def test_results_are_what_they_were(results: Results) -> None:
    found = again(results)
    for one in fields(Results):
        if one.name not in ("members", "groups", "facets"):
            assert same(getattr(found, one.name), getattr(results, one.name)), one.name
    for name, facet in results.facets.items():
        assert found.facets[name].values == facet.values
        assert same(found.facets[name].codes, facet.codes)
        assert same(found.facets[name].groups, facet.groups)
    for one in fields(Members):
        before, now = getattr(results.members, one.name), getattr(found.members, one.name)
        if one.name in ("keys", "paths"):
            before, now = list(before), list(now)
        if one.name not in ("places", "searched"):
            assert same(now, before), one.name
    assert list(found.groups) == list(results.groups)


def test_photos_are_found_by_their_keys() -> None:
    found, keys = again(RESULTS).members, [*RESULTS.members.keys]
    assert [found.places.get(key) for key in keys] == [
        RESULTS.members.places.get(key) for key in keys
    ]
    unknown = (keys[0][0], keys[0][1], "elsewhere.jpg")
    assert found.places.get(unknown) is None
    assert found.places.of([unknown, keys[2]]).tolist() == [-1, 2]


def test_of_a_photo_in_two_groups_the_first_place_counts() -> None:
    keys = [(b"a" * 32, "v", "x"), (b"b" * 32, "v", "y"), (b"a" * 32, "v", "x")]
    assert Places.among(keys).of(keys).tolist() == [0, 1, 0]


def test_the_filter_finds_what_it_found() -> None:
    found = again(RESULTS)
    for text in ("JPG", "ä", "library b", "nothing of it"):
        assert found.matching(text).tolist() == RESULTS.matching(text).tolist()


def test_another_photo_has_another_key() -> None:
    first = RESULTS.members.keys[0]
    others = [first, (first[0], "w", first[2]), (first[0], first[1], "z"), (b"z" * 32, *first[1:])]
    assert len({tuple(one) for one in digests_of_keys(others).tolist()}) == 4
