import io
import struct
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin
from PIL.TiffImagePlugin import IFDRational

from dupefinder.core.decode.extras import find_extras
from dupefinder.core.decode.jpeg_structure import read_structure
from dupefinder.core.decode.metadata import Metadata, merge, read_metadata, read_tiff_metadata
from tests.core.pictures import (
    camera_exif,
    encode,
    film,
    jpeg,
    orientation_exif,
    textured,
    with_segment,
    with_xmp,
    xmp_packet,
)

# The engine keeps Pillow's words about odd metadata from standard error; here they are no fault.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PICTURE = textured(40, 30)
NOTHING = Metadata()


def opened(data: bytes) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(data))


def of_exif(main: dict[int, object], detail: dict[int, object] | None = None) -> Metadata:
    """Read back EXIF that holds these values, written and parsed by Pillow."""
    exif = Image.Exif()
    exif.update(main)
    if detail:
        exif.get_ifd(0x8769).update(detail)
    return read_metadata(opened(jpeg(PICTURE, exif=exif)))


def of_values(main: dict[int, object]) -> Metadata:
    """Read values that no writer would write, put where the parsed ones are."""
    picture = PICTURE.copy()
    picture.getexif().update(main)
    return read_metadata(picture)


def of_xmp(properties: str) -> Metadata:
    return read_metadata(opened(with_xmp(jpeg(PICTURE), properties)))


def test_a_camera_tells_all() -> None:
    assert read_metadata(opened(jpeg(PICTURE, exif=camera_exif(6)))) == Metadata(
        exif_orientation=6,
        taken="2011-02-03T04:05:06.42",
        camera="Canon EOS 5D",
        has_gps=True,
    )


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_format_that_carries_exif_is_read(format_: str) -> None:
    metadata = read_metadata(opened(encode(PICTURE, format_, exif=camera_exif().tobytes())))
    assert metadata.taken == "2011-02-03T04:05:06.42"
    assert metadata.camera == "Canon EOS 5D"
    assert metadata.has_gps


def test_a_picture_without_metadata_says_nothing() -> None:
    assert read_metadata(opened(jpeg(PICTURE))) == NOTHING
    assert read_metadata(PICTURE) == NOTHING


@pytest.mark.parametrize("orientation", [0, 9, 99, 65535, "6", b"\x06", 6.0, (6,), None])
def test_an_orientation_is_a_number_from_1_to_8(orientation: object) -> None:
    assert of_values({0x0112: orientation}).exif_orientation == 1


def test_a_rational_orientation_is_none() -> None:
    assert of_values({0x0112: IFDRational(6, 1)}).exif_orientation == 1


@pytest.mark.parametrize(
    ("times", "taken"),
    [
        ({36867: "2011:02:03 04:05:06"}, "2011-02-03T04:05:06"),
        ({36868: "2011:02:03 04:05:06"}, "2011-02-03T04:05:06"),
        ({36867: "2011-02-03T04:05:06"}, "2011-02-03T04:05:06"),
        ({36867: "2011:02:03 04:05:06", 37521: "007"}, "2011-02-03T04:05:06.007"),
        ({36867: "2011:02:03 04:05:06", 37521: "7  "}, "2011-02-03T04:05:06.7"),
        ({36867: "2011:02:03 04:05:06", 37521: "  "}, "2011-02-03T04:05:06"),
        ({36867: "2011:02:03 04:05:06", 37521: "-5"}, "2011-02-03T04:05:06"),
        ({36867: "2011:02:03 04:05:06", 37521: "²"}, "2011-02-03T04:05:06"),
        ({36867: "2011:02:03 04:05:06", 37521: "1" * 50}, "2011-02-03T04:05:06"),
        ({36867: "0000:00:00 00:00:00"}, None),
        ({36867: "2011:13:03 04:05:06"}, None),
        ({36867: "2011:02:30 04:05:06"}, None),
        ({36867: "2011:02:03 24:05:06"}, None),
        ({36867: "2011:00:00 00:00:00"}, None),
        ({36867: "    :  :     :  :  "}, None),
        ({36867: "٢٠١١:02:03 04:05:06"}, None),
        ({36867: "yesterday"}, None),
        ({36867: "2011:02:03"}, None),
        ({36867: ""}, None),
        ({36867: "0000:00:00 00:00:00", 36868: "2011:02:03 04:05:06"}, "2011-02-03T04:05:06"),
        ({36867: "x", 36868: "2011:02:03 04:05:06", 37522: "5"}, "2011-02-03T04:05:06.5"),
    ],
)
def test_the_time_of_exposure(times: dict[int, object], taken: str | None) -> None:
    assert of_exif({}, times).taken == taken


