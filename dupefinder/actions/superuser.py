"""Whether the program may do anything to anybody's files."""

import os


def running_as_root() -> bool:
    """True for the superuser of a POSIX system: no file is protected from them by its owner."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
