import math
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain, cycle
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_file
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.limits import MemoryBudget
from dupefinder.core.decode.workers.pool import DecodePool
from dupefinder.core.decode.workers.process import BatchProcess
from dupefinder.core.decode.workers.task import (
    DecodeBytes,
    DecodeOutcome,
    DecodeRequest,
    DecodeTask,
    Reserve,
)
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import ProblemCode
from tests.core.odd_decoders import ABORTED, obedient, plain_photo, release_threads

LIMITS = DecodeLimits()
CHECKOUT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert [thread for thread in threading.enumerate() if thread.name == "decode"] == []


def requests_for(folder: Path, contents: Sequence[bytes | None]) -> list[DecodeRequest]:
    """Write files; None is one that has vanished since it was listed."""
    requests = []
    for key, content in enumerate(contents):
        path = folder / f"{key}.jpg"
        if content is not None:
            path.write_bytes(content)
        size_bytes = 9 if content is None else len(content)
        requests.append(DecodeRequest(key, str(path), size_bytes, mtime_ns=77))
    return requests


def nothing_known(digest: bytes) -> bool:
    return False


def run(
    requests: Sequence[DecodeRequest],
    decode: DecodeBytes = obedient,
    threads: int = 2,
    limits: DecodeLimits = LIMITS,
    is_known: Callable[[bytes], bool] = nothing_known,
    memory_budget_bytes: int = 512 << 20,
    small_in_processes: bool = False,
) -> list[DecodeOutcome]:
    pool = DecodePool(threads, limits, memory_budget_bytes, decode, small_in_processes)
    return list(pool.run(requests, is_known, JobContext()))


