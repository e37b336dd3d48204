from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence, Group, Problem, ProblemCode
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.groups.group_view import Shown, Sort
from tests.gui.groups import ROOT, group, pair, photo, results_of
from tests.gui.review.page_stage import Stage, focused, many
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    yield made
    made.close()


def is_empty(stage: Stage) -> bool:
    return stage.page.nothing.isVisible() and not stage.page.list.isVisible()


# Texts of an empty page


def test_before_the_first_scan_the_button_leads_to_the_folders(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.page.folders_requested)
    assert is_empty(stage)
    assert stage.page.nothing.title.text() == "Nothing was scanned yet"
    assert not stage.page.match_kinds.isVisible()
    assert not stage.page.bar.isVisible()
    qtbot.mouseClick(stage.page.nothing.button, LEFT)
    assert len(asked) == 1


def test_while_the_last_results_are_opened_nobody_says_that_there_are_none(stage: Stage) -> None:
    stage.page.set_opening(True)
    assert stage.page.nothing.title.text() == "Opening the last results…"
    assert not stage.page.nothing.button.isVisible()
    stage.page.set_opening(False)
    assert stage.page.nothing.title.text() == "Nothing was scanned yet"
    stage.page.set_opening(True)
    stage.show(many(2))
    assert not is_empty(stage)


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_after_a_scan_that_nobody_watched_the_first_group_is_chosen(
    stage: Stage, is_looked_at: bool
) -> None:
    small = pair("small.jpg")
    large = group(
        photo("library/large.jpg", 9_000_000),
        photo("backup/large.jpg", 9_000_000, evidence=Evidence.SAME_BYTES),
    )
    stage.page.setVisible(is_looked_at)
    stage.page.set_scanning(True)
    stage.show(results_of(small, provisional=True))
    stage.page.set_scanning(False)
    stage.show(results_of(small, large))
    assert stage.page.current_group() == (small if is_looked_at else large)


def test_while_the_first_scan_has_found_nothing_yet(stage: Stage) -> None:
    stage.page.set_scanning(True)
    assert stage.page.nothing.title.text() == "Looking for duplicates…"
    assert not stage.page.nothing.button.isVisible()
    stage.show(many(2, provisional=True))
    assert not is_empty(stage)
    assert not stage.page.bar.choose.isEnabled()
    assert not stage.page.filter.similarity.isEnabled()
    stage.show(many(2))
    stage.page.set_scanning(False)
    assert stage.page.bar.choose.isEnabled()
    assert stage.page.filter.similarity.isEnabled()


def test_when_there_are_no_duplicates(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.page.folders_requested)
    stage.show(replace(results_of(), photos=5))
    assert stage.page.nothing.title.text() == "No duplicates"
    assert stage.page.nothing.text.text() == "Each of 5 photos is there only once."
    qtbot.mouseClick(stage.page.nothing.button, LEFT)
    assert len(asked) == 1


def test_when_the_filter_leaves_all_out_it_can_be_cleared(stage: Stage, qtbot: QtBot) -> None:
    stage.show(many(3))
    qtbot.keyClicks(stage.page.filter.field, "elephant")
    assert is_empty(stage)
    assert stage.page.nothing.title.text() == "No group matches"
    assert stage.page.match_kinds.isVisible()
    qtbot.mouseClick(stage.page.nothing.button, LEFT)
    assert not is_empty(stage)
    assert stage.names == ["000.jpg", "001.jpg", "002.jpg"]
    assert stage.page.current_group() is not None


def test_an_empty_match_kind_leads_to_all(stage: Stage, qtbot: QtBot) -> None:
    stage.show(many(3))
    qtbot.mouseClick(stage.page.match_kinds.buttons[MatchKind.EDITED], LEFT)
    assert stage.page.nothing.title.text() == "Nothing in “Edited”"
    qtbot.mouseClick(stage.page.nothing.button, LEFT)
    assert stage.page.match_kinds.buttons[None].isChecked()
    assert len(stage.names) == 3


