"""The decisions that photos are different, each with a button that takes it back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from dupefinder.core.decisions.separated import SeparatedPhoto
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import ElidedLabel
from dupefinder.gui.widgets.layouts import quiet_text, scrolled
from dupefinder.gui.widgets.row_painting import as_read
from dupefinder.text.counts import listed
from dupefinder.text.figures import moment_text, path_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
    from dupefinder.services.marks import ListedSeparation

_THUMBNAIL_PX = 72
_SIGN_PX = 3 * SPACE_PX
"""Width of the sign between photos that are different."""
_MOST_NAMED = 3
_ROWS_AT_ONCE = 50


class PhotoStrip(QWidget):
    """The thumbnails of a decision, with a sign between those that are different."""

    def __init__(
        self, listed_one: ListedSeparation, thumbnails: ThumbnailLoader | None = None
    ) -> None:
        super().__init__()
        self._photos = [
            (photo, listed_one.content_ids.get(photo.keys.digest))
            for photo in _in_parts(listed_one)
        ]
        self._thumbnails = thumbnails
        if thumbnails is not None:
            thumbnails.loaded.connect(self._take)
        self.setFixedHeight(_THUMBNAIL_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for two photos; more are shown where there is more."""
        return QSize(2 * _THUMBNAIL_PX + _SIGN_PX, _THUMBNAIL_PX)

    def _take(self, content_ids: set[int]) -> None:
        if any(content_id in content_ids for _, content_id in self._photos):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as many as there is room for."""
        del event
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        left_px = 0
        before: SeparatedPhoto | None = None
        for number, (photo, content_id) in enumerate(self._photos):
            sign_px = 0
            if before is not None:
                sign_px = _SIGN_PX if photo.part != before.part else SPACE_PX
            is_last = number == len(self._photos) - 1
            room_px = self.width() - left_px - sign_px - (0 if is_last else _SIGN_PX)
            if room_px < _THUMBNAIL_PX:
                painter.setPen(colours().quiet)
                more = QRect(left_px, 0, self.width() - left_px, _THUMBNAIL_PX)
                more = as_read(painter, self.rect(), more)
                painter.drawText(more, Qt.AlignmentFlag.AlignCenter, "…")
                break
            if sign_px == _SIGN_PX:
                painter.setPen(colours().quiet)
                place = as_read(painter, self.rect(), QRect(left_px, 0, sign_px, _THUMBNAIL_PX))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "≠")
            left_px += sign_px
            place = QRect(left_px, 0, _THUMBNAIL_PX, _THUMBNAIL_PX)
            self._paint(painter, as_read(painter, self.rect(), place), content_id)
            left_px += _THUMBNAIL_PX
            before = photo

    def _paint(self, painter: QPainter, place: QRect, content_id: int | None) -> None:
        pixmap = None
        if content_id is not None and self._thumbnails is not None:
            pixmap = self._thumbnails.get(content_id, _THUMBNAIL_PX, self.devicePixelRatioF())
        if pixmap is None:
            painter.setPen(colours().line)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
            return
        size = pixmap.deviceIndependentSize().toSize()
        shift = QPoint(place.width() - size.width(), place.height() - size.height()) / 2
        painter.drawPixmap(place.topLeft() + shift, pixmap)


def _in_parts(one: ListedSeparation) -> list[SeparatedPhoto]:
    """The photos, ordered by part."""
    return sorted(one.separation.photos, key=lambda photo: photo.part)


class DifferentRow(QFrame):
    """One decision.

    Attributes:
        allow: Takes it back.
    """

    def __init__(self, one: ListedSeparation, thumbnails: ThumbnailLoader | None) -> None:
        super().__init__()
        parts: dict[int, list[str]] = {}
        for photo in _in_parts(one):
            parts.setdefault(photo.part, []).append(path_text(os.path.basename(photo.path)))
        names = _shortened([listed(_shortened(some)) for some in parts.values()])
        self.title = ElidedLabel(elide=Qt.TextElideMode.ElideMiddle)
        paths = "\n".join(path_text(photo.path) for photo in _in_parts(one))
        self.title.set_text(_(" ≠ ").join(names), paths)
        self.date = ElidedLabel(moment_text(one.separation.decided_ns))
        set_role(self.date, "quiet")
        self.allow = QPushButton(_("Allow as duplicates again"))
        self.allow.setAccessibleName(
            _("Allow as duplicates again: {names}").format(names=_(" ≠ ").join(names))
        )
        self.strip = PhotoStrip(one, thumbnails)
        facts = QVBoxLayout()
        facts.setSpacing(SPACE_PX // 2)
        facts.addWidget(self.title)
        facts.addWidget(self.date)
        facts.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.allow)
        below.addStretch(1)
        facts.addLayout(below)
        across = QHBoxLayout(self)
        across.setContentsMargins(*(2 * SPACE_PX,) * 4)
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.strip, 2)
        across.addLayout(facts, 3)
        set_role(self, "card")


def _shortened(names: Sequence[str]) -> list[str]:
    """The first of many names, and the number of others."""
    if len(names) <= _MOST_NAMED:
        return list(names)
    more = len(names) - _MOST_NAMED + 1
    return [*names[: _MOST_NAMED - 1], plural("{n} more", "{n} more", more)]


class DifferentRequests(Protocol):
    """Requests of the panel to its controller."""

    def load_separations(self) -> None:
        """Load the decisions, for `set_separations`."""

    def allow(self, one: ListedSeparation) -> None:
        """Take a decision back: its photos may be duplicates again."""


class DifferentPanel(QWidget):
    """The decisions, the newest first.

    Attributes:
        rows: Those on show.
        more: Shows further ones.
        requests: Answers what the panel asks for; set before it is shown.
    """

    requests: DifferentRequests

    def __init__(
        self, thumbnails: ThumbnailLoader | None = None, parent: QWidget | None = None
    ) -> None:
        """Make an empty panel.

        Args:
            thumbnails: Source of small pictures.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("Different photos"))
        self._thumbnails = thumbnails
        self._listed: Sequence[ListedSeparation] = ()
        self._count = _ROWS_AT_ONCE
        self.rows: list[DifferentRow] = []
        self.nothing = EmptyState()
        self.nothing.say(
            "not-duplicates",
            _("You have not called any photos different"),
            _(
                "Photos that you marked in Review as not duplicates, or as not belonging to a"
                " group, are listed here. They are never found as duplicates of each other"
                " again."
            ),
        )
        self.more = QPushButton()
        self.more.clicked.connect(self._show_more)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_PX)
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(
            quiet_text(
                _(
                    "These are never found as duplicates of each other, wherever they are moved and"
                    " however they are named or tagged."
                )
            )
        )
        down.addLayout(self._list)
        last = QHBoxLayout()
        last.addWidget(self.more)
        last.addStretch(1)
        down.addLayout(last)
        down.addStretch(1)
        self._column = scrolled(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._column, 1)
        whole.addWidget(self.nothing, 1)
        self.set_separations(())

    def showEvent(self, event: QShowEvent) -> None:
        """Reload the decisions."""
        super().showEvent(event)
        self.requests.load_separations()

    def set_separations(self, separations: Sequence[ListedSeparation]) -> None:
        """Show other decisions."""
        if separations != self._listed or not self.rows:
            self._listed = separations
            self._show()

    def _show(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for one in self._listed[: self._count]:
            self._add(one)
        self._settle()

    def _add(self, one: ListedSeparation) -> None:
        row = DifferentRow(one, self._thumbnails)
        row.allow.clicked.connect(lambda: self.requests.allow(one))
        self._list.addWidget(row)
        self.rows.append(row)

    def _show_more(self) -> None:
        self._count += _ROWS_AT_ONCE
        for one in self._listed[len(self.rows) : self._count]:
            self._add(one)
        self._settle()

    def _settle(self) -> None:
        left = len(self._listed) - len(self.rows)
        self.more.setVisible(left > 0)
        self.more.setText(plural("{n} more", "{n} more", left))
        self._column.setVisible(bool(self.rows))
        self.nothing.setVisible(not self.rows)
