import os
from pathlib import Path

import pytest

from dupefinder.core.companions.attributes_beside import AttributeFolders


def test_most_folders_have_none(tmp_path: Path) -> None:
    there = AttributeFolders.there(str(tmp_path), has_dot_names=False)
    assert there == AttributeFolders((), None)


def test_attributes_that_cannot_be_excluded_may_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "refused", path)

    monkeypatch.setattr(os, "lstat", refuse)
    folder = str(tmp_path)
    every = AttributeFolders.all_of(folder)
    assert AttributeFolders.there(folder, has_dot_names=True) == every
    monkeypatch.undo()
    folder = "/a\0b"
    every = AttributeFolders.all_of(folder)
    assert AttributeFolders.there(folder, has_dot_names=True) == every
