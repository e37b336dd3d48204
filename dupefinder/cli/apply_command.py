"""`dupefinder apply`: what a scan proposed goes to the trash, or is told first."""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dupefinder.actions.execute import execute
from dupefinder.actions.overview import Overview, overview_of
from dupefinder.actions.plan_file import PlanFile, encode_plan
from dupefinder.actions.records import Outcome, Plan, StepState
from dupefinder.cli.action_journal import (
    journal_path,
    open_journal,
    same_journal_words,
    settle,
    warn_root,
)
from dupefinder.cli.asked_plan import asked_plan, said_roles
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
    asked = asked_plan(arguments, said_roles(arguments, path))
    if arguments.yes and arguments.save_plan is None:
        return _apply(asked.file.plan, path, same_journal_words(arguments))
    overview = overview_of(asked.file.plan)
    if arguments.save_plan is not None:
        _save(asked.file, overview, arguments.save_plan)
    if arguments.yes:
        return _apply(asked.file.plan, path, same_journal_words(arguments))
    for line in _dry_run_lines(asked.file.plan, overview, asked.others):
        say(line)
    return 1 if asked.file.plan.refused else 0


def _save(file: PlanFile, overview: Overview, path: str) -> None:
    content = encode_plan(file, overview, DriveTable())
    try:
        write_whole(path, content)
    except OSError as error:
        raise WrongUsage(f"cannot write to {path!a}: {error.strerror or error}") from error
    say(f"The plan is in {printable(path)}; `dupefinder apply` takes it.")


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
