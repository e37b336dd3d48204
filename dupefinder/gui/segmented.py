"""A switch whose few choices all stand side by side: one is chosen, all can be read."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from dupefinder.gui.icons import icon
from dupefinder.gui.theme import set_role

T = TypeVar("T", bound=Hashable)


class Segmented(QFrame, Generic[T]):
    """A switch of a few choices. Tab enters at the chosen one, arrows choose.

    Signals:
        chosen: What a person chose; not sent by `choose`.
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
            name: What is chosen, for screen readers.
            choices: Value, text and tooltip of each.
            value: What is chosen at first.
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
        """Show icons in place of words; tooltips and accessible names say them.

        Args:
            names: Icons of the choices; none shows the words again.
        """
        for number, button in enumerate(self._group.buttons()):
            button.setText("" if names else self._texts[number])
            button.setIcon(icon(names[number]) if names else QIcon())
            set_role(button, "segment signs" if names else "segment")
        self.updateGeometry()

    def choose(self, value: T) -> None:
        """Show a choice, without telling anybody."""
        self._value = value
        self.button(value).setChecked(True)
        self.setFocusProxy(self.button(value))

    def sizeHint(self) -> QSize:
        """All choices as wide as the widest, so that nothing moves when another is chosen."""
        widest_px = max(button.sizeHint().width() for button in self._group.buttons())
        hint = super().sizeHint()
        return QSize(max(hint.width(), widest_px * len(self._values) + 4), hint.height())

    def minimumSizeHint(self) -> QSize:
        """No narrower: a choice that is cut off cannot be read."""
        return self.sizeHint()

    def _toggled(self, number: int, checked: bool) -> None:
        value = self._values[number]
        if checked and value != self._value:
            self._value = value
            self.setFocusProxy(self.button(value))
            self.chosen.emit(value)
