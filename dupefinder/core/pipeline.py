"""The pipeline from folders to groups of duplicates, run by the command line and the window."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, LastScan
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.job import JobContext
from dupefinder.core.match_maker import MatchMaker
from dupefinder.core.matching import MatchOptions
from dupefinder.core.reading import read_photos, within_dimensions
from dupefinder.core.records import Group, Link, Problem, Role
from dupefinder.core.scan import ScanResult, scan_folders
from dupefinder.core.scan.options import ScanOptions
from dupefinder.core.scan.volumes import volume_names
from dupefinder.core.source_folders import SourceFolders

if TYPE_CHECKING:
    # Slow to load; imported where it is used, so that the first photo is read at once.
    from dupefinder.core.grouping import Matches

_FIRST_PROVISIONAL_S = 2.0
_PROVISIONAL_EVERY_S = 5.0
_PROVISIONAL_SHARE = 20
"""Least time between two provisional results, as a multiple of what making one took."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a scan, from walk to groups.

    Attributes:
        scan: Options of the walk.
        match: Options of the search.
        threads: Decoding and searching threads; 0 takes one per processor.
        limits: Limits for one file.
        preferred: Folders in order of preference; of equal copies, the one in the first stays.
        between_only: True to ignore matches inside one source folder, see `SourceFolders`.
    """

    scan: ScanOptions
    match: MatchOptions = field(default_factory=MatchOptions)
    threads: int = 0
    limits: DecodeLimits = field(default_factory=DecodeLimits)
    preferred: tuple[str, ...] = ()
    between_only: bool = False

    @property
    def sources(self) -> SourceFolders:
        """The folders to scan, and their order."""
        folders = [one.path for one in self.scan.folders if one.role is not Role.EXCLUDED]
        return SourceFolders(folders, self.preferred, between_only=self.between_only)


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a scan.

    Attributes:
        options: The options of the scan.
        scan: The files met, and what was left out.
        matches: The basis of the groups; another threshold only needs `matches.groups`.
        groups: Groups at the threshold asked for, those that free most bytes first.
        links: Matches that make no group.
        problems: Files and folders that were not, or not fully, used.
        photos: Number of files that are photos.
        from_catalog: Number of these that were not read again.
        decoded: Number of files that were decoded.
        seconds: Wall-clock time by phase: "scan", "decode", "match", "prove", "group".
        series_photos: See `Matches.series_photos`.
    """

    options: Options
    scan: ScanResult
    matches: "Matches"
    groups: list[Group]
    links: list[Link]
    problems: list[Problem]
    photos: int
    from_catalog: int
    decoded: int
    seconds: dict[str, float]
    series_photos: int = 0


@dataclass(frozen=True, slots=True)
class Matched:
    """The matches of some folders, and what it took to find them.

    Attributes:
        scan: The files met, and what was left out.
        matches: The basis of the groups.
        from_catalog: Number of files that were not read again.
        decoded: Number of files that were decoded.
        seconds: Wall-clock time by phase.
    """

    scan: ScanResult
    matches: "Matches"
    from_catalog: int
    decoded: int
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class MatchesSoFar:
    """Matches without their walk: those of a running scan, or of the last one when reopened.

    Attributes:
        matches: The basis of the groups.
        options: Options of the search.
        problems: Files and folders that were not, or not fully, used.
        shown_bits: The threshold at which they were last shown.
    """

    matches: "Matches"
    options: MatchOptions
    problems: list[Problem]
    shown_bits: int


def find_duplicates(
    options: Options,
    catalog: Catalog,
    context: JobContext,
    on_found: Callable[[MatchesSoFar], None] | None = None,
    decisions: MarkStore | None = None,
) -> Report:
    """Walk folders, read what is new, search, confirm and group.

    Args:
        options: The options of the scan.
        catalog: Results of earlier scans; this one adds to it as it goes.
        context: Progress, pause, cancel and problems.
        on_found: Called periodically with provisional results; only the final report is
            authoritative.
        decisions: The person's earlier decisions; None for none.

    Raises:
        Cancelled: The job was cancelled; what was done is kept in the catalog.
        DecisionsNotRead: The decisions cannot be read.
        FolderNotFound: None of the folders could be used.
        CatalogNotWritable: The disk is full, for example.
    """
    began_s = time.monotonic()
    separated = separations_in(decisions, catalog)
    scan_id = catalog.start_scan(options.sources.folders)
    matched = match_photos(options, catalog, context, on_found, separated=separated)
    matches, seconds = matched.matches, matched.seconds
    proving_since_s = time.monotonic()
    groups = _prove(matches, options, catalog, context, on_found, decisions)
    seconds["prove"] = time.monotonic() - proving_since_s
    context.start_phase("group")
    context.checkpoint()
    grouping_since_s = time.monotonic()
    links = matches.links(options.match.threshold)
    context.finish_phase()
    seconds["group"] += time.monotonic() - grouping_since_s
    keep_found(scan_id, _found_so_far(matches, options, context), catalog)
    catalog.finish_scan(scan_id, time.monotonic() - began_s)
    return Report(
        options=options,
        scan=matched.scan,
        matches=matches,
        groups=groups,
        links=links,
        problems=context.problems,
        photos=len(matches.files),
        from_catalog=matched.from_catalog,
        decoded=matched.decoded,
        seconds=seconds,
        series_photos=matches.series_photos,
    )


