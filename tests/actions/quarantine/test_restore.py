import json
import os
import threading
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import Presence
from dupefinder.actions.quarantine import manifest as manifest_module
from dupefinder.actions.quarantine import restore as restore_module
from dupefinder.actions.quarantine.manifest import QuarantinedFile, quarantined_files
from dupefinder.actions.quarantine.restore import Restored, quarantined_now, quarantines, restore
from dupefinder.actions.records import ActionKind, SkipCode, StepState
from dupefinder.core import job
from dupefinder.core.job import JobContext
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from tests.actions.removals import State, add, files_below, plan, twins

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows takes half a character in a name")


@pytest.fixture
def before(drive: Path, journal: Journal) -> dict[str, State]:
    """The drive as it was before two actions set photos aside."""
    steps = [twins(drive / folder, f"{folder}.jpg") for folder in ("one", "two", "three")]
    before = files_below(drive)
    for some in (steps[:2], steps[2:]):
        execute(plan(*some, kind=ActionKind.SET_ASIDE), journal, JobContext())
    return before


@pytest.fixture
def quarantine(drive: Path, before: dict[str, State]) -> Path:
    return drive / QUARANTINE_FOLDER


BringBack = Callable[..., Restored]


@pytest.fixture
def bring_back(journal: Journal) -> BringBack:
    """Bring back what lies in a quarantine folder, as far as the journal knows it."""

    def bring_back(quarantine: Path, only: Path | None = None, to: Path | None = None) -> Restored:
        held = quarantined_now(str(quarantine), None if only is None else str(only))
        known = journal.set_aside_files()
        return restore(held, JobContext(), None if to is None else str(to), known)

    return bring_back


def manifest_of_one(quarantine: Path) -> Path:
    (manifest,) = (path for path in quarantine.glob("*.jsonl") if b"/one.jpg" in path.read_bytes())
    return manifest


def photos_of(drive: Path) -> dict[str, State]:
    return {
        name: state
        for name, state in files_below(drive).items()
        if not name.startswith(QUARANTINE_FOLDER)
    }


def test_all_of_it(
    bring_back: BringBack, drive: Path, before: dict[str, State], quarantine: Path
) -> None:
    restored = bring_back(quarantine)
    assert (len(restored.done), restored.done_bytes, restored.skipped) == (3, 21, ())
    assert photos_of(drive) == before
    assert [path for path in quarantine.iterdir() if path.is_dir()] == []
    assert bring_back(quarantine) == Restored((), 0, ())


def test_a_drive_that_is_mounted_elsewhere(
    bring_back: BringBack, drive: Path, before: dict[str, State], quarantine: Path, tmp_path: Path
) -> None:
    elsewhere = drive.rename(tmp_path / "elsewhere")
    assert len(bring_back(elsewhere / QUARANTINE_FOLDER).done) == 3
    assert photos_of(elsewhere) == before
    assert not drive.exists()


@pytest.mark.parametrize("named", ["as it was", "as it is", "its folder", "its action"])
def test_a_part_of_it(bring_back: BringBack, drive: Path, quarantine: Path, named: str) -> None:
    (held,) = [
        held for held in quarantined_files(str(quarantine)) if held.path.endswith("three.jpg")
    ]
    only = {
        "as it was": Path(held.path),
        "as it is": Path(held.place),
        "its folder": drive / "three",
        "its action": next(
            path for path in quarantine.iterdir() if Path(held.place).is_relative_to(path)
        ),
    }[named]
    assert bring_back(quarantine, only).done == (held.place,)
    assert len(quarantined_now(str(quarantine))) == 2


def test_to_another_folder(bring_back: BringBack, quarantine: Path, tmp_path: Path) -> None:
    bring_back(quarantine, to=tmp_path / "to")
    assert (
        list(files_below(tmp_path / "to"))
        == [
            "one/gone/one.jpg",
            "three/gone/three.jpg",
            "two/gone/two.jpg",
        ]
        or len(files_below(tmp_path / "to")) == 3
    )


