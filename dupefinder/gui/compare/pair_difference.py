"""The difference of the two photos on show, made as soon as both are there."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from dupefinder.core.records import Orientation, Problem
from dupefinder.gui.compare.difference import GAIN, LONGEST_PX, Difference, Differences
from dupefinder.gui.compare.source import Source
from dupefinder.gui.picture_loader import PictureLoader
from dupefinder.text import problems
from dupefinder.text.figures import decimal_text, number_text
from dupefinder.text.translation import _


class PairDifference(QObject):
    """The difference of the two photos on show.

    Attributes:
        source: What a view shows.
        text: What is said on it.

    Signals:
        changed: One of them changed.
    """

    changed = Signal()

    def __init__(self, pictures: PictureLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._waiting: tuple[Source, ...] = ()
        self._placement: tuple[float, ...] | None = None
        self._differences = Differences(self)
        self.source = Source(pictures, self)
        self.text = ""
        pictures.loaded.connect(self._take_picture)
        self._differences.made.connect(self._take)

    def want(self, pair: Sequence[Source]) -> None:
        """Make the difference of two photos.

        Args:
            pair: The photos.
        """
        self._differences.drop()
        self._waiting, self._placement = laid(pair)
        self.text = _("Looking for differences …")
        self.source.set_image(None)
        self.changed.emit()
        for source in pair:
            if source.member is not None:
                self._pictures.request(source.member.file.path, LONGEST_PX)

    def drop(self) -> None:
        """Nobody looks at it any more."""
        self._differences.drop()
        self._waiting = ()

    def _take_picture(self, path: str, outcome: object) -> None:
        paths = [source.member.file.path for source in self._waiting if source.member is not None]
        if path not in paths:
            return
        if isinstance(outcome, Problem):
            self.drop()
            self.text = problems.problem_text(outcome)
            self.changed.emit()
            return
        there: list[tuple[QImage, Orientation]] = []
        for one, source in zip(paths, self._waiting, strict=True):
            if (image := self._pictures.picture(one, LONGEST_PX)) is not None:
                there.append((image, source.orientation))
        if len(there) == len(self._waiting):
            self._waiting = ()
            (one_image, turn), (other_image, other_turn) = there
            self._differences.want(one_image, turn, other_image, other_turn, self._placement)

    def _take(self, difference: object) -> None:
        assert isinstance(difference, Difference)
        self.text = _(
            "Difference, {gain} times as bright: black is equal. {percent} % differ visibly."
        ).format(gain=number_text(GAIN), percent=decimal_text(100 * difference.share))
        self.source.set_image(difference.image)
        self.changed.emit()


def laid(pair: Sequence[Source]) -> tuple[tuple[Source, ...], tuple[float, ...] | None]:
    """Put the photo first on which the other one lies as its placement says, if one does."""
    for still, moved in (pair, pair[::-1]):
        if still.member is None or moved.member is None:
            continue
        if moved.member.placement and moved.member.against == still.member.file.path:
            return (still, moved), moved.member.placement
    return tuple(pair), None
