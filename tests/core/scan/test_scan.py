"""Choices, roles and the result of a scan as a whole."""

import builtins
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dupefinder.core.errors import Cancelled, FolderNotFound
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.records import FoundFile, ProblemCode, Role
from dupefinder.core.scan import FolderChoice, LeftOut, ScanOptions, candidates, scan_folders
from tests.core.photo_tree import add, add_pipe, excluded, names, paths, protected, scan, scanned


def test_finds_photos_at_every_depth_and_in_several_folders(tmp_path: Path) -> None:
    expected = [
        add(tmp_path / "one" / "a.jpg"),
        add(tmp_path / "one" / "x" / "y" / "b.HEIC"),
        add(tmp_path / "two" / "c.cr2"),
    ]
    add(tmp_path / "three" / "d.jpg")
    result = scan(tmp_path / "one", tmp_path / "two")
    assert paths(result) == expected
    assert result.left_out == {}
    assert result.same_file == {}
    assert result.managed == []


def test_a_photo_is_described_as_listed(tmp_path: Path) -> None:
    path = add(tmp_path / "in" / "a.jpg", b"12345")
    os.utime(path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    status = os.stat(path)
    result = scan(tmp_path)
    (photo,) = result.photos
    assert (photo.size_bytes, photo.mtime_ns) == (5, status.st_mtime_ns)
    assert photo.device == status.st_dev
    assert photo.inode == (0 if sys.platform == "win32" else status.st_ino)  # not listed there
    assert not photo.protected
    volume = result.volumes[photo.volume_id]
    assert Path(volume.mount_point, photo.relative_path) == Path(os.path.realpath(path))


def test_photos_are_in_the_order_of_the_bytes_of_their_paths(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.jpg", "a.jpg", "ä.jpg", "Z.jpg", "a/b/c.jpg", "￿.jpg"):
        add(tmp_path / name)
    found = paths(scan(tmp_path))
    assert found == sorted(found, key=os.fsencode)
    assert len(found) == 7


def test_a_relative_choice_gives_absolute_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add(tmp_path / "in" / "a.jpg")
    monkeypatch.chdir(tmp_path)
    assert paths(scan(scanned("in"))) == [path]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert scan(tmp_path).photos == []


def test_no_choice_gives_nothing() -> None:
    assert scan().photos == []


def test_a_single_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = add(tmp_path / ".hidden.txt")
    add(tmp_path / "b.jpg")
    context = JobContext()
    result = scan(scanned(path), min_bytes=10_000, include=("*.png",), context=context)
    assert paths(result) == [path]
    assert context.problems == []


def test_a_single_file_has_its_own_role_in_a_folder(tmp_path: Path) -> None:
    kept, other = add(tmp_path / "a.jpg"), add(tmp_path / "b.jpg")
    gone = add(tmp_path / "c.jpg")
    result = scan(tmp_path, protected(kept), excluded(gone))
    assert [(p.path, p.protected) for p in result.photos] == [(kept, True), (other, False)]
    assert result.left_out == {LeftOut.EXCLUDED: 1}
    result = scan(protected(tmp_path), scanned(kept))
    assert [p.protected for p in result.photos] == [False, True, True]
    assert result.same_file == {}


@pytest.mark.parametrize("numbered", [True, False])
def test_an_excluded_file_stays_out_under_its_other_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numbered: bool
) -> None:
    gone = add(tmp_path / "a.jpg")
    os.link(gone, tmp_path / "b.jpg")
    if not numbered:  # listings of Windows have no numbers
        monkeypatch.setattr(
            candidates, "FoundFile", lambda *fields: replace(FoundFile(*fields), inode=0)
        )
    result = scan(tmp_path, excluded(gone))
    assert result.photos == []
    assert result.left_out == {LeftOut.EXCLUDED: 2}


@pytest.mark.parametrize("missing", ["missing", "", "nul\0byte"])
def test_no_usable_folder_is_an_error(tmp_path: Path, missing: str) -> None:
    path = str(tmp_path / missing) if missing else ""
    with pytest.raises(FolderNotFound) as raised:
        scan(scanned(path))
    assert raised.value.path == path


def test_a_missing_folder_beside_a_good_one_is_a_problem(tmp_path: Path) -> None:
    path = add(tmp_path / "a.jpg")
    missing = str(tmp_path / "missing")
    context = JobContext()
    result = scan(scanned(missing), tmp_path, context=context)
    assert paths(result) == [path]
    (problem,) = context.problems
    assert (problem.path, problem.code) == (missing, ProblemCode.FOLDER_NOT_FOUND)
    assert problem.detail


def test_a_folder_that_cannot_be_listed_cannot_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_scandir = os.scandir

    def refuse(path: Any) -> Any:
        if path == str(tmp_path / "locked"):
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    (tmp_path / "locked").mkdir()
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(FolderNotFound):
        scan(tmp_path / "locked")
    add(tmp_path / "open" / "a.jpg")
    context = JobContext()
    assert len(scan(tmp_path / "locked", tmp_path / "open", context=context).photos) == 1
    assert [p.code for p in context.problems] == [ProblemCode.FOLDER_UNREADABLE]


def test_a_pipe_cannot_be_chosen(tmp_path: Path) -> None:
    add_pipe(tmp_path / "pipe.jpg")
    with pytest.raises(FolderNotFound):
        scan(tmp_path / "pipe.jpg")


def test_a_missing_exclusion_is_no_problem(tmp_path: Path) -> None:
    add(tmp_path / "a.jpg")
    context = JobContext()
    assert len(scan(tmp_path, excluded(tmp_path / "missing"), context=context).photos) == 1
    assert context.problems == []


def test_the_nearest_chosen_folder_decides(tmp_path: Path) -> None:
    inner = tmp_path / "p" / "s" / "p"
    in_scan = add(tmp_path / "a.jpg")
    in_protected = add(tmp_path / "p" / "b.jpg")
    in_scan_in_protected = add(tmp_path / "p" / "s" / "c.jpg")
    innermost = add(inner / "deep" / "d.jpg")
    add(inner / "x" / "e.jpg")
    back = add(inner / "x" / "s" / "f.jpg")
    result = scan(
        tmp_path,
        protected(tmp_path / "p"),
        scanned(tmp_path / "p" / "s"),
        protected(inner),
        excluded(inner / "x"),
        scanned(inner / "x" / "s"),
    )
    assert {p.path: p.protected for p in result.photos} == {
        in_scan: False,
        in_protected: True,
        in_scan_in_protected: False,
        innermost: True,
        back: False,
    }
    assert result.left_out == {LeftOut.EXCLUDED: 1}
    assert result.same_file == {}


@given(order=st.permutations(range(4)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=24)
def test_the_order_of_choices_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    root = tmp_path_factory.getbasetemp() / "order of choices"
    if not root.exists():
        for name in ("a.jpg", "p/b.jpg", "p/s/c.jpg", "x/d.jpg"):
            add(root / name)
        os.link(root / "p" / "b.jpg", root / "e.jpg")
    choices = [
        scanned(root),
        protected(root / "p"),
        scanned(root / "p" / "s"),
        excluded(root / "x"),
    ]
    assert scan(*(choices[i] for i in order)) == scan(*choices)


def test_overlapping_folders_count_each_photo_once(tmp_path: Path) -> None:
    add(tmp_path / "a.jpg")
    add(tmp_path / "in" / "b.jpg")
    result = scan(tmp_path, tmp_path / "in", tmp_path)
    assert names(result) == ["a.jpg", "b.jpg"]
    assert result.same_file == {}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((Role.SCAN, Role.PROTECTED), [True]),
        ((Role.PROTECTED, Role.SCAN), [True]),
        ((Role.SCAN, Role.EXCLUDED), []),
        ((Role.PROTECTED, Role.EXCLUDED), []),
    ],
)
def test_of_two_roles_for_one_folder_the_stronger_wins(
    tmp_path: Path, roles: tuple[Role, Role], expected: list[bool]
) -> None:
    add(tmp_path / "in" / "a.jpg")
    (tmp_path / "link").symlink_to("in")
    choices = [
        FolderChoice(str(tmp_path / name), role)
        for name, role in zip(("in", "link"), roles, strict=True)
    ]
    assert [photo.protected for photo in scan(*choices).photos] == expected


