"""Controls to choose with: boxes of entries, numbers, buttons of which one holds, switches."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QIcon, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)

from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.gui.widgets.layouts import leave_wheel_to_page
from dupefinder.text.translation import _

_AIR_PX = 2
"""Margin that Qt leaves at both ends of the text of a choice."""


class ChoiceBox(QComboBox):
    """A combo box that elides its text where it is narrow, but not the texts of its list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def sizeHint(self) -> QSize:
        """Room for the longest entry and its margins, which Qt does not count."""
        metrics = self.fontMetrics()
        texts = [self.itemText(number) for number in range(self.count())]
        ink_px = max((metrics.boundingRect(text).width() for text in texts), default=0)
        advance_px = max(map(metrics.horizontalAdvance, texts), default=0)
        return super().sizeHint() + QSize(max(advance_px - ink_px, 0) + _AIR_PX, 0)

    def showPopup(self) -> None:
        """Open the list in the size of its entries, within the screen."""
        view = self.view()
        screen = self.screen() or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        row_px = max(view.sizeHintForRow(0), 1)
        self.setMaxVisibleItems(max(min(self.count(), room.height() // row_px - 2), 1))
        # Qt does not count the padding of the list.
        height_px = self.maxVisibleItems() * row_px + 2 * view.frameWidth() + 2 * SPACE_PX
        view.setMinimumHeight(min(height_px, room.height()))
        entries_px = view.sizeHintForColumn(0) + 2 * view.frameWidth() + 3 * SPACE_PX
        view.setMinimumWidth(min(max(entries_px, self.width()), room.width()))
        super().showPopup()

    def _label(self) -> tuple[QStyleOptionComboBox, bool]:
        """The style option with a text that fits, and True where it is elided."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text: str = option.currentText
        part = QStyle.SubControl.SC_ComboBoxEditField
        control = QStyle.ComplexControl.CC_ComboBox
        room_px = self.style().subControlRect(control, option, part, self).width() - _AIR_PX
        # Checked first, as eliding would shorten a text that fits to a fraction of a pixel.
        is_short = self.fontMetrics().horizontalAdvance(text) > room_px
        if is_short:
            elide = Qt.TextElideMode.ElideRight
            option.currentText = self.fontMetrics().elidedText(text, elide, room_px)
        return option, is_short

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box with an elided text, which Qt would cut within a letter."""
        del event
        painter = QStylePainter(self)
        option, _is_short = self._label()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        """Show the whole text in the tooltip where it is elided."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            _option, is_short = self._label()
            if is_short:
                said = filter(None, (self.currentText(), self.toolTip()))
                QToolTip.showText(event.globalPos(), plain_tip(_("\n").join(said)), self)
                return True
        return super().event(event)


_CHARACTERS = 30


class StepBox(QSpinBox):
    """A number field that scrolling the page does not change."""

    def __init__(
        self,
        least: int,
        most: int,
        value: int,
        *,
        suffix: str = "",
        least_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a field.

        Args:
            least: The smallest number.
            most: The largest.
            value: The first value.
            suffix: The text behind the number.
            least_text: The text instead of the smallest number.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.setSpecialValueText(least_text)
        self.setValue(value)
        leave_wheel_to_page(self)
        # The style sheet moves the border of the field, but not its text.
        self.lineEdit().setTextMargins(SPACE_PX - 2, 0, 0, 0)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * _CHARACTERS)


def tell_as_choice(parent: QObject, *buttons: QAbstractButton) -> None:
    """Let screen readers tell buttons as choices of which one holds at most, not as check boxes.

    The caller shows the current choice afterwards.

    Args:
        parent: Qt parent of their group.
        buttons: The buttons, of any class but tool buttons; each calls `stay_in_tab_order`.
    """
    group = QButtonGroup(parent)
    group.setExclusive(False)
    for button in buttons:
        button.setAutoExclusive(True)  # of no effect in a group, but for the role
        group.addButton(button)


def stay_in_tab_order(button: QAbstractButton) -> None:
    """Let Tab reach the other choices beside one that got the focus, of which Qt leaves it one."""
    group = button.group()
    if group is not None and not group.exclusive():
        for other in group.buttons():
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


T = TypeVar("T", bound=Hashable)


class Segmented(QFrame, Generic[T]):
    """A switch of a few choices. Tab goes to the chosen one, arrow keys choose.

    Signals:
        chosen: The choice of the person; not sent by `choose`.
    """

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[T, str, str]],
        value: T,
        parent: QWidget | None = None,
    ) -> None:
        """Make a switch.

        Args:
            name: Its name for screen readers.
            choices: Value, text and tooltip of each.
            value: The first choice.
            parent: Qt parent.
        """
        super().__init__(parent)
        set_role(self, "track")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        across = QHBoxLayout(self)
        across.setContentsMargins(1, 1, 1, 1)
        across.setSpacing(0)
        self._group = QButtonGroup(self)
        self._values: list[T] = []
        self._texts = [text for _value, text, _hint in choices]
        for number, (choice, text, hint) in enumerate(choices):
            button = QPushButton(text)
            set_role(button, "segment")
            button.setCheckable(True)
            button.setAutoExclusive(True)  # screen readers tell it as one of several
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolTip(hint)
            button.setAccessibleName(f"{name}: {text}")
            self._group.addButton(button, number)
            across.addWidget(button)
            self._values.append(choice)
        self._value = value
        self.choose(value)
        self._group.idToggled.connect(self._toggled)

    @property
    def value(self) -> T:
        """The chosen value."""
        return self._value

    def button(self, value: T) -> QPushButton:
        """The button of a choice."""
        button = self._group.button(self._values.index(value))
        assert isinstance(button, QPushButton)
        return button

    def show_signs(self, names: Sequence[str]) -> None:
        """Show icons instead of words, which tooltips and accessible names keep.

        Args:
            names: Icons of the choices; none shows the words again.
        """
        for number, button in enumerate(self._group.buttons()):
            button.setText("" if names else self._texts[number])
            button.setIcon(icon(names[number]) if names else QIcon())
            set_role(button, "segment signs" if names else "segment")
        self.updateGeometry()

    def choose(self, value: T) -> None:
        """Show a choice, without a signal."""
        self._value = value
        self.button(value).setChecked(True)
        self.setFocusProxy(self.button(value))

    def sizeHint(self) -> QSize:
        """All choices as wide as the widest, so that nothing moves when another is chosen."""
        widest_px = max(button.sizeHint().width() for button in self._group.buttons())
        hint = super().sizeHint()
        return QSize(max(hint.width(), widest_px * len(self._values) + 4), hint.height())

    def minimumSizeHint(self) -> QSize:
        """The full size, as cut-off choices could not be read."""
        return self.sizeHint()

    def _toggled(self, number: int, checked: bool) -> None:
        value = self._values[number]
        if checked and value != self._value:
            self._value = value
            self.setFocusProxy(self.button(value))
            self.chosen.emit(value)
