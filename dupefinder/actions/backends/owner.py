"""Accounts that files belong to, by names that can be compared and stand in a file's name.

POSIX numbers accounts. Windows has security identifiers ("S-1-5-21-…-1001"), of which Python tells
none. Sources: Microsoft, "GetNamedSecurityInfoW", "ConvertSidToStringSidW".
"""

import ctypes
import os
import sys

_FILES, _OWNER = 1, 1
"""Of what the system is asked: SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION."""


def this_account() -> str:
    """The account that this program runs as."""
    return str(os.geteuid()) if hasattr(os, "geteuid") else os.getlogin()


def owner_of(path: str, status: os.stat_result) -> str:
    """The account that a file or folder belongs to; empty where the system does not tell.

    Args:
        path: The file or folder.
        status: Its status.
    """
    if sys.platform == "win32":
        return _owner_on_windows(path)
    return str(status.st_uid)


if sys.platform == "win32":

    def _owner_on_windows(path: str) -> str:
        security = ctypes.WinDLL("advapi32")
        owner, described = ctypes.c_void_p(), ctypes.c_void_p()
        text = ctypes.c_wchar_p()
        free = ctypes.WinDLL("kernel32").LocalFree
        free.argtypes = (ctypes.c_void_p,)
        refused = security.GetNamedSecurityInfoW(
            ctypes.c_wchar_p(path),
            _FILES,
            _OWNER,
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(described),
        )
        if refused:
            return ""
        try:
            # A file system without owners names none.
            if not owner or not security.ConvertSidToStringSidW(owner, ctypes.byref(text)):
                return ""
            found = text.value or ""
            free(text)
            return found
        finally:
            free(described)
