"""Search by photo: other places of a file, picture or photo of the catalog, and fingerprints.

The catalog is only read, even while a scan writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dupefinder.core.job import JobContext
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.services.marks import kept_separations

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog, StoredContent
    from dupefinder.core.decisions.separated import SeparatedPhotos
    from dupefinder.core.fingerprint.photo_hashes import HashDistance, PhotoHashes
    from dupefinder.core.matching import MatchOptions
    from dupefinder.core.search import Query
    from dupefinder.core.search.answers import Answer, Answers, PlacesOf

MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A photo in a file, to be searched for.

    Attributes:
        path: The file.
    """

    path: str


@dataclass(frozen=True, slots=True)
class PhotoBytes:
    """A photo in memory, to be searched for.

    Attributes:
        content: The bytes of a file.
    """

    content: bytes
    path: str = ""


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """A photo of the catalog, to be searched for.

    Attributes:
        content_id: Its content.
        path: A file that holds it.
    """

    content_id: int
    path: str


SearchedPhoto = PhotoFile | PhotoBytes | KnownPhoto


@dataclass(frozen=True, slots=True, eq=False)
class PhotosFound:
    """Result of a search.

    Attributes:
        answers: The photos found, best first, at most `MOST_FOUND`.
        photos: Number of different photos searched; 0 before the first scan.
        unseen: Number of photos as near as these that were not judged.
        problem: The reason why the photo could not be searched for; None otherwise.
    """

    answers: Sequence[Answer]
    photos: int
    unseen: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """All fingerprints of the photo that is searched for, and of one that was found.

    Attributes:
        asked: Fingerprints of the query as text, by kind.
        other: Those of the other photo; empty without one.
        distances: Distances in each kind but segments.
        segments: Segments that match, all of them, bits between; None without another photo.
    """

    asked: dict[str, str]
    other: dict[str, str]
    distances: tuple[HashDistance, ...] = ()
    segments: tuple[int, int, int] | None = None


