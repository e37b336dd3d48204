"""What a plan comes to, and what might be regretted about it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.overview import FolderTally, overview_of, weakest_first
from dupefinder.actions.plan_warnings import warnings_of
from dupefinder.actions.records import (
    ActionKind,
    Freed,
    Plan,
    PlanWarning,
    Space,
    Step,
    WarningCode,
)
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import Drive, DriveTable
from dupefinder.core.scan.mounts import Volume, VolumeKind
from tests.actions.removals import add, step


def photo(folder: Path, name: str, content: bytes = b"a photo") -> Path:
    return add(folder / name, content)


def steps_of(zoo: Path, library: Path, *names: str) -> list[Step]:
    return [step(photo(zoo, name), photo(library, name)) for name in names]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return tmp_path / "zoo"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    photo(tmp_path / "library", "other.jpg")
    return tmp_path / "library"


class TestOverview:
    def test_counts_and_bytes(self, zoo: Path, library: Path, tmp_path: Path) -> None:
        steps = steps_of(zoo, library, "1.jpg", "2.jpg")
        elsewhere = step(photo(zoo, "3.jpg", b"longer photo"), photo(tmp_path / "b", "3.jpg"))
        weak = replace(elsewhere, evidence=Evidence.EDITED)
        film = add(zoo / "1.mov", b"film")
        along = replace(steps[0], companions=(str(film),))
        overview = overview_of(Plan((along, steps[1], weak)))
        assert (overview.photos, overview.companions, overview.size_bytes) == (3, 1, 26)
        assert overview.evidence == ((Evidence.EDITED, 1), (Evidence.SAME_BYTES, 2))
        assert overview.folders == (FolderTally(str(zoo), "", 3, 26),)
        assert overview.pairs == (
            FolderTally(str(zoo), str(library), 2, 14),
            FolderTally(str(zoo), str(tmp_path / "b"), 1, 12),
        )
        assert overview.space.freed_bytes + overview.space.unknown_bytes == 30

    def test_the_weakest_comes_first(self, zoo: Path, library: Path) -> None:
        steps = steps_of(zoo, library, "1.jpg", "2.jpg", "3.jpg")
        steps[1] = replace(steps[1], evidence=Evidence.MIRRORED)
        assert weakest_first(steps) == [steps[1], steps[0], steps[2]]

    @pytest.mark.parametrize(
        ("kind", "freed"),
        [
            (ActionKind.TRASH, Freed.TRASH_EMPTIED),
            (ActionKind.SET_ASIDE, Freed.HOLDING_EMPTIED),
            (ActionKind.HARD_LINK, Freed.AT_ONCE),
            (ActionKind.DELETE, Freed.AT_ONCE),
            (ActionKind.COPY, Freed.NEVER),
        ],
    )
    def test_when_space_is_freed(
        self, zoo: Path, library: Path, kind: ActionKind, freed: Freed
    ) -> None:
        overview = overview_of(Plan(tuple(steps_of(zoo, library, "1.jpg")), kind=kind))
        assert overview.freed is freed
        assert (overview.space == Space()) is (freed is Freed.NEVER)

    def test_what_moves_within_a_volume_frees_nothing(
        self, zoo: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = str(tmp_path / "target" / "not" / "there" / "yet")
        steps = tuple(steps_of(zoo, library, "1.jpg"))
        plan = Plan(steps, kind=ActionKind.MOVE, target=target)
        assert overview_of(plan).space == Space()
        really_stat = os.stat

        def stat(path: str, **options: bool) -> os.stat_result:
            fields = list(really_stat(path, **options))
            fields[2] += str(path).startswith(str(zoo))
            return os.stat_result(fields)

        monkeypatch.setattr(os, "stat", stat)
        assert overview_of(plan).space != Space()
        assert overview_of(plan).freed is Freed.AT_ONCE


class TestWarnings:
    def test_a_folder_that_would_be_emptied(self, zoo: Path, library: Path) -> None:
        steps = steps_of(zoo, library, "1.jpg", "2.jpg")
        add(zoo / "notes.txt", b"not a photo")
        warning = PlanWarning(WarningCode.FOLDER_EMPTIED, str(zoo), count=2, total=2)
        assert warnings_of(steps) == [warning]
        photo(zoo, "3.jpg")
        assert warnings_of(steps) == []  # too few for an album

    def test_an_album_that_would_be_scattered(self, zoo: Path, library: Path) -> None:
        steps = steps_of(zoo, library, *(f"{number}.jpg" for number in range(4)))
        for name in ("a.jpg", "b.heic", "c.png"):
            photo(zoo, name)
        warning = PlanWarning(WarningCode.ALBUM_SCATTERED, str(zoo), count=3, total=7)
        assert warnings_of(steps) == [warning]
        photo(zoo, "d.jpg")
        assert warnings_of(steps) == []  # half of it stays

    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            (VolumeKind.REMOVABLE, WarningCode.SURVIVOR_REMOVABLE),
            (VolumeKind.NETWORK, WarningCode.SURVIVOR_NETWORK),
            (VolumeKind.FIXED, None),
            (VolumeKind.UNKNOWN, None),
        ],
    )
    def test_where_the_copies_that_stay_lie(
        self,
        zoo: Path,
        library: Path,
        monkeypatch: pytest.MonkeyPatch,
        kind: VolumeKind,
        code: WarningCode | None,
    ) -> None:
        photo(zoo, "stays.jpg")
        drive = Drive("d", Volume("v", "/media/stick", "STICK", kind=kind))
        monkeypatch.setattr(
            DriveTable, "drive_of", lambda _self, path: drive if path == str(library) else None
        )
        steps = steps_of(zoo, library, "1.jpg", "2.jpg")
        assert warnings_of(steps) == (
            [PlanWarning(code, "/media/stick", names=("STICK",), count=2)] if code else []
        )

    def test_what_the_copy_that_stays_lacks(self, zoo: Path, library: Path) -> None:
        photo(zoo, "stays.jpg")
        one = step(photo(zoo, "1.jpg", b"one"), photo(library, "1.jpg", b"other"))
        one = replace(
            one,
            evidence=Evidence.RE_ENCODED,
            victim=replace(one.victim, holds=("date", "gps", "video")),
            survivor=replace(one.survivor, holds=("caption", "date", "frames")),
        )
        paths = (one.victim.path, one.survivor.path)
        assert warnings_of([one]) == [
            PlanWarning(WarningCode.SURVIVOR_LACKS, *paths, names=("gps",)),
            PlanWarning(WarningCode.VICTIM_HAS_EXTRAS, *paths, names=("video",)),
        ]
        for unknown in ("victim", "survivor"):
            file = getattr(one, unknown)
            assert warnings_of([replace(one, **{unknown: replace(file, holds=None)})]) == []
