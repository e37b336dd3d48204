"""Controls that pages share."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.gui.widgets.controls import TwoStepButton

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def button(qtbot: QtBot) -> TwoStepButton:
    button = TwoStepButton("Erase…", "Erase now", "No photo is touched.")
    qtbot.addWidget(button)
    button.resize(700, 40)
    button.show()
    qtbot.waitExposed(button)
    return button


def test_a_confirm_button_takes_two_clicks(button: TwoStepButton, qtbot: QtBot) -> None:
    assert button.second.isHidden()
    with qtbot.assertNotEmitted(button.confirmed):
        qtbot.mouseClick(button.first, LEFT)
    assert button.first.isHidden()
    assert button.consequence.isVisible()
    assert button.second.accessibleDescription() == "No photo is touched."
    with qtbot.waitSignal(button.confirmed):
        qtbot.mouseClick(button.second, LEFT)
    assert button.first.isVisible()
    assert button.second.isHidden()


def test_a_double_click_does_not_confirm(button: TwoStepButton, qtbot: QtBot) -> None:
    centre = button.first.mapTo(button, button.first.rect().center())
    with qtbot.assertNotEmitted(button.confirmed):
        qtbot.mouseClick(button.first, LEFT)
        layout = button.layout()
        assert layout is not None
        layout.activate()
        below = button.childAt(centre)
        assert below is button.cancel
        qtbot.mouseClick(below, LEFT)
    assert button.first.isVisible()


def test_enter_after_enter_does_not_confirm(button: TwoStepButton, qtbot: QtBot) -> None:
    button.first.setFocus()
    with qtbot.assertNotEmitted(button.confirmed):
        qtbot.keyClick(button.first, Qt.Key.Key_Space)
        assert button.cancel.hasFocus()
        qtbot.keyClick(button.cancel, Qt.Key.Key_Space)
    assert button.first.hasFocus()


def test_escape_cancels(button: TwoStepButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button.first, LEFT)
    with qtbot.assertNotEmitted(button.confirmed):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert button.first.isVisible()
