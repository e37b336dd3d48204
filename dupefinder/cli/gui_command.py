"""`dupefinder gui`, and `dupefinder` alone: open the window, or say why it cannot."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dupefinder.cli.terminal import warn
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.text.translation import _

OpenWindow = Callable[[Sequence[str], Path | None], int]
"""Takes folders and a catalog; returns the exit code."""

_FAILED = 1


def _instead() -> str:
    return _("Without a window: `dupefinder scan FOLDER` finds duplicates.")


def run(arguments: argparse.Namespace, open_window: OpenWindow | None) -> int:
    """Open the window.

    Raises:
        WrongUsage: Nothing that opens a window was given.
    """
    if open_window is None:
        raise WrongUsage(
            _("no window can be opened from here. {instead}").format(instead=_instead())
        )
    if not _has_display():
        warn(_("there is no display to open a window on. {instead}").format(instead=_instead()))
        return _FAILED
    catalog = Path(os.path.abspath(arguments.catalog)) if arguments.catalog else None
    try:
        return open_window(arguments.paths, catalog)
    except ImportError as error:
        warn(
            _("the window cannot open: {error}. {instead}").format(error=error, instead=_instead())
        )
        return _FAILED


def _has_display() -> bool:
    """False only where it is certain that Qt would end the program at once."""
    return sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
