"""Attributes that a Mac keeps in a file beside the file."""

import os
import plistlib
import struct
import sys
from pathlib import Path

import pytest

from dupefinder.core.apple_double import beside_attributes
from dupefinder.core.held_parts import kinds_of, lacking_parts
from dupefinder.core.personal_attributes import personal_attributes

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
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(b"photo")
    return path


def note(photo: Path, content: bytes) -> None:
    photo.with_name(f"._{photo.name}").write_bytes(content)


def test_attributes_are_read_by_name(photo: Path) -> None:
    attributes = {TAGS: b"tags", "com.apple.quarantine": b"0081;", "a": b"1"}
    note(photo, apple_double(attributes))
    assert beside_attributes(str(photo)) == {"com.apple.FinderInfo": bytes(32), **attributes}


def test_tags_count_and_what_the_system_notes_does_not(photo: Path) -> None:
    assert personal_attributes(str(photo)) == b""
    note(photo, apple_double({"com.apple.quarantine": b"0081;"}))
    assert personal_attributes(str(photo)) == b""
    note(photo, apple_double({TAGS: plistlib.dumps(["beach\n6", "family"])}))
    both = personal_attributes(str(photo))
    assert kinds_of(both) == {"tags"}
    note(photo, apple_double({TAGS: plistlib.dumps(["family"])}))
    assert lacking_parts(personal_attributes(str(photo)), both) == {"tags"}
    assert lacking_parts(both, personal_attributes(str(photo))) == frozenset()


def test_a_colour_counts_and_a_fork_that_is_not_empty(photo: Path) -> None:
    note(photo, apple_double({}, finder=bytes(9) + b"\x0c" + bytes(22)))
    assert kinds_of(personal_attributes(str(photo))) == {"tags"}
    note(photo, apple_double({}, fork=b"a preview"))
    assert beside_attributes(str(photo))["com.apple.ResourceFork"] == b"a preview"


@pytest.mark.parametrize(
    "content",
    [
        b"something else",
        b"",
        apple_double({TAGS: b"tags"})[:100],
        apple_double({TAGS: b"tags"}).replace(b"\0\0\0\4\0\0", b"\x7f\0\0\4\0\0"),
    ],
)
def test_what_is_not_understood_counts_as_a_whole(photo: Path, content: bytes) -> None:
    note(photo, content)
    assert beside_attributes(str(photo)) == {"._": content}


def test_without_such_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert beside_attributes(str(tmp_path / "gone" / "a.jpg")) == {}
    long_name = tmp_path / ("a" * 250 + ".jpg")
    assert beside_attributes(str(long_name)) == {}
    assert personal_attributes(str(long_name)) == b""


def test_what_cannot_be_read_counts(photo: Path) -> None:
    os.mkdir(photo.with_name(f"._{photo.name}"))
    assert kinds_of(personal_attributes(str(photo))) == {"tags"}
