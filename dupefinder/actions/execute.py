"""Execution of a plan: every photo is checked, journalled, acted on, and journalled again."""

import os
from collections.abc import Sequence
from dataclasses import replace

from dupefinder.actions.action_limits import beyond_way, for_way
from dupefinder.actions.backends.attributes import attributes_of
from dupefinder.actions.backends.choosing import ways_for
from dupefinder.actions.backends.protocol import Backend
from dupefinder.actions.backends.sidecar import WriteSidecar
from dupefinder.actions.backups.copy_files import copy_files
from dupefinder.actions.checks import preflight
from dupefinder.actions.checks.in_use import InUse
from dupefinder.actions.checks.look_ahead import Look, LookAhead
from dupefinder.actions.checks.postflight import Postflight
from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import (
    Presence,
    digest_of,
    let_time_pass_since,
    presence_of,
    status_when_opened,
)
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    Plan,
    PlannedFile,
    SkipCode,
    Skipped,
    Step,
    StepState,
    going_along,
)
from dupefinder.actions.running_action import RunningAction, failure_of
from dupefinder.core.companions.lookup import ListedFolders
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.errors import os_error_text
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence

_NEED_ATTRIBUTES = (ActionKind.MOVE, ActionKind.HARD_LINK)
"""Kinds of action that make a new file, now or when undone; a rename keeps all attributes."""

_MOST_IN_GROUP = 32
"""Most photos journalled together, which all have to be looked up after a crash."""


