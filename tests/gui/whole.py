"""The whole window with its threads, for tests; it ends cleanly, whatever a test did."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.app import Application
from dupefinder.gui.appearance import theme
from dupefinder.gui.main_window import MainWindow, Paths
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import TaskEnd

LIMIT_MS = 120_000


@contextmanager
def whole_window(folder: Path, qtbot: QtBot, *, is_dressed: bool = False) -> Iterator[Application]:
    """Show the window with its data in a folder; catalog, decisions and journal are ready.

    Args:
        folder: Where its data lies; the same folder is a restart.
        qtbot: Waits.
        is_dressed: With the style sheet, for tests of what is seen and how large it is. To style
            all widgets takes a third of the time that the window takes.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not is_dressed:
            patch.setattr(theme, "_style_sheet", lambda _: "")
        with _shown(folder, qtbot) as program:
            yield program


@contextmanager
def _shown(folder: Path, qtbot: QtBot) -> Iterator[Application]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look = application.style().objectName(), application.palette(), application.styleSheet()
    folder.mkdir(exist_ok=True)
    paths = Paths(
        folder / "catalog.sqlite",
        folder / "decisions.sqlite",
        folder / "journal.sqlite",
        folder / "dupefinder.log",
    )
    program = Application(application, Settings(folder / "settings.ini"), paths)
    ready: set[str] = set()
    program.tasks.ended.connect(lambda name, _: ready.add(name))
    program.begin()
    qtbot.waitExposed(program.window)
    qtbot.waitUntil(lambda: {"open", "load marks", "settle earlier"} <= ready, timeout=LIMIT_MS)
    try:
        yield program
    finally:
        program.unfinished.close_anyway()
        program.window.close()
        assert not program.tasks.are_running
        program.window.deleteLater()
        program.deleteLater()
        # Now, or it would be styled anew with all that is left.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        application.processEvents()
        style, palette, sheet = look
        application.setStyleSheet(sheet)
        application.setStyle(style)
        application.setPalette(palette)


@contextmanager
def tasks_ended(program: Application, qtbot: QtBot, *names: str) -> Iterator[None]:
    """Wait at the end until all tasks of these names have ended that were begun in the context.

    One click may ask for several of a name, of which the last counts.
    """
    ended: list[str] = []

    def note(name: str, _: TaskEnd) -> None:
        ended.append(name)

    program.tasks.ended.connect(note)
    yield
    qtbot.waitUntil(
        lambda: set(names) <= set(ended) and set(names).isdisjoint(_unfinished(program)),
        timeout=LIMIT_MS,
    )
    program.tasks.ended.disconnect(note)


def _unfinished(program: Application) -> list[str]:
    """Names of the tasks that run or wait."""
    tasks = (task for one in program.tasks._runners for task in (one._current, *one._waiting))
    return [task.name for task in tasks if task is not None]


def button(root: QWidget, text: str) -> QAbstractButton:
    """The visible button whose text begins so."""
    found = [
        one
        for one in root.findChildren(QAbstractButton)
        if one.isVisible() and one.text().replace("&", "").startswith(text)
    ]
    assert len(found) == 1, [one.text() for one in found]
    return found[0]


def scan_button(window: MainWindow) -> QPushButton:
    """The button of the folders page that scans."""
    return window.folders.bar.button
