"""Decisions on several groups at once: a bar below the list, and the list's menu."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from dupefinder.gui.labels import ElidedLabel
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _, plural


class GroupAction(StrEnum):
    """Decisions on several groups."""

    ACCEPT = "accept"
    KEEP_ALL = "keep-all"
    DISMISS = "dismiss"
    RULES = "rules"
    CLEAR = "clear"


def action_text(action: GroupAction) -> str:
    """The name of a decision."""
    return {
        GroupAction.ACCEPT: _("Accept proposals"),
        GroupAction.KEEP_ALL: _("Keep all"),
        GroupAction.DISMISS: _("Not duplicates"),
        GroupAction.RULES: _("Choose by rules…"),
        GroupAction.CLEAR: _("Clear marks"),
    }[action]


def action_hint(action: GroupAction) -> str:
    """Explain what a decision does to the groups."""
    return {
        GroupAction.ACCEPT: _("Mark what is proposed in the undecided ones of these groups"),
        GroupAction.KEEP_ALL: _("Keep every photo of these groups"),
        GroupAction.DISMISS: _("Say that the photos of each group do not belong together"),
        GroupAction.RULES: _("See first what rules would mark in these groups"),
        GroupAction.CLEAR: _("Make these groups undecided again"),
    }[action]


class SelectionBar(QFrame):
    """Shown while more than one group is selected.

    Attributes:
        told: How many groups are selected.
        buttons: The decisions.
    """

    def __init__(
        self, decide: Callable[[GroupAction], object], parent: QWidget | None = None
    ) -> None:
        """Make the bar.

        Args:
            decide: Called with what a person chose.
            parent: Qt parent.
        """
        super().__init__(parent)
        set_role(self, "bar")
        self.setAccessibleName(_("Selected groups"))
        self._decide = decide
        self.told = ElidedLabel("", Qt.TextElideMode.ElideRight)
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX // 2, 2 * SPACE_PX, SPACE_PX // 2)
        across.setSpacing(SPACE_PX // 2)
        across.addWidget(self.told, 1)
        self.buttons: dict[GroupAction, QPushButton] = {}
        for action in GroupAction:
            button = QPushButton(action_text(action))
            button.setToolTip(action_hint(action))
            # Clicked, it leaves the focus, and so the keys, to the groups.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_role(button, "compact")
            button.clicked.connect(lambda _checked=False, action=action: decide(action))
            across.addWidget(button)
            self.buttons[action] = button
        self.hide()

    def show_selected(self, groups: int) -> None:
        """Show how many groups are selected; the bar is hidden below two."""
        if groups > 1:
            self.told.set_text(plural("{n} group selected", "{n} groups selected", groups))
        self.setVisible(groups > 1)

    def menu(self, groups: int) -> QMenu:
        """Make a menu of the decisions; it is deleted once it was closed.

        Args:
            groups: How many groups are selected.
        """
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action, button in self.buttons.items():
            text = action_text(action)
            if groups > 1:
                text = _("{name} ({n})").format(name=text, n=number_text(groups))
            line = menu.addAction(text)
            line.setToolTip(action_hint(action))
            line.setEnabled(button.isEnabled())
            line.triggered.connect(lambda _checked=False, action=action: self._decide(action))
        return menu
