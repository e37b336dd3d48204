import os
from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import ActionKind, ActionRecord, SkipCode, StepState
from dupefinder.gui.appearance.icons import sign_of
from dupefinder.gui.history.actions import (
    RECORD_ROLE,
    ActionsModel,
    done_text,
    notes_text,
    obstacle,
    story,
    undo_text,
    what_text,
    when_text,
)
from dupefinder.gui.history.steps_model import ListedSteps, StepColumn, StepsModel
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.text.actions import state_sentence, state_text
from dupefinder.text.figures import moment_text
from tests.gui.history.journals import ROOT, action, journalled

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
STEPS = (
    journalled("b.jpg", size_bytes=2_000_000),
    journalled("d.jpg", StepState.LOST, skip=SkipCode.NOT_IN_TRASH),
    journalled("a.jpg", StepState.SKIPPED, 3_000_000, SkipCode.TRASH_FAILED, "disk full"),
    journalled("c.jpg", StepState.UNDONE, 4_000_000),
    journalled("e.jpg", skip=SkipCode.PLACE_TAKEN),
)


@pytest.fixture
def model(qtbot: QtBot) -> StepsModel:
    model = StepsModel()
    model.set_steps(ListedSteps.of(STEPS))
    return model


def names(model: StepsModel) -> str:
    return "".join(os.path.basename(model.step_at(row).path)[0] for row in range(model.rowCount()))


def cell(model: StepsModel, row: int, column: StepColumn) -> Cell:
    shown = model.index(row, column).data(CELL_ROLE)
    assert isinstance(shown, Cell)
    return shown


def test_qt_finds_no_fault_with_files(model: StepsModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.set_shown(StepState.DONE)
    model.sort(StepColumn.SIZE)
    qtmodeltester.check(model)
    model.set_steps(ListedSteps.of(()))
    qtmodeltester.check(model)


def test_qt_finds_no_fault_with_actions(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = ActionsModel()
    qtmodeltester.check(model)
    model.set_actions([action(1, done=3), action(2, lost=1)])
    qtmodeltester.check(model)


def test_the_newest_action_comes_first(qtbot: QtBot) -> None:
    model = ActionsModel()
    records = [action(1, done=3), action(3), action(2)]
    model.set_actions(records)
    shown = [model.index(row).data(RECORD_ROLE).action_id for row in range(model.rowCount())]
    assert shown == [3, 2, 1]
    assert [model.row_of(number) for number in (1, 2, 3, 4)] == [2, 1, 0, -1]
    assert model.record_at(3) is None
    assert model.index(2).data() == "3 files moved to the trash · 3 MB"
    assert "3 files" in model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(
    ("record", "what", "notes", "undo", "reason"),
    [
        (
            action(1, done=204, skipped=3),
            "204 files moved to the trash · 204.0 MB",
            "3 left in their places",
            "Bring back 204 files",
            "",
        ),
        (
            action(1, done=1),
            "1 file moved to the trash · 1 MB",
            "",
            "Bring back 1 file",
            "",
        ),
        (
            action(1, undone=4),
            "4 files moved to the trash",
            "all brought back",
            "Bring back",
            "Everything was brought back.",
        ),
        (
            action(1, done=2, undone=4, lost=1, skipped=1),
            "7 files moved to the trash",
            "1 lost · 4 brought back · 1 left in its place",
            "Bring back 2 files",
            "",
        ),
        (
            action(1, lost=2),
            "2 files moved to the trash",
            "2 lost",
            "Look once more for 2 files",
            "",
        ),
        (
            action(1, skipped=2),
            "Nothing was done",
            "2 left in their places",
            "Bring back",
            "Nothing was done.",
        ),
        (
            action(1, done=3, broken_off=True),
            "3 files moved to the trash · 3 MB",
            "interrupted",
            "Bring back 3 files",
            "",
        ),
    ],
)
def test_an_action_in_words(
    qtbot: QtBot, record: ActionRecord, what: str, notes: str, undo: str, reason: str
) -> None:
    assert what_text(record) == what
    assert notes_text(record) == notes
    assert undo_text(record) == undo
    assert obstacle(record) == reason
    sentences = "\n".join(story(record))
    assert sentences.startswith("Begun ")
    assert ("It was interrupted" in sentences) == (record.finished_ns is None)
    assert ("neither" in sentences) == bool(record.lost)
    assert ("Last brought back" in sentences) == bool(record.undone)
    assert ("below you see why" in sentences) == bool(record.skipped)


def test_at_first_the_order_of_the_journal(model: StepsModel) -> None:
    assert names(model) == "bdace"


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (StepColumn.FILE, UP, "abcde"),
        (StepColumn.FILE, DOWN, "edcba"),
        (StepColumn.SIZE, UP, "cabde"),
        (StepColumn.SIZE, DOWN, "debac"),
        (StepColumn.STATE, UP, "dabec"),
        (StepColumn.SURVIVOR, UP, "abcde"),
        (-1, UP, "bdace"),
    ],
)
def test_orders(model: StepsModel, column: int, order: Qt.SortOrder, expected: str) -> None:
    model.sort(column, order)
    assert names(model) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, "abcde"),
        (StepState.DONE, "be"),
        (StepState.SKIPPED, "a"),
        (StepState.UNDONE, "c"),
        (StepState.LOST, "d"),
        (StepState.INTENDED, ""),
    ],
)
def test_filters(model: StepsModel, state: StepState | None, expected: str) -> None:
    model.sort(StepColumn.FILE)
    model.set_shown(state)
    assert names(model) == expected
    assert model.count(state) == len(expected)


