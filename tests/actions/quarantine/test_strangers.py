"""A quarantine folder that somebody else prepared changes nothing but itself."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.actions.journal import Journal
from dupefinder.actions.quarantine.empty import empty, plan_emptying
from dupefinder.actions.quarantine.restore import Restored, quarantined_now, restore
from dupefinder.actions.records import ActionKind, JournalStep, Outcome, SkipCode, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.quarantine.strangers import (
    CONTENT,
    MTIME_NS,
    TREE,
    Prepared,
    everything_below,
    prepare,
)
from tests.actions.removals import add, planned


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return prepare(tmp_path / "there")


def bring_back(
    prepared: Prepared, to: Path | None = None, known: tuple[JournalStep, ...] = ()
) -> Restored:
    held = quarantined_now(str(prepared.quarantine))
    return restore(held, JobContext(), None if to is None else str(to), known)


def empty_all(prepared: Prepared, journal: Journal) -> Outcome:
    plan = plan_emptying(quarantined_now(str(prepared.quarantine)))
    return empty(plan, str(prepared.quarantine), journal, JobContext())


def known_row(prepared: Prepared, **values: object) -> JournalStep:
    """The row of `a.jpg`, as the person's own journal would have it."""
    photo = planned(prepared.tree / "a.jpg")
    row = JournalStep(
        0,
        str(prepared.drive / "a.jpg"),
        photo.size_bytes,
        MTIME_NS,
        photo.digest,
        str(prepared.drive / "copy.jpg"),
        Evidence.SAME_BYTES,
        StepState.DONE,
        place=str(prepared.tree / "a.jpg"),
        kind=ActionKind.SET_ASIDE,
        survivor_digest=photo.digest,
        survivor_size_bytes=photo.size_bytes,
    )
    return replace(row, **values)  # type: ignore[arg-type]


# Files unknown to the journal


def test_files_unknown_to_the_journal_go_only_to_a_named_folder(
    prepared: Prepared, tmp_path: Path
) -> None:
    before = everything_below(tmp_path)
    (skipped,) = bring_back(prepared).skipped
    assert (skipped.path, skipped.code) == (str(prepared.tree / "a.jpg"), SkipCode.NOT_IN_JOURNAL)
    assert everything_below(tmp_path) == before
    to = tmp_path / "new" / "to"
    assert len(bring_back(prepared, to).done) == 1
    assert (to / "mine" / "a.jpg").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "values",
    [
        {"digest": bytes(32)},
        {"size_bytes": 8},
        {"kind": ActionKind.TRASH},
        {"place": None},
        {"place": "/elsewhere/a.jpg"},
        {"place": f"/x/dupefinder-set-aside/{TREE}/b.jpg"},
        {"place": "/x/dupefinder-set-aside/another tree/a.jpg"},
    ],
)
def test_a_row_of_another_file_vouches_for_nothing(
    prepared: Prepared, values: dict[str, object]
) -> None:
    (skipped,) = bring_back(prepared, known=(known_row(prepared, **values),)).skipped
    assert skipped.code is SkipCode.NOT_IN_JOURNAL


# Where it says it was


@pytest.mark.parametrize("quarantine", ["whole path", "", ".", "../dupefinder-set-aside"])
def test_the_journal_says_where_a_known_file_goes_not_the_manifest(
    prepared: Prepared, quarantine: str
) -> None:
    value = str(prepared.quarantine).lstrip(os.sep) if quarantine == "whole path" else quarantine
    own = str(prepared.own / "evil.jpg").lstrip(os.sep)
    prepared.tell(prepared.line(from_top=own, holding=value or "x"))
    assert len(bring_back(prepared, known=(known_row(prepared),)).done) == 1
    assert (prepared.drive / "a.jpg").exists()
    assert not (prepared.own / "evil.jpg").exists()


def test_a_drive_mounted_elsewhere_does_not_reach_further_than_the_journal_says(
    prepared: Prepared, tmp_path: Path
) -> None:
    own = str(prepared.own / "evil.jpg").lstrip(os.sep)
    prepared.tell(prepared.line(from_top=own, holding=str(prepared.quarantine).lstrip(os.sep)))
    place = f"/media/stick/dupefinder-set-aside/{TREE}/a.jpg"
    row = known_row(prepared, path="/media/stick/a.jpg", place=place)
    (skipped,) = bring_back(prepared, known=(row,)).skipped
    assert skipped.code is SkipCode.PLACE_UNKNOWN
    assert not (prepared.own / "evil.jpg").exists()


