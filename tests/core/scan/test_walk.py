"""Going through folders: what is entered, what is left out, and what goes wrong on the way."""

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from dupefinder.core.job import JobContext
from dupefinder.core.records import ProblemCode
from dupefinder.core.scan import candidates, walk
from dupefinder.core.scan.left_out import LeftOut
from tests.core.photo_tree import add, add_pipe, names, paths, scan

SUPERUSER = getattr(os, "geteuid", lambda: 1)() == 0


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        (".Trash", LeftOut.TRASH),
        (".Trash-1000", LeftOut.TRASH),
        (".Trashes", LeftOut.TRASH),
        ("$RECYCLE.BIN", LeftOut.TRASH),
        ("$Recycle.Bin", LeftOut.TRASH),
        ("RECYCLER", LeftOut.TRASH),
        ("#recycle", LeftOut.TRASH),
        ("@Recycle", LeftOut.TRASH),
        (".local/share/Trash", LeftOut.TRASH),
        ("files_trashbin", LeftOut.TRASH),
        ("user/files_trashbin", LeftOut.TRASH),
        (".stversions", LeftOut.TRASH),
        (".dropbox.cache", LeftOut.TRASH),
        (".snapshots", LeftOut.SNAPSHOT),
        (".snapshot", LeftOut.SNAPSHOT),
        ("#snapshot", LeftOut.SNAPSHOT),
        (".zfs", LeftOut.SNAPSHOT),
        ("@eaDir", LeftOut.THUMBNAILS),
        (".AppleDouble", LeftOut.THUMBNAILS),
        (".thumbnails", LeftOut.THUMBNAILS),
        ("Lightroom Previews.lrdata", LeftOut.THUMBNAILS),
    ],
)
def test_trash_snapshots_and_thumbnails_are_left_out(
    tmp_path: Path, folder: str, code: LeftOut
) -> None:
    add(tmp_path / folder / "files" / "a.jpg")
    kept = add(tmp_path / "b.jpg")
    result = scan(tmp_path, hidden=True)
    assert paths(result) == [kept]
    assert result.left_out == {code: 1}
    # Named itself, the folder is looked at.
    assert names(scan(tmp_path / folder, hidden=True)) == ["a.jpg"]


@pytest.mark.parametrize("folder", ["Trash", "share/trash", ".var/app/viewer/data/Trash"])
def test_a_trash_is_known_by_its_rooms_wherever_it_lies(tmp_path: Path, folder: str) -> None:
    add(tmp_path / folder / "files" / "a.jpg")
    assert names(scan(tmp_path, hidden=True)) == ["a.jpg"]  # a person's own folder
    (tmp_path / folder / "info").mkdir()
    result = scan(tmp_path, hidden=True)
    assert paths(result) == []
    assert result.left_out == {LeftOut.TRASH: 1}


def test_hidden_entries_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    shown = add(tmp_path / "a.jpg")
    hidden = [add(tmp_path / ".b.jpg"), add(tmp_path / ".cache" / "c.jpg")]
    result = scan(tmp_path)
    assert paths(result) == [shown]
    assert result.left_out == {LeftOut.HIDDEN: 2}
    result = scan(tmp_path, hidden=True)
    assert paths(result) == [*hidden, shown]
    assert result.left_out == {}


def test_the_notes_of_other_systems_are_never_photos(tmp_path: Path) -> None:
    for name in ("._a.jpg", ".DS_Store", "Thumbs.db", "thumbs.DB"):
        add(tmp_path / name)
    result = scan(tmp_path, hidden=True)
    assert result.photos == []
    there = len(os.listdir(tmp_path))  # where case does not matter, two names are one
    assert result.left_out == {LeftOut.THUMBNAILS: there}


def test_folders_hidden_by_the_system_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path / "folder" / "a.jpg")
    secret = add(tmp_path / "secret" / "b.jpg")
    add(tmp_path / "c.jpg")
    other = add(tmp_path / "d.jpg")
    for name in ("folder", "secret", "c.jpg"):
        os.utime(tmp_path / name, ns=(0, 0))

    def hides(status: os.stat_result) -> bool:
        return status.st_mtime_ns == 0

    for module in (walk, candidates):
        monkeypatch.setattr(module, "HAS_ATTRIBUTES", True)
        monkeypatch.setattr(module, "has_hidden_attribute", hides)
    result = scan(tmp_path, tmp_path / "secret")
    assert paths(result) == [other, secret]
    assert result.left_out == {LeftOut.HIDDEN: 2}
    assert len(scan(tmp_path, hidden=True).photos) == 4


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    add_pipe(tmp_path / "pipe.jpg")
    add_pipe(tmp_path / "pipe")
    result = scan(tmp_path)
    assert result.photos == []
    assert result.left_out == {LeftOut.SPECIAL_FILE: 2}


def test_a_folder_named_like_a_photo_is_a_folder(tmp_path: Path) -> None:
    path = add(tmp_path / "album.jpg" / "a.jpg")
    assert paths(scan(tmp_path)) == [path]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are not any bytes here")
