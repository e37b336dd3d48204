import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decisions.marks import APPLICATION_ID, MARKS_FORMAT, Mark, MarkRow, MarkStore
from dupefinder.core.decisions.separated import PhotoKeys, PixelKeyKind, SeparatedPhoto, Separation
from dupefinder.core.errors import DecisionsNotKept, DecisionsNotRead


def row(number: int, mark: Mark, path: str = "2010/zoo.jpg") -> MarkRow:
    return MarkRow(number.to_bytes(32, "big"), "uuid:1", path, mark)


def test_decisions_are_there_after_a_restart(tmp_path: Path) -> None:
    rows = [row(1, Mark.KEEP), row(2, Mark.REMOVE), row(2, Mark.REMOVE, "odd \udcff.jpg")]
    with MarkStore.open(tmp_path / "new" / "d.sqlite") as decisions:
        decisions.keep_marks(rows)
    with MarkStore.open(tmp_path / "new" / "d.sqlite") as decisions:
        assert sorted(decisions.marks()) == sorted(rows)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Mark))))
def test_the_last_mark_counts(said: list[tuple[int, Mark]]) -> None:
    with MarkStore.open(None) as decisions:
        for number, mark in said:
            decisions.keep_marks([row(number, mark)])
        wanted = dict(said)
        assert {found.digest[-1]: found.mark for found in decisions.marks()} == {
            number: mark for number, mark in wanted.items() if mark is not Mark.NONE
        }


