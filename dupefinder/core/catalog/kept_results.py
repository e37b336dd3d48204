"""Results of the last scan as they were shown, kept so that they open again at once.

Triggers of the tables that results are made from note each change of them: results that were kept
before it are not given any more. What results depend on beside the catalog is in their key.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from blake3 import blake3

from dupefinder.core.catalog.connection import CatalogConnection
from dupefinder.core.errors import CatalogNotWritable

_PIECE_BYTES = 256 << 20
"""SQLite holds no value of a gigabyte."""


class CatalogKeptResults(CatalogConnection):
    """The tables of kept results."""

    def keep_results(self, key: bytes, parts: Mapping[str, bytes]) -> None:
        """Keep results in the place of those before.

        Args:
            key: What they depend on beside the catalog.
            parts: The results.
        """
        with self.transaction():
            self.drop_results()
            self._write_many("INSERT INTO kept_parts VALUES (?, ?, ?)", _pieces(parts))
            self._write(
                "INSERT INTO kept_results (key, digest, is_current) VALUES (?, ?, 1)",
                (key, _digest(parts)),
            )

    def drop_results(self) -> None:
        """Keep none any more."""
        with self.transaction():
            for table in ("kept_parts", "kept_results"):
                self._write(f"DELETE FROM {table}")

    def has_kept_results(self, key: bytes) -> bool:
        """True where `kept_results` has something to give for a key."""
        sql = "SELECT 1 FROM kept_results WHERE is_current AND key = ?"
        return self._one(sql, (key,)) is not None

    def kept_results(self, key: bytes) -> dict[str, bytes] | None:
        """Look up the results that were kept.

        Args:
            key: What results depend on now, beside the catalog.

        Returns:
            None where there are none, or what they were made from has changed since.
        """
        row = self._one("SELECT digest FROM kept_results WHERE is_current AND key = ?", (key,))
        if row is None:
            return None
        pieces: dict[str, list[bytes]] = {}
        for name, data in self._each("SELECT name, data FROM kept_parts ORDER BY name, piece"):
            pieces.setdefault(name, []).append(data)
        parts = {
            name: some[0] if len(some) == 1 else b"".join(some) for name, some in pieces.items()
        }
        # They are believed without a look at what they say.
        if _digest(parts) == row[0]:
            return parts
        # While they are there, none are kept in their place; else it costs the next opening time.
        with suppress(CatalogNotWritable):
            self.drop_results()
        return None


def _pieces(parts: Mapping[str, bytes]) -> Iterator[tuple[str, int, bytes]]:
    for name, data in parts.items():
        for number, start in enumerate(range(0, max(len(data), 1), _PIECE_BYTES)):
            yield name, number, data[start : start + _PIECE_BYTES]


def _digest(parts: Mapping[str, bytes]) -> bytes:
    digest = blake3()
    for name, data in sorted(parts.items()):
        digest.update(f"{name} {len(data)}\0".encode())
        digest.update(data)
    return digest.digest()
