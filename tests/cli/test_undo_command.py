"""`dupefinder undo`: which action is taken, and what is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.journal import Journal, default_journal_path
from dupefinder.actions.records import StepState
from dupefinder.cli import action_journal, main
from tests.cli.removals import COPY, PIXELS, Scanned, apply, in_trash, scan_album, states


@pytest.fixture
def scanned(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Scanned:
    """An album of which two actions moved one copy each: first that of the same bytes."""
    monkeypatch.setattr(action_journal, "running_as_root", lambda: False)
    made = scan_album(tmp_path)
    assert apply(made, "--yes", "--evidence", "same-bytes") == 0
    assert apply(made, "--yes", "--evidence", "same-pixels") == 0
    capsys.readouterr()
    return made


def test_the_newest_that_can_be_undone(
    scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["undo"]) == 0
    assert capsys.readouterr().out == "1 file brought back, 0 skipped; 38.8 kB\n"
    assert in_trash(home) == {"one copy.jpg"}
    assert main(["undo"]) == 0
    assert in_trash(home) == set()
    capsys.readouterr()
    assert main(["undo"]) == 1
    assert capsys.readouterr().err == "dupefinder: there is nothing to undo\n"


def test_the_one_that_is_named(
    scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["undo", "1"]) == 0
    assert in_trash(home) == {"one.png"}
    capsys.readouterr()
    assert main(["undo", "1"]) == 1
    assert capsys.readouterr().err == "dupefinder: action 1 has nothing to bring back\n"
    assert main(["undo", "3"]) == 2
    assert "there is no action 3" in capsys.readouterr().err


def test_a_taken_place_is_never_overwritten_and_may_be_tried_again(
    scanned: Scanned, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = scanned.album / PIXELS
    taken.write_bytes(b"something else")
    assert main(["undo"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Not brought back:",
        f"  {taken}: Another file has taken its place.",
        "  What helps: Rename or move that file, then try again.",
        "0 files brought back, 1 skipped; 0 bytes",
        "`dupefinder undo 2` tries the rest again.",
    ]
    assert taken.read_bytes() == b"something else"
    taken.unlink()
    assert main(["undo", "2"]) == 0
    assert in_trash(home) == {"one copy.jpg"}


def test_without_a_journal_there_is_nothing_to_undo_and_none_is_made(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["undo"]) == 1
    assert main(["undo", "1"]) == 2
    assert main(["undo", "--journal", str(tmp_path / "none.sqlite")]) == 1
    assert capsys.readouterr().out == ""
    assert list(home.iterdir()) == []


def test_a_journal_is_named_again(
    scanned: Scanned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = tmp_path / "moved.sqlite"
    (tmp_path / "home" / "dupefinder" / "journal.sqlite").rename(moved)
    (scanned.album / COPY).write_bytes(b"something else")
    assert main(["undo", "1", "--journal", str(moved)]) == 1
    assert f"`dupefinder undo 1 --journal {moved}`" in capsys.readouterr().out


def test_an_interrupted_action_is_settled_first(
    scanned: Scanned, capsys: pytest.CaptureFixture[str]
) -> None:
    with Journal.open(default_journal_path()) as journal:
        (step,) = journal.steps(1)
        journal.update(replace(step, state=StepState.INTENDED))
    assert main(["undo", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "An earlier action was interrupted; 1 file checked:",
        f"  in the trash: {scanned.album}/{COPY}",
        "1 file brought back, 0 skipped; 8.3 kB",
    ]


def test_root_is_warned(
    scanned: Scanned, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(action_journal, "running_as_root", lambda: True)
    assert main(["undo"]) == 0
    assert "running as root" in capsys.readouterr().err
    assert PIXELS in states(scanned.album)
