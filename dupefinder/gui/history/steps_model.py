"""The files of an action as a table: a NumPy order over their columns."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState
from dupefinder.gui.appearance.icons import sign_of
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.gui.widgets.table_models import NO_PARENT, Index, OrderedTable, TitledColumns
from dupefinder.text.actions import location_text, state_sentence, state_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.skips import remedy_text, skip_text
from dupefinder.text.translation import _

_STATES = (
    StepState.UNKNOWN,
    StepState.LOST,
    StepState.INTENDED,
    StepState.UNDOING,
    StepState.SKIPPED,
    StepState.DONE,
    StepState.UNDONE,
)
"""States in the order in which they need attention."""
_RANK = {state: rank for rank, state in enumerate(_STATES)}
_LOOKS = {
    StepState.INTENDED: ("warning", "warning"),
    StepState.DONE: ("trash", "text"),
    StepState.SKIPPED: ("check", "keep"),
    StepState.UNDOING: ("warning", "warning"),
    StepState.UNDONE: ("undo", "keep"),
    StepState.LOST: ("warning", "warning"),
    StepState.UNKNOWN: ("warning", "warning"),
}
FILTERS = (
    StepState.DONE,
    StepState.SKIPPED,
    StepState.UNDONE,
    StepState.LOST,
    StepState.UNKNOWN,
)
"""States that files can be filtered by."""


class StepColumn(IntEnum):
    """The columns."""

    FILE = 0
    SIZE = 1
    STATE = 2
    SURVIVOR = 3


@dataclass(frozen=True, slots=True, eq=False)
class ListedSteps:
    """The files of an action, with their columns; see `of`.

    Attributes:
        steps: The files, in the order of the journal.
        keys: By column int64 (n,), the order of the files by it; that by state is `_RANK`.
        digests: Of the photos and of their kept copies, by path.
    """

    steps: Sequence[JournalStep]
    keys: Mapping[StepColumn, NDArray[np.int64]]
    digests: Mapping[str, bytes]

    @classmethod
    def of(cls, steps: Sequence[JournalStep]) -> Self:
        """Make the columns; takes too long for the window's thread."""
        count = len(steps)
        keys = {
            StepColumn.FILE: _by_name([step.path for step in steps]),
            StepColumn.SIZE: np.fromiter((-step.size_bytes for step in steps), np.int64, count),
            StepColumn.STATE: np.fromiter((_RANK[step.state] for step in steps), np.int64, count),
            StepColumn.SURVIVOR: _by_name([step.survivor for step in steps]),
        }
        digests = {step.path: step.digest for step in steps}
        digests |= {step.survivor: step.survivor_digest for step in steps}
        return cls(steps, keys, digests)


def _by_name(paths: Sequence[str]) -> NDArray[np.int64]:
    """Ranks of files by name, then by folder."""
    names = []
    for path in paths:
        folder, _, name = path.rpartition(os.sep)
        names.append((name.casefold(), folder))
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


NO_STEPS = ListedSteps.of(())


