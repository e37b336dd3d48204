"""Decisions about photos, from the click to the next start."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark, MarkStore
from dupefinder.core.records import Role
from dupefinder.gui.app import Application
from dupefinder.gui.history.page import HistoryPart
from dupefinder.services.findings import Findings
from dupefinder.services.scan import ScanSession
from tests.core.pictures import jpeg
from tests.core.test_pipeline import lettered, picture
from tests.gui.whole import LIMIT_MS, button, scan_button, tasks_ended, whole_window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for name, quality in (("a.jpg", 95), ("b.jpg", 60), ("sub/c.jpg", 80)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(jpeg(picture(1), quality=quality))
        # A file that was changed a moment ago may still be being written, and is left.
        os.utime(folder / name, (1_600_000_000, 1_600_000_000))
    return folder


def groups(program: Application) -> list[list[str]]:
    results = program.scans.results
    assert results is not None
    return sorted(
        sorted(os.path.basename(one.file.path) for one in group.members) for group in results.groups
    )


def wait_for(qtbot: QtBot, program: Application, wanted: list[list[str]]) -> None:
    qtbot.waitUntil(lambda: groups(program) == wanted, timeout=LIMIT_MS)


@contextmanager
def scanned(photos: Path, data: Path, qtbot: QtBot) -> Iterator[Application]:
    with whole_window(data, qtbot) as program:
        program.window.add_folders([str(photos)])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        program.window.show_place("review")
        yield program


ALL = [["a.jpg", "b.jpg", "c.jpg"]]


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key) -> None:
    qtbot.keyClick(widget, key)


def choose(program: Application, name: str) -> None:
    cards = program.window.cards
    assert cards.group is not None
    names = [os.path.basename(one.file.path) for one in cards.group.members]
    cards.deciding.choose(names.index(name))


def test_a_photo_is_taken_out_by_a_key_and_comes_back_by_another(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        assert groups(program) == ALL
        # A decided group, too, has all its photos again.
        press(qtbot, program.window.review.list, Qt.Key.Key_A)
        choose(program, "a.jpg")
        press(qtbot, program.window.review.list, Qt.Key.Key_X)
        wait_for(qtbot, program, [["b.jpg", "c.jpg"]])
        assert "taken out" in program.window.review.decisions.told.text()
        press(qtbot, program.window.review.list, Qt.Key.Key_U)
        wait_for(qtbot, program, ALL)
        card = program.window.cards.row.cards[1]
        assert card.member is not None
        taken_out = os.path.basename(card.member.file.path)
        (entry,) = (one for one in card.menu().actions() if one.text() == "Does not belong here")
        entry.trigger()
        left = [sorted({"a.jpg", "b.jpg", "c.jpg"} - {taken_out})]
        wait_for(qtbot, program, left)
    # The next start, and the next scan.
    with scanned(photos, tmp_path / "data", qtbot) as program:
        assert groups(program) == left


def test_photos_called_different_are_listed_and_allowed_again(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        qtbot.keyClick(program.window.review.list, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
        assert groups(program) == ALL  # until it is grouped anew, to be taken back at once
    with scanned(photos, tmp_path / "data", qtbot) as program:
        assert groups(program) == []
        window = program.window
        window.show_place("history")
        assert not window.history.different.rows
        with tasks_ended(program, qtbot, "list separations"):
            qtbot.mouseClick(window.history.part.button(HistoryPart.DIFFERENT), LEFT)
        (row,) = window.history.different.rows
        assert all(name in row.title.text() for name in ("a.jpg", "b.jpg", "c.jpg"))
        assert row.date.text()
        with tasks_ended(program, qtbot, "list separations"):
            qtbot.mouseClick(button(row, "Allow as duplicates again"), LEFT)
        wait_for(qtbot, program, ALL)
        assert not window.history.different.rows
        assert window.history.different.nothing.isVisible()
        # Said too early, it is said once more.
        with tasks_ended(program, qtbot, "list separations"):
            qtbot.mouseClick(button(window.notices, "Undo"), LEFT)
        wait_for(qtbot, program, [])
        assert len(window.history.different.rows) == 1


def test_a_group_just_dismissed_is_shown_once_allowed_again(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        window = program.window
        (group,) = program.scans.results.groups if program.scans.results else ()
        window.marks.dismiss(group)
        window.show_place("history")
        with tasks_ended(program, qtbot, "list separations"):
            qtbot.mouseClick(window.history.part.button(HistoryPart.DIFFERENT), LEFT)
        (row,) = window.history.different.rows
        with tasks_ended(program, qtbot, "list separations", "regroup"):
            qtbot.mouseClick(button(row, "Allow as duplicates again"), LEFT)
        assert groups(program) == ALL
        assert not window.marks.is_dismissed(group)


def test_a_dismissal_is_taken_back_also_where_groups_were_made_since(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        with tasks_ended(program, qtbot, "keep separation"):
            qtbot.keyClick(
                program.window.review.list, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier
            )
        program.scans.regroup()
        wait_for(qtbot, program, [])
        program.window.marks.stack.undo()
        wait_for(qtbot, program, ALL)
        assert program.scans.results is not None
        assert not program.window.marks.is_dismissed(program.scans.results.groups[0])


def test_a_group_is_matched_more_strictly_and_as_before(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (photos / "d.jpg").write_bytes(jpeg(lettered(picture(1)), quality=80))
    with scanned(photos, tmp_path / "data", qtbot) as program:
        (found,) = groups(program)
        assert program.scans.results is not None
        (group,) = program.scans.results.groups
        bits = {os.path.basename(one.file.path): one.distance_bits or 0 for one in group.members}
        widest = max(bits.values())
        assert widest > 0
        review = program.window.review
        press(qtbot, review.list, Qt.Key.Key_A)
        press(qtbot, review.list, Qt.Key.Key_T)
        wait_for(qtbot, program, [sorted(name for name in found if bits[name] < widest)])
        card = program.window.cards.row.cards[0]
        (again,) = (
            one for one in card.menu().actions() if one.text().startswith("Match this group as")
        )
        again.trigger()
        wait_for(qtbot, program, [found])
        press(qtbot, review.list, Qt.Key.Key_U)
        press(qtbot, review.list, Qt.Key.Key_U)
        wait_for(qtbot, program, [found])


def test_in_compare_the_rest_of_the_group_is_shown(
    photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        window = program.window
        press(qtbot, window.review.list, Qt.Key.Key_C)
        assert window.place == "compare"
        press(qtbot, window.compare, Qt.Key.Key_X)
        qtbot.waitUntil(lambda: groups(program) != ALL, timeout=LIMIT_MS)
        assert window.place == "compare"
        assert window.compare.deciding.group is window.review.current_group()
        with tasks_ended(program, qtbot, "keep separation"):
            qtbot.keyClick(window.compare, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
        program.scans.regroup()
        wait_for(qtbot, program, [])
        assert window.place == "review"


def protected_in(data: Path) -> set[str]:
    with MarkStore.open(data / "decisions.sqlite") as store:
        return store.protected_folders()


def test_protecting_a_folder_changes_proposals_and_marks_at_once(
    photos: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scanned(photos, tmp_path / "data", qtbot) as program:
        window = program.window
        assert program.scans.results is not None
        (group,) = program.scans.results.groups
        (one,) = (each for each in group.members if each.file.path.endswith("c.jpg"))
        assert not one.keep
        window.marks.accept(group)
        assert window.marks.totals()[0] == 2
        with tasks_ended(program, qtbot, "protect"):
            window.add_folders([str(photos / "sub")])
        (row,) = (one for one in window.folders.list.rows if one.choice.path.endswith("sub"))
        with tasks_ended(program, qtbot, "protect"):
            qtbot.mouseClick(row.role.button(Role.PROTECTED), LEFT)
        (group,) = program.scans.results.groups
        (one,) = (each for each in group.members if each.file.path.endswith("c.jpg"))
        assert one.file.protected
        assert window.marks.mark_of(one) is not Mark.REMOVE
        assert window.marks.totals()[0] == 1
        assert protected_in(tmp_path / "data") == {os.path.realpath(photos / "sub")}
        with tasks_ended(program, qtbot, "protect"):
            qtbot.mouseClick(row.role.button(Role.SCAN), LEFT)
        assert window.marks.totals()[0] == 2
        assert protected_in(tmp_path / "data") == set()
        # While the last results are opened, as after a restart.
        with tasks_ended(program, qtbot, "keep results"):
            program.scans.keep()
        clicked, reopen_kept = threading.Event(), ScanSession.reopen_kept

        def reopen_late(
            session: ScanSession, take: Callable[[Findings], object]
        ) -> Findings | None:
            found = reopen_kept(session, take)
            assert found is not None
            assert clicked.wait(LIMIT_MS / 1000)
            return found

        monkeypatch.setattr(ScanSession, "reopen_kept", reopen_late)
        program.scans.results = None
        with tasks_ended(program, qtbot, "open", "protect"):
            program.scans.open_catalog()
            qtbot.mouseClick(row.role.button(Role.PROTECTED), LEFT)
            clicked.set()
        assert window.marks.totals()[0] == 1


def test_photos_brought_back_have_their_marks_again(
    photos: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    with scanned(photos, tmp_path / "data", qtbot) as program:
        window = program.window
        assert program.scans.results is not None
        (group,) = program.scans.results.groups
        window.marks.accept(group)
        marks = {one.file.path: window.marks.mark_of(one) for one in group.members}
        assert sorted(marks.values()) == [Mark.KEEP, Mark.REMOVE, Mark.REMOVE]
        window.review.bar.plan.click()
        qtbot.waitUntil(lambda: window.plan.steps.rowCount() == 2, timeout=LIMIT_MS)
        qtbot.waitUntil(window.plan.bar.act.isEnabled, timeout=LIMIT_MS)
        with tasks_ended(program, qtbot, "act", "reopen"):
            qtbot.mouseClick(window.plan.bar.act, LEFT)
        wait_for(qtbot, program, [])
        assert window.marks.totals() == (0, 0)
        with tasks_ended(program, qtbot, "undo", "reopen"):
            program.history.undo(1)
        wait_for(qtbot, program, ALL)
        assert program.scans.results is not None
        (group,) = program.scans.results.groups
        again = {one.file.path: program.window.marks.mark_of(one) for one in group.members}
        assert again == marks
        assert program.window.marks.totals()[0] == 2
