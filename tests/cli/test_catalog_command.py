"""`dupefinder catalog`: what is told, what is forgotten and what never is, and erasing."""

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

from dupefinder.actions.journal import Journal
from dupefinder.cli import main
from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.errors import is_gone
from dupefinder.core.scan.volumes import VolumeTable, relative_path

ABSENT = "uuid:0000-not-plugged-in"


@pytest.fixture
def catalog_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "catalog.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file that is there and one that is gone."""
    made = Path(os.path.realpath(tmp_path)) / "photos"
    made.mkdir()
    (made / "there.jpg").write_bytes(b"x")
    return made


def fill(catalog_file: Path, folder: Path, *names: str) -> None:
    """Make a catalog that knows files of a folder, and one on a drive that is not connected."""
    volume = VolumeTable().volume_of(str(folder), folder.stat().st_dev)
    with Catalog.open(catalog_file) as catalog:
        scan = catalog.start_scan([str(folder), "odd\udcff"])
        catalog.record_files(
            [
                *(
                    FileRow(volume.volume_id, relative_path(volume, str(folder / name)), 1, 1)
                    for name in names
                ),
                FileRow(ABSENT, "DCIM/far.jpg", 1, 1),
            ]
        )
        catalog.finish_scan(scan, 3.4)


def known(catalog_file: Path) -> set[str]:
    with Catalog.open(catalog_file) as catalog:
        return {os.path.basename(place.relative_path) for place in catalog.all_files()}


def run(*arguments: object) -> int:
    return main(["catalog", *map(str, arguments)])


