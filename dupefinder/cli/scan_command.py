"""`dupefinder scan`: run the pipeline and write down what it found."""

import argparse
import os
from pathlib import Path

from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.report_json import encode_report
from dupefinder.cli.report_text import report_lines
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import say, warn
from dupefinder.cli.whole_file import check_target, write_whole
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.catalog import Catalog, default_catalog_path
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, Report, find_duplicates
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions

TO_STDOUT = "-"


def run(arguments: argparse.Namespace) -> int:
    """Scan, then report as JSON, as text, or both.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0, 1 with problems, 130 when stopped.

    Raises:
        WrongUsage: Nothing to scan exists, or the JSON cannot be written where it is wanted.
        DupeFinderError: See `find_duplicates` and `Catalog.open`.
    """
    if not any(map(os.path.exists, arguments.paths)):
        # The engine would do with a protected folder alone, and note a scan in the catalog.
        raise WrongUsage(f"no such folder or photo: {', '.join(arguments.paths)}")
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_target(target)
    catalog_path = _catalog_path(arguments)
    with ProgressLine() as line:
        context = JobContext(line.show)
        try:
            with StopSignals(context.cancel), Catalog.open(catalog_path) as catalog:
                if catalog.set_aside is not None:
                    warn(
                        "the catalog was damaged and a new one is begun; the damaged one is now"
                        f" {catalog.set_aside}"
                    )
                report = find_duplicates(options_of(arguments), catalog, context)
        except Cancelled:
            line.clear()
            kept = "what was read is kept" if catalog_path else "nothing is kept"
            warn(f"Stopped; {kept}.")
            return 130
    return _deliver(report, catalog_path, target, look_alikes=arguments.look_alikes)


def options_of(arguments: argparse.Namespace) -> Options:
    """What the engine is asked for.

    Args:
        arguments: As `arguments.parse` gives them.
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
    )


def _catalog_path(arguments: argparse.Namespace) -> Path | None:
    if arguments.no_catalog:
        return None
    if arguments.catalog == "":
        raise WrongUsage("--catalog needs the name of a file")
    return Path(os.path.abspath(arguments.catalog)) if arguments.catalog else default_catalog_path()


def _deliver(
    report: Report, catalog_path: Path | None, target: str | None, *, look_alikes: bool
) -> int:
    code = 1 if report.problems else 0
    failure = None
    if target is not None:
        encoded = encode_report(report, catalog_path, look_alikes=look_alikes)
        if target == TO_STDOUT:
            say(encoded.decode("ascii").rstrip("\n"))
            return code
        # Before the text: whoever reads that may go away in the middle.
        try:
            write_whole(target, encoded)
        except OSError as error:
            failure = error
    for text in report_lines(report, look_alikes=look_alikes):
        say(text)
    if failure is not None:
        warn(f"cannot write to {target!a}: {failure.strerror or failure}")
        return 1
    return code
