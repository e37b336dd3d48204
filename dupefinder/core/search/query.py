"""The photo to search for, from a file, from bytes or from the catalog; the folders to search."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.workers.pool import DecodePool
from dupefinder.core.decode.workers.task import DecodeRequest
from dupefinder.core.fingerprint import FINGERPRINTS, Words
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.reading import NO_CONTENT, read_photos
from dupefinder.core.records import FoundFile, ProblemCode
from dupefinder.core.scan import scan_folders
from dupefinder.core.scan.options import ScanOptions
from dupefinder.core.scan.volumes import volume_names

_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class Query:
    """A photo to search for.

    Attributes:
        name: The path or address that it came from; empty for a picture without one.
        photo: The decoded photo.
        size_bytes: Size of the file.
        stored_words: uint64 (variants, words), the kinds that are kept for every photo.
    """

    name: str
    photo: DecodedPhoto
    size_bytes: int
    stored_words: Mapping[str, Words]

    def words(self, kind: str) -> Words:
        """Its fingerprint of any kind, uint64 (variants, words)."""
        if kind in self.stored_words:
            return self.stored_words[kind]
        words: Words = FINGERPRINTS[kind].of_greys(self.photo.grey[np.newaxis])[0]
        return words


def query_of_photo(name: str, photo: DecodedPhoto, size_bytes: int) -> Query:
    """Make a query of a decoded photo."""
    (words,) = fingerprints_of([photo])
    return Query(name, photo, size_bytes, words)


def query_of_bytes(data: bytes, name: str = "", limits: DecodeLimits = _LIMITS) -> Query:
    """Make a query of a picture in memory.

    Raises:
        DecodeFailed: No usable picture.
    """
    return query_of_photo(name, decode_bytes(data, name, limits), len(data))


def query_of_file(path: str, context: JobContext, limits: DecodeLimits = _LIMITS) -> Query:
    """Make a query of a photo file, which is read as in a scan: with limits, also of time.

    Args:
        path: The file.
        context: Cancel.
        limits: Limits for the file.

    Raises:
        DecodeFailed: No usable picture; a missing file has the code FOLDER_NOT_FOUND.
        Cancelled: The job was cancelled.
    """
    path = os.path.abspath(path)
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        code = ProblemCode.FOLDER_NOT_FOUND
        if isinstance(error, PermissionError):
            code = ProblemCode.NO_PERMISSION
        raise DecodeFailed(code) from error
    if not stat.S_ISREG(status.st_mode):
        raise DecodeFailed(ProblemCode.NOT_A_PICTURE, "not a plain file")
    pool = DecodePool(1, limits)
    for shielded in (False, True):
        request = DecodeRequest(0, path, status.st_size, shielded)
        (outcome,) = pool.run([request], lambda _: False, context.silent())
        if not outcome.needs_shield:
            break
    if outcome.photo is None:
        code, detail = outcome.problem or (ProblemCode.DAMAGED, "")
        raise DecodeFailed(code, detail)
    return query_of_photo(path, outcome.photo, outcome.size_bytes)


def query_of_content(catalog: Catalog, content_id: int, name: str) -> Query:
    """Make a query of a photo in the catalog, whether or not its drive is connected.

    Args:
        catalog: The catalog with its small pictures.
        content_id: The content.
        name: The path to show for it.

    Raises:
        KeyError: It is not in the catalog.
    """
    content = catalog.facts([content_id])[content_id]
    (photo,) = stored_photos(catalog, [content])
    return query_of_photo(name, photo, content.size_bytes)


def stored_photos(catalog: Catalog, contents: list[StoredContent]) -> list[DecodedPhoto]:
    """Load contents as decoding returned them, without the digests of their parts.

    Args:
        catalog: The catalog.
        contents: n contents.
    """
    ids = np.array([content.content_id for content in contents], np.int64)
    greys, chromas = catalog.greys(ids), catalog.chromas(ids)
    inner, thumbnails = catalog.inner_pictures(ids), catalog.thumbnails(ids)
    return [
        DecodedPhoto(
            digest=content.digest,
            parts_digest=b"",
            facts=content.facts,
            grey=grey,
            chroma=chroma,
            thumbnail_jpeg=thumbnails[content.content_id],
            inner=inner.get(content.content_id),
        )
        for content, grey, chroma in zip(contents, greys, chromas, strict=True)
    ]


def read_folders(
    options: ScanOptions, catalog: Catalog, context: JobContext, threads: int = 0
) -> tuple[list[FoundFile], NDArray[np.int64]]:
    """Walk folders and bring the contents of their photos into the catalog.

    The last scan's results are left as they are.

    Args:
        options: The folders to search.
        catalog: The catalog, to which the photos are added.
        context: Progress, cancel and problems.
        threads: Decoding threads; 0 takes one per processor.

    Returns:
        The photos that could be read, and int64 (n,), their contents.

    Raises:
        Cancelled: The job was cancelled; what was read is kept.
        FolderNotFound: None of the folders could be used.
    """
    found = scan_folders(options, context)
    reading = read_photos(
        found.photos,
        catalog,
        context,
        threads=threads or os.cpu_count() or 1,
        limits=DecodeLimits(),
    )
    catalog.note_volumes(volume_names())
    readable = np.flatnonzero(reading.content_ids != NO_CONTENT)
    files = [found.photos[index] for index in readable.tolist()]
    return files, reading.content_ids[readable]
