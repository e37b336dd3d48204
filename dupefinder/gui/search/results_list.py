"""The list of found files, and the buttons for the current one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font
from dupefinder.gui.photos import desktop
from dupefinder.gui.search.found_photos import (
    Row,
    distance_text,
    drive_text,
    evidence_text,
    facts_text,
    folder_text,
    is_proven,
    name_text,
    spoken_text,
)
from dupefinder.gui.widgets.labels import fitted, plain_tip
from dupefinder.gui.widgets.photo_list import PhotoList, paint_whole_photo
from dupefinder.gui.widgets.photo_menu import add_file_actions
from dupefinder.gui.widgets.row_painting import as_read, paint_row_ground, paint_sign
from dupefinder.text import evidence
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_LINES = 4
_SIGN_PX = 16
_ROW = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class FoundModel(QAbstractListModel):
    """The files that were found, ranked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other files."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, number: int) -> Row | None:
        """A file by its place in the list; None where there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: _Index | None = None) -> int:
        """Number of files."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The file, its name, and the text for screen readers."""
        row = self.row_at(index.row())
        if row is None:
            return None
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return name_text(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return spoken_text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            path = row.place.path or row.place.relative_path
            return plain_tip(f"{evidence.evidence_sentence(row.hit.evidence)}\n{path_text(path)}")
        return None


class _FoundDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView, thumbnails: ThumbnailLoader) -> None:
        super().__init__(view)
        self._view = view
        self._thumbnails = thumbnails

    def _line_px(self) -> int:
        return QFontMetrics(self._view.font()).height() + SPACE_PX // 2

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """One height for all rows."""
        del option, index
        return QSize(320, _LINES * self._line_px() + 2 * SPACE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one file."""
        row: Row | None = index.data(_ROW)
        if row is None:
            return
        rectangle: QRect = option.rect
        painter.save()
        painter.setLayoutDirection(option.direction)
        paint_row_ground(painter, rectangle, option.state)
        inner = rectangle.adjusted(int(1.5 * SPACE_PX), SPACE_PX, -2 * SPACE_PX, -SPACE_PX)
        side = inner.height()
        photo = QRect(inner.topLeft(), QSize(side * 4 // 3, side))
        text = inner.adjusted(photo.width() + 2 * SPACE_PX, 0, 0, 0)
        self._paint_photo(painter, as_read(painter, rectangle, photo), row)
        self._paint_text(painter, as_read(painter, rectangle, text), row)
        painter.restore()

    def _paint_photo(self, painter: QPainter, place: QRect, row: Row) -> None:
        ratio = self._view.devicePixelRatioF()
        content_id = row.hit.content.content_id
        paint_whole_photo(painter, place, self._thumbnails.get(content_id, place.width(), ratio))

    def _paint_text(self, painter: QPainter, text: QRect, row: Row) -> None:
        of = colours()
        plain = self._view.font()
        strong = scaled_font(plain, 1.0, strong=True)
        metrics = QFontMetrics(plain)
        lines = [
            QRect(text.left(), text.top() + number * self._line_px(), text.width(), self._line_px())
            for number in range(_LINES)
        ]
        distance = distance_text(row)
        distance_px = metrics.horizontalAdvance(distance)
        painter.setFont(plain)
        painter.setPen(of.quiet)
        painter.drawText(lines[0], _at(Qt.AlignmentFlag.AlignRight), distance)
        painter.setFont(strong)
        painter.setPen(of.text)
        name = lines[0].adjusted(0, 0, -distance_px - 2 * SPACE_PX, 0)
        name = as_read(painter, lines[0], name)
        _write(painter, name, name_text(row), Qt.TextElideMode.ElideMiddle)
        painter.setFont(plain)
        tone = of.text if is_proven(row) else of.quiet
        sign = "check" if is_proven(row) else "info"
        self._sign(painter, lines[1], sign, of.keep if is_proven(row) else of.quiet)
        painter.setPen(tone)
        place = as_read(painter, lines[1], _behind_sign(lines[1]))
        _write(painter, place, evidence_text(row), Qt.TextElideMode.ElideRight)
        is_away = row.place.path is None
        self._sign(painter, lines[2], "drive-absent" if is_away else "folder", of.quiet)
        place = _behind_sign(lines[2])
        if is_away:
            painter.setPen(of.warning)
            drive = drive_text(row)
            _write(painter, as_read(painter, lines[2], place), drive, Qt.TextElideMode.ElideRight)
            place.adjust(metrics.horizontalAdvance(drive) + SPACE_PX, 0, 0, 0)
        painter.setPen(of.quiet)
        place = as_read(painter, lines[2], place)
        _write(painter, place, folder_text(row), Qt.TextElideMode.ElideLeft)
        _write(painter, lines[3], facts_text(row), Qt.TextElideMode.ElideRight)

    def _sign(self, painter: QPainter, line: QRect, name: str, colour: Any) -> None:
        paint_sign(painter, line, line.left(), _SIGN_PX, pixmap(name, _SIGN_PX, colour))


def _at(side: Qt.AlignmentFlag) -> int:
    return int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)


def _behind_sign(line: QRect) -> QRect:
    return line.adjusted(_SIGN_PX + SPACE_PX, 0, 0, 0)


def _write(painter: QPainter, place: QRect, text: str, elide: Qt.TextElideMode) -> None:
    shown = fitted(text, elide, painter.fontMetrics(), place.width())
    painter.drawText(place, _at(Qt.AlignmentFlag.AlignLeft), shown)


class ResultsList(PhotoList):
    """Shows a `FoundModel`: `chosen` and `opened` give a `Row`.

    Signals:
        menu_requested: Position on the screen for the menu of the chosen row.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        self.found = FoundModel()
        super().__init__(self.found, self.found.row_at, thumbnails, parent)
        self.setAccessibleName(_("Photos that were found, the nearest first"))
        self._delegate = _FoundDelegate(self, thumbnails)
        self.setItemDelegate(self._delegate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other files, the first of them chosen."""
        self.found.set_rows(rows)
        self.choose_first()

    @property
    def current_row(self) -> Row | None:
        """The current file."""
        return self.found.row_at(self.currentIndex().row())

    def path_of(self, item: object) -> str:
        """The path of a file that was found."""
        assert isinstance(item, Row)
        return item.place.path or ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with a file."""
        if self.current_row is not None:
            self.menu_requested.emit(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew when the font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()


class FoundBar(QWidget):
    """Buttons for the current file, also as a menu.

    Attributes:
        compare: Compares the chosen file with the query.
        more: Searches for the chosen file.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self.compare = QPushButton(_("Compare"))
        self.more = QPushButton(_("More like this"))
        self.more.setToolTip(_("Search for this photo"))
        self.show_in_folder = QPushButton(_("Show in folder"))
        self.copy = QPushButton(_("Copy path"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        for button in self._buttons():
            across.addWidget(button)
        across.addStretch(1)
        self.show_in_folder.clicked.connect(self._show_in_folder)
        self.copy.clicked.connect(self._copy)
        self.set_row(None, comparable=False)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.compare, self.more, self.show_in_folder, self.copy

    def set_row(self, row: Row | None, *, comparable: bool) -> None:
        """Set the file to act on.

        Args:
            row: The file.
            comparable: True when both photos can be read.
        """
        self._row = row
        is_here = row is not None and row.place.path is not None
        self.compare.setEnabled(comparable)
        self.compare.setToolTip(
            _("Compare the two photos (Enter)")
            if comparable
            else _("Both photos have to be on connected drives")
        )
        self.more.setEnabled(row is not None)
        self.show_in_folder.setEnabled(is_here)
        self.copy.setEnabled(row is not None)

    def open_menu(self, at: QPoint) -> None:
        """Show the menu."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self) -> QMenu:
        """Make the menu of the file."""
        menu = QMenu(self)
        is_here = self._row is not None and self._row.place.path is not None
        signs = ("compare", "search", "folder", "copy")
        for sign, button in zip(signs, self._buttons(), strict=True):
            if is_here and button is self.show_in_folder:
                break
            action = menu.addAction(icons.icon(sign), button.text(), button.click)
            action.setEnabled(button.isEnabled())
        if self._row is not None and self._row.place.path is not None:
            menu.addSeparator()
            add_file_actions(menu, self._row.place.path, self)
        return menu

    def _show_in_folder(self) -> None:
        if self._row is not None and self._row.place.path is not None:
            desktop.show_in_folder(self._row.place.path, self)

    def _copy(self) -> None:
        if self._row is not None:
            desktop.copy_path(self._row.place.path or self._row.place.relative_path)
