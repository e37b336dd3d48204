"""Make the folder and the installer for Windows on Linux: PyInstaller under Wine.

    python3 packaging/package.py wine

PyInstaller runs with wheels that were changed for Wine (see `wine_libraries`). What it collected is
then put right: every file of a wheel becomes the file that was published, and the libraries that
only Wine needs go. Beside the folder stays the one that runs under Wine, to be tried there.
"""

import filecmp
import shutil
from pathlib import Path

import wine_libraries
from bundle import leave_encoder_out
from environment import BUILD, LOCKS
from icons import write_icons
from licences import write_licences
from release import Maintainer, NotBuilt
from windows_package import compile_installer
from wine import default_cache
from wine_environment import Wine, install_wheels

FOLDER = BUILD / "windows" / "dupefinder"
FOR_WINE = BUILD / "windows" / "for-wine"

_RUN_PYINSTALLER = (
    "import sys; sys.path.append(r'D:\\untouched'); from PyInstaller.__main__ import run;"
    " run(['--noconfirm', '--log-level', 'WARN', '--distpath', 'F:/', '--workpath', 'F:/work',"
    " 'D:/dupefinder/packaging/dupefinder.spec'])"
)
_USER = 1000
_TOOLS = {
    "debootstrap": "on Debian the package debootstrap",
    "makensis": "on Debian the package nsis",
    "uv": "see https://docs.astral.sh/uv/",
    "x86_64-w64-mingw32-gcc": "on Debian the package gcc-mingw-w64-x86-64",
}
"""Programs that are needed, each with where it comes from."""


def make_under_wine(maintainer: Maintainer) -> Path:
    """Make the folder and compile the installer.

    Raises:
        NotBuilt: It could not be made.
    """
    for tool, source in _TOOLS.items():  # before the work of many minutes
        if shutil.which(tool) is None:
            raise NotBuilt(f"{tool} is missing: install it, {source}")
    write_icons(BUILD / "icons")
    wine = Wine(default_cache().resolve())
    wine.make()
    untouched = wine.cache / "untouched"
    shutil.rmtree(untouched, ignore_errors=True)
    install_wheels(untouched, "--require-hashes", "-r", str(LOCKS["build"]))
    collected = wine.cache / "collected"
    shutil.rmtree(collected, ignore_errors=True)
    collected.mkdir()
    shutil.chown(collected, _USER, _USER)
    wine.reads, wine.mounts = [untouched], [collected]
    if wine.python(["-c", _RUN_PYINSTALLER]):
        raise NotBuilt("PyInstaller failed under Wine; the lines above say why")
    for folder in (FOLDER, FOR_WINE):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(collected / "dupefinder", folder)
        leave_encoder_out(folder / "_internal")
    changed = put_right(FOLDER / "_internal", untouched)
    print("Only under Wine:", *changed, sep="\n  ")
    write_licences(FOLDER / "licences", None, maintainer, untouched, wine.windows)
    return compile_installer(FOLDER, maintainer)


def put_right(inside: Path, untouched: Path) -> list[str]:
    """Put the files of the wheels as they were published in the place of those made for Wine.

    Args:
        inside: The folder with the libraries.
        untouched: The wheels, unpacked.

    Returns:
        Places of the files that were replaced or taken out.
    """
    changed = []
    for path in sorted(inside.rglob("*")):
        place = path.relative_to(inside)
        if path.name in (wine_libraries.OWN_MATH, wine_libraries.ICU):
            path.unlink()
            changed.append(f"{place} (taken out)")
        # x265 is left out of both.
        elif "x265" not in path.name and _differs(path, untouched / place):
            shutil.copyfile(untouched / place, path)
            changed.append(str(place))
    return changed


def _differs(path: Path, published: Path) -> bool:
    both = path.is_file() and published.is_file()
    return both and not filecmp.cmp(path, published, shallow=False)
