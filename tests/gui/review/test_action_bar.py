import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.action_bar import ActionBar, proposals_of
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

    def offer(self, match_kind: MatchKind | None = None) -> list[QAction]:
        self.bar.offer(proposals_of(self.marks, match_kind, range(len(RESULTS.groups))))
        return [one for one in self.bar.menu.actions() if not one.isSeparator()]


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)


def test_while_nothing_is_marked_there_is_no_plan(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.bar.plan.clicked)
    assert stage.bar.total.text() == "Nothing is marked yet"
    assert "Mark photos first" in stage.bar.plan.toolTip()
    qtbot.mouseClick(stage.bar.plan, LEFT)
    assert asked == []


def test_what_is_marked_can_be_planned(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.bar.plan.clicked)
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    assert stage.bar.total.text() == "1 photo marked · 2 MB"
    qtbot.mouseClick(stage.bar.plan, LEFT)
    assert len(asked) == 1


def test_while_a_scan_runs_nothing_is_planned_or_selected(stage: Stage, qtbot: QtBot) -> None:
    stage.marks.keep_only(RESULTS.groups[0], RESULTS.groups[0].members[0])
    stage.bar.set_scanning(True)
    assert not stage.bar.plan.isEnabled()
    assert not stage.bar.auto_select.isEnabled()
    assert "still running" in stage.bar.plan.toolTip()
    stage.bar.set_scanning(False)
    assert stage.bar.plan.isEnabled()
    assert stage.bar.auto_select.isEnabled()


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


def test_the_menu_says_what_it_would_do_before(stage: Stage) -> None:
    lines = stage.offer()
    assert [(one.text(), one.isEnabled()) for one in lines] == [
        ("Same file: mark 3 photos, 6 MB", True),
        ("Same pixels: nothing to mark", False),
        ("Re-encoded: mark 1 photo, 1 MB", True),
        ("All of these: mark 4 photos, 7 MB", True),
    ]
    assert [one.text() for one in stage.offer(MatchKind.RE_ENCODED)] == [
        "Re-encoded: mark 1 photo, 1 MB"
    ]
    assert stage.offer(MatchKind.EDITED) == []


def test_decided_groups_are_named(stage: Stage) -> None:
    stage.marks.keep_all(RESULTS.groups[0])
    last = stage.offer()[-1]
    assert last.text() == "1 group that you decided on stays as it is"
    assert not last.isEnabled()


def test_a_line_that_is_chosen_is_done_and_taken_back_at_once(stage: Stage, qtbot: QtBot) -> None:
    stage.offer()[0].trigger()
    assert stage.bar.total.text() == "3 photos marked · 6 MB"
    assert stage.offer()[0].text() == "Same file: nothing to mark"
    qtbot.mouseClick(stage.bar.undo, LEFT)
    assert stage.marks.totals() == (0, 0)


def test_the_menu_is_that_of_auto_select(stage: Stage) -> None:
    assert stage.bar.auto_select.menu() is stage.bar.menu


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
