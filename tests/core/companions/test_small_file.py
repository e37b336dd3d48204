"""Only small regular files are read, and nothing is waited for."""

import os
from pathlib import Path

import pytest

from dupefinder.core.companions.small_file import read_small_file


def test_small_files_are_read_in_full(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert read_small_file(str(tmp_path / "x"), 5) == b"12345"
    with pytest.raises(OSError, match="arge"):
        read_small_file(str(tmp_path / "x"), 4)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read_small_file(str(tmp_path / "gone"), 5)
    with pytest.raises(OSError, match=r"."):
        read_small_file(str(tmp_path), 5)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_pipes_and_links_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a plain file"):
        read_small_file(str(tmp_path / "pipe"), 5)
    (tmp_path / "x").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    with pytest.raises(OSError, match="symbolic links"):
        read_small_file(str(tmp_path / "link"), 5)
