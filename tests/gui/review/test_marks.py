import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark, MarkKey, MarkRow
from dupefinder.core.decisions.separated import Separation
from dupefinder.core.records import Evidence, Group, Reason, ReasonCode
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, MOVING, UNDECIDED
from dupefinder.gui.review.marks import Marks
from tests.gui.groups import group, pair, photo, proposed_in, results_of
from tests.gui.stand_ins import catch

ZOO = group(
    photo("library/zoo.jpg", 5000),
    photo("backup/zoo.jpg", 400, evidence=Evidence.SAME_BYTES),
    photo("phone/zoo.jpg", 30, evidence=Evidence.EDITED),
)
GUARDED = group(
    photo("library/g.jpg", 5000, protected=True),
    photo("albums/g.jpg", 5000, evidence=Evidence.SAME_BYTES, protected=True),
    photo("backup/g.jpg", 4000, evidence=Evidence.SAME_PIXELS),
)
ALIKE = pair("l.jpg", Evidence.LOOK_ALIKE)


class Kept:
    """The marks that were to be written down, and those that were refused."""

    def __init__(self, marks: Marks) -> None:
        self.rows: list[MarkRow] = []
        self.separated: dict[str, Separation] = {}
        self.refused: list[str] = []
        marks.kept.connect(self._keep)
        marks.separated.connect(self._separate)
        marks.refused.connect(self.refused.append)

    def _keep(self, changes: dict[MarkKey, Mark]) -> None:
        self.rows += [MarkRow(*key, mark) for key, mark in changes.items()]

    def _separate(
        self, separations: Sequence[Separation], are_different: bool, regroup: bool
    ) -> None:
        self.regrouped = regroup
        for separation in separations:
            if are_different:
                self.separated[separation.separation_id] = separation
            else:
                self.separated.pop(separation.separation_id, None)


def shown(results: Results) -> tuple[Marks, Kept]:
    marks = Marks()
    kept = Kept(marks)
    marks.set_results(results)
    return marks, kept


def said(marks: Marks, group: Group) -> list[Mark]:
    return [marks.mark_of(member) for member in group.members]


K, R, N = Mark.KEEP, Mark.REMOVE, Mark.NONE


def test_at_first_nothing_is_decided(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO))
    assert said(marks, ZOO) == [N, N, N]
    assert marks.states.tolist() == [UNDECIDED]
    assert marks.totals() == (0, 0)
    assert marks.removals() == []


def test_a_mark_on_one_photo_leaves_the_others_as_they_are(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO))
    assert marks.toggle(ZOO, ZOO.members[1])
    assert said(marks, ZOO) == [N, R, N]
    assert marks.totals() == (1, 400)
    assert marks.states.tolist() == [DECIDED]
    assert marks.removals() == [(ZOO, (ZOO.members[1],))]
    changed = {row.relative_path: row.mark for row in kept.rows if row.mark}
    assert changed == {"backup/zoo.jpg": R}
    assert marks.toggle(ZOO, ZOO.members[1])
    assert said(marks, ZOO) == [N, K, N]


TRIO = group(
    photo("library/t.jpg", 5000),
    photo("backup/t.jpg", 400, evidence=Evidence.SAME_BYTES),
    photo("phone/t.jpg", 300, evidence=Evidence.RE_ENCODED),
)


def test_a_group_is_undecided_until_all_that_it_proposes_is_marked(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(TRIO))
    assert marks.set_mark(TRIO, TRIO.members[1], R)
    assert (said(marks, TRIO), marks.states.tolist()) == ([N, R, N], [UNDECIDED])
    assert marks.totals() == (1, 400)
    assert marks.accept(TRIO)
    assert (said(marks, TRIO), marks.states.tolist()) == ([K, R, R], [DECIDED])
    marks.clear(TRIO)
    assert marks.set_mark(TRIO, TRIO.members[2], K)
    marks.accept_groups(np.array([0]))
    assert said(marks, TRIO) == [K, R, K]


