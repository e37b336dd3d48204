import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.backends.attributes import (
    attributes_of,
    completed,
    narrowed,
    write_attributes,
)
from tests.actions.access_lists import HANDED_DOWN, SOMEBODY, access_list, give, list_of
from tests.actions.removals import add

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="this system sets permissions by a path alone"
)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return add(tmp_path / "original.jpg", b"a photo")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = add(tmp_path / "copy.jpg", b"a photo")
    path.chmod(0o600)
    return path


@contextmanager
def opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def give_all(original: Path, copy: Path, *, demand_acl: bool = False) -> int:
    """Give a copy what its original has; returns its permissions."""
    with opened(copy) as descriptor:
        write_attributes(descriptor, attributes_of(str(original)), demand_acl=demand_acl)
    return stat.S_IMODE(copy.stat().st_mode)


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o6644, 0o1644])
def test_set_user_and_set_group_bits_are_lost(original: Path, copy: Path, mode: int) -> None:
    original.chmod(mode)
    assert give_all(original, copy) == mode & 0o777


def rights(mode: int, *, is_owner: bool, in_group: bool) -> int:
    return mode >> (6 if is_owner else 3 if in_group else 0) & 0o7


@given(
    mode=st.integers(0, 0o7777),
    owner_kept=st.booleans(),
    group_kept=st.booleans(),
    was_owner=st.booleans(),
    in_group=st.booleans(),
    in_new_group=st.booleans(),
)
def test_nobody_but_the_owner_of_a_copy_may_do_more_than_before(
    mode: int,
    owner_kept: bool,
    group_kept: bool,
    was_owner: bool,
    in_group: bool,
    in_new_group: bool,
) -> None:
    new = narrowed(mode, owner_kept=owner_kept, group_kept=group_kept)
    assert new & ~mode & 0o7700 == 0
    if was_owner and owner_kept:
        return
    before = rights(mode, is_owner=was_owner, in_group=in_group)
    now = rights(new, is_owner=False, in_group=in_group if group_kept else in_new_group)
    assert now & ~before == 0


def test_modes_stay_where_owner_or_group_is_kept() -> None:
    assert narrowed(0o664, owner_kept=True, group_kept=True) == 0o664
    assert narrowed(0o664, owner_kept=False, group_kept=True) == 0o664
    assert narrowed(0o664, owner_kept=False, group_kept=False) == 0o644


def test_an_access_list_is_kept(original: Path, copy: Path) -> None:
    acl = give(original)
    assert give_all(original, copy, demand_acl=True) == 0o660
    assert list_of(copy) == acl


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def test_without_the_access_list_only_the_owner_has_rights(
    original: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(original)
    monkeypatch.setattr(os, "setxattr", refuse)
    assert give_all(original, copy) == 0o600
    with pytest.raises(OSError, match="access list"):
        give_all(original, copy, demand_acl=True)


def test_a_list_that_a_folder_hands_down_is_not_taken_over(
    tmp_path: Path, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(tmp_path, HANDED_DOWN)
    original.chmod(0o640)
    copy = add(tmp_path / "copy.jpg", b"a photo")
    assert list_of(copy) != b""
    assert give_all(original, copy) == 0o640
    assert list_of(copy) == b""
    monkeypatch.setattr(os, "removexattr", lambda *_: refuse_to_change())
    assert give_all(original, copy) == 0o600


def refuse_to_change() -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_list_goes_only_with_the_owner_that_it_was_made_for(
    original: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(original)
    record = json.loads(attributes_of(str(original)))
    record["uid"] = SOMEBODY
    monkeypatch.setattr(os, "chown", lambda *_: refuse_to_change())
    with opened(copy) as descriptor:
        write_attributes(descriptor, json.dumps(record).encode())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list_of(copy) == b""


def test_the_rights_of_a_group_from_an_earlier_journal_may_be_those_of_a_list(
    original: Path, copy: Path
) -> None:
    original.chmod(0o664)
    record = json.loads(attributes_of(str(original)))
    del record["acl"]
    with opened(copy) as descriptor:
        write_attributes(descriptor, json.dumps(record).encode())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o644


def test_an_attribute_that_came_since_is_added_to_those_of_before() -> None:
    before = {"mode": 0o640, "uid": 1, "gid": 2, "acl": "", "xattrs": {"user.a": "01"}}
    now = {"mode": 0o777, "uid": 0, "gid": 0, "acl": "", "xattrs": {"user.b": "02"}}
    joined = json.loads(completed(json.dumps(before).encode(), json.dumps(now).encode()))
    assert joined == {**before, "xattrs": {"user.a": "01", "user.b": "02"}}


def test_a_list_is_read_as_the_system_keeps_it(original: Path) -> None:
    give(original)
    assert json.loads(attributes_of(str(original)))["acl"] == access_list().hex()


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("call", ["setxattr", "removexattr", "chown", "chmod"])
def test_after_a_fault_of_the_disk_nothing_counts_as_kept(
    original: Path, copy: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """A drive that cannot keep it is one thing, a disk that fails or is full another."""
    if call == "setxattr":
        give(original)

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(code)):
        give_all(original, copy)


@pytest.mark.parametrize("call", ["listxattr", "getxattr"])
def test_attributes_that_cannot_be_read_are_not_none(
    original: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        attributes_of(str(original))
    monkeypatch.setattr(os, call, refuse)
    assert json.loads(attributes_of(str(original)))["xattrs"] == {}
