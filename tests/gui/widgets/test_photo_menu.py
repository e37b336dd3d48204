"""The menu of a photo and dragging it out, wherever photos stand."""

import os

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.photos import desktop
from dupefinder.gui.plan.columns import PlanColumn
from dupefinder.gui.plan.table import PlanTable
from dupefinder.gui.widgets.photo_menu import photo_menu
from tests.gui.plan.plans import PLAN

PATH = os.path.join(os.sep, "photos", "A&B <b>.jpg")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    done: list[tuple[str, str]] = []
    for name in ("open_file", "show_in_folder", "copy_path"):
        monkeypatch.setattr(desktop, name, lambda path, *_, name=name: done.append((name, path)))
    monkeypatch.setattr(
        desktop, "open_with", lambda program, path, _: done.append((program.name, path))
    )
    monkeypatch.setattr(
        desktop,
        "photo_programs",
        lambda language: {"image/jpeg": [desktop.Program("Ga&ze", ("gaze",))]},
    )
    monkeypatch.setattr(desktop, "drag_out", lambda source, path, _: done.append(("drag", path)))
    return done


@pytest.fixture
def widget(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_the_menu_says_its_photo_and_acts_on_it(
    widget: QWidget, done: list[tuple[str, str]]
) -> None:
    menu = photo_menu(PATH, widget)
    head, _line, opens, with_, shows, copies = menu.actions()
    assert head.text() == "A&&B <b>.jpg"
    assert not head.isEnabled()
    for action in (opens, shows, copies):
        action.trigger()
    assert done == [("open_file", PATH), ("show_in_folder", PATH), ("copy_path", PATH)]
    assert with_.text() == "Open with"


def test_programs_of_the_desktop_are_offered(widget: QWidget, done: list[tuple[str, str]]) -> None:
    menu = photo_menu(PATH, widget)
    programs = menu.actions()[3].menu()
    assert isinstance(programs, QMenu)
    programs.aboutToShow.emit()
    programs.aboutToShow.emit()  # is not filled twice
    texts = [action.text() for action in programs.actions()]
    assert texts == ["Ga&&ze", "", "Another program…"]
    programs.actions()[0].trigger()
    assert done == [("Ga&ze", PATH)]


@pytest.fixture
def table(qtbot: QtBot) -> PlanTable:
    table = PlanTable(lambda *_: None)
    table.steps.set_plan(PLAN)
    qtbot.addWidget(table)
    table.resize(800, 400)
    table.show()
    qtbot.waitExposed(table)
    return table


def cell_at(table: PlanTable, row: int, column: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The photos whose menus were opened."""
    menus: list[str] = []

    def note(menu: QMenu, at: QPoint) -> None:
        menus.append(menu.actions()[0].text())
        menu.deleteLater()

    monkeypatch.setattr(QMenu, "popup", note)
    return menus


@pytest.mark.parametrize(
    ("column", "part"),
    [(PlanColumn.VICTIM, "victim"), (PlanColumn.SURVIVOR, "survivor"), (PlanColumn.SIZE, "victim")],
)
def test_a_table_has_the_menu_of_the_photo_under_the_pointer(
    table: PlanTable, column: PlanColumn, part: str, menus: list[str], done: list[tuple[str, str]]
) -> None:
    at = cell_at(table, 1, column)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), event)
    photo = getattr(table.steps.step_at(1), part)
    assert menus == [os.path.basename(photo.path)]


def test_the_menu_key_opens_the_menu_of_the_current_row(
    table: PlanTable, menus: list[str], done: list[tuple[str, str]]
) -> None:
    table.setCurrentIndex(table.model().index(2, 0))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(table, event)
    assert menus == [os.path.basename(table.steps.step_at(2).victim.path)]


def mouse(table: PlanTable, kind: QEvent.Type, at: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    moves = kind is QEvent.Type.MouseMove
    event = QMouseEvent(
        kind,
        QPointF(at),
        QPointF(table.viewport().mapToGlobal(at)),
        none if moves else left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(table.viewport(), event)


def test_a_photo_is_dragged_out_once_the_pointer_went_far_enough(
    table: PlanTable, done: list[tuple[str, str]]
) -> None:
    at = cell_at(table, 0, PlanColumn.SURVIVOR)
    mouse(table, QEvent.Type.MouseButtonPress, at)
    mouse(table, QEvent.Type.MouseMove, at + QPoint(1, 0))
    assert done == []
    mouse(table, QEvent.Type.MouseMove, at + QPoint(40, 0))
    mouse(table, QEvent.Type.MouseMove, at + QPoint(80, 0))
    assert done == [("drag", table.steps.step_at(0).survivor.path)]


def test_nothing_is_dragged_without_a_photo(table: PlanTable, done: list[tuple[str, str]]) -> None:
    at = cell_at(table, 0, PlanColumn.SIZE)
    mouse(table, QEvent.Type.MouseButtonPress, at)
    mouse(table, QEvent.Type.MouseMove, at + QPoint(0, 60))
    assert done == []
