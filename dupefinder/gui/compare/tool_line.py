"""The line above the photos: where one is, and how to look."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from dupefinder.core.records import DifferencePlace
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font
from dupefinder.gui.widgets.choices import Segmented, tell_as_choice
from dupefinder.gui.widgets.keyboard import CardButton, CardToolButton
from dupefinder.gui.widgets.labels import SteadyLabel
from dupefinder.text.evidence import place_text, places_sentence, places_text
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

MOST_PHOTOS = 4
"""Most photos that are compared side by side."""
_LEAST_WIPE_PX, _WIPE_PX = 64, 120
"""Width of the divider's slider."""
_LEAST_TITLE_PX = 96
_LEAST_WORD_PX = 40
"""Room for the beginning of a word."""


class _TwofoldLabel(SteadyLabel):
    """Says less where there is little room, rather than the beginning of more."""

    def __init__(self) -> None:
        super().__init__()
        self._long = self._short = self._sentence = ""

    def show_text(self, text: str, short: str, sentence: str) -> None:
        """Show another text.

        Args:
            text: The whole text.
            short: The text where the long one does not fit.
            sentence: Tooltip.
        """
        self._long, self._short, self._sentence = text, short, sentence
        self._choose()

    def _choose(self) -> None:
        room_px = self.contentsRect().width()
        measure_px = self.fontMetrics().horizontalAdvance
        if measure_px(self._long) <= room_px:
            text = self._long
        elif measure_px(self._short) <= room_px or room_px >= _LEAST_WORD_PX:
            text = self._short
        else:
            text = ""  # a lone "…" says nothing
        self.set_text(text, self._sentence)

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
        self.label = _TwofoldLabel()
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX // 2)
        for widget in (self.previous, self.label, self.next):
            across.addWidget(widget)
        self._take_icons()
        self.hide()

    def show_places(self, places: Sequence[DifferencePlace], index: int) -> None:
        """Show the number of the current place.

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


class Mode(StrEnum):
    """The layouts of two photos."""

    SIDE_BY_SIDE = "side-by-side"
    WIPE = "wipe"
    BY_TURNS = "by-turns"


_MODE_SIGNS = ("side-by-side", "wipe", "by-turns")


class ToolLine(QWidget):
    """Buttons and switches; where words do not fit they show signs.

    Attributes:
        mode: Layout of the photos.
        photos: Number of photos side by side; shown for groups of more than two.
        wipe: Where the divider stands, in percent; shown while photos are wiped.
        details: Checked while the table of details is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.close_button = CardButton(_("Close"))
        self.close_button.setToolTip(_("Back to the group (Esc)"))
        self.title = _TwofoldLabel()
        self.title.setFont(scaled_font(self.font(), 1.15, strong=True))
        # In a narrow window the buttons count more than the name of the match.
        self.title.setMinimumWidth(1)
        self.places = PlaceStepper()
        self.photos = Segmented(
            _("Photos side by side"),
            [
                (n, number_text(n), _("Compare {n} photos (S for more)").format(n=number_text(n)))
                for n in range(2, MOST_PHOTOS + 1)
            ],
            2,
        )
        self.mode = Segmented(
            _("Layout"),
            [
                (Mode.SIDE_BY_SIDE, _("Side by side"), _("Side by side")),
                (Mode.WIPE, _("Wipe"), _("One on the other with a divider: drag it (W)")),
                (Mode.BY_TURNS, _("By turns"), _("One after the other in one place (Shift+B)")),
            ],
            Mode.SIDE_BY_SIDE,
        )
        self.wipe = QSlider(Qt.Orientation.Horizontal)
        self.wipe.setRange(0, 100)
        self.wipe.setValue(50)
        self.wipe.setPageStep(10)
        self.wipe.setMinimumWidth(_LEAST_WIPE_PX)
        self.wipe.setMaximumWidth(_WIPE_PX)
        self.wipe.setAccessibleName(_("Divider"))
        self.wipe.setToolTip(_("Move the divider (Shift+← →)"))
        self.wipe.hide()
        self.fit = CardButton(_("Fit"))
        self.fit.setToolTip(_("See the whole photos (Z)"))
        self.full = CardButton(_("100 %"))
        self.full.setToolTip(_("See every pixel (Z)"))
        self.blink = CardButton(_("Blink"))
        self.blink.setToolTip(_("Hold to see the other photo in the same place (hold B)"))
        self.difference = CardButton(_("Difference"))
        self.difference.setToolTip(_("Show what differs (D)"))
        self.details = CardButton(_("Details"))
        self.details.setToolTip(_("A table of all values of the photos (I)"))
        for button in (self.fit, self.full, self.difference, self.details):
            button.setCheckable(True)
        tell_as_choice(self, self.fit, self.full)
        self.previous_group = CardToolButton(_("Previous group"), _("Previous group (↑)"))
        self.next_group = CardToolButton(_("Next group"), _("Next group (↓)"))
        self._words = {
            self.close_button: _("Close"),
            self.fit: _("Fit"),
            self.full: _("100 %"),
            self.blink: _("Blink"),
            self.difference: _("Difference"),
            self.details: _("Details"),
        }
        for button, word in self._words.items():
            button.setAccessibleName(word)
        self._lay_out()
        self._take_icons()

    def _lay_out(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        for widget in (self.close_button, self.previous_group, self.next_group):
            across.addWidget(widget)
        across.addWidget(self.title, 1)
        for control in (self.places, self.wipe, self.photos, self.mode):
            across.addWidget(control)
        for button in (self.fit, self.full, self.blink, self.difference, self.details):
            across.addWidget(button)

    def show_title(self, match: str, sentence: str) -> None:
        """Head the page by the match of the two photos; in a narrow window by that alone.

        Args:
            match: Its name.
            sentence: Tooltip.
        """
        self.title.reserve(match)
        self.title.show_text(_("Compare: {match}").format(match=match), match, sentence)

    def settle_words(self) -> None:
        """Show words where all of them fit beside the slider, else signs.

        The slider counts while it is hidden, too: a click on "Wipe" must not change the buttons.
        """
        self._show_words(words=True)
        if self._needed_px() > self.width():
            self._show_words(words=False)

    def _show_words(self, *, words: bool) -> None:
        for button, word in self._words.items():
            button.setText(word if words else "")
        self.mode.show_signs(() if words else _MODE_SIGNS)

    def _needed_px(self) -> int:
        needed_px, gaps = _LEAST_TITLE_PX + _LEAST_WIPE_PX, 1
        layout = self.layout()
        assert layout is not None
        for number in range(layout.count()):
            item = layout.itemAt(number)
            widget = None if item is None else item.widget()
            if widget not in (None, self.title, self.wipe) and not widget.isHidden():
                needed_px += max(widget.sizeHint().width(), widget.minimumWidth())
                gaps += 1
        return needed_px + gaps * SPACE_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words fit now, or not any more."""
        super().resizeEvent(event)
        self.settle_words()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()
            self.settle_words()

    def _take_icons(self) -> None:
        for button, name in (
            (self.close_button, "close"),
            (self.previous_group, "chevron-up"),
            (self.next_group, "chevron-down"),
            (self.fit, "zoom-fit"),
            (self.full, "zoom-in"),
            (self.blink, "eye"),
            (self.difference, "difference"),
            (self.details, "table"),
        ):
            button.setIcon(icons.icon(name))
