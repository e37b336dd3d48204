"""Finds the files that come with the program: help, icons, translations."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")
"""In an installed program, and in a checkout."""


def resource_path(name: str) -> Path:
    """Find a file or folder that comes with the program.

    Args:
        name: Its place below `resources/`, "/"-separated.

    Returns:
        The absolute path.

    Raises:
        FileNotFoundError: The program was not installed with such a file.
    """
    for folder in _FOLDERS:
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"the program's own file {name!a} is missing; install it again")
