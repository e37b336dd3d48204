import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import psutil
import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_file
from dupefinder.core.decode.workers import helper_process
from dupefinder.core.decode.workers.process import DecodeProcess
from dupefinder.core.decode.workers.task import FileRead
from dupefinder.core.records import ProblemCode
from tests.core.odd_decoders import obedient

LIMITS = DecodeLimits()
CHECKOUT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def helper() -> Iterator[DecodeProcess]:
    with DecodeProcess(LIMITS, obedient) as process:
        yield process


def told(tmp_path: Path, word: str) -> str:
    path = tmp_path / f"{word}.jpg"
    path.write_text(word)
    return str(path)


def failure(process: DecodeProcess, path: str) -> DecodeFailed:
    with pytest.raises(DecodeFailed) as caught:
        process.decode(path)
    return caught.value


def write_jpeg(path: Path) -> str:
    ramp = np.linspace(0, 255, 640 * 480 * 3).reshape(480, 640, 3).astype(np.uint8)
    Image.fromarray(ramp).save(path, "JPEG")
    return str(path)


def test_a_photo_is_the_same_as_decoded_in_this_process(tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "photo.jpg")
    here = decode_file(path, LIMITS)
    with DecodeProcess(LIMITS) as process:
        there = process.decode(path)
    assert here.inner is not None, "a ramp has margins of one tone"
    for one, other in ((here, there), (here.inner, there.inner)):
        for field in fields(one):
            if field.name != "inner":
                values = getattr(one, field.name), getattr(other, field.name)
                np.testing.assert_equal(*values, field.name)


@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\xff\xd8\xffbroken"])
def test_a_failure_is_the_same_as_in_this_process(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "photo.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodeFailed) as here:
        decode_file(str(path), LIMITS)
    with DecodeProcess(LIMITS) as process:
        there = failure(process, str(path))
    assert (there.code, there.detail) == (here.value.code, here.value.detail)


def test_a_failure_can_be_pickled() -> None:
    for failed in (DecodeFailed(ProblemCode.EMPTY), DecodeFailed(ProblemCode.DAMAGED, "é")):
        copy = pickle.loads(pickle.dumps(failed))
        assert type(copy) is DecodeFailed
        assert (copy.code, copy.detail) == (failed.code, failed.detail)


def test_one_process_serves_many_files(tmp_path: Path, helper: DecodeProcess) -> None:
    assert helper.decode(told(tmp_path, "one")).thumbnail_jpeg == b"one"
    pid = helper.pid
    assert pid not in (None, os.getpid())
    failed = failure(helper, told(tmp_path, "fail"))
    assert (failed.code, failed.detail) == (ProblemCode.DAMAGED, "too odd: é")
    assert helper.decode(told(tmp_path, "two")).thumbnail_jpeg == b"two"
    assert helper.pid == pid


def test_reading_comes_first_and_may_be_enough(tmp_path: Path, helper: DecodeProcess) -> None:
    path = told(tmp_path, "abort")
    seen: list[FileRead] = []

    def refuse(read: FileRead) -> bool:
        seen.append(read)
        return False

    assert helper.decode_if(path, 5, refuse, lambda _: None) is None
    expected = FileRead(5, os.stat(path).st_mtime_ns, blake3(b"abort").digest())
    assert seen == [expected]
    assert helper.decode(told(tmp_path, "next")).thumbnail_jpeg == b"next"


def test_memory_is_reserved_in_the_parent(tmp_path: Path, helper: DecodeProcess) -> None:
    reserved: list[int] = []
    helper.decode_if(told(tmp_path, "reserve"), 7, lambda _: True, reserved.append)
    assert reserved == [123_456]


def test_an_error_of_the_caller_does_not_confuse_the_next_file(
    tmp_path: Path, helper: DecodeProcess
) -> None:
    def fail(_: object) -> bool:
        raise ZeroDivisionError("the caller's")

    with pytest.raises(ZeroDivisionError, match="the caller's"):
        helper.decode_if(told(tmp_path, "one"), 3, fail, lambda _: None)
    assert helper.decode(told(tmp_path, "two")).thumbnail_jpeg == b"two"


def test_an_error_of_the_decoder_arrives_with_its_traceback(
    tmp_path: Path, helper: DecodeProcess
) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)in obedient.*ZeroDivisionError: a bug"):
        helper.decode(told(tmp_path, "error"))


def test_a_crash_costs_one_file(tmp_path: Path, helper: DecodeProcess) -> None:
    failed = failure(helper, told(tmp_path, "exit"))
    assert (failed.code, failed.detail) == (ProblemCode.DECODER_CRASHED, "exit code 3")
    assert helper.pid is None
    failed = failure(helper, told(tmp_path, "abort"))
    assert failed.code is ProblemCode.DECODER_CRASHED
    assert failed.detail == ("exit code 3" if sys.platform == "win32" else "SIGABRT")
    assert helper.decode(told(tmp_path, "next")).thumbnail_jpeg == b"next"


def test_a_process_that_died_meanwhile_is_started_again(
    tmp_path: Path, helper: DecodeProcess
) -> None:
    helper.decode(told(tmp_path, "one"))
    assert helper.pid is not None
    process = psutil.Process(helper.pid)
    process.kill()
    process.wait(60)
    assert helper.decode(told(tmp_path, "two")).thumbnail_jpeg == b"two"
    assert helper.pid != process.pid