def test_the_files_own_time_comes_last() -> None:
    assert of_exif({306: "2012:03:04 05:06:07"}).taken == "2012-03-04T05:06:07"
    assert of_exif({306: "2012:03:04 05:06:07"}, {37520: "8"}).taken == "2012-03-04T05:06:07.8"
    both = of_exif({306: "2012:03:04 05:06:07"}, {36867: "2011:02:03 04:05:06"})
    assert both.taken == "2011-02-03T04:05:06"


@given(st.datetimes(min_value=datetime(1, 1, 1)), st.integers(0, 999))
def test_any_time_is_read_as_it_was_written(moment: datetime, milliseconds: int) -> None:
    moment = moment.replace(microsecond=0)
    date = f"{moment.year:04}:{moment.month:02}:{moment.day:02}"
    time_ = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    picture = PICTURE.copy()
    detail = {36867: f"{date} {time_}", 37521: f"{milliseconds:03}"}
    picture.getexif().get_ifd(0x8769).update(detail)
    picture.getexif()[0x8769] = 0
    assert read_metadata(picture).taken == f"{moment.isoformat()}.{milliseconds:03}"


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("FUJIFILM", "FinePix S1Pro", "FUJIFILM FinePix S1Pro"),
        ("SONY\x00\x00", " DSC-W5 \x00", "SONY DSC-W5"),
        ("Canon", None, "Canon"),
        (None, "E-M5", "E-M5"),
        ("", "", None),
        (" \x00 ", "\x00", None),
        ("Caméra", "n°1", "Caméra n°1"),
        ("a\nb", "c\td", "a b c d"),
        ("x" * 5000, "y", "x" * 200 + " y"),
        (b"\xff\xfe\x00bytes", "y", "\ufffd\ufffd bytes y"),
        (42, 3.5, None),
        ((1, 2), ("a",), None),
    ],
)
def test_the_camera(make: object, model: object, camera: str | None) -> None:
    values = {0x010F: make, 0x0110: model}
    known = {tag: value for tag, value in values.items() if value is not None}
    assert of_values(known).camera == camera


def test_utf_8_in_a_field_meant_for_ascii_is_read() -> None:
    assert of_exif({0x0110: "Фотоаппарат".encode() + b"\x00"}).camera == "Фотоаппарат"


def gps(latitude: object, longitude: object) -> Metadata:
    picture = PICTURE.copy()
    picture.getexif().get_ifd(0x8825).update({2: latitude, 4: longitude})
    picture.getexif()[0x8825] = 0
    return read_metadata(picture)


ZERO = IFDRational(0, 0)


@pytest.mark.parametrize(
    ("latitude", "longitude", "has_gps"),
    [
        ((48.0, 12.0, 30.0), (16.0, 22.0, 0.0), True),
        ((IFDRational(48), IFDRational(12), ZERO), (IFDRational(16), ZERO, ZERO), True),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), True),
        ((ZERO, ZERO, ZERO), (ZERO, ZERO, ZERO), False),
        ((48.0, 12.0, 30.0), None, False),
        ((), (), False),
        ("48", "north", False),
        (48.0, 16.0, True),
    ],
)
def test_a_position_needs_both_angles(latitude: object, longitude: object, has_gps: bool) -> None:
    assert gps(latitude, longitude).has_gps is has_gps


def test_a_position_block_without_a_position_is_none() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[0] = b"\x02\x02\x00\x00"
    assert not read_metadata(opened(jpeg(PICTURE, exif=exif))).has_gps