def test_odd_names_are_found_again(tmp_path: Path) -> None:
    odd = [
        b"new\nline.jpg",
        b"undecodable \xff\xfe.jpg",
        b" .jpg",
        b"a\\b.jpg",
        b"%00.jpg",
        "\N{COMBINING ACUTE ACCENT}e\u202e.jpg".encode(),
        b"x" * 251 + b".jpg",
        b"folder \xe4/\xf6.JPG",
    ]
    os.mkdir(os.fsencode(tmp_path) + b"/folder \xe4")
    for name in odd:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(name)
    context = JobContext()
    result = scan(tmp_path, context=context, include=("*.jpg",))
    assert {os.fsencode(path)[len(os.fsencode(tmp_path)) + 1 :] for path in paths(result)} == set(
        odd
    )
    assert all(os.path.exists(path) for path in paths(result))
    assert context.problems == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are not any bytes here")
def test_an_undecodable_folder_can_be_chosen(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"\xff")
    os.mkdir(folder)
    path = add(Path(os.fsdecode(folder)) / "a.jpg")
    assert paths(scan(Path(os.fsdecode(folder)))) == [path]


@pytest.mark.skipif(
    sys.platform == "win32", reason="Wine looks up each name anew from the top: that takes minutes"
)
def test_a_tree_deeper_than_the_recursion_limit(tmp_path: Path) -> None:
    folder = str(tmp_path)
    made = []
    for _ in range(1200):
        folder += "/d"
        os.mkdir(folder)
        made.append(folder)
    path = folder + "/a.jpg"
    with open(path, "wb") as file:
        file.write(b"x")
    try:
        assert paths(scan(tmp_path)) == [path]
    finally:
        # pytest clears its folders recursively, and would not get down there.
        os.unlink(path)
        for folder in reversed(made):
            os.rmdir(folder)


@pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="needs folders by descriptor")
def test_a_path_too_long_for_the_system_is_a_problem(tmp_path: Path) -> None:
    kept = add(tmp_path / "a.jpg")
    name = "d" * 200
    descriptors = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(25):
        os.mkdir(name, dir_fd=descriptors[-1])
        descriptors.append(os.open(name, os.O_RDONLY, dir_fd=descriptors[-1]))
    try:
        context = JobContext()
        assert paths(scan(tmp_path, context=context)) == [kept]
        assert [p.code for p in context.problems] == [ProblemCode.FOLDER_UNREADABLE]
    finally:
        os.close(descriptors.pop())
        while descriptors:
            os.rmdir(name, dir_fd=descriptors[-1])
            os.close(descriptors.pop())


def test_an_unreadable_folder_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Simulated, since for the superuser every folder is readable.
    real_scandir = os.scandir

    def refuse(path: Any) -> Any:
        if path == str(tmp_path / "b"):
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    kept = [add(tmp_path / "a" / "1.jpg"), add(tmp_path / "c" / "3.jpg")]
    add(tmp_path / "b" / "2.jpg")
    monkeypatch.setattr(os, "scandir", refuse)
    context = JobContext()
    assert paths(scan(tmp_path, context=context)) == kept
    (problem,) = context.problems
    assert problem.path == str(tmp_path / "b")
    assert problem.code is ProblemCode.FOLDER_UNREADABLE
    assert problem.detail == "Permission denied"


@pytest.mark.skipif(SUPERUSER, reason="the superuser may read every folder")
@pytest.mark.skipif(sys.platform == "win32", reason="no mode of Windows locks a folder")
def test_a_folder_without_permission_is_a_problem(tmp_path: Path) -> None:
    add(tmp_path / "locked" / "1.jpg")
    (tmp_path / "locked").chmod(0)
    context = JobContext()
    assert scan(tmp_path, context=context).photos == []
    (tmp_path / "locked").chmod(stat.S_IRWXU)
    assert [p.code for p in context.problems] == [ProblemCode.FOLDER_UNREADABLE]


def test_a_listing_that_breaks_off_keeps_what_it_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = add(tmp_path / "a.jpg")
    real_scandir = os.scandir

    class BreaksOff:
        def __init__(self, path: Any) -> None:
            self._listing = real_scandir(path)

        def __enter__(self) -> "BreaksOff":
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def close(self) -> None:
            self._listing.close()

        def __iter__(self) -> Any:
            yield next(self._listing)
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "scandir", BreaksOff)
    context = JobContext()
    assert paths(scan(tmp_path, context=context)) == [kept]
    assert [(p.code, p.detail) for p in context.problems] == [
        (ProblemCode.FOLDER_UNREADABLE, "Input/output error")
    ]


