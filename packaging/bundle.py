"""Makes the folder that packages are made of: the program with Python and all libraries inside."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from environment import BUILD, CHECKOUT
from icons import write_icons
from licences import write_licences
from release import Maintainer, NotBuilt

FOLDER = BUILD / "dupefinder"

_ENCODER_FUNCTION = re.compile(rb"\bx265_(?:api_get_\d+|cleanup)\b")


def make_folder(maintainer: Maintainer) -> Path:
    """Make the folder anew.

    Args:
        maintainer: Whoever answers for it.

    Raises:
        NotBuilt: It could not be made.
    """
    write_icons(BUILD / "icons")
    shutil.rmtree(FOLDER, ignore_errors=True)
    recipe = CHECKOUT / "packaging" / "dupefinder.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--workpath", str(BUILD / "work"), "--distpath", str(BUILD)]
    if subprocess.run([*command, *places, str(recipe)]).returncode:
        raise NotBuilt("PyInstaller failed; the lines above say why")
    # On macOS the folder is inside the application, too, which is what is handed on.
    root = BUILD / "dupefinder.app" / "Contents" if sys.platform == "darwin" else FOLDER
    inside = root / ("Frameworks" if sys.platform == "darwin" else "_internal")
    leave_encoder_out(inside)
    if sys.platform.startswith("linux"):
        _strip_python(inside)
    if subprocess.run([str(FOLDER / "dupefinder"), "--version"]).returncode:
        raise NotBuilt("the program in it does not start; the lines above say why")
    licences = root / "Resources" / "licences" if sys.platform == "darwin" else root / "licences"
    write_licences(licences, BUILD / "work", maintainer)
    return FOLDER


def leave_encoder_out(inside: Path) -> None:
    """Put a library without any encoder in the place of x265, which is under the GPL.

    libheif asks x265 alone for its encoder, and takes "there is none" for an answer; the program
    only decodes. The functions are those that libheif names.

    Args:
        inside: The folder with the libraries.

    Raises:
        NotBuilt: The libraries are not as expected.
    """
    encoders = [path for path in inside.rglob("*x265*") if not path.is_symlink()]
    heifs = [path for path in inside.rglob("*libheif*") if not path.is_symlink()]
    if len(encoders) != 1 or len(heifs) != 1:
        raise NotBuilt(f"expected one x265 and one libheif, found {encoders} and {heifs}")
    (encoder,), (heif,) = encoders, heifs
    names = {name.decode("ascii") for name in _ENCODER_FUNCTION.findall(heif.read_bytes())}
    if len(names) != 2:
        raise NotBuilt(f"libheif asks for other functions of x265 than expected: {sorted(names)}")
    exported = "__declspec(dllexport) " if encoder.suffix == ".dll" else ""
    source = BUILD / "work" / "no_encoder.c"
    source.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{exported}void *{name}(int bits) {{ return 0; }}\n" for name in sorted(names)]
    source.write_text("".join(lines))
    shared = "-dynamiclib" if encoder.suffix == ".dylib" else "-shared"
    name_inside = {
        ".dll": ["-Wl,--no-insert-timestamp"],
        ".dylib": ["-Wl,-install_name,@rpath/" + encoder.name],
    }.get(encoder.suffix, ["-fPIC", "-Wl,-soname," + encoder.name])
    compiler = _compiler(encoder)
    command = [compiler, shared, "-O2", "-s", "-Wno-unused", *name_inside, str(source)]
    encoder.unlink()
    if subprocess.run([*command, "-o", str(encoder)]).returncode:
        raise NotBuilt(f"{compiler} could not make the library that stands for x265")


def _compiler(library: Path) -> str:
    foreign = library.suffix == ".dll" and sys.platform != "win32"
    names = ["x86_64-w64-mingw32-gcc"] if foreign else ["cc", "gcc"]
    for name in names:
        if shutil.which(name):
            return name
    raise NotBuilt(f"a C compiler is needed ({' or '.join(names)})")


def _strip_python(inside: Path) -> None:
    """Take debugging symbols out of Python's own libraries, which are most of their size."""
    own = [*inside.glob("libpython3*.so*"), *inside.glob("python3.*/lib-dynload/*.so")]
    libraries = [str(library) for library in own if not library.is_symlink()]
    if (strip := shutil.which("strip")) is not None:
        subprocess.run([strip, "--strip-unneeded", *libraries], check=True)


def size_bytes(folder: Path) -> int:
    """Add up the files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(os.stat(path).st_size for path in files)
