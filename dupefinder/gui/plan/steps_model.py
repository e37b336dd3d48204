"""The steps of a plan as rows: their order, their cells, and which of them are taken out."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal

from dupefinder.actions.records import ActionKind, Plan, Step
from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import colours
from dupefinder.gui.plan.columns import (
    PlanColumn,
    PlanColumns,
    along_text,
    hint,
    place_cell,
    spoken,
    title,
)
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.gui.widgets.table_models import NO_PARENT, Index, OrderedTable, TitledColumns
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _


class PlanModel(TitledColumns, OrderedTable):
    """A row for each step: those with evidence, or those chosen by hand.

    Attributes:
        columns: The columns, shared with the model of the other steps.

    Signals:
        taken_changed: Steps were taken out or in again.
    """

    taken_changed = Signal()

    def __init__(self, *, chosen: bool = False) -> None:
        """Make a model without rows.

        Args:
            chosen: True for the steps that a person chose.
        """
        super().__init__()
        self._chosen = chosen
        self.columns = PlanColumns(Plan(()))
        self._set_titles()
        self._drives: dict[str, str] = {}
        self._sorted_by = PlanColumn.EVIDENCE
        self._descending = False

    def set_plan(self, plan: Plan) -> None:
        """Show another plan, the weakest evidence first."""
        self.share(PlanColumns(plan))

    def share(self, columns: PlanColumns) -> None:
        """Show steps of the columns of another model."""
        self.beginResetModel()
        self.columns = columns
        self._set_titles()
        self._sorted_by, self._descending = PlanColumn.EVIDENCE, False
        self._order = self._make_order()
        self.endResetModel()

    def _set_titles(self) -> None:
        titles = [title(column, self.columns.plan.kind) for column in PlanColumn]
        if self._chosen:
            titles[PlanColumn.SURVIVOR] = _("The kept photo")
        self.titles, self.numbers = titles, (titles[PlanColumn.SIZE],)

    def set_drives(self, drives: Mapping[str, str]) -> None:
        """Add names of drives by folder."""
        self._drives.update(drives)
        if len(self._order):
            column = PlanColumn.SURVIVOR
            self.dataChanged.emit(
                self.index(0, column), self.index(len(self._order) - 1, column), [CELL_ROLE]
            )

    def step_at(self, row: int) -> Step:
        """The step of a row."""
        return self.columns.plan.steps[int(self._order[row])]

    def set_kind(self, kind: ActionKind) -> None:
        """Set the kind of action; excluded steps are faded."""
        self.columns.set_kind(kind)
        self._set_titles()
        last = len(PlanColumn) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, last))

    def goes(self, row: int) -> bool:
        """True when the step of a row will be done."""
        index = int(self._order[row])
        return bool(self.columns.taken[index] and self.columns.possible[index])

    def is_taken(self, row: int) -> bool:
        """False when the step of a row was taken out."""
        return bool(self.columns.taken[int(self._order[row])])

    def set_taken(self, rows: Iterable[int], taken: bool) -> None:
        """Take steps out of the plan, or in again."""
        chosen = [row for row in rows if 0 <= row < len(self._order)]
        indices = self._order[chosen]
        if not len(indices) or bool((self.columns.taken[indices] == taken).all()):
            return
        self.columns.taken[indices] = taken
        last = len(PlanColumn) - 1
        self.dataChanged.emit(self.index(min(chosen), 0), self.index(max(chosen), last))
        self.taken_changed.emit()

    def why_left_out(self, row: int) -> str:
        """Reason why the step of a row will not be done; empty where it will."""
        index = int(self._order[row])
        if not self.columns.taken[index]:
            return _("left out by you")
        if self.columns.possible[index]:
            return ""
        is_chosen = self.step_at(row).evidence is Evidence.CHOSEN
        return _("trash or set aside only") if is_chosen else _("not the same file")

    def take_all(self) -> None:
        """Take every step in again."""
        self.set_taken(range(len(self._order)), True)

    # Orders

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows; equal steps stay in the order of the plan."""
        if not 0 <= column < len(PlanColumn):
            return
        self._sorted_by = PlanColumn(column)
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._reorder(self._make_order())

    def _make_order(self) -> NDArray[np.int64]:
        columns = self.columns
        # Ascending shows first what a person looks for: taken out, weak, large, a to z.
        match self._sorted_by:
            case PlanColumn.TAKEN:
                key = columns.taken.astype(np.int64)
            case PlanColumn.VICTIM:
                key = columns.victim_ranks
            case PlanColumn.SIZE:
                key = -columns.sizes
            case PlanColumn.EVIDENCE:
                key = -columns.ranks
            case PlanColumn.SURVIVOR:
                key = columns.survivor_ranks
        order: NDArray[np.int64] = np.argsort(-key if self._descending else key, kind="stable")
        shown: NDArray[np.int64] = order[columns.chosen[order] == self._chosen]
        return shown

    # Qt's model

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(PlanColumn)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The first column can be ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == PlanColumn.TAKEN:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles of columns, with the signs of what goes and what stays."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and section == PlanColumn.TAKEN:
            return _("Photos with a tick are removed; click to bring those without one to the top")
        if role == Qt.ItemDataRole.DecorationRole and section == PlanColumn.VICTIM:
            return icon("cross", colours().remove)
        if role == Qt.ItemDataRole.DecorationRole and section == PlanColumn.SURVIVOR:
            return icon("check", colours().keep)
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the values that are painted, and the same in words."""
        if not index.isValid() or not 0 <= index.row() < len(self._order):
            return None
        column = PlanColumn(index.column())
        if column is PlanColumn.TAKEN:
            return self._taken_data(index.row(), role)
        step = self.step_at(index.row())
        if role == CELL_ROLE:
            return self._cell(step, column, self.why_left_out(index.row()))
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(step, column).first
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(hint(step, column, self.columns.plan.kind))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(step, column)
        return None

    def _taken_data(self, row: int, role: int) -> Any:
        taken = self.is_taken(row)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if taken else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if taken and not self.goes(row):
                return _("Stays: {why}").format(why=self.why_left_out(row))
            return (
                _("Goes; Space leaves it") if taken else _("Kept; press Space to include it again")
            )
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick a step."""
        if (
            role != Qt.ItemDataRole.CheckStateRole
            or not index.isValid()
            or index.column() != PlanColumn.TAKEN
        ):
            return False
        self.set_taken([index.row()], Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _cell(self, step: Step, column: PlanColumn, why_left_out: str = "") -> Cell:
        faded = bool(why_left_out)
        match column:
            case PlanColumn.VICTIM:
                return place_cell(step.victim.path, faded=faded)
            case PlanColumn.SURVIVOR:
                folder = os.path.dirname(step.survivor.path)
                return place_cell(step.survivor.path, self._drives.get(folder, ""), faded=faded)
            case PlanColumn.SIZE:
                size = bytes_text(step.victim.size_bytes)
                along = along_text(step, self.columns.plan.kind)
                return Cell(size, along, faded=faded, right=True)
            case _:
                return Cell(evidence_text(step.evidence), why_left_out, faded=faded)
