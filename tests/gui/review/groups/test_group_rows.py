import time

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence, Reason, ReasonCode
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.groups.group_rows import GROUP_ROLE, GroupModel
from dupefinder.gui.review.groups.group_view import GroupView, Shown, Sort
from dupefinder.gui.review.marks import Marks
from tests.gui.groups import group, pair, photo, results_of
from tests.gui.stand_ins import catch

MIXED = group(
    photo("zoo/lion.jpg", 5_000_000),
    photo("zoo/copy.jpg", 400_000, evidence=Evidence.SAME_BYTES),
    photo("phone/lion.jpg", 30_000, evidence=Evidence.EDITED),
)
SPOKEN, TIP = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole


@pytest.fixture
def marks(qtbot: QtBot) -> Marks:
    return Marks()


def test_as_qt_wants_it(marks: Marks, qtmodeltester: ModelTester) -> None:
    model = GroupModel(marks)
    results = results_of(MIXED, *(pair(f"{n}.jpg") for n in range(5)))
    marks.set_results(results)
    model.set_results(results)
    model.set_view(GroupView(MatchKind.SAME_BYTES, sort=Sort.NAME))
    assert model.rowCount() == 6
    qtmodeltester.check(model, force_py=True)
    model.set_view(GroupView(MatchKind.EDITED))
    assert model.rowCount() == 1
    assert model.rowCount(model.index(0)) == 0


def test_a_row_says_all_to_a_screen_reader(marks: Marks) -> None:
    results = results_of(MIXED)
    model = GroupModel(marks)
    marks.set_results(results)
    model.set_results(results)
    row = model.index(0)
    assert row.data() == "lion and 2 copies"
    assert row.data(GROUP_ROLE) is MIXED
    paths = [one.file.path for one in MIXED.members]
    assert row.data(TIP).splitlines() == ["Same file, Edited", *paths]
    assert row.data(SPOKEN) == (
        "lion and 2 copies, 1 same file, 1 edited, 5 MB, Same file, Edited, undecided"
    )
    marks.keep_only(MIXED, MIXED.members[0])
    assert row.data(SPOKEN).endswith("2 marked for removal")
    marks.keep_all(MIXED)
    assert row.data(SPOKEN).endswith("all are kept")
    marks.dismiss(MIXED)
    assert row.data(SPOKEN).endswith("not duplicates")
    assert QModelIndex().data() is None


def test_rows_that_were_decided_stay_until_the_view_changes(marks: Marks) -> None:
    results = results_of(*(pair(f"{n}.jpg") for n in range(4)))
    model = GroupModel(marks)
    marks.set_results(results)
    model.set_results(results)
    view = GroupView(shown=Shown.UNDECIDED, sort=Sort.NAME)
    model.set_view(view)
    changed = catch(model.dataChanged)
    marks.keep_all(results.groups[1])
    assert model.rowCount() == 4
    assert [(one.row(), other.row()) for one, other, _ in changed] == [(1, 1)]
    assert [model.next_undecided(row) for row in (-1, 0, 1, 3)] == [0, 2, 2, 0]
    model.set_view(view)
    assert model.rowCount() == 3
    for one in results.groups:
        marks.keep_all(one)
    assert model.next_undecided(0) == -1


def test_before_any_results(marks: Marks) -> None:
    model = GroupModel(marks)
    model.set_view(GroupView(MatchKind.EDITED))
    assert (model.rowCount(), model.group_at(0), model.shown_indices()) == (0, None, [])
    assert (model.row_of(MIXED), model.row_of_id("x"), model.next_undecided(-1)) == (-1, -1, -1)


def test_a_group_that_grew_is_found(marks: Marks) -> None:
    model = GroupModel(marks)
    one, other = pair("a.jpg"), pair("b.jpg")
    for results in (
        results_of(one, other),
        results_of(other, group(*one.members, photo("n.jpg", evidence=Evidence.EDITED))),
    ):
        marks.set_results(results)
        model.set_results(results)
    found = model.group_at(model.row_of(one))
    assert found is not None
    assert found.members[: len(one.members)] == one.members
    assert model.row_of_id(one.group_id) == -1
    assert model.row_of(pair("elsewhere.jpg")) == -1


def test_100_000_groups_are_sorted_at_once(marks: Marks) -> None:
    """With room for a slow machine; a benchmark measures it."""
    few = results_of(*(pair(f"{n}.jpg", size_bytes=n) for n in range(1000)))
    results = results_of(*([*few.groups] * 100))
    marks.set_results(results)
    model = GroupModel(marks)
    model.set_results(results)
    began_s = time.process_time()
    for sort in Sort:
        model.set_view(GroupView(sort=sort, reverse=True))
    assert (time.process_time() - began_s) / len(Sort) < 0.5
    assert np.array_equal(np.sort(model.shown_indices()), np.arange(100_000))


def test_a_row_says_that_photos_are_still_compared(marks: Marks) -> None:
    waiting = Reason(ReasonCode.BEING_CHECKED)
    checked = group(
        photo("zoo/lion.jpg"),
        photo("zoo/copy.jpg", evidence=Evidence.RE_ENCODED, keep=True, reason=waiting),
    )
    results = results_of(checked)
    model = GroupModel(marks)
    marks.set_results(results)
    model.set_results(results)
    assert model.index(0).data(SPOKEN).endswith("Re-encoded, still being compared")
    marks.keep_all(checked)
    assert model.index(0).data(SPOKEN).endswith("all are kept")


def test_a_part_that_is_marked_is_told(marks: Marks) -> None:
    three = group(
        photo("a.jpg"),
        photo("b.jpg", evidence=Evidence.SAME_BYTES),
        photo("c.jpg", evidence=Evidence.SAME_BYTES),
    )
    model = GroupModel(marks)
    results = results_of(three)
    marks.set_results(results)
    model.set_results(results)
    told = [model.state_text(0)]
    marks.toggle(three, three.members[1])
    told.append(model.state_text(0))
    marks.accept(three)
    told.append(model.state_text(0))
    marks.begin_moving([three.members[1].file.path])
    told.append(model.state_text(0))
    assert told == [
        "undecided",
        "1 marked for removal, the rest undecided",
        "2 marked for removal",
        "being removed",
    ]
