import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.metadata.exposure_ids import (
    merge_exposure_ids,
    read_exposure_ids,
    read_tiff_exposure_ids,
)
from tests.core.pictures import dng, encode, jpeg, textured, with_segment, with_xmp

# The engine keeps Pillow's words about odd metadata from standard error; here they are no fault.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PICTURE = textured(40, 30)
ORIGINAL = {36867: "2011:02:03 04:05:06"}


def exif_with(detail: dict[int, Any], main: dict[int, Any] | None = None) -> Image.Exif:
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(0x8769).update({**ORIGINAL, **detail})
    return exif


def of_content(content: bytes) -> tuple[str, ...]:
    return read_exposure_ids(Image.open(io.BytesIO(content)))


def of_exif(detail: dict[int, Any], main: dict[int, Any] | None = None) -> tuple[str, ...]:
    """Read back EXIF that holds these values, written and parsed by Pillow."""
    return of_content(jpeg(PICTURE, exif=exif_with(detail, main)))


def of_note(note: bytes, make: str = "Maker") -> tuple[str, ...]:
    return of_exif({0x927C: note}, {0x010F: make})


def directory(order: str, *entries: tuple[int, int, int, bytes | int]) -> bytes:
    """The directory of a maker's notes: tag, type, count, and a value of four bytes."""
    content = struct.pack(order + "H", len(entries))
    for tag, type_, count, value in entries:
        if isinstance(value, int):
            value = struct.pack(order + ("H2x" if type_ == 3 else "I"), value)
        content += struct.pack(order + "HHI", tag, type_, count) + value
    return content + bytes(4)


def test_a_photo_without_metadata_says_nothing() -> None:
    assert of_content(jpeg(PICTURE)) == ()


def test_the_tags_of_exif() -> None:
    detail = {
        0xA420: "0000a1b2c3",
        0xA431: "042021003405",
        0x829A: IFDRational(1, 200),
        0x829D: IFDRational(28, 10),
        0x8827: 400,
        0x9204: IFDRational(-1, 3),
        0x9211: 1177,
    }
    assert of_exif(detail) == (
        "body:42021003405",
        "exposure-bias:-0.333333",
        "exposure-time:0.005",
        "f-number:2.8",
        "image-id:a1b2c3",
        "image-number:1177",
        "iso:400",
    )


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_format_that_carries_exif_is_read(format_: str) -> None:
    exif = exif_with({0x8827: 400}).tobytes()
    assert of_content(encode(PICTURE, format_, exif=exif)) == ("iso:400",)


def test_the_number_of_tiff_ep_may_stand_in_the_files_own_directory() -> None:
    assert of_exif({}, {0x9211: 1177}) == ("image-number:1177",)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0xA420, ""),
        (0xA420, "0" * 32),
        (0xA420, "7aa33131e24233390000000000000000"),
        (0xA431, "   "),
        (0x829A, IFDRational(0, 1)),
        (0x829A, IFDRational(1, 0)),
        (0x8827, 0),
        (0x9204, IFDRational(0, 0)),
        (0x9211, 0),
        (0x927C, b""),
        (0x927C, bytes(range(256))),
    ],
)
def test_meaningless_exif_values_give_no_exposure_id(tag: int, value: Any) -> None:
    assert of_exif({tag: value}, {0x010F: "Canon"}) == ()


def test_a_time_that_is_not_that_of_the_exposure() -> None:
    def read(main: dict[int, Any], detail: dict[int, Any]) -> tuple[str, ...]:
        exif = Image.Exif()
        exif.update(main)
        exif.get_ifd(0x8769).update({0x8827: 100, **detail})
        return of_content(jpeg(PICTURE, exif=exif))

    time = "2011:02:03 04:05:06"
    assert read({306: time}, {}) == ("iso:100", "taken-as:file")
    assert read({306: time}, {36868: time}) == ("iso:100", "taken-as:digitized")
    assert read({306: time}, {36868: time, 36867: time}) == ("iso:100",)
    assert read({}, {}) == ("iso:100",)


@pytest.mark.parametrize(
    ("properties", "tokens"),
    [
        ("<GCamera:BurstID>5b7c-11</GCamera:BurstID>", ("burst:5b7c-11",)),
        ("<GCamera:BurstID> 5b 7c\n</GCamera:BurstID>", ("burst:5b_7c",)),
        ("<aux:ImageNumber>4711</aux:ImageNumber>", ("adobe-number:4711",)),
        ("<GCamera:BurstPrimary>1</GCamera:BurstPrimary>", ()),
        ("<GCamera:BurstID></GCamera:BurstID>", ()),
    ],
)
def test_xmp(properties: str, tokens: tuple[str, ...]) -> None:
    assert of_content(with_xmp(jpeg(PICTURE), properties)) == tokens


