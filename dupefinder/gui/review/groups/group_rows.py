"""The rows of the list of groups: a NumPy order over results, each row made when it is painted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Evidence, Group
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.decisions import is_being_checked
from dupefinder.gui.review.groups.group_view import (
    GroupView,
    Indices,
    keeping_rows,
    listed,
    passing,
)
from dupefinder.gui.review.mark_table import DISMISSED, MOVING, UNDECIDED
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.text.counts import copies_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.groups import group_differences, group_title
from dupefinder.text.translation import _, plural

GROUP_ROLE = Qt.ItemDataRole.UserRole
"""The `Group` of a row."""

_NO_PARENT = QModelIndex()
_MOST_TOLD = 12
"""Most paths in the tooltip of a row."""
_MOST_FOLLOWING = 100
"""Most groups that are looked at: each may have to be made."""


class GroupModel(QAbstractListModel):
    """One row for each group of the chosen kind of match that passes the filter.

    Attributes:
        view: The filter and the order.
    """

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self.view = GroupView()
        self._marks = marks
        self._results: Results | None = None
        self._order: Indices = np.zeros(0, np.int64)
        self._row_of: Indices = np.zeros(0, np.int64)
        marks.changed.connect(self._repaint)

    # Showing

    def set_view(self, view: GroupView) -> None:
        """Show other groups, or in another order."""
        self.view = view
        if self._results is not None:
            self.beginResetModel()
            self._take_order(self._results, listed(self._results, self._states(), view))
            self.endResetModel()

    def set_results(self, results: Results) -> None:
        """Show other results; while a scan runs, groups on show keep their rows."""
        before, rows = self._results, self._order
        self._results = results
        order = listed(results, self._states(), self.view)
        if results.provisional and before is not None:
            order = keeping_rows(before, rows, results, order)
        self.beginResetModel()
        self._take_order(results, order)
        self.endResetModel()

    def _states(self) -> NDArray[np.uint8]:
        """The decision on each group; undecided if the marks still belong to older results."""
        count = 0 if self._results is None else len(self._results.groups)
        states = self._marks.states
        return states if len(states) == count else np.full(count, UNDECIDED, np.uint8)

    def _take_order(self, results: Results, order: Indices) -> None:
        self._order = order
        self._row_of = np.full(len(results.groups), -1, np.int64)
        self._row_of[order] = np.arange(len(order))

    def passing(self) -> NDArray[np.bool_]:
        """Mask of the groups that pass the filter, whatever their kind of match: bool (n,)."""
        if self._results is None:
            return np.zeros(0, np.bool_)
        return passing(self._results, self._states(), self.view)

    # Groups and rows

    def shown_indices(self) -> list[int]:
        """Indices of the groups on show in the results."""
        indices: list[int] = self._order.tolist()
        return indices

    def indices_at(self, rows: Indices) -> Indices:
        """Indices in the results of the groups of some rows."""
        return self._order[rows[rows < len(self._order)]]

    def group_at(self, row: int) -> Group | None:
        """The group of a row; None outside."""
        if self._results is None or not 0 <= row < len(self._order):
            return None
        return self._results.groups[int(self._order[row])]

    def following(self, row: int) -> Iterator[Group]:
        """Some groups after a row, as listed now, even if the list changes before they are read.

        Args:
            row: The row.
        """
        results = self._results
        if results is None:
            return iter(())
        return (results.groups[int(one)] for one in self._order[row + 1 :][:_MOST_FOLLOWING])

    def row_of(self, group: Group) -> int:
        """The row of a group, or of the one with its photos now; -1 if it is not listed."""
        index = -1 if self._results is None else self._results.index_of(group)
        return -1 if index < 0 else int(self._row_of[index])

    def row_of_id(self, group_id: str) -> int:
        """The row of a group; -1 if it is not listed."""
        index = None if self._results is None else self._results.index_of_id.get(group_id)
        return -1 if index is None else int(self._row_of[index])

    def state_at(self, row: int) -> int:
        """Decision on the group of a row, see `MarkTable.states`."""
        return int(self._states()[self._order[row]])

    def next_undecided(self, row: int) -> int:
        """The next row, also from the start, whose group can be decided; -1 without one."""
        is_open = self._states() == UNDECIDED
        if self._results is not None and self._results.provisional:
            members = self._results.members
            copies = members.proposed & (members.match_kind == MatchKind.SAME_BYTES)
            if len(given := self._marks.given) == len(copies):  # otherwise of older results
                copies &= given == Mark.NONE
            is_open &= self._results.groups_with(copies)
        open_rows = np.flatnonzero(is_open[self._order])
        if len(open_rows) == 0:
            return -1
        later = open_rows[open_rows > row]
        return int(later[0] if len(later) else open_rows[0])

    # Qt's model

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = _NO_PARENT,
    ) -> int:
        """Number of listed groups."""
        return 0 if parent.isValid() else len(self._order)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name, sentence for screen readers, tooltip, or the group itself."""
        group = self.group_at(index.row()) if index.isValid() else None
        if group is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return group_title(group)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(index.row(), group)
        if role == Qt.ItemDataRole.ToolTipRole:
            paths = [path_text(member.file.path) for member in group.members[:_MOST_TOLD]]
            return plain_tip("\n".join((group_evidence_text(group), *paths)))
        if role == GROUP_ROLE:
            return group
        return None

    def _sentence(self, row: int, group: Group) -> str:
        return _("{title}, {differences}, {size}, {evidence}, {state}").format(
            title=group_title(group),
            differences=group_differences(group) or copies_text(len(group.members)),
            size=bytes_text(sum(member.file.size_bytes for member in group.members)),
            evidence=group_evidence_text(group),
            state=self.state_text(row),
        )

    def state_text(self, row: int) -> str:
        """Decision on the group of a row, in words."""
        state = self.state_at(row)
        group = self.group_at(row)
        if state == DISMISSED:
            return _("not duplicates")
        if state == MOVING:
            return _("being removed")
        if group is None:
            return _("undecided")
        gone = sum(self._marks.mark_of(member) is Mark.REMOVE for member in group.members)
        if state == UNDECIDED and gone:
            return plural(
                "{n} marked for removal, the rest undecided",
                "{n} marked for removal, the rest undecided",
                gone,
            )
        if state == UNDECIDED:
            return _("still being compared") if is_checking(group) else _("undecided")
        if gone == 0:
            return _("all are kept")
        return plural("{n} marked for removal", "{n} marked for removal", gone)

    def _repaint(self, indices: NDArray[np.int64]) -> None:
        """Repaint rows with changed marks; their order stays until the view changes."""
        inside = indices[indices < len(self._row_of)]
        rows = self._row_of[inside]
        rows = rows[rows >= 0]
        if len(rows):
            self.dataChanged.emit(self.index(int(rows.min())), self.index(int(rows.max())))


def is_checking(group: Group) -> bool:
    """True while a photo of a group is still to be compared in full size."""
    return any(map(is_being_checked, group.members))


def group_evidence_text(group: Group) -> str:
    """The kinds of matches in a group, the surest first."""
    present = {member.evidence for member in group.members}
    return _(", ").join(evidence_text(one) for one in Evidence if one in present)