def test_marks_that_an_action_used_up_are_known_until_it_is_undone(tmp_path: Path) -> None:
    keys = {f"/p/{one}.jpg": row(one, Mark.REMOVE, f"p/{one}.jpg")[:3] for one in range(3)}
    keys["/odd \udcff.jpg"] = row(4, Mark.REMOVE, "odd \udcff.jpg")[:3]
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        decisions.keep_used_up(7, keys)
        decisions.keep_used_up(8, dict(list(keys.items())[:1]))
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        assert decisions.take_used_up(7, ["/p/1.jpg", "/q.jpg"]) == [keys["/p/1.jpg"]]
        assert decisions.take_used_up(7, ["/p/1.jpg"]) == []
        rest = sorted(key for path, key in keys.items() if path != "/p/1.jpg")
        assert sorted(decisions.take_used_up(7, list(keys))) == rest
        # Work that was interrupted is done once more.
        decisions.keep_used_up(8, {"/p/2.jpg": keys["/p/2.jpg"]})
        assert decisions.take_used_up(8, list(keys)) == [keys["/p/2.jpg"]]


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        decisions.keep_marks([row(1, Mark.KEEP)])
        decisions._connection.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect(tmp_path / "d.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DecisionsNotKept, match="locked") as raised:
            decisions.keep_marks([row(1, Mark.REMOVE)])
        assert not isinstance(raised.value, DecisionsNotRead)
        other.close()
        assert decisions.marks() == [row(1, Mark.KEEP)]


def test_another_programs_file_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(DecisionsNotRead, match="another program"):
        MarkStore.open(path)
    assert path.read_bytes() == before


def test_a_later_versions_file_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    MarkStore.open(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(DecisionsNotRead, match="later version"):
        MarkStore.open(path)


def test_something_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(DecisionsNotRead):
        MarkStore.open(tmp_path / "d.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(DecisionsNotRead):
        MarkStore.open(tmp_path / "folder.sqlite")
    (tmp_path / "file").touch()
    with pytest.raises(DecisionsNotKept) as raised:
        MarkStore.open(tmp_path / "file" / "d.sqlite")
    assert not isinstance(raised.value, DecisionsNotRead)  # there is nothing to read


class FailingDisk:
    """A connection whose every statement meets a disk that fails."""

    in_transaction = False

    def execute(self, *_: object) -> NoReturn:
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise fault


def test_a_disk_fault_is_reported_as_one_of_reading_or_writing(tmp_path: Path) -> None:
    with MarkStore.open(tmp_path / "d.sqlite") as decisions, pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "_connection", FailingDisk())
        for read in (decisions.marks, decisions.separations, decisions.dismissed):
            with pytest.raises(DecisionsNotRead, match="I/O"):
                read()
        with pytest.raises(DecisionsNotKept, match="I/O") as raised:
            decisions.keep_marks([row(1, Mark.KEEP)])
        assert not isinstance(raised.value, DecisionsNotRead)


def photo(number: int, part: int, *pixels: int) -> SeparatedPhoto:
    keys = frozenset((PixelKeyKind.PIXELS, bytes([one]) * 32) for one in pixels)
    return SeparatedPhoto(PhotoKeys(bytes([number]) * 32, keys), part, f"/odd \udcff {number}.jpg")


PAIR = Separation((photo(1, 0, 7), photo(2, 1)), 20)
TRIPLE = Separation((photo(1, 0, 7), photo(3, 1, 8, 9), photo(4, 1)), 10)


def test_photos_called_different_are_there_after_a_restart(tmp_path: Path) -> None:
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        decisions.keep_separations([TRIPLE, PAIR])
        # Said twice, it counts once.
        decisions.keep_separations([PAIR])
    with MarkStore.open(tmp_path / "d.sqlite") as decisions:
        assert decisions.separations() == [PAIR, TRIPLE]
        assert [one.decided_ns for one in decisions.separations()] == [20, 10]
        decisions.add_pixel_keys([photo(2, 0, 5).keys])
        assert decisions.separations()[0].photos[1] == photo(2, 1, 5)
        assert decisions.forget_separations([PAIR.separation_id]) == 1
        assert decisions.separations() == [TRIPLE]


def test_each_change_of_the_decisions_changes_their_digest(tmp_path: Path) -> None:
    with MarkStore.open(tmp_path / "decisions.sqlite") as store:
        none = store.digest_of_separations()
        one = Separation((photo(1, 0), photo(2, 1)), 5)
        store.keep_separations([one])
        decided = store.digest_of_separations()
        assert store.separation_ids() == [one.separation_id]
        store.add_pixel_keys([photo(2, 1, 7).keys])
        learned = store.digest_of_separations()
        assert len({none, decided, learned}) == 3
        store.keep_marks([row(1, Mark.KEEP)])
        assert store.digest_of_separations() == learned
        store.forget_separations([one.separation_id])
        assert store.digest_of_separations() == none


def test_known_pixels_are_forgotten_with_the_last_decision(tmp_path: Path) -> None:
    with MarkStore.open(None) as decisions:
        decisions.keep_separations([PAIR, TRIPLE])
        decisions.forget_separations([TRIPLE.separation_id])
        rows = decisions._all("SELECT digest, key FROM pixel_keys")
        assert rows == [(bytes([1]) * 32, bytes([7]) * 32)]


def test_groups_that_an_earlier_version_dismissed_are_kept_until_a_scan_shows_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "d.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as earlier:
        earlier.executescript(MARKS_FORMAT.migrations[0])
        earlier.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        earlier.execute("PRAGMA user_version = 1")
        earlier.execute("INSERT INTO dismissed VALUES ('aa'), ('bb')")
        earlier.execute("INSERT INTO marks VALUES (?, 'uuid:1', '2010/zoo.jpg', 1)", (bytes(32),))
    with MarkStore.open(path) as decisions:
        assert decisions.marks() == [row(0, Mark.KEEP)]
        assert decisions.dismissed() == {"aa", "bb"}
        assert decisions.separations() == []
        decisions.carry_over({"aa": PAIR})
        assert decisions.dismissed() == {"bb"}
        assert decisions.separations() == [PAIR]


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO pixel_keys SELECT digest, 'of a later version', digest FROM separated",
        "INSERT INTO pixel_keys SELECT digest, 'pixels', 1 FROM separated",
        "UPDATE separated SET path = 5",
        "UPDATE separated SET digest = 'text'",
        "UPDATE separated SET part = 'text'",
        "UPDATE separations SET decided_ns = 'text'",
    ],
)
def test_a_decision_that_is_not_understood_is_an_error(tmp_path: Path, change: str) -> None:
    path = tmp_path / "d.sqlite"
    photos = tuple(SeparatedPhoto(PhotoKeys(bytes([number]) * 32), number) for number in (0, 1))
    with MarkStore.open(path) as decisions:
        decisions.keep_separations([Separation(photos, 5)])
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(change)
    with MarkStore.open(path) as decisions, pytest.raises(DecisionsNotRead, match="understand"):
        decisions.separations()


def test_a_mark_that_is_not_understood_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    with MarkStore.open(path) as decisions:
        decisions.keep_marks([row(1, Mark.KEEP)])
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE marks SET mark = 7")
    with MarkStore.open(path) as decisions, pytest.raises(DecisionsNotRead, match="understand"):
        decisions.marks()
