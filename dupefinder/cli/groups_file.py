"""The result of a scan, as `apply` reads it: its groups with what a removal needs."""

import sys
from dataclasses import dataclass

from dupefinder.actions.json_fields import (
    MOST_BYTES,
    Misfit,
    ValidationError,
    code_field,
    document_of,
    field,
    planned_file,
    reason_field,
    whole_path,
)
from dupefinder.actions.records import PlannedFile
from dupefinder.cli.terminal import WrongUsage
from dupefinder.core.records import Evidence, Reason
from dupefinder.export.groups_json import FORMAT, FORMAT_VERSION
from dupefinder.text.problems import misfit_text
from dupefinder.text.translation import _

FROM_STDIN = "-"


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a group, with what a removal needs.

    Attributes:
        file: The file.
        keep: False where the scan proposed its removal.
        is_keeper: True for the keeper of the group.
        evidence: Evidence by which it was recognised; None for the keeper.
        against: The kept copy for it; None for the keeper.
        reason: The reason why it stays, or could go; None where the file has none.
    """

    file: PlannedFile
    keep: bool
    is_keeper: bool
    evidence: Evidence | None
    against: str | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class GroupsFile:
    """Result of a scan, with what a removal needs.

    Attributes:
        groups: The files of each group.
        protected_folders: Folders protected by the person or by another program.
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
            _("{name} was not written by `dupefinder scan --json` of this version: {error}").format(
                name=name, error=misfit_text(error)
            )
        ) from error


def read_named(path: str) -> tuple[str, bytes]:
    """Read a file that was named on the command line.

    Args:
        path: The file; `FROM_STDIN` for standard input.

    Returns:
        Its name for messages, and its content.

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
        words = misfit_text(ValidationError(Misfit.TOO_LARGE))
        raise WrongUsage(_("cannot read {name}: {words}").format(name=name, words=words)) from None
    if len(content) > MOST_BYTES:
        words = misfit_text(ValidationError(Misfit.OVER_LIMIT, size_bytes=MOST_BYTES))
        raise WrongUsage(_("cannot read {name}: {words}").format(name=name, words=words))
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
