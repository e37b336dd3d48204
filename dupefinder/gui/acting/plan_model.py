"""A plan as a table: what goes, what shows it, what stays; rows can be taken out before acting."""

import os
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.actions.records import Plan, Step
from dupefinder.core.records import Evidence
from dupefinder.gui.thumbnails import Thumbnails
from dupefinder.gui.words import bytes_text, evidence_sentence, evidence_text, path_text, tr

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_STRENGTH = {evidence: place for place, evidence in enumerate(Evidence)}

THUMBNAIL_PX = 48


class Column(IntEnum):
    """The columns; the first has the check box."""

    GOES = 0
    FOLDER = 1
    SIZE = 2
    EVIDENCE = 3
    STAYS = 4


class PlanModel(QAbstractTableModel):
    """One row for each step, the weakest evidence first unless another order is chosen."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._content_of: Callable[[str], int | None] = lambda _path: None
        self._steps: tuple[Step, ...] = ()
        self._wanted: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._sorted_by = Column.EVIDENCE
        self._descending = True
        self.ratio = 1.0

    def set_plan(self, plan: Plan) -> None:
        """Show another plan, all of it wanted."""
        self.beginResetModel()
        self._steps = plan.steps
        self._wanted = np.ones(len(plan.steps), np.bool_)
        self._order = np.arange(len(plan.steps))
        self._make_order()
        self.endResetModel()

    def set_contents(self, content_of: Callable[[str], int | None]) -> None:
        """Say how a path leads to the content whose thumbnail is shown."""
        self._content_of = content_of

    def wanted_steps(self) -> tuple[Step, ...]:
        """The steps that were not taken out, in the order of the plan."""
        return tuple(self._steps[index] for index in np.flatnonzero(self._wanted).tolist())

    def toggle(self, row: int) -> None:
        """Take a step out of the plan, or back in."""
        index = int(self._order[row])
        self._wanted[index] = not self._wanted[index]
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def repaint_thumbnails(self) -> None:
        """Paint thumbnails that have arrived."""
        if len(self._order):
            self.dataChanged.emit(
                self.index(0, 0),
                self.index(len(self._order) - 1, len(Column) - 1),
                [Qt.ItemDataRole.DecorationRole],
            )

    def _make_order(self) -> None:
        steps = self._steps
        column = self._sorted_by
        if column is Column.SIZE:
            key = np.array([step.victim.size_bytes for step in steps], np.int64)
        elif column is Column.EVIDENCE:
            key = np.array([_STRENGTH[step.evidence] for step in steps], np.int64)
        else:
            texts = [self._text(step, column).casefold() for step in steps]
            rank = {text: place for place, text in enumerate(sorted(set(texts)))}
            key = np.array([rank[text] for text in texts], np.int64)
        self._order = np.argsort(-key if self._descending else key, kind="stable")

    # Qt's model

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Steps."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        """See `Column`."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The first column has a check box."""
        flags = super().flags(index)
        if index.isValid() and index.column() == Column.GOES:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell, its check box, its thumbnail."""
        if not index.isValid():
            return None
        number = int(self._order[index.row()])
        step, column = self._steps[number], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(step, column)
        if role == Qt.ItemDataRole.CheckStateRole and column is Column.GOES:
            return Qt.CheckState.Checked if self._wanted[number] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and column in (Column.GOES, Column.STAYS):
            path = step.victim.path if column is Column.GOES else step.survivor.path
            content_id = self._content_of(path)
            if content_id is None:
                return None
            return self._thumbnails.get(content_id, THUMBNAIL_PX, self.ratio)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(step, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.GOES:
            return tr("{name} goes, {other} stays").format(
                name=path_text(step.victim.path), other=path_text(step.survivor.path)
            )
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a step out of the plan by its check box, or back in."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != Column.GOES:
            return False
        checked = Qt.CheckState(value) is Qt.CheckState.Checked
        if bool(self._wanted[int(self._order[index.row()])]) is not checked:
            self.toggle(index.row())
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (
                tr("Goes to the trash"),
                tr("In the folder"),
                tr("Size"),
                tr("Match"),
                tr("This copy stays"),
            )[section]
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show another order."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [int(self._order[index.row()]) for index in before]
        self._sorted_by = Column(column)
        self._descending = order == Qt.SortOrder.DescendingOrder
        self._make_order()
        row_of = {number: row for row, number in enumerate(self._order.tolist())}
        after = [
            self.index(row_of[number], index.column())
            for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _text(self, step: Step, column: Column) -> str:
        return {
            Column.GOES: lambda: path_text(os.path.basename(step.victim.path)),
            Column.FOLDER: lambda: path_text(os.path.dirname(step.victim.path)),
            Column.SIZE: lambda: bytes_text(step.victim.size_bytes),
            Column.EVIDENCE: lambda: evidence_text(step.evidence),
            Column.STAYS: lambda: path_text(step.survivor.path),
        }[column]()

    def _hint(self, step: Step, column: Column) -> str:
        if column is Column.EVIDENCE:
            return evidence_sentence(step.evidence)
        hint = path_text(step.survivor.path if column is Column.STAYS else step.victim.path)
        if step.companions and column is not Column.STAYS:
            names = "\n".join(path_text(path) for path in step.companions)
            hint = tr("{path}\nWith it go:\n{names}").format(path=hint, names=names)
        return hint
