"""`dupefinder restore`: bring back set-aside files by their manifest.

Each file goes to its own place if the journal knows it, otherwise to the named folder.
"""

import argparse

from dupefinder.actions.journal_file import JournalFault
from dupefinder.actions.quarantine.manifest import QuarantinedFile
from dupefinder.actions.records import ActionKind
from dupefinder.cli.action_journal import journal_path, settled_session, warn_root
from dupefinder.cli.action_report import skip_lines
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.job import JobContext
from dupefinder.services.catalog import own_decisions_path
from dupefinder.services.removal import RemovalSession, quarantined_now
from dupefinder.text.actions import undone_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.problems import fault_text
from dupefinder.text.translation import _


def run(arguments: argparse.Namespace) -> int:
    """Bring back the files in a set-aside folder.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when a file could not be brought back, or there is none; 130 when stopped.

    Raises:
        WrongUsage: The folder cannot be read; a name is empty.
        DupeFinderError: The journal cannot be asked, and no folder is named to restore to.
    """
    journal = journal_path(arguments)
    held = _held(arguments)
    if not held:
        say(
            _("Nothing that was set aside is in {quarantine}.").format(
                quarantine=printable(arguments.quarantine)
            )
        )
        return 1
    warn_root()
    # Restoring to a named folder works whatever the state of the journal.
    is_asked = arguments.to is None and journal.exists()
    opened = (
        settled_session(journal, warn)
        if is_asked
        else RemovalSession(journal, own_decisions_path())
    )
    with opened as session, ProgressLine() as line:
        context = JobContext(line.show)
        with StopSignals(context.cancel):
            restored = session.restore(held, context, arguments.to)
        try:
            session.note_restored(restored)
        except JournalFault as fault:
            line.clear()
            warn(fault_text(fault))
    for text in skip_lines(_("Not brought back:"), restored.skipped):
        say(text)
    say(
        _("{done}, {n} skipped; {size}").format(
            done=undone_text(ActionKind.SET_ASIDE, len(restored.done)),
            n=number_text(len(restored.skipped)),
            size=bytes_text(restored.done_bytes),
        )
    )
    if restored.cancelled:
        warn(_("Stopped; the rest is still set aside."))
        return 130
    return 1 if restored.skipped else 0


def _held(arguments: argparse.Namespace) -> list[QuarantinedFile]:
    if "" in (arguments.quarantine, arguments.only, arguments.to):
        raise WrongUsage(_("FOLDER, --only and --to need a name"))
    try:
        return quarantined_now(arguments.quarantine, arguments.only)
    except OSError as error:
        raise WrongUsage(
            _("cannot read {quarantine}: {what}").format(
                quarantine=ascii(arguments.quarantine), what=error.strerror or error
            )
        ) from error