# Contents of the view


def test_a_match_kind_shows_its_groups(stage: Stage, qtbot: QtBot) -> None:
    stage.show(results_of(pair("a.jpg"), pair("e.jpg", Evidence.EDITED)))
    qtbot.mouseClick(stage.page.match_kinds.buttons[MatchKind.EDITED], LEFT)
    assert stage.names == ["e.jpg"]
    assert stage.cards.group is stage.page.current_group()


def test_state_order_and_direction(stage: Stage, qtbot: QtBot) -> None:
    results = results_of(pair("b.jpg", size_bytes=10), pair("a.jpg", size_bytes=5))
    stage.show(results)
    stage.page.filter.order.setFocus()
    while stage.page.filter.sort is not Sort.NAME:
        qtbot.keyClick(stage.page.filter.order, Qt.Key.Key_Down)
    assert stage.names == ["a.jpg", "b.jpg"]
    qtbot.mouseClick(stage.page.filter.reverse, LEFT)
    assert stage.names == ["b.jpg", "a.jpg"]
    stage.marks.keep_all(results.groups[0])
    stage.marks.dismiss(results.groups[1])
    stage.page.filter.state.setFocus()
    shown = {}
    for _ in Shown:
        shown[stage.page.filter.shown] = stage.names
        qtbot.keyClick(stage.page.filter.state, Qt.Key.Key_Down)
    # A group that was decided stays in sight until the view changes.
    assert shown.pop(Shown.ALL) == ["b.jpg", "a.jpg"]
    assert shown == {
        Shown.UNDECIDED: [],
        Shown.DECIDED: ["b.jpg"],
        Shown.DISMISSED: ["a.jpg"],
    }


def test_late_results_of_another_threshold_do_not_move_the_handle(
    stage: Stage, qtbot: QtBot
) -> None:
    asked = catch(stage.page.filter.similarity.threshold_changed)
    stage.show(many(5))
    slider = stage.page.filter.similarity.slider
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Left)
    stage.show(many(5, threshold_bits=9))
    assert (slider.value(), asked) == (7, [9, 7])
    stage.show(many(5, threshold_bits=7))
    assert (slider.value(), slider.maximum()) == (7, 10)


def test_a_scan_says_how_far_the_slider_goes(stage: Stage) -> None:
    slider = stage.page.filter.similarity.slider
    stage.show(many(2, threshold_bits=4))
    assert (slider.maximum(), slider.value()) == (10, 4)
    stage.page.set_scanning(True)
    stage.show(many(2, threshold_bits=6, provisional=True))
    stage.show(many(2, threshold_bits=6))
    stage.page.set_scanning(False)
    assert (slider.maximum(), slider.value()) == (6, 6)


def test_missing_thumbnails_are_asked_for_with_every_result(stage: Stage) -> None:
    stage.show(many(3))
    stage.page.list.viewport().repaint()
    assert stage.thumbnails.asked
    stage.page.set_results(many(3))
    assert stage.thumbnails.asked == []


# Problems

BROKEN = (Problem(f"{ROOT}k.jpg", ProblemCode.DAMAGED),)


def test_problems_open_and_close(stage: Stage, qtbot: QtBot) -> None:
    stage.show(results_of(pair("a.jpg"), problems=BROKEN))
    qtbot.mouseClick(stage.page.bar.problems, LEFT)
    assert stage.page.problems.isVisible()
    stage.page.problems.table.setFocus()
    qtbot.keyClick(stage.page.problems.table, Qt.Key.Key_Escape)
    assert not stage.page.problems.isVisible()
    assert not stage.page.bar.problems.isChecked()
    assert focused() is stage.page.list


