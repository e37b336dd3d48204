import json
import os
from pathlib import Path

import pytest

from dupefinder.store.lock import DatabaseLock, Left, lock_path
from tests.store.kinds import InUse


def test_the_note_tells_how_the_database_was_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    told = []
    for left in (Left.OPEN, Left.DAMAGED, Left.CLOSED, None):
        lock = DatabaseLock(path, InUse)
        told.append(lock.left)
        if left is not None:
            lock.announce(left)
        assert lock.damaged is (left is Left.DAMAGED)
        lock.release()
    assert told == [Left.UNUSED, Left.OPEN, Left.DAMAGED, Left.CLOSED]
    assert json.loads(lock_path(path).read_bytes())["pid"] == os.getpid()


def test_the_lock_error_names_the_process_that_holds_it(tmp_path: Path) -> None:
    lock = DatabaseLock(tmp_path / "file", InUse)
    lock.announce(Left.OPEN)
    with pytest.raises(InUse) as raised:
        DatabaseLock(tmp_path / "file", InUse)
    assert raised.value.args[0] == tmp_path / "file"
    assert f"process {os.getpid()} on " in raised.value.args[1]
    lock.release(remove=True)
    assert list(tmp_path.iterdir()) == []
    DatabaseLock(tmp_path / "file", InUse).release()


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DatabaseLock(tmp_path / "no folder" / "file", InUse)