def test_groups_whose_keeper_is_away_are_left_open(qtbot: QtBot) -> None:
    results = results_of(TRIO, ZOO)
    marks, kept = shown(results)
    told: list[str] = []
    marks.decided.connect(lambda decision: told.append(decision.text))
    marks.away.set_folders([os.path.dirname(TRIO.members[0].file.path)])
    assert TRIO.members[0].file.path in marks.away
    marks.accept_groups(np.arange(2))
    assert (marks.states.tolist(), kept.refused) == ([UNDECIDED, UNDECIDED], ["away"])
    # Both are kept in that folder; then only one of them is missing.
    marks.away.set_folders([])
    marks.away.add(TRIO.members[0].file.path)
    proposed = marks.open_part(proposed_in(results))
    assert results.members.group[proposed.places].tolist() == [1] * proposed.photos
    marks.accept_groups(np.arange(2))
    assert marks.states.tolist() == [UNDECIDED, DECIDED]
    assert told[-1].endswith("1 group is left open: a copy that would stay is not there now.")
    marks.away.discard(TRIO.members[0].file.path)
    marks.accept_groups(np.arange(2))
    assert marks.states.tolist() == [DECIDED, DECIDED]


def test_copies_of_a_removed_keeper_are_kept(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(TRIO, ZOO))
    assert marks.toggle(TRIO, TRIO.members[0])
    assert said(marks, TRIO) == [R, K, K]
    # An edited copy goes beside what is kept by decision; the proposal for the third holds.
    assert marks.toggle(ZOO, ZOO.members[2])
    assert said(marks, ZOO) == [K, N, R]
    assert marks.states.tolist() == [DECIDED, UNDECIDED]
    assert kept.refused == []


def test_photos_being_checked_are_not_decided_by_other_marks(qtbot: QtBot) -> None:
    checking = Reason(ReasonCode.BEING_CHECKED)
    mixed = group(
        photo("library/m.jpg", 5000),
        photo("backup/m.jpg", 400, evidence=Evidence.EDITED),
        photo("phone/m.jpg", 30, evidence=Evidence.RE_ENCODED, keep=True, reason=checking),
    )
    alone = pair("e.jpg", Evidence.EDITED)
    marks, kept = shown(results_of(mixed, alone))
    assert marks.toggle(mixed, mixed.members[1])
    assert said(marks, mixed) == [K, R, N]
    assert marks.toggle(alone, alone.members[0])
    assert said(marks, alone) == [R, K]
    # The copy that it is held against goes as well: others stay for both.
    three = group(*alone.members, photo("phone/e.jpg", evidence=Evidence.EDITED))
    marks, kept = shown(results_of(three))
    assert marks.set_mark(three, three.members[2], K)
    assert marks.toggle(three, three.members[0])
    assert marks.toggle(three, three.members[1])
    assert said(marks, three) == [R, R, K]
    assert kept.refused == []


def test_keep_only_one(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO))
    assert marks.keep_only(ZOO, ZOO.members[2])
    assert said(marks, ZOO) == [R, R, K]
    assert marks.totals() == (2, 5400)


def test_keep_all_and_clear(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO))
    marks.keep_all(ZOO)
    assert said(marks, ZOO) == [K, K, K]
    marks.clear(ZOO)
    assert said(marks, ZOO) == [N, N, N]
    assert marks.states.tolist() == [UNDECIDED]
    assert {row.mark for row in kept.rows[-3:]} == {N}


def test_the_last_copy_is_never_marked(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO))
    marks.keep_only(ZOO, ZOO.members[0])
    assert not marks.toggle(ZOO, ZOO.members[0])
    assert kept.refused == ["last-copy"]
    assert said(marks, ZOO) == [K, R, R]


def test_a_protected_photo_is_never_marked(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(GUARDED))
    assert not marks.toggle(GUARDED, GUARDED.members[1])
    assert kept.refused == ["protected"]
    assert said(marks, GUARDED) == [N, N, N]
    assert marks.keep_only(GUARDED, GUARDED.members[0])
    assert said(marks, GUARDED) == [K, K, R]


