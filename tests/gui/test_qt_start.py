"""The program says so in words and ends in peace where Qt finds no way to the screen."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dupefinder.gui.qt_start import reason_of
from dupefinder.qt_libraries import no_window_text

NO_X11 = [
    "could not connect to display :7",
    "From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.",
]


def test_qt_ends_the_program_with_a_sentence(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "dupefinder", "gui"],
        env={**os.environ, "QT_QPA_PLATFORM": "nosuch", "DUPEFINDER_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("dupefinder: the window cannot open. ")
    assert finished.stderr.rstrip().endswith("`dupefinder scan FOLDER` finds duplicates.")
    assert "Reinstalling" not in finished.stderr


def test_a_missing_library_counts_more_than_what_qt_says(
    linux: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    linux(missing=("libxcb-cursor.so.0",), release={"ID": "debian"})
    text = no_window_text(reason_of(NO_X11))
    assert "Missing on this system: libxcb-cursor.so.0." in text
    assert "\n  sudo apt-get install libxcb-cursor0\n" in text
    assert "Qt says" not in text


def test_else_qt_is_quoted_without_its_guess(linux: Callable[..., None]) -> None:
    linux()
    text = no_window_text(reason_of(NO_X11))
    assert "Qt says: could not connect to display :7." in text
    assert "cursor" not in text
    assert "does not say why" in reason_of(NO_X11[1:])
