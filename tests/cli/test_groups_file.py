"""A scan's JSON, read again: exactly what was written, and nothing else."""

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dupefinder.actions.records import PlannedFile
from dupefinder.cli import groups_file, main
from dupefinder.cli.groups_file import GroupsFile, ListedFile, read_groups
from dupefinder.cli.terminal import WrongUsage
from dupefinder.core.records import Evidence

ROOT = os.path.abspath(os.sep)
KEEPER = {
    "path": ROOT + "keeper.jpg",
    "bytes": 5,
    "mtime_ns": 7,
    "digest": "00" * 32,
    "keep": True,
    "keeper": True,
    "protected": True,
    "evidence": None,
    "against": None,
}
COPY = {
    **KEEPER,
    "keeper": False,
    "path": ROOT + "copy.jpg",
    "digest": bytes(range(32)).hex(),
    "keep": False,
    "protected": False,
    "evidence": "same-pixels",
    "against": ROOT + "keeper.jpg",
}
DOCUMENT = {
    "format": "dupefinder-groups",
    "version": 1,
    "settings": {"protect": [ROOT + "kept"]},
    "stats": {
        "managed": [
            {"path": ROOT + "library", "program": "digikam", "protected": True},
            {"path": ROOT + "scanned", "program": "digikam", "protected": False},
        ]
    },
    "groups": [{"id": "1", "files": [KEEPER, COPY]}],
}


def read(tmp_path: Path, content: bytes) -> GroupsFile:
    path = tmp_path / "groups.json"
    path.write_bytes(content)
    return read_groups(str(path))


def encoded(document: object) -> bytes:
    return json.dumps(document).encode("ascii")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_written_report_is_read(tmp_path: Path, mark: bytes) -> None:
    assert read(tmp_path, mark + encoded(DOCUMENT)) == GroupsFile(
        groups=(
            (
                ListedFile(
                    PlannedFile(ROOT + "keeper.jpg", 5, 7, bytes(32), True), True, True, None, None
                ),
                ListedFile(
                    PlannedFile(ROOT + "copy.jpg", 5, 7, bytes(range(32))),
                    False,
                    False,
                    Evidence.SAME_PIXELS,
                    ROOT + "keeper.jpg",
                ),
            ),
        ),
        protected_folders=(ROOT + "kept", ROOT + "library"),
    )


def set_in_file(name: str, value: object) -> Callable[[Any], None]:
    return lambda document: document["groups"][0]["files"][1].update({name: value})


def drop_from_file(name: str) -> Callable[[Any], None]:
    return lambda document: document["groups"][0]["files"][1].pop(name)


def set_in(*names: str, value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for name in names[:-1]:
            document = document[name]
        document[names[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_in("format", value="other"), '"format": "dupefinder-groups"'),
        (set_in("version", value=2), "its version is 2, but only version 1 is supported"),
        (set_in("version", value=True), "its version is True"),
        (set_in("version", value="1"), "its version is '1'"),
        (set_in("settings", value=None), '"settings"'),
        (set_in("settings", "protect", value=["relative"]), "'relative' is not an absolute path"),
        (set_in("settings", "protect", value=[1]), "1 is not an absolute path"),
        (set_in("stats", "managed", value=[{}]), '"protected"'),
        (set_in("stats", "managed", value=[{"protected": True}]), '"path"'),
        (set_in("groups", value={}), '"groups"'),
        (set_in("groups", value=[1]), '"files"'),
        (set_in("groups", value=[{"files": [[]]}]), '"bytes"'),
        *((drop_from_file(name), f'"{name}"') for name in ("path", "bytes", "mtime_ns", "digest",
                                                          "keep", "protected")),
        (set_in_file("bytes", True), '"bytes"'),
        (set_in_file("bytes", 5.0), '"bytes"'),
        (set_in_file("bytes", -1), '"bytes"'),
        (set_in_file("bytes", 1 << 63), '"bytes"'),
        (set_in_file("mtime_ns", 10**9 << 63), '"mtime_ns"'),
        (set_in_file("keep", 0), '"keep"'),
        (set_in_file("digest", "00" * 31), '"digest"'),
        (set_in_file("digest", "x" * 64), '"digest"'),
        (set_in_file("path", "copy.jpg"), "not an absolute path"),
        (set_in_file("path", ROOT + "a\0b"), "not an absolute path"),
        pytest.param(
            set_in_file("path", ROOT + "\ud800"),
            "is not a path",
            marks=pytest.mark.skipif(os.name != "posix", reason="Windows has such names"),
        ),
        (set_in_file("against", "keeper.jpg"), "not an absolute path"),
        (set_in_file("against", 3), "not an absolute path"),
        (set_in_file("evidence", "magic"), "\"evidence\" is 'magic'"),
        (set_in_file("evidence", ["same-bytes"]), '"evidence" is'),
    ],
)  # fmt: skip
def test_invalid_fields_are_named(
    tmp_path: Path, change: Callable[[Any], None], words: str
) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(WrongUsage) as caught:
        read(tmp_path, encoded(document))
    assert words in str(caught.value)
    assert "`dupefinder scan --json`" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"format": ' + b"9" * 9999 + b"}",
    ],
)
def test_a_file_that_is_no_report_gives_one_plain_line(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "groups.json"
    path.write_bytes(content)
    assert main(["apply", "--from", str(path), "--yes"]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "Traceback" not in printed


@pytest.mark.parametrize("name", ["missing.json", "", "nul\0byte", "."])
def test_an_unreadable_report_is_wrong_usage(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "--from", f"{tmp_path}/{name}"]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_a_time_of_long_ago_and_one_far_away(tmp_path: Path) -> None:
    for mtime_ns in (-300_000_000 * 10**9, 13_569_465_600 * 10**9):
        document = copy.deepcopy(DOCUMENT)
        document["groups"][0]["files"][1]["mtime_ns"] = mtime_ns  # type: ignore[index]
        (group,) = read(tmp_path, encoded(document)).groups
        assert group[1].file.mtime_ns == mtime_ns


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no endless file")
@pytest.mark.parametrize("named", [["--from"], []])
def test_an_endless_file_ends_at_the_limit(
    named: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups_file, "MOST_BYTES", 2_000_000)
    assert main(["apply", *named, "/dev/zero"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "dupefinder: cannot read '/dev/zero': it is larger than 2.0 MB, the most that is read"
    )


def test_a_pipe_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        def read(self, most_bytes: int) -> bytes:
            return b"0" * most_bytes

    class Standard:
        buffer = Endless()

    monkeypatch.setattr(groups_file, "MOST_BYTES", 2_000_000)
    monkeypatch.setattr("sys.stdin", Standard())
    with pytest.raises(WrongUsage, match=r"standard input: it is larger than 2\.0 MB"):
        read_groups("-")


def test_a_report_too_large_for_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(_content: bytes) -> object:
        raise MemoryError

    monkeypatch.setattr(json, "loads", too_much)
    with pytest.raises(WrongUsage, match="too large for the memory"):
        read(tmp_path, b"{}")
