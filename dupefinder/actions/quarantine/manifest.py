"""The manifest beside every tree of a quarantine folder, and the origin of the files that it lists.

It has one JSON line for each file. A line is on the disk before its file is moved, so no file is
ever there without one. Append-only: a line without a file is history; for one place the last line
wins.

Anybody may have written a manifest, so a line is trusted only for the name of its file. A file goes
back to its own place only if this user's journal has a row of it; its place in the quarantine
folder, which the journal knows too, gives its old folders below the top of its volume, with links
resolved.
"""

import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from dupefinder.actions.backends.durable_copy import sync_folder
from dupefinder.actions.backends.trusted_folder import is_name, volume_top
from dupefinder.actions.json_fields import (
    ValidationError,
    digest_field,
    field,
    number_field,
    possible_path,
    time_field,
)
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.quarantine.folder import quarantine_folder_of
from dupefinder.actions.real_places import is_below
from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.core.records import Evidence
from dupefinder.core.scan.volumes import VolumeTable

SUFFIX = ".jsonl"
MOST_BYTES = 2_000_000_000
"""A larger manifest is not read: a line has about a thousand bytes."""

_MOST_LINE_BYTES = 1 << 20
"""Longer lines are damaged: a path has at most 4096 bytes, six in the file for each."""
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class QuarantinedFile:
    """One line of a manifest.

    Attributes:
        quarantine: The quarantine folder, links resolved.
        names: The names from there to the file.
        path: Its old path.
        from_top: The names from the top of its volume to its old place; None where the line leads
            out of the volume.
        top: The folder that is the top of its volume, wherever that is mounted now; None when
            that cannot be told, because the quarantine folder itself was moved.
        size_bytes: Its size.
        mtime_ns: Its modification time.
        digest: 32-byte BLAKE3 digest.
        survivor: Path of the kept copy at that time.
        survivor_digest: Digest of the kept copy.
        survivor_size_bytes: Size of the kept copy.
        evidence: Evidence that the two hold the same photo.
    """

    quarantine: str
    names: tuple[str, ...]
    path: str
    from_top: tuple[str, ...] | None
    top: str | None
    size_bytes: int
    mtime_ns: int
    digest: bytes
    survivor: str
    survivor_digest: bytes
    survivor_size_bytes: int
    evidence: Evidence

    @property
    def place(self) -> str:
        """Path of the file in the quarantine folder."""
        return os.path.join(self.quarantine, *self.names)

    @property
    def home(self) -> str | None:
        """Path to which the file belongs by its line; None when the line has none."""
        if self.top is None or self.from_top is None:
            return None
        return os.path.join(self.top, *self.from_top)

    @property
    def is_companion(self) -> bool:
        """True for a companion of a photo."""
        return self.evidence is Evidence.SAME_BYTES and self.digest != self.survivor_digest


def append(tree: str, step: JournalStep, top: str) -> None:
    """Write the line of a file that is about to be moved; it is on the disk on return.

    Args:
        tree: The tree of the quarantine folder that its place is in.
        step: The file.
        top: The folder that the tree counts from.

    Raises:
        OSError: It cannot be written.
    """
    assert step.place is not None  # set-aside files always have one
    path = tree + SUFFIX
    is_new = not os.path.lexists(path)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags, 0o600), "ab", buffering=0) as file:
        file.write(_line(tree, step, top))
        os.fsync(file.fileno())
    if is_new:
        sync_folder(os.path.dirname(path))


def _line(tree: str, step: JournalStep, top: str) -> bytes:
    folder, name = os.path.split(step.path)
    record = {
        "file": _slashed(os.path.relpath(step.place or "", tree)),
        "from": step.path,
        "bytes": step.size_bytes,
        "date": _date(step.mtime_ns),
        "blake3": step.digest.hex(),
        "stays": step.survivor,
        "stays_bytes": step.survivor_size_bytes,
        "stays_blake3": step.survivor_digest.hex(),
        "evidence": step.evidence.value,
        "set_aside": datetime.now().astimezone().isoformat(timespec="seconds"),
        # For the program, should the drive be mounted elsewhere: both paths from its top.
        "from_top": _slashed(os.path.relpath(os.path.join(os.path.realpath(folder), name), top)),
        "holding": _slashed(os.path.relpath(os.path.dirname(tree), top)),
        "mtime_ns": step.mtime_ns,
    }
    # Readable by people; only names that are not valid text have JSON escapes.
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    # End a line that a crash left unfinished.
    return b"\n" + line + b"\n"


