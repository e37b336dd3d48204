"""The journal as the commands use it: where it lies, and what an action broken off left."""

import argparse
import os
from pathlib import Path

from dupefinder.actions.journal import Journal, default_journal_path
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.superuser import running_as_root
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.cli.words import counted, state_words
from dupefinder.cli.wrong_usage import WrongUsage


def journal_path(arguments: argparse.Namespace) -> Path:
    """The journal that is named, or the one beside the catalog in use.

    Args:
        arguments: As `arguments.parse` gives them.

    Raises:
        WrongUsage: A name is empty.
    """
    for option in ("journal", "catalog"):
        if getattr(arguments, option) == "":
            raise WrongUsage(f"--{option} needs the name of a file")
    default = default_journal_path()
    if arguments.journal:
        path = arguments.journal
    elif arguments.catalog:
        path = os.path.join(os.path.dirname(os.path.realpath(arguments.catalog)), default.name)
    else:
        path = default
    return Path(os.path.abspath(path))


def open_journal(path: Path) -> Journal:
    """Open the journal, to be closed; say so when a damaged one was set aside.

    Raises:
        DupeFinderError: See `Journal.open`.
    """
    journal = Journal.open(path)
    if journal.set_aside is not None:
        warn(
            "the journal was damaged and a new one is begun; the damaged one is now"
            f" {journal.set_aside}"
        )
    return journal


def settle(journal: Journal) -> None:
    """Settle what an action that was broken off left, and say what was found.

    Raises:
        DupeFinderError: The journal cannot be written.
    """
    settled = reconcile(journal)
    if settled:
        say(f"An earlier action was broken off; {counted(len(settled), 'file')} looked up:")
    for step in settled:
        say(f"  {state_words(step)}: {printable(step.path)}")


def same_journal_words(arguments: argparse.Namespace) -> str:
    """What another command needs to find the same journal, to be put behind its words."""
    for option in ("journal", "catalog"):
        named = getattr(arguments, option)
        if named:
            return f" --{option} {printable(named)}"
    return ""


def warn_root() -> None:
    """Warn a superuser, whom no permission protects from a mistake."""
    if running_as_root():
        warn(
            "this runs as root: no permission keeps any file from being moved, and the trash is"
            " that of root"
        )
