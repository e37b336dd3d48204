from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Evidence, Problem, ProblemCode, Reason, ReasonCode
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, UNDECIDED
from tests.gui.groups import ROOT, group, pair, photo, results_of
from tests.gui.review.page_stage import Stage, focused, hold, many
from tests.gui.stand_ins import catch

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYPAD, PLAIN = Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.NoModifier
K, R, N = Mark.KEEP, Mark.REMOVE, Mark.NONE


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(many(9))
    yield made
    made.close()


def places(stage: Stage) -> dict[str, QWidget]:
    """The widgets that may have the focus while one decides."""
    page = stage.page
    return {
        "list": page.list,
        "kind": page.match_kinds.buttons[None],
        "state": page.filter.state,
        "order": page.filter.order,
        "reverse": page.filter.reverse,
        "slider": page.filter.similarity.slider,
        "plan": page.bar.plan,
        "rules": page.bar.choose,
        "card": stage.cards.row.cards[0],
    }


def test_the_next_screenful_of_photos_needs_one_key_in_the_list(stage: Stage, qtbot: QtBot) -> None:
    stage.show(results_of(group(*(photo(f"{n}.jpg") for n in range(12)))))
    step = len(stage.cards.row.cards)
    assert 1 < step < 12
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Right, SHIFT)
    assert stage.cards.row.indices == range(step, 2 * step)
    assert stage.cards.current_index == step
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Left, SHIFT)
    assert stage.cards.row.indices == range(step)
    assert stage.page.list.selected_count == 1


def said(stage: Stage) -> list[Mark]:
    group = stage.page.current_group()
    assert group is not None
    return [stage.marks.mark_of(member) for member in group.members]


PLACES = [
    "list",
    "kind",
    "state",
    "order",
    "reverse",
    "slider",
    "plan",
    "rules",
    "card",
]


@pytest.mark.parametrize("place", PLACES)
def test_letters_and_digits_decide_wherever_the_focus_is(
    stage: Stage, qtbot: QtBot, place: str
) -> None:
    widget = places(stage)[place]
    sort, state = stage.page.filter.sort, stage.page.filter.shown
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_K)
    assert said(stage) == [K, R]
    qtbot.keyClick(widget, Qt.Key.Key_A)
    assert said(stage) == [K, K]
    qtbot.keyClick(widget, Qt.Key.Key_2)
    assert said(stage) == [R, K]
    qtbot.keyClick(widget, Qt.Key.Key_U)
    assert said(stage) == [K, K]
    qtbot.keyClick(widget, Qt.Key.Key_K, SHIFT)
    assert stage.marks.states[0] == DISMISSED
    qtbot.keyClick(widget, Qt.Key.Key_N)
    assert stage.name == "001.jpg"
    assert (stage.page.filter.sort, stage.page.filter.shown) == (sort, state)


def test_keys_of_the_list(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Right)
    assert stage.cards.current_index == 1
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    assert said(stage) == [N, R]
    qtbot.keyClick(listed, Qt.Key.Key_Left)
    assert stage.cards.current_index == 0
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    assert stage.name == "001.jpg"
    qtbot.keyClick(listed, Qt.Key.Key_End)
    assert stage.name == "008.jpg"
    qtbot.keyClick(listed, Qt.Key.Key_Up)
    assert stage.name == "007.jpg"
    qtbot.keyClick(listed, Qt.Key.Key_Home)
    assert stage.name == "000.jpg"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_accepts_the_proposal_and_goes_on(stage: Stage, qtbot: QtBot, key: Qt.Key) -> None:
    listed = stage.page.list
    first = stage.page.current_group()
    assert first is not None
    listed.setFocus()
    qtbot.keyClick(listed, key, KEYPAD if key == Qt.Key.Key_Enter else PLAIN)
    hold(listed, key)
    assert [stage.marks.mark_of(member) for member in first.members] == [K, R]
    assert stage.name == "001.jpg"
    assert stage.marks.states.tolist() == [DECIDED, *[UNDECIDED] * 8]
    assert focused() is listed


def test_return_leaves_what_was_decided_and_goes_on(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_2)
    group = stage.page.current_group()
    assert group is not None
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert [stage.marks.mark_of(member) for member in group.members] == [R, K]
    assert stage.name == "001.jpg"


def test_return_at_the_last_group_says_so(stage: Stage, qtbot: QtBot) -> None:
    stage.page.list.setFocus()
    for _ in range(9):
        qtbot.keyClick(stage.page.list, Qt.Key.Key_Return)
    assert stage.marks.states.tolist() == [DECIDED] * 9
    assert stage.name == "008.jpg"
    assert "Every group" in stage.page.decisions.told.text()
    assert "9 of 9" in stage.page.decisions.progress.text()


