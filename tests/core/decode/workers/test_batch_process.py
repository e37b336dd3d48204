from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes, decode_file
from dupefinder.core.decode.workers.process import (
    GRANTED_BYTES,
    BatchProcess,
    DecodeResult,
    ReadResult,
)
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import ProblemCode
from tests.core.odd_decoders import ABORTED, obedient

LIMITS = DecodeLimits()


@pytest.fixture(scope="module")
def helper() -> Iterator[BatchProcess]:
    with BatchProcess(LIMITS, obedient) as process:
        yield process


def told(folder: Path, *words: str) -> list[str]:
    paths = []
    for number, word in enumerate(words):
        path = folder / f"{number}.jpg"
        path.write_text(word)
        paths.append(str(path))
    return paths


def all_of(reads: list[ReadResult]) -> list[bool]:
    return [True] * len(reads)


def nothing_asked(needed_bytes: int) -> None:
    pytest.fail(f"{needed_bytes} bytes were asked for")


def decode(process: BatchProcess, paths: list[str]) -> list[DecodeResult]:
    return process.decode_batch(paths, 99, all_of, nothing_asked)


def failure(process: BatchProcess, paths: list[str]) -> DecodeFailed:
    with pytest.raises(DecodeFailed) as caught:
        decode(process, paths)
    return caught.value


def summary(result: DecodeResult) -> object:
    if isinstance(result, DecodeFailed):
        return result.code, result.detail
    return None if result is None else result.thumbnail_jpeg


def test_photos_are_the_same_as_decoded_in_this_process(tmp_path: Path) -> None:
    paths = []
    for seed in range(3):
        pixels = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
        paths.append(str(tmp_path / f"{seed}.jpg"))
        Image.fromarray(pixels).resize((320, 240)).save(paths[-1], "JPEG")
    with BatchProcess(LIMITS, decode_bytes) as process:
        for path, there in zip(paths, decode(process, paths), strict=True):
            here = decode_file(path, LIMITS)
            assert isinstance(there, DecodedPhoto)
            for field in fields(here):
                values = getattr(here, field.name), getattr(there, field.name)
                np.testing.assert_equal(*values, field.name)


def test_a_failure_is_reported_for_its_own_file(tmp_path: Path, helper: BatchProcess) -> None:
    paths = [*told(tmp_path, "one", "fail", "", "two"), str(tmp_path / "vanished.jpg")]
    assert [summary(result) for result in decode(helper, paths)] == [
        b"one",
        (ProblemCode.DAMAGED, "too odd: é"),
        (ProblemCode.EMPTY, ""),
        b"two",
        (ProblemCode.VANISHED, ""),
    ]


def test_only_what_is_wanted_is_decoded(tmp_path: Path, helper: BatchProcess) -> None:
    digests: list[bytes | None] = []

    def wanted(reads: list[ReadResult]) -> list[bool]:
        digests.extend(None if isinstance(one, DecodeFailed) else one.digest for one in reads)
        return [False, True, False]

    results = helper.decode_batch(told(tmp_path, "abort", "two", ""), 99, wanted, nothing_asked)
    assert [summary(result) for result in results] == [None, b"two", (ProblemCode.EMPTY, "")]
    assert digests == [blake3(b"abort").digest(), blake3(b"two").digest(), None]


def test_a_crash_fails_the_batch_and_not_the_next(tmp_path: Path, helper: BatchProcess) -> None:
    failed = failure(helper, told(tmp_path, "one", "abort"))
    assert (failed.code, failed.detail) == (ProblemCode.DECODER_CRASHED, ABORTED)
    assert [summary(result) for result in decode(helper, told(tmp_path, "next"))] == [b"next"]


def test_a_hang_fails_the_batch(tmp_path: Path) -> None:
    with BatchProcess(DecodeLimits(timeout_s=0.2), obedient) as process:
        assert failure(process, told(tmp_path, "one", "hang")).code is ProblemCode.TIMED_OUT


def test_a_bug_stays_a_bug(tmp_path: Path, helper: BatchProcess) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a bug"):
        decode(helper, told(tmp_path, "error"))


def test_much_memory_is_asked_for(tmp_path: Path, helper: BatchProcess) -> None:
    asked: list[int] = []
    much = GRANTED_BYTES + 1
    paths = told(tmp_path, f"reserve {GRANTED_BYTES}", f"reserve {much}", "one")
    results = helper.decode_batch(paths, 99, all_of, asked.append)
    assert asked == [much]
    assert summary(results[2]) == b"one"


def test_it_is_started_when_asked_for_and_not_after_the_end() -> None:
    process = BatchProcess(LIMITS, obedient)
    assert process.pid is None
    assert process.start()
    pid = process.pid
    assert pid is not None
    assert process.start()
    assert process.pid == pid
    process.close()
    assert not process.start()
