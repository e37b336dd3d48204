"""Thumbnails for the screen, through a connection of their own that never waits for a scan."""

import sqlite3
from contextlib import suppress
from pathlib import Path


class ThumbnailReader:
    """Reads thumbnails from a catalog that another connection writes. For one thread at a time.

    A thumbnail only shows something: whatever stands in the way of one, there is none.
    """

    def __init__(self, path: Path) -> None:
        """Prepare to read; the file is opened with the first thumbnail.

        Args:
            path: The catalog's file, which may not exist yet.
        """
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def thumbnail(self, content_id: int) -> bytes | None:
        """The JPEG of a content, see `DecodedPhoto.thumbnail_jpeg`; None when there is none."""
        try:
            if self._connection is None:
                self._connection = self._open()
            row = self._connection.execute(
                "SELECT thumbnail FROM pixels WHERE content_id = ?", (content_id,)
            ).fetchone()
        except sqlite3.Error:
            # Erased, set aside or replaced meanwhile: the next thumbnail opens what is there then.
            self.close()
            return None
        return None if row is None else row[0]

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def close(self) -> None:
        """Close the file. Closing twice does no harm."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
