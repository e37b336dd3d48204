import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.store.database_format import known_faults, migrate, table_names, user_version
from tests.store.kinds import (
    FAULTS,
    KINDS,
    Damaged,
    InUse,
    NotWritable,
    make_version,
    tables,
)


@pytest.mark.parametrize("name", KINDS)
def test_every_version_becomes_the_newest_as_if_it_were_new(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    kind.opened(tmp_path / "new").close()
    assert kind.format.version >= 1
    for version in range(1, kind.format.version + 1):
        path = tmp_path / f"of version {version}"
        make_version(path, kind.format, version)
        with kind.opened(path) as store:
            assert store.set_aside is None
            kind.fill(store)
        assert tables(path) == tables(tmp_path / "new")


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, ...]:
    """Migrations that add tables and columns, some with rows, in any order that is possible."""
    made: list[str] = []
    for number in range(draw(st.integers(1, 6))):
        if number and draw(st.booleans()):
            table = draw(st.sampled_from([n for n in range(number) if "CREATE" in made[n]]))
            made.append(f"ALTER TABLE t{table} ADD COLUMN c{number} DEFAULT {number};")
        else:
            made.append(f"CREATE TABLE t{number} (a); INSERT INTO t{number} VALUES (7)")
    return tuple(made)


@given(steps(), st.data())
def test_it_makes_no_difference_where_migrating_began(
    migrations: tuple[str, ...], data: st.DataObject
) -> None:
    dumps = []
    for begun in (0, data.draw(st.integers(0, len(migrations)))):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            migrate(connection, migrations[:begun])
            migrate(connection, migrations)
            migrate(connection, migrations)
            assert user_version(connection) == len(migrations)
            dumps.append(list(connection.iterdump()))
    assert dumps[0] == dumps[1]


@pytest.mark.parametrize("version", [0, -5])
def test_an_unknown_older_version_runs_every_step(version: int) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        migrate(connection, ("CREATE TABLE one (a)", "CREATE TABLE two (a)"))
        assert user_version(connection) == 2
        assert table_names(connection) == {"one", "two"}


def test_a_step_that_fails_leaves_the_version_before() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="NONSENSE"):
            migrate(connection, ("CREATE TABLE one (a)", "CREATE TABLE half (a); NONSENSE"))
        assert user_version(connection) == 1
        assert table_names(connection) == {"one"}
        assert not connection.in_transaction


def fault(code: int | None, words: str = "words") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    if code is not None:
        error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (fault(sqlite3.SQLITE_CORRUPT), Damaged),
        (fault(sqlite3.SQLITE_CORRUPT_INDEX), Damaged),
        (fault(sqlite3.SQLITE_NOTADB), Damaged),
        (fault(None, "Could not decode to UTF-8 column 'a'"), Damaged),
        (fault(sqlite3.SQLITE_FULL), NotWritable),
        (fault(sqlite3.SQLITE_READONLY_DBMOVED), NotWritable),
        (fault(sqlite3.SQLITE_IOERR_FSYNC), NotWritable),
        (fault(sqlite3.SQLITE_CANTOPEN), NotWritable),
        (fault(sqlite3.SQLITE_BUSY_SNAPSHOT), InUse),
        (fault(sqlite3.SQLITE_LOCKED), InUse),
        (fault(sqlite3.SQLITE_PROTOCOL), InUse),
        (fault(sqlite3.SQLITE_ERROR), sqlite3.OperationalError),
        (fault(None), sqlite3.OperationalError),
    ],
)
def test_faults_of_the_environment_and_no_others_are_the_stores_own(
    error: sqlite3.Error, kind: type[Exception]
) -> None:
    with pytest.raises(kind), known_faults(Path("file"), FAULTS):
        raise error


def test_a_file_that_cannot_be_read_as_a_database() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_bytes(b"no database" * 100)
        with (
            closing(sqlite3.connect(path)) as connection,
            pytest.raises(Damaged),
            known_faults(path, FAULTS),
        ):
            table_names(connection)
