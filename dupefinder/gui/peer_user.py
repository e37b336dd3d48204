"""The account at the other end of a local socket."""

import os
import socket
import struct
import sys

from PySide6.QtNetwork import QLocalSocket

# From <sys/un.h> of macOS: `struct xucred` begins with its version and the user.
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1
_XUCRED_BYTES = 76


def is_of_this_user(connection: QLocalSocket) -> bool:
    """True when the other end was made by the account that this program runs as.

    Where the system does not tell (Windows), the rights of the socket decide alone.

    Args:
        connection: A connected socket.
    """
    if os.name != "posix":
        return True
    try:
        user = _peer_user(connection.socketDescriptor())
    except OSError:
        return False  # gone by now
    return user is None or user == os.geteuid()


def _peer_user(descriptor: int) -> int | None:
    # A copy, so that Python closes that and not Qt's own.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(descriptor)) as peer:
        if sys.platform == "linux":
            told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3I"))
            return int(struct.unpack("3I", told)[1])  # the process, its user, its group
        if sys.platform == "darwin":
            told = peer.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
            return int(struct.unpack_from("2I", told)[1])
    return None