def test_an_exclusion_by_another_path_holds(tmp_path: Path) -> None:
    add(tmp_path / "real" / "a.jpg")
    add(tmp_path / "real" / "x" / "b.jpg")
    (tmp_path / "link").symlink_to("real")
    result = scan(tmp_path / "link", excluded(tmp_path / "real" / "x"))
    assert paths(result) == [str(tmp_path / "link" / "a.jpg")]
    result = scan(tmp_path / "real", excluded(tmp_path / "link" / "x"))
    assert paths(result) == [str(tmp_path / "real" / "a.jpg")]


def test_protection_by_another_path_holds(tmp_path: Path) -> None:
    add(tmp_path / "real" / "p" / "a.jpg")
    (tmp_path / "link").symlink_to("real")
    (photo,) = scan(tmp_path / "real", protected(tmp_path / "link" / "p")).photos
    assert photo.protected


def test_a_hidden_folder_that_is_named_is_scanned(tmp_path: Path) -> None:
    path = add(tmp_path / ".hidden" / "a.jpg")
    assert paths(scan(tmp_path / ".hidden")) == [path]
    result = scan(tmp_path, tmp_path / ".hidden")
    assert paths(result) == [path]
    assert result.left_out == {}


def test_hard_links_count_once_and_are_remembered(tmp_path: Path) -> None:
    first = add(tmp_path / "b.jpg")
    others = (str(tmp_path / "c.jpg"), str(tmp_path / "folder" / "a.jpg"))
    (tmp_path / "folder").mkdir()
    for other in others:
        os.link(first, other)
    copy = add(tmp_path / "copy.jpg", Path(first).read_bytes())
    result = scan(tmp_path)
    assert paths(result) == [first, copy]
    assert result.same_file == {first: others}


