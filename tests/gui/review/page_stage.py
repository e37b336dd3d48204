"""Review with its cards, as the window puts it together."""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.results import Results
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.page import ReviewPage
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks.window_thread import PaintSteps
from tests.gui.groups import pair, results_of
from tests.gui.stand_ins import Decoder, thumbnails


class Stage:
    """The page with all that it needs, on the screen and in front.

    Attributes:
        page: The page.
        marks: Its marks.
        cards: Its cards.
        thumbnails: Stand-in, see `stand_ins.thumbnails`.
        settings: What it remembers.
    """

    def __init__(self, qtbot: QtBot, folder: Path, *, width_px: int = 1100) -> None:
        self.thumbnails = thumbnails()
        self.pictures = PictureLoader(decode=Decoder())
        self.marks = Marks()
        self.settings = Settings(folder / "settings.ini")
        self.page = ReviewPage(self.marks, self.thumbnails, self.settings, PaintSteps())
        self.cards = Cards(self.marks, self.thumbnails, self.pictures)
        self.page.set_cards(self.cards)
        qtbot.addWidget(self.page)
        self.page.resize(width_px, 700)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()

    def show(self, results: Results) -> None:
        """Show results as the window does."""
        self.marks.set_results(results)
        self.page.set_results(results)

    def close(self) -> None:
        """End the threads."""
        self.pictures.close()

    @property
    def name(self) -> str:
        """Name of the chosen group's first photo; empty without a group."""
        group = self.page.current_group()
        return "" if group is None else Path(group.members[0].file.path).name

    @property
    def names(self) -> list[str]:
        """Names of the groups on show, in their order."""
        model = self.page.list.groups
        groups = filter(None, map(model.group_at, range(model.rowCount())))
        return [Path(group.members[0].file.path).name for group in groups]


def many(number: int, *, threshold_bits: int = 10, provisional: bool = False) -> Results:
    """Pairs "000.jpg", "001.jpg" …, the largest first."""
    pairs = [pair(f"{n:03}.jpg", size_bytes=1_000_000 - n) for n in range(number)]
    return results_of(*pairs, threshold_bits=threshold_bits, provisional=provisional)


def hold(widget: QWidget, key: Qt.Key, times: int = 5, text: str = "") -> None:
    """Send what a held key sends after its first press."""
    for _ in range(times):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, True)
        QApplication.sendEvent(widget, event)


def focused() -> QWidget:
    """The widget that has the focus."""
    return cast(QWidget, QApplication.focusWidget())
