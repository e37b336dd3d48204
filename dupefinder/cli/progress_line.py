"""Progress as one line at the bottom of a terminal, redrawn, and removed at the end."""

import os
import sys
import threading
from types import TracebackType
from typing import Self, TextIO

from dupefinder.cli.terminal import is_terminal
from dupefinder.core.job import Progress
from dupefinder.text.counts import problems_text
from dupefinder.text.figures import number_text
from dupefinder.text.scans import duration_text, phase_text
from dupefinder.text.translation import _

_COLUMNS = 80


class ProgressLine:
    """Shows progress on a terminal, and nothing elsewhere. Safe to use from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Take a stream.

        Args:
            stream: The terminal; None for standard error.
        """
        chosen = sys.stderr if stream is None else stream
        self._stream = chosen if is_terminal(chosen) else None
        self._lock = threading.Lock()
        self._drawn = 0

    def show(self, progress: Progress) -> None:
        """Redraw the line."""
        with self._lock:
            if self._stream is not None:
                self._draw(progress_text(progress)[: _columns(self._stream) - 1])

    def clear(self) -> None:
        """Remove the line."""
        with self._lock:
            if self._stream is not None and self._drawn:
                self._draw("")

    def _draw(self, text: str) -> None:
        assert self._stream is not None
        try:
            # Blanks instead of an escape sequence, which not every terminal knows.
            self._stream.write(f"\r{text.ljust(self._drawn)}" + ("" if text else "\r"))
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None  # the terminal has gone; the job goes on
        self._drawn = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()


def progress_text(progress: Progress) -> str:
    """The progress of a job."""
    parts = [phase_text(progress.phase)]
    done = number_text(progress.done)
    if progress.total is None:
        parts.append(done)
    else:
        parts.append(_("{done} of {total}").format(done=done, total=number_text(progress.total)))
    if progress.done:
        parts.append(f"{progress.rate_per_s:,.{0 if progress.rate_per_s >= 10 else 1}f}/s")
    if progress.seconds_left is not None:
        parts.append(_("{duration} left").format(duration=duration_text(progress.seconds_left)))
    if progress.problems:
        parts.append(problems_text(progress.problems))
    return "  ".join(parts)


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS
