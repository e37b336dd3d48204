"""Files that are left out by name."""

from types import SimpleNamespace

import pytest

from dupefinder.core.scan.left_out import (
    QUARANTINE_FOLDER,
    LeftOut,
    file_left_out,
    folder_left_out,
    has_hidden_attribute,
    to_be_emptied,
)


@pytest.mark.parametrize(
    ("parent", "name", "code"),
    [
        ("/home/a/.local/share", "Trash", LeftOut.TRASH),
        ("/home/a/photos", "Trash", None),
        ("/a", "trash", None),
        ("/a", ".trashcan", LeftOut.HIDDEN),
        ("/a", ".TRASH-0", LeftOut.TRASH),
        ("/a", "Recycle", None),
        ("/a", "snapshots", None),
        ("/a", "Backups.backupdb", LeftOut.SNAPSHOT),
        ("/a", "System Volume Information", LeftOut.SYSTEM),
        ("/a", "lost+found", None),
        ("/a", "Recycled", None),
        ("/a", "Trashbox", None),
        ("/a", ".Recycle.Bin", LeftOut.TRASH),
        ("/a/.sync", "Archive", LeftOut.TRASH),
        ("/a", "Archive", None),
        ("/a", "_btrbk_snap", LeftOut.SNAPSHOT),
        ("/a", "@snapshot", LeftOut.SNAPSHOT),
        ("/a", ".btrfs-snapshots", LeftOut.SNAPSHOT),
        ("/a", ".DocumentRevisions-V100", LeftOut.SNAPSHOT),
        ("/a", "thumbnails", None),
        ("/a", "#Recycle", LeftOut.TRASH),
        ("/a", "@EADIR", LeftOut.THUMBNAILS),
        ("/a", ".dtrash", LeftOut.TRASH),
        ("/a", "...", LeftOut.HIDDEN),
        ("/a", "x.LRDATA", LeftOut.THUMBNAILS),
        ("/a", QUARANTINE_FOLDER, LeftOut.SET_ASIDE),
        ("/a", QUARANTINE_FOLDER.upper() + "-1000", LeftOut.SET_ASIDE),
        ("/a", QUARANTINE_FOLDER + "s", None),
    ],
)
def test_folders(parent: str, name: str, code: LeftOut | None) -> None:
    assert folder_left_out(parent, name, hidden=False) is code
    if code is LeftOut.HIDDEN:
        assert folder_left_out(parent, name, hidden=True) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/home/a/.local/share/Trash/files/a.jpg", LeftOut.TRASH),
        ("/home/a/photos/Trash/files/a.jpg", None),
        ("/a/.Trash-1000/files/in/a.jpg", LeftOut.TRASH),
        ("/a/.Trash/1000/files/a.jpg", LeftOut.TRASH),
        ("/a/$RECYCLE.BIN/S-1-5/a.jpg", LeftOut.TRASH),
        (f"/a/{QUARANTINE_FOLDER}/2021/a.jpg", LeftOut.SET_ASIDE),
        ("/a/.trashed-1700000000-IMG_1.jpg", LeftOut.TRASH),
        ("/a/.snapshots/1/a.jpg", LeftOut.SNAPSHOT),
        ("/a/snapshots/1/a.jpg", None),
        ("/a/2024-01-31-120000.backup/a.jpg", LeftOut.SNAPSHOT),
        ("/a/2024-01-31.backup/a.jpg", None),
        ("/a/@GMT-2024.01.31-12.00.00/a.jpg", LeftOut.SNAPSHOT),
        ("/a/lost+found/#12/a.jpg", LeftOut.SYSTEM),
        ("/a/System Volume Information/a.jpg", LeftOut.SYSTEM),
        ("/a/Recycled/a.jpg", LeftOut.TRASH),
        ("/a/trashbox/b/a.jpg", LeftOut.TRASH),
        ("/a/.sync/Archive/b/a.jpg", LeftOut.TRASH),
        ("/a/Archive/b/a.jpg", None),
        ("/a/timeshift/a.jpg", None),
        ("/a/.hidden/a.jpg", None),
        ("/a.jpg", None),
    ],
)
def test_paths_that_may_be_emptied_are_recognised(path: str, code: LeftOut | None) -> None:
    assert to_be_emptied(path) is code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.jpg", None),
        ("._a.jpg", LeftOut.THUMBNAILS),
        (".a.jpg", LeftOut.HIDDEN),
        ("THUMBS.DB", LeftOut.THUMBNAILS),
        (".trashed-1700000000-IMG_1.jpg", LeftOut.TRASH),
        ("_.jpg", None),
    ],
)
def test_files(name: str, code: LeftOut | None) -> None:
    assert file_left_out(name, hidden=False) is code
    if code is not LeftOut.HIDDEN:
        assert file_left_out(name, hidden=True) is code


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"st_file_attributes": 0x2}, True),
        ({"st_file_attributes": 0x20 | 0x4}, False),
        ({"st_flags": 0x8000}, True),
        ({"st_flags": 0x20}, False),
        ({}, False),
    ],
)
def test_hidden_attribute(fields: dict[str, int], expected: bool) -> None:
    assert has_hidden_attribute(SimpleNamespace(**fields)) is expected
