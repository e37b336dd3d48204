"""The program as a process of its own: pipes, terminals, signals, how quickly it answers."""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dupefinder.cli import main
from tests.cli.album import photo, scene, write_album
from tests.core.pictures import encode, with_segment

if sys.platform != "win32":
    import pty

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="terminals and signals of POSIX")
CHECKOUT = Path(__file__).resolve().parent.parent.parent
PROGRAM = [sys.executable, "-m", "dupefinder"]
LIMIT_S = 120.0
COMMENT = 0xFE
PHOTOS = 120


def start(*arguments: object, **options: Any) -> "subprocess.Popen[bytes]":
    """Start the program with its output in pipes."""
    defaults: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "cwd": CHECKOUT,
    }
    return subprocess.Popen([*PROGRAM, *map(str, arguments)], **{**defaults, **options})


def run(*arguments: object, **options: Any) -> tuple[int, bytes, bytes]:
    """Run the program to its end: exit code, standard output, standard error."""
    with start(*arguments, **options) as process:
        out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out, err


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough photos for a scan to take its time."""
    folder = tmp_path / "many"
    folder.mkdir()
    large = photo(3, 2000, 1500)
    for number in range(PHOTOS):
        content = with_segment(large, COMMENT, b"%d" % number)
        (folder / f"{number}.jpg").write_bytes(content)
    return folder


class Terminal:
    """A pseudo-terminal; the program gets one end, and this is the other."""

    def __init__(self) -> None:
        self.descriptor, self.programs_end = pty.openpty()
        self.received = b""

    def read(self) -> bool:
        """Take what was written; False once the program has closed its end."""
        try:
            received = os.read(self.descriptor, 4096)
        except OSError:
            return False
        self.received += received
        return bool(received)

    def line(self) -> str:
        """The text on the line that was drawn last."""
        cells: list[str] = []
        for text in self.received.decode().split("\n")[-1].split("\r"):
            cells[: len(text)] = text
        return "".join(cells).rstrip()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    os.close(made.descriptor)


def test_help_answers_without_loading_the_engine() -> None:
    heavy = ("numpy", "scipy", "PIL", "imagehash", "pillow_heif", "rawpy", "sqlite3", "PySide6")
    code = (
        "import json, sys\n"
        "from dupefinder.cli import main\n"
        "for words in ([], ['--help'], ['scan', '--help'], ['gui'], ['scan']): main(words)\n"
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout.splitlines()[-1]) == []


SLOW_TO_LOAD = ("scipy", "pywt", "imagehash", "rawpy", "ssl", "dupefinder.core.confirm")


def loaded_by(album: Path, *arguments: str, at: str) -> list[str]:
    """The slow modules that a command has loaded at its first event of a kind."""
    code = (
        "import json, sys\n"
        "from dupefinder.cli import main\n"
        "told = []\n"
        "def tell(event, arguments):\n"
        f'    if event == {at!r} and str(arguments[:1]).endswith(".jpg\',)") and not told:\n'
        f"        told.append([name for name in {SLOW_TO_LOAD} if name in sys.modules])\n"
        "sys.addaudithook(tell)\n"
        f"assert main({list(arguments)!r}) in (0, 3)\n"
        f"told.append([name for name in {SLOW_TO_LOAD} if name in sys.modules])\n"
        "print(json.dumps(told[0]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert finished.returncode == 0, finished.stderr
    told: list[str] = json.loads(finished.stdout.splitlines()[-1])
    return told


def test_the_first_photo_is_opened_before_anything_slow_is_loaded(album: Path) -> None:
    assert loaded_by(album, "scan", str(album), "--no-catalog", at="open") == []


def test_a_command_is_imported_without_collecting_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[object] = []

    def command(_: object) -> int:
        steps.append(gc.isenabled())
        return 0

    def import_module(name: str) -> SimpleNamespace:
        steps.extend((name, gc.isenabled()))
        return SimpleNamespace(run=command)

    monkeypatch.setattr(gc, "freeze", lambda: steps.append("frozen"))
    with monkeypatch.context() as patched:
        patched.setattr(importlib, "import_module", import_module)
        assert main(["history"]) == 0
    assert steps == ["dupefinder.cli.history_command", False, "frozen", True]


def test_a_failed_import_of_a_command_leaves_the_collector_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def import_module(name: str) -> SimpleNamespace:
        raise ImportError(name)

    with monkeypatch.context() as patched:
        patched.setattr(importlib, "import_module", import_module)
        with pytest.raises(ImportError):
            main(["history"])
    assert gc.isenabled()


def test_libraries_of_two_hashes_are_loaded_for_these_alone(album: Path) -> None:
    photo_path = str(album / "two.jpg")
    commands = (
        ["scan", str(album)],
        ["compare", str(album / "b"), "--library", str(album / "a"), "--accept", "re-encoded"],
        ["search", photo_path, "--in", str(album)],
    )
    for words in commands:
        loaded = loaded_by(album, *words, "--no-catalog", at="end")
        assert not {"scipy", "pywt", "imagehash", "rawpy"} & {*loaded}, words


def test_the_process_ends_with_the_commands_code(album: Path) -> None:
    assert run("--version")[0] == 0
    assert run("--no-such-option")[0] == 2
    assert run("scan", album, "--no-catalog")[0] == 0
    (album / "empty.jpg").touch()
    assert run("scan", album, "--no-catalog")[0] == 1


def test_nothing_but_the_report_goes_through_pipes(album: Path) -> None:
    # The library that reads this TIFF complains to standard error by itself.
    content = encode(scene(4, 64, 64), "TIFF", compression="tiff_lzw")
    (album / "odd.tif").write_bytes(content[:20] + b"\xff" * 180 + content[200:])
    code, out, err = run("scan", album, "--no-catalog", "--json", "-")
    assert code == 1
    assert err == b""
    assert [Path(one["path"]).name for one in json.loads(out)["unreadable"]] == ["odd.tif"]


def test_an_output_that_lacks_characters_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "写真.jpg").write_bytes(photo(1))
    (tmp_path / "コピー.jpg").write_bytes(photo(1))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    code, out, err = run("scan", tmp_path, "--no-catalog", env=environment)
    assert (code, err) == (0, b"")
    assert b"\\u5199\\u771f.jpg" in out


@POSIX
@pytest.mark.parametrize(
    "command", [["--help"], ["scan", "{}", "--no-catalog"], ["hash", "{}/two.jpg"]]
)
def test_a_reader_that_goes_away_is_no_fault(album: Path, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, _, err = run(*[word.format(album) for word in command], stdout=writing)
    finally:
        os.close(writing)
    assert (code, err) == (0, b"")


@POSIX
def test_a_closed_output_is_no_fault(album: Path) -> None:
    words = " ".join(f"'{word}'" for word in [*PROGRAM, "scan", str(album), "--no-catalog"])
    finished = subprocess.run(
        ["sh", "-c", f"{words} >&- 2>&-"], cwd=CHECKOUT, capture_output=True, timeout=LIMIT_S
    )
    assert finished.returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")
def test_an_output_that_cannot_be_written_is_a_plain_line(album: Path) -> None:
    with open("/dev/full", "wb") as full:
        code, _, err = run("scan", album, "--no-catalog", stdout=full)
    assert code == 1
    assert err.decode().count("\n") == 1
    assert "cannot be written" in err.decode()


@POSIX
def test_progress_is_one_line_on_a_terminal_and_gone_at_the_end(
    album: Path, terminal: Terminal
) -> None:
    with start("scan", album, "--no-catalog", stderr=terminal.programs_end) as process:
        os.close(terminal.programs_end)
        assert process.stdout is not None
        out = process.stdout.read()
        while terminal.read():
            pass
    assert process.returncode == 0
    shown = terminal.received.decode()
    assert "\n" not in shown
    for phase in ("Looking for photos", "Reading photos", "Comparing photos", "Grouping"):
        assert f"\r{phase}  " in shown
    assert terminal.line() == ""
    assert b"Grouping" not in out
    assert out.startswith(b"Group 1: 5 photos")


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_scan_is_gone_on_with(
    tmp_path: Path, many: Path, terminal: Terminal, number: signal.Signals
) -> None:
    arguments = ["scan", many, "--catalog", tmp_path / "c.sqlite", "--json", tmp_path / "g.json"]
    with start(*arguments, "--threads", 1, stderr=terminal.programs_end) as process:
        os.close(terminal.programs_end)
        while b"Reading photos" not in terminal.received or b" left" not in terminal.received:
            assert terminal.read(), terminal.received
        process.send_signal(number)
        process.send_signal(number)
        while terminal.read():
            pass
        assert process.wait(LIMIT_S) == 130
    shown = terminal.received.decode()
    assert shown.endswith("\rdupefinder: Stopped; what was read is kept.\r\n")
    assert "Traceback" not in shown
    assert not (tmp_path / "g.json").exists()
    code, _, err = run(*arguments)
    assert (code, err) == (0, b"")
    stats = json.loads((tmp_path / "g.json").read_bytes())["stats"]
    assert stats["photos"] == PHOTOS
    assert 0 < stats["from_catalog"] < PHOTOS
    assert stats["from_catalog"] + stats["decoded"] == PHOTOS


@POSIX
def test_a_killed_scan_is_gone_on_with_behind_the_shield(
    tmp_path: Path, many: Path, terminal: Terminal
) -> None:
    arguments = ["scan", many, "--catalog", tmp_path / "c.sqlite", "--json", tmp_path / "g.json"]
    with start(*arguments, "--threads", 1, stderr=terminal.programs_end) as process:
        os.close(terminal.programs_end)
        while b"Reading photos" not in terminal.received or b" left" not in terminal.received:
            assert terminal.read(), terminal.received
        process.kill()
    # The file being read is suspected now, and read in a process that this one starts.
    code, _, err = run(*arguments)
    assert (code, err) == (0, b"")
    stats = json.loads((tmp_path / "g.json").read_bytes())["stats"]
    assert stats["photos"] == PHOTOS


@POSIX
def test_a_scan_whose_terminal_goes_away_ends_or_goes_on_quietly(
    album: Path, terminal: Terminal
) -> None:
    with start("scan", album, "--no-catalog", stderr=terminal.programs_end) as process:
        os.close(terminal.programs_end)
        assert terminal.read()
        os.close(terminal.descriptor)
        terminal.descriptor = os.open(os.devnull, os.O_RDONLY)
        out, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    assert out.startswith(b"Group 1: 5 photos")
