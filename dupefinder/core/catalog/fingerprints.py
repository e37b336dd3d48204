"""Fingerprints of contents by kind, as packed words that are loaded all at once."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.catalog.connection import ids_parameter
from dupefinder.core.catalog.pairs import CatalogPairs

Words = NDArray[np.uint64]
"""The fingerprint of one content, (variants, words): its variants are, for instance, the eight
orientations. Of several contents, (n, variants, words)."""

_STORED_WORD: Final = np.dtype("<u8")


class CatalogFingerprints(CatalogPairs):
    """The table of fingerprints."""

    def fingerprints(
        self, kind: str, content_ids: ArrayLike | None = None
    ) -> tuple[NDArray[np.int64], Words]:
        """The fingerprints of a kind, ordered by content id.

        Args:
            kind: The kind.
            content_ids: Only those of these contents; None for all.

        Returns:
            The content ids that have one, int64 (n,), and uint64 (n, variants, words); (0, 0, 0)
            as long as there is none of the kind.
        """
        sql = "SELECT content_id, words FROM fingerprints WHERE kind = ?"
        stored_kind = self._kind(kind)
        parameters: list[object] = [stored_kind.number]
        if content_ids is not None:
            sql += " AND content_id IN (SELECT value FROM json_each(?))"
            parameters.append(ids_parameter(content_ids))
        some_ids = [np.empty(0, np.int64)]
        some_bytes = [np.empty(0, np.uint8)]
        for rows in self._pages(f"{sql} ORDER BY content_id", parameters):
            page_ids, page_words = zip(*rows, strict=True)
            some_ids.append(np.array(page_ids, np.int64))
            some_bytes.append(np.frombuffer(b"".join(page_words), np.uint8))
        # Arrays, unlike bytes, are joined without the interpreter's lock.
        ids, stored = np.concatenate(some_ids), np.concatenate(some_bytes)
        shape = stored_kind.shape or (0, 0)
        if stored.size != ids.size * shape[0] * shape[1] * _STORED_WORD.itemsize:
            raise self._damaged("a fingerprint has the wrong size")
        words = stored.view(_STORED_WORD).astype(np.uint64, copy=False)
        return ids, words.reshape(ids.size, *shape)

    def missing_fingerprints(self, kind: str) -> NDArray[np.int64]:
        """Ids of the contents without a fingerprint of a kind, int64 (n,), ascending."""
        return self._ids(
            "SELECT content_id FROM contents EXCEPT"
            " SELECT content_id FROM fingerprints WHERE kind = ? ORDER BY content_id",
            (self._kind(kind).number,),
        )

    def add_fingerprints(self, kind: str, content_ids: ArrayLike, words: Words) -> None:
        """Keep fingerprints of contents that have none of this kind yet.

        A fingerprint that is there already stays, as known distances depend on it; see
        `forget_fingerprints`.

        Args:
            kind: The kind; its first fingerprints fix the shape of all.
            content_ids: int64 (n,).
            words: uint64 (n, variants, words).

        Raises:
            ValueError: Wrong dtype or shape, or not the shape of this kind.
        """
        ids = np.asarray(content_ids, np.int64).ravel()
        if words.dtype != np.uint64 or words.ndim != 3 or words.shape[0] != ids.size:
            raise ValueError(
                f"fingerprints of {ids.size} contents are uint64 ({ids.size}, variants, words),"
                f" not {words.dtype} {words.shape}"
            )
        _, variants, word_count = words.shape
        with self.transaction():
            stored_kind = self._made_kind(kind)
            if stored_kind.shape is None:
                self._write(
                    "UPDATE kinds SET variants = ?, words = ? WHERE kind = ?",
                    (variants, word_count, stored_kind.number),
                )
                del self._kinds[kind]
            elif stored_kind.shape != (variants, word_count):
                raise ValueError(
                    f"fingerprints of kind {kind} have the shape {stored_kind.shape},"
                    f" not {(variants, word_count)}"
                )
            blob = words.astype(_STORED_WORD, order="C", copy=False).tobytes()
            step = variants * word_count * _STORED_WORD.itemsize
            self._write_many(
                f"INSERT OR IGNORE INTO fingerprints VALUES ({stored_kind.number}, ?, ?)",
                (
                    (content_id, blob[start : start + step])
                    for content_id, start in zip(
                        ids.tolist(), range(0, len(blob), step), strict=True
                    )
                ),
            )

    def forget_fingerprints(self, kind: str) -> None:
        """Drop all fingerprints of a kind, with its shape, its search and its pairs."""
        with self.transaction():
            number = self._kind(kind).number
            self.forget_search(kind)
            self._write("DELETE FROM fingerprints WHERE kind = ?", (number,))
            self._write("DELETE FROM kinds WHERE kind = ?", (number,))
            self._kinds.pop(kind, None)

    def _forget_fingerprints_of(self, content_ids: Iterable[int]) -> None:
        """Drop the fingerprints of some contents, and every search, as distances change."""
        ids = ids_parameter(list(content_ids))
        for kind in self._kind_names():
            self.forget_search(kind)
            self._write(
                "DELETE FROM fingerprints WHERE kind = ?"
                " AND content_id IN (SELECT value FROM json_each(?))",
                (self._kind(kind).number, ids),
            )
