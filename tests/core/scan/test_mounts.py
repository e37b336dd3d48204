"""Mount tables of all systems, from sample texts."""

import os
import plistlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.scan.mounts import (
    Mount,
    Volume,
    VolumeKind,
    disk_name,
    linux_volume,
    mac_volume,
    parse_mac_mounts,
    parse_mountinfo,
    share_name,
    windows_volume,
)

POSIX = pytest.mark.skipif(
    sys.platform == "win32", reason="names of any bytes and device numbers are of POSIX"
)

MOUNTINFO = r"""22 28 0:21 / /proc rw,nosuid shared:5 - proc proc rw
28 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
35 28 0:31 /@home /home rw,relatime shared:2 - btrfs /dev/sda2 rw,subvol=/@home
36 28 8:17 / /media/anna/My\040Photos\134\011x rw - exfat /dev/sdb1 rw
37 28 259:2 /srv/photos /mnt/bound rw shared:1 master:2 propagate_from:3 - ext4 /dev/nvme0n1p2 rw
38 28 0:44 / /mnt/nas rw - cifs //Anna@NAS/Photos\0402019 rw,vers=3.0
39 28 0:45 /sub /mnt/nfs rw - nfs4 nas:/export rw
40 28 0:46 / /var/lib/merged rw - overlay overlay rw,lowerdir=/a
41 28 0:47 / /mnt/empty rw - tmpfs  rw
42 28 0:48 / /tank/photos rw - zfs tank/photos rw
"""


device_number = getattr(os, "makedev", lambda *_: None)  # Windows has no such numbers


def mount_at(point: str) -> Mount:
    (mount,) = [mount for mount in parse_mountinfo(MOUNTINFO) if mount.mount_point == point]
    return mount


def test_parses_every_line() -> None:
    assert [mount.mount_point for mount in parse_mountinfo(MOUNTINFO)] == [
        "/proc",
        "/",
        "/home",
        "/media/anna/My Photos\\\tx",
        "/mnt/bound",
        "/mnt/nas",
        "/mnt/nfs",
        "/var/lib/merged",
        "/mnt/empty",
        "/tank/photos",
    ]


def test_parses_the_fields_of_a_line() -> None:
    assert mount_at("/mnt/bound") == Mount(
        "/mnt/bound", "ext4", "/dev/nvme0n1p2", "/srv/photos", device_number(259, 2)
    )
    assert mount_at("/mnt/nas").source == "//Anna@NAS/Photos 2019"
    assert mount_at("/mnt/empty").source == ""


@POSIX
@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "28 1 259:2 / / rw - ext4",
        "28 1 x:y / / rw - ext4 /dev/sda rw",
        "28 1 259 / / rw - ext4 /dev/sda rw",
        "28 1 259:2 / / rw shared:1 ext4 /dev/sda rw",
        "28 1 99999999999999999999:2 / / rw - ext4 /dev/sda rw",
    ],
)
def test_passes_over_broken_lines(line: str) -> None:
    good = "28 1 259:2 / /x rw - ext4 /dev/sda rw"
    assert [m.mount_point for m in parse_mountinfo(f"{line}\n{good}\n")] == ["/x"]


@POSIX
def test_undecodable_and_odd_mount_points() -> None:
    text = os.fsdecode(b"28 1 259:2 / /\xff\x0b\xc2\x85\\012 rw - ext4 /dev/sda rw\n")
    (mount,) = parse_mountinfo(text)
    assert os.fsencode(mount.mount_point) == b"/\xff\x0b\xc2\x85\n"


@given(st.text())
def test_any_text_is_a_mount_table(text: str) -> None:
    parse_mountinfo(text)
    parse_mac_mounts(text)


@pytest.mark.parametrize(
    ("point", "uuid", "volume_id", "kind"),
    [
        ("/", "AB-12", "uuid:AB-12", VolumeKind.FIXED),
        ("/", None, "mount:ext4:/dev/nvme0n1p2", VolumeKind.FIXED),
        ("/mnt/bound", "AB-12", "uuid:AB-12:/srv/photos", VolumeKind.FIXED),
        ("/home", "CD-34", "uuid:CD-34:/@home", VolumeKind.FIXED),
        ("/home", None, "mount:btrfs:/dev/sda2:/@home", VolumeKind.FIXED),
        ("/mnt/nas", None, "net:nas/Photos 2019", VolumeKind.NETWORK),
        ("/mnt/nfs", None, "net:nas/export:/sub", VolumeKind.NETWORK),
        ("/var/lib/merged", None, "mount:overlay:/var/lib/merged", VolumeKind.UNKNOWN),
        ("/mnt/empty", None, "mount:tmpfs:/mnt/empty", VolumeKind.UNKNOWN),
        ("/tank/photos", None, "mount:zfs:tank/photos", VolumeKind.UNKNOWN),
    ],
)
def test_volumes_of_linux(point: str, uuid: str | None, volume_id: str, kind: VolumeKind) -> None:
    volume = linux_volume(mount_at(point), uuid)
    assert (volume.volume_id, volume.mount_point, volume.kind) == (volume_id, point, kind)


def test_a_removable_volume_of_linux() -> None:
    mount = mount_at("/media/anna/My Photos\\\tx")
    volume = linux_volume(mount, "1234-ABCD", "My Photos", removable=True)
    assert volume == Volume(
        "uuid:1234-ABCD", mount.mount_point, "My Photos", "exfat", VolumeKind.REMOVABLE
    )


