"""A thread that does one job after another, and says when it began and ended each."""

import logging
import queue
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from dupefinder.core.errors import Cancelled, DupeFinderError
from dupefinder.core.job import JobContext, Progress

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job ended.

    Attributes:
        kind: What it was ("open", "scan", "regroup", "act", "undo" …).
        cancelled: True when the person stopped it.
        fault: What went wrong, a fault of the environment or a bug; None when nothing did.
        seconds: How long it took.
    """

    kind: str
    cancelled: bool
    fault: Exception | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Job:
    kind: str
    work: Callable[[JobContext], None]
    number: int
    replaces: bool

    @property
    def keeps(self) -> bool:
        """True for what must not be dropped: it writes something down."""
        return self.kind.startswith("keep") or self.kind == "forget"


class Worker(QThread):
    """Jobs, one after another, off the window's thread.

    Signals:
        began: The kind of the job that begins.
        progressed: `Progress`, at most ten times a second.
        ended: `JobEnd`.
    """

    began = Signal(str)
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._latest: dict[str, _Job] = {}
        self._context: JobContext | None = None
        self._closing = False
        self._appended = 0
        self._dropped = 0

    def do(self, kind: str, work: Callable[[JobContext], None], *, replaces: bool = False) -> None:
        """Append a job.

        Args:
            kind: Its name.
            work: What to do, in the worker's thread.
            replaces: True when it makes waiting jobs of its kind needless.
        """
        self._appended += 1
        job = _Job(kind, work, self._appended, replaces)
        if replaces:
            self._latest[kind] = job
        self._jobs.put(job)

    @property
    def context(self) -> JobContext | None:
        """The running job's context, None between jobs."""
        return self._context

    def pause(self) -> None:
        """Let the running job wait."""
        if (context := self._context) is not None:
            context.pause()

    def resume(self) -> None:
        """Let a waiting job go on."""
        if (context := self._context) is not None:
            context.resume()

    def cancel(self) -> None:
        """Stop the running job and drop those that wait; what was done is kept."""
        self._dropped = self._appended
        if (context := self._context) is not None:
            context.cancel()

    def close(self) -> None:
        """Stop the running job, drop waiting ones that only show something, and end the thread.

        Jobs that keep something ("close", "keep …") are still done.
        """
        self._closing = True
        self.cancel()
        self._jobs.put(None)

    def run(self) -> None:
        """Work until `close`; called by Qt in the new thread."""
        while (job := self._jobs.get()) is not None:
            if job.replaces and self._latest.get(job.kind) is not job:
                continue
            if self._closing and not job.keeps:
                continue
            if job.number <= self._dropped and not job.keeps:
                self.ended.emit(JobEnd(job.kind, cancelled=True, fault=None, seconds=0.0))
                continue
            self._do(job)

    def _do(self, job: _Job) -> None:
        self._context = context = JobContext(self._report)
        if self._closing:
            self._context = None
        began_s = time.monotonic()
        self.began.emit(job.kind)
        cancelled = False
        fault: Exception | None = None
        try:
            job.work(context)
        except Cancelled:
            cancelled = True
        except DupeFinderError as error:
            _log.warning("%s: %s", job.kind, error)
            fault = error
        except Exception as error:  # a bug: it is written down, and the window stays
            _log.error("%s\n%s", job.kind, traceback.format_exc())
            fault = error
        finally:
            self._context = None
        self.ended.emit(JobEnd(job.kind, cancelled, fault, time.monotonic() - began_s))

    def _report(self, progress: Progress) -> None:
        self.progressed.emit(progress)
