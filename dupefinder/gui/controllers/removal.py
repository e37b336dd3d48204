"""Removals: from marks to a plan, and from the plan to the trash or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dupefinder.actions.records import ActionKind, Outcome, Plan
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.records import Role
from dupefinder.gui.controllers.history import HistoryController
from dupefinder.gui.controllers.marks import MarksController
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.controllers.shown_tasks import MovingTasks
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import Policy, Runner, TaskEnd
from dupefinder.gui.tasks.window_thread import post
from dupefinder.services.comparison import plan_copies
from dupefinder.services.findings import Basis
from dupefinder.services.removal import (
    EarlierActions,
    MarkedPhotos,
    RemovalSession,
    running_as_root,
)
from dupefinder.services.unfinished import UnfinishedAction, left_undone

if TYPE_CHECKING:
    from dupefinder.core.comparing import FolderComparison
    from dupefinder.gui.backups.action_bar import Copying


class RemovalController(QObject):
    """Asks for plans, and carries them out.

    Attributes:
        tell_unfinished: Called with an unfinished action; with None when it has ended.
    """

    tell_unfinished: Callable[[UnfinishedAction | None], None]

    def __init__(
        self,
        session: RemovalSession,
        marks: MarksController,
        runner: Runner,
        scans: ScanController,
        moving: MovingTasks,
        history: HistoryController,
        window: MainWindow,
        settings: Settings,
    ) -> None:
        """Connect the pages.

        Args:
            session: Removals, used in the runner's thread alone.
            marks: Keeps what a person decided.
            runner: The runner of removals and their journal.
            scans: Has the results on show.
            moving: Starts what moves photos.
            history: Shows what was done.
            window: The window.
            settings: The settings.
        """
        super().__init__(window)
        self._session = session
        self._marks = marks
        self._runner = runner
        self._scans = scans
        self._moving = moving
        self._history = history
        self._window = window
        self._settings = settings
        self._stopped: Plan | None = None
        self._acting: set[object] = set()
        scans.reopening.connect(self._look_for_moved)
        window.review.bar.plan.clicked.connect(self._plan)
        window.plan.requests = self
        window.plan.questions.said.connect(self._keep_role)
        window.plan.bar.back.clicked.connect(self._leave_plan)
        window.plan.set_superuser(running_as_root())

    def open_files(self) -> None:
        """Settle an interrupted action."""
        self._runner.ask(
            "settle earlier", lambda _: self._session.settle_earlier(), self
        ).on_result(self._tell_earlier).on_end(lambda _: self._history.reload_actions()).start()

    def _look_for_moved(self, since_ns: int) -> None:
        """Remove photos from the results that were moved without the catalog."""
        self._runner.ask(
            "look for moved", lambda _: self._session.moved_since(since_ns), self
        ).on_result(lambda moved: self._scans.forget_moved(moved) if moved else None).start()

    def _keep_role(self, folder: str, role: str) -> None:
        """Store the role of a folder, and plan again with it."""
        task = self._marks.keep_role(folder, role)
        # The plan that was made without it must not be carried out.
        self._window.plan.set_busy()
        task.on_end(lambda _: self._make_plan()).start()

    # Plans

    def _plan(self) -> None:
        if self._basis is None or self.is_acting:
            return
        self._show_planning(self._settings.default_way, self._make_plan)

    @property
    def _basis(self) -> Basis | None:
        """The basis of the results, with the matches to plan with; None without settled results."""
        results = self._scans.results
        return None if results is None or self._scans.busy else results.basis

    def can_go_on(self, action: UnfinishedAction) -> bool:
        """True where `go_on` needs no new comparison of backups."""
        return action.is_of_marks or self._stopped is not None

    def go_on(self, action: UnfinishedAction) -> bool:
        """Carry out the rest of an action; plans from backups need their comparison.

        Photos marked in Review are planned anew, if they are still marked. Other plans go on as
        they were confirmed; after a restart their comparison is missing, and its proofs may be
        outdated.

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
        if self._basis is None:
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
        # Thousands of photos may go: they are looked up once the page is on the screen.
        self._window.paint_steps.add(then)

    def _make_plan(
        self,
        only: Collection[str] | None = None,
        then: Callable[[Plan], None] | None = None,
    ) -> None:
        """Plan the removal of marked photos.

        Args:
            only: Only these photos, by path; None for all marked ones.
            then: Takes the plan; None shows it.
        """
        self._scans.with_matches(lambda: self._plan_marked(only, then), self._give_up_planning)

    def _plan_marked(
        self, only: Collection[str] | None, then: Callable[[Plan], None] | None
    ) -> None:
        basis, marked = self._basis, self._window.marks.marked()
        if basis is None or basis.matches is None or marked is None:
            self._leave_plan()
            return
        settings, matches = self._settings, basis.matches
        protected = [choice.path for choice in settings.folders if choice.role is Role.PROTECTED]
        least = settings.keep_copies, settings.keep_drives

        def make(context: JobContext) -> Plan:
            removals = marked.removals()
            if only is not None:
                wanted = frozenset(only)
                some = [
                    (group, tuple(one for one in gone if one.file.path in wanted))
                    for group, gone in removals
                ]
                removals = [(group, gone) for group, gone in some if gone]
            contents = {
                member.file.path: member.content_id
                for group, _ in removals
                for member in group.members
            }
            post(self, lambda: self._window.plan.set_contents(contents.get))
            photos = MarkedPhotos(removals, marked.kept_paths(), matches, protected, *least)
            return self._session.plan(photos, context)

        self.show_plan_of(make, then)

    def show_plan_of(
        self, make: Callable[[JobContext], Plan], then: Callable[[Plan], None] | None = None
    ) -> None:
        """Make a plan and show it; a newer one replaces it.

        Args:
            make: Called in the runner's thread.
            then: Takes the plan; None shows it.
        """
        task = self._runner.ask("plan", make, self, Policy.LATEST)
        task.on_progress(self._moving.show_progress).on_result(then or self._window.plan.set_plan)
        self._moving.start_stoppable(task.on_end(self._end_planning))

    def _end_planning(self, end: TaskEnd) -> None:
        is_broken_off = end.fault is not None or end.cancelled
        if is_broken_off and not end.replaced:
            self._give_up_planning()

    def _give_up_planning(self) -> None:
        if self._window.place == "plan":
            self._leave_plan()

    def sum_up(self, plan: Plan) -> None:
        """Show the overview of a plan."""
        self._runner.ask(
            "sum up", lambda _: self._session.sum_up(plan), self, Policy.LATEST
        ).on_result(lambda overview: self._window.plan.set_overview(plan, overview)).start()

    def _leave_plan(self) -> None:
        self._window.show_place(self._window.plan_place)

    # Carrying out

    def carry_out(self, plan: Plan) -> None:
        """Carry out a plan in the background, and report what was done."""
        self._window.plan.set_plan(Plan(()))  # acts only once
        self._leave_plan()
        self._carry_out(plan, is_of_marks=self._window.plan_place == "review")

    def _carry_out(self, plan: Plan, *, is_of_marks: bool) -> None:
        window = self._window
        self._stopped = None
        leave = self._enter_acting()
        window.marks.begin_moving([step.victim.path for step in plan.steps])
        window.review.bar.set_moving(True)
        window.moving.begin("act")
        task = self._runner.ask(
            "act",
            lambda context: self._session.carry_out(plan, context, is_of_marks=is_of_marks),
            self,
        )
        task.on_progress(self._moving.show_progress)
        task.on_result(
            lambda outcome: self._carried_out(plan, outcome, leave, is_of_marks=is_of_marks)
        )
        self._moving.start(
            task,
            lambda end: self._end_acting(end, plan, leave),
            lambda: self._window.history.set_acting(True),
        )

    @property
    def is_acting(self) -> bool:
        """True from the start of a plan until the groups are shown without its photos."""
        return bool(self._acting)

    def _enter_acting(self) -> Callable[[], None]:
        """Note that a plan is being carried out.

        Returns:
            A function that frees the groups for decisions, once they are shown without the removed
            photos; to be called at least once.
        """
        action = object()
        self._acting.add(action)

        def leave() -> None:
            self._acting.discard(action)
            if not self._acting:
                self._window.marks.end_moving()
                self._window.review.bar.set_moving(False)

        return leave

    def copy(
        self,
        comparison: FolderComparison,
        copying: Copying,
        on_progress: Callable[[Progress], None],
        on_end: Callable[[TaskEnd], None],
    ) -> None:
        """Copy what a library lacks of backups.

        Args:
            comparison: The comparison of the backups with the library.
            copying: The photos to copy, and their target.
            on_progress: Called with the progress.
            on_end: Called at the end in any case.
        """

        def end(end: TaskEnd) -> None:
            on_end(end)
            self._history.reload_actions()

        def work(context: JobContext) -> Outcome:
            plan = plan_copies(
                comparison, copying.target, copying.arrangement, with_altered=copying.altered
            )
            return self._session.copy_missing(plan, context)

        task = self._runner.ask("copy", work, self)
        self._moving.start(task.on_progress(on_progress).on_result(self._copied), end)

    def _copied(self, outcome: Outcome) -> None:
        self._history.notices.tell_copied(outcome)
        self._moving.photos_moved.emit(outcome)

    def _carried_out(
        self, plan: Plan, outcome: Outcome, leave: Callable[[], None], *, is_of_marks: bool
    ) -> None:
        left = left_undone(plan, outcome, is_of_marks=is_of_marks)
        if left is not None and not is_of_marks:
            self._stopped = plan
        self._marks.use_up(outcome.begun_ns, frozenset(outcome.done))
        self._scans.forget(outcome.done, then=leave)
        self._moving.photos_moved.emit(outcome)
        # Groups and notice change one after another, so that the window stays responsive.
        if left is None:
            self._window.paint_steps.add(lambda: self._history.notices.tell_carried_out(outcome))
        self.tell_unfinished(left)

    def _end_acting(self, end: TaskEnd, plan: Plan, leave: Callable[[], None]) -> None:
        self._window.history.set_acting(False)
        self._window.moving.finish()
        if end.fault is not None:
            # Some photos may have been moved before it failed.
            paths = [step.victim.path for step in plan.steps]
            self._scans.forget_moved(paths, then=leave)
        elif end.cancelled:
            leave()
        self._history.reload()

    def forget_unfinished(self) -> None:
        """Stop reporting an unfinished action."""
        self._runner.ask(
            "forget unfinished",
            lambda _: self._session.forget_unfinished(),
            self,
            Policy.MUST_RUN,
        ).start()

    def _tell_earlier(self, earlier: EarlierActions) -> None:
        if earlier.damaged:
            name = earlier.damaged[-1].name
            self._window.history.set_damaged(name)
            if earlier.is_newly_damaged:
                self._history.notices.tell_damaged(name)
        if earlier.unfinished is not None:
            self.tell_unfinished(earlier.unfinished)
        elif earlier.settled:
            self._history.notices.tell_settled(earlier.settled)
