"""Controls to choose with."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.widgets.choices import ChoiceBox, Segmented, StepBox, tell_as_choice
from dupefinder.gui.widgets.keyboard import CardButton


@pytest.fixture
def choice_box(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ChoiceBox:
    # The list itself is the platform's.
    monkeypatch.setattr(QComboBox, "showPopup", lambda _: None)
    choice_box = ChoiceBox()
    qtbot.addWidget(choice_box)
    return choice_box


def test_the_list_is_as_wide_as_its_entries(choice_box: ChoiceBox) -> None:
    choice_box.addItems(
        ["a", "an entry that is a good deal wider than the box that it is chosen in"]
    )
    choice_box.setFixedWidth(80)
    choice_box.showPopup()
    assert choice_box.view().minimumWidth() > choice_box.view().sizeHintForColumn(0) > 80


@pytest.mark.usefixtures("look_as_before")
@pytest.mark.parametrize("words", ["As the system", "システムに従う", "Jak system"])
def test_a_box_that_is_as_wide_as_it_asks_for_shortens_nothing(
    choice_box: ChoiceBox, qapp: QApplication, words: str
) -> None:
    apply_appearance(qapp, Appearance.LIGHT)
    choice_box.addItem(words)
    choice_box.ensurePolished()
    choice_box.resize(choice_box.sizeHint())
    assert choice_box._label()[0].currentText == words


def test_the_list_shows_every_entry(choice_box: ChoiceBox) -> None:
    choice_box.addItems([f"entry {number}" for number in range(14)])
    choice_box.showPopup()
    assert choice_box.maxVisibleItems() == 14


def test_a_list_is_no_higher_than_the_screen(choice_box: ChoiceBox) -> None:
    choice_box.addItems([f"entry {number}" for number in range(4_000)])
    choice_box.showPopup()
    height_px = choice_box.maxVisibleItems() * choice_box.view().sizeHintForRow(0)
    assert 0 < height_px < choice_box.screen().availableGeometry().height()


def test_the_list_has_room_for_its_entries_and_its_padding(choice_box: ChoiceBox) -> None:
    choice_box.addItems([f"entry {number}" for number in range(6)])
    choice_box.showPopup()
    assert choice_box.view().minimumHeight() >= 6 * choice_box.view().sizeHintForRow(0) + 10
    choice_box.addItems([f"entry {number}" for number in range(4_000)])
    choice_box.showPopup()
    assert choice_box.view().minimumHeight() <= choice_box.screen().availableGeometry().height()


def test_a_narrow_choice_ends_in_dots_and_its_tooltip_says_the_whole(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared with a box whose text ends in dots by itself: they look the same."""
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _box: told.append(text))
    boxes = [ChoiceBox(), ChoiceBox()]
    whole = "Sortieren: freigegebener Platz"
    for box, text in zip(boxes, (whole, "Sortieren: fr…"), strict=True):
        qtbot.addWidget(box)
        box.addItem(text)
        box.show()
    boxes[1].setFixedWidth(boxes[1].sizeHint().width())
    boxes[0].setFixedWidth(boxes[1].width())
    assert boxes[0].grab().toImage() == boxes[1].grab().toImage()
    boxes[0].setToolTip("Order")
    for box in boxes:
        place = box.rect().center()
        QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, place, box.mapToGlobal(place)))
    assert told == [f"{whole}\nOrder"]
    assert boxes[0].currentText() == whole


@pytest.mark.usefixtures("look_as_before")
def test_a_choice_with_the_room_that_it_asks_for_is_whole(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _box: told.append(text))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_appearance(application, Appearance.LIGHT)
    for number in range(30):
        box = ChoiceBox()
        qtbot.addWidget(box)
        box.addItem(f"Groups on {number * 'w'} show")
        box.show()
        box.resize(box.sizeHint())
        place = box.rect().center()
        QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, place, place))
        assert told == []


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
def step_box(page: QWidget) -> StepBox:
    """The second of them."""
    return page.findChildren(StepBox)[1]


def scroll(step_box: StepBox) -> bool:
    """Turn the wheel by a notch; True when the field took it."""
    event = QWheelEvent(
        QPointF(step_box.rect().center()),
        QPointF(step_box.mapToGlobal(step_box.rect().center())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(step_box, event)
    return event.isAccepted()


def test_the_least_number_has_words(step_box: StepBox) -> None:
    assert step_box.text() == "one copy"
    QTest.keyClick(step_box, Qt.Key.Key_Up)
    assert step_box.text() == "2 copies"
    QTest.keyClick(step_box, Qt.Key.Key_Down)
    QTest.keyClick(step_box, Qt.Key.Key_Down)
    assert step_box.value() == 1


def test_scrolling_over_it_changes_nothing(step_box: StepBox, qtbot: QtBot) -> None:
    assert not scroll(step_box)
    assert step_box.value() == 1
    qtbot.mouseClick(step_box.lineEdit(), Qt.MouseButton.LeftButton)
    assert scroll(step_box)
    assert step_box.value() == 2


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


def test_the_current_choice_is_not_emitted_again(switch: Segmented[str], qtbot: QtBot) -> None:
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


def test_choices_beside_the_focus_stay_in_the_tab_order(qtbot: QtBot) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    across = QHBoxLayout(row)
    buttons = [CardButton(word) for word in ("Keep", "Remove")]
    for button in buttons:
        button.setCheckable(True)
        across.addWidget(button)
    tell_as_choice(row, *buttons)
    with qtbot.waitActive(row):
        row.show()
        row.activateWindow()
    for button in buttons:
        button.setFocus()
        button.setChecked(True)
        assert all(one.focusPolicy() is Qt.FocusPolicy.StrongFocus for one in buttons)
    assert all(one.isChecked() for one in buttons)  # who sets them decides
