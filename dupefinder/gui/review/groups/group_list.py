"""The list of groups: virtual, with rows of one height, and with a stable scroll position."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from dupefinder.core.records import Group
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.results import Results
from dupefinder.gui.review.groups.group_painting import GroupDelegate
from dupefinder.gui.review.groups.group_rows import GroupModel
from dupefinder.gui.review.groups.group_view import GroupView
from dupefinder.gui.review.marks import Marks
from dupefinder.text.translation import _


class GroupList(QTableView):
    """Shows a `GroupModel`.

    A table of one column: a `QListView` asks the model for each row at every layout, which takes
    seconds in Python while another thread is busy; a table multiplies.

    Signals:
        group_chosen: The current `Group`, or None.
    """

    group_chosen = Signal(object)

    def __init__(
        self, marks: Marks, thumbnails: ThumbnailLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Groups of duplicates"))
        self._chosen: Group | None = None
        self._changing = False
        self.groups = GroupModel(marks)
        self._delegate = GroupDelegate(self.groups, marks, thumbnails, self)
        self.setModel(self.groups)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # No text is typed here: letters are commands, also with an active input method.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
        thumbnails.loaded.connect(self._thumbnails_loaded)

    def sizeHint(self) -> QSize:
        """Wide enough for a title."""
        return QSize(self.fontMetrics().averageCharWidth() * 46, 400)

    # Showing

    def set_results(self, results: Results) -> None:
        """Show other results; the current group and the place in the list are kept."""
        self._keeping_place(lambda: self.groups.set_results(results))

    def set_view(self, view: GroupView) -> None:
        """Show other groups or another order; the current group is kept if it is still listed."""
        self._keeping_place(lambda: self.groups.set_view(view))

    def _keeping_place(self, change: Callable[[], None]) -> None:
        chosen, row = self._chosen, self.currentIndex().row()
        offset_px = self._offset_px(row)
        following = self.groups.following(row)
        self._changing = True
        try:
            change()
        finally:
            self._changing = False
        kept = -1 if chosen is None else self.groups.row_of(chosen)
        if kept < 0:
            # Groups above it may be gone, too: the same row would skip as many.
            rows = (self.groups.row_of(group) for group in following)
            last = min(max(row, 0), self.groups.rowCount() - 1)
            kept = next((found for found in rows if found >= 0), last)
            offset_px = None if row < 0 else offset_px
        self.choose_row(kept, offset_px)

    def _offset_px(self, row: int) -> int | None:
        """Distance of a row from the top of the view, in logical pixels."""
        if row < 0:
            return None
        return self.rowViewportPosition(row)

    # The current group

    @property
    def current_group(self) -> Group | None:
        """The group that is shown side by side."""
        return self._chosen

    def choose_row(self, row: int, offset_px: int | None = None) -> None:
        """Make a row the current one.

        Args:
            row: The row; -1 for none.
            offset_px: Its distance from the top of the view; None just makes it visible.
        """
        index = self.groups.index(row) if row >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if row >= 0:
            # Independent of held keys: Ctrl+Z also leads to a row.
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(index, flag)
        if row >= 0 and offset_px is not None:
            self.executeDelayedItemsLayout()
            scrolled = self.verticalScrollBar().value()
            moved = self.rowViewportPosition(row) - offset_px
            self.verticalScrollBar().setValue(scrolled + moved)
        self._tell()

    def selected_indices(self) -> NDArray[np.int64]:
        """Indices in the results of the groups that are selected."""
        rows = [np.arange(part.top(), part.bottom() + 1) for part in self._selected_parts()]
        return self.groups.indices_at(np.concatenate(rows) if rows else np.zeros(0, np.int64))

    @property
    def selected_count(self) -> int:
        """Number of selected groups."""
        return sum(part.height() for part in self._selected_parts())

    def _selected_parts(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(number) for number in range(selection.count())]

    def step(self, by: int) -> None:
        """Move by some rows, at most to the ends of the list."""
        if self.groups.rowCount():
            row = self.currentIndex().row() + by
            self.choose_row(min(max(row, 0), self.groups.rowCount() - 1))

    def neighbours(self) -> list[Group]:
        """The groups that a key can lead to from the current one, the likeliest first."""
        row = self.currentIndex().row()
        if row < 0:
            return []
        rows = (row + 1, self.groups.next_undecided(row), row + 2, row - 1)
        found = (self.groups.group_at(one) for one in dict.fromkeys(rows) if one != row)
        return [group for group in found if group is not None]

    def next_undecided(self) -> bool:
        """Go to the next undecided group.

        Returns:
            False if every listed group is decided.
        """
        row = self.groups.next_undecided(self.currentIndex().row())
        if row >= 0:
            self.choose_row(row)
        return row >= 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the horizontal arrows to the page, where they choose a photo."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go to the first or last row with Home and End, which in a table mean columns."""
        if action is QAbstractItemView.CursorAction.MoveHome:
            return self.groups.index(0)
        if action is QAbstractItemView.CursorAction.MoveEnd:
            return self.groups.index(self.groups.rowCount() - 1)
        return super().moveCursor(action, modifiers)

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Emit the new current group."""
        super().currentChanged(current, previous)
        self._tell()

    def _tell(self) -> None:
        if self._changing:
            return
        group = self.groups.group_at(self.currentIndex().row())
        if group is not self._chosen:
            self._chosen = group
            self.group_chosen.emit(group)

    def _thumbnails_loaded(self) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current group in view if the list gets lower, as by a strip above it."""
        row = self.currentIndex().row()
        top_px = self.rowViewportPosition(row)
        bottom_px = top_px + self.rowHeight(max(row, 0))
        was_in_sight = row >= 0 and top_px >= 0 and bottom_px <= event.oldSize().height()
        super().resizeEvent(event)
        if was_in_sight and bottom_px > event.size().height():
            self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Give rows another height when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height_px())
