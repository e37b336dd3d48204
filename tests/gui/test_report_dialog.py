"""A fault in the window is told, and its report can be copied as it is shown."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dupefinder.gui.crash_report import CrashReports
from dupefinder.gui.report_dialog import ReportDialog
from tests.gui.whole import whole_window

LEFT = Qt.MouseButton.LeftButton


def failed() -> Exception:
    try:
        raise ValueError("cannot read '/home/anna/Secret/a.jpg'")
    except ValueError as fault:
        return fault


def test_a_fault_is_told_with_a_report_that_can_be_copied(tmp_path: Path, qtbot: QtBot) -> None:
    reports = CrashReports(tmp_path / "reports")
    with whole_window(tmp_path / "data", qtbot) as program:
        program.tell_of(reports)
        reports.report(failed())
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
