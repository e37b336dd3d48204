"""The tables of the window: rows of one height without a grid, sorted by mouse or keyboard."""

from typing import cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QScrollArea, QTableView, QWidget

from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.widgets.photo_menu import PhotoHandle, show_menu_of
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell, Picture, TwoLines
from dupefinder.text.translation import _

_LEAST_WIDTH_PX = 280
_MOST_UNROLLED = 200_000
"""Most rows of an unrolled table, as Qt limits the height of widgets."""


class SortHeader(QHeaderView):
    """The titles of columns: arrow keys move between them, Space or Enter sorts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSectionSize(3 * SPACE_PX)
        self.setAccessibleName(_("Order of the table"))
        self._at = 0

    def setSelectionModel(self, selection: QItemSelectionModel) -> None:
        """Use an own, always empty selection.

        Otherwise Qt checks every row of a column for selection each time a title is painted.
        """
        super().setSelectionModel(QItemSelectionModel(selection.model(), self))

    @property
    def at(self) -> int:
        """The column that a key would sort by."""
        return self._at

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another column, or sort by this one."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            there = self._at + (1 if key == Qt.Key.Key_Right else -1)
            self._at = min(max(there, 0), self.count() - 1)
            self.viewport().update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            turn = (
                self.sortIndicatorSection() == self._at
                and self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
            )
            order = Qt.SortOrder.DescendingOrder if turn else Qt.SortOrder.AscendingOrder
            self.setSortIndicator(self._at, order)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the focus is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def paintSection(self, painter: QPainter, rectangle: QRect, column: int) -> None:
        """Paint a title, and the focus around it."""
        painter.save()
        super().paintSection(painter, rectangle, column)
        painter.restore()
        if self.hasFocus() and column == self._at:
            painter.save()
            painter.setPen(QPen(colours().accent, 2))
            painter.drawRect(rectangle.adjusted(1, 1, -2, -2))
            painter.restore()


class RowTable(QTableView):
    """A table of rows of one height."""

    _around: QScrollArea | None = None

    def __init__(
        self,
        name: str,
        model: QAbstractTableModel,
        picture: Picture | None = None,
        *,
        lines: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        """Make a table.

        Args:
            name: Its name for screen readers.
            model: Its rows; cells have a `row_painting.CELL_ROLE`.
            picture: Source of thumbnails; None shows none.
            lines: Lines for which a row has room.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.sort_header = SortHeader(self)
        self.setHorizontalHeader(self.sort_header)
        # Qt passes the focus of titles on to the table.
        self.sort_header.setFocusProxy(cast(QWidget, None))  # the stubs do not allow None
        self.setModel(model)
        self.lines = TwoLines(self, picture, lines)
        self.setItemDelegate(self.lines)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._handle = PhotoHandle(self.viewport(), self._path_in)
        self._fit_rows()

    def set_widths(self, *widths_px: int) -> None:
        """Give columns their widths.

        Args:
            *widths_px: For each column its width; 0 shares what is left.
        """
        for column, width_px in enumerate(widths_px):
            mode = QHeaderView.ResizeMode
            self.sort_header.setSectionResizeMode(column, mode.Fixed if width_px else mode.Stretch)
            if width_px:
                self.sort_header.resizeSection(column, width_px)

    def text_width_px(self, *texts: str) -> int:
        """Width of a column that holds each of these texts, also as a title with its arrow."""
        metrics = self.fontMetrics()
        return max(map(metrics.horizontalAdvance, texts), default=0) + 4 * SPACE_PX

    def minimumSizeHint(self) -> QSize:
        """The titles and a row."""
        return QSize(
            _LEAST_WIDTH_PX, self.sort_header.sizeHint().height() + self.lines.row_height_px()
        )

    def height_px(self, rows: int) -> int:
        """Height that shows a number of rows."""
        return self.sort_header.sizeHint().height() + rows * self.lines.row_height_px() + 2

    def unroll_in(self, around: QScrollArea) -> None:
        """Be as high as all rows, so that only the surrounding area scrolls.

        Args:
            around: The area that scrolls; it follows the current row.
        """
        self._around = around
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for changed in (
            self.model().modelReset,
            self.model().rowsInserted,
            self.model().rowsRemoved,
        ):
            changed.connect(self._unroll)
        self._unroll()

    def _unroll(self) -> None:
        if self._around is not None:
            rows = min(max(self.model().rowCount(), 1), _MOST_UNROLLED)
            self.setFixedHeight(self.height_px(rows))
            if self.model().rowCount() > _MOST_UNROLLED:
                self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll to a row, in the surrounding area if that scrolls."""
        super().scrollTo(index, hint)
        content = None if self._around is None else self._around.widget()
        if self._around is not None and content is not None and self.isVisible():
            place = self.visualRect(index)
            at = self.viewport().mapTo(content, place.center())
            self._around.ensureVisible(at.x(), at.y(), 0, place.height())

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Let page keys move by a visible page, also in an unrolled table."""
        turns = QAbstractItemView.CursorAction
        if self._around is None or action not in (turns.MovePageUp, turns.MovePageDown):
            return super().moveCursor(action, modifiers)
        rows = max(self._around.viewport().height() // self.lines.row_height_px() - 1, 1)
        row = self.currentIndex().row() + (rows if action is turns.MovePageDown else -rows)
        row = min(max(row, 0), self.model().rowCount() - 1)
        return self.model().index(row, max(self.currentIndex().column(), 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the surrounding area if that scrolls."""
        if self._around is None:
            super().wheelEvent(event)
        else:
            event.ignore()

    def chosen_rows(self) -> list[int]:
        """The rows that are selected, in order."""
        rows: set[int] = set()
        chosen = self.selectionModel().selection()
        for block in map(chosen.at, range(chosen.count())):
            rows.update(range(block.top(), block.bottom() + 1))
        return sorted(rows)

    def path_at(self, at: QPoint) -> str:
        """The path of the photo of the cell at a point, or of the first one in its row."""
        row = self.rowAt(at.y())
        model = self.model()
        others = (self._path_of(model.index(row, column)) for column in range(model.columnCount()))
        return self._path_in(at) or next(filter(None, others), "")

    def _path_in(self, at: QPoint) -> str:
        return self._path_of(self.indexAt(at))

    def _path_of(self, index: QModelIndex) -> str:
        cell: Cell | None = index.data(CELL_ROLE)
        return "" if cell is None else cell.path

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with a photo."""
        show_menu_of(self, event, self.path_at)

    def repaint_rows(self) -> None:
        """Repaint, as thumbnails were loaded."""
        self.viewport().update()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.lines.row_height_px())
        self._unroll()

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Move the focus ring to the current row."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row has the focus."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(max(self.currentIndex().row(), 0))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that none has it."""
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Adapt the height of rows to another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "lines"):
            self._fit_rows()
