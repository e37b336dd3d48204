"""The page of backups, and its story in the whole window: compare, copy, retire, undo."""

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.actions.running_action import RunningAction
from dupefinder.core.catalog import Catalog
from dupefinder.core.comparing import compare_folders
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence
from dupefinder.core.scan import ScanOptions
from dupefinder.gui.backups.answer import BackupsView
from dupefinder.gui.backups.overlap import PairTable
from dupefinder.gui.backups.page import BackupsPage
from dupefinder.gui.backups.question import Question
from dupefinder.gui.backups.shown_comparison import ShownComparison, in_groups, make_compared
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.settings import Settings
from tests.cli.album import photo, pixels_of
from tests.core.pictures import jpeg
from tests.gui.stand_ins import answered, requested
from tests.gui.whole import LIMIT_MS, button, tasks_ended, whole_window


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two photos; a backup of them, of a third and of a larger one."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    contents = {
        "lib/one.jpg": photo(1),
        "lib/two small.jpg": jpeg(pixels_of(photo(2)).resize((160, 120))),
        "old/one.jpg": photo(1),
        "old/in/one small.jpg": jpeg(pixels_of(photo(1)).resize((160, 120)), quality=60),
        "old/in/two.jpg": photo(2),
        "old/in/three.jpg": photo(3),
    }
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (1_000_000, 1_000_000))
    return tmp_path


@pytest.fixture
def compared(folders: Path) -> ShownComparison:
    with Catalog.open(None) as catalog:
        return make_compared(
            compare_folders(
                [str(folders / "lib")],
                [str(folders / "old")],
                Options(ScanOptions(()), threads=2),
                Accepted(),
                catalog,
                JobContext(),
            )
        )


def never(_parent: QWidget, _title: str) -> str:
    raise AssertionError("no folder was to be asked for")


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[BackupsPage]:
    thumbnails = ThumbnailLoader(tmp_path / "no catalog.sqlite")
    made: BackupsPage = answered(
        BackupsPage(thumbnails, Settings(tmp_path / "settings.ini"), never)
    )
    qtbot.addWidget(made)
    made.resize(1080, 700)
    made.show()
    yield made
    thumbnails.close()


def shown(page: BackupsPage) -> list[str]:
    model = page.answer.pane.grid.photos
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def choose(page: BackupsPage, view: BackupsView, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.answer.views.button(view), Qt.MouseButton.LeftButton)


def test_before_anything_was_asked(page: BackupsPage) -> None:
    assert page.nothing.isVisible()
    assert not page.question.compare.isEnabled()
    assert not page.bar.copy.isVisible()


def test_asking(page: BackupsPage, folders: Path, tmp_path: Path, qtbot: QtBot) -> None:
    page.question.library.add_paths([str(folders / "lib")])
    assert not page.question.compare.isEnabled()
    page.question.backups.add_paths([str(folders / "old"), str(folders / "old")])
    qtbot.mouseClick(page.question.evidence.button(Evidence.SAME_BYTES), Qt.MouseButton.LeftButton)
    asked = requested(page, "compare")
    qtbot.mouseClick(page.question.compare, Qt.MouseButton.LeftButton)
    lib, old = str(folders / "lib"), str(folders / "old")
    assert asked == [((lib,), (old,), Accepted(Evidence.SAME_BYTES))]
    kept = Settings(tmp_path / "settings.ini")
    assert (kept.library_folders, kept.backup_folders) == ((lib,), (old,))


