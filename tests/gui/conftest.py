"""Fixtures of the window's tests: figures as it writes them, no drives of this machine."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.actions.checks import full_decode
from dupefinder.gui.language import LocaleNotation
from dupefinder.gui.widgets import chosen_paths
from dupefinder.text.figures import use_notation

# A wait ends by what it waits for; five seconds pass by where other programs hold this one up.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed, QtBot.waitActive):
    _wait.__kwdefaults__ = {**(_wait.__kwdefaults__ or {}), "timeout": 60_000}


@pytest.fixture(autouse=True)
def locale_notation() -> Iterator[None]:
    before = use_notation(LocaleNotation())
    yield
    use_notation(before)


@pytest.fixture(autouse=True)
def no_photo_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_paths, "photo_places", lambda pictures: [])


@pytest.fixture
def look_as_before(qapp: QApplication) -> Iterator[None]:
    """Take away at the end what a test did to the look of all windows."""
    style, palette, sheet = qapp.style().objectName(), qapp.palette(), qapp.styleSheet()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)


@pytest.fixture(autouse=True)
def one_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the process that decodes in full from test to test: to start one takes longer."""
    monkeypatch.setattr(full_decode, "close_decoder", lambda: None)
