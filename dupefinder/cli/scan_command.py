"""`dupefinder scan`: run the pipeline and report what it found."""

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dupefinder.cli.chosen_catalog import catalog_path, open_catalog
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.result_files import TO_STDOUT, check_exports, check_target, deliver
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, warn
from dupefinder.core.errors import Cancelled, DupeFinderError
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, Report
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.scan import ScanSession
from dupefinder.services.scan_progress import ScanProgress
from dupefinder.text.translation import _


def run(arguments: argparse.Namespace) -> int:
    """Scan, then report as JSON, as text, or both.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0, 1 with problems, 130 when stopped.

    Raises:
        WrongUsage: Nothing to scan exists, or the JSON cannot be written where it is wanted.
        DupeFinderError: See `find_duplicates` and `Catalog.open`.
    """
    if not any(map(os.path.exists, arguments.paths)):
        # The engine would scan a protected folder alone, and store that in the catalog.
        raise WrongUsage(
            _("no such folder or photo: {paths}").format(paths=", ".join(arguments.paths))
        )
    for folder in arguments.prefer:
        if not os.path.isdir(folder):
            raise WrongUsage(_("--prefer {folder}: no such folder").format(folder=folder))
    exports = check_exports(arguments)
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_target(target)
    path = catalog_path(arguments)
    if path is not None:
        _settle_earlier(arguments)
    with ProgressLine() as line:
        context = JobContext(ScanProgress().listener(line.show))
        try:
            with StopSignals(context.cancel), open_catalog(path) as catalog:
                report = ScanSession(catalog).scan(options_of(arguments), context)
                exported = _export(report, exports, catalog, arguments, context)
        except Cancelled:
            line.clear()
            warn(_("Stopped; what was read is kept.") if path else _("Stopped; nothing is kept."))
            return 130
    # Slow to load, and not needed before.
    from dupefinder.cli.scan_report import report_lines
    from dupefinder.export.groups_json import encode_report

    look_alikes: bool = arguments.look_alikes
    encoded = None if target is None else encode_report(report, path, look_alikes=look_alikes)
    lines = report_lines(report, look_alikes=look_alikes)
    return deliver(encoded, lines, target, 1 if report.problems or not exported else 0)


def _export(
    report: Report,
    paths: list[str],
    catalog: OpenCatalog,
    arguments: argparse.Namespace,
    context: JobContext,
) -> bool:
    """Write what `--export` asks for; False where that failed."""
    if not paths:
        return True
    # Slow to load, and not needed before.
    from dupefinder.cli.result_files import export_to, pictures_of
    from dupefinder.export.groups import groups_document, proposals
    from dupefinder.export.groups_json import encode_report

    path, look_alikes = catalog_path(arguments), arguments.look_alikes
    document = groups_document(
        [proposals(group) for group in report.groups],
        encode_json=lambda: encode_report(report, path, look_alikes=look_alikes),
    )
    return export_to(paths, document, pictures_of(catalog.get()), context)


def _settle_earlier(arguments: argparse.Namespace) -> None:
    """Settle an interrupted action, as every command with a journal does.

    Another running program that has the journal open has done so already.

    Args:
        arguments: Result of `arguments.parse`; the journal lies beside the catalog in use.
    """
    # Slow to load, and without a catalog there is no journal either.
    from dupefinder.actions.journal_file import JournalInUse
    from dupefinder.cli.action_journal import journal_path, settled_session
    from dupefinder.text.problems import fault_text

    path = journal_path(arguments)
    if not os.path.lexists(path):
        return
    try:
        with suppress(JournalInUse), settled_session(path, warn):
            pass  # what is printed may be JSON
    except DupeFinderError as fault:
        warn(fault_text(fault, in_terminal=True))


def _preferred(folders: Sequence[str], scanned: Sequence[str]) -> tuple[str, ...]:
    """Preferred folders in order, also by the real paths of their photos.

    A folder may be named through a link and scanned without it, or the other way round.
    """
    found: dict[str, None] = {}
    for folder in map(os.path.abspath, folders):
        found[folder] = None
        inside = Path(os.path.realpath(folder))
        for path in map(Path, map(os.path.abspath, scanned)):
            root = Path(os.path.realpath(path))
            if path.is_relative_to(folder):
                continue
            if inside.is_relative_to(root):
                found[str(path / inside.relative_to(root))] = None
            elif root.is_relative_to(inside):
                found[str(path)] = None
    return tuple(found)


def options_of(arguments: argparse.Namespace) -> Options:
    """Options for the engine.

    Args:
        arguments: Result of `arguments.parse`.
    """
    folders = [
        *(FolderChoice(path) for path in arguments.paths),
        *(FolderChoice(path, Role.PROTECTED) for path in arguments.protect),
        *(FolderChoice(path, Role.EXCLUDED) for path in arguments.exclude_folder),
    ]
    return Options(
        scan=ScanOptions(
            folders=tuple(folders),
            include=tuple(arguments.include),
            exclude=tuple(arguments.exclude),
            min_bytes=arguments.min_size,
            max_bytes=arguments.max_size,
            min_side_px=arguments.min_side,
            max_side_px=arguments.max_side,
            follow_symlinks=arguments.follow_links,
            hidden=arguments.hidden,
        ),
        match=MatchOptions(
            kind=f"{arguments.hash}-{arguments.hash_size**2}",
            threshold_bits=arguments.threshold,
            rotations=not arguments.no_rotations,
            parts=not arguments.no_crops,
        ),
        threads=arguments.threads,
        preferred=_preferred(arguments.prefer, [*arguments.paths, *arguments.protect]),
        between_only=arguments.between_folders,
    )
