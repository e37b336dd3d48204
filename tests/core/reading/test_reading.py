import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dupefinder.core import job, reading
from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import PARTS_BYTES, digest_parts_of
from dupefinder.core.decode.workers.pool import DecodePool
from dupefinder.core.decode.workers.task import DecodeBytes, DecodeOutcome, DecodeRequest, Reserve
from dupefinder.core.errors import Cancelled, CatalogNotWritable
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.reading import NO_CONTENT, Reading, moved_files, processes_pay, read_photos
from dupefinder.core.records import FoundFile, Problem, ProblemCode
from tests.core import odd_decoders
from tests.core.pictures import jpeg, textured

THREADS = 2


def as_told(
    data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
) -> DecodedPhoto:
    """Do what the file's first word says, and no more; fast."""
    if data.startswith(b"damaged"):
        raise DecodeFailed(ProblemCode.DAMAGED, "too odd")
    photo = odd_decoders.plain_photo(data[:20], digest)
    whole = not data.startswith(b"partly")
    return replace(
        photo,
        parts_digest=digest_parts_of(data),
        facts=replace(photo.facts, decodes_in_full=whole),
    )


@dataclass
class Room:
    """A folder, a catalog, and what was asked of the decoders."""

    folder: Path
    catalog: Catalog
    requests: list[DecodeRequest]
    limits: DecodeLimits
    decode: DecodeBytes = as_told
    used_processes: list[bool] = field(default_factory=list)

    def add(self, name: str, content: bytes, mtime_s: int = 1_000_000) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (mtime_s, mtime_s))
        return path

    def listed(self) -> list[FoundFile]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return [found(path) for path in paths]

    def read(
        self, files: list[FoundFile] | None = None, context: JobContext | None = None
    ) -> Reading:
        self.requests.clear()
        return read_photos(
            self.listed() if files is None else files,
            self.catalog,
            context or JobContext(),
            threads=THREADS,
            limits=self.limits,
        )

    def contents(self, result: Reading) -> dict[str, int]:
        names = [Path(file.path).relative_to(self.folder).as_posix() for file in self.listed()]
        return dict(zip(names, result.content_ids.tolist(), strict=True))

    def problems(self) -> dict[str, ProblemCode]:
        """Read once more, and say what is listed."""
        context = JobContext()
        self.read(context=context)
        return {Path(problem.path).name: problem.code for problem in context.problems}

    def asked(self) -> list[str]:
        return sorted(Path(request.path).name for request in self.requests)


def found(path: Path, volume_id: str = "uuid:a") -> FoundFile:
    status = path.lstat()
    below = path.relative_to(path.anchor).as_posix()
    return FoundFile(
        str(path), volume_id, below, status.st_size, status.st_mtime_ns, 1, 0, protected=False
    )


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    requests: list[DecodeRequest] = []

    class WatchedPool(DecodePool):
        def run(
            self,
            asked: Iterable[DecodeRequest],
            is_known: Callable[[bytes], bool],
            context: JobContext,
        ) -> Generator[DecodeOutcome, None, None]:
            def noted() -> Iterator[DecodeRequest]:
                for request in asked:
                    requests.append(request)
                    yield request

            return super().run(noted(), is_known, context)

    def pool(threads: int, limits: DecodeLimits, *, small_in_processes: bool) -> DecodePool:
        made.used_processes.append(small_in_processes)
        return WatchedPool(
            threads, limits, decode=made.decode, small_in_processes=small_in_processes
        )

    monkeypatch.setattr(reading, "DecodePool", pool)
    folder = tmp_path / "photos"
    folder.mkdir()
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        made = Room(folder, catalog, requests, DecodeLimits())
        yield made


# Known and unknown


def test_nothing_to_read(room: Room) -> None:
    result = room.read()
    assert (len(result.content_ids), result.from_catalog, result.decoded) == (0, 0, 0)


def test_everything_is_read_once_and_known_afterwards(room: Room) -> None:
    for number in range(300):
        room.add(f"{number}.jpg", b"photo %d" % number)
    cold = room.read()
    assert (cold.decoded, cold.read, cold.from_catalog) == (300, 300, 0)
    assert len(set(cold.content_ids.tolist())) == 300
    warm = room.read()
    assert (warm.decoded, warm.read, warm.from_catalog) == (0, 0, 300)
    assert np.array_equal(warm.content_ids, cold.content_ids)
    assert room.requests == []


