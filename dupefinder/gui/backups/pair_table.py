"""Folders of backups and library that pair up: how many photos are identical, how many differ."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from dupefinder.core.coverage.records import FolderPair
from dupefinder.gui.labels import plain_tip
from dupefinder.gui.row_painting import CELL_ROLE, Cell
from dupefinder.gui.row_table import NO_PARENT, Index, RowTable
from dupefinder.gui.theme import SPACE_PX
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _


class PairModel(QAbstractTableModel):
    """Pairs of folders.

    Attributes:
        accepted: Numbers of the pairs whose identical photos were accepted.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pairs: Sequence[FolderPair] = ()
        self.accepted: set[int] = set()
        self.titles = (
            _("Backup"),
            _("Library"),
            _("Identical"),
            _("Differ"),
        )

    def set_pairs(self, pairs: Sequence[FolderPair]) -> None:
        """Show other pairs."""
        self.beginResetModel()
        self._pairs = pairs
        self.accepted = set()
        self.endResetModel()

    def pair_at(self, row: int) -> FolderPair | None:
        """A pair; None where there is none."""
        return self._pairs[row] if 0 <= row < len(self._pairs) else None

    def accept(self, row: int, *, accepted: bool) -> None:
        """Note whether the identical photos of a pair are accepted."""
        (self.accepted.add if accepted else self.accepted.discard)(row)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """The pairs."""
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Always the same."""
        return 0 if parent.isValid() else len(self.titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text and the values of a cell."""
        cell = self._cell(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.first
        if role == Qt.ItemDataRole.ToolTipRole and index.column() < 2:
            pair = self._pairs[index.row()]
            return plain_tip(path_text((pair.backup_folder, pair.library_folder)[index.column()]))
        return None

    def _cell(self, row: int, column: int) -> Cell:
        pair = self._pairs[row]
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
        chosen: The number of the pair that the person is at; -1 without one.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.pairs = PairModel()
        super().__init__("", self.pairs, parent=parent)
        self.setAccessibleName(_("Folders that pair up"))
        self.sort_header.setSectionsClickable(False)
        self.sort_header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        number_px = self.text_width_px("888,888", self.pairs.titles[3])
        identical_px = self.text_width_px(self.pairs.titles[2], _("accepted")) + 3 * SPACE_PX
        self.set_widths(0, 0, identical_px, number_px)
        self.selectionModel().currentChanged.connect(self._follow_current)

    def set_pairs(self, pairs: Sequence[FolderPair]) -> None:
        """Show other pairs."""
        self.pairs.set_pairs(pairs)

    def choose_first(self) -> None:
        """Go to the first pair, unless one is chosen."""
        if not self.currentIndex().isValid() and self.pairs.rowCount():
            self.setCurrentIndex(self.pairs.index(0, 0))

    @property
    def current_row(self) -> int:
        """The pair that the person is at; -1 without one."""
        return self.currentIndex().row()

    def _follow_current(self, current: QModelIndex) -> None:
        self.chosen.emit(current.row())
