"""A package that hangs or does the wrong thing is told in words."""

import sys
from pathlib import Path

import pytest
import try_package
from try_package import Failed, try_program


def stand_in(tmp_path: Path, does: str) -> list[str]:
    script = tmp_path / "program.py"
    script.write_text(f"import sys, threading\n{does}\n", encoding="utf-8")
    return [sys.executable, str(script)]


def test_a_step_that_does_not_end_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(try_package, "_LONGEST_STEP_S", 0.2)
    monkeypatch.setattr(try_package, "write_photos", lambda folder: folder.mkdir(parents=True))
    with pytest.raises(Failed, match="--version did not end in 0 s"):
        try_program(stand_in(tmp_path, "threading.Event().wait()"), tmp_path / "home")


def test_a_step_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="--version ended with 1:\nno such library"):
        try_program(stand_in(tmp_path, "sys.exit('no such library')"), tmp_path / "home")


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a program there at once")
def test_a_window_that_does_not_close_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(try_package, "_LONGEST_END_S", 0.2)
    opens = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open(sys.argv[sys.argv.index('--catalog') + 1], 'w').close()\nthreading.Event().wait()"
    )
    with pytest.raises(Failed, match="the window did not close"):
        try_package._try_window(stand_in(tmp_path, opens), {}, tmp_path)