def test_the_panel_closes_when_no_problem_is_left(stage: Stage, qtbot: QtBot) -> None:
    stage.show(results_of(pair("a.jpg"), problems=BROKEN))
    qtbot.mouseClick(stage.page.bar.problems, LEFT)
    stage.show(results_of(pair("a.jpg")))
    assert not stage.page.problems.isVisible()
    assert not stage.page.bar.problems.isVisible()


def test_problems_are_told_of_without_duplicates_too(stage: Stage) -> None:
    stage.show(results_of(problems=BROKEN))
    assert stage.page.bar.problems.isVisible()


# State kept between starts


def test_match_kind_order_group_and_width_are_remembered(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    results = results_of(
        *many(9).groups,
        group(photo("x.jpg"), photo("y.jpg", evidence=Evidence.EDITED)),
        group(photo("z.jpg"), photo("w.jpg", evidence=Evidence.EDITED)),
    )
    stage.show(results)
    qtbot.mouseClick(stage.page.match_kinds.buttons[MatchKind.EDITED], LEFT)
    stage.page.filter.show_sort(Sort.NAME)
    stage.page.list.step(1)
    stage.page.splitter.moveSplitter(400, 1)
    assert stage.name == "z.jpg"
    stage.page.hide()
    again = Stage(qtbot, tmp_path)
    again.show(results)
    assert again.page.match_kinds.buttons[MatchKind.EDITED].isChecked()
    assert again.page.filter.sort is Sort.NAME
    assert again.name == "z.jpg"
    assert again.page.splitter.sizes()[0] == stage.page.splitter.sizes()[0]
    again.close()


def test_nonsense_in_the_settings_does_no_harm(qtbot: QtBot, tmp_path: Path) -> None:
    before = Stage(qtbot, tmp_path)
    before.settings.review_match_kind, before.settings.review_sort = "kind", "sort"
    before.settings.review_splitter, before.settings.review_group = b"x", "group"
    stage = Stage(qtbot, tmp_path)
    stage.show(many(2))
    assert stage.name == "000.jpg"
    assert stage.page.match_kinds.buttons[None].isChecked()
    for one in (before, stage):
        one.close()


def test_at_first_the_cards_have_most_of_the_width(stage: Stage) -> None:
    stage.show(many(3))
    left, right = stage.page.splitter.sizes()
    assert 220 <= left <= 330
    assert right > 2 * left


def test_while_a_scan_runs_the_list_comes_before_its_photos(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Group | None] = []
    monkeypatch.setattr(stage.cards, "set_group", told.append)
    stage.page.set_scanning(True)
    stage.show(many(3, provisional=True))
    assert stage.page.current_group() is not None
    assert told == []
    qtbot.waitUntil(lambda: told == [stage.page.current_group()])
    # Where a person goes it is shown at once: what a key decides is what is seen.
    stage.page.next_group()
    assert told[1] is stage.page.current_group()
    stage.show(many(4, provisional=True))
    assert len(told) == 2
    stage.page.set_scanning(False)
    assert told[2] is stage.page.current_group()
    stage.page.next_group()
    assert told[3] is stage.page.current_group()


def test_it_opens_where_one_stopped_even_after_a_kill(qtbot: QtBot, tmp_path: Path) -> None:
    before = Stage(qtbot, tmp_path)
    before.show(many(5))
    before.page.list.choose_row(3)
    group = before.page.current_group()
    assert group is not None
    qtbot.waitUntil(lambda: before.settings.review_group == group.group_id)
    before.close()
    after = Stage(qtbot, tmp_path)
    after.show(many(5))
    assert after.name == "003.jpg"
    after.close()


def test_review_opens_at_the_first_undecided_if_its_group_is_gone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    stage = Stage(qtbot, tmp_path)
    stage.settings.review_group = "gone"
    results = many(5)
    stage.marks.set_results(results)
    stage.marks.accept(results.groups[0])
    stage.marks.accept(results.groups[1])
    stage.page.set_results(results)
    assert stage.name == "002.jpg"
    stage.close()
