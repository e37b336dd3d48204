import errno
import os
import sys
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.presence import (
    Presence,
    digest_of,
    is_untouched,
    let_time_pass_since,
    presence_of,
    status_when_opened,
)

PHOTO = b"a photo"
DIGEST = blake3(PHOTO).digest()


def look(path: Path) -> Presence:
    return presence_of(str(path), len(PHOTO), DIGEST)


def test_the_same_bytes(tmp_path: Path, no_text: str) -> None:
    path = tmp_path / f"{no_text}.jpg"
    path.write_bytes(PHOTO)
    assert look(path) is Presence.SAME


@pytest.mark.parametrize("content", [b"", b"a ph0to", PHOTO + b"!"])
def test_other_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert look(tmp_path / "a.jpg") is Presence.OTHER


def test_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert look(tmp_path / "a.jpg") is Presence.ABSENT
    assert look(tmp_path / "no" / "folder" / "a.jpg") is Presence.ABSENT
    assert look(tmp_path / "file" / "a.jpg") is Presence.ABSENT


def test_links_and_pipes_are_other_files(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(PHOTO)
    (tmp_path / "link").symlink_to("photo")
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
    for name in (path.name for path in tmp_path.iterdir() if path.name != "photo"):
        assert look(tmp_path / name) is Presence.OTHER


def test_paths_that_cannot_be_looked_at_are_unknown(tmp_path: Path) -> None:
    assert look(tmp_path / ("x" * 300)) is Presence.UNKNOWN
    assert presence_of("a\0b", 1, DIGEST) is Presence.UNKNOWN


def test_a_folder_that_may_not_be_entered_hides_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(PHOTO)

    def refuse(path: str, **_: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(os, "lstat", refuse)
    assert look(tmp_path / "a.jpg") is Presence.UNKNOWN


@pytest.mark.skipif(sys.platform != "win32", reason="errors of Windows")
@pytest.mark.parametrize("code", [53, 67, 161, 206])
def test_windows_says_not_found_where_it_could_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Errors of a server that does not answer, of an absent share, and of impossible paths."""
    raised = OSError(0, "", str(tmp_path), code)
    assert isinstance(raised, FileNotFoundError)

    def refuse(path: str, **_: object) -> os.stat_result:
        raise raised

    monkeypatch.setattr(os, "lstat", refuse)
    assert look(tmp_path / "a.jpg") is Presence.UNKNOWN


@pytest.mark.skipif(sys.platform != "win32", reason="paths of Windows")
def test_a_long_path_is_asked_for_in_its_long_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    look_by = os.lstat

    def only_long_form(path: str, **_: object) -> os.stat_result:
        if not path.startswith("\\\\?\\"):
            raise OSError(0, "", path, 3)
        return look_by(path)

    monkeypatch.setattr(os, "lstat", only_long_form)
    assert look(tmp_path / "a.jpg") is Presence.UNKNOWN
    assert look(tmp_path / "b.jpg") is Presence.ABSENT


def test_large_files_are_read_in_pieces(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    (tmp_path / "large").write_bytes(content)
    assert digest_of(str(tmp_path / "large")) == blake3(content).digest()


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(PHOTO)
    (tmp_path / "link").symlink_to("photo")
    with pytest.raises(OSError, match="symbolic link"):
        digest_of(str(tmp_path / "link"))


def test_a_file_is_touched_by_what_is_done_to_its_other_names(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"a photo")
    before = status_when_opened(str(photo))
    let_time_pass_since(before)
    assert is_untouched(str(photo), before)
    photo.read_bytes()
    assert is_untouched(str(photo), before)
    os.link(photo, tmp_path / "b.jpg")
    assert not is_untouched(str(photo), before)


def test_a_removed_or_recreated_file_is_not_untouched(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"a photo")
    before = status_when_opened(str(photo))
    let_time_pass_since(before)
    photo.unlink()
    assert not is_untouched(str(photo), before)
    photo.write_bytes(b"a photo")
    assert not is_untouched(str(photo), before)