def counting(decoded: list[bytes], decode: DecodeBytes = obedient) -> DecodeBytes:
    """Wrap a decoder so that it notes the contents that it decodes."""

    def decode_and_note(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        decoded.append(data)
        return decode(data, path, limits, digest, reserve)

    return decode_and_note


def write_jpeg(path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    coarse.resize((320, 240)).save(path, "JPEG")


def assert_same_photo(one: DecodedPhoto | None, other: DecodedPhoto) -> None:
    assert one is not None
    for field in fields(other):
        np.testing.assert_equal(getattr(one, field.name), getattr(other, field.name), field.name)


# What an outcome says


def test_a_photo_comes_with_what_was_read(tmp_path: Path) -> None:
    (request,) = requests_for(tmp_path, [b"a photo"])
    os.utime(request.path, ns=(1, 1_234_567_000))
    (outcome,) = run([request])
    assert outcome.key == 0
    assert (outcome.size_bytes, outcome.mtime_ns) == (7, 1_234_567_000)
    assert outcome.digest == blake3(b"a photo").digest()
    assert outcome.photo is not None
    assert outcome.photo.thumbnail_jpeg == b"a photo"
    assert (outcome.problem, outcome.needs_shield) == (None, False)


def test_an_unreadable_file_keeps_its_listed_size_and_time(tmp_path: Path) -> None:
    (outcome,) = run(requests_for(tmp_path, [None]))
    assert (outcome.size_bytes, outcome.mtime_ns) == (9, 77)
    assert (outcome.digest, outcome.photo) == (None, None)
    assert outcome.problem == (ProblemCode.VANISHED, "")
    assert not outcome.needs_shield


def test_an_undecodable_file_comes_with_its_digests(tmp_path: Path) -> None:
    (outcome,) = run(requests_for(tmp_path, [b"fail"]))
    assert outcome.digest == blake3(b"fail").digest()
    assert outcome.photo is None
    assert outcome.problem == (ProblemCode.DAMAGED, "too odd: é")
    assert not outcome.needs_shield


def test_photos_are_those_that_decode_file_gives(tmp_path: Path) -> None:
    requests = []
    for key in range(8):
        path = tmp_path / f"{key}.jpg"
        write_jpeg(path, key)
        requests.append(DecodeRequest(key, str(path), path.stat().st_size, shielded=key % 4 == 3))
    outcomes = list(DecodePool(2, LIMITS).run(requests, nothing_known, JobContext()))
    assert sorted(outcome.key for outcome in outcomes) == list(range(8))
    for outcome in outcomes:
        assert_same_photo(outcome.photo, decode_file(requests[outcome.key].path, LIMITS))


@pytest.mark.parametrize(
    ("threads", "small_in_processes"), [(1, True), (2, True), (1, False), (8, False), (9, True)]
)
def test_the_outcomes_do_not_depend_on_the_threads(
    tmp_path: Path, threads: int, small_in_processes: bool
) -> None:
    contents = [
        None if number % 10 == 9 else b"fail %d" % (number % 7) if number % 5 == 0
        else b"" if number % 11 == 0 else b"photo %d" % (number % 23)
        for number in range(300)
    ]  # fmt: skip
    requests = requests_for(tmp_path, contents)
    outcomes = run(requests, threads=threads, small_in_processes=small_in_processes)
    assert sorted(outcome.key for outcome in outcomes) == list(range(300))
    for outcome in outcomes:
        content = contents[outcome.key]
        expected = (
            (None, (ProblemCode.VANISHED, "")) if content is None
            else (None, (ProblemCode.EMPTY, "")) if not content
            else (blake3(content).digest(), (ProblemCode.DAMAGED, "too odd: é"))
            if content.startswith(b"fail")
            else (blake3(content).digest(), None)
        )  # fmt: skip
        assert (outcome.digest, outcome.problem) == expected
        assert not outcome.needs_shield
    photos = Counter(outcome.digest for outcome in outcomes if outcome.photo is not None)
    good = {blake3(c).digest() for c in contents if c and c.startswith(b"photo")}
    assert photos == Counter(good)


def test_no_requests_no_outcomes() -> None:
    assert run([]) == []


# Copies


def test_copies_are_decoded_once(tmp_path: Path) -> None:
    decoded: list[bytes] = []
    contents = [b"one", b"two", b"one", b"one", b"two"] * 20
    outcomes = run(requests_for(tmp_path, contents), counting(decoded), threads=8)
    assert sorted(decoded) == [b"one", b"two"]
    assert len(outcomes) == 100
    seen: set[bytes | None] = set()
    for outcome in outcomes:
        assert (outcome.photo is not None) == (outcome.digest not in seen)
        seen.add(outcome.digest)


def test_known_contents_are_not_decoded(tmp_path: Path) -> None:
    decoded: list[bytes] = []
    known = {blake3(b"known").digest()}
    outcomes = run(
        requests_for(tmp_path, [b"known", b"new", b"known"]),
        counting(decoded),
        is_known=known.__contains__,
    )
    assert decoded == [b"new"]
    by_key = {outcome.key: outcome for outcome in outcomes}
    for key in (0, 2):
        assert by_key[key].digest in known
        assert by_key[key].photo is None
        assert by_key[key].problem is None


@pytest.mark.parametrize("problem", [None, (ProblemCode.DAMAGED, "broken")])
def test_a_copy_waits_for_what_it_is_a_copy_of(
    tmp_path: Path, problem: tuple[ProblemCode, str] | None
) -> None:
    # Of two threads one is in the decoder with the original; by the time the other decodes
    # the last file, it is through with the copies.
    copies_are_read = threading.Event()
    originals = []

    def decode(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        if data == b"last":
            copies_are_read.set()
        else:
            originals.append(path)
            assert copies_are_read.wait(60)
            if problem is not None:
                raise DecodeFailed(*problem)
        return plain_photo(data, digest)

    requests = requests_for(tmp_path, [b"same", b"same", b"same", b"last"])
    outcomes = run(requests, decode)
    (original,) = originals
    paths = [requests[outcome.key].path for outcome in outcomes if outcome.key != 3]
    assert paths[0] == original
    assert len(paths) == 3
    for outcome in outcomes:
        if outcome.key != 3:
            assert outcome.problem == problem
            assert outcome.digest == blake3(b"same").digest()


def test_copies_of_what_failed_fail_alike(tmp_path: Path) -> None:
    decoded: list[bytes] = []
    # The copies come long after the original has been yielded.
    contents = [b"fail"] + [b"photo %d" % number for number in range(300)] + [b"fail"] * 3
    outcomes = run(requests_for(tmp_path, contents), counting(decoded), threads=1)
    assert decoded.count(b"fail") == 1
    failed = [outcome for outcome in outcomes if outcome.problem is not None]
    assert [outcome.key for outcome in failed] == [0, 301, 302, 303]
    assert {outcome.problem for outcome in failed} == {(ProblemCode.DAMAGED, "too odd: é")}
    # Also where the caller has noted the digest as known in the meantime.
    seen: set[bytes | None] = set()
    requests = requests_for(tmp_path, contents)
    for outcome in DecodePool(1, LIMITS, decode=obedient).run(
        requests, seen.__contains__, JobContext()
    ):
        seen.add(outcome.digest)
        assert (outcome.problem is not None) == (contents[outcome.key] == b"fail")


# Time


class Stuck:
    """A decoder that hangs at the content "hang" until it is released."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.threads: list[threading.Thread] = []

    def decode(
        self, data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        if data == b"hang":
            reserve(1 << 40)  # all there is
            self.threads.append(threading.current_thread())
            assert self.release.wait(60)
        elif data == b"after":
            self.let_go()  # while the run is still going on
        return plain_photo(data, digest)

    def let_go(self) -> None:
        self.release.set()
        for thread in self.threads:
            thread.join(60)


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    decoder = Stuck()
    yield decoder
    decoder.let_go()


SOON = DecodeLimits(timeout_s=0.5)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_file_that_hangs_is_given_up_and_the_others_go_on(
    tmp_path: Path, stuck: Stuck, threads: int
) -> None:
    requests = requests_for(tmp_path, [b"hang", b"one", b"two", b"three"])
    outcomes = {o.key: o for o in run(requests, stuck.decode, threads, SOON)}
    assert outcomes[0].problem == (ProblemCode.TIMED_OUT, "0.5 s")
    assert outcomes[0].needs_shield  # the others went on though it keeps all the memory
    assert outcomes[0].photo is None
    assert outcomes[0].digest == blake3(b"hang").digest()
    for key in (1, 2, 3):
        assert outcomes[key].photo is not None
        assert not outcomes[key].needs_shield
    assert len(stuck.threads) == 1
    assert stuck.threads[0].is_alive()
    assert stuck.threads[0].daemon


def test_late_results_are_dropped(tmp_path: Path, stuck: Stuck) -> None:
    requests = requests_for(tmp_path, [b"hang", b"after", b"one"])
    outcomes = run(requests, stuck.decode, 1, SOON)
    assert [outcome.key for outcome in outcomes] == [0, 1, 2]
    assert outcomes[0].photo is None


def test_copies_of_what_hangs_are_given_up_too(tmp_path: Path, stuck: Stuck) -> None:
    requests = requests_for(tmp_path, [b"hang"] * 4 + [b"one"])
    outcomes = run(requests, stuck.decode, 2, SOON)
    assert len(stuck.threads) == 1
    for outcome in outcomes:
        assert outcome.needs_shield == (outcome.key != 4)
        expected = None if outcome.key == 4 else (ProblemCode.TIMED_OUT, "0.5 s")
        assert outcome.problem == expected


def test_waiting_for_memory_does_not_count_as_hanging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = []

    class SlowBudget(MemoryBudget):
        def reserve(self, holder: Hashable, needed_bytes: int, kept_bytes: int = 0) -> None:
            assert isinstance(holder, DecodeTask)
            late.append(holder.give_up_if_late(math.inf))
            super().reserve(holder, needed_bytes, kept_bytes)

    monkeypatch.setattr("dupefinder.core.decode.workers.pool.MemoryBudget", SlowBudget)
    (outcome,) = run(requests_for(tmp_path, [b"reserve"]))
    assert outcome.photo is not None
    assert late == [False, False]  # before it is read, and before it is decoded


def test_a_read_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: Stuck
) -> None:
    def read(path: str, limits: DecodeLimits) -> tuple[bytes, int, int]:
        if path.endswith("0.jpg"):
            stuck.threads.append(threading.current_thread())
            assert stuck.release.wait(60)
        return read_whole(path, limits)

    monkeypatch.setattr("dupefinder.core.decode.workers.task.read_whole", read)
    # The last file has the content of the first, whose thread is freed while the run goes on:
    # it must not take the content for its own.
    requests = requests_for(tmp_path, [b"same", b"after", b"same"])
    outcomes = run(requests, stuck.decode, 1, SOON)
    assert [outcome.key for outcome in outcomes] == [0, 1, 2]
    assert outcomes[0].problem is not None
    assert outcomes[0].problem[0] is ProblemCode.TIMED_OUT
    assert (outcomes[0].size_bytes, outcomes[0].mtime_ns) == (4, 77)
    assert outcomes[0].digest is None
    assert outcomes[2].photo is not None


def test_a_thread_that_hangs_does_not_keep_the_program_from_ending(tmp_path: Path) -> None:
    (request,) = requests_for(tmp_path, [b"hang"])
    code = (
        "import sys\n"
        "from dupefinder.core.decode import DecodeLimits\n"
        "from dupefinder.core.decode.workers.pool import DecodePool\n"
        "from dupefinder.core.decode.workers.task import DecodeRequest\n"
        "from dupefinder.core.job import JobContext\n"
        "from tests.core.odd_decoders import obedient\n"
        "pool = DecodePool(1, DecodeLimits(timeout_s=0.5), decode=obedient)\n"
        "request = DecodeRequest(0, sys.argv[1], 4)\n"
        "for outcome in pool.run([request], lambda _: False, JobContext()):\n"
        "    print(outcome.problem[0])\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code, request.path],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "timed-out\n", "")


# The shield


def shielded(requests: Sequence[DecodeRequest], *keys: int) -> list[DecodeRequest]:
    return [DecodeRequest(r.key, r.path, r.size_bytes, r.key in keys, r.mtime_ns) for r in requests]


def test_a_crash_behind_the_shield_costs_one_file(tmp_path: Path) -> None:
    contents = [b"exit", b"photo", b"exit", b"one", b"two", b"fail"]
    requests = shielded(requests_for(tmp_path, contents), 0, 1, 2, 5)
    outcomes = {outcome.key: outcome for outcome in run(requests)}
    for key in (0, 2):
        assert outcomes[key].problem == (ProblemCode.DECODER_CRASHED, "exit code 3")
        assert outcomes[key].digest == blake3(b"exit").digest()
        assert not outcomes[key].needs_shield
    assert outcomes[5].problem == (ProblemCode.DAMAGED, "too odd: é")
    for key in (1, 3, 4):
        assert outcomes[key].photo is not None


def test_a_file_that_hangs_behind_the_shield_is_given_up(tmp_path: Path) -> None:
    requests = shielded(requests_for(tmp_path, [b"hang", b"one"]), 0, 1)
    outcomes = {o.key: o for o in run(requests, limits=DecodeLimits(timeout_s=0.5))}
    assert outcomes[0].problem == (ProblemCode.TIMED_OUT, "0.5 s")
    assert not outcomes[0].needs_shield
    assert outcomes[1].photo is not None


def test_a_crash_in_a_batch_is_looked_for_one_by_one(tmp_path: Path) -> None:
    requests = requests_for(tmp_path, [b"abort-in-process %d" % number for number in range(40)])
    pool = DecodePool(2, LIMITS, decode=obedient, small_in_processes=True)
    outcomes = {}
    release_threads.clear()
    try:
        for outcome in pool.run(requests, nothing_known, JobContext()):
            outcomes[outcome.key] = outcome
            if len(outcomes) == 16:  # by then the thread has one, and the process had the others
                release_threads.set()
    finally:
        release_threads.set()
    assert sorted(outcomes) == list(range(40))
    crashed = [outcome for outcome in outcomes.values() if outcome.needs_shield]
    assert len(crashed) >= 16
    for outcome in crashed:
        assert outcome.problem == (ProblemCode.DECODER_CRASHED, ABORTED)
    assert all(one.needs_shield or one.photo is not None for one in outcomes.values())


def test_a_process_that_does_not_start_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BatchProcess, "start", lambda process: False)
    requests = requests_for(tmp_path, [b"photo %d" % number for number in range(40)])
    outcomes = run(requests, small_in_processes=True)
    assert [outcome.photo is None for outcome in outcomes] == [False] * 40


def test_copies_are_decoded_once_on_either_side_of_the_shield(tmp_path: Path) -> None:
    requests = shielded(requests_for(tmp_path, [b"same"] * 12), 1, 5, 7, 11)
    outcomes = run(requests)
    assert [outcome.photo is not None for outcome in outcomes] == [True] + [False] * 11
    assert {outcome.digest for outcome in outcomes} == {blake3(b"same").digest()}


def test_a_file_that_hung_in_a_thread_is_tried_behind_the_shield(tmp_path: Path) -> None:
    contents = [b"hang-in-thread"] + [b"photo %d" % number for number in range(200)]
    requests = shielded(requests_for(tmp_path, [*contents, b"hang-in-thread"]), 201)
    release_threads.clear()
    try:
        outcomes = {outcome.key: outcome for outcome in run(requests, threads=1, limits=SOON)}
    finally:
        release_threads.set()
        for thread in threading.enumerate():
            if thread.name == "decode":
                thread.join(60)
    assert outcomes[0].needs_shield
    assert outcomes[201].photo is not None
    assert not outcomes[201].needs_shield


# Memory


def test_the_decoders_together_stay_within_the_budget(tmp_path: Path) -> None:
    lock = threading.Lock()
    held: dict[str, int] = {}
    peaks: list[int] = []
    together: list[int] = []

    def decode(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        needed = int(data) << 20
        reserve(needed)
        with lock:
            held[path] = needed
            peaks.append(sum(held.values()))
            together.append(len(held))
        blake3(bytes(1 << 20))  # without the interpreter's lock, while others may go wrong
        with lock:
            del held[path]
        return plain_photo(data, digest)

    contents = [b"%d" % number for number in range(1, 101)] + [b"5000"]
    outcomes = run(requests_for(tmp_path, contents), decode, 8, memory_budget_bytes=128 << 20)
    assert [outcome.problem for outcome in outcomes] == [None] * 101
    assert max(peak for peak in peaks if peak < 5000 << 20) <= 128 << 20
    assert together[peaks.index(5000 << 20)] == 1


def test_very_many_files_take_no_more_memory_than_few(tmp_path: Path) -> None:
    paths = [request.path for request in requests_for(tmp_path, [b"one", b"fail", None])]
    drawn = 0

    def requests() -> Iterator[DecodeRequest]:
        nonlocal drawn
        for drawn in range(1, 6_001):
            yield DecodeRequest(drawn, paths[drawn % 3], 3)

    most_ahead = 0
    done = 0
    tracemalloc.start()
    try:
        for outcome in DecodePool(2, LIMITS, decode=obedient).run(
            requests(), nothing_known, JobContext()
        ):
            done += 1
            most_ahead = max(most_ahead, drawn - done)
            if done == 1000:
                tracemalloc.reset_peak()
                before_bytes, _ = tracemalloc.get_traced_memory()
            del outcome
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert done == 6_000
    assert most_ahead <= 128
    assert peak_bytes - before_bytes < 500_000


# Stopping


def endless(folder: Path) -> Iterator[DecodeRequest]:
    (request,) = requests_for(folder, [b"photo"])
    key = 0
    while True:
        yield DecodeRequest(key, request.path, request.size_bytes)
        key += 1


def test_cancelling_ends_the_run(tmp_path: Path) -> None:
    context = JobContext()
    outcomes = DecodePool(2, LIMITS, decode=obedient).run(endless(tmp_path), nothing_known, context)
    for _ in range(100):
        next(outcomes)
    context.cancel()
    with pytest.raises(Cancelled):
        next(outcomes)
    assert list(outcomes) == []


def test_nothing_more_is_decoded_once_cancelled(tmp_path: Path) -> None:
    context = JobContext()
    decoded: list[bytes] = []

    def decode(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        decoded.append(data)
        context.cancel()
        return plain_photo(data, digest)

    requests = requests_for(tmp_path, [b"photo %d" % number for number in range(60)])
    with pytest.raises(Cancelled):
        list(DecodePool(1, LIMITS, decode=decode).run(requests, nothing_known, context))
    assert decoded == [b"photo 0"]


def test_cancelling_does_not_wait_for_what_hangs(tmp_path: Path, stuck: Stuck) -> None:
    context = JobContext()
    requests = requests_for(tmp_path, [b"one", b"hang"])
    outcomes = DecodePool(1, LIMITS, decode=stuck.decode).run(requests, nothing_known, context)
    assert next(outcomes).key == 0
    context.cancel()
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        next(outcomes)
    assert time.monotonic() - began_s < 10


def test_cancelling_calls_off_those_that_wait_for_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: Stuck
) -> None:
    context = JobContext()
    changed = threading.Condition()
    waiting = 0

    class CountingBudget(MemoryBudget):
        def reserve(self, holder: Hashable, needed_bytes: int, kept_bytes: int = 0) -> None:
            nonlocal waiting
            with changed:
                waiting += 1
                changed.notify()
            super().reserve(holder, needed_bytes, kept_bytes)
            with changed:
                waiting -= 1

    def decode(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        if data == b"hang":
            reserve(1 << 40)
            with changed:
                assert changed.wait_for(lambda: waiting == 2, 60)
            context.cancel()
        return stuck.decode(data, path, limits, digest, reserve)

    monkeypatch.setattr("dupefinder.core.decode.workers.pool.MemoryBudget", CountingBudget)
    hang, *photos = requests_for(tmp_path, [b"hang"] + [b"photo %d" % n for n in range(90)])
    # Without an end: whoever is slow to hang still meets two that ask for memory.
    endless = (replace(photo, key=key) for key, photo in enumerate(cycle(photos), 1))
    pool = DecodePool(3, LIMITS, decode=decode)
    with pytest.raises(Cancelled):
        for _ in pool.run(chain([hang], endless), nothing_known, context):
            pass
    assert [thread for thread in threading.enumerate() if thread.name == "decode"] == stuck.threads


def test_cancelling_ends_a_decode_behind_the_shield(tmp_path: Path) -> None:
    context = JobContext()

    def is_known(digest: bytes) -> bool:
        context.cancel()
        return False

    requests = shielded(requests_for(tmp_path, [b"hang"]), 0)
    with pytest.raises(Cancelled):
        list(DecodePool(1, LIMITS, decode=obedient).run(requests, is_known, context))


def test_a_paused_run_decodes_nothing(tmp_path: Path) -> None:
    context = JobContext()
    decoded: list[bytes] = []

    def decode(
        data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
    ) -> DecodedPhoto:
        decoded.append(data)
        if data == b"photo 2":
            context.pause()
        return plain_photo(data, digest)

    requests = requests_for(tmp_path, [b"photo %d" % number for number in range(6)])
    outcomes = DecodePool(1, LIMITS, decode=decode).run(requests, nothing_known, context)
    assert [next(outcomes).key for _ in range(3)] == [0, 1, 2]
    assert len(decoded) == 3
    context.resume()
    assert [outcome.key for outcome in outcomes] == [3, 4, 5]


@pytest.mark.parametrize("end", ["cancel", "close"])
def test_a_paused_run_can_be_ended(tmp_path: Path, end: str) -> None:
    context = JobContext()
    outcomes = DecodePool(2, LIMITS, decode=obedient).run(endless(tmp_path), nothing_known, context)
    next(outcomes)
    context.pause()
    if end == "close":
        outcomes.close()
        return
    context.cancel()
    with pytest.raises(Cancelled):
        deque(outcomes, maxlen=0)  # copies that waited for the first may still come


@pytest.mark.parametrize("shield", [False, True])
def test_closing_early_ends_the_run(tmp_path: Path, shield: bool) -> None:
    requests = requests_for(tmp_path, [b"photo %d" % number for number in range(50)])
    keys = range(50) if shield else ()
    outcomes = DecodePool(2, LIMITS, decode=obedient).run(
        shielded(requests, *keys), nothing_known, JobContext()
    )
    next(outcomes)
    outcomes.close()  # the fixture looks for threads that are left


def test_requests_are_drawn_by_the_thread_that_iterates(tmp_path: Path) -> None:
    drawing = set()

    def requests() -> Iterator[DecodeRequest]:
        for request in requests_for(tmp_path, [b"one", b"two"]):
            drawing.add(threading.get_ident())
            yield request

    list(DecodePool(2, LIMITS, decode=obedient).run(requests(), nothing_known, JobContext()))
    assert drawing == {threading.get_ident()}


def test_errors_are_not_swallowed(tmp_path: Path) -> None:
    requests = requests_for(tmp_path, [b"one", b"error"])
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run(requests)
    with pytest.raises(RuntimeError, match="a bug"):
        run(shielded(requests, 1))

    def is_known(digest: bytes) -> bool:
        raise LookupError("the caller's")

    for keys in ((), (0,)):
        with pytest.raises(LookupError, match="the caller's"):
            run(shielded(requests[:1], *keys), is_known=is_known)

    def broken() -> Iterator[DecodeRequest]:
        yield requests[0]
        raise LookupError("the list's")

    with pytest.raises(LookupError, match="the list's"):
        list(DecodePool(1, LIMITS, decode=obedient).run(broken(), nothing_known, JobContext()))
