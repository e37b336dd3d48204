"""Pairs of contents whose fingerprints met, their verdicts, and the searches that found them.

A pair once found is never searched for again: a search up to a radius among some contents is
remembered, and later only new contents are compared with the known and with one another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.catalog.connection import CatalogConnection
from dupefinder.core.id_sets import distinct, without
from dupefinder.core.records import Evidence

PAIR_DTYPE: Final = np.dtype(
    [
        ("a", np.int64),
        ("b", np.int64),
        ("distance_bits", np.int16),
        ("orientation", np.uint8),
        ("confirm_version", np.int32),
        ("evidence", np.int8),
        ("distance256_bits", np.int16),
        ("likeness", np.float32),
        ("view_a", np.uint8),
        ("view_b", np.uint8),
        ("placement", np.float32, (6,)),
    ]
)
"""One pair: content ids a < b, their distance, how b must be turned to look like a
(`Orientation`), then the verdict: version of the confirmation, code of the evidence, distance
of the 256-bit fingerprints, likeness; the views of a and b that met (see `fingerprint.views` and
`fingerprint.covers`); where b was laid on a other than edge to edge, the first two rows of the
affine map from shares of b's width and height, once it is turned, to those of a's. What is not
known is -1, and NaN for numbers that are no whole ones."""

EVIDENCE_CODES: Final = {
    Evidence.SAME_BYTES: 0,
    Evidence.SAME_PIXELS: 1,
    Evidence.RE_ENCODED: 2,
    Evidence.EDITED: 3,
    Evidence.ROTATED: 4,
    Evidence.MIRRORED: 5,
    Evidence.RAW_PAIR: 6,
    Evidence.LOOK_ALIKE: 7,
}
"""Stored codes of evidence; they never change."""

OPEN_CODE: Final = -1
"""Instead of evidence: the pair was not judged, or only edge to edge."""

TOLD_APART_CODE: Final = -2
"""Instead of evidence, never stored: a pair of a series that was not judged for that reason."""

NOT_SEARCHED: Final = -1
"""The radius of a kind that was never searched."""

_BLOCK_ROWS: Final = 65_536
_ROW_FIELDS: Final = [name for name in PAIR_DTYPE.names or () if name != "placement"]
_ROW_DTYPE: Final = np.dtype([(name, PAIR_DTYPE[name]) for name in _ROW_FIELDS])
_STORED_PLACEMENT: Final = np.dtype(("<f4", (6,)))
Pairs = NDArray[np.void]
"""A structured array (n,) of `PAIR_DTYPE`."""


def pair_keys(pairs: Pairs) -> NDArray[np.int64]:
    """A unique number for each pair, int64 (n,)."""
    keys: NDArray[np.int64] = (pairs["a"] << 32) | pairs["b"]
    return keys


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fingerprint: its number, and the shape of its fingerprints, None without any."""

    number: int
    shape: tuple[int, int] | None


