"""Removing and bringing back: from marks to a plan, to the trash, to History and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from dupefinder.actions.quarantine.restore import quarantines
from dupefinder.actions.records import ActionKind, JournalStep, Outcome, Plan, Skipped
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.records import Role
from dupefinder.gui.controllers.marks import MarksController
from dupefinder.gui.controllers.removal_notices import RemovalNotices
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.history.steps_model import ListedSteps
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import Policy, Runner, Task, TaskEnd
from dupefinder.services.comparison import plan_copies
from dupefinder.services.removal import (
    EarlierActions,
    MarkedPhotos,
    RemovalSession,
    plan_emptying,
    running_as_root,
)
from dupefinder.services.unfinished import UnfinishedAction, left_undone

if TYPE_CHECKING:
    from dupefinder.core.comparing import FolderComparison
    from dupefinder.core.grouping import Matches
    from dupefinder.gui.backups.action_bar import Copying


class Unfinished(Protocol):
    """Tells of actions that did not come to their end."""

    def show_action(self, action: UnfinishedAction | None) -> None:
        """Tell of an action; None where the last one came to its end."""

    def moving_ended(self) -> None:
        """Nothing moves photos any more."""


class RemovalController(QObject):
    """Asks for plans, carries them out, and takes them back.

    Attributes:
        progress: Of what moves photos; None before it tells any.
        unfinished: Is told what an action left undone, and that nothing moves any more.

    Signals:
        photos_moved: `Outcome` of removing, copying or bringing back.
    """

    unfinished: Unfinished
    photos_moved = Signal(object)

    def __init__(
        self,
        session: RemovalSession,
        marks: MarksController,
        runner: Runner,
        drives: Runner,
        scans: ScanController,
        window: MainWindow,
        settings: Settings,
    ) -> None:
        """Connect the pages.

        Args:
            session: Removals, used in the runner's thread alone.
            marks: Keeps what a person decided.
            runner: The runner of removals and their journal.
            drives: The runner of what only looks at drives.
            scans: Has the results on show.
            window: The window.
            settings: What a person prefers.
        """
        super().__init__(window)
        self._session = session
        self._marks = marks
        self._runner = runner
        self._drives = drives
        self._scans = scans
        self._window = window
        self._settings = settings
        self._notices = RemovalNotices(window.notices, self._show_action, self.undo)
        self._stoppable: WeakSet[Task[Any]] = WeakSet()
        self._moving: set[Task[Any]] = set()
        self._stopped: Plan | None = None
        self._acting = 0
        self.progress: Progress | None = None
        scans.reopening.connect(self._look_for_moved)
        window.review.bar.plan.clicked.connect(self._plan)
        window.plan.requests = self
        window.moving.requests = self
        window.plan.questions.said.connect(self._keep_role)
        window.plan.bar.back.clicked.connect(self._leave_plan)
        window.history.requests = self
        window.history.quarantines.requests = self
        for progress in (
            window.plan.bar.progress,
            window.history.head.progress,
            window.history.quarantines.progress,
            window.backups.bar.progress,
        ):
            progress.stop_requested.connect(self.stop)
        window.plan.set_superuser(running_as_root())

    def _show_action(self, action_id: int | None) -> None:
        if action_id is not None:
            self._window.history.show_action(action_id)
        self._window.show_place("history")

    def open_files(self) -> None:
        """Settle what an action that was broken off left."""
        self._runner.ask(
            "settle earlier", lambda _: self._session.settle_earlier(), self
        ).on_result(self._tell_earlier).on_end(self._reload_actions).start()

    def _look_for_moved(self, since_ns: int) -> None:
        """Take out of the results what was moved without the catalog being told."""
        self._runner.ask(
            "look for moved", lambda _: self._session.moved_since(since_ns), self
        ).on_result(lambda moved: self._scans.forget_moved(moved) if moved else None).start()

    def _keep_role(self, folder: str, role: str) -> None:
        """Keep what a folder is to others, and plan once more: it decides what may go."""
        task = self._marks.keep_role(folder, role)
        # Nothing is done any more by the plan that was made without it.
        self._window.plan.set_busy()
        task.on_end(lambda _: self._make_plan()).start()

    # Plans

    def _plan(self) -> None:
        if self._matches is None or self.is_acting:
            return
        self._show_planning(self._settings.first_way, self._make_plan)

    @property
    def _matches(self) -> Matches | None:
        """The matches to plan with; None without settled results."""
        results = self._scans.results
        return None if results is None or self._scans.busy else results.matches

    def can_go_on(self, action: UnfinishedAction) -> bool:
        """True where `go_on` needs no other comparison of backups."""
        return action.is_of_marks or self._stopped is not None

    def go_on(self, action: UnfinishedAction) -> bool:
        """Carry out what an action left undone; what came of backups before is compared anew.

        Photos that were marked in Review are planned anew, as far as they are still marked. Any
        other plan goes on as it was read and confirmed; once the window was closed its
        comparison is no longer known, and what was proven by it may have changed.

        Returns:
            False while there are no results to plan with.
        """
        if not action.is_of_marks:
            if (plan := self._stopped) is None:
                self._window.show_place("backups")
                self._window.backups.ask()
            else:
                rest = frozenset(action.rest)
                steps = tuple(step for step in plan.steps if step.victim.path in rest)
                self._carry_out(replace(plan, steps=steps), is_of_marks=False)
            return True
        if self._matches is None:
            return False

        def go_on(plan: Plan) -> None:
            self._window.plan.set_plan(plan)
            if plan.steps:
                kind, target = action.kind, action.target
                self.carry_out(
                    replace(plan, kind=kind, target=target, rescue_metadata=action.rescues)
                )

        self._show_planning(action.kind, lambda: self._make_plan(action.rest, go_on))
        return True

    def _show_planning(self, kind: ActionKind, then: Callable[[], None]) -> None:
        self._window.plan.set_first_kind(kind)
        self._window.plan.set_busy()
        self._window.plan_place = "review"
        self._window.show_place("plan")
        # What goes is looked up once the page is on the screen: that may be thousands of photos.
        self._window.paint_steps.add(then)

    def _make_plan(
        self,
        only: Collection[str] | None = None,
        then: Callable[[Plan], None] | None = None,
    ) -> None:
        """Plan what is marked.

        Args:
            only: Paths of the photos to keep to; None for all that are marked.
            then: Takes the plan; None shows it.
        """
        matches = self._matches
        if matches is None:
            self._leave_plan()
            return
        marks, settings = self._window.marks, self._settings
        removals = marks.removals()
        if only is not None:
            wanted = frozenset(only)
            some = [
                (group, tuple(one for one in gone if one.file.path in wanted))
                for group, gone in removals
            ]
            removals = [(group, gone) for group, gone in some if gone]
        self._window.plan.set_contents(
            {
                member.file.path: member.content_id
                for group, _ in removals
                for member in group.members
            }.get
        )
        marked = MarkedPhotos(
            removals,
            marks.kept_paths(),
            matches,
            [choice.path for choice in settings.folders if choice.role is Role.PROTECTED],
            settings.keep_copies,
            settings.keep_drives,
        )
        self.show_plan_of(lambda context: self._session.plan(marked, context), then)

    def show_plan_of(
        self, make: Callable[[JobContext], Plan], then: Callable[[Plan], None] | None = None
    ) -> None:
        """Make a plan, and show it; a newer one takes its place.

        Args:
            make: Called in the runner's thread.
            then: Takes the plan; None shows it.
        """
        task = self._runner.ask("plan", make, self, Policy.LATEST)
        task.on_progress(self._show_progress).on_result(then or self._window.plan.set_plan)
        self._start_stoppable(task.on_end(self._end_planning))

    def _end_planning(self, end: TaskEnd) -> None:
        is_broken_off = end.fault is not None or end.cancelled
        if is_broken_off and not end.replaced and self._window.place == "plan":
            self._leave_plan()

    def sum_up(self, plan: Plan) -> None:
        """Show what a plan comes to."""
        self._runner.ask(
            "sum up", lambda _: self._session.sum_up(plan), self, Policy.LATEST
        ).on_result(lambda overview: self._window.plan.set_overview(plan, overview)).start()

    def _leave_plan(self) -> None:
        self._window.show_place(self._window.plan_place)

    # Carrying out

    def carry_out(self, plan: Plan) -> None:
        """Carry out a plan while other groups are decided on, and tell what was done."""
        self._window.plan.set_plan(Plan(()))  # it acts once
        self._leave_plan()
        self._carry_out(plan, is_of_marks=self._window.plan_place == "review")

    def _carry_out(self, plan: Plan, *, is_of_marks: bool) -> None:
        window = self._window
        self._stopped = None
        self._acting += 1
        window.marks.begin_moving([step.victim.path for step in plan.steps])
        window.review.bar.set_moving(True)
        window.moving.begin("act")
        task = self._runner.ask(
            "act",
            lambda context: self._session.carry_out(plan, context, is_of_marks=is_of_marks),
            self,
        )
        task.on_progress(self._show_progress)
        task.on_result(lambda outcome: self._carried_out(plan, outcome, is_of_marks=is_of_marks))
        self._start_moving(
            task,
            lambda end: self._end_acting(end, plan),
            lambda: self._window.history.set_acting(True),
        )

    def pause(self) -> None:
        """Let what moves photos wait."""
        for task in self._moving:
            task.pause()

    def resume(self) -> None:
        """Let it go on."""
        for task in self._moving:
            task.resume()

    def stop(self) -> None:
        """Stop plans and all that moves photos; what was not moved stays where it is."""
        for task in tuple(self._stoppable):
            task.cancel()

    def _start_stoppable(self, task: Task[Any]) -> None:
        self._stoppable.add(task.start())

    def _start_moving(
        self,
        task: Task[Any],
        on_end: Callable[[TaskEnd], None],
        on_begun: Callable[[], None] = lambda: None,
    ) -> None:
        """Start what moves photos, from its begin to its end."""

        def begin() -> None:
            self.progress = None
            self._moving.add(task)
            on_begun()

        def end(end: TaskEnd) -> None:
            self._moving.discard(task)
            on_end(end)
            if not self._moving:
                self.unfinished.moving_ended()

        self._start_stoppable(task.on_begun(begin).on_end(end))

    @property
    def is_acting(self) -> bool:
        """True from the start of a plan until the groups are shown without what went by it."""
        return self._acting > 0

    @property
    def is_moving(self) -> bool:
        """True while photos are moved, copied or brought back."""
        return bool(self._moving)

    def copy(
        self,
        comparison: FolderComparison,
        copying: Copying,
        on_progress: Callable[[Progress], None],
        on_end: Callable[[TaskEnd], None],
    ) -> None:
        """Copy what a library lacks of backups.

        Args:
            comparison: What it has of them.
            copying: What a person wants copied, and where to.
            on_progress: Called with the progress.
            on_end: Called at the end, however it comes.
        """

        def end(end: TaskEnd) -> None:
            on_end(end)
            self._reload_actions(end)

        def work(context: JobContext) -> Outcome:
            plan = plan_copies(
                comparison, copying.target, copying.arrangement, with_altered=copying.altered
            )
            return self._session.copy_missing(plan, context)

        task = self._runner.ask("copy", work, self)
        self._start_moving(task.on_progress(on_progress).on_result(self._copied), end)

    def _copied(self, outcome: Outcome) -> None:
        self._notices.tell_copied(outcome)
        self.photos_moved.emit(outcome)

    def _carried_out(self, plan: Plan, outcome: Outcome, *, is_of_marks: bool) -> None:
        left = left_undone(plan, outcome, is_of_marks=is_of_marks)
        if left is not None and not is_of_marks:
            self._stopped = plan
        self._marks.use_up(outcome.action_id, frozenset(outcome.done))
        self._scans.forget(outcome.done, then=self._leave_acting)
        self.photos_moved.emit(outcome)
        # Groups and notice change one after another: the window answers in between.
        if left is None:
            self._window.paint_steps.add(lambda: self._notices.tell_carried_out(outcome))
        self.unfinished.show_action(left)

    def _end_acting(self, end: TaskEnd, plan: Plan) -> None:
        self._window.history.set_acting(False)
        self._window.moving.finish()
        if end.fault is not None:
            # Before it failed it may have moved some.
            paths = [step.victim.path for step in plan.steps]
            self._scans.forget_moved(paths, then=self._leave_acting)
        elif end.cancelled:
            self._leave_acting()
        self._reload_history()

    def _leave_acting(self) -> None:
        """Let the groups be decided on again, now that they are shown without what has gone."""
        self._acting -= 1
        if not self.is_acting:
            self._window.marks.end_moving()
            self._window.review.bar.set_moving(False)

    # History

    def undo(self, action_id: int, only: str | None = None) -> None:
        """Bring back what an action removed.

        Args:
            action_id: The action.
            only: Path of the one file to bring back; None for all.
        """
        self._window.history.set_busy(True)
        if self._window.place != "history":
            self._window.moving.begin("undo")
        task = self._runner.ask(
            "undo", lambda context: self._session.undo(action_id, context, only), self
        )
        task.on_progress(self._show_progress)
        task.on_result(lambda outcome: self._undone(outcome, all_of_it=only is None))
        self._start_moving(
            task, lambda _: self._end_undo(), lambda: self._window.history.set_busy(True)
        )

    def _end_undo(self) -> None:
        self._window.history.set_busy(False)
        self._window.moving.finish()
        self._reload_history()

    def _undone(self, outcome: Outcome, *, all_of_it: bool = True) -> None:
        self._marks.mark_again(outcome.action_id, frozenset(outcome.done), all_of_it=all_of_it)
        self._scans.forget(outcome.done, gone=False)
        self.photos_moved.emit(outcome)
        self._notices.tell_undone(outcome)

    def empty(self, quarantine: str, kind: ActionKind = ActionKind.DELETE) -> None:
        """Empty a quarantine folder, and tell what was removed.

        Args:
            quarantine: Path of the folder.
            kind: Deleting for good, or moving to the trash.
        """
        quarantines = self._window.history.quarantines

        def end(_: TaskEnd) -> None:
            quarantines.set_busy(False)
            self._reload_history()

        def work(context: JobContext) -> tuple[Outcome, Sequence[Skipped]] | None:
            try:
                plan = plan_emptying(quarantine, context=context, kind=kind)
            except OSError:
                return None
            return self._session.empty(plan, quarantine, context), plan.refused

        task = self._runner.ask("empty", work, self)
        task.on_progress(self._show_progress)
        # Where it cannot be read, the list, which is made anew, says what is wrong.
        task.on_result(
            lambda emptied: None if emptied is None else self._notices.tell_emptied(*emptied)
        )
        self._start_moving(task, end, lambda: quarantines.set_busy(True))

    def _reload_history(self) -> None:
        """Read anew what History shows; while it is not on show, nothing is read for it."""
        if self._window.place == "history":
            self.load_history()

    def _reload_actions(self, _: TaskEnd) -> None:
        if self._window.place == "history":
            self._load_actions()

    def load_history(self) -> None:
        """Show the actions, and what is set aside, as they are now."""
        self._load_actions()
        self._load_quarantines()

    def _load_actions(self) -> None:
        self._runner.ask(
            "history", lambda _: self._session.actions(), self, Policy.LATEST
        ).on_result(self._window.history.set_actions).start()

    def _load_quarantines(self) -> None:
        self._runner.ask(
            "holdings", lambda _: self._session.set_aside_files(), self, Policy.LATEST
        ).on_result(self._look_for_quarantines).start()

    def _look_for_quarantines(self, set_aside: Sequence[JournalStep]) -> None:
        """Show what is set aside. Drives that do not answer hold up nothing else meanwhile."""
        self._drives.ask(
            "holdings",
            lambda context: quarantines(set_aside, context.checkpoint),
            self,
            Policy.LATEST,
        ).on_result(self._window.history.quarantines.set_quarantines).start()

    def load_steps(self, action_id: int) -> None:
        """Show the files of an action.

        Args:
            action_id: The action.
        """
        self._runner.ask(
            "steps", lambda _: ListedSteps.of(self._session.steps(action_id)), self, Policy.LATEST
        ).on_result(lambda listed: self._window.history.set_steps(action_id, listed)).start()

    def forget_unfinished(self) -> None:
        """Tell no more of an action that was not finished."""
        self._runner.ask(
            "forget unfinished",
            lambda _: self._session.forget_unfinished(),
            self,
            Policy.MUST_RUN,
        ).start()

    def _show_progress(self, progress: Progress) -> None:
        self.progress = progress
        for widget in (self._window.plan, self._window.history, self._window.moving):
            widget.show_progress(progress)

    def _tell_earlier(self, earlier: EarlierActions) -> None:
        if earlier.damaged:
            name = earlier.damaged[-1].name
            self._window.history.set_damaged(name)
            if earlier.is_newly_damaged:
                self._notices.tell_damaged(name)
        if earlier.unfinished is not None:
            self.unfinished.show_action(earlier.unfinished)
        elif earlier.settled:
            self._notices.tell_settled(earlier.settled)
