import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dupefinder import __version__
from dupefinder.gui.app.crash_report import CrashReports, ReportDialog, log_qt_message
from dupefinder.gui.app.log_file import recent_lines, start_log, stop_log
from tests.gui.app.one_module import WITHOUT_WINDOW
from tests.gui.whole import whole_window

PROGRAM = f"""{WITHOUT_WINDOW}
import logging, sys, threading
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer, qWarning
from dupefinder.gui.app.crash_report import install_crash_report
from dupefinder.gui.app.log_file import start_log
folder = Path(sys.argv[1])
start_log(folder / "dupefinder.log")
reports = install_crash_report(folder)
application = QCoreApplication([])
reports.written.connect(lambda path: print("written", Path(path).name, flush=True))
print("earlier", len(reports.earlier), flush=True)
logging.getLogger("dupefinder").info("a line of the log")
def fail():
    raise ValueError("cannot read '/home/anna/Secret/a.jpg'")
"""
IN_SLOT = "QTimer.singleShot(0, fail); QTimer.singleShot(50, application.quit); application.exec()"
IN_THREAD = "t = threading.Thread(target=fail, name='reader 1'); t.start(); t.join()"
AT_THE_TOP = "fail()"
NATIVE = "import faulthandler; faulthandler._sigsegv()"
QT = "qWarning('odd palette')"
STOPPED = "raise KeyboardInterrupt"


@pytest.fixture
def reports(qtbot: QtBot, tmp_path: Path) -> Iterator[CrashReports]:
    level = logging.getLogger("dupefinder").level
    start_log(tmp_path / "dupefinder.log")
    yield CrashReports(tmp_path / "reports")
    stop_log()
    logging.getLogger("dupefinder").setLevel(level)


def failed(text: str = "no good") -> Exception:
    try:
        raise ValueError(text)
    except ValueError as fault:
        return fault


