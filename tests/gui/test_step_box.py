import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.step_box import StepBox


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """Two fields, of which the first one has the focus."""
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    first = StepBox(0, 9, 0)
    column.addWidget(first)
    column.addWidget(StepBox(1, 9, 1, suffix=" copies", least_text="one copy"))
    page.show()
    page.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    return page


@pytest.fixture
def box(page: QWidget) -> StepBox:
    """The second of them."""
    return page.findChildren(StepBox)[1]


def scroll(box: StepBox) -> bool:
    """Turn the wheel by a notch; True when the field took it."""
    event = QWheelEvent(
        QPointF(box.rect().center()),
        QPointF(box.mapToGlobal(box.rect().center())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)
    return event.isAccepted()


def test_the_least_number_has_words(box: StepBox) -> None:
    assert box.text() == "one copy"
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "2 copies"
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.value() == 1


def test_scrolling_over_it_changes_nothing(box: StepBox, qtbot: QtBot) -> None:
    assert not scroll(box)
    assert box.value() == 1
    qtbot.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
    assert scroll(box)
    assert box.value() == 2
