import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.errors import DecisionsNotKept
from dupefinder.core.marks import Mark, MarkRow, MarkStore


def row(number: int, mark: Mark, path: str = "2010/zoo.jpg") -> MarkRow:
    return MarkRow(number.to_bytes(32, "big"), "uuid:1", path, mark)


def test_what_is_decided_is_there_after_a_restart(tmp_path: Path) -> None:
    rows = [row(1, Mark.KEEP), row(2, Mark.REMOVE), row(2, Mark.REMOVE, "odd \udcff.jpg")]
    with MarkStore.open(tmp_path / "new" / "d.sqlite") as decisions:
        decisions.keep_marks(rows)
        decisions.keep_dismissed(["aa", "bb"], dismissed=True)
        decisions.keep_dismissed(["aa"], dismissed=False)
    with MarkStore.open(tmp_path / "new" / "d.sqlite") as decisions:
        assert sorted(decisions.marks()) == sorted(rows)
        assert decisions.dismissed() == {"bb"}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Mark))))
def test_the_last_word_counts(said: list[tuple[int, Mark]]) -> None:
    with MarkStore.open(None) as decisions:
        for number, mark in said:
            decisions.keep_marks([row(number, mark)])
        wanted = dict(said)
        assert {found.digest[-1]: found.mark for found in decisions.marks()} == {
            number: mark for number, mark in wanted.items() if mark is not Mark.NONE
        }


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        decisions.keep_marks([row(1, Mark.KEEP)])
        decisions._connection.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect(tmp_path / "d.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DecisionsNotKept, match="locked"):
            decisions.keep_marks([row(1, Mark.REMOVE)])
        other.close()
        assert decisions.marks() == [row(1, Mark.KEEP)]


def test_another_programs_file_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(DecisionsNotKept, match="another program"):
        MarkStore.open(path)
    assert path.read_bytes() == before


def test_a_later_versions_file_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    MarkStore.open(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(DecisionsNotKept, match="later version"):
        MarkStore.open(path)


def test_something_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(DecisionsNotKept):
        MarkStore.open(tmp_path / "d.sqlite")
    (tmp_path / "file").touch()
    with pytest.raises(DecisionsNotKept):
        MarkStore.open(tmp_path / "file" / "d.sqlite")
