"""The program as it is started: one window, a second start, and its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.catalog import Catalog
from dupefinder.gui import app
from tests.gui.whole import LIMIT_MS, whole_window

LIMIT_S = 60


def start(tmp_path: Path, *folders: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path / "home"),
        "DUPEFINDER_DATA": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "dupefinder", "gui", *folders),
            *("--catalog", str(tmp_path / "data" / "catalog.sqlite")),
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to close a window")
def test_a_signal_that_comes_before_the_window_closes_it(tmp_path: Path, qtbot: QtBot) -> None:
    with app._StopSignals() as stop_signals:
        signal.raise_signal(signal.SIGTERM)
        with whole_window(tmp_path / "data", qtbot) as program:
            stop_signals.close_window_of(program)
            qtbot.waitUntil(lambda: not program.window.isVisible(), timeout=LIMIT_MS)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to close a window")
def test_a_second_start_hands_over_and_a_signal_ends_the_first(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    first = start(tmp_path)
    try:
        second = start(tmp_path, str(tmp_path))
        # Whichever was first, exactly one of the two ends by itself, and in peace.
        running = [first, second]
        while all(one.poll() is None for one in running):
            try:
                second.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        (ended,) = [one for one in running if one.poll() is not None]
        assert ended.returncode == 0
        running.remove(ended)
        (left,) = running
        left.send_signal(signal.SIGTERM)
        assert left.wait(LIMIT_S) == 0
        for one in (first, second):
            assert one.stderr is not None
            assert b"Traceback" not in one.stderr.read()
    finally:
        for one in (first, second):
            one.kill()
            one.wait()
            if one.stderr is not None:
                one.stderr.close()
    with Catalog.open(tmp_path / "data" / "catalog.sqlite") as catalog:
        assert catalog.set_aside is None


MAKES_THE_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
application = QApplication(["dupefinder"])
from dupefinder.gui.app import Application
from dupefinder.gui.main_window import Paths
from dupefinder.gui.settings import Settings
folder = Path(sys.argv[1])
names = ("catalog.sqlite", "decisions.sqlite", "journal.sqlite", "log.txt")
program = Application(application, Settings(folder / "s.ini"), Paths(*map(folder.joinpath, names)))
program.window.show()
application.processEvents()
print("dupefinder.gui.controllers.scan" in sys.modules)
print(sorted({"PIL", "cv2", "dupefinder.core.comparing", "dupefinder.core.decode",
    "dupefinder.core.matching", "dupefinder.core.pipeline", "dupefinder.actions.execute"}
    & sys.modules.keys()))
"""


def test_the_window_is_shown_before_what_scans_is_loaded(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", MAKES_THE_WINDOW, str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert finished.stdout.splitlines()[-2:] == ["True", "[]"], finished.stderr
