"""The choice of an action for a plan: trash, quarantine, another folder, hard links."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.chosen_paths import ChooseFolder, absolute
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.text.figures import path_text
from dupefinder.text.plans import way_sentence, way_text
from dupefinder.text.translation import _

WAYS = (ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE, ActionKind.HARD_LINK)
"""The kinds of action to choose from; deleting for good is not among them."""


class WayChoice(QWidget):
    """A choice of the kind of action, and of the folder to move to.

    Attributes:
        target: The folder to move to; empty before one was chosen.

    Signals:
        changed: The kind of action or the folder changed.
    """

    changed = Signal()

    def __init__(
        self, choose_folder: ChooseFolder | None = None, parent: QWidget | None = None
    ) -> None:
        """Make a choice with the trash chosen.

        Args:
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._choose_folder = choose_folder or QFileDialog.getExistingDirectory
        self.target = ""
        self.ways = Segmented[ActionKind](
            _("What happens to them"),
            [(kind, way_text(kind), way_sentence(kind)) for kind in WAYS],
            ActionKind.TRASH,
        )
        self.folder = ElidedLabel("", Qt.TextElideMode.ElideLeft)
        self.choose = QPushButton(_("Choose a folder…"))
        self._to = PlainLabel(_("To"))
        self.rescue = QCheckBox(_("Save metadata that only they have next to the kept copies"))
        self.rescue.setToolTip(
            _(
                "Date, location, rating, keywords and caption go to a new .xmp"
                " file; the kept photos are not changed"
            )
        )
        across = QHBoxLayout()
        across.setSpacing(SPACE_PX)
        across.addWidget(self._to)
        across.addWidget(self.folder, 1)
        across.addWidget(self.choose)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.ways, 0, Qt.AlignmentFlag.AlignLeft)
        down.addLayout(across)
        down.addWidget(self.rescue)
        self.setFocusProxy(self.ways)
        self.ways.chosen.connect(self._chosen)
        self.choose.clicked.connect(self._ask)
        self.rescue.toggled.connect(self.changed)
        self.rescue.hide()
        self._show()

    @property
    def kind(self) -> ActionKind:
        """The chosen action."""
        return self.ways.value

    @property
    def is_complete(self) -> bool:
        """False while the folder to move to is missing."""
        return self.kind is not ActionKind.MOVE or bool(self.target)

    @property
    def rescues(self) -> bool:
        """True to keep metadata that the kept copies lack."""
        return not self.rescue.isHidden() and self.rescue.isChecked()

    def offer_rescue(self, offered: bool) -> None:
        """Offer to keep metadata if any would be lost."""
        self.rescue.setVisible(offered)

    def set_kind(self, kind: ActionKind) -> None:
        """Show a choice, without a signal."""
        self.ways.choose(kind)
        self._show()

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _ask(self) -> None:
        folder = self._choose_folder(self, _("Move the photos to this folder"))
        if folder:
            self.target = absolute(folder)
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        moves = self.kind is ActionKind.MOVE
        for widget in (self._to, self.folder, self.choose):
            widget.setVisible(moves)
        self.folder.set_text(path_text(self.target) if self.target else _("no folder yet"))
