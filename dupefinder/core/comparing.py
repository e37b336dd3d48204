"""Comparison of backups with a library: the steps of `pipeline`, with coverage as the last one.

The results of the last scan stay as they are: a comparison does not begin a new review.
"""

import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.best_matches import best_matches, photos_of_backups
from dupefinder.core.coverage.folders import folders_of_backups, place_photos
from dupefinder.core.coverage.records import (
    AbsentCopy,
    Accepted,
    Coverage,
    CoverageStatus,
    FolderCoverage,
    PhotoCoverage,
    Root,
)
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.errors import DupeFinderError, FolderNotFound
from dupefinder.core.job import JobContext, ask_each
from dupefinder.core.pipeline import Matched, Options, match_photos
from dupefinder.core.proving import prove_pairs
from dupefinder.core.records import Problem, ProblemCode, Role
from dupefinder.core.scan import ScanResult
from dupefinder.core.scan.options import FolderChoice
from dupefinder.core.scan.volumes import mounted_volumes

_READ_AFTER_ALL = frozenset((ProblemCode.PARTLY_DAMAGED,))
"""Problems of photos that were compared nevertheless."""


class LibraryIsBackup(DupeFinderError):
    """One folder was named as library and as backup."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!a} is named as library and as backup")
        self.path = path


@dataclass(frozen=True, slots=True)
class FolderComparison:
    """Result of a comparison.

    Attributes:
        options: The options; their folders are the library and the backups.
        coverage: Photos of each given folder that the others have.
        photos: The photos of the backups, in the order of paths.
        folders: The folders of the backups, in the order of paths.
        taken: When the photos that the library does not cover were taken, by content.
        absent: Copies of the same photos on drives that are not connected, by content.
        scan: The files met, and what was left out.
        problems: Files and folders that were not, or not fully, used.
        from_catalog: Number of files that were not read again.
        seconds: Wall-clock time by phase.
    """

    options: Options
    coverage: Coverage
    photos: list[PhotoCoverage]
    folders: list[FolderCoverage]
    taken: dict[int, str | None]
    absent: dict[int, tuple[AbsentCopy, ...]]
    scan: ScanResult
    problems: list[Problem]
    from_catalog: int
    seconds: dict[str, float]


def compare_folders(
    library: Sequence[str],
    backups: Sequence[str],
    options: Options,
    accepted: Accepted,
    catalog: Catalog,
    context: JobContext,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> FolderComparison:
    """Find out which photos of the backups the library has.

    Where folders lie inside each other, the nearest one decides: a backup inside the library is
    compared with the rest of the library. Links from the library into a backup do not count.

    Args:
        library: The folders of the library.
        backups: The folders to ask about.
        options: Options of the scan and search; excluded folders are kept, all others replaced.
        accepted: The evidence that counts as having a photo.
        catalog: Results of earlier scans; this one adds to it as it goes.
        context: Progress, pause, cancel and problems.
        separated: Photos that a person called different: none of them stands for another.

    Raises:
        LibraryIsBackup: A folder was named as library and as backup.
        FolderNotFound: One of the folders cannot be used.
        Cancelled: The job was cancelled; what was read is kept in the catalog.
        CatalogNotWritable: The disk is full, for example.
    """
    began_s = time.monotonic()
    roots = _roots(library, backups, context.checkpoint)
    options = _with_roots(options, roots)
    scan_id = catalog.start_scan([root.path for root in roots])
    matched = match_photos(options, catalog, context, every_pair=True, separated=separated)
    coverage = _coverage(matched, roots, options, accepted, catalog, context)
    context.checkpoint()
    photos = photos_of_backups(coverage)
    tree = folders_of_backups(coverage, photos)
    uncovered = {
        photo.place.content_id for photo in photos if photo.status is not CoverageStatus.COVERED
    }
    taken = {key: content.facts.taken for key, content in catalog.facts(list(uncovered)).items()}
    context.finish_phase()
    catalog.finish_scan(scan_id, time.monotonic() - began_s)
    return FolderComparison(
        options=options,
        coverage=coverage,
        photos=photos,
        folders=tree,
        taken=taken,
        absent=absent_copies(catalog, uncovered, mounted_volumes()),
        scan=matched.scan,
        problems=context.problems,
        from_catalog=matched.from_catalog,
        seconds=matched.seconds,
    )


def _with_roots(options: Options, roots: Sequence[Root]) -> Options:
    """Options that scan the given folders; excluded ones stay excluded."""
    excluded = [choice for choice in options.scan.folders if choice.role is Role.EXCLUDED]
    given = [
        FolderChoice(root.path, Role.PROTECTED if root.is_library else Role.SCAN) for root in roots
    ]
    return replace(options, scan=replace(options.scan, folders=(*given, *excluded)))


def _coverage(
    matched: Matched,
    roots: Sequence[Root],
    options: Options,
    accepted: Accepted,
    catalog: Catalog,
    context: JobContext,
) -> Coverage:
    matches = matched.matches
    places = place_photos(
        matches.files,
        matches.content_ids.tolist(),
        matched.scan.same_file,
        roots,
        follows_links=options.scan.follow_symlinks,
    )
    context.checkpoint()
    threads = options.threads or os.cpu_count() or 1
    unreadable = tuple(one.path for one in context.problems if one.code not in _READ_AFTER_ALL)
    answers = best_matches(
        matches,
        places,
        accepted,
        catalog.thumbnail,
        context,
        lambda pairs: prove_pairs(pairs, matches, catalog, context, threads, options.limits),
    )
    digests = catalog.digests_of(np.unique(matches.content_ids))
    return Coverage(tuple(roots), accepted, tuple(places), answers, digests, unreadable=unreadable)


def _roots(
    library: Sequence[str], backups: Sequence[str], checkpoint: Callable[[], None]
) -> list[Root]:
    """Identify the given folders; one that was named twice, even by different paths, comes once.

    Raises:
        LibraryIsBackup: A folder was named as library and as backup.
        FolderNotFound: A folder cannot be used; without it all photos would seem to be missing.
        Cancelled: The job was cancelled.
    """
    roots = [
        *(Root(os.path.abspath(path), is_library=True) for path in library),
        *(Root(os.path.abspath(path), is_library=False) for path in backups),
    ]
    identities = ask_each(_identity_of, [root.path for root in roots], checkpoint)
    by_identity: dict[tuple[int, int] | str, Root] = {}
    for root in roots:
        identity = identities.get(root.path, TimeoutError("the drive does not answer"))
        if isinstance(identity, Exception):
            raise FolderNotFound(root.path) from identity
        known = by_identity.setdefault(identity, root)
        if known.is_library is not root.is_library:
            raise LibraryIsBackup(root.path)
    return list(by_identity.values())


def _identity_of(path: str) -> tuple[int, int] | str | Exception:
    """An identity that all paths to a folder share; the error where the folder cannot be used."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
    except (OSError, ValueError) as error:
        return error
    numbered = status.st_ino and stat.S_ISDIR(status.st_mode)
    return (status.st_dev, status.st_ino) if numbered else os.path.realpath(path)


def absent_copies(
    catalog: Catalog, content_ids: Iterable[int], mounted: Collection[str]
) -> dict[int, tuple[AbsentCopy, ...]]:
    """Look up exact copies of contents on drives that are not connected now.

    Args:
        catalog: The catalog of all scans.
        content_ids: The contents.
        mounted: Identities of the connected volumes.

    Returns:
        The copies of each content that has any, in the order of drives and paths.
    """
    notes = catalog.volume_notes()
    names = [note.name for note in notes.values()]
    copies: dict[int, list[AbsentCopy]] = {}
    for file in catalog.files_of_content(list(content_ids)):
        if file.volume_id in mounted:
            continue
        note = notes.get(file.volume_id)
        name = note.name if note is not None else ""
        copies.setdefault(file.content_id, []).append(
            AbsentCopy(
                file.volume_id,
                # Two drives may have one name: then it identifies neither.
                name if name and names.count(name) == 1 else None,
                file.relative_path,
                note.seen_ns if note is not None else None,
            )
        )
    return {
        content_id: tuple(
            sorted(some, key=lambda copy: (copy.volume_id, os.fsencode(copy.relative_path)))
        )
        for content_id, some in copies.items()
    }