class CatalogPairs(CatalogConnection):
    """The tables of kinds, searches and pairs."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._kinds: dict[str, Kind] = {}

    def searched(self, kind: str) -> tuple[int, NDArray[np.int64]]:
        """Radius and contents that the search of a kind covers.

        Returns:
            The radius in bits (`NOT_SEARCHED` without a search) and the content ids, int64
            (n,), ascending: all pairs among them up to that radius are known.
        """
        number = self._kind(kind).number
        row = self._one("SELECT radius_bits FROM searches WHERE kind = ?", (number,))
        if row is None:
            return NOT_SEARCHED, np.empty(0, np.int64)
        sql = "SELECT content_id FROM searched WHERE kind = ? ORDER BY content_id"
        return int(row[0]), self._ids(sql, (number,))

    def mark_searched(self, kind: str, content_ids: ArrayLike, radius_bits: int) -> None:
        """State that all pairs of contents are known up to a radius.

        That is, pairs of these contents with one another and with those marked before. A kind has
        one radius. A smaller one lowers it for all; a larger one raises it only when it was reached
        for all contents marked before.
        """
        ids = distinct(np.asarray(content_ids, np.int64).ravel())
        with self.transaction():
            number = self._made_kind(kind).number
            old_radius_bits, old_ids = self.searched(kind)
            if old_radius_bits != NOT_SEARCHED and without(old_ids, ids).size:
                radius_bits = min(radius_bits, old_radius_bits)
            self._write("INSERT OR REPLACE INTO searches VALUES (?, ?)", (number, radius_bits))
            self._write_many(
                "INSERT INTO searched VALUES (?, ?)",
                ((number, content_id) for content_id in without(ids, old_ids).tolist()),
            )

    def forget_search(self, kind: str) -> None:
        """Drop the search of a kind with all its pairs and their verdicts."""
        with self.transaction():
            number = self._kind(kind).number
            for table in ("searches", "searched", "pairs"):
                self._write(f"DELETE FROM {table} WHERE kind = ?", (number,))

    def add_pairs(self, kind: str, pairs: Pairs) -> None:
        """Store found pairs, without verdicts.

        A known pair keeps the smaller distance, with its orientation and views; its verdict is
        dropped when the distance changes.

        Args:
            kind: The kind of the fingerprints that met.
            pairs: Structured array (n,), fields a, b, distance_bits, orientation, view_a and
                view_b as in `PAIR_DTYPE`; others are ignored.

        Raises:
            ValueError: A pair does not have a < b.
        """
        if np.any(pairs["a"] >= pairs["b"]):
            raise ValueError("a pair is ordered by content id: a < b")
        # In the order of the primary key, rows are appended rather than scattered.
        ordered = pairs[np.lexsort((pairs["b"], pairs["a"]))]
        with self.transaction():
            number = self._made_kind(kind).number
            self._write_many(
                "INSERT INTO pairs (kind, a, b, distance_bits, orientation, view_a, view_b)"
                f" VALUES ({number}, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, a, b) DO UPDATE SET"
                " distance_bits = excluded.distance_bits, orientation = excluded.orientation,"
                " view_a = excluded.view_a, view_b = excluded.view_b,"
                " confirm_version = NULL, evidence = NULL, distance256_bits = NULL,"
                " likeness = NULL, placement = NULL"
                " WHERE excluded.distance_bits < pairs.distance_bits",
                _rows(ordered, "a", "b", "distance_bits", "orientation", "view_a", "view_b"),
            )

    def pairs(self, kind: str, max_distance_bits: int | None = None) -> Pairs:
        """The pairs of a kind, ordered by a and b.

        Args:
            kind: The kind of the fingerprints that met.
            max_distance_bits: Leave out pairs that lie further apart; None for all.

        Returns:
            Structured array (n,) of `PAIR_DTYPE`.
        """
        sql = (
            "SELECT a, b, distance_bits, orientation, COALESCE(confirm_version, -1),"
            " COALESCE(evidence, -1), COALESCE(distance256_bits, -1), likeness, view_a, view_b"
        )
        where = " FROM pairs WHERE kind = ?"
        parameters = [self._kind(kind).number]
        if max_distance_bits is not None:
            where += " AND distance_bits <= ?"
            parameters.append(max_distance_bits)
        rows = np.fromiter(self._each(f"{sql}{where} ORDER BY a, b", parameters), _ROW_DTYPE)
        pairs = np.empty(len(rows), PAIR_DTYPE)
        for name in _ROW_FIELDS:
            pairs[name] = rows[name]
        pairs["placement"] = np.nan
        placed = " AND placement IS NOT NULL"
        for a, b, placement in self._all(f"SELECT a, b, placement{where}{placed}", parameters):
            first, last = np.searchsorted(pairs["a"], (a, a + 1))
            row = first + np.searchsorted(pairs["b"][first:last], b)
            if len(placement) != _STORED_PLACEMENT.itemsize:
                raise self._damaged("a placement has the wrong size")
            pairs["placement"][row] = np.frombuffer(placement, "<f4")
        return pairs

    def with_verdicts(self, kind: str, pairs: Pairs) -> Pairs:
        """Known pairs with their stored verdicts.

        Args:
            kind: The kind of the fingerprints that met.
            pairs: Structured array (n,) of `PAIR_DTYPE`, in any order.

        Returns:
            The same pairs, in this order.
        """
        found = pairs.copy()
        number = self._kind(kind).number
        sql = (
            "SELECT COALESCE(confirm_version, -1), COALESCE(evidence, -1),"
            " COALESCE(distance256_bits, -1), likeness, placement"
            " FROM pairs WHERE kind = ? AND a = ? AND b = ?"
        )
        for row in found:
            kept = self._one(sql, (number, int(row["a"]), int(row["b"])))
            if kept is None:
                continue
            row["confirm_version"], row["evidence"], row["distance256_bits"] = kept[:3]
            row["likeness"] = np.nan if kept[3] is None else kept[3]
            row["placement"] = np.nan if kept[4] is None else np.frombuffer(kept[4], "<f4")
        return found

    def set_verdicts(self, kind: str, pairs: Pairs) -> None:
        """Store the verdicts of known pairs.

        Args:
            kind: The kind of the fingerprints that met.
            pairs: Structured array (n,), fields a, b, confirm_version, evidence,
                distance256_bits, likeness and placement as in `PAIR_DTYPE`; others are ignored.

        Raises:
            KeyError: One of the pairs is not known; nothing is kept then.
        """
        names = ("confirm_version", "evidence", "distance256_bits", "likeness", "a", "b")
        placed = pairs[~np.isnan(pairs["placement"][:, 0])]
        with self.transaction():
            number = self._kind(kind).number
            changed = self._write_many(
                "UPDATE pairs SET confirm_version = nullif(?, -1), evidence = nullif(?, -1),"
                " distance256_bits = nullif(?, -1), likeness = ?"
                f" WHERE kind = {number} AND a = ? AND b = ?",
                _rows(pairs, *names),
            )
            if pairs.size and changed != pairs.size:
                raise KeyError(f"{pairs.size - changed} of {pairs.size} pairs are not known")
            self._write_many(
                f"UPDATE pairs SET placement = ? WHERE kind = {number} AND a = ? AND b = ?",
                [
                    (pair["placement"].astype("<f4").tobytes(), int(pair["a"]), int(pair["b"]))
                    for pair in placed
                ],
            )

    def _kind(self, name: str) -> Kind:
        """The kind of a name; for a new name, one without rows."""
        kind = self._kinds.get(name)
        if kind is None:
            row = self._one("SELECT kind, variants, words FROM kinds WHERE name = ?", (name,))
            if row is None:
                return Kind(0, None)
            number, variants, words = row
            kind = Kind(number, None if variants is None else (variants, words))
            self._kinds[name] = kind
        return kind

    def _made_kind(self, name: str) -> Kind:
        """The kind of a name, created when it is new."""
        self._write("INSERT OR IGNORE INTO kinds (name) VALUES (?)", (name,))
        return self._kind(name)

    def _kind_names(self) -> list[str]:
        return [name for (name,) in self._all("SELECT name FROM kinds ORDER BY kind")]

    def _forget_numbers(self) -> None:
        super()._forget_numbers()
        self._kinds.clear()


def _rows(pairs: Pairs, *names: str) -> Iterator[tuple[object, ...]]:
    """Fields of pairs as rows of plain numbers, in blocks to save memory."""
    for start in range(0, pairs.size, _BLOCK_ROWS):
        block = pairs[start : start + _BLOCK_ROWS]
        yield from zip(*(block[name].tolist() for name in names), strict=True)
