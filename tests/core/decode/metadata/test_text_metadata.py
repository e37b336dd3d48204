"""Words of a photo in EXIF, XMP and IPTC, read as they stand."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode.metadata.text_metadata import (
    TextMetadata,
    read_text_metadata,
    read_xmp_text,
)
from tests.core.pictures import camera_exif, encode, jpeg, textured, with_segment, with_xmp

PLAIN = jpeg(textured(64, 48))


def words_of(content: bytes) -> TextMetadata:
    with Image.open(io.BytesIO(content)) as picture:
        return read_text_metadata(picture)


def with_exif(exif: Image.Exif) -> TextMetadata:
    return words_of(jpeg(textured(64, 48), exif=exif))


def test_nothing_is_said() -> None:
    assert words_of(PLAIN) == TextMetadata()
    assert words_of(encode(textured(64, 48), "PNG")) == TextMetadata()


def test_texts_of_a_camera_are_read() -> None:
    words = with_exif(camera_exif())
    assert (words.taken, words.make, words.model) == (
        "2011-02-03T04:05:06.42",
        "Canon",
        "Canon EOS 5D",
    )
    assert words.latitude == pytest.approx(48 + 12 / 60 + 30.5 / 3600)
    assert words.longitude == pytest.approx(16 + 22 / 60 + 12.25 / 3600)
    assert words.altitude_m is None


def test_signs_heights_and_zones() -> None:
    exif = camera_exif()
    exif.get_ifd(0x8769)[36881] = "+02:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[3], gps[5], gps[6] = "S", "W", b"\x01", 12.5
    words = with_exif(exif)
    assert words.taken == "2011-02-03T04:05:06.42+02:00"
    assert words.latitude is not None
    assert words.latitude < 0
    assert words.longitude is not None
    assert words.longitude < 0
    assert words.altitude_m == -12.5


def test_a_place_that_cannot_be_is_none() -> None:
    exif = camera_exif()
    exif.get_ifd(0x8825)[2] = (91.0, 0.0, 0.0)
    words = with_exif(exif)
    assert (words.latitude, words.longitude, words.altitude_m) == (None, None, None)


def test_texts_of_windows_are_read() -> None:
    exif = Image.Exif()
    exif[40091] = "Zoo\0".encode("utf-16-le")
    exif[40092] = "Bär und Löwe".encode("utf-16-le")
    exif[40094] = "zoo; bär;zoo;".encode("utf-16-le")
    exif[18246] = 4
    assert with_exif(exif) == TextMetadata(
        title="Zoo", caption="Bär und Löwe", keywords=("zoo", "bär"), rating=4
    )


@pytest.mark.parametrize(
    ("description", "caption"),
    [("Am See", "Am See"), ("OLYMPUS DIGITAL CAMERA  ", None), ("  ", None)],
)
def test_descriptions(description: str, caption: str | None) -> None:
    exif = Image.Exif()
    exif[270] = description
    assert with_exif(exif).caption == caption


XMP = (
    '<exif:GPSLatitude xmlns:exif="http://ns.adobe.com/exif/1.0/">48,12.5083N</exif:GPSLatitude>'
    '<exif:GPSLongitude xmlns:exif="http://ns.adobe.com/exif/1.0/">16,22,12.25W</exif:GPSLongitude>'
    '<xmp:Rating xmlns:xmp="http://ns.adobe.com/xap/1.0/">5</xmp:Rating>'
    '<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag>'
    "<rdf:li>zoo</rdf:li><rdf:li>b&#228;r</rdf:li></rdf:Bag></dc:subject>"
    '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt>'
    '<rdf:li xml:lang="x-default">Zoo</rdf:li></rdf:Alt></dc:title>'
)
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' photoshop:DateCreated="2011-02-03T04:05:06"'
    f">{XMP}</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def test_xmp() -> None:
    words = read_xmp_text(PACKET.encode())
    assert words.latitude == pytest.approx(48 + 12.5083 / 60)
    assert words.longitude == pytest.approx(-(16 + 22 / 60 + 12.25 / 3600))
    assert (words.taken, words.rating, words.title) == ("2011-02-03T04:05:06", 5, "Zoo")
    assert words.keywords == ("zoo", "bär")


def test_xmp_within_a_photo() -> None:
    packet = b"http://ns.adobe.com/xap/1.0/\x00" + PACKET.encode()
    assert words_of(with_segment(PLAIN, 0xE1, packet)).keywords == ("zoo", "bär")


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<",
        b"\xff\xfe<",
        PACKET.encode()[:-9],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + PACKET.encode(),
        b"<?xml version='1.0' encoding='unheard-of'?>" + PACKET.encode(),
    ],
)
def test_damaged_xmp_says_nothing(packet: bytes) -> None:
    assert read_xmp_text(packet) == TextMetadata()


def test_a_damaged_packet_within_a_photo_is_passed_over() -> None:
    content = with_xmp(PLAIN, "<broken")
    assert words_of(content) == TextMetadata()


def iptc_record(dataset: int, text: bytes) -> bytes:
    return b"\x1c\x02" + bytes((dataset,)) + len(text).to_bytes(2, "big") + text


def test_iptc() -> None:
    records = b"".join(
        (
            iptc_record(5, b"Zoo"),
            iptc_record(25, "bär".encode()),
            iptc_record(25, b"zoo"),
            iptc_record(120, b"Am See"),
        )
    )
    resource = b"8BIM\x04\x04\x00\x00" + len(records).to_bytes(4, "big") + records
    if len(records) % 2:
        resource += b"\0"
    words = words_of(with_segment(PLAIN, 0xED, b"Photoshop 3.0\x00" + resource))
    assert words == TextMetadata(title="Zoo", caption="Am See", keywords=("bär", "zoo"))


def test_one_set_of_words_completes_another() -> None:
    ours = TextMetadata(taken="2011-01-01T00:00:00", keywords=("a",), latitude=1.0, longitude=2.0)
    theirs = TextMetadata(
        taken="2012-01-01T00:00:00", rating=3, keywords=("b", "a"), latitude=5.0, longitude=6.0,
        altitude_m=7.0,
    )  # fmt: skip
    assert ours.completed_by(theirs) == TextMetadata(
        taken="2011-01-01T00:00:00", rating=3, keywords=("a", "b"), latitude=1.0, longitude=2.0
    )
    assert TextMetadata().completed_by(theirs) == theirs


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(packet: bytes) -> None:
    read_xmp_text(packet)
    read_xmp_text(PACKET.encode()[:200] + packet)