def test_the_last_decision_stays_on_show_with_its_undo(stage: Stage, qtbot: QtBot) -> None:
    line, listed = stage.page.decisions, stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    decision = line.told.text()
    assert decision
    assert not line._end.isActive()
    line.say("Nothing is proposed here.")
    assert line.undo.isHidden()
    line._end.timeout.emit()
    assert line.told.text() == decision
    line.undo.click()
    assert decision in line.told.text()
    assert said(stage) == [N, N]


@pytest.mark.parametrize("evidence", [Evidence.EDITED, Evidence.ROTATED, Evidence.LOOK_ALIKE])
def test_return_says_why_nothing_was_accepted(
    stage: Stage, qtbot: QtBot, evidence: Evidence
) -> None:
    stage.show(results_of(pair("e.jpg", evidence), pair("f.jpg", evidence)))
    kind = MatchKind.LOOK_ALIKE if evidence is Evidence.LOOK_ALIKE else None
    stage.page.match_kinds.match_kind_chosen.emit(kind)
    listed = stage.page.list
    listed.setFocus()
    before = stage.name
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert stage.name == before
    assert said(stage) == [N, N]
    assert "Nothing is proposed" in stage.cards.row.cards[0].note
    qtbot.keyClick(listed, Qt.Key.Key_N)
    assert stage.name != before


def test_return_waits_for_what_is_still_compared(stage: Stage, qtbot: QtBot) -> None:
    waiting = photo(
        "backup/w.jpg",
        evidence=Evidence.RE_ENCODED,
        keep=True,
        reason=Reason(ReasonCode.BEING_CHECKED),
    )
    stage.show(results_of(group(photo("library/w.jpg"), waiting)))
    stage.page.list.setFocus()
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Return)
    assert said(stage) == [N, N]
    assert "Still being compared" in stage.cards.row.cards[0].note


def test_while_a_scan_runs_return_decides_what_has_the_same_bytes(
    stage: Stage, qtbot: QtBot
) -> None:
    same, smaller = pair("same.jpg", size_bytes=90), pair("less.jpg", Evidence.RE_ENCODED, 80)
    stage.show(results_of(smaller, same, provisional=True))
    stage.page.set_scanning(True)
    listed = stage.page.list
    listed.setFocus()
    assert stage.name == "same.jpg"
    assert "same bytes" in stage.page.decisions.told.text()
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert stage.marks.states.tolist() == [UNDECIDED, DECIDED]
    assert stage.name == "same.jpg"  # the other one waits for the end
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert (said(stage), stage.name) == ([N, N], "less.jpg")
    # The decision holds in the group that the scan makes of it in the end.
    grown = group(*same.members, photo("c/same.jpg", 40, evidence=Evidence.RE_ENCODED))
    stage.show(results_of(smaller, grown))
    stage.page.set_scanning(False)
    assert [stage.marks.mark_of(one) for one in grown.members] == [K, R, N]
    assert stage.marks.states.tolist() == [UNDECIDED, UNDECIDED]
    stage.marks.stack.undo()
    assert [stage.marks.mark_of(one) for one in grown.members] == [N, N, N]


@pytest.mark.parametrize("place", ["kind", "reverse", "plan"])
def test_return_and_space_press_the_button_that_has_the_focus(
    stage: Stage, qtbot: QtBot, place: str
) -> None:
    button = places(stage)[place]
    assert isinstance(button, QAbstractButton)
    if place == "plan":
        stage.page.list.setFocus()
        qtbot.keyClick(stage.page.list, Qt.Key.Key_K)
    button.setFocus()
    clicked = catch(button.clicked)
    stack = stage.marks.stack.count()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        button.setFocus()
        qtbot.keyClick(button, key)
    assert len(clicked) == 2
    assert stage.marks.stack.count() == stack


def test_return_opens_the_choice_that_has_the_focus(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    box = stage.page.filter.order
    monkeypatch.setattr(box, "showPopup", lambda: opened.append("order"))
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened == ["order"]
    assert stage.marks.stack.count() == 0


def test_return_on_the_slider_decides_nothing(stage: Stage, qtbot: QtBot) -> None:
    slider = stage.page.filter.similarity.slider
    slider.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(slider, key)
    assert stage.marks.stack.count() == 0


def test_c_compares_and_a_double_click_too(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.cards.compare_requested)
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_C)
    hold(listed, Qt.Key.Key_C, text="c")
    assert len(asked) == 1
    at = listed.visualRect(listed.currentIndex()).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(asked) == 2


