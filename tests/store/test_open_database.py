import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.journal import Journal, JournalNotWritable, JournalTooNew
from dupefinder.core.decisions.marks import MARKS_FORMAT, Mark, MarkRow, MarkStore
from dupefinder.core.errors import DecisionsNotKept, DecisionsNotRead, DupeFinderError
from dupefinder.store import open_database
from dupefinder.store.database_format import DatabaseFormat
from dupefinder.store.lock import DatabaseLock, Left, lock_path
from dupefinder.store.open_database import (
    connect,
    connect_to_read,
    damaged_copies,
    erase,
    set_aside,
)
from dupefinder.store.own_files import make_file
from tests.store.kinds import KINDS, Damaged, InUse, Notes, NotWritable, TooNew, content_of, execute

CHECKOUT = Path(__file__).resolve().parents[2]

OPENER = """
import sys
from pathlib import Path
from tests.store.kinds import KINDS, InUse, Notes
path = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.read(1)
try:
    with Notes.open(path) as notes:
        notes.add("one")
        print("opened", flush=True)
        sys.stdin.read(1)
except InUse as fault:
    print("refused", flush=True)
    sys.stdin.read(1)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.sqlite"


# A damaged byte


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("flipped", [0xFF, 0x01])
def test_a_damaged_byte_anywhere_in_the_header_loses_nothing(
    tmp_path: Path, name: str, flipped: int
) -> None:
    kind = KINDS[name]
    made = tmp_path / "made"
    content = kind.make(made / kind.format.file_name)
    outcomes = {}
    for offset in range(100):
        folder = tmp_path / str(offset)
        shutil.copytree(made, folder)
        path = folder / kind.format.file_name
        damaged = bytearray(path.read_bytes())
        damaged[offset] ^= flipped
        path.write_bytes(damaged)
        try:
            with kind.opened(path) as store:
                if store.set_aside is None:
                    assert kind.content(store) == content
                    outcomes[offset] = "opened"
                else:
                    assert store.set_aside.read_bytes() == damaged
                    outcomes[offset] = "set aside"
        except DupeFinderError:
            outcomes[offset] = "refused"
            kept = [file for file in folder.iterdir() if file.read_bytes()[:100] == damaged[:100]]
            assert len(kept) == 1
        shutil.rmtree(folder)
    spoilt = "refused" if name == "marks" else "set aside"
    assert {outcomes[offset] for offset in range(16)} == {spoilt}, "the magic word"
    assert {outcomes[offset] for offset in range(68, 72)} == {"refused"}, "the kind"


# Files of other kinds


@given(st.integers(-(1 << 31), (1 << 31) - 1), st.sampled_from(sorted(KINDS)))
def test_files_of_other_application_ids_are_left_alone(
    tmp_path_factory: pytest.TempPathFactory, mark: int, name: str
) -> None:
    kind = KINDS[name]
    path = tmp_path_factory.mktemp("foreign") / kind.format.file_name
    execute(path, f"PRAGMA application_id = {mark}", "CREATE TABLE theirs (a)")
    before = path.read_bytes()
    if mark == kind.format.application_id:
        return
    with pytest.raises(DupeFinderError, match="not a "):
        kind.opened(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_each_store_refuses_the_files_of_the_others(tmp_path: Path, name: str, other: str) -> None:
    if name == other:
        return
    path = tmp_path / "file.sqlite"
    KINDS[other].make(path)
    before = content_of([path])
    with pytest.raises(DupeFinderError, match=f"the program's {other}, not a "):
        KINDS[name].opened(path)
    assert content_of([path]) == before


def test_another_programs_journal_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    execute(path, "CREATE TABLE entries (line TEXT)")
    before = path.read_bytes()
    with pytest.raises(DupeFinderError, match="another program's database, not a journal"):
        Journal.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


# Versions


@pytest.mark.parametrize("name", KINDS)
def test_a_later_version_in_the_log_of_a_crash_stays_a_later_version(
    tmp_path: Path, name: str
) -> None:
    kind = KINDS[name]
    (tmp_path / "crashed").mkdir()
    later = kind.format.version + 1
    with kind.opened(tmp_path / "file") as store:
        kind.fill(store)
        store._all(f"PRAGMA user_version = {later}")
        for file in ("file", "file-wal", "file.lock"):
            if (tmp_path / file).exists():
                shutil.copy(tmp_path / file, tmp_path / "crashed" / file)
    path = tmp_path / "crashed" / "file"
    with pytest.raises(DupeFinderError, match="version"):
        kind.opened(path)
    with closing(connect_to_read(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (later,)
    if name == "journal":
        with pytest.raises(JournalTooNew):
            kind.opened(path)


@pytest.mark.parametrize("name", ["catalog", "journal"])
def test_tables_that_no_step_can_lead_on_from_are_set_aside(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    kind.make(tmp_path / "file")
    execute(tmp_path / "file", "PRAGMA user_version = 1")
    with kind.opened(tmp_path / "file") as store:
        assert store.set_aside is not None


def test_a_making_that_was_cut_short_goes_on(path: Path) -> None:
    execute(path, f"PRAGMA application_id = {Notes.FORMAT.application_id}")
    with Notes.open(path) as notes:
        assert notes.set_aside is None
        notes.add("one")


@pytest.mark.parametrize("version", [0, -3])
def test_marks_of_a_version_that_is_none_are_read_and_mended(tmp_path: Path, version: int) -> None:
    kind = KINDS["marks"]
    path = tmp_path / "d.sqlite"
    content = kind.make(path)
    execute(path, f"PRAGMA user_version = {version}")
    with MarkStore.open(path) as store:
        assert store.marks() == content
        assert store._all("PRAGMA user_version") == [(len(MARKS_FORMAT.migrations),)]


def test_marks_whose_making_an_earlier_version_cut_short_go_on(tmp_path: Path) -> None:
    execute(tmp_path / "d.sqlite", "PRAGMA journal_mode = WAL")
    assert (tmp_path / "d.sqlite").stat().st_size > 0
    with MarkStore.open(tmp_path / "d.sqlite") as store:
        assert store.marks() == []


# Damage


def test_damage_that_is_met_is_set_aside_at_the_next_opening(path: Path) -> None:
    with Notes.open(path) as notes:
        notes.add(*(f"{number:0500}" for number in range(100)))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    with Notes.open(path) as notes, pytest.raises(Damaged):
        notes.lines()
    assert json.loads(lock_path(path).read_bytes())["left"] == "damaged"
    with Notes.open(path) as notes:
        assert notes.set_aside is not None
        assert notes.lines() == []
    with Notes.open(path) as notes:
        assert notes.set_aside is None


def test_a_journals_damage_is_looked_at_anew(tmp_path: Path) -> None:
    """A note of damage counts for less than a journal that is sound."""
    kind = KINDS["journal"]
    content = kind.make(tmp_path / "journal.sqlite")
    lock_path(tmp_path / "journal.sqlite").write_text('{"left": "damaged"}')
    with Journal.open(tmp_path / "journal.sqlite") as journal:
        assert journal.set_aside is None
        assert kind.content(journal) == content


def test_damaged_marks_stay_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    with MarkStore.open(path) as store:
        store.keep_marks(MarkRow(bytes([n] * 32), "v", "a" * 200, Mark.KEEP) for n in range(99))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    before = path.read_bytes()
    with MarkStore.open(path) as store, pytest.raises(DecisionsNotRead):
        store.marks()
    execute(path, "PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'marks'")
    with pytest.raises(DecisionsNotRead, match="tables are missing"):
        MarkStore.open(path)
    assert path.read_bytes()[4096:] == before[4096:]
    assert [file.name for file in tmp_path.glob("*damaged*")] == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the root user may write everywhere"
)
def test_marks_that_can_only_be_read_are_read(tmp_path: Path) -> None:
    kind = KINDS["marks"]
    content = kind.make(tmp_path / "d.sqlite")
    (tmp_path / "d.sqlite").chmod(0o400)
    with MarkStore.open(tmp_path / "d.sqlite") as store:
        assert store.marks() == content
        with pytest.raises(DecisionsNotKept):
            store.forget_separations(["a"])


def test_an_opening_that_fails_at_its_end_lets_go_of_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"not a database")
    connections = []
    announce = DatabaseLock.announce

    def connect_and_note(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
        connections.append(connect(*arguments, **keywords))
        return connections[-1]

    def fail_when_all_is_well(lock: DatabaseLock, left: Left) -> None:
        if left is Left.OPEN:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        announce(lock, left)

    with monkeypatch.context() as full_disk:
        full_disk.setattr(DatabaseLock, "announce", fail_when_all_is_well)
        full_disk.setattr(open_database, "connect", connect_and_note)
        with pytest.raises(NotWritable, match=os.strerror(errno.ENOSPC)):
            Notes.open(path)
    (connection,) = connections
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    with Notes.open(path) as notes:
        assert notes.lines() == []


def test_a_file_not_begun_on_a_full_disk_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, kind: DatabaseFormat, **_: bool) -> sqlite3.Connection:
        make_file(path)
        raise kind.faults.not_writable(path, "database or disk is full")

    with monkeypatch.context() as full_disk:
        full_disk.setattr(open_database, "connect", fail)
        with pytest.raises(JournalNotWritable, match="full"):
            Journal.open(tmp_path / "j.sqlite")
    with Journal.open(tmp_path / "j.sqlite") as journal:
        assert journal.set_aside is None
    (tmp_path / "j.sqlite").write_bytes(b"")
    with Journal.open(tmp_path / "j.sqlite") as journal:
        assert journal.set_aside is not None


# Two at once


def test_of_two_programs_that_open_at_once_one_is_refused(path: Path) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(path)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = []
    for answer in range(2):
        for program in programs:
            assert program.stdin is not None
            assert program.stdout is not None
            if answer:
                answers.append(program.stdout.readline().strip())
            else:
                assert program.stdout.readline() == "ready\n"
        if not answer:
            for program in programs:
                assert program.stdin is not None
                program.stdin.write("\n")
                program.stdin.flush()
    for program in programs:
        program.communicate("\n")
        assert program.returncode == 0
    assert sorted(answers) == ["opened", "refused"]
    with Notes.open(path) as notes:
        assert notes.set_aside is None
        assert notes.lines() == ["one"]


def test_a_reader_needs_no_lock_and_changes_nothing(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connect_to_read(path).execute("SELECT 1 FROM notes")
    assert not path.exists()
    with Notes.open(path) as notes, closing(connect_to_read(path)) as reader:
        notes.add("one")
        assert reader.execute("SELECT line FROM notes").fetchall() == [("one",)]
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("DELETE FROM notes")


# Erasing


def test_only_files_of_the_kind_are_erased(path: Path) -> None:
    with Notes.open(path) as notes:
        notes.add("one")
        with pytest.raises(InUse):
            erase(path, Notes.FORMAT)
    execute(path, "PRAGMA user_version = 9")
    with pytest.raises(TooNew):
        Notes.open(path)
    with pytest.raises(DupeFinderError, match="the file is another program's database"):
        erase(path, KINDS["catalog"].format)
    erase(path, Notes.FORMAT)
    assert list(path.parent.iterdir()) == []
    path.mkdir()
    with pytest.raises(NotWritable):
        erase(path, Notes.FORMAT)


def test_a_database_goes_with_its_companions_and_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    asides = []
    for number in (b"1", b"2", b"3"):
        path.write_bytes(number)
        Path(f"{path}-wal").write_bytes(number)
        asides.append(set_aside(path))
    assert [aside.read_bytes() for aside in asides] == [b"1", b"2", b"3"]
    assert [Path(f"{aside}-wal").read_bytes() for aside in asides] == [b"1", b"2", b"3"]
    (tmp_path / "file.damaged-yesterday.sqlite").touch()
    (tmp_path / "my file.damaged-20260101T000000Z.sqlite").touch()
    copies = [*asides, *(Path(f"{aside}-wal") for aside in asides)]
    assert damaged_copies(path) == sorted(copies)