def test_no_two_mounts_share_an_identity() -> None:
    ids = [linux_volume(mount).volume_id for mount in parse_mountinfo(MOUNTINFO)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("1234-ABCD", "1234-ABCD"),
        (r"My\x20Photos\x2f1", "My Photos/1"),
        (r"\xc3\xa4", "ä"),
        (r"\x", r"\x"),
        pytest.param(r"\xff", "\udcff", marks=POSIX),
    ],
)
def test_disk_name(link: str, name: str) -> None:
    assert disk_name(link) == name


MAC_MOUNTS = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
/dev/disk4s2 on /Volumes/My Photos (2019) on tour (hfs, local, nodev, nosuid, journaled)
//anna@nas._smb._tcp.local/photos on /Volumes/photos (smbfs, nodev, nosuid, mounted by anna)
nothing of the kind
"""


def test_parses_mounts_of_macos() -> None:
    mounts = {mount.mount_point: mount for mount in parse_mac_mounts(MAC_MOUNTS)}
    assert {point: mount.file_system for point, mount in mounts.items()} == {
        "/": "apfs",
        "/dev": "devfs",
        "/System/Volumes/Data": "apfs",
        "/System/Volumes/Data/home": "autofs",
        "/Volumes/My Photos (2019) on tour": "hfs",
        "/Volumes/photos": "smbfs",
    }
    assert mounts["/Volumes/photos"].source == "//anna@nas._smb._tcp.local/photos"
    assert mounts["/System/Volumes/Data/home"].source == "map auto_home"


def plist(**facts: object) -> bytes:
    return plistlib.dumps(facts)


def test_the_data_volume_of_macos_is_seen_at_the_root() -> None:
    mount = Mount("/System/Volumes/Data", "apfs", "/dev/disk3s5")
    volume = mac_volume(mount, plist(VolumeUUID="AB", VolumeName="Data", Internal=True))
    assert volume == Volume("uuid:AB", "/", "Data", "apfs", VolumeKind.FIXED)


def test_an_external_volume_of_macos() -> None:
    mount = Mount("/Volumes/X", "exfat", "/dev/disk4s1")
    facts = plist(VolumeUUID="CD", VolumeName="X", Internal=False, RemovableMedia=False)
    assert mac_volume(mount, facts) == Volume(
        "uuid:CD", "/Volumes/X", "X", "exfat", VolumeKind.REMOVABLE
    )


@pytest.mark.parametrize("facts", [None, b"", b"not a plist", b"<plist", plistlib.dumps([1])])
def test_a_volume_of_which_macos_tells_nothing(facts: bytes | None) -> None:
    volume = mac_volume(Mount("/Volumes/X", "msdos", "/dev/disk4s1"), facts)
    assert volume == Volume("mount:msdos:/Volumes/X", "/Volumes/X", None, "msdos")


def test_a_share_on_macos_has_the_name_that_it_has_elsewhere() -> None:
    mount = Mount("/Volumes/photos", "smbfs", "//anna@NAS/photos")
    volume = mac_volume(mount)
    assert (volume.volume_id, volume.kind) == ("net:nas/photos", VolumeKind.NETWORK)


@pytest.mark.parametrize(
    ("mount_point", "serial", "drive_type", "volume_id", "kind"),
    [
        ("C:\\", 0x1A2B3C4D, 3, "serial:1A2B-3C4D", VolumeKind.FIXED),
        ("E:\\", 0xF, 2, "serial:0000-000F", VolumeKind.REMOVABLE),
        ("D:\\mounted\\", 0x1A2B3C4D, 3, "serial:1A2B-3C4D", VolumeKind.FIXED),
        ("Z:\\", 0x12345678, 4, "serial:1234-5678", VolumeKind.NETWORK),
        ("\\\\NAS\\photos\\", 0x12345678, 4, "net:nas/photos", VolumeKind.NETWORK),
        ("\\\\?\\UNC\\NAS\\photos\\", None, 0, "net:nas/photos", VolumeKind.NETWORK),
        ("X:\\", None, 1, "mount:ntfs:X:\\", VolumeKind.UNKNOWN),
    ],
)
def test_volumes_of_windows(
    mount_point: str, serial: int | None, drive_type: int, volume_id: str, kind: VolumeKind
) -> None:
    volume = windows_volume(mount_point, serial, "", "NTFS", drive_type)
    assert volume == Volume(volume_id, mount_point, None, "ntfs", kind)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("//nas/photos", "nas/photos"),
        ("//anna@NAS/photos/", "nas/photos"),
        ("//WORK;anna:secret@nas/photos", "nas/photos"),
        ("\\\\NAS\\photos", "nas/photos"),
        ("nas:/photos", "nas/photos"),
        ("anna@nas:/photos/2019", "nas/photos/2019"),
        ("anna@nas:", "nas"),
        ("[fe80::1]:/photos", "[fe80::1]/photos"),
        ("https://anna@cloud.example/dav/", "cloud.example/dav"),
        ("remote:", "remote"),
        ("gvfsd-fuse", "gvfsd-fuse"),
    ],
)
def test_one_name_for_a_share(source: str, name: str) -> None:
    assert share_name(source) == name
