import json
import os
import stat
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from dupefinder.actions import plan_file
from dupefinder.cli import compare_report, search_report
from dupefinder.cli.result_files import check_target
from dupefinder.cli.terminal import WrongUsage
from dupefinder.export import groups_json
from dupefinder.export.target import write_whole

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


class TestCheck:
    @pytest.mark.parametrize("content", [None, b""])
    def test_a_new_or_an_empty_file_will_do(self, tmp_path: Path, content: bytes | None) -> None:
        target = tmp_path / "groups.json"
        if content is not None:
            target.write_bytes(content)
        check_target(str(target))
        assert (target.read_bytes() if target.exists() else None) == content
        assert [entry.name for entry in tmp_path.iterdir()] == ["groups.json"] * target.exists()

    @pytest.mark.parametrize(
        "format_",
        [groups_json.FORMAT, search_report.FORMAT, compare_report.FORMAT, plan_file.FORMAT],
    )
    @pytest.mark.parametrize("indent", [None, 1])
    def test_an_earlier_result_will_do(
        self, tmp_path: Path, format_: str, indent: int | None
    ) -> None:
        target = tmp_path / "groups.json"
        target.write_text(json.dumps({"format": format_, "version": 1}, indent=indent))
        check_target(str(target))

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("IMG_1.mov", b"\0\0\0\x18ftypqt  "),
            ("IMG_1.cr2", b"II*\0"),
            ("IMG_1.xmp", b"<x:xmpmeta/>"),
            ("IMG_1.jpg.json", b'{"title": "IMG_1.jpg"}'),
            ("notes.txt", b"my notes"),
            ("folders.json", b'{"format": "dupefinder-folders"}'),
        ],
    )
    def test_anything_else_is_refused(self, tmp_path: Path, name: str, content: bytes) -> None:
        target = tmp_path / name
        target.write_bytes(content)
        with pytest.raises(WrongUsage, match=r"is a photo|not written by this program"):
            check_target(str(target))
        assert target.read_bytes() == content

    def test_a_bare_name_is_a_file_of_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        check_target("groups.json")
        write_whole("groups.json", b"{}")
        assert (tmp_path / "groups.json").read_bytes() == b"{}"

    def test_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(WrongUsage, match="is a folder"):
            check_target(str(tmp_path))

    @pytest.mark.parametrize("name", ["no-such-folder/groups.json", "no-such-folder/", "a\0b"])
    def test_a_place_that_does_not_exist_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(WrongUsage, match="cannot write"):
            check_target(str(tmp_path / "x")[:-1] + name)
        assert list(tmp_path.iterdir()) == []

    def test_no_name_is_refused(self) -> None:
        with pytest.raises(WrongUsage, match="no name"):
            check_target("")

    def test_a_folder_that_takes_no_file_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> NoReturn:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(WrongUsage, match="Permission denied"):
            check_target(str(tmp_path / "groups.json"))

    def test_a_write_protected_file_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "groups.json"
        target.write_bytes(b"old")
        monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
        with pytest.raises(WrongUsage, match="write-protected"):
            check_target(str(target))

    @POSIX
    @pytest.mark.parametrize("to", ["groups.json", "nowhere"])
    def test_a_link_is_refused(self, tmp_path: Path, to: str) -> None:
        (tmp_path / "groups.json").write_bytes(b"{}")
        (tmp_path / "link").symlink_to(tmp_path / to)
        with pytest.raises(WrongUsage, match="link"):
            check_target(str(tmp_path / "link"))

    @POSIX
    def test_a_device_is_refused(self) -> None:
        with pytest.raises(WrongUsage, match="device"):
            check_target("/dev/null")

    @pytest.mark.parametrize(
        ("name", "content"), [("IMG_1.JPG", b""), ("IMG_1.cr2", b"x"), ("x", b"\xff\xd8\xff\xe0")]
    )
    def test_a_photo_is_refused(self, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WrongUsage, match="is a photo"):
            check_target(str(tmp_path / name))
        assert (tmp_path / name).read_bytes() == content


class TestWrite:
    def test_the_new_content_replaces_the_old(self, tmp_path: Path) -> None:
        target = tmp_path / "groups.json"
        target.write_bytes(b"old" * 1000)
        write_whole(str(target), b"new")
        assert target.read_bytes() == b"new"
        assert [entry.name for entry in tmp_path.iterdir()] == ["groups.json"]

    @POSIX
    def test_the_mode_is_what_it_was_or_what_is_usual(self, tmp_path: Path) -> None:
        private, usual = tmp_path / "private", tmp_path / "usual"
        private.write_bytes(b"old")
        private.chmod(0o600)
        mask = os.umask(0o027)
        try:
            write_whole(str(private), b"new")
            write_whole(str(usual), b"new")
        finally:
            os.umask(mask)
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert stat.S_IMODE(usual.stat().st_mode) == 0o640

    @POSIX
    def test_a_link_is_never_written_through(self, tmp_path: Path) -> None:
        precious = tmp_path / "precious"
        precious.write_bytes(b"precious")
        (tmp_path / "groups.json").symlink_to(precious)
        write_whole(str(tmp_path / "groups.json"), b"new")
        assert precious.read_bytes() == b"precious"
        assert (tmp_path / "groups.json").read_bytes() == b"new"

    @pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_a_failure_leaves_what_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
    ) -> None:
        target = tmp_path / "groups.json"
        target.write_bytes(b"old")

        def fail(*_: object, **__: object) -> NoReturn:
            raise error

        monkeypatch.setattr(os, step, fail)
        with pytest.raises(type(error)):
            write_whole(str(target), b"new")
        assert target.read_bytes() == b"old"
        assert [entry.name for entry in tmp_path.iterdir()] == ["groups.json"]
