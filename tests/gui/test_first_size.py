"""The size of the window at its first start; no other window is there meanwhile."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from dupefinder.gui.settings import Settings
from tests.gui.whole import whole_window


def test_the_first_window_is_no_larger_than_its_screen(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot, is_dressed=True) as program:
        window = program.window
        assert window.screen().availableGeometry().contains(window.geometry())


def test_a_window_whose_kept_geometry_is_not_taken_has_its_first_size(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot, is_dressed=True) as program:
        first = program.window.geometry()
    settings = Settings(tmp_path / "data" / "settings.ini")
    settings.window_geometry = b"of a screen that is gone"
    with whole_window(tmp_path / "data", qtbot, is_dressed=True) as program:
        assert program.window.geometry() == first
