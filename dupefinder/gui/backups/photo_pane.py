"""Photos of a comparison by status, as thumbnails; match and evidence of the chosen one."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import AbsentCopy, CoverageStatus, PhotoCoverage
from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.backups.shown_comparison import ByStatus
from dupefinder.gui.widgets.controls import Segmented
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel, plain_tip
from dupefinder.gui.widgets.layouts import framed
from dupefinder.gui.widgets.photo_list import PhotoList, paint_whole_photo
from dupefinder.gui.widgets.row_painting import as_read, paint_sign
from dupefinder.text.coverage import absent_text, answer_text, status_hint, status_text
from dupefinder.text.figures import number_text, path_text
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


if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

STATUSES = (
    CoverageStatus.MISSING,
    CoverageStatus.SMALLER,
    CoverageStatus.ALTERED,
    CoverageStatus.COVERED,
)
"""Statuses in the order in which they need attention."""


class PhotoPane(QWidget):
    """Photos of one status, with the details of the chosen one.

    Attributes:
        grid: The photos.
        compare: Compares the chosen one with its match.
        accept: Accepts its match, or takes that back.
    """

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos: ByStatus = dict.fromkeys(STATUSES, ())
        self._accepted: Collection[str] = ()
        self._absent: Mapping[int, Sequence[AbsentCopy]] = {}
        self._may_accept = False
        self.title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self.statuses = Segmented[CoverageStatus](
            _("Which photos"),
            [(status, status_text(status), status_hint(status)) for status in STATUSES],
            CoverageStatus.MISSING,
        )
        self.grid = PhotoGrid(thumbnails)
        self.nothing = EmptyState()
        self.path = ElidedLabel("", Qt.TextElideMode.ElideLeft)
        self.evidence = ElidedLabel("", Qt.TextElideMode.ElideRight)
        self.match = ElidedLabel("", Qt.TextElideMode.ElideLeft)
        set_role(self.path, "quiet")
        self.compare = QPushButton(_("Compare…"))
        self.compare.setToolTip(_("See the photo beside its match in the library (Enter)"))
        self.accept = QPushButton()
        self.accept.setAccessibleName(_("Accept this photo's match, or do not"))
        self._found_in = PlainLabel(_("Match:"))
        set_role(self._found_in, "quiet")
        self._lay_out()
        self.statuses.chosen.connect(self._show)
        self.grid.chosen.connect(self._follow_photo)
        self._show()

    def _lay_out(self) -> None:
        self._grid_or_nothing = QStackedWidget()
        self._grid_or_nothing.addWidget(framed(self.grid))
        self._grid_or_nothing.addWidget(self.nothing)
        match = QHBoxLayout()
        match.setSpacing(SPACE_PX)
        match.addWidget(self._found_in)
        match.addWidget(self.match, 1)
        words = QWidget()
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words.setMinimumHeight(3 * self.fontMetrics().height() + 4)
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(self.path)
        lines.addWidget(self.evidence)
        lines.addLayout(match)
        lines.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(SPACE_PX)
        below.addWidget(words, 1)
        for button in (self.accept, self.compare):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            below.addWidget(button)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.title)
        down.addWidget(self.statuses)
        down.addWidget(self._grid_or_nothing, 1)
        down.addLayout(below)

    def set_photos(self, title: str, photos: ByStatus) -> None:
        """Show other photos.

        Args:
            title: Their title.
            photos: The photos by status.
        """
        self._photos = photos
        self.title.set_text(title)
        for status in STATUSES:
            text = f"{status_text(status)}  {number_text(len(photos[status]))}"
            self.statuses.button(status).setText(text)
        if not photos[self.statuses.value]:
            first = next((status for status in STATUSES if photos[status]), None)
            if first is not None:
                self.statuses.choose(first)
        self._show()

    def set_absent(self, absent: Mapping[int, Sequence[AbsentCopy]]) -> None:
        """Set the copies of photos on drives that are not connected, by content."""
        self._absent = absent

    def set_accepting(self, may_accept: bool, accepted: Collection[str]) -> None:
        """Offer to accept photos one by one, or not.

        Args:
            may_accept: True to offer it.
            accepted: Paths of those that are accepted.
        """
        self._may_accept, self._accepted = may_accept, accepted
        self.grid.set_accepted(accepted if may_accept else ())
        self._follow_photo(self.grid.current_photo)

    def _show(self) -> None:
        status = self.statuses.value
        photos = self._photos[status]
        self._grid_or_nothing.setCurrentIndex(0 if photos else 1)
        self.grid.set_photos(photos)
        if photos:
            return
        if status is CoverageStatus.MISSING:
            self.nothing.say("check", _("Nothing is missing here"), "")
        else:
            self.nothing.say("photo", _("No photo here"), status_hint(status))

    def _follow_photo(self, photo: PhotoCoverage | None) -> None:
        there = photo is not None
        for label in (self.path, self.evidence, self.match, self._found_in):
            label.setVisible(there)
        self.accept.setVisible(there and self._may_accept)
        self.compare.setVisible(there)
        if photo is None:
            return
        path = photo.place.file.path
        self.path.set_text(path_text(path))
        absent = absent_text(self._absent.get(photo.place.content_id, ()))
        text = answer_text(photo)
        self.evidence.set_text(f"{text} · {absent}" if absent else text)
        match = match_path(photo)
        self.match.set_text(match)
        self.match.setVisible(bool(match))
        self._found_in.setVisible(bool(match))
        self.compare.setEnabled(photo.answer is not None)
        can_accept = photo.status is not CoverageStatus.MISSING
        self.accept.setEnabled(can_accept)
        self.accept.setText(_("Do not accept") if path in self._accepted else _("Accept this one"))
        self.accept.setToolTip(
            _("The copy in the library is enough for you: this one may be set aside")
        )
