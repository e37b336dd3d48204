"""`dupefinder compare --retire`: what is proven to be in the library goes, or is told first."""

import argparse

from dupefinder.actions.overview import overview_of
from dupefinder.actions.records import ActionKind
from dupefinder.actions.retire import Retirement
from dupefinder.cli.action_journal import acting, done_steps, undo_line, warn_root
from dupefinder.cli.action_report import (
    dry_run_end,
    outcome_lines,
    plan_lines,
    skip_lines,
    sum_lines,
)
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.services.comparison import plan_retirement
from dupefinder.text.translation import _

_STOPPED = 130


def retire_backups(comparison: FolderComparison, arguments: argparse.Namespace, code: int) -> int:
    """Retire the backups one by one, or tell what would go.

    Args:
        comparison: What the library has of them.
        arguments: As `arguments.parse` gives them.
        code: The exit code so far.

    Returns:
        The exit code: 3 when something is not proven, 1 when something was skipped.

    Raises:
        DupeFinderError: See `Journal.open` and `execute`.
    """
    if arguments.yes:
        warn_root()
    for root in comparison.coverage.roots:
        if root.is_library:
            continue
        with ProgressLine() as line:
            context = JobContext(line.show)
            try:
                with StopSignals(context.cancel):
                    found = plan_retirement(
                        comparison, root.path, ActionKind(arguments.retire), context
                    )
            except Cancelled:
                line.clear()
                warn(_("Stopped; nothing was changed."))
                return _STOPPED
        say()
        say(f"{printable(found.folder)}:")
        if not found.is_whole and code == 0:
            code = 3
        code = _act(found, arguments, code) if arguments.yes else _tell(found, code)
        if code == _STOPPED:
            break
    return code


def _tell(found: Retirement, code: int) -> int:
    overview = overview_of(found.plan)
    for text in (*plan_lines(found.plan, overview), *sum_lines(found.plan, overview)):
        say(text)
    say(dry_run_end(found.plan))
    return code


def _act(found: Retirement, arguments: argparse.Namespace, code: int) -> int:
    for text in skip_lines(_("Not proven, and kept:"), found.plan.refused):
        say(text)
    if not found.plan.steps:
        say(_("Nothing was changed."))
        return code
    with acting(arguments) as (session, context):
        outcome = session.carry_out(found.plan, context)
        rows = done_steps(session, outcome)
    for text in outcome_lines(outcome, rows):
        say(text)
    say(undo_line(outcome, arguments))
    if outcome.cancelled:
        warn(_("Stopped; the rest is untouched."))
        return _STOPPED
    return 1 if outcome.skipped and code == 0 else code