@pytest.mark.parametrize("undo", ["U", "Ctrl+Z", "line"])
def test_the_last_decision_stays_in_sight_with_its_undo(
    stage: Stage, qtbot: QtBot, undo: str
) -> None:
    listed, line = stage.page.list, stage.page.decisions
    listed.setFocus()
    assert not line.undo.isVisible()
    geometry = line.geometry()
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert line.told.text() == "Kept 000, 1 to remove"
    assert line.progress.text() == "1 of 9 groups decided"
    assert line.undo.isVisible()
    qtbot.keyClick(listed, Qt.Key.Key_N)
    if undo == "U":
        qtbot.keyClick(listed, Qt.Key.Key_U)
    elif undo == "Ctrl+Z":
        qtbot.keyClick(listed, Qt.Key.Key_Z, CTRL)
    else:
        qtbot.mouseClick(line.undo, Qt.MouseButton.LeftButton)
    assert (said(stage), stage.name) == ([N, N], "000.jpg")
    assert line.told.text() == "Taken back: Kept 000, 1 to remove"
    assert line.progress.text() == "0 of 9 groups decided"
    assert focused() is listed
    qtbot.mouseClick(line.undo, Qt.MouseButton.LeftButton)
    assert said(stage) == [K, R]
    assert line.geometry() == geometry
    line.clear()
    assert (line.told.text(), line.undo.isVisible()) == ("", False)
    assert line.geometry() == geometry


def test_nothing_to_compare_without_a_group(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.cards.compare_requested)
    stage.show(results_of())
    for key in (Qt.Key.Key_C, Qt.Key.Key_Return, Qt.Key.Key_K):
        qtbot.keyClick(stage.page.list, key)
    assert asked == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_return_leads_to_the_plan_when_something_is_marked(
    stage: Stage, qtbot: QtBot, key: Qt.Key
) -> None:
    asked = catch(stage.page.bar.plan.clicked)
    stage.page.list.setFocus()
    qtbot.keyClick(stage.page.list, key, CTRL)
    assert asked == []
    qtbot.keyClick(stage.page.list, Qt.Key.Key_K)
    qtbot.keyClick(stage.page.list, key, CTRL)
    assert len(asked) == 1


def test_marks_are_taken_back_and_done_again(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_K)
    qtbot.keyClick(listed, Qt.Key.Key_Z, CTRL)
    assert said(stage) == [N, N]
    qtbot.keyClick(listed, Qt.Key.Key_Z, CTRL | SHIFT)
    assert said(stage) == [K, R]


def test_a_held_key_decides_once(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_N)
    hold(listed, Qt.Key.Key_N, text="n")
    assert stage.name == "001.jpg"
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    before = said(stage)
    hold(listed, Qt.Key.Key_Space, text=" ")
    hold(listed, Qt.Key.Key_U, text="u")
    assert said(stage) == before


def test_the_next_undecided_group(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.page.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    qtbot.keyClick(listed, Qt.Key.Key_K)
    qtbot.keyClick(listed, Qt.Key.Key_Home)
    qtbot.keyClick(listed, Qt.Key.Key_N)
    assert stage.name == "002.jpg"
    assert stage.marks.states[:3].tolist() == [UNDECIDED, DECIDED, UNDECIDED]


def test_in_the_filter_letters_are_letters(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.cards.compare_requested)
    qtbot.keyClick(stage.page.list, Qt.Key.Key_F, CTRL)
    field = stage.page.filter.field
    assert focused() is field
    qtbot.keyClicks(field, "kan 1")
    qtbot.keyClick(field, Qt.Key.Key_K, SHIFT)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.text().casefold() == "kan 1k"
    assert (asked, stage.marks.stack.count()) == ([], 0)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Down])
def test_from_the_filter_back_to_the_list(stage: Stage, qtbot: QtBot, key: Qt.Key) -> None:
    field = stage.page.filter.field
    qtbot.keyClick(stage.page.list, Qt.Key.Key_F, CTRL)
    qtbot.keyClicks(field, "00")
    qtbot.keyClick(field, key)
    assert focused() is stage.page.list
    assert (field.text(), stage.name) == ("00", "000.jpg")


def test_the_slider_keeps_its_arrows(stage: Stage, qtbot: QtBot) -> None:
    slider = stage.page.filter.similarity.slider
    slider.setFocus()
    before, name = slider.value(), stage.name
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider, Qt.Key.Key_Down)
    assert (slider.value(), stage.name) == (before - 2, name)


def test_from_the_cards_up_and_down_go_to_other_groups(stage: Stage, qtbot: QtBot) -> None:
    card = stage.cards.row.cards[0]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Down)
    assert stage.name == "001.jpg"
    qtbot.keyClick(focused(), Qt.Key.Key_Up)
    assert stage.name == "000.jpg"


def test_letters_in_the_list_of_problems_decide_too(stage: Stage, qtbot: QtBot) -> None:
    stage.show(results_of(pair("a.jpg"), problems=[Problem(f"{ROOT}k.jpg", ProblemCode.DAMAGED)]))
    qtbot.mouseClick(stage.page.bar.problems, Qt.MouseButton.LeftButton)
    for widget in (stage.page.problems.table, stage.page.problems.reason):
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_K)
        assert said(stage) == [K, R]
        qtbot.keyClick(widget, Qt.Key.Key_U)
        assert said(stage) == [N, N]


