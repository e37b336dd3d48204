"""`python -m dupefinder`, and what the installed command calls: the command line or the window.

A helper process imports this module again (see `core.decode.workers`), so it stays light and starts
nothing by being imported.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def open_window(folders: Sequence[str], catalog_path: Path | None) -> int:
    """Show the window until it is closed; only now is Qt loaded.

    Args:
        folders: Folders to begin with.
        catalog_path: The catalog; None takes the platform's place.

    Returns:
        The exit code.

    Raises:
        ImportError: A system library that Qt needs is missing.
    """
    from dupefinder.gui.app import run

    return run(folders, catalog_path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; without arguments, the window.

    Args:
        arguments: The arguments behind the program's name; None for those of the command line.

    Returns:
        The exit code.
    """
    # The engine multiplies many small matrices in threads of its own; threads of the library's
    # in each of them take four times as long. It looks once, when NumPy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from dupefinder import cli  # here, for a process that decodes has no use for it

    return cli.main(arguments, open_window)


def show_window() -> int:
    """Show the window with the folders on the command line: the command that needs no terminal."""
    return main(["gui", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
