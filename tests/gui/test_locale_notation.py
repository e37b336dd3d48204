"""Figures as the window writes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from PySide6.QtCore import QDateTime, QLocale

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.gui.locale_notation import LocaleNotation
from dupefinder.text.skips import skip_text


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
