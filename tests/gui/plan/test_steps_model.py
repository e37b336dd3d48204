import os

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import ActionKind, Plan, PlanWarning, WarningCode
from dupefinder.core.records import Evidence
from dupefinder.gui.plan.columns import PlanColumn, PlanColumns, PlanTally
from dupefinder.gui.plan.steps_model import PlanModel
from dupefinder.gui.plan.summary import PlanFolderModel, RefusedModel, WarningModel
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from tests.gui.plan.plans import PLAN, ROOT, step
from tests.gui.stand_ins import catch

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def model(qtbot: QtBot) -> PlanModel:
    model = PlanModel()
    model.set_plan(PLAN)
    return model


def names(model: PlanModel) -> str:
    return "".join(
        os.path.basename(model.step_at(row).victim.path)[0] for row in range(model.rowCount())
    )


def cell(model: PlanModel, row: int, column: PlanColumn) -> Cell:
    shown = model.index(row, column).data(CELL_ROLE)
    assert isinstance(shown, Cell)
    return shown


def test_qt_finds_no_fault(model: PlanModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.sort(PlanColumn.VICTIM)
    model.set_taken([0, 2], False)
    qtmodeltester.check(model)
    model.set_plan(Plan(()))
    qtmodeltester.check(model)


def test_the_weakest_evidence_comes_first(model: PlanModel) -> None:
    assert names(model) == "dcabe"


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (PlanColumn.EVIDENCE, DOWN, "beacd"),
        (PlanColumn.VICTIM, UP, "abcde"),
        (PlanColumn.VICTIM, DOWN, "edcba"),
        (PlanColumn.SIZE, UP, "cabed"),
        (PlanColumn.SIZE, DOWN, "dbeac"),
        (PlanColumn.SURVIVOR, UP, "eabcd"),
    ],
)
def test_orders(model: PlanModel, column: PlanColumn, order: Qt.SortOrder, expected: str) -> None:
    model.sort(column, order)
    assert names(model) == expected


def test_names_are_ordered_without_regard_to_case_then_by_folder() -> None:
    plan = Plan((step("B.jpg"), step("a.jpg", folder="z"), step("A.jpg", folder="y")))
    assert PlanColumns(plan).victim_ranks.tolist() == [2, 1, 0]


def test_another_order_keeps_what_is_chosen(model: PlanModel) -> None:
    chosen = QPersistentModelIndex(model.index(0, PlanColumn.VICTIM))
    model.sort(PlanColumn.VICTIM)
    assert chosen.row() == 3
    assert names(model)[chosen.row()] == "d"


def test_an_order_by_a_column_that_is_none_changes_nothing(model: PlanModel) -> None:
    model.sort(-1)
    model.sort(9)
    assert names(model) == "dcabe"


def test_a_row_shows_the_files_of_its_step(model: PlanModel) -> None:
    victim = cell(model, 0, PlanColumn.VICTIM)
    assert (victim.first, victim.second) == ("d.jpg", os.path.join(ROOT, "backup"))
    assert victim.picture_of == model.step_at(0).victim.path
    assert cell(model, 0, PlanColumn.SIZE).second == "+ 1 file"
    assert cell(model, 1, PlanColumn.SIZE).second == ""
    assert cell(model, 0, PlanColumn.EVIDENCE).first == "Edited"
    survivor = cell(model, 0, PlanColumn.SURVIVOR)
    assert (survivor.first, survivor.before) == ("d.jpg", "")
    tip = Qt.ItemDataRole.ToolTipRole
    assert model.index(0, PlanColumn.VICTIM).data(tip) == model.step_at(0).victim.path
    assert "/backup/d.xmp" in model.index(0, PlanColumn.SIZE).data(tip)
    assert "exposure" in model.index(0, PlanColumn.EVIDENCE).data(tip)


def test_a_screen_reader_hears_what_goes_and_what_stays(model: PlanModel) -> None:
    heard = [
        model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in PlanColumn
    ]
    assert heard[PlanColumn.VICTIM].startswith("Goes: ")
    assert heard[PlanColumn.SURVIVOR].startswith("Kept: ")
    assert all(heard)


