"""`dupefinder history`: every action, and what became of each file."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, Skipped, StepState
from dupefinder.cli import main
from dupefinder.core.records import Evidence
from dupefinder.text.translation import ENGLISH, use_language


@pytest.fixture
def journal_file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def row(name: str, state: StepState, skip: Skipped | None = None) -> JournalStep:
    return JournalStep(
        0, f"/photos/{name}", 1500, 1, bytes(32), "/photos/keeper.jpg", Evidence.SAME_PIXELS,
        state, place=f"/trash/files/{name}", skip=skip,
    )  # fmt: skip


def fill(journal_file: Path) -> None:
    with Journal.open(journal_file) as journal:
        first = journal.begin_action()
        skip = Skipped("/photos/c.jpg", SkipCode.TRASH_FAILED, "No space left\n")
        journal.add(
            first,
            [
                row("a.jpg", StepState.DONE),
                row("b\udcff.jpg", StepState.DONE),
                row("c.jpg", StepState.SKIPPED, skip),
                row("d.jpg", StepState.UNDONE),
                row("e.jpg", StepState.LOST),
            ],
        )
        journal.finish_action(first)
        journal.add(journal.begin_action(), [row("f.jpg", StepState.INTENDED)])


def run(journal_file: Path, *arguments: str) -> int:
    return main(["history", *arguments, "--journal", str(journal_file)])


def test_the_newest_comes_first(journal_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(journal_file)
    assert run(journal_file) == 0
    head, second, first = capsys.readouterr().out.splitlines()
    assert " ".join(head.split()) == "ID when what done skipped undone lost size"
    assert second.split()[0] == "2"
    assert second.split()[3:] == [
        "in",
        "the",
        "trash",
        "0",
        "0",
        "0",
        "0",
        "0",
        "bytes",
        "not",
        "finished",
    ]
    assert first.split()[0] == "1"
    assert first.split()[3:] == ["in", "the", "trash", "2", "1", "1", "1", "3.0", "kB"]


def test_the_files_of_one(journal_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(journal_file)
    assert run(journal_file, "1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == [
        "in the trash",
        "in the trash",
        "left in its place",
        "brought back",
        "lost",
    ]
    assert lines[0].split("  ")[-1] == "/photos/a.jpg"
    assert lines[1:3] == [
        "    it is here, out of reach (the drive is not connected, or the folder was removed):"
        " /trash/files/a.jpg",
        "    kept: /photos/keeper.jpg",
    ]
    assert lines[3].endswith("/photos/b\\xff.jpg")
    assert lines[7] == "    because: It could not be moved to the trash (No space left\\n)."


def test_unsettled_steps_stay_unsettled(
    journal_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(journal_file)
    for _ in range(2):
        assert run(journal_file, "2") == 0
        assert capsys.readouterr().out.startswith("not settled")


def test_there_may_be_none_yet_and_none_is_made(
    journal_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(journal_file) == 0
    assert capsys.readouterr().out.startswith("Nothing was done to any photo yet")
    assert not journal_file.exists()
    assert run(journal_file, "1") == 2
    Journal.open(journal_file).close()
    assert run(journal_file) == 0
    assert capsys.readouterr().out == "Nothing was done to any photo yet.\n"


def test_an_action_without_files(journal_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Journal.open(journal_file) as journal:
        journal.begin_action()
    assert run(journal_file, "1") == 0
    assert capsys.readouterr().out == "No file was touched.\n"


def test_an_unknown_action(journal_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(journal_file)
    assert run(journal_file, "3") == 2
    assert capsys.readouterr().err == "dupefinder: there is no action 3\n"


def test_another_programs_file_is_a_plain_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes")
    assert run(notes) == 1
    printed = capsys.readouterr().err
    assert "the file is not a journal" in printed
    assert printed.count("\n") == 1
    assert notes.read_text() == "my notes"
    assert list(tmp_path.iterdir()) == [notes]


def test_steps_of_an_interrupted_action_are_settled_first(
    tmp_path: Path, journal_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The photo was moved, and its copy had gone with it."""
    place, path = tmp_path / "to" / "a.jpg", tmp_path / "photos" / "a.jpg"
    place.parent.mkdir()
    place.write_bytes(b"a photo")
    digest = blake3(b"a photo").digest()
    left = replace(
        row("a.jpg", StepState.INTENDED),
        path=str(path),
        place=str(place),
        size_bytes=7,
        digest=digest,
        survivor_digest=digest,
        kind=ActionKind.MOVE,
    )
    with Journal.open(journal_file) as journal:
        journal.add(journal.begin_action(ActionKind.MOVE, str(place.parent)), [left])
    assert run(journal_file, "1") == 0
    told = capsys.readouterr().out
    assert "interrupted; 1 file checked" in told
    assert "because: The copy that should be kept is no longer there (/photos/keeper.jpg)" in told
    assert path.read_bytes() == b"a photo"
    assert not place.exists()


