"""Folders and drives that are offered before anything was chosen."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dupefinder.core.records import Role
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.options import FolderChoice
from dupefinder.services import places
from dupefinder.services.places import photo_places, protected_by


def connect(monkeypatch: pytest.MonkeyPatch, volumes: Sequence[Volume]) -> None:
    monkeypatch.setattr(places, "connected_volumes", lambda: volumes)


def volume(mount_point: str, kind: VolumeKind = VolumeKind.FIXED) -> Volume:
    return Volume(f"uuid:{mount_point}", mount_point, kind=kind)


def test_folders_of_pictures_come_first_where_they_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, [])
    pictures = tmp_path / "Bilder"
    pictures.mkdir()
    asked = [str(pictures), str(tmp_path / "gone"), str(pictures)]
    assert photo_places(asked) == [(str(pictures), False)]


def test_a_folder_is_written_as_the_system_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, [])
    as_qt_says = f"{tmp_path.as_posix()}/"
    assert photo_places([as_qt_says, str(tmp_path)]) == [(str(tmp_path), False)]


@pytest.mark.skipif(sys.platform == "win32", reason="drives have letters there")
def test_drives_are_what_a_person_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    connect(
        monkeypatch,
        [
            volume("/"),
            volume("/home"),
            volume("/boot/efi", VolumeKind.REMOVABLE),
            volume("/snap/core/1"),
            volume("/media/jane/CANON", VolumeKind.REMOVABLE),
            volume("/mnt/nas", VolumeKind.NETWORK),
            volume("/mnt/nas", VolumeKind.NETWORK),
            volume("/mnt/wsl", VolumeKind.UNKNOWN),
        ],
    )
    assert photo_places([]) == [("/media/jane/CANON", True), ("/mnt/nas", True)]


@pytest.mark.skipif(sys.platform != "win32", reason="letters are those of Windows")
def test_every_letter_is_a_drive_but_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, [volume("C:\\"), volume("E:\\", VolumeKind.REMOVABLE)])
    monkeypatch.setenv("SYSTEMDRIVE", "c:")
    assert photo_places([]) == [("E:\\", True)]


def test_connected_drives_are_offered_by_absolute_paths() -> None:
    assert all(os.path.isabs(path) for path, _is_drive in photo_places([]))


@pytest.mark.parametrize("knows_case", [True, False])
def test_a_folder_is_protected_in_any_case_where_the_system_knows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knows_case: bool
) -> None:
    monkeypatch.setattr(os.path, "normcase", str if knows_case else str.lower)
    choices = [
        FolderChoice(str(tmp_path / "Library"), Role.PROTECTED),
        FolderChoice(str(tmp_path / "Library" / "new"), Role.SCAN),
    ]
    is_protected = protected_by(choices, lambda: None)
    assert is_protected(str(tmp_path / "Library" / "2014"))
    assert not is_protected(str(tmp_path / "Library" / "new"))
    assert not is_protected(str(tmp_path))
    assert is_protected(str(tmp_path / "LIBRARY" / "2014")) is not knows_case
    assert not is_protected(str(tmp_path / "LIBRARY" / "NEW"))
