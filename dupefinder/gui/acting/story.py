"""Acting: who tells whom between marks, desk, plan, history and the engine."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dupefinder.actions.records import ActionKind, JournalStep, Outcome, Plan, Skipped, StepState
from dupefinder.actions.superuser import running_as_root
from dupefinder.core.errors import DupeFinderError
from dupefinder.core.job import Progress
from dupefinder.core.records import Role
from dupefinder.gui.desk import Desk
from dupefinder.gui.faults import fault_text
from dupefinder.gui.kind_words import did_text, sign_of, with_narrowed
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.remedies import remedy_text
from dupefinder.gui.scanning import Scanning
from dupefinder.gui.settings import Settings
from dupefinder.gui.words import counted, number_text, path_text, skip_text
from dupefinder.gui.worker import JobEnd

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches


class Acting(QObject):
    """Connects the desk with the window."""

    def __init__(
        self,
        desk: Desk,
        scanning: Scanning,
        window: MainWindow,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._scanning = scanning
        self._window = window
        self._settings = settings
        desk.loaded.connect(window.marks.load)
        desk.damaged.connect(self._journal_damaged)
        desk.reconciled.connect(self._reconciled)
        desk.moved.connect(scanning.forget_moved)
        desk.planned.connect(window.plan.set_plan)
        desk.summed_up.connect(window.plan.set_overview)
        desk.acted.connect(self._acted)
        desk.undone.connect(self._undone)
        desk.history_ready.connect(window.history.set_actions)
        desk.steps_ready.connect(window.history.set_steps)
        desk.holdings_ready.connect(window.history.holdings.set_holdings)
        desk.emptied.connect(self._emptied)
        desk.began.connect(self._began)
        desk.progressed.connect(self._progressed)
        desk.ended.connect(self._ended)
        window.marks.kept.connect(desk.keep_marks)
        window.marks.dismissals_kept.connect(desk.keep_dismissed)
        window.review.plan_requested.connect(self._plan)
        window.plan.role_said.connect(self._role_said)
        window.plan.overview_wanted.connect(desk.sum_up)
        window.plan.act_requested.connect(self._act)
        window.plan.stop_requested.connect(desk.cancel)
        window.plan.closed.connect(self._leave_plan)
        window.history.refresh_requested.connect(desk.load_history)
        window.history.refresh_requested.connect(desk.load_holdings)
        window.history.holdings.empty_requested.connect(desk.empty)
        window.history.steps_requested.connect(desk.load_steps)
        window.history.undo_requested.connect(self._undo)
        window.history.undo_one_requested.connect(self._undo)
        window.history.stop_requested.connect(desk.cancel)
        window.plan.set_superuser(running_as_root())

    def _plan(self) -> None:
        if self._matches is None:
            return
        self._window.plan.set_first_kind(self._settings.first_way)
        self._window.plan.set_busy()
        self._window.plan_place = "review"
        self._window.show_place("plan")
        # What goes is looked up once the page is on the screen: that may be thousands of photos.
        self._window.turns.add(self._make_plan)

    @property
    def _matches(self) -> Matches | None:
        """What a plan can be made of; None without settled results."""
        results = self._scanning.results
        return None if results is None or self._scanning.busy else results.matches

    def _make_plan(self) -> None:
        matches = self._matches
        if matches is None:
            self._leave_plan()
            return
        marks = self._window.marks
        removals = marks.removals()
        self._window.plan.set_contents(
            {
                member.file.path: member.content_id
                for group, _ in removals
                for member in group.members
            }.get
        )
        protected = [
            choice.path for choice in self._settings.folders if choice.role is Role.PROTECTED
        ]
        self._desk.plan(
            removals,
            marks.kept_paths(),
            matches,
            protected,
            self._settings.keep_copies,
            self._settings.keep_drives,
        )

    def _role_said(self, folder: str, role: str) -> None:
        self._desk.say_role(folder, role)
        self._plan()

    def _leave_plan(self) -> None:
        self._window.show_place(self._window.plan_place)

    def _act(self, plan: Plan) -> None:
        self._window.plan.set_acting(True)
        self._set_deciding(False)
        self._desk.act(plan)

    def _set_deciding(self, enabled: bool) -> None:
        """While photos are moved, nothing is decided about them."""
        self._window.review.setEnabled(enabled)
        self._window.compare.setEnabled(enabled)

    def _undo(self, action_id: int, only: str | None = None) -> None:
        self._window.history.set_busy(True)
        self._desk.undo(action_id, only)

    def _began(self, kind: str) -> None:
        if kind == "act":
            self._window.history.set_acting(True)
        if kind == "undo":
            self._window.history.set_busy(True)
        if kind == "empty":
            self._window.history.holdings.set_busy(True)

    def _progressed(self, progress: Progress) -> None:
        for page in (self._window.plan, self._window.history):
            page.show_progress(progress)

    def _ended(self, end: JobEnd) -> None:
        if end.kind == "act":
            self._window.history.set_acting(False)
            self._window.turns.add(self._end_acting)
        if end.kind == "plan" and (end.cancelled or end.fault) and self._window.place == "plan":
            self._leave_plan()
        if end.kind == "undo":
            self._window.history.set_busy(False)
        if end.kind == "empty":
            self._window.history.holdings.set_busy(False)
        # Nothing is read for History before it is shown: not at every start of the program.
        if self._window.place == "history":
            if end.kind in ("act", "undo", "empty", "open journal"):
                self._desk.load_history()
            if end.kind in ("act", "undo", "empty"):
                self._desk.load_holdings()
        if isinstance(end.fault, DupeFinderError):
            self._window.notices.show_notice(fault_text(end.fault), "warning", kind="warning")

    def _end_acting(self) -> None:
        self._window.plan.set_acting(False)
        self._set_deciding(True)
        if self._window.place == "plan":
            self._window.show_place(self._window.plan_place)

    def _acted(self, outcome: Outcome) -> None:
        self._window.marks.use_up(frozenset(outcome.done))
        self._scanning.forget(outcome.done)
        # Groups, notice and page change one after another: the window answers in between.
        self._window.turns.add(lambda: self._tell_acted(outcome))

    def _tell_acted(self, outcome: Outcome) -> None:
        text = did_text(outcome.kind, len(outcome.done))
        if outcome.skipped:
            text = self.tr("{what}, {n} left where they are").format(
                what=text, n=number_text(len(outcome.skipped))
            )
        text = with_narrowed(text, len(outcome.narrowed))
        buttons = [(self.tr("Details"), self._show_history)]
        if outcome.done:
            action_id = outcome.action_id
            buttons.insert(0, (self.tr("Undo"), lambda: self._undo(action_id)))
        if outcome.done:
            self._window.notices.show_notice(text, sign_of(outcome.kind), buttons)
        elif outcome.skipped:
            self._window.notices.show_notice(
                self.tr("Nothing was done. {name}: {reason} {helps}").format(
                    name=path_text(os.path.basename(outcome.skipped[0].path)),
                    reason=skip_text(outcome.skipped[0]),
                    helps=remedy_text(outcome.skipped[0].code),
                ),
                "warning",
                buttons,
                kind="warning",
            )

    def _undone(self, outcome: Outcome) -> None:
        self._scanning.forget(outcome.done, gone=False)
        count = len(outcome.done)
        if outcome.kind is ActionKind.COPY:
            text = counted(count, self.tr("{n} copy taken away"), self.tr("{n} copies taken away"))
        else:
            text = counted(
                count, self.tr("{n} file brought back"), self.tr("{n} files brought back")
            )
        details = [(self.tr("Details"), self._show_history)]
        if outcome.skipped:
            most = _most_common(outcome.skipped)
            text = self.tr("{what}, {n} not. {reason} {helps}").format(
                what=text,
                n=number_text(len(outcome.skipped)),
                reason=skip_text(most),
                helps=remedy_text(most.code),
            )
            self._window.notices.show_notice(text, "warning", details, kind="warning")
        elif outcome.done:
            self._window.notices.show_notice(text, "undo", details)

    def _emptied(self, outcome: Outcome, refused: Sequence[Skipped]) -> None:
        stay = (*refused, *outcome.skipped)
        text = did_text(outcome.kind, len(outcome.done))
        if stay:
            text = self.tr("{what}, {n} stay. {reason}").format(
                what=text, n=number_text(len(stay)), reason=skip_text(stay[0])
            )
        self._window.notices.show_notice(
            text,
            sign_of(outcome.kind),
            [(self.tr("Details"), self._show_history)],
            kind="warning" if stay else "info",
        )

    def _show_history(self) -> None:
        self._window.show_place("history")

    def _journal_damaged(self, damaged: Sequence[Path], is_new: bool) -> None:
        self._window.history.set_damaged(damaged[-1].name)
        if is_new:
            self._window.notices.show_notice(
                self.tr(
                    "The journal was damaged. It was set aside as {name}, and a new one begun. What"
                    " was moved before can no longer be brought back from History: look into the"
                    " trash and the holding folders."
                ).format(name=path_text(damaged[-1].name)),
                "warning",
                [(self.tr("Details"), self._show_history)],
                kind="warning",
            )

    def _reconciled(self, steps: Sequence[JournalStep]) -> None:
        lost = sum(step.state is StepState.LOST for step in steps)
        text = counted(
            len(steps),
            self.tr("The last action was broken off. {n} file that it had begun was looked for:"),
            self.tr("The last action was broken off. {n} files that it had begun were looked for:"),
        )
        if lost:
            text = self.tr(
                "{what} {lost} of them are neither in place nor where they were put."
            ).format(what=text, lost=number_text(lost))
        else:
            text = self.tr("{what} each is in its place or where it was put.").format(what=text)
        self._window.notices.show_notice(
            text, "warning", [(self.tr("Details"), self._show_history)], kind="warning"
        )


def _most_common(skipped: Sequence[Skipped]) -> Skipped:
    """Give one that was left for the reason for which most were."""
    codes = Counter(one.code for one in skipped)
    return max(skipped, key=lambda one: codes[one.code])
