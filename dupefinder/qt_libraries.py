"""Finds the system libraries that Qt lacks on Linux, and the command that installs them.

Windows and macOS have everything. The lists are what `ldd` shows for PySide6's QtGui and QtNetwork
and for its platform plugins, less what every Linux has. Standard library only:
`packaging/bootstrap.py` asks before there is an environment.
"""

import ctypes
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping

WITHOUT_WINDOW = "Without a window: `dupefinder scan FOLDER` finds duplicates."

Packages = tuple[str, str]
"""Names of the package that holds a library: Debian's and Arch's."""

GRAPHICS: Mapping[str, Packages] = {
    "libEGL.so.1": ("libegl1", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd"),
    "libX11.so.6": ("libx11-6", "libx11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
}
"""Needed to load QtGui and QtNetwork at all, with or without a screen."""

X11_WINDOW: Mapping[str, Packages] = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libx11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
"""Needed besides `GRAPHICS` to open a window on X11, or on Wayland through XWayland."""

WAYLAND_WINDOW: Mapping[str, Packages] = {
    "libwayland-client.so.0": ("libwayland-client0", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "wayland"),
    "libwayland-egl.so.1": ("libwayland-egl1", "wayland"),
}
"""Needed besides `GRAPHICS` to open a window where there is Wayland alone."""

# Package managers by the names in ID and ID_LIKE of /etc/os-release.
_MANAGER_OF = {
    "debian": "apt-get",
    "ubuntu": "apt-get",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "suse": "zypper",
    "opensuse": "zypper",
    "arch": "pacman",
    "alpine": "apk",
    "wolfi": "apk",
}
_INSTALL = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "zypper": "zypper install",
    "pacman": "pacman -S",
    "apk": "apk add",
}


def on_linux() -> bool:
    """True where libraries have to be looked for."""
    return sys.platform.startswith("linux")


def has_display() -> bool:
    """True unless this is a Linux without a screen to open a window on."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not on_linux() or any(map(os.environ.get, screens))


def window_libraries() -> list[str]:
    """Names of the libraries that the window needs on the screen that there is."""
    wayland_alone = os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY")
    return [*GRAPHICS, *(WAYLAND_WINDOW if wayland_alone else X11_WINDOW)]


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Names of the libraries that the system cannot load; none on Windows and macOS."""
    if not on_linux():
        return []
    return [name for name in names if not _loads(name)]


def package_manager() -> str | None:
    """The system's package manager as /etc/os-release tells; None when it is another one."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return None
    for system in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        # openSUSE's own name is "opensuse-leap" or "opensuse-tumbleweed".
        manager = _MANAGER_OF.get(system) or _MANAGER_OF.get(system.partition("-")[0])
        if manager is not None:
            return manager
    return None


def packages_with(libraries: Iterable[str], manager: str) -> list[str]:
    """Return the packages that hold these libraries.

    dnf, zypper and apk take the name of a library itself; there is no name to look up.
    """
    known = {**GRAPHICS, **X11_WINDOW, **WAYLAND_WINDOW}
    if manager == "apt-get":
        names = [known[library][0] for library in libraries]
    elif manager == "pacman":
        names = [known[library][1] for library in libraries]
    elif manager == "apk":
        names = [f"so:{library}" for library in libraries]
    else:
        names = [f"{library}()(64bit)" for library in libraries]
    return list(dict.fromkeys(names))


def install_command(manager: str, packages: Iterable[str]) -> str:
    """The command that a person types to install packages."""
    command = f"{_INSTALL[manager]} {shlex.join(packages)}"
    return command if _is_root() else f"sudo {command}"


def advice(libraries: list[str]) -> str:
    """Name the missing libraries, and the command that installs them."""
    manager = package_manager()
    listed = ", ".join(libraries)
    if manager is None:
        return f"Install the packages of your system that hold these libraries: {listed}"
    command = install_command(manager, packages_with(libraries, manager))
    return f"Missing on this system: {listed}. Install with:\n  {command}"


def no_window_text(reason: str) -> str:
    """Explain why the window cannot open, and what works without one.

    Args:
        reason: The fault in the words of the system or of Qt; what is missing counts more.
    """
    missing = missing_libraries(window_libraries())
    why = advice(missing) if missing else reason
    return f"the window cannot open. {why}\n{WITHOUT_WINDOW}"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
