"""Make a package of the program: one command for each kind.

    python3 packaging/package.py wheel      wheel and source archive
    python3 packaging/package.py folder     the program with all it needs, in one folder
    python3 packaging/package.py tarball    that folder for Linux, as an archive
    python3 packaging/package.py deb        a package for Debian and Ubuntu
    python3 packaging/package.py flatpak    a manifest for flatpak-builder
    python3 packaging/package.py windows    an installer, on Windows; needs NSIS and gcc
    python3 packaging/package.py wine       the same on Linux, as root, under Wine; needs uv, NSIS,
                                            and Debian's debootstrap and gcc-mingw-w64-x86-64
    python3 packaging/package.py macos      a disk image, on macOS; needs Xcode's command line tools

With --release it refuses unless DUPEFINDER_MAINTAINER says who maintains the packages and where.
The results are put into `build`, the tools into `build/environment`. It needs the internet once,
Debian's or Ubuntu's `gcc`, `binutils`, `dpkg`, and on Linux what Qt needs.
"""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from environment import BUILD, Environment, SetupFailed
from release import Maintainer, NotBuilt, maintainer

_MAKERS = {
    "wheel": ("wheel_package", "make_wheel"),
    "folder": ("bundle", "make_folder"),
    "tarball": ("linux_packages", "make_tarball"),
    "deb": ("linux_packages", "make_deb"),
    "flatpak": ("linux_packages", "make_flatpak_manifest"),
    "windows": ("windows_package", "make_installer"),
    "wine": ("wine_package", "make_under_wine"),
    "macos": ("macos_package", "make_disk_image"),
}
"""Module and function of each kind; most of the modules import the tools of the environment."""


def maker(kind: str) -> Callable[[Maintainer], Path]:
    """The function that makes a kind of package, imported in the environment with the tools."""
    module, function = _MAKERS[kind]
    make: Callable[[Maintainer], Path] = getattr(importlib.import_module(module), function)
    return make


def main(arguments: Sequence[str]) -> int:
    """Make one package, in the environment that has the tools for it.

    Args:
        arguments: The kind, and `--release`.

    Returns:
        0 when it was made, 1 when not, 2 for wrong usage.
    """
    if "--help" in arguments:
        print(__doc__, end="")
        return 0
    kinds = [argument for argument in arguments if argument != "--release"]
    if len(kinds) != 1 or kinds[0] not in _MAKERS:
        print(__doc__, end="", file=sys.stderr)
        return 2
    try:
        who = maintainer(for_release="--release" in arguments)
        environment = Environment(BUILD / "environment")
        if Path(sys.prefix) != environment.folder:
            BUILD.mkdir(exist_ok=True)
            environment.make_ready("build")
            command = [str(environment.program("python")), str(Path(__file__)), *arguments]
            return subprocess.run(command).returncode
        began_s = time.monotonic()
        made = maker(kinds[0])(who)
    except (NotBuilt, SetupFailed, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    size = f", {made.stat().st_size / 1e6:.1f} MB" if made.is_file() else ""
    print(f"{made}{size}, made in {time.monotonic() - began_s:.0f} s for {who.name}, {who.home}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