def test_one_look_alike_may_go_by_hand(qtbot: QtBot) -> None:
    results = results_of(ZOO, ALIKE)
    marks, kept = shown(results)
    assert not marks.accept(ALIKE)
    marks.accept_proposal(proposed_in(results))
    assert said(marks, ALIKE) == [N, N]
    assert marks.toggle(ALIKE, ALIKE.members[0])
    assert said(marks, ALIKE) == [R, K]
    assert not marks.set_mark(ALIKE, ALIKE.members[1], R)
    assert kept.refused == ["look-alikes-alone", "last-copy"]
    assert marks.removals()[-1] == (ALIKE, (ALIKE.members[0],))
    assert ALIKE.members[1].file.path in marks.kept_paths()
    marks.clear(ALIKE)
    assert said(marks, ALIKE) == [N, N]


def test_a_photo_with_copies_is_decided_in_their_group_first(qtbot: QtBot) -> None:
    twins = pair("shot.jpg")
    alike = group(twins.members[0], photo("library/next.jpg", evidence=Evidence.LOOK_ALIKE))
    marks, kept = shown(results_of(twins, alike))
    assert not marks.keep_all(alike)
    assert not marks.keep_only(alike, alike.members[0])
    assert marks.accept(twins)
    assert marks.states.tolist() == [DECIDED, UNDECIDED]
    assert not marks.keep_only(alike, alike.members[1])
    assert kept.refused == ["has-copies"] * 3
    assert marks.keep_only(alike, alike.members[0])
    assert said(marks, alike) == [K, R]
    assert marks.states.tolist() == [DECIDED, DECIDED]
    # One went because this one stays, so it cannot go before that is decided anew.
    assert not marks.keep_only(twins, twins.members[1])
    assert kept.refused[-1] == "relied-on"
    marks.clear(alike)
    assert said(marks, twins) == [K, R]
    assert said(marks, alike) == [K, N]
    assert marks.keep_only(twins, twins.members[1])


def test_a_photo_of_several_pairs_has_one_mark_and_goes_once(qtbot: QtBot) -> None:
    alike = Evidence.LOOK_ALIKE
    first = group(photo("a.jpg"), photo("b.jpg", evidence=alike))
    second = group(photo("b.jpg"), photo("c.jpg", evidence=alike))
    marks, kept = shown(results_of(first, second))
    assert marks.keep_only(first, first.members[0])
    assert (said(marks, first), said(marks, second)) == ([K, R], [R, N])
    assert marks.keep_only(second, second.members[1])
    assert (said(marks, first), said(marks, second)) == ([K, R], [R, K])
    assert marks.removals() == [(first, (first.members[1],))]
    # Its kept photo in the first pair may go now, as the one in the second stays.
    assert not marks.set_mark(first, first.members[0], R)
    assert kept.refused == ["last-copy"]


def test_provisional_groups_are_not_decided(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO, provisional=True))
    assert not marks.toggle(ZOO, ZOO.members[1])
    assert not marks.dismiss(ZOO)
    assert kept.refused == ["provisional", "provisional"]


def test_marks_are_taken_back_and_done_again(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO))
    marks.toggle(ZOO, ZOO.members[1])
    marks.keep_only(ZOO, ZOO.members[2])
    marks.stack.undo()
    assert said(marks, ZOO) == [N, R, N]
    marks.stack.undo()
    assert said(marks, ZOO) == [N, N, N]
    assert {row.mark for row in kept.rows[-3:]} == {N}
    marks.stack.redo()
    assert said(marks, ZOO) == [N, R, N]


def test_unchanged_marks_add_no_undo_step(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO))
    marks.keep_all(ZOO)
    marks.keep_all(ZOO)
    assert marks.stack.count() == 1


def test_dismissed_groups_are_remembered_by_content(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO, GUARDED))
    marks.toggle(ZOO, ZOO.members[1])
    assert marks.dismiss(ZOO)
    assert marks.states.tolist() == [DISMISSED, UNDECIDED]
    (separation,) = kept.separated.values()
    assert [(one.part, one.keys.digest, one.path) for one in separation.photos] == [
        (part, member.digest, member.file.path) for part, member in enumerate(ZOO.members)
    ]
    assert marks.totals() == (0, 0)
    marks.stack.undo()
    assert marks.states.tolist() == [DECIDED, UNDECIDED]
    assert kept.separated == {}
    assert marks.totals() == (1, 400)