class SearchedPhotos:
    """The photos to search among: those of a catalog, or of some folders."""

    def __init__(
        self,
        catalog: Catalog,
        options: MatchOptions,
        context: JobContext,
        folders: Sequence[str] = (),
        threads: int = 0,
    ) -> None:
        """Load the fingerprints; unknown photos of folders are read.

        Args:
            catalog: The catalog; unknown photos of folders are added to it.
            options: Options of the search.
            context: The job.
            folders: Folders to search in; empty for the whole catalog.
            threads: Number of threads; 0 takes one per processor.

        Raises:
            Cancelled: The job was cancelled; what was read is kept.
            FolderNotFound: None of the folders could be used.
        """
        from dupefinder.core.search import SearchIndex

        among = None
        self._places: PlacesOf | None = None
        if folders:
            import numpy as np

            from dupefinder.core.scan.options import FolderChoice, ScanOptions
            from dupefinder.core.search.answers import places_of_files
            from dupefinder.core.search.query import read_folders

            asked = ScanOptions(tuple(FolderChoice(path) for path in folders))
            files, content_ids = read_folders(asked, catalog, context, threads)
            among = np.unique(content_ids)
            self._places = places_of_files(files, content_ids.tolist())
        self._index = SearchIndex(catalog, options, context, among, threads)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def outdated(self) -> int:
        """Number of photos read by another version of the program, which are not searched."""
        return self._index.outdated

    def answers_to(
        self,
        query: Query,
        catalog: Catalog,
        context: JobContext,
        most: int,
        separated: SeparatedPhotos,
    ) -> Answers:
        """Find photos that match one, best first.

        Args:
            query: The photo.
            catalog: The catalog that the fingerprints are from.
            context: The job.
            most: Greatest number of photos.
            separated: Photos that a person called different; they are found and noted as such.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.core.scan.volumes import mounted_volumes
        from dupefinder.core.search.answers import answers_to, places_in_catalog

        mounted = mounted_volumes()

        def find_places(content_ids: Sequence[int]) -> PlacesOf:
            if self._places is not None:
                return self._places
            return places_in_catalog(catalog, content_ids, mounted)

        answers = answers_to(query, self._index, catalog, find_places, context, most)
        return _with_decisions(answers, query, catalog, separated) if separated else answers


class SearchSession:
    """The fingerprints of a catalog in memory, reloaded when the catalog changes."""

    def __init__(self, catalog_path: Path, decisions_path: Path) -> None:
        """Load nothing yet.

        Args:
            catalog_path: The catalog's file, which may not exist yet.
            decisions_path: The file of the person's decisions, which may not exist yet.
        """
        self._catalog_path = catalog_path
        self._decisions_path = decisions_path
        self._among: SearchedPhotos | None = None
        self._stamp: object = None
        self._query: Query | None = None
        self._hashes: dict[bytes, PhotoHashes] = {}

    def search(
        self, photo: SearchedPhoto, context: JobContext, on_query: Callable[[Query], None]
    ) -> PhotosFound:
        """Find where else a photo is.

        Args:
            photo: The photo to search for.
            context: The job.
            on_query: Called once the photo was read.

        Raises:
            Cancelled: The job was cancelled.
            DupeFinderError: See `Catalog.open_to_read` and `kept_separations`.
        """
        from dupefinder.core.catalog import Catalog
        from dupefinder.core.decode import DecodeFailed

        self._query = None
        self._hashes.clear()
        context.start_phase("search")
        try:
            if not self._catalog_path.exists():
                self._query = _query_of(photo, None, context)
                on_query(self._query)
                return PhotosFound((), 0)
            with Catalog.open_to_read(self._catalog_path) as catalog:
                self._query = _query_of(photo, catalog, context)
                context.checkpoint()
                on_query(self._query)
                return self._find(self._query, catalog, context)
        except DecodeFailed as failed:
            code = failed.code
            if code is ProblemCode.FOLDER_NOT_FOUND:
                code = ProblemCode.VANISHED
            return PhotosFound((), 0, problem=Problem(photo.path, code, failed.detail))
        except KeyError:
            # No longer in the catalog.
            return PhotosFound((), 0, problem=Problem(photo.path, ProblemCode.VANISHED))

    def fingerprints(self, other: StoredContent | None, context: JobContext) -> Fingerprints | None:
        """Compute all fingerprints of the last query, and of another photo.

        Args:
            other: A found content; None for none.
            context: The job.

        Returns:
            None before a search.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.core.catalog import Catalog
        from dupefinder.core.fingerprint.photo_hashes import (
            distances_between,
            hashes_of,
            segments_between,
        )
        from dupefinder.core.search.query import stored_photos

        if self._query is None:
            return None
        asked = self._query.photo
        if asked.digest not in self._hashes:
            self._hashes[asked.digest] = hashes_of(asked)
        context.checkpoint()
        ours = self._hashes[asked.digest]
        if other is None:
            return Fingerprints(ours.texts(), {})
        if other.digest not in self._hashes:
            with Catalog.open_to_read(self._catalog_path) as catalog:
                (photo,) = stored_photos(catalog, [other])
            self._hashes[other.digest] = hashes_of(photo)
        context.checkpoint()
        theirs = self._hashes[other.digest]
        return Fingerprints(
            ours.texts(),
            theirs.texts(),
            tuple(distances_between(ours, theirs)),
            segments_between(ours, theirs),
        )

    def forget(self) -> None:
        """Reload the fingerprints for the next search, as the catalog has changed."""
        self._stamp = None

    def _find(self, query: Query, catalog: Catalog, context: JobContext) -> PhotosFound:
        stamp = catalog.contents_stamp()
        if self._among is None or stamp != self._stamp:
            from dupefinder.core.matching import MatchOptions

            self._among = None  # two of them at once would take twice the memory
            self._among = SearchedPhotos(catalog, MatchOptions(), context)
            self._stamp = stamp
        separated = kept_separations(self._decisions_path)
        answers = self._among.answers_to(query, catalog, context, MOST_FOUND, separated)
        return PhotosFound(answers.found, len(self._among), answers.unseen)


def _with_decisions(
    answers: Answers, query: Query, catalog: Catalog, separated: SeparatedPhotos
) -> Answers:
    """Note on each answer whether a person called it different from the query."""
    from dupefinder.core.decisions import keys_of_digests
    from dupefinder.core.decisions.separated import photo_keys
    from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
    from dupefinder.core.search.answers import Answers

    digests = [answer.hit.content.digest for answer in answers.found]
    keys = {one.digest: one for one in keys_of_digests(catalog, [*digests, query.photo.digest])}
    ours = keys.get(query.photo.digest) or photo_keys(
        query.photo.digest,
        query.photo.facts,
        picture_hash=int(query.stored_words[PICTURE_KIND][0, 0]),
        fingerprint_version=FINGERPRINT_VERSION,
        small=(query.photo.grey, query.photo.chroma),
    )
    return Answers(
        [
            replace(
                answer,
                hit=replace(
                    answer.hit,
                    called_different=separated.between(ours, keys[answer.hit.content.digest]),
                ),
            )
            for answer in answers.found
        ],
        answers.unseen,
    )


def _query_of(photo: SearchedPhoto, catalog: Catalog | None, context: JobContext) -> Query:
    from dupefinder.core.search import query_of_bytes, query_of_content, query_of_file

    if isinstance(photo, PhotoFile):
        return query_of_file(photo.path, context)
    if isinstance(photo, PhotoBytes):
        return query_of_bytes(photo.content)
    if catalog is None:
        raise KeyError(photo.content_id)
    return query_of_content(catalog, photo.content_id, photo.path)