def test_drives_are_named_once_they_are_known(model: PlanModel) -> None:
    told = catch(model.dataChanged)
    model.set_drives({os.path.join(ROOT, "library"): "Photos"})
    assert cell(model, 0, PlanColumn.SURVIVOR).before == "Photos · "
    assert cell(model, 4, PlanColumn.SURVIVOR).before == ""
    assert len(told) == 1


def test_a_name_that_is_no_text_is_shown(qtbot: QtBot) -> None:
    model = PlanModel()
    model.set_plan(Plan((step("caf\udce9.jpg"),)))
    assert cell(model, 0, PlanColumn.VICTIM).first == "caf\N{REPLACEMENT CHARACTER}.jpg"


def test_taking_a_step_out(model: PlanModel) -> None:
    told = catch(model.taken_changed)
    index = model.index(0, PlanColumn.TAKEN)
    assert index.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.index(0, PlanColumn.VICTIM).flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert index.data(CHECK) is Qt.CheckState.Checked
    assert model.setData(index, Qt.CheckState.Unchecked, CHECK)
    assert index.data(CHECK) is Qt.CheckState.Unchecked
    assert cell(model, 0, PlanColumn.VICTIM).faded
    assert not cell(model, 1, PlanColumn.VICTIM).faded
    remaining = model.columns.remaining()
    assert remaining.steps == tuple(one for one in PLAN.steps if one.companions == ())
    assert remaining.refused == PLAN.refused
    assert model.setData(index, Qt.CheckState.Checked.value, CHECK)
    assert model.columns.remaining() == PLAN
    assert len(told) == 2


def test_only_ticks_can_be_set(model: PlanModel) -> None:
    assert not model.setData(model.index(0, PlanColumn.VICTIM), Qt.CheckState.Unchecked, CHECK)
    assert not model.setData(model.index(0, PlanColumn.TAKEN), "x", Qt.ItemDataRole.EditRole)
    assert model.columns.remaining() == PLAN


def test_unchanged_ticks_emit_nothing(model: PlanModel) -> None:
    told = catch(model.taken_changed)
    model.set_taken([0, 1], True)
    model.set_taken([], False)
    model.set_taken([99], False)
    assert told == []


def test_steps_taken_out_stay_out_after_sorting(model: PlanModel) -> None:
    model.set_taken([0], False)
    model.sort(PlanColumn.VICTIM)
    assert [model.is_taken(row) for row in range(5)] == [True, True, True, False, True]
    model.take_all()
    assert model.columns.taken.all()


def test_totals_are_counted(model: PlanModel) -> None:
    columns = model.columns
    assert columns.tally() == PlanTally(5, 1, 12_000_000)
    assert columns.by_evidence() == [
        (Evidence.EDITED, PlanTally(1, 1, 1_000_000)),
        (Evidence.RE_ENCODED, PlanTally(1, 0, 4_000_000)),
        (Evidence.SAME_PIXELS, PlanTally(1, 0, 3_000_000)),
        (Evidence.SAME_BYTES, PlanTally(2, 0, 4_000_000)),
    ]
    library, zoo = os.path.join(ROOT, "library"), os.path.join(ROOT, "library", "zoo")
    assert columns.by_pair() == [
        (os.path.join(ROOT, "backup"), library, PlanTally(3, 1, 7_000_000)),
        (os.path.join(ROOT, "backup"), zoo, PlanTally(1, 0, 2_000_000)),
        (os.path.join(ROOT, "phone"), library, PlanTally(1, 0, 3_000_000)),
    ]
    model.set_taken([0, 2], False)
    assert columns.tally() == PlanTally(3, 0, 8_000_000)
    assert {folder for folder, _, _ in columns.by_pair()} == {os.path.join(ROOT, "backup")}


