"""Exports: names come back exactly, nothing in them acts, and no other file is replaced."""

import base64
import csv
import io
import json
import os
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.actions.overview import Overview, overview_of
from dupefinder.actions.plan_file import PlanFile, decode_plan
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step, StepState
from dupefinder.cli.groups_file import read_groups
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, FoundFile, Group, GroupMember, Reason, ReasonCode
from dupefinder.export import ExportFormat, export, format_of
from dupefinder.export.document import Column, Document, Row, Section, ValueCell
from dupefinder.export.groups import DecidedGroup, Decision, groups_document, proposals
from dupefinder.export.removals import plan_document, receipt_document
from tests.gui.history.journals import action, journalled

# Possible names: any bytes, on Windows half characters at most.
_ANY = st.binary(min_size=1, max_size=30)
if os.name != "posix":
    _ANY = st.text(st.characters(), min_size=1, max_size=10).map(os.fsencode)
_PARTING = os.fsencode(f"/{os.sep}\0")
NAMES = _ANY.filter(lambda name: name not in (b".", b"..") and not set(_PARTING) & set(name))
HOSTILE = [
    b"=cmd|'/c calc'!A1.jpg".replace(b"/", b"_"),
    b"<script>alert(1)<_script>.jpg",
    b'" onerror="alert(1).jpg',
    b"&lt;b&gt;.jpg",
    b"]]>.jpg",
    os.fsencode("caf\udce9\udcff.jpg"),
    "‮gpj.exe".encode(),
    b"two\nlines,and;more\t.jpg",
]

PHOTOS = os.path.abspath("/photos")  # on some drive, where there are such
KEEPER = os.path.join(PHOTOS, "keeper.jpg")


def photo(name: str | bytes) -> str:
    return os.path.join(PHOTOS, os.fsdecode(name))


def member(path: str, *, keep: bool = True, is_keeper: bool = False) -> GroupMember:
    return GroupMember(
        file=FoundFile(path, "uuid:1", path[1:], 1234, 5, 1, 1, protected=False),
        content_id=1,
        digest=os.fsencode(path)[-32:].rjust(32),
        facts=PhotoFacts("JPEG", 40, 30, camera="=HYPERLINK(1)", taken="2010-05-02T14:12:00"),
        keep=keep,
        is_keeper=is_keeper,
        reason=Reason(ReasonCode.OLDER if is_keeper else ReasonCode.KEEPER_HAS_ALL),
        evidence=None if is_keeper else Evidence.SAME_BYTES,
        against=None if is_keeper else KEEPER,
    )


def group(*names: bytes) -> Group:
    keeper = member(KEEPER, is_keeper=True)
    others = [member(photo(name), keep=False) for name in names]
    return Group("g1", (keeper, *others))


def no_picture(digest: bytes) -> None:
    return None


def exported(
    document: Document,
    folder: Path,
    extension: str,
    pictures: Callable[[bytes], bytes | None] = no_picture,
) -> bytes:
    path = folder / f"out.{extension}"
    export(document, str(path), pictures, JobContext())
    assert [entry.name for entry in folder.iterdir() if entry.suffix == ".tmp"] == []
    return path.read_bytes()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def path_of(uri: str) -> str:
    path = os.fsdecode(unquote_to_bytes(urlsplit(uri).path))
    return path if os.sep == "/" else path[1:].replace("/", os.sep)


