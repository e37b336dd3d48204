"""Single instance: a second start for a catalog hands its folders to the first, and ends.

The first instance holds a lock file, which, unlike a socket, shows whether its process is alive,
and which two simultaneous starts cannot both hold. A socket carries the folders.

Both are in folders that nobody else can write: the person's runtime folder, or the program's own.
The other end of the socket has to belong to the same person, too.
"""

import hashlib
import json
import logging
import os
import socket
import stat
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from dupefinder.store.own_files import close_to_others, data_folder, make_folder

# From <sys/un.h> of macOS: `struct xucred` begins with its version and the user.
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1
_XUCRED_BYTES = 76


def is_of_this_user(connection: QLocalSocket) -> bool:
    """True when the other end was made by the account that this program runs as.

    On Windows, which does not tell, the permissions of the socket decide.

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
    # A copy, so that Python does not close Qt's descriptor.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(descriptor)) as peer:
        if sys.platform == "linux":
            told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3I"))
            return int(struct.unpack("3I", told)[1])  # the process, its user, its group
        if sys.platform == "darwin":
            told = peer.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
            return int(struct.unpack_from("2I", told)[1])
    return None


_log = logging.getLogger(__name__)

_CONNECT_MS = 300
_ANSWER_MS = 3000
_RETRY_MS = 100
_SEARCH_S = 15.0
"""Longest wait for a first instance that holds its lock without listening, as at its end."""
_MOST_BYTES = 1 << 20
_LONGEST_PATH_BYTES = 100
"""Longer names of sockets are refused: Linux allows 107 bytes, macOS 103."""
_ANSWER = b"ok\n"


class SingleInstance(QObject):
    """The lock and the socket of the one window of a catalog.

    Signals:
        handed_over: Folders of a second start, a list that may be empty; the window shall come
            to the front.
    """

    handed_over = Signal(object)

    def __init__(self, catalog_path: Path, parent: QObject | None = None) -> None:
        """Prepare; nothing is claimed yet.

        Args:
            catalog_path: The catalog that only one window may have open.
            parent: Qt parent.
        """
        super().__init__(parent)
        folder, name = _private_folder(), _name(catalog_path)
        self._socket_name = _socket_path(folder, name) if os.name == "posix" else name
        self._lock_path = folder / f"{name}.lock"
        self._lock = QLockFile(str(self._lock_path))
        # A lock does not age; it ends with its process.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def claim(self, folders: Sequence[str]) -> bool:
        """Become the first instance, or hand over to it.

        Args:
            folders: Absolute folders that this start was asked to show.

        Returns:
            True when this is the first instance; False when the first one was told, and this
            one shall end.
        """
        until_s = time.monotonic() + _SEARCH_S
        patience_ms = 0
        while not self._lock.tryLock(patience_ms):
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                _log.warning("one instance cannot be ensured: %s", self._lock.error().name)
                return True
            if self._hand_over(folders):
                return False
            if time.monotonic() > until_s:
                # The catalog's own lock will tell, in words.
                _log.warning("another instance holds the lock, but does not listen")
                return True
            patience_ms = _RETRY_MS
        close_to_others([self._lock_path])
        self._listen()
        return True

    def stop_listening(self) -> None:
        """Accept no more folders; a new start waits for the end of this one and becomes the first.

        So does a start that was not answered yet.
        """
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        """Release the lock for another instance. Closing twice does no harm."""
        self.stop_listening()
        if self._lock.isLocked():
            self._lock.unlock()

    def _listen(self) -> None:
        if not self._socket_name:
            _log.warning("no second start will be heard: there is no place for a socket")
            return
        # An earlier listener has lost the lock, so it has ended.
        QLocalServer.removeServer(self._socket_name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        if not self._server.listen(self._socket_name):
            _log.warning("no second start will be heard: %s", self._server.errorString())

    def _greet(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            if not is_of_this_user(socket):
                _log.warning("somebody else called, who is not heard")
                socket.abort()
                socket.deleteLater()
                continue
            visitor = _Visitor(socket)
            visitor.brought.connect(self.handed_over)

    def _hand_over(self, folders: Sequence[str]) -> bool:
        """Send the folders to the first instance; False when none answers."""
        socket = QLocalSocket()
        socket.connectToServer(self._socket_name)
        if not socket.waitForConnected(_CONNECT_MS):
            return False
        if not is_of_this_user(socket):
            _log.warning("somebody else listens in the place of the first instance")
            socket.abort()
            return False
        # Names that are not valid text are escaped.
        socket.write(json.dumps(list(folders)).encode("ascii") + b"\n")
        socket.flush()
        if socket.waitForReadyRead(_ANSWER_MS):
            return True
        # A busy instance will still read the message; one that has ended will not.
        return socket.state() is QLocalSocket.LocalSocketState.ConnectedState


class _Visitor(QObject):
    """The connection of a second start."""

    brought = Signal(object)

    def __init__(self, socket: QLocalSocket) -> None:
        super().__init__(socket)
        self._socket = socket
        self._read = bytearray()
        socket.readyRead.connect(self._take)
        socket.disconnected.connect(socket.deleteLater)  # also where the server ends it
        self._take()

    def _take(self) -> None:
        self._read += self._socket.readAll().data()
        if len(self._read) > _MOST_BYTES:
            self._socket.abort()
        elif self._read.endswith(b"\n"):
            folders = _folders(bytes(self._read))
            self._read.clear()
            if folders is None:
                self._socket.abort()
                return
            self._socket.write(_ANSWER)
            self._socket.flush()
            self.brought.emit(folders)


def _folders(line: bytes) -> list[str] | None:
    """The folders of a message; None for an invalid one."""
    try:
        folders = json.loads(line)
        if not isinstance(folders, list):
            return None
        for folder in folders:
            if not isinstance(folder, str) or "\0" in folder:
                return None
            os.fsencode(folder)
    except (ValueError, RecursionError):
        return None
    return folders


def _private_folder() -> Path:
    """The folder for lock and socket, which nobody else can write."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and _is_private(runtime):
        return Path(runtime)
    folder = data_folder()
    with suppress(OSError):  # then the lock cannot be made, either
        make_folder(folder)
    return folder


def _is_private(folder: str) -> bool:
    """True for a folder of this person that is closed to all others."""
    if os.name != "posix":
        return False
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    is_closed = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    return is_closed and status.st_uid == os.geteuid()


def _socket_path(folder: Path, name: str) -> str:
    """The path of a socket, in a folder with a short name where this one has a long one.

    Returns:
        Empty where there is none, or somebody else has it.
    """
    path = str(folder / f"{name}.socket")
    if len(os.fsencode(path)) <= _LONGEST_PATH_BYTES:
        return path
    try:
        short = os.path.join(tempfile.gettempdir(), f"dupefinder-{os.geteuid()}")
        with suppress(FileExistsError):
            os.mkdir(short, 0o700)
    except OSError:
        return ""
    path = os.path.join(short, f"{name}.socket")
    return path if _is_private(short) and len(os.fsencode(path)) <= _LONGEST_PATH_BYTES else ""


def _name(catalog_path: Path) -> str:
    """A short name for the socket of a catalog."""
    path = os.path.normcase(os.path.realpath(catalog_path))
    who = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.blake2s(os.fsencode(f"{who}\0{path}"), digest_size=8).hexdigest()
    return f"dupefinder-{digest}"
