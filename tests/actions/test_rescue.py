import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from dupefinder.actions.backends import sidecar as sidecar_module
from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.renaming import rename_without_replacing
from dupefinder.actions.checks.full_decode import WholePhoto, close_decoder, decode_whole
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, Outcome, Plan, SkipCode, Step, StepState
from dupefinder.actions.rescue import encode_sidecar
from dupefinder.actions.undo import undo
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.metadata.text_metadata import TextMetadata, read_xmp_text
from dupefinder.core.decode.parts.xmp import xmp_parts
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add, files_below, planned
from tests.core.pictures import camera_exif, jpeg, textured, with_segment


@pytest.fixture(scope="module", autouse=True)
def decoder() -> Iterator[None]:
    yield
    close_decoder()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def exif_without_notes() -> Image.Exif:
    """EXIF with nothing that no sidecar can hold, as the note of a camera's maker is."""
    exif = camera_exif()
    del exif.get_ifd(34665)[37500]
    return exif


@pytest.fixture
def step(photos: Path) -> Step:
    """A photo with date and place that goes, and a copy without that stays."""
    victim = add(photos / "a" / "photo.jpg", jpeg(textured(), exif=exif_without_notes()))
    survivor = add(photos / "b" / "photo.jpg", jpeg(textured()))
    return Step(planned(victim), planned(survivor), Evidence.SAME_PIXELS)


@pytest.fixture
def sidecar(photos: Path) -> Path:
    return photos / "b" / "photo.jpg.xmp"


def act(journal: Journal, *steps: Step, rescue: bool = True) -> Outcome:
    return execute(Plan(steps, rescue_metadata=rescue), journal, JobContext())


def test_it_is_written_before_the_photo_goes(
    journal: Journal, photos: Path, step: Step, sidecar: Path
) -> None:
    survivor = Path(step.survivor.path).read_bytes()
    outcome = act(journal, step)
    assert outcome.done == (step.victim.path,)
    assert outcome.written == (str(sidecar),)
    assert set(files_below(photos)) == {"b/photo.jpg", "b/photo.jpg.xmp"}
    words = read_xmp_text(sidecar.read_bytes())
    assert words.taken == "2011-02-03T04:05:06.42"
    assert words.latitude == pytest.approx(48.2084722, abs=1e-6)
    assert words.model == "Canon EOS 5D"
    assert Path(step.survivor.path).read_bytes() == survivor
    (action,) = journal.actions()
    assert (action.done, action.done_bytes) == (1, step.victim.size_bytes)


def decoded(path: str) -> WholePhoto:
    return decode_whole(Path(path).read_bytes(), path, DecodeLimits(), b"", lambda _: None)


def with_settings(victim: Path, survivor: Path, **said: object) -> Step:
    """A photo with camera settings that goes, and a copy without, or with others, that stays."""
    for path, values in ((victim, SETTINGS), (survivor, said)):
        exif = Image.Exif()
        for name, value in values.items():
            exif.get_ifd(34665)[ExifTags.Base[name]] = value
        add(path, jpeg(textured(), exif=exif))
    return Step(planned(victim), planned(survivor), Evidence.SAME_PIXELS)


SETTINGS = {
    "FNumber": IFDRational(28, 10),
    "ISOSpeedRatings": 200,
    "LensModel": "50 mm <f/1.4>",
    "ExposureProgram": 2,
}


def test_settings_of_the_camera_are_kept(journal: Journal, photos: Path, sidecar: Path) -> None:
    step = with_settings(photos / "a" / "photo.jpg", photos / "b" / "photo.jpg")
    goes = set(decoded(step.victim.path).fields)
    assert len(goes) == 4
    assert act(journal, step).written == (str(sidecar),)
    assert set(xmp_parts(sidecar.read_bytes(), {})) == goes


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DateTimeOriginal", "1999:01:01"),
        ("OffsetTimeOriginal", "+02:00"),
        ("SubsecTimeOriginal", "42"),
        ("ISOSpeedRatings", (100, 200)),
        ("LensModel", "50 \x01 mm"),
    ],
)
def test_metadata_that_a_sidecar_cannot_express_keeps_the_photo(
    journal: Journal, photos: Path, name: str, value: object
) -> None:
    exif = Image.Exif()
    exif.get_ifd(34665)[ExifTags.Base[name]] = value
    victim = add(photos / "a" / "photo.jpg", jpeg(textured(), exif=exif))
    survivor = add(photos / "b" / "photo.jpg", jpeg(textured()))
    step = Step(planned(victim), planned(survivor), Evidence.SAME_PIXELS)
    assert [skip.code for skip in act(journal, step).skipped] == [SkipCode.CANNOT_RESCUE]
    assert victim.exists()


