"""The strip above the pages with the progress of a long task; hidden between tasks."""

from typing import Protocol

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from dupefinder.core.job import Progress
from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.widgets.labels import PlainLabel, SteadyLabel
from dupefinder.text.figures import number_text
from dupefinder.text.scans import duration_text, phase_text
from dupefinder.text.translation import _

_PATIENCE_MS = 300
"""Delay before the strip is shown, except for tasks that the person started."""

_SHOWN_AT_ONCE = ("scan", "act", "undo")
_PHASES = (
    *("scan", "decode", "match", "confirm", "measure", "prove", "group"),
    *("act", "undo", "open", "export"),
)
_STEPS = 1000


class ScanStripRequests(Protocol):
    """Requests of the strip to its controller."""

    def pause(self) -> None:
        """Pause the task."""

    def resume(self) -> None:
        """Let it go on."""

    def stop(self) -> None:
        """End it; what was done is kept."""


class ScanStrip(QFrame):
    """Phase, numbers and a bar, with buttons to pause and to stop.

    Attributes:
        requests: Answers what the buttons ask for; set before the strip is shown.
    """

    requests: ScanStripRequests

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "strip")
        self.setAccessibleName(_("Progress"))
        self._paused = False
        self._stopping = False
        self._phase = ""
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(8 * SPACE_PX)
        self.bar.setAccessibleName(_("Progress of the work"))
        self.phase = PlainLabel()
        self.phase.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.numbers = SteadyLabel()
        set_role(self.numbers, "quiet")
        self.pause = QToolButton()
        self.pause.clicked.connect(self._pause_clicked)
        self.stop = QToolButton()
        self.stop.setAccessibleName(_("Stop"))
        self.stop.setToolTip(_("Stop; what was done so far is kept"))
        self.stop.clicked.connect(self._stop_clicked)
        across = QHBoxLayout()
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.bar, 1)
        across.addWidget(self.phase)
        across.addWidget(self.numbers)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_PX // 2)
        buttons.addWidget(self.pause)
        buttons.addWidget(self.stop)
        across.addLayout(buttons)
        self.setLayout(across)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_PATIENCE_MS)
        self._delay.timeout.connect(self.show)
        self._reserve()
        self._dress()
        self.hide()

    def begin(self, kind: str) -> None:
        """A job begins.

        Args:
            kind: The kind of task; a scan, a removal and an undo are shown at once.
        """
        self._stopping = False
        for button in (self.pause, self.stop):
            button.setEnabled(True)
        self.set_paused(False)
        self.bar.setRange(0, 0)
        self._set_phase(kind)
        self.numbers.set_text("")
        if kind in _SHOWN_AT_ONCE:
            self.show()
        elif self.isHidden() and not self._delay.isActive():
            self._delay.start()

    def show_progress(self, progress: Progress) -> None:
        """Show the progress of the task."""
        if not self._stopping and not self._paused:
            self._set_phase(progress.phase)
        total = progress.total
        if progress.share is not None:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * progress.share))
        elif total is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(_STEPS if total <= 0 else _STEPS * progress.done // total)
        self.numbers.set_text(self._numbers_text(progress))

    def set_paused(self, paused: bool) -> None:
        """Show whether the task is paused."""
        self._paused = paused
        self._set_phase(self._phase)
        self._dress()

    def finish(self) -> None:
        """The job has ended."""
        self._delay.stop()
        self.hide()

    def _set_phase(self, phase: str) -> None:
        self._phase = phase
        if self._stopping:
            text = _("Stopping")
        elif self._paused:
            text = _("Paused")
        else:
            text = phase_text(phase)
        self.phase.setText(text)

    def _numbers_text(self, progress: Progress) -> str:
        done = number_text(progress.done)
        if progress.total is None:
            return _("{n} so far").format(n=done) if progress.done else ""
        counts = _("{n} of {total}").format(n=done, total=number_text(progress.total))
        # Where all was known, nothing was read at any rate.
        if not progress.done or self._stopping or not round(progress.rate_per_s):
            return counts
        rate = _("{n}/s").format(n=number_text(round(progress.rate_per_s)))
        if progress.seconds_left is None or self._paused:
            return _("{counts} · {rate}").format(counts=counts, rate=rate)
        left = duration_text(progress.seconds_left)
        return _("{counts} · {rate} · {time} left").format(counts=counts, rate=rate, time=left)

    def _pause_clicked(self) -> None:
        paused = not self._paused
        self.set_paused(paused)
        if paused:
            self.requests.pause()
        else:
            self.requests.resume()

    def _stop_clicked(self) -> None:
        self._stopping = True
        self._set_phase(self._phase)
        for button in (self.pause, self.stop):
            button.setEnabled(False)
        self.requests.stop()

    def _reserve(self) -> None:
        """Keep room for the longest texts, so that nothing moves as numbers change."""
        self.ensurePolished()
        phases = [phase_text(phase) for phase in _PHASES]
        metrics = self.phase.fontMetrics()
        self.phase.setFixedWidth(max(metrics.horizontalAdvance(text) for text in phases) + 2)
        longest = self._numbers_text(Progress("", 8_888_888, 8_888_888, 8888.0, 3600 * 8.8, 0))
        self.numbers.reserve(longest)

    def _dress(self) -> None:
        self.pause.setIcon(icon("play" if self._paused else "pause"))
        self.pause.setAccessibleName(_("Go on") if self._paused else _("Pause"))
        self.pause.setToolTip(_("Go on") if self._paused else _("Pause"))
        self.stop.setIcon(icon("stop"))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours, and room for another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "stop"):
            self._dress()
        elif event.type() is QEvent.Type.FontChange and hasattr(self, "stop"):
            self.phase.setFont(scaled_font(self.font(), 1.0, strong=True))
            self._reserve()
