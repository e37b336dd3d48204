"""A button for what cannot be taken back: the first click asks, the second one does it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from dupefinder.gui.plain_text import PlainLabel
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.translation import _


class TwoStepButton(QWidget):
    """A button with a question. The answer stands elsewhere, so that a double click does nothing.

    Signals:
        confirmed: It was asked for twice.
    """

    confirmed = Signal()

    def __init__(
        self, first: str, second: str, consequence: str, parent: QWidget | None = None
    ) -> None:
        """Make the buttons.

        Args:
            first: Text of the first button.
            second: The verb of the second.
            consequence: What the second click will do, said before it.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.first = QPushButton(first)
        self.first.clicked.connect(self._ask)
        self.consequence = PlainLabel(consequence)
        self.consequence.setWordWrap(True)
        set_role(self.consequence, "warning")
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.clicked.connect(self._settle)
        self.second = QPushButton(second)
        self.second.setAccessibleDescription(consequence)
        self.second.clicked.connect(self._confirm)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.first)
        across.addWidget(self.cancel)
        across.addWidget(self.consequence, 1)
        across.addWidget(self.second)
        across.addStretch(0)
        self._show(asking=False)
        for button in (self.cancel, self.second):
            button.installEventFilter(self)

    def _ask(self) -> None:
        self._show(asking=True)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        had_focus = self.cancel.hasFocus() or self.second.hasFocus()
        self._show(asking=False)
        if had_focus:
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm(self) -> None:
        self._settle()
        self.confirmed.emit()

    def _show(self, *, asking: bool) -> None:
        self.first.setVisible(not asking)
        for widget in (self.cancel, self.consequence, self.second):
            widget.setVisible(asking)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape cancels."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self._settle()
            return True
        return super().eventFilter(watched, event)
