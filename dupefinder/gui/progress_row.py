"""The progress of a piece of work, in place: a bar, "n of m", and Stop."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from dupefinder.core.job import Progress
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.theme import SPACE_PX
from dupefinder.text.figures import number_text
from dupefinder.text.progress import duration_text
from dupefinder.text.translation import _

_STEPS = 1000


class ProgressRow(QWidget):
    """A progress bar with its count and a Stop button.

    Signals:
        stop_requested: The work shall end; what was done is kept.
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
        self.stop.setToolTip(_("Stop; what was done so far stays done"))
        self.stop.clicked.connect(self._stop_clicked)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        # Shares, not sizes: nothing moves as numbers change.
        across.addWidget(self.bar, 3)
        across.addWidget(self.text, 2)
        across.addWidget(self.stop)

    def begin(self) -> None:
        """Work begins; how much it is will be told later."""
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
