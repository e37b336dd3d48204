import errno
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.protocol import FileChanged, PlaceTaken
from dupefinder.actions.backends.renaming import rename_without_replacing
from dupefinder.actions.presence import digest_of
from dupefinder.actions.trash import default_trash
from dupefinder.actions.trash.freedesktop import FreedesktopTrash, info_is_of, remove_left_over_info
from tests.actions.removals import add, in_trash, infos, row

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the trash of freedesktop.org, which Windows does not have"
)

RENAME = "dupefinder.actions.backends.moved_away.rename_without_replacing"


def put(
    path: Path, trash: FreedesktopTrash | None = None, expected: os.stat_result | None = None
) -> str:
    trash = trash or FreedesktopTrash()
    place = trash.choose_place(str(path))
    trash.carry_out(replace(row(str(path)), place=place), expected or path.lstat())
    return place


def restore(place: str, path: str) -> None:
    """Bring a file back from the trash, as undoing does."""
    digest, status = digest_of(place), os.lstat(place)
    step = replace(row(path), place=place, digest=digest, mtime_ns=status.st_mtime_ns)
    FreedesktopTrash().bring_back(replace(step, size_bytes=status.st_size))


def info_of(place: str) -> dict[str, str]:
    info = Path(place).parent.parent / "info" / (Path(place).name + ".trashinfo")
    head, *lines = info.read_text("ascii").splitlines()
    assert head == "[Trash Info]"
    return dict(line.split("=", 1) for line in lines)


def test_it_is_the_default_on_linux() -> None:
    assert isinstance(default_trash(), FreedesktopTrash)


