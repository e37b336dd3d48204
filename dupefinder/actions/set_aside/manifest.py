"""The manifest beside every tree of a holding folder: JSON lines, one for each file.

A line is written and on the disk before its file is moved, so no file is ever there without one.
Lines are only ever added: one whose file is not there tells of what was, and of two for one
place the later counts.
"""

import errno
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from dupefinder.actions.json_fields import (
    Unfit,
    digest_field,
    field,
    number_field,
    possible_path,
    time_field,
)
from dupefinder.actions.records import JournalStep
from dupefinder.actions.ways.carrying import sync_folder
from dupefinder.core.records import Evidence

SUFFIX = ".jsonl"
MOST_BYTES = 2_000_000_000
"""A larger manifest is not read: a line has about a thousand bytes."""

_MOST_LINE_BYTES = 1 << 20
"""Longer lines are damaged: a path has at most 4096 bytes, six in the file for each."""
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One line of a manifest.

    Attributes:
        place: Where the file lies, or lay, in the holding folder.
        path: Where it was, as this was called then.
        from_top: Where it was, from the top of its volume, with "/" between the names.
        home: Where it belongs now, should the drive be mounted elsewhere; None when that
            cannot be told, because the holding folder itself was moved.
        size_bytes: Its size.
        mtime_ns: Its modification time.
        digest: 32-byte BLAKE3 digest.
        survivor: Path of the copy that stayed, as it was called then.
        survivor_digest: Digest of that copy.
        survivor_size_bytes: Size of that copy.
        evidence: What showed that the two hold the same photo.
    """

    place: str
    path: str
    from_top: str
    home: str | None
    size_bytes: int
    mtime_ns: int
    digest: bytes
    survivor: str
    survivor_digest: bytes
    survivor_size_bytes: int
    evidence: Evidence

    @property
    def is_companion(self) -> bool:
        """True for what only went along with its photo."""
        return self.evidence is Evidence.SAME_BYTES and self.digest != self.survivor_digest


def append(tree: str, step: JournalStep, top: str) -> None:
    """Write the line of a file that is about to be moved; it is on the disk at return.

    Args:
        tree: The tree of the holding folder that its place is in.
        step: The file.
        top: What the tree counts from.

    Raises:
        OSError: It cannot be written.
    """
    assert step.place is not None  # whatever is set aside has one
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
        # What the program needs should the drive be called otherwise: both from its top.
        "from_top": _slashed(os.path.relpath(os.path.join(os.path.realpath(folder), name), top)),
        "holding": _slashed(os.path.relpath(os.path.dirname(tree), top)),
        "mtime_ns": step.mtime_ns,
    }
    # To be read by people, too. Of a name that is no text, JSON's own escapes are left.
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    # A line that a crash left unfinished must not swallow this one.
    return b"\n" + line + b"\n"


def held_files(holding: str) -> Iterator[HeldFile]:
    """Every file that the manifests of a holding folder tell of, each place once.

    Lines that are damaged are passed over, and so is what is called like a manifest but is none:
    a folder, a link, a pipe.

    Args:
        holding: The folder.

    Raises:
        OSError: The folder or a manifest cannot be read, or a manifest is larger than `MOST_BYTES`.
    """
    holding = os.path.realpath(holding)
    for name in sorted(os.listdir(holding)):
        manifest = os.path.join(holding, name)
        if not name.endswith(SUFFIX) or not stat.S_ISREG(os.lstat(manifest).st_mode):
            continue
        by_place: dict[str, HeldFile] = {}
        with open(manifest, "rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                words = f"it is larger than {MOST_BYTES:,} bytes, the most that is read"
                raise OSError(errno.EFBIG, words, manifest)
            for line in _lines(file):
                held = _held(line, holding, manifest.removesuffix(SUFFIX))
                if held is not None:
                    by_place[held.place] = held
        yield from by_place.values()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a manifest; of one that is too long, pieces that are none."""
    while line := file.readline(_MOST_LINE_BYTES):
        yield line


def _held(line: bytes, holding: str, tree: str) -> HeldFile | None:
    try:
        record = json.loads(line)
        from_top = _path(record, "from_top")
        place = os.path.normpath(os.path.join(tree, _native(_path(record, "file"))))
        # Nothing outside the tree is ever taken for a file of it, nor brought to outside the drive.
        if not place.startswith(tree + os.sep) or _leads_out(_native(from_top)):
            return None
        return HeldFile(
            place=place,
            path=_path(record, "from"),
            from_top=from_top,
            home=_home(holding, _native(_path(record, "holding")), _native(from_top)),
            size_bytes=number_field(record, "bytes"),
            mtime_ns=time_field(record, "mtime_ns"),
            digest=digest_field(record, "blake3"),
            survivor=_path(record, "stays"),
            survivor_digest=digest_field(record, "stays_blake3"),
            survivor_size_bytes=number_field(record, "stays_bytes"),
            evidence=Evidence(field(record, "evidence", str)),
        )
    except (ValueError, RecursionError, Unfit):
        return None


def _path(record: object, name: str) -> str:
    return possible_path(field(record, name, str))


def _leads_out(path: str) -> bool:
    return os.path.isabs(path) or os.pardir in path.split(os.sep)


def _home(holding: str, holding_from_top: str, file_from_top: str) -> str | None:
    """Where a file belongs, counted from where its holding folder lies today."""
    if not holding.endswith(os.sep + holding_from_top):
        return None
    top = holding[: -len(holding_from_top)]
    return os.path.normpath(os.path.join(top, file_from_top))


def _date(mtime_ns: int) -> str:
    try:
        return datetime.fromtimestamp(mtime_ns // _NS_PER_S, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _native(path: str) -> str:
    return path.replace("/", os.sep)
