"""Folders that a program synchronises are known by what it leaves there."""

from pathlib import Path

import pytest

from dupefinder.actions.sync_sets import SyncSet, SyncSets


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder", "syncthing"),
        (".sync", "resilio"),
        (".dropbox.cache", "dropbox"),
        (".tmp.driveupload", "google-drive"),
        (".sync_0123456789ab.db", "nextcloud"),
        (".SynologyWorkingDirectory", "synology-drive"),
        ("sync.ffs_db", "freefilesync"),
        ("_gsdata_", "goodsync"),
        (".hidden", None),
        ("sync", None),
    ],
)
def test_markers(tmp_path: Path, marker: str, program: str | None) -> None:
    (tmp_path / "set" / "a" / "b").mkdir(parents=True)
    (tmp_path / "set" / marker).mkdir()
    root = str(tmp_path.resolve() / "set")
    found = SyncSets().of(str(tmp_path / "set" / "a" / "b" / "1.jpg"))
    assert found == (None if program is None else SyncSet(program, root))


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("OneDrive", "onedrive"),
        ("OneDrive - Zoo Ltd", "onedrive"),
        ("Mobile Documents", "icloud"),
        ("Dropbox (Personal)", "dropbox"),
        ("OneDriveX", None),
    ],
)
def test_names(tmp_path: Path, name: str, program: str | None) -> None:
    (tmp_path / name / "a").mkdir(parents=True)
    found = SyncSets().of(str(tmp_path / name / "a" / "1.jpg"))
    assert (found and found.program) == program


def test_each_folder_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dupefinder.actions import sync_sets

    asked = []
    monkeypatch.setattr(sync_sets, "_program_of", lambda folder: asked.append(folder))
    sets = SyncSets()
    for name in ("1.jpg", "2.jpg"):
        assert sets.of(str(tmp_path / "x" / name)) is None
        assert sets.of(str(tmp_path / "y" / name)) is None
    assert len(asked) == len(set(asked))
