"""Pairs are looked at ahead of their turn, and nothing is believed that may have changed since."""

import mmap
import os
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.checks import look_ahead, preflight
from dupefinder.actions.checks.look_ahead import LEAST_STEPS, LookAhead
from dupefinder.actions.checks.renewed_proof import prove
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal, JournalNotWritable
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import JournalStep, Outcome, SkipCode, Step, StepState
from dupefinder.actions.trash.freedesktop import FreedesktopTrash
from dupefinder.actions.undo import undo
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.killing import wait_for_all
from tests.actions.removals import add, files_below, in_trash, infos, plan, planned, step
from tests.core.pictures import jpeg, textured

WAIT_LIMIT_S = 30.0
COUNT = LEAST_STEPS + 4
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")

IN_GROUPS = pytest.mark.skipif(
    sys.platform == "win32", reason="the system's trash is given one photo after the other there"
)


@pytest.fixture(autouse=True)
def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local drive, on which the files of a test count as written long ago."""
    volume = Volume("drive", str(tmp_path), None, "ext4")
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: volume)
    monkeypatch.setattr(look_ahead, "CLOCK_TICK_NS", 0)


@pytest.fixture
def steps(tmp_path: Path) -> list[Step]:
    return [twins(tmp_path / "photos", number) for number in range(COUNT)]


@pytest.fixture
def all_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all be looked at before the first goes."""
    monkeypatch.setattr(LookAhead, "wait_for", wait_for_all)


def twins(photos: Path, number: int) -> Step:
    content = b"photo %03d" % number
    # All have one name, as those of several cameras have.
    gone, kept = (photos / place / str(number) / "IMG_1.jpg" for place in ("gone", "kept"))
    return step(add(gone, content), add(kept, content))


class Watched(FreedesktopTrash):
    """Does something before the first photo goes; counts how often each file was read."""

    def __init__(self, first: Callable[[], object]) -> None:
        super().__init__()
        self._first: Callable[[], object] | None = first

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        if self._first is not None:
            self._first()
            self._first = None
        super().carry_out(step, expected)


def act(steps: list[Step], journal: Journal, first: Callable[[], object]) -> Outcome:
    return execute(plan(*steps), journal, JobContext(), Watched(first))


def nothing() -> None:
    """Nothing happens meanwhile."""


