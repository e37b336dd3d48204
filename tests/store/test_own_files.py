import os
import stat
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from dupefinder.actions.folder_roles import FolderRole, FolderRoles, load_roles, save_roles
from dupefinder.actions.journal import Journal
from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.store.own_files import (
    close_to_others,
    data_folder,
    log_folder,
    make_file,
    make_folder,
    private_opener,
    settings_folder,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows knows no modes")

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's folder, not made yet."""
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "own"))
    return tmp_path / "own"


def mode(path: Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    return {entry.name: mode(entry) for entry in folder.iterdir()}


def open_to_all(*paths: Path) -> None:
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_one_variable_moves_all(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder() == settings_folder() == log_folder() == own
    monkeypatch.setenv("DUPEFINDER_DATA", "")
    assert data_folder() == platformdirs.user_data_path("dupefinder")
    assert settings_folder() == platformdirs.user_config_path("dupefinder")
    assert log_folder() == platformdirs.user_log_path("dupefinder")


@pytest.mark.parametrize("umask", [0, 0o022, 0o277])
def test_new_files_are_private_with_any_umask(tmp_path: Path, umask: int) -> None:
    made = tmp_path / "made"
    # In a process of its own: the umask counts for all threads of one.
    script = (
        "import os, sys; from pathlib import Path; from dupefinder.store import own_files\n"
        f"os.umask({umask}); folder = Path(sys.argv[1]); own_files.make_folder(folder)\n"
        "own_files.make_file(folder / 'file')\n"
        "open(folder / 'opened', 'x', opener=own_files.private_opener).close()"
    )
    subprocess.run([sys.executable, "-c", script, str(made)], cwd=CHECKOUT, check=True)
    assert mode(made) == 0o700
    assert modes_in(made) == {"file": 0o600, "opened": 0o600}


def test_databases_and_their_companions_are_private(own: Path) -> None:
    catalog = Catalog.open(own / "catalog.sqlite")
    journal = Journal.open(own / "journal.sqlite")
    decisions = MarkStore.open(own / "decisions.sqlite")
    save_roles(own / "folders.json", FolderRoles({"/a": FolderRole.MIRROR}))
    with catalog, journal, decisions:
        catalog.record_files([FileRow("v", "a", 1, 1)])
        journal.begin_action()
        modes = modes_in(own)
    assert {"catalog.sqlite-wal", "catalog.sqlite-shm", "journal.sqlite-wal"} <= set(modes)
    assert {"catalog.sqlite.lock", "decisions.sqlite", "folders.json"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert mode(own) == 0o700


def test_permissions_left_open_by_earlier_versions_are_narrowed(own: Path) -> None:
    path = own / "catalog.sqlite"
    with Catalog.open(path), Journal.open(own / "journal.sqlite"), MarkStore.open(own / "d.sqlite"):
        pass
    save_roles(own / "folders.json", FolderRoles({"/a": FolderRole.MIRROR}))
    for name in ("catalog.damaged-20260101T000000Z.sqlite", "catalog.sqlite-wal"):
        (own / name).touch()
    foreign = own / "photo.jpg"
    foreign.touch()
    open_to_all(own, *own.iterdir())
    with Catalog.open(path), Journal.open(own / "journal.sqlite"), MarkStore.open(own / "d.sqlite"):
        load_roles(own / "folders.json")
        modes = modes_in(own)
    assert modes.pop(foreign.name) == 0o644, "no file of the program"
    assert set(modes.values()) == {0o600}
    assert mode(own) == 0o700


def test_a_file_in_a_folder_of_the_person(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    path = folder / "mine.sqlite"
    with Catalog.open(path):
        assert set(modes_in(folder).values()) == {0o600}
    assert mode(folder) == 0o755
    path.chmod(0o660)
    with Catalog.open(path):
        assert mode(path) == 0o660, "shared on purpose"


def test_private_files_keep_their_permissions(own: Path) -> None:
    make_folder(own)
    file = own / "file"
    make_file(file)
    file.chmod(0o400)
    own.chmod(0o500)
    make_folder(own)
    close_to_others([file, own / "missing"])
    assert (mode(own), mode(file)) == (0o500, 0o400)
    own.chmod(0o700)


def test_no_link_is_followed(own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    open_to_all(elsewhere, elsewhere / "file")
    make_folder(own)
    (own / "link").symlink_to(elsewhere / "file")
    (own / "folder").symlink_to(elsewhere)
    close_to_others([own / "link", own / "folder"])
    make_file(own / "link")
    assert (mode(elsewhere), mode(elsewhere / "file")) == (0o755, 0o644)


def test_a_folder_that_is_a_link_keeps_working(own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "big drive"
    elsewhere.mkdir(mode=0o755)
    own.symlink_to(elsewhere)
    with Catalog.open(own / "catalog.sqlite") as catalog:
        catalog.record_files([FileRow("v", "a", 1, 1)])
    (elsewhere / "catalog.sqlite").chmod(0o644)
    with Catalog.open(own / "catalog.sqlite") as catalog:
        assert set(catalog.known_files("v")) == {"a"}
        assert set(modes_in(elsewhere).values()) == {0o600}
    assert mode(elsewhere) == 0o755


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")
def test_files_of_other_owners_are_left_alone(own: Path) -> None:
    make_folder(own)
    make_file(own / "file")
    os.chown(own / "file", 65534, 65534)
    open_to_all(own, own / "file")
    close_to_others([own / "file"])
    assert mode(own / "file") == 0o644


def test_a_name_that_is_taken(own: Path) -> None:
    make_folder(own)
    (own / "file").write_text("kept")
    make_file(own / "file")
    assert (own / "file").read_text() == "kept"
    with pytest.raises(FileExistsError):
        private_opener(str(own / "file"), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with open(own / "file", "a", opener=private_opener) as file:
        file.write(" on")
    assert (own / "file").read_text() == "kept on"
    with pytest.raises(FileExistsError):
        make_folder(own / "file")
