"""The files of one action and what became of each."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.actions.records import JournalStep, StepState
from dupefinder.gui.words import bytes_text, path_text, skip_text, tr

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


def state_text(step: JournalStep) -> str:
    """What became of a file, and why."""
    if step.skip is not None and step.state is not StepState.DONE:
        return skip_text(step.skip)
    text = {
        StepState.INTENDED: tr("Not looked at yet"),
        StepState.DONE: tr("In the trash"),
        StepState.SKIPPED: tr("Left where it was"),
        StepState.UNDOING: tr("Being brought back"),
        StepState.UNDONE: tr("Brought back"),
        StepState.LOST: tr("Neither in its place nor in the trash"),
    }[step.state]
    if step.skip is None:
        return text
    return tr("{state}. {reason}").format(state=text, reason=skip_text(step.skip))


class StepsModel(QAbstractTableModel):
    """Name, folder, size, what became of it, and the copy that stayed."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: Sequence[JournalStep] = ()
        self._shown: Sequence[JournalStep] = ()
        self._state: StepState | None = None

    def set_steps(self, steps: Sequence[JournalStep]) -> None:
        """Show the files of another action."""
        self._steps = steps
        self.show_state(self._state)

    def show_state(self, state: StepState | None) -> None:
        """Show files in one state; None shows all."""
        self.beginResetModel()
        self._state = state
        self._shown = [one for one in self._steps if state in (None, one.state)]
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Files on show."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        """See the class."""
        return 0 if parent.isValid() else 5

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell."""
        if not index.isValid():
            return None
        step, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                path_text(os.path.basename(step.path)),
                path_text(os.path.dirname(step.path)),
                bytes_text(step.size_bytes),
                state_text(step),
                path_text(step.survivor),
            )[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                path_text(step.path),
                path_text(step.path),
                None,
                state_text(step),
                path_text(step.survivor),
            )[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (
                tr("Name"),
                tr("Folder"),
                tr("Size"),
                tr("What became of it"),
                tr("The copy that stayed"),
            )[section]
        return None
