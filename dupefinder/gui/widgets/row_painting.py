"""Painting of rows: backgrounds, and cells with a picture and two lines of text."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.widgets.labels import fitted

CELL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Cell` of an index."""

_SIGN_PX = 16
_FOCUS_MARGIN = QStyle.PixelMetric.PM_FocusFrameHMargin
_ITEM_TEXT = QStyle.SubElement.SE_ItemViewItemText
Index = QModelIndex | QPersistentModelIndex
Picture = Callable[[str, int, float], QPixmap | None]
"""Gets a path, the longest side in logical pixels and the device pixel ratio; returns a loaded
picture, or None."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Content of a cell.

    Attributes:
        first: The line that is read first.
        second: The quiet line below; empty leaves the first one alone in the middle.
        before: The text before the second line, a drive; never shortened.
        is_place: True for a name, shortened in the middle, above a folder, shortened at the left.
        is_folder: True for a folder on the first line.
        picture_of: Path of a photo whose thumbnail stands before the lines; empty for none.
        path: Path of the photo of the cell, for its menu and for dragging it; empty for none.
        sign: Icon before the first line; empty for none.
        tone: Field of `ThemeColours` for sign and first line.
        faded: True for a cell that does not take part.
        right: True to align the lines right, like numbers.
    """

    first: str
    second: str = ""
    before: str = ""
    is_place: bool = False
    is_folder: bool = False
    picture_of: str = ""
    path: str = ""
    sign: str = ""
    tone: str = "text"
    faded: bool = False
    right: bool = False