def run(folder: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + what, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(folder: Path) -> list[Path]:
    return sorted(folder.glob("crash-*.txt"))


def test_a_report_tells_what_is_needed_and_no_more(
    reports: CrashReports, qtbot: QtBot, tmp_path: Path
) -> None:
    logging.getLogger("dupefinder.x").info("reading /home/anna/Secret/b.jpg")
    with qtbot.waitSignal(reports.written) as told:
        path = reports.report(failed("cannot read '/home/anna/Secret/a.jpg'"))
    assert path is not None
    assert told.args == [str(path)]
    assert path.parent == tmp_path / "reports"
    text = path.read_text("utf-8")
    assert text.startswith(f"dupefinder {__version__}\n")
    for part in ("Python 3.", "Qt 6.", "thread MainThread", "numpy", "in failed", "…/b.jpg"):
        assert part in text
    assert "ValueError: cannot read '…/a.jpg'" in text
    assert "Secret" not in text


def test_a_fault_is_reported_once(reports: CrashReports, tmp_path: Path) -> None:
    # A fault while painting comes back with every frame.
    assert reports.report(failed("one")) is not None
    assert reports.report(failed("two")) is None
    assert len(written(tmp_path / "reports")) == 1


def test_a_run_writes_few_reports(reports: CrashReports, tmp_path: Path) -> None:
    for number in range(8):
        reports.report(type(f"Odd{number}", (Exception,), {})())
    assert len(written(tmp_path / "reports")) == 5


def test_old_reports_are_removed(reports: CrashReports, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(12):
        (folder / f"crash-20200101-0000{number:02}-0.txt").write_text("old")
    (folder / "mine.txt").write_text("stays")
    path = reports.report(failed())
    assert len(written(folder)) == 10
    assert path in written(folder)
    assert (folder / "mine.txt").exists()


def test_without_a_place_there_is_a_line_in_the_log(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    start_log(tmp_path / "a.log")
    assert CrashReports(tmp_path / "file" / "x").report(failed()) is None
    assert any("not caught" in line for line in recent_lines())
    stop_log()


def test_two_threads_that_fail_at_once(reports: CrashReports, tmp_path: Path) -> None:
    faults = [type(name, (Exception,), {})() for name in ("One", "Two", "Three")]
    threads = [threading.Thread(target=reports.report, args=(fault,)) for fault in faults]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written(tmp_path / "reports")) == 3


@pytest.mark.parametrize("what", [IN_SLOT, AT_THE_TOP])
def test_uncaught_errors_are_reported(tmp_path: Path, what: str) -> None:
    ended = run(tmp_path, what)
    (report,) = written(tmp_path)
    assert f"written {report.name}" in ended.stdout
    text = report.read_text("utf-8")
    assert "ValueError: cannot read '…/a.jpg'" in text
    assert "a line of the log" in text
    assert "thread MainThread" in text
    assert not list(tmp_path.glob("sudden-end-*"))


def test_a_fault_in_a_thread_is_reported(tmp_path: Path) -> None:
    assert run(tmp_path, IN_THREAD).returncode == 0
    (report,) = written(tmp_path)
    assert "thread reader 1" in report.read_text("utf-8")


def test_a_sudden_end_is_reported_by_the_next_run(tmp_path: Path) -> None:
    first = run(tmp_path, NATIVE)
    assert first.returncode != 0
    assert written(tmp_path) == []
    assert len(list(tmp_path.glob("sudden-end-*"))) == 1
    assert "earlier 1" in run(tmp_path, "").stdout
    (report,) = written(tmp_path)
    text = report.read_text("utf-8")
    assert "Fatal Python error" in text
    assert "most recent call first" in text
    assert "earlier 0" in run(tmp_path, "").stdout
    assert not list(tmp_path.glob("sudden-end-*"))


def test_the_file_of_a_run_that_still_lives_is_left_alone(
    reports: CrashReports, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    other = folder / f"sudden-end-{os.getpid()}.txt"
    other.write_text("Fatal Python error")
    odd = folder / "sudden-end-x.txt"
    odd.write_text("Fatal Python error")
    with other.open():  # as that run has it: by this Windows knows
        assert "earlier 0" in run(folder, "").stdout
    assert other.exists()
    assert odd.exists()


def test_ctrl_c_is_no_fault(tmp_path: Path) -> None:
    ended = run(tmp_path, STOPPED)
    assert "KeyboardInterrupt" in ended.stderr
    assert written(tmp_path) == []


def test_messages_of_qt_are_in_the_log(tmp_path: Path) -> None:
    ended = run(tmp_path, QT)
    assert ended.stderr == ""
    line = (tmp_path / "dupefinder.log").read_text("utf-8").splitlines()[-1]
    assert line.endswith("WARNING MainThread dupefinder.qt: default: odd palette")


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (QtMsgType.QtInfoMsg, "INFO"),
        (QtMsgType.QtWarningMsg, "WARNING"),
        (QtMsgType.QtCriticalMsg, "ERROR"),
        (QtMsgType.QtFatalMsg, "CRITICAL"),
    ],
)
def test_levels_of_qt(reports: CrashReports, kind: QtMsgType, level: str) -> None:
    log_qt_message(kind, QMessageLogContext(), "hm")
    assert f" {level} " in recent_lines()[-1]
    assert reports.earlier == []


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no modes")
def test_nobody_else_reads_one(reports: CrashReports, tmp_path: Path) -> None:
    path = reports.report(failed())
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0


LEFT = Qt.MouseButton.LeftButton


def test_a_fault_is_told_with_a_report_that_can_be_copied(tmp_path: Path, qtbot: QtBot) -> None:
    reports = CrashReports(tmp_path / "reports")
    with whole_window(tmp_path / "data", qtbot) as program:
        program.tell_of(reports)
        reports.report(failed("cannot read '/home/anna/Secret/a.jpg'"))
        notice = program.window.notices
        assert "No photo was harmed" in notice.text
        (show,) = (
            one for one in notice.findChildren(QPushButton) if one.text() == "Show the report"
        )
        qtbot.mouseClick(show, LEFT)
        (dialog,) = program.window.findChildren(ReportDialog)
        assert dialog.isVisible()
        (path,) = (tmp_path / "reports").glob("crash-*.txt")
        assert dialog.text.toPlainText() == path.read_text("utf-8")
        qtbot.mouseClick(dialog.copy, LEFT)
        copied = QGuiApplication.clipboard().text()
        assert copied == dialog.text.toPlainText()
        assert "ValueError: cannot read '…/a.jpg'" in copied
        assert "Secret" not in copied
        assert dialog.copy.text() == "Copied"
        dialog.close()


def test_a_report_of_a_run_before_is_offered_at_the_start(tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "sudden-end-999999.txt").write_text("Fatal Python error: Segmentation fault\n")
    reports = CrashReports(folder)
    reports.watch()
    try:
        with whole_window(tmp_path / "data", qtbot) as program:
            program.tell_of(reports)
            buttons = program.window.notices.findChildren(QPushButton)
            qtbot.mouseClick(next(one for one in buttons if one.text() == "Show the report"), LEFT)
            (dialog,) = program.window.findChildren(ReportDialog)
            assert "Segmentation fault" in dialog.text.toPlainText()
            dialog.close()
    finally:
        reports.end()