def test_many_small_files_that_are_not_known_are_read_in_processes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MANY_SMALL_FILES", 20 * THREADS)
    monkeypatch.setattr(reading, "_LEAST_SMALL_FILES", 5)
    monkeypatch.setattr(reading, "SMALL_FILE_BYTES", 9)
    for number in range(19):
        room.add(f"{number}.jpg", b"photo %02d" % number)
    room.add("large.jpg", b"photo of ten bytes and more")
    assert room.read().decoded == 20
    room.read()
    for number in range(19, 39):
        room.add(f"{number}.jpg", b"photo %02d" % number)
    result = room.read()
    assert room.used_processes == [False, False, True]
    assert (result.decoded, result.from_catalog) == (20, 20)
    assert len(set(result.content_ids.tolist())) == 40


@pytest.mark.parametrize(
    ("small_files", "threads", "pay"),
    [
        (3999, 1, False),
        (1999, 2, False),
        (2000, 2, True),
        (1000, 4, True),
        (999, 16, False),
        (1000, 16, True),
    ],
)
def test_processes_pay_sooner_where_more_threads_would_wait_for_one_another(
    small_files: int, threads: int, pay: bool
) -> None:
    assert processes_pay(small_files, threads) is pay


def test_known_files_count_as_seen_by_the_running_scan(room: Room) -> None:
    room.add("a.jpg", b"one")
    room.catalog.start_scan([])
    room.read()
    second = room.catalog.start_scan([])
    room.read()
    assert room.requests == []
    assert room.catalog._all("SELECT seen_scan FROM files") == [(second,)]


def test_copies_share_a_content_and_one_is_decoded(room: Room) -> None:
    for name in ("a.jpg", "b.jpg", "c/d.jpg"):
        room.add(name, b"the same")
    result = room.read()
    assert (result.decoded, result.read) == (1, 3)
    assert len(set(result.content_ids.tolist())) == 1
    room.add("e.jpg", b"the same", mtime_s=5)
    later = room.read()
    assert (later.decoded, later.read, later.from_catalog) == (0, 1, 3)
    assert len(set(later.content_ids.tolist())) == 1


@pytest.mark.parametrize(
    ("content", "mtime_s"), [(b"photo B", 1_000_000), (b"photo A", 7), (b"longer", 1_000_000)]
)
def test_a_changed_file_is_read_anew(room: Room, content: bytes, mtime_s: int) -> None:
    room.add("a.jpg", b"photo A")
    before = room.read()
    room.add("a.jpg", content, mtime_s)
    after = room.read()
    if (content, mtime_s) == (b"photo B", 1_000_000):
        # Same size, same time: no program can know without reading.
        assert after.read == 0
    else:
        assert after.read == 1
        assert (after.content_ids == before.content_ids).all() == (content == b"photo A")


def test_two_volumes_do_not_mix(room: Room) -> None:
    path = room.add("a.jpg", b"photo A")
    room.read([found(path, "uuid:a")])
    assert room.read([found(path, "uuid:b")]).from_catalog == 0
    assert room.read([found(path, "uuid:b")]).from_catalog == 1


