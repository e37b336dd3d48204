"""The page's first sight, before anything was searched for: what to do."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.gui import icons
from dupefinder.gui.empty_state import DashedArea
from dupefinder.gui.labels import PlainLabel
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.translation import _

_SIGN_PX = 64


class DropPhoto(DashedArea):
    """A large area to drop a photo at, and two buttons.

    Attributes:
        choose: Button to choose a file.
        paste: Button to take the picture on the clipboard.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(large=True, parent=parent)
        self.setAccessibleName(_("Place to drop a photo"))
        self._sign = PlainLabel()
        title = PlainLabel(_("Drop a photo here to see where else it is"))
        title.setFont(scaled_font(self.font(), 1.5, strong=True))
        title.setWordWrap(True)
        hint = PlainLabel(_("or"))
        set_role(hint, "quiet")
        self.choose = QPushButton(_("Choose a photo…"))
        self.choose.setToolTip(_("Choose a photo (Ctrl+O)"))
        set_role(self.choose, "primary")
        self.paste = QPushButton(_("Paste"))
        self.paste.setToolTip(_("Search for the picture on the clipboard (Ctrl+V)"))
        about = PlainLabel(
            _(
                "Smaller, edited, cropped and turned copies are found, also on drives that are"
                " not connected now.\nIn Review, “Find more like this” on a photo leads here, too."
            )
        )
        about.setWordWrap(True)
        set_role(about, "quiet")
        for label in (title, about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_PX)
        buttons.addStretch(1)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.paste)
        buttons.addStretch(1)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(4 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addStretch(1)
        down.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        down.addSpacing(SPACE_PX)
        down.addWidget(title)
        down.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        down.addLayout(buttons)
        down.addSpacing(3 * SPACE_PX)
        down.addWidget(about)
        down.addStretch(1)
        self._dress()

    def _dress(self) -> None:
        self._sign.setPixmap(icons.pixmap("search", _SIGN_PX, colours().accent))

    def changeEvent(self, event: QEvent) -> None:
        """Take the sign in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "paste"):
            self._dress()
