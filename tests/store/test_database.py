import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dupefinder.store import database
from tests.store.kinds import Damaged, InUse, Notes, NotWritable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.sqlite"


def fail_within(notes: Notes) -> None:
    with notes.transaction():
        raise sqlite3.IntegrityError


def add_and_fail(notes: Notes) -> None:
    with notes.transaction():
        notes.add("three")
        fail_within(notes)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_transaction_is_written_in_full_or_not_at_all(path: Path, in_memory: bool) -> None:
    with Notes.open(None if in_memory else path) as notes:
        with notes.transaction():
            notes.add("one")
            with notes.transaction():
                notes.add("two")
        with pytest.raises(sqlite3.IntegrityError):
            add_and_fail(notes)
        assert notes.lines() == ["one", "two"]
        assert notes._write("DELETE FROM notes WHERE line = ?", ("one",)) == 1
        assert notes._one("SELECT count(*) FROM notes") == (1,)
        assert notes.path == (None if in_memory else path.resolve())


def test_an_inner_transaction_that_fails_leaves_the_outer_one_to_decide(path: Path) -> None:
    with Notes.open(path) as notes:
        with notes.transaction():
            notes.add("one")
            with pytest.raises(sqlite3.IntegrityError):
                fail_within(notes)
            notes.add("two")
        assert notes.lines() == ["one", "two"]


def test_a_full_disk_takes_all_back(path: Path) -> None:
    with Notes.open(path) as notes:
        notes.add("one")
        ((pages,),) = notes._all("PRAGMA page_count")
        notes._all(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(NotWritable, match="full"), notes.transaction():
            notes.add(*(f"{number:0500}" for number in range(200)))
        notes._all("PRAGMA max_page_count = 1000")
        notes.add("two")
        assert notes.lines() == ["one", "two"]


def test_a_program_that_ignores_the_lock(path: Path) -> None:
    with Notes.open(path) as notes, closing(sqlite3.connect(path)) as other:
        notes._all("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InUse):
            notes.add("one")
        other.rollback()
        notes.add("two")
        assert notes.lines() == ["two"]


def test_text_that_is_none_is_damage(path: Path) -> None:
    with Notes.open(path) as notes:
        notes._write("INSERT INTO notes VALUES (CAST(x'ff' AS TEXT))")
        with pytest.raises(Damaged):
            notes.lines()


def test_closing_takes_back_what_is_open_and_twice_does_no_harm(path: Path) -> None:
    notes = Notes.open(path)
    notes._connection.execute("BEGIN")
    notes._connection.execute("INSERT INTO notes VALUES ('one')")
    with pytest.raises(InUse):
        Notes.open(path)
    notes.close()
    notes.close()
    with Notes.open(path) as again:
        assert again.lines() == []


def test_no_statement_numbers_its_values() -> None:
    """Python 3.12.0 to 3.12.3 takes "?1" for a name, and warns of values in a sequence."""
    package = Path(database.__file__).parent.parent
    numbered = [
        path.name
        for path in package.rglob("*.py")
        if re.search(r"[=<(, ]\?[0-9]", path.read_text(encoding="utf-8"))
    ]
    assert numbered == []
