"""The Search page: a query photo, and where else it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.photos.desktop import take_drop
from dupefinder.gui.search.found_photos import (
    Asked,
    FoundPhotos,
    Row,
    can_compare,
    found_text,
    nothing_found,
)
from dupefinder.gui.search.query_card import DropPhoto, FingerprintsPanel, QueryCard
from dupefinder.gui.search.results_list import FoundBar, ResultsList
from dupefinder.gui.widgets.chosen_paths import dropped_paths
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.gui.widgets.layouts import framed, page_title, side_by_side
from dupefinder.services.search import Fingerprints
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

ChoosePhoto = Callable[[QWidget, str, str], str]
"""Asks for a path, given parent, title and first folder; returns it, or an empty text."""
_BOTH_CHARACTERS = 110
"""Width of a page that has room for the list and the fingerprints."""


class _Below(IntEnum):
    """The parts shown below the query."""

    FOUND = 0
    NOTHING = 1
    WAITING = 2


class SearchRequests(Protocol):
    """Requests of the Search page to its controller."""

    def search_file(self, path: str) -> None:
        """Search for a photo."""

    def search_image(self, image: QImage) -> None:
        """Search for a picture without a file."""

    def search_content(self, content_id: int, path: str) -> None:
        """Search for a photo of the catalog, shown with a path."""

    def look_up_fingerprints(self, row: Row | None) -> None:
        """Compute fingerprints of the query and of a row, for `set_fingerprints`."""

    def compare(self, row: Row) -> None:
        """Compare a row with the query."""

    def choose_folders(self) -> None:
        """Let the person choose folders to scan."""


class SearchPage(QWidget):
    """The query, and the found photos.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
    """

    requests: SearchRequests

    def __init__(
        self,
        thumbnails: ThumbnailLoader,
        choose_photo: ChoosePhoto | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            thumbnails: Where pictures of what was found come from.
            choose_photo: Asks for a file; None asks in the system's own way.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("Search"))
        self.setAcceptDrops(True)
        self._choose_photo = choose_photo or _ask_for_photo
        self.asked: Asked | None = None
        self._begin = os.path.expanduser("~")
        self._leads_to_folders = self._was_split = False
        self.drop = DropPhoto()
        self.query = QueryCard()
        self.count = PlainLabel()
        self.list = ResultsList(thumbnails)
        self.bar = FoundBar()
        self.fingerprints = FingerprintsPanel()
        self.nothing = EmptyState()
        self.waiting = QProgressBar()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.waiting.setRange(0, 0)
        self.waiting.setTextVisible(False)
        self.waiting.setAccessibleName(_("Searching"))
        set_role(self.count, "quiet")
        found = QWidget()
        rows = QVBoxLayout(found)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_PX)
        rows.addWidget(self.count)
        rows.addWidget(framed(self.list), 1)
        rows.addWidget(self.bar)
        waiting = QWidget()
        wait = QVBoxLayout(waiting)
        wait.setContentsMargins(0, 0, 0, 0)
        wait.addWidget(self.waiting)
        wait.addStretch(1)
        self._below = QStackedWidget()
        for widget in (found, self.nothing, waiting):
            self._below.addWidget(widget)
        self.splitter = side_by_side()
        self.splitter.addWidget(self._below)
        self.splitter.addWidget(self.fingerprints)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.fingerprints.hide()
        self._say_nothing(FoundPhotos((), 0))
        with_photo = QWidget()
        down = QVBoxLayout(with_photo)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(self.query)
        down.addWidget(self.splitter, 1)
        self._drop_or_photo = QStackedWidget()
        self._drop_or_photo.addWidget(self.drop)
        self._drop_or_photo.addWidget(with_photo)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(3 * SPACE_PX,) * 4)
        whole.setSpacing(2 * SPACE_PX)
        whole.addWidget(page_title(_("Search")))
        whole.addWidget(self._drop_or_photo, 1)
        self.setFocusProxy(self.drop.choose)

    def _connect(self) -> None:
        for source in (self.drop, self.query):
            source.choose.clicked.connect(self._choose)
            source.paste.clicked.connect(self._paste)
        self.query.fingerprints.toggled.connect(self._show_fingerprints)
        self.list.chosen.connect(self._follow_row)
        self.list.opened.connect(self._compare)
        self.list.menu_requested.connect(self.bar.open_menu)
        self.bar.compare.clicked.connect(self._compare_chosen)
        self.bar.more.clicked.connect(self._more_like_chosen)
        self.nothing.button.clicked.connect(self._lead_on)
        self._shortcuts = []
        for keys, what in (
            (QKeySequence("Ctrl+O"), self._choose),
            (QKeySequence(QKeySequence.StandardKey.Paste), self._paste),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(what)
            self._shortcuts.append(shortcut)

    # Told by the controller

    def begin(self, path: str) -> None:
        """Show that a photo is being searched for.

        Args:
            path: Its file; empty for a picture from the clipboard.
        """
        self.asked = None
        self.query.set_path(path)
        self.list.set_rows(())
        self._drop_or_photo.setCurrentIndex(1)
        self._below.setCurrentIndex(_Below.WAITING)
        self.setFocusProxy(self.list)

    def set_asked(self, asked: Asked) -> None:
        """Show the query after it was read."""
        self.asked = asked
        self.query.set_asked(asked)

    def set_found(self, found: FoundPhotos) -> None:
        """Show the found photos, or why there are none."""
        self._below.setCurrentIndex(_Below.FOUND if found.rows else _Below.NOTHING)
        self.count.setText(found_text(found))
        self.list.set_rows(found.rows)
        if not found.rows:
            self._say_nothing(found)
            if self.fingerprints.isVisible() and self.asked is not None:
                self.requests.look_up_fingerprints(None)
        elif self.isVisible():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_stopped(self) -> None:
        """Show that the search ended without a result."""
        if self._below.currentIndex() == _Below.WAITING:
            self._leads_to_folders = False
            self.nothing.say(
                "warning",
                _("The search did not come to its end"),
                "",
                _("Choose another photo"),
            )
            self._below.setCurrentIndex(_Below.NOTHING)

    def set_fingerprints(self, found: Fingerprints) -> None:
        """Show fingerprints."""
        self.fingerprints.set_fingerprints(found)

    def _say_nothing(self, found: FoundPhotos) -> None:
        self._leads_to_folders = found.problem is None and found.photos == 0
        self.nothing.say(*nothing_found(found))

    # Done by the person

    def _choose(self) -> None:
        path = self._choose_photo(self, _("Search for a photo"), self._begin)
        if path:
            self._ask_for_file(path)

    def _ask_for_file(self, path: str) -> None:
        self._begin = os.path.dirname(path)
        self.requests.search_file(path)

    def _paste(self) -> None:
        self._take(QGuiApplication.clipboard().mimeData())

    def _take(self, data: QMimeData | None) -> None:
        """Search for a dropped or pasted file or picture."""
        if data is None:
            return
        if paths := dropped_paths(data):
            self._ask_for_file(paths[0])
        elif data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.requests.search_image(image)

    def _follow_row(self, row: Row | None) -> None:
        comparable = row is not None and self.asked is not None and can_compare(self.asked, row)
        self.bar.set_row(row, comparable=comparable)
        if row is not None and not self.fingerprints.isHidden():
            self.requests.look_up_fingerprints(row)

    def _show_fingerprints(self, shown: bool) -> None:
        self.fingerprints.setVisible(shown)
        self._arrange()
        if shown and not self._was_split:
            self._was_split = True
            self.splitter.setSizes([self.splitter.width() // 2] * 2)
        if shown and self.asked is not None:
            self.fingerprints.set_waiting()
            self.requests.look_up_fingerprints(self.list.current_row)

    def _arrange(self) -> None:
        """Replace the list by the fingerprints in a narrow window."""
        has_room = self.width() >= self.fontMetrics().averageCharWidth() * _BOTH_CHARACTERS
        self._below.setVisible(has_room or self.fingerprints.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for both now, or not any more."""
        super().resizeEvent(event)
        self._arrange()

    def _compare(self, row: Row) -> None:
        if self.asked is not None and can_compare(self.asked, row):
            self.requests.compare(row)

    def _compare_chosen(self) -> None:
        if (row := self.list.current_row) is not None:
            self._compare(row)

    def _more_like_chosen(self) -> None:
        if (row := self.list.current_row) is not None:
            path = row.place.path or row.place.relative_path
            self.requests.search_content(row.hit.content.content_id, path)

    def _lead_on(self) -> None:
        if self._leads_to_folders:
            self.requests.choose_folders()
        else:
            self._choose()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a photo."""
        data = event.mimeData()
        if dropped_paths(data) or data.hasImage():
            take_drop(event)
            self.drop.set_under_drag(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing is dragged any more."""
        super().dragLeaveEvent(event)
        self.drop.set_under_drag(False)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a copy, wherever the pointer is."""
        take_drop(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Search for the dropped photo."""
        self.drop.set_under_drag(False)
        take_drop(event)
        self._take(event.mimeData())


def _ask_for_photo(parent: QWidget, title: str, folder: str) -> str:
    return QFileDialog.getOpenFileName(parent, title, folder)[0]
