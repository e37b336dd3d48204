"""Processor time of each step through Review in the window's thread.

    python -m tests.benchmarks.bench_cards

Groups of 2, 3, 5 and 40 photos made by hand, pictures that are at hand at once. The aim is 50 ms a
step, painting included.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.page import ReviewPage
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks.window_thread import PaintSteps
from tests.gui.groups import FACTS, group, photo, results_of
from tests.gui.stand_ins import Decoder, thumbnails

_COPIES = (1, 2, 4, 39)
_SMALL = replace(FACTS, width_px=1600, height_px=1200, camera="X", taken=None, quality=80)


def main() -> None:
    """Print median and longest time of each kind of step."""
    application = QApplication([])
    apply_appearance(application, Appearance.LIGHT)
    groups = [
        group(
            photo(f"library/{number}.jpg", 1_000_000 - number),
            *(
                photo(f"b{n}/{number}.jpg", 9000, facts=_SMALL, evidence=Evidence.RE_ENCODED)
                for n in range(_COPIES[number % 4])
            ),
        )
        for number in range(400)
    ]
    marks, small, pictures = Marks(), thumbnails(), PictureLoader(decode=Decoder())
    with tempfile.TemporaryDirectory() as folder:
        page = ReviewPage(marks, small, Settings(Path(folder) / "settings.ini"), PaintSteps())
        cards = Cards(marks, small, pictures)
        page.set_cards(cards)
        page.resize(1100, 760)
        page.show()
        results = results_of(*groups)
        marks.set_results(results)
        page.set_results(results)

        def measure(name: str, step: Callable[[int], object], times: int) -> None:
            took_ms = []
            for number in range(times):
                began_s = time.thread_time()
                step(number)
                application.processEvents()
                took_ms.append(1000 * (time.thread_time() - began_s))
            median_ms = statistics.median(took_ms)
            print(f"{name:<20} median {median_ms:5.1f} ms, longest {max(took_ms):5.1f} ms")

        rows = page.list.groups
        page.list.choose_row(0)
        measure("first groups", lambda _: page.list.step(1), 40)
        measure("open a group", lambda _: page.list.step(1), 200)
        scroll = page.list.verticalScrollBar()
        measure("scroll the list", lambda _: scroll.setValue(scroll.value() + 60), 100)
        large = (row for row in range(rows.rowCount()) if _photos_at(page, row) == 40)
        page.list.choose_row(next(large))
        across = cards.row.scroll_bar
        measure("scroll 40 photos", lambda _: across.setValue(across.value() + 1), 36)
        measure("the next photo", lambda _: cards.select_next(), 36)
        measure("keep one of 40", lambda number: cards.deciding.keep_only(number % 4), 40)
        pictures.close()


def _photos_at(page: ReviewPage, row: int) -> int:
    shown = page.list.groups.group_at(row)
    return 0 if shown is None else len(shown.members)


if __name__ == "__main__":
    main()
