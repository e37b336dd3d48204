"""A part of a page that is folded away behind its title."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.icons import icon
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.translation import _


class Fold(QWidget):
    """A title that opens and closes what is below it, and says beside itself what that holds.

    Signals:
        toggled: True when it was opened, False when it was closed.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        title: str,
        body: QWidget,
        *,
        is_open: bool = False,
        warns: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Put a widget behind a title.

        Args:
            title: The title.
            body: What is folded away.
            is_open: True to show it at first.
            warns: True when the summary shall catch the eye.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._body = body
        self.button = QPushButton(title)
        set_role(self.button, "plain")
        self.button.setCheckable(False)
        self.button.clicked.connect(self._clicked)
        self._summary = ElidedLabel("", Qt.TextElideMode.ElideRight)
        set_role(self._summary, "warning" if warns else "quiet")
        head = QHBoxLayout()
        head.setSpacing(SPACE_PX)
        head.addWidget(self.button)
        head.addWidget(self._summary, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.setAlignment(Qt.AlignmentFlag.AlignTop)
        down.addLayout(head)
        down.addWidget(body)
        self._is_open = is_open
        self._said = ""
        self._dress()

    @property
    def is_open(self) -> bool:
        """True while the body is shown."""
        return self._is_open

    def set_summary(self, text: str) -> None:
        """Say what the body holds, for when it is closed."""
        self._said = text
        self._dress()

    def set_open(self, is_open: bool) -> None:
        """Open or close it, without telling anybody."""
        self._is_open = is_open
        self._dress()

    def _clicked(self) -> None:
        self.set_open(not self._is_open)
        self.toggled.emit(self._is_open)
        if self._is_open:
            # Once the page has made room for it.
            QTimer.singleShot(0, self, self._scroll_to_body)

    def _scroll_to_body(self) -> None:
        page = self.parentWidget()
        while page is not None and not isinstance(page, QScrollArea):
            page = page.parentWidget()
        if page is not None:
            page.ensureWidgetVisible(self._body, 0, SPACE_PX)
            page.ensureWidgetVisible(self.button, 0, SPACE_PX)

    def _dress(self) -> None:
        self._body.setVisible(self._is_open)
        self._summary.set_text("" if self._is_open else self._said)
        self.button.setIcon(icon("chevron-down" if self._is_open else "chevron-right"))
        state = _("shown") if self._is_open else _("folded")
        self.button.setAccessibleDescription(state)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_said"):
            self._dress()
