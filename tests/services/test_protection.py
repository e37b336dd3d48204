"""Protection that a person asked for holds until a scan of the folder takes it back."""

from pathlib import Path

import pytest

from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.services import catalog as catalog_module
from dupefinder.services.catalog import OpenCatalog, protected_places
from dupefinder.services.scan import ScanSession


@pytest.fixture
def decisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "decisions.sqlite"
    monkeypatch.setattr(catalog_module, "own_decisions_path", lambda: path)
    return path


def scan(decisions: Path, *folders: tuple[Path, Role]) -> list[str]:
    """Scan folders, and list the protected ones, without a catalog that knows of them."""
    choices = [FolderChoice(str(folder), role) for folder, role in folders]
    OpenCatalog(None, decisions_path=decisions).keep_protection(choices)
    return protected_places(decisions.with_name("no catalog"))


def test_it_outlasts_scans_of_other_folders(decisions: Path, tmp_path: Path) -> None:
    album, other = tmp_path / "album", tmp_path / "other"
    own = album / "mine\udcff"
    assert scan(decisions, (album, Role.SCAN)) == []
    assert not decisions.exists()
    assert scan(decisions, (album, Role.SCAN), (own, Role.PROTECTED)) == [str(own)]
    assert scan(decisions, (other, Role.SCAN)) == [str(own)]
    assert scan(decisions, (other, Role.PROTECTED)) == sorted((str(own), str(other)))


@pytest.mark.parametrize("again", ["album", "album/mine", "album/mine/2001"])
def test_a_scan_of_the_folder_takes_it_back(decisions: Path, tmp_path: Path, again: str) -> None:
    scan(decisions, (tmp_path / "album/mine", Role.PROTECTED))
    assert scan(decisions, (tmp_path / again, Role.SCAN)) == []


def test_it_holds_before_the_next_scan_and_until_it_is_given_up(
    decisions: Path, tmp_path: Path
) -> None:
    scanned, own = tmp_path / "scanned", tmp_path / "own"
    scan(decisions, (scanned, Role.PROTECTED))
    session = ScanSession(OpenCatalog(None, decisions_path=decisions))
    for role in (Role.PROTECTED, Role.SCAN):
        session.keep_protection([FolderChoice(str(one), role) for one in (scanned, own)])
        now = protected_places(decisions.with_name("no catalog"))
        # A scan protected the other one, so only a scan frees it.
        assert (str(own) in now, str(scanned) in now) == (role is Role.PROTECTED, True)


def test_decisions_that_cannot_be_written_do_not_stop_a_scan(decisions: Path) -> None:
    decisions.write_bytes(b"something else")
    assert scan(decisions, (decisions.parent, Role.PROTECTED)) == []
    assert decisions.read_bytes() == b"something else"
