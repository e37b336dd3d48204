"""The folders of the backups as a tree: how much of each the library has."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from dupefinder.core.coverage.records import Extent, FolderCoverage
from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.table_models import NO_PARENT, Index, TitledColumns
from dupefinder.text.coverage import extent_text
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.translation import _

_MOST_UNFOLDED = 200
_NAME_CHARACTERS = 24
_DISPENSABLE = (2, 3)
"""Columns to leave out where there is no room for names; tooltips have their numbers."""
_SIGNS = {Extent.ALL: "check", Extent.SOME: "warning", Extent.NONE: "photo-missing"}


class FolderTreeModel(TitledColumns, QAbstractItemModel):
    """Folders of a comparison; numbers count their sub-folders, too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: Sequence[FolderCoverage] = ()
        self._children: list[list[int]] = [[]]
        self._row: list[int] = []
        self._parent: list[int] = []
        self._made: dict[int, tuple[str, ...]] = {}
        self.titles = (
            _("Folder"),
            _("In library"),
            _("Covered"),
            _("Missing"),
        )
        self.numbers = self.titles[2:]

    def set_folders(self, folders: Sequence[FolderCoverage]) -> None:
        """Show other folders; each comes after its parent."""
        self.beginResetModel()
        self._folders = folders
        number_of = {folder.path: number for number, folder in enumerate(folders)}
        # The last list has the backups themselves, whose parent is number -1.
        self._children = [[] for _ in range(len(folders) + 1)]
        self._row, self._parent = [], []
        self._made = {}
        for number, folder in enumerate(folders):
            parent = -1 if folder.parent is None else number_of[folder.parent]
            self._row.append(len(self._children[parent]))
            self._parent.append(parent)
            self._children[parent].append(number)
        self.endResetModel()

    def folder_at(self, index: Index) -> FolderCoverage | None:
        """The folder of a row; None for no row."""
        return self._folders[index.internalId()] if index.isValid() else None

    def index_of(self, path: str) -> QModelIndex:
        """The row of a folder; an invalid one for an unknown folder."""
        for number, folder in enumerate(self._folders):
            if folder.path == path:
                return self.createIndex(self._row[number], 0, number)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = NO_PARENT) -> QModelIndex:
        """A cell."""
        above = parent.internalId() if parent.isValid() else -1
        children = self._children[above]
        if not (0 <= row < len(children) and 0 <= column < len(self.titles)):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index = NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """The row of the folder above."""
        if not index.isValid():
            return QModelIndex()
        above = self._parent[index.internalId()]
        return QModelIndex() if above < 0 else self.createIndex(self._row[above], 0, above)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Sub-folders."""
        if parent.column() > 0:
            return 0
        return len(self._children[parent.internalId() if parent.isValid() else -1])

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Number of columns."""
        del parent
        return len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, sign and tone of a cell."""
        folder = self.folder_at(index)
        if folder is None:
            return None
        column = index.column()
        extent = folder.total.extent
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts_of(index.internalId())[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._hint(folder))
        if role == Qt.ItemDataRole.DecorationRole and column == 1 and extent is not None:
            return _sign(extent)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 1 and extent is not None:
                return _tone(extent)
            return colours().text
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.titles[column]}: {self._texts_of(index.internalId())[column]}"
        return None

    def _texts_of(self, number: int) -> tuple[str, ...]:
        texts = self._made.get(number)
        if texts is None:
            texts = self._made[number] = self._texts(self._folders[number])
        return texts

    def _texts(self, folder: FolderCoverage) -> tuple[str, ...]:
        tally = folder.total
        name = folder.path if folder.parent is None else os.path.basename(folder.path)
        short = os.path.basename(name) or name
        return (
            path_text(short),
            extent_text(folder.total.extent, tally),
            _("{n} of {all}").format(n=number_text(tally.covered), all=number_text(tally.photos)),
            _("{n} · {size}").format(
                n=number_text(tally.missing), size=bytes_text(tally.missing_bytes)
            )
            if tally.missing
            else "–",
        )

    def _hint(self, folder: FolderCoverage) -> str:
        own, total = folder.own, folder.total
        lines = [path_text(folder.path)]
        for title, tally in ((_("In it"), own), (_("With sub-folders"), total)):
            lines.append(
                _(
                    "{title}: {photos} photos, {covered} in the library, {missing} missing,"
                    " {smaller} smaller, {altered} altered, {size}"
                ).format(
                    title=title,
                    photos=number_text(tally.photos),
                    covered=number_text(tally.covered),
                    missing=number_text(tally.missing),
                    smaller=number_text(tally.smaller),
                    altered=number_text(tally.altered),
                    size=bytes_text(tally.photos_bytes),
                )
            )
        return "\n".join(lines)


def _sign(extent: Extent) -> QIcon:
    return icon(_SIGNS[extent], _tone(extent))


def _tone(extent: Extent) -> Any:
    of = colours()
    return {Extent.ALL: of.keep, Extent.SOME: of.warning, Extent.NONE: of.remove}[extent]


class FolderTree(QTreeView):
    """Shows a `FolderTreeModel`.

    Signals:
        chosen: The current `FolderCoverage`; None without one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Folders of the backups"))
        self.folders = FolderTreeModel(self)
        self.setModel(self.folders)
        set_role(self, "rows")
        self.setUniformRowHeights(True)
        self.setIndentation(2 * SPACE_PX)
        self.setAllColumnsShowFocus(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.header()
        header.setAccessibleName(_("Titles of the columns"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(0)  # rows in sight alone
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(6 * SPACE_PX)
        self.selectionModel().currentChanged.connect(self._follow_current)

    def set_folders(self, folders: Sequence[FolderCoverage]) -> None:
        """Show other folders; the current one stays current if it is still there."""
        before = self.current_folder
        self.folders.set_folders(folders)
        if len(folders) <= _MOST_UNFOLDED:
            self.expandAll()
        else:
            self.expandToDepth(0)
        self._settle_columns()
        at = self.folders.index_of(before.path) if before is not None else QModelIndex()
        if not at.isValid():
            at = self.folders.index(0, 0)
        self.setCurrentIndex(at)
        if not at.isValid():
            self.chosen.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out numbers rather than the names of folders in a narrow table."""
        super().resizeEvent(event)
        self._settle_columns()

    def _settle_columns(self) -> None:
        room_px = self.viewport().width() - self.fontMetrics().averageCharWidth() * _NAME_CHARACTERS
        needed_px = {
            column: max(self.sizeHintForColumn(column), self.header().sectionSizeHint(column))
            for column in (1, 2, 3)
        }
        for column in _DISPENSABLE:
            is_shown = sum(needed_px.values()) <= room_px
            self.setColumnHidden(column, not is_shown)
            if not is_shown:
                del needed_px[column]

    @property
    def current_folder(self) -> FolderCoverage | None:
        """The current folder."""
        return self.folders.folder_at(self.currentIndex())

    def _follow_current(self, current: QModelIndex) -> None:
        self.chosen.emit(self.folders.folder_at(current))
