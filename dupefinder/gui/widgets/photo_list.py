"""A list of photos with thumbnails: one is current, and Enter or a double click opens it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from dupefinder.gui.appearance.theme import colours
from dupefinder.gui.widgets.photo_menu import PhotoHandle, show_menu_of

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader


class PhotoList(QListView):
    """A list of photos, one of them current.

    Signals:
        chosen: The current item, as the model has it; None without one.
        opened: The item to be compared.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        model: QAbstractListModel,
        item_at: Callable[[int], object | None],
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        """Show a model.

        Args:
            model: The model.
            item_at: The item at a row; None without one.
            thumbnails: Source of thumbnails; the list is repainted as they arrive.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._item_at = item_at
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._follow_current)
        self.doubleClicked.connect(self._open)
        thumbnails.loaded.connect(self._repaint)
        self._handle = PhotoHandle(self.viewport(), self._path_at)

    def path_of(self, item: object) -> str:
        """The path of a photo of the list; empty where its file is not at hand."""
        raise NotImplementedError

    def _path_at(self, at: QPoint) -> str:
        item = self._item_at(self.indexAt(at).row())
        return "" if item is None else self.path_of(item)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with a photo."""
        show_menu_of(self, event, self._path_at)

    def choose_first(self) -> None:
        """Make the first photo current, if there is one."""
        self.scrollToTop()
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        else:
            self.chosen.emit(None)

    def _follow_current(self, current: QModelIndex) -> None:
        self.chosen.emit(self._item_at(current.row()))

    def _open(self, index: QModelIndex) -> None:
        if (item := self._item_at(index.row())) is not None:
            self.opened.emit(item)

    def _repaint(self, content_ids: Collection[int]) -> None:
        del content_ids
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the focus is."""
        super().focusInEvent(event)
        self.viewport().update()


def paint_whole_photo(painter: QPainter, place: QRect, picture: QPixmap | None) -> None:
    """Paint a whole photo into a place, so that crops and turns are visible.

    Args:
        painter: The painter.
        place: The place; the rest of it is backdrop.
        picture: The photo; None while it is not loaded.
    """
    painter.fillRect(place, colours().backdrop)
    if picture is None:
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    size = QSizeF(picture.deviceIndependentSize())
    size.scale(QRectF(place).size(), Qt.AspectRatioMode.KeepAspectRatio)
    shown = QRectF(0, 0, size.width(), size.height())
    shown.moveCenter(QRectF(place).center())
    painter.drawPixmap(shown, picture, QRectF(picture.rect()))
