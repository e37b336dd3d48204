"""Rules over many groups: numbers, ties, examples; real photos are only marked by proof."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.pipeline import Report
from dupefinder.core.records import Evidence, Group
from dupefinder.core.rules import REPLACEABLE
from dupefinder.core.source_folders import SourceFolders
from dupefinder.review.preview import Preview, preview
from dupefinder.review.rules import PRESETS, Criterion, Rule
from tests.cli.album import photo as picture
from tests.core.test_pipeline import pool_in, scan
from tests.gui.groups import group, pair, photo
from tests.review.test_rules import ANY_RULES

SOURCES = SourceFolders(["/library", "/backup"])
SMALLEST = Rule(Criterion.SIZE, is_reversed=True)
SHORTEST = Rule(Criterion.PATH_LENGTH)


def every_pair(of: Group) -> list[tuple[int, int, Evidence]]:
    """All pairs whose first is not protected."""
    count = range(len(of.members))
    return [
        (goes, stays, of.members[goes].evidence or Evidence.SAME_BYTES)
        for goes in count
        for stays in count
        if goes != stays and not of.members[goes].file.protected
    ]


def tried(groups: Sequence[Group], *rules: Rule, only: Evidence | None = None) -> Preview:
    return preview(rules, SOURCES, groups, every_pair, JobContext(), only)


PAIRS = [pair("a.jpg", size_bytes=100), pair("b.jpg", Evidence.RE_ENCODED, 50)]


def test_numbers_tell_what_would_be_marked() -> None:
    found = tried(PAIRS, Rule(Criterion.PLACE), SHORTEST)
    # "backup/a.jpg" is shorter than "library/a.jpg".
    assert found.of_group.tolist() == [0, 1]
    assert found.in_group.tolist() == [0, 0]
    assert (found.photos, found.decided, found.unchanged, found.size_bytes) == (2, 2, 0, 150)
    assert found.by_rule == (0, 2)
    assert [(one.group, one.goes, one.stays, one.decided_by) for one in found.examples] == [
        (0, 0, 1, 1),
        (1, 0, 1, 1),
    ]


def test_ties_are_named() -> None:
    found = tried(PAIRS, Rule(Criterion.PLACE))
    assert found.ties == (0, 1)
    assert (found.photos, found.decided, found.examples) == (0, 0, ())


def test_groups_without_removable_photos_stay_unchanged() -> None:
    kept = group(photo("a.jpg"), photo("b.jpg", evidence=Evidence.EDITED))
    found = preview([SHORTEST], SOURCES, [kept], lambda _: [], JobContext())
    assert (found.unchanged, found.decided, found.ties) == (1, 0, ())


def test_a_kind_of_match_can_be_asked_for() -> None:
    found = tried(PAIRS, Rule(Criterion.PROPOSAL), only=Evidence.RE_ENCODED)
    assert found.of_group.tolist() == [1]


def test_there_are_examples_of_every_rule() -> None:
    small = [
        group(photo(f"x/{n}.jpg", 5), photo(f"y/{n}.jpg", 4, evidence=Evidence.SAME_PIXELS))
        for n in range(40)
    ]
    found = tried([*small, *PAIRS], SMALLEST, SHORTEST)
    assert {one.decided_by for one in found.examples} == {0, 1}
    assert len(found.examples) <= 12


def test_it_can_be_stopped_and_tells_how_far_it_is() -> None:
    heard: list[Progress] = []
    context = JobContext(heard.append)
    preview([SHORTEST], SOURCES, PAIRS, every_pair, context)
    assert (heard[-1].done, heard[-1].total) == (2, 2)
    context.cancel()
    with pytest.raises(Cancelled):
        preview([SHORTEST], SOURCES, PAIRS, every_pair, context)


# Real photos


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    with Catalog.open(None) as catalog:
        yield scan(catalog, *pool_in(tmp_path_factory.mktemp("pool")))


def paths_of(groups: Sequence[Group], found: Preview) -> set[str]:
    """Paths of the photos that would go."""
    places = zip(found.of_group.tolist(), found.in_group.tolist(), strict=True)
    return {groups[number].members[place].file.path for number, place in places}


def test_the_first_preset_marks_what_the_engine_proposes(report: Report) -> None:
    found = preview(
        PRESETS["proposed"], SOURCES, report.groups, report.matches.replacements, JobContext()
    )
    proposed = {one.file.path for group in report.groups for one in group.members if not one.keep}
    assert paths_of(report.groups, found) == proposed
    assert found.ties == ()


@given(ANY_RULES, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_rules_mark_only_what_a_direct_proof_allows(
    report: Report, rules: list[Rule], random: object
) -> None:
    replacements = report.matches.replacements
    groups = list(report.groups)
    random.shuffle(groups)  # type: ignore[attr-defined]  # hypothesis gives a Random
    found = preview(rules, SOURCES, groups, replacements, JobContext())
    going: dict[int, set[int]] = {}
    for number, place in zip(found.of_group.tolist(), found.in_group.tolist(), strict=True):
        going.setdefault(number, set()).add(place)
    for number, places in going.items():
        members = groups[number].members
        assert len(places) < len(members)
        for place in places:
            assert not members[place].file.protected
            proofs = {
                evidence
                for goes, stays, evidence in replacements(groups[number])
                if goes == place and stays not in places
            }
            assert proofs
            assert proofs <= REPLACEABLE
    in_order = preview(rules, SOURCES, report.groups, replacements, JobContext())
    assert paths_of(groups, found) == paths_of(report.groups, in_order)


def test_rules_choose_freely_among_a_hundred_copies(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"copy ({number}).jpg").write_bytes(picture(1))
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "the one.jpg").write_bytes(picture(1))
    with Catalog.open(None) as catalog:
        report = scan(catalog, tmp_path)
        rules = (Rule(Criterion.NAME, is_reversed=True, text="copy*"),)
        found = preview(rules, SOURCES, report.groups, report.matches.replacements, JobContext())
        (only,) = report.groups
        going = {only.members[place].file.path for place in found.in_group.tolist()}
    assert (found.decided, found.photos) == (1, 100)
    assert not any(path.endswith("the one.jpg") for path in going)


def test_in_a_large_group_only_proposals_are_followed(report: Report) -> None:
    large = group(
        photo("0.jpg", content="x"),
        *(photo(f"{n}.jpg", evidence=Evidence.SAME_BYTES, content="x") for n in range(1, 250)),
    )
    found = report.matches.replacements(large)
    assert [goes for goes, _, _ in found] == list(range(1, 250))
    assert {stays for _, stays, _ in found} == {0}
