"""The window speaks the language that was chosen, or the system's."""

import os
import subprocess
import sys
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


_PRINT_FIGURES = """
from PySide6.QtWidgets import QApplication
application = QApplication([])
from dupefinder.gui.language import asked_language, speak
from dupefinder.text.figures import moment_text, month_text, number_text
speak(application, asked_language(""))
ns = 923_270_400 * 10**9
print(moment_text(ns), month_text(ns), number_text(12345), sep="|")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems ask no variables")
@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"LC_ALL": "C"}, "1999-04-05 00:00|April 1999|12345"),
        ({"LC_ALL": "C", "LANGUAGE": "en"}, "1999-04-05 00:00|April 1999|12345"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}, "1999-04-05 00:00|April 1999|12345"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "ja"}, "1999/04/05 0:00|4月 1999|12,345"),
        ({"LANG": "de_DE.UTF-8", "LC_TIME": "C"}, "05.04.1999 00:00|April 1999|12.345"),
    ],
)
def test_where_no_region_is_named_figures_are_those_of_the_language(
    variables: dict[str, str], shown: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LA"))}
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT_FIGURES],
        env={**kept, "TZ": "UTC", "PYTHONUTF8": "1", **variables},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert printed.stdout.decode("utf-8").strip() == shown
