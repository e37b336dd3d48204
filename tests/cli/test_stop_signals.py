"""Ctrl+C and SIGTERM ask a job to stop, as often as they come."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.cli.stop_signals import StopSignals, ignore_stop_signals

WAIT_LIMIT_S = 30.0
SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_to_stop(number: signal.Signals) -> None:
    asked = threading.Event()
    with StopSignals(asked.set):
        signal.raise_signal(number)
        assert asked.wait(WAIT_LIMIT_S)


def test_more_signals_change_nothing() -> None:
    asked: list[str] = []
    enough = threading.Semaphore(0)

    def cancel() -> None:
        asked.append(threading.current_thread().name)
        enough.release()

    with StopSignals(cancel):
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
            assert enough.acquire(timeout=WAIT_LIMIT_S)
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)
    assert asked == ["stop signals"] * 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="nothing there waits so easily")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_ends_what_waits_for_ever(tmp_path: Path, number: signal.Signals) -> None:
    """The first is heard, but the drive does not answer: here a pipe that nobody writes to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    script = (
        "import sys\n"
        "from dupefinder.cli import stop_signals\n"
        "stop_signals._SECOND_AFTER_S = 0.0\n"
        "with stop_signals.StopSignals(lambda: print('asked', flush=True)):\n"
        "    print('waiting', flush=True)\n"
        "    open(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", script, str(pipe)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for heard in ("waiting\n", "asked\n"):
            assert child.stdout.readline() == heard
            assert child.poll() is None
            child.send_signal(number)
        try:
            _, words = child.communicate(timeout=WAIT_LIMIT_S)
        finally:
            child.kill()
    assert child.returncode == 130
    assert "settled at the next start" in words


def test_a_handler_may_interrupt_the_holder_of_the_lock_that_cancelling_takes() -> None:
    lock = threading.Lock()
    asked = threading.Event()

    def cancel() -> None:
        with lock:
            asked.set()

    with StopSignals(cancel):
        with lock:
            signal.raise_signal(signal.SIGINT)
        assert asked.wait(WAIT_LIMIT_S)


def test_without_a_signal_everything_is_as_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with StopSignals(lambda: None):
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_handler_from_outside_python_becomes_the_usual_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_: list[object] = []

    def fake(_number: int, handler: object) -> None:
        set_.append(handler)

    monkeypatch.setattr(signal, "signal", fake)
    with StopSignals(lambda: None):
        set_.clear()
    assert set_ == [signal.SIG_DFL] * (3 if sys.platform == "win32" else 2)  # with Ctrl+Break


def test_another_thread_handles_no_signals() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    seen: list[object] = []

    def work() -> None:
        with StopSignals(lambda: None):
            seen.extend(signal.getsignal(number) for number in SIGNALS)
        ignore_stop_signals()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(WAIT_LIMIT_S)
    assert seen == before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_no_thread_is_left() -> None:
    with StopSignals(lambda: None):
        pass
    assert "stop signals" not in [thread.name for thread in threading.enumerate()]
