"""The History page: actions on a person's files, each with a button that undoes it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QModelIndex
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.actions.records import ActionRecord
from dupefinder.core.job import Progress
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.history.action_files import ActionFiles
from dupefinder.gui.history.actions import ActionsList
from dupefinder.gui.history.different_panel import DifferentPanel
from dupefinder.gui.history.quarantine_panel import QuarantinePanel
from dupefinder.gui.history.steps_model import ListedSteps
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.layouts import framed, page_title, scrolled, side_by_side
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, in_context

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_NARROW_PX = 860
_NARROW_LIST_PX = 200
"""Width of the list of actions on a narrow page."""


class HistoryRequests(Protocol):
    """Requests of the History page to its controller."""

    def load_history(self) -> None:
        """Load the actions and the quarantine folders."""

    def load_steps(self, action_id: int) -> None:
        """Load the files of an action."""

    def undo(self, action_id: int, only: str | None = None) -> None:
        """Bring back what an action removed, or only the file of one path."""


class HistoryPart(StrEnum):
    """Part of the page that is on show."""

    ACTIONS = "actions"
    SET_ASIDE = "set-aside"
    DIFFERENT = "different"


class HistoryPage(QWidget):
    """Actions and their files, quarantine folders, or photos called different.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
    """

    requests: HistoryRequests

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        """Make an empty page.

        Args:
            thumbnails: Source of thumbnails.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("History"))
        self._wanted: int | None = None
        self._busy = False
        self._record: ActionRecord | None = None
        self._changing = False
        self.list = ActionsList()
        self.actions_model = self.list.actions_model
        self.files = ActionFiles(thumbnails)
        self.steps, self.table, self.head = self.files.steps, self.files.table, self.files.head
        self.undo, self.one, self.export = self.head.undo, self.files.one, self.files.export
        self.quarantines = QuarantinePanel()
        self.different = DifferentPanel(thumbnails)
        self.part = Segmented[HistoryPart](
            _("What is shown"),
            (
                (HistoryPart.ACTIONS, _("Actions"), _("What was done, the newest first")),
                (
                    HistoryPart.SET_ASIDE,
                    in_context("state", "Set aside"),
                    _("The folders of photos that were set aside"),
                ),
                (
                    HistoryPart.DIFFERENT,
                    _("Different photos"),
                    _("Photos that you called different, and how to take that back"),
                ),
            ),
            HistoryPart.ACTIONS,
        )
        self.nothing = EmptyState()
        self._damaged_journal = ""
        self._is_narrow = False
        self.set_acting(False)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.splitter = side_by_side()
        self.splitter.addWidget(framed(self.list))
        self._side = scrolled(self.files)
        self.splitter.addWidget(self._side)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self._list_or_nothing = QStackedWidget()
        self._list_or_nothing.addWidget(self.splitter)
        self._list_or_nothing.addWidget(self.nothing)
        self._list_or_nothing.addWidget(self.quarantines)
        self._list_or_nothing.addWidget(self.different)
        head = QHBoxLayout()
        head.addWidget(page_title(_("History")))
        head.addStretch(1)
        head.addWidget(self.part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(3 * SPACE_PX,) * 4)
        whole.setSpacing(2 * SPACE_PX)
        whole.addLayout(head)
        whole.addWidget(self._list_or_nothing, 1)
        self._fit()

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.undo.clicked.connect(self._undo_clicked)
        self.one.clicked.connect(self._one_clicked)
        self.part.chosen.connect(self._show)

    @property
    def action(self) -> ActionRecord | None:
        """The action on show."""
        return self._record

    # Told by the controller

    def set_actions(self, records: Sequence[ActionRecord]) -> None:
        """Show actions; the current one stays, at first it is the newest."""
        before = self._record
        self._changing = True
        self.actions_model.set_actions(records)
        row = -1 if before is None else self.actions_model.row_of(before.action_id)
        if self._wanted is not None and (wanted := self.actions_model.row_of(self._wanted)) >= 0:
            row, self._wanted = wanted, None
        self.list.setCurrentIndex(self.actions_model.index(max(row, 0)))
        self._changing = False
        self._choose(self.actions_model.record_at(self.list.currentIndex().row()))

    def show_action(self, action_id: int) -> None:
        """Show an action, now or as soon as it is listed."""
        self.part.choose(HistoryPart.ACTIONS)
        self._show()
        row = self.actions_model.row_of(action_id)
        if row >= 0:
            self.list.setCurrentIndex(self.actions_model.index(row))
        else:
            self._wanted = action_id

    def set_steps(self, action_id: int, listed: ListedSteps) -> None:
        """Show the files of an action, if it is the current one."""
        if self._record is not None and self._record.action_id == action_id:
            self.files.set_steps(listed)
            self._fit()

    def set_busy(self, busy: bool) -> None:
        """Show that an undo is running, or that it has ended."""
        if busy and not self._busy:
            self.head.progress.begin()
        self._busy = busy
        self._show()

    def set_damaged(self, name: str) -> None:
        """Show on the empty page that an earlier journal was damaged.

        Args:
            name: Its name in the window.
        """
        self._damaged_journal = name
        self.set_acting(False)

    def set_acting(self, acting: bool) -> None:
        """Show on the empty page if the first action is running."""
        if acting:
            title = _("An action is running")
            more = _("It is listed here once it has ended, and you can undo it.")
        elif self._damaged_journal:
            title = _("Earlier actions are no longer known")
            more = _(
                "The journal was damaged, and set aside as {name}. Look for moved files in"
                " the trash and in the set-aside folders."
            ).format(name=path_text(self._damaged_journal))
        else:
            title = _("Nothing was removed yet")
            more = _("What you remove or copy is listed here, and you can undo it.")
        self.nothing.say("history", title, more)

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.head.progress.show_progress(progress)
        self.quarantines.progress.show_progress(progress)

    # Showing

    def _choose(self, record: ActionRecord | None) -> None:
        before, self._record = self._record, record
        if record is None or before is None or record.action_id != before.action_id:
            self.files.clear(record)
            self._fit()
        self._show()
        if record is not None and record != before:
            self.requests.load_steps(record.action_id)

    def _show(self) -> None:
        record = self._record
        match self.part.value:
            case HistoryPart.SET_ASIDE:
                self._list_or_nothing.setCurrentWidget(self.quarantines)
            case HistoryPart.DIFFERENT:
                self._list_or_nothing.setCurrentWidget(self.different)
            case HistoryPart.ACTIONS:
                self._list_or_nothing.setCurrentIndex(1 if record is None else 0)
        if record is None:
            return
        self.files.set_record(record, busy=self._busy)

    # Done by the person

    def _current_changed(self, current: QModelIndex) -> None:
        if not self._changing:
            self._choose(self.actions_model.record_at(current.row()))

    def _undo_clicked(self) -> None:
        if self._record is not None:
            self.requests.undo(self._record.action_id)

    def _one_clicked(self) -> None:
        step = self.files.chosen_step()
        if self._record is not None and step is not None:
            self.requests.undo(self._record.action_id, step.path)

    # Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what there is now."""
        super().showEvent(event)
        self.requests.load_history()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Pass the focus on to the list."""
        is_list = self.part.value is HistoryPart.ACTIONS
        (self.list if is_list else self.part).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the files more room than the actions in a narrow window."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.files.set_narrow(is_narrow)
            list_px = _NARROW_LIST_PX if is_narrow else self.list.sizeHint().width()
            self.splitter.setSizes([list_px, max(self.splitter.width() - list_px, 1)])

    def changeEvent(self, event: QEvent) -> None:
        """Adapt the columns to another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "splitter"):
            self._fit()

    def _fit(self) -> None:
        self.files.fit_columns()
        # The list makes room for it in a narrow window.
        self._side.setMinimumWidth(self.files.minimumSizeHint().width() + 2 * SPACE_PX)
