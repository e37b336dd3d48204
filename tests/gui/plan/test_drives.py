from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.gui.plan.drives import Drives, drive_text


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        (Volume("uuid:1", "/media/anna/1", "Backup 2019"), "Backup 2019"),
        (Volume("uuid:1", "/"), "this computer"),
        (Volume("uuid:1", "/home"), "this computer"),
        (Volume("uuid:1", "/", "Macintosh HD"), "Macintosh HD"),
        (Volume("uuid:1", "/media/anna/CARD"), "CARD"),
        (Volume("net:nas/photos", "/mnt/nas", kind=VolumeKind.NETWORK), "nas (network)"),
        (Volume("uuid:1", "/mnt/caf\udce9"), "caf\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_a_drive_is_called(volume: Volume, text: str) -> None:
    assert drive_text(volume) == text


def test_folders_are_looked_up(qtbot: QtBot, tmp_path: Path) -> None:
    drives = Drives()
    there, gone = str(tmp_path), str(tmp_path / "gone")
    with qtbot.waitSignal(drives.found) as found:
        drives.look([there, there, gone, "a\0b"])
    assert found.args is not None
    assert list(found.args[0]) == [there]
    assert found.args[0][there]


def test_nothing_is_looked_up_for_no_folders(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.Thread.start", _refuse)
    Drives().look([])


def _refuse(_: object) -> None:
    raise AssertionError("a thread was started")
