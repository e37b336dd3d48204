"""The program for Windows, tried on Linux: CPython for Windows and the locked wheels under Wine.

    python3 packaging/wine.py make
        Makes the environment. The other commands make it, too, where it is missing or outdated.
    python3 packaging/wine.py test [PART | PYTEST ARGUMENT ...]
        Runs the tests folder by folder, or those of the folders named (`core/scan`), and prints
        of each how many passed, failed and were skipped. A folder that takes too long is ended.
    python3 packaging/wine.py run [PYTHON ARGUMENT ...]
        Runs Python there: `run -m dupefinder gui` opens the window.

Options, before the command:
    --cache FOLDER    Where the environment is kept: else in the user's folder for caches.
    --mount FOLDER    Shows a folder as drive F:, the next as G: and so on. To be changed there,
                      it must belong to user 1000.
    --read FOLDER     Shows a folder, to be read, beside the checkout, which is D:/dupefinder.
    --display N       Shows windows on a screen that Xvfb makes as display N.
    --minutes N       How long one folder of tests may take; 20 if not given.
    --reports FOLDER  Where the output of tests goes: else `reports` where the environment is.

Needs root, debootstrap, unshare and uv, which ask the servers that they are set up for. Wine runs
in a Debian of its own, as user 1000, who may only read the checkout.

What is tried is not Windows: files lie on a file system of Linux. With Wine 10
    hold   drive letters, slashes both ways, names that differ in case, sharing violations,
           read-only and hidden files, hard links, code pages, the window, processes for decoding,
           the scan of paths longer than 260 characters;
    do not symbolic links (made without a word, and not there), junctions and alternate streams (not
           supported), names that are no text, attributes of online-only files (not kept), removing
           from paths longer than 260 characters (their final path is not told), times given to
           read-only files, RAW photos developed (LibRaw's parallel loops come out wrong), shares,
           access lists and accounts, events of a console, `$Recycle.Bin` (the trash on Linux).
Tests of the latter are skipped there by what they find, not by Wine's name; those of RAW fail.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from environment import CHECKOUT
from wine_environment import Wine

TESTS = CHECKOUT / "tests"
_SLOW_S = 240  # a test that takes longer says where it is

_OUTCOME = re.compile(r"^tests/.*::.* (PASSED|FAILED|ERROR|SKIPPED)\b.*\[ *\d+%\]$", re.MULTILINE)


def folders_of_tests(parts: Sequence[str]) -> list[Path]:
    """Folders below `tests` that hold tests, each to be run by itself.

    Args:
        parts: Those to look in; all if none.
    """
    roots = [TESTS / part for part in parts] or [TESTS]
    return sorted({file.parent for root in roots for file in root.rglob("test_*.py")})


def test(wine: Wine, arguments: Sequence[str], reports: Path, limit_s: float) -> bool:
    """Run the tests folder by folder and print what came of them.

    Args:
        wine: The environment.
        arguments: Folders below `tests`, and arguments for pytest.
        reports: A folder for the output of each.
        limit_s: Seconds that one folder may take.

    Returns:
        True where all passed or were skipped.
    """
    parts = [argument for argument in arguments if (TESTS / argument).is_dir()]
    others = [argument for argument in arguments if argument not in parts]
    reports.mkdir(parents=True, exist_ok=True)
    total: Counter[str] = Counter()
    for folder in folders_of_tests(parts):
        name = folder.relative_to(CHECKOUT).as_posix()
        report = reports / (name.replace("/", "-") + ".txt")
        outcome = _test_folder(wine, folder, others, report, limit_s)
        total += outcome
        print(f"{name}: {_counted(outcome)}", flush=True)
    print(f"All: {_counted(total)}. The output is in {reports}.")
    return not set(total) - {"passed", "skipped"}


def _test_folder(
    wine: Wine, folder: Path, others: Sequence[str], report: Path, limit_s: float
) -> Counter[str]:
    files = [
        "D:/dupefinder/" + file.relative_to(CHECKOUT).as_posix()
        for file in sorted(folder.glob("test_*.py"))
    ]
    ways = ["--rootdir=D:/dupefinder", "-c", "D:/dupefinder/pyproject.toml", "-v", "--color=no"]
    ways += ["-p", "no:cacheprovider", "-o", f"faulthandler_timeout={_SLOW_S}"]
    ways += [f"--basetemp=C:/{report.stem}"]  # another run deletes none of its own
    try:
        status = wine.python(["-m", "pytest", *ways, *others, *files], limit_s, report)
        ended = status in (0, 1, 5)
    except subprocess.TimeoutExpired:
        ended = False
    text = report.read_text(encoding="utf-8", errors="replace")
    outcome = outcomes(text)
    if not ended:
        outcome["not ended"] = 1
    return outcome


def outcomes(text: str) -> Counter[str]:
    """Count the tests of each outcome in pytest's output with `-v`."""
    return Counter(found.lower() for found in _OUTCOME.findall(text))


def _counted(outcome: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(outcome.items())) or "none"


def default_cache() -> Path:
    """The environment's folder where none is named."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dupefinder-wine"


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--mount", type=Path, action="append", default=[])
    parser.add_argument("--read", type=Path, action="append", default=[])
    parser.add_argument("--display", type=int)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("command", choices=("make", "test", "run"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends, too
    if os.geteuid() != 0:
        sys.exit("Only root can make a system of its own in a folder and run Wine in it.")
    wine = Wine(given.cache.resolve())
    wine.make()
    wine.reads = [folder.resolve() for folder in given.read]
    wine.mounts = [folder.resolve() for folder in given.mount]
    wine.display = given.display
    if given.command == "test":
        reports = given.reports or wine.cache / "reports"
        return 0 if test(wine, given.arguments, reports, given.minutes * 60) else 1
    return wine.python(given.arguments) if given.command == "run" else 0


if __name__ == "__main__":
    sys.exit(main())