@pytest.mark.parametrize(
    "from_top", ["../own/evil.jpg", "/own/evil.jpg", "a/../../own/evil.jpg", "a//evil.jpg", "."]
)
def test_a_place_outside_the_named_folder_is_refused_by_name(
    prepared: Prepared, tmp_path: Path, from_top: str
) -> None:
    prepared.tell(prepared.line(from_top=from_top))
    before = everything_below(tmp_path)
    (skipped,) = bring_back(prepared, prepared.drive / "to").skipped
    assert (skipped.path, skipped.code) == (str(prepared.tree / "a.jpg"), SkipCode.LEADS_ELSEWHERE)
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("from_top", ["out/evil.jpg", "out/new/evil.jpg", "copy.jpg/evil.jpg"])
def test_a_link_on_the_way_to_its_place_is_refused_by_name(
    prepared: Prepared, tmp_path: Path, from_top: str
) -> None:
    prepared.tell(prepared.line(from_top=from_top))
    before = everything_below(tmp_path)
    (skipped,) = bring_back(prepared, prepared.drive).skipped
    assert (skipped.code, skipped.detail) == (
        SkipCode.LEADS_ELSEWHERE,
        str(prepared.drive / from_top.split("/", maxsplit=1)[0]),
    )
    assert everything_below(tmp_path) == before


