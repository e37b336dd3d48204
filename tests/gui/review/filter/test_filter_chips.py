"""The menu of filters and the line of chips in Review, as a person uses them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from dupefinder.gui.results import MatchKind
from dupefinder.services.findings import Basis
from tests.gui.groups import results_of
from tests.gui.review.groups.test_group_view import results
from tests.gui.review.page_stage import Stage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(results())
    yield made
    made.close()


def line(stage: Stage, *names: str) -> QAction:
    """The line of the menu that begins so, below a line that begins so."""
    menu: QMenu = stage.page.filter.menu
    menu.aboutToShow.emit()
    for name in names:
        (action,) = [one for one in menu.actions() if one.text().startswith(name)]
        inner = action.menu()
        if isinstance(inner, QMenu):
            menu = inner
    return action


def chips(stage: Stage) -> list[str]:
    return [chip.text() for chip in stage.page.filter.chips.chips]


def test_lines_count_their_groups(stage: Stage) -> None:
    assert line(stage, "Between").text() == "Between folders (2)"
    assert line(stage, "Within").text() == "Within one folder (1)"
    assert line(stage, "New").text() == "New since the last scan (1)"
    assert line(stage, "Camera", "Nikon").text() == "Nikon && Co (1)"
    assert line(stage, "With a photo in", "phone").text() == "phone (2)"


def test_a_line_filters_and_becomes_a_chip(stage: Stage, qtbot: QtBot) -> None:
    line(stage, "Between").trigger()
    assert stage.names == ["between.jpg", "new.jpg"]
    assert chips(stage) == ["Between folders"]
    assert line(stage, "Between").isChecked()
    line(stage, "Year", "2014").trigger()
    assert stage.names == ["between.jpg"]
    qtbot.mouseClick(stage.page.filter.chips.chips[0], LEFT)
    assert chips(stage) == ["2014"]
    line(stage, "Year", "2014").trigger()
    assert len(stage.names) == 3
    assert not stage.page.filter.chips.isVisible()


def test_kinds_count_what_passes(stage: Stage) -> None:
    buttons = stage.page.match_kinds.buttons
    assert buttons[None].photos == 3
    line(stage, "Within").trigger()
    assert buttons[None].photos == buttons[MatchKind.RE_ENCODED].photos == 1
    assert buttons[MatchKind.SAME_BYTES].photos == 0


def test_the_histogram_counts_what_passes(stage: Stage, qtbot: QtBot) -> None:
    page = stage.page

    def photos() -> int:
        return int(page.filter.similarity._histogram.counts.sum())

    assert photos() == 3
    line(stage, "Within").trigger()
    assert photos() == 1
    page.filter.clear()
    page.match_kinds.buttons[MatchKind.RE_ENCODED].click()
    assert photos() == page.match_kinds.buttons[MatchKind.RE_ENCODED].photos
    page.match_kinds.buttons[None].click()
    # A smaller threshold knows less of the same matches: what lies beyond it is filtered, too.
    wide = page.results
    assert wide is not None
    basis = Basis(None, 0)
    stage.show(replace(wide, basis=basis))
    narrow = results_of(*wide.groups[:1], threshold_bits=wide.threshold_bits - 1)
    stage.show(replace(narrow, basis=basis))
    assert photos() == 3
    qtbot.keyClicks(page.filter.field, "within")
    assert photos() == 1


def test_all_filters_go_at_once(stage: Stage, qtbot: QtBot) -> None:
    line(stage, "Size of a photo", "Over 1 MB").trigger()
    qtbot.keyClicks(stage.page.filter.field, "within")
    stage.page.filter.state.setCurrentIndex(1)
    assert chips(stage) == ["Over 1 MB", "“within”", "Undecided"]
    assert stage.names == ["within.jpg"]
    qtbot.mouseClick(stage.page.filter.chips.clear, LEFT)
    assert chips(stage) == []
    assert len(stage.names) == 3
    assert stage.page.filter.field.text() == ""


def test_a_filter_that_leaves_nothing_can_be_cleared(stage: Stage, qtbot: QtBot) -> None:
    line(stage, "New").trigger()
    line(stage, "Camera", "Canon").trigger()
    assert stage.names == []
    assert stage.page.filter.chips.isVisible()
    qtbot.mouseClick(stage.page.nothing.button, LEFT)
    assert len(stage.names) == 3


@pytest.mark.parametrize("width_px", [660, 840])  # in a window of 720 or 900 pixels
def test_many_chips_fit_a_small_window(width_px: int, qtbot: QtBot, tmp_path: Path) -> None:
    stage = Stage(qtbot, tmp_path, width_px=width_px)
    stage.show(results())
    for names in (("Between",), ("Year", "2014"), ("Camera", "Canon"), ("Format", "JPEG")):
        line(stage, *names).trigger()
    assert stage.page.width() == width_px
    stage.close()
