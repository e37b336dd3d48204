"""`dupefinder gui`, and `dupefinder` alone: open the window, or say why it cannot."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dupefinder.cli.terminal import WrongUsage, warn
from dupefinder.qt_libraries import WITHOUT_WINDOW, has_display, no_window_text
from dupefinder.text.translation import _

OpenWindow = Callable[[Sequence[str], Path | None], int]
"""Takes folders and a catalog; returns the exit code."""

_FAILED = 1


def run(arguments: argparse.Namespace, open_window: OpenWindow | None) -> int:
    """Open the window.

    Raises:
        WrongUsage: Nothing that opens a window was given.
    """
    if open_window is None:
        raise WrongUsage(
            _("no window can be opened from here. {instead}").format(instead=WITHOUT_WINDOW)
        )
    if not has_display():
        warn(_("there is no display to open a window on. {instead}").format(instead=WITHOUT_WINDOW))
        return _FAILED
    catalog = Path(os.path.abspath(arguments.catalog)) if arguments.catalog else None
    try:
        return open_window(arguments.paths, catalog)
    except ImportError as error:
        first, *more = no_window_text(str(error)).splitlines()
        warn(first)
        print(*more, sep="\n", file=sys.stderr)
        return _FAILED
