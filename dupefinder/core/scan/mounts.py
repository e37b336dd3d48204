"""Mounted volumes as values, parsed from what Linux, macOS and Windows tell. Reads no file.

Sources of the formats: proc(5) for /proc/self/mountinfo, systemd's udev for the names below
/dev/disk, mount(8) and diskutil(8) of macOS, GetVolumeInformationW and GetDriveTypeW of Windows.
"""

import os
import plistlib
import re
from dataclasses import dataclass
from enum import StrEnum


class VolumeKind(StrEnum):
    """Kind of a volume to a person."""

    FIXED = "fixed"
    REMOVABLE = "removable"
    NETWORK = "network"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Volume:
    """A place where files live, wherever it is mounted today.

    Attributes:
        volume_id: "uuid:…", "serial:…", "net:host/share", or where nothing better is known
            "mount:<file system>:<source>". A part of a file system that is mounted by itself
            (a bind mount, a btrfs subvolume) has its path in there appended after a colon:
            a path below the mount point then never means two files.
        mount_point: Absolute path at which it is seen now.
        label: Name that the person gave it; None without one.
        file_system: Lower-case name of its type ("ext4", "ntfs", "nfs4"); empty if unknown.
        kind: The kind of volume.
    """

    volume_id: str
    mount_point: str
    label: str | None = None
    file_system: str = ""
    kind: VolumeKind = VolumeKind.UNKNOWN

    @property
    def is_of_the_system(self) -> bool:
        """True if it holds the operating system or the home folders."""
        return self.mount_point in ("/", "/home", "/System/Volumes/Data")

    @property
    def name(self) -> str:
        """The label, else the last folder of the mount point; empty for the system's own volume."""
        if self.label or self.is_of_the_system:
            return self.label or ""
        return os.path.basename(self.mount_point.rstrip(os.sep))


@dataclass(frozen=True, slots=True)
class Mount:
    """One row of a mount table.

    Attributes:
        mount_point: Its mount point.
        file_system: Type, lower case.
        source: Device, share or name that was mounted.
        root: Path inside the file system that is seen at the mount point; "/" for all of it.
        device: `st_dev` of its files; None where the table does not tell.
    """

    mount_point: str
    file_system: str
    source: str
    root: str = "/"
    device: int | None = None


_NETWORK = """
    nfs nfs4 cifs smb3 smbfs afpfs webdav davfs ceph glusterfs lustre beegfs gpfs afs coda ncpfs
    fuse.sshfs fuse.rclone fuse.glusterfs fuse.ceph fuse.s3fs fuse.gcsfuse fuse.davfs2
    fuse.curlftpfs fuse.gvfsd-fuse fuse.smbnetfs macfuse_sshfs
"""
_LOCAL = """
    ext2 ext3 ext4 xfs btrfs zfs f2fs jfs bcachefs reiserfs tmpfs ramfs apfs hfs ntfs refs ufs ffs
"""
_PSEUDO = """
    proc sysfs devtmpfs devpts devfs cgroup cgroup2 debugfs tracefs securityfs pstore bpf configfs
    fusectl mqueue hugetlbfs binfmt_misc efivarfs rpc_pipefs selinuxfs nsfs
"""
_IN_MEMORY_OR_STACKED = ("overlay", "overlayfs", "aufs", "unionfs", "tmpfs", "ramfs", "rootfs")

NETWORK_FILE_SYSTEMS = frozenset(_NETWORK.split())
"""Types whose files lie on another machine."""

LOCAL_FILE_SYSTEMS = frozenset(_LOCAL.split())
"""Types that give every file a number of its own and report the blocks that it occupies."""

PSEUDO_FILE_SYSTEMS = frozenset(_PSEUDO.split())
"""Types that show the inner life of the system as files: reading there may hang or do harm."""


def parse_mountinfo(text: str) -> list[Mount]:
    """Read /proc/self/mountinfo; lines that are none are passed over."""
    mounts = []
    for line in text.split("\n"):  # names may hold every other line break
        fields = line.split(" ")
        try:
            dash = fields.index("-", 6)
            major, minor = fields[2].split(":")
            mounts.append(
                Mount(
                    mount_point=_unescaped_octal(fields[4]),
                    file_system=fields[dash + 1].lower(),
                    source=_unescaped_octal(fields[dash + 2]),
                    root=_unescaped_octal(fields[3]),
                    device=os.makedev(int(major), int(minor)) if hasattr(os, "makedev") else None,
                )
            )
        except (ValueError, IndexError, OverflowError):
            continue
    return mounts


def parse_mac_mounts(text: str) -> list[Mount]:
    """Read what macOS's mount(8) prints; lines that are none are passed over."""
    rows = re.finditer(r"^(.+?) on (/.*) \(([^,()]+)[^()]*\)$", text, re.MULTILINE)
    return [
        Mount(mount_point=row[2], file_system=row[3].strip().lower(), source=row[1]) for row in rows
    ]


def disk_name(link_name: str) -> str:
    """Undo udev's escapes in a name below /dev/disk/by-uuid or by-label."""
    as_bytes = re.sub(
        rb"\\x([0-9a-fA-F]{2})",
        lambda escape: bytes([int(escape[1], 16)]),
        os.fsencode(link_name),
    )
    return os.fsdecode(as_bytes)


