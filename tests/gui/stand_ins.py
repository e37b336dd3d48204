"""Stand-ins for slow parts of the window."""

import threading
from typing import Any, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPixmap

from dupefinder.core.decode import DecodeFailed
from dupefinder.core.records import ProblemCode


class _Thumbnails(QObject):
    loaded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.there: dict[int, QPixmap] = {}
        self.asked: list[int] = []

    def get(self, content_id: int, size_px: int, ratio: float = 1.0) -> QPixmap | None:
        assert size_px > 0
        assert ratio > 0
        self.asked.append(content_id)
        return self.there.get(content_id)

    def ask_again(self) -> None:
        """Nothing is remembered to be missing here."""
        self.asked.clear()

    def bring(self, content_id: int, colour: str = "#336699") -> None:
        """Let a thumbnail arrive."""
        pixmap = QPixmap(40, 30)
        pixmap.fill(QColor(colour))
        self.there[content_id] = pixmap
        self.loaded.emit({content_id})


def thumbnails() -> Any:
    """A store of thumbnails, with `there`, `asked` and `bring` beside what the real one has."""
    return cast(Any, _Thumbnails())


class Decoder:
    """Decodes nothing: gives grey pictures, noting what was asked for.

    Attributes:
        asked: Paths and sizes, in the order in which they were begun.
        sizes: Width and height by path; 400 × 300 for others.
        failing: Paths that give no picture.
        gate: Closed, every decode waits.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.sizes: dict[str, tuple[int, int]] = {}
        self.levels: dict[str, int] = {}
        self.failing: dict[str, ProblemCode] = {}
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, path: str, longest_px: int) -> NDArray[np.uint8]:
        self.asked.append((path, longest_px))
        assert self.gate.wait(30)
        if path in self.failing:
            raise DecodeFailed(self.failing[path])
        width_px, height_px = self.sizes.get(path, (400, 300))
        scale = min(longest_px / max(width_px, height_px), 1)
        shape = (max(round(height_px * scale), 1), max(round(width_px * scale), 1), 3)
        return np.full(shape, self.levels.get(path, 128), np.uint8)


class Requests:
    """Answers what a page asks its controller for by noting it."""

    def __init__(self) -> None:
        self.noted: dict[str, list[Any]] = {}

    def __getattr__(self, name: str) -> Any:
        def note(*arguments: object) -> None:
            argument = arguments[0] if len(arguments) == 1 else arguments
            self.noted.setdefault(name, []).append(argument)

        return note


def answered(page: Any) -> Any:
    """Give a page a stand-in for its controller, and give back the page; see `requested`."""
    page.requests = Requests()
    return page


def requested(page: Any, name: str) -> list[Any]:
    """Note from now on how a page makes a request: its argument, or a tuple of several."""
    assert hasattr(get_type_hints(type(page))["requests"], name)
    noted: list[Any] = []
    page.requests.noted[name] = noted
    return noted


def catch(signal: Any) -> list[Any]:
    """Note what a signal brings: its argument, or a tuple of several."""
    caught: list[Any] = []

    def note(*arguments: object) -> None:
        caught.append(arguments[0] if len(arguments) == 1 else arguments)

    signal.connect(note)
    return caught
