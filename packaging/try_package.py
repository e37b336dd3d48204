"""Try a package: one scan, one removal, one undo, and the window.

    python3 packaging/try_package.py PROGRAM [ARGUMENT...]

PROGRAM is the installed program, by path or by name; arguments come before those of each step. It
gets a home of its own with photos that are made for it, and what it did is compared byte by byte.
With each step are printed its seconds, and those of processors, which another program slows less.
Runs in `build/environment`, which makes HEIC and AVIF photos, too.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pillow_heif
from help_pictures import landscape

_KINDS = ("jpg", "avif", "heic")
"""Of each kind there is one photo and its copy."""

_LONGEST_STEP_S = 600.0
_LONGEST_START_S = 120.0
_LONGEST_END_S = 60.0


class Failed(Exception):
    """The package does not do what it should; the message says what it did instead."""


class _Watch:
    """The time since this was made: of the clock, and of the processors for programs that ended."""

    def __init__(self) -> None:
        self._began_s, self._used_s = time.monotonic(), _used_s()

    @property
    def passed_s(self) -> float:
        return time.monotonic() - self._began_s

    def row(self, step: str, words: str = "") -> str:
        return f"{step:<10}{self.passed_s:6.1f} s {_used_s() - self._used_s:6.1f} CPU s  {words}"


def _used_s() -> float:
    """Seconds of processors that programs took which ended; 0 where the system does not count."""
    used = os.times()
    return used.children_user + used.children_system


def write_photos(folder: Path) -> None:
    """Write a photo of each kind, with a copy of the same bytes."""
    pillow_heif.register_heif_opener()
    for name in ("Photos", "Backup"):
        (folder / name).mkdir(parents=True)
    for number, kind in enumerate(_KINDS):
        photo = landscape(walker_px=180 + 120 * number, clouds_px=90 * number)
        original = folder / "Photos" / f"IMG_{number}.{kind}"
        photo.save(original, quality=90)
        shutil.copy(original, folder / "Backup" / f"IMG_{number} – copy.{kind}")


def _digests(folder: Path) -> dict[str, str]:
    """Digest of each file by its place."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def try_program(program: Sequence[str], home: Path) -> None:
    """Scan, remove and undo in a home of its own, and open the window.

    Raises:
        Failed: Something went wrong.
    """
    photos = home / "Pictures"
    write_photos(photos)
    before = _digests(photos)
    places = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    variables = {**os.environ, **dict.fromkeys(places, str(home)), "PYTHONUTF8": "1"}
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        variables.pop(name, None)

    def run(*arguments: str) -> str:
        watch = _Watch()
        try:
            ended = subprocess.run(
                [*program, *arguments],
                env=variables,
                cwd=home,
                capture_output=True,
                timeout=_LONGEST_STEP_S,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{arguments[0]} did not end in {_LONGEST_STEP_S:.0f} s") from error
        said = (ended.stdout + ended.stderr).decode("utf-8", "replace").strip()
        if ended.returncode:
            raise Failed(f"{arguments[0]} ended with {ended.returncode}:\n{said}")
        print(watch.row(arguments[0], ascii(said[-100:])), flush=True)
        return said

    run("--version")
    run("--version")  # once more, now that its files are in the system's memory
    run("scan", str(photos), "--json", "groups.json")
    groups = json.loads((home / "groups.json").read_text("utf-8"))["groups"]
    if len(groups) != len(_KINDS):
        raise Failed(f"{len(groups)} groups were found, and not {len(_KINDS)}")
    run("apply", "--from", "groups.json", "--set-aside", "--yes")
    left = _digests(photos)
    gone = before.keys() - left.keys()
    if len(gone) != len(_KINDS) or set(before.values()) != set(left.values()):
        raise Failed(f"of {sorted(before)} were left {sorted(left)}")
    run("undo")
    if _digests(photos) != before:
        raise Failed("undo did not bring back what was there")
    _try_window(program, variables, home)


def _try_window(program: Sequence[str], variables: dict[str, str], home: Path) -> None:
    catalog = home / "window.sqlite"
    watch = _Watch()
    window = subprocess.Popen([*program, "gui", "--catalog", str(catalog)], env=variables, cwd=home)
    try:
        # Made once the window is painted.
        while not catalog.exists():
            if window.poll() is not None or watch.passed_s > _LONGEST_START_S:
                raise Failed(f"the window did not open; exit code {window.poll()}")
            time.sleep(0.05)
        opened_s = watch.passed_s
        window.send_signal(signal.SIGTERM)
        try:
            code = window.wait(_LONGEST_END_S)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"the window did not close in {_LONGEST_END_S:.0f} s") from error
        print(watch.row("window", f"open after {opened_s:.1f} s"))
        if code and os.name == "posix":
            raise Failed(f"the window ended with {code}")
    finally:
        window.kill()
        window.wait()


def main(arguments: Sequence[str]) -> int:
    """Try the program that is named."""
    if not arguments:
        print(__doc__, end="", file=sys.stderr)
        return 2
    path = shutil.which(arguments[0]) or arguments[0]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            try_program([os.path.abspath(path), *arguments[1:]], Path(folder).resolve())
        except Failed as error:
            print(error, file=sys.stderr)
            return 1
    print("It scans, removes, undoes and opens its window.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
