"""The answer of the Backups page: by folder, overlap or folder pair, with the photos behind it."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.core.coverage.records import CoverageStatus, FolderCoverage, PhotoCoverage
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.backups.folder_tree import FolderTree
from dupefinder.gui.backups.overlap import OverlapTable, PairTable
from dupefinder.gui.backups.photo_pane import PhotoPane
from dupefinder.gui.backups.shown_comparison import ByStatus, ShownComparison, in_groups
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.gui.widgets.layouts import framed, side_by_side
from dupefinder.text.coverage import total_text
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_VIEW_PX = 600
_PANE_PX = 480


class BackupsView(StrEnum):
    """The views of an answer."""

    FOLDERS = "folders"
    OVERLAP = "overlap"
    PAIRS = "pairs"


class BackupsAnswer(QWidget):
    """One view of a comparison at the left, the photos of the chosen row or cell at the right.

    Attributes:
        compared: The comparison on show; None before the first.
        accepted: Photos whose match the person accepted, by path.
    """

    def __init__(
        self,
        thumbnails: ThumbnailLoader,
        look_behind: Callable[[int, int], None],
        look_at: Callable[[PhotoCoverage], None],
        show_actions: Callable[[], None],
    ) -> None:
        """Make an empty answer.

        Args:
            thumbnails: Source of pictures.
            look_behind: Asks for the photos behind a row and column of the overlap; they come
                back by `set_behind`.
            look_at: Shows a photo beside its match.
            show_actions: Called when other actions become possible.
        """
        super().__init__()
        self._look_behind = look_behind
        self._open_photo = look_at
        self._show_actions = show_actions
        self.compared: ShownComparison | None = None
        self.accepted: dict[str, PhotoCoverage] = {}
        self.summary = PlainLabel()
        self.views = Segmented[BackupsView](
            _("How to look at it"),
            [
                (BackupsView.FOLDERS, _("Folders"), _("The folders of the backups")),
                (
                    BackupsView.OVERLAP,
                    _("Overlap"),
                    _("How much each given folder has of each"),
                ),
                (
                    BackupsView.PAIRS,
                    _("Folder pairs"),
                    _("Folders of backup and library that belong together"),
                ),
            ],
            BackupsView.FOLDERS,
        )
        self.tree = FolderTree()
        self.matrix = OverlapTable()
        self.pairs = PairTable()
        self.accept_all = QPushButton()
        self.accept_all.setAccessibleName(_("Accept the identical photos of this pair"))
        self.pane = PhotoPane(thumbnails)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._views = QStackedWidget()
        pairs = QWidget()
        column = QVBoxLayout(pairs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX)
        column.addWidget(framed(self.pairs), 1)
        column.addWidget(self.accept_all, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (framed(self.tree), framed(self.matrix), pairs):
            self._views.addWidget(widget)
        self.splitter = side_by_side()
        self.splitter.addWidget(self._views)
        self.splitter.addWidget(self.pane)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_VIEW_PX, _PANE_PX])
        top = QHBoxLayout()
        top.addWidget(self.views)
        top.addSpacing(2 * SPACE_PX)
        top.addWidget(self.summary, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addLayout(top)
        down.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.views.chosen.connect(self.show_view)
        self.tree.chosen.connect(self._show_folder)
        self.matrix.cell_chosen.connect(self._ask_behind)
        self.pairs.chosen.connect(self._show_pair)
        self.accept_all.clicked.connect(self._accept_identical)
        self.pane.grid.opened.connect(self._look_at)
        self.pane.compare.clicked.connect(self._look_at_chosen)
        self.pane.accept.clicked.connect(self._accept_chosen)

    @property
    def is_pairing(self) -> bool:
        """True while folder pairs are on show, in which photos can be accepted."""
        return self.views.value is BackupsView.PAIRS

    @property
    def current_folder(self) -> FolderCoverage | None:
        """The chosen folder of the backups; None in the other views."""
        return self.tree.current_folder if self.views.value is BackupsView.FOLDERS else None

    def set_compared(self, compared: ShownComparison) -> None:
        """Show another comparison."""
        self.compared = compared
        self.accepted.clear()
        self.pane.set_absent(compared.comparison.absent)
        self.tree.set_folders(compared.folders)
        self.matrix.set_matrix(compared.roots, compared.matrix)
        self.pairs.set_pairs(compared.pairs)
        self.summary.setText(total_text(compared.total))
        self.show_view()

    def forget(self) -> None:
        """Drop the comparison."""
        self.compared = None
        self.accepted.clear()

    def set_behind(self, row: int, column: int, photos: ByStatus) -> None:
        """Show the photos behind a cell, if it is still the current one."""
        at = self.matrix.currentIndex()
        if self.compared is None or self.views.value is not BackupsView.OVERLAP:
            return
        if (at.row(), at.column()) == (row, column):
            names = [_short(self.compared.roots[number].path) for number in (row, column)]
            title = (
                _("{folder}: photos that are also elsewhere").format(folder=names[0])
                if row == column
                else _("{folder} in {other}").format(folder=names[0], other=names[1])
            )
            self.pane.set_photos(title, photos)

    def show_view(self) -> None:
        """Show the chosen view, and the photos of its chosen row or cell."""
        view = self.views.value
        self._views.setCurrentIndex(list(BackupsView).index(view))
        self.pane.set_accepting(view is BackupsView.PAIRS, self.accepted)
        if view is BackupsView.FOLDERS:
            self._show_folder(self.tree.current_folder)
        elif view is BackupsView.OVERLAP:
            self.matrix.choose_first()
            at = self.matrix.currentIndex()
            if at.isValid():
                self._ask_behind(at.row(), at.column())
        else:
            self.pairs.choose_first()
            self._show_pair(self.pairs.current_row)
        self._show_actions()

    def _show_folder(self, folder: FolderCoverage | None) -> None:
        if self.views.value is not BackupsView.FOLDERS or self.compared is None or folder is None:
            return
        title = _("{folder}, with its sub-folders").format(folder=_short(folder.path))
        self.pane.set_photos(title, self.compared.photos_of[folder.path])
        self._show_actions()

    def _ask_behind(self, row: int, column: int) -> None:
        if self.views.value is BackupsView.OVERLAP:
            self._look_behind(row, column)

    def _show_pair(self, row: int) -> None:
        pair = self.pairs.pairs.pair_at(row)
        self.accept_all.setVisible(pair is not None)
        if pair is None or self.views.value is not BackupsView.PAIRS:
            return
        self.pane.set_photos(
            _("{folder} ↔ {other}").format(
                folder=_short(pair.backup_folder), other=_short(pair.library_folder)
            ),
            in_groups((*pair.identical, *pair.differing)),
        )
        is_accepted = row in self.pairs.pairs.accepted
        self.accept_all.setVisible(bool(pair.identical))
        self.accept_all.setText(
            _("Do not accept the identical")
            if is_accepted
            else plural("Accept {n} identical", "Accept the {n} identical", len(pair.identical))
        )
        self._show_actions()

    def _accept_identical(self) -> None:
        row = self.pairs.current_row
        pair = self.pairs.pairs.pair_at(row)
        if pair is None:
            return
        accepted = row not in self.pairs.pairs.accepted
        for photo in pair.identical:
            self._set_accepted(photo, accepted=accepted)
        self.pairs.pairs.accept(row, accepted=accepted)
        self.pane.set_accepting(True, self.accepted)
        self._show_pair(row)

    def _look_at(self, photo: PhotoCoverage) -> None:
        if photo.answer is not None:
            self._open_photo(photo)

    def _look_at_chosen(self) -> None:
        if (photo := self.pane.grid.current_photo) is not None:
            self._look_at(photo)

    def _accept_chosen(self) -> None:
        photo = self.pane.grid.current_photo
        if photo is None:
            return
        self._set_accepted(photo, accepted=photo.place.file.path not in self.accepted)
        self.pane.set_accepting(True, self.accepted)
        self._show_actions()

    def _set_accepted(self, photo: PhotoCoverage, *, accepted: bool) -> None:
        if photo.status is CoverageStatus.MISSING:
            return
        if accepted:
            self.accepted[photo.place.file.path] = photo
        else:
            self.accepted.pop(photo.place.file.path, None)


def _short(path: str) -> str:
    return path_text(os.path.basename(path) or path)
