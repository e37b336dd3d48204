import os
import struct
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions import overview
from dupefinder.actions.overview import (
    FolderTally,
    overview_of,
    shared_bytes,
    space_of,
    warnings_of,
    weakest_first,
)
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
from dupefinder.core.scan.volumes import VolumeTable
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
    @pytest.mark.parametrize("kind", [ActionKind.HARD_LINK, ActionKind.COPY])
    def test_no_folder_is_emptied_where_every_path_goes_on_to_be_there(
        self, zoo: Path, library: Path, kind: ActionKind
    ) -> None:
        steps = tuple(steps_of(zoo, library, "1.jpg", "2.jpg"))
        assert overview_of(Plan(steps)).warnings != ()
        assert overview_of(Plan(steps, kind=kind, target=str(library))).warnings == ()

    def test_companions_of_hard_links_are_not_counted(self, zoo: Path, library: Path) -> None:
        (one,) = steps_of(zoo, library, "1.jpg")
        along = replace(one, companions=(str(add(zoo / "1.xmp", b"says")),))
        thrown, linked = (
            overview_of(Plan((along,), kind=kind))
            for kind in (ActionKind.TRASH, ActionKind.HARD_LINK)
        )
        assert (thrown.companions, linked.companions) == (1, 0)
        assert thrown.space.freed_bytes - linked.space.freed_bytes == len(b"says")

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
            (ActionKind.SET_ASIDE, Freed.QUARANTINE_EMPTIED),
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

    def test_moves_within_a_volume_free_no_space(
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
    def test_drives_of_the_kept_copies_are_warned_of(
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

    def test_metadata_lacking_in_the_kept_copy_is_warned_of(self, zoo: Path, library: Path) -> None:
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


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is asked")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, "ext4")


def on(monkeypatch: pytest.MonkeyPatch, file_system: str) -> None:
    volume = Volume("x", os.sep, file_system=file_system)
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: volume)


def paths(*made: Path) -> list[str]:
    return [str(path) for path in made]


def test_plain_files_free_what_they_hold(tmp_path: Path) -> None:
    one, two = add(tmp_path / "1", b"x" * 10), add(tmp_path / "2", b"x" * 5)
    assert space_of(paths(one, two, tmp_path / "gone")) == Space(freed_bytes=15)
    assert space_of([]) == Space()


def test_a_file_with_another_name_that_stays_frees_nothing(tmp_path: Path) -> None:
    one = add(tmp_path / "1", b"x" * 10)
    try:
        os.link(one, tmp_path / "2")
    except OSError:
        pytest.skip("no hard links here")
    assert space_of(paths(one)) == Space(linked_bytes=10)
    # All its names go: it goes, and counts once.
    assert space_of(paths(one, tmp_path / "2")) == Space(freed_bytes=10)


@LINUX
@pytest.mark.parametrize("file_system", ["btrfs", "xfs"])
def test_clones_free_what_is_theirs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_system: str
) -> None:
    on(monkeypatch, file_system)
    one = add(tmp_path / "1", b"x" * 10_000)
    asked = extents_are(monkeypatch, [(0, 4096, 0x2000), (4096, 8192, 0x1)])
    assert space_of(paths(one)) == Space(freed_bytes=5904, shared_bytes=4096)
    assert asked == [0]


@LINUX
def test_the_last_block_counts_no_more_than_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "xfs")
    one = add(tmp_path / "1", b"x" * 10)
    extents_are(monkeypatch, [(0, 4096, 0x2001)])
    assert space_of(paths(one)) == Space(shared_bytes=10)


@LINUX
def test_many_extents_are_asked_for_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = add(tmp_path / "1", b"x")
    extents = [(index * 4096, 4096, 0x2000) for index in range(300)]
    extents[-1] = (299 * 4096, 4096, 0x2001)
    asked = extents_are(monkeypatch, extents)
    assert shared_bytes(str(one)) == 300 * 4096
    assert asked == [0, 128 * 4096, 256 * 4096]


def extents_are(monkeypatch: pytest.MonkeyPatch, extents: list[tuple[int, int, int]]) -> list[int]:
    """Answer as the kernel does; return the offsets that are asked for."""
    import fcntl

    asked = []

    def ioctl(_descriptor: int, number: int, request: bytearray) -> int:
        assert number == 0xC020660B
        start, _, _, _, room, _ = struct.unpack_from("=QQIIII", request)
        asked.append(start)
        told = [one for one in extents if one[0] + one[1] > start][:room]
        struct.pack_into("=I", request, 20, len(told))
        for index, (logical, length, flags) in enumerate(told):
            row = (logical, 7, length, 0, 0, flags, 0, 0, 0)
            struct.pack_into("=QQQQQIIII", request, 32 + 56 * index, *row)
        return 0

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    return asked


@LINUX
def test_a_refusal_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refuse(*_: object) -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "ioctl", refuse)
    on(monkeypatch, "btrfs")
    assert space_of(paths(add(tmp_path / "1", b"x" * 10))) == Space(unknown_bytes=10)


@pytest.mark.parametrize("file_system", ["zfs", "apfs", "refs"])
def test_file_systems_that_do_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_system: str
) -> None:
    on(monkeypatch, file_system)
    assert space_of(paths(add(tmp_path / "1", b"x" * 10))) == Space(unknown_bytes=10)


@LINUX
def test_the_kernel_really_answers(tmp_path: Path) -> None:
    one = add(tmp_path / "1", b"x" * 100_000)
    assert shared_bytes(str(one)) in (0, None)  # None where the file system has no such map
    assert shared_bytes(str(tmp_path / "gone")) is None
    assert overview.shared_bytes("/a\0b") is None
