"""Entries that the walk leaves out by name: trash, snapshots, thumbnail stores, quarantine.

Everything left out is counted under a code, so that nothing goes missing in silence.
"""

import os
import re
import stat
from enum import StrEnum
from itertools import zip_longest

HAS_ATTRIBUTES = hasattr(os.stat_result, "st_file_attributes") or hasattr(
    os.stat_result, "st_flags"
)
"""True on Windows and macOS, whose listings mark hidden and online-only entries."""


class LeftOut(StrEnum):
    """Reason for leaving an entry out. A folder counts once, whatever it holds."""

    TRASH = "trash"
    SNAPSHOT = "snapshot"
    THUMBNAILS = "thumbnails"
    HIDDEN = "hidden"
    EXCLUDED = "excluded"
    FILTERED_BY_GLOB = "filtered-by-glob"
    FILTERED_BY_SIZE = "filtered-by-size"
    SYMLINK = "symlink"
    LOOP = "loop"
    ONLINE_ONLY = "online-only"
    NOT_A_PHOTO = "not-a-photo"
    SPECIAL_FILE = "special-file"
    SYSTEM = "system"
    SET_ASIDE = "set-aside"


QUARANTINE_FOLDER = "dupefinder-set-aside"
"""Name of the folder in which this program keeps what it set aside, on each volume. Another
account's has a dash and more behind it."""

_FOLDERS = {
    # Windows writes these names in changing case, so all are compared in lower case.
    "$recycle.bin": LeftOut.TRASH,
    "recycler": LeftOut.TRASH,
    "#recycle": LeftOut.TRASH,  # Synology
    "@recycle": LeftOut.TRASH,  # QNAP
    ".recycle": LeftOut.TRASH,  # Samba
    ".recycle.bin": LeftOut.TRASH,  # Unraid
    ".trash": LeftOut.TRASH,
    ".trashes": LeftOut.TRASH,
    ".dtrash": LeftOut.TRASH,  # digiKam
    "files_trashbin": LeftOut.TRASH,  # Nextcloud
    ".stversions": LeftOut.TRASH,  # Syncthing
    ".dropbox.cache": LeftOut.TRASH,
    "network trash folder": LeftOut.TRASH,  # shares of Apple's
    ".snapshot": LeftOut.SNAPSHOT,  # NetApp
    ".snapshots": LeftOut.SNAPSHOT,  # snapper
    "@snapshots": LeftOut.SNAPSHOT,
    ".snap": LeftOut.SNAPSHOT,  # CephFS, UFS
    "#snapshot": LeftOut.SNAPSHOT,  # Synology
    "@sharesnap": LeftOut.SNAPSHOT,
    "~snapshot": LeftOut.SNAPSHOT,
    "@recently-snapshot": LeftOut.SNAPSHOT,  # QNAP
    "@snapshot": LeftOut.SNAPSHOT,
    ".btrfs-snapshots": LeftOut.SNAPSHOT,
    "_btrbk_snap": LeftOut.SNAPSHOT,  # btrbk
    "btrbk_snapshots": LeftOut.SNAPSHOT,
    ".btrbk_snapshots": LeftOut.SNAPSHOT,
    ".zfs": LeftOut.SNAPSHOT,
    ".timeshift": LeftOut.SNAPSHOT,
    "backups.backupdb": LeftOut.SNAPSHOT,  # Time Machine
    ".mobilebackups": LeftOut.SNAPSHOT,
    ".mobilebackups.trash": LeftOut.SNAPSHOT,
    ".timemachine": LeftOut.SNAPSHOT,
    ".documentrevisions-v100": LeftOut.SNAPSHOT,  # macOS
    "com.apple.timemachine.localsnapshots": LeftOut.SNAPSHOT,
    "system volume information": LeftOut.SYSTEM,
    "@eadir": LeftOut.THUMBNAILS,
    ".appledouble": LeftOut.THUMBNAILS,  # Netatalk: notes on the file of that name
    ".thumbnails": LeftOut.THUMBNAILS,
    ".@__thumb": LeftOut.THUMBNAILS,
}
_SNAPSHOTS = re.compile(
    r"@gmt-\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d"  # previous versions, by Windows and Samba
    r"|harddiskvolumeshadowcopy\d+"
    r"|\d{4}-\d\d-\d\d-\d{6}\.(?:backup|previous|inprogress|interrupted)"  # Time Machine, APFS
)
_SEPARATOR = re.compile(r"[:/]")
_TIMESHIFT = ("timeshift", "timeshift-btrfs")
_TO_BE_EMPTIED = {
    # Entered and shown all the same: somebody may be looking for a lost photo there.
    "lost+found": LeftOut.SYSTEM,
    "recycled": LeftOut.TRASH,  # Windows on FAT
    "trashbox": LeftOut.TRASH,  # Buffalo
    "files_versions": LeftOut.SNAPSHOT,  # Nextcloud
}
_NO_PLACE_TO_STAY = (LeftOut.TRASH, LeftOut.SNAPSHOT, LeftOut.SET_ASIDE, LeftOut.SYSTEM)
_FILES = {
    "thumbs.db": LeftOut.THUMBNAILS,
    "ehthumbs.db": LeftOut.THUMBNAILS,
    ".ds_store": LeftOut.THUMBNAILS,
}
_HIDDEN_ATTRIBUTE = stat.FILE_ATTRIBUTE_HIDDEN
_HIDDEN_FLAG = stat.UF_HIDDEN


