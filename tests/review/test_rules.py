"""Rules: what each one prefers, and laws that hold for any list of them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, FoundFile, GroupMember, Reason, ReasonCode
from dupefinder.core.source_folders import SourceFolders
from dupefinder.review.rules import PRESETS, REVERSIBLE, Criterion, Rule, choose, key_of

FACTS = PhotoFacts("JPEG", 4000, 3000, quality=90)
CAMERA = replace(FACTS, camera="Canon", taken="2011-02-03T04:05:06")
HEIF, PNG = replace(FACTS, format="HEIF"), replace(FACTS, format="PNG")
SOURCES = SourceFolders(
    [os.path.abspath(name) for name in ("/library", "/phone", "/backup")],
    [os.path.abspath(name) for name in ("/library", "/phone")],
)


def member(path: str = "/phone/a.jpg", facts: PhotoFacts = FACTS, **changed: Any) -> GroupMember:
    file = FoundFile(
        os.path.abspath(path),
        "uuid:1",
        path.lstrip("/"),
        changed.pop("size_bytes", 1_000_000),
        changed.pop("mtime_ns", 5),
        1,
        1,
        changed.pop("protected", False),
    )
    is_keeper = changed.pop("is_keeper", False)
    return GroupMember(
        file,
        1,
        b"d" * 32,
        facts,
        changed.pop("keep", is_keeper),
        is_keeper,
        Reason(ReasonCode.KEEPER_HAS_ALL),
        None if is_keeper else Evidence.SAME_PIXELS,
    )


BETTER: list[tuple[Rule, GroupMember, GroupMember]] = [
    (Rule(Criterion.PROTECTED), member(protected=True), member()),
    (Rule(Criterion.FOLDER_ORDER), member("/library/x/a.jpg"), member("/phone/a.jpg")),
    (Rule(Criterion.FOLDER_ORDER), member("/phone/a.jpg"), member("/backup/a.jpg")),
    (Rule(Criterion.ORIGINAL), member(facts=CAMERA), member()),
    (Rule(Criterion.ORIGINAL), member("/a.jpg"), member("/a (1).jpg")),
    (Rule(Criterion.ORIGINAL), member("/a (1).jpg", CAMERA), member("/a-edited copy.jpg")),
    (Rule(Criterion.RESOLUTION), member(), member(facts=replace(FACTS, width_px=3999))),
    (
        Rule(Criterion.FORMAT, text="HEIF; jpeg"),
        member(),
        member(facts=PNG),
    ),
    (
        Rule(Criterion.FORMAT, text="HEIF;JPEG"),
        member(facts=HEIF),
        member(),
    ),
    (Rule(Criterion.QUALITY), member(), member(facts=replace(FACTS, quality=80))),
    (Rule(Criterion.SIZE), member(size_bytes=2), member(size_bytes=1)),
    (Rule(Criterion.DATE), member(mtime_ns=1), member(mtime_ns=2)),
    (Rule(Criterion.DATE), member(facts=CAMERA, mtime_ns=9), member(mtime_ns=1)),
    (
        Rule(Criterion.DATE),
        member(facts=CAMERA, mtime_ns=9),
        member(facts=replace(CAMERA, taken="2012-01-01T00:00:00"), mtime_ns=1),
    ),
    (Rule(Criterion.PLACE), member(facts=replace(FACTS, has_gps=True)), member()),
    (Rule(Criterion.NAME, text="IMG_*; DSC*"), member("/p/dsc01.jpg"), member("/p/x.jpg")),
    (Rule(Criterion.PATH_LENGTH), member("/p/long name.jpg"), member("/p/q/a.jpg")),
    (Rule(Criterion.PATH_LENGTH), member("/p/a.jpg"), member("/p/aa.jpg")),
    (Rule(Criterion.PROPOSAL), member(is_keeper=True), member(keep=True)),
    (Rule(Criterion.PROPOSAL), member(keep=True), member()),
]


@pytest.mark.parametrize(("rule", "better", "worse"), BETTER, ids=lambda one: str(one)[:40])
def test_each_rule_prefers_one_side(rule: Rule, better: GroupMember, worse: GroupMember) -> None:
    key = key_of([rule], SOURCES)
    assert key(better) < key(worse)
    both = [(0, 1), (1, 0)]
    assert choose([key(better), key(worse)], both).goes == {1: 0}
    if rule.criterion in REVERSIBLE and rule.criterion is not Criterion.DATE:
        turned = key_of([replace(rule, is_reversed=True)], SOURCES)
        assert turned(better) > turned(worse)


def test_the_newest_can_be_preferred_and_what_has_no_date_still_comes_last() -> None:
    key = key_of([Rule(Criterion.DATE, is_reversed=True)], SOURCES)
    later = replace(CAMERA, taken="2012-01-01T00:00:00")
    assert key(member(facts=later)) < key(member(facts=CAMERA)) < key(member())
    assert key(member(mtime_ns=2)) < key(member(mtime_ns=1))


def test_every_criterion_is_tried_and_every_preset_ends_without_ties() -> None:
    assert {rule.criterion for rule, _, _ in BETTER} == set(Criterion)
    assert all(rules[-1].criterion is Criterion.PROPOSAL for rules in PRESETS.values())


@pytest.mark.parametrize("text", ["", " ; ", "[", "(", "*"])
def test_any_text_is_a_pattern(text: str) -> None:
    key = key_of([Rule(Criterion.NAME, text=text), Rule(Criterion.FORMAT, text=text)], SOURCES)
    assert key(member()) == key(member("/library/b.jpg"))


def test_the_first_rule_that_tells_them_apart_decides() -> None:
    rules = [Rule(Criterion.PLACE), Rule(Criterion.SIZE), Rule(Criterion.DATE)]
    key = key_of(rules, SOURCES)
    keys = [key(member(size_bytes=1, mtime_ns=1)), key(member(size_bytes=2, mtime_ns=9))]
    assert choose(keys, [(0, 1), (1, 0)]).decided_by == 1


def test_equal_copies_are_a_tie_that_is_left_open() -> None:
    choice = choose([(0,), (0,), (1,)], [(0, 1), (1, 0), (2, 0)])
    assert (choice.goes, choice.is_tie) == ({}, True)


def test_of_equal_copies_the_one_that_holds_more_stays() -> None:
    choice = choose([(0,), (0,)], [(0, 1)])
    assert (choice.goes, choice.decided_by, choice.is_tie) == ({0: 1}, None, False)


def test_a_photo_that_holds_more_stays_against_the_rules() -> None:
    assert choose([(0,), (1,)], [(0, 1)]).goes == {}


def test_nothing_goes_for_a_copy_that_goes_itself() -> None:
    # 2 could only go for 1, which goes for 0.
    assert choose([(0,), (1,), (2,)], [(1, 0), (2, 1)]).goes == {1: 0}


# Laws


@st.composite
def any_group(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], set[tuple[int, int]]]:
    """Keys of some copies, and any relation among them."""
    count = draw(st.integers(1, 7))
    key = st.tuples(st.integers(0, 2), st.integers(0, 1))
    keys: list[tuple[int, ...]] = [draw(key) for _ in range(count)]
    pairs = [(one, other) for one in range(count) for other in range(count) if one != other]
    may_go = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return keys, may_go


@given(any_group())
def test_a_group_is_never_emptied_and_nothing_goes_without_proof(
    group: tuple[list[tuple[int, ...]], set[tuple[int, int]]],
) -> None:
    keys, may_go = group
    choice = choose(keys, may_go)
    assert len(choice.goes) < len(keys)
    for goes, stays in choice.goes.items():
        assert (goes, stays) in may_go
        assert stays not in choice.goes
        assert keys[stays] < keys[goes] or (
            keys[stays] == keys[goes] and (stays, goes) not in may_go
        )
    assert not (choice.is_tie and choice.goes)


@given(any_group(), st.randoms(use_true_random=False))
def test_the_order_of_the_copies_makes_no_difference(
    group: tuple[list[tuple[int, ...]], set[tuple[int, int]]], random: Any
) -> None:
    keys, may_go = group
    order = list(range(len(keys)))
    random.shuffle(order)
    place_of = {one: place for place, one in enumerate(order)}
    shuffled = choose(
        [keys[one] for one in order],
        [(place_of[goes], place_of[stays]) for goes, stays in may_go],
    )
    choice = choose(keys, may_go)
    assert {order[one] for one in shuffled.goes} == set(choice.goes)
    assert shuffled.is_tie == choice.is_tie


@st.composite
def any_members(draw: st.DrawFn) -> list[GroupMember]:
    paths = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["/library/", "/phone/x/", "/backup/"]),
                st.sampled_from(["a.jpg", "a (1).jpg", "IMG_1.heic", "x \udcff.jpg"]),
            ).map("".join),
            min_size=1,
            max_size=6,
            unique=True,
        )
    )
    return [
        member(
            path,
            draw(st.sampled_from([FACTS, CAMERA, replace(FACTS, format="HEIF", quality=None)])),
            size_bytes=draw(st.integers(1, 3)),
            mtime_ns=draw(st.integers(1, 3)),
            protected=draw(st.booleans()),
            keep=draw(st.booleans()),
            is_keeper=not place,
        )
        for place, path in enumerate(paths)
    ]


ANY_RULES = st.lists(
    st.builds(
        Rule,
        st.sampled_from(Criterion),
        st.booleans(),
        st.sampled_from(["", "IMG_*", "HEIF; JPEG", "*(1)*"]),
    ),
    max_size=5,
)


@given(any_members(), ANY_RULES)
def test_no_rules_mark_a_protected_photo(members: list[GroupMember], rules: Sequence[Rule]) -> None:
    key = key_of(rules, SOURCES)
    # As the engine has it: what is protected may go for nothing.
    may_go = [
        (goes, stays)
        for goes, one in enumerate(members)
        for stays in range(len(members))
        if goes != stays and not one.file.protected
    ]
    choice = choose([key(one) for one in members], may_go)
    assert not any(members[place].file.protected for place in choice.goes)
    assert len(choice.goes) < len(members)
