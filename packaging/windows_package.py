"""The installer for Windows, made of the folder that PyInstaller made there."""

import shutil
import subprocess
from pathlib import Path

from bundle import make_folder
from environment import BUILD, CHECKOUT
from release import VERSION, Maintainer, NotBuilt

SCRIPT = CHECKOUT / "packaging" / "windows" / "installer.nsi"


def compile_installer(folder: Path, maintainer: Maintainer) -> Path:
    """Compile the installer; makensis runs on Linux, too.

    Args:
        folder: The program for Windows.
        maintainer: Whoever answers for it.

    Raises:
        NotBuilt: It could not be made.
    """
    makensis = shutil.which("makensis")
    if makensis is None:
        raise NotBuilt("makensis is missing: install NSIS, on Debian the package nsis")
    installer = BUILD / f"dupefinder-{VERSION}-windows-x86_64.exe"
    values = {
        "VERSION": VERSION,
        "PUBLISHER": maintainer.name,
        "HOME": maintainer.home,
        "FOLDER": folder,
        "ICON": BUILD / "icons" / "dupefinder.ico",
        "OUTPUT": installer,
    }
    defined = [f"-D{name}={value}" for name, value in values.items()]
    # -WX: a warning ends it, too.
    command = [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defined, str(SCRIPT)]
    if subprocess.run(command).returncode:
        raise NotBuilt("makensis failed; the lines above say why")
    return installer


def make_installer(maintainer: Maintainer) -> Path:
    """Make the folder and the installer, on Windows."""
    return compile_installer(make_folder(maintainer), maintainer)