def test_the_named_folder_itself_may_be_a_link(prepared: Prepared, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert len(bring_back(prepared, tmp_path / "link").done) == 1
    assert (tmp_path / "mine" / "a.jpg").exists()


@pytest.mark.parametrize("name", ["a/" * 3000 + "a.jpg", "a" * 300 + "/a.jpg", "mine/" + "a" * 300])
def test_a_place_that_is_too_long_is_refused_and_leaves_no_folders(
    prepared: Prepared, tmp_path: Path, name: str
) -> None:
    prepared.tell(prepared.line(from_top=name))
    before = everything_below(tmp_path)
    (skipped,) = bring_back(prepared, prepared.drive).skipped
    assert skipped.code is SkipCode.RESTORE_FAILED
    assert everything_below(tmp_path) == before


def test_a_place_that_is_a_link_is_taken(prepared: Prepared, tmp_path: Path) -> None:
    (prepared.drive / "mine").mkdir()
    (prepared.drive / "mine" / "a.jpg").symlink_to(prepared.own / "new.jpg")
    (skipped,) = bring_back(prepared, prepared.drive).skipped
    assert skipped.code is SkipCode.PLACE_TAKEN
    assert not (prepared.own / "new.jpg").exists()


def test_of_two_files_for_one_place_the_second_stays(prepared: Prepared) -> None:
    prepared.tell(prepared.line(), prepared.line(file="sub/b.jpg"))
    restored = bring_back(prepared, prepared.drive)
    assert (len(restored.done), [skip.code for skip in restored.skipped]) == (
        1,
        [SkipCode.PLACE_TAKEN],
    )
    assert (prepared.tree / "sub" / "b.jpg").exists()


# Where it says it lies


@pytest.mark.parametrize("file", ["link/photo.jpg", "link/sub/b.jpg"])
def test_files_behind_a_link_are_neither_moved_nor_deleted(
    prepared: Prepared, tmp_path: Path, journal: Journal, file: str
) -> None:
    prepared.tell(prepared.line(file=file))
    before = everything_below(prepared.own)
    place = str(prepared.tree / file)
    link = str(prepared.tree / "link")
    for to in (None, prepared.drive / "to"):
        row = known_row(prepared, place=place)
        (skipped,) = bring_back(prepared, to, (row,)).skipped
        assert (skipped.path, skipped.code, skipped.detail) in (
            (place, SkipCode.LEADS_ELSEWHERE, link),
            (place, SkipCode.PLACE_UNKNOWN, str(prepared.drive / "mine" / "a.jpg")),
        )
    plan = plan_emptying(quarantined_now(str(prepared.quarantine)))
    assert plan.steps == ()
    assert [(skip.path, skip.code, skip.detail) for skip in plan.refused] == [
        (place, SkipCode.LEADS_ELSEWHERE, link)
    ]
    assert empty_all(prepared, journal).done == ()
    assert everything_below(prepared.own) == before


def test_a_tree_that_is_a_link(prepared: Prepared, journal: Journal) -> None:
    (prepared.quarantine / "link").symlink_to(prepared.own)
    manifest = prepared.tree.with_name(f"{TREE}.jsonl")
    prepared.tell(prepared.line(file="photo.jpg"))
    manifest.rename(prepared.quarantine / "link.jsonl")
    before = everything_below(prepared.own)
    (skipped,) = bring_back(prepared, prepared.drive).skipped
    assert skipped.code is SkipCode.LEADS_ELSEWHERE
    assert empty_all(prepared, journal).done == ()
    assert everything_below(prepared.own) == before


def test_a_link_is_no_file(prepared: Prepared, journal: Journal) -> None:
    prepared.tell(prepared.line(file="photo link.jpg"))
    (skipped,) = bring_back(prepared, prepared.drive).skipped
    assert skipped.code is SkipCode.CHANGED_SINCE
    assert empty_all(prepared, journal).done == ()
    assert (prepared.own / "photo.jpg").exists()


def test_a_link_that_is_put_there_between_the_plan_and_the_deletion(
    prepared: Prepared, journal: Journal
) -> None:
    prepared.tell(prepared.line(file="sub/b.jpg"))
    plan = plan_emptying(quarantined_now(str(prepared.quarantine)))
    assert len(plan.steps) == 1
    before = everything_below(prepared.own)
    (prepared.tree / "sub").rename(prepared.tree / "before")
    (prepared.tree / "sub").symlink_to(prepared.own / "sub")
    (skipped,) = empty(plan, str(prepared.quarantine), journal, JobContext()).skipped
    assert skipped.code is SkipCode.LEADS_ELSEWHERE
    assert everything_below(prepared.own) == before


def test_only_what_lies_in_the_quarantine_folder_is_deleted(
    prepared: Prepared, tmp_path: Path, journal: Journal
) -> None:
    plan = plan_emptying(quarantined_now(str(prepared.quarantine)))
    (tmp_path / "another").mkdir()
    (skipped,) = empty(plan, str(tmp_path / "another"), journal, JobContext()).skipped
    assert skipped.code is SkipCode.LEADS_ELSEWHERE
    assert (prepared.tree / "a.jpg").exists()


@pytest.mark.parametrize("name", [".jsonl", "..jsonl", "...jsonl"])
def test_a_manifest_whose_tree_has_no_name(prepared: Prepared, name: str) -> None:
    prepared.tell(prepared.line(file="copy.jpg"))
    prepared.tree.with_name(f"{TREE}.jsonl").rename(prepared.quarantine / name)
    assert quarantined_now(str(prepared.quarantine)) == []


def test_a_line_without_an_end_is_passed_over(prepared: Prepared) -> None:
    prepared.tell(b'{"x": "' + b"y" * (3 << 20), b'"}', prepared.line())
    assert len(quarantined_now(str(prepared.quarantine))) == 1


# Undoing


def undone(journal: Journal, row: JournalStep) -> Outcome:
    action_id = journal.begin_action(ActionKind.SET_ASIDE)
    journal.add(action_id, [row])
    return undo(action_id, journal, JobContext())


def test_undoing_follows_no_link_to_the_file(prepared: Prepared, journal: Journal) -> None:
    before = everything_below(prepared.own)
    row = known_row(prepared, place=str(prepared.tree / "link" / "photo.jpg"))
    (skipped,) = undone(journal, row).skipped
    assert skipped.code is SkipCode.LEADS_ELSEWHERE
    assert everything_below(prepared.own) == before


@pytest.mark.parametrize("exists", [True, False])
def test_undoing_follows_no_link_that_came_since_to_its_place(
    prepared: Prepared, journal: Journal, exists: bool
) -> None:
    where = "out" if exists else "out/new"
    add(prepared.tree / where / "c.jpg", CONTENT)
    before = everything_below(prepared.own)
    row = known_row(
        prepared,
        path=str(prepared.drive / where / "c.jpg"),
        place=str(prepared.tree / where / "c.jpg"),
    )
    (skipped,) = undone(journal, row).skipped
    assert (skipped.code, skipped.detail) == (
        SkipCode.LEADS_ELSEWHERE,
        str(prepared.drive / where),
    )
    assert everything_below(prepared.own) == before
    assert (prepared.tree / where / "c.jpg").exists()


def test_a_link_by_which_the_photo_was_reached_before_is_the_persons_own(
    prepared: Prepared, journal: Journal
) -> None:
    """Set aside by a path with a link in it, from the folder to which that leads."""
    (prepared.drive / "shortcut").symlink_to("real/folder")
    (prepared.drive / "real" / "folder").mkdir(parents=True)
    held = add(prepared.tree / "real" / "folder" / "c.jpg", CONTENT)
    path = prepared.drive / "shortcut" / "c.jpg"
    row = known_row(prepared, path=str(path), place=str(held))
    prepared.tell(prepared.line(file="real/folder/c.jpg"))
    assert len(bring_back(prepared, known=(row,)).done) == 1
    path.rename(add(held, b""))
    assert undone(journal, row).done == (str(path),)
    assert path.read_bytes() == CONTENT


# Whatever a line says

_PARTS = st.sampled_from(
    [
        *("a.jpg", "b.jpg", "sub", "link", "photo.jpg", "photo link.jpg", "copy.jpg", "out"),
        *("..", ".", "", "mine", "new", "own", "drive", TREE, "dupefinder-set-aside"),
        *("C:", "C:\\own", "a\\b", "\0", "x" * 300, "\ud800", "\udcff", "~", "TOP"),
    ]
)
_PATHS = st.one_of(
    st.sampled_from(["a.jpg", "sub/b.jpg", "link/photo.jpg", "link/sub/b.jpg", "out/new/c.jpg"]),
    st.sampled_from(["../../copy.jpg", "../own/c.jpg", "TOP/there/own/photo.jpg", "a/../../c.jpg"]),
    st.lists(_PARTS, max_size=6).map("/".join),
    st.text(max_size=12),
)
_VALUES = st.one_of(
    _PATHS, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.integers())
)
_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "file": _PATHS,
    "from": _PATHS,
    "from_top": _PATHS,
    "holding": _PATHS,
    "stays": _PATHS,
    "mtime_ns": st.integers(),
    "evidence": st.sampled_from(["same-bytes", "re-encoded", "look-alike"]),
    "bytes": st.just(len(CONTENT)) | st.integers(),
    "blake3": _VALUES,
    "stays_blake3": _VALUES,
}
_FIELD = st.sampled_from(sorted(_FIELDS)).flatmap(
    lambda name: _FIELDS[name].map(lambda value: {name: value})
)
_LINES = st.lists(
    st.tuples(_FIELD, _FIELD).map(lambda two: two[0] | two[1]) | st.binary(max_size=40),
    min_size=1,
    max_size=4,
)


