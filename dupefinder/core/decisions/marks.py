"""A person's decisions, in a file of their own: marks, photos called different, protection.

The catalog can be rebuilt from the photos; decisions cannot, so they are kept apart from it.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from enum import IntEnum
from operator import index
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from blake3 import blake3

from dupefinder.core.decisions.separated import PhotoKeys, PixelKeyKind, SeparatedPhoto, Separation
from dupefinder.core.errors import DecisionsNotKept, DecisionsNotRead
from dupefinder.store.database import Database
from dupefinder.store.database_format import DatabaseFaults, DatabaseFormat

APPLICATION_ID = 0x64757064
"""Marks an SQLite file as one of decisions of this program ("dupd")."""

_MIGRATIONS: Final = (
    # IF NOT EXISTS: if only the version number is damaged, the marks are kept.
    """
CREATE TABLE IF NOT EXISTS marks (
    digest BLOB NOT NULL,
    volume_id BLOB NOT NULL,
    relative_path BLOB NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (digest, volume_id, relative_path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dismissed (group_id TEXT PRIMARY KEY) WITHOUT ROWID;
""",
    # One row for each photo of a decision, not for each of its pairs: 40 photos are 780 pairs.
    """
CREATE TABLE IF NOT EXISTS separations (
    separation_id TEXT PRIMARY KEY,
    decided_ns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS separated (
    separation_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    part INTEGER NOT NULL,
    digest BLOB NOT NULL,
    path BLOB NOT NULL,
    PRIMARY KEY (separation_id, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pixel_keys (
    digest BLOB NOT NULL,
    kind TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (digest, kind, key)
) WITHOUT ROWID;
""",
    # Marks that an action used up, which undoing it restores.
    """
CREATE TABLE IF NOT EXISTS used_up (
    action_id INTEGER NOT NULL,
    path BLOB NOT NULL,
    digest BLOB NOT NULL,
    volume_id BLOB NOT NULL,
    relative_path BLOB NOT NULL,
    PRIMARY KEY (action_id, path)
) WITHOUT ROWID;
""",
    # The number of an action is taken again after a damaged journal, and in that of another
    # catalog; its start is not.
    """
DROP TABLE IF EXISTS used_up;
CREATE TABLE IF NOT EXISTS marks_used_up (
    begun_ns INTEGER NOT NULL,
    path BLOB NOT NULL,
    digest BLOB NOT NULL,
    volume_id BLOB NOT NULL,
    relative_path BLOB NOT NULL,
    PRIMARY KEY (begun_ns, path)
) WITHOUT ROWID;
""",
    # Folders that a scan protected, until another scan of them does not.
    "CREATE TABLE IF NOT EXISTS protected (path BLOB PRIMARY KEY) WITHOUT ROWID;",
)


def _in_use(path: Path, owner: str) -> DecisionsNotKept:
    return DecisionsNotKept(path, f"the file is locked by {owner}")


def _too_new(path: Path, found_version: int, known_version: int) -> DecisionsNotRead:
    return DecisionsNotRead(path, "a later version of the program wrote it")


MARKS_FORMAT: Final = DatabaseFormat(
    noun="file of marks",
    file_name="decisions.sqlite",
    application_id=APPLICATION_ID,
    migrations=_MIGRATIONS,
    faults=DatabaseFaults(DecisionsNotRead, DecisionsNotKept, _in_use, _too_new),
)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn faults into `DecisionsNotRead`, as SQLite has the same codes for writing."""
    try:
        yield
    except DecisionsNotKept as fault:
        raise DecisionsNotRead(fault.path, fault.reason) from fault


class Mark(IntEnum):
    """A person's decision about one photo."""

    NONE = 0
    KEEP = 1
    REMOVE = 2


MarkKey = tuple[bytes, str, str]
"""The photo of a mark: digest of its content, volume, and path below its mount point."""


class MarkRow(NamedTuple):
    """The mark of one file.

    Attributes:
        digest: 32-byte BLAKE3 digest of its content.
        volume_id: Its volume.
        relative_path: Its path below the volume's mount point.
        mark: The decision; `Mark.NONE` forgets it.
    """

    digest: bytes
    volume_id: str
    relative_path: str
    mark: Mark


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} instead of bytes")
    return value


class MarkStore(Database):
    """An open file of decisions, in use by one thread at a time."""

    FORMAT = MARKS_FORMAT

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Open the file at a path, made when missing; None keeps everything in memory.

        Raises:
            DecisionsNotRead: It cannot be read, is something else or damaged, or was written by a
                later version of the program. It is left untouched.
            DecisionsNotKept: It cannot be made.
        """
        if path is None:
            return cls._open_in_memory()
        with _reading() if os.path.lexists(path) else nullcontext():
            return cls._open_unlocked(path)

    def _each(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        with _reading():
            yield from super()._each(sql, parameters)

    def marks(self) -> list[MarkRow]:
        """All marks.

        Raises:
            DecisionsNotRead: They cannot be read.
        """
        rows = self._each("SELECT digest, volume_id, relative_path, mark FROM marks")
        with self._demanding_sense():
            return [
                MarkRow(_bytes(digest), os.fsdecode(volume), os.fsdecode(path), Mark(mark))
                for digest, volume, path, mark in rows
            ]

    def keep_marks(self, rows: Iterable[MarkRow]) -> None:
        """Write marks, all or none of them.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        kept, forgotten = [], []
        for row in rows:
            key = row.digest, os.fsencode(row.volume_id), os.fsencode(row.relative_path)
            if row.mark is Mark.NONE:
                forgotten.append(key)
            else:
                kept.append((*key, int(row.mark)))
        with self.transaction():
            self._write_many("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", kept)
            self._write_many(
                "DELETE FROM marks WHERE digest = ? AND volume_id = ? AND relative_path = ?",
                forgotten,
            )

    def keep_used_up(self, begun_ns: int, photos: Mapping[str, MarkKey]) -> None:
        """Store the photos that an action removed because they were marked.

        Args:
            begun_ns: The start of the action, `Outcome.begun_ns`.
            photos: Keys of their marks by their paths.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        rows = [
            (begun_ns, os.fsencode(path), digest, os.fsencode(volume_id), os.fsencode(below))
            for path, (digest, volume_id, below) in photos.items()
        ]
        with self.transaction():
            self._write("DELETE FROM marks_used_up WHERE begun_ns = ?", (begun_ns,))
            self._write_many("INSERT INTO marks_used_up VALUES (?, ?, ?, ?, ?)", rows)

    def take_used_up(self, begun_ns: int, paths: Collection[str]) -> list[MarkKey]:
        """Return photos of `keep_used_up` that are back in their places, and forget them.

        Args:
            begun_ns: The start of the action.
            paths: The photos that came back.

        Raises:
            DecisionsNotKept: They cannot be read or written.
        """
        rows = self._each(
            "SELECT path, digest, volume_id, relative_path FROM marks_used_up WHERE begun_ns = ?",
            (begun_ns,),
        )
        back = frozenset(map(os.fsencode, paths))
        with self._demanding_sense():
            found = {
                path: (_bytes(digest), os.fsdecode(volume_id), os.fsdecode(below))
                for path, digest, volume_id, below in rows
                if path in back
            }
        with self.transaction():
            self._write_many(
                "DELETE FROM marks_used_up WHERE begun_ns = ? AND path = ?",
                [(begun_ns, path) for path in found],
            )
        return list(found.values())

    def protected_folders(self) -> set[str]:
        """Real paths of the folders that are protected.

        Raises:
            DecisionsNotRead: They cannot be read.
        """
        with self._demanding_sense():
            return {
                os.fsdecode(_bytes(path)) for (path,) in self._each("SELECT path FROM protected")
            }

    def keep_protected(self, folders: Collection[str]) -> None:
        """Store the folders that are protected, in place of those that were.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        with self.transaction():
            self._write("DELETE FROM protected")
            self._write_many(
                "INSERT INTO protected VALUES (?)", [(os.fsencode(one),) for one in folders]
            )

    def separations(self) -> list[Separation]:
        """All decisions that photos are different, the newest first.

        Raises:
            DecisionsNotRead: They cannot be read, not even one of them.
        """
        with self._demanding_sense():
            return self._separations()

    def digest_of_separations(self) -> bytes:
        """A digest of all decisions that photos are different, those of earlier versions included.

        Raises:
            DecisionsNotRead: They cannot be read.
        """
        digest = blake3()
        for sql in (
            "SELECT separation_id FROM separations ORDER BY separation_id",
            "SELECT separation_id, place, part, digest, path FROM separated"
            " ORDER BY separation_id, place",
            "SELECT digest, kind, key FROM pixel_keys ORDER BY digest, kind, key",
            "SELECT group_id FROM dismissed ORDER BY group_id",
        ):
            for row in self._each(sql):
                digest.update(f"{row!r}\n".encode("utf-8", "surrogatepass"))
            digest.update(b"\n")
        return digest.digest()

    def separation_ids(self) -> list[str]:
        """Ids of all decisions that photos are different, sorted.

        Raises:
            DecisionsNotRead: They cannot be read.
        """
        return [one for (one,) in self._each("SELECT separation_id FROM separations ORDER BY 1")]

    def _separations(self) -> list[Separation]:
        pixels: dict[bytes, set[tuple[PixelKeyKind, bytes]]] = {}
        for digest, kind, key in self._each("SELECT digest, kind, key FROM pixel_keys"):
            pixels.setdefault(_bytes(digest), set()).add((PixelKeyKind(kind), _bytes(key)))
        photos: dict[str, list[SeparatedPhoto]] = {}
        for separation_id, part, digest, path in self._each(
            "SELECT separation_id, part, digest, path FROM separated ORDER BY place"
        ):
            keys = PhotoKeys(_bytes(digest), frozenset(pixels.get(digest, ())))
            photo = SeparatedPhoto(keys, index(part), os.fsdecode(path))
            photos.setdefault(separation_id, []).append(photo)
        return [
            Separation(tuple(photos.get(separation_id, ())), index(decided_ns))
            for separation_id, decided_ns in self._each(
                "SELECT separation_id, decided_ns FROM separations"
                " ORDER BY decided_ns DESC, separation_id"
            )
        ]

    @contextmanager
    def _demanding_sense(self) -> Iterator[None]:
        """Treat values that no version writes as damage."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise self._damaged("it holds what this version does not understand") from error

    def keep_separations(self, separations: Iterable[Separation]) -> None:
        """Write decisions that photos are different, all or none of them.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        with self.transaction():
            # Of thousands each is written as it is made. A decision that was made before is of the
            # same contents: what is known of their pixels stays.
            for one in separations:
                self._write("DELETE FROM separated WHERE separation_id = ?", (one.separation_id,))
                self._write("DELETE FROM separations WHERE separation_id = ?", (one.separation_id,))
                self._write(
                    "INSERT INTO separations VALUES (?, ?)", (one.separation_id, one.decided_ns)
                )
                self._write_many(
                    "INSERT INTO separated VALUES (?, ?, ?, ?, ?)",
                    [
                        (
                            one.separation_id,
                            place,
                            photo.part,
                            photo.keys.digest,
                            os.fsencode(photo.path),
                        )
                        for place, photo in enumerate(one.photos)
                    ],
                )
                self.add_pixel_keys(photo.keys for photo in one.photos)

    def add_pixel_keys(self, photos: Iterable[PhotoKeys]) -> None:
        """Add pixel keys of photos in decisions.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._write_many(
            "INSERT OR IGNORE INTO pixel_keys VALUES (?, ?, ?)",
            [(keys.digest, kind.value, key) for keys in photos for kind, key in keys.pixels],
        )

    def forget_separations(self, separation_ids: Iterable[str]) -> int:
        """Take decisions back that photos are different.

        Returns:
            Number of decisions taken back.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        rows = [(separation_id,) for separation_id in separation_ids]
        with self.transaction():
            self._write_many("DELETE FROM separated WHERE separation_id = ?", rows)
            found = self._write_many("DELETE FROM separations WHERE separation_id = ?", rows)
            self._write("DELETE FROM pixel_keys WHERE digest NOT IN (SELECT digest FROM separated)")
        return found

    def dismissed(self) -> set[str]:
        """Groups dismissed by an earlier version, which stored them by the ids of groups.

        The photos are known once a scan finds a group with this `Group.group_id`.
        """
        return {name for (name,) in self._each("SELECT group_id FROM dismissed")}

    def carry_over(self, separations: Mapping[str, Separation]) -> None:
        """Replace dismissed groups by decisions by content.

        Args:
            separations: By the id of the group.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        with self.transaction():
            self.keep_separations(separations.values())
            self._write_many(
                "DELETE FROM dismissed WHERE group_id = ?",
                [(group_id,) for group_id in separations],
            )
