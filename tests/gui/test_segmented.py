import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.segmented import Segmented

CHOICES = (("a", "First", "the first"), ("b", "Second one", ""), ("c", "3", "the third"))


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def switch(window: QWidget, qtbot: QtBot) -> Segmented[str]:
    switch = Segmented[str]("Which", CHOICES, "b")
    down = QVBoxLayout(window)
    down.addWidget(QPushButton("before"))
    down.addWidget(switch)
    down.addWidget(QPushButton("after"))
    window.show()
    qtbot.waitExposed(window)
    return switch


def checked(switch: Segmented[str]) -> list[str]:
    return [value for value, _, _ in CHOICES if switch.button(value).isChecked()]


def test_a_click_chooses(switch: Segmented[str], qtbot: QtBot) -> None:
    assert switch.value == "b"
    assert checked(switch) == ["b"]
    with qtbot.waitSignal(switch.chosen) as chosen:
        qtbot.mouseClick(switch.button("c"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["c"]
    assert switch.value == "c"
    assert checked(switch) == ["c"]


def test_what_is_chosen_already_is_not_told_again(switch: Segmented[str], qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(switch.chosen):
        qtbot.mouseClick(switch.button("b"), Qt.MouseButton.LeftButton)
        switch.choose("a")
    assert switch.value == "a"
    assert checked(switch) == ["a"]


def test_arrows_choose_and_tab_leaves(switch: Segmented[str], qtbot: QtBot) -> None:
    switch.setFocus()
    assert switch.button("b").hasFocus()
    with qtbot.waitSignal(switch.chosen) as chosen:
        qtbot.keyClick(switch.button("b"), Qt.Key.Key_Right)
    assert chosen.args == ["c"]
    assert switch.button("c").hasFocus()
    qtbot.keyClick(switch.button("c"), Qt.Key.Key_Tab)
    focused = switch.window().focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "after"
    qtbot.keyClick(focused, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert switch.button("c").hasFocus()


def test_every_choice_has_a_name_and_the_same_width(switch: Segmented[str]) -> None:
    assert switch.accessibleName() == "Which"
    names = [switch.button(value).accessibleName() for value, _, _ in CHOICES]
    assert names == ["Which: First", "Which: Second one", "Which: 3"]
    assert switch.button("a").toolTip() == "the first"
    widths = {switch.button(value).width() for value, _, _ in CHOICES}
    assert max(widths) - min(widths) <= 1
    widest = switch.button("b")
    assert widest.width() >= widest.sizeHint().width()
