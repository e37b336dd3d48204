"""Folders → groups of duplicates: the one line that the command line and the window run."""

import os
import time
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions, find_twins, match_contents
from dupefinder.core.measuring import measure_exactly
from dupefinder.core.reading import NO_CONTENT, Reading, read_photos
from dupefinder.core.records import Group, Link, Problem
from dupefinder.core.scan import ScanResult, scan_folders
from dupefinder.core.scan.options import ScanOptions


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asks for.

    Attributes:
        scan: Where to look and what for.
        match: How to search.
        threads: Decoding and searching threads; 0 takes one per processor.
        limits: What one file may cost.
    """

    scan: ScanOptions
    match: MatchOptions = field(default_factory=MatchOptions)
    threads: int = 0
    limits: DecodeLimits = field(default_factory=DecodeLimits)


@dataclass(frozen=True, slots=True)
class Report:
    """What a scan found.

    Attributes:
        options: What was asked for.
        scan: The files met, and what was left out.
        matches: The basis of the groups; another threshold only needs `matches.groups`.
        groups: Groups at the threshold asked for, those with most bytes to win first.
        links: Matches that make no group.
        problems: Files and folders that were not, or not fully, used.
        photos: Files that are photos.
        from_catalog: Of these, those that were not read again.
        decoded: Files that were decoded.
        seconds: Wall-clock time by phase: "scan", "decode", "match", "group".
    """

    options: Options
    scan: ScanResult
    matches: Matches
    groups: list[Group]
    links: list[Link]
    problems: list[Problem]
    photos: int
    from_catalog: int
    decoded: int
    seconds: dict[str, float]


def find_duplicates(options: Options, catalog: Catalog, context: JobContext) -> Report:
    """Walk folders, read what is new, search, confirm and group.

    Args:
        options: What is asked for.
        catalog: What earlier scans learned; this one adds to it as it goes.
        context: Progress, pause, cancel and problems.

    Raises:
        Cancelled: The job was cancelled; what was done is kept in the catalog.
        FolderNotFound: None of the folders could be used.
        CatalogNotWritable: The disk is full, for example.
    """
    threads = options.threads or os.cpu_count() or 1
    seconds: dict[str, float] = {}
    began_s = time.monotonic()
    scan_id = catalog.start_scan([choice.path for choice in options.scan.folders])

    def lap(phase: str) -> None:
        seconds[phase] = time.monotonic() - began_s - sum(seconds.values())

    found = scan_folders(options.scan, context)
    lap("scan")
    reading = read_photos(found.photos, catalog, context, threads=threads, limits=options.limits)
    reading = _within_dimensions(reading, options.scan, catalog)
    lap("decode")
    present = np.unique(reading.content_ids[reading.content_ids != NO_CONTENT])
    pairs = match_contents(catalog, present, options.match, context, threads)
    twins = find_twins(catalog)
    measure_exactly(
        found.photos, reading.content_ids, twins, pairs, catalog, context, threads, options.limits
    )
    lap("match")
    context.start_phase("group")
    context.checkpoint()
    matches = Matches(found.photos, reading.content_ids, twins, pairs, catalog)
    context.checkpoint()
    groups = matches.groups(options.match.threshold)
    context.checkpoint()
    links = matches.links(options.match.threshold)
    context.finish_phase()
    lap("group")
    catalog.finish_scan(scan_id, time.monotonic() - began_s)
    return Report(
        options=options,
        scan=found,
        matches=matches,
        groups=groups,
        links=links,
        problems=context.problems,
        photos=len(matches.files),
        from_catalog=reading.from_catalog,
        decoded=reading.decoded,
        seconds=seconds,
    )


def _within_dimensions(reading: Reading, options: ScanOptions, catalog: Catalog) -> Reading:
    """Leave out photos that are smaller or larger than asked for."""
    if options.min_side_px <= 0 and options.max_side_px is None:
        return reading
    wanted = {
        content_id
        for content_id, content in catalog.facts(np.unique(reading.content_ids)).items()
        if min(content.facts.width_px, content.facts.height_px) >= options.min_side_px
        and (
            options.max_side_px is None
            or max(content.facts.width_px, content.facts.height_px) <= options.max_side_px
        )
    }
    content_ids: NDArray[np.int64] = np.where(
        np.isin(reading.content_ids, list(wanted)), reading.content_ids, NO_CONTENT
    )
    return replace(reading, content_ids=content_ids)