def folder_left_out(parent: str, name: str, *, hidden: bool) -> LeftOut | None:
    """The reason why a folder of this name is not entered; None when it is.

    Args:
        parent: Path of the folder that holds it.
        name: Its name.
        hidden: True when hidden folders were asked for.
    """
    lower = name.lower()
    code = _FOLDERS.get(lower)
    if code is not None:
        return code
    if lower.startswith(".trash-"):
        return LeftOut.TRASH
    if _SNAPSHOTS.fullmatch(lower) or (lower in _TIMESHIFT and _is_timeshift(parent, name)):
        return LeftOut.SNAPSHOT
    if lower == QUARANTINE_FOLDER or lower.startswith(QUARANTINE_FOLDER + "-"):
        return LeftOut.SET_ASIDE
    if lower.endswith(".lrdata"):  # previews of Lightroom
        return LeftOut.THUMBNAILS
    if lower == "trash" and _is_desktop_trash(parent, name):
        return LeftOut.TRASH
    if lower == "archive" and os.path.basename(parent).lower() == ".sync":  # Resilio
        return LeftOut.TRASH
    if not hidden and name.startswith("."):
        return LeftOut.HIDDEN
    return None


def _is_timeshift(parent: str, name: str) -> bool:
    """True for the folder of snapshots that Timeshift keeps, by either of its methods."""
    return os.path.isdir(os.path.join(parent, name, "snapshots"))


def _is_desktop_trash(parent: str, name: str) -> bool:
    """True for the trash of a desktop, wherever its data lie, by whatever name it is reached."""
    if parent.replace(os.sep, "/").endswith(".local/share"):
        return True
    path = os.path.join(parent, name)
    return all(os.path.isdir(os.path.join(path, room)) for room in ("files", "info"))


def to_be_emptied(path: str) -> LeftOut | None:
    """The reason why a file may vanish at any time, so that no copy can rely on it.

    Args:
        path: Absolute path of the file.

    Returns:
        `TRASH`, `SNAPSHOT` or `SET_ASIDE`; `SYSTEM` for what the system itself keeps and clears;
        None for any other place.
    """
    folder, name = os.path.split(path)
    if file_left_out(name, hidden=True) is LeftOut.TRASH:
        return LeftOut.TRASH
    parent, name = os.path.split(folder)
    while name:
        code = folder_to_be_emptied(parent, name)
        if code is not None:
            return code
        parent, name = os.path.split(parent)
    return None


def folder_to_be_emptied(parent: str, name: str) -> LeftOut | None:
    """Tell by its own name alone if a folder may be emptied; see `to_be_emptied`.

    Args:
        parent: Path of the folder that holds it.
        name: Its name.
    """
    code = _TO_BE_EMPTIED.get(name.lower()) or folder_left_out(parent, name, hidden=True)
    return code if code in _NO_PLACE_TO_STAY else None


def is_snapshot_volume(volume_id: str, *, is_root: bool) -> bool:
    """True for a volume that is a snapshot of another one, wherever it is mounted.

    Args:
        volume_id: From `mounts.linux_volume`: with the name of a dataset, the path of a
            share, and the path within a file system of which only a part is mounted.
        is_root: True for what is mounted at "/": a system may run from a snapshot of its own,
            which is then as lasting as any other.
    """
    if is_root:
        return False
    kind, _, place = volume_id.partition(":")
    if kind == "mount" and place.startswith("zfs:"):
        return "@" in place
    names = _SEPARATOR.split(place.lower())
    return any(
        _FOLDERS.get(name) is LeftOut.SNAPSHOT
        or _SNAPSHOTS.fullmatch(name)
        or (name in _TIMESHIFT and following == "snapshots")
        for name, following in zip_longest(names, names[1:])
    )


def file_left_out(name: str, *, hidden: bool) -> LeftOut | None:
    """The reason why a file of this name is no photo of its own; None when it may be one.

    Args:
        name: Its name.
        hidden: True when hidden files were asked for.
    """
    if name.startswith("._"):  # AppleDouble: the Mac's notes on the file of that name
        return LeftOut.THUMBNAILS
    lower = name.lower()
    code = _FILES.get(lower)
    if code is not None:
        return code
    if lower.startswith(".trashed-"):  # Android
        return LeftOut.TRASH
    if not hidden and name.startswith("."):
        return LeftOut.HIDDEN
    return None


def has_hidden_attribute(status: object) -> bool:
    """True when the system itself calls the entry hidden (Windows attribute, macOS flag).

    Args:
        status: What `os.stat` gave, or anything with its fields.
    """
    return bool(
        getattr(status, "st_file_attributes", 0) & _HIDDEN_ATTRIBUTE
        or getattr(status, "st_flags", 0) & _HIDDEN_FLAG
    )
