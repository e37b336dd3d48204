import errno
import os
import plistlib
import struct
import sys
from pathlib import Path

import pytest

from dupefinder.core.companions import personal_attributes as module
from dupefinder.core.companions.attributes_beside import AttributeFolders, attributes_beside
from dupefinder.core.companions.personal_attributes import personal_attributes
from dupefinder.core.file_parts import count_of, kinds_of, lacking_parts

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="attributes are written as on Linux")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"photo")
    if sys.platform == "linux":
        try:
            os.setxattr(path, "user.trial", b"1")
            os.removexattr(path, "user.trial")
        except OSError:
            pytest.skip("this file system keeps no attributes")
    return str(path)


@on_linux
def test_tags_are_told_one_by_one(photo: str) -> None:
    os.setxattr(photo, "user.xdg.tags", b"beach, family")
    both = personal_attributes(photo)
    os.setxattr(photo, "user.xdg.tags", b"family,beach")
    assert personal_attributes(photo) == both
    os.setxattr(photo, "user.xdg.tags", b"family")
    assert lacking_parts(personal_attributes(photo), both) == {"tags"}
    assert lacking_parts(both, personal_attributes(photo)) == frozenset()


@on_linux
def test_unknown_attributes_count(photo: str) -> None:
    os.setxattr(photo, "user.my.program", b"said")
    assert kinds_of(personal_attributes(photo)) == {"tags"}


@on_linux
@pytest.mark.parametrize(
    "name",
    [
        *("user.xdg.origin.url", "user.com.dropbox.attrs", "user.DOSATTRIB", "user.mime_type"),
        # As the driver of NTFS for Linux, Samba, and rsync from a Mac have them.
        *("user.Zone.Identifier", "user.DosStream.Zone.Identifier:$DATA"),
        *("user.com.apple.quarantine", "user.rsync.%stat"),
    ],
)
def test_attributes_of_systems_do_not_count(photo: str, name: str) -> None:
    os.setxattr(photo, name, b"noted")
    assert personal_attributes(photo) == b""


@on_linux
def test_of_a_link_the_file_is_not_asked(photo: str, tmp_path: Path) -> None:
    os.setxattr(photo, "user.xdg.comment", b"said")
    link = tmp_path / "link.jpg"
    link.symlink_to(photo)
    assert personal_attributes(str(link)) == b""


@pytest.mark.parametrize(("code", "count"), [(errno.EACCES, 1), (errno.EIO, 1), (errno.ENOTSUP, 0)])
def test_unreadable_attributes_count(
    monkeypatch: pytest.MonkeyPatch, code: int, count: int
) -> None:
    def refuse(path: str) -> dict[str, bytes]:
        raise OSError(code, os.strerror(code), path)

    monkeypatch.setattr(module, "extended_attributes", refuse)
    assert count_of(personal_attributes("/photo.jpg")) == count


def test_a_file_that_is_gone_has_none(tmp_path: Path) -> None:
    assert personal_attributes(str(tmp_path / "gone.jpg")) == b""
    assert personal_attributes("no\0path") == b""


def test_tags_of_the_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    def tagged(*tags: str) -> bytes:
        written = plistlib.dumps(list(tags), fmt=plistlib.FMT_BINARY)
        monkeypatch.setattr(
            module,
            "extended_attributes",
            lambda _: {"com.apple.metadata:_kMDItemUserTags": written},
        )
        return personal_attributes("/photo.jpg")

    one, two = tagged("Red\n6"), tagged("Beach", "Red\n6")
    assert count_of(two) == 2
    assert lacking_parts(one, two) == {"tags"}
    assert lacking_parts(two, one) == frozenset()
    assert tagged() == b""


def finder_info(colour: int) -> bytes:
    return bytes(9) + bytes((colour,)) + bytes(22)


def afp_info(colour: int) -> bytes:
    """A stream as Samba and Windows write it for Macs."""
    return b"AFP\0" + struct.pack(">II", 0x10000, 0) + bytes(4) + finder_info(colour) + bytes(12)


