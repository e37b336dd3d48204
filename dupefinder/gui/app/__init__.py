"""Start and end of the window: application, appearance, log, one instance, tasks, controllers."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Self

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from dupefinder import __version__
from dupefinder.core.errors import DupeFinderError
from dupefinder.gui.app.crash_report import CrashReports, ReportDialog
from dupefinder.gui.app.gc_tuning import freeze_survivors
from dupefinder.gui.app.qt_start import install_roles, start_qt
from dupefinder.gui.appearance.theme import apply_appearance, without_sheet
from dupefinder.gui.language import asked_language, speak
from dupefinder.gui.main_window import MainWindow, Paths
from dupefinder.gui.main_window.unfinished import UnfinishedTasks, unfinished_text
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import TaskEnd, Tasks
from dupefinder.resources import resource_path
from dupefinder.text.problems import fault_text
from dupefinder.text.translation import _

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL_S = 0.001
"""Longest time for which another thread holds the interpreter while the window's thread waits for
it. With Python's default of 5 ms, scrolling stutters during a scan."""
_DEADLINE_S = 10.0
"""Longest wait for the tasks once the window is closed: a drive may have stopped answering."""


def run(folders: Sequence[str], catalog_path: Path | None = None) -> int:
    """Show the window until it is closed.

    Args:
        folders: Folders to begin with.
        catalog_path: The catalog; None takes the platform's place.

    Returns:
        The exit code of the program.
    """
    # First of all, so that a signal during the start is heeded, too.
    with _StopSignals() as stop_signals:
        return _run(folders, catalog_path, stop_signals)


