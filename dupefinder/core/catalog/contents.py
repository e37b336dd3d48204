"""Contents of files: facts and digests from their one reading.

Files with the same bytes share one content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.catalog.connection import ids_parameter, plain_text
from dupefinder.core.catalog.fingerprints import CatalogFingerprints, Words
from dupefinder.core.catalog.pixels import CatalogPixels
from dupefinder.core.catalog.schema import FACT_COLUMNS
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import ProblemCode

_DIGESTS_PER_QUERY: Final = 500
_FLAG_COLUMNS: Final = [
    FACT_COLUMNS.index(name)
    for name in ("has_alpha", "is_raw", "is_lossless", "has_gps", "has_caption")
]
_MEASURE_COLUMNS: Final = [FACT_COLUMNS.index(name) for name in ("sharpness", "contrast")]
_DECODES_IN_FULL: Final = FACT_COLUMNS.index("decodes_in_full")
_LIST_COLUMNS: Final = [
    FACT_COLUMNS.index(name) for name in ("extras", "word_digests", "exposure_ids")
]
_SHARED_COLUMNS: Final = [
    FACT_COLUMNS.index(name)
    for name in (
        *("format", "width_px", "height_px", "mode", "taken", "camera", "icc_digest"),
        *("extras", "word_digests", "exposure_ids"),
    )
]
_STORED_AS_IS: Final = frozenset((int, float, bool, bytes, type(None)))
_values_of: Final = attrgetter(*FACT_COLUMNS)
_FACTS_SQL: Final = ", ".join(FACT_COLUMNS)
_INSERT_SQL: Final = (
    f"INSERT INTO contents (content_id, digest, parts_digest, size_bytes, fingerprint_version,"
    f" {_FACTS_SQL}) VALUES (?, ?, ?, ?, ?, {', '.join('?' * len(FACT_COLUMNS))})"
)


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content as the catalog keeps it.

    Attributes:
        content_id: Its number in the catalog.
        digest: 32-byte digest of the whole file.
        size_bytes: Size of the file.
        fingerprint_version: Version of the reading and of the fingerprints.
        facts: The facts of the content.
        pixel_digest: Digest of the fully decoded pixels, None until it is computed.
    """

    content_id: int
    digest: bytes
    size_bytes: int
    fingerprint_version: int
    facts: PhotoFacts
    pixel_digest: bytes | None


