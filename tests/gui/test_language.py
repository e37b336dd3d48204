"""The window speaks the language that was chosen, or the system's."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from dupefinder.gui.language import asked_language, speak
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.languages import ENGLISH, LANGUAGES


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "en")
    before = QLocale()
    yield
    speak(qapp, ENGLISH)
    QLocale.setDefault(before)


def test_the_chosen_language_goes_before_the_systems() -> None:
    assert asked_language("").code == "en"
    assert asked_language("ja").code == "ja"


def test_texts_figures_and_qt_itself_follow(qapp: QApplication, qtbot: QtBot) -> None:
    speak(qapp, LANGUAGES["de"])
    assert number_text(12_345) == "12.345"
    assert bytes_text(31_415_926) == "31,4 MB"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight
