"""Photos of a comparison by status, as thumbnails; match and evidence of the chosen one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import AbsentCopy, CoverageStatus, PhotoCoverage
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.backups.photo_grid import PhotoGrid, match_path
from dupefinder.gui.backups.shown_comparison import ByStatus
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.gui.widgets.layouts import framed
from dupefinder.text.coverage import absent_text, answer_text, status_hint, status_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _

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
