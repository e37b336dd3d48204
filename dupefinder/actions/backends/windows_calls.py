"""Windows calls that Python lacks: accounts, hidden files, and read-only files.

On Windows, read-only is an attribute of the file, not of a name: none of its names can be removed
or replaced, and clearing it clears it for all of them. Since Windows 10 1809, a call can ignore it.

Sources: Microsoft, "GetNamedSecurityInfoW", "ConvertSidToStringSidW", "GetTokenInformation",
"NtSetInformationFile", "FILE_DISPOSITION_INFORMATION_EX", "FILE_RENAME_INFORMATION".
"""

import ctypes
import os
import stat
import sys

HIDDEN = stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM
"""The attributes that hide a file."""

_FILES, _OWNER = 1, 1
"""Object type and information to ask for: SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION."""

_TOKEN_QUERY, _TOKEN_USER = 8, 1

_DELETE, _SHARE_ALL, _OPEN_EXISTING = 0x10000, 7, 3
_OPEN_LINK = 0x200000

_DISPOSITION, _RENAME = 64, 65
"""FileDispositionInformationEx, FileRenameInformationEx."""
_DELETES, _POSIX_DELETES, _DELETES_READ_ONLY = 0x1, 0x2, 0x10
_REPLACES, _POSIX_REPLACES, _REPLACES_READ_ONLY = 0x1, 0x2, 0x40


if sys.platform == "win32":
    from ctypes import wintypes

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _kernel.CreateFileW.argtypes = (
        *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p),
        *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
    )
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.LocalFree.argtypes = (ctypes.c_void_p,)
    _kernel.SetFileAttributesW.argtypes = (wintypes.LPCWSTR, wintypes.DWORD)
    _security = ctypes.WinDLL("advapi32", use_last_error=True)
    _security.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.c_void_p)
    _security.GetTokenInformation.argtypes = (
        *(wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p),
    )
    _security.ConvertSidToStringSidW.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    _native = ctypes.WinDLL("ntdll")
    _native.NtSetInformationFile.restype = ctypes.c_long
    _native.NtSetInformationFile.argtypes = (
        *(wintypes.HANDLE, ctypes.c_void_p, ctypes.c_void_p, wintypes.ULONG, ctypes.c_int),
    )
    _native.RtlNtStatusToDosError.argtypes = (ctypes.c_long,)

    def account() -> str:
        """The identifier of the account that this program runs as ("S-1-5-21-…-1001").

        Raises:
            OSError: The system does not tell.
        """
        token = wintypes.HANDLE()
        process = _kernel.GetCurrentProcess()
        if not _security.OpenProcessToken(process, _TOKEN_QUERY, ctypes.byref(token)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            user = (ctypes.c_void_p * 32)()  # a pointer to the identifier, and that behind it
            length = wintypes.DWORD()
            if not _security.GetTokenInformation(
                token, _TOKEN_USER, user, ctypes.sizeof(user), ctypes.byref(length)
            ):
                raise ctypes.WinError(ctypes.get_last_error())
            return _text_of(ctypes.c_void_p(user[0]))
        finally:
            _kernel.CloseHandle(token)

    def owner_of(path: str) -> str:
        """The identifier of the account that a file belongs to; empty where none is told."""
        owner, described = ctypes.c_void_p(), ctypes.c_void_p()
        refused = _security.GetNamedSecurityInfoW(
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
            return _text_of(owner) if owner else ""  # a file system without owners names none
        finally:
            _kernel.LocalFree(described)

    def _text_of(identifier: ctypes.c_void_p) -> str:
        text = ctypes.c_wchar_p()
        if not _security.ConvertSidToStringSidW(identifier, ctypes.byref(text)):
            return ""
        found = text.value or ""
        _kernel.LocalFree(text)
        return found

    def hide(path: str, hidden: int) -> None:
        """Set those attributes of `HIDDEN` that are named, and clear the others.

        Raises:
            OSError: The system refuses.
        """
        others = os.lstat(path).st_file_attributes & ~HIDDEN
        if not _kernel.SetFileAttributesW(path, others | hidden):
            raise ctypes.WinError(ctypes.get_last_error())

    def unlink_read_only(path: str) -> None:
        """Remove one name of a read-only file; its other names stay read-only.

        Raises:
            OSError: The system refuses, or the file system (FAT) or a server has no such call.
        """
        flags = wintypes.ULONG(_DELETES | _POSIX_DELETES | _DELETES_READ_ONLY)
        _have(path, _DISPOSITION, flags)

    def replace_read_only(source: str, target: str) -> None:
        """Rename a file over a read-only one, whose other names stay read-only.

        Args:
            source: The absolute path of the file.
            target: The absolute path that it gets.

        Raises:
            OSError: See `unlink_read_only`; nothing was done.
        """
        if target.startswith("\\\\?\\"):
            name = "\\??\\" + target[4:]
        elif target.startswith("\\\\"):
            name = "\\??\\UNC" + target[1:]
        else:
            name = "\\??\\" + target

        class Rename(ctypes.Structure):
            _fields_ = (
                ("flags", wintypes.ULONG),
                ("folder", wintypes.HANDLE),
                ("length_bytes", wintypes.ULONG),
                ("name", ctypes.c_wchar * (len(name) + 1)),
            )

        flags = _REPLACES | _POSIX_REPLACES | _REPLACES_READ_ONLY
        length_bytes = len(name) * ctypes.sizeof(ctypes.c_wchar)
        _have(source, _RENAME, Rename(flags, None, length_bytes, name))

    def _have(path: str, kind: int, wanted: ctypes.Structure | wintypes.ULONG) -> None:
        """Open a file without following a link, and change its name."""
        handle = _kernel.CreateFileW(
            path, _DELETE, _SHARE_ALL, None, _OPEN_EXISTING, _OPEN_LINK, None
        )
        if handle in (None, wintypes.HANDLE(-1).value):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            came_of_it = (ctypes.c_void_p * 2)()
            status = _native.NtSetInformationFile(
                handle, came_of_it, ctypes.byref(wanted), ctypes.sizeof(wanted), kind
            )
        finally:
            _kernel.CloseHandle(handle)
        if status < 0:
            raise ctypes.WinError(_native.RtlNtStatusToDosError(status))
