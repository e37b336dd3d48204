import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from dupefinder.gui.peer_user import is_of_this_user

NOBODY = 65534
LISTENER = """
import os, socket, sys
os.setuid(int(sys.argv[2]))
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("ready", flush=True)
server.accept()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # A folder that everybody reaches, with a name that is short enough for a socket.
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o777)
    yield Path(folder)
    shutil.rmtree(folder)


def test_both_ends_of_one_account(folder: Path, qtbot: QtBot) -> None:
    server = QLocalServer()
    name = str(folder / "socket") if os.name == "posix" else folder.name
    assert server.listen(name)
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1000)
    assert server.waitForNewConnection(1000)
    assert is_of_this_user(socket)
    assert is_of_this_user(server.nextPendingConnection())
    server.close()


@pytest.mark.skipif(os.name != "posix", reason="the rights of pipes decide on Windows")
def test_nobody_at_the_other_end(qtbot: QtBot) -> None:
    assert not is_of_this_user(QLocalSocket())


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="another account is needed"
)
def test_another_account(folder: Path, qtbot: QtBot) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER, str(folder / "socket"), str(NOBODY)],
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == "ready\n"
        socket = QLocalSocket()
        socket.connectToServer(str(folder / "socket"))
        assert socket.waitForConnected(1000)
        assert not is_of_this_user(socket)
        socket.abort()
