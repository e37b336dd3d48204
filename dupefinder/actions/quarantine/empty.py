"""Emptying a quarantine folder, for good or to the trash, while kept copies exist.

Only files in the quarantine folder itself are removed, never through links: somebody else may have
made the folder.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions.backends.choosing import way_back
from dupefinder.actions.backends.protocol import Backend, Refused
from dupefinder.actions.backends.trusted_folder import LeadsElsewhere, trusted_folder
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.plan import make_plan
from dupefinder.actions.quarantine.backend import remove_empty_folders
from dupefinder.actions.quarantine.folder import quarantine_folder_of
from dupefinder.actions.quarantine.manifest import QuarantinedFile
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
)
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.errors import is_gone
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE


def plan_emptying(
    held: Sequence[QuarantinedFile],
    context: JobContext | None = None,
    kind: ActionKind = ActionKind.DELETE,
) -> Plan:
    """Plan to remove files that were set aside, each photo with its companions.

    Where the kept copy was itself set aside since, the copy that was kept for that one is taken,
    and the two are compared anew.

    Args:
        held: The files in quarantine folders.
        context: Pause, cancel; None for a plan that nobody stops.
        kind: Deleting, or moving to the trash.

    Raises:
        Cancelled: The job was cancelled.
    """
    refused = [skip for file in held if (skip := _leads_elsewhere(file))]
    elsewhere = {skip.path for skip in refused}
    photos = [file for file in held if not file.is_companion and file.place not in elsewhere]
    # Several files may have had one path, one after the other.
    by_content: dict[tuple[str, bytes], list[QuarantinedFile]] = {}
    for file in photos:
        by_content.setdefault((file.path, file.digest), []).append(file)
    steps = [_step(file, by_content) for file in photos]
    plan = make_plan(steps, context=context)
    return replace(plan, refused=(*refused, *plan.refused), kind=kind)


def empty(
    plan: Plan,
    quarantine: str,
    journal: Journal,
    context: JobContext,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Outcome:
    """Remove the planned files, and folders that become empty.

    Args:
        plan: Result of `plan_emptying`.
        quarantine: The quarantine folder; files outside it stay.
        journal: Records the action.
        context: Progress in the phase "act", pause and cancel.
        separated: Photos that a person called different.

    Raises:
        JournalFault: The journal cannot be written; no further file is removed.
    """
    way = _InQuarantine(quarantine, way_back(plan.kind))
    plan = replace(plan, steps=tuple(_as_decided(plan.steps, journal)))
    outcome = execute(plan, journal, context, way, separated)
    if plan.kind is ActionKind.DELETE:
        journal.note_deleted({*outcome.done, *_places_before(outcome.action_id, journal)})
    for place in outcome.done:
        remove_empty_folders(way.quarantine, way.names_of(place))
    return outcome


def _as_decided(steps: Sequence[Step], journal: Journal) -> Iterator[Step]:
    """The steps as they were decided on when the files were set aside, by the journal.

    A manifest may be from somebody else: evidence that proves less than all is only believed if the
    journal has it, too. What a person accepted then, such as a smaller copy, is accepted still.
    """
    rows = journal.set_aside_files()
    weak = {(row.digest, row.evidence) for row in rows}
    accepted = {(row.digest, row.evidence, row.survivor_digest) for row in rows}
    for step in steps:
        digest, evidence = step.victim.digest, step.evidence
        if (digest, evidence, step.survivor.digest) in accepted:
            yield replace(step, accepts_smaller=True)
        elif evidence in REPLACEABLE or (digest, evidence) in weak:
            yield step
        else:
            yield replace(step, evidence=Evidence.RE_ENCODED)


class _InQuarantine:
    """Removes files of a quarantine folder, and no others.

    Attributes:
        quarantine: The folder, links resolved.
        kind: See `Backend`, as for what follows.
    """

    def __init__(self, quarantine: str, way: Backend) -> None:
        self.quarantine = os.path.realpath(quarantine)
        self.kind = way.kind
        self.choose_place = way.choose_place
        self.bring_back = way.bring_back
        self.settle = way.settle
        self._way = way

    def names_of(self, place: str) -> tuple[str, ...]:
        """The names from the quarantine folder to a place."""
        return tuple(os.path.relpath(place, self.quarantine).split(os.sep))

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Remove the file from its quarantine folder."""
        try:
            *folders, name = self.names_of(step.path)
            with trusted_folder(self.quarantine, folders) as folder:
                self._way.carry_out(replace(step, path=os.path.join(folder, name)), expected)
        except (LeadsElsewhere, ValueError) as error:
            raise Refused(SkipCode.LEADS_ELSEWHERE, step.path) from error


def _leads_elsewhere(file: QuarantinedFile) -> Skipped | None:
    try:
        with trusted_folder(file.quarantine, file.names[:-1]):
            return None
    except LeadsElsewhere as elsewhere:
        return Skipped(file.place, SkipCode.LEADS_ELSEWHERE, elsewhere.filename)
    except OSError:
        return None  # the preflight will tell


def _places_before(action_id: int, journal: Journal) -> Iterator[str]:
    """Earlier places of deleted files whose quarantine folder was moved since."""
    deleted: dict[bytes, list[str]] = {}
    for row in journal.steps(action_id):
        if row.state is StepState.DONE:
            deleted.setdefault(row.digest, []).append(row.path)
    for action in journal.actions():
        for row in journal.steps(action.action_id):
            paths = deleted.get(row.digest)
            if not paths or row.kind is not ActionKind.SET_ASIDE or row.place is None:
                continue
            with suppress(ValueError):
                # Its tree is named by the time, and so is unique.
                in_tree = os.sep + os.path.relpath(row.place, quarantine_folder_of(row.place))
                if is_gone(row.place) and any(path.endswith(in_tree) for path in paths):
                    yield row.place


def _step(
    file: QuarantinedFile, by_content: dict[tuple[str, bytes], list[QuarantinedFile]]
) -> Step:
    found, passed = [(_stayed_for(file), file.evidence)], {file.place}
    survivor, evidence = found[0]
    for stayed, shown_by in found:  # grows during the loop
        if os.path.lexists(stayed.path):
            survivor, evidence = stayed, shown_by
            break
        for nearer in by_content.get((stayed.path, stayed.digest), ()):
            if nearer.place not in passed:
                passed.add(nearer.place)
                same_bytes = shown_by is Evidence.SAME_BYTES
                found.append((_stayed_for(nearer), nearer.evidence if same_bytes else shown_by))
    victim = PlannedFile(file.place, file.size_bytes, file.mtime_ns, file.digest)
    return Step(victim, survivor, evidence)


def _stayed_for(file: QuarantinedFile) -> PlannedFile:
    return PlannedFile(file.survivor, file.survivor_size_bytes, 0, file.survivor_digest)
