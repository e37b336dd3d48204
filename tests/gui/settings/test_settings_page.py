from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.settings import Settings
from dupefinder.gui.settings.page import SettingsPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def opened() -> list[QUrl]:
    return []


@pytest.fixture
def page(settings: Settings, opened: list[QUrl], qtbot: QtBot) -> SettingsPage:
    def open_folder(url: QUrl) -> bool:
        opened.append(url)
        return True

    page = SettingsPage(settings, open_folder)
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    return page


def test_the_default_way_can_be_chosen(
    page: SettingsPage, settings: Settings, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.default_way.button(ActionKind.SET_ASIDE), LEFT)
    assert settings.default_way is ActionKind.SET_ASIDE
    assert SettingsPage(settings).default_way.value is ActionKind.SET_ASIDE


def test_the_least_numbers_of_copies_and_drives_can_be_chosen(
    page: SettingsPage, settings: Settings, qtbot: QtBot
) -> None:
    assert (page.copies.text(), page.drives.text()) == ("one copy", "one drive")
    page.copies.setFocus()
    qtbot.keyClick(page.copies, Qt.Key.Key_Up)
    assert (settings.keep_copies, settings.keep_drives) == (2, 1)
    page.drives.setFocus()
    qtbot.keyClick(page.drives, Qt.Key.Key_Up)
    assert (settings.keep_copies, settings.keep_drives) == (2, 2)
    assert page.copies.text() == "2 copies"


def test_appearance(page: SettingsPage, settings: Settings, qtbot: QtBot) -> None:
    assert page.appearance.value is Appearance.SYSTEM
    for appearance in (Appearance.DARK, Appearance.LIGHT, Appearance.SYSTEM):
        with qtbot.waitSignal(page.appearance.chosen):
            qtbot.mouseClick(page.appearance.button(appearance), LEFT)
        assert settings.appearance is appearance


def test_language(page: SettingsPage, settings: Settings, qtbot: QtBot) -> None:
    assert page.language.currentText() == "As the system"
    assert not page.language_told.isVisible()
    qtbot.keyClicks(page.language, "Deu")
    qtbot.keyClick(page.language, Qt.Key.Key_Return)
    assert settings.language == "de"
    assert page.language_told.isVisible()
    assert SettingsPage(settings).language.currentText() == "Deutsch"
    settings.file.setValue("window/language", '"tlh"')
    assert settings.language == ""


def test_threads(page: SettingsPage, settings: Settings, qtbot: QtBot) -> None:
    assert page.threads.text() == "one for each processor"
    page.threads.setFocus()
    page.threads.selectAll()
    qtbot.keyClicks(page.threads, "3")
    assert settings.threads == 3
    qtbot.keyClick(page.threads, Qt.Key.Key_Down)
    assert settings.threads == 2


def test_remembered_settings_are_shown(settings: Settings, qtbot: QtBot) -> None:
    settings.threads = 5
    settings.appearance = Appearance.DARK
    page = SettingsPage(settings)
    qtbot.addWidget(page)
    assert page.threads.value() == 5
    assert page.appearance.value is Appearance.DARK


def test_places_are_shown_and_opened(
    page: SettingsPage, opened: list[QUrl], tmp_path: Path, qtbot: QtBot
) -> None:
    data, logs = tmp_path / "data", tmp_path / "logs"
    page.set_places(data / "catalog.sqlite", data / "journal.sqlite", logs / "a.log")
    shown = [label.text() for label in page.findChildren(QLabel)]
    for path in (data / "catalog.sqlite", data / "journal.sqlite", logs / "a.log"):
        assert str(path) in shown
    assert len({button.accessibleName() for button in page.place_buttons}) == 3
    for button in page.place_buttons:
        qtbot.mouseClick(button, LEFT)
    assert [Path(url.toLocalFile()) for url in opened] == [data, data, logs]


def test_a_catalog_in_memory_has_no_place(page: SettingsPage, tmp_path: Path) -> None:
    page.set_places(None, tmp_path / "journal.sqlite", tmp_path / "a.log")
    assert len(page.place_buttons) == 2


def test_the_catalog_is_erased_when_asked_twice(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.erase.confirmed):
        qtbot.mouseClick(page.erase.first, LEFT)
    assert "No photo is touched" in page.erase.consequence.text()
    with qtbot.waitSignal(page.erase.confirmed):
        qtbot.mouseClick(page.erase.second, LEFT)


def test_sizes_are_forgotten(page: SettingsPage, settings: Settings, qtbot: QtBot) -> None:
    settings.window_geometry = b"wide"
    assert page.forgotten.text() == ""
    qtbot.mouseClick(page.forget, LEFT)
    assert settings.window_geometry == b""
    assert page.forgotten.text()


def test_focus_and_names(page: SettingsPage, tmp_path: Path) -> None:
    page.set_places(tmp_path / "c", tmp_path / "j", tmp_path / "l")
    page.setFocus()
    assert page.appearance.button(Appearance.SYSTEM).hasFocus()
    for button in page.findChildren(QAbstractButton):
        assert button.text() or button.accessibleName()
    buddies = {label.buddy() for label in page.findChildren(QLabel)}
    assert {page.appearance, page.threads} <= buddies
    assert page.threads.accessibleName()
