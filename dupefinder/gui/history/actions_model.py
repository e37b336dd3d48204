"""The actions as a list, the newest first."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt

from dupefinder.actions.records import ActionRecord
from dupefinder.gui.history.action_words import notes_text, what_text
from dupefinder.gui.ordered_table import NO_PARENT, Index
from dupefinder.gui.plain_text import plain_tip
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
