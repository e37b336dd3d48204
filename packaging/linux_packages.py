"""Packages for Linux: a folder to unpack, a package for Debian and its kin, a Flatpak manifest."""

import platform
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from bundle import make_folder, size_bytes
from bundle_contents import DESKTOPS_LIBRARIES
from environment import BUILD, CHECKOUT
from icons import SIZES_PX, SOURCE
from release import VERSION, Maintainer, NotBuilt

from dupefinder.qt_libraries import GRAPHICS, WAYLAND_WINDOW

DATA = CHECKOUT / "packaging" / "linux"

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_FILES = {
    "dupefinder.desktop": "applications/dupefinder.desktop",
    "zz-dupefinder-folder.desktop": "applications/zz-dupefinder-folder.desktop",
    "dupefinder.nemo_action": "nemo/actions/dupefinder.nemo_action",
    "dupefinder-here.nemo_action": "nemo/actions/dupefinder-here.nemo_action",
    "dolphin.desktop": "kio/servicemenus/dupefinder.desktop",
    "nautilus-extension": "nautilus-python/extensions/dupefinder.py",
}
"""The files that desktops look for, each with its place below `share`."""


def app_id(maintainer: Maintainer) -> str:
    """The name of the program in stores, made of the project's page.

    A page on a host of many projects, "https://github.com/jane/dupefinder", gives
    "io.github.jane.dupefinder", as that host asks; any other gives its name, reversed.
    """
    address = urlsplit(maintainer.home)
    host = (address.hostname or "").split(".")
    owner = address.path.strip("/").split("/")[0]
    hosts = {"github.com": ["io", "github"], "gitlab.com": ["io", "gitlab"]}
    known = hosts.get(".".join(host))
    parts = [*known, owner] if known and owner else host[::-1]
    words = [re.sub(r"\W", "_", part) for part in parts]
    return ".".join([*words, "dupefinder"])


def _filled(name: str, values: Mapping[str, object]) -> str:
    return (DATA / name).read_text(encoding="utf-8").format_map(values)


def add_desktop_files(folder: Path, maintainer: Maintainer) -> None:
    """Add menu entry, icons, actions of file managers, the stores' description, and the installer.

    Args:
        folder: A folder with the program.
        maintainer: Whoever answers for it.
    """
    share = folder / "share"
    for name, place in _FILES.items():
        target = share / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / name, target)
    icons = share / "icons" / "hicolor"
    drawn = {f"{size}x{size}/apps/dupefinder.png": f"{size}.png" for size in SIZES_PX}
    sources = {place: BUILD / "icons" / name for place, name in drawn.items()}
    for place, source in {**sources, "scalable/apps/dupefinder.svg": SOURCE}.items():
        (icons / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, icons / place)
    values = {
        "app_id": app_id(maintainer),
        "developer_id": app_id(maintainer).rpartition(".")[0],
        "name": maintainer.name,
        "home": maintainer.home,
        "version": VERSION,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    metainfo = share / "metainfo" / f"{values['app_id']}.metainfo.xml"
    metainfo.parent.mkdir(parents=True, exist_ok=True)
    escaped = {name: escape(value) for name, value in values.items()}
    metainfo.write_text(_filled("metainfo.xml", escaped), encoding="utf-8")
    shutil.copy(DATA / "install.sh", folder)


def make_linux_folder(maintainer: Maintainer) -> Path:
    """Make the folder with all that Linux packages hold."""
    folder = make_folder(maintainer)
    add_desktop_files(folder, maintainer)
    return folder


def make_tarball(maintainer: Maintainer) -> Path:
    """Make an archive to unpack anywhere, with an installer for one person."""
    folder = make_linux_folder(maintainer)
    name = f"dupefinder-{VERSION}-linux-{platform.machine()}"
    archive = BUILD / f"{name}.tar.xz"

    def owned_by_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    with tarfile.open(archive, "w:xz") as tar:
        tar.add(folder, name, filter=owned_by_nobody)
    return archive


def make_deb(maintainer: Maintainer) -> Path:
    """Make a package for Debian, Ubuntu and their kin.

    Raises:
        NotBuilt: It could not be made.
    """
    folder = make_linux_folder(maintainer)
    architecture = _ARCHITECTURES.get(platform.machine(), platform.machine())
    root = BUILD / "deb"
    shutil.rmtree(root, ignore_errors=True)
    command = [str(folder / "install.sh"), "/usr"]
    subprocess.run(command, env={"DESTDIR": str(root), "PATH": "/usr/bin:/bin"}, check=True)
    documents = root / "usr" / "share" / "doc" / "dupefinder"
    documents.mkdir(parents=True)
    licence = (CHECKOUT / "LICENSE").read_text(encoding="utf-8").splitlines()
    glibc = f"libc6 (>= {platform.libc_ver()[1]})"  # Python and its libraries are of this system
    values = {
        "version": VERSION,
        "architecture": architecture,
        "name": maintainer.name,
        "address": maintainer.address,
        "home": maintainer.home,
        "size_kib": size_bytes(root) // 1024,
        "depends": ", ".join([glibc, "libstdc++6", *_not_inside(GRAPHICS)]),
        "recommends": ", ".join(_not_inside(WAYLAND_WINDOW)),
        "licence": "\n".join(f" {line or '.'}" for line in licence),
    }
    (documents / "copyright").write_text(_filled("copyright", values), encoding="utf-8")
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(_filled("control", values), encoding="utf-8")
    package = BUILD / f"dupefinder_{VERSION}_{architecture}.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package)]
    if subprocess.run(build).returncode:
        raise NotBuilt("dpkg-deb failed; the lines above say why")
    return package


def _not_inside(libraries: Mapping[str, tuple[str, str]]) -> list[str]:
    """Debian's packages with those of the libraries that do not come along."""
    return sorted({libraries[name][0] for name in libraries.keys() - DESKTOPS_LIBRARIES})


def make_flatpak_manifest(maintainer: Maintainer) -> Path:
    """Write a manifest that puts the folder into a Flatpak; see there how far it was tried."""
    folder = make_linux_folder(maintainer)
    manifest = BUILD / "flatpak.yml"
    values = {"app_id": app_id(maintainer), "folder": folder.name}
    manifest.write_text(_filled("flatpak.yml", values), encoding="utf-8")
    return manifest
