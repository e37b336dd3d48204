"""Files that are taken, by name, by content, by size, and those that are never opened."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from dupefinder.core.job import JobContext
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.core.scan import candidates
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import VolumeTable
from tests.core.photo_tree import JPEG, add, add_pipe, names, paths, scan

HOLE_BYTES = 1 << 16


def add_hole(path: Path) -> str:
    """A large file without a single block: what a placeholder looks like on a local disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(HOLE_BYTES)
    if getattr(os.stat(path), "st_blocks", 1):
        pytest.skip("this file system allocates blocks for holes")
    return str(path)


def pretend_volume(monkeypatch: pytest.MonkeyPatch, file_system: str, kind: VolumeKind) -> None:
    volume = Volume("test:", "/", None, file_system, kind)
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: volume)


def test_content_decides_where_the_name_is_unknown(tmp_path: Path) -> None:
    photos = ["noextension", "IMG_1234.jpg_original", "photo.bak", "a.1"]
    if sys.platform != "win32":  # where such ends are cut off
        photos.append("dot.")
    for name in photos:
        add(tmp_path / name)
    for name in ("README", "letter.bak", "empty", "core.1234"):
        add(tmp_path / name, b"" if name == "empty" else b"text, not a photo")
    result = scan(tmp_path)
    assert sorted(names(result)) == sorted(photos)
    assert result.left_out == {LeftOut.NOT_A_PHOTO: 4}


def test_the_name_alone_makes_a_candidate(tmp_path: Path) -> None:
    for name in ("text.jpg", "empty.JPG", "upper.TIFF", "jpeg in fact.png"):
        add(tmp_path / name, b"" if name.startswith("empty") else b"text")
    assert len(scan(tmp_path).photos) == 4


def test_a_photo_in_a_file_with_another_known_name_is_not_looked_for(tmp_path: Path) -> None:
    for name in ("a.thm", "b.mp4", "c.TXT", "d.xmp", "e.aae"):
        add(tmp_path / name)
    result = scan(tmp_path)
    assert result.photos == []
    assert result.left_out == {LeftOut.NOT_A_PHOTO: 5}


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (0, None, ["0.jpg", "10.jpg", "11.jpg", "9.jpg"]),
        (10, None, ["10.jpg", "11.jpg"]),
        (0, 10, ["0.jpg", "10.jpg", "9.jpg"]),
        (10, 10, ["10.jpg"]),
        (11, 10, []),
        (0, 0, ["0.jpg"]),
    ],
)
def test_size_limits_include_their_ends(
    tmp_path: Path, least: int, most: int | None, expected: list[str]
) -> None:
    for size in (0, 9, 10, 11):
        add(tmp_path / f"{size}.jpg", b"x" * size)
    result = scan(tmp_path, min_bytes=least, max_bytes=most)
    assert names(result) == expected
    assert result.left_out.get(LeftOut.FILTERED_BY_SIZE, 0) == 4 - len(expected)


def test_an_unreadable_file_with_an_unknown_name_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add(tmp_path / "noextension")

    def refuse(_: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(candidates, "read_head", refuse)
    context = JobContext()
    assert scan(tmp_path, context=context).photos == []
    assert context.problems == [Problem(path, ProblemCode.NO_PERMISSION, "Permission denied")]


def test_a_pipe_that_takes_the_place_of_a_file_does_not_stop_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add(tmp_path / "noextension")
    real_open = os.open

    def swapping(name: Any, *args: Any, **kwargs: Any) -> int:
        if name == path:
            os.unlink(path)
            add_pipe(Path(path))
        return real_open(name, *args, **kwargs)

    monkeypatch.setattr(os, "open", swapping)
    assert scan(tmp_path).photos == []


@pytest.mark.parametrize("name", ["a.jpg", "noextension"])
def test_online_only_files_are_listed_and_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    remote, kept = add(tmp_path / name), add(tmp_path / "b.jpg")
    os.utime(remote, ns=(0, 0))

    def sign(status: os.stat_result) -> str | None:
        return "FILE_ATTRIBUTE_OFFLINE" if status.st_mtime_ns == 0 else None

    def opened(_: str) -> bytes:
        raise AssertionError("opening it would download it")

    monkeypatch.setattr(candidates, "HAS_ATTRIBUTES", True)
    monkeypatch.setattr(candidates, "recall_sign", sign)
    monkeypatch.setattr(candidates, "read_head", opened)
    context = JobContext()
    result = scan(tmp_path, context=context)
    assert paths(result) == [kept]
    assert result.left_out == {LeftOut.ONLINE_ONLY: 1}
    assert context.problems == [Problem(remote, ProblemCode.ONLINE_ONLY, "FILE_ATTRIBUTE_OFFLINE")]


@pytest.mark.parametrize(
    "name", [".IMG_1.HEIC.icloud", "IMG_1.jpg.nextcloud", "IMG_1.CR2.owncloud"]
)
def test_placeholders_of_clouds_are_listed(tmp_path: Path, name: str) -> None:
    path = add(tmp_path / name, b"x")
    context = JobContext()
    result = scan(tmp_path, context=context)
    assert result.photos == []
    assert result.left_out == {LeftOut.ONLINE_ONLY: 1}
    assert [(p.path, p.code) for p in context.problems] == [(path, ProblemCode.ONLINE_ONLY)]


@pytest.mark.parametrize("name", ["a.jpg", "noextension"])
@pytest.mark.parametrize("file_system", ["ext4", "btrfs", "apfs"])
def test_a_file_without_blocks_on_a_local_disk_is_online_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file_system: str
) -> None:
    remote = add_hole(tmp_path / name)
    pretend_volume(monkeypatch, file_system, VolumeKind.FIXED)
    context = JobContext()
    result = scan(tmp_path, context=context)
    assert result.photos == []
    assert result.left_out == {LeftOut.ONLINE_ONLY: 1}
    assert [p.path for p in context.problems] == [remote]


@pytest.mark.parametrize(
    ("file_system", "kind", "with_evidence", "listed"),
    [
        ("overlay", VolumeKind.UNKNOWN, True, True),
        ("overlay", VolumeKind.UNKNOWN, False, False),
        ("fuse.mergerfs", VolumeKind.UNKNOWN, False, False),
        ("nfs4", VolumeKind.NETWORK, True, False),
        ("cifs", VolumeKind.NETWORK, False, False),
    ],
)
def test_elsewhere_blocks_are_believed_where_another_file_has_some(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_system: str,
    kind: VolumeKind,
    with_evidence: bool,
    listed: bool,
) -> None:
    add_hole(tmp_path / "a.jpg")
    if with_evidence:
        add(tmp_path / "z" / "large.jpg", os.urandom(1 << 16))
    pretend_volume(monkeypatch, file_system, kind)
    result = scan(tmp_path)
    assert ("a.jpg" not in names(result)) == listed
    assert result.left_out == ({LeftOut.ONLINE_ONLY: 1} if listed else {})


def test_a_file_without_blocks_is_looked_into_where_that_means_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add_hole(tmp_path / "photo")
    add_hole(tmp_path / "letter")
    managed = add_hole(tmp_path / "p.photoslibrary" / "a.jpg")
    monkeypatch.setattr(candidates, "read_head", lambda path: JPEG if path == photo else b"Dear")
    pretend_volume(monkeypatch, "fuse.sshfs", VolumeKind.NETWORK)
    result = scan(tmp_path)
    assert [(p.path, p.protected) for p in result.photos] == [(managed, True), (photo, False)]
    assert result.left_out == {LeftOut.NOT_A_PHOTO: 1}