def test_files_read_by_an_older_version_are_read_anew(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.add("a.jpg", b"photo A")
    room.add("copy.jpg", b"photo A")
    before = room.read()
    monkeypatch.setattr(reading, "FINGERPRINT_VERSION", FINGERPRINT_VERSION + 1)
    after = room.read()
    assert (after.decoded, after.read, after.from_catalog) == (1, 2, 0)
    assert np.array_equal(after.content_ids, before.content_ids)
    assert room.read().from_catalog == 2


def test_undecodable_names(room: Room) -> None:
    try:
        room.add("undecodable\udcff.jpg", b"photo")
    except OSError:
        pytest.skip("this file system takes no name that is not valid text")
    assert room.read().decoded == 1
    assert room.read().from_catalog == 1


# Problems


def test_a_failing_file_is_remembered_until_it_changes(room: Room) -> None:
    room.add("bad.jpg", b"damaged")
    room.add("empty.jpg", b"")
    context = JobContext()
    cold = room.read(context=context)
    assert cold.content_ids.tolist() == [NO_CONTENT, NO_CONTENT]
    assert sorted(context.problems, key=str) == sorted(
        [
            Problem(str(room.folder / "bad.jpg"), ProblemCode.DAMAGED, "too odd"),
            Problem(str(room.folder / "empty.jpg"), ProblemCode.EMPTY, ""),
        ],
        key=str,
    )
    warm = JobContext()
    assert room.read(context=warm).from_catalog == 2
    assert room.requests == []
    assert sorted(warm.problems, key=str) == sorted(context.problems, key=str)
    room.add("bad.jpg", b"mended!", mtime_s=5)
    assert room.problems() == {"empty.jpg": ProblemCode.EMPTY}
    assert room.asked() == ["bad.jpg"]


def test_a_file_that_is_too_large_is_remembered(room: Room) -> None:
    room.limits = DecodeLimits(max_file_bytes=5)
    room.add("a.jpg", b"photo A")
    assert room.problems() == {"a.jpg": ProblemCode.TOO_LARGE}
    assert room.problems() == {"a.jpg": ProblemCode.TOO_LARGE}
    assert room.requests == []


def test_a_passing_problem_is_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = room.add("a.jpg", b"photo A")
    listed = [found(path)]
    path.rename(path.with_suffix(".away"))
    context = JobContext()
    assert room.read(listed, context).content_ids.tolist() == [NO_CONTENT]
    assert [problem.code for problem in context.problems] == [ProblemCode.VANISHED]
    path.with_suffix(".away").rename(path)
    result = room.read(listed)
    assert result.decoded == 1
    assert room.problems() == {}


@pytest.mark.parametrize(
    "code",
    [
        ProblemCode.NO_PERMISSION,
        ProblemCode.IN_USE,
        ProblemCode.VANISHED,
        ProblemCode.READ_ERROR,
        ProblemCode.CHANGED_WHILE_READ,
        ProblemCode.OUT_OF_MEMORY,
        ProblemCode.TIMED_OUT,
        ProblemCode.ONLINE_ONLY,
    ],
)
def test_passing_problems_are_tried_again(room: Room, code: ProblemCode) -> None:
    file = found(room.add("a.jpg", b"photo A"))
    row = FileRow(file.volume_id, file.relative_path, file.size_bytes, file.mtime_ns)
    room.catalog.record_files([row._replace(problem=code)])
    assert room.problems() == {}
    assert room.asked() == ["a.jpg"]


def test_a_partly_damaged_photo_is_kept_and_listed_every_time(room: Room) -> None:
    room.add("a.jpg", b"partly there")
    room.add("copy.jpg", b"partly there")
    expected = {"a.jpg": ProblemCode.PARTLY_DAMAGED, "copy.jpg": ProblemCode.PARTLY_DAMAGED}
    assert room.problems() == expected
    assert room.problems() == expected
    assert room.requests == []
    assert NO_CONTENT not in room.read().content_ids
    room.add("late copy.jpg", b"partly there")
    assert room.problems() == {**expected, "late copy.jpg": ProblemCode.PARTLY_DAMAGED}


# Moved files


def long_content(middle: bytes = b"") -> bytes:
    """Content with something between the parts that are digested."""
    content = bytearray(os.urandom(1) * (8 * PARTS_BYTES))
    content[: len(b"photo")] = b"photo"
    at = 5 * PARTS_BYTES + 100
    content[at : at + len(middle)] = middle
    return bytes(content)


def test_a_moved_file_is_known(room: Room) -> None:
    path = room.add("a.jpg", long_content())
    before = room.read()
    path.rename(room.folder / "b.jpg")
    after = room.read()
    assert (after.read, after.from_catalog) == (0, 1)
    assert np.array_equal(after.content_ids, before.content_ids)
    assert room.read().from_catalog == 1


def test_a_folder_may_move_as_a_whole(room: Room) -> None:
    for number in range(20):
        room.add(f"old/{number}.jpg", b"photo %02d" % number, mtime_s=number)
    before = room.read()
    (room.folder / "old").rename(room.folder / "new")
    after = room.read()
    assert (after.read, after.from_catalog) == (0, 20)
    assert np.array_equal(after.content_ids, before.content_ids)


def test_a_partly_damaged_file_is_listed_where_it_went(room: Room) -> None:
    path = room.add("a.jpg", b"partly there")
    room.read()
    path.rename(room.folder / "b.jpg")
    assert room.problems() == {"b.jpg": ProblemCode.PARTLY_DAMAGED}
    assert room.requests == []
    assert room.problems() == {"b.jpg": ProblemCode.PARTLY_DAMAGED}
    room.add("copy.jpg", b"partly there", mtime_s=5)
    expected = {"b.jpg": ProblemCode.PARTLY_DAMAGED, "copy.jpg": ProblemCode.PARTLY_DAMAGED}
    assert room.problems() == expected
    assert room.problems() == expected


def test_a_move_between_file_systems_may_round_the_time(room: Room) -> None:
    path = room.add("a.jpg", b"photo A", mtime_s=1_000_001)
    room.read()
    path.rename(room.folder / "b.jpg")
    os.utime(room.folder / "b.jpg", (1_000_002, 1_000_002))
    assert room.read().from_catalog == 1


def test_another_time_is_no_move(room: Room) -> None:
    path = room.add("a.jpg", b"photo A")
    room.read()
    path.unlink()
    room.add("b.jpg", b"photo A", mtime_s=1_000_005)
    result = room.read()
    assert (result.read, result.decoded) == (1, 0)


def test_a_copy_is_read_in_full(room: Room) -> None:
    content = long_content()
    room.add("a.jpg", content)
    room.read()
    room.add("b.jpg", content)
    assert room.read().read == 1


def test_a_rotten_copy_beside_its_original_is_another_content(room: Room) -> None:
    content = long_content()
    room.add("a.jpg", content)
    room.read()
    rotten = content[: 5 * PARTS_BYTES] + b"rot" + content[5 * PARTS_BYTES + 3 :]
    assert digest_parts_of(rotten) == digest_parts_of(content)
    room.add("b.jpg", rotten)
    contents = room.contents(room.read())
    assert contents["a.jpg"] != contents["b.jpg"]


def rotten_copy_of(content: bytes) -> bytes:
    rotten = bytearray(content)
    rotten[5 * PARTS_BYTES] ^= 1
    assert digest_parts_of(bytes(rotten)) == digest_parts_of(content)
    return bytes(rotten)


@pytest.mark.parametrize("mtime_s", [1_000_000, 5])
def test_a_rotten_copy_beside_its_moved_original_is_another_content(
    room: Room, mtime_s: int
) -> None:
    """The rotten copy comes first and would be taken for the file that moved."""
    content = long_content()
    path = room.add("old.jpg", content)
    room.read()
    path.unlink()
    room.add("a rotten.jpg", rotten_copy_of(content))
    room.add("b whole.jpg", content, mtime_s)
    contents = room.contents(room.read())
    assert contents["a rotten.jpg"] != contents["b whole.jpg"]


def test_a_rotten_copy_that_was_taken_for_the_original_is_found_out(room: Room) -> None:
    content = long_content()
    path = room.add("old.jpg", content)
    room.read()
    path.unlink()
    room.add("rotten.jpg", rotten_copy_of(content))
    assert room.read().from_catalog == 1
    room.add("old.jpg", content)  # restored, and known at its place
    result = room.read()
    contents = room.contents(result)
    assert contents["old.jpg"] != contents["rotten.jpg"]
    assert room.asked() == ["rotten.jpg"]
    assert (result.read, result.from_catalog) == (1, 1)
    again = room.read()
    assert room.contents(again) == contents
    assert room.requests == []


def test_a_moved_file_is_proven_once_a_copy_comes(room: Room) -> None:
    content = long_content()
    room.add("old.jpg", content).rename(room.folder / "new.jpg")
    room.read()
    (room.folder / "new.jpg").rename(room.folder / "newer.jpg")
    room.read()
    room.add("copy.jpg", content, mtime_s=5)
    progress: list[Progress] = []
    result = room.read(context=JobContext(progress.append))
    assert room.asked() == ["copy.jpg", "newer.jpg"]
    assert (result.decoded, len(set(result.content_ids.tolist()))) == (0, 1)
    assert progress[-1].done == progress[-1].total
    room.read()
    assert room.requests == []


def test_a_place_on_a_volume_that_is_not_at_hand_is_not_gone(room: Room) -> None:
    """A drive that is not scanned may hold the original of what looks moved."""
    content = long_content()
    path = room.add("a.jpg", content)
    room.read([found(path, "uuid:drive")])
    path.unlink()
    copy = room.add("b.jpg", content)
    assert room.read([found(copy, "uuid:a")]).read == 1


def test_a_path_through_a_link_says_nothing_of_the_volume(room: Room) -> None:
    content = long_content()
    path = room.add("a.jpg", content)
    room.read()
    path.rename(room.folder / "b.jpg")
    through_link = replace(found(room.folder / "b.jpg"), relative_path="elsewhere/b.jpg")
    assert room.read([through_link]).read == 1


def test_mount_points_that_are_none_are_not_believed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = long_content()
    path = room.add("a.jpg", content)
    room.read()
    path.rename(room.folder / "b.jpg")
    monkeypatch.setattr("os.path.ismount", lambda place: False)
    assert room.read().read == 1


@pytest.mark.parametrize(
    ("path", "relative_path", "expected"),
    [
        ("/mnt/stick/2020/a.jpg", "2020/a.jpg", {"/mnt/stick/"}),
        ("/a.jpg", "a.jpg", {"/"}),
        ("/home/link/a.jpg", "photos/a.jpg", set()),
        ("/a", "longer/than/the/path/a", set()),
        ("/mnt/u\udcff/a.jpg", "a.jpg", {"/mnt/u\udcff/"}),
    ],
)
def test_mount_points_follow_from_paths(
    monkeypatch: pytest.MonkeyPatch, path: str, relative_path: str, expected: set[str]
) -> None:
    monkeypatch.setattr("os.path.ismount", lambda place: True)
    monkeypatch.setattr("os.sep", "/")
    file = FoundFile(path, "v", relative_path, 1, 1, 1, 1, protected=False)
    assert moved_files._mount_points([file]).get("v", set()) == expected


# Interruptions


def test_cancelling_keeps_what_was_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BATCH_FILES", 10)
    monkeypatch.setattr(job, "REPORT_INTERVAL_S", 0)
    for number in range(200):
        room.add(f"{number:03}.jpg", b"photo %d" % number)

    def cancel_midway(progress: Progress) -> None:
        if progress.done == 25:
            context.cancel()

    context = JobContext(cancel_midway)
    with pytest.raises(Cancelled):
        room.read(context=context)
    kept = room.catalog.info().files
    assert 25 <= kept < 200
    after = room.read()
    assert (after.from_catalog, after.decoded) == (kept, 200 - kept)
    assert not any(request.shielded for request in room.requests)


@pytest.mark.parametrize("step", ["take_known", "find_moved"])
def test_cancelling_before_anything_is_read(
    room: Room, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = room.add("a.jpg", b"photo A")
    room.read()
    context = JobContext()
    if step == "take_known":
        context.cancel()
    else:
        path.rename(room.folder / "b.jpg")
        sizes = room.catalog.known_sizes

        def cancelled_sizes() -> set[int]:
            context.cancel()
            return sizes()

        monkeypatch.setattr(room.catalog, "known_sizes", cancelled_sizes)
    with pytest.raises(Cancelled):
        room.read(context=context)
    assert room.requests == []


def test_pausing_and_going_on(room: Room) -> None:
    for number in range(50):
        room.add(f"{number:03}.jpg", b"photo %d" % number)
    paused = threading.Event()

    def pause(progress: Progress) -> None:
        if progress.phase == "decode" and not paused.is_set():
            context.pause()
            paused.set()

    def resume() -> None:
        paused.wait()
        assert context.paused
        context.resume()

    context = JobContext(pause)
    resumer = threading.Thread(target=resume)
    resumer.start()
    assert room.read(context=context).decoded == 50
    resumer.join()


def test_a_failure_midway_keeps_what_was_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any error between two batches."""
    monkeypatch.setattr(reading, "_BATCH_FILES", 10)
    for number in range(40):
        room.add(f"{number:03}.jpg", b"photo %d" % number)
    batches = 0
    keep = reading._Reader._keep

    def failing(reader: Any, batch: Any) -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise ZeroDivisionError("a bug")
        keep(reader, batch)

    monkeypatch.setattr(reading._Reader, "_keep", failing)
    with pytest.raises(ZeroDivisionError) as failed:
        room.read()
    # Although the error still holds every frame that it came through.
    assert not [thread for thread in threading.enumerate() if thread.name == "decode"]
    assert failed.traceback
    assert batches == 3
    assert room.catalog.info().files == 20
    after = room.read()
    assert (after.from_catalog, after.decoded) == (20, 20)


def test_a_full_disk_is_told_and_leaves_a_usable_catalog(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BATCH_FILES", 10)
    for number in range(40):
        room.add(f"{number:03}.jpg", b"photo %d" % number)
    record = room.catalog.record_files
    full = CatalogNotWritable(room.folder, "disk full")
    calls = 0

    def failing(rows: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:  # the first is for moved files
            raise full
        record(rows)

    monkeypatch.setattr(room.catalog, "record_files", failing)
    context = JobContext()
    with pytest.raises(CatalogNotWritable):
        room.read(context=context)
    monkeypatch.setattr(room.catalog, "record_files", record)
    assert room.catalog.info().files == 10
    assert room.catalog.info().contents == 10  # no content without its file
    after = room.read()
    assert (after.from_catalog, after.decoded) == (10, 30)


def test_a_killed_scan_goes_on_and_shields_what_was_in_flight(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalog's file as it lies on the disk at some moment is what a crash leaves."""
    room.decode = odd_decoders.obedient
    monkeypatch.setattr(reading, "_BATCH_FILES", 10)
    for number in range(60):
        room.add(f"{number:03}.jpg", b"photo %d" % number)
    left = tmp_path / "left"
    keep = reading._Reader._keep

    def copied(reader: Any, batch: Any) -> None:
        if room.catalog.info().files == 20 and not left.exists():
            left.mkdir()
            for path in tmp_path.glob("catalog.sqlite*"):
                shutil.copy(path, left)
        keep(reader, batch)

    monkeypatch.setattr(reading._Reader, "_keep", copied)
    room.read()
    room.catalog.close()
    with Catalog.open(left / "catalog.sqlite") as catalog:
        room.catalog = catalog
        result = room.read()
        assert (result.from_catalog, result.decoded) == (20, 40)
        assert len(room.requests) == 40
        assert any(request.shielded for request in room.requests)
        assert room.read().from_catalog == 60


# The shield


def test_a_hanging_file_is_tried_once_more_behind_the_shield(room: Room) -> None:
    room.decode = odd_decoders.obedient
    room.limits = DecodeLimits(timeout_s=0.3)
    room.add("good.jpg", b"photo")
    room.add("hangs.jpg", b"hang-in-thread")
    odd_decoders.release_threads.clear()
    try:
        context = JobContext()
        result = room.read(context=context)
    finally:
        odd_decoders.release_threads.set()
    assert NO_CONTENT not in result.content_ids
    assert context.problems == []
    shielded = [Path(one.path).name for one in room.requests if one.shielded]
    assert shielded == ["hangs.jpg"]
    assert room.read().from_catalog == 2


def test_a_crash_behind_the_shield_is_remembered(room: Room) -> None:
    room.decode = odd_decoders.obedient
    file = found(room.add("crashes.jpg", b"abort"))
    room.catalog.mark_in_flight([file])
    assert room.problems() == {"crashes.jpg": ProblemCode.DECODER_CRASHED}
    assert [request.shielded for request in room.requests] == [True]
    assert room.problems() == {"crashes.jpg": ProblemCode.DECODER_CRASHED}
    assert room.requests == []


def test_a_suspect_that_changed_is_no_suspect_any_more(room: Room) -> None:
    room.catalog.mark_in_flight([found(room.add("a.jpg", b"photo A"))])
    room.add("a.jpg", b"photo B, longer")
    assert room.problems() == {}
    assert [request.shielded for request in room.requests] == [False]


# Fingerprints


def test_no_photos_have_no_fingerprints() -> None:
    assert fingerprints_of([]) == []


def test_fingerprints_do_not_depend_on_the_batch() -> None:
    photos = [decode_bytes(jpeg(textured(64, 48, seed)), "", DecodeLimits()) for seed in range(3)]
    together = fingerprints_of(photos)
    for photo, expected in zip(photos, together, strict=True):
        (alone,) = fingerprints_of([photo])
        assert alone.keys() == expected.keys()
        for kind, words in alone.items():
            assert np.array_equal(words, expected[kind])