def test_a_damaged_journal_is_not_nothing(
    journal_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(journal_file)
    journal_file.write_bytes(journal_file.read_bytes()[:5000])
    for _ in range(2):  # when it is found, and ever after
        assert run(journal_file) == 0
        printed = capsys.readouterr().out
        assert "Nothing was done" not in printed
        assert printed.startswith(
            "An earlier journal was damaged: what was done before is not listed."
        )
        (aside,) = journal_file.parent.glob("journal.damaged-*.sqlite")
        assert f"  it is here: {aside}\n" in printed
        assert main(["undo", "--journal", str(journal_file)]) == 1
        printed = capsys.readouterr().out
        assert "An earlier journal was damaged" in printed
    fill(journal_file)
    assert run(journal_file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[0] == "2"
    assert lines[3].startswith("An earlier journal was damaged")
    journal_file.unlink()
    assert run(journal_file) == 0
    assert capsys.readouterr().out.startswith("An earlier journal was damaged")
    assert run(journal_file, "1") == 2
    assert "the journal that listed it was damaged" in capsys.readouterr().err


def test_places_of_files_are_looked_up(
    journal_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "drive" / "files" / "a.jpg"
    with Journal.open(journal_file) as journal:
        step = replace(row("a.jpg", StepState.DONE), place=str(place))
        journal.add(journal.begin_action(), [step])
    place.parent.mkdir(parents=True)
    said = []
    for change in (place.touch, place.unlink, place.parent.rmdir):
        change()
        assert run(journal_file, "1") == 0
        (line,) = [one for one in capsys.readouterr().out.splitlines() if str(place) in one]
        said.append(line.removesuffix(f": {place}").strip())
    assert said == [
        "it is here",
        "it is no longer here",
        "it is here, out of reach (the drive is not connected, or the folder was removed)",
    ]


def test_unknown_journal_entries_are_shown(
    journal_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(journal_file)
    with closing(sqlite3.connect(journal_file, isolation_level=None)) as connection:
        connection.execute("UPDATE actions SET kind = 'teleport\x1b[2J' WHERE action_id = 1")
        connection.execute(f"UPDATE actions SET started_ns = {(1 << 63) - 1} WHERE action_id = 2")
        connection.execute("UPDATE steps SET state = 'melted' WHERE step_id = 1")
        connection.execute("UPDATE steps SET evidence = 'hearsay' WHERE step_id = 2")
        connection.execute("UPDATE steps SET skip_code = 'mood' WHERE step_id = 3")
    assert run(journal_file) == 0
    printed = capsys.readouterr().out
    assert "teleport\\x1b[2J" in printed
    assert run(journal_file, "1") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("not understood")
    words = "because: The journal has an entry that this version does not understand"
    for told in ("state “melted”", "evidence “hearsay”", "reason “mood”: No space left\\n"):
        assert f"    {words} ({told}).\n" in printed


def test_titles_and_figures_are_in_the_persons_language(
    journal_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(journal_file)
    monkeypatch.setenv("LANGUAGE", "de")
    try:
        assert run(journal_file) == 0
    finally:
        use_language(ENGLISH)
    head, second, first = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["Nr.", "wann"]
    assert first.endswith("3,0 kB")
    assert len(head) == len(first) == second.index("0 Byte") + len("0 Byte")
