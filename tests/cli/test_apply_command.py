"""`dupefinder apply`: told first, then done, and never more than was asked for."""

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from PIL import Image

from dupefinder import actions
from dupefinder.actions.backends import choosing
from dupefinder.actions.checks import preflight
from dupefinder.actions.checks.preflight import Checked
from dupefinder.actions.journal import Journal, JournalNotWritable
from dupefinder.actions.records import JournalStep, Skipped, Step, StepState
from dupefinder.actions.trash.freedesktop import FreedesktopTrash
from dupefinder.cli import action_journal, main
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import Drive, DriveTable
from dupefinder.core.scan.mounts import Volume
from tests.cli.removals import (
    COPY,
    PIXELS,
    SMALL,
    Scanned,
    apply,
    in_trash,
    scan_album,
    states,
)

WAIT_LIMIT_S = 30.0


@pytest.fixture
def scanned(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Scanned:
    made = scan_album(tmp_path)
    capsys.readouterr()
    return made


@pytest.fixture(autouse=True)
def not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_journal, "running_as_root", lambda: False)


class TestWithoutUndoInTheTrash:
    """A system whose trash cannot be searched: photos are set aside unless it is named."""

    @pytest.fixture(autouse=True)
    def no_undo(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "trash_brings_back", lambda: False)

    def test_set_aside_and_brought_back(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = states(scanned.album)
        assert apply(scanned, "--yes") == 0
        assert in_trash(home) == set()
        assert set(before) - set(states(scanned.album)) == {COPY, PIXELS}
        out = capsys.readouterr().out
        assert "2 files set aside, 0 skipped" in out
        assert f"Set aside in: {home}" in out
        assert "No space is freed until" in out
        assert main(["undo"]) == 0
        assert states(scanned.album) == before

    def test_the_trash_where_it_is_named(self, scanned: Scanned, home: Path) -> None:
        assert apply(scanned, "--trash", "--yes") == 0
        assert in_trash(home) == {Path(COPY).name, Path(PIXELS).name}

    def test_a_saved_plan_says_its_way_itself(
        self, scanned: Scanned, home: Path, tmp_path: Path
    ) -> None:
        assert apply(scanned, "--trash", "--save-plan", tmp_path / "plan.json") == 0
        assert main(["apply", str(tmp_path / "plan.json"), "--yes"]) == 0
        assert in_trash(home) == {Path(COPY).name, Path(PIXELS).name}


class TestTelling:
    def test_nothing_is_changed(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = states(scanned.album)
        assert apply(scanned) == 0
        assert states(scanned.album) == before
        assert list(home.iterdir()) == []  # neither a trash nor a journal
        lines = capsys.readouterr().out.splitlines()
        keeper = f"kept: {scanned.album}/a/one.jpg"
        assert lines[0] == "Would go to the trash:"
        # The weakest evidence comes first.
        assert lines[1] == f"  {scanned.album / PIXELS}  (Same pixels, 38.8 kB)"
        assert lines[2].strip() == keeper
        assert lines[3] == f"  {scanned.album / COPY}  (Same file, 8.3 kB)"
        assert lines[4].strip() == keeper
        album = scanned.album
        assert lines[5:] == [
            "By folder:",
            f"  1 photo, 38.8 kB, from {album}/b; the kept copies are in {album}/a",
            f"  1 photo, 8.3 kB, from {album}/a; the kept copies are in {album}/a",
            "Left alone: 1 copy (Re-encoded); --evidence re-encoded includes them",
            "2 photos would go to the trash, 47.1 kB; 0 refused",
            "47.1 kB can be freed by emptying the trash.",
            "Nothing was changed. The same with --yes does it.",
        ]

    def test_evidence_is_chosen(self, scanned: Scanned, capsys: pytest.CaptureFixture[str]) -> None:
        assert apply(scanned, "--evidence", "re-encoded") == 0
        printed = capsys.readouterr().out
        assert "1 photo would go to the trash, 2.0 kB; 0 refused" in printed
        assert str(scanned.album / SMALL) in printed
        assert "Left alone: 1 copy (Same file); --evidence same-bytes" in printed
        assert apply(scanned, "--evidence", "re-encoded, same-bytes,same-pixels") == 0
        assert "3 photos would go" in capsys.readouterr().out

    def test_refusals_are_listed_with_their_reasons(
        self, scanned: Scanned, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (scanned.album / "b" / "one.xmp").write_bytes(b"meta")
        assert apply(scanned) == 1
        lines = capsys.readouterr().out.splitlines()
        at = lines.index("Refused, and kept:")
        assert lines[at + 1] == (
            f"  {scanned.album}/{PIXELS}: A file that belongs to it has no equal next to the kept"
            " copy (one.xmp)."
        )
        assert "1 photo would go to the trash, 8.3 kB; 1 refused" in lines

    def test_accompanying_files_are_listed(
        self, scanned: Scanned, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("one.jpg.xmp", "one copy.jpg.xmp"):
            (scanned.album / "a" / name).write_bytes(b"meta")
        assert apply(scanned, "--evidence", "same-bytes") == 0
        printed = capsys.readouterr().out
        assert f"removed with it: {scanned.album}/a/one copy.jpg.xmp" in printed
        assert "1 photo and 1 accompanying file would go to the trash" in printed

    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are any bytes on Linux")
    def test_odd_names_are_safe_to_print(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = scan_album(tmp_path)
        odd = made.album / "a" / "odd\x1b\udcff.jpg"
        (made.album / COPY).rename(odd)
        assert main(["scan", str(made.album), "--no-catalog", "--json", str(made.json)]) == 0
        capsys.readouterr()
        assert apply(made) == 0
        assert f"{made.album}/a/odd\\x1b\\xff.jpg" in capsys.readouterr().out
        assert apply(made, "--yes") == 0
        assert not odd.exists()

    def test_the_folder_that_photos_go_to_is_safe_to_print(
        self, scanned: Scanned, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It may be that of a plan from somebody else."""
        odd = scanned.album.parent / "odd\x1b[2J"
        assert apply(scanned, "--move-to", str(odd)) == 0
        printed = capsys.readouterr().out
        assert "\x1b" not in printed
        assert f"Would be moved to {scanned.album.parent}/odd\\x1b[2J:" in printed


class TestPlanFile:
    @pytest.fixture
    def plan(self, scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
        path = tmp_path / "plan.json"
        assert apply(scanned, "--save-plan", path) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"The plan is in {path}; `dupefinder apply` takes it.\n")
        assert "Nothing was changed." in out
        return path

    def test_it_is_told_as_what_it_was_made_from(
        self, scanned: Scanned, plan: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert apply(scanned) == 0
        told = capsys.readouterr().out
        before = states(scanned.album)
        for options in ((), ("--dry-run",)):
            assert main(["apply", str(plan), *options]) == 0
            lines = [line for line in told.splitlines() if not line.startswith("Left alone")]
            assert capsys.readouterr().out.splitlines() == lines
        assert states(scanned.album) == before

    def test_it_is_done(
        self, scanned: Scanned, plan: Path, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        scanned.json.unlink()
        assert main(["apply", str(plan), "--yes"]) == 0
        assert in_trash(home) == {"one copy.jpg", "one.png"}
        assert "2 files moved to the trash, 0 skipped" in capsys.readouterr().out

    def test_saved_and_done_in_one_go(self, scanned: Scanned, home: Path, tmp_path: Path) -> None:
        assert apply(scanned, "--yes", "--save-plan", tmp_path / "p.json") == 0
        assert in_trash(home) == {"one copy.jpg", "one.png"}
        assert len(json.loads((tmp_path / "p.json").read_bytes())["steps"]) == 2

    def test_nothing_in_it_is_trusted(
        self, scanned: Scanned, plan: Path, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        document = json.loads(plan.read_bytes())
        first, second = document["steps"]
        # Another photo is said to be a copy.
        other = scanned.album / "two.jpg"
        first["victim"].update(
            path=str(other),
            bytes=other.stat().st_size,
            digest=blake3(other.read_bytes()).hexdigest(),
        )
        first["evidence"] = "re-encoded"
        document["steps"] = [first]
        plan.write_text(json.dumps(document))
        assert main(["apply", str(plan), "--yes"]) == 1
        printed = capsys.readouterr().out
        assert "the two files were not proven to be the same photo" in printed
        assert in_trash(home) == set()
        # Two photos are each said to be the kept copy for the other.
        document["steps"] = [
            second,
            {**second, "victim": second["survivor"], "survivor": second["victim"]},
        ]
        plan.write_text(json.dumps(document))
        assert main(["apply", str(plan), "--yes"]) == 1
        assert "The copy that should be kept would go, too" in capsys.readouterr().out
        assert len(in_trash(home)) == 1

    def test_protected_folders_stay_protected(
        self, scanned: Scanned, plan: Path, home: Path
    ) -> None:
        document = json.loads(plan.read_bytes())
        document["protected_folders"] = [str(scanned.album / "b")]
        plan.write_text(json.dumps(document))
        assert main(["apply", str(plan), "--yes"]) == 1
        assert in_trash(home) == {"one copy.jpg"}

    def test_protected_photos_stay_against_any_plan(
        self, scanned: Scanned, plan: Path, home: Path
    ) -> None:
        protect = str(scanned.album / "b")
        assert main(["apply", str(plan), "--yes", "--protect", protect]) == 1
        assert in_trash(home) == {"one copy.jpg"}
        assert main(["undo"]) == 0
        # The last scan remembers it, too.
        assert main(["scan", str(scanned.album), "--protect", protect]) == 0
        for file in ((str(plan),), ("--from", str(scanned.json))):
            assert main(["apply", *file, "--yes"]) == 1
            assert in_trash(home) == {"one copy.jpg"}
            assert main(["undo"]) == 0
        assert main(["apply", str(plan), "--protect", str(plan.parent / "gone")]) == 2

    @pytest.mark.parametrize("evidence", ["edited", "rotated", "mirrored", "look-alike"])
    def test_copies_that_no_scan_proposes_are_no_matter_of_a_plan(
        self, scanned: Scanned, plan: Path, home: Path, evidence: str
    ) -> None:
        document = json.loads(plan.read_bytes())
        for step in document["steps"]:
            step["evidence"] = evidence
        plan.write_text(json.dumps(document))
        assert main(["apply", str(plan), "--yes"]) == 1
        assert in_trash(home) == set()

    def test_a_file_that_is_no_plan_is_reported(
        self, scanned: Scanned, plan: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["apply", str(scanned.json)]) == 2
        assert 'does not say "format": "dupefinder-plan"' in capsys.readouterr().err
        assert main(["apply", str(plan), "--evidence", "edited"]) == 2
        assert main(["apply", "--from", str(plan)]) == 2
        assert main(["apply", str(plan.parent / "gone.json")]) == 2
        assert apply(scanned, "--save-plan", scanned.album / "two.jpg") == 2
        assert "it is a photo" in capsys.readouterr().err

    def test_risky_removals_are_pointed_out(
        self, scanned: Scanned, capsys: pytest.CaptureFixture[str]
    ) -> None:
        document = scanned.document()
        scanned.file(document, PIXELS)["holds"] = ["caption", "gps"]
        scanned.write(document)
        (scanned.album / SMALL).unlink()
        assert apply(scanned, "--rescue-metadata") == 0
        album = scanned.album
        lines = capsys.readouterr().out.splitlines()
        at = lines.index("Look twice:")
        assert lines[at + 1 : at + 3] == [
            f"  {album}/b: No photo is left in this folder: 1 goes",
            f"  {album}/{PIXELS}: The kept copy lacks a caption and a location ({album}/a/one.jpg)",
        ]


class TestWhatStays:
    def test_so_many_copies(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        # Four are copies of one another, of which two are proposed with this evidence.
        assert apply(scanned, "--keep-copies", 3) == 1
        printed = capsys.readouterr().out
        assert printed.count("Fewer copies would be left than you want to keep") == 1
        assert "1 photo would go to the trash" in printed
        assert apply(scanned, "--keep-copies", 2, "--yes") == 0
        assert in_trash(home) == {"one copy.jpg", "one.png"}

    def test_a_plan_remembers_how_many(
        self, scanned: Scanned, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        plan = tmp_path / "plan.json"
        assert apply(scanned, "--keep-copies", 2, "--save-plan", plan) == 0
        (scanned.album / SMALL).unlink()
        assert main(["apply", str(plan), "--yes"]) == 1
        assert "Fewer copies would be left than you want to keep" in capsys.readouterr().out

    def test_more_drives_than_there_are(self, scanned: Scanned, home: Path) -> None:
        assert apply(scanned, "--on-drives", 2, "--yes") == 1
        assert in_trash(home) == set()

    def test_a_backup_is_remembered(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = scanned.album / "b"
        assert apply(scanned, "--backup", folder) == 1
        printed = capsys.readouterr().out
        assert f"Remembered: {folder} is a backup." in printed
        assert apply(scanned, "--yes") == 1
        assert "One of the two copies is a backup of the other" in capsys.readouterr().out
        assert in_trash(home) == {"one copy.jpg"}
        assert apply(scanned, "--ordinary", folder, "--evidence", "same-pixels", "--yes") == 0
        assert in_trash(home) == {"one copy.jpg", "one.png"}

    def test_a_folder_that_is_not_there_is_told(
        self, scanned: Scanned, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert apply(scanned, "--mirror", scanned.album / "gone") == 2
        assert "there is no folder" in capsys.readouterr().err

    def test_drives_are_asked_about_once(
        self,
        scanned: Scanned,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def drive_of(_self: DriveTable, path: str) -> Drive:
            name = "/media/stick" if "/b/" in path else "/"
            return Drive(name, Volume(name, name))

        monkeypatch.setattr(DriveTable, "drive_of", drive_of)
        assert apply(scanned) == 1
        printed = capsys.readouterr().out
        assert (
            "1 photo would go because its copy is on another drive; one of the two drives is"
            " /media/stick. Say once what that" in printed
        )
        assert apply(scanned, "--ordinary", scanned.album / "b") == 0
        assert apply(scanned) == 0
        assert "Say once" not in capsys.readouterr().out


class TestRescue:
    @pytest.fixture
    def dated(self, scanned: Scanned, capsys: pytest.CaptureFixture[str]) -> Scanned:
        """The PNG alone says when it was taken; the scan keeps it for that."""
        exif = Image.Exif()
        exif[306] = "2011:02:03 04:05:06"
        path = scanned.album / PIXELS
        content = io.BytesIO()
        with Image.open(path) as picture:
            picture.save(content, "PNG", exif=exif)
        path.write_bytes(content.getvalue())
        os.utime(path, ns=(0, 0))  # what was written a moment ago is left alone
        arguments = ["scan", str(scanned.album), "--no-catalog", "--json", str(scanned.json)]
        assert main(arguments) == 0
        capsys.readouterr()
        return scanned

    def test_a_copy_kept_for_its_date_goes_once_the_date_is_rescued(
        self, dated: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = states(dated.album)
        assert dated.file(dated.document(), PIXELS)["keep"] is True
        assert apply(dated, "--rescue-metadata") == 0
        lines = capsys.readouterr().out.splitlines()
        keeper = dated.album / "a" / "one.jpg"
        assert f"  {dated.album / PIXELS}: The kept copy lacks a date ({keeper})" in lines
        assert (
            "The missing metadata is written into a new .xmp file next to the kept copy." in lines
        )
        assert apply(dated, "--rescue-metadata", "--yes") == 0
        printed = capsys.readouterr().out
        assert f"  {keeper}.xmp\n2 files moved to the trash, 0 skipped" in printed
        assert in_trash(home) == {"one copy.jpg", "one.png"}
        assert b"2011-02-03T04:05:06" in Path(f"{keeper}.xmp").read_bytes()
        assert main(["history", "1"]) == 0
        assert "written" in capsys.readouterr().out
        assert main(["undo"]) == 0
        assert capsys.readouterr().out.startswith("2 files brought back, 0 skipped")
        assert states(dated.album) == before

    def test_unasked_it_stays(
        self, dated: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert apply(dated, "--yes") == 0
        assert in_trash(home) == {"one copy.jpg"}

    @pytest.mark.parametrize("way", ["--trash", "--permanently"])
    def test_later_refusals_are_foretold(
        self, dated: Scanned, capsys: pytest.CaptureFixture[str], way: str
    ) -> None:
        document = dated.document()
        dated.file(document, PIXELS)["keep"] = False
        dated.write(document)
        refused = (
            f"  {dated.album / PIXELS}: Besides its picture it has data that the kept copy lacks"
            " (a date)."
        )
        assert apply(dated, way) == 1
        told = capsys.readouterr().out
        assert "; 1 refused" in told
        assert apply(dated, way, "--yes") == 1
        done = capsys.readouterr().out
        for lines in (told.splitlines(), done.splitlines()):
            assert refused in lines
            assert any("--rescue-metadata" in line for line in lines)

    def test_a_plan_remembers_it(self, dated: Scanned, home: Path, tmp_path: Path) -> None:
        plan = tmp_path / "plan.json"
        assert apply(dated, "--rescue-metadata", "--save-plan", plan) == 0
        assert main(["apply", str(plan), "--yes"]) == 0
        assert (dated.album / "a" / "one.jpg.xmp").exists()

    @pytest.mark.parametrize("why", [None, "keeper-has-all", "keeper-lacks-metadata:date"])
    @pytest.mark.parametrize("option", ["--permanently", "--set-aside"])
    def test_no_change_of_a_plan_loses_a_date(
        self,
        dated: Scanned,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        why: str | None,
        option: str,
    ) -> None:
        plan = tmp_path / "plan.json"
        assert apply(dated, "--rescue-metadata", "--save-plan", plan) == 0
        document = json.loads(plan.read_bytes())
        document["rescue_metadata"] = False
        for step in document["steps"]:
            step["why"] = why
            step["accepts_loss"] = step["accepts_smaller"] = True
            step["victim"]["holds"] = step["survivor"]["holds"] = None
        plan.write_text(json.dumps(document))
        capsys.readouterr()
        assert main(["apply", str(plan), "--yes", option]) == 1
        printed = capsys.readouterr()
        told = "Besides its picture it has data that the kept copy lacks (a date)."
        assert f"  {dated.album / PIXELS}: {told}" in (printed.out + printed.err).splitlines()
        assert (dated.album / PIXELS).exists()
        assert not (dated.album / COPY).exists()

    @pytest.mark.parametrize("reason", [None, "keeper-has-all"])
    def test_nor_does_a_change_of_what_a_scan_wrote(
        self, dated: Scanned, capsys: pytest.CaptureFixture[str], reason: str | None
    ) -> None:
        document = dated.document()
        entry = dated.file(document, PIXELS)
        entry["keep"], entry["reason"], entry["holds"] = False, reason, None
        dated.write(document)
        assert apply(dated, "--permanently", "--yes") == 1
        assert "data that the kept copy lacks (a date)" in capsys.readouterr().out
        # Now nothing is left to be deleted: it is not said that something was.
        assert apply(dated, "--permanently", "--yes") == 1
        assert "Nothing can bring back" not in capsys.readouterr().out
        assert (dated.album / PIXELS).exists()


class TestDoing:
    def test_exactly_what_was_told_goes(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = states(scanned.album)
        assert apply(scanned, "--yes") == 0
        printed = capsys.readouterr()
        assert printed.out.splitlines() == [
            "2 files moved to the trash, 0 skipped; 47.1 kB in the trash",
            "`dupefinder undo 1` brings back what was moved.",
        ]
        assert printed.err == ""
        assert {*before} - {*states(scanned.album)} == {COPY, PIXELS}
        assert states(scanned.album).items() <= before.items()
        assert in_trash(home) == {"one copy.jpg", "one.png"}
        assert (home / "dupefinder" / "journal.sqlite").is_file()

    def test_a_journal_that_fails_amid_it_names_what_has_gone(
        self,
        scanned: Scanned,
        home: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(journal: Journal, row: JournalStep) -> None:
            raise JournalNotWritable(journal.path, "the disk is full")

        before = states(scanned.album)
        with monkeypatch.context() as broken:
            broken.setattr(Journal, "update", fail)
            assert apply(scanned, "--yes") == 1
        (gone,) = {*before} - {*states(scanned.album)}
        printed = capsys.readouterr()
        assert printed.out.splitlines() == [
            "The journal failed; 1 file moved to the trash before that:",
            f"  {scanned.album / gone}",
            "Once the journal can be written, `dupefinder undo 1` brings back what was moved.",
        ]
        assert "the disk is full" in printed.err
        assert main(["undo", "1"]) == 0
        assert states(scanned.album) == before

    def test_a_second_time_finds_them_gone(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert apply(scanned, "--yes") == 0
        after = states(scanned.album)
        capsys.readouterr()
        assert apply(scanned, "--yes") == 1
        assert capsys.readouterr().out.splitlines() == [
            "Refused:",
            f"  {scanned.album}/{COPY}: It is no longer there.",
            f"  {scanned.album}/{PIXELS}: It is no longer there.",
            "  What helps: If it is somewhere else now, scan again.",
            "Nothing was moved to the trash.",
        ]
        assert states(scanned.album) == after

    def test_a_survivor_that_changed_keeps_its_copies(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        keeper = scanned.album / "a" / "one.jpg"
        keeper.write_bytes(keeper.read_bytes()[:-1] + b"x")
        before = states(scanned.album)
        assert apply(scanned, "--yes") == 1
        printed = capsys.readouterr().out
        assert printed.count("The copy that should be kept was changed since the scan") == 2
        assert "undo" not in printed
        assert states(scanned.album) == before
        assert in_trash(home) == set()

    def test_with_nothing_to_do_nothing_is_begun(
        self, scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        document = scanned.document()
        scanned.file(document, SMALL)["keep"] = True
        scanned.write(document)
        assert apply(scanned, "--yes", "--evidence", "re-encoded") == 0
        assert capsys.readouterr().out.splitlines() == [
            "Left alone: 1 copy (Same file); --evidence same-bytes includes them",
            "Left alone: 1 copy (Same pixels); --evidence same-pixels includes them",
            "Nothing was moved to the trash.",
        ]
        assert list(home.iterdir()) == []

    def test_the_journal_lies_beside_the_catalog_or_where_it_is_named(
        self, scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        catalog, journal = tmp_path / "elsewhere" / "c.sqlite", tmp_path / "j.sqlite"
        assert apply(scanned, "--yes", "--catalog", catalog, "--evidence", "same-bytes") == 0
        assert f"undo 1 --catalog {catalog}`" in capsys.readouterr().out
        assert (catalog.parent / "journal.sqlite").is_file()
        assert not catalog.exists()
        assert apply(scanned, "--yes", "--journal", journal, "--evidence", "same-pixels") == 0
        assert f"undo 1 --journal {journal}`" in capsys.readouterr().out
        assert journal.is_file()

    def test_a_journal_in_use_stops_it(
        self, scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = states(scanned.album)
        with Journal.open(tmp_path / "j.sqlite"):
            assert apply(scanned, "--yes", "--journal", tmp_path / "j.sqlite") == 1
        assert "in use by" in capsys.readouterr().err
        assert states(scanned.album) == before

    def test_a_damaged_journal_is_named(
        self, scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Journal.open(tmp_path / "j.sqlite").close()
        (tmp_path / "j.sqlite").write_bytes(b"damaged" * 100)
        apply(scanned, "--yes", "--journal", tmp_path / "j.sqlite")
        printed = capsys.readouterr().err
        assert "the journal was damaged" in printed
        (aside,) = tmp_path.glob("j.damaged-*")
        assert str(aside) in printed

    def test_an_interrupted_action_is_settled_first(
        self, scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        place = str(scanned.album / "two.jpg")
        with Journal.open(tmp_path / "j.sqlite") as journal:
            step = JournalStep(
                0, place, 1, 1, bytes(32), place, Evidence.SAME_BYTES, StepState.INTENDED,
                place=str(tmp_path / "home" / "data" / "Trash" / "files" / "two.jpg"),
            )  # fmt: skip
            journal.add(journal.begin_action(), [step])
        assert apply(scanned, "--yes", "--journal", tmp_path / "j.sqlite") == 0
        assert capsys.readouterr().out.splitlines()[:2] == [
            "An earlier action was interrupted; 1 file checked:",
            f"  left in its place: {place}",
        ]

    def test_a_trash_that_does_not_tell_its_places_is_named_instead(
        self,
        scanned: Scanned,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        class SilentTrash(FreedesktopTrash):
            def choose_place(self, _path: str) -> None:  # type: ignore[override]
                return None

            def carry_out(self, step: JournalStep, _expected: os.stat_result) -> None:
                os.unlink(step.path)

        monkeypatch.setattr(choosing, "default_trash", SilentTrash)
        assert apply(scanned, "--yes") == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "The system's own trash brings back what was moved."
        )
        assert main(["undo"]) == 1
        assert "Only the system's own trash can bring it back" in capsys.readouterr().out

    def test_root_is_warned(
        self,
        scanned: Scanned,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(action_journal, "running_as_root", lambda: True)
        assert apply(scanned) == 0
        assert capsys.readouterr().err == ""
        assert apply(scanned, "--yes") == 0
        assert "running as root" in capsys.readouterr().err

    def test_standard_input(
        self, scanned: Scanned, monkeypatch: pytest.MonkeyPatch, home: Path
    ) -> None:
        content = io.BytesIO(scanned.json.read_bytes())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
        assert main(["apply", "--from", "-", "--yes"]) == 0
        assert in_trash(home) == {"one copy.jpg", "one.png"}

    def test_a_stop_leaves_the_rest_untouched(
        self,
        scanned: Scanned,
        home: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        really_check, really_cancel = preflight.check, JobContext.cancel
        cancelled = threading.Event()

        def cancel(context: JobContext) -> None:
            really_cancel(context)
            cancelled.set()

        def stop_and_check(step: Step, **more: Any) -> Skipped | Checked:
            if not cancelled.is_set():
                signal.raise_signal(signal.SIGINT)
                assert cancelled.wait(WAIT_LIMIT_S)
            return really_check(step, **more)

        monkeypatch.setattr(JobContext, "cancel", cancel)
        monkeypatch.setattr(preflight, "check", stop_and_check)
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            assert apply(scanned, "--yes") == 130
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        printed = capsys.readouterr()
        assert "1 file moved to the trash, 0 skipped; 8.3 kB in the trash" in printed.out
        assert "`dupefinder undo 1` brings back" in printed.out
        assert printed.err == "dupefinder: Stopped; the rest is untouched.\n"
        assert in_trash(home) == {"one copy.jpg"}
        assert (scanned.album / PIXELS).is_file()


class TestProtection:
    def test_protected_folders_of_the_scan_count(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = scan_album(tmp_path)
        document = made.document()
        document["settings"]["protect"] = [str(made.album / "a")]
        managed = {"path": str(made.album / "b"), "program": "digikam", "protected": True}
        document["stats"]["managed"] = [managed]
        made.write(document)
        capsys.readouterr()
        assert apply(made, "--yes") == 1
        printed = capsys.readouterr().out
        assert printed.count("Its folder is protected") == 2
        assert printed.endswith("Nothing was moved to the trash.\n")
        managed["protected"] = False
        made.write(document)
        assert apply(made, "--yes") == 1
        assert in_trash(home) == {"one.png"}

    def test_protection_outlasts_the_list_that_told_it(self, home: Path, tmp_path: Path) -> None:
        made = scan_album(tmp_path)
        protect = ["--protect", str(made.album / "a"), "--protect", str(made.album / "b")]
        (tmp_path / "other").mkdir()
        assert main(["scan", str(made.album), *protect, "--no-catalog"]) == 0
        assert main(["scan", str(tmp_path / "other")]) == 0
        assert apply(made, "--yes") == 1
        assert in_trash(home) == set()

    def test_a_protected_file_that_is_proposed_stays(self, scanned: Scanned, home: Path) -> None:
        document = scanned.document()
        scanned.file(document, COPY)["protected"] = True
        scanned.write(document)
        assert apply(scanned, "--yes") == 1
        assert in_trash(home) == {"one.png"}

    def test_every_copy_marked_to_go_never_lets_all_go(self, scanned: Scanned) -> None:
        document = scanned.document()
        keeper = scanned.file(document, "a/one.jpg")
        keeper.update(keep=False, evidence="same-bytes", against=str(scanned.album / COPY))
        scanned.write(document)
        before = states(scanned.album)
        assert apply(scanned, "--yes", "--evidence", "same-bytes,same-pixels,re-encoded") == 1
        contents = {content for content, _ in states(scanned.album).values()}
        assert contents >= {before["a/one.jpg"][0]}

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"against": None}, "No copy of it would be kept"),
            ({"against": "/elsewhere/one.jpg"}, "No copy of it would be kept"),
            ({"evidence": None}, "The two photos are not proven to be the same"),
        ],
    )
    def test_without_a_survivor_or_evidence_it_stays(
        self,
        scanned: Scanned,
        home: Path,
        capsys: pytest.CaptureFixture[str],
        change: dict[str, object],
        reason: str,
    ) -> None:
        document = scanned.document()
        scanned.file(document, COPY).update(change)
        scanned.write(document)
        assert apply(scanned, "--yes") == 1
        assert f"{COPY}: {reason}" in capsys.readouterr().out
        assert in_trash(home) == {"one.png"}

    @pytest.mark.parametrize("evidence", ["edited", "rotated", "chosen"])
    def test_no_list_takes_what_no_scan_proposes(
        self, scanned: Scanned, home: Path, evidence: str
    ) -> None:
        document = scanned.document()
        scanned.file(document, COPY).update({"evidence": evidence})
        scanned.write(document)
        assert apply(scanned, "--yes", "--evidence", f"same-bytes,{evidence}") == 2
        assert apply(scanned, "--yes", "--evidence", "same-bytes") == 0
        assert COPY not in in_trash(home)


def test_there_and_back_again(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = scan_album(tmp_path)
    for name, content in (("one", b"film"), ("one copy", b"film")):
        film = made.album / "a" / f"{name}.mov"
        film.write_bytes(content)
        os.utime(film, ns=(1, 987_654_321_012_345_678))
    before = states(made.album)

    def run(*arguments: str) -> str:
        capsys.readouterr()
        assert main(list(arguments)) == 0
        return capsys.readouterr().out

    apply_all = (
        "apply", "--from", str(made.json), "--evidence", "same-bytes,same-pixels,re-encoded"
    )  # fmt: skip
    assert "3 photos and 1 accompanying file" in run(*apply_all)
    assert states(made.album) == before
    assert run(*apply_all, "--yes").startswith("4 files moved to the trash, 0 skipped; ")
    left = states(made.album)
    assert {*before} - {*left} == {COPY, PIXELS, SMALL, "a/one copy.mov"}
    assert run("history").splitlines()[1].split()[3:10] == [
        *("in", "the", "trash"),
        *("4", "0", "0", "0"),
    ]
    assert run("history", "1").count("in the trash") == 4
    assert run("undo").startswith("4 files brought back, 0 skipped; ")
    assert states(made.album) == before
    assert in_trash(home) == set()
    assert run("history").splitlines()[1].split()[6:10] == ["0", "0", "4", "0"]
    # And once more: an action that was undone stands in the way of nothing.
    run(*apply_all, "--yes")
    assert states(made.album) == left
    run("undo", "2")
    assert states(made.album) == before


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"new")])
def test_an_undo_after_other_changes_is_whole(
    home: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    made = scan_album(tmp_path)
    assert apply(made, "--yes") == 0
    change(made.album / "a" / "one.jpg")
    assert main(["undo"]) == 0
    assert (made.album / COPY).is_file()
    assert (made.album / PIXELS).is_file()


def test_the_plan_is_exported_and_then_the_receipt(
    scanned: Scanned, tmp_path: Path, home: Path
) -> None:
    target = tmp_path / "plan.json"
    assert apply(scanned, "--export", str(target)) == 0
    plan = json.loads(target.read_bytes())
    assert plan["format"] == "dupefinder-plan"
    page = tmp_path / "done.html"
    assert apply(scanned, "--yes", "--export", str(target), "--export", str(page)) == 0
    receipt = json.loads(target.read_bytes())
    assert receipt["format"] == "dupefinder-receipt"
    gone = {step["victim"]["path"] for step in plan["steps"]}
    assert {file["path"] for file in receipt["files"]} == gone
    assert all(file["state"] == "done" for file in receipt["files"])
    assert b"Receipt of action 1" in page.read_bytes()
    again = tmp_path / "again.json"
    assert main(["history", "1", "--export", str(again)]) == 0
    assert again.read_bytes() == target.read_bytes()
    assert main(["history", "--export", str(again)]) == 2
