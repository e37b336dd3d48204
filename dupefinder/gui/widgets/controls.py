"""Shared controls: a button that asks for confirmation, and progress with Stop."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from dupefinder.core.job import Progress
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.text.figures import number_text
from dupefinder.text.scans import duration_text
from dupefinder.text.translation import _


class TwoStepButton(QWidget):
    """A button that asks for confirmation elsewhere, so that a double click does nothing.

    Signals:
        confirmed: The person confirmed.
    """

    confirmed = Signal()

    def __init__(
        self, first: str, second: str, consequence: str, parent: QWidget | None = None
    ) -> None:
        """Make the buttons.

        Args:
            first: Text of the first button.
            second: The verb of the second.
            consequence: A sentence on what the second click will do.
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


_STEPS = 1000


class ProgressRow(QWidget):
    """A progress bar with its count and a Stop button.

    Signals:
        stop_requested: The person wants to stop; finished work is kept.
    """

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(3 * SPACE_PX)
        self.bar.setAccessibleName(_("Progress"))
        self.text = ElidedLabel("", Qt.TextElideMode.ElideRight)
        self.stop = QPushButton(_("Stop"))
        self.stop.setToolTip(_("Stop; finished steps stay done"))
        self.stop.clicked.connect(self._stop_clicked)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        # Stretch factors, so that nothing moves as numbers change.
        across.addWidget(self.bar, 3)
        across.addWidget(self.text, 2)
        across.addWidget(self.stop)

    def begin(self) -> None:
        """Begin, with an unknown amount of work."""
        self.bar.setRange(0, 0)
        self.text.set_text("")
        self.stop.setEnabled(True)

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        total = progress.total
        if total is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(_STEPS if total <= 0 else _STEPS * progress.done // total)
        if self.stop.isEnabled():
            self.text.set_text(self._words(progress))

    def _words(self, progress: Progress) -> str:
        done = number_text(progress.done)
        if progress.total is None:
            return _("{n} so far").format(n=done)
        counts = _("{n} of {total}").format(n=done, total=number_text(progress.total))
        if progress.seconds_left is None:
            return counts
        left = duration_text(progress.seconds_left)
        return _("{counts} · {time} left").format(counts=counts, time=left)

    def _stop_clicked(self) -> None:
        self.stop.setEnabled(False)
        self.text.set_text(_("Stopping"))
        self.stop_requested.emit()
