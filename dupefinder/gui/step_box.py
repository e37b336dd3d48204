"""A field for a whole number, with steps up and down."""

from PySide6.QtWidgets import QSpinBox, QWidget

from dupefinder.gui.layouts import leave_wheel_to_page
from dupefinder.gui.theme import SPACE_PX

_CHARACTERS = 30


class StepBox(QSpinBox):
    """A number field. Scrolling the page changes no number that it passes over."""

    def __init__(
        self,
        least: int,
        most: int,
        value: int,
        *,
        suffix: str = "",
        least_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a field.

        Args:
            least: The smallest number.
            most: The largest.
            value: What it shows first.
            suffix: What follows the number.
            least_text: What is shown instead of the smallest number.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.setSpecialValueText(least_text)
        self.setValue(value)
        leave_wheel_to_page(self)
        # A style sheet moves the field's border, not its text.
        self.lineEdit().setTextMargins(SPACE_PX - 2, 0, 0, 0)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * _CHARACTERS)