def test_companions_stay_beside_a_hard_link() -> None:
    model = PlanModel()
    model.set_plan(Plan((step("d.jpg", companions=("/backup/d.xmp",)),)))
    size = model.index(0, PlanColumn.SIZE)
    for kind, files, said in (
        (ActionKind.TRASH, 1, "+ 1 file"),
        (ActionKind.HARD_LINK, 0, ""),
        (ActionKind.SET_ASIDE, 1, "+ 1 file"),
    ):
        model.set_kind(kind)
        assert model.columns.tally().files == files
        assert size.data(CELL_ROLE).second == said
        assert ("d.xmp" in size.data(Qt.ItemDataRole.ToolTipRole)) is bool(files)


def test_only_equal_files_become_links(model: PlanModel) -> None:
    model.set_kind(ActionKind.HARD_LINK)
    assert model.columns.tally() == PlanTally(2, 0, 4_000_000)
    assert [model.goes(row) for row in range(5)] == [False, False, False, True, True]
    remaining = model.columns.remaining()
    assert {step.evidence for step in remaining.steps} == {Evidence.SAME_BYTES}
    assert remaining.kind is ActionKind.HARD_LINK
    header = model.headerData(PlanColumn.VICTIM, Qt.Orientation.Horizontal)
    assert header == "Becomes a hard link"
    model.set_kind(ActionKind.TRASH)
    assert model.columns.tally() == PlanTally(5, 1, 12_000_000)


def test_sizes_beyond_32_bits_are_counted_exactly() -> None:
    columns = PlanColumns(Plan((step("a.jpg", size_bytes=2**53 + 1), step("b.jpg", size_bytes=2))))
    assert columns.tally().size_bytes == 2**53 + 3
    assert columns.by_evidence()[0][1].size_bytes == 2**53 + 3


def test_a_photo_at_the_root(qtbot: QtBot) -> None:
    columns = PlanColumns(Plan((step("a.jpg", folder="."),)))
    assert len(columns.pairs) == 1
    assert columns.pairs[0][0]


def test_lists(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    refused = RefusedModel()
    refused.set_rows(PLAN.refused)
    qtmodeltester.check(refused)
    assert refused.index(0, 0).data() == "p.jpg"
    assert refused.index(0, 1).data() == "Its folder is protected."
    assert refused.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == PLAN.refused[0].path
    assert (
        refused.index(0, 1)
        .data(Qt.ItemDataRole.ToolTipRole)
        .startswith(
            "Its folder is protected.\nIf it may go after all, give its folder another role"
        )
    )
    assert refused.index(1, 1).data().endswith("q\N{REPLACEMENT CHARACTER}.mov).")
    folders = PlanFolderModel()
    folders.set_rows(PlanColumns(PLAN).by_pair())
    qtmodeltester.check(folders)
    assert [folders.index(0, column).data() for column in (0, 1, 2)] == [
        os.path.join(ROOT, "backup"),
        os.path.join(ROOT, "library"),
        "3 photos",
    ]


WARNINGS = (
    PlanWarning(WarningCode.FOLDER_EMPTIED, "/backup/zoo", count=37, total=37),
    PlanWarning(WarningCode.ALBUM_SCATTERED, "/photos/Zoo", count=3, total=40),
    PlanWarning(WarningCode.SURVIVOR_REMOVABLE, "/media/red", names=("RED",), count=2),
    PlanWarning(WarningCode.SURVIVOR_NETWORK, "/mnt/nas", count=1),
    PlanWarning(WarningCode.SURVIVOR_LACKS, "/backup/a.jpg", "/b.jpg", ("date", "gps")),
    PlanWarning(WarningCode.VICTIM_HAS_EXTRAS, "/backup/c.jpg", "/d.jpg", ("video",)),
)


def test_warnings_in_words(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = WarningModel()
    qtmodeltester.check(model)
    model.set_rows(WARNINGS)
    qtmodeltester.check(model)
    assert {one.code for one in WARNINGS} == set(WarningCode)
    assert [model.index(row, 0).data() for row in range(len(WARNINGS))] == [
        "No photo is left in this folder: 37 go",
        "3 of 40 photos are left in this album",
        "2 kept copies are on a drive that can be unplugged",
        "1 kept copy is on the network",
        "The kept copy lacks a date and a location",
        "It has a video the kept copy lacks",
    ]
    assert "RED · /media/red" in model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(4, 0).data(CELL_ROLE).picture_of == "/backup/a.jpg"
