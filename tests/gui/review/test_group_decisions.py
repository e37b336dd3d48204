from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import DifferenceBox, Evidence, Reason, ReasonCode
from dupefinder.gui.review.decisions import (
    DecisionState,
    look_of,
    refusal_text,
    state_of,
    why_text,
)
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.marks import Marks
from tests.gui.groups import group, pair, photo, results_of
from tests.gui.stand_ins import catch

TRIO = group(
    photo("library/a.jpg"),
    photo("backup/b.jpg", evidence=Evidence.RE_ENCODED),
    photo("safe/c.jpg", evidence=Evidence.RE_ENCODED, protected=True),
)
ALIKE = pair("d.jpg", Evidence.LOOK_ALIKE)
NONE, KEEP, REMOVE = Mark.NONE, Mark.KEEP, Mark.REMOVE


@pytest.fixture
def marks(qtbot: QtBot) -> Iterator[Marks]:
    marks = Marks()
    marks.set_results(results_of(TRIO, ALIKE))
    yield marks
    marks.deleteLater()


@pytest.fixture
def deciding(marks: Marks) -> GroupDecisions:
    deciding = GroupDecisions(marks, marks)
    deciding.set_group(TRIO)
    return deciding


def marks_of(marks: Marks) -> list[Mark]:
    return [marks.mark_of(member) for member in TRIO.members]


def press(
    deciding: GroupDecisions,
    key: Qt.Key,
    text: str = "",
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    held: bool = False,
) -> bool:
    return deciding.take_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, held))


def test_keys_decide(deciding: GroupDecisions, marks: Marks) -> None:
    assert press(deciding, Qt.Key.Key_K, "k")
    assert marks_of(marks) == [KEEP, REMOVE, KEEP]
    assert press(deciding, Qt.Key.Key_A, "a")
    assert marks_of(marks) == [KEEP, KEEP, KEEP]
    deciding.choose(1)
    assert press(deciding, Qt.Key.Key_Space, " ")
    assert marks_of(marks) == [KEEP, REMOVE, KEEP]
    assert press(deciding, Qt.Key.Key_Space, " ")
    assert marks_of(marks) == [KEEP, KEEP, KEEP]
    assert press(deciding, Qt.Key.Key_2, "2")
    assert marks_of(marks) == [REMOVE, KEEP, KEEP]


def test_one_key_keeps_another_photo_than_proposed_and_goes_on(qtbot: QtBot) -> None:
    mixed = group(
        photo("library/m.jpg"),
        photo("backup/m.jpg", evidence=Evidence.RE_ENCODED),
        photo("phone/m.jpg", evidence=Evidence.RE_ENCODED),
        photo("web/m.jpg", evidence=Evidence.EDITED),
    )
    marks = Marks()
    marks.set_results(results_of(mixed, TRIO))
    deciding = GroupDecisions(marks, marks)
    gone_on = []
    deciding.go_on = lambda: gone_on.append(deciding.group)
    for current, given in (
        (1, [REMOVE, KEEP, REMOVE, KEEP]),
        (2, [REMOVE, REMOVE, KEEP, KEEP]),
        (0, [KEEP, REMOVE, REMOVE, KEEP]),
        (3, [KEEP, REMOVE, REMOVE, KEEP]),  # an edited photo is in nobody's place
    ):
        deciding.set_group(mixed, current)
        assert press(deciding, Qt.Key.Key_R, "r")
        assert [marks.mark_of(one) for one in mixed.members] == given
    assert gone_on == [mixed] * 4
    marks.stack.undo()
    deciding.set_group(TRIO, 2)
    assert press(deciding, Qt.Key.Key_R, "r")
    assert marks_of(marks) == [REMOVE, REMOVE, KEEP]
    marks.deleteLater()


def test_protected_photos_stay_beside_the_chosen_keeper(qtbot: QtBot) -> None:
    guarded = group(
        photo("safe/n.jpg", protected=True), photo("backup/n.jpg", evidence=Evidence.SAME_BYTES)
    )
    marks = Marks()
    marks.set_results(results_of(guarded, ALIKE))
    assert marks.accept_with(guarded, guarded.members[1])
    refused = catch(marks.refused)
    assert not marks.accept_with(ALIKE, ALIKE.members[1])
    assert refused == ["look-alikes-alone"]
    assert [marks.mark_of(one) for one in guarded.members] == [KEEP, KEEP]
    marks.deleteLater()


def test_a_digit_that_is_typed_with_shift_counts(deciding: GroupDecisions, marks: Marks) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    assert press(deciding, Qt.Key.Key_1, "1", shift)
    assert marks_of(marks) == [KEEP, REMOVE, KEEP]


def test_a_number_with_alt_changes_that_photo_alone(deciding: GroupDecisions, marks: Marks) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    assert press(deciding, Qt.Key.Key_2, "2", alt)
    assert marks_of(marks) == [NONE, REMOVE, NONE]
    assert deciding.current == 1
    assert press(deciding, Qt.Key.Key_2, "2", alt)
    assert marks_of(marks) == [NONE, KEEP, NONE]
    assert press(deciding, Qt.Key.Key_9, "9", alt)
    assert marks_of(marks) == [NONE, KEEP, NONE]


