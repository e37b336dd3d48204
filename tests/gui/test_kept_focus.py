"""The focus stays where it was after an action, unless the person went elsewhere."""

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.kept_focus import KeptFocus


@dataclass
class Stage:
    """A page with three buttons in a row, beside another one."""

    window: QWidget
    page: QWidget
    box: QWidget
    buttons: list[QPushButton]
    keeper: KeptFocus


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    window, page, box = QWidget(), QWidget(), QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(page)
    down = QVBoxLayout(page)
    down.addWidget(box)
    buttons = [QPushButton(name) for name in ("act", "other", "third")]
    QVBoxLayout(box).addWidget(buttons[0])
    for button in buttons[1:]:
        down.addWidget(button)
    keeper = KeptFocus([page], window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    buttons[0].setFocus()
    assert QApplication.focusWidget() is buttons[0]
    return Stage(window, page, box, buttons, keeper)


def test_it_comes_back_to_what_was_disabled(stage: Stage) -> None:
    act, other, _ = stage.buttons
    act.setEnabled(False)
    assert QApplication.focusWidget() is other
    act.setEnabled(True)
    assert QApplication.focusWidget() is act


def test_it_comes_back_to_what_was_hidden_with_what_is_around(stage: Stage) -> None:
    stage.box.hide()
    assert QApplication.focusWidget() is not stage.buttons[0]
    stage.box.show()
    assert QApplication.focusWidget() is stage.buttons[0]


def test_it_comes_back_over_two_that_were_disabled(stage: Stage) -> None:
    act, other, third = stage.buttons
    act.setEnabled(False)
    other.setEnabled(False)
    assert QApplication.focusWidget() is third
    other.setEnabled(True)
    act.setEnabled(True)
    assert QApplication.focusWidget() is act


def test_who_went_elsewhere_stays_there(stage: Stage) -> None:
    act, other, third = stage.buttons
    act.setEnabled(False)
    third.setFocus()
    act.setEnabled(True)
    assert QApplication.focusWidget() is third
    other.setFocus()
    assert QApplication.focusWidget() is other


def test_a_page_that_was_left_takes_no_focus_back(stage: Stage, qtbot: QtBot) -> None:
    elsewhere = QPushButton("elsewhere", stage.window)
    elsewhere.show()
    stage.page.hide()
    elsewhere.setFocus()
    stage.page.show()
    assert QApplication.focusWidget() is elsewhere


def test_what_is_gone_is_forgotten(stage: Stage, qtbot: QtBot) -> None:
    act, other, _ = stage.buttons
    act.setEnabled(False)
    act.deleteLater()
    with qtbot.waitSignal(act.destroyed):
        pass
    other.setEnabled(False)
    other.setEnabled(True)
    assert QApplication.focusWidget() is other
