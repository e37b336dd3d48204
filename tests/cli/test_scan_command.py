"""`dupefinder scan` in this process: options, exit codes, what is written where."""

import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from blake3 import blake3

from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, JournalStep, StepState
from dupefinder.cli import main
from dupefinder.cli.progress_line import ProgressLine
from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.job import Progress
from dupefinder.core.records import Evidence
from tests.cli.album import photo, scan, write_album
from tests.core.pictures import with_segment

COMMENT = 0xFE
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="names and links of POSIX")


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


@pytest.fixture
def handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def files_of(report: Any) -> dict[str, Any]:
    """All files of all groups by name."""
    return {Path(one["path"]).name: one for group in report["groups"] for one in group["files"]}


class TestGroups:
    def test_one_photo_in_all_its_forms(self, tmp_path: Path, album: Path) -> None:
        report = scan(tmp_path, album)
        (group,) = report["groups"]
        files = files_of(report)
        assert {name: file["evidence"] for name, file in files.items() if not file["keeper"]} == {
            "one copy.jpg": "same-bytes",
            "one.png": "same-pixels",
            "one small.jpg": "re-encoded",
            "turned.jpg": "rotated",
        } | ({"one.jpg": "same-bytes"} if files["one copy.jpg"]["keeper"] else {})
        assert len(group["files"]) == 5
        assert report["links"] == report["look_alikes"] == report["raw_pairs"] == []
        assert report["unreadable"] == []

    def test_the_keeper_is_held_against_nothing(self, tmp_path: Path, album: Path) -> None:
        (group,) = scan(tmp_path, album)["groups"]
        keeper, *others = group["files"]
        assert keeper["keeper"]
        assert keeper["keep"]
        assert [keeper[name] for name in ("evidence", "against", "distance", "transform")] == [
            None
        ] * 4
        staying = {file["path"] for file in group["files"] if file["keep"]}
        for file in others:
            assert not file["keeper"]
            assert file["against"] in staying - {file["path"]}
            assert isinstance(file["distance"], int)

    def test_the_transform_of_a_turned_copy_is_reported(self, tmp_path: Path, album: Path) -> None:
        assert files_of(scan(tmp_path, album))["turned.jpg"]["transform"] == "rotated-90"

    def test_the_facts_of_a_file(self, tmp_path: Path, album: Path) -> None:
        small = album / "b" / "one small.jpg"
        assert files_of(scan(tmp_path, album))["one small.jpg"] == {
            "path": str(small),
            "bytes": small.stat().st_size,
            "mtime_ns": small.stat().st_mtime_ns,
            "digest": blake3(small.read_bytes()).hexdigest(),
            "width_px": 160,
            "height_px": 120,
            "format": "JPEG",
            "taken": None,
            "holds": [],
            "keep": False,
            "keeper": False,
            "protected": False,
            "evidence": "re-encoded",
            "against": files_of(scan(tmp_path, album))["one small.jpg"]["against"],
            "distance": files_of(scan(tmp_path, album))["one small.jpg"]["distance"],
            "transform": None,
            "alterations": [],
            "shown_part": None,
            "differences": [],
            "reason": "keeper-has-all",
        }

    def test_the_same_photos_make_the_same_groups(self, tmp_path: Path, album: Path) -> None:
        one, other = (scan(tmp_path, album, "--threads", threads) for threads in (1, 3))
        assert one["groups"] == other["groups"]


