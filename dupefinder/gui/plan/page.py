"""The Plan page: every photo that would go, beside its kept copy."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dupefinder.actions.records import ActionKind, Plan, WarningCode
from dupefinder.core.job import Progress
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.plan.action_bar import PlanBar, Stage
from dupefinder.gui.plan.columns import gravest_first
from dupefinder.gui.plan.drive_questions import DriveQuestions, Drives
from dupefinder.gui.plan.summary import (
    GravestWarning,
    PlanFolderModel,
    PlanHead,
    RefusedModel,
    WarningModel,
    nothing_text,
    of_chosen_text,
    refused_text,
)
from dupefinder.gui.plan.table import PlanTable
from dupefinder.gui.plan.way_choice import WayChoice
from dupefinder.gui.widgets.chosen_paths import ChooseFolder
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.gui.widgets.layouts import Fold, framed, page_title, scrolled
from dupefinder.gui.widgets.row_table import RowTable
from dupefinder.text.counts import folders_text, photos_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.plans import overview_sentences
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.actions.overview import Overview

_SUM_UP_MS = 150
_FEW_WARNINGS = 3
"""Most warnings listed at once; of more, the gravest is shown alone."""


class PlanRequests(Protocol):
    """Requests of the page of a plan to its controller."""

    def sum_up(self, plan: Plan) -> None:
        """Make the overview of a plan, for `set_overview`."""

    def carry_out(self, plan: Plan) -> None:
        """Carry out a plan; the steps that the person took out are not in it."""


class PlanPage(QWidget):
    """The photos of a plan, its warnings, and the button that acts.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
    """

    requests: PlanRequests

    def __init__(
        self,
        thumbnails: ThumbnailLoader,
        choose_folder: ChooseFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty page.

        Args:
            thumbnails: Source of thumbnails.
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("What will happen"))
        self._thumbnails = thumbnails
        self._contents: Callable[[str], int | None] | None = None
        self._stage = Stage.READY
        self._drives = Drives(self)
        self._first_kind = ActionKind.TRASH
        self._summed_up: Plan | None = None
        self._warnings = 0
        self._soon = QTimer(self, singleShot=True, interval=_SUM_UP_MS)
        self._soon.timeout.connect(self._sum_up)
        self.way = WayChoice(choose_folder)
        self.questions = DriveQuestions()
        self.head = PlanHead()
        self.table = PlanTable(self._picture)
        self.steps = self.table.steps
        self.chosen_table = PlanTable(self._picture, chosen=True)
        self._of_chosen = PlainLabel()
        self._of_chosen.setWordWrap(True)
        set_role(self._of_chosen, "warning")
        section = QWidget()
        down = QVBoxLayout(section)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addWidget(self._of_chosen)
        down.addWidget(framed(self.chosen_table))
        self.chosen = Fold(_("Chosen by you"), section, is_open=True, warns=True)
        self.warning_model = WarningModel()
        self.folder_model = PlanFolderModel()
        self.refused_model = RefusedModel()
        self.warning_table = RowTable(_("What you might regret"), self.warning_model, self._picture)
        self.folder_table = RowTable(_("Folders from which photos go"), self.folder_model, lines=1)
        self.refused_table = RowTable(_("Photos that are kept, and why"), self.refused_model)
        self.warnings = Fold(_("Warnings"), framed(self.warning_table), warns=True)
        self.folders = Fold(_("Folders"), framed(self.folder_table))
        self.refused = Fold(_("Refused"), framed(self.refused_table))
        self.gravest = GravestWarning()
        self.nothing = EmptyState()
        self.bar = PlanBar()
        self._lay_out()
        self._connect()
        self.set_plan(Plan(()))

    def _lay_out(self) -> None:
        for table in (self.warning_table, self.folder_table, self.refused_table):
            table.sort_header.setSectionsClickable(False)
            table.sort_header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.warning_table.set_widths(0)
        self.folder_table.set_widths(
            0,
            0,
            self.folder_table.text_width_px(photos_text(88_888), self.folder_model.titles[2]),
            self.folder_table.text_width_px(bytes_text(888_800_000)),
        )
        self.refused_table.set_widths(0, 0)
        self._rows = framed(self.table)
        inside = QWidget()
        content = QVBoxLayout(inside)
        content.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, SPACE_PX)
        content.setSpacing(SPACE_PX)
        content.addWidget(page_title(_("What will happen")))
        content.addSpacing(SPACE_PX)
        content.addWidget(self.questions)
        content.addWidget(self.gravest)
        content.addWidget(self.warnings)
        content.addWidget(self.way)
        content.addWidget(self.head)
        content.addWidget(self.folders)
        content.addWidget(self.chosen)
        content.addWidget(self._rows)
        content.addWidget(self.nothing, 1)
        content.addWidget(self.refused)
        content.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._scroll = scrolled(inside)
        for table in (
            self.chosen_table,
            self.table,
            self.warning_table,
            self.folder_table,
            self.refused_table,
        ):
            table.unroll_in(self._scroll)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.bar)

    def _connect(self) -> None:
        for table in (self.table, self.chosen_table):
            table.steps.taken_changed.connect(self._show)
            self._drives.found.connect(table.steps.set_drives)
            self._thumbnails.loaded.connect(table.repaint_rows)
        self.way.changed.connect(self._way_changed)
        self.bar.act.clicked.connect(self._act)
        self.bar.all.clicked.connect(self._take_all)
        self._shortcuts = []
        for keys, button in (("Escape", self.bar.back), ("Ctrl+Delete", self.bar.act)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(button.click)
            self._shortcuts.append(shortcut)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Pass the focus on, as a proxy would make Tab skip the widgets before it."""
        tables = [one for one in (self.chosen_table, self.table) if one.steps.rowCount()]
        first = tables[0] if tables else self.bar.back
        first.setFocus(event.reason())

    # Told by the controller

    def set_contents(self, content_of: Callable[[str], int | None]) -> None:
        """Set the function from paths to contents, for thumbnails."""
        self._contents = content_of

    def set_first_kind(self, kind: ActionKind) -> None:
        """Set the kind of action of new plans."""
        self._first_kind = kind

    def set_superuser(self, superuser: bool) -> None:
        """Show or hide the warning for superusers."""
        self.head.set_superuser(superuser)

    def set_busy(self) -> None:
        """Show that a plan is being made."""
        self.set_plan(Plan(()))
        self._stage = Stage.MAKING
        self.bar.progress.begin()
        self._show()

    def set_plan(self, plan: Plan) -> None:
        """Show a plan."""
        self._stage = Stage.READY
        self.way.set_kind(self._first_kind)
        self.way.offer_rescue(False)
        self.steps.set_plan(plan)
        self.chosen_table.steps.share(self.steps.columns)
        self._take_kind()
        self.set_overview(plan, None)
        self.table.show_first_order()
        self.chosen_table.show_first_order()
        self.refused_model.set_rows(plan.refused)
        self.questions.set_refused(plan.refused)
        self.refused.set_open(not plan.steps)
        self.refused.setVisible(bool(plan.refused))
        self.refused.set_summary(refused_text(plan.refused))
        self._drives.look(os.path.dirname(step.survivor.path) for step in plan.steps)
        self._show()

    def set_overview(self, plan: Plan, overview: Overview | None) -> None:
        """Show the overview of a plan, if it is still on show.

        Args:
            plan: The plan that was summed up.
            overview: Its overview; None while that is being made.
        """
        if overview is not None and plan is not self._summed_up:
            return
        warnings = () if overview is None else gravest_first(overview.warnings)
        sums = () if overview is None else overview_sentences(overview)
        self.head.set_space(" ".join(sums))
        self.gravest.set_warning(warnings[0] if warnings else None)
        self.warning_model.set_rows(warnings[1:])
        self.warnings.setVisible(len(warnings) > 1)
        if len(warnings) != self._warnings:
            self._warnings = len(warnings)
            self.warnings.set_open(len(warnings) <= _FEW_WARNINGS)
        if overview is not None:
            self.way.offer_rescue(any(one.code is WarningCode.SURVIVOR_LACKS for one in warnings))
        self.warnings.set_summary(
            plural("{n} more thing to look at", "{n} more things to look at", len(warnings) - 1)
        )

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.bar.progress.show_progress(progress)

    # Showing

    def _show(self) -> None:
        columns = self.steps.columns
        tally = columns.tally()
        count = len(columns.plan.steps)
        ready = self._stage is Stage.READY
        lacking = "" if self.way.is_complete else _("Choose the folder to move to")
        self.bar.show_stage(
            self._stage,
            tally.photos,
            columns.left_out,
            self.way.kind,
            lacking,
            columns.impossible,
        )
        self.head.setVisible(count > 0)
        self.way.setVisible(count > 0)
        self.folders.setVisible(count > 0)
        chosen = self.chosen_table.steps.rowCount()
        self.chosen.setVisible(chosen > 0)
        self.chosen.set_summary(photos_text(chosen))
        self._of_chosen.setText(of_chosen_text(chosen))
        self._rows.setVisible(count > chosen)
        self.nothing.setVisible(count == 0)
        for widget in (
            self.questions,
            self.way,
            self.table,
            self.chosen_table,
            self.gravest,
            self.warnings,
            self.folders,
            self.refused,
        ):
            widget.setEnabled(ready)
        if not count:
            is_making = self._stage is Stage.MAKING
            self.nothing.say(*nothing_text(len(columns.plan.refused), is_making=is_making))
            return
        if ready:
            self._soon.start()
        self.head.set_tally(self.way.kind, tally, columns.by_evidence())
        folders = columns.by_pair()
        self.folder_model.set_rows(folders)
        only = _("all from {folder}").format(folder=path_text(folders[0][0])) if folders else ""
        several = folders_text(len({row[0] for row in folders}))
        self.folders.set_summary(only if len(folders) == 1 else several)

    def _picture(self, path: str, size_px: int, ratio: float) -> QPixmap | None:
        content_id = None if self._contents is None else self._contents(path)
        return None if content_id is None else self._thumbnails.get(content_id, size_px, ratio)

    def _sum_up(self) -> None:
        """Ask for the overview of the remaining plan, once the person stops changing it."""
        if self._stage is Stage.READY and self.steps.columns.plan.steps:
            self._summed_up = self.chosen_plan()
            self.requests.sum_up(self._summed_up)

    def chosen_plan(self) -> Plan:
        """The plan without steps that were taken out."""
        moves = self.way.kind is ActionKind.MOVE
        plan = self.steps.columns.remaining(self.way.target if moves else None)
        return replace(plan, rescue_metadata=self.way.rescues)

    # Done by the person

    def _way_changed(self) -> None:
        self._take_kind()
        self._show()

    def _take_kind(self) -> None:
        for table in (self.table, self.chosen_table):
            table.steps.set_kind(self.way.kind)

    def _take_all(self) -> None:
        for table in (self.table, self.chosen_table):
            table.steps.take_all()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _act(self) -> None:
        self.requests.carry_out(self.chosen_plan())
