import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from dupefinder.gui.app import single_instance
from dupefinder.gui.app.single_instance import SingleInstance, is_of_this_user
from tests.gui.app.one_module import WITHOUT_WINDOW

Make = Callable[[Path], SingleInstance]
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has pipes, and no modes")

SECOND = f"""{WITHOUT_WINDOW}
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from dupefinder.gui.app.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
print(instance.claim(sys.argv[2:]), flush=True)
if sys.stdin.read(1):
    instance.close()
"""


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    # Sockets have short names; the folder of a test may have a long one.
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    made: list[SingleInstance] = []

    def instance(catalog: Path) -> SingleInstance:
        made.append(SingleInstance(catalog))
        return made[-1]

    yield instance
    for one in made:
        one.close()
        one.deleteLater()


def second_start(catalog: Path, folders: list[str], qtbot: QtBot) -> bool:
    """Start once more, in another process, while this one's loop runs."""
    second = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(catalog), *folders],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    said, _ = second.communicate()
    return {"True\n": True, "False\n": False}[said]


def test_the_first_is_the_first(make: Make, tmp_path: Path) -> None:
    assert make(tmp_path / "c.sqlite").claim([])


def test_a_second_start_hands_its_folders_over(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    folders = ["/a b", "/caf\udce9", "/é"]
    assert second_start(tmp_path / "c.sqlite", folders, qtbot) is False
    assert heard == [folders]
    assert second_start(tmp_path / "c.sqlite", [], qtbot) is False
    assert heard == [folders, []]


def test_another_spelling_is_the_same_catalog(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    first = make(tmp_path / "real" / "c.sqlite")
    assert first.claim([])
    assert second_start(tmp_path / "link" / ".." / "real" / "c.sqlite", [], qtbot) is False


def test_another_catalog_has_a_window_of_its_own(make: Make, tmp_path: Path) -> None:
    assert make(tmp_path / "a.sqlite").claim([])
    assert make(tmp_path / "b.sqlite").claim([])


def test_after_the_first_is_closed_another_one_may_begin(make: Make, tmp_path: Path) -> None:
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    first.close()
    first.close()
    assert make(tmp_path / "c.sqlite").claim([])


def test_leftovers_of_a_killed_instance_are_cleared(
    make: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(tmp_path / "c.sqlite")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    assert killed.stdin is not None
    assert killed.stdout.readline() == "True\n"
    killed.kill()
    killed.wait()
    killed.stdin.close()
    killed.stdout.close()
    left = [path.suffix for path in (tmp_path / "r").iterdir()]
    assert sorted(left) == ([".lock", ".socket"] if os.name == "posix" else [])  # go with it there
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    assert second_start(tmp_path / "c.sqlite", ["/a"], qtbot) is False
    assert heard == [["/a"]]


def test_of_two_that_start_at_once_one_is_the_first(make: Make, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SECOND, str(tmp_path / "c.sqlite")]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) for _ in range(2)]
    # The first one's loop does not run, so the other waits for its answer in vain, and ends.
    said = [one.stdout.readline().strip() for one in started if one.stdout]
    for one in started:
        one.communicate("x")
    assert sorted(said) == ["False", "True"]


def test_a_start_while_the_first_one_ends_waits_and_is_the_first(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make(tmp_path / "c.sqlite"), make(tmp_path / "c.sqlite")
    assert first.claim([])
    first.stop_listening()
    hand_over = SingleInstance._hand_over

    def call_as_the_first_ends(instance: SingleInstance, folders: list[str]) -> bool:
        is_told = hand_over(instance, folders)
        first.close()
        return is_told

    monkeypatch.setattr(SingleInstance, "_hand_over", call_as_the_first_ends)
    assert second.claim(["/a"])
    assert second._lock.isLocked()


def test_one_that_never_listens_does_not_keep_others_away(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "_SEARCH_S", 0.0)
    monkeypatch.setattr(SingleInstance, "_listen", lambda self: None)
    assert make(tmp_path / "c.sqlite").claim([])
    assert make(tmp_path / "c.sqlite").claim(["/a"])


def test_a_place_that_cannot_be_written_keeps_nobody_away(make: Make, tmp_path: Path) -> None:
    # The lock cannot be made where its folder is none.
    instance = make(tmp_path / "c.sqlite")
    (tmp_path / "r").rmdir()
    assert instance.claim([])


@pytest.mark.parametrize(
    "line",
    [
        *(b"\n", b"{}\n", b"[1]\n", b'["a\\u0000b"]\n', b"[" * 100_000 + b"\n"),
        pytest.param(b'["\\ud800"]\n', marks=POSIX),  # Windows has such names
    ],
)
def test_invalid_messages_are_ignored(
    make: Make, tmp_path: Path, qtbot: QtBot, line: bytes
) -> None:
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    server = first.findChild(QLocalServer)
    assert server is not None
    socket = QLocalSocket()
    socket.connectToServer(server.fullServerName())
    assert socket.waitForConnected(1000)
    with qtbot.waitSignal(socket.disconnected):
        socket.write(line)
    assert heard == []


@POSIX
def test_nobody_else_may_connect(make: Make, tmp_path: Path) -> None:
    assert make(tmp_path / "c.sqlite").claim([])
    (socket,) = (tmp_path / "r").glob("*.socket")
    assert socket.stat().st_mode & 0o077 == 0


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "own"))
    return tmp_path / "own"