class StepsModel(TitledColumns, OrderedTable):
    """One row for each file that passes the filter, at first in the order of the journal."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = tuple(title(column) for column in StepColumn)
        self.numbers = (title(StepColumn.SIZE),)
        self._listed = NO_STEPS
        self._shown: StepState | None = None
        self._sorted_by = -1
        self._descending = False

    def set_steps(self, listed: ListedSteps) -> None:
        """Show other files; order and filter stay."""
        self.beginResetModel()
        self._listed = listed
        self._order = self._make_order()
        self.endResetModel()

    @property
    def all_steps(self) -> Sequence[JournalStep]:
        """The files, shown or not, in the order of the journal."""
        return self._listed.steps

    def set_shown(self, state: StepState | None) -> None:
        """Show files of one state; None shows all."""
        self.beginResetModel()
        self._shown = state
        self._order = self._make_order()
        self.endResetModel()

    def step_at(self, row: int) -> JournalStep:
        """The file of a row."""
        return self._listed.steps[int(self._order[row])]

    def row_of(self, path: str) -> int:
        """The row of a file; -1 where it is not shown."""
        place = next((n for n, step in enumerate(self._listed.steps) if step.path == path), -1)
        rows = np.flatnonzero(self._order == place)
        return int(rows[0]) if len(rows) else -1

    def count(self, state: StepState | None) -> int:
        """Number of files with a state, shown or not; None counts all."""
        if state is None:
            return len(self._listed.steps)
        return int(np.count_nonzero(self._ranks == _RANK[state]))

    @property
    def _ranks(self) -> NDArray[np.int64]:
        return self._listed.keys[StepColumn.STATE]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows; -1 takes the order of the journal."""
        self._sorted_by = column
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._reorder(self._make_order())

    def _make_order(self) -> NDArray[np.int64]:
        rows = np.arange(len(self._listed.steps))
        if self._shown is not None:
            rows = np.flatnonzero(self._ranks == _RANK[self._shown])
        if self._sorted_by not in tuple(StepColumn):
            return rows
        key = self._listed.keys[StepColumn(self._sorted_by)][rows]
        return rows[np.argsort(-key if self._descending else key, kind="stable")]

    # Qt's model

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(StepColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the values that are painted, and the same in words."""
        if not index.isValid() or not 0 <= index.row() < len(self._order):
            return None
        step = self.step_at(index.row())
        column = StepColumn(index.column())
        if role == CELL_ROLE:
            return _cell(step, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(step, column).first
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _hint(step, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_hint(step, column))
        return None


def title(column: StepColumn) -> str:
    """The title of a column."""
    return {
        StepColumn.FILE: _("File"),
        StepColumn.SIZE: _("Size"),
        StepColumn.STATE: _("Where it is now"),
        StepColumn.SURVIVOR: _("The kept copy"),
    }[column]


def _cell(step: JournalStep, column: StepColumn) -> Cell:
    match column:
        case StepColumn.FILE:
            return _place(step.path, _file_now(step))
        case StepColumn.SURVIVOR:
            return _place(step.survivor, step.survivor)
        case StepColumn.SIZE:
            return Cell(bytes_text(step.size_bytes), right=True)
        case _:
            sign, tone = _LOOKS[step.state]
            if step.state is StepState.DONE:
                sign = sign_of(step.kind)
            return Cell(_where(step), reason_text(step), sign=sign, tone=tone)


def _where(step: JournalStep) -> str:
    if step.state is StepState.DONE:
        return location_text(step.kind)
    return state_text(step.state)


def _place(path: str, file: str) -> Cell:
    folder, _, name = path.rpartition(os.sep)
    return Cell(
        path_text(name), path_text(folder or os.sep), is_place=True, picture_of=path, path=file
    )


def _file_now(step: JournalStep) -> str:
    """Present place of the file of a step; empty where it has none, or it is unknown."""
    if step.state is StepState.DONE and step.kind is not ActionKind.HARD_LINK:
        return step.place or ""
    return "" if step.state is StepState.LOST else step.path


def reason_text(step: JournalStep) -> str:
    """Reason why a file was left, or was not brought back; empty without one."""
    if step.skip is None:
        return ""
    if step.skip.code is SkipCode.CANCELLED and step.skip.detail:
        return _("Its photo stayed.")  # companions never go alone
    return skip_text(step.skip)


def _hint(step: JournalStep, column: StepColumn) -> str:
    match column:
        case StepColumn.FILE:
            return path_text(step.path)
        case StepColumn.SURVIVOR:
            return path_text(step.survivor)
        case StepColumn.SIZE:
            return bytes_text(step.size_bytes)
        case _:
            reason = reason_text(step)
            place = path_text(step.place) if step.place and step.state is StepState.DONE else ""
            helps = "" if step.skip is None else remedy_text(step.skip.code)
            lines = (_where(step), place, state_sentence(step.state), reason, helps)
            return "\n".join(line for line in lines if line)