def test_a_held_key_decides_once(deciding: GroupDecisions, marks: Marks) -> None:
    deciding.choose(1)
    assert press(deciding, Qt.Key.Key_Space, " ")
    assert press(deciding, Qt.Key.Key_Space, " ", held=True)
    assert marks_of(marks) == [NONE, REMOVE, NONE]


@pytest.mark.parametrize(
    ("key", "text", "modifiers"),
    [
        (Qt.Key.Key_Y, "y", Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_0, "0", Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_K, "", Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_A, "A", Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_0, "0", Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_K, "k", Qt.KeyboardModifier.AltModifier),
    ],
)
def test_other_keys_mean_nothing(
    deciding: GroupDecisions, marks: Marks, key: Qt.Key, text: str, modifiers: Qt.KeyboardModifier
) -> None:
    assert not press(deciding, key, text, modifiers)
    assert marks_of(marks) == [NONE, NONE, NONE]


def test_without_a_group_nothing_happens(marks: Marks) -> None:
    deciding = GroupDecisions(marks, marks)
    assert not press(deciding, Qt.Key.Key_K, "k")
    deciding.keep_current()
    deciding.keep_all()
    deciding.toggle_current()
    deciding.keep_number(1)
    deciding.clear()
    deciding.dismiss()
    deciding.choose(1)
    assert not deciding.is_dismissed
    assert not deciding.is_marked
    assert (deciding.current, deciding.count) == (0, 0)


def test_a_number_beyond_the_group_does_nothing(deciding: GroupDecisions, marks: Marks) -> None:
    for number in (0, 4, 9):
        deciding.keep_number(number)
    assert marks_of(marks) == [NONE, NONE, NONE]


def test_only_what_is_refused_here_is_told(deciding: GroupDecisions, marks: Marks) -> None:
    refused = catch(deciding.refused)
    marks.set_mark(TRIO, TRIO.members[2], Mark.REMOVE)
    assert refused == []
    deciding.mark(2, Mark.REMOVE)
    assert refused == ["protected"]
    assert deciding.current == 2
    deciding.set_group(ALIKE)
    deciding.accept()
    assert refused == ["protected", "look-alikes-alone"]


def test_the_last_copy_stays(marks: Marks) -> None:
    two = pair("e.jpg")
    marks.set_results(results_of(two))
    deciding = GroupDecisions(marks, marks)
    refused = catch(deciding.refused)
    deciding.set_group(two)
    deciding.keep_current()
    deciding.toggle_current()
    assert refused == ["last-copy"]


def test_marks_can_be_cleared(deciding: GroupDecisions, marks: Marks) -> None:
    deciding.keep_current()
    assert deciding.is_marked
    deciding.clear()
    assert not deciding.is_marked


def test_a_group_can_be_dismissed_and_taken_back(deciding: GroupDecisions) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    assert press(deciding, Qt.Key.Key_K, "K", shift)
    assert deciding.is_dismissed
    assert deciding.states(range(3)) == [DecisionState.DISMISSED] * 3
    assert press(deciding, Qt.Key.Key_K, "K", shift)
    assert not deciding.is_dismissed


def test_the_current_photo_is_told_once(deciding: GroupDecisions) -> None:
    told = catch(deciding.current_changed)
    for index in (0, 2, 2, 3, -1, 1):
        deciding.choose(index)
    assert told == [2, 1]


def test_states_follow_marks_and_proposals(deciding: GroupDecisions) -> None:
    assert deciding.states(range(3)) == [
        DecisionState.PROPOSED_KEEP,
        DecisionState.PROPOSED_REMOVE,
        DecisionState.PROPOSED_KEEP,
    ]
    deciding.keep_number(1)
    assert deciding.states(range(3)) == [
        DecisionState.KEEP,
        DecisionState.REMOVE,
        DecisionState.KEEP,
    ]
    deciding.set_group(ALIKE)
    assert deciding.states(range(2)) == [DecisionState.NOT_PROVEN, DecisionState.NOT_PROVEN]


def test_every_state_has_word_sign_and_reason(deciding: GroupDecisions) -> None:
    assert len({look_of(state).word for state in DecisionState}) == len(DecisionState)
    for state in DecisionState:
        assert why_text(TRIO.members[1], state)


def test_decisions_against_the_proposal_are_told() -> None:
    keeper, copy, protected = TRIO.members
    assert why_text(keeper, DecisionState.KEEP) == why_text(keeper, DecisionState.PROPOSED_KEEP)
    assert "otherwise" in why_text(keeper, DecisionState.REMOVE)
    assert "otherwise" in why_text(copy, DecisionState.KEEP)
    assert "protected" in why_text(protected, DecisionState.KEEP)


