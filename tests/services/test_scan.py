import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dupefinder.core import pipeline
from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import Cancelled, CatalogInUse, is_gone
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Group
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Findings
from dupefinder.services.places import lost_folders
from dupefinder.services.scan import ScanSession
from tests.cli.album import write_album


class Stage:
    """A session, and what it told while it scanned."""

    def __init__(self, catalog_path: Path) -> None:
        self.catalog = OpenCatalog(catalog_path)
        self.session = ScanSession(self.catalog)
        self.told: list[Findings] = []

    def scan(self, options: Options) -> pipeline.Report:
        return self.session.scan(options, JobContext(), self.told.append)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path / "c.sqlite")
    yield stage
    stage.catalog.close()


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Stage]:
    """The same after another start, once the first one is closed."""
    stage = Stage(tmp_path / "c.sqlite")
    yield stage
    stage.catalog.close()


def options_for(folder: Path, threshold_bits: int = 10) -> Options:
    return Options(
        ScanOptions((FolderChoice(str(folder)),)), MatchOptions(threshold_bits=threshold_bits), 2
    )


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


def names(groups: Sequence[Group]) -> list[set[str]]:
    return [{Path(one.file.path).name for one in group.members} for group in groups]


FOUND = [{"one.jpg", "one copy.jpg", "one.png", "one small.jpg", "turned.jpg"}]


def test_a_scan_brings_findings(stage: Stage, album: Path) -> None:
    report = stage.scan(options_for(album))
    assert names(stage.told[-1].groups) == FOUND
    assert not stage.told[-1].is_provisional
    assert stage.told[-1].is_settled
    assert report.photos == 6


def test_the_last_results_open_without_the_photos(stage: Stage, again: Stage, album: Path) -> None:
    stage.scan(options_for(album))
    stage.catalog.close()
    shutil.rmtree(album)  # no folder is looked at
    reopened = again.session.reopen(JobContext())
    assert reopened is not None
    assert reopened.groups == stage.told[-1].groups


def test_before_the_first_scan_there_are_no_results(stage: Stage) -> None:
    assert stage.session.reopen(JobContext()) is None
    assert stage.session.regroup(3, (), JobContext()) is None


def test_another_threshold_groups_anew_and_is_remembered(
    stage: Stage, again: Stage, album: Path
) -> None:
    stage.scan(options_for(album))
    decided = stage.told[-1].groups
    narrow = stage.session.regroup(0, (), JobContext())
    assert narrow is not None
    assert narrow.threshold_bits == 0
    assert narrow.groups != decided
    pinned = stage.session.regroup(0, decided, JobContext())
    assert pinned is not None
    assert list(pinned.groups) == list(decided)
    stage.catalog.close()
    reopened = again.session.reopen(JobContext())
    assert reopened is not None
    assert reopened.threshold_bits == 0