def test_a_file_is_moved_with_its_times_and_an_info_file(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "a folder" / "ä & 100%.jpg", b"a photo", 123_456_789)
    before = datetime.now().replace(microsecond=0)
    place = put(photo)
    assert not photo.exists()
    assert in_trash(trash_path) == {"ä & 100%.jpg": b"a photo"}
    assert Path(place).stat().st_mtime_ns == 123_456_789
    info = info_of(place)
    assert unquote(info["Path"]) == str(photo)
    assert re.fullmatch(r"[\w/.~%-]+", info["Path"])
    assert before <= datetime.fromisoformat(info["DeletionDate"]) <= datetime.now()
    for folder in (trash_path, trash_path / "files", trash_path / "info"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_comes_back_with_its_times(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "photo.jpg", b"a photo", 123_456_789)
    restore(put(photo), str(photo))
    assert photo.read_bytes() == b"a photo"
    assert photo.stat().st_mtime_ns == 123_456_789
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_a_home_trash_behind_a_link(tmp_path: Path, home: Path, trash_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (home / "data").symlink_to(tmp_path / "data")
    photo = add(tmp_path / "photo.jpg", b"a photo")
    place = put(photo)
    assert place == str(tmp_path / "data" / "Trash" / "files" / "photo.jpg")
    assert infos(trash_path) == {"photo.jpg"}
    restore(place, str(photo))
    assert photo.read_bytes() == b"a photo"
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_nothing_is_overwritten_when_it_comes_back(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "photo.jpg", b"a photo")
    place = put(photo)
    add(photo, b"another")
    with pytest.raises(FileExistsError):
        restore(place, str(photo))
    assert photo.read_bytes() == b"another"
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    assert infos(trash_path) == {"photo.jpg"}


def test_names_that_are_taken_are_numbered(tmp_path: Path, trash_path: Path) -> None:
    for number in range(4):
        put(add(tmp_path / str(number) / "a.jpg", b"%d" % number))
    assert in_trash(trash_path) == {
        "a.jpg": b"0",
        "a.2.jpg": b"1",
        "a.3.jpg": b"2",
        "a.4.jpg": b"3",
    }


def test_of_many_alike_names_one_is_made_by_chance(tmp_path: Path, trash_path: Path) -> None:
    trash = FreedesktopTrash()
    for number in range(103):
        put(add(tmp_path / "a.jpg", b"%d" % number), trash)
    assert sorted(in_trash(trash_path).values()) == sorted(b"%d" % n for n in range(103))


@pytest.mark.parametrize("room", ["files", "info"])
def test_a_leftover_takes_a_name(tmp_path: Path, trash_path: Path, room: str) -> None:
    add(trash_path / room / ("a.jpg" + ".trashinfo" * (room == "info")), b"a leftover")
    assert put(add(tmp_path / "a.jpg", b"a photo")).endswith("a.2.jpg")


@pytest.mark.parametrize("room", ["files", "info"])
def test_a_place_that_is_taken_meanwhile(tmp_path: Path, trash_path: Path, room: str) -> None:
    photo = add(tmp_path / "a.jpg", b"a photo")
    trash = FreedesktopTrash()
    place = trash.choose_place(str(photo))
    other = add(trash_path / room / ("a.jpg" + ".trashinfo" * (room == "info")), b"other")
    with pytest.raises(PlaceTaken):
        trash.carry_out(replace(row(str(photo)), place=place), photo.lstat())
    assert photo.read_bytes() == b"a photo"
    assert other.read_bytes() == b"other"
    assert (len(in_trash(trash_path)), len(infos(trash_path))) == (room == "files", room == "info")


def test_undecodable_names(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / os.fsdecode(b"\xff\xfe dir") / os.fsdecode(b"a\xe9\n.jpg"), b"a photo")
    place = put(photo)
    assert os.fsencode(Path(place).name) == b"a\xe9\n.jpg"
    assert info_of(place)["Path"].endswith("/%FF%FE%20dir/a%E9%0A.jpg")
    assert info_is_of(place, str(photo))
    restore(place, str(photo))
    assert photo.read_bytes() == b"a photo"


@pytest.mark.parametrize("name", ["é" * 120 + ".jpeg", "x" * 255, "." + "y" * 254])
def test_the_longest_names(tmp_path: Path, trash_path: Path, name: str) -> None:
    places = [put(add(tmp_path / name, b"a photo")) for _ in range(3)]
    assert len(set(places)) == 3
    assert len(in_trash(trash_path)) == len(infos(trash_path)) == 3
    restore(places[2], str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == b"a photo"


@pytest.mark.parametrize("data_home", ["", "relative/path"])
def test_the_home_trash_has_a_default_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_home: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", data_home)
    put(add(tmp_path / "photo.jpg", b"a photo"))
    assert in_trash(home / ".local" / "share" / "Trash") == {"photo.jpg": b"a photo"}


def test_a_relative_home_does_not_move_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "home here")
    for name in ("one", "other"):
        (tmp_path / name / "home here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "one")
    photo = add(tmp_path / "photo.jpg", b"a photo")
    place = put(photo)
    assert os.path.isabs(place)
    monkeypatch.chdir(tmp_path / "other")
    restore(place, str(photo))
    assert photo.read_bytes() == b"a photo"


# Other volumes


def test_a_drive_has_a_trash_of_its_own(drive: Path, trash_path: Path) -> None:
    photo = add(drive / "2024" / "a b.jpg", b"a photo")
    place = put(photo)
    trash = drive / f".Trash-{os.getuid()}"
    assert in_trash(trash) == {"a b.jpg": b"a photo"}
    assert stat.S_IMODE(trash.stat().st_mode) == 0o700
    assert info_of(place)["Path"] == "2024/a%20b.jpg"
    assert info_is_of(place, str(photo))
    assert not trash_path.exists()
    restore(place, str(photo))
    assert photo.read_bytes() == b"a photo"


def test_a_shared_trash_with_the_sticky_bit(drive: Path) -> None:
    shared = drive / ".Trash"
    shared.mkdir()
    shared.chmod(0o1777)
    photo = add(drive / "deep" / "a.jpg", b"a photo")
    place = put(photo)
    own = shared / str(os.getuid())
    assert in_trash(own) == {"a.jpg": b"a photo"}
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert info_of(place)["Path"] == "deep/a.jpg"
    assert info_is_of(place, str(photo))
    assert not info_is_of(place, str(drive / "a.jpg"))


@pytest.mark.parametrize("unsafe", ["not sticky", "link", "file", "own is a link"])
def test_an_unsafe_shared_trash_is_not_used(drive: Path, tmp_path: Path, unsafe: str) -> None:
    shared, elsewhere = drive / ".Trash", tmp_path / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o1777)
    if unsafe == "link":
        shared.symlink_to(elsewhere)
    elif unsafe == "file":
        shared.touch()
    else:
        shared.mkdir()
        shared.chmod(0o777 if unsafe == "not sticky" else 0o1777)
    if unsafe == "own is a link":
        (shared / str(os.getuid())).symlink_to(elsewhere)
    put(add(drive / "a.jpg", b"a photo"))
    assert in_trash(drive / f".Trash-{os.getuid()}") == {"a.jpg": b"a photo"}
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("room", ["", "files", "info"])
def test_a_link_in_a_drives_trash_is_not_followed(drive: Path, tmp_path: Path, room: str) -> None:
    photo = add(drive / "a.jpg", b"a photo")
    link = drive / f".Trash-{os.getuid()}" / room
    link.parent.mkdir(exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotADirectoryError):
        FreedesktopTrash().choose_place(str(photo))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_is_copied_to_another_volume(
    tmp_path: Path, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def across(source: Entry, target: Entry) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source.path)

    monkeypatch.setattr(RENAME, across)
    photo = add(tmp_path / "a.jpg", b"a photo")
    with pytest.raises(OSError, match="cross-device"):
        put(photo)
    assert photo.read_bytes() == b"a photo"
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_a_real_second_volume(tmp_path: Path, trash_path: Path) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second volume to write to")
    trash = memory / f".Trash-{os.getuid()}"
    if trash.exists() or (memory / ".Trash").exists():
        pytest.skip("somebody's trash is there")
    folder = memory / f"dupefinder-test-{os.getpid()}"
    try:
        photo = add(folder / "a.jpg", b"a photo")
        place = put(photo)
        assert in_trash(trash) == {"a.jpg": b"a photo"}
        assert not trash_path.exists()
        restore(place, str(photo))
        assert photo.read_bytes() == b"a photo"
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(trash, ignore_errors=True)


# Changes at the last moment


def test_a_file_that_was_exchanged_stays(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "a.jpg", b"a photo")
    expected = photo.lstat()
    add(tmp_path / "b.jpg", b"another", expected.st_mtime_ns).replace(photo)
    trash = FreedesktopTrash()
    with pytest.raises(FileChanged):
        put(photo, trash, expected)
    assert photo.read_bytes() == b"another"
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


@pytest.mark.parametrize("exchange", ["link", "folder", "rewritten"])
def test_a_file_exchanged_meanwhile_stays(tmp_path: Path, trash_path: Path, exchange: str) -> None:
    photo = add(tmp_path / "a.jpg", b"a photo")
    expected = photo.lstat()
    if exchange == "rewritten":  # with its size and time as before
        add(photo, b"a ph0to", expected.st_mtime_ns)
    else:
        photo.unlink()
        photo.mkdir() if exchange == "folder" else photo.symlink_to(add(tmp_path / "b", b"a photo"))
    trash = FreedesktopTrash()
    with pytest.raises(FileChanged):
        put(photo, trash, expected)
    assert os.path.lexists(photo)
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


@pytest.mark.parametrize("place_is_free", [True, False])
def test_exchanged_between_the_last_look_and_the_rename(
    tmp_path: Path, trash_path: Path, monkeypatch: pytest.MonkeyPatch, place_is_free: bool
) -> None:
    photo = add(tmp_path / "a.jpg", b"a photo")
    other = add(tmp_path / "b.jpg", b"another")
    renames = 0

    def exchange_first(source: Entry, target: Entry) -> None:
        nonlocal renames
        renames += 1
        if renames == 1:
            other.replace(photo)
            rename_without_replacing(source, target)
            if not place_is_free:
                add(photo, b"a third")
        else:
            rename_without_replacing(source, target)

    monkeypatch.setattr(RENAME, exchange_first)
    if place_is_free:
        with pytest.raises(FileChanged):
            put(photo)
        assert photo.read_bytes() == b"another"
        assert (in_trash(trash_path), infos(trash_path)) == ({}, set())
    else:
        with pytest.raises(OSError, match=r"lies here: .*a\.jpg"):
            put(photo)
        assert photo.read_bytes() == b"a third"
        assert in_trash(trash_path) == {"a.jpg": b"another"}
        assert infos(trash_path) == {"a.jpg"}


def test_a_full_disk_leaves_no_half_info_file(
    tmp_path: Path, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    photo = add(tmp_path / "a.jpg", b"a photo")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        put(photo)
    assert photo.read_bytes() == b"a photo"
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_a_file_in_the_trash_folders_place(tmp_path: Path, trash_path: Path) -> None:
    add(trash_path, b"")
    with pytest.raises(FileExistsError):
        FreedesktopTrash().choose_place(str(add(tmp_path / "a.jpg", b"a photo")))


# Info files


def test_an_info_file_that_names_a_file_in_the_trash_is_never_removed(tmp_path: Path) -> None:
    place = put(add(tmp_path / "a.jpg", b"a photo"))
    remove_left_over_info(place)
    assert info_of(place)["Path"]
    Path(place).unlink()
    remove_left_over_info(place)
    remove_left_over_info(place)
    with pytest.raises(FileNotFoundError):
        info_of(place)


@pytest.mark.parametrize(
    "content", [b"[Trash Info]\nDeletionDate=x\n", b"Path=\n", b"Path=%\xff%zz\n", b"\0" * 999]
)
def test_strange_info_files_name_nothing(tmp_path: Path, trash_path: Path, content: bytes) -> None:
    add(trash_path / "info" / "a.jpg.trashinfo", content)
    assert not info_is_of(str(trash_path / "files" / "a.jpg"), str(tmp_path / "a.jpg"))


def run_trash_cli(
    command: str, *options: object, typed: str = "", folder: Path | None = None
) -> str:
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"{command} (trash-cli) is not installed")
    done = subprocess.run(
        [found, *map(str, options)],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_another_program_lists_the_file(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "a ü.jpg", b"a photo")
    put(photo)
    listed = run_trash_cli("trash-list")
    assert re.search(rf"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {re.escape(str(photo))}$", listed, re.M)


def test_another_program_brings_the_file_back(tmp_path: Path, trash_path: Path) -> None:
    photo = add(tmp_path / "photos" / "a ü.jpg", b"a photo", 123_456_789)
    put(photo)
    run_trash_cli("trash-restore", typed="0\n", folder=photo.parent)
    assert (photo.read_bytes(), photo.stat().st_mtime_ns) == (b"a photo", 123_456_789)
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_another_program_knows_the_trash_of_a_drive(tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second volume to write to")
    if (memory / f".Trash-{os.getuid()}").exists() or (memory / ".Trash").exists():
        pytest.skip("somebody's trash is there")
    folder = memory / f"dupefinder-test-{os.getpid()}"
    try:
        photo = add(folder / "a b.jpg", b"a photo")
        put(photo)
        # Newer releases do not look at drives in memory by themselves; older ones do, and do not
        # know the option.
        option: tuple[object, ...] = ()
        if str(photo) not in run_trash_cli("trash-list"):
            option = ("--trash-dir", memory / f".Trash-{os.getuid()}")
        assert str(photo) in run_trash_cli("trash-list", *option)
        run_trash_cli("trash-restore", *option, typed="0\n", folder=folder)
        assert photo.read_bytes() == b"a photo"
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(memory / f".Trash-{os.getuid()}", ignore_errors=True)