def _run(folders: Sequence[str], catalog_path: Path | None, stop_signals: "_StopSignals") -> int:
    from dupefinder.gui.app.crash_report import install_crash_report
    from dupefinder.gui.app.log_file import start_log
    from dupefinder.gui.app.single_instance import SingleInstance

    application = QApplication.instance() or start_qt(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("dupefinder")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("dupefinder")
    application.setWindowIcon(QIcon(str(resource_path("icons/dupefinder.svg"))))
    settings = Settings()
    speak(application, asked_language(settings.language))
    paths = data_paths(catalog_path)
    start_log(paths.log)
    reports = install_crash_report(paths.log.parent)
    instance = SingleInstance(paths.catalog)
    if not instance.claim([os.path.abspath(folder) for folder in folders]):
        return 0
    program = Application(application, settings, paths)
    program.tell_of(reports)
    instance.handed_over.connect(program.window.add_folders)
    instance.handed_over.connect(program.come_to_front)
    program.ending.connect(instance.stop_listening)
    program.begin(folders)
    stop_signals.close_window_of(program)
    code = application.exec()
    instance.close()
    if program.tasks.are_running:
        # They wait for a drive that does not answer, and Python would wait for their threads.
        logging.shutdown()
        os._exit(code)
    return code


def data_paths(catalog_path: Path | None) -> Paths:
    """Return the paths of a catalog, of the journal beside it, and of the person's decisions.

    Args:
        catalog_path: The catalog; None takes the platform's place.
    """
    from dupefinder.core.catalog.connection import default_catalog_path
    from dupefinder.gui.app.log_file import default_log_path
    from dupefinder.services.catalog import own_decisions_path

    catalog = catalog_path or default_catalog_path()
    return Paths(
        catalog=catalog,
        decisions=own_decisions_path(),
        journal=catalog.with_name("journal.sqlite"),
        log=default_log_path(),
    )


class Application(QObject):
    """The window, the runners of its tasks, and the controllers between them.

    Attributes:
        window: The window.
        tasks: The runners.
        scans: Scans and their results.
        marks: The person's decisions.
        removals: Plans, the trash, History.
        unfinished: Actions that were stopped before their end.
        searches: Search by photo.
        exports: Files of groups, plans and receipts.
        comparisons: Backups compared with a library.

    Signals:
        ending: The window is hidden; its running tasks are being ended.
    """

    ending = Signal()

    def __init__(self, application: QApplication, settings: Settings, paths: Paths) -> None:
        super().__init__(application)
        self._application = application
        self._settings = settings
        self._unfinished_tasks = UnfinishedTasks(paths.journal)
        self._reports: CrashReports | None = None
        install_roles()
        apply_appearance(application, settings.appearance)
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._apply_appearance)
        hints.accessibility().contrastPreferenceChanged.connect(self._apply_appearance)
        with without_sheet(application):
            self.window = MainWindow(settings, paths)
        self.tasks = Tasks(self)
        self._make_controllers(paths)
        self.tasks.ended.connect(self._task_ended)
        self.window.settings_page.appearance.chosen.connect(partial(apply_appearance, application))
        self.window.closing.connect(self.end)

    def _make_controllers(self, paths: Paths) -> None:
        """Make the sessions, a runner for each resource that one may wait for, and controllers."""
        from dupefinder.gui.controllers.comparison import ComparisonController
        from dupefinder.gui.controllers.export import ExportController
        from dupefinder.gui.controllers.history import HistoryController
        from dupefinder.gui.controllers.marks import MarksController
        from dupefinder.gui.controllers.removal import RemovalController
        from dupefinder.gui.controllers.rules import RulesController
        from dupefinder.gui.controllers.scan import ScanController
        from dupefinder.gui.controllers.search import SearchController
        from dupefinder.gui.controllers.shown_tasks import MovingTasks
        from dupefinder.gui.controllers.unfinished import UnfinishedController
        from dupefinder.services.catalog import OpenCatalog
        from dupefinder.services.comparison import ComparisonSession
        from dupefinder.services.marks import KeptMarks
        from dupefinder.services.removal import RemovalSession
        from dupefinder.services.search import SearchSession

        window, make_runner = self.window, self.tasks.runner
        catalog = OpenCatalog(paths.catalog, decisions_path=paths.decisions)
        marks = KeptMarks(paths.decisions, paths.journal)
        removals = RemovalSession(paths.journal, paths.decisions)
        searches = SearchSession(paths.catalog, paths.decisions)
        catalog_runner = make_runner("catalog", catalog.close)
        marks_runner = make_runner("marks", marks.close)
        removals_runner = make_runner("removals", removals.close)
        drives_runner = make_runner("drives")
        searches_runner = make_runner("searches")
        exports_runner = make_runner("exports")
        self.scans = ScanController(catalog, catalog_runner, window)
        self.marks = MarksController(marks, marks_runner, self.scans, window, paths.catalog)
        self.moving = MovingTasks(window)
        self.history = HistoryController(
            removals, self.marks, removals_runner, drives_runner, self.scans, self.moving, window
        )
        self.removals = RemovalController(
            removals,
            self.marks,
            removals_runner,
            self.scans,
            self.moving,
            self.history,
            window,
            self._settings,
        )
        self.unfinished = UnfinishedController(self.removals, self.history, self.moving, window)
        self.searches = SearchController(searches, searches_runner, self.scans, window)
        self.comparisons = ComparisonController(
            ComparisonSession(catalog),
            catalog_runner,
            self.scans,
            self.removals,
            self.moving,
            window,
        )
        self.exports = ExportController(exports_runner, paths.catalog, window, self._settings)
        self.rules = RulesController(self.scans.session, catalog_runner, self.scans, window)

    def begin(self, folders: Sequence[str] = ()) -> None:
        """Show the window; the runners begin once it is painted."""
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        freeze_survivors()
        self.window.add_folders(list(folders))
        self.window.show()
        QTimer.singleShot(0, self._start)

    def tell_of(self, reports: CrashReports) -> None:
        """Report bugs of the runners, too, and show a notice with the path of each report."""
        self._reports = reports
        reports.written.connect(self._report_written)
        if reports.earlier:
            self._report_written(str(reports.earlier[0]))

    def _start(self) -> None:
        self.tasks.start()
        self.marks.load()
        self.removals.open_files()
        self.scans.open_catalog()
        if text := unfinished_text(self._unfinished_tasks.take()):
            self.window.notices.show_notice(text, "warning", kind="warning")

    def _task_ended(self, name: str, end: TaskEnd) -> None:
        if isinstance(end.fault, DupeFinderError):
            self.window.notices.show_notice(fault_text(end.fault), "warning", kind="warning")
        elif end.fault is not None and self._reports is not None:
            self._reports.report(end.fault, name)

    def _report_written(self, path: str) -> None:
        self.window.notices.show_notice(
            _(
                "An unexpected error occurred. No photo was harmed. A report, without photos,"
                " is in {path}."
            ).format(path=path),
            "warning",
            [(_("Show the report"), partial(self._show_report, path))],
            kind="warning",
        )

    def _show_report(self, path: str) -> None:
        assert self._reports is not None
        dialog = ReportDialog(self._reports.texts[path], self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def end(self) -> None:
        """End the runners; the next start tells which tasks were not finished."""
        self.ending.emit()
        self._unfinished_tasks.keep(self.tasks.close(_DEADLINE_S))

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

    def __init__(self) -> None:
        self._program: Application | None = None
        self._was_asked = False
        self._notifier: QSocketNotifier | None = None
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)

    def close_window_of(self, program: Application) -> None:
        """Close this program's window on a signal; at once if one has come already."""
        self._program = program
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._woken)
        if self._was_asked:
            self._close()

    def __enter__(self) -> Self:
        self._before = {
            number: signal.signal(number, self._asked) for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._fd_before = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    def _asked(self, number: int, _frame: object) -> None:
        _log.info("asked to stop by signal %d", number)
        self._was_asked = True
        self._close()

    def _close(self) -> None:
        if self._program is not None:
            self._program.unfinished.close_anyway()
            QTimer.singleShot(0, self._program.window.close)

    def _woken(self) -> None:
        # Python's handlers run once the interpreter is entered, which is now.
        self._ours.recv(64)
