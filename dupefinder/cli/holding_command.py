"""`dupefinder holding`: where something was set aside, and deleting it for good on request."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from dupefinder.actions.overview import overview_of
from dupefinder.actions.records import ActionKind, Plan
from dupefinder.actions.set_aside.empty import empty, plan_emptying
from dupefinder.actions.set_aside.folder import known_holding_folders
from dupefinder.actions.set_aside.restore import held_now
from dupefinder.cli.action_journal import journal_path, open_journal, settle, warn_root
from dupefinder.cli.outcome_lines import outcome_lines
from dupefinder.cli.plan_lines import plan_lines, skip_lines, sum_lines
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.cli.words import counted, size_words
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.job import JobContext


def run(arguments: argparse.Namespace) -> int:
    """List the holding folders, or empty one.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0; 1 when a file was refused or skipped; 130 when stopped.

    Raises:
        WrongUsage: The folder cannot be read; a name is empty.
        DupeFinderError: See `Journal.open` and `execute`.
    """
    path = journal_path(arguments)
    if arguments.action == "list":
        for line in _folder_lines(known_holding_folders(_places(path))):
            say(line)
        return 0
    try:
        held = held_now(arguments.holding, arguments.only)
    except OSError as error:
        raise WrongUsage(f"cannot read {arguments.holding!a}: {error.strerror or error}") from error
    plan = plan_emptying(held)
    if arguments.permanently and arguments.yes:
        return _empty(plan, path)
    overview = overview_of(plan)
    for line in (*plan_lines(plan, overview), *sum_lines(plan, overview)):
        say(line)
    say("Nothing was changed." + (" --permanently --yes deletes." if plan.steps else ""))
    return 1 if plan.refused else 0


def _places(path: Path) -> list[str]:
    """Where the journal says that something was set aside, if there is one."""
    if not path.exists():
        return []
    with open_journal(path) as journal:
        rows = [row for action in journal.actions() for row in journal.steps(action.action_id)]
    return [row.place for row in rows if row.kind is ActionKind.SET_ASIDE and row.place]


def _folder_lines(folders: list[str]) -> Iterator[str]:
    if not folders:
        yield "Nothing is set aside on the drives that are connected."
    for folder in folders:
        try:
            held = held_now(folder)
        except OSError as error:
            yield f"{printable(folder)}: cannot be read ({error.strerror})"
            continue
        size = size_words(sum(file.size_bytes for file in held))
        yield f"{printable(folder)}: {counted(len(held), 'file')}, {size}"


def _empty(plan: Plan, path: Path) -> int:
    warn_root()
    for line in skip_lines("Refused:", plan.refused):
        say(line)
    if not plan.steps:
        say("Nothing was deleted.")
        return 1 if plan.refused else 0
    with ProgressLine() as progress:
        context = JobContext(progress.show)
        with StopSignals(context.cancel), open_journal(path) as journal:
            settle(journal)
            outcome = empty(plan, journal, context)
    for line in outcome_lines(outcome, ()):
        say(line)
    if outcome.cancelled:
        warn("Stopped; the rest is still set aside.")
        return 130
    return 1 if outcome.skipped or plan.refused else 0
