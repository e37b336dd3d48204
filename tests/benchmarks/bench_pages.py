"""Longest time that Backups and History take in the window's thread, with very many photos.

    python -m tests.benchmarks.bench_pages [--photos 100000]

A comparison and an action are made in code and shown; then each view, filter and order is asked
for as a person asks for it. What counts is the time of the window's thread itself, in one turn of
its event loop: 50 ms is the aim, whatever else the machine does.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from dupefinder.actions.records import ActionRecord, JournalStep, StepState
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.folders import folders_of_backups
from dupefinder.core.coverage.records import (
    Accepted,
    Coverage,
    CoverageStatus,
    LibraryMatch,
    PhotoCoverage,
    PlacedPhoto,
    Root,
)
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, FoundFile
from dupefinder.core.scan import ScanOptions, ScanResult
from dupefinder.gui.app.gc_tuning import freeze_survivors
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.backups.answer import BackupsView
from dupefinder.gui.backups.page import BackupsPage
from dupefinder.gui.backups.photo_pane import STATUSES
from dupefinder.gui.backups.shown_comparison import ShownComparison, make_compared
from dupefinder.gui.history.page import HistoryPage
from dupefinder.gui.history.steps_model import ListedSteps
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.settings import Settings
from tests.gui.stand_ins import answered

_TURNS = 40
_PHOTOS_OF_FOLDER = 200
_NOON_NS = 1_700_000_000 * 10**9
_STATUSES = (CoverageStatus.COVERED,) * 7 + (
    CoverageStatus.SMALLER,
    CoverageStatus.ALTERED,
    CoverageStatus.MISSING,
)


def found(path: str, number: int) -> FoundFile:
    return FoundFile(path, "v", path[1:], 3_000_000 + number, number, 1, number, protected=False)


def comparison_of(photos: int) -> ShownComparison:
    """A backup of which the library has seven photos in ten."""
    roots = (Root("/library", True), Root("/backup", False))
    places, covered = [], []
    answers: dict[int, dict[int, LibraryMatch]] = {}
    for number in range(photos):
        below = f"{number // _PHOTOS_OF_FOLDER:04}/IMG_{number:07}.jpg"
        status = _STATUSES[number % len(_STATUSES)]
        place = PlacedPhoto(found(f"/backup/{below}", number), number, 1)
        match = None
        if status is not CoverageStatus.MISSING:
            evidence = Evidence.SAME_BYTES if number % 2 else Evidence.RE_ENCODED
            match = LibraryMatch(status, found(f"/library/{below}", number), evidence, 0)
            answers[number] = {0: match}
        places.append(place)
        covered.append(PhotoCoverage(place, status, match))
    digests = {number: number.to_bytes(32, "big") for number in range(photos)}
    coverage = Coverage(roots, Accepted(), tuple(places), answers, digests)
    comparison = FolderComparison(
        Options(ScanOptions(())),
        coverage,
        covered,
        folders_of_backups(coverage, covered),
        dict.fromkeys(range(photos)),
        {},
        cast(ScanResult, None),
        [],
        0,
        {},
    )
    return make_compared(comparison)


def steps_of(count: int) -> list[JournalStep]:
    """The files of an action, most of them moved."""
    return [
        JournalStep(
            step_id=number,
            path=f"/backup/{number // _PHOTOS_OF_FOLDER:04}/IMG_{number:07}.jpg",
            size_bytes=3_000_000 + number,
            mtime_ns=number,
            digest=number.to_bytes(32, "big"),
            survivor=f"/library/{number // _PHOTOS_OF_FOLDER:04}/IMG_{number:07}.jpg",
            evidence=Evidence.SAME_BYTES,
            state=StepState.SKIPPED if number % 10 == 0 else StepState.DONE,
        )
        for number in range(count)
    ]


def measure(application: QApplication, what: str, work: Callable[[], object]) -> None:
    """Print the longest turn of the event loop while something is done and shown."""
    began_s = time.thread_time()
    work()
    turns_ms = [(time.thread_time() - began_s) * 1000]
    for _ in range(_TURNS):
        began_s = time.thread_time()
        application.processEvents()
        turns_ms.append((time.thread_time() - began_s) * 1000)
        time.sleep(0.002)
    print(
        f"{what:<34} at once {turns_ms[0]:6.1f} ms, then {max(turns_ms[1:]):6.1f} ms at most,"
        f" {sum(one > 50 for one in turns_ms)} over 50 ms",
        flush=True,
    )


def press(application: QApplication, what: str, button: QAbstractButton) -> None:
    measure(application, what, button.click)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    asked = parser.parse_args()
    freeze_survivors()
    application = QApplication([])
    apply_appearance(application, Appearance.LIGHT)
    compared, steps = comparison_of(asked.photos), steps_of(asked.photos)
    listed = ListedSteps.of(steps)
    done = sum(step.state is StepState.DONE for step in steps)
    skipped = len(steps) - done
    record = ActionRecord(1, _NOON_NS, _NOON_NS + 10**9, None, done, skipped, 0, 0, done * 10**6)
    with tempfile.TemporaryDirectory() as name:
        thumbnails = ThumbnailLoader(Path(name) / "none.sqlite")
        settings = Settings(Path(name) / "settings.ini")
        backups: BackupsPage = answered(BackupsPage(thumbnails, settings, lambda *_: ""))
        backups.resize(1080, 700)
        backups.show()
        history: HistoryPage = answered(HistoryPage(thumbnails))
        history.resize(1080, 700)
        measure(application, "Backups: an answer", lambda: backups.set_compared(compared))
        for view in BackupsView:
            press(application, f"Backups: {view.value}", backups.answer.views.button(view))
        press(application, "Backups: folders", backups.answer.views.button(BackupsView.FOLDERS))
        for status in STATUSES:
            press(
                application, f"Backups: {status.value}", backups.answer.pane.statuses.button(status)
            )
        to_end = backups.answer.pane.grid.scrollToBottom
        measure(application, "Backups: to the last photo", to_end)
        backups.hide()
        history.show()
        measure(application, "History: actions", lambda: history.set_actions([record]))
        measure(application, "History: its files", lambda: history.set_steps(1, listed))
        for column in range(history.steps.columnCount()):
            order = partial(history.table.sortByColumn, column, Qt.SortOrder.DescendingOrder)
            measure(application, f"History: order by {column}", order)
        for state in (StepState.SKIPPED, None):
            name = "all" if state is None else state.value
            measure(application, f"History: {name}", partial(history.steps.set_shown, state))
        thumbnails.close()


if __name__ == "__main__":
    main()
