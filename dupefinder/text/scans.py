"""Texts for the folders of a scan: their roles, and the files left out."""

from collections.abc import Mapping

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.core.records import Role
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.text.figures import number_text
from dupefinder.text.translation import N_, _

_ROLES = {
    Role.SCAN: N_("Scan"),
    Role.PROTECTED: N_("Protected"),
    Role.EXCLUDED: N_("Excluded"),
}

_DRIVE_ROLES = {
    FolderRole.MIRROR: N_("a mirror"),
    FolderRole.BACKUP: N_("a backup"),
    FolderRole.ORDINARY: N_("neither mirror nor backup"),
}

_LEFT_OUT = {
    LeftOut.TRASH: N_("in the trash"),
    LeftOut.SNAPSHOT: N_("snapshots"),
    LeftOut.THUMBNAILS: N_("thumbnails of other programs"),
    LeftOut.HIDDEN: N_("hidden"),
    LeftOut.EXCLUDED: N_("excluded"),
    LeftOut.FILTERED_BY_GLOB: N_("not matching the pattern"),
    LeftOut.FILTERED_BY_SIZE: N_("too small or too large"),
    LeftOut.SYMLINK: N_("links"),
    LeftOut.LOOP: N_("folders within themselves"),
    LeftOut.ONLINE_ONLY: N_("not on this computer"),
    LeftOut.NOT_A_PHOTO: N_("other files"),
    LeftOut.SPECIAL_FILE: N_("pipes, sockets and devices"),
    LeftOut.SYSTEM: N_("of the operating system"),
    LeftOut.SET_ASIDE: N_("set aside"),
}

_PROGRAMS = {
    "aperture": "Aperture",
    "apple-photos": "Apple Photos",
    "capture-one": "Capture One",
    "digikam": "digiKam",
    "immich": "Immich",
    "iphoto": "iPhoto",
    "lightroom": "Lightroom",
    "nextcloud": "Nextcloud",
    "photoprism": "PhotoPrism",
}
"""Programs by their codes in `core.scan.managed`; names are not translated."""


def role_text(role: Role) -> str:
    """The role of a folder in a scan."""
    return _(_ROLES[role])


def drive_role_text(role: FolderRole) -> str:
    """Name the role of a folder or drive: "a mirror"."""
    return _(_DRIVE_ROLES[role])


def left_out_text(left_out: Mapping[LeftOut, int]) -> str:
    """Count the files that a walk left out: "3 hidden, 12 other files"."""
    return _(", ").join(
        _("{n} {what}").format(n=number_text(count), what=_(_LEFT_OUT[code]))
        for code, count in left_out.items()
    )


def program_text(code: str) -> str:
    """The name of a program that manages photos; its code where that is not known."""
    return _PROGRAMS.get(code, code)
