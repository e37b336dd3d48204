"""Every action of the tests has a home and a trash of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dupefinder.actions.journal import Journal
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import VolumeTable


@pytest.fixture(autouse=True)
def home(new_home: Path) -> Path:
    """Let no action look into the home folder of whoever runs the tests."""
    return new_home


@pytest.fixture(autouse=True)
def _no_trash_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip what would put files into the trash of whoever runs the tests."""
    if sys.platform in ("win32", "darwin"):

        def skip(path: str) -> None:
            pytest.skip("the trash of this system cannot be led into a folder of the test")

        monkeypatch.setitem(sys.modules, "send2trash", SimpleNamespace(send2trash=skip))


@pytest.fixture
def trash_path(home: Path) -> Path:
    """The place of the home trash, there or not."""
    return home / "data" / "Trash"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield opened


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that counts as the mount point of another volume: of one that has a trash."""
    drive = tmp_path / "drive"
    drive.mkdir()
    ask = VolumeTable.volume_of

    def volume_of(table: VolumeTable, path: str, device: int) -> Volume:
        if Path(path).is_relative_to(drive):
            return Volume("drive", str(drive), kind=VolumeKind.FIXED)
        return ask(table, path, device)

    monkeypatch.setattr(VolumeTable, "volume_of", volume_of)
    return drive
