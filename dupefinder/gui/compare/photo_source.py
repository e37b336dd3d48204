"""One photo as a view needs it: as sharp as it is looked at, and turned like the other."""

from collections.abc import Collection

from PySide6.QtCore import QObject, QSizeF, Signal
from PySide6.QtGui import QImage, QPixmap

from dupefinder.core.records import GroupMember, Orientation, Problem
from dupefinder.gui.compare.geometry import is_sideways
from dupefinder.gui.photos.picture_loader import PictureLoader, step_px
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.review.cards.photo_frame import THUMBNAIL_PX
from dupefinder.text import problems


class Source(QObject):
    """The picture of one photo for a view.

    Attributes:
        member: The photo; None where a picture was made.
        number: Its place in the group, from 1; 0 where a picture was made.
        orientation: Its turn.
        pixmap: The sharpest picture so far, not turned yet; None before the first one.
        trouble: Why there is none; empty when there is, or will be.

    Signals:
        changed: There is something else to draw.
    """

    changed = Signal()

    def __init__(
        self,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Show nothing yet.

        Args:
            pictures: Sharp pictures.
            thumbnails: Shown until there is a sharp one; None for pictures that are made.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pictures = pictures
        self._thumbnails = thumbnails
        self.member: GroupMember | None = None
        self.number = 0
        self.orientation = Orientation.IDENTITY
        self.pixmap: QPixmap | None = None
        self.trouble = ""
        self._step_px = 0
        pictures.loaded.connect(self._take)
        if thumbnails is not None:
            thumbnails.loaded.connect(self._take_thumbnails)

    def set_photo(self, member: GroupMember, number: int, orientation: Orientation) -> None:
        """Show a photo; the same one keeps its picture.

        Args:
            member: The photo.
            number: Its place in the group, from 1.
            orientation: Its turn.
        """
        if self.member is None or self.member.file.path != member.file.path:
            self._forget()
            # Whatever is kept is better than nothing until the right one is there.
            if (image := self._pictures.picture(member.file.path, 1)) is not None:
                self.pixmap = QPixmap.fromImage(image)
            elif self._thumbnails is not None:
                self.pixmap = self._thumbnails.get(member.content_id, THUMBNAIL_PX)
        self.member, self.number, self.orientation = member, number, orientation
        self._step_px = 0  # an earlier request may have been dropped
        self.changed.emit()

    def set_image(self, image: QImage | None) -> None:
        """Show a picture that was made; None shows nothing."""
        self._forget()
        self.member, self.number, self.orientation = None, 0, Orientation.IDENTITY
        self.pixmap = None if image is None else QPixmap.fromImage(image)
        self.changed.emit()

    def _forget(self) -> None:
        self.pixmap, self.trouble, self._step_px = None, "", 0

    @property
    def size_px(self) -> QSizeF:
        """Size of the turned photo in its own pixels; that of a made picture in its pixels."""
        if self.member is not None:
            size = QSizeF(self.member.facts.width_px, self.member.facts.height_px)
        elif self.pixmap is not None:
            size = QSizeF(self.pixmap.size())
        else:
            size = QSizeF(4, 3)
        return size.transposed() if is_sideways(self.orientation) else size

    def want(self, longest_px: int) -> None:
        """Ask for a picture that is sharp at a size.

        Args:
            longest_px: Longer side at which the photo is drawn, in the screen's pixels.
        """
        if self.member is None or self.trouble or step_px(longest_px) <= self._step_px:
            return
        self._step_px = step_px(longest_px)
        self._pictures.request(self.member.file.path, longest_px)

    def _take_thumbnails(self, content_ids: object) -> None:
        member, thumbnails = self.member, self._thumbnails
        assert isinstance(content_ids, Collection)
        if member is None or thumbnails is None or self.pixmap is not None:
            return
        if member.content_id in content_ids:
            self.pixmap = thumbnails.get(member.content_id, THUMBNAIL_PX)
            self.changed.emit()

    def _take(self, path: str, outcome: object) -> None:
        if self.member is None or path != self.member.file.path:
            return
        if isinstance(outcome, Problem):
            self.trouble = problems.problem_text(outcome)
        elif isinstance(outcome, QImage):
            if self.pixmap is not None and outcome.width() < self.pixmap.width():
                return
            self.trouble = ""
            self.pixmap = QPixmap.fromImage(outcome)
        self.changed.emit()
