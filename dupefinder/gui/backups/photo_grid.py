"""The photos of a comparison as a grid of thumbnails, each with its status."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dupefinder.core.coverage.records import CoverageStatus, PhotoCoverage
from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.photo_list import PhotoList, paint_whole_photo
from dupefinder.gui.widgets.row_painting import as_read, paint_sign
from dupefinder.text.coverage import answer_text, status_text
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_SIGNS = {
    CoverageStatus.COVERED: "check",
    CoverageStatus.SMALLER: "info",
    CoverageStatus.ALTERED: "difference",
    CoverageStatus.MISSING: "photo-missing",
}
_PHOTO_PX = 132
_SIGN_PX = 16
_LINES = 2
_PHOTO = Qt.ItemDataRole.UserRole + 1
_ACCEPTED = Qt.ItemDataRole.UserRole + 2
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


def match_path(photo: PhotoCoverage) -> str:
    """The path of the best match of a photo; empty without one."""
    return "" if photo.answer is None else path_text(photo.answer.file.path)


class PhotoModel(QAbstractListModel):
    """Photos of a comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos: Sequence[PhotoCoverage] = ()
        self._accepted: Collection[str] = ()

    def set_accepted(self, accepted: Collection[str]) -> None:
        """Note which photos, by their paths, a person has accepted; see `PhotoGrid`."""
        self._accepted = accepted

    def set_photos(self, photos: Sequence[PhotoCoverage]) -> None:
        """Show other photos."""
        self.beginResetModel()
        self._photos = photos
        self.endResetModel()

    def photo_at(self, row: int) -> PhotoCoverage | None:
        """A photo by its place in the list; None where there is none."""
        return self._photos[row] if 0 <= row < len(self._photos) else None

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Photos on show."""
        return 0 if parent.isValid() else len(self._photos)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the values that are painted, spoken and shown under the pointer."""
        photo = self.photo_at(index.row())
        if photo is None:
            return None
        path = photo.place.file.path
        if role == _PHOTO:
            return photo
        if role == _ACCEPTED:
            return path in self._accepted
        if role == Qt.ItemDataRole.DisplayRole:
            return path_text(os.path.basename(path))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{path_text(os.path.basename(path))}, {status_text(photo.status)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (path_text(path), answer_text(photo), match_path(photo))
            return plain_tip("\n".join(line for line in lines if line))
        return None


class _PhotoDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView, thumbnails: ThumbnailLoader) -> None:
        super().__init__(view)
        self._view = view
        self._thumbnails = thumbnails

    def cell_px(self) -> QSize:
        """Size of a cell with a photo, its name and its status."""
        line_px = QFontMetrics(self._view.font()).height()
        return QSize(_PHOTO_PX + 2 * SPACE_PX, _PHOTO_PX * 3 // 4 + _LINES * line_px + 3 * SPACE_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """One size for all."""
        del option, index
        return self.cell_px()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one photo."""
        photo: PhotoCoverage | None = index.data(_PHOTO)
        if photo is None:
            return
        of = colours()
        cell: QRect = option.rect.adjusted(2, 2, -2, -2)
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, of.chosen)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(cell, of.hover)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(of.accent, 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        inner = cell.adjusted(SPACE_PX - 2, SPACE_PX - 2, -SPACE_PX + 2, -SPACE_PX + 2)
        metrics = painter.fontMetrics()
        words_px = _LINES * metrics.height()
        self._paint_photo(painter, inner.adjusted(0, 0, 0, -words_px - SPACE_PX // 2), photo)
        name = QRect(inner.left(), inner.bottom() - words_px, inner.width(), metrics.height())
        painter.setPen(of.text)
        text = path_text(os.path.basename(photo.place.file.path))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, name.width())
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), shown)
        below = name.translated(0, metrics.height())
        tone = {
            CoverageStatus.COVERED: of.keep,
            CoverageStatus.MISSING: of.warning,
        }.get(photo.status, of.quiet)
        is_accepted = bool(index.data(_ACCEPTED))
        if is_accepted:
            tone = of.keep
        sign = pixmap("check" if is_accepted else _SIGNS[photo.status], _SIGN_PX, tone)
        paint_sign(painter, below, below.left(), _SIGN_PX, sign)
        painter.setPen(tone)
        words = as_read(painter, below, below.adjusted(_SIGN_PX + SPACE_PX // 2, 0, 0, 0))
        text = _("Accepted") if is_accepted else status_text(photo.status)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def _paint_photo(self, painter: QPainter, place: QRect, photo: PhotoCoverage) -> None:
        ratio = self._view.devicePixelRatioF()
        content_id = photo.place.content_id
        paint_whole_photo(painter, place, self._thumbnails.get(content_id, _PHOTO_PX, ratio))


class PhotoGrid(PhotoList):
    """Shows a `PhotoModel`: `chosen` and `opened` give `PhotoCoverage`."""

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        self.photos = PhotoModel()
        super().__init__(self.photos, self.photos.photo_at, thumbnails, parent)
        self.setAccessibleName(_("Photos of the backup"))
        self._delegate = _PhotoDelegate(self, thumbnails)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setLayoutMode(QListView.LayoutMode.Batched)

    def set_photos(self, photos: Sequence[PhotoCoverage]) -> None:
        """Show other photos, the first of them chosen."""
        self.photos.set_photos(photos)
        self.choose_first()

    def set_accepted(self, accepted: Collection[str]) -> None:
        """Show which photos, by their paths, a person has accepted."""
        self.photos.set_accepted(accepted)
        # Repainting the visible photos is faster than signals for 100,000 photos.
        self.viewport().update()

    def path_of(self, item: object) -> str:
        """The path of a photo of the backup."""
        assert isinstance(item, PhotoCoverage)
        return item.place.file.path

    @property
    def current_photo(self) -> PhotoCoverage | None:
        """The current photo."""
        return self.photos.photo_at(self.currentIndex().row())
