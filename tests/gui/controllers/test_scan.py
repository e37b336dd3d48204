"""News of a scan, while it runs and afterwards, also when something gets in its way."""

import os
import threading
import time
from pathlib import Path
from typing import Never

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.records import Group, Problem, ProblemCode
from dupefinder.gui.controllers import results, scan
from dupefinder.gui.results import Results
from dupefinder.gui.results.builder import build_results
from dupefinder.gui.review import shown_marks
from dupefinder.services.findings import Findings
from dupefinder.services.places import FolderStatus
from dupefinder.services.scan import ScanSession
from tests.cli.album import photo, write_album
from tests.gui.whole import LIMIT_MS, button, scan_button, tasks_ended, whole_window


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


def test_the_findings_of_a_scan_are_told(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        scan_button(program.window).click()
        qtbot.waitUntil(lambda: "6 photos" in program.window.notices.text, timeout=LIMIT_MS)
        assert not program.scans.busy
        assert "1 group of" in program.window.notices.text
        # One photo is moved meanwhile, and the drive of another is away.
        window = program.window
        group = window.review.current_group()
        assert group is not None
        paths = [Path(one.file.path) for one in group.members]
        moved = paths[0]
        away = next(path for path in paths if path.parent != moved.parent)
        moved.unlink()
        away.parent.rename(tmp_path / "away")
        for path in (moved, away):
            window.pictures.loaded.emit(str(path), Problem(str(path), ProblemCode.VANISHED))
        qtbot.waitUntil(lambda: f"{moved.name} is no longer" in window.notices.text)
        group = window.review.current_group()
        assert group is not None
        assert {Path(one.file.path) for one in group.members} == {*paths} - {moved}


def test_the_photos_of_a_group_are_shown_before_the_end_is_said(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        shown: list[bool] = []
        set_group = window.cards.set_group

        def note(group: Group | None) -> None:
            shown.append(group is not None and window.strip.isVisible())
            set_group(group)

        monkeypatch.setattr(window.cards, "set_group", note)
        window.add_folders([str(album)])
        scan_button(window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        # Once it is settled, and before that where comparing it in full size took long enough.
        assert shown in ([True], [True, True])
        assert not window.strip.isVisible()
        assert window.notices.text


def test_same_files_are_decided_on_while_a_scan_runs(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By key, in the groups found so far; it holds in those of the end, and can be taken back."""
    for seed in (3, 4):
        for name in ("original", "copy"):
            (album / f"{seed} {name}.jpg").write_bytes(photo(seed))
    for name in ("_FIRST_PROVISIONAL_S", "_PROVISIONAL_EVERY_S", "_PROVISIONAL_SHARE"):
        monkeypatch.setattr(f"dupefinder.core.pipeline.{name}", 0)
    may_end, build = threading.Event(), build_results

    def build_late(findings: Findings) -> Results:
        if not findings.is_provisional:
            assert may_end.wait(LIMIT_MS / 1000)
        return build(findings)

    monkeypatch.setattr(results, "build_results", build_late)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.add_folders([str(album)])
        qtbot.mouseClick(scan_button(window), Qt.MouseButton.LeftButton)
        window.show_place("review")
        listed = window.review.list
        qtbot.waitUntil(lambda: listed.groups.rowCount() == 3, timeout=LIMIT_MS)
        assert program.scans.busy
        assert not window.review.bar.plan.isEnabled()
        qtbot.keyClick(listed, Qt.Key.Key_N)  # past the group that is not settled yet
        qtbot.keyClick(listed, Qt.Key.Key_Return)
        assert window.marks.progress(None) == (1, 0, 3)
        decided = [one.file.path for _, gone in window.marks.removals() for one in gone]
        may_end.set()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        assert program.scans.results is not None
        assert not program.scans.results.provisional
        assert window.marks.progress(None) == (1, 0, 3)
        assert [one.file.path for _, gone in window.marks.removals() for one in gone] == decided
        assert window.review.bar.plan.isEnabled()
        qtbot.keyClick(listed, Qt.Key.Key_U)
        assert window.marks.progress(None) == (0, 0, 3)


def test_a_scan_that_was_paused_before_it_began_is_shown_paused(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, began = threading.Event(), threading.Event()

    def wait_for_drive(*_: object) -> dict[str, FolderStatus]:
        assert drive.wait(LIMIT_MS / 1000)
        return {}

    with whole_window(tmp_path / "data", qtbot) as program:
        monkeypatch.setattr(ScanSession, "folder_status", wait_for_drive)
        strip = program.window.strip
        program.window.add_folders([str(album)])
        scan_button(program.window).click()
        strip.pause.click()
        begin = strip.begin

        def note_begin(kind: str) -> None:
            begin(kind)
            began.set()

        monkeypatch.setattr(strip, "begin", note_begin)
        drive.set()
        qtbot.waitUntil(began.is_set, timeout=LIMIT_MS)
        assert strip.phase.text() == "Paused"
        strip.pause.click()  # it goes on
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)


def test_a_sample_ends_by_itself_and_can_be_gone_on_with(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = threading.Event()

    def wait_for_drive(*_: object) -> dict[str, FolderStatus]:
        assert drive.wait(LIMIT_MS / 1000)
        return {}

    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        monkeypatch.setattr(ScanSession, "folder_status", wait_for_drive)
        monkeypatch.setattr(scan, "_SAMPLE_MS", 0)
        window.add_folders([str(album)])
        assert window.folders.bar.sample.isVisible()
        window.folders.bar.sample.click()
        assert program.scans.busy
        QApplication.processEvents()  # half a minute is over
        drive.set()
        qtbot.waitUntil(lambda: "half a minute" in window.notices.text, timeout=LIMIT_MS)
        assert not program.scans.busy
        assert not window.folders.bar.sample.isVisible()
        assert window.folders.bar.button.text() == "Continue the scan"
    with Catalog.open(tmp_path / "data" / "catalog.sqlite") as catalog:
        catalog.start_scan([str(album)])  # as a power cut leaves it
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        assert "did not come to its end" in window.notices.text
        button(window.notices, "Continue the scan").click()
        qtbot.waitUntil(lambda: "1 group of" in window.notices.text, timeout=LIMIT_MS)
        assert window.folders.bar.button.text() == "Scan again"


def test_a_sample_that_saw_all_tells_what_a_scan_tells(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        program.window.folders.bar.sample.click()
        qtbot.waitUntil(lambda: "1 group of" in program.window.notices.text, timeout=LIMIT_MS)
        assert not program.scans.busy


def test_a_scan_without_findings_says_so(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album / "a")])
        (album / "a" / "one copy.jpg").unlink()
        scan_button(program.window).click()
        qtbot.waitUntil(lambda: "no duplicates" in program.window.notices.text, timeout=LIMIT_MS)
        assert not program.scans.busy


def test_a_drive_that_vanished_is_said(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album), str(tmp_path / "stick")])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(program.window).click()
        texts = []
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        while program.window.notices.text:
            texts.append(program.window.notices.text)
            program.window.notices.close_notice()
        assert any("stick" in text and "no longer there" in text for text in texts)


def test_a_full_disk_is_said(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(catalog: Catalog, *_: object) -> Never:
        raise CatalogNotWritable(tmp_path / "c.sqlite", os.strerror(28))

    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        monkeypatch.setattr(Catalog, "add_contents", fail)
        scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        assert "Is the disk full?" in program.window.notices.text
        assert os.strerror(28) in program.window.notices.text


def test_a_scan_during_which_the_computer_slept_says_so(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        now_s = 1_000_000.0
        monkeypatch.setattr(time, "time", lambda: now_s)
        program.scans._set_busy(True)
        now_s += 5
        program.scans._sleep.beat()
        assert program.window.notices.text == ""
        now_s += 7200 + 5
        program.scans._sleep.beat()
        assert "slept for 2 h 0 min" in program.window.notices.text
        program.scans._set_busy(False)


def test_a_damaged_catalog_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "data").mkdir()
    Catalog.open(tmp_path / "data" / "catalog.sqlite").close()
    with open(tmp_path / "data" / "catalog.sqlite", "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 8000)
    os.unlink(tmp_path / "data" / "catalog.sqlite.lock")
    with whole_window(tmp_path / "data", qtbot) as program:
        assert "was damaged" in program.window.notices.text


def test_an_erased_catalog_is_said(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        with tasks_ended(program, qtbot, "erase"):
            program.window.settings_page.erase.confirmed.emit()
        assert "was erased" in program.window.notices.text


def test_another_order_of_folders_changes_what_is_proposed_at_once(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / name for name in ("library", "phone")]
    for folder in folders:
        folder.mkdir()
        (folder / "one.jpg").write_bytes(photo(1))
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window

        def keeper() -> str:
            group = window.review.current_group()
            return "" if group is None else Path(group.members[0].file.path).parent.name

        window.add_folders([str(folder) for folder in folders])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        with tasks_ended(program, qtbot, "regroup in order"):
            window.folders.list.in_order.click()
        assert keeper() == "library"
        with tasks_ended(program, qtbot, "regroup in order"):
            window.folders.list.rows[0].down.click()
        assert keeper() == "phone"
        with tasks_ended(program, qtbot, "regroup in order"):
            window.folders.list.rows[0].down.click()
        assert keeper() == "library"
        # What is decided while other groups are made is looked for in these once more, if it is
        # much, and not by the window.
        monkeypatch.setattr(shown_marks, "_PLACED_AT_ONCE", 0)
        foresee, foreseen, decided = window.marks.foresee, list[Results](), threading.Event()

        def foresee_before_it_is_decided(found: Results) -> None:
            foresee(found)
            foreseen.append(found)
            assert decided.wait(LIMIT_MS / 1000)

        monkeypatch.setattr(window.marks, "foresee", foresee_before_it_is_decided)
        group = window.review.current_group()
        assert group is not None
        with tasks_ended(program, qtbot, "regroup", "foresee"):
            program.scans.regroup()
            qtbot.waitUntil(lambda: bool(foreseen), timeout=LIMIT_MS)
            window.marks.accept(group)
            decided.set()
        assert program.scans.results is foreseen[0] is foreseen[1]
        assert window.marks.totals()[0] == 1


def test_the_window_opens_with_the_results_that_were_kept(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are reviewed and planned as before; what lies beside the photos is looked at then."""
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        with tasks_ended(program, qtbot, "keep results"):
            program.scans.keep()
        assert program.scans.results is not None
        before = list(program.scans.results.groups)

    def fail(*_: object) -> Never:
        raise AssertionError("groups were made anew")

    reopen = ScanSession.reopen
    monkeypatch.setattr(ScanSession, "reopen", fail)
    with whole_window(tmp_path / "data", qtbot) as program:
        window, results = program.window, program.scans.results
        assert results is not None
        assert results.basis is not None
        assert results.basis.matches is None
        assert list(results.groups) == before
        window.show_place("review")
        qtbot.keyClick(window.review.list, Qt.Key.Key_Return)
        (removal,) = window.marks.removals()
        assert removal[0] == before[0]
        qtbot.mouseClick(window.review.bar.plan, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bool(window.plan.chosen_plan().steps), timeout=LIMIT_MS)
        assert results.basis.matches is not None
        paths = {step.victim.path for step in window.plan.chosen_plan().steps}
        assert paths == {one.file.path for one in removal[1]}
    copy = Path(before[0].members[1].file.path)
    copy.with_suffix(".xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    monkeypatch.setattr(ScanSession, "reopen", reopen)
    with whole_window(tmp_path / "data", qtbot) as program:
        kept = program.scans.results
        assert kept is not None
        assert kept.basis is not None
        assert kept.basis.matches is None
        qtbot.waitUntil(lambda: program.scans.results is not kept, timeout=LIMIT_MS)
        assert program.scans.results is not None
        assert list(program.scans.results.groups) != before
