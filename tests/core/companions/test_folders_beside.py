"""Folders beside photos that hold what belongs to them."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dupefinder.core.companions import FolderCompanions, companions_of, folders_beside
from dupefinder.core.companions.names import family_of
from dupefinder.core.picture_names import OTHER_EXTENSIONS, PHOTO_EXTENSIONS
from dupefinder.core.scan.same_file import folded

JPEG = b"\xff\xd8\xff\xe0 a picture"


def write(folder: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def found(folder: Path, photo: str) -> dict[str, str]:
    """The companions of a photo, by their paths from there, with their kinds."""
    return {
        Path(one.path).relative_to(folder).as_posix(): one.kind.value
        for one in companions_of(str(folder / photo))
    }


@pytest.mark.parametrize(
    ("photo", "other"),
    [
        ("IMG_1.jpg", "CaptureOne/Settings153/IMG_1.jpg.cos"),
        ("IMG_1.JPG", "NKSC_PARAM/IMG_1.JPG.nksc"),
        ("IMG_1.jpg", "Exposure Software/Exposure X7/IMG_1.jpg.exposurex7"),
        ("IMG_1.jpg", "SILKYPIX_DS/IMG_1.jpg.10.spd"),
        ("IMG_1.jpg", ".comments/IMG_1.jpg.xml"),
        ("IMG_1.jpg", ".metadata/IMG_1.jpg.meta"),
        ("IMG_1.jpg", ".photoprism/IMG_1.yml"),
        ("IMG_1.jpg", "some program/IMG_1.jpg.made-up"),
        ("IMG_1.jpg", "some program/version 2/img_1.TXT"),
        ("ÄÖ.jpg", "notes/a\u0308o\u0308.txt"),
    ],
)
def test_files_that_programs_keep_in_their_own_folders_are_companions(
    tmp_path: Path, photo: str, other: str
) -> None:
    write(tmp_path, photo, other, "IMG_2.jpg", str(Path(other).with_name("IMG_2.txt")))
    assert found(tmp_path, photo) == {other: "sidecar"}


@pytest.mark.parametrize(
    "other",
    [
        "backup/IMG_1.xmp",
        "CaptureOne/Cache/Thumbnails/IMG_1.jpg.cot",
        "CaptureOne/Cache/IMG_1.jpg.made-up",
        "@eaDir/IMG_1.jpg/SYNOPHOTO_THUMB_M.txt",
        "@eaDir/IMG_1.jpg.txt",
        ".thumbnails/IMG_1.jpg.txt",
        ".Trash-1000/files/IMG_1.jpg.txt",
        "Photos Library.photoslibrary/IMG_1.txt",
        "dupefinder-set-aside/IMG_1.xmp",
        "a/b/c/d/IMG_1.txt",
    ],
)
def test_other_files_in_such_folders_are_no_companions(tmp_path: Path, other: str) -> None:
    write(tmp_path, "IMG_1.jpg", "backup/IMG_1.jpg", other)
    assert found(tmp_path, "IMG_1.jpg") == {}


def test_pictures_in_such_folders_are_judged_themselves(tmp_path: Path) -> None:
    write(tmp_path, "IMG_1.jpg", ".photoprism/IMG_1.jpg.jpg", ".photoprism/IMG_1.yml")
    write(tmp_path, "odd/IMG_1.nobody-knows", content=JPEG)
    assert found(tmp_path, "IMG_1.jpg") == {".photoprism/IMG_1.yml": "sidecar"}


def test_originals_that_picasa_has_hidden_belong_to_the_photo(tmp_path: Path) -> None:
    write(tmp_path, "IMG_1.jpg", ".picasaoriginals/IMG_1.jpg", ".picasaoriginals/IMG_2.jpg")
    (one,) = companions_of(str(tmp_path / "IMG_1.jpg"))
    assert (one.path, one.kind.value) == (
        str(tmp_path / ".picasaoriginals" / "IMG_1.jpg"),
        "original",
    )
    assert not one.goes_along


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "some" / "where", "IMG_1.jpg.nksc")
    write(tmp_path / "photos", "IMG_1.jpg")
    try:
        (tmp_path / "photos" / "NKSC_PARAM").symlink_to(
            tmp_path / "some" / "where", target_is_directory=True
        )
    except OSError:
        pytest.skip("no permission to make links")
    assert found(tmp_path / "photos", "IMG_1.jpg") == {}


def test_only_a_known_folder_that_cannot_be_listed_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "IMG_1.jpg", "locked/x", "CaptureOne/x")
    refused = {str(tmp_path / "locked")}
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path in refused:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path, "IMG_1.jpg") == {}
    refused.add(str(tmp_path / "CaptureOne"))
    with pytest.raises(PermissionError):
        found(tmp_path, "IMG_1.jpg")


def test_known_folders_come_before_the_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders_beside, "_MOST_FOLDERS", 3)
    write(tmp_path, "IMG_1.jpg", "CaptureOne/Settings/IMG_1.jpg.cos")
    write(tmp_path, *(f"{number}/IMG_1.txt" for number in range(9)))
    names = set(found(tmp_path, "IMG_1.jpg"))
    assert "CaptureOne/Settings/IMG_1.jpg.cos" in names
    assert len(names) == 2


@given(
    suffix=st.from_regex(r"(\.[a-z0-9_-]{1,12}){1,3}", fullmatch=True),
    whole=st.booleans(),
    folder=st.sampled_from(["", "NKSC_PARAM", "some program", ".hidden/deeper"]),
)
def test_files_in_program_folders_belong_to_the_photo_of_their_name(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, whole: bool, folder: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    name = ("IMG_1.jpg" if whole else "IMG_1") + suffix
    last = suffix.rpartition(".")[2]
    is_photo = last in PHOTO_EXTENSIONS
    write(root, "IMG_1.jpg", "IMG_2.jpg", f"{folder}/{name}" if folder else name)
    belongs = not is_photo and last not in ("cot", "cop", "cof")

    kinds = [kind for kind in found(root, "IMG_1.jpg").values() if kind != "raw"]
    assert len(kinds) == belongs
    assert found(root, "IMG_2.jpg") == {}


@given(ending=st.from_regex(r"\.[a-z0-9_-]{1,12}", fullmatch=True))
def test_a_picture_of_the_same_stem_does_not_belong_to_it(
    tmp_path_factory: pytest.TempPathFactory, ending: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    if ending[1:] not in PHOTO_EXTENSIONS | OTHER_EXTENSIONS:
        write(root, "IMG_1.jpg", f"IMG_1{ending}", content=JPEG)
        assert found(root, "IMG_1.jpg") == {}


WORDS = st.sampled_from(
    ["img_", "IMG_E", "1234", "a", "ä", "(1)", "_01", "-edited", "_hevc", ".jpg", ".JPG", ".cr2",
     ".mov", ".xmp", ".json", ".made-up", ".suppl", "_original", "~", ".", " ", "\udcff"]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=5).map("".join).filter(lambda name: name.strip(". "))


@pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="names are not any bytes on this system"
)
@given(
    files=st.lists(
        st.tuples(
            st.sampled_from(["", "NKSC_PARAM", "x", "x/y", ".picasaoriginals"]),
            NAMES,
            st.sampled_from([b"x", JPEG, b'{"title": "a.jpg"}']),
        ),
        min_size=1,
        max_size=8,
    )
)
@example(files=[("", "img_", b"x"), ("", "img_.made-up", b"x")])
@example(files=[("", "img_", b"x"), (".picasaoriginals", "img_.jpg.jpg", b"x")])
def test_one_photo_gets_the_same_answer_as_the_whole_listing(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, str, bytes]]
) -> None:
    root = tmp_path_factory.mktemp("any")
    for folder, name, content in files:
        write(root / folder, name, content=content)
    everything = [name for folder, name, _ in files if not folder]
    for name in everything:
        whole = FolderCompanions(str(root), (name,)).of(name)
        assert companions_of(str(root / name)) == whole
        for companion in whole:
            beside, photo = (folded(os.path.basename(one)) for one in (companion.path, name))
            assert family_of(photo).meets(family_of(beside))
            assert companion.path != str(root / name)
