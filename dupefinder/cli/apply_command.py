"""`dupefinder apply`: what a scan proposed goes to the trash, or is told first."""

import argparse
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dupefinder.actions.execute import execute
from dupefinder.actions.json_fields import Unfit
from dupefinder.actions.overview import Overview, overview_of
from dupefinder.actions.plan import make_plan
from dupefinder.actions.plan_file import decode_plan, encode_plan
from dupefinder.actions.records import Outcome, Plan, SkipCode, Skipped, Step, StepState
from dupefinder.cli.action_arguments import DEFAULT_EVIDENCE
from dupefinder.cli.action_journal import (
    journal_path,
    open_journal,
    same_journal_words,
    settle,
    warn_root,
)
from dupefinder.cli.groups_file import GroupsFile, read_groups, read_named
from dupefinder.cli.plan_lines import plan_lines, skip_lines, sum_lines
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.cli.whole_file import check_target, write_whole
from dupefinder.cli.words import EVIDENCE, counted, size_words
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable


def run(arguments: argparse.Namespace) -> int:
    """Move the copies that a scan proposed to the trash; without `--yes` tell which.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0; 1 when a file was refused or skipped; 130 when stopped.

    Raises:
        WrongUsage: The JSON is not what a scan writes; a name is empty.
        DupeFinderError: See `Journal.open` and `execute`.
    """
    path = journal_path(arguments)
    if arguments.save_plan is not None:
        check_target(arguments.save_plan)
    asked = _from_groups(arguments) if arguments.plan is None else _from_plan(arguments)
    if arguments.yes and arguments.save_plan is None:
        return _apply(asked.plan, path, same_journal_words(arguments))
    overview = overview_of(asked.plan)
    if arguments.save_plan is not None:
        _save(asked, overview, arguments.save_plan)
    if arguments.yes:
        return _apply(asked.plan, path, same_journal_words(arguments))
    for line in _dry_run_lines(asked.plan, overview, asked.others):
        say(line)
    return 1 if asked.plan.refused else 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """A plan, what it was checked against, and what was left alone for its evidence."""

    plan: Plan
    protected_folders: tuple[str, ...]
    others: Counter[Evidence]


def _from_groups(arguments: argparse.Namespace) -> _Asked:
    groups = read_groups(arguments.groups)
    evidence = {Evidence(name) for name in arguments.evidence or DEFAULT_EVIDENCE}
    plan = plan_of(groups, evidence)
    return _Asked(plan, groups.protected_folders, _others(groups, evidence))


def _from_plan(arguments: argparse.Namespace) -> _Asked:
    if arguments.evidence is not None:
        raise WrongUsage("--evidence chooses among the copies of a scan; a plan has its steps")
    name, content = read_named(arguments.plan)
    try:
        file = decode_plan(content)
    except Unfit as error:
        raise WrongUsage(
            f"{name} is not what `dupefinder apply --save-plan` of this version writes: {error}"
        ) from error
    plan = make_plan(file.plan.steps, file.protected_folders)
    plan = replace(plan, kind=file.plan.kind, target=file.plan.target)
    return _Asked(plan, file.protected_folders, Counter())


def _save(asked: _Asked, overview: Overview, path: str) -> None:
    content = encode_plan(asked.plan, overview, asked.protected_folders, DriveTable())
    try:
        write_whole(path, content)
    except OSError as error:
        raise WrongUsage(f"cannot write to {path!a}: {error.strerror or error}") from error
    say(f"The plan is in {printable(path)}; `dupefinder apply` takes it.")


def plan_of(groups: GroupsFile, evidence: Collection[Evidence]) -> Plan:
    """Plan the removal of what a scan proposed.

    Args:
        groups: What it found.
        evidence: What the removals may rest on.
    """
    steps: list[Step] = []
    refused: list[Skipped] = []
    for group in groups.groups:
        by_path = {listed.file.path: listed for listed in group}
        for listed in group:
            if listed.keep or (listed.evidence is not None and listed.evidence not in evidence):
                continue
            survivor = by_path.get(listed.against or "")
            if listed.evidence is None:
                refused.append(Skipped(listed.file.path, SkipCode.NOT_A_DUPLICATE))
            elif survivor is None:
                refused.append(Skipped(listed.file.path, SkipCode.NO_SURVIVOR))
            else:
                steps.append(Step(listed.file, survivor.file, listed.evidence, why=listed.reason))
    plan = make_plan(steps, groups.protected_folders)
    return replace(plan, refused=(*refused, *plan.refused))


def _others(groups: GroupsFile, evidence: Collection[Evidence]) -> Counter[Evidence]:
    """Count the copies that were proposed for another evidence."""
    proposed = (listed for group in groups.groups for listed in group if not listed.keep)
    return Counter(
        listed.evidence
        for listed in proposed
        if listed.evidence is not None and listed.evidence not in evidence
    )


def _dry_run_lines(plan: Plan, overview: Overview, others: Counter[Evidence]) -> Iterator[str]:
    yield from plan_lines(plan, overview)
    for kind, count in sorted(others.items()):
        copies = counted(count, "copy", "copies")
        yield f"Left alone: {copies} {EVIDENCE[kind]}; --evidence {kind} takes such, too"
    yield from sum_lines(plan, overview)
    yield "Nothing was changed." + (" The same with --yes does it." if plan.steps else "")


def _apply(plan: Plan, path: Path, journal_words: str) -> int:
    warn_root()
    outcome, can_undo = _execute(plan, path) if plan.steps else (None, False)
    for line in skip_lines("Refused:", plan.refused):
        say(line)
    if outcome is None:
        say("Nothing was moved to the trash.")
        return 1 if plan.refused else 0
    for line in _outcome_lines(outcome):
        say(line)
    if can_undo:
        say(f"`dupefinder undo {outcome.action_id}{journal_words}` brings back what was moved.")
    elif outcome.done:
        say("The system's own trash brings back what was moved.")
    if outcome.cancelled:
        warn("Stopped; the rest is untouched.")
        return 130
    return 1 if outcome.skipped or plan.refused else 0


def _execute(plan: Plan, path: Path) -> tuple[Outcome, bool]:
    """Carry the plan out.

    Returns:
        What was done, and whether it is known where in the trash something lies.
    """
    with ProgressLine() as line:
        context = JobContext(line.show)
        with StopSignals(context.cancel), open_journal(path) as journal:
            settle(journal)
            outcome = execute(plan, journal, context)
            rows = journal.steps(outcome.action_id)
    return outcome, any(row.state is StepState.DONE and row.place for row in rows)


def _outcome_lines(outcome: Outcome) -> Iterator[str]:
    yield from skip_lines("Skipped:", outcome.skipped)
    yield (
        f"{len(outcome.done):,} moved to the trash, {len(outcome.skipped):,} skipped;"
        f" {size_words(outcome.done_bytes)} in the trash"
    )
