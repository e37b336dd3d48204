"""The line above the two photos: where one is, and how to look."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dupefinder.gui import icons
from dupefinder.gui.compare.place_stepper import PlaceStepper
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.review.card_button import CardButton, CardToolButton
from dupefinder.gui.theme import SPACE_PX, scaled_font
from dupefinder.text.translation import _


class ToolLine(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.close_button = CardButton(_("Close"))
        self.close_button.setToolTip(_("Back to the group (Esc)"))
        self.title = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.title.setFont(scaled_font(self.font(), 1.15, strong=True))
        # In a narrow window the buttons count more than the name of the match.
        self.title.setMinimumWidth(1)
        self.places = PlaceStepper()
        self.fit = CardButton(_("Fit"))
        self.fit.setToolTip(_("See the whole photos (Z)"))
        self.full = CardButton(_("100 %"))
        self.full.setToolTip(_("See every pixel (Z)"))
        self.blink = CardButton(_("Blink"))
        self.blink.setToolTip(_("Hold to see the other photo in the same place (hold B)"))
        self.difference = CardButton(_("Difference"))
        self.difference.setToolTip(_("Show what differs (D)"))
        for button in (self.fit, self.full, self.difference):
            button.setCheckable(True)
        self.previous_group = CardToolButton(_("Previous group"), _("Previous group (↑)"))
        self.next_group = CardToolButton(_("Next group"), _("Next group (↓)"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.close_button)
        across.addWidget(self.previous_group)
        across.addWidget(self.next_group)
        across.addWidget(self.title, 1)
        across.addWidget(self.places)
        for button in (self.fit, self.full, self.blink, self.difference):
            across.addWidget(button)
        self._take_icons()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        for button, name in (
            (self.close_button, "close"),
            (self.previous_group, "chevron-up"),
            (self.next_group, "chevron-down"),
            (self.fit, "zoom-fit"),
            (self.full, "zoom-in"),
            (self.blink, "eye"),
            (self.difference, "difference"),
        ):
            button.setIcon(icons.icon(name))
