"""`dupefinder compare`: tell whether a library has the photos of backups."""

import argparse

from dupefinder.cli.catalog_in_use import catalog_path, open_catalog
from dupefinder.cli.compare_report import comparison_lines, encode_comparison
from dupefinder.cli.delivery import TO_STDOUT, deliver
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import warn
from dupefinder.cli.whole_file import check_target
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.comparing import Comparison, LibraryIsBackup, compare_folders
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions

SOMETHING_MISSING = 3


def run(arguments: argparse.Namespace) -> int:
    """Compare, then report as JSON, as text, or both.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0 when all is in the library, 3 when it is not, 1 with problems, 130 when stopped.

    Raises:
        WrongUsage: A folder is both, or the JSON cannot be written where it is wanted.
        DupeFinderError: See `compare_folders` and `Catalog.open`.
    """
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_target(target)
    path = catalog_path(arguments)
    with ProgressLine() as line:
        context = JobContext(line.show)
        try:
            with StopSignals(context.cancel), open_catalog(path) as catalog:
                comparison = compare_folders(
                    arguments.library,
                    arguments.paths,
                    _options(arguments),
                    Accepted(Evidence(arguments.accept), smaller=arguments.allow_smaller),
                    catalog,
                    context,
                )
        except LibraryIsBackup as error:
            raise WrongUsage(str(error)) from error
        except Cancelled:
            line.clear()
            warn(f"Stopped; {'what was read is kept' if path else 'nothing is kept'}.")
            return 130
    return deliver(
        encode_comparison(comparison), comparison_lines(comparison), target, _code(comparison)
    )


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        scan=ScanOptions(
            folders=tuple(FolderChoice(path, Role.EXCLUDED) for path in arguments.exclude_folder),
            follow_symlinks=arguments.follow_links,
            hidden=arguments.hidden,
        ),
        threads=arguments.threads,
    )


def _code(comparison: Comparison) -> int:
    if any(photo.status is not CoverageStatus.COVERED for photo in comparison.photos):
        return SOMETHING_MISSING
    return 1 if comparison.problems else 0
