"""Space is told honestly: names, clones and silent file systems."""

import os
import struct
import sys
from pathlib import Path

import pytest

from dupefinder.actions import space
from dupefinder.actions.records import Space
from dupefinder.actions.space import shared_bytes, space_of
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.removals import add

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
    assert space.shared_bytes("/a\0b") is None
