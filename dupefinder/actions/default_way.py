"""The way to remove photos where a person chose none. Imports nothing large."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dupefinder.actions.records import ActionKind


def trash_brings_back() -> bool:
    """True where the program finds again in the trash what it put there, and so can undo it.

    Windows and macOS do not tell where in their trash a file lies: there only a person finds it.
    """
    return sys.platform not in ("win32", "darwin")


def default_way() -> ActionKind:
    """The way to remove photos unless a person chooses another: one that can be undone."""
    from dupefinder.actions.records import ActionKind  # with NumPy, which no help text needs

    return ActionKind.TRASH if trash_brings_back() else ActionKind.SET_ASIDE