def test_a_proposal_says_what_it_would_do_and_does_that(qtbot: QtBot) -> None:
    groups = [ZOO, GUARDED, pair("p.jpg", Evidence.RE_ENCODED, 70), ALIKE]
    results = results_of(*groups)
    marks, _ = shown(results)
    proposal = marks.open_part(proposed_in(results, MatchKind.SAME_BYTES))
    assert (proposal.photos, proposal.size_bytes) == (1, 400)
    everything = marks.open_part(proposed_in(results))
    assert (everything.photos, everything.size_bytes) == (3, 400 + 4000 + 70)
    marks.accept_proposal(everything)
    assert marks.totals() == (3, 4470)
    assert said(marks, ZOO) == [N, R, N]
    assert marks.states.tolist() == [DECIDED, DECIDED, DECIDED, UNDECIDED]
    assert said(marks, ALIKE) == [N, N]
    marks.stack.undo()
    assert marks.totals() == (0, 0)


def test_one_match_kind_after_the_other_is_selected(qtbot: QtBot) -> None:
    mixed = group(
        photo("library/m.jpg", 5000),
        photo("backup/m.jpg", 400, evidence=Evidence.SAME_BYTES),
        photo("phone/m.jpg", 30, evidence=Evidence.RE_ENCODED),
    )
    results = results_of(mixed)
    marks, _ = shown(results)
    marks.accept_proposal(proposed_in(results, MatchKind.SAME_BYTES))
    assert said(marks, mixed) == [N, R, N]
    assert marks.open_part(proposed_in(results, MatchKind.SAME_BYTES)).photos == 0
    proposal = proposed_in(results, MatchKind.RE_ENCODED)
    assert marks.open_part(proposal).photos == 1
    marks.accept_proposal(proposal)
    assert said(marks, mixed) == [N, R, R]
    assert not marks.toggle(mixed, mixed.members[0])


def test_accepting_a_proposal_leaves_decided_groups_alone(qtbot: QtBot) -> None:
    results = results_of(ZOO, pair("p.jpg"))
    marks, _ = shown(results)
    marks.keep_all(ZOO)
    proposal = proposed_in(results, MatchKind.SAME_BYTES)
    assert (proposal.photos, marks.open_part(proposal).photos) == (2, 1)
    marks.accept_proposal(proposal)
    assert said(marks, ZOO) == [K, K, K]


def test_accepting_a_proposal_never_takes_the_last_copy(qtbot: QtBot) -> None:
    """A mark of an earlier run may lie on what the rules would keep now."""
    keeper = ZOO.members[0].file
    results = results_of(ZOO)
    marks, _ = shown(results)
    rows = [
        MarkRow(ZOO.members[0].digest, keeper.volume_id, keeper.relative_path, R),
        MarkRow(ZOO.members[2].digest, "uuid:1", ZOO.members[2].file.relative_path, R),
    ]
    marks.load(rows)
    proposal = proposed_in(results)
    assert marks.open_part(proposal).photos == 0
    marks.accept_proposal(proposal)
    assert said(marks, ZOO) == [R, N, R]


def test_groups_decided_since_a_proposal_are_left_alone(qtbot: QtBot) -> None:
    other = pair("p.jpg", size_bytes=70)
    results = results_of(ZOO, other)
    marks, kept = shown(results)
    proposal = proposed_in(results)
    marks.keep_all(ZOO)
    marks.set_results(results_of(pair("first.jpg"), other, ZOO))
    marks.accept_proposal(proposal)
    assert (said(marks, ZOO), said(marks, other)) == ([K, K, K], [N, R])
    marks.set_results(results_of(ZOO, provisional=True))
    marks.accept_proposal(proposal)
    assert kept.refused == ["provisional"]


def test_marks_stay_with_their_photos_in_other_groups(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO))
    marks.toggle(ZOO, ZOO.members[1])
    marks.set_results(results_of(pair("other.jpg")))
    assert marks.totals() == (0, 0)
    marks.set_results(results_of(pair("other.jpg"), ZOO))
    assert said(marks, ZOO) == [N, R, N]
    assert marks.states.tolist() == [UNDECIDED, DECIDED]


