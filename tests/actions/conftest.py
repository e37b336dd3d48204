"""Every action of the tests has a home and a trash of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.actions.journal import Journal


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home folder, known to all that looks for one."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("DUPEFINDER_DATA", str(folder / "dupefinder"))
    return folder


@pytest.fixture
def trash_path(home: Path) -> Path:
    """Where the home trash is, or will be."""
    return home / "data" / "Trash"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield opened
