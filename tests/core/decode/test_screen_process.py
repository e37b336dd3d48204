import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Listener
from pathlib import Path

import numpy as np
import psutil
import pytest

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.screen import decode_for_screen
from dupefinder.core.decode.screen_process import ScreenProcess
from dupefinder.core.records import ProblemCode
from tests.core.odd_decoders import noise, obedient_on_screen
from tests.core.pictures import dng, encode, jpeg, laid, orientation_exif, textured

PICTURE = textured(320, 200)


@pytest.fixture(scope="module")
def process() -> Iterator[ScreenProcess]:
    """Decodes files."""
    with ScreenProcess() as process:
        yield process


@pytest.fixture(scope="module")
def odd() -> Iterator[ScreenProcess]:
    """Does what it is told."""
    with ScreenProcess(decode=obedient_on_screen) as process:
        yield process


def failure(process: ScreenProcess, path: str) -> DecodeFailed:
    with pytest.raises(DecodeFailed) as caught:
        process.decode_for_screen(path, 100)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        jpeg(laid(PICTURE, 6), exif=orientation_exif(6)),
        encode(PICTURE, "WEBP"),
        encode(PICTURE, "AVIF"),
        dng(PICTURE, None),
    ],
    ids=["JPEG", "WEBP", "AVIF", "DNG"],
)
def test_a_picture_is_the_same_as_decoded_in_this_process(
    tmp_path: Path, process: ScreenProcess, content: bytes
) -> None:
    path = tmp_path / "odd \udcff.dng"
    path.write_bytes(content)
    for longest_px in (100, 10_000):
        shown = process.decode_for_screen(str(path), longest_px)
        assert shown.dtype == np.uint8
        np.testing.assert_array_equal(shown, decode_for_screen(str(path), longest_px))


@pytest.mark.parametrize(
    "content",
    [None, b"", b"no picture", b"\xff\xd8\xff\xe0 broken", b"II*\x00" + bytes(40)],
    ids=["missing", "empty", "other", "damaged", "damaged RAW"],
)
def test_a_failure_is_the_same_as_in_this_process(
    tmp_path: Path, process: ScreenProcess, content: bytes | None
) -> None:
    path = tmp_path / "photo.dng"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodeFailed) as here:
        decode_for_screen(str(path), 100)
    there = failure(process, str(path))
    assert (there.code, there.detail) == (here.value.code, here.value.detail)


def test_one_process_serves_pictures_of_any_size(odd: ScreenProcess) -> None:
    pids = set()
    for height_px in (1, 349, 350, 3000):  # about a block, and several
        np.testing.assert_array_equal(odd.decode_for_screen("a", height_px), noise(height_px))
        pids.add(odd.pid)
    assert len(pids) == 1
    assert pids.isdisjoint({None, os.getpid()})


def test_an_error_of_the_decoder_arrives_with_its_traceback(odd: ScreenProcess) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)in obedient_on_screen.*ZeroDivisionError: a bug"):
        odd.decode_for_screen("error", 1)
    assert odd.decode_for_screen("next", 1).shape == (1, 1000, 3)


@pytest.mark.parametrize("word", ["exit", "exit in pixels", "abort"])
def test_a_crash_costs_one_picture(odd: ScreenProcess, word: str) -> None:
    failed = failure(odd, word)
    assert failed.code is ProblemCode.DECODER_CRASHED
    aborted = word == "abort" and sys.platform != "win32"
    assert failed.detail == ("SIGABRT" if aborted else "exit code 3")
    assert odd.pid is None
    assert odd.decode_for_screen("next", 1).shape == (1, 1000, 3)


def test_a_process_killed_meanwhile_is_started_again(odd: ScreenProcess) -> None:
    odd.decode_for_screen("one", 1)
    killed = psutil.Process(odd.pid)
    killed.kill()
    killed.wait(10)
    assert odd.decode_for_screen("two", 1).shape == (1, 1000, 3)
    assert odd.pid != killed.pid


def test_what_takes_too_long_is_killed() -> None:
    with ScreenProcess(DecodeLimits(timeout_s=0.5), obedient_on_screen) as process:
        process.decode_for_screen("one", 1)
        hanging = process.pid
        assert hanging is not None
        failed = failure(process, "hang unheard")
        assert (failed.code, failed.detail) == (ProblemCode.TIMED_OUT, "0.5 s")
        assert not psutil.pid_exists(hanging)
        assert process.decode_for_screen("two", 1).shape == (1, 1000, 3)


def test_closing_ends_a_running_decode() -> None:
    failures: list[DecodeFailed] = []
    process = ScreenProcess(decode=obedient_on_screen)
    with Listener() as listener:
        path = f"hang:{listener.address}"
        thread = threading.Thread(target=lambda: failures.append(failure(process, path)))
        thread.start()
        with listener.accept():  # it has begun
            process.close()
            thread.join(10)
    assert [(failed.code, failed.detail) for failed in failures] == [
        (ProblemCode.DECODER_CRASHED, "closed")
    ]
    assert failure(process, "next").detail == "the process did not start: closed"
    process.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness")
def test_it_gives_way_to_the_window(tmp_path: Path, process: ScreenProcess) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg(PICTURE))
    process.decode_for_screen(str(tmp_path / "a.jpg"), 100)
    assert process.pid is not None
    assert psutil.Process(process.pid).nice() > psutil.Process().nice()