def test_a_position_is_not_invented(journal: Journal, photos: Path) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(34853)
    gps[2], gps[4] = (48.0, 12.0, 30.0), (16.0, 22.0, 12.0)
    victim = add(photos / "a" / "photo.jpg", jpeg(textured(), exif=exif))
    survivor = add(photos / "b" / "photo.jpg", jpeg(textured()))
    step = Step(planned(victim), planned(survivor), Evidence.SAME_PIXELS)
    assert [skip.code for skip in act(journal, step).skipped] == [SkipCode.CANNOT_RESCUE]


def test_settings_that_the_copy_contradicts_keep_the_photo(journal: Journal, photos: Path) -> None:
    step = with_settings(
        photos / "a" / "photo.jpg", photos / "b" / "photo.jpg", ISOSpeedRatings=400
    )
    assert [skip.code for skip in act(journal, step).skipped] == [SkipCode.CANNOT_RESCUE]


@pytest.mark.parametrize("holds", ["heat", "note"])
def test_parts_that_no_sidecar_can_hold_keep_the_photo(
    journal: Journal, step: Step, holds: str
) -> None:
    victim = Path(step.victim.path)
    if holds == "heat":
        add(victim, with_segment(victim.read_bytes(), 0xE3, b"heat that a drone saw"))
    else:
        add(victim, jpeg(textured(), exif=camera_exif()))
    step = replace(step, victim=planned(victim))
    assert [skip.code for skip in act(journal, step).skipped] == [SkipCode.CANNOT_RESCUE]


def test_only_when_it_was_asked_for(journal: Journal, step: Step, sidecar: Path) -> None:
    assert act(journal, step, rescue=False).written == ()
    assert not sidecar.exists()


def test_undone_it_is_as_before(journal: Journal, photos: Path, step: Step) -> None:
    before = files_below(photos)
    act(journal, step)
    outcome = undo(1, journal, JobContext())
    assert outcome.done == (step.victim.path,)
    assert outcome.skipped == ()
    assert files_below(photos) == before


def test_a_sidecar_changed_since_stays(journal: Journal, step: Step, sidecar: Path) -> None:
    act(journal, step)
    sidecar.write_bytes(b"mine")
    outcome = undo(1, journal, JobContext())
    assert [skip.code for skip in outcome.skipped] == [SkipCode.CHANGED_SINCE]
    assert sidecar.read_bytes() == b"mine"
    assert Path(step.victim.path).exists()


def test_while_the_photo_is_not_back_its_words_stay(
    journal: Journal, step: Step, sidecar: Path, trash_path: Path
) -> None:
    act(journal, step)
    for path in (trash_path / "files").iterdir():
        path.unlink()
    outcome = undo(1, journal, JobContext())
    assert [skip.code for skip in outcome.skipped] == [
        SkipCode.NOT_IN_TRASH,
        SkipCode.ORIGINAL_GONE,
    ]
    assert sidecar.exists()


@pytest.mark.parametrize("name", ["photo.xmp", "photo.jpg.xmp", "photo.jpg.XMP"])
def test_a_sidecar_that_is_there_is_never_written(
    journal: Journal, photos: Path, step: Step, name: str
) -> None:
    add(photos / "b" / name, b"<x/>")
    before = files_below(photos)
    (skip,) = act(journal, step).skipped
    assert (skip.code, skip.detail) == (SkipCode.CANNOT_RESCUE, str(photos / "b" / name))
    assert files_below(photos) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_sidecar_that_cannot_be_read_keeps_the_photo(
    journal: Journal, photos: Path, step: Step, sidecar: Path
) -> None:
    os.mkfifo(sidecar)
    (skip,) = act(journal, step).skipped
    assert (skip.code, skip.detail) == (SkipCode.CANNOT_RESCUE, "not a plain file")
    assert Path(step.victim.path).exists()