def linux_volume(
    mount: Mount, uuid: str | None = None, label: str | None = None, *, removable: bool = False
) -> Volume:
    """The volume that a row of Linux's mount table shows.

    Args:
        mount: The row.
        uuid: What /dev/disk/by-uuid calls its source.
        label: What /dev/disk/by-label calls it.
        removable: True for a drive that can be unplugged.
    """
    kind = VolumeKind.UNKNOWN
    if mount.file_system in NETWORK_FILE_SYSTEMS:
        kind = VolumeKind.NETWORK
        volume_id = f"net:{share_name(mount.source)}"
    elif uuid is not None:
        volume_id = f"uuid:{uuid}"
    elif mount.file_system in _IN_MEMORY_OR_STACKED or mount.source in ("", "none"):
        volume_id = f"mount:{mount.file_system}:{mount.mount_point}"
    else:
        volume_id = f"mount:{mount.file_system}:{mount.source}"
    if mount.root != "/":
        volume_id += f":{mount.root}"
    if kind is not VolumeKind.NETWORK and mount.source.startswith("/dev/"):
        kind = VolumeKind.REMOVABLE if removable else VolumeKind.FIXED
    return Volume(volume_id, mount.mount_point, label, mount.file_system, kind)


def mac_volume(mount: Mount, disk_info: bytes | None = None) -> Volume:
    """The volume that a row of macOS's mount table shows.

    Args:
        mount: The row.
        disk_info: What `diskutil info -plist` printed about it; None when it told nothing.
    """
    # The system shows its data volume at "/", too: everything a person calls by name is there.
    shown_at = "/" if mount.mount_point == "/System/Volumes/Data" else mount.mount_point
    if mount.file_system in NETWORK_FILE_SYSTEMS:
        volume_id = f"net:{share_name(mount.source)}"
        return Volume(volume_id, shown_at, None, mount.file_system, VolumeKind.NETWORK)
    facts = _plist(disk_info)
    uuid = facts.get("VolumeUUID")
    label = facts.get("VolumeName")
    kind = VolumeKind.UNKNOWN
    if facts:
        loose = ("RemovableMediaOrExternalDevice", "RemovableMedia", "Ejectable")
        unplugged = any(facts.get(key) is True for key in loose) or facts.get("Internal") is False
        kind = VolumeKind.REMOVABLE if unplugged else VolumeKind.FIXED
    return Volume(
        f"uuid:{uuid}" if isinstance(uuid, str) else f"mount:{mount.file_system}:{shown_at}",
        shown_at,
        label if isinstance(label, str) and label else None,
        mount.file_system,
        kind,
    )


def windows_volume(
    mount_point: str,
    serial: int | None = None,
    label: str | None = None,
    file_system: str = "",
    drive_type: int = 0,
) -> Volume:
    r"""The volume that Windows shows at a mount point.

    Args:
        mount_point: "C:\", "D:\mounted\" or "\\host\share\".
        serial: Serial number as GetVolumeInformationW gives it (32 bits).
        label: Name of the volume.
        file_system: Its type.
        drive_type: What GetDriveTypeW says (2 removable, 3 fixed, 4 network, 5 optical).
    """
    kinds = {
        2: VolumeKind.REMOVABLE,
        3: VolumeKind.FIXED,
        4: VolumeKind.NETWORK,
        5: VolumeKind.REMOVABLE,
    }
    kind = kinds.get(drive_type, VolumeKind.UNKNOWN)
    plain = mount_point.removeprefix("\\\\?\\")
    if plain.upper().startswith("UNC\\"):
        plain = "\\\\" + plain[4:]
    if plain.startswith("\\\\"):
        volume_id, kind = f"net:{share_name(plain)}", VolumeKind.NETWORK
    elif serial:
        volume_id = f"serial:{(serial >> 16) & 0xFFFF:04X}-{serial & 0xFFFF:04X}"
    else:
        volume_id = f"mount:{file_system.lower()}:{plain}"
    return Volume(volume_id, mount_point, label or None, file_system.lower(), kind)


def share_name(source: str) -> str:
    r"""One name for a network share, however a system writes it.

    "//anna@NAS/photos" (cifs, macOS), "nas:/photos" (NFS), "anna@nas:/photos" (sshfs) and
    "\\NAS\photos" (Windows) all become "nas/photos".
    """
    plain = source.replace("\\", "/")
    plain = re.sub(r"^[a-z][a-z0-9+.-]*://", "//", plain, flags=re.IGNORECASE)
    if plain.startswith("//"):
        host, _, share = plain[2:].partition("/")
    elif (bracket := plain.find("]:")) >= 0:  # an IPv6 address, which has colons of its own
        host, share = plain[: bracket + 1], plain[bracket + 2 :]
    else:
        host, _, share = plain.partition(":")
    share = share.strip("/")
    host = host.rpartition("@")[2].lower()
    return f"{host}/{share}" if share else host


def _unescaped_octal(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), field)


def _plist(content: bytes | None) -> dict[str, object]:
    if not content:
        return {}
    try:
        facts = plistlib.loads(content)
    except Exception:  # plistlib and the XML parser below it name no common base
        return {}
    return facts if isinstance(facts, dict) else {}
