"""Choosing by rules in the whole window: preview, ties, scope, marks, and no surprise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.gui.app import Application
from dupefinder.gui.results import Results
from dupefinder.review.rules import PRESETS, Criterion, Rule
from tests.cli.album import photo
from tests.gui.whole import LIMIT_MS, scan_button, tasks_ended, whole_window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photos, each in both folders, the second one also under a name of a copy."""
    folder = tmp_path_factory.mktemp("album")
    for name in ("library", "phone"):
        (folder / name).mkdir()
        for seed in (1, 2):
            (folder / name / f"{seed}.jpg").write_bytes(photo(seed))
    (folder / "phone" / "2 (1).jpg").write_bytes(photo(2))
    return folder


@pytest.fixture
def program(album: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Application]:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album / "library"), str(album / "phone")])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        program.window.show_place("review")
        yield program


def open_rules(program: Application, qtbot: QtBot, *rules: Rule, scope: str = "") -> None:
    """Open the page with some rules, and wait for their preview."""
    page = program.window.rules
    with tasks_ended(program, qtbot, "rules"):
        qtbot.mouseClick(program.window.review.bar.choose, LEFT)
        if rules:
            page.rules.set_rules(rules)
        if scope:
            names = [page.scope.itemText(place) for place in range(page.scope.count())]
            (place,) = [place for place, name in enumerate(names) if name.startswith(scope)]
            page.scope.setCurrentIndex(place)
        page.ask_again()
    assert program.window.place == "rules"


def has_picture(item: QListWidgetItem) -> bool:
    """True once the photos of an example are shown in it: empty squares have one colour."""
    picture = item.icon().pixmap(item.listWidget().iconSize()).toImage()
    colours = {picture.pixelColor(x, y).rgb() for x in range(0, 40, 8) for y in range(0, 40, 8)}
    return len(colours) > 1


def marked(program: Application) -> set[str]:
    results: Results | None = program.scans.results
    assert results is not None
    return {
        "/".join(Path(one.file.path).parts[-2:])
        for group in results.groups
        for one in group.members
        if program.window.marks.mark_of(one) is Mark.REMOVE
    }


def test_the_first_preset_marks_what_is_proposed(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot)
    page = program.window.rules
    assert page.preset.currentText() == "As proposed"
    assert page.outcome.text().startswith("3 photos would be marked")
    assert page.act.text() == "Mark 3 photos"
    assert page.examples.count() == 2
    assert page._examples_title.isVisible()
    assert marked(program) == set()
    qtbot.mouseClick(page.act, LEFT)
    assert program.window.place == "review"
    results = program.scans.results
    assert results is not None
    proposed = {
        "/".join(Path(one.file.path).parts[-2:])
        for group in results.groups
        for one in group.members
        if not one.keep
    }
    assert marked(program) == proposed
    program.window.marks.stack.undo()
    assert marked(program) == set()


def test_a_rule_may_prefer_the_other_side(program: Application, qtbot: QtBot) -> None:
    in_phone = Rule(Criterion.PATH_LENGTH)
    open_rules(program, qtbot, in_phone)
    qtbot.mouseClick(program.window.rules.act, LEFT)
    # "phone" is shorter than "library".
    assert marked(program) == {"library/1.jpg", "library/2.jpg", "phone/2 (1).jpg"}


def test_photos_marked_by_rules_can_be_planned(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot, Rule(Criterion.PATH_LENGTH))
    qtbot.mouseClick(program.window.rules.act, LEFT)
    qtbot.mouseClick(program.window.review.bar.plan, LEFT)
    plan = program.window.plan
    qtbot.waitUntil(lambda: plan.steps.rowCount() == 3, timeout=LIMIT_MS)
    assert plan.refused_model.rowCount() == 0


def test_ties_are_counted_shown_and_left_undecided(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot, Rule(Criterion.RESOLUTION))
    page = program.window.rules
    assert page.outcome.text() == "Nothing would be marked."
    assert not page._examples_title.isVisible()
    assert page.ties.text().startswith("2 groups are ties")
    assert not page.act.isEnabled()
    qtbot.mouseClick(page.show_ties, LEFT)
    assert program.window.place == "review"
    assert program.window.review.list.groups.rowCount() == 2
    assert [chip.text() for chip in program.window.review.filter.chips.chips] == ["From the rules"]


def test_groups_that_were_decided_are_left_alone(program: Application, qtbot: QtBot) -> None:
    results = program.scans.results
    assert results is not None
    program.window.marks.keep_all(results.groups[0])
    open_rules(program, qtbot)
    page = program.window.rules
    assert page.decided.text() == "1 group that you decided on is left alone."
    qtbot.mouseClick(page.act, LEFT)
    kept = {one.file.path for one in results.groups[0].members}
    assert kept.isdisjoint(str(album) for album in marked(program))
    assert len(marked(program)) in (1, 2)


def test_rules_may_be_asked_for_the_groups_on_show(program: Application, qtbot: QtBot) -> None:
    qtbot.keyClicks(program.window.review.filter.field, "1.jpg")
    shown = program.window.review.list.groups.rowCount()
    open_rules(program, qtbot, scope="Groups on show")
    assert program.window.rules.scope.currentText() == f"Groups on show ({shown} group)"
    assert program.window.rules.act.text() == "Mark 1 photo"


def test_presets_and_own_rules_are_remembered(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot)
    page = program.window.rules
    page.preset.setFocus()
    with tasks_ended(program, qtbot, "rules"):
        qtbot.keyClick(page.preset, Qt.Key.Key_Down)
    assert page.rules.rules == PRESETS["main-collection"]
    page.rules.rows.setFocus()
    with tasks_ended(program, qtbot, "rules"):
        qtbot.keyClick(page.rules.rows, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert page.preset.currentText() == "My own rules"
    own = (Rule(Criterion.FOLDER_ORDER), Rule(Criterion.PROTECTED), Rule(Criterion.PROPOSAL))
    assert page.rules.rules == own


def test_an_example_leads_to_its_group(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot)
    page = program.window.rules
    first = page.examples.item(0)
    qtbot.waitUntil(lambda: has_picture(first), timeout=LIMIT_MS)
    assert "✕" in first.text()
    assert "✓" in first.text()
    page.examples.itemActivated.emit(first)
    assert program.window.place == "review"
    assert program.window.review.list.groups.rowCount() == 1


def test_escape_leaves_the_page_with_nothing_marked(program: Application, qtbot: QtBot) -> None:
    open_rules(program, qtbot)
    qtbot.keyClick(program.window.rules.rules.rows, Qt.Key.Key_Escape)
    assert program.window.place == "review"
    assert marked(program) == set()