def test_pairs_that_wait_to_be_judged_are_settled_later(
    stage: Stage, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.scan(options_for(album))
    waiting = [["a pair"]]

    def wanted(*_: object) -> list[str]:
        return waiting.pop() if waiting else []

    monkeypatch.setattr(Matches, "wanted_open", wanted)
    open_still = stage.session.regroup(8, (), JobContext())
    assert open_still is not None
    assert not open_still.is_settled
    settled = stage.session.settle(open_still, (), JobContext())
    assert settled is not None
    assert settled.is_settled
    assert settled.threshold_bits == 8


def test_findings_that_others_came_after_are_not_settled(stage: Stage, album: Path) -> None:
    stage.scan(options_for(album))
    earlier = stage.session.regroup(8, (), JobContext())
    stage.session.regroup(3, (), JobContext())
    assert earlier is not None
    assert stage.session.settle(earlier, (), JobContext()) is None


def test_files_that_were_removed_leave_the_results_and_come_back(stage: Stage, album: Path) -> None:
    shutil.copy(album / "two.jpg", album / "two copy.jpg")
    stage.scan(options_for(album))
    gone = [one.file.path for one in stage.told[-1].groups[0].members if not one.keep]
    assert gone
    assert stage.session.forget(gone)
    assert not stage.session.forget(gone)
    left = stage.session.follow_files(JobContext())
    assert left is not None
    untouched = [
        group
        for group in stage.told[-1].groups
        if all(one.file.path not in gone for one in group.members)
    ]
    assert untouched
    made = {id(group) for group in left.groups}
    assert all(id(group) in made for group in untouched)
    shown = {one.file.path for group in left.groups for one in group.members}
    assert shown
    assert not shown & set(gone)
    assert stage.session.forget(gone, gone=False)
    again = stage.session.follow_files(JobContext())
    assert again is not None
    assert names(again.groups) == [*FOUND, {"two.jpg", "two copy.jpg"}]
    everything = [one.file.path for group in again.groups for one in group.members]
    assert stage.session.forget(everything)
    emptied = stage.session.follow_files(JobContext())
    assert emptied is not None
    assert emptied.groups == []


def test_files_that_may_have_been_moved_are_looked_for_while_the_results_have_them(
    stage: Stage, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.scan(options_for(album))
    gone, there = (one.file.path for one in stage.told[-1].groups[0].members[-2:])
    Path(gone).unlink()
    looked = []

    def look(path: str) -> bool:
        looked.append(path)
        return is_gone(path)

    monkeypatch.setattr("dupefinder.services.scan.is_gone", look)
    asked = [gone, there, str(album / "of another scan.jpg")]
    assert stage.session.forget_moved(asked)
    assert not stage.session.forget_moved(asked)
    assert looked == [gone, there, there]
    findings = stage.session.reopen(JobContext())
    assert findings is not None
    left = {one.file.path for one in findings.groups[0].members}
    assert there in left
    assert gone not in left


def test_groups_appear_while_it_runs_and_stay_when_it_is_stopped(
    stage: Stage, again: Stage, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_FIRST_PROVISIONAL_S", 0.0)
    monkeypatch.setattr("dupefinder.core.reading._BATCH_FILES", 2)
    context = JobContext()

    def stop(findings: Findings) -> None:
        stage.told.append(findings)
        if findings.groups:
            context.cancel()

    with pytest.raises(Cancelled):
        stage.session.scan(options_for(album), context, stop)
    assert stage.told[0].is_provisional
    assert not stage.told[-1].is_provisional
    assert stage.told[-1].groups == next(findings.groups for findings in reversed(stage.told[:-1]))
    stage.catalog.close()
    reopened = again.session.reopen(JobContext())
    assert reopened is not None
    assert reopened.groups == stage.told[-1].groups
    assert again.session.stopped_folders() == (str(album),)
    again.scan(options_for(album))
    assert names(again.told[-1].groups) == FOUND
    assert again.session.stopped_folders() == ()


def test_after_a_scan_that_ended_with_the_window_nothing_is_grouped(
    stage: Stage, again: Stage, album: Path
) -> None:
    context = JobContext()

    def stop(findings: Findings) -> None:
        stage.told.append(findings)
        context.cancel()

    with pytest.raises(Cancelled):
        stage.session.scan(options_for(album), context, stop, lambda: True)
    assert [findings.is_provisional for findings in stage.told] == [True]
    stage.catalog.close()
    reopened = again.session.reopen(JobContext())
    assert reopened is not None
    assert names(reopened.groups) == FOUND


def test_a_folder_that_is_gone_is_told(album: Path, tmp_path: Path) -> None:
    gone = str(tmp_path / "unplugged")
    options = Options(ScanOptions((FolderChoice(str(album)), FolderChoice(gone))))
    assert lost_folders(options) == [gone]


def test_a_catalog_in_use_is_a_fault_that_may_pass(
    stage: Stage, album: Path, tmp_path: Path
) -> None:
    with Catalog.open(tmp_path / "c.sqlite"), pytest.raises(CatalogInUse):
        stage.session.reopen(JobContext())
    assert stage.scan(options_for(album)).photos == 6


def test_a_narrow_similarity_can_be_widened_after_a_restart(
    stage: Stage, again: Stage, album: Path
) -> None:
    stage.scan(options_for(album))
    stage.session.regroup(0, (), JobContext())
    stage.catalog.close()
    again.session.reopen(JobContext())
    wide = again.session.regroup(10, (), JobContext())
    assert wide is not None
    assert wide.groups == stage.told[-1].groups


def test_the_status_of_folders_comes_from_the_catalog(
    stage: Stage, album: Path, tmp_path: Path
) -> None:
    stage.scan(options_for(album))
    (album / "catalog.lrcat").touch()
    folders = [str(album), str(album / "a"), str(tmp_path / "unplugged")]
    found = stage.session.folder_status(folders, JobContext())
    whole, part, absent = found.values()
    assert (whole.photos, whole.connected, whole.managed_by) == (6, True, "lightroom")
    assert (part.photos, part.connected) == (2, True)
    assert part.size_bytes == sum(one.stat().st_size for one in (album / "a").iterdir())
    assert (absent.photos, absent.connected, absent.managed_by) == (None, False, None)


def test_an_erased_catalog_begins_anew(stage: Stage, album: Path) -> None:
    stage.scan(options_for(album))
    stage.session.erase()
    assert stage.session.regroup(3, (), JobContext()) is None
    assert stage.scan(options_for(album)).from_catalog == 0


def test_look_alikes_are_shown_apart(
    stage: Stage, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dupefinder.core.matching.pair_comparison.judge",
        lambda likeness: [Evidence.LOOK_ALIKE] * len(likeness.worst),
    )
    monkeypatch.setattr(
        "dupefinder.core.matching.pair_comparison.agree_edge_to_edge",
        lambda still, _: np.zeros(len(still.met), np.bool_),
    )
    monkeypatch.setattr(
        "dupefinder.core.confirm.registration.may_be_edits",
        lambda placements: np.zeros(len(placements.maps), np.bool_),
    )
    stage.scan(options_for(album))
    apart = stage.told[-1].look_alikes
    assert apart
    assert {group.members[1].evidence for group in apart} == {Evidence.LOOK_ALIKE}
    assert all(len(group.members) == 2 for group in apart)


@pytest.mark.parametrize("asked", ["realpath", "scandir"])
def test_opening_results_on_a_drive_that_does_not_answer_can_be_stopped(
    stage: Stage, again: Stage, album: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.scan(options_for(album))
    stage.catalog.close()
    again.session.roles = (FolderChoice(str(album)),)
    context = JobContext()
    drive = threading.Event()
    where = os.path if asked == "realpath" else os
    answer = getattr(where, asked)

    def hang(path: str, **options: Any) -> Any:
        if str(path).startswith(str(album)):
            context.cancel()
            assert drive.wait(60)
        return answer(path, **options)

    with monkeypatch.context() as patched:
        patched.setattr(where, asked, hang)
        with pytest.raises(Cancelled):
            again.session.reopen(context)
        drive.set()
    assert again.session.reopen(JobContext()) is not None
