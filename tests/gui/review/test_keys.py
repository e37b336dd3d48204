from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.marks import Mark
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, UNDECIDED
from tests.gui.groups import ROOT, pair, results_of
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
    """Where the focus may be while one decides."""
    page = stage.page
    return {
        "list": page.list,
        "kind": page.match_kinds.buttons[None],
        "state": page.filter.state,
        "order": page.filter.order,
        "reverse": page.filter.reverse,
        "slider": page.filter.similarity.slider,
        "plan": page.bar.plan,
        "auto-select": page.bar.auto_select,
        "card": stage.cards.row.cards[0],
    }


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
    "auto-select",
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
    assert said(stage) == [K, R]
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
def test_return_in_the_list_compares(stage: Stage, qtbot: QtBot, key: Qt.Key) -> None:
    asked = catch(stage.page.list.opened)
    stage.page.list.setFocus()
    qtbot.keyClick(stage.page.list, key, KEYPAD if key == Qt.Key.Key_Enter else PLAIN)
    hold(stage.page.list, key)
    assert len(asked) == 1


def test_nothing_to_compare_without_a_group(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.page.list.opened)
    stage.show(results_of())
    qtbot.keyClick(stage.page.list, Qt.Key.Key_Return)
    qtbot.keyClick(stage.page.list, Qt.Key.Key_K)
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
    asked = catch(stage.page.list.opened)
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
