import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from dupefinder.gui.choice_box import ChoiceBox


@pytest.fixture
def box(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ChoiceBox:
    # The list itself is the platform's.
    monkeypatch.setattr(QComboBox, "showPopup", lambda _: None)
    box = ChoiceBox()
    qtbot.addWidget(box)
    return box


def test_the_list_is_as_wide_as_its_entries(box: ChoiceBox) -> None:
    box.addItems(["a", "an entry that is a good deal wider than the box that it is chosen in"])
    box.setFixedWidth(80)
    box.showPopup()
    assert box.view().minimumWidth() > box.view().sizeHintForColumn(0) > 80


def test_the_list_shows_every_entry(box: ChoiceBox) -> None:
    box.addItems([f"entry {number}" for number in range(14)])
    box.showPopup()
    assert box.maxVisibleItems() == 14


def test_a_list_is_no_higher_than_the_screen(box: ChoiceBox) -> None:
    box.addItems([f"entry {number}" for number in range(4_000)])
    box.showPopup()
    height_px = box.maxVisibleItems() * box.view().sizeHintForRow(0)
    assert 0 < height_px < box.screen().availableGeometry().height()


def test_the_list_has_room_for_its_entries_and_its_padding(box: ChoiceBox) -> None:
    box.addItems([f"entry {number}" for number in range(6)])
    box.showPopup()
    assert box.view().minimumHeight() >= 6 * box.view().sizeHintForRow(0) + 10
    box.addItems([f"entry {number}" for number in range(4_000)])
    box.showPopup()
    assert box.view().minimumHeight() <= box.screen().availableGeometry().height()
