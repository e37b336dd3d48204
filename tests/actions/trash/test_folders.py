"""Trash folders that others laid out, or may write to."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind
from dupefinder.actions.trash.freedesktop import FreedesktopTrash
from dupefinder.core.job import JobContext
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from tests.actions.mounting import mounted
from tests.actions.removals import add, files_below, in_trash, plan, row, twins

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the trash of freedesktop.org, which Windows does not have"
)

SOMEBODY = 12345


@pytest.fixture
def trash(drive: Path) -> Path:
    """The place of the drive's trash, there or not."""
    return drive / f".Trash-{os.getuid()}"


def kind_of(drive: Path, journal: Journal) -> ActionKind:
    """The kind of action by which a photo of the drive goes that is to be moved to the trash."""
    execute(plan(twins(drive / "photos")), journal, JobContext())
    (step,) = journal.steps(1)
    return step.kind


def is_set_aside(drive: Path, journal: Journal) -> bool:
    """True when the photo went to the program's own folder, closed to others."""
    if kind_of(drive, journal) is not ActionKind.SET_ASIDE:
        return False
    quarantine = drive / QUARANTINE_FOLDER
    held = [name for name in files_below(quarantine) if name.endswith("photo.jpg")]
    return stat.S_IMODE(quarantine.stat().st_mode) == 0o700 and len(held) == 1


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o755, 0o711, 0o701])
def test_a_trash_that_is_open_to_others_is_not_used(
    drive: Path, trash: Path, journal: Journal, mode: int
) -> None:
    for folder in (trash, trash / "files", trash / "info"):
        folder.mkdir()
    trash.chmod(mode)
    assert is_set_aside(drive, journal)
    assert (in_trash(trash), os.listdir(trash / "info")) == ({}, [])
    assert stat.S_IMODE(trash.stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o700, 0o2700, 0o1700])
def test_a_trash_that_is_closed_is_used(
    drive: Path, trash: Path, journal: Journal, mode: int
) -> None:
    trash.mkdir()
    trash.chmod(mode)
    assert kind_of(drive, journal) is ActionKind.TRASH
    assert in_trash(trash) == {"photo.jpg": b"a photo"}


@pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="gives a folder away")
@pytest.mark.parametrize("mode", [0o700, 0o777])
@pytest.mark.parametrize("shared", [True, False])
def test_a_trash_of_another_account_is_not_used(
    drive: Path, trash: Path, journal: Journal, mode: int, shared: bool
) -> None:
    if shared:
        (drive / ".Trash").mkdir()
        (drive / ".Trash").chmod(0o1777)
        laid_out = [drive / ".Trash" / str(os.getuid()), trash]
    else:
        laid_out = [trash]
    for folder in laid_out:
        folder.mkdir()
        folder.chmod(mode)
        os.chown(folder, SOMEBODY, SOMEBODY)
    assert is_set_aside(drive, journal)
    assert [list(folder.iterdir()) for folder in laid_out] == [[]] * len(laid_out)


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="access control lists, by setfacl")
def test_a_trash_that_a_list_opens_to_others_is_not_used(
    drive: Path, trash: Path, journal: Journal
) -> None:
    trash.mkdir(0o700)
    command = ["setfacl", "-m", f"u:{SOMEBODY}:rwx", str(trash)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("the file system has no access control lists")
    assert is_set_aside(drive, journal)


@pytest.fixture
def without_rights(tmp_path: Path) -> Iterator[Path]:
    """A drive on which every file seems open to all, as on a stick with FAT."""
    if shutil.which("mkfs.vfat") is None and shutil.which("bindfs") is None:
        pytest.skip("neither mkfs.vfat nor bindfs is installed")
    if shutil.which("bindfs") is None:
        image = tmp_path / "fat.img"
        image.write_bytes(bytes(4 << 20))
        subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
        with mounted(tmp_path / "fat", "-o", "loop,umask=000", image) as drive:
            yield drive
        return
    (tmp_path / "below").mkdir()
    options = ("-t", "fuse.bindfs", "-o", "perms=a=rwX,chmod-ignore", tmp_path / "below")
    with mounted(tmp_path / "fat", *options) as drive:
        yield drive


def test_a_drive_without_rights_has_a_trash_all_the_same(
    without_rights: Path, journal: Journal
) -> None:
    assert kind_of(without_rights, journal) is ActionKind.TRASH
    trash = without_rights / f".Trash-{os.getuid()}"
    assert stat.S_IMODE(trash.stat().st_mode) == 0o777
    assert in_trash(trash) == {"photo.jpg": b"a photo"}


@pytest.mark.parametrize("instead", ["open folder", "link"])
def test_a_trash_that_is_exchanged_before_the_photo_goes(
    drive: Path, trash: Path, tmp_path: Path, instead: str
) -> None:
    """Without the sticky bit, anybody who may write at the top of the drive can do this."""
    photo = add(drive / "a.jpg", b"a photo")
    way = FreedesktopTrash()
    place = way.choose_place(str(photo))
    trash.rename(drive / "before")
    elsewhere = tmp_path / "elsewhere" if instead == "link" else trash
    for room in ("files", "info"):
        (elsewhere / room).mkdir(parents=True)
    if instead == "link":
        trash.symlink_to(elsewhere)
    else:
        trash.chmod(0o777)
    with pytest.raises(OSError, match=r"open to other accounts|no folder"):
        way.carry_out(replace(row(str(photo)), place=place), photo.lstat())
    assert photo.read_bytes() == b"a photo"
    assert files_below(elsewhere) == {}


def test_errors_name_the_trash_by_its_visible_path(
    drive: Path, trash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(photo: Entry, place: Entry, *_: object) -> None:
        raise OSError(5, f"it lies here: {place.path}")

    monkeypatch.setattr("dupefinder.actions.backends.moved_away.move_away", refuse)
    photo = add(drive / "a.jpg", b"a photo")
    way = FreedesktopTrash()
    place = way.choose_place(str(photo))
    with pytest.raises(OSError, match="it lies here: " + str(trash / "files" / "a.jpg")):
        way.carry_out(replace(row(str(photo)), place=place), photo.lstat())
