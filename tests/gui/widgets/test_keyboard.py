from dataclasses import dataclass

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dupefinder.gui.widgets.keyboard import FocusKeys, KeptFocus, command_key

PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def press(
    key: int,
    text: str = "",
    scan_code: int = 0,
    modifiers: Qt.KeyboardModifier = PLAIN,
    kind: QEvent.Type = QEvent.Type.KeyPress,
    time_ms: int = 0,
) -> QKeyEvent:
    event = QKeyEvent(kind, key, modifiers, scan_code, 0, 0, text)
    event.setTimestamp(time_ms)
    return event


@pytest.mark.parametrize(
    ("key", "text", "scan_code", "meant"),
    [
        # US, and the same letters elsewhere on AZERTY: what is printed on the key counts.
        (Qt.Key.Key_K, "k", 45, Qt.Key.Key_K),
        (Qt.Key.Key_A, "a", 24, Qt.Key.Key_A),
        (Qt.Key.Key_M, "m", 47, Qt.Key.Key_M),
        (Qt.Key.Key_1, "1", 10, Qt.Key.Key_1),
        # AZERTY types & é " ' ( - è _ ç where 1 to 9 are.
        (ord("&"), "&", 10, Qt.Key.Key_1),
        (ord("É"), "é", 11, Qt.Key.Key_2),
        (ord('"'), '"', 12, Qt.Key.Key_3),
        (ord("'"), "'", 13, Qt.Key.Key_4),
        (ord("("), "(", 14, Qt.Key.Key_5),
        (ord("-"), "-", 15, Qt.Key.Key_6),
        (ord("Ç"), "ç", 18, Qt.Key.Key_9),
        # Czech.
        (ord("Ě"), "ě", 11, Qt.Key.Key_2),
        # Russian and Greek.
        (ord("Л"), "л", 45, Qt.Key.Key_K),
        (ord("Ф"), "ф", 38, Qt.Key.Key_A),
        (ord("Т"), "т", 57, Qt.Key.Key_N),
        (ord("Г"), "г", 30, Qt.Key.Key_U),
        (ord("С"), "с", 54, Qt.Key.Key_C),
        (ord("Κ"), "κ", 45, Qt.Key.Key_K),
        (ord("Α"), "α", 38, Qt.Key.Key_A),
        # Keys that mean nothing by their place.
        (ord("Х"), "х", 34, ord("Х")),
        (ord("É"), "é", 25, ord("É")),
        (Qt.Key.Key_Dead_Acute, "", 11, Qt.Key.Key_Dead_Acute),
        (Qt.Key.Key_Return, "\r", 36, Qt.Key.Key_Return),
        (Qt.Key.Key_Question, "?", 61, Qt.Key.Key_Question),
    ],
)
def test_a_key_means_the_same_on_every_layout(
    qapp: QApplication, key: int, text: str, scan_code: int, meant: int
) -> None:
    assert command_key(press(key, text, scan_code)) == meant


def test_digits_that_are_typed_with_shift_count_and_what_shift_makes_of_digits_does_not(
    qapp: QApplication,
) -> None:
    assert command_key(press(Qt.Key.Key_1, "1", 10, SHIFT)) == Qt.Key.Key_1  # AZERTY
    assert command_key(press(Qt.Key.Key_Exclam, "!", 10, SHIFT)) == Qt.Key.Key_Exclam  # US


class Page(QWidget):
    """A page with one widget of each sort, and what it heard."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[int] = []
        self.field, self.button, self.list = QLineEdit(), QPushButton(), QListWidget()
        self.list.addItems(["kiwi", "lemon"])
        column = QVBoxLayout(self)
        for widget in (self.field, self.button, self.list):
            column.addWidget(widget)
        self.keys = FocusKeys(self, self.take)

    def take(self, event: QKeyEvent) -> bool:
        self.heard.append(command_key(event))
        return True


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def test_a_list_does_not_search_for_a_command(page: Page, qtbot: QtBot) -> None:
    page.list.setFocus()
    page.list.setCurrentRow(0)
    qtbot.keyClick(page.list, Qt.Key.Key_L)
    assert page.heard == [Qt.Key.Key_L]
    assert page.list.currentRow() == 0
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.list.currentRow() == 1
    assert page.heard == [Qt.Key.Key_L]


def test_a_field_has_its_letters_and_what_is_composed(page: Page, qtbot: QtBot) -> None:
    page.field.setFocus()
    qtbot.keyClicks(page.field, "ka1")
    composing = QInputMethodEvent("´", [])
    QApplication.sendEvent(page.field, composing)
    assert page.field.text() == "ka1"
    composed = QInputMethodEvent()
    composed.setCommitString("é日本")
    QApplication.sendEvent(page.field, composed)
    assert page.field.text() == "ka1é日本"
    assert page.heard == []


def test_a_held_key_under_x_counts_once(page: Page) -> None:
    page.list.setFocus()
    key = Qt.Key.Key_Return
    QApplication.sendEvent(page.list, press(key, "\r", 36, time_ms=100))
    page.list.setFocus()
    for time_ms in (600, 640, 680):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            QApplication.sendEvent(page.list, press(key, "\r", 36, kind=kind, time_ms=time_ms))
    # The list has Return to itself; a letter belongs to the page.
    letter = Qt.Key.Key_K
    QApplication.sendEvent(page.list, press(letter, "k", 45, time_ms=700))
    for time_ms in (1200, 1240):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            QApplication.sendEvent(page.list, press(letter, "k", 45, kind=kind, time_ms=time_ms))
    assert page.heard == [letter]
    QApplication.sendEvent(
        page.list, press(letter, "k", 45, kind=QEvent.Type.KeyRelease, time_ms=1300)
    )
    QApplication.sendEvent(page.list, press(letter, "k", 45, time_ms=1390))
    assert page.heard == [letter, letter]


def test_a_page_that_is_not_on_show_hears_nothing(page: Page, qtbot: QtBot) -> None:
    window = QPushButton()
    qtbot.addWidget(window)
    page.keys.reach_to(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert page.heard == [Qt.Key.Key_K]
    page.hide()
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert page.heard == [Qt.Key.Key_K]


def test_a_widget_that_goes_while_it_has_the_focus_harms_nothing(page: Page, qtbot: QtBot) -> None:
    page.button.setFocus()
    page.button.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_K)
    assert page.heard == [Qt.Key.Key_K]


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


def test_focus_moved_elsewhere_stays_there(stage: Stage) -> None:
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


def test_destroyed_widgets_are_forgotten(stage: Stage, qtbot: QtBot) -> None:
    act, other, _ = stage.buttons
    act.setEnabled(False)
    act.deleteLater()
    with qtbot.waitSignal(act.destroyed):
        pass
    other.setEnabled(False)
    other.setEnabled(True)
    assert QApplication.focusWidget() is other


def test_a_page_that_is_gone_is_asked_for_no_focus(stage: Stage, qtbot: QtBot) -> None:
    beside = QPushButton("beside", stage.window)
    beside.show()
    beside.setFocus()
    shiboken6.delete(stage.page)
    with qtbot.captureExceptions() as raised:
        beside.setEnabled(False)
    assert raised == []
