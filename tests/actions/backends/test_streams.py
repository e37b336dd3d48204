"""Alternate streams on the way to another drive, with stand-ins for what only Windows has."""

import errno
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from dupefinder.actions.backends import attributes, durable_copy, windows_calls
from dupefinder.actions.backends.attributes import (
    attributes_of,
    completed,
    streams_of,
    write_attributes,
    write_streams,
)
from dupefinder.actions.backends.durable_copy import copy_durably
from dupefinder.core.companions.personal_attributes import extended_attributes
from tests.actions.removals import add, entry, files_below, planned

Streams = dict[str, bytes | None]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Streams:
    """Every file has two streams; returned is what its copies were given."""
    given: Streams = {}

    def write(path: str, content: bytes | None) -> None:
        given[path.rpartition(":")[2]] = content

    monkeypatch.setattr(durable_copy, "BY_DESCRIPTOR", False)
    monkeypatch.setattr(attributes, "streams_of", lambda _: {"rating": b"5", "empty": b""})
    monkeypatch.setattr(attributes, "_write", write)
    return given


def copy(folder: Path) -> None:
    original = add(folder / "a.jpg", b"a photo")
    digest = planned(original).digest
    copy_durably(entry(original), entry(folder / "b.jpg"), digest)


def test_a_copy_has_the_streams_of_its_original(tmp_path: Path, kept: Streams) -> None:
    copy(tmp_path)
    assert kept == {"rating": b"5", "empty": b""}
    assert sorted(files_below(tmp_path)) == ["a.jpg", "b.jpg"]


def test_one_that_cannot_be_kept_prevents_the_copy(
    tmp_path: Path, kept: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, content: bytes | None) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)

    monkeypatch.setattr(attributes, "_write", refuse)
    with pytest.raises(OSError, match="alternate stream 'rating' cannot be kept there"):
        copy(tmp_path)
    assert list(files_below(tmp_path)) == ["a.jpg"]


def test_of_what_systems_write_by_themselves_nothing_is_demanded(tmp_path: Path) -> None:
    taken = str(tmp_path / "not there" / "a.jpg")  # nothing can be written to it
    write_streams(taken, {"Zone.Identifier": b"[ZoneTransfer]"})
    with pytest.raises(OSError, match="'rating'"):
        write_streams(taken, {"Zone.Identifier": b"[ZoneTransfer]", "rating": b"5"})


def test_one_that_is_too_long_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_bytes = 1 << 16
    there = {"short": b"x" * limit_bytes, "long": b"x" * (limit_bytes + 1)}
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(attributes, "extended_attributes", lambda _: there)
    found = streams_of(str(tmp_path / "a.jpg"))
    assert found == {"short": there["short"], "long": None}
    with pytest.raises(OSError, match="'long' cannot be kept there: it is too long"):
        write_streams(str(tmp_path / "b.jpg"), {"long": None})


def test_streams_that_cannot_be_read_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> dict[str, bytes]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(attributes, "extended_attributes", refuse)
    with pytest.raises(OSError, match="cannot be kept there"):
        write_streams(str(tmp_path / "b.jpg"), streams_of(str(tmp_path / "a.jpg")))


def test_a_stream_that_reads_otherwise_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: add(tmp_path / "a.jpg;rating", b"4"))
    with pytest.raises(OSError, match="does not read as it was"):
        attributes._write(str(tmp_path / "a.jpg;rating"), b"5")


@pytest.mark.usefixtures("kept")
def test_those_from_before_and_those_since_are_both_kept(tmp_path: Path) -> None:
    photo = str(add(tmp_path / "a.jpg", b"a photo"))
    now = attributes_of(photo)
    before = json.loads(now) | {"streams": {"rating": "34", "label": "72"}}
    both = json.loads(completed(json.dumps(before).encode(), now))
    assert both["streams"] == {"rating": "35", "empty": "", "label": "72"}
    del before["streams"]  # as an earlier version wrote it
    both = json.loads(completed(json.dumps(before).encode(), now))
    assert both["streams"] == {"rating": "35", "empty": ""}


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has streams")
def test_they_are_carried(tmp_path: Path) -> None:
    rated = str(add(tmp_path / "a.jpg", b"a photo")) + ":rating"
    try:
        Path(rated).write_bytes(b"5")
    except OSError:
        pytest.skip("this file system keeps no alternate streams")
    if extended_attributes(str(tmp_path / "a.jpg")) != {"rating": b"5"}:
        pytest.skip("this system tells of no alternate streams")
    copy(tmp_path)
    assert extended_attributes(str(tmp_path / "b.jpg")) == {"rating": b"5"}


if sys.platform == "win32":  # elsewhere a name says that a file is hidden

    @pytest.mark.parametrize("hidden", [0, stat.FILE_ATTRIBUTE_HIDDEN, windows_calls.HIDDEN])
    def test_a_hidden_file_has_a_hidden_copy(tmp_path: Path, hidden: int) -> None:
        path = str(add(tmp_path / "a.jpg", b"a photo"))
        windows_calls.hide(path, hidden)
        os.utime(path)
        if os.stat(path).st_file_attributes & windows_calls.HIDDEN != hidden:
            pytest.skip("this system (Wine) shows a file once it has a new time")
        copy(tmp_path)
        assert os.stat(tmp_path / "b.jpg").st_file_attributes & windows_calls.HIDDEN == hidden

    def test_a_file_that_was_shown_is_shown_again(tmp_path: Path) -> None:
        path = str(add(tmp_path / "a.jpg", b"a photo"))
        before = attributes_of(path)
        windows_calls.hide(path, windows_calls.HIDDEN)
        write_attributes(path, before)
        assert not os.stat(path).st_file_attributes & windows_calls.HIDDEN
