"""Search: finds near-duplicates of a photo, shows them, and compares."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtGui import QImage, QImageWriter

from dupefinder.core.job import JobContext
from dupefinder.core.records import GroupMember
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.search.found_photos import Asked, FoundPhotos, Row, pair_of, rows_of
from dupefinder.gui.tasks import Policy, Runner, TaskEnd
from dupefinder.gui.tasks.window_thread import post
from dupefinder.services.search import (
    Fingerprints,
    KnownPhoto,
    PhotoBytes,
    PhotoFile,
    SearchedPhoto,
    SearchSession,
)

if TYPE_CHECKING:
    from dupefinder.core.search import Query


class SearchController(QObject):
    """Searches for photos and shows the results."""

    def __init__(
        self,
        session: SearchSession,
        runner: Runner,
        scans: ScanController,
        window: MainWindow,
    ) -> None:
        """Connect the pages.

        Args:
            session: Searches, used in the runner's thread alone.
            runner: The runner of look-ups.
            scans: Signals changes of the catalog.
            window: The window.
        """
        super().__init__(window)
        self._session = session
        self._runner = runner
        self._window = window
        window.search.requests = self
        window.cards.requests = self
        scans.catalog_changed.connect(self._forget)

    def search_file(self, path: str) -> None:
        """Search for a photo.

        Args:
            path: Its file.
        """
        self._search(path, lambda: PhotoFile(path))

    def search_content(self, content_id: int, path: str) -> None:
        """Search for a photo of the catalog.

        Args:
            content_id: Its number.
            path: The path to call it by.
        """
        self._search(path, lambda: KnownPhoto(content_id, path))

    def search_like(self, member: GroupMember) -> None:
        """Search for more photos like one of a group."""
        self.search_content(member.content_id, member.file.path)

    def search_image(self, image: QImage) -> None:
        """Search for a picture that is no file, such as one from the clipboard."""
        self._search("", lambda: PhotoBytes(_png_of(image)))

    def _search(self, path: str, make_photo: Callable[[], SearchedPhoto]) -> None:
        """Search for a photo that is made in the runner's thread."""
        page = self._window.search
        page.begin(path)
        self._window.show_place("search")

        def work(context: JobContext) -> FoundPhotos:
            def show_query(query: Query) -> None:
                asked = _asked_of(query)
                # Another photo may be searched for by then.
                post(self, lambda: None if task.is_replaced else page.set_asked(asked))

            result = self._session.search(make_photo(), context, show_query)
            return FoundPhotos(
                rows_of(result.answers), result.photos, result.problem, result.unseen
            )

        task = self._runner.ask("search", work, self, Policy.LATEST)
        task.on_result(page.set_found).on_end(self._end_search).start()

    def _end_search(self, end: TaskEnd) -> None:
        if end.fault is not None and not end.replaced:
            self._window.search.set_stopped()

    def look_up_fingerprints(self, row: Row | None) -> None:
        """Show the fingerprints of the query.

        Args:
            row: The found photo whose fingerprints are shown, too; None for none.
        """
        other = None if row is None else row.hit.content
        page = self._window.search
        asked = page.asked

        def show(found: Fingerprints | None) -> None:
            # Another photo may be searched for by now.
            if found is not None and page.asked is asked:
                page.set_fingerprints(found)

        self._runner.ask(
            "fingerprints",
            lambda context: self._session.fingerprints(other, context),
            self,
            Policy.LATEST,
        ).on_result(show).start()

    def compare(self, row: Row) -> None:
        """Compare a found photo with the query."""
        if (asked := self._window.search.asked) is not None:
            self._window.look_at(pair_of(asked, row))

    def choose_folders(self) -> None:
        """Go to the choice of folders to scan, without which nothing can be found."""
        self._window.show_place("folders")

    def _forget(self) -> None:
        self._runner.ask("forget", lambda _: self._session.forget(), self).start()


def _png_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _asked_of(query: Query) -> Asked:
    """Make the shown form of a query, in the runner's thread."""
    photo = query.photo
    mtime_ns = 0
    with suppress(OSError, ValueError):
        mtime_ns = os.stat(query.name).st_mtime_ns if query.name else 0
    return Asked(
        path=query.name,
        facts=photo.facts,
        digest=photo.digest,
        size_bytes=query.size_bytes,
        mtime_ns=mtime_ns,
        thumbnail=QImage.fromData(photo.thumbnail_jpeg),
        is_away=bool(query.name) and not mtime_ns,
    )
