"""The lists beside a plan: warnings, folders that photos go from, what is refused and why."""

import os
from typing import Any

from PySide6.QtCore import Qt

from dupefinder.actions.records import PlanWarning, Skipped
from dupefinder.gui.labels import plain_tip
from dupefinder.gui.plan.columns import PlanTally
from dupefinder.gui.plan.words import warning_cell
from dupefinder.gui.row_painting import CELL_ROLE, Cell
from dupefinder.gui.row_table import Index, ListedTable, Row
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.skips import remedy_text, skip_text
from dupefinder.text.translation import _


class _ListModel(ListedTable[Row]):
    """Rows of cells."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, and its text."""
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        cell = self.cell_at(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.first
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            lines = "\n".join(filter(None, (cell.first, cell.second)))
            text = os.path.join(cell.second, cell.first) if cell.is_place else lines
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def cell_at(self, row: int, column: int) -> Cell:
        """Content of a cell."""
        raise NotImplementedError


class WarningModel(_ListModel[PlanWarning]):
    """Warnings of what might be regretted."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (_("Before you go on"),)

    def cell_at(self, row: int, column: int) -> Cell:
        """A warning."""
        return warning_cell(self.rows[row])


class PlanFolderModel(_ListModel[tuple[str, str, PlanTally]]):
    """Folders, with those of the kept copies, and what goes."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (
            _("Photos go from"),
            _("The kept copies are in"),
            _("Photos that go"),
            _("Size"),
        )
        self.numbers = self.titles[2:]

    def cell_at(self, row: int, column: int) -> Cell:
        """Two folders, photos, their bytes."""
        *folders, tally = self.rows[row]
        if column < len(folders):
            return Cell(path_text(str(folders[column])), is_folder=True)
        text = photos_text(tally.photos) if column == 2 else bytes_text(tally.size_bytes)
        return Cell(text, right=True)


class RefusedModel(_ListModel[Skipped]):
    """Photos that stay although they were asked for, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (_("Kept photo"), _("Why"))

    def cell_at(self, row: int, column: int) -> Cell:
        """A photo, the reason."""
        skipped = self.rows[row]
        if column == 1:
            return Cell(skip_text(skipped), remedy_text(skipped.code))
        folder, _, name = skipped.path.rpartition(os.sep)
        return Cell(path_text(name), path_text(folder or os.sep), is_place=True, path=skipped.path)
