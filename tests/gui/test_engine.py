import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core import pipeline
from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import CatalogInUse
from dupefinder.core.grouping import Matches
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, Report
from dupefinder.core.records import Evidence, Group
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.gui.engine import Engine
from dupefinder.gui.results import Results
from dupefinder.gui.worker import JobEnd
from tests.cli.album import write_album


class Heard:
    """What an engine said."""

    def __init__(self, engine: Engine) -> None:
        self.results: list[Results] = []
        self.reports: list[Report] = []
        self.ends: list[JobEnd] = []
        self.opened: list[Path | None] = []
        engine.results_ready.connect(self.results.append)
        engine.scanned.connect(self.reports.append)
        engine.ended.connect(self.ends.append)
        engine.opened.connect(self.opened.append)

    def ended(self, kind: str) -> Callable[[], bool]:
        return lambda: any(end.kind == kind for end in self.ends)


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Callable[[Path], tuple[Engine, Heard]]]:
    engines: list[Engine] = []

    def begin(catalog: Path) -> tuple[Engine, Heard]:
        engine = Engine(catalog)
        engines.append(engine)
        heard = Heard(engine)
        engine.start()
        engine.open_catalog()
        return engine, heard

    yield begin
    for engine in engines:
        engine.close()
        assert engine.wait(10_000)


Start = Callable[[Path], tuple[Engine, Heard]]


def options_for(folder: Path, threshold_bits: int = 10) -> Options:
    return Options(
        ScanOptions((FolderChoice(str(folder)),)), MatchOptions(threshold_bits=threshold_bits), 2
    )


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


def names(groups: tuple[Group, ...]) -> list[set[str]]:
    return [{Path(one.file.path).name for one in group.members} for group in groups]


FOUND = [{"one.jpg", "one copy.jpg", "one.png", "one small.jpg", "turned.jpg"}]


