"""Files of a folder that speak of its photos: who is named in them, and what they say."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.companions import FolderCompanions, companions_of, folder_texts
from dupefinder.core.companions.folder_texts import said_in_text
from dupefinder.core.companions.records import Companion, CompanionKind

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
def test_picasa_entries_are_read(tmp_path: Path, photo: str, says: set[str], name: str) -> None:
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
def test_descript_ion_entries_are_read(tmp_path: Path, photo: str, says: set[str]) -> None:
    content = (
        b'IMG_1.JPG Grandma at the sea\x04\xc2\r\n"with spaces.jpg" two words\r\nIMG_2.jpg \r\n'
    )
    assert set(said(tmp_path, photo, "descript.ion", content) or ()) == says


def test_a_folder_file_beyond_the_limit_may_say_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_texts, "_MOST_BYTES", 10)
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
        assert folder_texts.said_of_photos(str(folder / name), name) is not None


IMG, OTHER = "IMG_0001.jpg", "IMG_0002.jpg"


def beside(folder: Path, photo: str, others: tuple[str, ...] = (OTHER,)) -> tuple[Companion, ...]:
    """Companions of a photo, the same in a listing of all photos and in one of its own."""
    for name in (photo, *others):
        (folder / name).write_bytes(b"photo")
    found = companions_of(str(folder / photo))
    assert FolderCompanions(str(folder), (photo, *others)).of(photo) == found
    return found


def text_says(folder: Path, photo: str, name: str, content: str | bytes) -> frozenset[str] | None:
    """All that a text says of a photo; nothing where it is none of its companions."""
    if isinstance(content, str):
        content = content.encode()
    (folder / name).write_bytes(content)
    found = beside(folder, photo)
    for one in found:
        assert (one.path, one.kind) == (str(folder / name), CompanionKind.FOLDER_FILE)
        assert not one.goes_along
    return found[0].says if found else frozenset()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("captions.txt", "img_0001.JPG Grandma at the sea\n", "grandma at the sea"),
        ("captions.txt", "Grandma at the sea: IMG_0001.jpg\n", "grandma at the sea"),
        ("captions.txt", "IMG_0001 - Grandma\nIMG_0002 - Karl\n", "grandma"),
        ("captions.txt", "IMG_0001.jpg:\n  Grandma\n  at the sea\n\nelse", "grandma\nat the sea"),
        ("captions.txt", "Grandma\nIMG_0001.jpg\n", "grandma"),
        ("captions.txt", "IMG_0002.jpg\nKarl\n\nIMG_0001.jpg\nGrandma\n", "grandma"),
        ("notes.md", "- ![](./sea/IMG_0001.jpg) Grandma\n", ") grandma"),
        ("album.yml", "- caption: Grandma\n  file: IMG_0001.jpg\n", "caption: grandma\nfile"),
        ("photos.csv", "file,caption\nIMG_0001.jpg,Grandma\nIMG_0002.jpg,\n", "grandma"),
        ("photos.csv", "file,stars\nIMG_0001.jpg,5\n", "5"),
        ("photos.tsv", '"IMG_0001.jpg"\t"two\nlines"\n', "two\nlines"),
        ("Photos.CSV", "Grandma;IMG_0001.jpg;1952\n", "grandma;;1952"),
    ],
)
def test_lines_that_name_a_photo(tmp_path: Path, name: str, content: str, says: str) -> None:
    assert text_says(tmp_path, IMG, name, content) == frozenset({says})


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"IMG_0001.jpg": "Grandma", "IMG_0002.jpg": "Karl"}, {"=grandma"}),
        ({"IMG_0001": {"text": "Grandma", "stars": 5}}, {"text=grandma\nstars=5"}),
        ([{"file": "sea/IMG_0001.jpg", "text": "Grandma"}, {"file": OTHER}], {"text=grandma"}),
        ({"photos": [["IMG_0001.jpg", "Grandma"], [OTHER, "Karl"]]}, {"=grandma"}),
        (
            {"name": IMG, "tags": ["sea", "Anna"], "more": {"place": "Ischl"}},
            {"tags=sea\ntags=anna\nplace=ischl"},
        ),
        ({"name": IMG, "favourite": True}, {"favourite=true"}),
        ({"name": IMG, "favourite": False, "caption": "", "note": None}, set()),
        ([IMG, OTHER], set()),
        ([{"SourceFile": IMG, "ExifToolVersion": 12.4, "Model": "X"}], set()),
        ({"name": "IMG_0003.jpg", "text": "Karl"}, set()),
    ],
)
def test_documents_that_name_a_photo(tmp_path: Path, document: Any, says: set[str]) -> None:
    assert text_says(tmp_path, IMG, "album.json", json.dumps(document)) == frozenset(says)


@pytest.mark.parametrize(
    "content",
    [
        '{"IMG_0001.jpg": "Grandma", "IMG_0001.jpg": ""}',
        '{"IMG_0001.jpg": ' + 20 * '{"at": ' + '"Grandma"' + 21 * "}",
        20 * "[" + '{"IMG_0001.jpg": "Grandma"}' + 20 * "]",
    ],
)
def test_nothing_hides_in_a_document(tmp_path: Path, content: str) -> None:
    """Neither behind another value of its key nor in the depth."""
    says = text_says(tmp_path, IMG, "album.json", content)
    assert says is not None
    assert ["grandma" in passage for passage in says] == [True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", "IMG_0001.jpg\nIMG_0002.jpg\n"),
        ("list.txt", "/home/me/sea/IMG_0001.jpg\nC:\\Photos\\IMG_0002.jpg\n"),
        ("sums.txt", "d41d8cd98f00b204e9800998ecf8427e *IMG_0001.jpg\n"),
        ("sizes.txt", "IMG_0001.jpg 12345 2011-02-03\n"),
        ("captions.txt", "XIMG_0001.jpg Grandma\nIMG_0001.jpg2 Karl\nIMG_00012 Karl\n"),
        ("captions.txt", "of nobody\n"),
        ("captions.txt", ""),
        ("photos.csv", "file,caption\nIMG_0001.jpg,\n"),
        ("captions.txt", "IMG_0002.jpg Karl\n\nGrandma\n\nIMG_0001.jpg\n"),
        ("index.html", "<img src=IMG_0001.jpg> Grandma"),
        ("IMG_0002.txt", "the same as in IMG_0001.jpg"),
    ],
)
def test_nothing_is_said(tmp_path: Path, name: str, content: str) -> None:
    assert text_says(tmp_path, IMG, name, content) == frozenset()


def test_names_of_several_words(tmp_path: Path) -> None:
    content = "at the sea 1.jpg Grandma\nthe sea 1.jpg Karl\n"
    assert text_says(tmp_path, "at the sea 1.jpg", "captions.txt", content) == frozenset(
        {"grandma"}
    )
    assert text_says(tmp_path, "the sea 1.jpg", "captions.txt", content) == frozenset({"karl"})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_texts_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    content = "ÄÖ.jpg größer\n".encode(encoding)
    assert text_says(tmp_path, "a\u0308O\u0308.jpg", "captions.txt", content) == frozenset(
        {"grösser"}
    )


def test_words_without_figures_name_no_photo_without_its_extension(tmp_path: Path) -> None:
    assert text_says(tmp_path, "Beach.jpg", "diary.txt", "On the beach, beach\n") == frozenset()
    assert text_says(tmp_path, "1952.jpg", "diary.txt", "Born in 1952 at the sea\n") == frozenset()
    assert text_says(tmp_path, "Beach.jpg", "diary.txt", "(beach.jpg) the sea\n") == frozenset(
        {"() the sea"}
    )


def test_a_text_of_a_photo_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "IMG_0001.txt").write_text("IMG_0001.jpg Grandma; IMG_0002.jpg Karl")
    (found,) = beside(tmp_path, IMG)
    assert (found.kind, found.shared) == (CompanionKind.SIDECAR, False)
    assert beside(tmp_path, OTHER, (IMG,)) == ()


def test_an_unreadable_folder_file_may_say_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> bytes:
        raise PermissionError

    monkeypatch.setattr(folder_texts, "read_small_file", refuse)
    assert text_says(tmp_path, IMG, "captions.txt", "nothing") is None


def test_bounds_of_size_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"{IMG} Grandma\n"
    monkeypatch.setattr(folder_texts, "_MOST_TEXT_BYTES", len(content) - 1)
    assert text_says(tmp_path, IMG, "captions.txt", content) == frozenset()
    monkeypatch.undo()
    for number in range(folder_texts._MOST_TEXTS - 1):
        (tmp_path / f"{number}.txt").touch()
    assert text_says(tmp_path, IMG, "captions.txt", content) == frozenset({"grandma"})
    (tmp_path / "one more.txt").touch()
    assert text_says(tmp_path, IMG, "captions.txt", content) == frozenset()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_no_text_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "captions.txt")
    (found,) = beside(tmp_path, IMG)
    assert found.says is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "captions.txt").symlink_to("/dev/zero")
    (found,) = beside(tmp_path, IMG)
    assert found.says is None


@pytest.mark.parametrize(
    "piece",
    [
        *(".jpg", "a.jpg", "aaaaaaaaa", "IMG_0001 ", "IMG_0001.jpg", "/", "a/", "IMG_0001.jpg\n"),
        *("\n", " ", '"', "0123456789abcdef", "[", "[[", '["IMG_0001.jpg",', '{"IMG_0001.jpg":'),
    ],
)
@pytest.mark.parametrize("name", ["captions.txt", "photos.csv", "album.json"])
def test_hostile_texts_keep_nobody_waiting(tmp_path: Path, name: str, piece: str) -> None:
    text = tmp_path / name
    text.write_text(piece * (200_000 // len(piece)))
    began_s = time.process_time()
    said_in_text(str(text), {"img_0001.jpg", "img_0001"})
    took_s = time.process_time() - began_s
    assert took_s < 2


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_of_a_text_are_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("captions.txt", "photos.csv", "album.json"):
        (folder / name).write_bytes(content)
        assert said_in_text(str(folder / name), {"img_0001.jpg"}) is not None


@given(
    before=st.text("ab \n,.jpgIMG_01", max_size=30),
    after=st.text("ab \n,.jpgIMG_01", max_size=30),
    caption=st.text("abcdeü", min_size=2, max_size=10),
)
def test_text_after_a_name_is_always_read(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, caption: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "captions.txt"
    path.write_text(f"{before}\n{IMG} {caption}\n{after}", "utf-8")
    found = said_in_text(str(path), {"img_0001.jpg"})
    assert found is not None
    assert any(caption in passage for passage in found["img_0001.jpg"])