class TestInfo:
    def test_everything_is_told(
        self, catalog_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(catalog_file, folder, "there.jpg", "gone.jpg")
        assert run("info", "--catalog", catalog_file) == 0
        printed = capsys.readouterr().out
        assert str(catalog_file) in printed
        assert "Files      3" in printed
        assert f"{ABSENT}: 1 file, not connected" in printed
        assert "2 files, mounted at " in printed
        assert "took 3 s" in printed
        assert f"           {folder}\n" in printed
        assert "odd\\xff" in printed

    def test_there_may_be_none_yet_and_none_is_made(
        self, catalog_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for action in ("info", "prune"):
            assert run(action, "--catalog", catalog_file) == 0
            assert "no catalog" in capsys.readouterr().out
        assert not catalog_file.parent.exists()

    def test_a_catalog_without_a_scan(
        self, catalog_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Catalog.open(catalog_file).close()
        assert run("info", "--catalog", catalog_file) == 0
        assert "Last scan  none yet" in capsys.readouterr().out

    def test_a_scan_that_did_not_finish(
        self, catalog_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with Catalog.open(catalog_file) as catalog:
            catalog.start_scan([])
        assert run("info", "--catalog", catalog_file) == 0
        assert "not finished" in capsys.readouterr().out

    def test_by_default_it_is_the_one_in_the_data_folder(
        self,
        catalog_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("DUPEFINDER_DATA", str(catalog_file.parent))
        Catalog.open(catalog_file).close()
        assert run("info") == 0
        assert str(catalog_file) in capsys.readouterr().out

    def test_one_in_use_is_a_plain_line(
        self, catalog_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with Catalog.open(catalog_file):
            assert run("info", "--catalog", catalog_file) == 1
        printed = capsys.readouterr().err
        assert "in use by process" in printed
        assert printed.count("\n") == 1

    def test_another_programs_file_is_a_plain_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = tmp_path / "notes.txt"
        text.write_text("my notes")
        assert run("info", "--catalog", text) == 1
        printed = capsys.readouterr().err
        assert "not a catalog" in printed
        assert "--catalog FILE" in printed
        assert text.read_text() == "my notes"

    @pytest.mark.parametrize("action", [("info",), ("prune",), ("erase", "--yes")])
    def test_the_journal_is_never_taken_for_a_catalog(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], action: tuple[str, ...]
    ) -> None:
        journal = tmp_path / "journal.sqlite"
        Journal.open(journal).close()
        content = journal.read_bytes()
        assert run(*action, "--catalog", journal) == 1
        assert "the program's journal" in capsys.readouterr().err
        assert journal.read_bytes() == content

    def test_a_damaged_one_is_set_aside_and_named(
        self, catalog_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(catalog_file, folder, "there.jpg")
        catalog_file.write_bytes(b"damaged" * 100)
        assert run("info", "--catalog", catalog_file) == 0
        (aside,) = catalog_file.parent.glob("*.damaged-*.sqlite")
        assert str(aside) in capsys.readouterr().err


class TestPrune:
    def test_without_yes_it_only_tells(
        self, catalog_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(catalog_file, folder, "there.jpg", "gone.jpg", "lost.jpg")
        assert run("prune", "--catalog", catalog_file) == 0
        lines = capsys.readouterr().out.splitlines()
        assert sorted(lines[:2]) == [
            f"gone: {folder / 'gone.jpg'}",
            f"gone: {folder / 'lost.jpg'}",
        ]
        assert lines[2].startswith("2 files would be forgotten")
        assert known(catalog_file) == {"there.jpg", "gone.jpg", "lost.jpg", "far.jpg"}

    def test_missing_files_are_forgotten_but_not_those_of_absent_drives(
        self, catalog_file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(catalog_file, folder, "there.jpg", "gone.jpg")
        assert run("prune", "--yes", "--catalog", catalog_file) == 0
        assert known(catalog_file) == {"there.jpg", "far.jpg"}
        printed = capsys.readouterr().out
        assert "Forgot 1 file" in printed
        assert f"1 file kept: the drive {ABSENT} is not connected" in printed

    def test_a_folder_that_is_gone_takes_its_files_along(
        self, catalog_file: Path, folder: Path
    ) -> None:
        fill(catalog_file, folder, "there.jpg")
        shutil.rmtree(folder)
        assert run("prune", "--yes", "--catalog", catalog_file) == 0
        assert known(catalog_file) == {"far.jpg"}

    def test_files_that_cannot_be_seen_are_not_gone(
        self, catalog_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(catalog_file, folder, "there.jpg", "gone.jpg")

        def refuse(_path: object) -> os.stat_result:
            raise PermissionError(13, "Permission denied")

        with monkeypatch.context() as patch:
            patch.setattr(os, "lstat", refuse)
            assert is_gone(str(folder / "gone.jpg")) is False
        assert is_gone(str(folder / "gone.jpg")) is True
        assert is_gone(str(folder / "there.jpg" / "below a file")) is True
        assert is_gone("nul\0byte") is False

    @pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
    def test_a_link_to_nowhere_is_there(self, catalog_file: Path, folder: Path) -> None:
        (folder / "link.jpg").symlink_to("nowhere")
        fill(catalog_file, folder, "link.jpg")
        assert run("prune", "--yes", "--catalog", catalog_file) == 0
        assert known(catalog_file) == {"link.jpg", "far.jpg"}

    def test_of_a_volume_mounted_twice_a_file_is_there_if_it_is_at_either_place(
        self, catalog_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Catalog.open(catalog_file) as catalog:
            catalog.record_files([FileRow("uuid:1", name, 1, 1) for name in ("there.jpg", "gone")])
        monkeypatch.setattr(
            "dupefinder.services.catalog.mounted_volumes",
            lambda: {"uuid:1": [str(folder / "elsewhere"), str(folder)]},
        )
        assert run("prune", "--yes", "--catalog", catalog_file) == 0
        assert known(catalog_file) == {"there.jpg"}


class TestErase:
    @staticmethod
    def answer(monkeypatch: pytest.MonkeyPatch, text: str, *, terminal: bool = True) -> None:
        stream = io.StringIO(text)
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdin", stream)

    @pytest.mark.parametrize("text", ["y\n", "YES\n", " yes "])
    def test_a_yes_at_the_terminal_erases(
        self,
        catalog_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        text: str,
    ) -> None:
        Catalog.open(catalog_file).close()
        self.answer(monkeypatch, text)
        assert run("erase", "--catalog", catalog_file) == 0
        assert list(catalog_file.parent.iterdir()) == []
        assert "Photos are not touched" in capsys.readouterr().out

    @pytest.mark.parametrize("text", ["", "\n", "n\n", "yesterday\n"])
    def test_anything_else_does_not(
        self,
        catalog_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        text: str,
    ) -> None:
        Catalog.open(catalog_file).close()
        self.answer(monkeypatch, text)
        assert run("erase", "--catalog", catalog_file) == 130
        assert catalog_file.exists()
        assert "Nothing was erased" in capsys.readouterr().out

    def test_without_a_terminal_yes_is_needed(
        self,
        catalog_file: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        Catalog.open(catalog_file).close()
        self.answer(monkeypatch, "y\n", terminal=False)
        assert run("erase", "--catalog", catalog_file) == 2
        assert "--yes" in capsys.readouterr().err
        assert catalog_file.exists()
        assert run("erase", "--yes", "--catalog", catalog_file) == 0
        assert not catalog_file.exists()

    def test_copies_that_were_set_aside_go_too(self, catalog_file: Path, folder: Path) -> None:
        fill(catalog_file, folder, "there.jpg")
        catalog_file.write_bytes(b"damaged" * 100)
        run("info", "--catalog", catalog_file)
        catalog_file.unlink()
        assert run("erase", "--yes", "--catalog", catalog_file) == 0
        assert list(catalog_file.parent.glob("*damaged*")) == []

    @pytest.mark.parametrize("option", [[], ["--yes"]])
    def test_nothing_to_erase_is_no_fault(
        self, catalog_file: Path, capsys: pytest.CaptureFixture[str], option: list[str]
    ) -> None:
        assert run("erase", *option, "--catalog", catalog_file) == 0
        assert "no catalog" in capsys.readouterr().out

    def test_other_files_are_never_erased(self, tmp_path: Path) -> None:
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(b"\xff\xd8\xff")
        assert run("erase", "--yes", "--catalog", photo) == 1
        assert photo.read_bytes() == b"\xff\xd8\xff"

    def test_one_in_use_is_not_erased(self, catalog_file: Path) -> None:
        with Catalog.open(catalog_file):
            assert run("erase", "--yes", "--catalog", catalog_file) == 1
        assert catalog_file.exists()