def spoil(runtime: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the runtime folder a flaw."""
    if how == "open to others":
        runtime.chmod(0o755)
    elif how == "a link":
        runtime.rename(runtime.with_name("real"))
        runtime.symlink_to("real")
    elif how == "of somebody else":
        os.chown(runtime, 65534, 65534)
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", {"unset": "", "relative": "r"}[how])


@POSIX
@pytest.mark.parametrize(
    "how",
    [
        "unset",
        "relative",
        "open to others",
        "a link",
        pytest.param(
            "of somebody else",
            marks=pytest.mark.skipif(
                not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives a folder away"
            ),
        ),
    ],
)
def test_without_a_runtime_folder_it_lies_in_the_own_one(
    make: Make, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, qtbot: QtBot
) -> None:
    spoil(tmp_path / "r", how, monkeypatch)
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    assert own.stat().st_mode & 0o077 == 0
    (lock,) = own.glob("*.lock")
    assert lock.stat().st_mode & 0o077 == 0
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    assert second_start(tmp_path / "c.sqlite", ["/a"], qtbot) is False
    assert heard == [["/a"]]


@POSIX
def test_a_folder_with_a_long_name_has_its_socket_elsewhere(
    make: Make, own: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    deep = own / ("deep " * 20)
    monkeypatch.setenv("DUPEFINDER_DATA", str(deep))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setenv("TMPDIR", short)
        monkeypatch.setattr("tempfile.tempdir", None)
        check_long_name(make, deep, qtbot)
        (folder,) = Path(short).iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700


def check_long_name(make: Make, deep: Path, qtbot: QtBot) -> None:
    first = make(deep / "c.sqlite")
    assert first.claim([])
    assert list(deep.glob("*.lock"))
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    assert second_start(deep / "c.sqlite", ["/a"], qtbot) is False
    assert heard == [["/a"]]
    first.close()


@POSIX
def test_a_short_folder_that_is_open_to_others_is_not_used(
    make: Make, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(own / ("deep " * 20)))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    taken = tmp_path / f"dupefinder-{os.geteuid()}"
    taken.mkdir()
    taken.chmod(0o777)
    assert make(tmp_path / "c.sqlite").claim([])
    assert list(taken.iterdir()) == []


def test_instances_of_other_users_are_told_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    monkeypatch.setattr(single_instance, "_SEARCH_S", 0.0)
    monkeypatch.setattr(single_instance, "is_of_this_user", lambda socket: False)
    assert make(tmp_path / "c.sqlite").claim(["/private"]), "it begins as if there were nobody"


def test_instances_of_other_users_are_ignored(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    first = make(tmp_path / "c.sqlite")
    assert first.claim([])
    heard: list[object] = []
    first.handed_over.connect(heard.append)
    monkeypatch.setattr(single_instance, "is_of_this_user", lambda socket: False)
    server = first.findChild(QLocalServer)
    assert server is not None
    socket = QLocalSocket()
    socket.connectToServer(server.fullServerName())
    assert socket.waitForConnected(1000)
    with qtbot.waitSignal(socket.disconnected):
        socket.write(b'["/a"]\n')
    assert heard == []


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