def keep_found(scan_id: int, found: MatchesSoFar, catalog: Catalog) -> None:
    """Keep the results of a scan, whole or stopped, so that they can be reopened.

    Raises:
        CatalogNotWritable: The disk is full, for example.
    """
    matches, options = found.matches, found.options
    matches.new_contents = catalog.keep_last_scan(
        LastScan(
            scan_id,
            matches.files,
            matches.content_ids,
            found.problems,
            options.kind,
            rotations=options.rotations,
            parts=options.parts,
            threshold_bits=found.shown_bits,
            shown_bits=found.shown_bits,
            sources=matches.sources,
        )
    )


def _found_so_far(matches: "Matches", options: Options, context: JobContext) -> MatchesSoFar:
    return MatchesSoFar(matches, options.match, context.problems, options.match.threshold)


def _prove(
    matches: "Matches",
    options: Options,
    catalog: Catalog,
    context: JobContext,
    on_found: Callable[[MatchesSoFar], None] | None,
    decisions: MarkStore | None,
) -> list[Group]:
    """Group, prove what would be proposed, and carry decisions over to copies found since."""
    from dupefinder.core.proving import prove_groups

    threads = options.threads or os.cpu_count() or 1
    threshold_bits = options.match.threshold

    def tell(_: Sequence[Group]) -> None:
        if on_found is not None:
            on_found(_found_so_far(matches, options, context))

    def prove() -> list[Group]:
        return prove_groups(
            matches, threshold_bits, catalog, context, threads, options.limits, tell
        )

    groups = prove()
    if decisions is not None:
        from dupefinder.core.grouping.separations import carry_over

        if carry_over(decisions, matches, groups, threshold_bits, catalog):
            groups = prove()
    return groups


def match_photos(
    options: Options,
    catalog: Catalog,
    context: JobContext,
    on_found: Callable[[MatchesSoFar], None] | None = None,
    *,
    every_pair: bool = False,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Matched:
    """Walk folders, read what is new, search and confirm; see `find_duplicates`.

    The phase "group" has begun when this returns.

    Args:
        options: See `find_duplicates`.
        catalog: See `find_duplicates`.
        context: See `find_duplicates`.
        on_found: See `find_duplicates`.
        every_pair: True to judge every pair, for callers that count direct matches, not groups.
        separated: Photos that a person called different; they do not match.
    """
    threads = options.threads or os.cpu_count() or 1
    limits = options.limits
    seconds: dict[str, float] = {}
    began_s = time.monotonic()

    def lap(phase: str) -> None:
        seconds[phase] = time.monotonic() - began_s - sum(seconds.values())

    found = scan_folders(options.scan, context)
    lap("scan")
    maker = MatchMaker(found.photos, options.match, options.sources, catalog, threads, separated)
    reading = read_photos(
        found.photos,
        catalog,
        context,
        threads=threads,
        limits=limits,
        after_batch=None if on_found is None else _ProvisionalResults(maker, context, on_found),
    )
    catalog.note_volumes(volume_names())
    reading = within_dimensions(reading, options.scan, catalog)
    content_ids = reading.content_ids
    lap("decode")
    from dupefinder.core.pixel_digests import add_pixel_digests

    pairs, equal_thumbnails = maker.search(content_ids, context, every_pair=every_pair)
    add_pixel_digests(
        found.photos, content_ids, equal_thumbnails, pairs, catalog, context, threads, limits
    )
    lap("match")
    context.start_phase("group")
    context.checkpoint()
    matches = maker.matches(content_ids, pairs, equal_thumbnails)
    context.checkpoint()
    lap("group")
    return Matched(found, matches, reading.from_catalog, reading.decoded, seconds)


class _ProvisionalResults:
    """Groups what was read so far, at growing intervals, so that it costs little of the scan."""

    def __init__(
        self, maker: MatchMaker, context: JobContext, on_found: Callable[[MatchesSoFar], None]
    ) -> None:
        self._maker = maker
        self._context = context
        self._on_found = on_found
        self._next_s = time.monotonic() + _FIRST_PROVISIONAL_S

    def __call__(self, content_ids: NDArray[np.int64]) -> None:
        began_s = time.monotonic()
        if began_s < self._next_s:
            return
        # A context of its own: to the person this is still the reading of photos.
        found = self._maker.search(content_ids, self._context.silent())
        matches = self._maker.matches(content_ids, *found)
        options = self._maker.options
        self._on_found(MatchesSoFar(matches, options, self._context.problems, options.threshold))
        now_s = time.monotonic()
        self._next_s = now_s + max(_PROVISIONAL_EVERY_S, (now_s - began_s) * _PROVISIONAL_SHARE)


def separations_in(decisions: MarkStore | None, catalog: Catalog) -> SeparatedPhotos:
    """Load the photos that a person called different; none without decisions."""
    if decisions is None:
        return NOTHING_SEPARATED
    from dupefinder.core.decisions import separated_photos

    return separated_photos(decisions, catalog)
