"""The list of actions: when, what, and what else is to be said."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from dupefinder.actions.records import ActionRecord
from dupefinder.gui.history.action_words import done_text, moved, notes_text, what_text, when_text
from dupefinder.gui.icons import pixmap, sign_of
from dupefinder.gui.labels import plain_tip
from dupefinder.gui.row_painting import paint_row_ground
from dupefinder.gui.row_table import NO_PARENT, Index
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font
from dupefinder.text.figures import moment_text
from dupefinder.text.translation import _

RECORD_ROLE = Qt.ItemDataRole.UserRole
"""The `ActionRecord` of a row."""


class ActionsModel(QAbstractListModel):
    """One row for each action."""

    def __init__(self) -> None:
        super().__init__()
        self._records: list[ActionRecord] = []

    def set_actions(self, records: Sequence[ActionRecord]) -> None:
        """Show other actions."""
        self.beginResetModel()
        self._records = sorted(records, key=lambda record: -record.action_id)
        self.endResetModel()

    def record_at(self, row: int) -> ActionRecord | None:
        """The action of a row; None outside."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def row_of(self, action_id: int) -> int:
        """The row of an action; -1 when there is none."""
        numbers = [record.action_id for record in self._records]
        return numbers.index(action_id) if action_id in numbers else -1

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Actions."""
        return 0 if parent.isValid() else len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the action and its time, for a cell."""
        record = self.record_at(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return what_text(record)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            lines = (moment_text(record.started_ns), what_text(record), notes_text(record))
            text = _("\n").join(line for line in lines if line)
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        if role == RECORD_ROLE:
            return record
        return None


_SIGN_PX = 20


class _ActionDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for three lines, whatever the action."""
        return QSize(200, 3 * QFontMetrics(self._view.font()).height() + 3 * SPACE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one action."""
        record: ActionRecord | None = index.data(RECORD_ROLE)
        if record is None:
            return
        rectangle: QRect = option.rect
        painter.save()
        paint_row_ground(painter, rectangle, option.state)
        of = colours()
        grave = record.finished_ns is None or bool(record.lost)
        lines = [
            (done_text(record), of.text, True),
            (when_text(record), of.quiet, False),
            (notes_text(record), of.warning if grave else of.quiet, False),
        ]
        lines = [one for one in lines if one[0]]
        line = QFontMetrics(self._view.font()).height() + SPACE_PX // 4
        inner = rectangle.adjusted(int(1.5 * SPACE_PX), 0, -SPACE_PX, 0)
        inner.setTop(rectangle.top() + (rectangle.height() - len(lines) * line) // 2)
        name, tone = _sign(record)
        at = QPoint(inner.left(), inner.top() + (line - _SIGN_PX) // 2)
        painter.drawPixmap(at, pixmap(name, _SIGN_PX, getattr(of, tone)))
        text = inner.adjusted(_SIGN_PX + SPACE_PX, 0, 0, 0)
        for number, (shown, colour, strong) in enumerate(lines):
            font = scaled_font(self._view.font(), 1.0, strong=strong)
            place = QRect(text.left(), text.top() + number * line, text.width(), line)
            painter.setFont(font)
            painter.setPen(colour)
            elided = QFontMetrics(font).elidedText(
                shown, Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


def _sign(record: ActionRecord) -> tuple[str, str]:
    if record.finished_ns is None or record.lost or record.unknown_kind:
        return "warning", "warning"
    if moved(record) and record.undone == moved(record):
        return "undo", "quiet"
    return sign_of(record.kind), "text"


class ActionsList(QListView):
    """Shows an `ActionsModel`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("What was done, the newest first"))
        self.actions_model = ActionsModel()
        self._delegate = _ActionDelegate(self)
        self.setModel(self.actions_model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 18)

    def sizeHint(self) -> QSize:
        """Wide enough for what was done, and its size."""
        return QSize(self.fontMetrics().averageCharWidth() * 48, 400)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row has the focus."""
        super().focusInEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew when the font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
