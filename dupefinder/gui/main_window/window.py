"""The main window: the pages of the sidebar, the strips above them, and the Compare page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.core.records import Group
from dupefinder.gui.backups.page import BackupsPage
from dupefinder.gui.compare.page import ComparePage
from dupefinder.gui.folders.page import FoldersPage
from dupefinder.gui.help_page import HelpPage
from dupefinder.gui.history.page import HistoryPage
from dupefinder.gui.main_window.desktop_progress import Attention
from dupefinder.gui.main_window.keys_sheet import KeysSheet
from dupefinder.gui.main_window.notice_strip import NoticeStrip
from dupefinder.gui.main_window.scan_strip import ScanStrip
from dupefinder.gui.main_window.sidebar import Sidebar
from dupefinder.gui.main_window.unfinished import UnfinishedLine
from dupefinder.gui.photos import desktop
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.plan.page import PlanPage
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.decisions import Decision
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.page import ReviewPage
from dupefinder.gui.rules.overview_page import OverviewPage
from dupefinder.gui.rules.page import RulesPage
from dupefinder.gui.search.page import SearchPage
from dupefinder.gui.settings import Settings
from dupefinder.gui.settings.page import SettingsPage
from dupefinder.gui.tasks.window_thread import PaintSteps
from dupefinder.gui.widgets.chosen_paths import dropped_paths
from dupefinder.gui.widgets.keyboard import KeptFocus, press_by_return
from dupefinder.text.translation import _

PLACES = ("folders", "review", "backups", "search", "history", "settings", "help")
"""The pages in the sidebar, in the order of Ctrl+1, Ctrl+2 …"""
_NARROW_PX = 960


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths of the program's data.

    Attributes:
        catalog: The catalog.
        decisions: The person's marks.
        journal: The journal of actions.
        log: The log.
    """

    catalog: Path
    decisions: Path
    journal: Path
    log: Path