def test_a_quarantine_folder_that_was_moved_needs_to_be_told_where(
    bring_back: BringBack, quarantine: Path, tmp_path: Path
) -> None:
    moved = quarantine.rename(tmp_path / "moved")
    assert {skip.code for skip in bring_back(moved).skipped} == {SkipCode.PLACE_UNKNOWN}
    assert len(bring_back(moved, to=tmp_path / "to").done) == 3


def test_nothing_is_overwritten(bring_back: BringBack, drive: Path, quarantine: Path) -> None:
    taken = add(drive / "one" / "gone" / "one.jpg", b"another")
    (skipped,) = bring_back(quarantine).skipped
    assert (skipped.code, skipped.detail) == (SkipCode.PLACE_TAKEN, str(taken))
    assert taken.read_bytes() == b"another"
    assert len(quarantined_now(str(quarantine))) == 1


def test_a_changed_file_stays_in_quarantine(bring_back: BringBack, quarantine: Path) -> None:
    place = Path(quarantined_now(str(quarantine))[0].place)
    place.write_bytes(b"a ph0to")
    (skipped,) = bring_back(quarantine).skipped
    assert (skipped.path, skipped.code) == (str(place), SkipCode.CHANGED_SINCE)
    assert place.exists()


def test_files_that_cannot_be_looked_at_stay_in_quarantine(
    bring_back: BringBack, quarantine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_below(quarantine)
    monkeypatch.setattr(Entry, "presence", lambda *_: Presence.UNKNOWN)
    restored = bring_back(quarantine)
    assert (restored.done, len(restored.skipped)) == ((), 3)
    assert {one.code for one in restored.skipped} == {SkipCode.CHANGED_SINCE}
    assert files_below(quarantine) == before


def test_times_that_something_touched(
    bring_back: BringBack, drive: Path, before: dict[str, State], quarantine: Path
) -> None:
    for held in quarantined_now(str(quarantine)):
        os.utime(held.place, ns=(1, 1))
    bring_back(quarantine)
    assert photos_of(drive) == before


def test_damaged_lines_and_lines_that_lead_elsewhere_are_passed_over(
    bring_back: BringBack, drive: Path, quarantine: Path
) -> None:
    outside = add(drive / "outside.jpg", b"a photo")
    manifest = manifest_of_one(quarantine)
    lines = manifest.read_bytes().splitlines()
    stray = lines[1].replace(b'"file": "one/gone/one.jpg"', b'"file": "../../outside.jpg"')
    assert stray != lines[1]
    manifest.write_bytes(b"\n".join([lines[1][:50], b"[]", b"\xff", stray, *lines]))
    assert len(quarantined_now(str(quarantine))) == 3
    bring_back(quarantine)
    assert outside.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *product(("file", "from", "stays"), (3, "", "a\0b")),
        *(pytest.param(name, "\ud800", marks=POSIX) for name in ("file", "from", "stays")),
        *product(("from_top",), (None, "a\0b")),
        *product(("holding",), (None, "a\0b")),
        *product(("bytes", "stays_bytes"), (-1, 1 << 63, 7.0, True, float("inf"), "7")),
        *product(("mtime_ns",), (10**9 << 63, -(10**9 << 64), None)),
        *product(("blake3", "stays_blake3"), ("", "00", "zz", 7)),
        *product(("evidence",), ("hearsay", None, [])),
    ],
)
def test_a_line_with_a_value_that_cannot_be_is_passed_over(
    bring_back: BringBack, quarantine: Path, name: str, value: object
) -> None:
    manifest = manifest_of_one(quarantine)
    first, *others = (json.loads(line) for line in manifest.read_bytes().splitlines() if line)
    lines = [json.dumps(line) for line in (first | {name: value}, *others)]
    manifest.write_text("\n".join(lines))
    assert len(quarantined_now(str(quarantine))) == 2
    assert len(bring_back(quarantine).done) == 2