def test_folders_of_an_earlier_question_can_be_asked_again(tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.library_folders, settings.backup_folders = ("/lib",), ("/old",)
    thumbnails = ThumbnailLoader(tmp_path / "no catalog.sqlite")
    page = BackupsPage(thumbnails, settings, never)
    qtbot.addWidget(page)
    assert page.question.compare.isEnabled()
    assert not page.question.compare.toolTip()
    thumbnails.close()


@pytest.mark.parametrize("width_px", [540, 700, 1080])
def test_no_choice_is_cut_off_in_a_narrow_window(width_px: int, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    asking = Question(never, page)
    page.show()
    asking.resize(1080, 200)
    asking.resize(width_px, 200)
    asking.show()
    QApplication.processEvents()
    whole = (*asking.evidence.findChildren(QPushButton), asking.smaller, asking.compare)
    for one in whole:
        place = one.mapTo(asking, one.rect().bottomRight())
        assert one.width() >= one.sizeHint().width()
        assert place.x() < width_px
    places = [QRect(one.mapTo(asking, QPoint()), one.size()) for one in whole]
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def test_folders(page: BackupsPage, compared: ShownComparison, qtbot: QtBot) -> None:
    page.set_compared(compared)
    tree = page.answer.tree
    assert page.answer.summary.text().startswith(
        "2 of 4 photos are in the library · 1 photo missing"
    )
    top = tree.folders.index(0, 0)
    inside = tree.folders.index(0, 0, top)
    assert [top.siblingAtColumn(column).data() for column in range(3)] == [
        "old",
        "Some missing",
        "2 of 4",
    ]
    assert inside.data() == "in"
    assert shown(page) == ["three.jpg"]
    tree.setCurrentIndex(inside)
    page.answer.pane.statuses.button(CoverageStatus.COVERED).click()
    assert shown(page) == ["one small.jpg"]
    assert page.answer.pane.evidence.text() == "Re-encoded"
    page.answer.pane.statuses.button(CoverageStatus.SMALLER).click()
    assert shown(page) == ["two.jpg"]
    looked = requested(page, "look_at")
    qtbot.keyClick(page.answer.pane.grid, Qt.Key.Key_Return)
    qtbot.mouseClick(page.answer.pane.compare, Qt.MouseButton.LeftButton)
    assert [Path(one.place.file.path).name for one in looked] == ["two.jpg", "two.jpg"]


def test_names_of_folders_are_seen_in_a_narrow_window(
    page: BackupsPage, compared: ShownComparison
) -> None:
    page.resize(1500, 700)
    page.set_compared(compared)
    QApplication.processEvents()
    tree = page.answer.tree
    assert not any(tree.isColumnHidden(column) for column in range(4))
    for width_px in (840, 740, 640):
        page.resize(width_px, 560)
        QApplication.processEvents()
        assert tree.columnWidth(0) >= 20 * tree.fontMetrics().averageCharWidth()
        assert not tree.isColumnHidden(1)
    assert tree.isColumnHidden(2)
    page.resize(1500, 700)
    QApplication.processEvents()
    assert not tree.isColumnHidden(2)


def test_overlap(page: BackupsPage, compared: ShownComparison, qtbot: QtBot) -> None:
    page.set_compared(compared)
    asked = requested(page, "look_behind")
    choose(page, BackupsView.OVERLAP, qtbot)
    assert set(asked) == {(1, 0)}
    model = page.answer.matrix.overlaps
    cells = [[model.index(row, column).data() for column in range(2)] for row in range(2)]
    assert cells == [["0 only here", "100 %"], ["50 %", "2 only here"]]
    page.set_behind(0, 1, in_groups(compared.comparison.photos))  # another cell's: too late
    assert shown(page) == ["three.jpg"]
    page.set_behind(1, 0, in_groups(compared.comparison.photos[:1]))
    assert shown(page) == ["one small.jpg"]


def test_the_names_of_pairs_have_room_where_the_table_is_narrowest(qtbot: QtBot) -> None:
    table = PairTable()
    qtbot.addWidget(table)
    table.resize(table.minimumWidth(), 100)
    table.show()
    name_px = table.fontMetrics().horizontalAdvance("Camera")
    assert min(table.columnWidth(column) for column in range(2)) > name_px
    assert table.columnViewportPosition(3) + table.columnWidth(3) <= table.viewport().width()


def test_pairs_are_accepted(page: BackupsPage, compared: ShownComparison, qtbot: QtBot) -> None:
    page.set_compared(compared)
    choose(page, BackupsView.PAIRS, qtbot)
    table = page.answer.pairs
    rows = [table.pairs.index(row, 0).data() for row in range(table.pairs.rowCount())]
    assert rows == ["in", "old"]
    assert not page.bar.set_accepted_aside.isEnabled()
    assert not page.answer.accept_all.isVisible()  # nothing is identical in the first pair
    table.setCurrentIndex(table.pairs.index(1, 0))
    qtbot.mouseClick(page.answer.accept_all, Qt.MouseButton.LeftButton)
    assert page.bar.set_accepted_aside.text() == "Set 1 accepted photo aside…"
    table.setCurrentIndex(table.pairs.index(0, 0))
    page.answer.pane.statuses.button(CoverageStatus.SMALLER).click()
    qtbot.mouseClick(page.answer.pane.accept, Qt.MouseButton.LeftButton)
    asked = requested(page, "set_aside")
    qtbot.mouseClick(page.bar.set_accepted_aside, Qt.MouseButton.LeftButton)
    names = [Path(one.place.file.path).name for one in asked[0]]
    assert names == ["one.jpg", "two.jpg"]
    qtbot.mouseClick(page.answer.pane.accept, Qt.MouseButton.LeftButton)
    assert page.bar.set_accepted_aside.text() == "Set 1 accepted photo aside…"


def test_an_erased_catalog_takes_the_answer_with_it(
    page: BackupsPage, compared: ShownComparison
) -> None:
    page.set_compared(compared)
    page.forget()
    assert page.nothing.isVisible()
    assert not page.bar.retire.isVisible()


def test_nothing_is_done_while_another_answer_is_looked_for(
    page: BackupsPage, compared: ShownComparison
) -> None:
    page.set_compared(compared)
    assert page.bar.copy.isEnabled()
    page.set_copying(True)
    page.set_comparing(True)
    page.set_copying(False)
    assert not page.bar.copy.isEnabled()
    assert not page.bar.retire.isEnabled()
    page.set_comparing(False)
    assert page.bar.copy.isEnabled()


def test_models_obey_qt(
    page: BackupsPage, compared: ShownComparison, qtmodeltester: ModelTester
) -> None:
    page.set_compared(compared)
    for model in (
        page.answer.tree.folders,
        page.answer.matrix.overlaps,
        page.answer.pairs.pairs,
        page.answer.pane.grid.photos,
    ):
        qtmodeltester.check(model)


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_stopped_action_is_continued_or_compared_again(
    folders: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    is_restarted: bool,
) -> None:
    """In the same window the plan that was confirmed goes on; later its proof is made anew."""
    old = folders / "old"
    for name in ("in/one small.jpg", "in/two.jpg", "in/three.jpg"):
        (old / name).unlink()
    (old / "again.jpg").write_bytes(photo(1))
    os.utime(old / "again.jpg", (1_000_000, 1_000_000))
    carry_out = RunningAction.carry_out
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window

        def stop_after_one(action: RunningAction, *given: Any) -> Any:
            done = carry_out(action, *given)
            program.moving.stop()
            return done

        window.show_place("backups")
        window.backups.question.library.add_paths([str(folders / "lib")])
        window.backups.question.backups.add_paths([str(old)])
        with tasks_ended(program, qtbot, "compare"):
            window.backups.question.compare.click()
        qtbot.waitUntil(window.backups.bar.retire.isEnabled, timeout=LIMIT_MS)
        window.backups.bar.retire.click()
        qtbot.waitUntil(lambda: window.plan.steps.rowCount() == 2, timeout=LIMIT_MS)
        monkeypatch.setattr(RunningAction, "carry_out", stop_after_one)
        with tasks_ended(program, qtbot, "act", "compare"):
            window.plan.bar.act.click()
            assert window.place == "backups"
        monkeypatch.setattr(RunningAction, "carry_out", carry_out)
        assert len(list(old.rglob("*.jpg"))) == 1
        line = window.unfinished
        assert line.isVisible()
        if not is_restarted:
            assert line.text.text().endswith("1 is left to be done.")
            with tasks_ended(program, qtbot, "act"):
                button(line, "Continue").click()
            assert list(old.rglob("*.jpg")) == []
            qtbot.waitUntil(lambda: not line.isVisible(), timeout=LIMIT_MS)
    if is_restarted:
        with whole_window(tmp_path / "data", qtbot) as program:
            line = program.window.unfinished
            qtbot.waitUntil(line.isVisible, timeout=LIMIT_MS)
            assert "compare again" in line.text.text()
            with tasks_ended(program, qtbot, "compare"):
                button(line, "Compare again").click()
                assert program.window.place == "backups"
            assert len(list(old.rglob("*.jpg"))) == 1


def test_the_story(folders: Path, tmp_path: Path, qtbot: QtBot) -> None:
    old, lib = folders / "old", folders / "lib"
    before = sorted(path.name for path in old.rglob("*.jpg"))
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        page = window.backups
        window.show_place("backups")
        page.question.library.add_paths([str(lib)])
        page.question.backups.add_paths([str(old)])
        with tasks_ended(program, qtbot, "compare"):
            page.question.compare.click()
        qtbot.waitUntil(lambda: page.bar.copy.isEnabled(), timeout=LIMIT_MS)
        page.bar.copy.click()
        dialog = page._dialog
        assert dialog is not None
        dialog.altered.setChecked(True)
        with tasks_ended(program, qtbot, "copy", "compare"):
            dialog.copy.click()
        assert sorted(path.name for path in (lib / "in").iterdir()) == ["three.jpg", "two.jpg"]
        qtbot.waitUntil(lambda: page.bar.retire.text() == "Retire “old”…", timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: page.bar.retire.isEnabled(), timeout=LIMIT_MS)
        page.bar.retire.click()
        assert window.place == "plan"
        assert window.sidebar.place == "backups"
        qtbot.waitUntil(lambda: window.plan.steps.rowCount() == 4, timeout=LIMIT_MS)
        with tasks_ended(program, qtbot, "act", "compare"):
            window.plan.bar.act.click()
        qtbot.waitUntil(lambda: window.place == "backups", timeout=LIMIT_MS)
        assert list(old.rglob("*.jpg")) == []
        with tasks_ended(program, qtbot, "undo"):
            button(window.notices, "Undo").click()
        assert sorted(path.name for path in old.rglob("*.jpg")) == before
        with tasks_ended(program, qtbot, "undo"):
            window.history.requests.undo(1)  # the copying
        assert list((lib / "in").glob("*")) == []
