"""Starts the window: application, look, log, one instance, threads; and ends it cleanly."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from dupefinder import __version__
from dupefinder.core.errors import DupeFinderError
from dupefinder.gui.crash_report import CrashReports
from dupefinder.gui.desk import Desk
from dupefinder.gui.engine import Engine
from dupefinder.gui.lasting import look_at_nothing_twice
from dupefinder.gui.main_window import MainWindow, Paths
from dupefinder.gui.qt_start import start_qt
from dupefinder.gui.settings import Settings
from dupefinder.gui.theme import apply_appearance
from dupefinder.gui.worker import JobEnd, Worker
from dupefinder.resources import resource_path

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL_S = 0.001
"""How long another thread may hold the interpreter while the window waits for it. With Python's
own 5 ms a busy scan makes scrolling stutter."""


def run(folders: Sequence[str], catalog_path: Path | None = None) -> int:
    """Show the window until it is closed.

    Args:
        folders: Folders to begin with.
        catalog_path: The catalog; None takes the platform's place.

    Returns:
        The exit code of the program.
    """
    from dupefinder.gui.crash_report import install_crash_report
    from dupefinder.gui.log_file import start_log
    from dupefinder.gui.single_instance import SingleInstance

    application = QApplication.instance() or start_qt(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("dupefinder")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("dupefinder")
    application.setWindowIcon(QIcon(str(resource_path("icons/dupefinder.svg"))))
    paths = data_paths(catalog_path)
    start_log(paths.log)
    reports = install_crash_report(paths.log.parent)
    instance = SingleInstance(paths.catalog)
    if not instance.claim([os.path.abspath(folder) for folder in folders]):
        return 0
    settings = Settings()
    story = Story(application, settings, paths)
    story.tell_of(reports)
    instance.handed_over.connect(story.window.add_folders)
    instance.handed_over.connect(story.come_to_front)
    story.begin(folders)
    with _StopSignals(story.window):
        code = application.exec()
    instance.close()
    return code


def data_paths(catalog_path: Path | None) -> Paths:
    """Where a catalog's companions lie: beside it.

    Args:
        catalog_path: The catalog; None takes the platform's place.
    """
    from dupefinder.core.catalog.open import default_catalog_path
    from dupefinder.gui.log_file import default_log_path

    catalog = catalog_path or default_catalog_path()
    return Paths(
        catalog=catalog,
        decisions=catalog.with_name("decisions.sqlite"),
        journal=catalog.with_name("journal.sqlite"),
        log=default_log_path(),
    )


class Story(QObject):
    """The window, its threads, and what connects them.

    Attributes:
        window: The window.
        engine: The engine's thread.
        desk: The desk's thread.
        searcher: The searcher's thread.
        scanning: What connects engine and window.
        searching: What connects searcher and window.
        acting: What connects desk and window.
        backups: What connects engine, desk and the page of backups.
    """

    def __init__(self, application: QApplication, settings: Settings, paths: Paths) -> None:
        super().__init__(application)
        from dupefinder.gui.acting.story import Acting
        from dupefinder.gui.backups.story import Backups
        from dupefinder.gui.scanning import Scanning
        from dupefinder.gui.search.searcher import Searcher
        from dupefinder.gui.search.story import Searching

        self._application = application
        self._settings = settings
        apply_appearance(application, settings.appearance)
        application.styleHints().colorSchemeChanged.connect(self._apply_appearance)
        self.window = MainWindow(settings, paths)
        self.engine = Engine(paths.catalog, self)
        self.desk = Desk(paths.decisions, paths.journal, self)
        self.scanning = Scanning(self.engine, self.window)
        self.searcher = Searcher(paths.catalog, self)
        self.searching = Searching(self.searcher, self.engine, self.window)
        self.acting = Acting(self.desk, self.scanning, self.window, settings)
        self.backups = Backups(self.engine, self.desk, self.window)
        self.window.settings_page.appearance_changed.connect(self._apply_appearance)
        self.engine.reopening.connect(self.desk.tell_moved)
        self.window.closing.connect(self.end)

    def begin(self, folders: Sequence[str] = ()) -> None:
        """Show the window; the threads begin once it is painted."""
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        look_at_nothing_twice()
        self.window.add_folders(list(folders))
        self.window.show()
        QTimer.singleShot(0, self._start_threads)

    def tell_of(self, reports: CrashReports) -> None:
        """Report bugs of the threads, too, and tell the person where a report lies."""
        self._reports = reports
        reports.written.connect(self._report_written)
        for worker in self._workers():
            worker.ended.connect(self._job_ended)
        if reports.earlier:
            self._report_written(str(reports.earlier[0]))

    def _job_ended(self, end: JobEnd) -> None:
        if end.fault is not None and not isinstance(end.fault, DupeFinderError):
            self._reports.report(end.fault, end.kind)

    def _report_written(self, path: str) -> None:
        self.window.notices.show_notice(
            self.tr(
                "Something went wrong that should not have. No photo was harmed. What is known of"
                " it, without photos, is written down in {path}."
            ).format(path=path),
            "warning",
            kind="warning",
        )

    def _start_threads(self) -> None:
        self.desk.start()
        self.desk.open_files()
        self.engine.start()
        self.engine.open_catalog()
        self.searcher.start()

    def end(self) -> None:
        """Stop the threads; what they have done is kept."""
        for worker in self._workers():
            worker.close()
        for worker in self._workers():
            worker.wait()

    def _workers(self) -> tuple[Worker, ...]:
        return self.engine, self.desk, self.searcher

    def come_to_front(self) -> None:
        """Show the window above the others."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _apply_appearance(self) -> None:
        apply_appearance(self._application, self._settings.appearance)


class _StopSignals:
    """While this context is open, Ctrl+C in the terminal and SIGTERM close the window.

    Qt's loop does not run Python's signal handlers by itself; a byte in a socket wakes it.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._woken)

    def __enter__(self) -> None:
        self._before = {
            number: signal.signal(number, self._asked) for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._fd_before = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    def _asked(self, number: int, _frame: object) -> None:
        _log.info("asked to stop by signal %d", number)
        QTimer.singleShot(0, self._window.close)

    def _woken(self) -> None:
        # Python's handlers run once the interpreter is entered, which is now.
        self._ours.recv(64)
