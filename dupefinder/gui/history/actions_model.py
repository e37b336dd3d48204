"""The actions, newest first."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.actions.records import ActionRecord
from dupefinder.gui.words import bytes_text, counted, moment_text, tr

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

RECORD_ROLE = Qt.ItemDataRole.UserRole
"""The `ActionRecord` of a row."""


class ActionsModel(QAbstractListModel):
    """Two lines for each action: when, and what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self._actions: Sequence[ActionRecord] = ()

    def set_actions(self, actions: Sequence[ActionRecord]) -> None:
        """Show other actions."""
        self.beginResetModel()
        self._actions = actions
        self.endResetModel()

    def record_at(self, row: int) -> ActionRecord | None:
        """The action of a row; None outside."""
        return self._actions[row] if 0 <= row < len(self._actions) else None

    def row_of(self, action_id: int) -> int:
        """The row of an action, -1 when there is none."""
        return next(
            (row for row, one in enumerate(self._actions) if one.action_id == action_id), -1
        )

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Actions."""
        return 0 if parent.isValid() else len(self._actions)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a row, or the action itself."""
        record = self.record_at(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{moment_text(record.started_ns)}\n{what_text(record)}"
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("{when}: {what}").format(
                when=moment_text(record.started_ns), what=what_text(record)
            )
        if role == RECORD_ROLE:
            return record
        return None


def what_text(record: ActionRecord) -> str:
    """What became of an action."""
    parts = []
    if record.done:
        parts.append(
            tr("{files} in the trash, {size}").format(
                files=counted(record.done, tr("{n} file"), tr("{n} files")),
                size=bytes_text(record.done_bytes),
            )
        )
    if record.undone:
        parts.append(counted(record.undone, tr("{n} brought back"), tr("{n} brought back")))
    if record.skipped:
        parts.append(counted(record.skipped, tr("{n} left"), tr("{n} left")))
    if record.lost:
        parts.append(counted(record.lost, tr("{n} not found"), tr("{n} not found")))
    if record.finished_ns is None:
        parts.append(tr("broken off"))
    return tr(" · ").join(parts) or tr("nothing was moved")
