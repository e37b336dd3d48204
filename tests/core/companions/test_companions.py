"""Files that belong to a photo, by their names."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dupefinder.core.companions import FolderCompanions, companions_of, folder_companions
from dupefinder.core.companions.names import family_of
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.companions.takeout import read_title
from dupefinder.core.scan.same_file import folded

LONG = "a photo with a title that is longer than Takeout lets it be"
NAMES_ARE_BYTES = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="names are not any bytes on this system"
)


def found(folder: Path, photo: str) -> dict[str, str]:
    """Names of what belongs to a photo, with their kinds."""
    return {
        os.path.basename(one.path): one.kind.value for one in companions_of(str(folder / photo))
    }


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(os.fsencode(name))


@pytest.mark.parametrize("name", ["IMG_1", "img_1.JPG"])
@pytest.mark.parametrize("inner", ["notes.txt", "IMG_2.wav", "more/and more/x.pdf"])
def test_a_folder_of_the_photos_name_belongs_to_it(tmp_path: Path, name: str, inner: str) -> None:
    touch(tmp_path, "IMG_1.jpg", "IMG_2.jpg")
    if (tmp_path / name).exists():
        pytest.skip("names that differ in case are one here")
    (tmp_path / name / inner).parent.mkdir(parents=True)
    (tmp_path / name / inner).write_bytes(b"said")
    (one,) = companions_of(str(tmp_path / "IMG_1.jpg"))
    assert (one.path, one.goes_along) == (str(tmp_path / name / inner), False)
    listed = FolderCompanions(str(tmp_path), ("IMG_1.jpg", "IMG_2.jpg"))
    assert listed.of("IMG_1.jpg") == (one,)
    assert listed.of("IMG_2.jpg") == companions_of(str(tmp_path / "IMG_2.jpg"))


def test_a_folder_of_that_name_with_photos_is_one_of_photos(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_1.jpg")
    (tmp_path / "IMG_1").mkdir()
    touch(tmp_path / "IMG_1", "other.jpg", "notes.txt")
    assert companions_of(str(tmp_path / "IMG_1.jpg")) == ()


def test_of_a_large_folder_of_that_name_some_files_are_enough(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_1.jpg")
    (tmp_path / "IMG_1").mkdir()
    touch(tmp_path / "IMG_1", *(f"{number}.txt" for number in range(200)))
    assert len(companions_of(str(tmp_path / "IMG_1.jpg"))) == 100


@pytest.mark.parametrize(
    ("photo", "other", "kind"),
    [
        ("IMG_1.HEIC", "IMG_1.MOV", "live-photo"),
        ("IMG_1.HEIC", "img_1.mp4", "live-photo"),
        ("IMG_1.HEIC", "IMG_1_HEVC.MOV", "live-photo"),
        ("IMG_1.HEIC", "IMG_1.HEIC.MOV", "live-photo"),
        ("IMG_E1234.HEIC", "IMG_1234.MOV", "live-photo"),
        ("PXL_1.MP.jpg", "PXL_1.MP", "live-photo"),
        ("PXL_1.jpg", "PXL_1.MP", "live-photo"),
        ("PXL_1.MP.jpg", "PXL_1.mp4", "live-photo"),
        ("PXL_1.MP~2.jpg", "PXL_1.MP", "live-photo"),
        ("a.jpg", "a.xmp", "xmp"),
        ("a.jpg", "A.JPG.XMP", "xmp"),
        ("a.cr2", "a_01.cr2.xmp", "xmp"),
        ("IMG_1234.HEIC", "IMG_1234.AAE", "aae"),
        ("IMG_1234.HEIC", "IMG_1234O.aae", "aae"),
        ("IMG_1234.HEIC", "IMG_O1234.AAE", "aae"),
        ("IMG_E1234.JPG", "IMG_1234.aae", "aae"),
        ("IMG_E1234.JPG", "IMG_E1234.aae", "aae"),
        ("MVI_1.JPG", "MVI_1.THM", "thm"),
        ("DSC_1.JPG", "DSC_1.NEF", "raw"),
        ("DSC_1.heic", "DSC_1.dng", "raw"),
        ("DSC_1.NEF", "DSC_1.jpg", "raw"),
        ("a.nef", "a.nef.pp3", "sidecar"),
        ("a.nef", "a.wav", "sidecar"),
        ("IMG_0001.JPG", "SND_0001.WAV", "sidecar"),
        ("_MG_0001.CR2", "snd_0001.wav", "sidecar"),
        ("a.jpg", "a.jpg.json", "takeout-json"),
        ("a.jpg", "a.json", "takeout-json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json", "takeout-json"),
        ("a.jpg", "a.jpg.supplemental-met.json", "takeout-json"),
        ("a.jpg", "a.jpg.s.json", "takeout-json"),
        ("a.jpg", "a.jpg..json", "takeout-json"),
        (f"{LONG[:47]}.jpg", f"{LONG[:46]}.json", "takeout-json"),
        (f"{LONG[:47]}(1).jpg", f"{LONG[:46]}(1).json", "takeout-json"),
        ("IMG_1(1).jpg", "IMG_1.jpg(1).json", "takeout-json"),
        ("IMG_1(12).jpg", "IMG_1.jpg.supplemental-metadata(12).json", "takeout-json"),
        ("IMG_1(1).jpg", "IMG_1(1).jpg.json", "takeout-json"),
        ("IMG_1.jpg", "IMG_1.jpg(1).json", "takeout-json"),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json", "takeout-json"),
        ("IMG_1-bearbeitet(1).jpg", "IMG_1.jpg(1).json", "takeout-json"),
        ("IMG_1(1)-edited.jpg", "IMG_1.jpg(1).json", "takeout-json"),
        ("ÄÖ.jpg", "a\u0308o\u0308.xmp", "xmp"),
        ("no extension", "no extension.xmp", "xmp"),
        ("IMG_1(1).jpg", "IMG_1_HEVC(1).MOV", "live-photo"),
        ("IMG_1.jpg", "IMG_1.3gp", "live-photo"),
        ("IMG_1.jpg", "IMG_1.mp3", "sidecar"),
        ("IMG_1.jpg", "IMG_1.amr", "sidecar"),
        ("IMG_1.jpg", "IMG_1.txt", "sidecar"),
        ("IMG_1.jpg", "IMG_1.jpg.txt", "sidecar"),
        ("IMG_1.jpg", "IMG_1.yml", "sidecar"),
        ("IMG_1.jpg", "IMG_1.onphoto", "sidecar"),
        ("IMG_1.jpg", "IMG_1.JPG.arp", "sidecar"),
        ("IMG_1.jpg", "IMG_1.tar.gz", "sidecar"),
        ("IMG_1.jpg", "IMG_1", "sidecar"),
        ("IMG_1.jpg", "IMG_1.jpg~", "sidecar"),
        ("IMG_1.jpg", "IMG_1.jpg.gq.xmp", "xmp"),
        ("DJI_0001.jpg", "DJI_0001.SRT", "sidecar"),
        ("IMG_1-upraveno.jpg", "IMG_1.jpg.json", "takeout-json"),
        ("IMG_1-ha editado.jpg", "IMG_1.jpg.json", "takeout-json"),
        ("IMG_1-đã chỉnh sửa(2).jpg", "IMG_1.jpg(2).json", "takeout-json"),
        ("IMG_1-แก้ไขแล้ว.jpg", "IMG_1.jpg.json", "takeout-json"),
        ("IMG_1.jpg", ".IMG_1.jpg.xmp", "xmp"),
        ("IMG_1.jpg", ".IMG_1.JPG.meta", "sidecar"),
        ("IMG_1.jpg", "IMG_1-voice.m4a", "sidecar"),
        ("IMG_1.jpg", "IMG_1 notes.txt", "sidecar"),
        ("IMG_1.jpg", "IMG_1_edit.mp4", "live-photo"),
    ],
)
def test_companions_are_found_by_name(tmp_path: Path, photo: str, other: str, kind: str) -> None:
    touch(tmp_path, photo, other, "unlike.xmp", "unlike.mov", "other.jpg", "notes.txt")
    assert found(tmp_path, photo) == {other: kind}


def test_a_package_belongs_to_the_photo_of_its_name(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_1.jpg", "2019.jpg")
    for name in ("IMG_1.pxd", "IMG_1.jpg.d", "IMG_1", "2019", "2019 sea", "2019.07.04", "x.pxd"):
        (tmp_path / name).mkdir()
    assert found(tmp_path, "IMG_1.jpg") == {"IMG_1.pxd": "sidecar", "IMG_1.jpg.d": "sidecar"}
    assert found(tmp_path, "2019.jpg") == {}


@pytest.mark.parametrize(
    ("photo", "other"),
    [
        ("a.jpg", "a.png"),
        ("a.heic", "a.jpg"),
        ("a.jpg", "a copy.xmp"),
        ("a.jpg", "ab.xmp"),
        ("a.jpg", "a_notes.txt"),
        ("IMG_1.jpg", "IMG_1-2.txt"),
        ("IMG_1.jpg", "IMG_10 notes.txt"),
        ("2019.jpg", "2019-07-04 diary.txt"),
        ("a.jpg", "a.cot"),
        ("a.jpg", "._a.jpg.xmp"),
        ("a.jpg", "Thumbs.db"),
        ("a.jpg", "a.heic.nextcloud"),
        ("desktop.jpg", "desktop.ini"),
        ("a.jpg", "a.jpg.png"),
        ("2019.07.04 sea.jpg", "2019.07.05 sea.txt"),
        ("a.cr2", "a.nef"),
        ("IMG_1234.jpg", "IMG_12345.aae"),
        ("IMG_E1234.jpg", "IMG_1234.CR2"),
        ("a.jpg", "b.jpg.json"),
        ("abc.jpg", "ab.json"),
        ("a.jpg", "metadata.json"),
    ],
)
def test_files_of_other_names_are_no_companions(tmp_path: Path, photo: str, other: str) -> None:
    touch(tmp_path, photo, other)
    assert found(tmp_path, photo) == {}


def test_a_more_fitting_photo_has_it_alone(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_1.jpg", "IMG_1(1).jpg", "IMG_1.jpg(1).json", "IMG_1.jpg.json")
    assert found(tmp_path, "IMG_1.jpg") == {"IMG_1.jpg.json": "takeout-json"}
    assert found(tmp_path, "IMG_1(1).jpg") == {"IMG_1.jpg(1).json": "takeout-json"}
    touch(tmp_path, "a.cr2", "a_01.cr2", "a_01.cr2.xmp")
    assert found(tmp_path, "a.cr2") == {}
    assert found(tmp_path, "a_01.cr2") == {"a_01.cr2.xmp": "xmp"}


def test_an_edit_with_metadata_of_its_own_has_them_alone(tmp_path: Path) -> None:
    touch(tmp_path, "Sea.jpg", "Sea.jpg.json", "Sea-Anna.jpg", "Sea-Anna.jpg.suppl.json")
    touch(tmp_path, "Sea-Berta(1).jpg", "Sea-Berta.jpg(1).json", "Sea.jpg(1).json")
    assert found(tmp_path, "Sea.jpg") == dict.fromkeys(
        ("Sea.jpg.json", "Sea.jpg(1).json"), "takeout-json"
    )
    assert found(tmp_path, "Sea-Anna.jpg") == {"Sea-Anna.jpg.suppl.json": "takeout-json"}
    assert found(tmp_path, "Sea-Berta(1).jpg") == {"Sea-Berta.jpg(1).json": "takeout-json"}


def test_a_companion_of_two_photos_goes_with_neither(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.png", "a.xmp", "a.jpg.xmp")
    companions = {os.path.basename(one.path): one for one in companions_of(str(tmp_path / "a.jpg"))}
    assert not companions["a.xmp"].goes_along
    assert companions["a.jpg.xmp"].goes_along


def test_neither_a_raw_file_nor_its_rendering_goes_along(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.cr2")
    for name in ("a.jpg", "a.cr2"):
        (one,) = companions_of(str(tmp_path / name))
        assert (one.kind, one.goes_along) == (CompanionKind.RAW, False)


def test_a_name_in_another_case_finds_the_same(tmp_path: Path) -> None:
    touch(tmp_path, "IMG_1.HEIC", "IMG_1.MOV", "IMG_1.XMP")
    assert found(tmp_path, "img_1.heic") == found(tmp_path, "IMG_1.HEIC")
    assert len(found(tmp_path, "img_1.heic")) == 2


def test_a_photo_may_be_called_like_something_else(tmp_path: Path) -> None:
    touch(tmp_path, "a.mov", "a.psd", "a.xmp")
    assert found(tmp_path, "a.mov") == {"a.psd": "sidecar", "a.xmp": "xmp"}
    assert found(tmp_path, "a.psd") == {"a.mov": "live-photo", "a.xmp": "xmp"}


def test_an_original_belongs_to_its_photo_though_it_is_judged_itself(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    for name in ("a.jpg_original", "a.jpg~", "b.jpg", "b.made-up"):
        (tmp_path / name).write_bytes(b"\xff\xd8\xff a picture")
    names = os.listdir(tmp_path)
    for known in ((), names):
        listed = FolderCompanions(str(tmp_path), known)
        assert {os.path.basename(one.path): one.kind.value for one in listed.of("a.jpg")} == {
            "a.jpg_original": "original",
            "a.jpg~": "original",
        }
        assert not any(one.goes_along for one in listed.of("a.jpg"))
        assert listed.of("b.jpg") == ()


@pytest.mark.skipif(sys.platform == "win32", reason="files of one hole have blocks there")
def test_online_only_files_are_companions_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.jpg")
    with open(tmp_path / "a.made-up", "wb") as file:
        file.truncate(1 << 20)
    if os.stat(tmp_path / "a.made-up").st_blocks:
        pytest.skip("no holes in files here")
    monkeypatch.setattr(folder_companions, "read_head", None)
    assert found(tmp_path, "a.jpg") == {"a.made-up": "sidecar"}


def test_many_of_one_stem_cost_no_square(tmp_path: Path) -> None:
    for number in range(1500):
        (tmp_path / f"scan.{number:04}").write_bytes(b"\xff\xd8\xff a picture")
    names = os.listdir(tmp_path)
    touch(tmp_path, "scan.txt", "scan.jpg")
    for known in (names, ()):
        listed = FolderCompanions(str(tmp_path), known)
        for name in names[:100]:
            (one,) = listed.of(name)
            assert (os.path.basename(one.path), one.shared) == ("scan.txt", True)
        assert sum(map(len, listed._by_base.values())) <= 1501
        assert listed._found == {}


def test_links_are_companions(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    try:
        (tmp_path / "a.jpg.xmp").symlink_to("nowhere")
    except OSError:
        pytest.skip("no permission to make links")
    assert found(tmp_path, "a.jpg") == {"a.jpg.xmp": "xmp"}


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert companions_of(str(tmp_path / "gone" / "a.jpg")) == ()
    touch(tmp_path, "file")
    assert companions_of(str(tmp_path / "file" / "a.jpg")) == ()


def test_a_folder_that_cannot_be_listed_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError):
        companions_of(str(tmp_path / "a.jpg"))


@NAMES_ARE_BYTES
def test_notes_of_the_system_are_no_companions(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.jpg:Zone.Identifier", "a.jpg:com.dropbox.attributes")
    assert found(tmp_path, "a.jpg") == {}


@NAMES_ARE_BYTES
def test_undecodable_names(tmp_path: Path) -> None:
    touch(tmp_path, "odd\udcff.jpg", "odd\udcff.xmp", "odd\udcfe.xmp", "\udcff" * 41 + ".json")
    assert found(tmp_path, "odd\udcff.jpg") == {"odd\udcff.xmp": "xmp"}


EDITED = """
    edited bearbeitet modifié editado editada modificato bewerkt gewysig redigerad redigeret
    redigert breytt muokattu muudetud rediģēts redaguota edytowane upraveno upravené szerkesztve
    editat uređeno urejeno отредактировано відредаговано редактирано измењено επεξεργασμένη
    düzenlendi נערך معدّلة ویرایش‌شده संपादित সম্পাদিত แก้ไขแล้ว diedit imehaririwa editatuta
    編集済み 편집됨 已编辑 已編輯 effects smile mix collage animation
