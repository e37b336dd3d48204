"""`dupefinder apply`: what a scan proposed goes to the trash, or is told first."""

import argparse
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from dupefinder.actions.execute import execute
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import Outcome, Plan, SkipCode, Skipped, Step, StepState
from dupefinder.cli.action_journal import (
    journal_path,
    open_journal,
    same_journal_words,
    settle,
    warn_root,
)
from dupefinder.cli.groups_file import GroupsFile, read_groups
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.cli.words import EVIDENCE, counted, size_words, skip_words
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence


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
    groups = read_groups(arguments.groups)
    evidence = {Evidence(name) for name in arguments.evidence}
    plan = plan_of(groups, evidence)
    if not arguments.yes:
        for line in _dry_run_lines(plan, _others(groups, evidence)):
            say(line)
        return 1 if plan.refused else 0
    return _apply(plan, path, same_journal_words(arguments))


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
                steps.append(Step(listed.file, survivor.file, listed.evidence))
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


def _dry_run_lines(plan: Plan, others: Counter[Evidence]) -> Iterator[str]:
    if plan.steps:
        yield "Would go to the trash:"
    for step in plan.steps:
        victim = step.victim
        yield (
            f"  {EVIDENCE[step.evidence]:<11}  {size_words(victim.size_bytes):>10}"
            f"  {printable(victim.path)}"
        )
        yield f"{'':<27}stays: {printable(step.survivor.path)}"
        for companion in step.companions:
            yield f"{'':<27}goes along: {printable(companion)}"
    yield from _skip_lines("Refused, and stays:", plan.refused)
    for kind, count in sorted(others.items()):
        copies = counted(count, "copy", "copies")
        yield f"Left alone: {copies} {EVIDENCE[kind]}; --evidence {kind} takes such, too"
    size = size_words(sum(step.victim.size_bytes for step in plan.steps))
    along = sum(len(step.companions) for step in plan.steps)
    remark = f" with {counted(along, 'file')} that belong to them" if along else ""
    yield (
        f"{counted(len(plan.steps), 'photo')}{remark} would go to the trash, {size};"
        f" {len(plan.refused):,} refused"
    )
    yield "Nothing was changed." + (" The same with --yes does it." if plan.steps else "")


def _skip_lines(title: str, skipped: Collection[Skipped]) -> Iterator[str]:
    if skipped:
        yield title
    for skip in skipped:
        yield f"  {printable(skip.path)}: {printable(skip_words(skip))}"


def _apply(plan: Plan, path: Path, journal_words: str) -> int:
    warn_root()
    outcome, can_undo = _execute(plan, path) if plan.steps else (None, False)
    for line in _skip_lines("Refused:", plan.refused):
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
    yield from _skip_lines("Skipped:", outcome.skipped)
    yield (
        f"{len(outcome.done):,} moved to the trash, {len(outcome.skipped):,} skipped;"
        f" {size_words(outcome.done_bytes)} in the trash"
    )
