"""Rules on what a package holds: all that the program uses, and nothing that it does not.

Names are places in the package, "/"-separated. The rules are asked by `dupefinder.spec`.
"""

import re
import sys
import sysconfig
from collections.abc import Iterable

from dupefinder.qt_libraries import X11_WINDOW
from dupefinder.text.translation import LANGUAGES

UNUSED_MODULES = (
    # imagehash depends on these; the hashes that the program asks it for use neither.
    *("scipy", "pywt"),
    *("tkinter", "PIL.ImageTk", "numpy.f2py", "numpy.testing", "pdb", "pydoc", "unittest"),
    # Under the GPL on Linux, and of no use here.
    *("readline", "curses", "_gdbm", "dbm.gnu"),
)
"""Names of modules that are left out."""

_USED_PLUGINS = re.compile(
    r"""
    platforms/(lib)?q(xcb|wayland[\w-]*|offscreen|windows|cocoa)\.
    | platforminputcontexts/
    | platformthemes/(lib)?qxdgdesktopportal\.
    | xcbglintegrations/
    | wayland-(decoration-client|graphics-integration-client|shell-integration)/
    | imageformats/(lib)?q(jpeg|svg|ico)\.
    | iconengines/
    | styles/
    """,
    re.VERBOSE,
)
_UNUSED = re.compile(
    r"""
    .*\.pyi$ | .*/py\.typed$
    # Pictures of the README; catalogues are read as they were compiled.
    | dupefinder/_resources/(pictures/.*|.*\.po)
    | cv2/(data|gapi|typing|utils|mat_wrapper|misc)/.*\.xml$
    # Reads films, which the program does not; Windows loads it only when asked to.
    | .*opencv_videoio_ffmpeg.*
    | .*libQt6EglF[Ss].*
    | .*/opengl32sw\.dll$ | .*[Dd]3[Dd]compiler_47\.dll$
    """,
    re.VERBOSE,
)
_QT_PLUGIN = re.compile(r".*/plugins/(?P<plugin>[\w-]+/[^/]+)$")
_QT_TRANSLATION = re.compile(r".*/translations/(?P<name>\w+)\.qm$")

# Of the system's libraries those come along that Python is made of, and those that a desktop may
# lack; drivers and fonts have to be the system's own, and so all that these share with it.
_PYTHONS_LIBRARIES = re.compile(
    r"lib(python3|ssl|crypto|sqlite3|ffi|bz2|lzma|expat|mpdec|uuid)\b.*"
)
DESKTOPS_LIBRARIES = {
    *(name for name in X11_WINDOW if not name.startswith("libX11")),
    "libxkbcommon.so.0",
}


def belongs(place: str) -> bool:
    """True for what the program uses.

    Args:
        place: Place of a file in the package.
    """
    place = place.replace("\\", "/")
    if _UNUSED.fullmatch(place):
        return False
    if plugin := _QT_PLUGIN.fullmatch(place):
        return _USED_PLUGINS.match(plugin["plugin"]) is not None
    if translation := _QT_TRANSLATION.fullmatch(place):
        return translation["name"] in {f"qtbase_{code}" for code in LANGUAGES}
    return True


def homes() -> list[str]:
    """Folders of the wheels and of Python.

    The system's own Python shares its prefix with all libraries; its modules are apart from them.
    """
    if sys.base_prefix in ("/usr", "/usr/local"):
        return [sys.prefix, sysconfig.get_path("stdlib")]
    return [sys.prefix, sys.base_prefix]


def comes_along(library: str, source: str, homes: Iterable[str]) -> bool:
    """True for a Linux library that is put into the package rather than taken from the system.

    Args:
        library: Its file name.
        source: Its path where the package is made.
        homes: See `homes`.
    """
    if any(source.startswith(f"{home}/") for home in homes):
        return True
    return bool(_PYTHONS_LIBRARIES.fullmatch(library)) or library in DESKTOPS_LIBRARIES
