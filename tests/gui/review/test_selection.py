"""Several groups at once: selecting them, and what is decided on them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.decisions.separated import Separation, all_different
from dupefinder.core.records import Evidence, GroupMember, Reason, ReasonCode
from dupefinder.gui.controllers.rules import scopes_of
from dupefinder.gui.results import mark_key
from dupefinder.gui.review import mark_commands, shown_marks
from dupefinder.gui.review.action_bar import GroupAction
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, UNDECIDED
from dupefinder.text.figures import number_text
from tests.gui.groups import group, pair, photo, results_of
from tests.gui.review.page_stage import Stage, many
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(many(5))
    yield made
    made.close()


def click(stage: Stage, qtbot: QtBot, row: int, modifier: Qt.KeyboardModifier) -> None:
    place = stage.page.list.visualRect(stage.page.list.groups.index(row)).center()
    qtbot.mouseClick(stage.page.list.viewport(), LEFT, modifier, place)


def selected(stage: Stage) -> list[int]:
    return sorted(stage.page.list.selected_indices().tolist())


def states(stage: Stage) -> list[int]:
    return [int(state) for state in stage.marks.states]


def test_clicks_with_shift_and_ctrl_select_groups(stage: Stage, qtbot: QtBot) -> None:
    click(stage, qtbot, 1, NONE)
    assert selected(stage) == [1]
    assert not stage.page.selection.isVisible()
    click(stage, qtbot, 3, SHIFT)
    assert selected(stage) == [1, 2, 3]
    assert stage.name == "003.jpg"
    click(stage, qtbot, 2, CTRL)
    assert selected(stage) == [1, 3]
    assert stage.page.selection.told.text() == "2 groups selected"
    click(stage, qtbot, 0, NONE)
    assert not stage.page.selection.isVisible()


def test_keys_select_groups(stage: Stage, qtbot: QtBot) -> None:
    stage.page.list.setFocus()
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Down, SHIFT)
    assert selected(stage) == [0, 1]
    qtbot.keyClick(stage.page.list, Qt.Key.Key_A, CTRL)
    assert selected(stage) == [0, 1, 2, 3, 4]
    assert stage.marks.totals() == (0, 0)
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Down)
    assert len(selected(stage)) == 1


def test_proposals_of_the_selected_groups_are_accepted(stage: Stage, qtbot: QtBot) -> None:
    told = catch(stage.marks.decided)
    click(stage, qtbot, 0, NONE)
    click(stage, qtbot, 2, SHIFT)
    qtbot.mouseClick(stage.page.selection.buttons[GroupAction.ACCEPT], LEFT)
    assert states(stage) == [DECIDED] * 3 + [UNDECIDED] * 2
    assert stage.marks.totals()[0] == 3
    assert [one.text for one in told] == ["Accept proposals: 3 groups, 3 to remove"]
    stage.marks.stack.undo()
    assert states(stage) == [UNDECIDED] * 5


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (GroupAction.KEEP_ALL, DECIDED),
        (GroupAction.DISMISS, DISMISSED),
        (GroupAction.CLEAR, UNDECIDED),
    ],
)
def test_each_action_decides_on_all_and_is_taken_back_at_once(
    stage: Stage, qtbot: QtBot, action: GroupAction, expected: int
) -> None:
    stage.page.list.selectAll()
    stage.marks.accept(stage.page.results.groups[1])  # type: ignore[union-attr]  # shown above
    before = states(stage)
    qtbot.mouseClick(stage.page.selection.buttons[action], LEFT)
    assert states(stage) == [expected] * 5
    assert stage.marks.totals() == (0, 0)
    stage.marks.stack.undo()
    assert states(stage) == before


def test_many_groups_are_called_different_at_one_stroke(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decisions are made by the thread that writes them, not by the window."""
    made: list[Separation] = []

    def note(members: Sequence[GroupMember], decided_ns: int) -> Separation:
        made.append(all_different(members, decided_ns))
        return made[-1]

    monkeypatch.setattr(mark_commands, "all_different", note)
    stage.show(many(3_000))
    told, changed, separated = (
        catch(signal)
        for signal in (stage.marks.decided, stage.marks.changed, stage.marks.separated)
    )
    stage.page.list.selectAll()
    stage.marks.accept_groups(np.arange(10))
    del told[:], changed[:]
    stage.page.decide_many(GroupAction.DISMISS)
    assert set(states(stage)) == {DISMISSED}
    ((separations, are_different, regroup),) = separated
    assert not made
    assert (len(set(separations)), are_different, regroup) == (3_000, True, False)
    assert [one.text for one in told] == [f"Not duplicates: {number_text(3_000)} groups"]
    assert len(changed) == 2  # once for the groups, once for the marks that fell
    stage.marks.stack.undo()
    assert stage.marks.states.tolist() == [DECIDED] * 10 + [UNDECIDED] * 2_990
    stage.marks.stack.redo()
    assert set(states(stage)) == {DISMISSED}
    stage.marks.allow(separations[7].separation_id)
    assert np.flatnonzero(stage.marks.states == UNDECIDED).tolist() == [7]