@pytest.mark.parametrize(
    ("text", "has_caption"),
    [
        ("Anna at the lake", True),
        ("OLYMPUS DIGITAL CAMERA         ", False),
        ("SONY DSC", False),
        ("Minolta Digital Camera", False),
        ("  ", False),
        ("\x00\x00", False),
    ],
)
def test_descriptions_that_a_camera_writes_are_no_captions(text: str, has_caption: bool) -> None:
    assert of_exif({270: text}).has_caption is has_caption
    alt = f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'
    assert of_xmp(f"<dc:description>{alt}</dc:description>").has_caption is has_caption


@pytest.mark.parametrize("tag", [40091, 40092, 40094, 40095])
def test_texts_of_windows_are_captions(tag: int) -> None:
    assert of_exif({tag: "Anna".encode("utf-16-le") + b"\x00\x00"}).has_caption
    assert not of_exif({tag: b"\x00\x00"}).has_caption
    assert of_values({tag: (65, 0, 0, 0)}).has_caption
    assert not of_values({tag: (0, 0)}).has_caption
    assert of_values({tag: (1000,)}).has_caption


def iptc(record: int, text: bytes) -> bytes:
    content = struct.pack(">BBBH", 0x1C, 2, record, len(text)) + text
    content += b"\x00" * (len(content) % 2)
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(content)) + content
    return b"Photoshop 3.0\x00" + resource


@pytest.mark.parametrize("record", [5, 25, 120])
def test_iptc_captions_titles_and_keywords_count(record: int) -> None:
    def has_caption(text: bytes, record: int) -> bool:
        data = with_segment(jpeg(PICTURE), 0xED, iptc(record, text))
        return read_metadata(opened(data)).has_caption

    assert has_caption(b"Anna", record)
    assert has_caption(b"x" * 300, record)
    assert not has_caption(b"", record)
    assert not has_caption(b"OLYMPUS DIGITAL CAMERA", record)
    assert not has_caption(b"Anna", 80)


def test_iptc_in_a_tiff_counts() -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[33723] = struct.pack(">BBBH", 0x1C, 2, 120, 4) + b"Anna"
    directory.tagtype[33723] = 7
    assert read_metadata(opened(encode(PICTURE, "TIFF", tiffinfo=directory))).has_caption


@pytest.mark.parametrize(
    ("properties", "has_caption"),
    [
        ("<dc:title><rdf:Alt><rdf:li>Anna</rdf:li></rdf:Alt></dc:title>", True),
        ("<dc:subject>\n <rdf:Bag>\n <rdf:li>lake</rdf:li></rdf:Bag></dc:subject>", True),
        ("<dc:title><rdf:Alt><rdf:li xml:lang='de'>Ä</rdf:li></rdf:Alt></dc:title>", True),
        ("<dc:title><rdf:Alt><rdf:li> \n </rdf:li></rdf:Alt></dc:title>", False),
        ("<dc:title><rdf:Alt/></dc:title>", False),
        ("<dc:creator><rdf:Seq><rdf:li>Anna</rdf:li></rdf:Seq></dc:creator>", False),
        ("<dc:title>", False),
    ],
)
def test_captions_in_xmp(properties: str, has_caption: bool) -> None:
    assert of_xmp(properties).has_caption is has_caption


@pytest.mark.parametrize(
    ("properties", "rating"),
    [
        ("<xmp:Rating>4</xmp:Rating>", 4),
        ('<rdf:li xmp:Rating="3"/>', 3),
        ("<rdf:li xmp:Rating='5'/>", 5),
        ("<xap:Rating>2</xap:Rating>", 2),
        ("<xmp:Rating>-1</xmp:Rating>", 0),
        ("<xmp:Rating>9</xmp:Rating>", 5),
        ("<xmp:Rating></xmp:Rating>", None),
        ("<xmp:Rating>many</xmp:Rating>", None),
        ("", None),
    ],
)
def test_rating_in_xmp(properties: str, rating: int | None) -> None:
    assert of_xmp(properties).rating == rating


@pytest.mark.parametrize(("value", "rating"), [(0, 0), (3, 3), (5, 5), (99, 5)])
def test_rating_in_exif(value: int, rating: int) -> None:
    assert of_exif({18246: value}).rating == rating


