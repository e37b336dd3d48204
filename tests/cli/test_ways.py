"""Other ways than the trash, from the command line and back again."""

import errno
import json
import os
from pathlib import Path

import pytest

from dupefinder.actions.backends.trusted_folder import volume_top
from dupefinder.actions.journal import Journal
from dupefinder.actions.quarantine import folder
from dupefinder.cli import action_journal, main
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.access_lists import give
from tests.cli.removals import COPY, PIXELS, Scanned, apply, in_trash, scan_album, states


@pytest.fixture
def scanned(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Scanned:
    monkeypatch.setattr(action_journal, "running_as_root", lambda: False)
    monkeypatch.setattr(folder, "mounted_volumes", dict)
    made = scan_album(tmp_path)
    capsys.readouterr()
    return made


def run(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> list[str]:
    """Run a command; what it prints."""
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == code
    printed = capsys.readouterr()
    return (printed.out + printed.err).splitlines()


def applied(scanned: Scanned, capsys: pytest.CaptureFixture[str], *options: object) -> list[str]:
    return run(capsys, 0, "apply", "--from", scanned.json, *options)


@pytest.mark.parametrize("way", ["--set-aside", "--move-to", "--copy-to", "--hard-link"])
def test_there_and_back_again(
    scanned: Scanned,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    way: str,
) -> None:
    before = states(scanned.album)
    options = [way, tmp_path / "to"] if way.endswith("-to") else [way]
    options += ["--evidence", "same-bytes"]
    told = applied(scanned, capsys, *options)
    assert told[0].startswith("Would be")
    assert states(scanned.album) == before
    done = applied(scanned, capsys, *options, "--yes")
    assert done[0].startswith("1 ")
    assert "`dupefinder undo 1`" in done[-1]
    assert in_trash(home) == set()
    assert (scanned.album / COPY).exists() is (way in ("--copy-to", "--hard-link"))
    if way.endswith("-to"):
        assert len(states(tmp_path / "to")) == 1
    assert run(capsys, 0, "history")[1].split()[3] in ("set", "moved", "copied", "a")
    run(capsys, 0, "undo")
    assert states(scanned.album) == before
    assert not (tmp_path / "to").exists() or states(tmp_path / "to") == {}


def test_a_copy_that_lost_its_access_list_is_told_of(
    scanned: Scanned,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    give(scanned.album / COPY)
    monkeypatch.setattr(os, "setxattr", refuse)
    done = applied(
        scanned, capsys, "--copy-to", tmp_path / "to", "--evidence", "same-bytes", "--yes"
    )
    assert done[:2] == [
        "Only its owner may read 1 copy, as its access list (ACL) cannot be kept there.",
        f"  {tmp_path / 'to' / Path(COPY).name}",
    ]


def test_deleting_needs_two_words(scanned: Scanned, capsys: pytest.CaptureFixture[str]) -> None:
    told = applied(scanned, capsys, "--permanently")
    assert told[0] == "Would be deleted for good:"
    assert (scanned.album / COPY).exists()
    done = applied(scanned, capsys, "--permanently", "--yes")
    assert done[-1] == "Nothing can bring back what was deleted."
    assert not (scanned.album / COPY).exists()
    assert run(capsys, 1, "undo") == ["dupefinder: there is nothing to undo"]
    lines = run(capsys, 1, "undo", "1")
    assert lines[0] == "2 files cannot be brought back."
    assert f"  {scanned.album / COPY}: It was deleted for good." in lines


def test_a_plan_that_deletes_has_to_be_told_so_again(
    scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    applied(scanned, capsys, "--permanently", "--save-plan", plan)
    assert json.loads(plan.read_bytes())["kind"] == "delete"
    (line,) = run(capsys, 2, "apply", plan, "--yes")
    assert "it also needs --permanently" in line
    assert (scanned.album / COPY).exists()
    run(capsys, 0, "apply", plan, "--yes", "--set-aside")
    assert not (scanned.album / COPY).exists()


@pytest.mark.parametrize("name", ["", "a file"])
def test_a_target_that_is_no_folder(
    scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    if name:
        (tmp_path / name).touch()
    target = tmp_path / name if name else ""
    (line,) = run(capsys, 2, "apply", "--from", scanned.json, "--yes", "--move-to", target)
    assert "is not a folder" in line


def test_one_way_at_a_time(scanned: Scanned, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply(scanned, "--set-aside", "--hard-link") == 2
    assert "not allowed with" in capsys.readouterr().err


def test_without_a_trash_photos_are_set_aside_and_that_is_said(
    scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "data").mkdir()
    (home / "data" / "Trash").touch()
    done = applied(scanned, capsys, "--yes")
    (instead,) = (line for line in done if line.startswith("2 of these were set aside instead"))
    assert instead.endswith("their drive has no trash that is safe to use.")
    assert f"Set aside in: {home / QUARANTINE_FOLDER}" in done
    assert not (scanned.album / COPY).exists()


# The quarantine folder


@pytest.fixture
def quarantine(scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    applied(scanned, capsys, "--set-aside", "--yes")
    return home / QUARANTINE_FOLDER


def test_it_is_listed(quarantine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, 0, "holding") == [f"{quarantine}: 2 files, 47.1 kB"]
    run(capsys, 0, "undo")
    assert run(capsys, 0, "holding") == [f"{quarantine}: 0 files, 0 bytes"]


def test_set_aside_files_unknown_to_the_journal_are_listed_apart(
    quarantine: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "dupefinder" / "journal.sqlite").unlink()
    listed, strange = run(capsys, 0, "holding")
    assert listed == f"{quarantine}: 2 files, 47.1 kB"
    assert strange.startswith("  The journal does not know 2 files of these; `dupefinder restore`")


def test_nothing_is_set_aside_yet(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folder, "mounted_volumes", dict)
    (line,) = run(capsys, 0, "holding")
    assert line.startswith("Nothing is set aside")
    assert list(home.iterdir()) == []


def test_it_is_not_scanned(
    scanned: Scanned, quarantine: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, 0, "scan", home, "--no-catalog")
    assert any("1 set aside" in line for line in lines)


def test_a_part_of_it_comes_back_and_then_the_rest(
    scanned: Scanned, quarantine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, 0, "restore", quarantine, "--only", scanned.album / "b")
    assert lines == ["1 file brought back, 0 skipped; 38.8 kB"]
    assert (scanned.album / PIXELS).exists()
    assert not (scanned.album / COPY).exists()
    assert run(capsys, 0, "restore", quarantine) == ["1 file brought back, 0 skipped; 8.3 kB"]
    assert (scanned.album / COPY).exists()
    (line,) = run(capsys, 1, "restore", quarantine)
    assert line.startswith("Nothing that was set aside is in")


def test_without_the_journal_the_top_of_the_drive_has_to_be_named(
    scanned: Scanned, quarantine: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "dupefinder" / "journal.sqlite").unlink()
    run(capsys, 1, "restore", quarantine)
    assert not (scanned.album / COPY).exists()
    top = volume_top(os.path.realpath(scanned.album), VolumeTable())
    assert run(capsys, 0, "restore", quarantine, "--to", top) == [
        "2 files brought back, 0 skipped; 47.1 kB"
    ]
    assert (scanned.album / PIXELS).exists()
    assert (scanned.album / COPY).exists()


def test_a_journal_that_cannot_be_asked(
    scanned: Scanned, quarantine: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Journal.open(home / "dupefinder" / "journal.sqlite"):
        lines = run(capsys, 1, "restore", quarantine)
    assert "is in use by" in lines[-1]
    assert not (scanned.album / COPY).exists()


def test_a_journal_that_is_damaged_is_named(
    scanned: Scanned, quarantine: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "dupefinder" / "journal.sqlite").write_bytes(b"damaged" * 100)
    lines = run(capsys, 1, "restore", quarantine)
    assert any("the journal was damaged" in line for line in lines)
    assert not (scanned.album / COPY).exists()


def test_files_set_aside_by_another_computer_need_a_target_folder(
    scanned: Scanned, quarantine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = states(quarantine)
    other = ("--journal", tmp_path / "other.sqlite")
    lines = run(capsys, 1, "restore", quarantine, *other)
    assert lines[-1] == "0 files brought back, 2 skipped; 0 bytes"
    assert sum("The journal does not know it" in line for line in lines) == 2
    assert states(quarantine) == before
    assert len(run(capsys, 0, "restore", quarantine, "--to", tmp_path / "to", *other)) == 1
    assert len(states(tmp_path / "to")) == 2


def test_the_journal_is_told_what_was_restored(
    scanned: Scanned, quarantine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, 0, "restore", quarantine, "--to", tmp_path / "to")
    assert len(states(tmp_path / "to")) == 2
    lines = run(capsys, 0, "history", "1")
    assert sum(line.startswith("brought back") for line in lines) == 2


def test_a_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        os.listdir(tmp_path / "none")
    for command in (("restore",), ("holding", "empty")):
        (line,) = run(capsys, 2, *command, tmp_path / "none")
        assert str(refused.value.strerror) in line
    assert main(["restore", str(tmp_path), "--only", ""]) == 2


def test_an_empty_name_is_not_the_folder_one_stands_in(
    quarantine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(quarantine)
    before = states(quarantine)
    for_good = ("--permanently", "--yes")
    for command in (
        ("restore", ""),
        ("holding", "empty", "", *for_good),
        ("holding", "empty", quarantine, "--only", "", *for_good),
    ):
        (line,) = run(capsys, 2, *command)
        assert "a name" in line
    assert states(quarantine) == before


def test_it_is_emptied_only_when_both_words_are_said(
    scanned: Scanned, quarantine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ((), ("--yes",), ("--permanently",)):
        lines = run(capsys, 0, "holding", "empty", quarantine, *words)
        assert lines[0] == "Would be deleted for good:"
        assert lines[-1] == "Nothing was changed. --permanently --yes deletes."
    only = ("--only", scanned.album / "b", "--permanently", "--yes")
    assert run(capsys, 0, "holding", "empty", quarantine, *only) == [
        "1 file deleted for good, 0 skipped; 38.8 kB"
    ]
    os.unlink(scanned.album / "a" / "one.jpg")
    lines = run(capsys, 1, "holding", "empty", quarantine, "--permanently", "--yes")
    assert any("The copy that should be kept is no longer there" in line for line in lines)
    assert len(run(capsys, 0, "holding")) == 1
    lines = run(capsys, 1, "undo")
    assert lines[0] == "1 file cannot be brought back."
    assert (scanned.album / COPY).exists()


def test_it_is_moved_on_to_the_trash(
    home: Path, quarantine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, 0, "holding", "empty", quarantine, "--trash")
    assert lines[0] == "Would go to the trash:"
    assert lines[-1] == "Nothing was changed. The same with --yes does it."
    assert in_trash(home) == set()
    lines = run(capsys, 0, "holding", "empty", quarantine, "--trash", "--yes")
    assert lines[0].startswith("2 files moved to the trash, 0 skipped")
    assert in_trash(home) == {Path(COPY).name, Path(PIXELS).name}


def test_undoing_a_part(scanned: Scanned, capsys: pytest.CaptureFixture[str]) -> None:
    applied(scanned, capsys, "--yes")
    (line,) = run(capsys, 1, "undo", "--only", scanned.album / "c")
    assert "there is nothing of" in line
    assert run(capsys, 0, "undo", "--only", scanned.album / "b") == [
        "1 file brought back, 0 skipped; 38.8 kB"
    ]
    assert not (scanned.album / COPY).exists()
    run(capsys, 0, "undo", "1", "--only", scanned.album / COPY)
    assert (scanned.album / COPY).exists()
    assert main(["undo", "--only", ""]) == 2
