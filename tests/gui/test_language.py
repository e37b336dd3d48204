"""The window speaks a language: its texts, Qt's dialogs, and figures by the locale."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.gui.language import LocaleNotation, asked_language, listed, speak
from dupefinder.gui.photos.desktop import copy_path
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.skips import skip_text
from dupefinder.text.translation import ENGLISH, LANGUAGES


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
def test_figures_follow_the_language_without_a_region(
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


def test_a_moment_of_any_file_is_told() -> None:
    notation = LocaleNotation()
    for time_ns in (-300_000_000 * 10**9, 0, 13_569_465_600 * 10**9):
        assert any(one.isdigit() for one in notation.moment(time_ns))
    for time_ns in (-(10**9 << 63), 10**9 << 63):
        assert notation.moment(time_ns) == "–"


@pytest.mark.parametrize(
    ("size_bytes", "shown"), [(999, "999 bytes"), (88_400, "88 kB"), (47_100_000, "47.1 MB")]
)
def test_small_sizes_are_rounded(size_bytes: int, shown: str) -> None:
    assert LocaleNotation().size(size_bytes) == shown


def test_a_path_within_a_text_can_mislead_nobody() -> None:
    skipped = Skipped("/p/1.jpg", SkipCode.HAS_COMPANIONS, "/q/1\n.xmp")
    assert skip_text(skipped).endswith("(/q/1\N{REPLACEMENT CHARACTER}.xmp).")


def test_half_a_character_is_one_sign() -> None:
    for half in "\ud83d\udcff":
        path = LocaleNotation().path(f"C:\\家族\\1{half}.jpg")
        assert path == "C:\\家族\\1\N{REPLACEMENT CHARACTER}.jpg"


def test_words_that_are_read_from_the_right_take_nothing_of_paths_and_sizes(
    qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    notation = LocaleNotation()
    request.addfinalizer(lambda: qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
    assert listed([notation.path("/p/1.jpg"), notation.size(999)]) == "/p/1.jpg · 999 bytes"
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    left, first, end = "\u2066", "\u2068", "\u2069"
    assert notation.path("/p/1\u202e.jpg") == f"{left}/p/1\N{REPLACEMENT CHARACTER}.jpg{end}"
    assert notation.size(999) == f"{first}999 bytes{end}"
    assert listed(["JPEG", "6 × 4"]) == f"{first}JPEG{end} · {first}6 × 4{end}"
    assert notation.path("") == ""
    copy_path("/p/1.jpg")
    assert QGuiApplication.clipboard().text() == "/p/1.jpg"


@contextmanager
def locale(name: str) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    try:
        yield
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C", "1999-04-05 07:09"),
        ("de_DE", "05.04.1999 07:09"),
        ("en_GB", "05/04/1999 07:09"),
        ("fr_FR", "05/04/1999 07:09"),
        ("en_US", "4/5/1999 7:09 AM"),
    ],
)
def test_all_dates_are_of_one_form_with_the_whole_year(name: str, shown: str) -> None:
    moment = datetime(1999, 4, 5, 7, 9)
    since_1970_ns = QDateTime(1999, 4, 5, 7, 9, 0).toMSecsSinceEpoch() * 10**6
    with locale(name):
        notation = LocaleNotation()
        # Some locales part the hour from the half of the day by a narrow space.
        assert notation.local_time(moment).replace("\u202f", " ") == shown
        assert notation.moment(since_1970_ns) == notation.local_time(moment)