class Page(HTMLParser):
    """The page as a browser would see it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: list[str] = []
        self.text = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(name=NAMES)
def test_csv_has_every_name_exactly(name: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = groups_document([proposals(group(name))])
    content = exported(document, tmp_path_factory.mktemp("csv"), "csv")
    rows = rows_of(content)
    assert [path_of(row["path_uri"]) for row in rows] == [
        KEEPER,
        photo(name),
    ]
    # One line for each row, whatever reads it.
    assert len(content.splitlines()) == 3


@given(name=NAMES)
def test_json_has_every_name_exactly(name: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("json")
    exported(groups_document([proposals(group(name))], protected=[PHOTOS]), folder, "json")
    read = read_groups(str(folder / "out.json"))
    (files,) = read.groups
    assert [file.file.path for file in files] == [
        KEEPER,
        photo(name),
    ]
    assert [file.keep for file in files] == [True, False]
    assert read.protected_folders == (PHOTOS,)


@given(name=NAMES)
def test_no_name_adds_anything_to_a_page(
    name: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("html")
    plain = Page(exported(groups_document([proposals(group(b"a"))]), folder, "html"))
    page = Page(exported(groups_document([proposals(group(name))]), folder, "html"))
    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert page.sources == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_shows_hostile_names_as_text_and_has_no_script(name: bytes, tmp_path: Path) -> None:
    content = exported(groups_document([proposals(group(name))]), tmp_path, "html")
    page = Page(content)
    assert "script" not in page.tags
    assert not {one for one in page.attributes if one.startswith("on")}
    # Half characters, which stand for bytes that are no text, are shown as these.
    shown = os.fsdecode(name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    shown = shown.replace("\n", r"\n").replace("\t", r"\t")
    assert shown.replace("\u202e", r"\u202e") in page.text
    assert b"default-src 'none'" in content


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＠"])
def test_no_cell_is_a_formula(start: str, tmp_path: Path) -> None:
    cell = ValueCell(f"{start}1+1", "one")
    document = Document(
        "T", (), "x", (Column("a", "A"),),
        lambda: iter((Section("", (Row(1, (cell,)),)),)), 1, lambda: b"{}",
    )  # fmt: skip
    assert rows_of(exported(document, tmp_path, "csv"))[0]["a"] == f"'{start}1+1"


def test_numbers_stay_numbers_and_what_is_lacking_is_empty(tmp_path: Path) -> None:
    document = Document(
        "T", (), "x", (Column("a", "A"), Column("p", "P", is_file=True)),
        lambda: iter((Section("", (Row(1, (ValueCell(-5, "minus"), None)),)),)), 1, lambda: b"{}",
    )  # fmt: skip
    row = rows_of(exported(document, tmp_path, "csv"))[0]
    assert row == {"dupefinder x": "1", "a": "-5", "p": "", "p_uri": ""}


def jpeg(colour: str, size: tuple[int, int] = (320, 200)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "JPEG")
    return made.getvalue()


def test_pictures_are_in_the_page_itself_and_small(tmp_path: Path) -> None:
    one = group(b"a.jpg")
    known = {one.members[1].digest: jpeg("red"), one.members[0].digest: b"no picture"}
    page = Page(exported(groups_document([proposals(one)]), tmp_path, "html", known.get))
    (source,) = page.sources
    head, _, data = source.partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == (240, 150)


def test_photos_that_a_person_keeps_are_never_proposed(tmp_path: Path) -> None:
    one = group(b"a.jpg", b"b.jpg", b"c.jpg", b"d.jpg")
    decided = DecidedGroup(
        one,
        (
            Decision.KEEP, Decision.KEEP, Decision.REMOVE, Decision.PROPOSED_REMOVE,
            Decision.NOT_DUPLICATES,
        ),
    )  # fmt: skip
    document = json.loads(exported(groups_document([decided]), tmp_path, "json"))
    files = document["groups"][0]["files"]
    assert [file["keep"] for file in files] == [True, True, False, False, True]
    assert [file["decision"] for file in files] == [one.value for one in decided.decisions]


def test_a_mark_to_remove_proposes_nothing_that_the_scan_did_not(tmp_path: Path) -> None:
    keeper = member(KEEPER, is_keeper=True)
    edited = member(photo("edited.jpg"), keep=True)
    decided = DecidedGroup(Group("g", (keeper, edited)), (Decision.KEEP, Decision.REMOVE))
    document = json.loads(exported(groups_document([decided]), tmp_path, "json"))
    assert document["groups"][0]["files"][1]["keep"] is True


def planned(name: str) -> PlannedFile:
    return PlannedFile(photo(name), 1000, 5, bytes(32))


PLAN = Plan(
    (
        Step(planned("goes.jpg"), planned("stays.jpg"), Evidence.SAME_BYTES, (photo("goes.xmp"),)),
        Step(planned("b\udcff.jpg"), planned("stays.jpg"), Evidence.RE_ENCODED),
    ),
    (Skipped(photo("kept.jpg"), SkipCode.PROTECTED),),
)


@pytest.fixture
def overview() -> Overview:
    return overview_of(PLAN)


def test_a_plan_comes_back_and_can_be_read(tmp_path: Path, overview: Overview) -> None:
    document = plan_document(PlanFile(PLAN), overview)
    assert decode_plan(exported(document, tmp_path, "json")).plan.steps == PLAN.steps
    rows = rows_of(exported(document, tmp_path, "csv"))
    assert [row["action"] for row in rows] == ["trash", "trash", "refused"]
    assert path_of(rows[1]["path_uri"]) == photo("b\udcff.jpg")
    assert rows[2]["reason"] == "protected"
    page = Page(exported(document, tmp_path, "html"))
    assert "1 photo is kept" in page.text
    assert "2 photos" in page.text
    assert photo("goes.xmp") in page.text


def test_a_receipt_tells_what_became_of_each_file(tmp_path: Path) -> None:
    steps = [
        journalled("a.jpg"),
        journalled("b.jpg", StepState.SKIPPED, skip=SkipCode.CHANGED),
        journalled("c.jpg", StepState.UNDONE),
    ]
    document = receipt_document(action(7, done=1, skipped=1, undone=1), steps)
    read = json.loads(exported(document, tmp_path, "json"))
    assert (read["format"], read["id"], read["kind"]) == ("dupefinder-receipt", 7, "trash")
    assert read["started"] == "2023-11-21T22:13:20+00:00"
    assert [file["state"] for file in read["files"]] == ["done", "skipped", "undone"]
    assert [file["path"] for file in read["files"]] == [step.path for step in steps]
    rows = rows_of(exported(document, tmp_path, "csv"))
    assert [row["reason"] for row in rows] == ["", "changed", ""]
    page = Page(exported(document, tmp_path, "html"))
    assert "1 file was left" in page.text
    assert "1 file is back" in page.text


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        ([], "0 groups with 0 photos; 0 photos with 0 bytes to be removed"),
        ([group(b"a")], "1 group with 2 photos; 1 photo with 1.2 kB to be removed"),
        (
            [group(b"a"), group(b"a", b"b")],
            "2 groups with 5 photos; 3 photos with 3.7 kB to be removed",
        ),
    ],
)
def test_numbers_have_their_plurals(groups: list[Group], text: str) -> None:
    assert groups_document([proposals(one) for one in groups]).notes == (text,)


# The file


def test_a_format_is_named_by_its_extension() -> None:
    names = ("a.html", "a.HTM", "b.csv", "c.JSON", "d.jpg", "e")
    found = [ExportFormat.HTML, ExportFormat.HTML, ExportFormat.CSV, ExportFormat.JSON, None, None]
    assert [format_of(name) for name in names] == found


@pytest.mark.parametrize("extension", ["html", "csv", "json"])
def test_an_earlier_export_is_replaced_and_a_photo_never(tmp_path: Path, extension: str) -> None:
    document = groups_document([proposals(group(b"a"))])
    first = exported(document, tmp_path, extension)
    assert exported(document, tmp_path, extension) == first
    path = tmp_path / f"out.{extension}"
    path.write_bytes(jpeg("blue"))
    with pytest.raises(OSError, match="it is a photo"):
        exported(document, tmp_path, extension)
    assert path.read_bytes() == jpeg("blue")
    path.write_text("my own page")
    with pytest.raises(OSError, match="not written by this program"):
        exported(document, tmp_path, extension)


@pytest.mark.parametrize("extension", ["html", "csv", "json"])
def test_a_photo_that_appears_meanwhile_stays(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"out.{extension}"

    def put_photo(progress: Progress) -> None:
        path.write_bytes(jpeg("blue"))

    document = groups_document([proposals(group(b"a"))])
    with pytest.raises(OSError, match="it is a photo"):
        export(document, str(path), no_picture, JobContext(put_photo))
    assert path.read_bytes() == jpeg("blue")
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("extension", ["html", "csv", "json"])
def test_a_cancelled_export_leaves_no_file(tmp_path: Path, extension: str) -> None:
    context = JobContext()
    context.cancel()
    document = groups_document([proposals(group(b"a"))])
    with pytest.raises(Cancelled):
        export(document, str(tmp_path / f"out.{extension}"), no_picture, context)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_the_rows(tmp_path: Path) -> None:
    told: list[Progress] = []
    document = groups_document([proposals(group(b"a", b"b"))])
    export(document, str(tmp_path / "a.csv"), no_picture, JobContext(told.append))
    assert (told[-1].phase, told[-1].done, told[-1].total) == ("export", 3, 3)
