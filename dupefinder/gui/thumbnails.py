"""Thumbnails for painting: loaded in a thread, the newest wish first, the oldest forgotten."""

from collections import OrderedDict
from pathlib import Path
from threading import Condition

from PySide6.QtCore import QObject, QSize, Qt, QThread, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from dupefinder.core.catalog.thumbnails import ThumbnailReader

_MOST_BYTES = 96 << 20
_MOST_WISHES = 400
"""Rows that scrolled away long ago are not loaded any more."""
_TELL_EVERY_MS = 50

_Key = tuple[int, int]
"""Content and size in device pixels."""


class Thumbnails(QObject):
    """See the module.

    Signals:
        loaded: Ids of contents whose thumbnails can be painted now, at most 20 times a second.
    """

    loaded = Signal(object)

    def __init__(self, catalog_path: Path, parent: QObject | None = None) -> None:
        """Start the thread that loads.

        Args:
            catalog_path: The catalog's file.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pixmaps: OrderedDict[_Key, QPixmap | None] = OrderedDict()
        self._size_bytes = 0
        self._arrived: set[int] = set()
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_TELL_EVERY_MS)
        self._tell.timeout.connect(self._tell_arrived)
        self._loader = _Loader(catalog_path)
        self._loader.ready.connect(self._take)
        self._loader.start(QThread.Priority.LowPriority)

    def get(self, content_id: int, size_px: int, ratio: float = 1.0) -> QPixmap | None:
        """The thumbnail of a content, if it is at hand; else it is loaded.

        Args:
            content_id: The content.
            size_px: Longest side in logical pixels.
            ratio: Device pixels per logical pixel.

        Returns:
            None while it is being loaded, and where there is none.
        """
        key = content_id, round(size_px * ratio)
        if key in self._pixmaps:
            self._pixmaps.move_to_end(key)
            pixmap = self._pixmaps[key]
            if pixmap is not None:
                pixmap.setDevicePixelRatio(ratio)
            return pixmap
        self._loader.wish(key)
        return None

    def forget(self) -> None:
        """Drop everything: the catalog was begun anew, and numbers mean other contents."""
        self._pixmaps.clear()
        self._size_bytes = 0

    def close(self) -> None:
        """End the thread. Closing twice does no harm."""
        self._tell.stop()
        self._loader.close()
        self._loader.wait()

    def _take(self, key: _Key, image: QImage) -> None:
        pixmap = None if image.isNull() else QPixmap.fromImage(image)
        self._pixmaps[key] = pixmap
        self._size_bytes += _bytes_of(pixmap)
        while self._size_bytes > _MOST_BYTES and len(self._pixmaps) > 1:
            self._size_bytes -= _bytes_of(self._pixmaps.popitem(last=False)[1])
        self._arrived.add(key[0])
        if not self._tell.isActive():
            self._tell.start()

    def _tell_arrived(self) -> None:
        arrived, self._arrived = self._arrived, set()
        self.loaded.emit(arrived)


def _bytes_of(pixmap: QPixmap | None) -> int:
    return 64 if pixmap is None else pixmap.width() * pixmap.height() * 4


class _Loader(QThread):
    ready = Signal(object, QImage)

    def __init__(self, catalog_path: Path) -> None:
        super().__init__()
        self.setObjectName("thumbnails")
        self._reader = ThumbnailReader(catalog_path)
        self._wishes: OrderedDict[_Key, None] = OrderedDict()
        self._changed = Condition()
        self._closed = False

    def wish(self, key: _Key) -> None:
        """Ask for a thumbnail; the newest wish is met first."""
        with self._changed:
            self._wishes[key] = None
            self._wishes.move_to_end(key)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def run(self) -> None:
        while (key := self._next()) is not None:
            self.ready.emit(key, self._load(*key))
        self._reader.close()

    def _next(self) -> _Key | None:
        with self._changed:
            while not self._wishes and not self._closed:
                self._changed.wait()
            return None if self._closed else self._wishes.popitem()[0]

    def _load(self, content_id: int, size_px: int) -> QImage:
        jpeg = self._reader.thumbnail(content_id)
        if jpeg is None:
            return QImage()
        image = QImage.fromData(jpeg)
        if image.isNull() or max(image.width(), image.height()) <= size_px:
            return image
        return image.scaled(
            QSize(size_px, size_px),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
