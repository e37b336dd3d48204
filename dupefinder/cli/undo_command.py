"""`dupefinder undo`: take back what an action did to photos."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from dupefinder.actions.records import ActionKind, ActionRecord, JournalStep, Outcome, SkipCode
from dupefinder.actions.undo import cannot_come_back
from dupefinder.cli.action_journal import (
    journal_path,
    lines_of_damaged,
    same_journal_text,
    settled_session,
    warn_root,
)
from dupefinder.cli.action_report import skip_lines
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.job import JobContext
from dupefinder.text.actions import undone_text
from dupefinder.text.counts import files_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _


def run(arguments: argparse.Namespace) -> int:
    """Undo one action.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when a file could not be brought back, or nothing is there to undo; 130 when stopped.

    Raises:
        WrongUsage: There is no action of this number; a name is empty.
        DupeFinderError: See `Journal.open` and `undo`.
    """
    path = journal_path(arguments)
    if arguments.only == "":
        raise WrongUsage(_("--only needs the name of a file or folder"))
    if not path.exists():
        return _nothing_to_undo(arguments, (), path)
    with ProgressLine() as line:
        context = JobContext(line.show)
        with StopSignals(context.cancel), settled_session(path) as session:
            action = session.action_to_undo(arguments.action_id, arguments.only)
            if action is None:
                return _nothing_to_undo(arguments, session.actions(), path)
            warn_root()
            for text in _foretelling(session.steps_to_undo(action.action_id, arguments.only)):
                say(text)
            outcome = session.undo(action.action_id, context, arguments.only)
    return _deliver(outcome, action.kind, same_journal_text(arguments))


def _nothing_to_undo(
    arguments: argparse.Namespace, actions: Sequence[ActionRecord], path: Path
) -> int:
    action_id = arguments.action_id
    of = "" if arguments.only is None else _(" of {path}").format(path=printable(arguments.only))
    if action_id is None:
        warn(_("there is nothing{of} to undo").format(of=of))
        for line in lines_of_damaged(path):
            say(line)
    elif any(action.action_id == action_id for action in actions):
        warn(
            _("action {action_id} has nothing{of} to bring back").format(action_id=action_id, of=of)
        )
    else:
        raise WrongUsage(
            _("there is no action {action_id}; `dupefinder history` lists them").format(
                action_id=action_id
            )
        )
    return 1


def _foretelling(steps: Sequence[JournalStep]) -> Iterator[str]:
    """Lines about what undo cannot restore, shown before it starts."""
    cannot = cannot_come_back(steps)
    waiting = sum(skip.code is SkipCode.TRASH_AWAY for skip in cannot)
    if waiting:
        yield _(
            "{files} cannot be brought back now: the drive with the trash is not connected."
        ).format(files=files_text(waiting))
    if len(cannot) > waiting:
        yield _("{files} cannot be brought back.").format(files=files_text(len(cannot) - waiting))
    if any(step.kind in (ActionKind.MOVE, ActionKind.HARD_LINK) for step in steps):
        yield (
            _(
                "Bytes, names and times come back; times of creation do not, where a file was"
                " linked or copied to another drive."
            )
        )


def _deliver(outcome: Outcome, kind: ActionKind, journal_words: str) -> int:
    for line in skip_lines(_("Not brought back:"), outcome.skipped):
        say(line)
    say(
        _("{done}, {n} skipped; {size}").format(
            done=undone_text(kind, len(outcome.done)),
            n=number_text(len(outcome.skipped)),
            size=bytes_text(outcome.done_bytes),
        )
    )
    if outcome.skipped or outcome.cancelled:
        say(
            _("`dupefinder undo {action_id}{journal_words}` tries the rest again.").format(
                action_id=outcome.action_id, journal_words=journal_words
            )
        )
    if outcome.cancelled:
        warn(_("Stopped; the rest is as it was."))
        return 130
    return 1 if outcome.skipped else 0