def test_marks_of_an_earlier_run_come_back(qtbot: QtBot) -> None:
    before, kept = shown(results_of(ZOO))
    before.toggle(ZOO, ZOO.members[1])
    for results_first in (True, False):
        marks = Marks()
        if results_first:
            marks.set_results(results_of(ZOO))
        marks.load(kept.rows)
        marks.set_results(results_of(ZOO, GUARDED))
        assert said(marks, ZOO) == [N, R, N]
        assert marks.states.tolist() == [DECIDED, UNDECIDED]


def test_a_changed_photo_has_no_mark(qtbot: QtBot) -> None:
    before, kept = shown(results_of(ZOO))
    before.keep_all(ZOO)
    marks = Marks()
    marks.load(kept.rows)
    changed = group(
        ZOO.members[0], photo("backup/zoo.jpg", content="new", evidence=Evidence.EDITED)
    )
    marks.set_results(results_of(changed))
    assert said(marks, changed) == [K, N]


def test_a_cleared_mark_does_not_come_back(qtbot: QtBot) -> None:
    before, kept = shown(results_of(ZOO))
    before.toggle(ZOO, ZOO.members[1])
    marks = Marks()
    marks.load(kept.rows)
    marks.set_results(results_of(ZOO))
    marks.clear(ZOO)
    marks.set_results(results_of(ZOO))
    assert said(marks, ZOO) == [N, N, N]


def test_changed_groups_are_reported(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO, pair("p.jpg")))
    with qtbot.waitSignal(marks.changed) as changed:
        marks.toggle(ZOO, ZOO.members[1])
    assert changed.args is not None
    assert np.array_equal(changed.args[0], [0])


CLICKED = results_of(ZOO, GUARDED, ALIKE)
MOVES: list[Callable[[Marks, Group, int], object]] = [
    lambda marks, group, place: marks.toggle(group, group.members[place]),
    lambda marks, group, place: marks.keep_only(group, group.members[place]),
    lambda marks, group, place: marks.keep_all(group),
    lambda marks, group, place: marks.clear(group),
    lambda marks, group, place: marks.dismiss(group),
    lambda marks, group, place: marks.stack.undo(),
    lambda marks, group, place: marks.stack.redo(),
    lambda marks, group, place: marks.accept_proposal(proposed_in(CLICKED)),
]


@given(
    st.lists(
        st.tuples(st.sampled_from(MOVES), st.sampled_from([ZOO, GUARDED, ALIKE]), st.integers(0, 1))
    )
)
@pytest.mark.usefixtures("qapp")
def test_no_sequence_of_clicks_removes_every_copy(
    moves: list[tuple[Callable[[Marks, Group, int], object], Group, int]],
) -> None:
    marks, kept = shown(CLICKED)
    for move, where, place in moves:
        move(marks, where, place)
    for removed_from, gone in marks.removals():
        assert len(gone) < len(removed_from.members)
        assert not any(member.file.protected for member in gone)
    photos, size_bytes = marks.totals()
    gone_now = [member for _, gone in marks.removals() for member in gone]
    assert (photos, size_bytes) == (len(gone_now), sum(one.file.size_bytes for one in gone_now))
    # The stored marks are the ones on show.
    written = {row.relative_path: row.mark for row in kept.rows}
    for one in (*ZOO.members, *GUARDED.members):
        assert marks.mark_of(one) is written.get(one.file.relative_path, Mark.NONE)


def test_a_mark_does_not_hold_where_the_folder_is_protected_now(qtbot: QtBot) -> None:
    before, kept = shown(results_of(ZOO))
    before.keep_only(ZOO, ZOO.members[0])
    guarded = group(
        ZOO.members[0],
        *(replace(one, file=replace(one.file, protected=True)) for one in ZOO.members[1:]),
    )
    marks, again = shown(results_of(guarded))
    marks.load(kept.rows)
    assert said(marks, guarded) == [K, N, N]
    assert marks.totals() == (0, 0)
    assert marks.removals() == []
    assert marks.set_mark(guarded, guarded.members[1], Mark.KEEP)
    assert again.refused == []


