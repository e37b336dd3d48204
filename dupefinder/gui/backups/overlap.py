"""The overlap of folders: a matrix of all folders, and a list of folders that pair up."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from dupefinder.core.coverage.records import FolderPair, Overlap, Root
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.gui.widgets.row_table import RowTable
from dupefinder.gui.widgets.table_models import NO_PARENT, Index, ListedTable
from dupefinder.text.coverage import share_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _

_TINT = 0.35
_NAME_CHARACTERS = 10
"""Least room for the name of a folder."""


class OverlapModel(QAbstractTableModel):
    """The matrix; on its diagonal the photos that are only in that folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roots: Sequence[Root] = ()
        self._matrix: Sequence[Sequence[Overlap]] = ()

    def set_matrix(self, roots: Sequence[Root], matrix: Sequence[Sequence[Overlap]]) -> None:
        """Show another matrix."""
        self.beginResetModel()
        self._roots, self._matrix = roots, matrix
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """The given folders."""
        return 0 if parent.isValid() else len(self._roots)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """The given folders."""
        return 0 if parent.isValid() else len(self._roots)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the folders."""
        root = self._roots[section]
        if role == Qt.ItemDataRole.DisplayRole:
            name = path_text(os.path.basename(root.path) or root.path)
            if orientation is Qt.Orientation.Horizontal:
                return _("in {folder}").format(folder=name)
            photos = number_text(self._matrix[section][section].photos)
            return _("{folder}\n{n} photos").format(folder=name, n=photos)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(path_text(root.path))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A share, or the number of photos that are only there."""
        row, column = index.row(), index.column()
        cell = self._matrix[row][column]
        is_own = row == column
        lacking = cell.photos - cell.covered
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                _("{n} only here").format(n=number_text(lacking))
                if is_own
                else share_text(cell.covered, cell.photos)
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.BackgroundRole and cell.photos:
            return _tint(cell.covered / cell.photos, is_own=is_own)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._sentence(row, column))
        return None

    def _sentence(self, row: int, column: int) -> str:
        cell = self._matrix[row][column]
        one, other = (path_text(self._roots[number].path) for number in (row, column))
        if row == column:
            return _("{n} of {all} photos are only in {folder}").format(
                n=number_text(cell.photos - cell.covered),
                all=number_text(cell.photos),
                folder=one,
            )
        return _("{n} of {all} photos of {folder} are in {other}").format(
            n=number_text(cell.covered), all=number_text(cell.photos), folder=one, other=other
        )


def _tint(share: float, *, is_own: bool) -> QColor:
    """Greener the more is covered; warmer the more is only there."""
    of = colours()
    ground, strong = of.surface, of.warning if is_own else of.keep
    weight = ((1 - share) if is_own else share) * _TINT

    def mixed(below: int, above: int) -> int:
        return round(below * (1 - weight) + above * weight)

    return QColor(
        mixed(ground.red(), strong.red()),
        mixed(ground.green(), strong.green()),
        mixed(ground.blue(), strong.blue()),
    )


class OverlapTable(QTableView):
    """Shows an `OverlapModel`.

    Signals:
        cell_chosen: Row and column of the current cell.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("How much each folder has of each"))
        self.overlaps = OverlapModel(self)
        self.setModel(self.overlaps)
        set_role(self, "rows")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setAccessibleName(_("Names of the folders"))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        height_px = 2 * self.fontMetrics().height() + 3 * SPACE_PX
        self.verticalHeader().setDefaultSectionSize(height_px)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentChanged.connect(self._follow_current)

    def set_matrix(self, roots: Sequence[Root], matrix: Sequence[Sequence[Overlap]]) -> None:
        """Show another matrix."""
        self.overlaps.set_matrix(roots, matrix)

    def choose_first(self) -> None:
        """Go to the first backup's share in the library, unless a cell is chosen."""
        if not self.currentIndex().isValid() and self.overlaps.rowCount() > 1:
            self.setCurrentIndex(self.overlaps.index(1, 0))

    def _follow_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self.cell_chosen.emit(current.row(), current.column())


class PairModel(ListedTable[FolderPair]):
    """Pairs of folders.

    Attributes:
        accepted: Numbers of the pairs whose identical photos were accepted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.accepted: set[int] = set()
        self.titles = (_("Backup"), _("Library"), _("Identical"), _("Differ"))

    def set_rows(self, rows: Sequence[FolderPair]) -> None:
        """Show other pairs."""
        self.accepted = set()
        super().set_rows(rows)

    def pair_at(self, row: int) -> FolderPair | None:
        """A pair; None where there is none."""
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def accept(self, row: int, *, accepted: bool) -> None:
        """Note whether the identical photos of a pair are accepted."""
        (self.accepted.add if accepted else self.accepted.discard)(row)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text and the values of a cell."""
        cell = self._cell(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.first
        if role == Qt.ItemDataRole.ToolTipRole and index.column() < 2:
            pair = self.rows[index.row()]
            return plain_tip(path_text((pair.backup_folder, pair.library_folder)[index.column()]))
        return None

    def _cell(self, row: int, column: int) -> Cell:
        pair = self.rows[row]
        if column < 2:
            path = (pair.backup_folder, pair.library_folder)[column]
            above, name = os.path.split(path)
            return Cell(path_text(name or path), path_text(above), is_place=True)
        if column == 2:
            is_accepted = row in self.accepted
            return Cell(
                number_text(len(pair.identical)),
                _("accepted") if is_accepted else "",
                sign="check" if is_accepted else "",
                tone="keep" if is_accepted else "text",
                right=True,
            )
        differing = len(pair.differing)
        tone = "warning" if differing else "quiet"
        return Cell(number_text(differing) if differing else "–", tone=tone, right=True)


class PairTable(RowTable):
    """Shows a `PairModel`.

    Signals:
        chosen: Number of the current pair; -1 without one.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.pairs = PairModel()
        super().__init__("", self.pairs, parent=parent)
        self.setAccessibleName(_("Folders that pair up"))
        self.sort_header.setSectionsClickable(False)
        self.sort_header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        arrow_px = SPACE_PX  # the titles have none
        number_px = self.text_width_px("888,888", self.pairs.titles[3]) - arrow_px
        identical_px = self.text_width_px(self.pairs.titles[2], _("accepted")) - arrow_px
        self.set_widths(0, 0, identical_px, number_px)
        name_px = self.fontMetrics().averageCharWidth() * _NAME_CHARACTERS
        self.setMinimumWidth(2 * name_px + identical_px + number_px)
        self.selectionModel().currentChanged.connect(self._follow_current)

    def set_pairs(self, pairs: Sequence[FolderPair]) -> None:
        """Show other pairs."""
        self.pairs.set_rows(pairs)

    def choose_first(self) -> None:
        """Go to the first pair, unless one is chosen."""
        if not self.currentIndex().isValid() and self.pairs.rowCount():
            self.setCurrentIndex(self.pairs.index(0, 0))

    @property
    def current_row(self) -> int:
        """Number of the current pair; -1 without one."""
        return self.currentIndex().row()

    def _follow_current(self, current: QModelIndex) -> None:
        self.chosen.emit(current.row())
