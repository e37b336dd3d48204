"""Crash reports for developers: stored in files, and shown so that a person can copy them.

A report names versions, the system, the traceback and the latest lines of the log; no photo, and
of paths only the name at the end. It stays on this computer until a person sends it.
"""

import atexit
import faulthandler
import importlib.metadata
import logging
import os
import platform
import sys
import threading
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder import __version__
from dupefinder.gui.app.log_file import recent_lines, without_folders
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.store.own_files import close_to_others, make_folder, private_opener
from dupefinder.text.translation import _

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("dupefinder.qt")

_MOST_REPORTS_A_RUN = 5
_MOST_REPORTS = 10
"""Older ones are removed."""
PACKAGES = ("PySide6-Essentials", "numpy", "pillow", "pillow-heif", "rawpy", "imagehash", "blake3")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashReports(QObject):
    """Writes reports into one folder.

    Attributes:
        earlier: Reports of earlier runs that ended without showing them.
        texts: The reports of this run, by path.

    Signals:
        written: Path of a report, a str; from whichever thread failed.
    """

    written = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Prepare; `watch` begins.

        Args:
            folder: The folder of the reports.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.earlier: list[Path] = []
        self.texts: dict[str, str] = {}
        self._folder = folder
        self._known: set[str] = set()
        self._lock = threading.Lock()
        self._native: IO[str] | None = None

    def watch(self) -> None:
        """Report uncaught exceptions from now on."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        qInstallMessageHandler(log_qt_message)
        # Python's objects are gone when Qt's last messages come.
        atexit.register(self.end)
        self.earlier = self._earlier_crashes()
        with suppress(OSError):
            make_folder(self._folder)
            close_to_others(self._folder.glob("*.txt"))
            native_path = self._native_path(os.getpid())
            native = open(native_path, "w", opener=private_opener)  # noqa: SIM115 - until `end`
            self._native = native
            faulthandler.enable(native)

    def end(self) -> None:
        """Stop reporting."""
        qInstallMessageHandler(None)
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        atexit.unregister(self.end)
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None
            with suppress(OSError):
                self._native_path(os.getpid()).unlink()

    def report(self, fault: BaseException, thread: str = "") -> Path | None:
        """Write a report; each fault is reported once, and only the first few of a run.

        Args:
            fault: The exception.
            thread: Name of the thread; empty takes that of this one.

        Returns:
            The report; None when there is none.
        """
        text = "".join(traceback.format_exception(fault))
        where = "".join(traceback.format_tb(fault.__traceback__)) + type(fault).__name__
        with self._lock:
            if where in self._known or len(self._known) >= _MOST_REPORTS_A_RUN:
                return None
            self._known.add(where)
        _log.critical("not caught:\n%s", text)
        path = self._write(text, thread or threading.current_thread().name)
        if path is not None:
            # The window may be gone by now.
            with suppress(RuntimeError):
                self.written.emit(str(path))
        return path

    def _uncaught(
        self,
        kind: type[BaseException],
        fault: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        self.report(fault.with_traceback(trace))

    def _uncaught_in_thread(self, uncaught: threading.ExceptHookArgs) -> None:
        if uncaught.exc_value is not None and uncaught.exc_type is not SystemExit:
            name = "" if uncaught.thread is None else uncaught.thread.name
            self.report(uncaught.exc_value, name)

    def _write(self, trace: str, thread: str) -> Path | None:
        lines = [*_about(thread), "", trace.rstrip(), "", "Latest lines of the log:"]
        text = without_folders("\n".join(lines)) + "\n" + "\n".join(recent_lines()) + "\n"
        now = datetime.now().strftime("%Y%m%d-%H%M%S")
        for number in range(_MOST_REPORTS_A_RUN + _MOST_REPORTS):
            path = self._folder / f"crash-{now}-{number}.txt"
            try:
                make_folder(self._folder)
                with open(
                    path, "x", encoding="utf-8", errors="backslashreplace", opener=private_opener
                ) as file:
                    file.write(text)
            except FileExistsError:
                continue
            except OSError as error:
                _log.error("the report cannot be written: %s", error.strerror)
                return None
            self.texts[str(path)] = text
            self._remove_oldest()
            return path
        return None

    def _remove_oldest(self) -> None:
        for path in sorted(self._folder.glob("crash-*.txt"))[:-_MOST_REPORTS]:
            with suppress(OSError):
                path.unlink()

    # Ends that no Python sees

    def _native_path(self, process: int) -> Path:
        return self._folder / f"sudden-end-{process}.txt"

    def _earlier_crashes(self) -> list[Path]:
        """Make reports of crash dumps of earlier runs."""
        reports = []
        for path in sorted(self._folder.glob("sudden-end-*.txt")):
            number = path.stem.rpartition("-")[2]
            if not number.isdigit() or _lives(int(number)):
                continue
            with suppress(OSError):
                told = path.read_text("utf-8", "replace")
                path.unlink()
                report = self._write(told, "?") if told.strip() else None
                if report is not None:
                    _log.error("an earlier run ended suddenly: %s", report.name)
                    reports.append(report)
        return reports


def install_crash_report(folder: Path) -> CrashReports:
    """Report uncaught exceptions from now on.

    Args:
        folder: The folder of the reports.

    Returns:
        Emitter of reports; it lives as long as the program.
    """
    global _reports
    if _reports is not None:
        _reports.end()
    _reports = CrashReports(folder)
    _reports.watch()
    return _reports


_reports: CrashReports | None = None


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Log a message of Qt."""
    category = context.category or "default"
    _qt_log.log(_QT_LEVELS.get(kind, logging.WARNING), "%s: %s", category, text)


def _about(thread: str) -> list[str]:
    lines = [
        f"dupefinder {__version__}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"Qt {qVersion()}",
        f"{platform.system()} {platform.release()}, {platform.machine()}",
        f"thread {thread}",
    ]
    for name in PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            lines.append(f"{name} {importlib.metadata.version(name)}")
    return lines


def _lives(process: int) -> bool:
    """True when a process with this id runs, without touching it."""
    if process == os.getpid():
        return False  # the id was reused, so its earlier process has ended
    if sys.platform == "win32":
        return False  # a file that is open there cannot be removed, which settles it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


_SIZE_PX = (760, 520)


class ReportDialog(QDialog):
    """Shows a report exactly as it would be sent.

    Attributes:
        text: The report.
        copy: Copies it.
    """

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Report of a fault"))
        self.setAccessibleName(_("Report of a fault"))
        said = PlainLabel(
            _(
                "Nothing was sent. To help with fixing the problem, copy this into a message"
                " or a problem report. Of folders and photos it has only the last part of the"
                " name; look it over first."
            )
        )
        said.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Text of the report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy = QPushButton(_("Copy"))
        set_role(self.copy, "primary")
        self.copy.setDefault(True)
        self.copy.clicked.connect(self._copy)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.copy)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(said)
        down.addWidget(self.text, 1)
        down.addLayout(buttons)
        self.resize(*_SIZE_PX)
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(_("Copied"))