def test_removed_photos_come_back_without_a_mark(qtbot: QtBot) -> None:
    marks, kept = shown(results_of(ZOO))
    marks.keep_only(ZOO, ZOO.members[0])
    assert marks.kept_paths() == {ZOO.members[0].file.path}
    marks.use_up({ZOO.members[1].file.path})
    assert said(marks, ZOO) == [K, N, R]
    assert kept.rows[-1].mark is N


def test_while_an_action_works_on_a_group_the_others_are_decided(qtbot: QtBot) -> None:
    results = results_of(ZOO, TRIO, GUARDED)
    marks, kept = shown(results)
    changed = catch(marks.changed)
    marks.keep_only(ZOO, ZOO.members[0])
    assert marks.totals() == (2, 430)
    marks.begin_moving([ZOO.members[1].file.path])
    assert changed[-1].tolist() == [0]
    assert marks.states.tolist() == [MOVING, UNDECIDED, UNDECIDED]
    assert marks.is_moving(ZOO)
    assert not marks.stack.canUndo()
    assert marks.totals() == (0, 0)
    decisions: list[Callable[[], object]] = [
        lambda: marks.keep_all(ZOO),
        lambda: marks.toggle(ZOO, ZOO.members[0]),
        lambda: marks.accept(ZOO),
        lambda: marks.accept_with(ZOO, ZOO.members[1]),
        lambda: marks.dismiss(ZOO),
        lambda: marks.split(ZOO, ZOO.members[1]),
        lambda: marks.clear(ZOO),
        lambda: marks.strictness.tighten(ZOO),
    ]
    for decide in decisions:
        decide()
    assert kept.refused == ["moving"] * len(decisions)
    assert marks.accept(TRIO)
    marks.keep_groups(np.array([0, 2]))
    assert (said(marks, ZOO), said(marks, GUARDED)) == ([K, R, R], [K, K, K])
    # Also in results that are made meanwhile.
    marks.set_results(results_of(TRIO, ZOO))
    assert marks.states.tolist() == [DECIDED, MOVING]
    marks.use_up({ZOO.members[1].file.path})
    marks.end_moving()
    assert (said(marks, ZOO), said(marks, TRIO)) == ([K, N, R], [K, R, R])
    marks.stack.undo()
    marks.stack.undo()
    assert said(marks, TRIO) == [N, N, N]


def test_photos_of_one_action_stay_moving_when_another_begins(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO, TRIO, GUARDED))
    marks.begin_moving([ZOO.members[1].file.path])
    marks.begin_moving([TRIO.members[1].file.path])
    assert marks.states.tolist() == [MOVING, MOVING, UNDECIDED]
    assert marks.moving_count == 2
    marks.end_moving()
    assert marks.states.tolist() == [UNDECIDED] * 3


def test_a_dismissed_group_leaves_no_mark_behind(qtbot: QtBot) -> None:
    marks, _ = shown(results_of(ZOO))
    marks.keep_only(ZOO, ZOO.members[0])
    marks.dismiss(ZOO)
    smaller = group(*ZOO.members[:2])
    marks.set_results(results_of(smaller))
    assert said(marks, smaller) == [N, N]
    assert marks.totals() == (0, 0)
    marks.set_results(results_of(ZOO))
    marks.stack.undo()
    assert said(marks, ZOO) == [K, R, R]


def test_marks_beside_a_copy_that_is_gone_do_not_empty_a_group(qtbot: QtBot) -> None:
    before, kept = shown(results_of(ZOO))
    before.keep_only(ZOO, ZOO.members[0])
    rest = group(photo("backup/zoo.jpg", 400), replace(ZOO.members[2], against=None))
    marks, _ = shown(results_of(rest))
    marks.load(kept.rows)
    assert said(marks, rest) == [N, N]
    assert marks.totals() == (0, 0)
    assert marks.states.tolist() == [UNDECIDED]
    assert marks.keep_only(rest, rest.members[0])
    assert said(marks, rest) == [K, R]
    # Where the copy is back, the marks hold again.
    marks.stack.undo()
    marks.set_results(results_of(ZOO))
    assert said(marks, ZOO) == [K, R, R]


