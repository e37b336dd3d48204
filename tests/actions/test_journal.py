import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.journal import (
    Journal,
    JournalDamaged,
    JournalInUse,
    JournalNotWritable,
    JournalTooNew,
    default_journal_path,
    step_of,
    stored,
)
from dupefinder.actions.journal_file import APPLICATION_ID, MIGRATIONS
from dupefinder.actions.records import EXACT, ActionKind, JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.catalog import Catalog, default_catalog_path
from dupefinder.core.errors import DupeFinderError
from dupefinder.core.records import Evidence
from tests.actions.removals import row

CHECKOUT = Path(__file__).resolve().parents[2]

HOLDER = """
import sys
from pathlib import Path
from dupefinder.actions.journal import Journal
from tests.actions.removals import row
journal = Journal.open(Path(sys.argv[1]))
journal.add(journal.begin_action(), [row()])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def fill(path: Path, rows: int = 400) -> None:
    with Journal.open(path) as journal:
        journal.add(journal.begin_action(), [row(f"/photos/{n:0100}") for n in range(rows)])


def test_it_lies_beside_the_catalog(home: Path) -> None:
    assert default_journal_path() == home / "dupefinder" / "journal.sqlite"
    assert default_journal_path().parent == default_catalog_path().parent


def test_a_new_journal_is_made_with_its_folder_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "journal.sqlite"
    with Journal.open(path) as journal:
        assert journal.path == path.resolve()
        assert journal.set_aside is None
        assert journal.actions() == []
        assert journal.unsettled() == []
        connection = journal._connection
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        assert connection.execute("PRAGMA synchronous").fetchall() == [(2,)]
    header = path.read_bytes()[:100]
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID
    assert int.from_bytes(header[60:64], "big") == Journal.FORMAT.version


def test_rows_come_back_as_they_were_written(path: Path) -> None:
    name = "/photos/\udcff\n.jpg"
    skip = Skipped(name, SkipCode.TRASH_FAILED, "disk full: \udcff \ud800")
    with Journal.open(path) as journal:
        action_id = journal.begin_action()
        rows = journal.add(
            action_id,
            [
                row(name, StepState.SKIPPED),
                replace(row(), digest=b"", evidence=Evidence.EDITED, place=name),
            ],
        )
        rows[0] = replace(rows[0], skip=skip)
        journal.update(rows[0])
    with Journal.open(path) as journal:
        assert journal.steps(action_id) == rows
        assert rows[0].step_id != rows[1].step_id
        assert journal.unsettled() == [rows[1]]
        assert journal.steps(action_id + 1) == []


@given(
    path=st.text(st.characters(), min_size=1)
    if sys.platform == "win32"  # where names are no bytes
    else st.binary(min_size=1).map(os.fsdecode),
    detail=st.text(st.characters()),
    code=st.sampled_from(SkipCode),
    state=st.sampled_from(StepState),
    evidence=st.sampled_from(Evidence),
    mtime_ns=st.integers(-(1 << 90), 1 << 90),
    in_trash=st.booleans(),
    kind=st.sampled_from(ActionKind),
)
def test_a_row_stands_for_its_step(
    path: str,
    detail: str,
    code: SkipCode,
    state: StepState,
    evidence: Evidence,
    mtime_ns: int,
    in_trash: bool,
    kind: ActionKind,
) -> None:
    step = JournalStep(
        3, path, 5, mtime_ns, b"d", path, evidence, state, path if in_trash else None,
        kind=kind, survivor_digest=b"s", survivor_size_bytes=7, attributes=b"a",
    )  # fmt: skip
    for one in (step, replace(step, skip=Skipped(path, code, detail))):
        assert step_of((3, *stored(one))) == one


@pytest.mark.parametrize("mtime_ns", [-(10**9 << 63), -(1 << 63) - 1, -1, 1 << 63, 10**9 << 62])
def test_a_time_beyond_the_numbers_of_the_database(path: Path, mtime_ns: int) -> None:
    with Journal.open(path) as journal:
        (step,) = journal.add(journal.begin_action(), [replace(row(), mtime_ns=mtime_ns)])
        assert journal.steps(1) == [step]


def test_a_path_that_no_file_can_have_is_stored(path: Path) -> None:
    with Journal.open(path) as journal:
        action_id = journal.begin_action()
        journal.add(action_id, [row("/photos/\ud800.jpg", StepState.SKIPPED)])
        assert len(journal.steps(action_id)) == 1


def test_actions_are_counted_the_newest_first(path: Path) -> None:
    with Journal.open(path) as journal:
        first, second = journal.begin_action(), journal.begin_action()
        states = [StepState.DONE, StepState.DONE, *StepState]
        journal.add(first, [row(f"/{n}", state) for n, state in enumerate(states)])
        journal.finish_action(first)
        journal.finish_undo(first)
        newest, oldest = journal.actions()
    assert (newest.action_id, oldest.action_id) == (second, first)
    assert (oldest.done, oldest.skipped, oldest.undone, oldest.lost) == (3, 1, 1, 1)
    assert oldest.done_bytes == 21
    assert oldest.finished_ns is not None
    assert oldest.undone_ns is not None
    assert oldest.undone_ns >= oldest.finished_ns >= oldest.started_ns > 0
    assert (newest.done, newest.done_bytes, newest.finished_ns, newest.undone_ns) == (
        *(0, 0),
        *(None, None),
    )


def test_an_action_tells_what_was_asked_for(path: Path) -> None:
    target = "/target \udcff"
    with Journal.open(path) as journal:
        journal.begin_action()
        journal.begin_action(ActionKind.MOVE, target)
        moved, trashed = journal.actions()
    assert (moved.kind, moved.target) == (ActionKind.MOVE, target)
    assert (trashed.kind, trashed.target) == (ActionKind.TRASH, None)


class TestMovedSince:
    def test_photos_moved_since_a_time_or_by_open_actions_are_listed(self, path: Path) -> None:
        with Journal.open(path) as journal:
            old, new, open_ = (journal.begin_action() for _ in range(3))
            journal.finish_action(old)
            for action_id, name in ((old, "old"), (new, "new"), (open_, "open")):
                journal.add(action_id, [row(f"/{name} {one}", one) for one in StepState])
            ended_ns = journal.actions()[-1].finished_ns
            assert ended_ns is not None
            journal.finish_action(new)
            assert journal.moved_since(ended_ns) == ["/old done", "/new done", "/open done"]
            assert journal.moved_since(ended_ns + 1) == ["/new done", "/open done"]

    def test_no_file_of_an_older_action_is_read(self, path: Path) -> None:
        with Journal.open(path) as journal:
            action_id = journal.begin_action()
            journal.finish_action(action_id)
            since_ns = (journal.actions()[0].finished_ns or 0) + 1
            instructions: list[int] = []
            assert journal.moved_since(since_ns) == []  # prepared with instructions of its own
            for _ in range(2):
                journal.add(action_id, [row(f"/{n}", StepState.DONE) for n in range(50)])
                instructions.append(0)

                def count() -> int:
                    instructions[-1] += 1
                    return 0

                journal._connection.set_progress_handler(count, 1)
                assert journal.moved_since(since_ns) == []
                journal._connection.set_progress_handler(None, 1)
            assert instructions[0] == instructions[1] > 0


def test_removed_files_of_a_kept_copy_are_known_until_undone(path: Path) -> None:
    steps = [
        replace(row(f"/{state}", state), survivor_digest=digest)
        for state in StepState
        for digest in (b"one", b"two")
    ]
    with Journal.open(path) as journal:
        journal.add(journal.begin_action(), steps)
    with Journal.open(path) as journal:
        stood_in_for = journal.stood_in_for(b"one")
        assert journal.stood_in_for(b"three") == []
    assert {step.state for step in stood_in_for} == set(StepState) - {
        StepState.SKIPPED,
        StepState.UNDONE,
    }
    assert {step.survivor_digest for step in stood_in_for} == {b"one"}


def test_a_journal_of_the_first_version_goes_on(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.executescript(MIGRATIONS[0])
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO actions VALUES (4, 1, 2, NULL)")
        connection.executemany(
            "INSERT INTO steps VALUES (?, 4, ?, 7, 1, ?, ?, ?, 'done', ?, NULL, NULL)",
            [
                (1, b"/a.jpg", b"a", b"/b.jpg", "same-bytes", b"/trash/files/a.jpg"),
                (2, b"/c.jpg", b"c", b"/d.jpg", "edited", b"/trash/files/c.jpg"),
            ],
        )
    for _ in range(2):
        with Journal.open(path) as journal:
            assert journal.set_aside is None
            (action,) = journal.actions()
            assert (action.action_id, action.done, action.kind) == (4, 2, ActionKind.TRASH)
            same, edited = journal.steps(4)
            assert same == JournalStep(
                1, "/a.jpg", 7, 1, b"a", "/b.jpg", Evidence.SAME_BYTES, StepState.DONE,
                "/trash/files/a.jpg", survivor_digest=b"a", survivor_size_bytes=7,
            )  # fmt: skip
            assert (edited.place, edited.survivor_digest) == ("/trash/files/c.jpg", b"")
            assert journal.stood_in_for(b"a") == [same]


def test_rows_are_written_all_or_none(path: Path) -> None:
    with Journal.open(path) as journal:
        action_id = journal.begin_action()
        wrong = replace(row(), size_bytes=1 << 70)
        with pytest.raises(OverflowError):
            journal.add(action_id, [row(), wrong])
        assert journal.steps(action_id) == []
        journal.add(action_id, [row()])
        assert len(journal.steps(action_id)) == 1


def test_journal_rows_are_on_the_disk_at_once(path: Path, tmp_path: Path) -> None:
    """The file that a power cut would leave has every row that was ever written."""
    with Journal.open(path) as journal:
        action_id = journal.begin_action()
        journal.add(action_id, [row()])
        (tmp_path / "cut").mkdir()
        for file in tmp_path.glob("journal.sqlite*"):
            shutil.copy(file, tmp_path / "cut")
    with Journal.open(tmp_path / "cut" / "journal.sqlite") as copy:
        assert len(copy.steps(action_id)) == 1
        assert copy.set_aside is None


def test_it_may_be_used_in_another_thread(path: Path) -> None:
    with Journal.open(path) as journal:
        thread = threading.Thread(target=journal.begin_action)
        thread.start()
        thread.join()
        assert len(journal.actions()) == 1


def test_closing_twice_does_no_harm(path: Path) -> None:
    journal = Journal.open(path)
    journal.close()
    journal.close()
    Journal.open(path).close()


def test_one_at_a_time(path: Path) -> None:
    with Journal.open(path), pytest.raises(JournalInUse):
        Journal.open(path)
    Journal.open(path).close()


def test_another_program_has_it_until_it_is_killed(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "ready\n"
            with pytest.raises(JournalInUse, match=str(holder.pid)):
                Journal.open(path)
        finally:
            holder.kill()
    with Journal.open(path) as journal:
        assert journal.set_aside is None
        assert len(journal.unsettled()) == 1


@pytest.mark.parametrize("spoilt", ["pages", "header", "tables", "emptied"])
def test_a_damaged_journal_is_set_aside_whole(path: Path, spoilt: str) -> None:
    fill(path)
    if spoilt == "pages":
        content = path.read_bytes()
        path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))
    elif spoilt == "header":
        path.write_bytes(b"not a database at all" * 99)
    elif spoilt == "emptied":
        path.write_bytes(b"")
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE steps")
    damaged = path.read_bytes()
    with Journal.open(path) as journal:
        assert journal.set_aside is not None
        assert journal.set_aside.read_bytes() == damaged
        assert journal.actions() == []
        journal.begin_action()
    with Journal.open(path) as journal:
        assert journal.set_aside is None
        assert len(journal.actions()) == 1


def test_two_damaged_journals_in_one_second(path: Path) -> None:
    set_aside = set()
    for _ in range(3):
        fill(path, 1)
        path.write_bytes(b"x" * 200)
        with Journal.open(path) as journal:
            set_aside.add(journal.set_aside)
    assert len(set_aside) == 3


def test_damage_that_is_met_later_is_remembered(path: Path) -> None:
    fill(path)
    with Journal.open(path) as journal:
        # The checks of the opening are over: this stands for a disk that fails now.
        journal._connection.execute("PRAGMA cache_size = 0")
        size_bytes = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (size_bytes - 4096))
        with pytest.raises(JournalDamaged, match="sets it aside"):
            journal.steps(1)
    with Journal.open(path) as journal:
        assert journal.set_aside is not None


def test_a_newer_journal_is_left_untouched(path: Path) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {Journal.FORMAT.version + 1}")
    content = path.read_bytes()
    with pytest.raises(JournalTooNew, match="Update the program"):
        Journal.open(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 a photo" * 99, b"short"])
def test_a_photo_named_by_mistake_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(JournalNotWritable, match="not a journal"):
            Journal.open(path)
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.glob("*.*")] == [
        ("photo.jpg", content)
    ]


def test_a_catalog_in_use_named_by_mistake_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog.open(path).close()
    content = path.read_bytes()
    with pytest.raises(JournalNotWritable, match="not a journal"):
        Journal.open(path)
    assert path.read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_refused_without_waiting_for_a_writer(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(JournalNotWritable, match="not a journal"):
        Journal.open(path)
    assert path.is_fifo()


def test_a_catalog_named_by_mistake_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE files (name TEXT)")
    content = path.read_bytes()
    with pytest.raises(JournalNotWritable, match="not a journal"):
        Journal.open(path)
    assert path.read_bytes() == content


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir()
    with pytest.raises(JournalNotWritable):
        Journal.open(path)


def test_a_file_in_its_folders_place(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(JournalNotWritable):
        Journal.open(path / "journal.sqlite")


def test_a_full_disk_is_told(path: Path) -> None:
    with Journal.open(path) as journal:
        action_id = journal.begin_action()
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        rows = [row(f"/photos/{n:0500}") for n in range(200)]
        with pytest.raises(JournalNotWritable, match="full") as raised:
            journal.add(action_id, rows)
        assert isinstance(raised.value, DupeFinderError)
        assert journal.steps(action_id) == []


def test_a_stranger_who_locks_the_database_is_told(path: Path) -> None:
    with Journal.open(path) as journal, closing(sqlite3.connect(path)) as stranger:
        journal._connection.execute("PRAGMA busy_timeout = 0")
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalInUse):
            journal.begin_action()
        stranger.rollback()
        journal.begin_action()


# Values unknown to this version


def spoil(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("column", "state", "told"),
    [
        ("state", StepState.UNKNOWN, "state “melted”"),
        ("kind", StepState.UNKNOWN, "kind “melted”"),
        ("evidence", StepState.INTENDED, "evidence “melted”"),
        ("skip_code", StepState.INTENDED, "reason “melted”"),
    ],
)
def test_an_unknown_code_is_told(path: Path, column: str, state: StepState, told: str) -> None:
    with Journal.open(path) as journal:
        journal.add(journal.begin_action(), [row("/a"), row("/b")])
    spoil(path, f"UPDATE steps SET {column} = 'melted' WHERE step_id = 1")
    with Journal.open(path) as journal:
        a, b = journal.steps(1)
        assert (a.state, a.skip) == (state, Skipped("/a", SkipCode.NOT_UNDERSTOOD, told))
        assert (b.state, b.skip) == (StepState.INTENDED, None)
        assert [one.path for one in journal.unsettled()] == (
            ["/b"] if state is StepState.UNKNOWN else ["/a", "/b"]
        )


def test_the_detail_of_an_unknown_reason_stays(path: Path) -> None:
    skip = Skipped("/photos/a.jpg", SkipCode.OPEN_ELSEWHERE, "darktable")
    with Journal.open(path) as journal:
        journal.add(journal.begin_action(), [replace(row(), skip=skip)])
    spoil(path, "UPDATE steps SET skip_code = 'melted'")
    with Journal.open(path) as journal:
        (step,) = journal.steps(1)
        assert step.skip is not None
        assert step.skip.detail == "reason “melted”: darktable"


def test_unknown_evidence_does_not_carry_over(path: Path) -> None:
    step = replace(row(state=StepState.DONE), survivor_digest=b"one")
    with Journal.open(path) as journal:
        journal.add(journal.begin_action(), [step])
    spoil(path, "UPDATE steps SET evidence = 'hearsay', state = 'melted'")
    with Journal.open(path) as journal:
        (known,) = journal.stood_in_for(b"one")
    assert known.evidence not in EXACT
    assert known.path == step.path


def test_an_unknown_kind_of_action_is_told(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.begin_action(ActionKind.MOVE)
    spoil(path, "UPDATE actions SET kind = 'teleport'")
    with Journal.open(path) as journal:
        (action,) = journal.actions()
    assert action.unknown_kind == "teleport"