def test_a_scan_brings_results(start: Start, album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    assert names(heard.results[-1].groups) == FOUND
    assert not heard.results[-1].provisional
    assert heard.reports[0].photos == 6
    assert heard.opened == [None]


def test_the_last_results_open_at_once(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    engine.close()
    assert engine.wait(5000)
    shutil.rmtree(album)  # no folder is looked at
    _, again = start(tmp_path / "c.sqlite")
    qtbot.waitUntil(again.ended("open"), timeout=20_000)
    assert again.results[-1].groups == heard.results[-1].groups


def test_before_the_first_scan_there_are_no_results(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    _, heard = start(tmp_path / "c.sqlite")
    qtbot.waitUntil(heard.ended("open"))
    assert heard.results == []
    assert heard.ends[0].fault is None


def test_another_threshold_groups_anew_and_is_remembered(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    decided = heard.results[-1].groups
    engine.regroup(0, ())
    qtbot.waitUntil(heard.ended("regroup"))
    assert heard.results[-1].threshold_bits == 0
    engine.regroup(0, decided)
    qtbot.waitUntil(lambda: len([one for one in heard.ends if one.kind == "regroup"]) == 2)
    assert heard.results[-1].groups == decided
    engine.close()
    assert engine.wait(5000)
    _, again = start(tmp_path / "c.sqlite")
    qtbot.waitUntil(again.ended("open"), timeout=20_000)
    assert again.results[-1].threshold_bits == 0


def test_pairs_that_wait_to_be_judged_are_judged_after_another_threshold(
    start: Start,
    album: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=30_000)
    assert not heard.ended("prove")()  # a scan has settled all
    waiting = [["a pair"]]

    def wanted(*_: object) -> list[str]:
        return waiting.pop() if waiting else []

    monkeypatch.setattr(Matches, "wanted_open", wanted)
    engine.regroup(8, ())
    qtbot.waitUntil(heard.ended("prove"), timeout=30_000)
    assert heard.results[-1].threshold_bits == 8


def test_files_that_were_removed_leave_the_results_and_come_back(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    gone = [
        one.file.path for group in heard.results[-1].groups for one in group.members if not one.keep
    ]
    engine.forget(gone)
    qtbot.waitUntil(heard.ended("forget"))
    left = {one.file.path for group in heard.results[-1].groups for one in group.members}
    assert left
    assert not left & set(gone)
    engine.forget(gone, gone=False)
    qtbot.waitUntil(lambda: len([one for one in heard.ends if one.kind == "forget"]) == 2)
    assert names(heard.results[-1].groups) == FOUND


def test_files_that_may_have_been_moved_are_looked_for_while_the_results_have_them(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    gone, there = (one.file.path for one in heard.results[-1].groups[0].members[-2:])
    Path(gone).unlink()
    lexists, looked = os.path.lexists, []

    def look(path: str) -> bool:
        looked.append(path)
        return lexists(path)

    monkeypatch.setattr(os.path, "lexists", look)
    for _ in range(2):
        heard.ends.clear()
        engine.forget_moved([gone, there, str(album / "of another scan.jpg")])
        qtbot.waitUntil(heard.ended("forget"))
        left = {one.file.path for one in heard.results[-1].groups[0].members}
        assert there in left
        assert gone not in left
    assert looked == [gone, there, there]


def test_groups_appear_while_it_runs_and_stay_when_it_is_stopped(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_FIRST_FORETASTE_S", 0.0)
    monkeypatch.setattr("dupefinder.core.reading._BATCH_FILES", 2)
    engine, heard = start(tmp_path / "c.sqlite")

    def stop(results: Results) -> None:
        if results.groups:
            engine.cancel()

    engine.results_ready.connect(stop, Qt.ConnectionType.DirectConnection)
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    assert heard.ends[-1].cancelled
    assert heard.results[0].provisional
    assert not heard.results[-1].provisional
    assert heard.results[-1].groups == next(
        results.groups for results in reversed(heard.results[:-1])
    )


def test_a_folder_that_is_gone_is_told(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    options = Options(
        ScanOptions((FolderChoice(str(album)), FolderChoice(str(tmp_path / "unplugged"))))
    )
    with qtbot.waitSignal(engine.lost, timeout=20_000) as lost:
        engine.scan(options)
    assert lost.args == [[str(tmp_path / "unplugged")]]
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    assert names(heard.results[-1].groups) == FOUND


def test_a_catalog_in_use_is_a_fault_that_may_pass(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with Catalog.open(tmp_path / "c.sqlite"):
        engine, heard = start(tmp_path / "c.sqlite")
        qtbot.waitUntil(heard.ended("open"))
        assert isinstance(heard.ends[0].fault, CatalogInUse)
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    assert heard.ends[-1].fault is None


def test_a_narrow_similarity_can_be_widened_after_a_restart(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    engine.regroup(0, ())
    qtbot.waitUntil(heard.ended("regroup"))
    engine.close()
    assert engine.wait(5000)
    engine, again = start(tmp_path / "c.sqlite")
    qtbot.waitUntil(again.ended("open"), timeout=20_000)
    engine.regroup(10, ())
    qtbot.waitUntil(again.ended("regroup"))
    settled = next(results for results in heard.results if not results.provisional)
    assert again.results[-1].groups == settled.groups


def test_what_is_gone_is_forgotten_whatever_is_stopped(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    gone = [one.file.path for one in heard.results[-1].groups[0].members[1:]]
    engine.forget(gone)
    engine.cancel()
    engine.close()
    assert engine.wait(5000)
    _, again = start(tmp_path / "c.sqlite")
    qtbot.waitUntil(again.ended("open"), timeout=20_000)
    assert again.results[-1].groups == ()


def test_what_is_known_of_folders(start: Start, album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    (album / "catalog.lrcat").touch()
    with qtbot.waitSignal(engine.known) as known:
        engine.know([str(album), str(album / "a"), str(tmp_path / "unplugged")])
    assert known.args is not None
    (found,) = known.args
    whole, part, absent = found.values()
    assert (whole.photos, whole.connected, whole.managed_by) == (6, True, "lightroom")
    assert (part.photos, part.connected) == (2, True)
    assert part.size_bytes == sum(one.stat().st_size for one in (album / "a").iterdir())
    assert (absent.photos, absent.connected, absent.managed_by) == (None, False, None)


def test_folders_may_be_asked_for_before_the_catalog_is_open(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine = Engine(tmp_path / "c.sqlite")
    heard = Heard(engine)
    engine.know([str(album)])
    engine.open_catalog()
    engine.start()
    qtbot.waitUntil(heard.ended("open"))
    engine.close()
    assert engine.wait(5000)
    assert [end.fault for end in heard.ends[:2]] == [None, None]
    assert heard.opened == [None]


def test_an_erased_catalog_begins_anew(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    with qtbot.waitSignal(engine.erased):
        engine.erase()
    engine.scan(options_for(album))
    qtbot.waitUntil(lambda: len(heard.reports) == 2, timeout=20_000)
    assert heard.reports[1].from_catalog == 0


def test_look_alikes_are_shown_apart(
    start: Start, album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dupefinder.core.judging.judge",
        lambda likeness: [Evidence.LOOK_ALIKE] * len(likeness.worst),
    )
    monkeypatch.setattr(
        "dupefinder.core.judging.stand", lambda still, _: np.zeros(len(still.met), np.bool_)
    )
    monkeypatch.setattr(
        "dupefinder.core.confirm.laying.may_be_edits",
        lambda placements: np.zeros(len(placements.maps), np.bool_),
    )
    engine, heard = start(tmp_path / "c.sqlite")
    engine.scan(options_for(album))
    qtbot.waitUntil(heard.ended("scan"), timeout=20_000)
    apart = [one for one in heard.results[-1].groups if one.members[1].evidence == "look-alike"]
    assert apart
    assert all(len(group.members) == 2 for group in apart)
