import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.renaming import (
    drop_second_name,
    free_names,
    rename_without_replacing,
)
from tests.actions.removals import entry

RENAMEAT2 = "dupefinder.actions.backends.renaming._renameat2"
NO_WINDOWS = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has one call that never replaces, and no other is used"
)
Call = Callable[[int, bytes, int, bytes, int], int]


def refusing(code: int) -> Call:
    def refuse(old_folder: int, old: bytes, new_folder: int, new: bytes, flags: int) -> int:
        ctypes.set_errno(code)
        return -1

    return refuse


def no_link(source: str, target: str, **_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), source, None, target)


@pytest.fixture(params=["renameat2", "flag unknown", "no renameat2", "no second names"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way that a file system may leave."""
    if request.param == "flag unknown":
        monkeypatch.setattr(RENAMEAT2, lambda: refusing(errno.EINVAL))
    elif request.param != "renameat2":
        monkeypatch.setattr(RENAMEAT2, lambda: None)
    if request.param == "no second names":
        monkeypatch.setattr(os, "link", no_link)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_a_file_gets_its_new_name(tmp_path: Path, no_text: str) -> None:
    old, new = tmp_path / f"{no_text} old", tmp_path / f"{no_text} new"
    old.write_bytes(b"a photo")
    os.utime(old, ns=(5, 5))
    rename_without_replacing(entry(old), entry(new))
    assert new.read_bytes() == b"a photo"
    assert new.stat().st_mtime_ns == 5
    assert new.stat().st_nlink == 1
    assert not old.exists()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_nothing_is_replaced(tmp_path: Path, kind: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a photo")
    if kind == "file":
        new.write_bytes(b"another")
    elif kind == "link":
        new.symlink_to("nowhere")
    else:
        new.mkdir()
    before = new.lstat()
    with pytest.raises(FileExistsError):
        rename_without_replacing(entry(old), entry(new))
    assert old.read_bytes() == b"a photo"
    assert old.stat().st_nlink == 1
    assert os.path.samestat(new.lstat(), before)


@pytest.mark.usefixtures("way")
def test_a_name_is_not_cut_at_a_zero_byte(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(b"a photo")
    with pytest.raises(ValueError, match="null"):
        rename_without_replacing(entry(old), entry(tmp_path / "new\0.jpg"))
    assert old.exists()
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("way")
def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rename_without_replacing(entry(tmp_path / "old"), entry(tmp_path / "new"))
    assert list(tmp_path.glob("*e*")) == [tmp_path / "home"]


@NO_WINDOWS
@pytest.mark.parametrize("code", [errno.EXDEV, errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_refused_renaming_is_not_tried_in_another_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(RENAMEAT2, lambda: refusing(code))
    old = tmp_path / "old"
    old.write_bytes(b"a photo")
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the code is looked at below
        rename_without_replacing(entry(old), entry(tmp_path / "new"))
    assert raised.value.errno == code
    assert old.exists()


@NO_WINDOWS
def test_a_first_name_that_cannot_go_keeps_the_file_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a photo")
    unlink = os.unlink

    def refuse_old(path: str, **options: Any) -> None:
        if path == str(old):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        unlink(path, **options)

    monkeypatch.setattr(RENAMEAT2, lambda: None)
    monkeypatch.setattr(os, "unlink", refuse_old)
    with pytest.raises(PermissionError):
        rename_without_replacing(entry(old), entry(new))
    assert old.read_bytes() == b"a photo"
    assert not new.exists()


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_the_last_name_of_a_file_stays_though_its_removal_is_reported_to_have_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_looked_at: bool
) -> None:
    """A server may do it and not say so: then the new name is the only one."""
    old, new = tmp_path / "old.jpg", tmp_path / "new.jpg"
    old.write_bytes(b"a photo")
    unlink, stat = os.unlink, os.stat

    def unlink_in_silence(path: str, **options: Any) -> None:
        unlink(path, **options)
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    def look(path: Any, **options: Any) -> os.stat_result:
        if not (is_looked_at or os.path.exists(old)):
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return stat(path, **options)

    monkeypatch.setattr(RENAMEAT2, lambda: None)
    monkeypatch.setattr(os, "unlink", unlink_in_silence)
    if not is_looked_at:
        monkeypatch.setattr(Entry, "status", lambda entry: look(entry.path))
    with suppress(OSError) if not is_looked_at else nullcontext():
        rename_without_replacing(entry(old), entry(new))
    assert new.read_bytes() == b"a photo"


@NO_WINDOWS
def test_a_target_that_cannot_be_looked_at_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a photo")
    new.write_bytes(b"another")

    def refuse(path: str, **_: object) -> os.stat_result:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with monkeypatch.context() as patch:
        patch.setattr(RENAMEAT2, lambda: None)
        patch.setattr(os, "link", no_link)
        patch.setattr(Entry, "status", lambda entry: refuse(entry.path))
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            rename_without_replacing(entry(old), entry(new))
    assert (old.read_bytes(), new.read_bytes()) == (b"a photo", b"another")


def test_a_name_is_dropped_only_while_the_file_has_another(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a photo")
    drop_second_name(entry(new), entry(old))
    os.link(old, new)
    drop_second_name(entry(new), entry(old))
    assert (old.read_bytes(), new.exists()) == (b"a photo", False)
    new.write_bytes(b"a photo")
    drop_second_name(entry(new), entry(old))
    assert new.exists()


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_names_fit_and_differ(name: str) -> None:
    names = list(free_names(name, 244))
    assert len(set(names)) == len(names)
    assert all(0 < len(os.fsencode(each)) <= 244 for each in names)
    assert len(os.fsencode(name)) > 244 or names[0] == name
