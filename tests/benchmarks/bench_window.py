"""Longest time without an answer of Review while the slider of similarity is dragged.

    python -m tests.benchmarks.bench_window [--groups 20000] [--seconds 10]

Review with its cards as in the window, a real runner, matches made in code. A timer of
10 ms beats in the window's thread; what it is late by is a stall. The aim is 50 ms. The same is
measured for accepting all, for taking it back, for typing into the filter, and for all of the marks
while the slider is dragged again.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.records import Evidence, FoundFile, Proof, ProofVerdict
from tests.benchmarks.bench_regroup import CatalogOf, judged

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dupefinder.gui.app.gc_tuning import freeze_survivors
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.results import Results
from dupefinder.gui.results.builder import build_results
from dupefinder.gui.review.action_bar import GroupAction
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.page import ReviewPage
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import Policy, Tasks
from dupefinder.gui.tasks.window_thread import PaintSteps
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Findings
from dupefinder.services.scan import ScanSession
from tests.benchmarks.bench_stalls import Heart

_STEP_MS = 40
_SWITCH_INTERVAL_S = 0.001
"""The switch interval that the application sets."""


def matches_of(groups: int) -> Matches:
    """Pairs of photos, one group each at ten bits."""
    photos = 2 * groups
    files = [
        FoundFile(f"/p/{n % 97:02}/{n:07}.jpg", "v", f"{n:07}.jpg", 3_000_000 + n, n, 1, n, False)
        for n in range(photos)
    ]
    ids = np.arange(1, photos + 1)
    pairs = judged(ids[::2], ids[1::2], {Evidence.RE_ENCODED: 0.8, Evidence.EDITED: 0.2})
    matches = Matches(
        files, ids, EqualThumbnails(ids, ids, ids), pairs, cast(Catalog, CatalogOf(photos))
    )
    copies = pairs[pairs["evidence"] == EVIDENCE_CODES[Evidence.RE_ENCODED]]
    ends = copies[["a", "b"]].tolist()
    proof = Proof(ProofVerdict.CONTAINED)
    matches.add_proofs(dict.fromkeys([*ends, *((b, a) for a, b in ends)], proof))
    return matches


class Stage:
    """Regrouping and Review, connected as the window connects them."""

    def __init__(self, groups: int, folder: Path) -> None:
        self.application = QApplication([])
        apply_appearance(self.application, Appearance.LIGHT)
        self.tasks = Tasks()
        self.runner = self.tasks.runner("catalog")
        self.session = ScanSession(OpenCatalog(None))
        self.marks = Marks()
        self.thumbnails = ThumbnailLoader(folder / "none.sqlite")
        self.pictures = PictureLoader()
        self.page = ReviewPage(
            self.marks, self.thumbnails, Settings(folder / "settings.ini"), PaintSteps()
        )
        self.cards = Cards(self.marks, self.thumbnails, self.pictures)
        self.page.set_cards(self.cards)
        self.page.filter.similarity.threshold_changed.connect(self._regroup)
        self.shown = 0
        self.page.resize(1100, 760)
        self.page.show()
        self.tasks.start()
        matches = matches_of(groups)

        def take(context: JobContext) -> Results:
            self.session._take(matches, ())
            return self._built(self.session._findings(10, (), context))

        self.runner.ask("take", take, self.page).on_result(self._show).start()

    def _regroup(self, threshold_bits: int) -> None:
        def work(context: JobContext) -> Results:
            findings = self.session.regroup(threshold_bits, (), context)
            assert findings is not None
            return self._built(findings)

        task = self.runner.ask("regroup", work, self.page, Policy.LATEST)
        task.on_result(self._show).start()

    def _built(self, findings: Findings) -> Results:
        results = build_results(findings)
        self.marks.foresee(results)
        return results

    def _show(self, results: Results) -> None:
        self.marks.set_results(results)
        self.page.set_results(results)
        self.shown += 1

    def run(self, seconds: float) -> None:
        """Let the event loop run."""
        QTimer.singleShot(round(seconds * 1000), self.application.quit)
        self.application.exec()

    def drag(self, seconds: float) -> None:
        """Move the handle to and fro as a hand does."""
        slider = self.page.filter.similarity.slider
        steps = (*range(9, -1, -1), *range(1, 11))
        at = 0

        def step() -> None:
            nonlocal at
            slider.setSliderPosition(steps[at % len(steps)])
            at += 1

        timer = QTimer()
        timer.setInterval(_STEP_MS)
        timer.timeout.connect(step)
        slider.setSliderDown(True)
        timer.start()
        self.run(seconds)
        timer.stop()
        slider.setSliderPosition(10)
        slider.setSliderDown(False)
        self.run(1)

    def later(self, work: Callable[[], object]) -> None:
        """Do something in the event loop, and look at what comes of it."""
        QTimer.singleShot(100, work)
        self.run(1)

    def select(self) -> None:
        """Accept what is proposed in all groups."""
        self.page.list.selectAll()
        self.page.decide_many(GroupAction.ACCEPT)

    def type_filter(self) -> None:
        """Type a letter that many paths have."""
        QTest.keyClicks(self.page.filter.field, "0")

    def close(self) -> None:
        """End the threads."""
        self.tasks.close(60.0)
        self.thumbnails.close()
        self.pictures.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    freeze_survivors()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(asked.groups, Path(folder))
        while stage.shown == 0:
            stage.run(0.5)
        stage.run(1)
        heart = Heart()

        def measure(what: str, work: Callable[[], object]) -> None:
            heart.late_ms.clear()
            heart.busy_ms.clear()
            before, began_s = stage.shown, time.perf_counter()
            work()
            spent_s = time.perf_counter() - began_s
            heart.report(f"{what}, {stage.shown - before} results", spent_s)

        measure("at rest", lambda: stage.run(2))
        measure("slider", lambda: stage.drag(asked.seconds))
        measure("accept all", lambda: stage.later(stage.select))
        print(f"  {stage.marks.totals()[0]} photos are marked")
        measure("undo", lambda: stage.later(stage.marks.stack.undo))
        measure("filter", lambda: stage.later(stage.type_filter))
        stage.page.filter.clear()
        stage.marks.stack.redo()
        measure("slider, marks", lambda: stage.drag(asked.seconds))
        stage.close()


if __name__ == "__main__":
    main()