class TwoLines(QStyledItemDelegate):
    """Paints the cells of a `RowTable`."""

    def __init__(self, table: QTableView, picture: Picture | None = None, lines: int = 2) -> None:
        """Make a delegate.

        Args:
            table: The table.
            picture: Source of thumbnails; None paints none.
            lines: Lines for which a row has room.
        """
        super().__init__(table)
        self._lines = lines
        self._table = table
        self._picture = picture

    def row_height_px(self) -> int:
        """Height of every row."""
        return self._lines * QFontMetrics(self._table.font()).height() + 2 * SPACE_PX

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The width of the wider line."""
        cell: Cell | None = index.data(CELL_ROLE)
        if cell is None:
            return super().sizeHint(option, index)
        metrics = QFontMetrics(self._table.font())
        width_px = max(map(metrics.horizontalAdvance, (cell.first, cell.before + cell.second)))
        width_px += _SIGN_PX + SPACE_PX if cell.sign else 0
        return QSize(width_px + 2 * SPACE_PX, self.row_height_px())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        rectangle: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        painter.save()
        painter.setLayoutDirection(direction)
        painter.setClipRect(rectangle)
        paint_ground(painter, option, index, self._table)
        cell: Cell | None = index.data(CELL_ROLE)
        if cell is not None:
            inner = rectangle.adjusted(SPACE_PX, 0, -SPACE_PX, 0)
            if cell.picture_of and self._picture is not None:
                inner = self._paint_picture(painter, inner, cell, self._picture)
            self._paint_lines(painter, inner, cell)
        painter.restore()

    def _paint_picture(
        self, painter: QPainter, inner: QRect, cell: Cell, picture: Picture
    ) -> QRect:
        side = self.row_height_px() - SPACE_PX
        place = QRect(inner.left(), inner.top() + (inner.height() - side) // 2, side, side)
        place = as_read(painter, inner, place)
        painter.fillRect(place, colours().backdrop)
        thumbnail = picture(cell.picture_of, 2 * side, self._table.devicePixelRatioF())
        if thumbnail is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(0.4 if cell.faded else 1.0)
            painter.setClipRect(place)
            painter.drawPixmap(filling(place, thumbnail), thumbnail)
            painter.restore()
        beside = inner.adjusted(side + SPACE_PX + SPACE_PX // 2, 0, 0, 0)
        return as_read(painter, inner, beside)

    def _paint_lines(self, painter: QPainter, inner: QRect, cell: Cell) -> None:
        of = colours()
        tone: QColor = of.quiet if cell.faded else getattr(of, cell.tone)
        painter.setFont(self._table.font())
        metrics = QFontMetrics(self._table.font())
        line = metrics.height()
        top = inner.top() + (inner.height() - line * (2 if cell.second else 1)) // 2
        first = QRect(inner.left(), top, inner.width(), line)
        if cell.sign:
            paint_sign(painter, first, first.left(), _SIGN_PX, pixmap(cell.sign, _SIGN_PX, tone))
            beside = first.adjusted(_SIGN_PX + SPACE_PX, 0, 0, 0)
            first = as_read(painter, inner, beside)
        elide = Qt.TextElideMode.ElideMiddle if cell.is_place else Qt.TextElideMode.ElideRight
        if cell.is_folder:
            elide = Qt.TextElideMode.ElideLeft
        painter.setPen(tone)
        _write(painter, first, cell.first, elide, metrics, right=cell.right)
        if not cell.second:
            return
        second = first.translated(0, line)
        painter.setPen(of.quiet)
        if cell.before:
            _write(painter, second, cell.before, Qt.TextElideMode.ElideRight, metrics)
            rest = second.adjusted(metrics.horizontalAdvance(cell.before), 0, 0, 0)
            second = as_read(painter, second, rest)
        elide = Qt.TextElideMode.ElideLeft if cell.is_place else Qt.TextElideMode.ElideRight
        _write(painter, second, cell.second, elide, metrics, right=cell.right)


class FolderDelegate(QStyledItemDelegate):
    """Shows folders in one of Qt's own tables: elided at the left, as their ends tell them apart.

    Qt would elide the mark at their beginning, too, which lets them be read from the left.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Elide what has the mark, and give it the mark again."""
        super().initStyleOption(option, index)
        left = option.textElideMode = Qt.TextElideMode.ElideLeft
        text, widget = option.text, option.widget
        if text.startswith("\N{LEFT-TO-RIGHT ISOLATE}"):
            style = widget.style()
            margin_px = style.pixelMetric(_FOCUS_MARGIN, option, widget) + 1
            place = style.subElementRect(_ITEM_TEXT, option, widget)
            option.text = fitted(text, left, option.fontMetrics, place.width() - 2 * margin_px)


def as_read(painter: QPainter, whole: QRect, part: QRect) -> QRect:
    """A rectangle, mirrored where the direction of reading is from the right."""
    return QStyle.visualRect(painter.layoutDirection(), whole, part)


def paint_sign(painter: QPainter, line: QRect, left: int, side: int, sign: QPixmap) -> None:
    """Paint a sign in the middle of a line's height.

    Args:
        painter: Paints on a row, with its direction of reading.
        line: The whole line.
        left: Left edge of the sign, as read from the left.
        side: Side of the sign in logical pixels.
        sign: The picture.
    """
    place = QRect(left, line.top() + (line.height() - side) // 2, side, side)
    painter.drawPixmap(as_read(painter, line, place).topLeft(), sign)


def paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, index: Index, table: QTableView
) -> None:
    """Paint the background of a cell, the hairline, and the focus around its row."""
    of = colours()
    rectangle: QRect = option.rect
    state: QStyle.StateFlag = option.state
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rectangle, of.chosen)
    painter.fillRect(QRect(rectangle.left(), rectangle.bottom(), rectangle.width(), 1), of.line)
    if table.hasFocus() and index.row() == table.currentIndex().row():
        painter.setPen(QPen(of.accent, 2))
        ring = rectangle.adjusted(-4, 1, 4, -1)
        if index.column() == 0:
            ring.setLeft(rectangle.left() + 1)
        if index.column() == table.model().columnCount() - 1:
            ring.setRight(rectangle.right() - 1)
        painter.drawRect(as_read(painter, rectangle, ring))


def _write(
    painter: QPainter,
    place: QRect,
    text: str,
    elide: Qt.TextElideMode,
    metrics: QFontMetrics,
    *,
    right: bool = False,
) -> None:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = fitted(text, elide, metrics, place.width())
    painter.drawText(
        place, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown
    )


def filling(place: QRect, picture: QPixmap) -> QRect:
    """Return the place in which a picture fills a square, centred."""
    size = picture.deviceIndependentSize()
    scale = max(place.width() / max(size.width(), 1), place.height() / max(size.height(), 1))
    width, height = round(size.width() * scale), round(size.height() * scale)
    return QRect(place.center().x() - width // 2, place.center().y() - height // 2, width, height)


_EDGE_PX = 4


def paint_row_ground(painter: QPainter, place: QRect, state: QStyle.StateFlag) -> None:
    """Paint the ground of a row, and the line below it."""
    of = colours()
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(place, of.chosen)
        edge = QRect(place.topLeft(), QSize(_EDGE_PX, place.height()))
        painter.fillRect(as_read(painter, place, edge), of.accent)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(place, of.hover)
    painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), of.line)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(of.accent, 2))
        painter.drawRect(place.adjusted(1, 1, -2, -2))
