"""Texts for scans: similarity, roles of folders, files left out, drives away, phases and times."""

from collections.abc import Mapping
from enum import IntEnum

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.core.records import Role
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.text.figures import month_text, number_text, path_text
from dupefinder.text.translation import N_, _, in_context

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
"""Programs by their codes in `core.scan.managed_folders`; names are not translated."""


def role_text(role: Role) -> str:
    """The role of a folder in a scan."""
    return {
        Role.SCAN: in_context("role of a folder", "Scan"),
        Role.PROTECTED: in_context("role of a folder", "Protected"),
        Role.EXCLUDED: in_context("role of a folder", "Excluded"),
    }[role]


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


def away_text(name: str, seen_ns: int | None) -> str:
    """Report that a photo is on a drive which is not connected, and when that was seen last.

    Args:
        name: The name of the drive; empty where it has none.
        seen_ns: Nanoseconds since 1970; None where that is not known.
    """
    if not name:
        return _("On a drive that is not connected")
    name = path_text(name)
    if seen_ns is None:
        return _("On {name}, not connected").format(name=name)
    return _("On {name}, not connected, last seen in {month}").format(
        name=name, month=month_text(seen_ns)
    )


def phase_text(phase: str) -> str:
    """The name of a phase of a job; its code where it has none."""
    return {
        "scan": _("Looking for photos"),
        "list": _("Listing the folder again"),
        "decode": _("Reading photos"),
        "match": _("Comparing photos"),
        "search": _("Searching"),
        "confirm": _("Looking closer"),
        "measure": _("Comparing pixels"),
        "prove": _("Comparing in full size"),
        "group": _("Grouping"),
        "act": _("Working through the plan"),
        "undo": _("Bringing back"),
        "export": _("Exporting"),
        "rules": _("Trying the rules"),
        "summary": _("Summing up"),
        "open": _("Opening the last results"),
    }.get(phase, phase)


def duration_text(seconds: float) -> str:
    """A rough length of time, such as "2 min"."""
    if seconds < 59.5:
        return _("{n} s").format(n=number_text(max(round(seconds), 1)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min").format(n=number_text(minutes))
    hours, minutes = divmod(minutes, 60)
    return _("{hours} h {minutes} min").format(
        hours=number_text(hours), minutes=number_text(minutes)
    )


MOST_BITS = 16
"""Beyond it everything meets everything."""


class Similarity(IntEnum):
    """A level; its value is the greatest distance in bits of a 64-bit fingerprint."""

    IDENTICAL = 0
    VERY_CLOSE = 4
    CLOSE = 10
    LOOSE = 16


LEVELS = tuple(Similarity)
"""All levels, the strictest first."""


def level_of(bits: int) -> Similarity:
    """The strictest level that takes in a distance.

    Args:
        bits: Hamming distance, of 64 bits; beyond the loosest level it is that.
    """
    return next((level for level in LEVELS if bits <= level), Similarity.LOOSE)


def level_text(level: Similarity) -> str:
    """The name of a level."""
    return {
        Similarity.IDENTICAL: _("Identical"),
        Similarity.VERY_CLOSE: _("Very close"),
        Similarity.CLOSE: in_context("similarity", "Close"),
        Similarity.LOOSE: _("Loose"),
    }[level]


def level_sentence(level: Similarity) -> str:
    """Explain what a level finds."""
    return {
        Similarity.IDENTICAL: _("Finds copies that look exactly alike at a small size."),
        Similarity.VERY_CLOSE: _("Finds copies that were made smaller or saved again, too."),
        Similarity.CLOSE: _(
            "Finds copies with changed colours, texts or borders, too. Right for most people."
        ),
        Similarity.LOOSE: _(
            "Also finds copies that were changed a lot. It takes longer, and there is more to"
            " look through."
        ),
    }[level]
