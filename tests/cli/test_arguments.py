"""Arguments that may be typed, those that are refused, and the help."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dupefinder import __version__, qt_libraries
from dupefinder.cli import main
from dupefinder.cli.arguments import parse
from dupefinder.cli.scan_command import options_of
from dupefinder.cli.shared_arguments import HASH_NAMES, HASH_SIDES
from dupefinder.cli.terminal import WrongUsage
from dupefinder.core.fingerprint import FINGERPRINTS
from dupefinder.core.matching import default_threshold_bits
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice


def parsed(*arguments: str) -> argparse.Namespace:
    return parse(["scan", *arguments])


def test_the_names_of_hashes_are_those_of_the_engine() -> None:
    kinds = {f"{name}-{side**2}" for name in HASH_NAMES for side in HASH_SIDES}
    assert kinds == set(FINGERPRINTS)


def test_the_thresholds_in_the_help_are_those_of_the_engine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="0"):
        parse(["scan", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert f"0 to 64 (default: {default_threshold_bits('phash-64')})" in words
    assert f"0 to 256 (default: {default_threshold_bits('phash-256')})" in words


def test_without_options_the_engine_decides() -> None:
    options = options_of(parsed("a", "b"))
    assert options.scan.folders == (FolderChoice("a"), FolderChoice("b"))
    assert options.match.kind == "phash-64"
    assert options.match.threshold == 10
    assert options.match.rotations
    assert options.threads == 0
    assert not options.scan.hidden
    assert not options.scan.follow_symlinks


def test_every_option_reaches_the_engine() -> None:
    options = options_of(
        parsed(
            *("a", "--protect", "p", "--protect", "q", "--exclude-folder", "x"),
            *("--exclude", "*.png", "--exclude", "raw/", "--include", "IMG_*"),
            *("--min-size", "10K", "--max-size", "2M", "--min-side", "64", "--max-side", "9000"),
            *("--hidden", "--follow-links", "--hash", "dhash-vertical", "--hash-size", "16"),
            *("--threshold", "77", "--no-rotations", "--threads", "3"),
        )
    )
    scan = options.scan
    assert scan.folders == (
        FolderChoice("a"),
        FolderChoice("p", Role.PROTECTED),
        FolderChoice("q", Role.PROTECTED),
        FolderChoice("x", Role.EXCLUDED),
    )
    assert scan.exclude == ("*.png", "raw/")
    assert scan.include == ("IMG_*",)
    assert (scan.min_bytes, scan.max_bytes) == (10_000, 2_000_000)
    assert (scan.min_side_px, scan.max_side_px) == (64, 9000)
    assert scan.hidden
    assert scan.follow_symlinks
    assert options.match.kind == "dhash-vertical-256"
    assert options.match.threshold == 77
    assert not options.match.rotations
    assert options.threads == 3


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("0", 0),
        ("500", 500),
        ("500b", 500),
        ("1k", 1000),
        ("1.5M", 1_500_000),
        ("2GB", 2_000_000_000),
        ("3 KiB", 3072),
        ("1MiB", 1 << 20),
    ],
)
def test_sizes(text: str, size_bytes: int) -> None:
    assert parsed("a", "--min-size", text).min_size == size_bytes


def test_paths_may_stand_between_options() -> None:
    assert parsed("a", "--protect", "p", "b", "--hidden", "c").paths == ["a", "b", "c"]
    assert parsed("--hidden", "--", "-odd").paths == ["-odd"]


@pytest.mark.parametrize("threshold", ["0", "64"])
def test_thresholds_at_the_limits_are_taken(threshold: str) -> None:
    assert parsed("a", "--threshold", threshold).threshold == int(threshold)


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["--no-such-option"],
        ["scan"],
        ["scan", "a", "--no-such-option"],
        ["scan", "a", "--thresh", "3"],
        ["scan", "a", "--threshold", "65"],
        ["scan", "a", "--threshold", "-1"],
        ["scan", "a", "--threshold", "ten"],
        ["scan", "a", "--threshold", "1_0"],
        ["scan", "a", "--hash-size", "16", "--threshold", "257"],
        ["scan", "a", "--hash-size", "9"],
        ["scan", "a", "--hash", "md5"],
        ["scan", "a", "--hash", "phash-64"],
        ["scan", "a", "--threads", "0"],
        ["scan", "a", "--threads", "100000"],
        ["scan", "a", "--min-size", "-5"],
        ["scan", "a", "--min-size", "5X"],
        ["scan", "a", "--min-size", "5iB"],
        ["scan", "a", "--min-size", ""],
        ["scan", "a", "--min-size", "1e3"],
        ["scan", "a", "--min-size", "2K", "--max-size", "1K"],
        ["scan", "a", "--min-side", "20", "--max-side", "10"],
        ["scan", "a", "--min-side", "1.5"],
        ["scan", "a", "--catalog", "c", "--no-catalog"],
        ["scan", "a", "--catalog", ""],
        ["scan", "a", "--json"],
        ["scan", "a", "--json", ""],
        ["scan", "no-such-folder", "--no-catalog"],
        ["hash"],
        ["catalog"],
        ["catalog", "burn"],
        ["catalog", "info", "--yes"],
        ["catalog", "info", "more"],
        ["catalog", "erase", "--catalog", ""],
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1].startswith("dupefinder")
    assert "Traceback" not in printed.err


def test_unknown_arguments_are_named() -> None:
    with pytest.raises(WrongUsage, match="--nonsense"):
        parsed("a", "--hidden", "b", "--nonsense")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["scan", "--help"], ["hash", "--help"], ["catalog", "--help"], ["gui", "--help"]],
)
def test_help_ends_with_0(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("usage: dupefinder")
    assert printed.err == ""


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dupefinder {__version__}\n"


class Windows:
    """Stands for the window: notes what it was asked to open."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], Path | None]] = []

    def __call__(self, folders: Sequence[str], catalog: Path | None) -> int:
        self.asked.append((list(folders), catalog))
        return 7


@pytest.mark.parametrize(
    ("arguments", "folders", "catalog"),
    [
        ([], [], None),
        (["gui"], [], None),
        (["gui", "a", "b"], ["a", "b"], None),
        (["gui", "a", "--catalog", "c.sqlite"], ["a"], Path.cwd() / "c.sqlite"),
    ],
)
def test_the_window_opens(arguments: list[str], folders: list[str], catalog: Path | None) -> None:
    windows = Windows()
    assert main(arguments, windows) == 7
    assert windows.asked == [(folders, catalog)]


def test_without_a_display_the_scan_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    windows = Windows()
    assert main([], windows) == 1
    assert windows.asked == []
    assert "`dupefinder scan " in capsys.readouterr().err


def test_a_library_that_qt_needs_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Of what this system lacks besides, nothing is said here.
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda _names: [])

    def fail(folders: Sequence[str], catalog: Path | None) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    assert main(["gui"], fail) == 1
    printed = capsys.readouterr().err
    assert "libEGL.so.1" in printed
    assert "`dupefinder scan " in printed


def test_without_a_window_the_scan_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "`dupefinder scan " in capsys.readouterr().err