def execute(
    plan: Plan,
    journal: Journal,
    context: JobContext,
    way: Backend | None = None,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Outcome:
    """Carry out a plan.

    The job may be paused or cancelled between two photos; finished steps stay done.

    Args:
        plan: The plan.
        journal: Records the action.
        context: Progress in the phase "act", pause and cancel.
        way: The backend; None for that of the plan's kind on this system.
        separated: Photos that a person called different: none goes because of another.

    Raises:
        JournalFault: The journal cannot be written; no further photo is touched.
    """
    if plan.kind is ActionKind.COPY:
        along = [PlannedFile(path, 0, 0, b"") for step in plan.steps for path in step.companions]
        files = [*(step.victim for step in plan.steps), *along]
        return copy_files(files, plan.target, journal, context)
    ways = (way,) if way is not None else ways_for(plan)
    with LookAhead(plan.steps, DecodeLimits(), with_pixels=bool(separated)) as ahead:
        return _Removing(plan, journal, ways, separated, ahead, context).run()


class _Removing:
    """Removes one photo after the other, so that a copy of each stays."""

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        ways: Sequence[Backend],
        separated: SeparatedPhotos,
        ahead: LookAhead,
        context: JobContext,
    ) -> None:
        sidecars = WriteSidecar()
        self._steps = plan.steps
        self._action = RunningAction(plan.kind, plan.target, journal, ways, (sidecars,))
        self._separated = separated
        self._journal = journal
        self._sidecars = sidecars if plan.rescue_metadata else None
        self._gone: set[str] = set()
        self._relied_on: set[tuple[int, int]] = set()
        self._in_use = InUse()
        self._postflight = Postflight()
        # Small folders are listed anew for each photo, large ones less often.
        self._listed = ListedFolders(
            (file.path for step in plan.steps for file in (step.victim, step.survivor)), lasts_s=0
        )
        self._one_volume: set[frozenset[int]] = set()
        self._ahead = ahead
        self._context = context
        self._place = 0
        self._group: dict[int, JournalStep] = {}

    def run(self) -> Outcome:
        """Remove all photos of the plan, see `execute`."""
        return self._action.run(self._steps, self._take_next, self._context)

    def _take_next(self, step: Step) -> None:
        """Check one photo and act on it and its companions, or note why not."""
        place = self._place
        look = self._ahead.wait_for(place, self._context)
        self._place += 1
        if place not in self._group:
            self._begin_group(place, look)
        intended = self._group.pop(place, None)
        if intended is not None and (look is None or not look.still_holds()):
            # Its row no longer holds; the rows behind it keep their order.
            self._end_group()
            intended = None
        self._take(step, look, intended)
        if not self._group:
            self._end_group()

    def _begin_group(self, place: int, look: Look | None) -> None:
        """Journal the intents for all photos that were checked so far."""
        self._end_group()
        if look is None or self._action.kind is not ActionKind.TRASH:
            return
        looks = [look, *self._ahead.ready(place + 1, _MOST_IN_GROUP - 1)]
        rows = []
        for step, one in zip(self._steps[place:], looks, strict=False):
            row = self._row_in_group(step, one)
            if row is None:
                break
            rows.append(row)
        if len(rows) > 1:
            rows = self._action.intend_group(rows)
            self._group = dict(enumerate(rows, place))

    def _row_in_group(self, step: Step, look: Look) -> JournalStep | None:
        """The row of a photo that goes alone; None for one that cannot be part of a group."""
        if step.companions or self._sidecars is not None or not look.still_holds():
            return None
        mtime_ns = look.files[step.victim.path].st_mtime_ns
        try:
            row = self._action.placed(replace(_row(step, self._action.kind), mtime_ns=mtime_ns))
        except OSError:
            return None
        return row if row.kind is ActionKind.TRASH else None

    def _end_group(self) -> None:
        self._group = {}
        self._action.end_group()

    def _take(self, step: Step, look: Look | None, intended: JournalStep | None) -> None:
        # Before it is read, so that any later change shows.
        survivor = _status_before(step.survivor.path)
        checked = self._look(step, look)
        if isinstance(checked, Skipped):
            self._leave(step, intended, checked.code, checked.detail)
        elif survivor is None:
            self._leave(step, intended, SkipCode.SURVIVOR_CHANGED, step.survivor.path)
        elif frozenset((checked.victim_stat.st_dev, survivor.st_dev)) in self._one_volume:
            self._leave(step, intended, SkipCode.ONE_VOLUME, step.survivor.path)
        else:
            self._act(step, checked, survivor, intended)

    def _leave(
        self, step: Step, intended: JournalStep | None, code: SkipCode, detail: str = ""
    ) -> None:
        if intended is None:
            self._action.leave(_row(step, self._action.kind), code, detail)
        else:
            self._action.leave_after_all(intended, code, detail)

    def _look(self, step: Step, look: Look | None) -> Skipped | preflight.Checked:
        victim, survivor = step.victim.path, step.survivor.path
        if os.path.realpath(survivor) in self._gone:
            return Skipped(victim, SkipCode.SURVIVOR_GOES_TOO, survivor)
        if (skipped := beyond_way(step, self._action.kind)) is not None:
            return skipped
        checked = preflight.check(
            for_way(step, self._action.kind),
            stood_in_for=self._stood_in_for,
            rescue_metadata=self._sidecars is not None,
            companions=self._listed.of,
            separated=self._separated,
            earlier=look,
        )
        if isinstance(checked, Skipped):
            return checked
        if _identity(checked.victim_stat) in self._relied_on:
            return Skipped(victim, SkipCode.SURVIVOR_GOES_TOO, victim)
        return self._in_use.check(step) or checked

    def _stood_in_for(self, digest: bytes) -> list[JournalStep]:
        """The journal's answer without intents that are not done yet."""
        rows = self._journal.stood_in_for(digest)
        return [row for row in rows if not self._action.is_only_intended(row)]

    def _act(
        self,
        step: Step,
        checked: preflight.Checked,
        survivor: os.stat_result,
        intended: JournalStep | None,
    ) -> None:
        victim = os.path.realpath(step.victim.path)
        statuses = (checked.victim_stat, *checked.companion_stats)
        devices = frozenset((checked.victim_stat.st_dev, survivor.st_dev))
        rows, count = ([intended], 1) if intended is not None else self._write_down(step, checked)
        if not rows:
            return
        photo, *companions = rows[:count]
        if len(devices) > 1:
            let_time_pass_since(survivor)
        written = [self._action.carry_out(row, statuses[0]) for row in rows[count:]]
        if not all(isinstance(sidecar, JournalStep) for sidecar in written):
            for row in (photo, *companions):
                self._action.leave_after_all(row, SkipCode.CANNOT_RESCUE, step.survivor.path)
            return
        done = self._action.carry_out(
            photo, statuses[0], lambda row: self._postflight.survives(row, survivor, devices)
        )
        if done in (SkipCode.SAME_FILE, SkipCode.RESTORE_FAILED):
            self._one_volume.add(devices)
        if isinstance(done, JournalStep):
            self._gone.add(victim)
            self._relied_on.add(_identity(survivor))
            for companion, status in zip(companions, statuses[1:], strict=False):
                self._take_along(companion, status)
        else:
            for companion in companions:
                self._action.leave_after_all(companion, SkipCode.CANCELLED, step.victim.path)
            for sidecar in written:
                if isinstance(sidecar, JournalStep):
                    self._action.take_back(sidecar, SkipCode.CANCELLED, step.victim.path)

    def _take_along(self, companion: JournalStep, expected: os.stat_result) -> None:
        """Act on a companion, unless its twin has gone since the check, which may take long."""
        try:
            beside = self._listed.of(companion.survivor)
        except OSError:
            beside = ()
        # Without its photo, its own folder may look like one for the companions of the kept copy.
        others = (one.path for one in beside if one.path != companion.path)
        content = companion.size_bytes, companion.digest
        if any(presence_of(path, *content) is Presence.SAME for path in others):
            self._action.carry_out(companion, expected)
        else:
            self._action.leave_after_all(companion, SkipCode.HAS_COMPANIONS, companion.path)

    def _write_down(self, step: Step, checked: preflight.Checked) -> tuple[list[JournalStep], int]:
        """Journal the intents for one photo.

        Returns:
            Rows of the photo and its companions, then of its sidecar, and the number of the first
            two; none where the photo stays.
        """
        statuses = (checked.victim_stat, *checked.companion_stats)
        try:
            intended = self._intended(step, statuses)
        except OSError as error:
            gone = not os.path.lexists(step.victim.path)
            code = SkipCode.VANISHED if gone else failure_of(self._action.kind)
            words = "" if gone else os_error_text(error)
            self._action.leave(_row(step, self._action.kind), code, words)
            return [], 0
        sidecars = []
        if checked.rescue is not None and self._sidecars is not None:
            sidecars = [self._sidecars.row(checked.rescue, step.victim.path)]
        # The sidecar is undone last, when it is known whether the photo came back.
        return self._action.intend([*intended, *sidecars]), len(intended)

    def _intended(self, step: Step, statuses: Sequence[os.stat_result]) -> list[JournalStep]:
        """Rows for a photo and its companions, with their places."""
        photo = self._action.placed(
            replace(_row(step, self._action.kind), mtime_ns=statuses[0].st_mtime_ns)
        )
        rows = [photo]
        rows += [
            self._action.placed(
                replace(
                    photo,
                    path=path,
                    size_bytes=status.st_size,
                    mtime_ns=status.st_mtime_ns,
                    digest=digest_of(path),
                    evidence=Evidence.SAME_BYTES,
                )
            )
            for path, status in zip(going_along(step, photo.kind), statuses[1:], strict=False)
        ]
        if photo.kind in _NEED_ATTRIBUTES:
            rows = [replace(row, attributes=attributes_of(row.path)) for row in rows]
        return rows


def _row(step: Step, kind: ActionKind) -> JournalStep:
    victim, survivor = step.victim, step.survivor
    return JournalStep(
        step_id=0,
        path=victim.path,
        size_bytes=victim.size_bytes,
        mtime_ns=victim.mtime_ns,
        digest=victim.digest,
        survivor=survivor.path,
        evidence=step.evidence,
        state=StepState.INTENDED,
        kind=kind,
        survivor_digest=survivor.digest,
        survivor_size_bytes=survivor.size_bytes,
    )


def _status_before(path: str) -> os.stat_result | None:
    try:
        return status_when_opened(path)
    except (OSError, ValueError):
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
