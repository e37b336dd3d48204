"""A box of choices whose list shows every one of them in full."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QWidget

from dupefinder.gui.theme import SPACE_PX


class ChoiceBox(QComboBox):
    """A combo box; a narrow one does not shorten what its list shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def showPopup(self) -> None:
        """Open the list as wide and as high as its entries, as far as the screen allows."""
        view = self.view()
        screen = self.screen() or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        row_px = max(view.sizeHintForRow(0), 1)
        self.setMaxVisibleItems(max(min(self.count(), room.height() // row_px - 2), 1))
        # The list has a padding that Qt does not count.
        height_px = self.maxVisibleItems() * row_px + 2 * view.frameWidth() + 2 * SPACE_PX
        view.setMinimumHeight(min(height_px, room.height()))
        entries_px = view.sizeHintForColumn(0) + 2 * view.frameWidth() + 3 * SPACE_PX
        view.setMinimumWidth(min(max(entries_px, self.width()), room.width()))
        super().showPopup()
