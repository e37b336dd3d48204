"""Which volumes are connected."""

import os
import sys
from pathlib import Path

import pytest

from dupefinder.core.scan import mounted
from dupefinder.core.scan.mounted import mounted_volumes, volume_names
from dupefinder.core.scan.mounts import Mount
from dupefinder.core.scan.volumes import Volume, VolumeTable


def test_the_volume_of_a_folder_is_among_them(tmp_path: Path) -> None:
    real = os.path.realpath(tmp_path)
    volume = VolumeTable().volume_of(real, os.stat(real).st_dev)
    assert volume.mount_point in mounted_volumes()[volume.volume_id]


def test_what_a_person_calls_a_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    root = os.path.abspath(os.sep)
    stick = os.path.join(root, "media", "anna", "STICK")
    volumes = [
        Volume("uuid:1", stick, label="Red drive"),
        Volume("uuid:2", stick),
        Volume("uuid:3", "/"),
    ]
    monkeypatch.setattr(mounted, "_volumes", lambda: iter(volumes))
    assert volume_names() == {"uuid:1": "Red drive", "uuid:2": "STICK", "uuid:3": ""}


@pytest.mark.skipif(sys.platform == "win32", reason="the mount table of POSIX")
def test_without_a_mount_table_only_the_root_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounted, "_MOUNTINFO", "/no/such/table")
    monkeypatch.setattr(sys, "platform", "linux")
    assert list(mounted_volumes().values()) == [[os.sep]]


@pytest.mark.skipif(sys.platform == "win32", reason="the mount table of POSIX")
def test_the_systems_own_file_systems_are_no_places_for_photos(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mounted, "connected_mounts", lambda: [Mount("/proc", "proc", "proc")])
    assert list(mounted._places()) == [(os.sep, 0)]
