"""Keep and Remove, two clear buttons; the one that is decided is pressed."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dupefinder.core.marks import Mark
from dupefinder.core.records import GroupMember
from dupefinder.gui import icons
from dupefinder.gui.plain_text import plain_tip
from dupefinder.gui.review.card_button import CardButton
from dupefinder.gui.review.decision_state import DecisionState
from dupefinder.gui.review.value_words import name_text
from dupefinder.gui.theme import SPACE_PX, colours, set_role
from dupefinder.text.translation import _


class DecisionButtons(QWidget):
    """See the module.

    Signals:
        wanted: The `Mark` that the person wants.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fate = DecisionState.PROPOSED_KEEP
        self.keep = CardButton(_("Keep"))
        self.remove = CardButton(_("Remove"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        for button in (self.keep, self.remove):
            button.setCheckable(True)
            set_role(button, "compact")
            across.addWidget(button, 1)
        self.keep.clicked.connect(self._want_keep)
        self.remove.clicked.connect(self._want_removal)
        self._take_icons()

    def set_fate(self, member: GroupMember, fate: DecisionState, why: str) -> None:
        """Show what becomes of a photo.

        Args:
            member: The photo.
            fate: What becomes of it.
            why: The reason, shown where it cannot be marked.
        """
        self._fate = fate
        name = name_text(member)
        can_decide = fate not in (DecisionState.NOT_PROVEN, DecisionState.DISMISSED)
        self.keep.setEnabled(can_decide)
        self.keep.setToolTip(
            _("Keep this photo (Space changes it)") if can_decide else plain_tip(why)
        )
        self.keep.setAccessibleName(_("Keep {name}").format(name=name))
        can_go = can_decide and not member.file.protected
        self.remove.setEnabled(can_go)
        self.remove.setToolTip(
            _("Mark this photo for removal (Space changes it)") if can_go else plain_tip(why)
        )
        self.remove.setAccessibleName(_("Remove {name}").format(name=name))
        self._press()

    def _press(self) -> None:
        self.keep.setChecked(self._fate is DecisionState.KEEP)
        self.remove.setChecked(self._fate is DecisionState.REMOVE)

    def _want_keep(self) -> None:
        self._want(Mark.KEEP)

    def _want_removal(self) -> None:
        self._want(Mark.REMOVE)

    def _want(self, mark: Mark) -> None:
        self._press()  # what is decided, not what was clicked
        self.wanted.emit(mark)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.keep.setIcon(icons.icon("check", colours().keep))
        self.remove.setIcon(icons.icon("cross", colours().remove))