@pytest.mark.parametrize("moment", ["before it is entered", "before it is listed"])
def test_a_folder_that_vanishes_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    victim = tmp_path / "b"
    kept = [add(tmp_path / "a" / "1.jpg"), add(tmp_path / "c" / "3.jpg")]
    add(victim / "2.jpg")
    real_scandir = os.scandir
    trigger = tmp_path / "a" if moment == "before it is entered" else victim

    def vanishing(path: Any) -> Any:
        if path == str(trigger) and victim.exists():
            (victim / "2.jpg").unlink()
            victim.rmdir()
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    context = JobContext()
    assert paths(scan(tmp_path, context=context)) == kept
    assert [(p.path, p.code) for p in context.problems] == [(str(victim), ProblemCode.VANISHED)]


def test_a_folder_that_becomes_a_file_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "b"
    victim.mkdir()
    real_scandir = os.scandir

    def changing(path: Any) -> Any:
        if path == str(victim):
            victim.rmdir()
            victim.write_bytes(b"")
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", changing)
    context = JobContext()
    assert scan(tmp_path, context=context).photos == []
    assert [p.code for p in context.problems] == [ProblemCode.VANISHED]


class _Entry:
    """An entry of a listing whose file is gone or refused when it is looked at."""

    def __init__(self, entry: "os.DirEntry[str]", error: OSError) -> None:
        self.name, self.path, self._error = entry.name, entry.path, error

    def is_symlink(self) -> bool:
        return False

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return False

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return True

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        raise self._error


class _Listing:
    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries

    def __enter__(self) -> Any:
        return iter(self._entries)

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("name", ["b.jpg", "unknown.name"])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(2, "gone"), ProblemCode.VANISHED),
        (PermissionError(13, "no"), ProblemCode.NO_PERMISSION),
        (OSError(5, "broken"), ProblemCode.READ_ERROR),
    ],
)
def test_a_file_that_cannot_be_looked_at_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: OSError, code: ProblemCode
) -> None:
    kept = add(tmp_path / "a.jpg")
    bad = add(tmp_path / name)
    real_scandir = os.scandir

    def listing(path: Any) -> Any:
        with real_scandir(path) as entries:
            return _Listing([_Entry(e, error) if e.path == bad else e for e in entries])

    monkeypatch.setattr(os, "scandir", listing)
    context = JobContext()
    assert paths(scan(tmp_path, context=context)) == [kept]
    assert [(p.path, p.code) for p in context.problems] == [(bad, code)]


def test_a_real_folder_within_itself_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hard-linked folder, or a FUSE system that shows itself: simulated by equal numbers."""
    kept = add(tmp_path / "a" / "1.jpg")
    (tmp_path / "a" / "a").mkdir()
    add(tmp_path / "a" / "a" / "1.jpg")
    (tmp_path / "a" / "a" / "a").mkdir()
    real_stat = os.stat
    outer = real_stat(tmp_path / "a")

    def same_numbers(path: Any, **kwargs: Any) -> os.stat_result:
        if Path(path).parts[-2:] == ("a", "a"):
            return outer
        return real_stat(path, **kwargs)

    monkeypatch.setattr(os, "stat", same_numbers)
    result = scan(tmp_path)
    assert paths(result) == [kept]
    assert result.left_out == {LeftOut.LOOP: 1}


def test_folders_numbered_alike_are_all_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [add(tmp_path / "a" / "1.jpg"), add(tmp_path / "a" / "b" / "2.jpg")]
    real_stat = os.stat
    number = real_stat(tmp_path)

    def same_numbers(path: Any, **kwargs: Any) -> os.stat_result:
        status = real_stat(path, **kwargs)
        return number if stat.S_ISDIR(status.st_mode) else status

    monkeypatch.setattr(os, "stat", same_numbers)
    assert paths(scan(tmp_path)) == kept


@pytest.mark.skipif(
    sys.platform == "win32" or not os.path.isdir("/proc/self"), reason="needs a system with /proc"
)
def test_the_inner_life_of_the_system_is_not_walked() -> None:
    result = scan(Path("/proc"))
    assert result.photos == []
    assert result.left_out == {LeftOut.SYSTEM: 1}


def test_patterns_keep_files_and_folders_out(tmp_path: Path) -> None:
    kept = add(tmp_path / "2019" / "a.JPG")
    add(tmp_path / "2019" / "a.png")
    add(tmp_path / "2019" / "raw" / "a.jpg")
    add(tmp_path / "2020" / "b.jpg")
    add(tmp_path / "2020" / "notes.txt")
    result = scan(tmp_path, include=("*.jpg",), exclude=("raw/", "2020/*"))
    assert paths(result) == [kept]
    # a.png, the folder raw, and what 2020 holds
    assert result.left_out == {LeftOut.FILTERED_BY_GLOB: 3, LeftOut.NOT_A_PHOTO: 1}


def test_patterns_are_relative_to_the_chosen_folder(tmp_path: Path) -> None:
    add(tmp_path / "one" / "a.jpg")
    kept = add(tmp_path / "one" / "two" / "one" / "b.jpg")
    assert paths(scan(tmp_path / "one", include=("two/*",))) == [kept]
    result = scan(tmp_path, tmp_path / "one" / "two", exclude=("one",))
    assert result.photos == []
