import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from dupefinder.core import job
from dupefinder.core.companions import FolderCompanions, companions_of
from dupefinder.core.companions import lookup as companion_lookup
from dupefinder.core.companions.lookup import CompanionLookup, ListedFolders
from dupefinder.core.file_parts import kinds_of
from dupefinder.core.rules.candidate import NO_BELONGING


def test_companions_are_listed(album: Path, listings: list[str]) -> None:
    known = CompanionLookup()
    paths = [str(album / f"{number}.jpg") for number in (1, 2, 3)]
    known.look_at([paths, [str(album / "gone" / "1.jpg"), "/a\0b/1.jpg"]])
    known.look_at([paths])
    assert [len(known.of(path).companions) for path in paths] == [2, 1, 0]
    assert known.of(str(album / "gone" / "1.jpg")) == NO_BELONGING
    assert listings.count(str(album)) == 1


def test_a_drive_that_does_not_answer_is_not_waited_for(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(folder: str, names: Sequence[str], **options: Any) -> FolderCompanions:
        assert gate.wait(60)
        return FolderCompanions(folder, names, **options)

    monkeypatch.setattr(companion_lookup, "FolderCompanions", slow)
    monkeypatch.setattr(job, "PATIENCE_S", 0.01)
    asked = CompanionLookup()
    asked.look_at([[str(album / "1.jpg")]])
    assert asked.of(str(album / "1.jpg")) == NO_BELONGING
    gate.set()
    monkeypatch.setattr(job, "PATIENCE_S", 60)
    asked.look_at([[str(album / "1.jpg")]])
    assert len(asked.of(str(album / "1.jpg")).companions) == 2


def test_only_small_companions_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    (tmp_path / "1.xmp").write_bytes(b"small")
    (tmp_path / "1.mov").write_bytes(bytes(companion_lookup.MOST_READ_BYTES + 1))
    known = CompanionLookup()
    known.look_at([[str(tmp_path / "1.jpg")]])
    film, sidecar = known.of(str(tmp_path / "1.jpg")).companions
    assert (film.kind, film.size_bytes, film.digest) == (
        "live-photo",
        companion_lookup.MOST_READ_BYTES + 1,
        None,
    )
    assert (sidecar.kind, sidecar.size_bytes) == ("xmp", 5)
    assert sidecar.digest == blake3(b"small").digest()


def test_of_what_is_no_plain_file_no_size_is_told(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    (tmp_path / "1.pxd").mkdir()
    known = CompanionLookup()
    known.look_at([[str(tmp_path / "1.jpg")]])
    (package,) = known.of(str(tmp_path / "1.jpg")).companions
    assert (package.size_bytes, package.digest) == (None, None)


def test_large_companions_of_one_size_are_read_where_their_photos_may_be_copies(
    tmp_path: Path,
) -> None:
    contents = {"a": b"x", "b": b"x", "c": b"y", "other": b"x"}
    for folder, content in contents.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.jpg").touch()
        for name in ("1.mov", "1.cr2"):
            path = tmp_path / folder / name
            path.write_bytes(content * (companion_lookup.MOST_READ_BYTES + 1))
    paths = {folder: str(tmp_path / folder / "1.jpg") for folder in contents}
    known = CompanionLookup()
    known.look_at([[paths["a"]], [paths["other"]]])
    assert [one.digest for one in known.of(paths["a"]).companions] == [None, None]
    known.look_at([[paths["a"], paths["b"], paths["c"]]])
    raw, film = known.of(paths["a"]).companions
    assert (raw.kind, raw.digest) == ("raw", known.of(paths["b"]).companions[0].digest)
    assert raw.digest not in (None, film.digest, known.of(paths["c"]).companions[0].digest)
    assert film.digest == blake3(b"x" * (companion_lookup.MOST_READ_BYTES + 1)).digest()
    assert known.of(paths["b"]).companions[1].digest == film.digest
    assert known.of(paths["c"]).companions[1].digest not in (None, film.digest)
    assert known.of(paths["other"]).companions[1].digest is None


@pytest.mark.skipif(sys.platform != "linux", reason="attributes are written as on Linux")
def test_personal_attributes_are_read(album: Path) -> None:
    try:
        os.setxattr(album / "1.jpg", "user.xdg.comment", b"grandma")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    known = CompanionLookup()
    known.look_at([[str(album / "1.jpg"), str(album / "2.jpg")]])
    assert kinds_of(known.of(str(album / "1.jpg")).attributes) == {"tags"}
    assert known.of(str(album / "2.jpg")).attributes == b""


def test_notes_are_read_from_the_files_beside_a_photo(album: Path) -> None:
    (album / "._1.jpg").write_bytes(b"not understood")
    (album / "@eaDir").mkdir()
    (album / "@eaDir" / "2.jpg@SynoResource").write_bytes(b"not understood")
    known = CompanionLookup()
    paths = [str(album / f"{number}.jpg") for number in (1, 2, 3)]
    known.look_at([paths])
    assert [kinds_of(known.of(path).attributes) for path in paths] == [{"tags"}, {"tags"}, set()]


def test_a_folder_is_listed_once(album: Path, listings: list[str]) -> None:
    listed = ListedFolders()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        assert len(listed.of(str(album / name))) == {"1": 2, "2": 1, "3": 0}[name[0]]
    assert listings[0] == str(album)
    assert len(listings) == len(set(listings))


def test_a_listing_that_does_not_last_is_made_anew(album: Path) -> None:
    listed = ListedFolders(lasts_s=0)
    before = listed.of(str(album / "3.jpg"))
    (album / "3.txt").write_bytes(b"x")
    for _ in range(1000):  # until so long as the first listing took has passed
        now = listed.of(str(album / "3.jpg"))
        if now != before:
            break
    assert now == companions_of(str(album / "3.jpg"))


def test_any_requested_file_counts_as_a_photo(album: Path) -> None:
    listed = ListedFolders()
    (album / "2.txt").write_bytes(b"x")
    for name in ("2.jpg", "2.mov"):
        assert listed.of(str(album / name)) == companions_of(str(album / name))


def test_a_folder_that_cannot_be_listed_has_no_companions(
    album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ListedFolders().of(str(tmp_path / "gone" / "1.jpg")) == ()
    with pytest.raises(OSError, match="null"):
        ListedFolders().of("/a\0b/1.jpg")
