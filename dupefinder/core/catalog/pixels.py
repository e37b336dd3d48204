"""Small pixels of contents: greys, colours, pictures inside uniform margins, thumbnails.

`ThumbnailReader` loads thumbnails for the screen through a connection of its own, which never waits
for a scan.
"""

import math
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.catalog.connection import CatalogConnection, ids_parameter
from dupefinder.core.photo_facts import DecodedPhoto, InnerPicture
from dupefinder.store.open_database import connect_to_read

GREY_SHAPE: Final = (96, 96)
CHROMA_SHAPE: Final = (2, 16, 16)


class CatalogPixels(CatalogConnection):
    """The tables of pixels and of inner pictures."""

    def greys(self, content_ids: ArrayLike) -> NDArray[np.uint8]:
        """The 96-pixel greys of contents, uint8 (n, 96, 96), in the order of the ids.

        Raises:
            KeyError: The catalog does not know one of the ids.
        """
        return self._pixels("grey", GREY_SHAPE, content_ids)

    def chromas(self, content_ids: ArrayLike) -> NDArray[np.uint8]:
        """The small Cb and Cr of contents, uint8 (n, 2, 16, 16), in the order of the ids.

        Raises:
            KeyError: The catalog does not know one of the ids.
        """
        return self._pixels("chroma", CHROMA_SHAPE, content_ids)

    def thumbnails(self, content_ids: ArrayLike) -> dict[int, bytes]:
        """The JPEG thumbnails of contents; unknown ids are left out."""
        sql = (
            "SELECT content_id, thumbnail FROM pixels"
            " WHERE content_id IN (SELECT value FROM json_each(?))"
        )
        return dict(self._each(sql, (ids_parameter(content_ids),)))

    def thumbnail(self, content_id: int) -> bytes:
        """The JPEG thumbnail of a content.

        Raises:
            KeyError: The catalog does not know the id.
        """
        row = self._one("SELECT thumbnail FROM pixels WHERE content_id = ?", (int(content_id),))
        if row is None:
            raise KeyError(content_id)
        thumbnail: bytes = row[0]
        return thumbnail

    def framed_contents(self) -> NDArray[np.int64]:
        """Ids of the contents that have an inner picture, int64 (n,), ascending."""
        return self._ids("SELECT content_id FROM inner_pictures ORDER BY content_id")

    def inner_pictures(self, content_ids: ArrayLike) -> dict[int, InnerPicture]:
        """Inner pictures of those of these contents that have uniform margins."""
        rows = self._all(
            'SELECT content_id, "left", top, "right", bottom, grey FROM inner_pictures'
            " WHERE content_id IN (SELECT value FROM json_each(?))",
            (ids_parameter(content_ids),),
        )
        inner = {}
        for content_id, left, top, right, bottom, blob in rows:
            if len(blob) != math.prod(GREY_SHAPE):
                raise self._damaged("an inner picture has the wrong size")
            grey = np.frombuffer(blob, np.uint8).reshape(GREY_SHAPE)
            inner[content_id] = InnerPicture((left, top, right, bottom), grey)
        return inner

    def sizes_px(self, content_ids: ArrayLike) -> NDArray[np.int64]:
        """Width and height of contents as shown, int64 (n, 2), in the order of the ids."""
        wanted = np.asarray(content_ids, np.int64).ravel()
        rows = self._each(
            "SELECT content_id, width_px, height_px FROM contents"
            " WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY content_id",
            (ids_parameter(wanted),),
        )
        found = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
        return found[np.searchsorted(found[:, 0], wanted), 1:]

    def aspects(self, content_ids: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Logarithms of width by height of contents, of the whole and of the inner pictures.

        Returns:
            float64 (n,) twice, in the order of the ids; equal where there are no margins.
        """
        wanted = np.asarray(content_ids, np.int64).ravel()
        sizes_px = np.maximum(self.sizes_px(wanted), 1)
        whole = np.log(sizes_px[:, 0] / sizes_px[:, 1])
        inner = whole.copy()
        boxes = np.array(
            self._all(
                'SELECT content_id, "right" - "left", bottom - top FROM inner_pictures'
                " ORDER BY content_id"
            ),
            np.float64,
        ).reshape(-1, 3)
        _, ours, theirs = np.intersect1d(wanted, boxes[:, 0], return_indices=True)
        inner[ours] += np.log(boxes[theirs, 1] / boxes[theirs, 2])
        return whole, inner

    def _insert_pixels(self, photos: Mapping[int, DecodedPhoto]) -> None:
        """Keep the small pixels of contents by id; call it within a transaction."""
        self._write_many(
            "INSERT INTO pixels (content_id, chroma, grey, thumbnail) VALUES (?, ?, ?, ?)",
            [
                (
                    content_id,
                    _blob(photo.chroma, CHROMA_SHAPE),
                    _blob(photo.grey, GREY_SHAPE),
                    photo.thumbnail_jpeg,
                )
                for content_id, photo in photos.items()
            ],
        )
        self._write_many(
            "INSERT INTO inner_pictures VALUES (?, ?, ?, ?, ?, ?)",
            [
                (content_id, *photo.inner.box, _blob(photo.inner.grey, GREY_SHAPE))
                for content_id, photo in photos.items()
                if photo.inner is not None
            ],
        )

    def _pixels(
        self, column: str, shape: tuple[int, ...], content_ids: ArrayLike
    ) -> NDArray[np.uint8]:
        wanted = np.asarray(content_ids, np.int64).ravel()
        rows = self._all(
            f"SELECT content_id, {column} FROM pixels"
            " WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY content_id",
            (ids_parameter(wanted),),
        )
        found = np.array([content_id for content_id, _ in rows], np.int64)
        unknown = np.setdiff1d(wanted, found)
        if unknown.size:
            raise KeyError(int(unknown[0]))
        blob = b"".join([pixels for _, pixels in rows])
        if len(blob) != found.size * math.prod(shape):
            raise self._damaged(f"a {column} has the wrong size")
        stack = np.frombuffer(blob, np.uint8).reshape(-1, *shape)
        return stack[np.searchsorted(found, wanted)]


def _blob(pixels: NDArray[np.uint8], shape: tuple[int, ...]) -> bytes:
    if pixels.shape != shape or pixels.dtype != np.uint8:
        raise ValueError(f"pixels of uint8 {shape} are kept, not {pixels.dtype} {pixels.shape}")
    return pixels.tobytes()


_BUSY_S = 0.2
"""Longest wait for a locked catalog."""


class ThumbnailReader:
    """Reads thumbnails from a catalog that another connection writes. For one thread at a time.

    Errors only mean that there is no thumbnail.
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
        """The thumbnail of the content whose file has a digest."""
        return self._read(
            "SELECT thumbnail FROM pixels JOIN contents USING (content_id) WHERE digest = ?",
            digest,
        )

    def _read(self, sql: str, key: int | bytes) -> bytes | None:
        try:
            status = os.stat(self._path)
            identity = status.st_dev, status.st_ino
            if self._connection is None or identity != self._opened:
                # The file was erased, set aside or replaced meanwhile.
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
