"""The buttons for the file that is chosen among those found."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from dupefinder.gui import desktop, icons
from dupefinder.gui.photo_menu import add_file_actions
from dupefinder.gui.search.found import Row
from dupefinder.gui.theme import SPACE_PX
from dupefinder.text.translation import _


class FoundBar(QWidget):
    """Buttons, and the same as a menu.

    Attributes:
        compare: Compares the chosen file with the photo that is searched for.
        more: Searches for the chosen file.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self.compare = QPushButton(_("Compare"))
        self.more = QPushButton(_("More like this"))
        self.more.setToolTip(_("Search for this photo"))
        self.show_in_folder = QPushButton(_("Show in folder"))
        self.copy = QPushButton(_("Copy path"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        for button in self._buttons():
            across.addWidget(button)
        across.addStretch(1)
        self.show_in_folder.clicked.connect(self._show_in_folder)
        self.copy.clicked.connect(self._copy)
        self.set_row(None, comparable=False)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.compare, self.more, self.show_in_folder, self.copy

    def set_row(self, row: Row | None, *, comparable: bool) -> None:
        """Offer what can be done with a file.

        Args:
            row: The file.
            comparable: True when both photos are at hand.
        """
        self._row = row
        is_here = row is not None and row.place.path is not None
        self.compare.setEnabled(comparable)
        self.compare.setToolTip(
            _("Compare the two photos (Enter)")
            if comparable
            else _("Both photos have to be files on drives that are connected")
        )
        self.more.setEnabled(row is not None)
        self.show_in_folder.setEnabled(is_here)
        self.copy.setEnabled(row is not None)

    def open_menu(self, at: QPoint) -> None:
        """Show the same as a menu."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self) -> QMenu:
        """Make the menu of the file."""
        menu = QMenu(self)
        is_here = self._row is not None and self._row.place.path is not None
        signs = ("compare", "search", "folder", "copy")
        for sign, button in zip(signs, self._buttons(), strict=True):
            if is_here and button is self.show_in_folder:
                break
            action = menu.addAction(icons.icon(sign), button.text(), button.click)
            action.setEnabled(button.isEnabled())
        if self._row is not None and self._row.place.path is not None:
            menu.addSeparator()
            add_file_actions(menu, self._row.place.path)
        return menu

    def _show_in_folder(self) -> None:
        if self._row is not None and self._row.place.path is not None:
            desktop.show_in_folder(self._row.place.path)

    def _copy(self) -> None:
        if self._row is not None:
            desktop.copy_path(self._row.place.path or self._row.place.relative_path)