def netatalk_file(colour: int = 0, comment: bytes = b"", unknown: bytes = b"") -> bytes:
    """A file as Netatalk writes it: names, dates and numbers of its own, and what a person said."""
    entries = {
        9: finder_info(colour),
        4: comment,
        3: b"IMG_1.jpg",
        8: b"dates".ljust(16, b"!"),
        14: b"bits",
        0x80444556: b"a device",
        0x80494E4F: b"a number",
        0x8053594E: b"a time..",
        0x8053567E: b"folder",
        2: b"",
    }
    if unknown:
        entries[77] = unknown
    heads, values = b"", b""
    start = 26 + 12 * len(entries)
    for kind, value in entries.items():
        heads += struct.pack(">III", kind, start + len(values), len(value))
        values += value
    return (
        struct.pack(">II16sH", 0x00051607, 0x00020000, b"Netatalk", len(entries)) + heads + values
    )


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("com.apple.FinderInfo", bytes(32), 0),
        ("com.apple.FinderInfo", b"JPEGprvw" + bytes(24), 0),
        ("com.apple.FinderInfo", bytes(9) + b"\x0c" + bytes(22), 1),
        ("com.apple.metadata:kMDItemFinderComment", b"no property list", 1),
        ("com.apple.metadata:kMDItemWhereFroms", b"anything", 0),
        ("com.apple.quarantine", b"0081;", 0),
        ("com.apple.ResourceFork", b"a picture of its own", 1),
        ("Zone.Identifier", b"[ZoneTransfer]", 0),
        ("notes of mine", b"said", 1),
        ("notes of mine", b"", 0),
        ("user.DosStream.AFP_AfpInfo:$DATA", afp_info(colour=0), 0),
        ("AFP_AfpInfo", afp_info(colour=6), 1),
        ("AFP_AfpInfo", b"something else", 1),
        ("user.org.netatalk.Metadata", netatalk_file(), 0),
        ("user.org.netatalk.Metadata", netatalk_file(colour=6), 1),
        ("user.org.netatalk.Metadata", netatalk_file(comment=b"the sea"), 1),
        ("user.org.netatalk.Metadata", b"something else", 1),
    ],
)
def test_attributes_of_systems_and_of_persons(
    monkeypatch: pytest.MonkeyPatch, name: str, value: bytes, count: int
) -> None:
    monkeypatch.setattr(module, "extended_attributes", lambda _: {name: value})
    assert count_of(personal_attributes("/photo.jpg")) == count


pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="a Mac reads them itself")

TAGS = "com.apple.metadata:_kMDItemUserTags"
EMPTY_FORK = bytes(16) + b"This resource fork intentionally left blank" + bytes(200)


def apple_double(
    attributes: dict[str, bytes], finder: bytes = bytes(32), fork: bytes = EMPTY_FORK
) -> bytes:
    """A file as macOS writes it."""
    heads, values = b"", b""
    names = [name.encode() + b"\0" for name in attributes]
    data_start = 84 + 36 + sum((11 + len(name) + 3) & ~3 for name in names)
    for name, value in zip(names, attributes.values(), strict=True):
        head = struct.pack(">IIHB", data_start + len(values), len(value), 0, len(name)) + name
        heads += head + bytes(-len(head) % 4)
        values += value
    end = data_start + len(values)
    header = struct.pack(">II16sH", 0x00051607, 0x00020000, b"Mac OS X", 2)
    entries = struct.pack(">IIIIII", 9, 50, end - 50, 2, end, len(fork))
    further = struct.pack(
        ">4sIIII12xHH", b"ATTR", 0, end, data_start, len(values), 0, len(attributes)
    )
    return header + entries + finder + bytes(2) + further + heads + values + fork


@pytest.fixture
def mac_photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(b"photo")
    return path


def note(mac_photo: Path, content: bytes) -> None:
    mac_photo.with_name(f"._{mac_photo.name}").write_bytes(content)


def test_attributes_are_read_by_name(mac_photo: Path) -> None:
    attributes = {TAGS: b"tags", "com.apple.quarantine": b"0081;", "a": b"1"}
    note(mac_photo, apple_double(attributes))
    assert attributes_beside(str(mac_photo)) == [
        ("com.apple.FinderInfo", bytes(32)),
        *attributes.items(),
    ]


def test_tags_count_and_what_the_system_notes_does_not(mac_photo: Path) -> None:
    assert personal_attributes(str(mac_photo)) == b""
    note(mac_photo, apple_double({"com.apple.quarantine": b"0081;"}))
    assert personal_attributes(str(mac_photo)) == b""
    note(mac_photo, apple_double({TAGS: plistlib.dumps(["beach\n6", "family"])}))
    both = personal_attributes(str(mac_photo))
    assert kinds_of(both) == {"tags"}
    note(mac_photo, apple_double({TAGS: plistlib.dumps(["family"])}))
    assert lacking_parts(personal_attributes(str(mac_photo)), both) == {"tags"}
    assert lacking_parts(both, personal_attributes(str(mac_photo))) == frozenset()


def test_a_colour_counts_and_a_fork_that_is_not_empty(mac_photo: Path) -> None:
    note(mac_photo, apple_double({}, finder=bytes(9) + b"\x0c" + bytes(22)))
    assert kinds_of(personal_attributes(str(mac_photo))) == {"tags"}
    note(mac_photo, apple_double({}, fork=b"a preview"))
    assert ("com.apple.ResourceFork", b"a preview") in attributes_beside(str(mac_photo))


