"""`dupefinder compare`: tell whether a library has the photos of backups."""

import argparse
import os
from pathlib import Path

from dupefinder.actions.action_limits import foretold
from dupefinder.actions.backups.copy_missing import TargetRefused, check_target
from dupefinder.actions.backups.retire import Retirement
from dupefinder.actions.overview import overview_of
from dupefinder.actions.records import ActionKind, Outcome
from dupefinder.cli.action_journal import (
    acting,
    done_steps,
    journal_path,
    same_journal_text,
    settled_session,
    telling_what_was_done,
    undo_line,
    warn_root,
)
from dupefinder.cli.action_report import (
    dry_run_end,
    outcome_lines,
    plan_lines,
    skip_lines,
    sum_lines,
)
from dupefinder.cli.chosen_catalog import catalog_path, open_catalog
from dupefinder.cli.compare_report import comparison_lines, encode_comparison
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.result_files import TO_STDOUT, deliver
from dupefinder.cli.result_files import check_target as check_json_target
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.comparing import FolderComparison, LibraryIsBackup
from dupefinder.core.coverage.records import Accepted, CoverageStatus, Root
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services.comparison import ComparisonSession, plan_copies, plan_retirement
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _

SOMETHING_MISSING = 3
_STOPPED = 130


def run(arguments: argparse.Namespace) -> int:
    """Compare, copy what is missing if asked to, then report as JSON, text, or both.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0 when all is in the library, 3 when it is not, 1 with problems, 130 when stopped.

    Raises:
        WrongUsage: A name is empty, a folder is both library and backup, or the JSON or the
            copies cannot be written to the given place.
        DupeFinderError: See `compare_folders`, `Catalog.open` and `copy_missing`.
    """
    if "" in (*arguments.paths, *arguments.library, *arguments.exclude_folder):
        # An empty path would mean the current folder.
        raise WrongUsage(_("BACKUP, --library and --exclude-folder need the name of a folder"))
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_json_target(target)
    if arguments.copy_missing is not None:
        _check_copying(arguments)
    if arguments.retire is not None and target == TO_STDOUT:
        raise WrongUsage(_("--retire needs standard output for itself; give --json a file"))
    path = catalog_path(arguments)
    with ProgressLine() as line:
        try:
            comparison, copied = _compare_and_copy(arguments, path, line)
        except LibraryIsBackup as error:
            raise WrongUsage(str(error)) from error
        except Cancelled:
            line.clear()
            warn(_("Stopped; what was read is kept.") if path else _("Stopped; nothing is kept."))
            return _STOPPED
    if copied is not None and copied.cancelled:
        warn(_("Stopped; the rest was not copied."))
        return _STOPPED
    code = _exit_code(comparison)
    if copied is not None and copied.skipped and code == 0:
        code = 1
    code = deliver(encode_comparison(comparison), comparison_lines(comparison), target, code)
    if arguments.retire is not None:
        return retire_backups(comparison, arguments, code)
    return code


def _compare_and_copy(
    arguments: argparse.Namespace, path: Path | None, line: ProgressLine
) -> tuple[FolderComparison, Outcome | None]:
    """Compare; copy what is missing if that is asked for, and compare again.

    Returns:
        The comparison, and the outcome of copying; None where nothing was to be copied.
    """
    context = JobContext(line.show)
    with StopSignals(context.cancel), open_catalog(path) as catalog:
        session = ComparisonSession(catalog)
        comparison = _compare(arguments, session, context)
        if arguments.copy_missing is None:
            return comparison, None
        copied = _copy(arguments, comparison, context)
        line.clear()
        if copied is not None and not copied.cancelled:
            comparison = _compare(arguments, session, JobContext(line.show))
        return comparison, copied


def _check_copying(arguments: argparse.Namespace) -> None:
    if not arguments.copy_missing:
        raise WrongUsage(_("--copy-missing needs the name of a folder"))
    roots = [
        *(Root(path, is_library=True) for path in arguments.library),
        *(Root(path, is_library=False) for path in arguments.paths),
    ]
    try:
        check_target(arguments.copy_missing, roots)
    except TargetRefused as error:
        raise WrongUsage(str(error)) from error


def _compare(
    arguments: argparse.Namespace, session: ComparisonSession, context: JobContext
) -> FolderComparison:
    library = list(arguments.library)
    if arguments.copy_missing and os.path.isdir(arguments.copy_missing):
        # Photos that were copied there before are not copied again.
        library.append(arguments.copy_missing)
    return session.compare(
        library,
        arguments.paths,
        Accepted(Evidence(arguments.accept), smaller=arguments.allow_smaller),
        context,
        _options(arguments),
    )


def _copy(
    arguments: argparse.Namespace, comparison: FolderComparison, context: JobContext
) -> Outcome | None:
    """Copy what is missing and report it; None when there is nothing to copy."""
    try:
        plan = plan_copies(
            comparison,
            arguments.copy_missing,
            arguments.arrange,
            with_altered=arguments.copy_altered,
        )
    except TargetRefused as error:
        raise WrongUsage(str(error)) from error
    if not plan.photos:
        return None
    if plan.free_bytes is not None and plan.free_bytes < plan.size_bytes:
        raise WrongUsage(
            _("{target} has {free} free; the files to be copied need {needed}").format(
                target=ascii(plan.target),
                free=bytes_text(plan.free_bytes),
                needed=bytes_text(plan.size_bytes),
            )
        )
    words = same_journal_text(arguments)
    with telling_what_was_done(words), settled_session(journal_path(arguments)) as session:
        outcome = session.copy_missing(plan, context)
        rows = done_steps(session, outcome)
    if arguments.json != TO_STDOUT:
        for text in outcome_lines(outcome, rows):
            say(text)
        say(
            _("`dupefinder undo {action_id}{words}` takes the copies away.").format(
                action_id=outcome.action_id, words=words
            )
        )
        say()
    return outcome


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        scan=ScanOptions(
            folders=tuple(FolderChoice(path, Role.EXCLUDED) for path in arguments.exclude_folder),
            follow_symlinks=arguments.follow_links,
            hidden=arguments.hidden,
        ),
        threads=arguments.threads,
    )


def _exit_code(comparison: FolderComparison) -> int:
    if any(photo.status is not CoverageStatus.COVERED for photo in comparison.photos):
        return SOMETHING_MISSING
    return 1 if comparison.problems else 0


def retire_backups(comparison: FolderComparison, arguments: argparse.Namespace, code: int) -> int:
    """Retire the backups one by one, or tell what would go.

    Args:
        comparison: The comparison of the backups with the library.
        arguments: Result of `arguments.parse`.
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
    plan = foretold(found.plan)
    overview = overview_of(plan)
    for text in (*plan_lines(plan, overview), *sum_lines(plan, overview)):
        say(text)
    say(dry_run_end(plan))
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