def test_metadata_in_a_sidecar_is_not_lacking(
    journal: Journal, photos: Path, step: Step, sidecar: Path, tmp_path: Path
) -> None:
    act(journal, step)
    # The same once more, from another folder.
    again = add(photos / "c" / "photo.jpg", jpeg(textured(), exif=exif_without_notes()))
    written = sidecar.read_bytes()
    outcome = act(journal, replace(step, victim=planned(again)))
    assert (outcome.done, outcome.written) == ((str(again),), ())
    assert sidecar.read_bytes() == written


def test_nothing_is_written_in_a_protected_folder(
    journal: Journal, photos: Path, step: Step
) -> None:
    before = files_below(photos)
    step = replace(step, survivor=replace(step.survivor, protected=True))
    (skip,) = act(journal, step).skipped
    assert skip.code is SkipCode.CANNOT_RESCUE
    assert files_below(photos) == before


@pytest.mark.parametrize("text", [b"grandma wrote", "Gro\u00dfmutter".encode()])
def test_text_that_a_sidecar_cannot_hold_keeps_the_photo(
    journal: Journal, photos: Path, text: bytes
) -> None:
    victim = add(
        photos / "a" / "photo.jpg", jpeg(textured(), exif=exif_without_notes(), comment=text)
    )
    survivor = add(photos / "b" / "photo.jpg", jpeg(textured()))
    before = files_below(photos)
    (skip,) = act(journal, Step(planned(victim), planned(survivor), Evidence.SAME_PIXELS)).skipped
    assert (skip.code, skip.detail) == (SkipCode.CANNOT_RESCUE, str(survivor))
    assert files_below(photos) == before


def test_a_caption_is_kept_and_not_lost_to_another_one(journal: Journal, photos: Path) -> None:
    exif, other = Image.Exif(), Image.Exif()
    exif[270], other[270] = "Grandma", "At the zoo"
    victim = add(photos / "a" / "photo.jpg", jpeg(textured(), exif=exif))
    plain = add(photos / "b" / "photo.jpg", jpeg(textured()))
    titled = add(photos / "c" / "photo.jpg", jpeg(textured(), exif=other))
    (skip,) = act(journal, Step(planned(victim), planned(titled), Evidence.SAME_PIXELS)).skipped
    assert skip.code is SkipCode.CANNOT_RESCUE
    outcome = act(journal, Step(planned(victim), planned(plain), Evidence.SAME_PIXELS))
    assert outcome.done == (str(victim),)
    assert read_xmp_text((photos / "b" / "photo.jpg.xmp").read_bytes()).caption == "Grandma"


def test_a_photo_without_more_metadata_goes_without_a_sidecar(
    journal: Journal, photos: Path, step: Step
) -> None:
    swapped = Step(step.survivor, step.victim, step.evidence)
    outcome = act(journal, swapped)
    assert (outcome.done, outcome.written) == ((swapped.victim.path,), ())


@pytest.mark.skipif(sys.platform == "win32", reason="there files have no such permissions")
@pytest.mark.parametrize(("photo", "words"), [(0o600, 0o600), (0o640, 0o600), (0o444, 0o644)])
def test_the_sidecar_is_as_private_as_its_photo(
    journal: Journal, step: Step, sidecar: Path, photo: int, words: int
) -> None:
    os.chmod(step.victim.path, photo)
    assert act(journal, step).done == (step.victim.path,)
    assert stat.S_IMODE(sidecar.stat().st_mode) == words


