"""Is this backup already in my library? The question, the answer three ways, and what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import (
    Accepted,
    CoverageStatus,
    FolderCoverage,
    PhotoCoverage,
)
from dupefinder.core.job import Progress
from dupefinder.gui.backups.action_bar import BackupsBar, CopyDialog, Copying
from dupefinder.gui.backups.folder_tree import FolderTree
from dupefinder.gui.backups.overlap import OverlapTable, PairTable
from dupefinder.gui.backups.photo_pane import PhotoPane
from dupefinder.gui.backups.question import Question
from dupefinder.gui.backups.shown_comparison import ByStatus, ShownComparison, in_groups
from dupefinder.gui.controls import Segmented
from dupefinder.gui.empty_state import EmptyState
from dupefinder.gui.folders.paths import ChooseFolder
from dupefinder.gui.labels import PlainLabel
from dupefinder.gui.layouts import framed, page_title
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.coverage import total_text
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.gui.settings import Settings
    from dupefinder.gui.thumbnail_loader import ThumbnailLoader


_LEFT_PX = 600
_RIGHT_PX = 480


class BackupsView(StrEnum):
    """The views of an answer."""

    FOLDERS = "folders"
    OVERLAP = "overlap"
    PAIRS = "pairs"


class BackupsRequests(Protocol):
    """Requests of the Backups page to its controller."""

    def compare(self, library: Sequence[str], backups: Sequence[str], accepted: Accepted) -> None:
        """Find out what a library has of backups."""

    def look_behind(self, row: int, column: int) -> None:
        """Bring the photos behind a cell of the overlap."""

    def look_at(self, photo: PhotoCoverage) -> None:
        """Show a photo beside its match."""

    def copy(self, copying: Copying) -> None:
        """Copy what is missing."""

    def retire(self, folder: str) -> None:
        """Plan to remove a backup as far as it is proven to be in the library."""

    def set_aside(self, photos: Sequence[PhotoCoverage]) -> None:
        """Plan to set aside photos whose match was accepted."""


class BackupsPage(QWidget):
    """The question, the answer by folder, overlap or pair, and what can be done then.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
    """

    requests: BackupsRequests

    def __init__(
        self,
        thumbnails: ThumbnailLoader,
        settings: Settings,
        choose_folder: ChooseFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            thumbnails: Where pictures come from.
            settings: Remembers the folders.
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("Backups"))
        self._settings = settings
        self._choose_folder = choose_folder
        self._dialog: CopyDialog | None = None
        self._accepted: dict[str, PhotoCoverage] = {}
        self._is_comparing = self._is_copying = False
        self.compared: ShownComparison | None = None
        self.question = Question(choose_folder)
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
        self.pane = PhotoPane(thumbnails)
        self.nothing = EmptyState()
        self.bar = BackupsBar()
        self.accept_all.setAccessibleName(_("Accept the identical photos of this pair"))
        self._lay_out()
        self._connect()
        self.question.set_folders(settings.library_folders, settings.backup_folders)
        self.question.changed.emit()
        self._show_view()
        self._show_answer()

    def _lay_out(self) -> None:
        self._lefts = QStackedWidget()
        pairs = QWidget()
        column = QVBoxLayout(pairs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX)
        column.addWidget(framed(self.pairs), 1)
        column.addWidget(self.accept_all, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (framed(self.tree), framed(self.matrix), pairs):
            self._lefts.addWidget(widget)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(2 * SPACE_PX)
        set_role(self.splitter, "gap")
        self.splitter.addWidget(self._lefts)
        self.splitter.addWidget(self.pane)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_LEFT_PX, _RIGHT_PX])
        answer = QWidget()
        down = QVBoxLayout(answer)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        top = QHBoxLayout()
        top.addWidget(self.views)
        top.addSpacing(2 * SPACE_PX)
        top.addWidget(self.summary, 1)
        down.addLayout(top)
        down.addWidget(self.splitter, 1)
        self._answer = QStackedWidget()
        self._answer.addWidget(answer)
        self._answer.addWidget(self.nothing)
        inside = QVBoxLayout()
        inside.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, SPACE_PX)
        inside.setSpacing(int(1.5 * SPACE_PX))
        inside.addWidget(page_title(_("Backups")))
        inside.addWidget(self.question)
        inside.addWidget(self._answer, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(inside, 1)
        whole.addWidget(self.bar)
        self.setFocusProxy(self.question.library.add)

    def _connect(self) -> None:
        self.question.compare.clicked.connect(self.ask)
        self.question.changed.connect(self._question_changed)
        self.views.chosen.connect(self._show_view)
        self.tree.chosen.connect(self._show_folder)
        self.matrix.cell_chosen.connect(self._ask_behind)
        self.pairs.chosen.connect(self._show_pair)
        self.accept_all.clicked.connect(self._accept_identical)
        self.pane.grid.opened.connect(self._look_at)
        self.pane.compare.clicked.connect(self._look_at_chosen)
        self.pane.accept.clicked.connect(self._accept_chosen)
        self.bar.copy.clicked.connect(self._ask_where)
        self.bar.retire.clicked.connect(self._retire)
        self.bar.set_accepted_aside.clicked.connect(self._set_accepted_aside)

    # What the window tells

    def set_comparing(self, comparing: bool) -> None:
        """Show that the answer is being looked for, or that this has ended."""
        self._is_comparing = comparing
        self.question.set_busy(self._is_busy)
        if comparing and self.compared is None:
            self.nothing.say(
                "compare",
                _("Comparing"),
                _("Photos that were never read before are read now, once."),
            )
        elif not comparing and self.compared is None:
            self._say_nothing()
        self._show_actions()

    def set_compared(self, compared: ShownComparison) -> None:
        """Show an answer."""
        self.compared = compared
        self._accepted.clear()
        self.pane.set_absent(compared.comparison.absent)
        self.tree.set_folders(compared.folders)
        self.matrix.set_matrix(compared.roots, compared.matrix)
        self.pairs.set_pairs(compared.pairs)
        self._show_answer()
        self._show_view()

    def forget(self) -> None:
        """The catalog was begun anew: numbers of contents mean nothing any more."""
        self.compared = None
        self._accepted.clear()
        self._show_answer()

    def set_behind(self, row: int, column: int, photos: ByStatus) -> None:
        """Show the photos behind a cell, if it is still the one that is wanted."""
        at = self.matrix.currentIndex()
        if self.compared is None or self.views.value is not BackupsView.OVERLAP:
            return
        if (at.row(), at.column()) == (row, column):
            names = [_short(self.compared.roots[number].path) for number in (row, column)]
            title = (
                _("{folder}: what is anywhere else").format(folder=names[0])
                if row == column
                else _("{folder} in {other}").format(folder=names[0], other=names[1])
            )
            self.pane.set_photos(title, photos)

    def set_copying(self, copying: bool) -> None:
        """Show that photos are being copied, or that this has ended."""
        self.bar.progress.setVisible(copying)
        if copying:
            self.bar.progress.begin()
        self._is_copying = copying
        self.question.set_busy(self._is_busy)
        self._show_actions()

    @property
    def _is_busy(self) -> bool:
        return self._is_comparing or self._is_copying

    def show_progress(self, progress: Progress) -> None:
        """Show how far copying is."""
        self.bar.progress.show_progress(progress)

    # What is shown

    def ask(self) -> None:
        """Compare as is asked."""
        self.requests.compare(
            self.question.library.paths, self.question.backups.paths, self.question.accepted
        )

    def _question_changed(self) -> None:
        self._settings.library_folders = self.question.library.paths
        self._settings.backup_folders = self.question.backups.paths

    def _say_nothing(self) -> None:
        self.nothing.say(
            "shield",
            _("Is this backup already in your library?"),
            _(
                "Choose the library and one or more backups, and compare. You see"
                " what the library has of every folder, copy what is missing, and"
                " can remove a backup that you no longer need."
            ),
        )

    def _show_answer(self) -> None:
        compared = self.compared
        self._answer.setCurrentIndex(0 if compared is not None else 1)
        if compared is None:
            self._say_nothing()
        else:
            self.summary.setText(total_text(compared.total))
        self._show_actions()

    def _show_view(self) -> None:
        view = self.views.value
        self._lefts.setCurrentIndex(list(BackupsView).index(view))
        self.pane.set_accepting(view is BackupsView.PAIRS, self._accepted)
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
            self.requests.look_behind(row, column)

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

    def _show_actions(self) -> None:
        compared = self.compared
        self.bar.setVisible(compared is not None)
        if compared is None:
            return
        # While another answer is looked for, this one may not hold any more.
        is_free = not self._is_busy
        in_pairs = self.views.value is BackupsView.PAIRS
        self.bar.show_copying(compared.total, is_free=is_free)
        self.bar.show_accepted(len(self._accepted) if in_pairs else None, is_free=is_free)
        self.bar.show_retiring(self._folder_to_retire(), is_free=is_free)

    def _folder_to_retire(self) -> FolderCoverage | None:
        if self.views.value is BackupsView.FOLDERS:
            return self.tree.current_folder
        return None

    # What a person does

    def _accept_identical(self) -> None:
        row = self.pairs.current_row
        pair = self.pairs.pairs.pair_at(row)
        if pair is None:
            return
        accepted = row not in self.pairs.pairs.accepted
        for photo in pair.identical:
            self._set_accepted(photo, accepted=accepted)
        self.pairs.pairs.accept(row, accepted=accepted)
        self.pane.set_accepting(True, self._accepted)
        self._show_pair(row)

    def _look_at(self, photo: PhotoCoverage) -> None:
        if photo.answer is not None:
            self.requests.look_at(photo)

    def _look_at_chosen(self) -> None:
        if (photo := self.pane.grid.current_photo) is not None:
            self._look_at(photo)

    def _accept_chosen(self) -> None:
        photo = self.pane.grid.current_photo
        if photo is None:
            return
        self._set_accepted(photo, accepted=photo.place.file.path not in self._accepted)
        self.pane.set_accepting(True, self._accepted)
        self._show_actions()

    def _set_accepted(self, photo: PhotoCoverage, *, accepted: bool) -> None:
        if photo.status is CoverageStatus.MISSING:
            return
        if accepted:
            self._accepted[photo.place.file.path] = photo
        else:
            self._accepted.pop(photo.place.file.path, None)

    def _ask_where(self) -> None:
        if self.compared is None:
            return
        library = next(root.path for root in self.compared.roots if root.is_library)
        dialog = CopyDialog(self.compared.total, library, self._choose_folder, self)
        dialog.wanted.connect(self.requests.copy)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        dialog.open()

    def _retire(self) -> None:
        if (folder := self._folder_to_retire()) is not None:
            self.requests.retire(folder.path)

    def _set_accepted_aside(self) -> None:
        self.requests.set_aside(list(self._accepted.values()))


def _short(path: str) -> str:
    return path_text(os.path.basename(path) or path)
