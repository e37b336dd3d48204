"""The thread that searches by photo. It reads the catalog beside the engine, also during a scan."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from dupefinder.core.job import JobContext
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.search.found import Asked, Fingerprints, Found, Row, rows_of
from dupefinder.gui.worker import Worker

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog
    from dupefinder.core.photo_hashes import PhotoHashes
    from dupefinder.core.search import Query, SearchIndex

MOST_FOUND = 100

_MakeQuery = Callable[["Catalog | None", JobContext], "Query"]


class Searcher(Worker):
    """See the module.

    The fingerprints stay in memory after the first search; they are loaded anew once the
    catalog has others.

    Signals:
        asked: `Asked`, as soon as the photo was read.
        answered: `Found`.
        hashed: `Fingerprints`.
    """

    asked = Signal(object)
    answered = Signal(object)
    hashed = Signal(object)

    def __init__(self, catalog_path: Path, parent: QObject | None = None) -> None:
        """Make the thread; `start` starts it.

        Args:
            catalog_path: The catalog's file, which may not exist yet.
            parent: Qt parent.
        """
        super().__init__("searcher", parent)
        self._catalog_path = catalog_path
        self._index: SearchIndex | None = None
        self._stamp: object = None
        self._is_stale = False
        self._query: Query | None = None
        self._hashes: dict[bytes, PhotoHashes] = {}

    def search_file(self, path: str) -> None:
        """Search for the photo in a file."""
        self._ask(path, partial(_query_of_file, path))

    def search_image(self, image: QImage) -> None:
        """Search for a picture, from the clipboard for example."""
        self._ask("", partial(_query_of_image, image))

    def search_content(self, content_id: int, path: str) -> None:
        """Search for a photo that the catalog knows, wherever it lies."""
        self._ask(path, partial(_query_of_content, content_id, path))

    def hash_with(self, row: Row | None) -> None:
        """Compute all fingerprints of the photo that is searched for, and of one that was found."""
        self.do("hashes", lambda context: self._hash(row, context), replaces=True)

    def forget(self) -> None:
        """The catalog has other contents: load the fingerprints anew for the next search."""
        self._is_stale = True

    # In the searcher's thread

    def _ask(self, path: str, make_query: _MakeQuery) -> None:
        self.cancel()
        self.do("search", lambda context: self._search(path, make_query, context), replaces=True)

    def _search(self, path: str, make_query: _MakeQuery, context: JobContext) -> None:
        from dupefinder.core.catalog import Catalog
        from dupefinder.core.decode import DecodeFailed

        self._query = None
        self._hashes.clear()
        context.start_phase("search")
        try:
            if not self._catalog_path.exists():
                self._take_query(make_query(None, context))
                self.answered.emit(Found((), 0))
                return
            with Catalog.open_to_read(self._catalog_path) as catalog:
                query = make_query(catalog, context)
                context.checkpoint()
                self._take_query(query)
                self.answered.emit(self._find(query, catalog, context))
        except DecodeFailed as failed:
            code = failed.code
            if code is ProblemCode.FOLDER_NOT_FOUND:
                code = ProblemCode.VANISHED
            self.answered.emit(Found((), 0, Problem(path, code, failed.detail)))
        except KeyError:
            # Forgotten by the catalog since it was shown.
            self.answered.emit(Found((), 0, Problem(path, ProblemCode.VANISHED)))

    def _take_query(self, query: Query) -> None:
        self._query = query
        photo = query.photo
        mtime_ns = 0
        with suppress(OSError, ValueError):
            mtime_ns = os.stat(query.name).st_mtime_ns if query.name else 0
        self.asked.emit(
            Asked(
                path=query.name,
                facts=photo.facts,
                digest=photo.digest,
                size_bytes=query.size_bytes,
                mtime_ns=mtime_ns,
                thumbnail=QImage.fromData(photo.thumbnail_jpeg),
                is_away=bool(query.name) and not mtime_ns,
            )
        )

    def _find(self, query: Query, catalog: Catalog, context: JobContext) -> Found:
        from dupefinder.core.scan.mounted import mounted_volumes
        from dupefinder.core.search.answers import answers_to
        from dupefinder.core.search.places import places_in_catalog

        index = self._loaded(catalog, context)
        mounted = mounted_volumes()
        answers = answers_to(
            query,
            index,
            catalog,
            lambda content_ids: places_in_catalog(catalog, content_ids, mounted),
            context,
            MOST_FOUND,
        )
        return Found(rows_of(answers.found), len(index))

    def _loaded(self, catalog: Catalog, context: JobContext) -> SearchIndex:
        from dupefinder.core.matching import MatchOptions
        from dupefinder.core.search import SearchIndex

        stamp = catalog.contents_stamp()
        if self._index is None or self._is_stale or stamp != self._stamp:
            self._is_stale = False
            self._index = None  # two of them at once would take twice the memory
            self._index = SearchIndex(catalog, MatchOptions(), context)
            self._stamp = stamp
        return self._index

    def _hash(self, row: Row | None, context: JobContext) -> None:
        from dupefinder.core.catalog import Catalog
        from dupefinder.core.photo_hashes import distances_between, hashes_of, segments_between
        from dupefinder.core.search.query import stored_photos

        if self._query is None:
            return
        asked = self._query.photo
        if asked.digest not in self._hashes:
            self._hashes[asked.digest] = hashes_of(asked)
        context.checkpoint()
        ours = self._hashes[asked.digest]
        if row is None:
            self.hashed.emit(Fingerprints(ours.texts(), {}))
            return
        content = row.hit.content
        if content.digest not in self._hashes:
            with Catalog.open_to_read(self._catalog_path) as catalog:
                (photo,) = stored_photos(catalog, [content])
            self._hashes[content.digest] = hashes_of(photo)
        context.checkpoint()
        theirs = self._hashes[content.digest]
        self.hashed.emit(
            Fingerprints(
                ours.texts(),
                theirs.texts(),
                tuple(distances_between(ours, theirs)),
                segments_between(ours, theirs),
            )
        )


def _query_of_file(path: str, catalog: Catalog | None, context: JobContext) -> Query:
    from dupefinder.core.search import query_of_file

    del catalog
    return query_of_file(path, context)


def _query_of_image(image: QImage, catalog: Catalog | None, context: JobContext) -> Query:
    from dupefinder.core.search import query_of_bytes

    del catalog, context
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return query_of_bytes(bytes(buffer.data().data()))


def _query_of_content(
    content_id: int, path: str, catalog: Catalog | None, context: JobContext
) -> Query:
    from dupefinder.core.search import query_of_content

    del context
    if catalog is None:
        raise KeyError(content_id)
    return query_of_content(catalog, content_id, path)
