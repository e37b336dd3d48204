"""Longest time without an answer of the window while it scans, searches, groups and removes.

    python -m tests.benchmarks.bench_stalls [--photos 2000]

Half of the photos are copies of the other half. A timer of 10 ms beats in the window's thread;
what it is late by is a stall. `QT_QPA_PLATFORM=offscreen` is taken unless another is set.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from dupefinder.gui.app import Application
from dupefinder.gui.main_window import Paths
from dupefinder.gui.review.action_bar import GroupAction
from dupefinder.gui.settings import Settings
from tests.cli.album import photo

_BEAT_MS = 10
_LIMIT_S = 600.0
_REST_S = 0.5


class Heart:
    """Beats in the window's thread; notes how late it was, and what the thread itself took.

    On a machine that does other work the latter counts: by how much nobody else was to blame.
    """

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self.busy_ms: list[float] = []
        self._last_s, self._last_busy_s = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT_MS)

    def _beat(self) -> None:
        now_s, busy_s = time.perf_counter(), time.thread_time()
        self.late_ms.append((now_s - self._last_s) * 1000 - _BEAT_MS)
        self.busy_ms.append((busy_s - self._last_busy_s) * 1000)
        self._last_s, self._last_busy_s = now_s, busy_s

    def report(self, what: str, spent_s: float) -> None:
        """Print the stalls since the last report."""
        late, self.late_ms = sorted(self.late_ms) or [0.0], []
        busy, self.busy_ms = sorted(self.busy_ms) or [0.0], []
        over, busy_over = (sum(one > 50 for one in some) for some in (late, busy))
        print(
            f"{what:<24} {spent_s:6.1f} s, longest stall {late[-1]:6.1f} ms,"
            f" 99.9 % within {late[int(len(late) * 0.999)]:5.1f} ms, {over} over 50 ms;"
            f" of its own time {busy[-1]:6.1f} ms at most, {busy_over} over 50 ms",
            flush=True,
        )


def run_until(application: QApplication, done: Callable[[], bool]) -> float:
    """Let the window live until something is the case; return how long that took."""
    began_s = time.perf_counter()
    while not done():
        application.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() - began_s > _LIMIT_S:
            raise TimeoutError
    spent_s = time.perf_counter() - began_s
    # The outcome is shown, and the timer tells how long that took.
    while time.perf_counter() - began_s - spent_s < _REST_S:
        application.processEvents()
        time.sleep(0.0005)
    return spent_s


def write_photos(folder: Path, count: int) -> None:
    """Write photos; each is there twice, in two folders."""
    for name in ("library", "backup"):
        (folder / name).mkdir(parents=True)
    for number in range(count // 2):
        content = photo(number, 1024, 768)
        for name in ("library", "backup"):
            (folder / name / f"IMG_{number:05d}.JPG").write_bytes(content)


def main() -> None:
    """Print the longest stalls of each part of the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        os.environ["HOME"] = os.environ["XDG_DATA_HOME"] = str(folder / "home")
        write_photos(folder / "photos", arguments.photos)
        application = QApplication(sys.argv[:1])
        names = ("catalog.sqlite", "decisions.sqlite", "journal.sqlite", "log.txt")
        settings = Settings(folder / "settings.ini")
        program = Application(application, settings, Paths(*(folder / name for name in names)))
        ended: list[str] = []
        program.tasks.ended.connect(lambda name, _: ended.append(name))
        program.begin([str(folder / "photos")])
        run_until(application, lambda: "open" in ended and "settle earlier" in ended)
        window = program.window
        heart = Heart()

        def after(kind: str, what: str) -> None:
            ended.clear()
            heart.report(what, run_until(application, lambda: kind in ended))

        (scan,) = [
            one
            for one in window.folders.findChildren(QPushButton)
            if one.isVisible() and one.property("role") == "primary"
        ]
        scan.click()
        window.show_place("review")
        after("scan", "scan")
        for what in ("first search", "next search"):
            window.search.requests.search_file(str(folder / "photos" / "library" / "IMG_00000.JPG"))
            after("search", what)
        window.search.query.fingerprints.click()
        after("fingerprints", "fingerprints")
        window.show_place("review")
        slider = window.review.filter.similarity.slider
        began_s = time.perf_counter()
        for bits in (7, 4, 1, slider.maximum()):
            ended.clear()
            slider.setValue(bits)
            run_until(application, lambda: "regroup" in ended)
        heart.report("another similarity", time.perf_counter() - began_s)
        began_s = time.perf_counter()
        window.review.list.selectAll()
        window.review.decide_many(GroupAction.ACCEPT)
        run_until(application, lambda: window.marks.totals()[0] == arguments.photos // 2)
        heart.report("accept all", time.perf_counter() - began_s)
        window.review.bar.plan.click()
        after("plan", "plan")
        window.plan.bar.act.click()
        after("act", "move to the trash")
        window.history.requests.undo(1)
        after("undo", "bring back")
        window.close()


if __name__ == "__main__":
    main()
