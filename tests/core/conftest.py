"""An album with companions, and a list of the folders that are listed."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every folder that is listed from now on."""
    listed: list[str] = []
    scandir = os.scandir

    def note(path: str) -> object:
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", note)
    return listed


@pytest.fixture
def album(tmp_path: Path) -> Path:
    for name in ("1.jpg", "1.xmp", "1.jpg.txt", "2.jpg", "2.mov", "3.jpg"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path
