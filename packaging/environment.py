"""The environment the program runs in: `.venv` in the checkout, made from a lock file.

A stamp, written last, tells what the environment was made from. While it fits, a start costs no
more than reading two files; without it, after an interruption too, the environment is made anew.
Standard library only.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

CHECKOUT = Path(__file__).resolve().parent.parent
BUILD = CHECKOUT / "build"
"""Folder for packages and for all that making them takes."""

sys.path.insert(0, str(CHECKOUT))  # the environment that would find the package is yet to be made

from dupefinder import qt_libraries  # noqa: E402

Purpose = Literal["run", "test", "build"]

LOCKS: dict[Purpose, Path] = {
    "run": CHECKOUT / "packaging" / "lock-run.txt",
    "test": CHECKOUT / "packaging" / "lock-test.txt",
    "build": CHECKOUT / "packaging" / "lock-build.txt",
}
_PROGRAMS = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")


class SetupFailed(Exception):
    """The environment could not be made; the message says what to do."""


class Environment:
    """One virtual environment, made when it is first asked for.

    Args:
        folder: Where it is, or will be.
    """

    def __init__(self, folder: Path = CHECKOUT / ".venv") -> None:
        self.folder = folder
        self._stamp = folder / "dupefinder-stamp"

    def program(self, name: str) -> Path:
        """Path of a program that the environment holds, "python" for one."""
        folder, suffix = _PROGRAMS
        return self.folder / folder / (name + suffix)

    def make_ready(self, purpose: Purpose) -> None:
        """Make the environment unless it is as it should be.

        Raises:
            SetupFailed: It cannot be made; the message says what to do.
        """
        if self._is_ready(purpose):
            return
        try:
            with _alone(self.folder.with_name(self.folder.name + ".lock")):
                if not self._is_ready(purpose):  # by now another start may have made it
                    self._make(purpose)
        except subprocess.CalledProcessError as error:
            raise SetupFailed(_PIP_FAILED) from error
        except OSError as error:
            raise SetupFailed(
                f"The environment in {self.folder} cannot be made: {error}."
                " If dupefinder is running from it, close it and start again."
            ) from error

    def _is_ready(self, purpose: Purpose) -> bool:
        # What is locked to run is locked alike to test: that environment serves both.
        made_for, made_from = self._read_stamp()
        return (
            made_from == made_from_now(self.folder)
            and made_for in (purpose, "test")
            and self.program("python").exists()
        )

    def _read_stamp(self) -> tuple[str, str]:
        try:
            made_for, _, made_from = self._stamp.read_text(encoding="ascii").partition(" ")
        except (OSError, UnicodeDecodeError):
            return "", ""
        return made_for, made_from

    def _make(self, purpose: Purpose) -> None:
        check_venv()
        keep = self._is_ready("run")
        self._stamp.unlink(missing_ok=True)
        print(
            f"Setting up dupefinder in {self.folder}. This happens once, needs the internet and"
            " can take some minutes.",
            file=sys.stderr,
            flush=True,
        )
        if not keep:
            self._create()
        self._install(purpose)
        unfinished = self._stamp.with_suffix(".new")
        unfinished.write_text(f"{purpose} {made_from_now(self.folder)}", encoding="ascii")
        unfinished.replace(self._stamp)

    def _create(self) -> None:
        links = sys.platform != "win32"
        # Not in every Python: see `check_venv`.
        import venv

        venv.EnvBuilder(clear=True, with_pip=True, symlinks=links).create(self.folder)

    def _install(self, purpose: Purpose) -> None:
        # -I: a PYTHONPATH, or a module in the current folder, must not meddle with pip.
        pip = [str(self.program("python")), "-I", "-m", "pip", "--disable-pip-version-check"]
        # Wheels alone: building from source would fetch what no lock file names. What is imported
        # is compiled then: to compile all at once takes half of the time of an installation.
        locked = ["--require-hashes", "--only-binary", ":all:", "--no-compile"]
        locked += ["-r", str(LOCKS[purpose])]
        offline = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        project = [*offline, "-e", str(CHECKOUT)]
        for what in (locked, project):
            subprocess.run([*pip, "install", "--no-input", *what], check=True)


def made_from_now(folder: Path) -> str:
    """Digest of all that an environment in this folder would be made from."""
    digest = hashlib.sha256()
    for part in (sys.version, sys.base_prefix, str(folder)):
        digest.update(os.fsencode(part) + b"\0")
    for lock in LOCKS.values():
        digest.update(hashlib.sha256(lock.read_bytes()).digest())
    return digest.hexdigest()


def venv_package() -> str | None:
    """Debian's package that lacks for making environments; None when nothing does."""
    if all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        return None
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def check_venv() -> None:
    """Make sure that this Python can make environments.

    Raises:
        SetupFailed: It cannot; the message names the package that is missing.
    """
    package = venv_package()
    if package is None:
        return
    if qt_libraries.package_manager() == "apt-get":
        command = qt_libraries.install_command("apt-get", [package])
        raise SetupFailed(f"Python's venv is missing on this system. Install with:\n  {command}")
    raise SetupFailed(
        "This Python was installed without its modules venv and ensurepip. Install your"
        " system's package for them, or Python from python.org."
    )


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with the process at the latest; a second start waits here."""
    with lock.open("ab") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    handle.seek(0)
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it tries for ten seconds
                    continue
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


_PIP_FAILED = """\
The packages could not be installed; the lines above say why. The first start needs the internet.
There are packages for 64-bit Python 3.11 to 3.14 on
  Windows (Intel or AMD),
  macOS (on Intel up to Python 3.13),
  Linux with glibc 2.34 or later (2.39 or later on ARM)."""
