"""Roles of folders, as the person stated them: mirrors, backups, or ordinary folders.

A mirror loses what its original loses; a backup is there because the original may be lost. So
nothing is removed in the one because of a copy in the other. The roles are kept in a
small file beside the journal, and asked once.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dupefinder.actions import json_fields
from dupefinder.actions.json_fields import Misfit, ValidationError
from dupefinder.actions.real_places import RealPlaces, real_place
from dupefinder.core.errors import DupeFinderError
from dupefinder.store.own_files import close_to_others, make_folder, private_opener

FORMAT = "dupefinder-folders"
FORMAT_VERSION = 1

_NAME = "folders.json"


class FolderRole(StrEnum):
    """Role of a folder towards other folders. Texts are made in `text`."""

    MIRROR = "mirror"
    """A program keeps it, or kept it, equal to another folder."""
    BACKUP = "backup"
    ORDINARY = "ordinary"
    """Neither: copies in it count like all others."""


class FolderRolesFault(DupeFinderError):
    """The file of roles cannot be read or written; it is left untouched.

    Attributes:
        path: Its file.
        cause: The fault of the system, or what is wrong with the file.
    """

    def __init__(self, path: Path, cause: OSError | ValidationError) -> None:
        super().__init__(f"what folders are cannot be kept in {str(path)!a}: {cause}")
        self.path = path
        self.cause = cause


class FolderRolesNotRead(FolderRolesFault):
    """The file of roles cannot be read, so earlier roles are unknown, too."""


@dataclass(frozen=True, slots=True)
class FolderRoles:
    """Roles by folder.

    Attributes:
        roles: Real paths of folders, and what each is.
    """

    roles: Mapping[str, FolderRole] = field(default_factory=dict)

    def of(self, path: str, places: RealPlaces | None = None) -> tuple[str, FolderRole] | None:
        """The nearest folder above a file that has a role; None without one.

        Args:
            path: The file.
            places: Its real place; looked up when None.
        """
        place = (places or RealPlaces()).of(path).path
        while self.roles:
            role = self.roles.get(place)
            if role is not None:
                return place, role
            parent = os.path.dirname(place)
            if parent == place:
                break
            place = parent
        return None

    def with_roles(self, roles: Mapping[str, FolderRole]) -> "FolderRoles":
        """These roles with others added, which take precedence.

        Args:
            roles: By path of the folder.
        """
        added = {real_place(folder, follow=True): role for folder, role in roles.items()}
        return FolderRoles({**self.roles, **added})


def roles_path(journal_path: Path) -> Path:
    """The file in which roles are kept: beside the journal."""
    return journal_path.parent / _NAME


def load_roles(path: Path) -> FolderRoles:
    """Read the stored roles; empty if there are none.

    Raises:
        FolderRolesNotRead: It cannot be read, or is something else.
    """
    close_to_others([path])
    try:
        with open(path, "rb") as file:
            content = file.read(json_fields.MOST_BYTES + 1)
    except FileNotFoundError:
        return FolderRoles()
    except OSError as error:
        raise FolderRolesNotRead(path, error) from error
    try:
        if len(content) > json_fields.MOST_BYTES:
            raise ValidationError(Misfit.OVER_LIMIT, size_bytes=json_fields.MOST_BYTES)
        document = json_fields.document_of(content, FORMAT, FORMAT_VERSION)
        roles = {}
        for record in json_fields.field(document, "folders", list):
            role = json_fields.code_field(record, "role", FolderRole)
            if role is None:
                raise ValidationError(Misfit.MISSING, name="role")
            roles[json_fields.whole_path(json_fields.field(record, "path", str))] = role
    except ValidationError as error:
        raise FolderRolesNotRead(path, error) from error
    return FolderRoles(roles)


def save_roles(path: Path, roles: FolderRoles) -> None:
    """Keep roles; at any time the file has its old or its new content in full.

    Raises:
        FolderRolesFault: It cannot be written.
    """
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "folders": [
            {"path": folder, "role": role.value} for folder, role in sorted(roles.roles.items())
        ],
    }
    # Of this program alone: another one may keep roles at the same time.
    new_path = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        make_folder(path.parent)
        close_to_others([new_path])
        with open(new_path, "wb", opener=private_opener) as file:
            file.write(json.dumps(document, indent=1).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new_path, path)
    except OSError as error:
        raise FolderRolesFault(path, error) from error