def test_nothing_is_proposed_for_what_is_still_compared(marks: Marks) -> None:
    waiting = photo(
        "backup/w.jpg",
        evidence=Evidence.RE_ENCODED,
        keep=True,
        reason=Reason(ReasonCode.BEING_CHECKED),
    )
    assert state_of(waiting, NONE, proven=True, dismissed=False) is DecisionState.CHECKING
    assert state_of(waiting, REMOVE, proven=True, dismissed=False) is DecisionState.REMOVE
    assert look_of(DecisionState.CHECKING).word == "Checking…"
    assert "nothing is proposed" in why_text(waiting, DecisionState.CHECKING)
    assert "full size" in why_text(waiting, DecisionState.KEEP)


def test_a_copy_that_differs_in_a_place_stays_because_of_it() -> None:
    edited = photo(
        "backup/e.jpg", evidence=Evidence.EDITED, differences=[DifferenceBox(3900, 2900, 50, 50)]
    )
    why = "kept: it differs in one place, lower right"
    assert why_text(edited, DecisionState.PROPOSED_KEEP) == why
    protected = replace(edited, file=replace(edited.file, protected=True))
    assert "protected" in why_text(protected, DecisionState.PROPOSED_KEEP)
    damaged = replace(edited, reason=Reason(ReasonCode.KEEPER_IS_DAMAGED))
    assert "damaged" in why_text(damaged, DecisionState.PROPOSED_KEEP)


def test_a_dismissed_pair_of_look_alikes_is_dismissed() -> None:
    assert state_of(ALIKE.members[1], NONE, proven=False, dismissed=True) is DecisionState.DISMISSED


def test_every_refusal_has_its_words() -> None:
    codes = (
        *("last-copy", "protected", "has-copies", "relied-on", "provisional", "being-checked"),
        *("nothing-proposed", "look-alikes-alone", "moving", "something new"),
    )
    assert len({refusal_text(code) for code in codes}) == len(codes)


def test_a_key_takes_the_current_photo_out_of_its_group(
    deciding: GroupDecisions, marks: Marks
) -> None:
    said = catch(marks.separated)
    marks.keep_only(TRIO, TRIO.members[0])
    deciding.choose(1)
    assert press(deciding, Qt.Key.Key_X, "x", held=True)
    assert said == []
    assert press(deciding, Qt.Key.Key_X, "x")
    (((separation,), are_different, regroup),) = said
    assert are_different
    assert regroup
    assert [one.part for one in separation.photos] == [1, 0, 1]
    # Decisions on the others stay.
    assert marks_of(marks) == [KEEP, NONE, KEEP]
    marks.stack.undo()
    assert said[1] == ((separation,), False, True)
    assert marks_of(marks) == [KEEP, REMOVE, KEEP]


def test_nothing_stays_marked_for_a_kept_photo_that_does_not_belong(
    deciding: GroupDecisions, marks: Marks
) -> None:
    marks.keep_only(TRIO, TRIO.members[0])
    assert press(deciding, Qt.Key.Key_X, "x")
    assert marks_of(marks) == [NONE, NONE, KEEP]
    marks.stack.undo()
    assert marks_of(marks) == [KEEP, REMOVE, KEEP]


def test_of_two_photos_one_that_does_not_belong_makes_them_no_duplicates(
    deciding: GroupDecisions,
) -> None:
    deciding.set_group(ALIKE)
    assert press(deciding, Qt.Key.Key_X, "x")
    assert deciding.is_dismissed


def test_a_key_matches_the_group_more_strictly(deciding: GroupDecisions, marks: Marks) -> None:
    said = catch(marks.strictness.changed)
    tight = dict.fromkeys((one.digest for one in TRIO.members), 1)
    assert press(deciding, Qt.Key.Key_T, "t")
    assert len(said) == 1
    assert marks.strictness.most_bits == tight
    assert deciding.is_tightened
    deciding.loosen()
    assert marks.strictness.most_bits == {}
    assert not deciding.is_tightened
    marks.stack.undo()
    assert marks.strictness.most_bits == tight
    marks.stack.undo()
    assert marks.strictness.most_bits == {}
    assert len(said) == 4


def test_exact_matches_cannot_be_matched_more_strictly(qtbot: QtBot) -> None:
    exact = group(photo("a.jpg"), photo("b.jpg", evidence=Evidence.SAME_BYTES, distance_bits=0))
    marks = Marks()
    marks.set_results(results_of(exact))
    deciding = GroupDecisions(marks, marks)
    deciding.set_group(exact)
    refused = catch(deciding.refused)
    assert press(deciding, Qt.Key.Key_T, "t")
    assert refused == ["exact"]
    assert "every bit" in refusal_text("exact")
    assert marks.strictness.most_bits == {}


def test_while_a_scan_runs_no_photo_is_taken_out(qtbot: QtBot) -> None:
    marks = Marks()
    marks.set_results(results_of(TRIO, provisional=True))
    deciding = GroupDecisions(marks, marks)
    deciding.set_group(TRIO)
    refused = catch(deciding.refused)
    for key in (Qt.Key.Key_X, Qt.Key.Key_T):
        assert press(deciding, key)
    deciding.loosen()
    assert refused == ["provisional"] * 3
