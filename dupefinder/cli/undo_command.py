"""`dupefinder undo`: what was moved to the trash comes back to its place."""

import argparse
from collections.abc import Sequence

from dupefinder.actions.records import ActionRecord, Outcome
from dupefinder.actions.undo import undo
from dupefinder.cli.action_journal import (
    journal_path,
    open_journal,
    same_journal_words,
    settle,
    warn_root,
)
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.cli.words import size_words, skip_words
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.job import JobContext


def run(arguments: argparse.Namespace) -> int:
    """Undo one action.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0; 1 when a file could not be brought back, or nothing is there to undo; 130 when stopped.

    Raises:
        WrongUsage: There is no action of this number; a name is empty.
        DupeFinderError: See `Journal.open` and `undo`.
    """
    path = journal_path(arguments)
    if not path.exists():
        return _nothing_to_undo(arguments.action_id, ())
    with ProgressLine() as line:
        context = JobContext(line.show)
        with StopSignals(context.cancel), open_journal(path) as journal:
            settle(journal)
            actions = journal.actions()
            action_id = _chosen(arguments.action_id, actions)
            if action_id is None:
                return _nothing_to_undo(arguments.action_id, actions)
            warn_root()
            outcome = undo(action_id, journal, context)
    return _deliver(outcome, same_journal_words(arguments))


def _chosen(action_id: int | None, actions: Sequence[ActionRecord]) -> int | None:
    """The action to undo; None when there is nothing in the trash of it, or of any."""
    for action in actions:
        if action_id is None and action.done:
            return action.action_id
        # What was not in the trash once may be there again, on a drive that was away.
        if action_id == action.action_id and action.done + action.lost:
            return action_id
    return None


def _nothing_to_undo(action_id: int | None, actions: Sequence[ActionRecord]) -> int:
    if action_id is None:
        warn("there is nothing to undo")
    elif any(action.action_id == action_id for action in actions):
        warn(f"of action {action_id} nothing is in the trash")
    else:
        raise WrongUsage(f"there is no action {action_id}; `dupefinder history` lists them")
    return 1


def _deliver(outcome: Outcome, journal_words: str) -> int:
    if outcome.skipped:
        say("Not brought back:")
    for skip in outcome.skipped:
        say(f"  {printable(skip.path)}: {printable(skip_words(skip))}")
    say(
        f"{len(outcome.done):,} brought back, {len(outcome.skipped):,} skipped;"
        f" {size_words(outcome.done_bytes)}"
    )
    if outcome.skipped or outcome.cancelled:
        say(f"`dupefinder undo {outcome.action_id}{journal_words}` tries the rest again.")
    if outcome.cancelled:
        warn("Stopped; the rest is still in the trash.")
        return 130
    return 1 if outcome.skipped else 0
