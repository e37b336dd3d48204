"""`dupefinder search`: find where else photos are."""

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from dupefinder.cli.chosen_catalog import catalog_path, open_catalog
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.cli.remote_photo import fetch, is_address
from dupefinder.cli.result_files import TO_STDOUT, check_target, deliver
from dupefinder.cli.search_report import SearchReport, encode_found, found_lines
from dupefinder.cli.stop_signals import StopSignals
from dupefinder.cli.terminal import WrongUsage, warn
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.errors import Cancelled, CatalogInUse
from dupefinder.core.fingerprint import STORED_KINDS
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.records import Problem
from dupefinder.core.search import Query, query_of_file
from dupefinder.core.search.answers import Answers
from dupefinder.services.catalog import OpenCatalog, own_decisions_path
from dupefinder.services.search import SearchedPhotos
from dupefinder.text.translation import _, plural


def run(arguments: argparse.Namespace) -> int:
    """Search, then report as JSON, as text, or both.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0, 1 with problems or without a catalog, 130 when stopped.

    Raises:
        WrongUsage: A folder to look in does not exist, or the JSON cannot be written where it
            is wanted.
        DupeFinderError: See `read_folders` and `Catalog.open`.
    """
    for folder in arguments.folders:
        if not os.path.exists(folder):
            raise WrongUsage(_("no such folder or photo: {folder}").format(folder=folder))
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_target(target)
    path = catalog_path(arguments)
    if not arguments.folders and path is not None and not path.exists():
        warn(
            _(
                "nothing was scanned yet: there is no catalog at {path}. --in DIR looks in folders."
            ).format(path=path)
        )
        return 1
    with ProgressLine() as line:
        context = JobContext(line.show)
        try:
            with StopSignals(context.cancel), _opened(path, arguments) as catalog:
                found = _search(arguments, catalog, context)
        except Cancelled:
            line.clear()
            warn(_("Stopped; what was read is kept.") if path else _("Stopped; nothing is kept."))
            return 130
    code = 1 if found.problems else 0
    return deliver(encode_found(found), found_lines(found), target, code)


def _opened(path: Path | None, arguments: argparse.Namespace) -> OpenCatalog:
    """The catalog; read-only while the window has it open, where that suffices."""
    try:
        return open_catalog(path)
    except CatalogInUse:
        if path is None or arguments.folders or _kind(arguments) not in STORED_KINDS:
            raise
        return OpenCatalog(path, to_read=True, decisions_path=own_decisions_path())


def _kind(arguments: argparse.Namespace) -> str:
    return f"{arguments.hash}-{arguments.hash_size**2}"


def _search(
    arguments: argparse.Namespace, opened: OpenCatalog, context: JobContext
) -> SearchReport:
    catalog, separated = opened.get(), opened.separated()
    options = MatchOptions(
        kind=_kind(arguments),
        threshold_bits=arguments.threshold,
        rotations=not arguments.no_rotations,
        parts=not arguments.no_crops,
    )
    among = SearchedPhotos(catalog, options, context, arguments.folders, arguments.threads)
    if among.outdated:
        warn(
            plural(
                "{n} photo was read by another version and is not searched: scan its folder again.",
                "{n} photos were read by another version and are not searched: scan their folders"
                " again.",
                among.outdated,
            )
        )
    context.start_phase("search", len(arguments.paths))
    answers: list[tuple[str, Answers]] = []
    for name in arguments.paths:
        try:
            query = _query(name, context)
        except DecodeFailed as failed:
            context.add_problem(Problem(name, failed.code, failed.detail))
        else:
            found = among.answers_to(query, catalog, context, arguments.top, separated)
            answers.append((query.name, found))
        context.advance()
    context.finish_phase()
    return SearchReport(
        options, tuple(map(os.path.abspath, arguments.folders)), answers, context.problems
    )


def _query(name: str, context: JobContext) -> Query:
    if not is_address(name):
        return query_of_file(name, context)
    with tempfile.TemporaryDirectory(prefix="dupefinder-") as folder:
        return replace(query_of_file(fetch(name, folder, context), context), name=name)
