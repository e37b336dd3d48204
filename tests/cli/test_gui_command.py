"""A sentence says why the window cannot open, and what works without one."""

from collections.abc import Callable

import pytest

from dupefinder import cli


def no_window(*_: object) -> int:
    raise ImportError("libEGL.so.1: cannot open shared object file")


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")


def test_a_missing_library_is_named_with_its_command(
    linux: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    linux(missing=("libEGL.so.1",), release={"ID": "debian"})
    assert cli.main(["gui"], no_window) == 1
    assert capsys.readouterr().err.splitlines() == [
        "dupefinder: the window cannot open. Missing on this system: libEGL.so.1. Install with:",
        "  sudo apt-get install libegl1",
        "Without a window: `dupefinder scan FOLDER` finds duplicates.",
    ]


def test_any_other_fault_is_told_as_it_is(
    linux: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    linux()
    assert cli.main(["gui"], no_window) == 1
    first, more = capsys.readouterr().err.splitlines()
    assert first.endswith("cannot open. libEGL.so.1: cannot open shared object file")
    assert "dupefinder scan FOLDER" in more


def test_without_a_screen_nothing_is_tried(
    linux: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    linux()
    for screen in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(screen, raising=False)
    assert cli.main(["gui"], no_window) == 1
    assert "no display" in capsys.readouterr().err
