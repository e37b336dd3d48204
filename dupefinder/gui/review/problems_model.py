"""What could not, or not fully, be read: a table that looks its rows up when they are painted."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.words import problem_text, tr

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class ProblemsModel(QAbstractTableModel):
    """Name, folder and reason of each problem, of one reason or of all."""

    def __init__(self) -> None:
        super().__init__()
        self._problems: Sequence[Problem] = ()
        self._shown: Sequence[Problem] = ()
        self._code: ProblemCode | None = None

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems."""
        self._problems = problems
        self.show_code(self._code)

    def show_code(self, code: ProblemCode | None) -> None:
        """Show problems of one reason; None shows all."""
        self.beginResetModel()
        self._code = code
        self._shown = [one for one in self._problems if code in (None, one.code)]
        self.endResetModel()

    def codes(self) -> list[ProblemCode]:
        """The reasons there are."""
        present = {one.code for one in self._problems}
        return [code for code in ProblemCode if code in present]

    def problem_at(self, row: int) -> Problem:
        """The problem of a row."""
        return self._shown[row]

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Problems on show."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        """Name, folder, reason."""
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell; whole path and the decoder's own words in the tooltip."""
        if not index.isValid():
            return None
        problem = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                os.path.basename(problem.path) or problem.path,
                os.path.dirname(problem.path),
                problem_text(problem),
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{problem.path}\n{problem.detail}".strip()
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("Name"), tr("Folder"), tr("What is wrong"))[section]
        return None
