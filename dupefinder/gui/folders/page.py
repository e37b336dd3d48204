"""The Folders page: choose folders and their roles, and scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.folders.add_folders import DropArea, FolderButtons, first_run_label
from dupefinder.gui.folders.chosen_list import ChosenList
from dupefinder.gui.folders.matching_options import MatchingOptions, options_of, preferred_folders
from dupefinder.gui.folders.results_card import ResultsCard
from dupefinder.gui.folders.scan_bar import LastScan, ScanBar
from dupefinder.gui.photos.desktop import take_drop
from dupefinder.gui.settings import Settings
from dupefinder.gui.widgets.chosen_paths import DroppedFiles, PhotoPlaces, absolute, dropped_paths
from dupefinder.gui.widgets.layouts import Fold, page_title, scrolled_column
from dupefinder.services.places import FolderStatus
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options
    from dupefinder.gui.results import Results

ChooseFolder = Callable[[QWidget, str, str], str]
"""Asks for a path, given parent, title and first folder; returns it, or an empty text."""


class FoldersRequests(Protocol):
    """Requests of the Folders page to its controller."""

    def scan(self, options: Options) -> None:
        """Scan the chosen folders."""

    def sample(self, options: Options) -> None:
        """Scan the chosen folders for half a minute."""

    def look_up_folders(self, folders: Sequence[str]) -> None:
        """Load the status of all chosen folders, for `set_status`."""

    def regroup_in_order(self, preferred: Sequence[str], between_only: bool) -> None:
        """Regroup the last results in the order of the folders."""

    def protect(self, roles: Sequence[FolderChoice]) -> None:
        """Protect folders in the last results, too, as they are protected now."""


class FoldersPage(QWidget):
    """The folders to scan, and how.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
        roles: The folders with their roles as they are now.
    """

    requests: FoldersRequests

    def __init__(
        self,
        settings: Settings,
        choose_folder: ChooseFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            settings: Stores folders and options.
            choose_folder: Asks for a folder; None asks with the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._settings = settings
        self._choose_folder = choose_folder or QFileDialog.getExistingDirectory
        self._lookup = DroppedFiles(self)
        self._photo_places = PhotoPlaces(self)
        self._offered: tuple[tuple[str, str], ...] = ()
        self._known_paths: list[str] = []
        self.setAcceptDrops(True)
        self.setAccessibleName(_("Folders"))
        self.list = ChosenList(settings)
        self.large_drop = DropArea(large=True)
        self.small_drop = DropArea(large=False)
        self.places = FolderButtons(_("Pictures and drives on this computer"))
        self.recent = FolderButtons(_("Recent folders"))
        self.options = MatchingOptions(settings)
        self.fold = Fold(_("Matching options"), self.options, is_open=settings.options_open)
        self.results = ResultsCard()
        self.bar = ScanBar()
        self._lay_out()
        self._connect()
        self._known_paths = self.list.paths
        self._order = self._asked_order()
        self.roles = tuple(settings.folders)
        self._stopped_folders: frozenset[str] = frozenset()
        self._ended_folders: frozenset[str] = frozenset()
        self._show()

    def _lay_out(self) -> None:
        self._first_run = first_run_label(centred=False)
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(page_title(_("Folders")))
        down.addWidget(self.large_drop, 1)
        down.addWidget(self._first_run)
        down.addWidget(self.list)
        down.addWidget(self.small_drop)
        down.addWidget(self.fold)
        down.addWidget(self.results)
        down.addWidget(self.places)
        down.addWidget(self.recent)
        self._slack = QWidget()
        self._slack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        down.addWidget(self._slack, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled_column(content), 1)
        whole.addWidget(self.bar)

    def _connect(self) -> None:
        self._lookup.found.connect(self.list.put_instead)
        self.list.changed.connect(self._list_changed)
        self.list.removed.connect(self._removed)
        for area in (self.large_drop, self.small_drop):
            area.button.clicked.connect(self._ask_for_folder)
        self._photo_places.found.connect(self._places_found)
        for offered in (self.places, self.recent):
            offered.chosen.connect(self._offered_chosen)
        self.options.changed.connect(self._options_changed)
        self.fold.toggled.connect(self._fold_toggled)
        self.bar.button.clicked.connect(self.go_on)
        self.bar.sample.clicked.connect(lambda: self._scan(self.requests.sample))
        self._shortcuts = []
        for keys, what in (
            ("Ctrl+O", self._ask_for_folder),
            ("Ctrl+Return", self.bar.button.click),
            ("Ctrl+Enter", self.bar.button.click),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(what)
            self._shortcuts.append(shortcut)

    # Told by the controller

    def folder_paths(self) -> list[str]:
        """The chosen folders, excluded ones among them."""
        return self.list.paths

    def add_folders(self, paths: Sequence[str]) -> None:
        """Add folders; for a file, its folder takes its place once that was looked up."""
        added = self.list.add(absolute(path) for path in paths if path)
        if added:
            self._lookup.look(added)

    def set_status(self, known: Mapping[str, FolderStatus]) -> None:
        """Show what is known of folders."""
        self.list.set_status(known)
        self._show()

    def set_results(self, results: Results | None) -> None:
        """Show what the last scan found; None when there is nothing."""
        self.results.set_results(results)
        is_ended = results is not None and not results.provisional
        self._ended_folders = frozenset(results.sources.folders if results and is_ended else ())
        self._show()

    def set_stopped(self, folders: Iterable[str]) -> None:
        """Offer to go on with the last scan, should the same folders be chosen.

        Args:
            folders: The folders of a scan that did not come to its end; none for others.
        """
        self._stopped_folders = frozenset(folders)
        self._show()

    @property
    def last_scan(self) -> LastScan:
        """The last scan, as far as it was of the folders that are chosen now."""
        chosen = self._settings.folders
        folders = frozenset(one.path for one in chosen if one.role is not Role.EXCLUDED)
        if folders and folders == self._stopped_folders:
            return LastScan.STOPPED
        is_same = bool(folders) and folders == self._ended_folders
        if not is_same or any(row.is_still_protected for row in self.list.rows):
            return LastScan.NONE
        return LastScan.ENDED

    def set_scanning(self, scanning: bool) -> None:
        """Show whether a scan runs; the focus of its button goes on to what was found."""
        self.bar.set_scanning(scanning)
        if not scanning and self.bar.button.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Scan what is chosen now, as the button does."""
        self._scan(self.requests.scan)

    # Done by the person

    def _ask_for_folder(self) -> None:
        last = self._settings.recent_folders or self.list.paths
        begin = os.path.dirname(last[0]) if last else os.path.expanduser("~")
        path = self._choose_folder(self, _("Add a folder with photos"), begin)
        if path:
            self.add_folders([path])

    def _places_found(self, places: tuple[tuple[str, str], ...]) -> None:
        self._offered = places
        self._show()

    def _offered_chosen(self, path: str) -> None:
        self.add_folders([path])
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _removed(self, path: str) -> None:
        self._settings.remember_folders([path])
        self._show()
        if not self.list.paths:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fold_toggled(self, is_open: bool) -> None:
        self._settings.options_open = is_open

    def _scan(self, ask: Callable[[Options], None]) -> None:
        self._settings.seen_first_run = True
        self._settings.remember_folders(self.list.paths)
        self._show()
        ask(options_of(self._settings))

    def ask_for_order(self) -> None:
        """Regroup the results if the order of the folders differs."""
        self.requests.regroup_in_order(*self._asked_order())
        self.requests.protect(self.roles)

    def _asked_order(self) -> tuple[tuple[str, ...], bool]:
        return preferred_folders(self._settings), self._settings.between_only

    def _options_changed(self) -> None:
        self._show()
        self._tell_order()

    def _tell_order(self) -> None:
        if (order := self._asked_order()) != self._order:
            self._order = order
            self.requests.regroup_in_order(*order)

    def _list_changed(self) -> None:
        self._show()
        self._tell_order()
        if (roles := tuple(self._settings.folders)) != self.roles:
            self.roles = roles
            self.requests.protect(roles)
        if (paths := self.list.paths) != self._known_paths:
            self._known_paths = paths
            self.requests.look_up_folders(paths)

    def _show(self) -> None:
        paths = self.list.paths
        empty = not paths
        self.large_drop.setVisible(empty)
        self._slack.setVisible(not empty)
        for widget in (self.list, self.small_drop, self.fold, self.bar):
            widget.setVisible(not empty)
        self._first_run.setVisible(not empty and not self._settings.seen_first_run)
        self.bar.sample.setVisible(not self._settings.seen_first_run)
        is_first = empty or not self._settings.seen_first_run
        places = [place for place in self._offered if is_first and place[0] not in paths]
        self.places.set_folders(places)
        offered = {*paths, *(path for path, _icon in places)}
        recent = [path for path in self._settings.recent_folders if path not in offered]
        self.recent.set_folders([(path, "history") for path in recent])
        self.fold.set_summary(self.options.summary())
        self.bar.set_folders([(row.choice, row.folder_status) for row in self.list.rows])
        last = self.last_scan
        self.bar.set_last(last)
        self.results.set_last(last)
        next_step = self.results.button if last is LastScan.ENDED else self.bar.button
        self.setFocusProxy(self.large_drop.button if empty else next_step)

    def showEvent(self, event: QShowEvent) -> None:
        """Look for folders to offer, as a drive may have been connected."""
        super().showEvent(event)
        self._photo_places.look()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and photos."""
        if dropped_paths(event.mimeData()):
            take_drop(event)
            self._set_under_drag(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing is dragged any more."""
        super().dragLeaveEvent(event)
        self._set_under_drag(False)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a copy, wherever the pointer is."""
        take_drop(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self._set_under_drag(False)
        take_drop(event)
        self.add_folders(dropped_paths(event.mimeData()))

    def _set_under_drag(self, under_drag: bool) -> None:
        self.large_drop.set_under_drag(under_drag)
        self.small_drop.set_under_drag(under_drag)