def test_attributes_of_xmp() -> None:
    packet = b'<rdf:Description GCamera:BurstID="5b7c" aux:ImageNumber="4711"/>'
    picture = PICTURE.copy()
    picture.info["xmp"] = packet
    assert read_exposure_ids(picture) == ("adobe-number:4711", "burst:5b7c")


@pytest.mark.parametrize("order", ["<", ">"])
class TestMakers:
    def test_canon(self, order: str) -> None:
        note = directory(order, (1, 3, 4, bytes(4)), (8, 4, 1, 1181861))
        assert of_note(note, "Canon") == ("file-number:1181861",)
        assert of_note(note, "Another") == ()
        assert of_note(directory(order, (8, 4, 1, 0)), "Canon") == ()

    def test_nikon(self, order: str) -> None:
        mark = b"II*\0\x08\0\0\0" if order == "<" else b"MM\0*\0\0\0\x08"
        head = b"Nikon\0\x02\x10\0\0" + mark
        assert of_note(head + directory(order, (0xA7, 4, 1, 4321))) == ("shutter-count:4321",)
        assert of_note(head + directory(order, (0xA7, 4, 1, 4294965247))) == ()

    def test_panasonic(self, order: str) -> None:
        note = b"Panasonic\0\0\0" + directory(order, (0x2B, 4, 1, 3))
        assert of_note(note) == ("sequence:3",)

    def test_fujifilm(self, order: str) -> None:
        note = b"FUJIFILM\x0c\0\0\0" + directory(order, (0x1438, 3, 1, 0x8000 + 77))
        assert of_note(note) == ("shutter-count:77",)

    def test_apple(self, order: str) -> None:
        burst, name = b"5B7C-0001\0", b"A" * 36 + b"\0"
        texts = [(0x0B, burst), (0x11, b"FILM-1\0"), (0x15, name)]
        at = 14 + 2 + 12 * len(texts) + 4
        entries, values = [], b""
        for tag, text in texts:
            entries.append((tag, 2, len(text), at + len(values)))
            values += text
        note = b"Apple iOS\0\0\1MM" + directory(order, *entries) + values
        assert of_note(note) == ("burst:5B7C-0001", "maker-id:" + "A" * 36)


@given(st.binary(max_size=300), st.sampled_from(["Canon", "Nikon", ""]))
def test_any_note_is_read_or_left(rest: bytes, make: str) -> None:
    heads = (b"", b"Apple iOS\0\0\1MM", b"Nikon\0\2\x10\0\0II*\0", b"FUJIFILM", b"Panasonic\0\0\0")
    for head in heads:
        picture = PICTURE.copy()
        exif = picture.getexif()
        exif[0x010F] = make
        exif.get_ifd(0x8769)[0x927C] = head + rest
        exif[0x8769] = 8
        for token in read_exposure_ids(picture):
            assert token.isascii()
            assert token == "".join(token.split())


@pytest.mark.parametrize("value", [b"\xff\xfe", "\udcff\0x y", -1, (), ("a",), None, 1 << 80])
def test_values_that_no_writer_would_write(value: object) -> None:
    picture = PICTURE.copy()
    exif = picture.getexif()
    for tag in (0xA420, 0xA431, 0x829A, 0x829D, 0x8827, 0x9204, 0x9211, 0x927C, 36867):
        exif.get_ifd(0x8769)[tag] = value
    exif[0x8769] = 8
    for token in read_exposure_ids(picture):
        assert token.isascii()
        assert len(token.split()) == 1


def test_it_becomes_a_fact() -> None:
    content = jpeg(PICTURE, exif=exif_with({0x8827: 400}))
    facts = decode_bytes(content, "x.jpg", DecodeLimits()).facts
    assert facts.exposure_ids == ("iso:400",)


def test_a_raw_file_is_completed_by_its_preview() -> None:
    exif = exif_with({0x829D: 2.8}).tobytes()
    content = dng(textured(128, 96), with_segment(jpeg(textured(128, 96)), 0xE1, exif))
    facts = decode_bytes(content, "x.dng", DecodeLimits()).facts
    assert facts.is_raw
    assert facts.taken == "2014-05-06T07:08:09.25"
    assert read_tiff_exposure_ids(content) == ()
    assert facts.exposure_ids == ("f-number:2.8",)


def test_data_that_is_no_tiff_gives_no_exposure_id() -> None:
    assert read_tiff_exposure_ids(b"no picture") == ()


def test_the_first_source_is_believed() -> None:
    first, second = ("body:1", "iso:100"), ("burst:a:b", "iso:200", "taken-as:file")
    merged = merge_exposure_ids(first, second, has_time=True)
    assert merged == ("body:1", "burst:a:b", "iso:100")
    assert merge_exposure_ids(first, second, has_time=False) == (*merged, "taken-as:file")
