"""The JSON that a scan wrote, read again. Whoever changed it by hand is told what does not fit."""

import json
import os
import sys
from dataclasses import dataclass
from typing import Any, TypeVar

from dupefinder.actions.records import PlannedFile
from dupefinder.cli.report_json import FORMAT, FORMAT_VERSION
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.records import Evidence

FROM_STDIN = "-"

_DIGEST_BYTES = 32
_BEYOND = 1 << 63

Value = TypeVar("Value", str, int, bool, list[Any], dict[str, Any])


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a group, as far as a removal needs it.

    Attributes:
        file: The file.
        keep: False where the scan proposed its removal.
        evidence: What it was recognised by; None for the keeper.
        against: The copy that stays for it; None for the keeper.
    """

    file: PlannedFile
    keep: bool
    evidence: Evidence | None
    against: str | None


@dataclass(frozen=True, slots=True)
class GroupsFile:
    """What a scan found, as far as a removal needs it.

    Attributes:
        groups: The files of each group.
        protected_folders: Folders that the person or another program keeps.
    """

    groups: tuple[tuple[ListedFile, ...], ...]
    protected_folders: tuple[str, ...]


class _Unfit(Exception):
    """What is wrong with the document."""


def read_groups(path: str) -> GroupsFile:
    """Read what `dupefinder scan --json` wrote.

    Args:
        path: The file; `FROM_STDIN` for standard input.

    Raises:
        WrongUsage: It cannot be read, or is something else.
    """
    name = "standard input" if path == FROM_STDIN else ascii(path)
    try:
        if path == FROM_STDIN:
            content = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                content = file.read()
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WrongUsage(f"cannot read {name}: {words}") from error
    try:
        return _groups_file(json.loads(content))
    except (_Unfit, ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, _Unfit) else "it is no JSON"
        raise WrongUsage(
            f"{name} is not what `dupefinder scan --json` of this version writes: {words}"
        ) from error


def _groups_file(document: object) -> GroupsFile:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _Unfit(f'it does not say "format": "{FORMAT}"')
    version = document.get("version")
    if type(version) is not int or version != FORMAT_VERSION:
        raise _Unfit(f"its version is {version!a}, and {FORMAT_VERSION} is the one that is known")
    protect = _field(_field(document, "settings", dict), "protect", list)
    managed = _field(_field(document, "stats", dict), "managed", list)
    return GroupsFile(
        groups=tuple(
            tuple(_listed_file(file) for file in _field(group, "files", list))
            for group in _field(document, "groups", list)
        ),
        protected_folders=(
            *(_path(folder) for folder in protect),
            *(
                _path(folder["path"])
                for folder in managed
                if _field(folder, "protected", bool) and _field(folder, "path", str)
            ),
        ),
    )


def _listed_file(record: object) -> ListedFile:
    size_bytes, mtime_ns = _field(record, "bytes", int), _field(record, "mtime_ns", int)
    if not (0 <= size_bytes < _BEYOND and -_BEYOND <= mtime_ns < _BEYOND):
        raise _Unfit('"bytes" or "mtime_ns" is no number that a file can have')
    try:
        digest = bytes.fromhex(_field(record, "digest", str))
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise _Unfit('"digest" is no digest')
    assert isinstance(record, dict)  # the fields were in it
    evidence, against = record.get("evidence"), record.get("against")
    if evidence is not None and evidence not in list(Evidence):
        raise _Unfit(f'"evidence" is {evidence!a}')
    return ListedFile(
        file=PlannedFile(
            path=_path(_field(record, "path", str)),
            size_bytes=size_bytes,
            mtime_ns=mtime_ns,
            digest=digest,
            protected=_field(record, "protected", bool),
        ),
        keep=_field(record, "keep", bool),
        evidence=None if evidence is None else Evidence(evidence),
        against=None if against is None else _path(against),
    )


def _field(record: object, name: str, kind: type[Value]) -> Value:
    value = record.get(name) if isinstance(record, dict) else None
    if type(value) is not kind:  # a truth value would count as a number
        raise _Unfit(f'"{name}" is missing or not of its kind')
    return value


def _path(value: object) -> str:
    if not isinstance(value, str) or not os.path.isabs(value) or "\0" in value:
        raise _Unfit(f"{value!a} is no whole path")
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise _Unfit(f"{value!a} is no path") from None
    return value
