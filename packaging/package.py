"""Make a package of the program: one command for each kind.

    python3 packaging/package.py wheel      wheel and source archive
    python3 packaging/package.py folder     the program with all it needs, in one folder
    python3 packaging/package.py tarball    that folder for Linux, as an archive
    python3 packaging/package.py deb        a package for Debian and Ubuntu
    python3 packaging/package.py flatpak    a manifest for flatpak-builder
    python3 packaging/package.py windows    an installer, on Windows; needs NSIS and gcc
    python3 packaging/package.py wine       the same on Linux, as root, under Wine; needs uv besides
    python3 packaging/package.py macos      a disk image, on macOS; needs Xcode's command line tools

With --release it refuses unless DUPEFINDER_MAINTAINER says who maintains the packages and where.
The results are put into `build`, the tools into `build/environment`. It needs the internet once,
Debian's or Ubuntu's `gcc`, `binutils`, `dpkg`, and on Linux what Qt needs.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from environment import CHECKOUT, Environment, SetupFailed
from release import Maintainer, NotForRelease, maintainer

BUILD = CHECKOUT / "build"


def _wheel(_maintainer: Maintainer) -> Path:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(BUILD / "wheel")]
    subprocess.run([*command, str(CHECKOUT)], check=True)
    return BUILD / "wheel"


def _kinds() -> dict[str, Callable[[Maintainer], Path]]:
    from bundle import make_folder
    from linux_packages import make_deb, make_flatpak_manifest, make_tarball
    from macos_package import make_disk_image
    from windows_package import make_installer
    from wine_package import make_under_wine

    return {
        "wheel": _wheel,
        "folder": make_folder,
        "tarball": make_tarball,
        "deb": make_deb,
        "flatpak": make_flatpak_manifest,
        "windows": make_installer,
        "wine": make_under_wine,
        "macos": make_disk_image,
    }


def main(arguments: Sequence[str]) -> int:
    """Make one package, in the environment that has the tools for it.

    Args:
        arguments: The kind, and `--release`.

    Returns:
        0 when it was made, 1 when not, 2 for wrong usage.
    """
    kinds = [argument for argument in arguments if argument != "--release"]
    try:
        who = maintainer(for_release="--release" in arguments)
        environment = Environment(BUILD / "environment")
        if Path(sys.prefix) != environment.folder:
            BUILD.mkdir(exist_ok=True)
            environment.make_ready("build")
            command = [str(environment.program("python")), str(Path(__file__)), *arguments]
            return subprocess.run(command).returncode
        make = _kinds().get(kinds[0]) if len(kinds) == 1 else None
        if make is None:
            print(__doc__, end="", file=sys.stderr)
            return 2
        began_s = time.monotonic()
        made = make(who)
    except (NotForRelease, SetupFailed) as error:
        print(error, file=sys.stderr)
        return 1
    size = f", {made.stat().st_size / 1e6:.1f} MB" if made.is_file() else ""
    print(f"{made}{size}, made in {time.monotonic() - began_s:.0f} s for {who.name}, {who.home}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