def test_rules_are_asked_for_the_selected_groups(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.page.bar.choose.clicked)
    click(stage, qtbot, 1, NONE)
    click(stage, qtbot, 2, CTRL)
    qtbot.mouseClick(stage.page.selection.buttons[GroupAction.RULES], LEFT)
    assert len(asked) == 1
    first, second, *others = scopes_of(stage.page)
    assert (first.text, sorted(first.groups.tolist())) == ("Selected groups", [1, 2])
    assert (second.text, len(second.groups)) == ("Groups on show", 5)
    assert [one.text for one in others] == ["Same file", "All groups"]


def test_proposals_can_be_accepted_where_there_are_some(stage: Stage, qtbot: QtBot) -> None:
    edited = [
        group(photo(f"{name}.jpg"), photo(f"{name}2.jpg", keep=True, evidence=Evidence.EDITED))
        for name in "ab"
    ]
    stage.show(results_of(pair("same.jpg", size_bytes=90), *edited))
    accept = stage.page.selection.buttons[GroupAction.ACCEPT]
    stage.page.list.selectAll()
    assert accept.isEnabled()
    qtbot.mouseClick(accept, LEFT)
    assert states(stage) == [DECIDED, UNDECIDED, UNDECIDED]
    assert not accept.isEnabled()
    stage.marks.stack.undo()
    assert accept.isEnabled()
    click(stage, qtbot, 1, NONE)
    click(stage, qtbot, 2, CTRL)
    assert not accept.isEnabled()
    assert not stage.page.selection.menu(2).actions()[0].isEnabled()


def test_the_menu_of_the_list_has_the_same_decisions(stage: Stage, qtbot: QtBot) -> None:
    click(stage, qtbot, 0, NONE)
    click(stage, qtbot, 1, CTRL)
    menu = stage.page.selection.menu(2)
    lines = menu.actions()
    assert [one.text() for one in lines][:2] == ["Accept proposals (2)", "Keep all (2)"]
    lines[1].trigger()
    assert states(stage) == [DECIDED] * 2 + [UNDECIDED] * 3


def test_while_a_scan_runs_only_groups_of_same_bytes_are_decided(stage: Stage) -> None:
    same, less = pair("same.jpg", size_bytes=90), pair("less.jpg", Evidence.RE_ENCODED, 80)
    stage.show(results_of(same, less, provisional=True))
    stage.page.set_scanning(True)
    stage.page.list.selectAll()
    buttons = stage.page.selection.buttons
    can_be = {action for action, button in buttons.items() if button.isEnabled()}
    assert can_be == {GroupAction.ACCEPT, GroupAction.KEEP_ALL, GroupAction.CLEAR}
    stage.page.decide_many(GroupAction.DISMISS)
    assert states(stage) == [UNDECIDED, UNDECIDED]
    for action in (GroupAction.ACCEPT, GroupAction.KEEP_ALL):
        stage.page.decide_many(action)
        assert states(stage) == [DECIDED, UNDECIDED]
    stage.page.decide_many(GroupAction.CLEAR)
    assert states(stage) == [UNDECIDED, UNDECIDED]
    stage.show(results_of(less, provisional=True))
    refused = catch(stage.marks.refused)
    stage.page.list.selectAll()
    stage.page.decide_many(GroupAction.ACCEPT)
    assert refused == ["provisional"]