@pytest.mark.parametrize(
    "content",
    [
        b"something else",
        b"",
        apple_double({TAGS: b"tags"})[:100],
        apple_double({TAGS: b"tags"}).replace(b"\0\0\0\4\0\0", b"\x7f\0\0\4\0\0"),
    ],
)
def test_an_apple_double_that_is_not_understood_counts_as_a_whole(
    mac_photo: Path, content: bytes
) -> None:
    note(mac_photo, content)
    assert attributes_beside(str(mac_photo)) == [("._", content)]


def test_without_such_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert attributes_beside(str(tmp_path / "gone" / "a.jpg")) == []
    long_name = tmp_path / ("a" * 250 + ".jpg")
    assert attributes_beside(str(long_name)) == []
    assert personal_attributes(str(long_name)) == b""


def test_an_unreadable_file_of_attributes_counts(mac_photo: Path) -> None:
    os.mkdir(mac_photo.with_name(f"._{mac_photo.name}"))
    assert kinds_of(personal_attributes(str(mac_photo))) == {"tags"}


BESIDE = {
    "a Mac": "{folder}/._{name}",
    "Netatalk": "{folder}/.AppleDouble/{name}",
    "Synology": "{folder}/@eaDir/{name}@SynoEAStream",
    "Synology's forks": "{folder}/@eaDir/{name}@SynoResource",
    "an archive": "{folder}/__MACOSX/._{name}",
    "an archive of folders": "{folder}/../../__MACOSX/2019/sea/._{name}",
}


@pytest.fixture
def deep_photo(tmp_path: Path) -> Path:
    path = tmp_path / "2019" / "sea" / "IMG_1.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"photo")
    return path


def put(photo: Path, place: str, content: bytes) -> None:
    path = Path(os.path.normpath(place.format(folder=photo.parent, name=photo.name)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("place", BESIDE.values(), ids=BESIDE.keys())
def test_tags_count_wherever_they_are_kept(deep_photo: Path, place: str) -> None:
    put(deep_photo, place, apple_double({"com.apple.quarantine": b"0081;"}))
    assert personal_attributes(str(deep_photo)) == b""
    put(deep_photo, place, apple_double({TAGS: plistlib.dumps(["family"])}))
    assert kinds_of(personal_attributes(str(deep_photo))) == {"tags"}
    there = AttributeFolders.there(str(deep_photo.parent), has_dot_names="._" in place)
    assert personal_attributes(str(deep_photo), there) == personal_attributes(str(deep_photo))
    put(deep_photo, place, b"what is not understood")
    assert kinds_of(personal_attributes(str(deep_photo))) == {"tags"}


def test_notes_of_netatalk_do_not_count(deep_photo: Path) -> None:
    put(deep_photo, BESIDE["Netatalk"], netatalk_file())
    assert personal_attributes(str(deep_photo)) == b""
    for file in (
        netatalk_file(colour=6),
        netatalk_file(comment=b"the sea"),
        netatalk_file(unknown=b"1"),
    ):
        put(deep_photo, BESIDE["Netatalk"], file)
        assert count_of(personal_attributes(str(deep_photo))) == 1


def test_the_same_tags_are_the_same_wherever_they_are_kept(deep_photo: Path) -> None:
    """A copy on a server may go for one on a stick."""
    told = set()
    for place in BESIDE.values():
        put(deep_photo, place, apple_double({TAGS: plistlib.dumps(["family"])}))
        told.add(personal_attributes(str(deep_photo)))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("SYNOPHOTO_THUMB_M.jpg", 0),
        ("SYNOPHOTO:FILM_H264_720.mp4", 0),
        ("SYNOINDEX_MEDIA_INFO", 0),
        ("SYNO@tags", 1),
        ("whatever", 1),
    ],
)
def test_of_what_synology_keeps_pictures_and_indices_do_not_count(
    deep_photo: Path, name: str, count: int
) -> None:
    put(deep_photo, "{folder}/@eaDir/{name}/" + name, b"content")
    assert count_of(personal_attributes(str(deep_photo))) == count


def test_a_file_within_itself_is_read_once(deep_photo: Path) -> None:
    """Made to keep a reader busy: an attribute that is the whole file."""
    name = "org.netatalk.Metadata"
    file = apple_double({name: b""}, fork=b"")
    head = file.index(name.encode()) - 11
    file = file[:head] + struct.pack(">II", 0, len(file)) + file[head + 8 :]
    put(deep_photo, BESIDE["a Mac"], file)
    assert kinds_of(personal_attributes(str(deep_photo))) == {"tags"}


@on_linux
def test_too_many_attributes_count(photo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ATTRIBUTES", 2)
    for name in ("user.mime_type", "user.xdg.origin.url", "user.xdg.tags"):
        os.setxattr(photo, name, b"beach")
    assert kinds_of(personal_attributes(photo)) == {"tags"}