def test_a_photo_stays_if_its_sidecar_cannot_be_written(
    journal: Journal, photos: Path, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_below(photos)

    def refuse(_source: Entry, _target: Entry) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sidecar_module, "rename_without_replacing", refuse)
    outcome = act(journal, step)
    assert outcome.done == ()
    assert {skip.code for skip in outcome.skipped} == {SkipCode.CANNOT_RESCUE}
    assert files_below(photos) == before
    assert journal.unsettled() == []


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(
    journal: Journal, step: Step, sidecar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_first(source: Entry, target: Entry) -> None:
        sidecar.write_bytes(b"another's")
        rename_without_replacing(source, target)

    monkeypatch.setattr(sidecar_module, "rename_without_replacing", take_first)
    assert act(journal, step).done == ()
    assert sidecar.read_bytes() == b"another's"
    assert sorted(path.name for path in sidecar.parent.iterdir()) == [
        "photo.jpg",
        "photo.jpg.xmp",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="there the system's own trash is asked")
def test_when_the_photo_does_not_go_after_all_nothing_is_left(
    journal: Journal, photos: Path, step: Step, home: Path
) -> None:
    before = files_below(photos)
    (home / "data").write_bytes(b"no folder: there is no trash")
    from dupefinder.actions.backends.delete import Delete

    class Refusing(Delete):
        def carry_out(self, *_: object) -> None:
            raise OSError(5, "broken disk")

    plan = Plan((step,), kind=ActionKind.DELETE, rescue_metadata=True)
    outcome = execute(plan, journal, JobContext(), Refusing())
    assert outcome.done == ()
    assert outcome.written == ()
    assert files_below(photos) == before


@pytest.mark.parametrize("at", ["nothing", "half", "all"])
def test_a_crash_leaves_it_done_or_not_done(
    journal: Journal, photos: Path, step: Step, sidecar: Path, monkeypatch: pytest.MonkeyPatch,
    at: str,
) -> None:  # fmt: skip
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    def write_half(source: Entry, _target: Entry) -> None:
        os.truncate(source.path, 10)
        raise Killed

    match at:
        case "nothing":
            monkeypatch.setattr(sidecar_module, "remove_passing", kill)
        case "half":
            monkeypatch.setattr(sidecar_module, "rename_without_replacing", write_half)
        case "all":
            monkeypatch.setattr(sidecar_module, "sync_folder", kill)
    with pytest.raises(Killed):
        act(journal, step)
    monkeypatch.undo()
    assert len(journal.unsettled()) == 2
    reconcile(journal)
    assert journal.unsettled() == []
    assert Path(step.victim.path).exists()
    left = {path.name for path in sidecar.parent.iterdir()}
    assert left == {"photo.jpg"} | ({"photo.jpg.xmp"} if at == "all" else set())
    states = {row.kind: row.state for row in journal.steps(1)}
    assert states[ActionKind.SIDECAR] is (StepState.DONE if at == "all" else StepState.SKIPPED)


TEXTS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cn", "Cc")),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip())


@given(
    st.builds(
        TextMetadata,
        taken=st.none() | st.just("2011-02-03T04:05:06.42+02:00"),
        make=st.none() | TEXTS,
        model=st.none() | TEXTS,
        rating=st.none() | st.integers(1, 5),
        title=st.none() | TEXTS,
        caption=st.none() | TEXTS,
        keywords=st.lists(TEXTS, unique=True, max_size=3).map(tuple),
    )
)
def test_all_words_come_back(words: TextMetadata) -> None:
    assert read_xmp_text(encode_sidecar(words)) == words


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_places_come_back(latitude: float, longitude: float) -> None:
    words = read_xmp_text(encode_sidecar(TextMetadata(latitude=latitude, longitude=longitude)))
    assert words.latitude == pytest.approx(latitude, abs=1e-7)
    assert words.longitude == pytest.approx(longitude, abs=1e-7)


def test_it_reads_as_others_write_it() -> None:
    text = encode_sidecar(
        TextMetadata(latitude=-48.5, longitude=16.25, altitude_m=-12.5, keywords=("a&b",))
    ).decode()
    for part in (
        "<exif:GPSLatitude>48,30.000000S</exif:GPSLatitude>",
        "<exif:GPSLongitude>16,15.000000E</exif:GPSLongitude>",
        "<exif:GPSAltitude>25/2</exif:GPSAltitude>",
        "<exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>",
        "<rdf:li>a&amp;b</rdf:li>",
    ):
        assert part in text
    assert "Rating" not in text


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    content = encode_sidecar(TextMetadata(caption="a\x01b\udcffc\ufffe"))
    ElementTree.fromstring(content)
    assert read_xmp_text(content).caption == "a\ufffdb\ufffdc\ufffd"
