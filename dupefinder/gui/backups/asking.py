"""The question of a comparison: library, backups, and the evidence that counts."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import Accepted
from dupefinder.core.records import Evidence
from dupefinder.gui.backups.folder_choice import FolderChooser
from dupefinder.gui.choose_folder import ChooseFolder
from dupefinder.gui.controls import Segmented
from dupefinder.gui.icons import icon
from dupefinder.gui.labels import PlainLabel
from dupefinder.gui.theme import SPACE_PX, colours, set_role
from dupefinder.text.evidence import evidence_text
from dupefinder.text.translation import _


class Asking(QWidget):
    """The question: two choices of folders, what counts, and the button.

    Attributes:
        compare: Asks it.

    Signals:
        changed: Another question than the one that was answered.
    """

    changed = Signal()

    def __init__(
        self, choose_folder: ChooseFolder | None = None, parent: QWidget | None = None
    ) -> None:
        """Ask nothing yet.

        Args:
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._is_busy = False
        self.library = FolderChooser(
            _("Library"),
            _("Where your photos live. Add its folder here, or drop it."),
            choose_folder,
        )
        self.backups = FolderChooser(
            _("Backups"),
            _("What may already be in there: an old copy, a phone, a stick."),
            choose_folder,
        )
        self.evidence = Segmented[Evidence](
            _("What counts as being in the library"),
            [
                (
                    Evidence.SAME_BYTES,
                    evidence_text(Evidence.SAME_BYTES),
                    _("Only a copy of exactly the same file counts"),
                ),
                (
                    Evidence.SAME_PIXELS,
                    evidence_text(Evidence.SAME_PIXELS),
                    _("A file that shows the very same pixels counts, too"),
                ),
                (
                    Evidence.RE_ENCODED,
                    evidence_text(Evidence.RE_ENCODED),
                    _(
                        "A copy that was saved again counts, too, if it holds no less. Edited,"
                        " cropped and turned ones never do"
                    ),
                ),
            ],
            Evidence.RE_ENCODED,
        )
        self.smaller = QCheckBox(_("A smaller copy is enough"))
        self.smaller.setToolTip(
            _("Let a copy with fewer pixels or more compression stand for a better one")
        )
        self.compare = QPushButton(_("Compare"))
        set_role(self.compare, "primary")
        self._counts = PlainLabel(_("What counts:"))
        across = QHBoxLayout()
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.library, 1)
        across.addWidget(self.backups, 1)
        self._below = QGridLayout()
        self._below.setSpacing(SPACE_PX)
        self._below.addWidget(self._counts, 0, 0)
        self._below.addWidget(self.evidence, 0, 1)
        self._below.addWidget(self.smaller, 0, 2)
        self._below.setColumnStretch(3, 1)
        self._below.addWidget(self.compare, 0, 4)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(int(1.5 * SPACE_PX))
        down.addLayout(across)
        down.addLayout(self._below)
        for choice in (self.library, self.backups):
            choice.changed.connect(self._follow)
        self.evidence.chosen.connect(self._follow)
        self.smaller.toggled.connect(self._follow)
        self._show()

    @property
    def accepted(self) -> Accepted:
        """The evidence that lets a copy stand for a photo."""
        return Accepted(self.evidence.value, smaller=self.smaller.isChecked())

    def set_busy(self, busy: bool) -> None:
        """Nothing else can be asked while something is being answered."""
        self._is_busy = busy
        for widget in (self.library, self.backups, self.evidence, self.smaller):
            widget.setEnabled(not busy)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the box a line of its own where it would cut off what stands beside it."""
        super().resizeEvent(event)
        beside = (self._counts, self.evidence, self.smaller, self.compare)
        least_px = sum(one.sizeHint().width() + SPACE_PX for one in beside)
        if self.width() < least_px:
            self._below.addWidget(self.smaller, 1, 1, 1, 4)
        else:
            self._below.addWidget(self.smaller, 0, 2)

    def set_folders(self, library: Sequence[str], backups: Sequence[str]) -> None:
        """Show the folders of an earlier question; nobody is told."""
        self.library.set_paths(library)
        self.backups.set_paths(backups)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Take an icon in another colour."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "compare"):
            self._show()

    def _follow(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        lacking = not (self.library.paths and self.backups.paths)
        self.compare.setEnabled(not lacking and not self._is_busy)
        self.compare.setToolTip(
            _("Choose a folder of the library and one of a backup first") if lacking else ""
        )
        self.compare.setIcon(icon("compare", colours().on_accent))