def test_while_a_scan_runs_return_decides_on_the_same_bytes_of_a_mixed_group(
    stage: Stage, qtbot: QtBot
) -> None:
    mixed = group(
        photo("a/m.jpg", content="m"),
        photo("b/m.jpg", content="m", evidence=Evidence.SAME_BYTES),
        photo("c/m.jpg", 40, evidence=Evidence.RE_ENCODED),
    )
    less = pair("less.jpg", Evidence.RE_ENCODED, 80)
    stage.show(results_of(pair("last.jpg", size_bytes=1), less, mixed, provisional=True))
    stage.page.set_scanning(True)
    listed, line = stage.page.list, stage.page.decisions
    listed.setFocus()
    stage.page.list.choose_row(stage.names.index("last.jpg"))
    qtbot.keyClick(listed, Qt.Key.Key_N)
    assert (stage.name, line.accept.text()) == ("m.jpg", "Accept and go on")
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    # Of the rest the scan may find a better copy yet: it comes back as undecided.
    assert [stage.marks.mark_of(one) for one in mixed.members] == [N, R, N]
    assert stage.marks.states.tolist() == [UNDECIDED, UNDECIDED, UNDECIDED]
    assert (stage.name, line.accept.text()) == ("last.jpg", "Accept and go on")
    stage.page.list.choose_row(stage.names.index("less.jpg"))
    assert line.accept.text() == "Next undecided"
    stage.show(results_of(mixed))
    stage.page.set_scanning(False)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert [stage.marks.mark_of(one) for one in mixed.members] == [K, R, R]


def test_return_decides_on_the_same_bytes_while_others_are_compared(
    stage: Stage, qtbot: QtBot
) -> None:
    waiting = Reason(ReasonCode.BEING_CHECKED)
    mixed = group(
        photo("a/m.jpg", content="m"),
        photo("b/m.jpg", content="m", evidence=Evidence.SAME_BYTES),
        photo("c/m.jpg", 40, evidence=Evidence.RE_ENCODED, keep=True, reason=waiting),
    )
    stage.show(results_of(mixed))
    listed, line = stage.page.list, stage.page.decisions
    listed.setFocus()
    assert line.accept.text() == "Accept and go on"
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert [stage.marks.mark_of(one) for one in mixed.members] == [N, R, N]
    assert line.accept.text() == "Next undecided"
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert "Still being compared" in stage.cards.row.cards[0].note


def test_a_copy_whose_twin_was_chosen_to_go_waits_for_the_end_of_the_scan(stage: Stage) -> None:
    mixed = group(
        photo("a/m.jpg", content="m"),
        photo("b/m.jpg", content="m", evidence=Evidence.SAME_BYTES),
        photo("c/m.jpg", 40, evidence=Evidence.RE_ENCODED),
    )
    stage.show(results_of(mixed))
    assert stage.marks.set_mark(mixed, mixed.members[0], R)
    stage.show(results_of(mixed, provisional=True))
    refused = catch(stage.marks.refused)
    assert not stage.marks.accept(mixed)
    assert (refused, stage.marks.mark_of(mixed.members[1])) == (["provisional"], K)


def test_the_button_says_what_it_does_and_stays_in_its_place(stage: Stage, qtbot: QtBot) -> None:
    stage.show(
        results_of(
            pair("a.jpg", size_bytes=90),
            pair("edited.jpg", Evidence.EDITED, 80),
            pair("b.jpg", size_bytes=1),
        )
    )
    line = stage.page.decisions
    stage.page.list.choose_row(0)
    place, seen = line.accept.geometry(), []
    for _ in range(4):
        seen.append((stage.name, line.accept.text()))
        qtbot.mouseClick(line.accept, Qt.MouseButton.LeftButton)
        assert line.accept.geometry() == place
    accept, go_on = "Accept and go on", "Next undecided"
    assert seen[0] == ("a.jpg", accept)
    assert ("edited.jpg", go_on) in seen
    # The edited copy stays undecided; nothing was decided by a click that only goes on.
    assert stage.marks.states.tolist() == [DECIDED, UNDECIDED, DECIDED]


def test_by_mouse_each_group_needs_one_click_in_one_place(stage: Stage, qtbot: QtBot) -> None:
    line = stage.page.decisions
    stage.page.list.setFocus()
    place = line.accept.geometry()
    for number in range(9):
        assert stage.name == f"{number:03}.jpg"
        qtbot.mouseClick(line.accept, Qt.MouseButton.LeftButton)
        assert line.accept.geometry() == place
    assert stage.marks.states.tolist() == [DECIDED] * 9
    assert focused() is stage.page.list
