"""Thumbnails for painting, loaded in a thread, the newest request first, and cached."""

from collections import OrderedDict
from pathlib import Path
from threading import Condition, Thread

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap

from dupefinder.core.catalog.pixels import ThumbnailReader

_MOST_BYTES = 96 << 20
_MOST_WISHES = 400
"""Most requests; older ones, of rows that scrolled away, are dropped."""
_TELL_EVERY_MS = 50
_IDLE_S = 1.0
"""Idle time after which the catalog's file is closed."""
_LONGEST_END_S = 3.0

Content = int | bytes
"""A content: its number in the catalog, or the digest of its file."""
_Key = tuple[Content, int]
"""Content and size in device pixels."""


class ThumbnailLoader(QObject):
    """Loads thumbnails from the catalog in a thread, and keeps the latest ones.

    Signals:
        loaded: Requested contents whose thumbnails can be painted now, at most 20 times a second.
    """

    loaded = Signal(object)

    def __init__(
        self, catalog_path: Path, parent: QObject | None = None, *, most_bytes: int = _MOST_BYTES
    ) -> None:
        """Start the thread that loads.

        Args:
            catalog_path: The catalog's file.
            parent: Qt parent.
            most_bytes: Memory for thumbnails.
        """
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._pixmaps: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._missing: set[_Key] = set()
        self._held_bytes = 0
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_TELL_EVERY_MS)
        self._tell.timeout.connect(self._take)
        self._loader = _Loader(catalog_path)
        self._loader.done.connect(self._tell_soon, Qt.ConnectionType.QueuedConnection)
        # A daemon: it must not keep the program from ending, however that ends.
        self._thread = Thread(target=self._loader.run, name="thumbnails", daemon=True)
        self._thread.start()
        self.destroyed.connect(self._loader.close)

    @property
    def held_bytes(self) -> int:
        """Memory of the cached thumbnails."""
        return self._held_bytes

    def get(self, content: Content, size_px: int, ratio: float | None = None) -> QPixmap | None:
        """The cached thumbnail of a content; otherwise it is requested.

        Args:
            content: The content.
            size_px: Longest side in logical pixels.
            ratio: Device pixels per logical pixel; None takes that of the densest screen.

        Returns:
            None while it is being loaded, and where there is none.
        """
        if ratio is None:
            ratio = max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
        key = content, round(size_px * ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is not None:
            self._pixmaps.move_to_end(key)
            pixmap.setDevicePixelRatio(ratio)
        elif key not in self._missing:
            self._loader.wish(key)
        return pixmap

    def ask_again(self) -> None:
        """Request missing thumbnails again, as the catalog may have them by now."""
        self._missing.clear()

    def forget(self) -> None:
        """Drop everything, as the ids of a new catalog mean other contents."""
        self._loader.forget()
        self._pixmaps.clear()
        self._missing.clear()
        self._held_bytes = 0

    def close(self) -> None:
        """End the thread. Closing twice does no harm."""
        self._tell.stop()
        self._loader.close()
        self._thread.join(_LONGEST_END_S)

    def _tell_soon(self) -> None:
        if not self._tell.isActive():
            self._tell.start()

    def _take(self) -> None:
        images = self._loader.take()
        for key, image in images.items():
            if image.isNull():
                self._missing.add(key)
            else:
                self._keep(key, QPixmap.fromImage(image))
        self.loaded.emit({content for content, _ in images})

    def _keep(self, key: _Key, pixmap: QPixmap) -> None:
        if (before := self._pixmaps.pop(key, None)) is not None:
            self._held_bytes -= _bytes_of(before)
        self._pixmaps[key] = pixmap
        self._held_bytes += _bytes_of(pixmap)
        while self._held_bytes > self._most_bytes and len(self._pixmaps) > 1:
            self._held_bytes -= _bytes_of(self._pixmaps.popitem(last=False)[1])


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


class _Loader(QObject):
    """Loads requested thumbnails in a thread; emits `done` once until they are taken."""

    done = Signal()

    def __init__(self, catalog_path: Path) -> None:
        super().__init__()
        self._reader = ThumbnailReader(catalog_path)
        self._changed = Condition()
        self._wishes: OrderedDict[_Key, None] = OrderedDict()
        self._loading: _Key | None = None
        self._images: dict[_Key, QImage] = {}
        self._closed = False

    def wish(self, key: _Key) -> None:
        """Request a thumbnail; the newest request comes first."""
        with self._changed:
            if key == self._loading or key in self._images:
                return
            self._wishes[key] = None
            self._wishes.move_to_end(key)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            self._changed.notify()

    def take(self) -> dict[_Key, QImage]:
        """Take the images loaded since the last call; a null image stands for none."""
        with self._changed:
            images, self._images = self._images, {}
            return images

    def forget(self) -> None:
        """Drop requests and loaded thumbnails."""
        with self._changed:
            self._wishes.clear()
            self._images.clear()
            self._loading = None

    def close(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def run(self) -> None:
        """Load until it is closed."""
        while (key := self._next()) is not None:
            image = self._load(*key)
            with self._changed:
                # A thumbnail that was forgotten while it was loaded answers no later wish.
                if self._loading != key:
                    continue
                self._loading = None
                self._images[key] = image
                if len(self._images) == 1 and not self._closed:
                    self.done.emit()
        self._reader.close()

    def _next(self) -> _Key | None:
        with self._changed:
            while not self._wishes and not self._closed:
                if not self._changed.wait(_IDLE_S):
                    # Some systems cannot erase an open file.
                    self._reader.close()
                    while not self._wishes and not self._closed:
                        self._changed.wait()
            if self._closed:
                return None
            self._loading = self._wishes.popitem()[0]
            return self._loading

    def _load(self, content: Content, size_px: int) -> QImage:
        if isinstance(content, bytes):
            jpeg = self._reader.thumbnail_of(content)
        else:
            jpeg = self._reader.thumbnail(content)
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
