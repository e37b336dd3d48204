"""The three stores of the program, and a small one of the tests, seen alike."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from dupefinder.actions.journal import Journal
from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.decisions.marks import Mark, MarkRow, MarkStore
from dupefinder.core.errors import DupeFinderError
from dupefinder.store.database import Database
from dupefinder.store.database_format import DatabaseFaults, DatabaseFormat, migrate
from tests.actions.removals import row


class Damaged(DupeFinderError):
    pass


class NotWritable(DupeFinderError):
    pass


class InUse(DupeFinderError):
    pass


class TooNew(DupeFinderError):
    pass


FAULTS = DatabaseFaults(Damaged, NotWritable, InUse, TooNew)


class Notes(Database):
    """A store of lines of text."""

    FORMAT = DatabaseFormat(
        "notebook", "notes.sqlite", 0x74657374, ("CREATE TABLE notes (line TEXT)",), FAULTS
    )

    @classmethod
    def open(cls, path: Path | None) -> Self:
        return cls._open_in_memory() if path is None else cls._open_locked(path)

    def add(self, *lines: str) -> None:
        self._write_many("INSERT INTO notes VALUES (?)", [(line,) for line in lines])

    def lines(self) -> list[str]:
        return [line for (line,) in self._each("SELECT line FROM notes")]


@dataclass(frozen=True)
class Kind:
    """A store: how it is opened, filled, and what it then says that it holds."""

    opened: Callable[[Path], Database]
    fill: Callable[[Any], None]
    content: Callable[[Any], object]

    @property
    def format(self) -> DatabaseFormat:
        return self.store.FORMAT

    @property
    def store(self) -> type[Database]:
        store: type[Database] = self.opened.__self__  # type: ignore[attr-defined]
        return store

    def make(self, path: Path) -> object:
        """Make a file with something in it, and say what."""
        with self.opened(path) as store:
            self.fill(store)
            return self.content(store)


def _fill_journal(journal: Journal) -> None:
    journal.add(journal.begin_action(), [row("/photos/a.jpg")])


KINDS = {
    "catalog": Kind(
        Catalog.open,
        lambda catalog: catalog.record_files([FileRow("v", "a", 1, 1)]),
        lambda catalog: catalog.known_files("v"),
    ),
    "journal": Kind(Journal.open, _fill_journal, lambda journal: journal.steps(1)),
    "marks": Kind(
        MarkStore.open,
        lambda marks: marks.keep_marks([MarkRow(bytes(32), "v", "a", Mark.KEEP)]),
        lambda marks: marks.marks(),
    ),
}


def make_version(path: Path, kind: DatabaseFormat, version: int) -> None:
    """Make a file as a program that knew only some versions did."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {kind.application_id}")
        migrate(connection, kind.migrations[:version])


def tables(path: Path) -> list[tuple[Any, ...]]:
    """The statements that make the tables and indexes of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def content_of(files: Iterable[Path]) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in files}
