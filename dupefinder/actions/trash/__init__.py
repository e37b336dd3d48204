"""The trash of the system: files are renamed into it, never deleted and never copied."""

from dupefinder.actions import trash_brings_back
from dupefinder.actions.backends.protocol import Backend

__all__ = ["default_trash"]


def default_trash() -> Backend:
    """The backend for the trash of this system."""
    if not trash_brings_back():
        from dupefinder.actions.trash.windows_macos import SystemTrash

        return SystemTrash()
    from dupefinder.actions.trash.freedesktop import FreedesktopTrash

    return FreedesktopTrash()
