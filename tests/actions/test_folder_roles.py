"""Roles of folders are kept, found for all below, and never lost by a fault."""

import json
import os
from pathlib import Path

import pytest

from dupefinder.actions import json_fields
from dupefinder.actions.folder_roles import (
    FolderRole,
    FolderRoles,
    FolderRolesFault,
    FolderRolesNotRead,
    load_roles,
    roles_path,
    save_roles,
)
from dupefinder.actions.json_fields import Misfit, ValidationError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return roles_path(tmp_path / "data" / "journal.sqlite")


def test_it_is_kept_beside_the_journal(tmp_path: Path, path: Path) -> None:
    assert load_roles(path) == FolderRoles()
    roles = FolderRoles().with_roles(
        {str(tmp_path / "b"): FolderRole.BACKUP, str(tmp_path / "m\udcff"): FolderRole.MIRROR}
    )
    save_roles(path, roles)
    assert load_roles(path) == roles
    changed = roles.with_roles({str(tmp_path / "b"): FolderRole.ORDINARY})
    save_roles(path, changed)
    assert load_roles(path) == changed != roles
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_two_programs_that_keep_roles_at_once_leave_whole_ones(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = FolderRoles({str(tmp_path / str(one)): FolderRole.BACKUP for one in range(9)})
    few = FolderRoles({str(tmp_path / "b"): FolderRole.MIRROR})
    own_number, sync = os.getpid(), os.fsync

    def meanwhile(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(os, "getpid", lambda: own_number + 1)
        save_roles(path, few)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    save_roles(path, many)
    assert load_roles(path) == many


def test_the_nearest_folder_decides(tmp_path: Path) -> None:
    (tmp_path / "b" / "inner").mkdir(parents=True)
    roles = FolderRoles().with_roles(
        {str(tmp_path / "b"): FolderRole.BACKUP, str(tmp_path / "b" / "inner"): FolderRole.MIRROR}
    )
    outer, inner = str(tmp_path.resolve() / "b"), str(tmp_path.resolve() / "b" / "inner")
    assert roles.of(f"{outer}/x/1.jpg") == (outer, FolderRole.BACKUP)
    assert roles.of(f"{inner}/1.jpg") == (inner, FolderRole.MIRROR)
    assert roles.of(f"{outer}x/1.jpg") is None
    assert FolderRoles().of("/a\0b") is None


def test_links_lead_to_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    try:
        (tmp_path / "link").symlink_to(tmp_path / "b", target_is_directory=True)
    except OSError:
        pytest.skip("no permission to make links")
    roles = FolderRoles().with_roles({str(tmp_path / "link"): FolderRole.BACKUP})
    for folder in ("b", "link"):
        found = roles.of(str(tmp_path / folder / "1.jpg"))
        assert found is not None
        assert found[1] is FolderRole.BACKUP


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        json.dumps({"format": "dupefinder-folders", "version": 2, "folders": []}).encode(),
        json.dumps({"format": "dupefinder-folders", "version": 1}).encode(),
        *(
            json.dumps({"format": "dupefinder-folders", "version": 1, "folders": [one]}).encode()
            for one in (
                {"path": "relative", "role": "backup"},
                {"path": "/x", "role": "unheard-of"},
                {"path": "/x"},
            )
        ),
    ],
)
def test_a_file_of_roles_that_is_not_understood_is_left(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(FolderRolesNotRead, match=r"folders\.json"):
        load_roles(path)
    assert path.read_bytes() == content


def test_a_file_of_roles_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folders.json"
    folder.mkdir()
    with pytest.raises(FolderRolesNotRead, match=r"folders\.json"):
        load_roles(folder)
    with pytest.raises(FolderRolesFault, match=r"folders\.json") as raised:
        save_roles(folder, FolderRoles())
    assert not isinstance(raised.value, FolderRolesNotRead)


def test_a_file_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_fields, "MOST_BYTES", 10)
    (tmp_path / "folders.json").write_bytes(b" " * 11)
    with pytest.raises(FolderRolesNotRead) as raised:
        load_roles(tmp_path / "folders.json")
    cause = raised.value.cause
    assert isinstance(cause, ValidationError)
    assert cause.misfit is Misfit.OVER_LIMIT
    assert cause.values == {"size_bytes": 10}