class MainWindow(QWidget):
    """Composes the pages; what they ask for is answered in `controllers`.

    Attributes:
        plan_place: The place from which the plan was entered.
        paint_steps: Steps that are painted one after another.
        may_close: Called before the window closes; False to keep it open for a question.

    Signals:
        closing: The window is about to close; threads shall stop.
    """

    closing = Signal()

    def __init__(self, settings: Settings, paths: Paths) -> None:
        super().__init__()
        self.setWindowTitle("dupefinder")
        self.setAccessibleName(_("dupefinder"))
        self.setMinimumSize(720, 480)
        self.setAcceptDrops(True)
        self._settings = settings
        self.paint_steps = PaintSteps(self)
        self.marks = Marks(self)
        self.thumbnails = ThumbnailLoader(paths.catalog, self)
        self.pictures = PictureLoader(self)
        self.attention = Attention(self)
        self.sidebar = Sidebar()
        self.strip = ScanStrip()
        self.export_strip = ScanStrip()
        self.moving = ScanStrip()
        self.notices = NoticeStrip()
        # Asked of the window by `photos.desktop`.
        self.tell_not_opened = self.notices.tell_not_opened
        self.tell_not_shown = self.notices.tell_not_shown
        self.unfinished = UnfinishedLine()
        self.may_close: Callable[[], bool] = lambda: True
        self.folders = FoldersPage(settings)
        self.review = ReviewPage(self.marks, self.thumbnails, settings, self.paint_steps)
        self.cards = Cards(self.marks, self.thumbnails, self.pictures)
        self.review.set_cards(self.cards)
        self.compare = ComparePage(self.marks, self.thumbnails, self.pictures)
        self.backups = BackupsPage(self.thumbnails, settings)
        self.search = SearchPage(self.thumbnails)
        self.rules = RulesPage(settings, self.thumbnails)
        self.overview = OverviewPage(self.marks)
        self.plan = PlanPage(self.thumbnails)
        self.history = HistoryPage(self.thumbnails)
        self.settings_page = SettingsPage(settings)
        self.help = HelpPage()
        self.pages = {
            "folders": self.folders,
            "review": self.review,
            "overview": self.overview,
            "rules": self.rules,
            "plan": self.plan,
            "backups": self.backups,
            "search": self.search,
            "history": self.history,
            "settings": self.settings_page,
            "help": self.help,
        }
        self.plan_place = "review"
        self.settings_page.set_places(paths.catalog, paths.journal, paths.log)
        self._lay_out()
        self._keys = KeysSheet(self)
        self._kept_focus = KeptFocus(self.pages.values(), self)
        self._connect()
        # Qt ignores a geometry that was stored on a different screen.
        if not self.restoreGeometry(QByteArray(settings.window_geometry)):
            self.resize(1280, 800)
            room = self.screen().availableSize()
            if room.width() <= self.width() or room.height() <= self.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        pages = QWidget()
        right = QVBoxLayout(pages)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.strip)
        right.addWidget(self.export_strip)
        right.addWidget(self.moving)
        right.addWidget(self.unfinished)
        right.addWidget(self._stack, 1)
        main = QWidget()
        across = QHBoxLayout(main)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.sidebar)
        across.addWidget(pages, 1)
        self.notices.lie_over(pages)
        self._whole = QStackedWidget()
        self._whole.addWidget(main)
        self._whole.addWidget(self.compare)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._whole)

    def _connect(self) -> None:
        self._stack.currentChanged.connect(self._name_page)
        self._whole.currentChanged.connect(self._name_page)
        self._name_page()
        self.marks.decided.connect(self.notices.give_way)
        self.review.list.group_chosen.connect(self.notices.give_way)
        self.sidebar.place_chosen.connect(self.show_place)
        self.folders.results.button.clicked.connect(self._show_review)
        self.review.folders_requested.connect(self._show_folders)
        self.review.bar.overview.clicked.connect(self.show_overview)
        self.rules.back.clicked.connect(self._show_review)
        self.overview.review.clicked.connect(self._show_review)
        self.overview.plan.clicked.connect(self.review.bar.plan.click)
        self.cards.compare_requested.connect(self._compare)
        self.compare.tools.close_button.clicked.connect(self._leave_compare)
        self.compare.deciding.go_on = self._compare_next_undecided
        self.marks.decided.connect(self._compare_taken_back)
        self.review.keys.reach_to(self.sidebar, self.strip, self.notices)
        self.compare.tools.next_group.clicked.connect(self._compare_next)
        self.compare.tools.previous_group.clicked.connect(self._compare_previous)
        self._shortcuts: list[QShortcut] = []
        for number, place in enumerate(PLACES, 1):
            self._add_shortcut(f"Ctrl+{number}", lambda place=place: self.show_place(place))
        self._add_shortcut(QKeySequence.StandardKey.HelpContents, lambda: self.show_place("help"))
        self._add_shortcut(QKeySequence.StandardKey.Quit, self.close)
        self._add_shortcut("?", self._keys.toggle)
        self._add_shortcut("F11", self._toggle_full_screen)

    def _add_shortcut(self, keys: str | QKeySequence.StandardKey, what: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(what)
        self._shortcuts.append(shortcut)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Places

    @property
    def place(self) -> str:
        """The page on show: a place of the sidebar, "plan" or "compare"."""
        if self._whole.currentWidget() is self.compare:
            return "compare"
        shown = self._stack.currentWidget()
        return next(name for name, page in self.pages.items() if page is shown)

    def _name_page(self) -> None:
        page = self.compare if self.place == "compare" else self.pages[self.place]
        self.attention.show_page(page.accessibleName())

    def show_place(self, place: str) -> None:
        """Go to a place of the sidebar, or to the plan."""
        self.notices.give_way()
        self._whole.setCurrentIndex(0)
        self._stack.setCurrentWidget(self.pages[place])
        # The plan belongs to the place from which it was entered.
        of_place = {"plan": self.plan_place, "rules": "review", "overview": "review"}
        self.sidebar.choose(of_place.get(place, place))
        self.pages[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_review(self) -> None:
        self.show_place("review")

    def show_overview(self) -> None:
        """Show the overview of the last scan."""
        self.show_place("overview")
        self.overview.open()

    def _show_folders(self) -> None:
        self.show_place("folders")

    def _compare(self) -> None:
        group = self.review.current_group()
        if group is not None:
            self.compare.open(group, self.cards.current_index)
            self._whole.setCurrentWidget(self.compare)
            self.compare.setFocus(Qt.FocusReason.OtherFocusReason)
            self.compare.load_ahead(self.review.list.neighbours())

    def look_at(self, pair: Group) -> None:
        """Compare two photos that are not from Review, over the current page."""
        self.compare.open(pair, 1, may_decide=False)
        self._whole.setCurrentWidget(self.compare)
        self.compare.setFocus(Qt.FocusReason.OtherFocusReason)

    def _compare_next(self) -> None:
        self.review.next_group()
        self._compare()

    def _compare_previous(self) -> None:
        self.review.previous_group()
        self._compare()

    def _compare_next_undecided(self) -> None:
        self.review.next_undecided()
        self._compare()

    def _compare_taken_back(self, decision: Decision) -> None:
        """Compare the group whose marks were undone, which Review shows now."""
        if decision.is_taken_back and self.place == "compare" and self.compare.may_decide:
            group = self.review.current_group()
            if group is not self.compare.deciding.group:
                self._compare()

    def follow_results(self) -> None:
        """Show the successor of the compared group in new results."""
        if self.place != "compare" or not self.compare.may_decide:
            return
        now, shown = self.review.current_group(), self.compare.deciding.group
        if now is None:
            self._leave_compare()
        elif shown is not None and now.group_id != shown.group_id:
            self._compare()

    def _leave_compare(self) -> None:
        index, of_review = self.compare.current_index, self.compare.may_decide
        self._whole.setCurrentIndex(0)
        self.show_place(self.place)
        if of_review:
            self.cards.deciding.choose(index)

    # Folders dropped anywhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and photos."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            desktop.take_drop(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a copy, wherever the pointer is."""
        desktop.take_drop(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped to the folders."""
        desktop.take_drop(event)
        self.add_folders(dropped_paths(event.mimeData()))

    def add_folders(self, folders: Sequence[str]) -> None:
        """Add folders and show them."""
        if folders:
            self.folders.add_folders(folders)
            self.show_place("folders")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return press the button that has the focus, on every page."""
        if not press_by_return(self.focusWidget(), event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons alone in the sidebar of a narrow window."""
        super().resizeEvent(event)
        self.sidebar.set_signs_alone(self.width() < _NARROW_PX)

    # Its end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Store the geometry, and stop running tasks."""
        if not self.may_close():
            event.ignore()
            return
        self._settings.window_geometry = bytes(self.saveGeometry().data())
        # Running tasks go on to their next checkpoint; the window need not stay for that.
        self.hide()
        self.closing.emit()
        self.thumbnails.close()
        self.pictures.close()
        super().closeEvent(event)