class CatalogContents(CatalogFingerprints, CatalogPixels):
    """The table of contents, each with its facts, pixels and fingerprints.

    Attributes:
        contents_changes: Number of changes of contents since it was opened.
    """

    contents_changes = 0

    def add_contents(
        self,
        contents: Sequence[tuple[DecodedPhoto, int, Mapping[str, Words]]],
        fingerprint_version: int,
    ) -> list[int]:
        """Store readings of files, with their sizes in bytes and fingerprints by kind.

        A known content keeps its id. If it was read by another version, its data are replaced; as
        distances to it no longer hold then, all searches are forgotten.

        Returns:
            The content ids, in the order of `contents`.

        Raises:
            ValueError: Pixels or a fingerprint have the wrong shape or dtype.
        """
        with self.transaction():
            ids = self.content_ids([photo.digest for photo, _, _ in contents])
            outdated = self._outdated_among(ids.values(), fingerprint_version)
            if outdated:
                self._forget_contents(outdated)
            next_id = self._count("SELECT COALESCE(max(content_id), 0) FROM contents") + 1
            fresh: dict[int, tuple[DecodedPhoto, int, Mapping[str, Words]]] = {}
            for content in contents:
                digest = content[0].digest
                if digest not in ids:
                    ids[digest] = next_id
                    fresh[next_id] = content
                    next_id += 1
                elif ids[digest] in outdated:
                    fresh.setdefault(ids[digest], content)
            self._insert_contents(fresh, fingerprint_version)
        return [ids[photo.digest] for photo, _, _ in contents]

    def _insert_contents(
        self,
        fresh: Mapping[int, tuple[DecodedPhoto, int, Mapping[str, Words]]],
        fingerprint_version: int,
    ) -> None:
        self.contents_changes += 1
        self._write_many(
            _INSERT_SQL,
            [
                (
                    content_id,
                    photo.digest,
                    photo.parts_digest,
                    size_bytes,
                    fingerprint_version,
                    *_row_of_facts(photo.facts),
                )
                for content_id, (photo, size_bytes, _) in fresh.items()
            ],
        )
        self._insert_pixels({key: photo for key, (photo, _, _) in fresh.items()})
        by_kind: dict[str, dict[int, Words]] = {}
        for content_id, (_, _, fingerprints) in fresh.items():
            for kind, words in fingerprints.items():
                by_kind.setdefault(kind, {})[content_id] = words
        for kind, words_by_id in by_kind.items():
            self.add_fingerprints(kind, list(words_by_id), np.stack(list(words_by_id.values())))

    def _outdated_among(self, ids: Iterable[int], fingerprint_version: int) -> set[int]:
        found = self._ids(
            "SELECT content_id FROM contents WHERE fingerprint_version <> ?"
            " AND content_id IN (SELECT value FROM json_each(?))",
            (fingerprint_version, ids_parameter(list(ids))),
        )
        return set(found.tolist())

    def _forget_contents(self, ids: set[int]) -> None:
        self._forget_fingerprints_of(ids)
        for table in ("contents", "pixels", "inner_pictures"):
            self._write(
                f"DELETE FROM {table} WHERE content_id IN (SELECT value FROM json_each(?))",
                (ids_parameter(list(ids)),),
            )
        # Comparisons depend on what was read.
        listed = ids_parameter(list(ids))
        self._write(
            "DELETE FROM proofs WHERE goes IN (SELECT value FROM json_each(?))"
            " OR stays IN (SELECT value FROM json_each(?))",
            (listed, listed),
        )

    def outdated_contents(self, fingerprint_version: int) -> NDArray[np.int64]:
        """Ids of the contents that another version has read, int64 (n,), ascending."""
        return self._ids(
            "SELECT content_id FROM contents WHERE fingerprint_version <> ? ORDER BY content_id",
            (fingerprint_version,),
        )

    def content_ids(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Ids of the contents with these whole-file digests; unknown digests are left out."""
        found: dict[bytes, int] = {}
        remaining = iter(digests)
        while block := list(islice(remaining, _DIGESTS_PER_QUERY)):
            marks = ", ".join("?" * len(block))
            sql = f"SELECT digest, content_id FROM contents WHERE digest IN ({marks})"
            found.update(self._each(sql, block))
        return found

    def contents_with(self, size_bytes: int, parts_digest: bytes) -> list[int]:
        """Ids of the contents of this size and digest of parts: files that may have moved."""
        sql = "SELECT content_id FROM contents WHERE size_bytes = ? AND parts_digest = ?"
        return [content_id for (content_id,) in self._all(sql, (size_bytes, parts_digest))]

    def contents_stamp(self) -> tuple[int, int]:
        """The number of contents and the greatest id, which change when contents come or go."""
        count = self._count("SELECT count(*) FROM contents")
        return count, self._count("SELECT coalesce(max(content_id), 0) FROM contents")

    def digests(self) -> set[bytes]:
        """Whole-file digests of all contents."""
        return {digest for (digest,) in self._each("SELECT digest FROM contents")}

    def digests_of(self, content_ids: ArrayLike) -> dict[int, bytes]:
        """Whole-file digests of contents by id; unknown ids are left out."""
        return dict(
            self._each(
                "SELECT content_id, digest FROM contents"
                " WHERE content_id IN (SELECT value FROM json_each(?))",
                (ids_parameter(content_ids),),
            )
        )

    def known_sizes(self) -> set[int]:
        """Sizes in bytes that some content has."""
        return {size for (size,) in self._each("SELECT DISTINCT size_bytes FROM contents")}

    def ids_by_digest(self) -> NDArray[np.int64]:
        """All content ids ordered by digest, an order that is the same in every catalog."""
        return self._ids("SELECT content_id FROM contents ORDER BY digest")

    def flat_contents(self, contrast: float) -> NDArray[np.int64]:
        """Ids of the contents whose grey varies by less than this, int64 (n,)."""
        return self._ids("SELECT content_id FROM contents WHERE contrast < ?", (contrast,))

    def raw_contents(self) -> NDArray[np.int64]:
        """Ids of the contents that are RAW files, int64 (n,)."""
        return self._ids("SELECT content_id FROM contents WHERE is_raw")

    def facts(self, content_ids: ArrayLike | None = None) -> dict[int, StoredContent]:
        """Contents by id, all of them for None; unknown ids are left out."""
        sql = (
            "SELECT content_id, digest, size_bytes, fingerprint_version, pixel_digest,"
            f" {_FACTS_SQL} FROM contents"
        )
        if content_ids is None:
            rows = self._each(sql)
        else:
            sql += " WHERE content_id IN (SELECT value FROM json_each(?))"
            rows = self._each(sql, (ids_parameter(content_ids),))
        shared: dict[object, object] = {}
        return {
            content_id: StoredContent(
                *(content_id, digest, size_bytes, version),
                _facts_of_row(facts, shared),
                pixels,
            )
            for content_id, digest, size_bytes, version, pixels, *facts in rows
        }

    def set_pixel_digests(self, digests: Mapping[int, bytes]) -> None:
        """Keep digests of fully decoded pixels by content id."""
        self.contents_changes += 1
        self._write_many(
            "UPDATE contents SET pixel_digest = ? WHERE content_id = ?",
            [(digest, content_id) for content_id, digest in digests.items()],
        )

    def set_damaged(self, content_ids: Iterable[int]) -> None:
        """Mark contents as damaged although they decode, with a problem for each of their files."""
        self.contents_changes += 1
        rows = [(content_id,) for content_id in content_ids]
        self._write_many("UPDATE contents SET decodes_in_full = 0 WHERE content_id = ?", rows)
        self._write_many(
            "UPDATE files SET problem_code = ? WHERE content_id = ?",
            [(ProblemCode.PARTLY_DAMAGED.value, content_id) for (content_id,) in rows],
        )


def _row_of_facts(facts: PhotoFacts) -> tuple[object, ...]:
    values = _values_of(facts)
    return tuple([value if type(value) in _STORED_AS_IS else _stored(value) for value in values])


def _stored(value: object) -> object:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, tuple):
        return plain_text(" ".join(value))
    # NumPy's scalars would be stored as BLOBs.
    return value.item() if isinstance(value, np.generic) else value


def _facts_of_row(row: list[Any], shared: dict[Any, Any]) -> PhotoFacts:
    """Make facts of a row.

    Args:
        row: As it is stored.
        shared: Values of earlier rows to be shared, as copies of a photo have
            the same, and thousands of photos few different ones.
    """
    for index in _FLAG_COLUMNS:
        row[index] = row[index] == 1
    for index in _MEASURE_COLUMNS:
        # SQLite keeps a NaN as NULL.
        row[index] = row[index] or 0.0
    if row[_DECODES_IN_FULL] is not None:
        row[_DECODES_IN_FULL] = row[_DECODES_IN_FULL] == 1
    for index in _LIST_COLUMNS:
        row[index] = tuple(row[index].split())
    for index in _SHARED_COLUMNS:
        row[index] = shared.setdefault(row[index], row[index])
    return PhotoFacts(*row)