def test_a_rating_that_is_no_number_leaves_the_word_to_xmp() -> None:
    data = with_xmp(jpeg(PICTURE), "<xmp:Rating>4</xmp:Rating>")
    picture = opened(data)
    picture.getexif()[18246] = "three"
    assert read_metadata(picture).rating == 4


def test_xmp_is_found_in_every_format() -> None:
    packet = xmp_packet("<xmp:Rating>4</xmp:Rating>")
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[700] = packet
    files = [
        encode(PICTURE, "PNG", pnginfo=info),
        encode(PICTURE, "TIFF", tiffinfo=directory),
        encode(PICTURE, "WEBP", xmp=packet),
        encode(PICTURE, "HEIF", xmp=packet),
        encode(PICTURE, "AVIF", xmp=packet),
    ]
    assert [read_metadata(opened(data)).rating for data in files] == [4] * 5


@pytest.mark.parametrize(
    "unit",
    [
        b"<dc:title>",
        b"<dc:title><rdf:Alt>",
        b"<dc:title><rdf:Alt><rdf:li ",
        b"<dc:title" + b" " * 90,
        b"xmp:Rating='",
        b"xmp:Rating>" + b" " * 8,
    ],
)
def test_xmp_made_to_keep_a_search_busy_does_not(unit: bytes) -> None:
    picture = PICTURE.copy()
    picture.info["xmp"] = unit * (4_000_000 // len(unit))
    began_s = time.process_time()
    assert read_metadata(picture) == NOTHING
    assert time.process_time() - began_s < 2


def exif_block(entries: bytes, count: int, rest: bytes = b"") -> bytes:
    return b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + struct.pack(">H", count) + entries + rest


def entry(tag: int, type_: int, count: int, value: int) -> bytes:
    return struct.pack(">HHII", tag, type_, count, value)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\x00\x00",
        b"Exif\x00\x00MM",
        b"Exif\x00\x00XX*\x00\x08\x00\x00\x00",
        b"Exif\x00\x00MM\x00*\xff\xff\xff\xff",
        exif_block(b"", 65535),
        exif_block(entry(0x8769, 4, 1, 8), 1, bytes(4)),
        exif_block(entry(0x8769, 4, 1, 0xFFFFFFF0), 1, bytes(4)),
        exif_block(entry(0x8769, 2, 4, 0x41424344), 1, bytes(4)),
        exif_block(entry(0x8825, 5, 1, 2), 1, bytes(4)),
        exif_block(entry(0x0112, 3, 0xFFFFFFFF, 6), 1, bytes(4)),
        exif_block(entry(0x0112, 99, 1, 6), 1, bytes(4)),
        exif_block(entry(0x010F, 2, 0x7FFFFFFF, 8), 1, bytes(4)),
        exif_block(entry(306, 5, 100, 0), 1, bytes(4)),
        exif_block(b"", 0, struct.pack(">I", 8)),
        exif_block(entry(0x8769, 4, 1, 26), 1, struct.pack(">IH", 8, 1) + entry(0x8769, 4, 1, 8)),
    ],
    ids=str,
)
def test_damaged_exif_counts_as_absent(block: bytes) -> None:
    metadata = read_metadata(opened(with_segment(jpeg(PICTURE), 0xE1, block)))
    assert metadata.exif_orientation in (1, 6)
    assert (metadata.taken, metadata.camera, metadata.has_gps) == (None, None, False)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"MM\x00*\x00\x00\x00\x08", b"II*\x00\x08\x00\x00\x00"]),
)
def test_no_bytes_in_place_of_exif_are_too_much(content: bytes, head: bytes) -> None:
    picture = PICTURE.copy()
    picture.info["exif"] = b"Exif\x00\x00" + head + content
    assert 1 <= read_metadata(picture).exif_orientation <= 8
    assert 1 <= read_tiff_metadata(head + content).exif_orientation <= 8


