import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.main_window.keys_sheet import KeysSheet
from dupefinder.text.translation import LANGUAGES, language_in_use, use_language


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(900, 700)
    qtbot.addWidget(window)
    QLineEdit(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def sheet(window: QWidget) -> KeysSheet:
    return KeysSheet(window)


def test_it_covers_the_window_and_can_be_closed(window: QWidget, sheet: KeysSheet) -> None:
    assert not sheet.isVisible()
    sheet.toggle()
    assert sheet.isVisible()
    assert sheet.geometry() == window.rect()
    window.resize(1000, 500)
    assert sheet.geometry() == window.rect()
    sheet.toggle()
    assert not sheet.isVisible()


@pytest.mark.parametrize("code", LANGUAGES)
def test_in_every_language_it_needs_no_scrolling_sideways(
    code: str, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = language_in_use()
    use_language(LANGUAGES[code])
    try:
        window.resize(900, 600)
        sheet = KeysSheet(window)
    finally:
        use_language(before)
    sheet.toggle()
    QApplication.processEvents()
    (area,) = sheet.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    for label in sheet.findChildren(QLabel):
        assert label.heightForWidth(label.width()) <= label.height()


def test_escape_closes_it_and_returns_the_focus(
    window: QWidget, sheet: KeysSheet, qtbot: QtBot
) -> None:
    field = window.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    sheet.toggle()
    assert QApplication.focusWidget() is sheet.close_button
    qtbot.keyClick(sheet.close_button, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert QApplication.focusWidget() is field


def test_a_click_anywhere_closes_it(sheet: KeysSheet, qtbot: QtBot) -> None:
    for at in (QPoint(3, 3), sheet.rect().center()):
        sheet.toggle()
        target = sheet.childAt(at) or sheet
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(sheet, at))
        assert not sheet.isVisible()


def test_its_button_closes_it(sheet: KeysSheet, qtbot: QtBot) -> None:
    sheet.toggle()
    qtbot.mouseClick(sheet.close_button, Qt.MouseButton.LeftButton)
    assert not sheet.isVisible()


def test_other_keys_do_nothing_behind_it(window: QWidget, sheet: KeysSheet, qtbot: QtBot) -> None:
    sheet.toggle()
    qtbot.keyClick(sheet.close_button, Qt.Key.Key_K)
    assert sheet.isVisible()


@pytest.mark.parametrize(
    "key", ["↓ ↑", "← →", "Space", "K", "A", "Enter", "Z", "Hold B", "D", "U, Ctrl+Z", "1 … 9",
            "N", "Shift+K", "Ctrl+F", "Ctrl+Enter", "?"],
)  # fmt: skip
def test_every_key_is_named(sheet: KeysSheet, key: str) -> None:
    assert key in {label.text() for label in sheet.findChildren(QLabel)}


def test_no_text_is_cut_off(sheet: KeysSheet) -> None:
    sheet.toggle()
    for label in sheet.findChildren(QLabel):
        assert label.width() >= label.sizeHint().width()


def test_it_closes_even_without_an_earlier_focus(sheet: KeysSheet) -> None:
    sheet.toggle()
    sheet.put_away()
    sheet.put_away()
    assert not sheet.isVisible()
