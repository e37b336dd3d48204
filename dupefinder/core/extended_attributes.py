"""Extended attributes of a file, or on Windows its alternate streams, by name.

Python reads them on Linux only; elsewhere the system is called.

Sources: Apple, `getxattr(2)` and `listxattr(2)`; Microsoft, "FindFirstStreamW".
"""

import ctypes
import os
import sys

_MOST_VALUE_BYTES = 1 << 20
_MOST_ATTRIBUTES = 1_000
_NO_FOLLOW = 1
_OF_THE_PERSON = "user."
_MAIN_STREAM, _STREAM_KIND = "::$DATA", ":$DATA"
_STREAM_NAME_CHARACTERS = 296


def extended_attributes(path: str) -> dict[str, bytes]:
    """Read the attributes of a file, links not followed.

    Args:
        path: The file.

    Returns:
        Values by name; of a long value only its beginning, 1 MiB. On Linux only those of the
        namespace "user": the others are the system's own.

    Raises:
        OSError: The file is gone, its file system has none, or one cannot be read.
    """
    if sys.platform == "linux":
        names = os.listxattr(path, follow_symlinks=False)
        own = [name for name in names if name.startswith(_OF_THE_PERSON)]
        return {
            name: os.getxattr(path, name, follow_symlinks=False) for name in own[:_MOST_ATTRIBUTES]
        }
    if sys.platform == "darwin":
        return _read_macos(path)
    if sys.platform == "win32":
        return _read_windows(path)
    return {}


if sys.platform == "darwin":

    def _read_macos(path: str) -> dict[str, bytes]:
        system = ctypes.CDLL(None, use_errno=True)
        size = ctypes.c_size_t
        system.listxattr.restype = system.getxattr.restype = ctypes.c_ssize_t
        encoded = os.fsencode(path)
        names = ctypes.create_string_buffer(_MOST_VALUE_BYTES)
        length = system.listxattr(encoded, names, size(len(names)), _NO_FOLLOW)
        if length < 0:
            raise OSError(ctypes.get_errno(), "its attributes cannot be listed", path)
        found: dict[str, bytes] = {}
        value = ctypes.create_string_buffer(_MOST_VALUE_BYTES)
        for name in names.raw[:length].split(b"\0")[:_MOST_ATTRIBUTES]:
            if name:
                length = system.getxattr(encoded, name, value, size(len(value)), 0, _NO_FOLLOW)
                # One that is too long is told by its name.
                found[name.decode("utf-8", "replace")] = value.raw[: max(length, 0)] or name
        return found


if sys.platform == "win32":

    class _Stream(ctypes.Structure):
        _fields_ = (
            ("size_bytes", ctypes.c_int64),
            ("name", ctypes.c_wchar * _STREAM_NAME_CHARACTERS),
        )

    def _read_windows(path: str) -> dict[str, bytes]:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.FindFirstStreamW.restype = ctypes.c_void_p
        stream = _Stream()
        handle = ctypes.c_void_p(kernel.FindFirstStreamW(path, 0, ctypes.byref(stream), 0))
        if handle.value in (None, ctypes.c_void_p(-1).value):
            return {}  # a file system without streams
        found: dict[str, bytes] = {}
        try:
            while len(found) < _MOST_ATTRIBUTES:
                if stream.name != _MAIN_STREAM:
                    name = stream.name.removesuffix(_STREAM_KIND).lstrip(":")
                    with open(f"{path}:{name}", "rb") as opened:
                        found[name] = opened.read(_MOST_VALUE_BYTES)
                if not kernel.FindNextStreamW(handle, ctypes.byref(stream)):
                    break
        finally:
            kernel.FindClose(handle)
        return found
