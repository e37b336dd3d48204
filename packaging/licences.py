"""Gathers the licences of all that a package holds, and tells where its sources are.

A package of Python without a licence text, or a library of the system whose package is not known,
ends the build: nothing is shipped without its licence.
"""

import ast
import importlib.metadata
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution
from pathlib import Path

from bundle_contents import UNUSED_MODULES
from environment import CHECKOUT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from release import VERSION, Maintainer, NotBuilt
from wine_environment import PYTHON_SERIES, PYTHON_VERSION

TEXTS = CHECKOUT / "packaging" / "licences"
_NAMES = ("licen", "copying", "notice", "authors", "copyright")
# Qt's wheels hold no text; theirs is in `TEXTS`.
_WITHOUT_TEXT = {"pyside6-essentials", "shiboken6"}
_NOT_SHIPPED = {*UNUSED_MODULES, "pywavelets"}

_WINDOWS = {
    "sys_platform": "win32",
    "platform_machine": "AMD64",
    "python_version": PYTHON_SERIES,
    "python_full_version": PYTHON_VERSION,
}
"""The system that wheels for Windows are for; all others are for this one."""


class LicenceMissing(NotBuilt):
    """Something would be shipped without its licence; the message names it."""


def shipped_packages(wheels: Path | None = None) -> list[Distribution]:
    """The packages of Python that the program needs, by name, without itself.

    Args:
        wheels: Unpacked wheels for Windows; None takes what is installed here.
    """
    path = sys.path if wheels is None else [str(wheels)]
    system = {} if wheels is None else _WINDOWS
    found: dict[str, Distribution] = {}
    needed = importlib.metadata.requires("dupefinder") or []
    while needed:
        need = Requirement(needed.pop())
        name = canonicalize_name(need.name)
        is_needed = need.marker is None or need.marker.evaluate({"extra": "", **system})
        if is_needed and name not in found and name not in _NOT_SHIPPED:
            found[name] = next(iter(Distribution.discover(name=name, path=path)))
            needed += found[name].requires or []
    return [found[name] for name in sorted(found)]


def licence_files(package: Distribution) -> list[tuple[str, Path]]:
    """Texts of a package's licences and its lists of what is compiled into it, with their names."""
    texts = []
    for file in package.files or ():
        below = [part.lower() for part in file.parts]
        in_info = below[0].endswith(".dist-info")
        named = below[-1].startswith(_NAMES) or "licenses" in below or "sboms" in below
        path = Path(str(package.locate_file(file)))
        if in_info and named and path.is_file():
            texts.append(("-".join(file.parts[1:]).removeprefix("licenses-"), path))
    return texts


def write_licences(
    folder: Path,
    work: Path | None,
    maintainer: Maintainer,
    wheels: Path | None = None,
    python: Path = Path(sys.base_prefix),
) -> None:
    """Write all texts, and a page that tells what is under which.

    Args:
        folder: Where they are written.
        work: PyInstaller's folder, in which it tells what it collected; None where nothing is of
            the system.
        maintainer: Whoever answers for the package.
        wheels: Unpacked wheels for Windows; None takes what is installed here.
        python: The Python that is inside.

    Raises:
        LicenceMissing: Something has no licence.
    """
    packages = shipped_packages(wheels)
    for package in packages:
        _copy(package.name, licence_files(package), folder / f"{package.name}-{package.version}")
    _copy("dupefinder", [("LICENSE.txt", CHECKOUT / "LICENSE")], folder / f"dupefinder-{VERSION}")
    bootloader = importlib.metadata.distribution("pyinstaller")
    _copy("PyInstaller", licence_files(bootloader), folder / f"pyinstaller-{bootloader.version}")
    _copy("Python", _of_python(python), folder / "python")
    libraries = [] if work is None else _system_libraries(work)
    for name, text in _of_system(libraries).items():
        _copy(name, [("copyright.txt", text)], folder / "system" / name)
    for text in sorted(TEXTS.glob("*PL-*.txt")):
        shutil.copy(text, folder)
    page = (TEXTS / "about.md").read_text(encoding="utf-8")
    listed = "\n".join(
        f"| {package.name} | {package.version} | https://pypi.org/project/{package.name}/"
        f"{package.version}/#files |"
        for package in packages
    )
    qt = next(package.version for package in packages if package.name == "PySide6_Essentials")
    page = page.format(version=VERSION, home=maintainer.home, packages=listed, qt=qt)
    (folder / "README.md").write_text(page, encoding="utf-8", newline="\n")


def _copy(name: str, texts: Iterable[tuple[str, Path]], folder: Path) -> None:
    texts = list(texts)
    if not texts and canonicalize_name(name) not in _WITHOUT_TEXT:
        raise LicenceMissing(f"{name} comes without the text of its licence")
    for file_name, path in texts:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / file_name)


def _of_python(base: Path) -> list[tuple[str, Path]]:
    release = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = ("LICENSE.txt", f"lib/{release}/LICENSE.txt", f"share/doc/{release}/copyright")
    return [("LICENSE.txt", base / place) for place in places if (base / place).is_file()][:1]


def _system_libraries(work: Path) -> list[Path]:
    """Libraries that PyInstaller took from Debian or one of its kin."""
    if not sys.platform.startswith("linux"):
        return []
    collected = ast.literal_eval((work / "dupefinder" / "COLLECT-00.toc").read_text("utf-8"))
    homes = (sys.prefix + "/", str(CHECKOUT) + "/")
    python = sys.base_prefix + "/" if sys.base_prefix != "/usr" else "/usr/lib/python3"
    return [
        Path(source)
        for _place, source, kind in collected[0]
        if kind in ("BINARY", "EXTENSION") and not source.startswith((*homes, python))
    ]


def _of_system(libraries: Iterable[Path]) -> dict[str, Path]:
    texts = {}
    for library in libraries:
        owner = subprocess.run(
            ["dpkg-query", "-S", f"*/{library.name}"], capture_output=True, text=True
        ).stdout.partition(":")[0]
        text = Path("/usr/share/doc") / owner / "copyright"
        if not owner or not text.is_file():
            raise LicenceMissing(f"the package that {library} is from is not known")
        texts[owner] = text
    return texts
