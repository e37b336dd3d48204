"""The area to drop folders on: large while there are none, afterwards a line below the list."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dupefinder.gui import icons
from dupefinder.gui.empty_state import DashedArea
from dupefinder.gui.labels import PlainLabel
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.translation import _

_LARGE_ICON_PX = 64


def first_run_label(*, centred: bool) -> QLabel:
    """Three sentences on what a scan does and does not do."""
    sentences = (
        _(
            "dupefinder looks through the photos in your folders and shows you which of them are"
            " copies of each other."
        ),
        _("It changes, moves or deletes nothing without asking you."),
        _("Nothing leaves this computer."),
    )
    label = PlainLabel(("\n" if centred else " ").join(sentences))
    label.setWordWrap(True)
    set_role(label, "quiet")
    if centred:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


class DropArea(DashedArea):
    """Shows that folders can be dropped; the page around it takes them.

    Attributes:
        button: Lets the person choose a folder.
    """

    def __init__(self, *, large: bool, parent: QWidget | None = None) -> None:
        """Make the area.

        Args:
            large: True for the one that fills an empty page.
            parent: Qt parent.
        """
        super().__init__(large=large, parent=parent)
        self.setAccessibleName(_("Place to drop folders"))
        self._picture = PlainLabel()
        self._title = PlainLabel(
            _("Drop folders with photos here") if large else _("or drop folders here")
        )
        self.button = QPushButton(_("Add folder…"))
        self.button.setToolTip(_("Choose a folder (Ctrl+O)"))
        if large:
            self._lay_out_large()
        else:
            self._lay_out_small()
        self._dress()

    def _lay_out_large(self) -> None:
        self._title.setFont(scaled_font(self.font(), 1.5, strong=True))
        hint = PlainLabel(_("or"))
        set_role(hint, "quiet")
        set_role(self.button, "primary")
        centre = Qt.AlignmentFlag.AlignHCenter
        down = QVBoxLayout(self)
        down.setContentsMargins(*(4 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addStretch(1)
        down.addWidget(self._picture, 0, centre)
        down.addSpacing(SPACE_PX)
        down.addWidget(self._title, 0, centre)
        down.addWidget(hint, 0, centre)
        down.addWidget(self.button, 0, centre)
        down.addSpacing(3 * SPACE_PX)
        down.addWidget(first_run_label(centred=True))
        down.addStretch(1)

    def _lay_out_small(self) -> None:
        set_role(self._title, "quiet")
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(int(1.5 * SPACE_PX))
        across.addWidget(self.button)
        across.addWidget(self._title)
        across.addStretch(1)

    def _dress(self) -> None:
        if self._large:
            self._picture.setPixmap(icons.pixmap("folder-add", _LARGE_ICON_PX, colours().accent))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "button"):
            self._dress()