@IN_GROUPS
@pytest.mark.usefixtures("all_ahead")
def test_a_group_ends_as_one_after_the_other_does(
    steps: list[Step], journal: Journal, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = Path(steps[3].survivor.path)
    content = spoilt.read_bytes()
    spoilt.write_bytes(content[::-1])
    ends = []
    for least in (LEAST_STEPS, COUNT + 1):
        monkeypatch.setattr(look_ahead, "LEAST_STEPS", least)
        outcome = act(steps, journal, nothing)
        rows = journal.steps(outcome.action_id)
        ends.append(
            (
                [replace(row, step_id=0) for row in rows],
                (outcome.done, outcome.skipped, outcome.done_bytes),
                in_trash(trash_path),
                infos(trash_path),
            )
        )
        undo(outcome.action_id, journal, JobContext())
    assert ends[0] == ends[1]
    (rows, (done, skipped, _), _, _) = ends[0]
    assert [row.path for row in rows] == [one.victim.path for one in steps]
    assert len(done) == COUNT - 1
    assert [one.code for one in skipped] == [SkipCode.SURVIVOR_CHANGED]
    assert len(files_below(spoilt.parents[2])) == 2 * COUNT


@ON_LINUX
@pytest.mark.usefixtures("all_ahead")
def test_files_read_ahead_are_not_read_again(
    steps: list[Step], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("it was just read")

    monkeypatch.setattr(preflight, "blake3", refuse)
    assert len(act(steps, journal, nothing).done) == COUNT


def rewritten(path: str) -> None:
    """Other bytes, and the time of before."""
    status, file = os.stat(path), Path(path)
    file.write_bytes(file.read_bytes()[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def another_in_its_place(path: str) -> None:
    aside = path + ".aside"
    shutil.copy2(path, aside)
    rewritten(aside)
    os.replace(aside, path)


def other_folder_in_its_place(path: str) -> None:
    """The file itself is not touched at all."""
    folder = os.path.dirname(path)
    shutil.copytree(folder, folder + ".copy")
    rewritten(os.path.join(folder + ".copy", os.path.basename(path)))
    os.rename(folder, folder + ".before")
    os.rename(folder + ".copy", folder)


def gone(path: str) -> None:
    os.unlink(path)


def linked(path: str) -> None:
    os.rename(path, path + ".aside")
    os.symlink(path + ".aside", path)


@pytest.mark.usefixtures("all_ahead")
@pytest.mark.parametrize(
    "harm", [rewritten, another_in_its_place, other_folder_in_its_place, gone, linked]
)
@pytest.mark.parametrize("which", ["victim", "survivor"])
def test_a_file_that_changes_between_the_look_and_the_act(
    steps: list[Step],
    journal: Journal,
    trash_path: Path,
    harm: Callable[[str], None],
    which: str,
) -> None:
    """Its photo stays, all others go, in a group that was written down before."""
    bad = steps[COUNT // 2]
    path = getattr(bad, which).path
    outcome = act(steps, journal, lambda: harm(path))
    assert outcome.done == tuple(one.victim.path for one in steps if one is not bad)
    (skipped,) = outcome.skipped
    codes = {
        "victim": {SkipCode.CHANGED, SkipCode.VANISHED, SkipCode.NOT_A_REGULAR_FILE},
        "survivor": {
            *(SkipCode.SURVIVOR_CHANGED, SkipCode.SURVIVOR_VANISHED),
            SkipCode.NOT_A_REGULAR_FILE,
        },
    }
    assert skipped.path == bad.victim.path
    assert skipped.code in codes[which]
    assert journal.unsettled() == []
    assert [row.path for row in journal.steps(1)] == [one.victim.path for one in steps]
    assert len(in_trash(trash_path)) == len(infos(trash_path)) == COUNT - 1


@IN_GROUPS
@pytest.mark.usefixtures("all_ahead")
def test_a_touched_file_is_read_again_and_goes(steps: list[Step], journal: Journal) -> None:
    """Times are no reason to leave a photo, and the journal has the one that it had at last."""
    path = steps[5].victim.path
    outcome = act(steps, journal, lambda: os.utime(path, ns=(7, 7)))
    assert len(outcome.done) == COUNT
    assert journal.steps(1)[5].mtime_ns == 7


@ON_LINUX
@pytest.mark.usefixtures("all_ahead")
def test_writes_through_mapped_memory_are_noticed(steps: list[Step], journal: Journal) -> None:
    """Such a write, into a page that was written before, need not set any time."""
    bad = steps[COUNT // 2]
    with open(bad.survivor.path, "r+b") as file, mmap.mmap(file.fileno(), 0) as pages:
        pages[0] = ord("p")  # as it was; from here on the page can be written

        def write() -> None:
            pages[0] = ord("P")

        outcome = act(steps, journal, write)
    assert [one.code for one in outcome.skipped] == [SkipCode.SURVIVOR_CHANGED]
    assert Path(bad.victim.path).exists()


@ON_LINUX
def test_only_what_would_show_a_change_counts_as_just_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(add(tmp_path / "a.jpg", b"a photo"))
    assert look_ahead._is_sure(path, VolumeTable())
    with open(path, "r+b"):
        assert not look_ahead._is_sure(path, VolumeTable())
    monkeypatch.setattr(look_ahead, "CLOCK_TICK_NS", 10**18)
    assert not look_ahead._is_sure(path, VolumeTable())  # the clock may not have ticked since
    monkeypatch.setattr(look_ahead, "CLOCK_TICK_NS", 0)
    for file_system in ("vfat", "nfs4", "fuse", ""):
        volume = Volume("drive", str(tmp_path), None, file_system)
        monkeypatch.setattr(VolumeTable, "volume_of", lambda *_, volume=volume: volume)
        assert not look_ahead._is_sure(path, VolumeTable())


@ON_LINUX
@pytest.mark.usefixtures("all_ahead")
def test_a_look_does_not_last(
    steps: list[Step], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it the files are read again: here each has other bytes than it had for the look."""
    monkeypatch.setattr(look_ahead, "_LASTS_S", -1.0)
    read = []
    digest = blake3

    def digest_and_count() -> object:
        read.append(1)
        return digest()

    monkeypatch.setattr(preflight, "blake3", digest_and_count)
    assert len(act(steps, journal, nothing).done) == COUNT
    assert len(read) == 2 * COUNT


@IN_GROUPS
@pytest.mark.usefixtures("all_ahead")
def test_intents_are_on_the_disk_before_the_first_photo_goes(
    steps: list[Step], journal: Journal, trash_path: Path
) -> None:
    seen: list[JournalStep] = []
    names: list[set[str]] = []

    def look() -> None:
        seen.extend(journal.unsettled())
        names.append(infos(trash_path))

    act(steps, journal, look)
    assert [row.path for row in seen] == [one.victim.path for one in steps]
    # Photos of one name have places of their own.
    assert len({row.place for row in seen}) == COUNT
    assert len(names[0]) == COUNT
    assert len(in_trash(trash_path)) == COUNT


@pytest.mark.usefixtures("all_ahead")
def test_stopped_amid_a_group(steps: list[Step], journal: Journal, trash_path: Path) -> None:
    """The rest is untouched, and nothing says that it was to be touched."""
    context = JobContext()
    outcome = execute(plan(*steps), journal, context, Watched(context.cancel))
    assert outcome.cancelled
    assert outcome.done == (steps[0].victim.path,)
    assert [row.state for row in journal.steps(1)] == [StepState.DONE]
    assert len(in_trash(trash_path)) == len(infos(trash_path)) == 1
    assert journal.actions()[0].finished_ns is not None


def test_stopped_while_a_drive_does_not_answer(
    steps: list[Step], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer, ended = threading.Event(), threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        asked.set()
        answer.wait(WAIT_LIMIT_S)

    monkeypatch.setattr(look_ahead, "_status_read", hang)
    monkeypatch.setattr(look_ahead, "_END_S", 0.0)
    context = JobContext()

    def stop() -> None:
        asked.wait(WAIT_LIMIT_S)
        context.cancel()
        if not ended.wait(WAIT_LIMIT_S / 2):
            answer.set()  # the test has failed by then, and ends

    stopping = threading.Thread(target=stop)
    stopping.start()
    outcome = execute(plan(*steps), journal, context)
    was_hanging = not answer.is_set()
    ended.set()
    answer.set()
    stopping.join(WAIT_LIMIT_S)
    for thread in threading.enumerate():
        if thread.name.startswith("look ahead"):
            thread.join(WAIT_LIMIT_S)
    assert was_hanging
    assert (outcome.cancelled, outcome.done, journal.steps(1)) == (True, (), [])


@IN_GROUPS
@pytest.mark.usefixtures("all_ahead")
def test_a_journal_that_fails_at_the_end_of_a_group_tells_what_was_done(
    steps: list[Step], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each was written down before, so the next start finds them all."""
    with monkeypatch.context() as failing:

        def fail(*_: object, **__: object) -> None:
            raise JournalNotWritable(journal.path, "the disk is full")

        failing.setattr(journal, "update", fail)
        with pytest.raises(JournalNotWritable) as raised:
            act(steps, journal, nothing)
    so_far = raised.value.so_far
    assert so_far is not None
    assert so_far.done == tuple(one.victim.path for one in steps)
    assert len(reconcile(journal)) == COUNT
    assert {row.state for row in journal.steps(1)} == {StepState.DONE}
    assert len(undo(1, journal, JobContext()).done) == COUNT


def test_a_survivor_that_goes_by_another_step_is_not_read_ahead(
    tmp_path: Path, journal: Journal
) -> None:
    """A plan made by hand leaves at least one copy of each, too."""
    copies = [add(tmp_path / "photos" / f"{n}.jpg", b"a photo") for n in range(LEAST_STEPS)]
    around = [step(one, other) for one, other in zip(copies, [*copies[1:], copies[0]], strict=True)]
    outcome = act(around, journal, nothing)
    assert outcome.done == tuple(str(one) for one in copies[::2])
    assert {one.code for one in outcome.skipped} == {SkipCode.SURVIVOR_GOES_TOO}


def test_re_encoded_copies_are_proved_ahead(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose survivor is exchanged meanwhile for a photo of its size stays."""
    monkeypatch.setattr(LookAhead, "wait_for", wait_for_all)
    proved: list[Step] = []

    def prove_here(step: Step, *rest: object, **more: object) -> object:
        proved.append(step)
        return prove(step, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(preflight, "prove", prove_here)
    steps = []
    for number in range(LEAST_STEPS):
        picture = textured(seed=number)
        kept = add(tmp_path / "photos" / "kept" / f"{number}.jpg", jpeg(picture, quality=95))
        copy = add(tmp_path / "photos" / "gone" / f"{number}.jpg", jpeg(picture, quality=80))
        steps.append(Step(planned(copy), planned(kept), Evidence.RE_ENCODED))
    bad = steps[2]
    outcome = act(steps, journal, lambda: rewritten(bad.survivor.path))
    assert outcome.done == tuple(one.victim.path for one in steps if one is not bad)
    assert [one.code for one in outcome.skipped] == [SkipCode.SURVIVOR_CHANGED]
    # Nothing was decoded again in this process: the proofs were there.
    assert proved in ([], [bad])


def test_a_look_at_what_is_not_as_planned_says_nothing(steps: list[Step]) -> None:
    one = steps[0]
    rewritten(one.survivor.path)
    assert look_ahead._status_read(one.survivor) is None


def test_steps_of_one_survivor_are_taken_together(steps: list[Step]) -> None:
    first, second, third = steps[:3]
    many = [replace(first, survivor=second.survivor)] * 9
    places = [*look_ahead._runs([first, *many, third, first])]
    assert [(run.start, run.stop) for run in places] == [
        (0, 1),
        (1, 9),
        (9, 10),
        (10, 11),
        (11, 12),
    ]


def test_no_thread_and_no_process_is_left(steps: list[Step]) -> None:
    with LookAhead(steps, DecodeLimits()) as ahead:
        ahead.wait_for(0, JobContext())
    assert not [one for one in threading.enumerate() if one.name.startswith("look ahead")]


def test_times_in_whole_seconds_wait_for_the_end_of_the_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(look_ahead, "CLOCK_TICK_NS", 20_000_000)
    now_ns = 1_700_000_010_500_000_000
    whole_ns = now_ns // 10**9 * 10**9
    assert look_ahead._is_past(now_ns - 30_000_000, now_ns)
    assert not look_ahead._is_past(now_ns - 10_000_000, now_ns)
    # A change in the rest of this second would be given the same time.
    assert not look_ahead._is_past(whole_ns, now_ns)
    assert look_ahead._is_past(whole_ns - 10**9, now_ns)
    assert not look_ahead._is_past(-1, now_ns)
