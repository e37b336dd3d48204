"""The main job from its first click to its last, in the whole window."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.actions import trash_brings_back
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import Outcome, SkipCode, Skipped
from dupefinder.actions.running_action import RunningAction
from dupefinder.core.catalog import Catalog
from dupefinder.core.decisions.marks import Mark
from dupefinder.core.job import JobContext
from dupefinder.gui.app import Application
from dupefinder.gui.main_window import PLACES
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.decisions import DecisionState
from dupefinder.services import planning
from dupefinder.services.scan import ScanSession
from tests.cli.album import photo, write_album
from tests.gui.whole import LIMIT_MS, button, scan_button, whole_window

State = dict[str, tuple[bytes, int]]

AWAY = "moved to the trash" if trash_brings_back() else "set aside"


def state_of(folder: Path) -> State:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def count_of(folder: Path) -> int:
    """The number of files; it may be asked for while files come and go."""
    return sum(len(names) for _folder, _folders, names in os.walk(folder))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


def press(qtbot: QtBot, what: QWidget) -> None:
    """Click it once it can be clicked, as a person does."""
    qtbot.waitUntil(what.isEnabled, timeout=LIMIT_MS)
    qtbot.mouseClick(what, Qt.MouseButton.LeftButton)


def scan(program: Application, album: Path, qtbot: QtBot) -> None:
    program.window.add_folders([str(album)])
    press(qtbot, scan_button(program.window))
    qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
    assert program.scans.results is not None
    qtbot.waitUntil(lambda: "looked at" in program.window.notices.text, timeout=LIMIT_MS)


def kinds(program: Application) -> Callable[[str, int], bool]:
    """Counts jobs that have ended."""
    ended: list[str] = []
    program.tasks.ended.connect(lambda name, _: ended.append(name))
    return lambda kind, times: ended.count(kind) >= times


def test_scan_review_remove_undo(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(album)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        ended = kinds(program)
        assert window.place == "folders"
        with qtbot.waitActive(window):
            window.activateWindow()
        scan(program, album, qtbot)
        # Not to the button that was pressed: it would only scan again.
        assert window.focusWidget() is window.folders.results.button
        press(qtbot, button(window.notices, "Review"))
        assert window.place == "review"
        assert window.review.current_group() is not None

        # Rules say what they would do, and do it.
        bar, rules = window.review.bar, window.rules
        press(qtbot, bar.choose)
        assert window.place == "rules"
        rules.scope.setCurrentIndex(rules.scope.findText("Same file (1 group)"))
        rules.ask_again()
        qtbot.waitUntil(rules.act.isEnabled, timeout=LIMIT_MS)
        assert rules.act.text() == "Mark 1 photo"
        press(qtbot, rules.act)
        assert window.place == "review"
        assert window.marks.totals()[0] == 1

        press(qtbot, bar.plan)
        qtbot.waitUntil(lambda: window.plan.steps.rowCount() == 1, timeout=LIMIT_MS)
        assert window.place == "plan"
        assert state_of(album) == before

        said: list[str] = []
        set_acting = window.history.set_acting

        def note(acting: bool) -> None:
            set_acting(acting)
            said.append(window.history.nothing.title.text())

        monkeypatch.setattr(window.history, "set_acting", note)
        press(qtbot, window.plan.bar.act)
        qtbot.waitUntil(lambda: ended("reopen", 1), timeout=LIMIT_MS)
        assert said[0] == "An action is running"
        assert window.history.nothing.title.text() == "Nothing was removed yet"
        assert len(state_of(album)) == len(before) - 1
        assert window.place == "review"
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert window.marks.totals() == (0, 0)
        assert f"1 file {AWAY}" in window.notices.text

        press(qtbot, button(window.notices, "Undo"))
        qtbot.waitUntil(lambda: ended("reopen", 2), timeout=LIMIT_MS)
        assert state_of(album) == before
        # The whole action was taken back, and with it that its marks were used up.
        qtbot.waitUntil(lambda: window.marks.totals()[0] == 1, timeout=LIMIT_MS)

        window.show_place("history")
        qtbot.waitUntil(lambda: window.history.steps.rowCount() == 1, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: not window.history.undo.isEnabled(), timeout=LIMIT_MS)


def test_files_not_brought_back_say_why(tmp_path: Path, qtbot: QtBot) -> None:
    away = (
        Skipped("/a.jpg", SkipCode.TRASH_AWAY, "/t"),
        Skipped("/b.jpg", SkipCode.TRASH_AWAY, "/t"),
    )
    skipped = (Skipped("/c.jpg", SkipCode.NOT_UNDERSTOOD, "state"), *away)
    with whole_window(tmp_path / "data", qtbot) as program:
        program.history._undone(Outcome(1, (), 0, skipped))
        assert program.window.notices.text == (
            "0 files brought back, 3 not. Its trash is not connected, or was removed (/t)."
            " Connect the drive with its trash, then try again."
        )
        program.history._undone(Outcome(1, ("/a.jpg",), 9, ()))
        assert program.window.notices.text == "1 file brought back"


def test_a_plan_of_results_that_are_gone_is_left(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        window.show_place("review")
        qtbot.keyClick(window.review.list, Qt.Key.Key_K)
        press(qtbot, window.review.bar.plan)
        assert window.place == "plan"
        program.scans._erased()
        qtbot.waitUntil(lambda: window.place == "review", timeout=LIMIT_MS)
        assert window.plan.steps.rowCount() == 0


def test_a_plan_that_was_stopped_is_left(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        window.show_place("review")
        qtbot.keyClick(window.review.list, Qt.Key.Key_K)
        making = Event()

        def plan_for_ever(*arguments: object) -> None:
            (context,) = [one for one in arguments if isinstance(one, JobContext)]
            making.set()
            while True:
                context.checkpoint()

        monkeypatch.setattr(planning, "plan_removals", plan_for_ever)
        press(qtbot, window.review.bar.plan)
        qtbot.waitUntil(making.is_set, timeout=LIMIT_MS)
        press(qtbot, button(window.plan.bar, "Stop"))
        qtbot.waitUntil(lambda: window.place == "review", timeout=LIMIT_MS)


def test_history_brings_back_after_a_restart(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    before = state_of(album)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        window.show_place("review")
        group = window.review.current_group()
        assert group is not None
        qtbot.keyClick(window.review.list, Qt.Key.Key_K)
        marked = window.marks.totals()[0]
        assert marked == len(group.members) - 1
        qtbot.keyClick(window.review.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(
            lambda: len(window.plan.steps.columns.plan.steps) == marked, timeout=LIMIT_MS
        )
        press(qtbot, window.plan.bar.act)
        qtbot.waitUntil(lambda: count_of(album) == len(before) - marked, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert window.marks.totals() == (0, 0)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.show_place("history")
        qtbot.waitUntil(lambda: window.history.steps.rowCount() == marked, timeout=LIMIT_MS)
        press(qtbot, window.history.undo)
        qtbot.waitUntil(lambda: count_of(album) == len(before), timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert state_of(album) == before
        # And with the photos their marks.
        qtbot.waitUntil(lambda: window.marks.totals()[0] == marked, timeout=LIMIT_MS)


def test_a_start_reads_no_files_of_what_was_done_before(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        program.window.show_place("review")
        qtbot.keyClick(program.window.review.list, Qt.Key.Key_K)
        press(qtbot, program.window.review.bar.plan)
        qtbot.waitUntil(lambda: program.window.plan.steps.rowCount() > 0, timeout=LIMIT_MS)
        press(qtbot, program.window.plan.bar.act)
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        scan(program, album, qtbot)
    read: list[str] = []
    for name in ("actions", "steps"):
        method = getattr(Journal, name)

        def reading(journal: Journal, *numbers: int, method: Any = method) -> Any:
            read.append(method.__name__)
            return method(journal, *numbers)

        monkeypatch.setattr(Journal, name, reading)
    moved = Journal.moved_since
    found: list[list[str]] = []

    def moved_since(journal: Journal, since_ns: int) -> list[str]:
        found.append(moved(journal, since_ns))
        return found[-1]

    monkeypatch.setattr(Journal, "moved_since", moved_since)
    with whole_window(tmp_path / "data", qtbot) as program:
        qtbot.waitUntil(lambda: bool(found), timeout=LIMIT_MS)
        assert found == [[]]  # all of it was over when the last scan began
        assert read == []
        program.window.show_place("history")
        qtbot.waitUntil(lambda: program.window.history.steps.rowCount() > 0, timeout=LIMIT_MS)
        assert read == ["actions", "steps"]


def test_marks_and_results_survive_a_restart(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        group = program.window.review.current_group()
        assert group is not None
        assert program.window.marks.keep_only(group, group.members[1])
        said = [program.window.marks.mark_of(member) for member in group.members]
    with whole_window(tmp_path / "data", qtbot) as program:
        qtbot.waitUntil(lambda: program.scans.results is not None, timeout=LIMIT_MS)
        again = program.window.review.current_group()
        assert again is not None
        qtbot.waitUntil(
            lambda: [program.window.marks.mark_of(one) for one in again.members] == said,
            timeout=LIMIT_MS,
        )
        assert said.count(Mark.KEEP) == 1


def test_after_an_update_that_reads_photos_anew_another_scan_is_asked_for(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
    with Catalog.open(tmp_path / "data" / "catalog.sqlite") as catalog, catalog.transaction():
        catalog._write("UPDATE contents SET fingerprint_version = 0")
    with whole_window(tmp_path / "data", qtbot) as program:
        assert program.scans.results is None
        assert "of an earlier version" in program.window.notices.text
        scan(program, album, qtbot)
        assert program.scans.results is not None
        assert program.scans.results.groups
        while notice := program.window.notices.text:
            assert "of an earlier version" not in notice
            program.window.notices.close_notice()


def test_another_similarity_keeps_decisions(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        ended = kinds(program)
        scan(program, album, qtbot)
        window.show_place("review")
        group = window.review.current_group()
        assert group is not None
        window.marks.keep_only(group, group.members[0])
        marked = window.marks.totals()
        window.review.filter.similarity.slider.setValue(0)
        qtbot.waitUntil(lambda: ended("regroup", 1), timeout=LIMIT_MS)
        assert program.scans.results is not None
        assert program.scans.results.threshold_bits == 0
        assert window.marks.totals() == marked


def test_a_scan_is_paused_gone_on_with_and_stopped(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.add_folders([str(album)])
        press(qtbot, scan_button(program.window))
        program.scans.strip.pause()
        assert window.strip.isVisible()
        window.strip.requests.stop()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: not window.strip.isVisible(), timeout=LIMIT_MS)
        # And once more, to its end.
        press(qtbot, scan_button(program.window))
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        assert program.scans.results is not None
        counts = program.scans.results.kind_counts(program.window.review.list.groups.passing())
        assert counts[MatchKind.SAME_BYTES].photos == 1


def test_closing_in_mid_scan_keeps_what_was_done(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        press(qtbot, scan_button(program.window))
    with whole_window(tmp_path / "data", qtbot) as program:
        press(qtbot, scan_button(program.window))
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        assert program.scans.results is not None


def test_keys_lead_to_every_place(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        for number, place in enumerate(PLACES, 1):
            qtbot.keyClick(
                window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier
            )
            assert window.place == place
        qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        assert window.place == "help"


def test_compare_and_back_to_the_same_place(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        window.show_place("review")
        group = window.review.current_group()
        qtbot.keyClick(window.review.list, Qt.Key.Key_C)
        assert window.place == "compare"
        qtbot.keyClick(window.compare, Qt.Key.Key_Escape)
        assert window.place == "review"
        assert window.review.current_group() is group


def test_a_folder_given_at_the_start_is_there(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.show_place("help")
        program.window.add_folders([str(album)])
        assert program.window.place == "folders"
        assert program.window.folders.folder_paths() == [str(album)]


def test_a_damaged_journal_is_told_of(tmp_path: Path, qtbot: QtBot) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "journal.sqlite").write_bytes(b"damaged" * 1000)
    for is_new in (True, False):
        with whole_window(data, qtbot) as program:
            notices, nothing = program.window.notices, program.window.history.nothing
            assert notices.isVisible() == is_new
            if is_new:
                assert "journal was damaged" in notices.accessibleName()
            program.window.show_place("history")
            assert nothing.title.text() == "Earlier actions are no longer known"
            (aside,) = data.glob("journal.damaged-*.sqlite")
            assert aside.name in nothing.text.text()


def mark_and_plan(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.show_place("review")
    window.marks.accept_groups(np.arange(len(window.marks.states)))
    assert window.marks.totals()[0] > 1
    press(qtbot, window.review.bar.plan)
    qtbot.waitUntil(lambda: window.plan.steps.rowCount() > 1, timeout=LIMIT_MS)


class Stopping:
    """Lets an action be stopped, or the program end, once a first photo is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.first_done, self.may_go_on = Event(), Event()
        carry_out = RunningAction.carry_out

        def note(action: RunningAction, *given: Any) -> Any:
            done = carry_out(action, *given)
            self.first_done.set()
            assert self.may_go_on.wait(LIMIT_MS / 1000)
            return done

        monkeypatch.setattr(RunningAction, "carry_out", note)

    def act_on_first(self, program: Application, qtbot: QtBot) -> None:
        """Carry out the plan on show until its first photo is done."""
        press(qtbot, program.window.plan.bar.act)
        assert self.first_done.wait(LIMIT_MS / 1000)
        qtbot.waitUntil(lambda: program.moving.is_moving, timeout=LIMIT_MS)