class TestWhereToLook:
    def names(self, tmp_path: Path, *arguments: object) -> set[str]:
        return set(files_of(scan(tmp_path, *arguments)))

    def test_several_folders_and_a_file(self, tmp_path: Path, album: Path) -> None:
        assert self.names(tmp_path, album / "b", album / "a" / "one.jpg") == {
            "one.jpg",
            "one.png",
            "one small.jpg",
        }

    def test_relative_paths_become_absolute(
        self, tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(album)
        report = scan(tmp_path, "a", "--protect", "b", "--exclude-folder", "c")
        assert {os.path.dirname(file["path"]) for file in files_of(report).values()} == {
            str(album / "a"),
            str(album / "b"),
        }
        assert report["settings"]["paths"] == [str(album / "a")]
        assert report["settings"]["protect"] == [str(album / "b")]
        assert report["settings"]["exclude_folders"] == [str(album / "c")]

    def test_a_protected_folder_elsewhere_is_a_reference(self, tmp_path: Path, album: Path) -> None:
        files = files_of(scan(tmp_path, album / "a", "--protect", album / "b"))
        assert {name for name, file in files.items() if file["protected"]} == {
            "one.png",
            "one small.jpg",
        }
        assert all(file["keep"] for file in files.values() if file["protected"])
        assert next(name for name, file in files.items() if file["keeper"]) == "one.png"
        assert files["one small.jpg"]["reason"] == "is-protected"
        assert not files["one.jpg"]["keep"]

    def test_a_protected_folder_within(self, tmp_path: Path, album: Path) -> None:
        files = files_of(scan(tmp_path, album, "--protect", album / "a"))
        assert {name for name, file in files.items() if file["protected"]} == {
            "one.jpg",
            "one copy.jpg",
        }

    def test_a_preferred_folder(self, tmp_path: Path) -> None:
        for name in ("a", "b", "c"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "one.jpg").write_bytes(photo(1))
        folders = [tmp_path / name for name in "abc"]
        for first in folders:
            report = scan(tmp_path, *folders, "--prefer", first)
            keeper = report["groups"][0]["files"][0]
            assert (keeper["path"], keeper["reason"]) == (str(first / "one.jpg"), "earlier-folder")
            assert report["settings"]["prefer"] == [str(first)]

    @pytest.mark.parametrize("scanned_by_link", [True, False])
    @pytest.mark.parametrize("below", ["", "2010"])
    def test_a_preferred_folder_may_be_named_by_a_link(
        self, tmp_path: Path, scanned_by_link: bool, below: str
    ) -> None:
        for name in ("a", "z"):
            (tmp_path / name / below).mkdir(parents=True)
            (tmp_path / name / below / "one.jpg").write_bytes(photo(1))
        (tmp_path / "link").symlink_to("z", target_is_directory=True)
        said, scanned = ("z", "link") if scanned_by_link else ("link", "z")
        prefer = tmp_path / said / below
        report = scan(tmp_path, tmp_path / "a", tmp_path / scanned, "--prefer", prefer)
        keeper = report["groups"][0]["files"][0]
        assert keeper["path"] == str(tmp_path / scanned / below / "one.jpg")
        assert keeper["reason"] == "earlier-folder"
        # A scan may also cover only a part of it.
        report = scan(
            tmp_path, tmp_path / "a", tmp_path / scanned / below, "--prefer", tmp_path / said
        )
        keeper = report["groups"][0]["files"][0]
        assert keeper["path"] == str(tmp_path / scanned / below / "one.jpg")

    def test_a_preferred_folder_has_to_be_one(self, tmp_path: Path, album: Path) -> None:
        assert main(["scan", str(album), "--no-catalog", "--prefer", str(tmp_path / "none")]) == 2

    def test_matches_inside_a_folder_can_be_ignored(self, tmp_path: Path, album: Path) -> None:
        names = self.names(tmp_path, album / "a", "--between-folders")
        assert names == set()
        files = files_of(scan(tmp_path, album / "a", album / "b", "--between-folders"))
        assert {"one.jpg", "one copy.jpg", "one.png"} <= set(files)
        assert files["one copy.jpg"]["keep"]
        assert files["one.jpg"]["keep"]

    def test_an_excluded_folder(self, tmp_path: Path, album: Path) -> None:
        names = self.names(tmp_path, album, "--exclude-folder", album / "b")
        assert names == {"one.jpg", "one copy.jpg", "turned.jpg"}

    def test_patterns(self, tmp_path: Path, album: Path) -> None:
        assert self.names(tmp_path, album, "--exclude", "b/", "--exclude", "turned*") == {
            "one.jpg",
            "one copy.jpg",
        }
        assert self.names(tmp_path, album, "--include", "*.png", "--include", "*copy*") == {
            "one.png",
            "one copy.jpg",
        }

    def test_sizes(self, tmp_path: Path, album: Path) -> None:
        small = (album / "b" / "one small.jpg").stat().st_size
        png = (album / "b" / "one.png").stat().st_size
        report = scan(tmp_path, album, "--min-size", small + 1, "--max-size", png - 1)
        assert set(files_of(report)) == {"one.jpg", "one copy.jpg", "turned.jpg"}
        assert report["stats"]["left_out"] == {"filtered-by-size": 2}

    def test_sides(self, tmp_path: Path, album: Path) -> None:
        assert "one small.jpg" not in self.names(tmp_path, album, "--min-side", 200)
        assert self.names(tmp_path, album, "--max-side", 200) == set()

    def test_hidden_files(self, tmp_path: Path, album: Path) -> None:
        (album / ".hidden.jpg").write_bytes(photo(2))
        assert ".hidden.jpg" not in self.names(tmp_path, album)
        assert ".hidden.jpg" in self.names(tmp_path, album, "--hidden")

    @POSIX
    def test_links(self, tmp_path: Path, album: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "far.jpg").write_bytes(photo(2))
        (album / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        assert "far.jpg" not in self.names(tmp_path, album)
        assert "far.jpg" in self.names(tmp_path, album, "--follow-links")

    @POSIX
    def test_one_file_by_two_paths_counts_once(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "linked"
        folder.mkdir()
        (folder / "two.jpg").write_bytes(photo(2))
        os.link(folder / "two.jpg", folder / "two again.jpg")
        report = scan(tmp_path, folder)
        assert report["groups"] == []
        assert report["stats"]["same_file"] == [
            {"path": str(folder / "two.jpg"), "others": [str(folder / "two again.jpg")]}
        ]
        assert "1 path leads to a file that was found already" in capsys.readouterr().out

    def test_folders_of_other_programs_are_protected_and_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        library = tmp_path / "home" / "Mine.photoslibrary"
        (library / "originals").mkdir(parents=True)
        (library / "originals" / "one.jpg").write_bytes(photo(1))
        (tmp_path / "home" / "one.jpg").write_bytes(photo(1))
        report = scan(tmp_path, tmp_path / "home")
        assert report["stats"]["managed"] == [
            {"path": str(library), "program": "apple-photos", "protected": True}
        ]
        assert f"Protected, because Apple Photos manages it: {library}\n" in capsys.readouterr().out
        scan(tmp_path, library)
        assert "although Apple Photos manages it" in capsys.readouterr().out


class TestHowToCompare:
    @pytest.mark.parametrize("size", [8, 16])
    @pytest.mark.parametrize("name", ["ahash", "phash", "dhash", "dhash-vertical", "whash"])
    def test_every_hash_finds_duplicates(
        self, tmp_path: Path, album: Path, name: str, size: int
    ) -> None:
        report = scan(tmp_path, album, "--hash", name, "--hash-size", size)
        assert {"one.jpg", "one copy.jpg", "one.png", "one small.jpg"} <= set(files_of(report))
        assert report["settings"]["hash"] == f"{name}-{size**2}"
        assert report["settings"]["bits"] == size**2
        assert report["settings"]["threshold"] == (10 if size == 8 else 40)

    def test_without_rotations_turned_copies_are_not_found(
        self, tmp_path: Path, album: Path
    ) -> None:
        assert "turned.jpg" not in files_of(scan(tmp_path, album, "--no-rotations"))

    def test_the_threshold(self, tmp_path: Path, album: Path) -> None:
        def found(*arguments: object) -> dict[str, Any]:
            kind = ("--hash", "dhash", "--hash-size", 16)
            return files_of(scan(tmp_path, album, *kind, *arguments))

        distance = found()["one small.jpg"]["distance"]
        assert distance > 0
        assert "one small.jpg" in found("--threshold", distance)
        assert "one small.jpg" not in found("--threshold", distance - 1)
        assert {"one.jpg", "one copy.jpg"} <= set(found("--threshold", 0))


class TestReport:
    def test_the_text_tells_what_is_what(
        self, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (album / "empty.jpg").touch()
        assert main(["scan", str(album), "--no-catalog"]) == 1
        printed = capsys.readouterr()
        lines = printed.out.splitlines()
        assert lines[0].startswith("Group 1: 5 photos, ")
        assert [line.split()[0] for line in lines[1:6]].count("KEEPER") == 1
        assert lines[1].split()[0] == "KEEPER"
        by_name = {line.split(os.sep)[-1].split("  (")[0]: line for line in lines[1:6]}
        assert "Same file" in by_name["one copy.jpg"] or "Same file" in by_name["one.jpg"]
        assert "could go  Re-encoded" in by_name["one small.jpg"]
        assert "160x120" in by_name["one small.jpg"]
        assert "keep      Rotated (turned right)" in by_name["turned.jpg"]
        assert "1 problem:" in lines
        assert f"  {album / 'empty.jpg'}: The file is empty." in lines
        assert "6 photos compared; 0 of 7 files known from an earlier scan" in lines
        assert any(line.startswith("1 group with 5 photos; ") for line in lines)
        assert printed.err == ""

    def test_no_duplicates(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "two.jpg").write_bytes(photo(2))
        assert main(["scan", str(tmp_path), "--no-catalog"]) == 0
        assert "0 groups with 0 photos; 0 redundant copies" in capsys.readouterr().out

    def test_an_empty_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        report = scan(tmp_path, tmp_path)
        assert report["stats"]["files"] == 0
        assert report["groups"] == []
        assert "0 photos compared" in capsys.readouterr().out

    def test_json_on_standard_output_stands_alone(
        self, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (album / "empty.jpg").touch()
        assert main(["scan", str(album), "--no-catalog", "--json", "-"]) == 1
        printed = capsys.readouterr()
        assert json.loads(printed.out)["format"] == "dupefinder-groups"
        assert printed.out.isascii()
        assert printed.err == ""

    def test_problems_are_listed_with_their_reasons(self, tmp_path: Path, album: Path) -> None:
        (album / "empty.jpg").touch()
        (album / "text.jpg").write_text("no picture")
        whole = photo(9, 640, 480)
        (album / "cut.jpg").write_bytes(whole[: len(whole) * 3 // 4])
        report = scan(tmp_path, album, album / "no such folder", code=1)
        reasons = {Path(one["path"]).name: one["reason"] for one in report["unreadable"]}
        assert reasons["empty.jpg"] == "empty"
        assert reasons["text.jpg"] == "not-a-picture"
        assert reasons["no such folder"].startswith("folder-not-found: ")
        # It was read and compared, as far as it goes.
        (damaged,) = report["partly_damaged"]
        assert Path(damaged["path"]).name == "cut.jpg"
        assert damaged["reason"].partition(":")[0] == "partly-damaged"
        assert report["stats"]["problems"] == len(reasons) + 1 == 4

    @POSIX
    def test_odd_names_travel_and_are_printed_safely(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "odd"
        folder.mkdir()
        names = [b"caf\xe9 \xff.jpg", "line\nbreak\x1b[2J\u202e.jpg".encode(), "写真.jpg".encode()]
        try:
            for name in names:
                Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(photo(1))
        except OSError:
            pytest.skip("this file system takes no undecodable names")
        report = scan(tmp_path, folder)
        assert {os.fsencode(name) for name in files_of(report)} == set(names)
        printed = capsys.readouterr().out
        assert "caf\\xe9 \\xff.jpg" in printed
        assert "line\\nbreak\\x1b[2J\\u202e.jpg" in printed
        assert "写真.jpg" in printed
        assert not {"\x1b", "\u202e", "\udcff"} & set(printed)


class TestCatalog:
    def test_a_second_scan_reads_nothing(
        self, tmp_path: Path, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        option = ("--catalog", str(tmp_path / "data" / "c.sqlite"))
        first = scan(tmp_path, album, catalog=option)
        assert (first["stats"]["from_catalog"], first["stats"]["decoded"]) == (0, 5)
        second = scan(tmp_path, album, catalog=option)
        assert (second["stats"]["from_catalog"], second["stats"]["decoded"]) == (6, 0)
        assert second["groups"] == first["groups"]
        assert second["settings"]["catalog"] == option[1]
        assert "6 photos compared; 6 of 6 files known" in capsys.readouterr().out

    def test_by_default_it_lies_in_the_data_folder(
        self, tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "data"))
        report = scan(tmp_path, album, catalog=())
        assert report["settings"]["catalog"] == str(tmp_path / "data" / "catalog.sqlite")
        assert (tmp_path / "data" / "catalog.sqlite").exists()

    def test_none_is_made_when_none_is_wanted(
        self, tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "data"))
        assert scan(tmp_path, album)["settings"]["catalog"] is None
        assert not (tmp_path / "data").exists()

    def test_a_damaged_one_is_set_aside_and_named(
        self, tmp_path: Path, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "catalog.sqlite"
        path.write_bytes(b"damaged" * 100)
        scan(tmp_path, album, catalog=("--catalog", str(path)))
        (aside,) = tmp_path.glob("*.damaged-*")
        printed = capsys.readouterr().err
        assert str(aside) in printed
        assert printed.count("\n") == 1

    def test_one_in_use_is_a_plain_line(
        self, tmp_path: Path, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "c.sqlite"
        with Catalog.open(path):
            assert main(["scan", str(album), "--catalog", str(path)]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "in use by process" in printed.err
        assert printed.err.count("\n") == 1

    def test_one_of_a_later_version_is_a_plain_line(
        self, tmp_path: Path, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "c.sqlite"
        Catalog.open(path).close()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
        assert main(["scan", str(album), "--catalog", str(path)]) == 1
        printed = capsys.readouterr().err
        assert "has version 999" in printed
        assert printed.count("\n") == 1

    def test_one_that_cannot_be_written_is_a_plain_line_with_advice(
        self,
        tmp_path: Path,
        album: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(_catalog: Catalog, *_: object) -> NoReturn:
            raise CatalogNotWritable(tmp_path / "c.sqlite", "database or disk is full")

        monkeypatch.setattr(Catalog, "record_files", refuse)
        assert main(["scan", str(album), "--catalog", str(tmp_path / "c.sqlite")]) == 1
        printed = capsys.readouterr().err
        assert "disk is full" in printed
        assert "--catalog FILE" in printed
        assert printed.count("\n") == 1

    def test_a_folder_is_no_catalog(self, tmp_path: Path, album: Path) -> None:
        assert main(["scan", str(album), "--catalog", str(tmp_path)]) == 1


class TestTarget:
    def test_an_unwritable_target_is_noticed_before_the_scan(
        self, tmp_path: Path, album: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        catalog = tmp_path / "c.sqlite"
        for target in (tmp_path, tmp_path / "no" / "where.json", album / "two.jpg"):
            arguments = ["scan", str(album), "--catalog", str(catalog), "--json", str(target)]
            assert main(arguments) == 2
            assert "cannot write" in capsys.readouterr().err
        assert not catalog.exists()
        assert (album / "two.jpg").read_bytes() == photo(2)

    def test_a_failure_at_the_end_leaves_the_old_file_and_shows_the_result(
        self,
        tmp_path: Path,
        album: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        target = tmp_path / "groups.json"
        old = '{"format": "dupefinder-groups"}'
        target.write_text(old)

        def fail(*_: object) -> NoReturn:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        assert main(["scan", str(album), "--no-catalog", "--json", str(target)]) == 1
        assert target.read_text() == old
        assert {entry.name for entry in tmp_path.iterdir()} == {"album", "groups.json"}
        printed = capsys.readouterr()
        assert "Group 1: 5 photos" in printed.out
        assert "No space left on device" in printed.err

    @pytest.mark.parametrize("name", ["nowhere", "nul\0byte", ""])
    def test_folders_that_do_not_exist_leave_no_trace(
        self, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        nowhere = str(tmp_path / name) if name else name
        files = ["--json", str(tmp_path / "g.json"), "--catalog", str(tmp_path / "c.sqlite")]
        assert main(["scan", nowhere, "also nowhere", "--protect", str(tmp_path), *files]) == 2
        assert list(tmp_path.iterdir()) == []
        assert "also nowhere" in capsys.readouterr().err

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may enter every folder"
    )
    def test_a_folder_that_may_not_be_entered_is_a_plain_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o000)
        try:
            assert main(["scan", str(closed), "--no-catalog"]) == 2
        finally:
            closed.chmod(0o700)
        assert capsys.readouterr().err.count("\n") == 1


def test_an_action_that_was_broken_off_is_looked_after_first(
    album: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The photo was moved, and its copy had gone with it."""
    path, place = album / "gone.jpg", tmp_path / "to" / "gone.jpg"
    place.parent.mkdir()
    place.write_bytes(b"a photo")
    digest = blake3(b"a photo").digest()
    left = JournalStep(
        0, str(path), 7, 1, digest, "/nowhere.jpg", Evidence.SAME_BYTES, StepState.INTENDED,
        place=str(place), survivor_digest=digest, kind=ActionKind.MOVE,
    )  # fmt: skip
    catalog = tmp_path / "data" / "catalog.sqlite"
    with Journal.open(catalog.parent / "journal.sqlite") as journal:
        journal.add(journal.begin_action(ActionKind.MOVE, str(place.parent)), [left])
        # Whoever has the journal has looked.
        assert main(["scan", str(album), "--catalog", str(catalog), "--json", "-"]) in (0, 1)
        assert place.exists()
        assert "interrupted" not in capsys.readouterr().err
    assert main(["scan", str(album), "--catalog", str(catalog), "--json", "-"]) in (0, 1)
    printed = capsys.readouterr()
    assert "interrupted; 1 file checked" in printed.err
    assert json.loads(printed.out)
    assert path.read_bytes() == b"a photo"


@pytest.mark.usefixtures("handlers")
class TestStop:
    @pytest.fixture
    def many(self, tmp_path: Path) -> Path:
        folder = tmp_path / "many"
        folder.mkdir()
        for number in range(80):
            content = with_segment(photo(1), COMMENT, b"%d" % number)
            (folder / f"{number}.jpg").write_bytes(content)
        return folder

    @pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
    def stopped_while_reading(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Let the signal come, twice, once a photo was read."""

        def show(_line: ProgressLine, progress: Progress) -> None:
            if progress.phase == "decode" and progress.done:
                signal.raise_signal(request.param)

        monkeypatch.setattr(ProgressLine, "show", show)
        monkeypatch.setattr("dupefinder.core.job.REPORT_INTERVAL_S", 0.0)

    @pytest.mark.usefixtures("stopped_while_reading")
    def test_readings_of_a_stopped_scan_are_kept(
        self,
        tmp_path: Path,
        many: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        option = ("--catalog", str(tmp_path / "c.sqlite"))
        target = tmp_path / "groups.json"
        arguments = ["scan", str(many), *option, "--threads", "1", "--json", str(target)]
        assert main(arguments) == 130
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err == "dupefinder: Stopped; what was read is kept.\n"
        assert not target.exists()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN, "it must not be cut short"
        monkeypatch.undo()
        report = scan(tmp_path, many, catalog=option)
        assert 0 < report["stats"]["from_catalog"] < 80
        assert report["stats"]["photos"] == 80

    @pytest.mark.usefixtures("stopped_while_reading")
    def test_without_a_catalog_nothing_is_kept(
        self, many: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["scan", str(many), "--no-catalog", "--threads", "1"]) == 130
        assert capsys.readouterr().err == "dupefinder: Stopped; nothing is kept.\n"

    @pytest.mark.parametrize("command", ["hash", "scan"])
    def test_ctrl_c_elsewhere_is_no_traceback(
        self,
        album: Path,
        command: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def interrupt(*_: object, **__: object) -> NoReturn:
            raise KeyboardInterrupt

        monkeypatch.setattr("dupefinder.cli.hash_command.hash_photo", interrupt)
        monkeypatch.setattr("dupefinder.cli.scan_report.report_lines", interrupt)
        option = ["--no-catalog"] if command == "scan" else []
        assert main([command, str(album / "two.jpg"), *option]) == 130
        assert capsys.readouterr().err == "dupefinder: stopped\n"


def test_a_fault_of_the_program_itself_is_not_hidden(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr("dupefinder.core.pipeline.find_duplicates", fail)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(ZeroDivisionError):
        main(["scan", str(album), "--no-catalog"])


def test_groups_are_exported_in_every_format(
    album: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = [tmp_path / f"groups.{ending}" for ending in ("html", "csv", "json")]
    options = [word for target in targets for word in ("--export", str(target))]
    assert main(["scan", str(album), "--no-catalog", *options]) == 0
    page, table, document = (target.read_bytes() for target in targets)
    assert page.count(b"data:image/jpeg;base64,") == page.count(b"<img") > 0
    assert len(table.splitlines()) == 1 + sum(
        len(group["files"]) for group in json.loads(document)["groups"]
    )
    assert json.loads(document)["settings"]["paths"] == [str(album)]
    assert capsys.readouterr().out.count("Exported to ") == 3


@pytest.mark.parametrize("name", ["groups.pdf", "photo.jpg", "groups"])
def test_an_export_needs_a_format(
    album: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", str(album), "--no-catalog", "--export", str(tmp_path / name)]) == 2
    assert ".html, .csv, .json" in capsys.readouterr().err
    assert not (tmp_path / name).exists()
