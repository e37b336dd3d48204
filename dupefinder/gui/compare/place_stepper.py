"""A small control that goes from one place in which two photos differ to the next."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dupefinder.core.records import DifferencePlace
from dupefinder.gui import icons
from dupefinder.gui.elided_label import SteadyLabel
from dupefinder.gui.review.card_button import CardToolButton
from dupefinder.gui.theme import SPACE_PX
from dupefinder.text.evidence import place_text, places_sentence, places_text
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _


class _PlaceLabel(SteadyLabel):
    """Says less where there is little room, rather than the beginning of more."""

    def __init__(self) -> None:
        super().__init__()
        self._long = self._short = self._sentence = ""

    def show_text(self, text: str, short: str, sentence: str) -> None:
        """Show another text.

        Args:
            text: The whole text.
            short: What is shown where that does not fit.
            sentence: Tooltip.
        """
        self._long, self._short, self._sentence = text, short, sentence
        self._choose()

    def _choose(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._long) <= self.contentsRect().width()
        self.set_text(self._long if fits else self._short, self._sentence)

    def minimumSizeHint(self) -> QSize:
        """Room for the short text."""
        short_px = self.fontMetrics().horizontalAdvance(self._short)
        return QSize(short_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less fits."""
        super().resizeEvent(event)
        self._choose()


class PlaceStepper(QWidget):
    """Steps through places that differ. Hidden where no places are known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Places that differ"))
        self.previous = CardToolButton(
            _("Previous place that differs"), _("Previous place that differs (Shift+P)")
        )
        self.next = CardToolButton(_("Next place that differs"), _("Next place that differs (P)"))
        self.label = _PlaceLabel()
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX // 2)
        for widget in (self.previous, self.label, self.next):
            across.addWidget(widget)
        self._take_icons()
        self.hide()

    def show_places(self, places: Sequence[DifferencePlace], index: int) -> None:
        """Say which of the places is looked at.

        Args:
            places: All of them; none hides the control.
            index: The one that is looked at; -1 while the whole photos are seen.
        """
        self.setVisible(bool(places))
        if not places:
            return
        # With one place there is no other; the next button goes back to it.
        self.previous.setVisible(len(places) > 1)
        texts = [self._text(places, number) for number in range(-1, len(places))]
        text, sentence = texts[index + 1], places_sentence(places)
        # Nothing moves under the pointer while it steps.
        self.label.reserve(*texts)
        self.label.show_text(text, self._short_text(places, index), sentence)
        for widget in (self.previous, self.next):
            widget.setAccessibleDescription(f"{text}. {sentence}")
        self._lay_out_at_once()

    def _lay_out_at_once(self) -> None:
        """Take the room that is wanted now, lest the short text is seen for a moment."""
        for widget in (self, self.parentWidget()):
            layout = widget.layout() if widget is not None else None
            if layout is not None:
                layout.activate()

    def _text(self, places: Sequence[DifferencePlace], index: int) -> str:
        if index < 0 or len(places) == 1:
            return places_text(places)
        return _("place {number} of {count}, {place}").format(
            number=number_text(index + 1),
            count=number_text(len(places)),
            place=place_text(places[index]),
        )

    def _short_text(self, places: Sequence[DifferencePlace], index: int) -> str:
        if len(places) == 1:
            return place_text(places[0])
        count = number_text(len(places))
        if index < 0:
            return _("{n} places").format(n=count)
        return _("{number} of {count}").format(number=number_text(index + 1), count=count)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.previous.setIcon(icons.icon("chevron-left"))
        self.next.setIcon(icons.icon("chevron-right"))
