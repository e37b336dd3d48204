"""The name and folder of a photo, buttons to get there, and the names of the files beside it."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import scaled_font, set_role
from dupefinder.gui.photos import desktop
from dupefinder.gui.review.shown_values import folder_text, name_text
from dupefinder.gui.widgets.keyboard import CardToolButton
from dupefinder.gui.widgets.labels import ElidedLabel
from dupefinder.gui.widgets.photo_menu import PhotoHandle, photo_menu
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

_WIDE_CHARACTERS = 36
"""In a narrower line, three buttons would leave no room for the folder."""


class FilePlaceLine(QWidget):
    """Name, folder and buttons.

    Attributes:
        more: Finds more photos like this one.
    """

    def __init__(self, parent: QWidget | None = None, *, searchable: bool = False) -> None:
        """Make an empty place.

        Args:
            parent: Qt parent.
            searchable: True to offer more photos like this one; then the surrounding card has the
                menu.
        """
        super().__init__(parent)
        self._path = ""
        self._is_low = False
        self._has_menu = not searchable
        self._folder = ""
        self._companions: tuple[str, ...] = ()
        self.name = ElidedLabel(elide=Qt.TextElideMode.ElideMiddle)
        self.name.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.folder = ElidedLabel(elide=Qt.TextElideMode.ElideLeft)
        set_role(self.folder, "quiet")
        self.copy = CardToolButton(_("Copy path"), _("Copy the path of this file"))
        self.more = CardToolButton(_("Find more like this"), _("Find more like this photo (M)"))
        if not searchable:
            self.more.hide()
        self.open = CardToolButton(
            _("Show in folder"), _("Show in folder: open its folder with this file chosen")
        )
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.folder, 1)
        below.addWidget(self.more)
        below.addWidget(self.copy)
        below.addWidget(self.open)
        # The name has the whole width: on a narrow card it tells two copies apart.
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.name)
        lines.addLayout(below)
        self.copy.clicked.connect(self.copy_path)
        self.open.clicked.connect(self.show_in_folder)
        self._handles = [PhotoHandle(one, lambda _: self._path) for one in (self.name, self.folder)]
        self._take_icons()

    def set_photo(self, member: GroupMember) -> None:
        """Name a photo."""
        if self._path != member.file.path:
            self._companions = ()
        self._path = member.file.path
        self._folder = folder_text(member)
        self.name.set_text(name_text(member))
        self._show_folder()

    def set_low(self, low: bool) -> None:
        """Hide the buttons on a low card, whose menu and keys do the same."""
        self._is_low = low
        self._offer_buttons()
        if (layout := self.layout()) is not None:
            layout.invalidate()  # a card asks for the height even before it is shown
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the buttons on a narrow card, whose menu and keys do the same."""
        super().resizeEvent(event)
        self._offer_buttons()

    def _offer_buttons(self) -> None:
        letters = self.width() / self.fontMetrics().averageCharWidth()
        is_wide = letters > _WIDE_CHARACTERS
        self.more.setVisible(is_wide and not self._is_low and not self._has_menu)
        self.copy.setVisible(is_wide and not self._is_low)
        self.open.setVisible(not self._is_low)

    def set_companions(self, names: Sequence[str]) -> None:
        """Name the files that belong to the photo."""
        self._companions = tuple(names)
        self._show_folder()

    def _show_folder(self) -> None:
        text, hint = self._folder, path_text(self._path)
        if self._companions:
            endings = {os.path.splitext(name)[1] or name for name in self._companions}
            text = _("{folder} · with {endings}").format(
                folder=text, endings=path_text(", ".join(sorted(endings)))
            )
            hint = "\n".join(
                (hint, _("It belongs together with:"), *map(path_text, self._companions))
            )
        self.folder.set_text(text, hint)

    def copy_path(self) -> None:
        """Put the path on the clipboard."""
        desktop.copy_path(self._path)

    def show_in_folder(self) -> None:
        """Show the file in the system's file manager."""
        if self._path:
            desktop.show_in_folder(self._path, self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the file, unless the surrounding widget has its own."""
        if self._has_menu and self._path:
            photo_menu(self._path, self).popup(event.globalPos())
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.more.setIcon(icons.icon("search"))
        self.copy.setIcon(icons.icon("copy"))
        self.open.setIcon(icons.icon("folder"))


def companion_names(path: str) -> tuple[str, ...]:
    """Names of the companions of a photo, relative to its folder."""
    # Slow to load, and not needed for the start of the window.
    from dupefinder.core import companions

    folder = os.path.dirname(path)
    return tuple(os.path.relpath(one.path, folder) for one in companions.companions_of(path))
