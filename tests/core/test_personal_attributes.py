import errno
import os
import plistlib
import sys
from pathlib import Path

import pytest

from dupefinder.core import personal_attributes as module
from dupefinder.core.held_parts import count_of, kinds_of, lacking_parts
from dupefinder.core.personal_attributes import personal_attributes

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
def test_what_is_not_known_counts(photo: str) -> None:
    os.setxattr(photo, "user.my.program", b"said")
    assert kinds_of(personal_attributes(photo)) == {"tags"}


@on_linux
@pytest.mark.parametrize(
    "name",
    ["user.xdg.origin.url", "user.com.dropbox.attrs", "user.DOSATTRIB", "user.mime_type"],
)
def test_what_systems_note_does_not_count(photo: str, name: str) -> None:
    os.setxattr(photo, name, b"noted")
    assert personal_attributes(photo) == b""


@on_linux
def test_of_a_link_the_file_is_not_asked(photo: str, tmp_path: Path) -> None:
    os.setxattr(photo, "user.xdg.comment", b"said")
    link = tmp_path / "link.jpg"
    link.symlink_to(photo)
    assert personal_attributes(str(link)) == b""


@pytest.mark.parametrize(("code", "count"), [(errno.EACCES, 1), (errno.EIO, 1), (errno.ENOTSUP, 0)])
def test_what_cannot_be_read_counts(monkeypatch: pytest.MonkeyPatch, code: int, count: int) -> None:
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
    ],
)
def test_attributes_of_systems_and_of_persons(
    monkeypatch: pytest.MonkeyPatch, name: str, value: bytes, count: int
) -> None:
    monkeypatch.setattr(module, "extended_attributes", lambda _: {name: value})
    assert count_of(personal_attributes("/photo.jpg")) == count