def quarantined_files(quarantine: str) -> Iterator[QuarantinedFile]:
    """All files that the manifests of a quarantine folder list, each place once.

    Damaged lines, lines that lead out of their tree, and folders, links or pipes with the name of a
    manifest are skipped.

    Args:
        quarantine: The folder.

    Raises:
        OSError: The folder or a manifest cannot be read, or a manifest is larger than `MOST_BYTES`.
    """
    quarantine = os.path.realpath(quarantine)
    for name in sorted(os.listdir(quarantine)):
        manifest = os.path.join(quarantine, name)
        tree = name.removesuffix(SUFFIX)
        if tree == name or not is_name(tree) or not stat.S_ISREG(os.lstat(manifest).st_mode):
            continue
        by_place: dict[tuple[str, ...], QuarantinedFile] = {}
        with open(os.open(manifest, READ_FLAGS), "rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                words = f"it is larger than {MOST_BYTES:,} bytes, the most that is read"
                raise OSError(errno.EFBIG, words, manifest)
            for line in _lines(file):
                held = _held(line, quarantine, tree)
                if held is not None:
                    by_place[held.names] = held
        yield from by_place.values()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Read the lines of a manifest, without those longer than this program writes."""
    is_rest = False
    while line := file.readline(_MOST_LINE_BYTES):
        is_whole = line.endswith(b"\n") or len(line) < _MOST_LINE_BYTES
        if is_whole and not is_rest:
            yield line
        is_rest = not is_whole


def _held(line: bytes, quarantine: str, tree: str) -> QuarantinedFile | None:
    try:
        record = json.loads(line)
        names = names_of(_path(record, "file"))
        if names is None:
            return None
        return QuarantinedFile(
            quarantine=quarantine,
            names=(tree, *names),
            path=_path(record, "from"),
            from_top=names_of(_path(record, "from_top")),
            top=_top(quarantine, _path(record, "holding")),
            size_bytes=number_field(record, "bytes"),
            mtime_ns=time_field(record, "mtime_ns"),
            digest=digest_field(record, "blake3"),
            survivor=_path(record, "stays"),
            survivor_digest=digest_field(record, "stays_blake3"),
            survivor_size_bytes=number_field(record, "stays_bytes"),
            evidence=Evidence(field(record, "evidence", str)),
        )
    except (ValueError, RecursionError, ValidationError):
        return None


def _path(record: object, name: str) -> str:
    return possible_path(field(record, name, str))


def names_of(below: str) -> tuple[str, ...] | None:
    """The names of a path below a folder; None when it leads out of the folder.

    Args:
        below: The path, with "/" between the names.
    """
    names = tuple(below.split("/"))
    return names if all(map(is_name, names)) else None


def _top(quarantine: str, quarantine_from_top: str) -> str | None:
    """The folder that places count from, if the quarantine folder is in its recorded place."""
    names = names_of(quarantine_from_top)
    ending = os.sep + os.path.join(*names) if names else None
    if ending is None or not quarantine.endswith(ending):
        return None
    return os.path.normpath(quarantine[: len(quarantine) - len(ending) + len(os.sep)])


def _date(mtime_ns: int) -> str:
    try:
        return datetime.fromtimestamp(mtime_ns // _NS_PER_S, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that a file belongs to.

    Attributes:
        top: The folder that the names count from.
        names: The names from there to the file; none of them is a link.
    """

    top: str
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file's path."""
        return os.path.join(self.top, *self.names)


def names_in_quarantine(place: str) -> tuple[str, ...]:
    """The names from a quarantine folder to a place in it, the tree first.

    Raises:
        ValueError: It lies in no quarantine folder.
    """
    return tuple(os.path.relpath(place, quarantine_folder_of(place)).split(os.sep))


def origin_of(row: JournalStep) -> Origin | None:
    """The origin of a file whose drive is mounted in the same place.

    Args:
        row: Its row of the journal.

    Returns:
        None where its path now leads to other folders.

    Raises:
        ValueError: It lies in no quarantine folder.
    """
    folder, name = os.path.split(row.path)
    _tree, *folders, _name = names_in_quarantine(row.place or "")
    top = os.path.realpath(folder)
    for expected in reversed(folders):
        top, found = os.path.split(top)
        if os.path.normcase(found) != os.path.normcase(expected):
            return None
    return Origin(top, (*folders, name))


class KnownFiles:
    """The files that a journal knows to be set aside."""

    def __init__(self, rows: Iterable[JournalStep]) -> None:
        """Index the rows of the journal.

        Args:
            rows: Rows of the journal; only those of set-aside files count.
        """
        self._rows: dict[tuple[tuple[str, ...], bytes, int], JournalStep] = {}
        self._volumes = VolumeTable()
        for row in rows:
            if row.kind is not ActionKind.SET_ASIDE or row.place is None:
                continue
            try:
                names = names_in_quarantine(row.place)
            except ValueError:
                continue
            # Its tree is named by the time, and so is unique.
            self._rows[names, row.digest, row.size_bytes] = row

    def row_of(self, held: QuarantinedFile) -> JournalStep | None:
        """The row of a file, wherever its quarantine folder is now; None without one."""
        return self._rows.get((held.names, held.digest, held.size_bytes))

    def origin_of(self, held: QuarantinedFile) -> Origin | None:
        """The origin of a file; None where it is not known.

        Args:
            held: A file that the journal knows.
        """
        row = self.row_of(held)
        if row is None or row.place is None:
            return None
        before = quarantine_folder_of(row.place)
        if os.path.normcase(os.path.realpath(before)) == os.path.normcase(held.quarantine):
            return origin_of(row)
        return self._on_drive_elsewhere(held, row, before)

    def _on_drive_elsewhere(
        self, held: QuarantinedFile, row: JournalStep, before: str
    ) -> Origin | None:
        """The origin of a file whose drive is mounted in another place now.

        The drive is the same, and so is the path of the quarantine folder from its top.
        """
        if held.top is None:
            return None
        below = os.path.relpath(held.quarantine, held.top)
        drive = volume_top(held.quarantine, self._volumes)
        if not before.endswith(os.sep + below) or not is_below(held.top, drive):
            return None
        _tree, *folders, _name = held.names
        return Origin(held.top, (*folders, os.path.basename(row.path)))
