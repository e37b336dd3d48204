from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.filter.filter_bar import FilterBar
from dupefinder.gui.review.groups.group_view import GroupView, Shown, Sort
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.mark.usefixtures("look_as_before")
def test_the_order_and_the_hint_are_read_whole_in_a_narrow_window(bar: FilterBar) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_appearance(application, Appearance.LIGHT)
    bar.show_sort(Sort.NAME)
    for width_px, text, hint in (
        (1200, "Sort: Name", "Filter by name or folder"),
        (920, "Sort: Name", "Filter"),
        (844, "Name", "Filter"),
    ):
        bar.resize(width_px, 54)
        QApplication.processEvents()
        assert bar.order.currentText() == text
        assert bar.field.placeholderText() == hint
    bar.show_sort(Sort.SPACE)
    QApplication.processEvents()
    is_elided = bar.order._label()[1]
    assert not is_elided
    assert (bar.sort, bar.order.toolTip()) == (Sort.SPACE, "Order of the groups")


def test_at_first_nothing_is_left_out(bar: FilterBar) -> None:
    assert bar.view(None) == GroupView()
    assert not bar.is_narrowing


@pytest.mark.parametrize("width_px", [552, 732, 1112])
def test_nothing_lies_on_anything_else_in_a_narrow_window(width_px: int, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    sheet = application.styleSheet()
    apply_appearance(application, Appearance.LIGHT)
    page = QWidget()
    qtbot.addWidget(page)
    bar = FilterBar(page)
    bar.resize(width_px, 50)
    page.show()
    own = bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    rating = bar.similarity.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    for parts in (own, rating):
        for one, other in combinations([part for part in parts if part.isVisible()], 2):
            assert not one.geometry().intersects(other.geometry())
    assert bar.similarity.geometry().right() < width_px
    application.setStyleSheet(sheet)


def test_every_control_changes_the_view(bar: FilterBar, qtbot: QtBot) -> None:
    changes = catch(bar.changed)
    bar.field.setFocus()
    qtbot.keyClicks(bar.field, "zoo")
    assert len(changes) == 3
    bar.state.setFocus()
    qtbot.keyClick(bar.state, Qt.Key.Key_Down)
    bar.order.setFocus()
    qtbot.keyClick(bar.order, Qt.Key.Key_Down)
    qtbot.keyClick(bar.order, Qt.Key.Key_Down)
    qtbot.mouseClick(bar.reverse, LEFT)
    assert len(changes) == 7
    assert bar.view(MatchKind.EDITED) == GroupView(
        MatchKind.EDITED, "zoo", Sort.TAKEN, Shown.UNDECIDED, True
    )


def test_text_and_state_narrow_the_groups(bar: FilterBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(bar.field, "  ")
    assert not bar.is_narrowing
    qtbot.keyClicks(bar.field, "a")
    assert bar.is_narrowing
    bar.clear()
    assert (bar.is_narrowing, bar.field.text()) == (False, "")
    bar.state.setCurrentIndex(3)
    assert bar.shown is Shown.DISMISSED
    assert bar.is_narrowing
    bar.clear()
    assert bar.shown is Shown.ALL


@pytest.mark.parametrize("sort", Sort)
def test_orders_by_name(bar: FilterBar, sort: Sort) -> None:
    bar.resize(1200, 54)
    bar.show_sort(sort)
    assert bar.sort is sort
    assert bar.order.currentText().startswith("Sort: ")


@pytest.mark.usefixtures("look_as_before")
def test_icons_follow_the_palette(bar: FilterBar, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_appearance(application, Appearance.LIGHT)
    light = bar.reverse.icon().pixmap(20).toImage()
    apply_appearance(application, Appearance.DARK)
    assert bar.reverse.icon().pixmap(20).toImage() != light
    apply_appearance(application, Appearance.LIGHT)
    assert bar.reverse.icon().pixmap(20).toImage() == light
