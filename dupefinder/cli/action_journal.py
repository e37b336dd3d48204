"""The journal as the commands use it: its path, interrupted actions, and undo."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dupefinder.actions.journal import damaged_journals, default_journal_path
from dupefinder.actions.journal_file import JournalFault
from dupefinder.actions.records import ActionKind, JournalStep, Outcome, StepState
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.job import JobContext
from dupefinder.services.catalog import own_decisions_path
from dupefinder.services.removal import RemovalSession, running_as_root
from dupefinder.text.actions import did_text, step_text, undoing_text
from dupefinder.text.counts import files_text
from dupefinder.text.plans import root_text
from dupefinder.text.translation import _


def journal_path(arguments: argparse.Namespace) -> Path:
    """The journal that is named, or the one beside the catalog in use.

    Args:
        arguments: Result of `arguments.parse`.

    Raises:
        WrongUsage: A name is empty.
    """
    for option in ("journal", "catalog"):
        if getattr(arguments, option, None) == "":
            raise WrongUsage(_("--{option} needs the name of a file").format(option=option))
    default = default_journal_path()
    if getattr(arguments, "journal", None):
        path = arguments.journal
    elif arguments.catalog:
        path = os.path.join(os.path.dirname(os.path.realpath(arguments.catalog)), default.name)
    else:
        path = default
    return Path(os.path.abspath(path))


def settled_session(path: Path, tell: Callable[[str], None] = say) -> RemovalSession:
    """Open the journal, to be closed, and report an interrupted action.

    Args:
        path: The journal's path.
        tell: Takes each line.

    Raises:
        DupeFinderError: See `RemovalSession.settle_earlier`.
    """
    session = RemovalSession(path, own_decisions_path())
    try:
        earlier = session.settle_earlier()
    except BaseException:
        session.close()
        raise
    if earlier.is_newly_damaged:
        warn(
            _(
                "the journal was damaged; a new one was started, and the damaged one is now"
                " {set_aside}"
            ).format(set_aside=earlier.damaged[-1])
        )
    settled = earlier.settled
    if settled:
        tell(
            _("An earlier action was interrupted; {files} checked:").format(
                files=files_text(len(settled))
            )
        )
    for step in settled:
        tell(f"  {step_text(step)}: {printable(step.path)}")
    return session


def lines_of_damaged(path: Path) -> Iterator[str]:
    """Lines on earlier journals that were damaged.

    Args:
        path: The journal's path.
    """
    damaged = damaged_journals(path)
    if not damaged:
        return
    yield _("An earlier journal was damaged: what was done before is not listed.")
    for journal in damaged:
        yield _("  it is here: {journal}").format(journal=printable(str(journal)))
    yield (
        _(
            "Files in the trash can be brought back from there, and files that were set aside"
            " with `dupefinder restore`."
        )
    )


@contextmanager
def telling_what_was_done(journal_words: str) -> Iterator[None]:
    """Report what was done before the journal failed during an action.

    Args:
        journal_words: Result of `same_journal_text`.
    """
    try:
        yield
    except JournalFault as fault:
        if fault.so_far is not None:
            for line in _lines_so_far(fault.so_far, journal_words):
                say(line)
        raise


def _lines_so_far(so_far: Outcome, journal_words: str) -> Iterator[str]:
    did = did_text(so_far.kind, len(so_far.done))
    if not so_far.done:
        yield _("The journal failed before anything was done.")
        return
    yield _("The journal failed; {did} before that:").format(did=did)
    for path in so_far.done:
        yield f"  {printable(path)}"
    if so_far.kind is not ActionKind.DELETE:
        yield (
            _(
                "Once the journal can be written, `dupefinder undo {action_id}{journal_words}`"
                " {undoes}."
            ).format(
                action_id=so_far.action_id,
                journal_words=journal_words,
                undoes=undoing_text(so_far.kind),
            )
        )


@contextmanager
def acting(arguments: argparse.Namespace) -> Iterator[tuple[RemovalSession, JobContext]]:
    """Open the journal for an action with progress, which Ctrl+C stops.

    Args:
        arguments: Result of `arguments.parse`.

    Raises:
        DupeFinderError: See `settled_session`.
    """
    with telling_what_was_done(same_journal_text(arguments)), ProgressLine() as line:
        context = JobContext(line.show)
        with (
            StopSignals(context.cancel),
            settled_session(journal_path(arguments)) as session,
        ):
            yield session, context


def done_steps(session: RemovalSession, outcome: Outcome) -> list[JournalStep]:
    """Return the journal's rows of what an action has done.

    Raises:
        DupeFinderError: See `Journal.open`.
    """
    return [step for step in session.steps(outcome.action_id) if step.state is StepState.DONE]


def undo_line(outcome: Outcome, arguments: argparse.Namespace) -> str:
    """The command that undoes an action, and what it does, in a sentence."""
    return _("`dupefinder undo {action_id}{journal_words}` {undoes}.").format(
        action_id=outcome.action_id,
        journal_words=same_journal_text(arguments),
        undoes=undoing_text(outcome.kind),
    )


def same_journal_text(arguments: argparse.Namespace) -> str:
    """Options with which another command finds the same journal."""
    for option in ("journal", "catalog"):
        named = getattr(arguments, option)
        if named:
            return f" --{option} {printable(named)}"
    return ""


def warn_root() -> None:
    """Warn a superuser, whom no permission restrains."""
    if running_as_root():
        warn(root_text())