def test_one_damaged_value_does_not_hide_the_others() -> None:
    class Broken(Image.Exif):
        def __getitem__(self, tag: int) -> object:
            if tag == 0x010F:
                raise struct.error("damaged")
            return super().__getitem__(tag)

        def __contains__(self, tag: object) -> bool:
            return tag == 0x010F or super().__contains__(tag)

    picture = PICTURE.copy()
    picture._exif = Broken()
    picture._exif._loaded = True
    picture._exif.update({0x0110: "E-M5", 0x0112: 6})
    metadata = read_metadata(picture)
    assert (metadata.camera, metadata.exif_orientation) == ("E-M5", 6)


@pytest.mark.parametrize("error", [SyntaxError, OSError, ValueError, struct.error, KeyError])
def test_getexif_may_raise_what_it_likes(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def getexif(_: Image.Image) -> Image.Exif:
        raise error("damaged")

    monkeypatch.setattr(Image.Image, "getexif", getexif)
    assert read_metadata(PICTURE) == NOTHING


def test_a_tiff_like_file_with_a_magic_of_its_own_is_read() -> None:
    block = camera_exif(8).tobytes()[6:]
    for magic in (b"*\x00", b"RO", b"U\x00"):
        data = block[:2] + magic + block[4:] if block.startswith(b"II") else None
        little = Image.Exif()
        little.load(camera_exif(8).tobytes())
        little.endian = "<"
        rewritten = little.tobytes()[6:]
        data = rewritten[:2] + magic + rewritten[4:]
        metadata = read_tiff_metadata(data)
        assert metadata.exif_orientation == 8
        assert metadata.taken == "2011-02-03T04:05:06.42"
        assert metadata.has_gps


@pytest.mark.parametrize("data", [b"", b"II", b"FUJIFILMCCD-RAW 0201", bytes(100)])
def test_data_that_is_no_tiff_has_no_tiff_metadata(data: bytes) -> None:
    assert read_tiff_metadata(data) == NOTHING


def test_merging_believes_the_first_and_fills_from_the_second() -> None:
    first = Metadata(6, None, "A", False, True, 0)
    second = Metadata(3, "2011-02-03T04:05:06", "B", True, False, 5)
    assert merge(first, second) == Metadata(6, "2011-02-03T04:05:06", "A", True, True, 0)
    assert merge(NOTHING, second) == Metadata(1, "2011-02-03T04:05:06", "B", True, False, 5)


def extras(data: bytes, frames: int = 1) -> tuple[tuple[str, ...], bytes]:
    return find_extras(opened(data), data, read_structure(data), frames)


def test_a_plain_photo_has_no_extras() -> None:
    assert extras(jpeg(PICTURE)) == ((), b"")
    assert extras(jpeg(PICTURE) + bytes(100)) == ((), b"")
    assert extras(encode(PICTURE, "PNG")) == ((), b"")
    assert extras(encode(PICTURE, "HEIF")) == ((), b"")


def test_extras_of_a_jpeg_are_what_trails_it() -> None:
    assert extras(jpeg(PICTURE) + film())[0] == ("video",)
    assert extras(jpeg(PICTURE) + b"\x00\x00" + film()) == extras(jpeg(textured()) + film())
    assert extras(jpeg(PICTURE) + b"junk") == (("trailing-data",), b"junk")
    mpo = encode(PICTURE, "MPO", save_all=True, append_images=[textured(40, 30, seed=1)])
    assert extras(mpo, 2)[0] == ("frames",)


def test_extras_that_lie_among_the_rest_stand_for_the_whole_file() -> None:
    gif = encode(PICTURE, "GIF", save_all=True, append_images=[textured(40, 30, seed=1)])
    assert extras(gif, 2) == (("frames",), gif)


def test_a_film_inside_heic_is_found() -> None:
    data = encode(PICTURE, "HEIF") + struct.pack(">I4s", 16, b"mpvd") + bytes(8)
    assert extras(data)[0] == ("video",)


def test_a_gain_map_inside_heic_is_found() -> None:
    picture = opened(encode(PICTURE, "HEIF"))
    picture.info["aux"] = {"urn:com:apple:photo:2020:aux:hdrgainmap": [2]}
    picture.info["depth_images"] = [object()]
    assert find_extras(picture, b"", None, 1)[0] == ("depth", "gain-map")


def test_orientation_alone_is_no_extra() -> None:
    assert extras(jpeg(PICTURE, exif=orientation_exif(6))) == ((), b"")
