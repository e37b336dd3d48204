"""The only room that changes a person's files: plan, preflight, trash, journal, undo.

Nothing is removed unless the kept copy was just read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dupefinder.actions.records import ActionKind


def trash_brings_back() -> bool:
    """True where the program can find its files in the trash again, and so can undo.

    Windows and macOS do not tell where in their trash a file is; only a person can restore it.
    """
    return sys.platform not in ("win32", "darwin")


def default_way() -> ActionKind:
    """The default kind of action: one that can be undone."""
    from dupefinder.actions.records import ActionKind  # loads NumPy, which help texts do not need

    return ActionKind.TRASH if trash_brings_back() else ActionKind.SET_ASIDE
