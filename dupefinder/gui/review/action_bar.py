"""The bars below the groups: totals, buttons for other pages, decisions on several groups."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.labels import ElidedLabel, plain_tip
from dupefinder.text.counts import photos_text, problems_text
from dupefinder.text.figures import bytes_text, number_text
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
        GroupAction.ACCEPT: _("Accept the proposals of the undecided groups among these"),
        GroupAction.KEEP_ALL: _("Keep every photo of these groups"),
        GroupAction.DISMISS: _("Say that the photos of each group do not belong together"),
        GroupAction.RULES: _("See first what rules would mark in these groups"),
        GroupAction.CLEAR: _("Make these groups undecided again"),
    }[action]


def _fit_words(bar: QFrame, button: QPushButton, text: str) -> None:
    """Show the icon of a button alone where its bar lacks room for the words of all.

    Args:
        bar: The bar.
        button: The button, whose accessible name is the text.
        text: Its words.
    """
    across = bar.layout()
    assert across is not None
    button.setText(text)
    if across.sizeHint().width() > bar.width():
        button.setText("")


class SelectionBar(QFrame):
    """Shown while more than one group is selected.

    Attributes:
        told: The number of selected groups.
        buttons: The decisions.
    """

    def __init__(
        self, decide: Callable[[GroupAction], object], parent: QWidget | None = None
    ) -> None:
        """Make the bar.

        Args:
            decide: Called with the chosen action.
            parent: Qt parent.
        """
        super().__init__(parent)
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
            # A click leaves the focus, and so the keys, to the groups.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_role(button, "compact")
            button.clicked.connect(lambda _checked=False, action=action: decide(action))
            across.addWidget(button)
            self.buttons[action] = button
        self.buttons[GroupAction.RULES].setAccessibleName(action_text(GroupAction.RULES))
        # With a style sheet this changes the palette, for which the buttons are needed.
        set_role(self, "bar")
        self._dress()
        self.hide()

    def show_selected(self, groups: int) -> None:
        """Show how many groups are selected; the bar is hidden below two."""
        if groups > 1:
            self.told.set_text(plural("{n} group selected", "{n} groups selected", groups))
        self.setVisible(groups > 1)
        self._fit_rules()

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        self.buttons[GroupAction.RULES].setIcon(icon("sparkle"))

    def _fit_rules(self) -> None:
        _fit_words(self, self.buttons[GroupAction.RULES], action_text(GroupAction.RULES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words fit now, or not any more."""
        super().resizeEvent(event)
        self._fit_rules()

    def menu(self, groups: int) -> QMenu:
        """Make a menu of the decisions; it is deleted when it is closed.

        Args:
            groups: Number of selected groups.
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


class ActionBar(QFrame):
    """Totals, undo and redo, and the buttons that open further pages.

    Attributes:
        overview: Opens the overview by kind and by folder.
        choose: Opens the rules.
        problems: Checked while the list of problems is shown.
        export: Writes the groups on show to a file.
        plan: Opens the plan of removals.
    """

    def __init__(self, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = marks
        self._scanning = self._moving = False
        self.total = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.total.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.undo = QToolButton()
        self.redo = QToolButton()
        self.problems = QPushButton()
        set_role(self.problems, "plain")
        self.problems.setCheckable(True)
        self.overview = QPushButton(_("Overview"))
        self.overview.setToolTip(_("What was found by kind and between which folders"))
        self.choose = QPushButton()
        self.choose.setAccessibleName(_("Choose by rules…"))
        self.choose.setToolTip(_("See what rules would mark in many groups, then mark it"))
        self.export = QToolButton()
        self.export.setAccessibleName(_("Export the list"))
        self.export.setToolTip(_("Write these groups to a file: with pictures, or as a table"))
        self.plan = QPushButton(_("Review and remove…"))
        set_role(self.plan, "primary")
        self._prepare_undo()
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.total)
        across.addWidget(self.undo)
        across.addWidget(self.redo)
        across.addStretch(1)
        across.addWidget(self.problems)
        across.addWidget(self.export)
        across.addWidget(self.overview)
        across.addWidget(self.choose)
        across.addWidget(self.plan)
        marks.changed.connect(self.show_totals)
        self.set_problems(0)
        self.show_totals()
        self._dress()
        set_role(self, "bar")

    def _prepare_undo(self) -> None:
        stack = self._marks.stack
        for button, text, keys, act in (
            (self.undo, _("Undo the mark"), "Ctrl+Z", stack.undo),
            (self.redo, _("Mark again"), "Ctrl+Shift+Z", stack.redo),
        ):
            button.setAccessibleName(text)
            button.setToolTip(
                _("{what} ({keys})").format(
                    what=text,
                    keys=QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText),
                )
            )
            button.clicked.connect(act)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())

    def show_totals(self) -> None:
        """Show the totals of the marks, and enable the plan if there are any."""
        photos, size_bytes = self._marks.totals()
        if photos:
            self.total.setText(
                _("{photos} marked · {size}").format(
                    photos=photos_text(photos), size=bytes_text(size_bytes)
                )
            )
        elif moving := self._marks.moving_count:
            self.total.setText(_("{photos} being removed").format(photos=photos_text(moving)))
        else:
            self.total.setText(_("Nothing is marked yet"))
        self._fit_choose()
        self.plan.setEnabled(photos > 0 and not self._scanning and not self._moving)
        if self._scanning:
            hint = _("The scan is still running; groups may change.")
        elif self._moving:
            hint = _(
                "Photos are still being removed: the photos you mark now wait until that is done."
            )
        elif photos == 0:
            hint = _("Mark photos first: Space marks one, Enter accepts the proposals.")
        else:
            hint = _("Shows what would be removed and what is kept, before anything happens.")
        self.plan.setToolTip(plain_tip(hint))
        self.plan.setAccessibleDescription(hint)

    def set_scanning(self, scanning: bool) -> None:
        """Disable removing and rules while a scan runs."""
        self._scanning = scanning
        self.overview.setEnabled(not scanning)
        self.choose.setEnabled(not scanning)
        self.export.setEnabled(not scanning)
        self.show_totals()

    def set_moving(self, moving: bool) -> None:
        """Disable another plan while photos are removed."""
        self._moving = moving
        self.show_totals()

    def set_problems(self, number: int) -> None:
        """Show the number of files that could not be read completely."""
        self.problems.setVisible(number > 0)
        self.problems.setText(problems_text(number))
        self._fit_choose()

    def _fit_choose(self) -> None:
        _fit_words(self, self.choose, _("Choose by rules…"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words fit now, or not any more."""
        super().resizeEvent(event)
        self._fit_choose()

    def _dress(self) -> None:
        self.undo.setIcon(icon("undo"))
        self.redo.setIcon(icon("redo"))
        self.problems.setIcon(icon("warning", colours().warning))
        self.choose.setIcon(icon("sparkle"))
        self.export.setIcon(icon("export"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