@contextmanager
def laid_out(lines: list[dict[str, object] | bytes]) -> Iterator[Prepared]:
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(Path(folder, "there"))

        def told(line: dict[str, object] | bytes) -> dict[str, object] | bytes:
            if isinstance(line, bytes):
                return line
            values = {
                name: value.replace("TOP", folder) if isinstance(value, str) else value
                for name, value in line.items()
            }
            return prepared.line(**values)

        prepared.tell(*map(told, lines))
        yield prepared


@settings(max_examples=60)
@given(_LINES)
def test_no_manifest_line_restores_an_unknown_file(
    lines: list[dict[str, object] | bytes],
) -> None:
    with laid_out(lines) as prepared:
        before = everything_below(prepared.drive.parent)
        assert bring_back(prepared).done == ()
        assert everything_below(prepared.drive.parent) == before


@settings(max_examples=60)
@given(_LINES)
def test_no_manifest_line_writes_outside_the_named_folder(
    lines: list[dict[str, object] | bytes],
) -> None:
    with laid_out(lines) as prepared:
        top = prepared.drive.parent
        to = prepared.drive / "to"
        to.mkdir()
        (to / "out").symlink_to(prepared.own)
        before = everything_below(top, prepared.quarantine, to)
        restored = bring_back(prepared, to)
        assert everything_below(top, prepared.quarantine, to) == before
        arrived = [path for path in to.rglob("*") if path.is_file()]
        assert len(arrived) == len(restored.done)


@settings(max_examples=60)
@given(_LINES)
def test_the_journal_decides_the_target_not_the_manifest(
    lines: list[dict[str, object] | bytes],
) -> None:
    with laid_out(lines) as prepared:
        top = prepared.drive.parent
        place = prepared.drive / "a.jpg"
        before = everything_below(top, prepared.quarantine, place)
        restored = bring_back(prepared, known=(known_row(prepared),))
        assert everything_below(top, prepared.quarantine, place) == before
        assert place.exists() is bool(restored.done)


@settings(max_examples=40)
@given(_LINES)
def test_no_manifest_line_lets_emptying_delete_elsewhere(
    lines: list[dict[str, object] | bytes],
) -> None:
    with laid_out(lines) as prepared, tempfile.TemporaryDirectory() as own:
        top = prepared.drive.parent
        before = everything_below(top, prepared.quarantine)
        with Journal.open(Path(own, "journal.sqlite")) as journal:
            empty_all(prepared, journal)
        assert everything_below(top, prepared.quarantine) == before
