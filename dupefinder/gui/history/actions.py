"""The actions of the History page: their list, the head of the chosen one, and texts."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dupefinder.actions.records import ActionKind, ActionRecord
from dupefinder.gui.appearance.icons import icon, pixmap, sign_of
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.widgets.controls import ProgressRow
from dupefinder.gui.widgets.labels import PlainLabel, plain_tip
from dupefinder.gui.widgets.row_painting import as_read, paint_row_ground, paint_sign
from dupefinder.gui.widgets.table_models import NO_PARENT, Index
from dupefinder.text import actions
from dupefinder.text.actions import did_text
from dupefinder.text.figures import bytes_text, moment_text, path_text
from dupefinder.text.translation import _, plural


def moved(record: ActionRecord) -> int:
    """Number of files of the action, wherever they are now."""
    return record.done + record.undone + record.lost


def done_text(record: ActionRecord) -> str:
    """Describe the action in a few words."""
    number = moved(record)
    if record.unknown_kind:
        return _("Unknown to this version: {code}").format(code=path_text(record.unknown_kind))
    return did_text(record.kind, number) if number else _("Nothing was done")


def size_text(record: ActionRecord) -> str:
    """Total size of its files; empty where it is not known for all."""
    number = moved(record)
    # Only the size of present files is known.
    return bytes_text(record.done_bytes) if number and record.done == number else ""


def what_text(record: ActionRecord) -> str:
    """`done_text` and `size_text` on one line."""
    return listed(filter(None, (done_text(record), size_text(record))))


def when_text(record: ActionRecord) -> str:
    """Time of its beginning, and the size."""
    return listed(filter(None, (moment_text(record.started_ns), size_text(record))))


def notes(record: ActionRecord) -> list[str]:
    """Short remarks on the action, the gravest first."""
    said = []
    if record.finished_ns is None:
        said.append(_("interrupted"))
    if record.lost:
        said.append(plural("{n} lost", "{n} lost", record.lost))
    if record.undone:
        every = record.undone == moved(record)
        text = plural("{n} brought back", "{n} brought back", record.undone)
        said.append(_("all brought back") if every else text)
    if record.skipped:
        said.append(plural("{n} left in its place", "{n} left in their places", record.skipped))
    return said


def notes_text(record: ActionRecord) -> str:
    """The notes on one line; empty without any."""
    return listed(notes(record))


def story(record: ActionRecord) -> list[str]:
    """The remarks in whole sentences."""
    said = [_("Begun {moment}.").format(moment=moment_text(record.started_ns))]
    if record.undone_ns is not None:
        said.append(_("Last brought back {moment}.").format(moment=moment_text(record.undone_ns)))
    if record.finished_ns is None:
        said.append(
            _(
                "It was interrupted: the program or the computer stopped. What it"
                " had not reached was not touched."
            )
        )
    if record.lost:
        said.append(
            plural(
                "{n} file is neither in its place nor where it was put.",
                "{n} files are neither in their places nor where they were put.",
                record.lost,
            )
        )
    if record.skipped:
        said.append(
            plural(
                "{n} file was left in its place; below you see why.",
                "{n} files were left in their places; below you see why.",
                record.skipped,
            )
        )
    if record.target is not None:
        said.append(_("They went to: {folder}").format(folder=path_text(record.target)))
    return said


def undo_text(record: ActionRecord) -> str:
    """Label of the button that undoes the action."""
    if not record.done and record.lost:
        return plural("Look once more for {n} file", "Look once more for {n} files", record.lost)
    if not record.done or record.unknown_kind:
        return _("Bring back")
    return actions.undo_text(record.kind, record.done)


def obstacle(record: ActionRecord) -> str:
    """Reason why nothing can be brought back; empty when something can."""
    if record.done and record.kind is ActionKind.DELETE:
        return _("What was deleted for good cannot be brought back.")
    if record.done or record.lost:
        return ""
    if record.undone:
        return _("Everything was brought back.")
    return _("Nothing was done.")


class ActionHead(QFrame):
    """The head of an action. Bringing back needs no question: it overwrites nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = PlainLabel()
        self.what.setWordWrap(True)
        self.story = PlainLabel()
        self.story.setWordWrap(True)
        set_role(self.story, "quiet")
        self.undo = QPushButton()
        set_role(self.undo, "primary")
        self.reason = PlainLabel()
        self.reason.setWordWrap(True)
        set_role(self.reason, "quiet")
        self.progress = ProgressRow()
        asked = QWidget()
        beside = QHBoxLayout(asked)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2 * SPACE_PX)
        beside.addWidget(self.undo)
        beside.addWidget(self.reason, 1)
        self._undo_or_progress = QStackedWidget()
        self._undo_or_progress.addWidget(asked)
        self._undo_or_progress.addWidget(self.progress)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(2 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.what)
        down.addWidget(self.story)
        down.addSpacing(SPACE_PX // 2)
        down.addWidget(self._undo_or_progress)
        set_role(self, "card")
        self._fit()

    def set_record(self, record: ActionRecord, *, busy: bool) -> None:
        """Show an action.

        Args:
            record: The action.
            busy: True while anything is being brought back.
        """
        self.what.setText(what_text(record))
        self.story.setText("\n".join(story(record)))
        self._undo_or_progress.setCurrentIndex(1 if busy else 0)
        self.undo.setText(undo_text(record))
        reason = _("Files are being brought back.") if busy else obstacle(record)
        self.undo.setEnabled(not reason)
        self.undo.setAccessibleDescription(reason)
        self.undo.setToolTip(plain_tip(reason) or _("Bytes, names and times are restored"))
        self.reason.setText(reason)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours, and sizes by another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "progress"):
            self._dress()
        elif event.type() is QEvent.Type.FontChange and hasattr(self, "progress"):
            self._fit()

    def _dress(self) -> None:
        self.undo.setIcon(icon("undo", colours().on_accent))

    def _fit(self) -> None:
        self.what.setFont(scaled_font(self.font(), 1.3, strong=True))


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
        """Room for three lines, for every action."""
        return QSize(200, 3 * QFontMetrics(self._view.font()).height() + 3 * SPACE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one action."""
        record: ActionRecord | None = index.data(RECORD_ROLE)
        if record is None:
            return
        rectangle: QRect = option.rect
        painter.save()
        painter.setLayoutDirection(option.direction)
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
        first = QRect(rectangle.left(), inner.top(), rectangle.width(), line)
        sign = pixmap(name, _SIGN_PX, getattr(of, tone))
        paint_sign(painter, first, inner.left(), _SIGN_PX, sign)
        text = as_read(painter, rectangle, inner.adjusted(_SIGN_PX + SPACE_PX, 0, 0, 0))
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
