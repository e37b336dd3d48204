"""Statements of Picasa's file of a folder, and of descript.ion, on its photos."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.companions import companions_of, folder_files

PICASA = """[Picasa]
name=Holidays
[Contacts2]
4a=Anna;;
[IMG_1.jpg]
star=yes
caption=Grandma = great
backuphash=1234
[IMG_2.jpg]
backuphash=99
rotate=rotate(0)
moddate=1f
IIDLIST_anna_lh=77
[img_3.JPG]
rotate=rotate(1)
faces=rect64(3f),4a
"""


def said(
    folder: Path, photo: str, name: str, content: bytes | None = None
) -> frozenset[str] | None:
    """All that is said of a photo; nothing where the file is none of its companions."""
    (folder / photo).write_bytes(b"photo")
    if content is not None:
        (folder / name).write_bytes(content)
    found = companions_of(str(folder / photo))
    assert all(one.path == str(folder / name) and not one.goes_along for one in found)
    return found[0].says if found else frozenset()


@pytest.mark.parametrize(
    ("photo", "says"),
    [
        ("IMG_1.jpg", {"star=yes", "caption=Grandma = great"}),
        ("IMG_2.jpg", set()),
        ("IMG_3.jpg", {"rotate=rotate(1)", "faces=rect64(3f),4a"}),
        ("IMG_4.jpg", set()),
    ],
)
@pytest.mark.parametrize("name", [".picasa.ini", "Picasa.ini"])
def test_what_picasa_says(tmp_path: Path, photo: str, says: set[str], name: str) -> None:
    assert set(said(tmp_path, photo, name, PICASA.replace("\n", "\r\n").encode()) or ()) == says


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    content = "[ÄÖ.jpg]\ncaption=größer\n".encode(encoding)
    says = said(tmp_path, "a\u0308O\u0308.jpg", ".picasa.ini", content)
    assert says == frozenset({"caption=größer"})


@pytest.mark.parametrize(
    ("photo", "says"),
    [
        ("IMG_1.jpg", {"Grandma at the sea"}),
        ("with spaces.jpg", {"two words"}),
        ("IMG_2.jpg", set()),
    ],
)
def test_what_descript_ion_says(tmp_path: Path, photo: str, says: set[str]) -> None:
    content = (
        b'IMG_1.JPG Grandma at the sea\x04\xc2\r\n"with spaces.jpg" two words\r\nIMG_2.jpg \r\n'
    )
    assert set(said(tmp_path, photo, "descript.ion", content) or ()) == says


def test_what_is_too_large_may_say_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_files, "_MOST_BYTES", 10)
    assert said(tmp_path, "IMG_1.jpg", ".picasa.ini", b"[IMG_2.jpg]\nstar=yes\n") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_nothing_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".picasa.ini")
    assert said(tmp_path, "IMG_1.jpg", ".picasa.ini") is None


def test_a_folder_of_that_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".picasa.ini").mkdir()
    assert said(tmp_path, "IMG_1.jpg", ".picasa.ini") == frozenset()


@given(content=st.binary(max_size=200))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in (".picasa.ini", "descript.ion"):
        (folder / name).write_bytes(content)
        assert folder_files.said_of_photos(str(folder / name), name) is not None
