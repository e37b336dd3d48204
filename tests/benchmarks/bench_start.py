"""Time from the start of the program to a window that answers.

    python -m tests.benchmarks.bench_start [--rounds 10] [--photos 100000]

Once with an empty catalog and once with the results of a large scan in it, in turns. The clock
starts before the interpreter does and stops when the window is painted and its event loop has
come round; then the time until the last results are on show, and the longest stall meanwhile.
`QT_QPA_PLATFORM=offscreen` is taken unless another is set.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.large_catalog import write_catalog

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
_TURN_MS = 10

_CHILD = """
import json, sys, time
from pathlib import Path
began_s, folder, has_results = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "1"
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from dupefinder.gui.app import Application
from dupefinder.gui.main_window import Paths
from dupefinder.gui.settings import Settings
application = QApplication(["dupefinder"])
paths = Paths(*(folder / name for name in (
    "catalog.sqlite", "decisions.sqlite", "journal.sqlite", "log.txt")))
settings = Settings(folder / "settings.ini")
program = Application(application, settings, paths)
told = {}
beats = []
def usable():
    told.setdefault("usable_s", time.monotonic() - began_s)
class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "usable_s" not in told:
            QTimer.singleShot(0, usable)
        return False
first_paint = FirstPaint()
application.installEventFilter(first_paint)
def beat():
    if "usable_s" in told:
        beats.append(time.monotonic())
heart = QTimer()
heart.setTimerType(heart.timerType().PreciseTimer)
heart.timeout.connect(beat)
heart.start(TURN_MS)
def done():
    told["results_s"] = time.monotonic() - began_s
    told["stall_ms"] = max(
        [(b - a) * 1000 - TURN_MS for a, b in zip(beats, beats[1:])], default=0.0)
    QTimer.singleShot(0, program.window.close)
    QTimer.singleShot(50, application.quit)
def opened(name, end):
    if name == "open":
        QTimer.singleShot(200, done)
program.tasks.ended.connect(opened)
program.begin()
application.exec()
print(json.dumps(told))
""".replace("TURN_MS", str(_TURN_MS))


def start(folder: Path, *, has_results: bool) -> dict[str, float]:
    """Start the program once; return its times."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    # The child's clock is this one: it counts since the computer was started.
    finished = subprocess.run(
        [
            sys.executable,
            "-c",
            _CHILD,
            str(time.monotonic()),
            str(folder),
            str(int(has_results)),
        ],
        cwd=_CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(finished.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--photos", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folders = {False: Path(made) / "empty", True: Path(made) / "large"}
        for folder in folders.values():
            folder.mkdir()
        write_catalog(folders[True] / "catalog.sqlite", arguments.photos, arguments.photos // 5)
        for has_results, folder in folders.items():
            start(folder, has_results=has_results)  # warms the disk's cache
        times: dict[bool, list[dict[str, float]]] = {False: [], True: []}
        for _ in range(arguments.rounds):
            for has_results, folder in folders.items():
                times[has_results].append(start(folder, has_results=has_results))
    for has_results, runs in times.items():
        name = f"{arguments.photos:,} photos" if has_results else "empty catalog"
        usable = [one["usable_s"] for one in runs]
        print(
            f"{name:>16}: usable after {statistics.median(usable):.2f} s"
            f" ({min(usable):.2f} to {max(usable):.2f}),"
            f" results after {statistics.median(one['results_s'] for one in runs):.2f} s,"
            f" longest stall {max(one['stall_ms'] for one in runs):.0f} ms"
            f" (median {statistics.median(one['stall_ms'] for one in runs):.0f} ms)"
        )


if __name__ == "__main__":
    main()