def test_a_photo_that_came_back_alone_is_not_marked_again_with_the_rest(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        ended = kinds(program)
        scan(program, album, qtbot)
        mark_and_plan(program, qtbot)
        gone = [step.victim.path for step in window.plan.steps.columns.plan.steps]
        press(qtbot, window.plan.bar.act)
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert window.marks.totals() == (0, 0)
        program.history.undo(1, gone[0])
        qtbot.waitUntil(lambda: ended("reopen", 2), timeout=LIMIT_MS)
        assert window.marks.totals() == (0, 0)
        program.history.undo(1)
        qtbot.waitUntil(lambda: ended("reopen", 3), timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: window.marks.totals()[0] > 0, timeout=LIMIT_MS)
        marked = [one.file.path for _, photos in window.marks.removals() for one in photos]
        assert sorted(marked) == sorted(gone[1:])


@pytest.mark.parametrize("end", ["stop", "close"])
def test_an_action_that_was_stopped_is_told_and_gone_on_with(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    stopping = Stopping(monkeypatch)
    data = tmp_path / "data"
    with whole_window(data, qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        mark_and_plan(program, qtbot)
        photos = window.plan.steps.rowCount()
        stopping.act_on_first(program, qtbot)
        if end == "stop":
            program.moving.stop()
        else:
            window.close()
            (question,) = window.findChildren(QMessageBox)
            assert window.isVisible()
            window.close()  # is asked once
            assert window.findChildren(QMessageBox) == [question]
            program.ending.connect(program.moving.stop)
            program.ending.connect(stopping.may_go_on.set)
            press(qtbot, button(question, "Stop and close"))
        stopping.may_go_on.set()
        if end == "stop":
            qtbot.waitUntil(window.unfinished.isVisible, timeout=LIMIT_MS)
            go_on(program, qtbot, photos)
    if end == "close":
        with whole_window(data, qtbot) as program:
            qtbot.waitUntil(program.window.unfinished.isVisible, timeout=LIMIT_MS)
            qtbot.waitUntil(lambda: program.scans.results is not None, timeout=LIMIT_MS)
            assert program.window.place == "folders"
            go_on(program, qtbot, photos)


def go_on(program: Application, qtbot: QtBot, photos: int) -> None:
    window = program.window
    line = window.unfinished
    assert line.text.text().startswith(f"1 of {photos} photos were {AWAY} before")
    qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.marks.totals()[0] == photos - 1, timeout=LIMIT_MS)
    press(qtbot, line.go_on)
    qtbot.waitUntil(lambda: window.marks.totals()[0] == 0, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
    assert not line.isVisible()
    assert window.place == "review"


def test_other_groups_are_decided_while_photos_are_moved(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = Stopping(monkeypatch)
    for name in ("three.jpg", "three copy.jpg"):
        (album / name).write_bytes(photo(3))
        an_hour_ago_ns = time.time_ns() - 3600 * 10**9
        os.utime(album / name, ns=(an_hour_ago_ns, an_hour_ago_ns))
    with whole_window(tmp_path / "data", qtbot) as program:
        window, marks = program.window, program.window.marks
        scan(program, album, qtbot)
        window.show_place("review")
        moving = window.review.current_group()
        assert moving is not None
        qtbot.keyClick(window.review.list, Qt.Key.Key_K)
        press(qtbot, window.review.bar.plan)
        qtbot.waitUntil(lambda: window.plan.steps.rowCount() > 0, timeout=LIMIT_MS)
        press(qtbot, window.plan.bar.act)
        assert window.place == "review"
        assert window.moving.isVisible()
        assert stopping.first_done.wait(LIMIT_MS / 1000)

        # The group says what becomes of it, and takes no mark.
        assert window.cards.deciding.states(range(2))[1] is DecisionState.MOVING
        assert window.review.list.groups.state_text(0) == "being removed"
        qtbot.keyClick(window.review.list, Qt.Key.Key_A)
        assert "being removed" in window.cards.row.cards[0].note
        # Another one does, and cannot be planned before the end.
        qtbot.keyClick(window.review.list, Qt.Key.Key_Down)
        other = window.review.current_group()
        assert other is not None
        assert other is not moving
        qtbot.keyClick(window.review.list, Qt.Key.Key_K)
        count = window.marks.totals()[0]
        assert count == len(other.members) - 1
        assert not window.review.bar.plan.isEnabled()

        stopping.may_go_on.set()
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert not window.moving.isVisible()
        assert marks.totals()[0] == count
        assert window.review.bar.plan.isEnabled()
        now = (
            [one.group_id for one in program.scans.results.groups] if program.scans.results else []
        )
        assert other.group_id in now
        qtbot.keyClick(window.review.list, Qt.Key.Key_U)
        assert marks.totals()[0] == 0


def test_photos_kept_after_a_stop_are_not_continued_with(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = Stopping(monkeypatch)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        mark_and_plan(program, qtbot)
        stopping.act_on_first(program, qtbot)
        program.moving.stop()
        stopping.may_go_on.set()
        qtbot.waitUntil(window.unfinished.isVisible, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert len(window.marks.removals()) > 0
        for group, _ in window.marks.removals():
            assert window.marks.keep_all(group)
        before = state_of(album)
        press(qtbot, window.unfinished.go_on)
        qtbot.waitUntil(
            lambda: window.plan.nothing.title.text() == "No photo is marked", timeout=LIMIT_MS
        )
        assert state_of(album) == before


def test_keeping_on_lets_the_action_come_to_its_end(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = Stopping(monkeypatch)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        scan(program, album, qtbot)
        mark_and_plan(program, qtbot)
        stopping.act_on_first(program, qtbot)
        window.close()
        (question,) = window.findChildren(QMessageBox)
        press(qtbot, button(question, "Keep going"))
        stopping.may_go_on.set()
        qtbot.waitUntil(lambda: not program.moving.is_moving, timeout=LIMIT_MS)
        assert window.isVisible()
        assert not window.unfinished.isVisible()


def test_a_stopped_scan_offers_to_go_on(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Event()
    scanned: list[object] = []

    def wait_for_stop(_: ScanSession, options: object, context: JobContext, *__: object) -> None:
        scanned.append(options)
        context.pause()
        begun.set()
        context.checkpoint()

    monkeypatch.setattr(ScanSession, "scan", wait_for_stop)
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        press(qtbot, scan_button(program.window))
        for times in (1, 2):
            assert begun.wait(LIMIT_MS / 1000)
            begun.clear()
            program.window.strip.requests.stop()
            qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
            assert len(scanned) == times
            if times == 1:
                press(qtbot, button(program.window.notices, "Continue the scan"))
    assert scanned[0] == scanned[1]


def test_history_shows_an_action_after_it_was_seen_empty(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        history = window.history
        window.show_place("history")
        qtbot.waitUntil(history.nothing.isVisible, timeout=LIMIT_MS)
        scan(program, album, qtbot)
        mark_and_plan(program, qtbot)
        press(qtbot, window.plan.bar.act)
        assert window.review.decisions.told.text() == ""  # what went is not unmarked any more
        assert not window.review.decisions.undo.isVisible()
        assert window.review.bar.total.text().endswith("being removed")
        qtbot.waitUntil(lambda: not program.removals.is_acting, timeout=LIMIT_MS)
        assert window.place == "review"
        window.show_place("history")
        qtbot.waitUntil(lambda: history.steps.rowCount() > 0, timeout=LIMIT_MS)
        assert history.table.isVisible()
        assert not history.nothing.isVisible()
