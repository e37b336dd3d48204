"""The Backups page: is this backup already in my library? Question, answer, and actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dupefinder.core.coverage.records import Accepted, PhotoCoverage
from dupefinder.core.job import Progress
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.backups.action_bar import BackupsBar, CopyDialog, Copying
from dupefinder.gui.backups.answer import BackupsAnswer
from dupefinder.gui.backups.question import Question
from dupefinder.gui.backups.shown_comparison import ByStatus, ShownComparison
from dupefinder.gui.widgets.chosen_paths import ChooseFolder
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.layouts import page_title
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
    from dupefinder.gui.settings import Settings


class BackupsRequests(Protocol):
    """Requests of the Backups page to its controller."""

    def compare(self, library: Sequence[str], backups: Sequence[str], accepted: Accepted) -> None:
        """Find out what a library has of backups."""

    def look_behind(self, row: int, column: int) -> None:
        """Load the photos behind a cell of the overlap, for `set_behind`."""

    def look_at(self, photo: PhotoCoverage) -> None:
        """Show a photo beside its match."""

    def copy(self, copying: Copying) -> None:
        """Copy what is missing."""

    def retire(self, folder: str) -> None:
        """Plan to remove a backup as far as it is proven to be in the library."""

    def set_aside(self, photos: Sequence[PhotoCoverage]) -> None:
        """Plan to set aside photos whose match was accepted."""


class BackupsPage(QWidget):
    """The question at the top, its answer below, and the actions at the bottom.

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
            thumbnails: Source of pictures.
            settings: Remembers the folders.
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("Backups"))
        self._settings = settings
        self._choose_folder = choose_folder
        self._dialog: CopyDialog | None = None
        self._is_comparing = self._is_copying = False
        self.question = Question(choose_folder)
        self.answer = BackupsAnswer(
            thumbnails,
            look_behind=lambda row, column: self.requests.look_behind(row, column),
            look_at=lambda photo: self.requests.look_at(photo),
            show_actions=self._show_actions,
        )
        self.nothing = EmptyState()
        self.bar = BackupsBar()
        self._lay_out()
        self.question.compare.clicked.connect(self.ask)
        self.question.changed.connect(self._question_changed)
        self.bar.copy.clicked.connect(self._ask_where)
        self.bar.retire.clicked.connect(self._retire)
        self.bar.set_accepted_aside.clicked.connect(self._set_accepted_aside)
        self.question.set_folders(settings.library_folders, settings.backup_folders)
        self.question.changed.emit()
        self.answer.show_view()
        self._show_answer()

    def _lay_out(self) -> None:
        self._answer_or_nothing = QStackedWidget()
        self._answer_or_nothing.addWidget(self.answer)
        self._answer_or_nothing.addWidget(self.nothing)
        inside = QVBoxLayout()
        inside.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, SPACE_PX)
        inside.setSpacing(int(1.5 * SPACE_PX))
        inside.addWidget(page_title(_("Backups")))
        inside.addWidget(self.question)
        inside.addWidget(self._answer_or_nothing, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(inside, 1)
        whole.addWidget(self.bar)
        self.setFocusProxy(self.question.library.add)

    @property
    def compared(self) -> ShownComparison | None:
        """The comparison on show; None before the first."""
        return self.answer.compared

    # Told by the controller

    def set_comparing(self, comparing: bool) -> None:
        """Show that a comparison is running, or that it has ended."""
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
        self.answer.set_compared(compared)
        self._show_answer()

    def forget(self) -> None:
        """Drop the answer: in a new catalog its content numbers mean other contents."""
        self.answer.forget()
        self._show_answer()

    def set_behind(self, row: int, column: int, photos: ByStatus) -> None:
        """Show the photos behind a cell of the overlap, if it is still the chosen one."""
        self.answer.set_behind(row, column, photos)

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
        """Show the progress of copying."""
        self.bar.progress.show_progress(progress)

    def ask(self) -> None:
        """Compare as the question asks."""
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
        self._answer_or_nothing.setCurrentIndex(0 if self.compared is not None else 1)
        if self.compared is None:
            self._say_nothing()
        self._show_actions()

    def _show_actions(self) -> None:
        answer = self.answer
        self.bar.setVisible(answer.compared is not None)
        if answer.compared is None:
            return
        # While another comparison runs, this answer may be outdated.
        is_free = not self._is_busy
        accepted = len(answer.accepted) if answer.is_pairing else None
        self.bar.show_copying(answer.compared.total, is_free=is_free)
        self.bar.show_accepted(accepted, is_free=is_free)
        self.bar.show_retiring(answer.current_folder, is_free=is_free)

    # Asked for by the person

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
        if (folder := self.answer.current_folder) is not None:
            self.requests.retire(folder.path)

    def _set_accepted_aside(self) -> None:
        self.requests.set_aside(list(self.answer.accepted.values()))
