"""The head of an action: what it did, and the button that takes it back."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dupefinder.actions.records import ActionRecord
from dupefinder.gui.controls import ProgressRow
from dupefinder.gui.history.action_words import obstacle, story, undo_text, what_text
from dupefinder.gui.icons import icon
from dupefinder.gui.labels import PlainLabel, plain_tip
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.translation import _


class ActionHead(QFrame):
    """The head of an action. Bringing back needs no question: it overwrites nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = PlainLabel()
        self.what.setWordWrap(True)
        self.story = PlainLabel()
        self.story.setWordWrap(True)
        set_role(self.story, "quiet")
        self.undo = QPushButton()
        set_role(self.undo, "primary")
        self.reason = PlainLabel()
        self.reason.setWordWrap(True)
        set_role(self.reason, "quiet")
        self.progress = ProgressRow()
        asked = QWidget()
        beside = QHBoxLayout(asked)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2 * SPACE_PX)
        beside.addWidget(self.undo)
        beside.addWidget(self.reason, 1)
        self._undo_or_progress = QStackedWidget()
        self._undo_or_progress.addWidget(asked)
        self._undo_or_progress.addWidget(self.progress)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(2 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.what)
        down.addWidget(self.story)
        down.addSpacing(SPACE_PX // 2)
        down.addWidget(self._undo_or_progress)
        set_role(self, "card")
        self._fit()

    def set_record(self, record: ActionRecord, *, busy: bool) -> None:
        """Show an action.

        Args:
            record: The action.
            busy: True while anything is being brought back.
        """
        self.what.setText(what_text(record))
        self.story.setText("\n".join(story(record)))
        self._undo_or_progress.setCurrentIndex(1 if busy else 0)
        self.undo.setText(undo_text(record))
        reason = _("Files are being brought back.") if busy else obstacle(record)
        self.undo.setEnabled(not reason)
        self.undo.setAccessibleDescription(reason)
        self.undo.setToolTip(plain_tip(reason) or _("Bytes, names and times are restored"))
        self.reason.setText(reason)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours, and sizes by another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "progress"):
            self._dress()
        elif event.type() is QEvent.Type.FontChange and hasattr(self, "progress"):
            self._fit()

    def _dress(self) -> None:
        self.undo.setIcon(icon("undo", colours().on_accent))

    def _fit(self) -> None:
        self.what.setFont(scaled_font(self.font(), 1.3, strong=True))
