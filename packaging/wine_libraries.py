"""Two libraries of Windows that Wine lacks, as far as the program's wheels ask for them.

Wine's C runtime ends the process where it is asked for a function of complex numbers, as NumPy and
SciPy do while they are imported; and it has no `icuuc.dll`, which Qt links to for text encodings
that the program never uses. Both are made here and lie beside `python.exe`. The wheels' files that
want complex numbers are changed to name the first; no other file is. Only for trying the program
under Wine: what this touched is never shipped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Tool = Callable[[Sequence[str]], str]
"""Runs a program, given with its arguments, in the folder of `python.exe`; its output."""

MATH = "api-ms-win-crt-math-l1-1-0.dll"
OWN_MATH = "wine-lacks-complex-numbers.dll"
"""Name of the replacement, as long as the original, whose place it takes inside files."""

ICU = "icuuc.dll"

_COMPLEX = frozenset(
    f"c{name}{kind}"
    for name in (
        *("abs", "arg", "imag", "real", "exp", "log", "pow", "sqrt", "sin", "cos", "tan"),
        *("sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh"),
    )
    for kind in ("", "f", "l")
)

_ICU_SOURCE = """\
void *ucnv_open(const char *name, int *error) { *error = 4; return 0; }  /* no such file */
long long nothing(void) { return 0; }
"""


def add_missing(windows: Path, tool: Tool) -> None:
    """Make both libraries beside `python.exe`, and name the first where it is wanted.

    Args:
        windows: The folder of `python.exe`, with the wheels unpacked in `Lib/site-packages`.
        tool: Runs the compiler and the lister of Debian's MinGW.
    """
    names: set[str] = set()
    for file in _naming(windows, MATH):
        imported = _imported(file.relative_to(windows), MATH, tool)
        if imported & _COMPLEX:
            names |= imported
            file.write_bytes(file.read_bytes().replace(MATH.encode(), OWN_MATH.encode()))
    _build(windows, OWN_MATH, "", math_exports(names), tool)

    functions: set[str] = set()
    for file in _naming(windows, ICU):
        functions |= _imported(file.relative_to(windows), ICU, tool)
    exports = [n if n == "ucnv_open" else f"{n} = nothing" for n in sorted(functions)]
    _build(windows, ICU, _ICU_SOURCE, exports, tool)


def math_exports(names: set[str]) -> list[str]:
    """Lines of a module definition: complex functions from MinGW, all else from the C runtime.

    There `long double` is `double`, unlike with MinGW.
    """
    lines = []
    for name in sorted(names):
        if name not in _COMPLEX:
            lines.append(f"{name} = ucrtbase.{name}")
        elif name.endswith("l") and name[:-1] in _COMPLEX:
            lines.append(f"{name} = {name[:-1]}")
        else:
            lines.append(name)
    return lines


def _naming(windows: Path, library: str) -> Iterator[Path]:
    """Libraries of the wheels that name another one."""
    for file in sorted((windows / "Lib" / "site-packages").rglob("*")):
        if file.suffix in (".pyd", ".dll") and library.encode() in file.read_bytes():
            yield file


def _imported(file: Path, library: str, tool: Tool) -> set[str]:
    """Names that a file imports from a library."""
    listed = tool(("x86_64-w64-mingw32-objdump", "-p", file.as_posix()))
    _, _, after = listed.partition(f"DLL Name: {library}\n")
    table, _, _ = after.partition("\n\n")
    return set(re.findall(r"^\s+[0-9a-f]{4,}\s.*?(\w+)\s*$", table, re.MULTILINE))


def _build(windows: Path, library: str, source: str, exports: Sequence[str], tool: Tool) -> None:
    code, definition = windows / "library.c", windows / "library.def"
    code.write_text(source, encoding="ascii")
    definition.write_text("EXPORTS\n" + "".join(f"  {line}\n" for line in exports), "ascii")
    wanted = [f"-Wl,-u,{line.split(' = ')[-1]}" for line in exports if "." not in line]
    tool(
        (
            *("x86_64-w64-mingw32-gcc", "-shared", "-static-libgcc", "-fno-builtin", "-o", library),
            *wanted,
            *(code.name, definition.name),
        )
    )
    code.unlink()
    definition.unlink()