def test_another_order_keeps_what_is_chosen_also_in_a_part(model: StepsModel) -> None:
    model.set_shown(StepState.DONE)
    chosen = QPersistentModelIndex(model.index(1, StepColumn.FILE))
    model.sort(StepColumn.FILE, DOWN)
    assert chosen.row() == 0
    assert names(model) == "eb"


def test_a_row_shows_the_files_of_its_step(model: StepsModel) -> None:
    file = cell(model, 0, StepColumn.FILE)
    assert (file.first, file.second) == ("b.jpg", os.path.join(ROOT, "backup"))
    assert cell(model, 0, StepColumn.SURVIVOR).first == "kept b.jpg"
    assert cell(model, 0, StepColumn.STATE).first == "in the trash"
    left = cell(model, 2, StepColumn.STATE)
    assert left.first == "left in its place"
    assert left.second == "It could not be moved to the trash (disk full)."
    taken = cell(model, 4, StepColumn.STATE)
    assert (taken.first, taken.second) == ("in the trash", "Another file has taken its place.")
    tip = Qt.ItemDataRole.ToolTipRole
    assert model.index(0, StepColumn.FILE).data(tip) == STEPS[0].path
    assert "disk full" in model.index(2, StepColumn.STATE).data(tip)
    assert "neither in its place nor where it was put" in model.index(1, StepColumn.STATE).data(tip)


def test_a_sign_goes_with_every_colour(qtbot: QtBot) -> None:
    model = StepsModel()
    model.set_steps(ListedSteps.of([journalled("a.jpg", state) for state in StepState]))
    cells = [cell(model, row, StepColumn.STATE) for row in range(len(StepState))]
    assert all(one.sign and one.first for one in cells)


def test_companions_of_a_photo_that_stayed_say_so(qtbot: QtBot) -> None:
    model = StepsModel()
    step = journalled("a.xmp", StepState.SKIPPED, skip=SkipCode.CANCELLED, detail="/backup/a.jpg")
    model.set_steps(
        ListedSteps.of([step, journalled("b.jpg", StepState.SKIPPED, skip=SkipCode.CANCELLED)])
    )
    assert cell(model, 0, StepColumn.STATE).second == "Its photo stayed."
    assert cell(model, 1, StepColumn.STATE).second == "You stopped before its turn."


def test_a_name_that_is_no_text_is_shown(qtbot: QtBot) -> None:
    model = StepsModel()
    skipped = journalled("\udce9.jpg", StepState.SKIPPED, skip=SkipCode.UNREADABLE, detail="\udce9")
    model.set_steps(ListedSteps.of([skipped]))
    assert cell(model, 0, StepColumn.FILE).first == "\N{REPLACEMENT CHARACTER}.jpg"
    assert cell(model, 0, StepColumn.STATE).second.endswith("(\N{REPLACEMENT CHARACTER}).")


@pytest.mark.parametrize("state", StepState)
def test_every_state_has_words(qtbot: QtBot, state: StepState) -> None:
    assert state_text(state)
    assert state_sentence(state)


def test_a_row_has_the_size_beside_the_moment(qtbot: QtBot) -> None:
    record = action(1, done=441)
    assert done_text(record) == "441 files moved to the trash"
    assert when_text(record) == f"{moment_text(record.started_ns)} · 441.0 MB"
    partly = action(1, done=3, undone=1)
    assert when_text(partly) == moment_text(partly.started_ns)


@pytest.mark.parametrize(
    ("kind", "what", "undo", "place"),
    [
        (ActionKind.SET_ASIDE, "2 files set aside · 2 MB", "Bring back 2 files", "set aside"),
        (ActionKind.MOVE, "2 files moved · 2 MB", "Bring back 2 files", "moved"),
        (ActionKind.COPY, "2 files copied · 2 MB", "Remove 2 copies again", "copied"),
        (
            ActionKind.HARD_LINK,
            "2 files made hard links · 2 MB",
            "Make 2 files of their own",
            "a hard link",
        ),
    ],
)
def test_other_ways_have_their_texts(
    qtbot: QtBot, kind: ActionKind, what: str, undo: str, place: str
) -> None:
    record = replace(action(1, done=2), kind=kind, target="/else where")
    assert what_text(record) == what
    assert undo_text(record) == undo
    assert obstacle(record) == ""
    assert "/else where" in story(record)[-1]
    model = StepsModel()
    model.set_steps(ListedSteps.of([replace(journalled("a.jpg"), kind=kind, place="/there/a.jpg")]))
    assert cell(model, 0, StepColumn.STATE).first == place
    assert cell(model, 0, StepColumn.STATE).sign == sign_of(kind)
    assert "/there/a.jpg" in model.index(0, StepColumn.STATE).data(Qt.ItemDataRole.ToolTipRole)


def test_deleted_files_cannot_be_brought_back(qtbot: QtBot) -> None:
    record = replace(action(1, done=2), kind=ActionKind.DELETE)
    assert "cannot be brought back" in obstacle(record)


def test_an_action_that_this_version_does_not_know(qtbot: QtBot) -> None:
    record = replace(action(1, done=2), unknown_kind="teleport")
    assert done_text(record) == "Unknown to this version: teleport"
    assert undo_text(record) == "Bring back"
