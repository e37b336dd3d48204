"""The ordered list of rules: ticked ones count, in the order from the top."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.rules.rule_texts import decides_text, rule_hint, rule_text
from dupefinder.gui.widgets.choices import ChoiceBox
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.layouts import leave_wheel_to_page, quiet_text
from dupefinder.review.rules import REVERSIBLE, WITH_TEXT, Criterion, Rule
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_RULE = Qt.ItemDataRole.UserRole
_ROWS = len(Criterion)


class _Rows(QListWidget):
    """The rows, moved by dragging, or by Alt and an arrow key."""

    def __init__(self, editor: "RuleList") -> None:
        super().__init__(editor)
        self._editor = editor
        self.setAccessibleName(_("Rules, the first one counts most"))
        self.setToolTip(_("Drag rules to another place, or move them with Alt+Up and Alt+Down"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)

    def sizeHint(self) -> QSize:
        """Room for all rules."""
        row_px = self.fontMetrics().height() + SPACE_PX
        width_px = self.fontMetrics().averageCharWidth() * 46
        return QSize(width_px, _ROWS * row_px + 2 * self.frameWidth() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move a rule with Alt and an arrow."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in steps:
            self._editor.move_current(steps[key])
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Move a rule to its new place."""
        super().dropEvent(event)
        self._editor.order_changed()


class RuleList(QWidget):
    """All criteria as rows; those that are ticked are the rules.

    Attributes:
        rows: The rows.
        up: Moves the current rule up.
        down: Moves it down.
        direction: The direction of the current rule.
        text: Formats or patterns of the current rule.
    """

    def __init__(self, tell: Callable[[], object], parent: QWidget | None = None) -> None:
        """Make the list, with no rule ticked.

        Args:
            tell: Called when the rules or their order have changed.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._tell = tell
        self._filling = False
        self.rows = _Rows(self)
        self.up, self.down = QToolButton(), QToolButton()
        for button, name in ((self.up, _("Move the rule up")), (self.down, _("Move it down"))):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self.direction = ChoiceBox()
        self.direction.setAccessibleName(_("The copy that comes first"))
        leave_wheel_to_page(self.direction)
        self.text = QLineEdit()
        self.text.setAccessibleName(_("Formats or patterns of the rule"))
        self.hint = quiet_text("")
        beside = QHBoxLayout()
        beside.setSpacing(SPACE_PX)
        for widget in (self.up, self.down, self.direction):
            beside.addWidget(widget)
        beside.addWidget(self.text, 1)
        beside.addStretch(0)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.rows, 1)
        down.addLayout(beside)
        down.addWidget(self.hint)
        self.rows.itemChanged.connect(self._ticked)
        self.rows.currentRowChanged.connect(self._show_current)
        self.up.clicked.connect(lambda: self.move_current(-1))
        self.down.clicked.connect(lambda: self.move_current(1))
        self.direction.activated.connect(self._edited)
        self.text.textEdited.connect(self._edited)
        self._dress()
        self.set_rules(())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that count, in their order."""
        return tuple(
            self._rule_at(row)
            for row in range(self.rows.count())
            if self.rows.item(row).checkState() is Qt.CheckState.Checked
        )

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Show rules, the first one as the current one, without a call of `tell`.

        Args:
            rules: The rules. The other criteria follow, unticked.
        """
        left = [Rule(one) for one in Criterion if one not in {rule.criterion for rule in rules}]
        first, last = list(rules), []
        if rules and rules[-1].criterion is Criterion.PROPOSAL:
            # It decides every group, so rules ticked later are placed before it.
            last = [first.pop()]
        self._filling = True
        self.rows.clear()
        row_px = self.fontMetrics().height() + SPACE_PX
        for rule in (*first, *left, *last):
            item = QListWidgetItem()
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            is_on = rule in rules
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            item.setData(_RULE, rule)
            item.setSizeHint(QSize(0, row_px))
            self.rows.addItem(item)
        self.rows.setCurrentRow(len(left) if last and not first else 0)
        self._filling = False
        self.show_numbers(())
        self._show_current()

    def show_numbers(self, by_rule: Sequence[int]) -> None:
        """Show how many groups each rule decides.

        Args:
            by_rule: For each of `rules`; empty while that is not known.
        """
        numbers = iter(by_rule)
        place = 0
        self._filling = True
        for row in range(self.rows.count()):
            item, rule = self.rows.item(row), self._rule_at(row)
            words = rule_text(rule.criterion, is_reversed=rule.is_reversed)
            if rule.text and rule.criterion in WITH_TEXT:
                words = _("{rule}: {text}").format(rule=words, text=rule.text)
            if item.checkState() is Qt.CheckState.Checked:
                place += 1
                words = _("{n}. {rule}").format(n=number_text(place), rule=words)
                if groups := next(numbers, 0):
                    words = _("{rule} · {groups}").format(rule=words, groups=decides_text(groups))
            item.setText(words)
            item.setToolTip(plain_tip(rule_hint(rule.criterion)))
        self._filling = False

    def move_current(self, by: int) -> None:
        """Move the current rule by a place."""
        row = self.rows.currentRow()
        there = row + by
        if 0 <= row < self.rows.count() and 0 <= there < self.rows.count():
            self._filling = True
            self.rows.insertItem(there, self.rows.takeItem(row))
            self.rows.setCurrentRow(there)
            self._filling = False
            self.order_changed()

    def order_changed(self) -> None:
        """Report the new order of rules."""
        self.show_numbers(())
        self._show_current()
        self._tell()

    def _rule_at(self, row: int) -> Rule:
        rule = self.rows.item(row).data(_RULE)
        assert isinstance(rule, Rule)
        return rule

    def _ticked(self) -> None:
        if not self._filling:
            self.order_changed()

    def _show_current(self) -> None:
        row = self.rows.currentRow()
        if self._filling or row < 0:
            return
        rule = self._rule_at(row)
        self._filling = True
        self.up.setEnabled(row > 0)
        self.down.setEnabled(row < self.rows.count() - 1)
        self.direction.clear()
        self.direction.addItem(rule_text(rule.criterion), False)
        if rule.criterion in REVERSIBLE:
            self.direction.addItem(rule_text(rule.criterion, is_reversed=True), True)
        self.direction.setCurrentIndex(int(rule.is_reversed))
        self.direction.setVisible(rule.criterion in REVERSIBLE)
        self.text.setVisible(rule.criterion in WITH_TEXT)
        if self.text.text() != rule.text:
            self.text.setText(rule.text)
        self.hint.setText(rule_hint(rule.criterion))
        self._filling = False

    def _edited(self) -> None:
        """Take the direction and the text of the current rule, and tick it."""
        item = self.rows.currentItem()
        criterion = self._rule_at(self.rows.currentRow()).criterion
        rule = Rule(criterion, bool(self.direction.currentData()), self.text.text())
        self._filling = True
        item.setData(_RULE, rule)
        item.setCheckState(Qt.CheckState.Checked)
        self._filling = False
        self.order_changed()

    def _dress(self) -> None:
        self.up.setIcon(icons.icon("chevron-up"))
        self.down.setIcon(icons.icon("chevron-down"))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "down"):
            self._dress()
