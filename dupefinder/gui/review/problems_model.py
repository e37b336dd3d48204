"""Model of the files that could not, or not fully, be read; rows are looked up when painted."""

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.plain_text import plain_tip
from dupefinder.text.figures import path_text
from dupefinder.text.problems import problem_text
from dupefinder.text.translation import _

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class ProblemsModel(QAbstractTableModel):
    """Name, folder and reason of each problem, of one reason or of all."""

    def __init__(self) -> None:
        super().__init__()
        self._problems: Sequence[Problem] = ()
        self._shown: Sequence[Problem] = ()
        self._counts: Counter[ProblemCode] = Counter()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Take other problems; all of them are shown."""
        self._problems = problems
        self._counts = Counter(one.code for one in problems)
        self.show_code(None)

    def count(self, code: ProblemCode) -> int:
        """Number of problems with a reason."""
        return self._counts[code]

    def show_code(self, code: ProblemCode | None) -> None:
        """Show problems of one reason; None shows all."""
        self.beginResetModel()
        self._shown = (
            self._problems if code is None else [one for one in self._problems if one.code is code]
        )
        self.endResetModel()

    def codes(self) -> list[ProblemCode]:
        """The reasons there are."""
        return [code for code in ProblemCode if self._counts[code]]

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
                path_text(os.path.basename(problem.path) or problem.path),
                path_text(os.path.dirname(problem.path)),
                problem_text(problem),
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{path_text(problem.path)}\n{problem.detail}".strip())
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (_("Name"), _("Folder"), _("What is wrong"))[section]
        return None
