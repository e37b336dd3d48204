"""The JSON that a scan wrote, read again. Whoever changed it by hand is told what does not fit."""

import sys
from dataclasses import dataclass

from dupefinder.actions.json_fields import (
    MOST_BYTES,
    ValidationError,
    code_field,
    document_of,
    field,
    planned_file,
    reason_field,
    whole_path,
)
from dupefinder.actions.records import PlannedFile
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.records import Evidence, Reason
from dupefinder.export.groups_json import FORMAT, FORMAT_VERSION
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _

FROM_STDIN = "-"


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a group, as far as a removal needs it.

    Attributes:
        file: The file.
        keep: False where the scan proposed its removal.
        is_keeper: True for the one copy that the scan would keep first.
        evidence: What it was recognised by; None for the keeper.
        against: The kept copy for it; None for the keeper.
        reason: Why it stays, or could go; None where the file does not say.
    """

    file: PlannedFile
    keep: bool
    is_keeper: bool
    evidence: Evidence | None
    against: str | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class GroupsFile:
    """Result of a scan, as far as a removal needs it.

    Attributes:
        groups: The files of each group.
        protected_folders: Folders that the person or another program keeps.
    """

    groups: tuple[tuple[ListedFile, ...], ...]
    protected_folders: tuple[str, ...]


def read_groups(path: str) -> GroupsFile:
    """Read what `dupefinder scan --json` wrote.

    Args:
        path: The file; `FROM_STDIN` for standard input.

    Raises:
        WrongUsage: It cannot be read, or is something else.
    """
    name, content = read_named(path)
    try:
        return _groups_file(content)
    except ValidationError as error:
        raise WrongUsage(
            _("{name} is not what `dupefinder scan --json` of this version writes: {error}").format(
                name=name, error=error
            )
        ) from error


def read_named(path: str) -> tuple[str, bytes]:
    """Read a file that was named on the command line.

    Args:
        path: The file; `FROM_STDIN` for standard input.

    Returns:
        What to call it, and its content.

    Raises:
        WrongUsage: It cannot be read, or is larger than `MOST_BYTES`.
    """
    name = _("standard input") if path == FROM_STDIN else ascii(path)
    try:
        if path == FROM_STDIN:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with open(path, "rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WrongUsage(_("cannot read {name}: {words}").format(name=name, words=words)) from error
    except MemoryError:
        words = _("it is too large for the memory of this computer")
        raise WrongUsage(_("cannot read {name}: {words}").format(name=name, words=words)) from None
    if len(content) > MOST_BYTES:
        raise WrongUsage(
            _("cannot read {name}: it is larger than {size}, the most that is read").format(
                name=name, size=bytes_text(MOST_BYTES)
            )
        )
    return name, content


def _groups_file(content: bytes) -> GroupsFile:
    document = document_of(content, FORMAT, FORMAT_VERSION)
    protect = field(field(document, "settings", dict), "protect", list)
    managed = field(field(document, "stats", dict), "managed", list)
    return GroupsFile(
        groups=tuple(
            tuple(_listed_file(file) for file in field(group, "files", list))
            for group in field(document, "groups", list)
        ),
        protected_folders=(
            *(whole_path(folder) for folder in protect),
            *(
                whole_path(folder["path"])
                for folder in managed
                if field(folder, "protected", bool) and field(folder, "path", str)
            ),
        ),
    )


def _listed_file(record: object) -> ListedFile:
    file = planned_file(record)
    assert isinstance(record, dict)  # the fields were in it
    against = record.get("against")
    return ListedFile(
        file=file,
        keep=field(record, "keep", bool),
        is_keeper=field(record, "keeper", bool),
        evidence=code_field(record, "evidence", Evidence),
        against=None if against is None else whole_path(against),
        reason=reason_field(record, "reason"),
    )
