"""Searching: who tells whom between the searcher's thread, its page, Review and Compare."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from dupefinder.core.errors import DupeFinderError
from dupefinder.core.records import GroupMember
from dupefinder.gui.engine import Engine
from dupefinder.gui.faults import fault_text
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.search.found import Row, pair_of
from dupefinder.gui.search.searcher import Searcher
from dupefinder.gui.worker import JobEnd


class Searching(QObject):
    """See the module."""

    def __init__(self, searcher: Searcher, engine: Engine, window: MainWindow) -> None:
        super().__init__(window)
        self._searcher = searcher
        self._window = window
        page = window.search
        page.file_asked.connect(self._search_file)
        page.image_asked.connect(self._search_image)
        page.content_asked.connect(self._search_content)
        page.hashes_wanted.connect(searcher.hash_with)
        page.compare_requested.connect(self._compare)
        window.cards.more_like_requested.connect(self._more_like)
        searcher.asked.connect(page.set_asked)
        searcher.answered.connect(page.set_found)
        searcher.hashed.connect(page.set_fingerprints)
        searcher.ended.connect(self._ended)
        engine.scanned.connect(searcher.forget)
        engine.erased.connect(searcher.forget)

    def _search_file(self, path: str) -> None:
        self._begin(path)
        self._searcher.search_file(path)

    def _search_image(self, image: QImage) -> None:
        self._begin("")
        self._searcher.search_image(image)

    def _search_content(self, content_id: int, path: str) -> None:
        self._begin(path)
        self._searcher.search_content(content_id, path)

    def _begin(self, path: str) -> None:
        self._window.search.begin(path)
        self._window.show_place("search")

    def _more_like(self, member: GroupMember) -> None:
        self._search_content(member.content_id, member.file.path)

    def _compare(self, row: Row) -> None:
        if (asked := self._window.search.asked) is not None:
            self._window.look_at(pair_of(asked, row))

    def _ended(self, end: JobEnd) -> None:
        if isinstance(end.fault, DupeFinderError):
            self._window.notices.show_notice(fault_text(end.fault), "warning", kind="warning")
        if end.kind == "search" and end.fault is not None:
            self._window.search.set_stopped()