"""


@pytest.mark.parametrize("word", [*EDITED.split(), "ha editado", "đã chỉnh sửa", "تم تعديلها"])
@pytest.mark.parametrize("name", ["IMG_1-{}.jpg", "IMG_1-{}(1).jpg", "IMG_1(1)-{}.jpg"])
def test_an_edit_in_whatever_language_has_the_metadata_of_its_original(
    tmp_path: Path, word: str, name: str
) -> None:
    number = "(1)" if "(1)" in name else ""
    metadata = f"IMG_1.jpg.supplemental-metadata{number}.json"
    touch(tmp_path, f"IMG_1{number}.jpg", name.format(word), f"IMG_2-{word}.jpg")
    (tmp_path / metadata).write_text(json.dumps({"title": "IMG_1.jpg"}))
    assert found(tmp_path, name.format(word)) == {metadata: "takeout-json"}
    assert found(tmp_path, f"IMG_2-{word}.jpg") == {}
    (one,) = companions_of(str(tmp_path / f"IMG_1{number}.jpg"))
    assert not one.goes_along


@given(stem=st.text("aä1_() .-", min_size=1, max_size=12), cut=st.integers(0, 22))
def test_takeout_names_are_found_wherever_they_are_cut(
    tmp_path_factory: pytest.TempPathFactory, stem: str, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("takeout")
    photo = f"x{stem.rstrip(' .')}.jpg"
    metadata = photo + ".supplemental-metadata"[:cut] + ".json"
    touch(folder, photo, metadata)
    assert metadata in found(folder, photo)


WORDS = st.sampled_from(
    ["img_", "IMG_E", "1234", "o", "a", "ä", "(1)", "(2)", "_01", "-edited", "-ha editado", "_hevc",
     LONG, ".jpg", ".mp", ".", " "]
)  # fmt: skip
ENDINGS = st.sampled_from(
    [".jpg", ".JPG", ".heic", ".cr2", ".mov", ".mp", ".xmp", ".aae", ".json", ".jpg.xmp", "",
     ".jpg.json", ".jpg(1).json", ".jpg.suppl.json", ".jpg.suppl(1).json", ".cr2.xmp"]
)  # fmt: skip
NAMES = st.builds(
    lambda words, ending: ("x" if not words else "".join(words))[:60] + ending,
    st.lists(WORDS, max_size=4),
    ENDINGS,
).filter(lambda name: name not in (".", ".."))


@given(names=st.lists(NAMES, min_size=1, max_size=8))
@example(names=["x.jpg.jpg", "x.jpg.jpg.xmp"])
def test_files_of_different_families_are_no_companions(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    touch(folder, *names)
    listed = FolderCompanions(str(folder))
    for name in names:
        for companion in listed.of(name):
            beside = os.path.basename(companion.path)
            assert family_of(folded(name)).meets(family_of(folded(beside)))


@given(names=st.lists(NAMES, min_size=1, max_size=8))
@example(names=["x.mov", ".mp.jpg"])
def test_a_look_at_one_photo_finds_what_the_whole_listing_finds(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    touch(folder, *names)
    for name in names:
        whole = FolderCompanions(str(folder), (name,))
        assert companions_of(str(folder / name)) == whole.of(name)


def test_one_listing_serves_all_photos(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.xmp", "b.jpg", "b.jpg.json", "c.jpg")
    folder = FolderCompanions(str(tmp_path))
    for name in ("a.jpg", "b.jpg", "c.jpg", "not there.jpg"):
        assert folder.of(name) == companions_of(str(tmp_path / name))


class TestTitles:
    """Takeout's metadata by what they say of themselves."""

    def metadata(self, folder: Path, name: str, title: object) -> None:
        (folder / name).write_text(json.dumps({"title": title, "url": "https://example.org"}))

    def belongs(self, folder: Path, photo: str) -> dict[str, bool]:
        """Names of what belongs to a photo, and whether it would go along."""
        return {
            os.path.basename(one.path): one.goes_along for one in companions_of(str(folder / photo))
        }

    @pytest.mark.parametrize(
        ("photo", "name", "title"),
        [
            ("IMG_1.jpg", "IMG_1.jpg.json", "IMG_1.jpg"),
            ("IMG_1.jpg", "IMG_1.jpg.json", "IMG_1.HEIC"),
            ("IMG_1.jpg", "IMG_1.json", "IMG_1"),
            ("IMG_1(1).jpg", "IMG_1.jpg(1).json", "IMG_1.jpg"),
            ("IMG_1-edited.jpg", "IMG_1.jpg.json", "IMG_1.jpg"),
            ("IMG_1-edited(1).jpg", "IMG_1.jpg(1).json", "IMG_1.jpg"),
            ("B_r_.jpg", "B_r_.jpg.json", "B&r?.jpg"),
            (f"{LONG[:47]}.jpg", f"{LONG[:46]}.json", f"{LONG}.jpg"),
            ("ÄÖ.jpg", "ÄÖ.jpg.json", "a\u0308o\u0308.JPG"),
        ],
    )
    def test_a_title_that_confirms_the_name(
        self, tmp_path: Path, photo: str, name: str, title: str
    ) -> None:
        touch(tmp_path, photo, "unlike.jpg")
        self.metadata(tmp_path, name, title)
        assert self.belongs(tmp_path, photo) == {name: True}
        assert self.belongs(tmp_path, "unlike.jpg") == {}

    @pytest.mark.parametrize("title", ["IMG_2.jpg", "Zoo", "IMG_11.jpg"])
    def test_one_that_names_another_photo_makes_doubtful(self, tmp_path: Path, title: str) -> None:
        touch(tmp_path, "IMG_1.jpg")
        self.metadata(tmp_path, "IMG_1.jpg.json", title)
        assert self.belongs(tmp_path, "IMG_1.jpg") == {"IMG_1.jpg.json": False}

    @pytest.mark.parametrize("title", [None, "", 5, ["IMG_1.jpg"]])
    def test_without_a_title_the_name_counts(self, tmp_path: Path, title: object) -> None:
        touch(tmp_path, "IMG_1.jpg")
        self.metadata(tmp_path, "IMG_1.jpg.json", title)
        assert self.belongs(tmp_path, "IMG_1.jpg") == {"IMG_1.jpg.json": True}

    def test_the_title_decides_between_two(self, tmp_path: Path) -> None:
        touch(tmp_path, "IMG_1.jpg", "IMG_1.heic")
        self.metadata(tmp_path, "IMG_1.json", "IMG_1.heic")
        assert self.belongs(tmp_path, "IMG_1.heic") == {"IMG_1.json": True}
        assert self.belongs(tmp_path, "IMG_1.jpg") == {}
        self.metadata(tmp_path, "IMG_1.json", "IMG_1.png")
        for name in ("IMG_1.jpg", "IMG_1.heic"):
            assert self.belongs(tmp_path, name) == {"IMG_1.json": False}

    def test_an_original_and_its_edit_share_it(self, tmp_path: Path) -> None:
        touch(tmp_path, "IMG_1.jpg", "IMG_1-edited.jpg")
        self.metadata(tmp_path, "IMG_1.jpg.json", "IMG_1.jpg")
        for name in ("IMG_1.jpg", "IMG_1-edited.jpg"):
            assert self.belongs(tmp_path, name) == {"IMG_1.jpg.json": False}

    def test_a_title_alone_holds_a_photo_whose_name_begins_so(self, tmp_path: Path) -> None:
        touch(tmp_path, "Holiday by the sea.jpg", "Holidays.jpg")
        self.metadata(tmp_path, "Holiday by something.json", "Holiday by the sea.jpg")
        self.metadata(tmp_path, "metadata.json", "Holiday by the sea.jpg")
        assert self.belongs(tmp_path, "Holiday by the sea.jpg") == {
            "Holiday by something.json": False,
            "metadata.json": False,  # as a text of the folder that names the photo
        }
        assert self.belongs(tmp_path, "Holidays.jpg") == {}

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
    def test_nothing_is_waited_for(self, tmp_path: Path) -> None:
        touch(tmp_path, "IMG_1.jpg")
        os.mkfifo(tmp_path / "IMG_1.jpg.json")
        assert read_title(str(tmp_path / "IMG_1.jpg.json")) is None
        assert self.belongs(tmp_path, "IMG_1.jpg") == {"IMG_1.jpg.json": True}

    @given(
        names=st.lists(NAMES, min_size=1, max_size=6),
        titles=st.lists(NAMES, min_size=6, max_size=6),
    )
    @example(
        names=["x.jpg", "x.jpg.suppl.json", "x.jpg.suppl(1).json"],
        titles=["x.jpg"] * 6,
    )
    def test_one_photo_is_told_what_the_whole_listing_tells(
        self, tmp_path_factory: pytest.TempPathFactory, names: list[str], titles: list[str]
    ) -> None:
        folder = tmp_path_factory.mktemp("titles")
        touch(folder, *names)
        for name, title in zip(names, titles, strict=False):
            if name.endswith(".json"):
                self.metadata(folder, name, title)
        for name in names:
            whole = FolderCompanions(str(folder), (name,))
            assert companions_of(str(folder / name)) == whole.of(name)
