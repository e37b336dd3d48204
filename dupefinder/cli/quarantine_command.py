"""`dupefinder holding`: list the set-aside folders, or empty one."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from dupefinder.actions.overview import overview_of
from dupefinder.actions.quarantine.restore import Quarantine, quarantines
from dupefinder.actions.records import ActionKind, Plan
from dupefinder.cli.action_journal import acting, journal_path, settled_session, warn_root
from dupefinder.cli.action_report import (
    dry_run_end,
    outcome_lines,
    plan_lines,
    skip_lines,
    sum_lines,
)
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.services.removal import plan_emptying
from dupefinder.text.actions import comes_back
from dupefinder.text.counts import files_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.plans import way_sentence
from dupefinder.text.translation import _


def run(arguments: argparse.Namespace) -> int:
    """List the set-aside folders, or empty one.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when a file was refused or skipped; 130 when stopped.

    Raises:
        WrongUsage: The folder cannot be read; a name is empty.
        DupeFinderError: See `Journal.open` and `execute`.
    """
    path = journal_path(arguments)
    if arguments.action == "list":
        for line in _folder_lines(_quarantines(path)):
            say(line)
        return 0
    if "" in (arguments.quarantine, arguments.only):
        raise WrongUsage(_("FOLDER and --only need a name"))
    try:
        kind = ActionKind.TRASH if arguments.trash else ActionKind.DELETE
        plan = plan_emptying(arguments.quarantine, arguments.only, kind=kind)
    except OSError as error:
        raise WrongUsage(
            _("cannot read {quarantine}: {what}").format(
                quarantine=ascii(arguments.quarantine), what=error.strerror or error
            )
        ) from error
    if arguments.yes and (arguments.permanently or arguments.trash):
        return _empty(plan, arguments)
    overview = overview_of(plan)
    for line in (*plan_lines(plan, overview), *sum_lines(plan, overview)):
        say(line)
    if arguments.trash:
        say(way_sentence(ActionKind.TRASH))
        say(dry_run_end(plan))
        return 1 if plan.refused else 0
    say(
        _("Nothing was changed. --permanently --yes deletes.")
        if plan.steps
        else _("Nothing was changed.")
    )
    return 1 if plan.refused else 0


def _quarantines(path: Path) -> list[Quarantine]:
    if not path.exists():
        return quarantines(())
    with settled_session(path, warn) as session:
        return quarantines(session.set_aside_files())


def _folder_lines(found: list[Quarantine]) -> Iterator[str]:
    if not found:
        yield _("Nothing is set aside on the drives that are connected.")
    for one in found:
        if one.fault:
            yield _("{path}: cannot be read ({fault})").format(
                path=printable(one.path), fault=one.fault
            )
        else:
            size = bytes_text(one.size_bytes)
            yield f"{printable(one.path)}: {files_text(one.files)}, {size}"
        if one.strange:
            yield (
                _(
                    "  The journal does not know {files} of these; `dupefinder restore`"
                    " brings such files to the folder named by --to."
                ).format(files=files_text(one.strange))
            )


def _empty(plan: Plan, arguments: argparse.Namespace) -> int:
    warn_root()
    for line in skip_lines(_("Refused:"), plan.refused):
        say(line)
    if not plan.steps:
        say(_("Nothing was done.") if arguments.trash else _("Nothing was deleted."))
        return 1 if plan.refused else 0
    with acting(arguments) as (session, context):
        outcome = session.empty(plan, arguments.quarantine, context)
    for line in outcome_lines(outcome, ()):
        say(line)
    if not comes_back(outcome):
        say(_("The system's own trash brings back what was moved."))
    if outcome.cancelled:
        warn(_("Stopped; the rest is still set aside."))
        return 130
    return 1 if outcome.skipped or plan.refused else 0
