"""Texts for logs and reports: what a person's folders are called is nobody's business there."""

import os
import re

_PACKAGES = re.compile(r'[^"\s]*?[\\/](?:site|dist)-packages[\\/]')
_CODE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
_FRAME = re.compile(r'^\s*File "')
_ABSOLUTE = r"(?:[A-Za-z]:[\\/]|[\\/])"
_QUOTED = re.compile(rf"""(['"])({_ABSOLUTE}(?:(?!\1)[^\n])*)\1""")
_PLAIN = re.compile(rf"(?<![\w.…~/\\:-]){_ABSOLUTE}[^\s'\",:;()<>]+")


def without_folders(text: str) -> str:
    """Shorten absolute paths to the name at their end.

    The lines of a traceback that name code keep the way below the program's own folder, or below
    that of installed packages. A path that holds blanks and is not quoted keeps what follows its
    first blank, down to the next separator.

    Args:
        text: One line or several.
    """
    return "\n".join(_shortened(line) for line in text.split("\n"))


def _shortened(line: str) -> str:
    if _FRAME.match(line):
        return _PACKAGES.sub("", line).replace(_CODE, "").replace(os.path.expanduser("~"), "~")
    line = _QUOTED.sub(lambda found: found[1] + _name(found[2]) + found[1], line)
    return _PLAIN.sub(lambda found: _name(found[0]), line)


def _name(path: str) -> str:
    name = re.split(r"[\\/]+", path.rstrip("\\/"))[-1]
    return f"…/{name}" if name else path
