import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from dupefinder.gui.review.action_bar import ActionBar, GroupAction, SelectionBar
from dupefinder.gui.review.marks import Marks
from tests.gui.groups import pair, results_of
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton

RESULTS = results_of(
    *(pair(f"{n}.jpg", size_bytes=2_000_000) for n in range(3)),
    pair("small.jpg", Evidence.RE_ENCODED, 1_000_000),
    pair("edited.jpg", Evidence.EDITED),
)


class Stage:
    def __init__(self, qtbot: QtBot) -> None:
        self.marks = Marks()
        self.marks.set_results(RESULTS)
        self.bar = ActionBar(self.marks)
        qtbot.addWidget(self.bar)
        with qtbot.waitExposed(self.bar):
            self.bar.show()


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)


def test_while_nothing_is_marked_there_is_no_plan(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.bar.plan.clicked)
    assert stage.bar.total.text() == "Nothing is marked yet"
    assert "Mark photos first" in stage.bar.plan.toolTip()
    qtbot.mouseClick(stage.bar.plan, LEFT)
    assert asked == []


def test_marked_photos_can_be_planned(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.bar.plan.clicked)
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    assert stage.bar.total.text() == "1 photo marked · 2 MB"
    qtbot.mouseClick(stage.bar.plan, LEFT)
    assert len(asked) == 1


def test_while_a_scan_runs_nothing_is_planned_or_selected(stage: Stage, qtbot: QtBot) -> None:
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    stage.bar.set_scanning(True)
    assert not stage.bar.plan.isEnabled()
    assert not stage.bar.choose.isEnabled()
    assert "still running" in stage.bar.plan.toolTip()
    stage.bar.set_scanning(False)
    assert stage.bar.plan.isEnabled()
    assert stage.bar.choose.isEnabled()


def test_undo_and_redo(stage: Stage, qtbot: QtBot) -> None:
    assert not stage.bar.undo.isEnabled()
    assert not stage.bar.redo.isEnabled()
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    qtbot.mouseClick(stage.bar.undo, LEFT)
    assert stage.marks.totals() == (0, 0)
    assert not stage.bar.undo.isEnabled()
    qtbot.mouseClick(stage.bar.redo, LEFT)
    assert stage.marks.totals() == (1, 2_000_000)
    assert "Z" in stage.bar.undo.toolTip()


def test_the_way_to_the_rules(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.bar.choose.clicked)
    qtbot.mouseClick(stage.bar.choose, LEFT)
    assert len(asked) == 1


def test_problems_are_named_when_there_are_any(stage: Stage, qtbot: QtBot) -> None:
    toggled = catch(stage.bar.problems.toggled)
    assert not stage.bar.problems.isVisible()
    stage.bar.set_problems(14)
    assert stage.bar.problems.isVisible()
    assert stage.bar.problems.text() == "14 problems"
    qtbot.mouseClick(stage.bar.problems, LEFT)
    qtbot.mouseClick(stage.bar.problems, LEFT)
    assert toggled == [True, False]
    stage.bar.set_problems(0)
    assert not stage.bar.problems.isVisible()


def test_a_narrow_bar_shows_the_totals_whole_and_the_icon_of_the_rules(stage: Stage) -> None:
    bar, across = stage.bar, stage.bar.layout()
    assert across is not None
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    bar.set_problems(1)
    bar.resize(2000, bar.height())
    enough_px = across.sizeHint().width()
    for width_px, words in ((enough_px, "Choose by rules…"), (enough_px - 20, "")):
        bar.resize(width_px, bar.height())
        QApplication.processEvents()
        assert bar.choose.text() == words
        assert bar.choose.accessibleName() == "Choose by rules…"
        assert not bar.total.is_elided


def test_a_bar_in_a_style_sheet_has_its_icon_from_the_start(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.setStyleSheet('[role="bar"] { color: red; }')
    bar = SelectionBar(lambda _action: None, page)
    assert not bar.buttons[GroupAction.RULES].icon().isNull()