PAIRS = [
    group(photo(f"burst/{one}.jpg"), photo(f"burst/{other}.jpg", evidence=Evidence.LOOK_ALIKE))
    for one, other in ("ab", "bc", "ac", "cd")
]
TWINS = group(photo("burst/a.jpg"), photo("backup/a.jpg", evidence=Evidence.SAME_BYTES))
ALTERED = group(
    photo("x/e.jpg"),
    photo("x/f.jpg", evidence=Evidence.EDITED),
    photo("x/g.jpg", evidence=Evidence.ROTATED),
)
EVERYWHERE = [TWINS, ALTERED, *PAIRS]
CHOSEN = results_of(*EVERYWHERE)
IN_BULK: list[Callable[[Marks, Group, int], object]] = [
    lambda marks, group, place: marks.accept(group),
    lambda marks, group, place: marks.accept_proposal(proposed_in(CHOSEN)),
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*MOVES[:-1], *IN_BULK]),
            st.sampled_from(EVERYWHERE),
            st.integers(0, 1),
        ),
        max_size=12,
    )
)
@pytest.mark.usefixtures("qapp")
def test_a_photo_stays_beside_every_one_chosen_by_hand(
    moves: list[tuple[Callable[[Marks, Group, int], object], Group, int]],
) -> None:
    marks, _ = shown(CHOSEN)
    for move, where, place in moves:
        move(marks, where, place)
    removals = marks.removals()
    paths = [member.file.path for _, gone in removals for member in gone]
    assert len(paths) == len(set(paths)) == marks.totals()[0]
    for where, gone in removals:
        staying = [one for one in where.members if one not in gone]
        assert any(one.file.path not in paths for one in staying)
        if where in PAIRS:
            assert len(gone) == 1
            assert gone[0].file.path != TWINS.members[0].file.path


@given(st.lists(st.tuples(st.sampled_from(IN_BULK), st.sampled_from(EVERYWHERE)), max_size=6))
@pytest.mark.usefixtures("qapp")
def test_nothing_that_shows_something_of_its_own_is_marked_in_bulk(
    moves: list[tuple[Callable[[Marks, Group, int], object], Group]],
) -> None:
    marks, _ = shown(CHOSEN)
    for move, where in moves:
        move(marks, where, 0)
    gone = {member.file.path for _, photos in marks.removals() for member in photos}
    assert gone <= {TWINS.members[1].file.path}


def test_marks_whose_places_were_foreseen_are_shown_as_any(qtbot: QtBot) -> None:
    """Also those that were made meanwhile, and in other results than those that were foreseen."""
    other = pair("other.jpg")
    marks, _ = shown(results_of(ZOO, other))
    marks.accept(ZOO)
    later = results_of(pair("first.jpg"), other, ZOO)
    marks.foresee(later)
    marks.accept(other)
    marks.set_results(later)
    assert said(marks, ZOO) == [K, R, K]
    assert said(marks, other) == [K, R]
    assert marks.states.tolist() == [UNDECIDED, DECIDED, DECIDED]
    marks.foresee(results_of(GUARDED))
    marks.set_results(results_of(other, ZOO))
    assert marks.states.tolist() == [DECIDED, DECIDED]
    again = results_of(ZOO, other)
    marks.foresee(again)
    marks.clear(ZOO)
    marks.set_results(again)
    assert said(marks, ZOO) == [N, N, N]


@pytest.mark.parametrize("line", range(1, 7))
def test_foreseeing_during_a_change_of_results_marks_no_other_photo(
    line: int, qtbot: QtBot
) -> None:
    """It looks ahead in a thread of its own, also while results are being shown."""
    marks, _ = shown(results_of(ZOO))
    assert marks.accept(ZOO)
    now, next_ones = results_of(ZOO, GUARDED), results_of(GUARDED, ZOO)
    marks.foresee(now)
    lines: list[int] = []

    def foresee_in_between(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        if frame.f_code.co_name != "_carried_to":
            return None
        if event == "line":
            lines.append(frame.f_lineno)
            if len(lines) == line:
                marks.foresee(next_ones)
        return foresee_in_between

    before = sys.gettrace()
    sys.settrace(foresee_in_between)
    try:
        marks.set_results(now)
    finally:
        sys.settrace(before)
    assert lines
    assert said(marks, ZOO) == [K, R, K]
    assert said(marks, GUARDED) == [N, N, N]
