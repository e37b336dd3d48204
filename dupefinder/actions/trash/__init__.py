"""The trash of the system: files are renamed into it, never deleted and never copied."""

import sys

from dupefinder.actions.backends.protocol import Backend

__all__ = ["default_trash"]


def default_trash() -> Backend:
    """The trash that this system's desktop shows."""
    if sys.platform in ("win32", "darwin"):
        from dupefinder.actions.trash.system import SystemTrash

        return SystemTrash()
    from dupefinder.actions.trash.freedesktop import FreedesktopTrash

    return FreedesktopTrash()
