"""The overview after a scan: lines with one action each, what is new, and how far one is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from dupefinder.gui.app import Application
from dupefinder.gui.rules.overview_page import OverviewPage
from tests.cli.album import photo
from tests.gui.whole import LIMIT_MS, button, scan_button, tasks_ended, whole_window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two photos that both folders have, and one that only the phone has twice."""
    folder = tmp_path / "album"
    for name, seeds in (("library", (1, 2)), ("Phone & 2014", (1, 2, 3))):
        (folder / name).mkdir(parents=True)
        for seed in seeds:
            (folder / name / f"{seed}.jpg").write_bytes(photo(seed))
    (folder / "Phone & 2014" / "3 (1).jpg").write_bytes(photo(3))
    return folder


def scan(program: Application, qtbot: QtBot) -> None:
    with tasks_ended(program, qtbot, "scan"):
        scan_button(program.window).click()
    qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)


@pytest.fixture
def program(album: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Application]:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album / "library"), str(album / "Phone & 2014")])
        scan(program, qtbot)
        with tasks_ended(program, qtbot, "summary"):
            button(program.window.notices, "Overview").click()
        assert program.window.place == "overview"
        yield program


def texts(page: OverviewPage) -> list[str]:
    return [line.text.text() for line in page.lines]


def test_lines_say_what_was_found_and_where(program: Application) -> None:
    page = program.window.overview
    assert texts(page) == [
        "3 same files",
        "Phone & 2014 ↔ library: 2 same files",
        "Within Phone & 2014: 1 same file",
    ]
    assert page.decided.text() == "0 of 3 groups decided"
    assert not page.show_new.isVisible()


def test_a_line_shows_its_groups(program: Application, qtbot: QtBot) -> None:
    qtbot.mouseClick(program.window.overview.lines[1].show_button, LEFT)
    review = program.window.review
    assert program.window.place == "review"
    assert review.list.groups.rowCount() == 2
    assert [chip.text() for chip in review.filter.chips.chips] == [
        "In Phone && 2014",
        "And in library",
    ]


def test_marks_of_a_line_are_undone_on_the_page(program: Application, qtbot: QtBot) -> None:
    window = program.window
    page, undo = window.overview, window.overview.decisions.undo
    assert not undo.isVisible()
    qtbot.mouseClick(page.lines[1].accept, LEFT)
    assert window.marks.totals()[0] == 2
    assert "2 photos marked as proposed" in page.decisions.told.text()
    qtbot.mouseClick(undo, LEFT)
    assert (window.marks.totals()[0], undo.text()) == (0, "Redo")
    assert window.place == "overview"
    assert page.lines[1].accept.text().startswith("Mark 2 photos · ")
    qtbot.mouseClick(undo, LEFT)
    assert window.marks.totals()[0] == 2
    window.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.review.hasFocus)
    for keys in ("U", "Ctrl+Z"):
        qtbot.keySequence(page.review, keys)
        assert window.marks.totals()[0] == 0
        qtbot.keySequence(page.review, "Ctrl+Shift+Z")
        assert window.marks.totals()[0] == 2


def test_marked_photos_can_be_planned_from_the_page(program: Application, qtbot: QtBot) -> None:
    window = program.window
    page = window.overview
    assert not page.plan.isEnabled()
    qtbot.mouseClick(page.lines[1].accept, LEFT)
    qtbot.mouseClick(page.decisions.undo, LEFT)
    assert not page.plan.isEnabled()
    qtbot.mouseClick(page.lines[1].accept, LEFT)
    with tasks_ended(program, qtbot, "plan"):
        qtbot.mouseClick(page.plan, LEFT)
    assert window.place == "plan"


def test_a_line_says_what_it_would_mark_and_marks_it(program: Application, qtbot: QtBot) -> None:
    page = program.window.overview
    assert page.lines[1].accept.text().startswith("Mark 2 photos · ")
    qtbot.mouseClick(page.lines[1].accept, LEFT)
    assert program.window.marks.totals()[0] == 2
    assert [line.accept.text()[:15] for line in page.lines] == [
        "Mark 1 photo · ",
        "All decided",
        "Mark 1 photo · ",
    ]
    assert page.decided.text() == "2 of 3 groups decided"
    program.window.marks.stack.undo()
    assert page.lines[0].accept.text().startswith("Mark 3 photos · ")


def test_it_can_be_reached_again_from_review(program: Application, qtbot: QtBot) -> None:
    page = program.window.overview
    qtbot.mouseClick(page.review, LEFT)
    assert program.window.place == "review"
    with tasks_ended(program, qtbot, "summary"):
        qtbot.mouseClick(program.window.review.bar.overview, LEFT)
    assert len(page.lines) == 3


def test_it_does_not_sink_down_each_time_that_it_is_opened(
    program: Application, qtbot: QtBot
) -> None:
    page = program.window.overview

    def top_px() -> int:
        return page.lines[0].accept.mapTo(page, QPoint()).y()

    qtbot.waitUntil(lambda: top_px() > 0, timeout=LIMIT_MS)
    first_px = top_px()
    for _again in range(2):
        qtbot.mouseClick(page.review, LEFT)
        with tasks_ended(program, qtbot, "summary"):
            qtbot.mouseClick(program.window.review.bar.overview, LEFT)
        qtbot.waitUntil(lambda: top_px() == first_px, timeout=LIMIT_MS)


def test_groups_new_since_the_last_scan_stand_apart(
    program: Application, album: Path, qtbot: QtBot
) -> None:
    (album / "library" / "4.jpg").write_bytes(photo(4))
    (album / "Phone & 2014" / "4.jpg").write_bytes(photo(4))
    program.window.show_place("folders")
    scan(program, qtbot)
    page = program.window.overview
    with tasks_ended(program, qtbot, "summary"):
        program.window.show_overview()
    assert page.new.text() == "1 group has a photo that is new since the last scan"
    qtbot.mouseClick(page.show_new, LEFT)
    group = program.window.review.current_group()
    assert group is not None
    assert {Path(one.file.path).name for one in group.members} == {"4.jpg"}
    assert program.window.review.list.groups.rowCount() == 1
