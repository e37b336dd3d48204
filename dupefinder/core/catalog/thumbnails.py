"""Thumbnails for the screen, through a connection of their own that never waits for a scan."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from dupefinder.store.open_database import connect_to_read

_BUSY_S = 0.2
"""A catalog that is locked for longer has no thumbnail now."""


class ThumbnailReader:
    """Reads thumbnails from a catalog that another connection writes. For one thread at a time.

    A thumbnail only shows something: whatever stands in the way of one, there is none.
    """

    def __init__(self, path: Path) -> None:
        """Prepare to read; the file is opened with the first thumbnail.

        Args:
            path: The catalog's file, which may not exist yet.
        """
        self._path = Path(os.path.realpath(path))
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    def thumbnail(self, content_id: int) -> bytes | None:
        """The JPEG of a content, see `DecodedPhoto.thumbnail_jpeg`; None when there is none."""
        return self._read("SELECT thumbnail FROM pixels WHERE content_id = ?", content_id)

    def thumbnail_of(self, digest: bytes) -> bytes | None:
        """As `thumbnail`, of the content whose file has a digest."""
        return self._read(
            "SELECT thumbnail FROM pixels JOIN contents USING (content_id) WHERE digest = ?",
            digest,
        )

    def _read(self, sql: str, key: int | bytes) -> bytes | None:
        try:
            status = os.stat(self._path)
            identity = status.st_dev, status.st_ino
            if self._connection is None or identity != self._opened:
                # Erased, set aside or replaced meanwhile: what is there now counts.
                self.close()
                self._connection = connect_to_read(self._path, _BUSY_S)
                self._opened = identity
            row = self._connection.execute(sql, (key,)).fetchone()
        except (OSError, sqlite3.Error):
            self.close()
            return None
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def close(self) -> None:
        """Let go of the file; the next thumbnail opens it anew. Closing twice does no harm."""
        connection, self._connection, self._opened = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
