import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.review.problems_panel import ProblemsModel, ProblemsPanel, advice_of
from tests.gui.groups import ROOT
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton
PROBLEMS = (
    Problem(f"{ROOT}zoo/lion.jpg", ProblemCode.DAMAGED, "broken data stream"),
    Problem(f"{ROOT}zoo/bear.jpg", ProblemCode.EMPTY),
    Problem(f"{ROOT}zoo/caf\udce9.jpg", ProblemCode.DAMAGED),
)


@pytest.fixture
def panel(qtbot: QtBot) -> ProblemsPanel:
    made = ProblemsPanel()
    made.resize(900, 240)
    qtbot.addWidget(made)
    made.set_problems(PROBLEMS)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def column(panel: ProblemsPanel, number: int) -> list[str]:
    return [panel.model.index(row, number).data() for row in range(panel.model.rowCount())]


def test_as_qt_wants_it(qtmodeltester: ModelTester) -> None:
    model = ProblemsModel()
    model.set_problems(PROBLEMS)
    model.show_code(ProblemCode.DAMAGED)
    qtmodeltester.check(model, force_py=True)
    assert (model.rowCount(), model.columnCount()) == (2, 3)
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert QModelIndex().data() is None


def test_each_problem_says_what_and_where(panel: ProblemsPanel) -> None:
    assert column(panel, 0) == ["lion.jpg", "bear.jpg", "caf\N{REPLACEMENT CHARACTER}.jpg"]
    assert column(panel, 1) == [f"{ROOT}zoo"] * 3
    assert column(panel, 2)[1] == "The file is empty."
    tip = panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{ROOT}zoo/lion.jpg\nbroken data stream"
    titles = [panel.model.headerData(number, Qt.Orientation.Horizontal) for number in range(3)]
    assert titles == ["Name", "Folder", "What is wrong"]
    assert panel.model.headerData(0, Qt.Orientation.Vertical) is None


def test_one_reason_and_what_to_do(panel: ProblemsPanel, qtbot: QtBot) -> None:
    choices = [panel.reason.itemText(at) for at in range(panel.reason.count())]
    assert choices == [
        "All problems",
        "The file is empty. (1)",
        "The picture is damaged and cannot be read. (2)",
    ]
    everything = panel.advice.text()
    panel.reason.setFocus()
    qtbot.keyClick(panel.reason, Qt.Key.Key_Down)
    assert column(panel, 0) == ["bear.jpg"]
    assert "backup" in panel.advice.accessibleName() + panel.advice.text()
    assert panel.advice.text() != everything
    qtbot.keyClick(panel.reason, Qt.Key.Key_Up)
    assert panel.model.rowCount() == 3


@pytest.mark.parametrize("code", [None, *ProblemCode])
def test_there_is_advice_for_every_reason(qapp: object, code: ProblemCode | None) -> None:
    advice = advice_of(code)
    assert advice.endswith(".")
    assert len(advice) < 140


def test_the_chosen_reason_stays_when_others_come(panel: ProblemsPanel) -> None:
    panel.reason.setCurrentIndex(2)
    more = Problem(f"{ROOT}new.jpg", ProblemCode.DAMAGED)
    panel.set_problems((*PROBLEMS, more))
    assert panel.reason.currentData() == ProblemCode.DAMAGED
    assert panel.model.rowCount() == 3
    panel.set_problems(PROBLEMS[1:2])
    assert panel.reason.currentData() is None
    assert column(panel, 0) == ["bear.jpg"]


def test_the_list_is_copied_as_it_is_shown(panel: ProblemsPanel, qtbot: QtBot) -> None:
    panel.reason.setCurrentIndex(2)
    qtbot.mouseClick(panel.copy, LEFT)
    assert QGuiApplication.clipboard().text().splitlines() == [
        f"{ROOT}zoo/lion.jpg\tThe picture is damaged and cannot be read.\tbroken data stream",
        f"{ROOT}zoo/caf\N{REPLACEMENT CHARACTER}.jpg\tThe picture is damaged and cannot be read.",
    ]


def test_closed_by_button_and_by_escape_wherever_the_focus_is(
    panel: ProblemsPanel, qtbot: QtBot
) -> None:
    closed = catch(panel.close_button.clicked)
    qtbot.mouseClick(panel.close_button, LEFT)
    widgets: list[QWidget] = [panel.table, panel.reason, panel.copy, panel.close_button]
    for widget in widgets:
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
    assert len(closed) == 5


def test_rows_are_chosen_with_the_mouse(panel: ProblemsPanel, qtbot: QtBot) -> None:
    place: QPoint = panel.table.visualRect(panel.model.index(1, 2)).center()
    qtbot.mouseClick(panel.table.viewport(), LEFT, pos=place)
    chosen = panel.table.selectionModel().selectedRows()
    assert [index.row() for index in chosen] == [1]