def test_only_what_is_proposed_and_undecided_is_accepted(stage: Stage) -> None:
    checking = Reason(ReasonCode.BEING_CHECKED)
    groups = [
        pair("decided.jpg", size_bytes=90),
        pair("edited.jpg", Evidence.EDITED, 80),
        group(
            photo("library/checked.jpg", 70),
            photo("backup/a.jpg", 70, evidence=Evidence.SAME_BYTES),
            photo("backup/b.jpg", 70, evidence=Evidence.RE_ENCODED, keep=True, reason=checking),
        ),
        pair("plain.jpg", size_bytes=60),
        pair("alike.jpg", Evidence.LOOK_ALIKE, 50),
    ]
    results = results_of(*groups)
    stage.show(results)
    stage.marks.keep_all(results.groups[0])
    stage.marks.accept_groups(np.arange(5))
    assert states(stage) == [DECIDED, UNDECIDED, UNDECIDED, DECIDED, UNDECIDED]
    plain = results.groups[3]
    assert [stage.marks.mark_of(one) for one in plain.members] == [Mark.KEEP, Mark.REMOVE]
    stage.marks.keep_groups(np.arange(5))
    assert states(stage) == [DECIDED] * 4 + [UNDECIDED]


def test_thousands_are_marked_at_once_written_down_in_parts_and_taken_back_as_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_marks, "_WRITTEN_AT_ONCE", 7)
    results = many(30)
    stage.show(results)
    kept = catch(stage.marks.kept)
    stage.page.list.selectAll()
    stage.page.decide_many(GroupAction.ACCEPT)
    assert states(stage) == [DECIDED] * 30
    assert [len(part) for part in kept] == [7] * 8 + [4]
    written = {key: mark for part in kept for key, mark in part.items()}
    assert written == {
        mark_key(one): Mark.KEEP if one.keep else Mark.REMOVE
        for group in results.groups
        for one in group.members
    }
    assert all(part[key] is mark for part in kept for key, mark in part.items())
    assert mark_key(pair("other.jpg").members[0]) not in kept[0]
    assert stage.marks.totals()[0] == 30
    stage.marks.stack.undo()
    assert states(stage) == [UNDECIDED] * 30
    assert not stage.marks.stack.canUndo()
    stage.marks.stack.redo()
    assert stage.marks.totals()[0] == 30


def test_a_decision_on_many_is_undone_in_other_results(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Photos without a group there are included; only these are looked up by their keys."""
    put, by_key = stage.marks.put, list[int]()

    def note(changes: mark_commands.Changes) -> None:
        by_key.append(len(changes))
        put(changes)

    monkeypatch.setattr(stage.marks, "put", note)
    first, other = many(3), pair("other.jpg")
    stage.show(first)
    stage.marks.keep_all(first.groups[1])
    stage.page.list.selectAll()
    stage.page.decide_many(GroupAction.CLEAR)
    stage.show(results_of(other, *first.groups[:2]))
    assert states(stage) == [UNDECIDED] * 3
    by_key.clear()
    stage.marks.stack.undo()
    assert by_key == [2]
    assert states(stage) == [UNDECIDED, UNDECIDED, DECIDED]
    stage.marks.keep_all(other)
    stage.show(results_of(first.groups[2]))
    stage.marks.stack.undo()
    stage.show(results_of(other, *first.groups))
    assert states(stage) == [UNDECIDED, UNDECIDED, DECIDED, UNDECIDED]


def test_a_decision_after_one_on_many_counts_more(stage: Stage) -> None:
    results = many(30)
    stage.show(results)
    stage.page.list.selectAll()
    stage.page.decide_many(GroupAction.ACCEPT)
    assert len(stage.marks.removals()) == 30
    stage.page.decide_many(GroupAction.CLEAR)
    stage.marks.keep_all(results.groups[29])
    assert states(stage) == [UNDECIDED] * 29 + [DECIDED]
    stage.marks.stack.undo()
    stage.marks.stack.undo()
    assert states(stage) == [DECIDED] * 30
    # Taken back, the group was gone to.
    assert stage.page.list.selected_count == 1
    stage.page.list.selectAll()
    stage.page.decide_many(GroupAction.CLEAR)
    stage.show(many(30))
    assert states(stage) == [UNDECIDED] * 30