def test_a_decode_beyond_the_time_limit_is_killed(tmp_path: Path) -> None:
    with DecodeProcess(DecodeLimits(timeout_s=0.5), obedient) as process:
        pids: list[int | None] = []

        def note(_: object) -> bool:
            pids.append(process.pid)
            return True

        with pytest.raises(DecodeFailed) as caught:
            process.decode_if(told(tmp_path, "hang"), 4, note, lambda _: None)
        assert (caught.value.code, caught.value.detail) == (ProblemCode.TIMED_OUT, "0.5 s")
        assert pids[0] is not None
        assert not psutil.pid_exists(pids[0])
        assert process.decode(told(tmp_path, "next")).thumbnail_jpeg == b"next"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_a_decode_beyond_the_memory_limit_fails(tmp_path: Path, helper: DecodeProcess) -> None:
    assert failure(helper, told(tmp_path, "memory")).code is ProblemCode.OUT_OF_MEMORY
    assert helper.pid is None  # the next file finds a fresh process
    assert helper.decode(told(tmp_path, "next")).thumbnail_jpeg == b"next"


def test_the_decoders_own_words_are_not_heard(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with DecodeProcess(LIMITS, obedient) as process:
        process.decode(told(tmp_path, "stderr"))
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_is_left_to_the_parent(tmp_path: Path, helper: DecodeProcess) -> None:
    assert helper.decode(told(tmp_path, "interrupt")).thumbnail_jpeg == b"interrupt"


def test_no_qt_is_loaded(tmp_path: Path, helper: DecodeProcess) -> None:
    assert failure(helper, told(tmp_path, "modules")).detail == ""


def test_a_name_that_is_no_text_finds_its_file(tmp_path: Path, helper: DecodeProcess) -> None:
    path = os.path.join(tmp_path, "caf\udce9.jpg")  # a byte, or half a character
    try:
        with open(path, "wb") as file:
            file.write(b"name")
    except OSError:
        pytest.skip("the file system takes no such name")
    assert helper.decode(path).thumbnail_jpeg == b"name"


def test_closing_ends_a_running_decode(tmp_path: Path) -> None:
    process = DecodeProcess(LIMITS, obedient)
    running = threading.Event()

    def note(_: object) -> bool:
        running.set()
        return True

    failures: list[DecodeFailed] = []

    def decode() -> None:
        try:
            process.decode_if(told(tmp_path, "hang"), 4, note, lambda _: None)
        except DecodeFailed as failed:
            failures.append(failed)

    thread = threading.Thread(target=decode)
    thread.start()
    assert running.wait(60)
    process.close()
    thread.join(10)
    assert [failed.code for failed in failures] == [ProblemCode.DECODER_CRASHED]
    assert failure(process, told(tmp_path, "next")).detail == "the process did not start: closed"
    process.close()


def test_a_process_that_cannot_be_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "too many processes")

    monkeypatch.setattr(SpawnProcess, "start", refuse)
    with DecodeProcess(LIMITS, obedient) as process:
        failed = failure(process, told(tmp_path, "one"))
    assert failed.code is ProblemCode.DECODER_CRASHED
    assert "too many processes" in failed.detail


def test_a_process_that_takes_too_long_to_start_says_nothing_of_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper_process, "_START_LIMIT_S", 0.0)
    with DecodeProcess(LIMITS, obedient) as process:
        failed = failure(process, told(tmp_path, "one"))
    assert failed.code is ProblemCode.TIMED_OUT
    assert failed.detail == "the process did not start: 0 s"


PROGRAM = """
import sys
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.workers.process import DecodeProcess
from tests.core.odd_decoders import obedient

if __name__ == "__mp_main__" and "--refuse" in sys.argv:
    sys.exit(7)

if __name__ == "__main__":
    with DecodeProcess(DecodeLimits(), obedient) as process:
        try:
            print(process.decode(sys.argv[1]).thumbnail_jpeg.decode(), flush=True)
        except DecodeFailed as failed:
            print(failed.detail)
"""


def program(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Write a program; return it, and the environment that it runs in."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    search = os.pathsep.join((str(CHECKOUT), str(tmp_path)))
    return path, {**os.environ, "PYTHONPATH": search}


def test_a_script_and_a_module_can_be_the_main_program(tmp_path: Path) -> None:
    script, environment = program(tmp_path)
    photo = told(tmp_path, "one")
    for main in ([str(script)], ["-m", "program"]):
        finished = subprocess.run(
            [sys.executable, *main, photo], env=environment, capture_output=True, text=True
        )
        assert (finished.stdout, finished.stderr) == ("one\n", "")


def test_a_main_program_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    script, environment = program(tmp_path)
    finished = subprocess.run(
        [sys.executable, str(script), told(tmp_path, "one"), "--refuse"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert finished.stdout == "the process did not start: exit code 7\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    script, environment = program(tmp_path)
    photo = told(tmp_path, "hang-in-pipe")
    os.mkfifo(photo + ".pipe")
    with subprocess.Popen([sys.executable, str(script), photo], env=environment) as parent:
        with open(photo + ".pipe", "rb") as pipe:  # opens when the decode has begun
            parent.send_signal(signal.SIGKILL)
            assert pipe.read() == b""  # returns when the helper process has ended
        assert parent.wait(60) == -signal.SIGKILL


def test_a_process_is_not_started_while_opencv_is_being_loaded() -> None:
    """Its folder stands in `sys.path` then, with a `typing` in it."""
    code = (
        "import sys, threading\n"
        "threads = [\n"
        "    threading.Thread(target=__import__, args=['dupefinder.core.decode.' + name])\n"
        "    for name in ('kept_pixels', 'process')\n"
        "]\n"
        "for thread in threads: thread.start()\n"
        "from dupefinder.core.decode.workers.helper_process import HelperProcess\n"
        "assert sys.modules['cv2'].imdecode and not [one for one in sys.path if 'cv2' in one]\n"
        "for thread in threads: thread.join()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True, timeout=120)