@pytest.mark.parametrize("line", ["3", "[[1]]", '{"file": 3}', "[" * 100_000])
def test_a_line_that_is_something_else_is_passed_over(quarantine: Path, line: str) -> None:
    with manifest_of_one(quarantine).open("a") as file:
        file.write(line + "\n")
    assert len(quarantined_now(str(quarantine))) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_pipes_folders_and_links_named_like_manifests_are_ignored(quarantine: Path) -> None:
    os.mkfifo(quarantine / "a pipe.jsonl")
    (quarantine / "a folder.jsonl").mkdir()
    (quarantine / "a link.jsonl").symlink_to("/dev/zero")
    assert len(quarantined_now(str(quarantine))) == 3


def test_a_line_without_an_end_is_passed_over(quarantine: Path) -> None:
    manifest = manifest_of_one(quarantine)
    manifest.write_bytes(b"0" * (5 << 20) + b"\n" + manifest.read_bytes())
    assert len(quarantined_now(str(quarantine))) == 3


def test_a_manifest_that_is_too_large_is_named(
    quarantine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_module, "MOST_BYTES", 100)
    with pytest.raises(OSError, match="larger than 100 bytes, the most that is read"):
        quarantined_now(str(quarantine))


def test_of_two_lines_for_one_place_the_later_counts(quarantine: Path) -> None:
    manifest = manifest_of_one(quarantine)
    line = manifest.read_bytes().splitlines()[1]
    manifest.write_bytes(line.replace(b'"bytes": 7', b'"bytes": 8') + b"\n" + line)
    held: list[QuarantinedFile] = [
        one for one in quarantined_files(str(quarantine)) if one.path.endswith("one.jpg")
    ]
    assert [one.size_bytes for one in held] == [7]


def test_files_that_no_action_brings_back_are_counted(
    quarantine: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        restore_module, "possible_quarantine_folders", lambda _places: [str(quarantine)]
    )
    (own,) = quarantines(journal.set_aside_files())
    assert (own.files, own.strange) == (3, 0)
    (strange,) = quarantines(())
    assert (strange.files, strange.strange) == (3, 3)


def test_only_folders_that_are_there_are_listed(
    quarantine: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link"
    link.symlink_to(quarantine)
    looked_for = [str(quarantine), str(link), str(tmp_path / "none")]
    monkeypatch.setattr(restore_module, "possible_quarantine_folders", lambda _places: looked_for)
    assert [one.path for one in quarantines(journal.set_aside_files())] == [str(quarantine)]


def test_a_known_folder_on_a_drive_that_does_not_answer_is_listed_as_such(
    quarantine: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = threading.Event()
    listed = restore_module.quarantined_now

    def late(path: str) -> list[QuarantinedFile]:
        assert drive.wait(60)
        return listed(path)

    (tmp_path / "usual").mkdir()
    looked_for = [str(quarantine), str(tmp_path / "usual")]
    monkeypatch.setattr(restore_module, "possible_quarantine_folders", lambda _places: looked_for)
    monkeypatch.setattr(restore_module, "quarantined_now", late)
    monkeypatch.setattr(job, "PATIENCE_S", 0.01)
    (silent,) = quarantines(journal.set_aside_files())
    assert (silent.path, silent.files) == (str(quarantine), 0)
    assert silent.fault
    drive.set()


def test_the_journal_is_told(bring_back: BringBack, quarantine: Path, journal: Journal) -> None:
    journal.note_back(bring_back(quarantine, quarantine.parent / "one").done)
    assert [row.state for row in journal.steps(1)] == [StepState.UNDONE, StepState.DONE]


def test_stopped_between_two_files(quarantine: Path) -> None:
    context = JobContext()
    context.cancel()
    restored = restore(quarantined_now(str(quarantine)), context)
    assert (restored.cancelled, restored.done) == (True, ())