def test_the_protected_path_of_a_file_is_kept(tmp_path: Path) -> None:
    first = add(tmp_path / "a.jpg")
    (tmp_path / "protected").mkdir()
    kept = str(tmp_path / "protected" / "longer name.jpg")
    os.link(first, kept)
    result = scan(tmp_path, protected(tmp_path / "protected"))
    assert [(p.path, p.protected) for p in result.photos] == [(kept, True)]
    assert result.same_file == {kept: (first,)}


def test_no_file_with_a_known_name_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        for suffix in ("jpg", "HEIC", "txt", "mp4", "xmp", "png", "db"):
            add(tmp_path / f"{number}.{suffix}")
    os.link(tmp_path / "0.jpg", tmp_path / "hard.jpg")
    real_open, real_os_open = builtins.open, os.open

    def guarded(path: Any, *args: Any, **kwargs: Any) -> Any:
        assert not os.fspath(path).startswith(str(tmp_path))
        return real_open(path, *args, **kwargs)

    def os_guarded(path: Any, *args: Any, **kwargs: Any) -> int:
        assert not os.fspath(path).startswith(str(tmp_path))
        return real_os_open(path, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", guarded)
    monkeypatch.setattr(os, "open", os_guarded)
    result = scan(tmp_path)
    assert len(result.photos) == 9
    assert result.left_out == {LeftOut.NOT_A_PHOTO: 12}


def test_progress_counts_every_file(tmp_path: Path) -> None:
    for number in range(600):
        add(tmp_path / f"{number % 2}" / f"{number}.jpg")
    add(tmp_path / "notes.txt")
    reports: list[Progress] = []
    scan(tmp_path, context=JobContext(reports.append))
    assert {report.phase for report in reports} == {"scan"}
    assert reports[-1].done == 601
    counts = [report.done for report in reports]
    assert counts == sorted(counts)


def test_a_cancelled_scan_stops(tmp_path: Path) -> None:
    for number in range(300):
        add(tmp_path / f"{number}.jpg")
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        scan(tmp_path, context=context)


def test_cancelling_stops_within_one_large_folder(tmp_path: Path) -> None:
    for number in range(600):
        add(tmp_path / f"{number}.jpg")
    looked_at = 0

    class CancelsItself(JobContext):
        def advance(self, pieces: int = 1, *, known: bool = False) -> None:
            nonlocal looked_at
            looked_at += pieces
            self.cancel()

    with pytest.raises(Cancelled):
        scan(tmp_path, context=CancelsItself())
    assert 0 < looked_at < 600


def test_a_paused_scan_waits_and_goes_on(tmp_path: Path) -> None:
    add(tmp_path / "a.jpg")
    context = JobContext()
    context.pause()
    found: list[int] = []
    options = ScanOptions((FolderChoice(str(tmp_path)),))
    thread = threading.Thread(
        target=lambda: found.append(len(scan_folders(options, context).photos))
    )
    thread.start()
    assert found == []
    context.resume()
    thread.join(timeout=60)
    assert found == [1]
