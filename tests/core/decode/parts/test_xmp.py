import time

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.decode.parts.xmp import xmp_parts
from dupefinder.core.file_parts import PartKind

EXIF = "http://ns.adobe.com/exif/1.0/"


def described(properties: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:exif="{EXIF}" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"'
        ' xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
        ' xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"'
        ' xmlns:GAudio="http://ns.google.com/photos/1.0/audio/"'
        f' xmlns:mm="http://ns.adobe.com/xap/1.0/mm/" {properties}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def test_a_field_is_one_part_in_exif_and_in_xmp() -> None:
    exif = Image.Exif()
    exif.get_ifd(34665)[33437] = IFDRational(280, 100)
    in_exif = set(exif_parts(exif.tobytes()[6:]))
    assert set(xmp_parts(described('exif:FNumber="28/10"'), {})) == in_exif


def test_fields_already_in_exif_are_left_out() -> None:
    packet = described('exif:FNumber="28/10" exif:Flash="1"')
    found = [field for _, field, _ in xmp_parts(packet, {"tag:33437": b"14/5"})]
    assert found == ["tag:37385"]


def test_a_place_that_exif_says_counts_there() -> None:
    packet = described('exif:GPSLatitude="48,12.5N" exif:GPSImgDirection="12/1"')
    known = {"gps:1": b"N", "gps:2": b"48,12,301/10"}
    assert [field for _, field, _ in xmp_parts(packet, known)] == ["gps:17"]


@pytest.mark.parametrize(
    ("half", "value"),
    [(b"N", b"48,12,33"), (b"S", b"48,12,30"), (b"N", b"1/0"), (b"N", b"no place")],
)
def test_a_place_that_was_corrected_counts(half: bytes, value: bytes) -> None:
    packet = described('exif:GPSLatitude="48,12.5N"')
    expected = [(PartKind.PLACE, "gps:2", b"48,12.5N")]
    assert list(xmp_parts(packet, {"gps:1": half, "gps:2": value})) == expected


@pytest.mark.parametrize(
    ("properties", "known", "counts"),
    [
        ('tiff:Make="Praktica"', {"tag:271": b"Canon"}, True),
        ('tiff:Make="NIKON CORP."', {"tag:271": b"Nikon Corp"}, False),
        ('aux:Lens="Pancolar 50"', {"tag:42036": b"EF50mm f/1.8"}, True),
        ('aux:Lens="EF50mm f1.8"', {"tag:42036": b"EF50mm f/1.8"}, False),
        ('exif:FNumber="28/10"', {"tag:33437": b"4"}, True),
        ('exif:ExposureTime="0.0167"', {"tag:33434": b"1/60"}, False),
        ('exif:Flash="true"', {"tag:37385": b"16"}, False),
        ('exif:DateTimeDigitized="2020-01-02T03:04:07"', {}, True),
        (
            'exif:DateTimeDigitized="2020-01-02T03:04:07"',
            {"tag:36868": b"2020:01:02 03:04:07"},
            False,
        ),
        ('exif:DateTimeOriginal="2020-01-02T03:04:06 am See"', {}, True),
        ('exif:PixelXDimension="Oma im Garten"', {}, True),
        ('exif:NativeDigest="Oma im Garten"', {}, True),
    ],
)
def test_a_field_that_contradicts_exif_counts(
    properties: str, known: dict[str, bytes], counts: bool
) -> None:
    packet = described(properties)
    assert bool([*xmp_parts(packet, known, "2020-01-02T03:04:06")]) is counts


def test_bookkeeping_is_no_part() -> None:
    packet = described(
        'exif:PixelXDimension="4000" exif:NativeDigest="1,2" mm:InstanceID="x"'
        ' exif:DateTimeDigitized="2020-01-02" exif:GPSVersionID="2.2.0.0"'
    )
    assert list(xmp_parts(packet, {}, "2020-01-02T03:04:05")) == []


def test_a_date_that_exif_does_not_say_counts() -> None:
    packet = described('exif:DateTimeOriginal="1975-06-07T08:09:10+02:00"')
    expected = [(PartKind.TIME, "date", b"1975-06-07T08:09:10")]
    assert list(xmp_parts(packet, {})) == expected
    assert list(xmp_parts(packet, {}, "2020-01-02T03:04:05")) == expected
    exif = Image.Exif()
    exif.get_ifd(34665)[36867] = "1975:06:07 08:09:10"
    assert list(exif_parts(exif.tobytes()[6:])) == expected


def test_kinds() -> None:
    packet = described(
        'aux:Lens="50 mm" aux:Firmware="2" GDepth:Data="xx" GAudio:Data="yy"'
        ' exif:GPSImgDirection="12/1"'
    )
    assert {kind for kind, *_ in xmp_parts(packet, {})} == {
        *(PartKind.LENS, PartKind.SETTINGS, PartKind.DEPTH, PartKind.SOUND, PartKind.PLACE),
    }


def test_a_damaged_packet_has_no_parts() -> None:
    assert list(xmp_parts(b"<rdf:RDF", {})) == []
    assert list(xmp_parts(b"", {})) == []


@pytest.mark.parametrize(
    ("remark", "counts"),
    [
        ("<!-- grandma at the sea -->", True),
        ("<?x grandma at the sea?>", True),
        ("grandma at the sea", True),
        ("<!-- XMP toolkit 2.8.2-33, framework 1.5 -->", False),
        ('<?adobe-xap-filters esc="CR"?>', False),
        ("<!-- pdf:Author is aliased -->", False),
        ("<!-- pdf:Author is aliased by grandma -->", True),
        ("<!---->", False),
    ],
)
def test_remarks_count_but_for_those_of_an_old_library(remark: str, counts: bool) -> None:
    packet = described('aux:Lens="50 mm"').replace(b"</", remark.encode() + b"</", 1)
    kinds = [kind for kind, *_ in xmp_parts(packet, {})]
    assert (PartKind.APPLICATION_DATA in kinds) is counts
    assert PartKind.LENS in kinds


def test_remarks_without_end_keep_nobody_waiting() -> None:
    packet = described('aux:Lens="50 mm"')
    many = b"<![CDATA[" + b"<!--<?" * 150_000 + b"]]>"
    began_s = time.process_time()
    list(xmp_parts(packet.replace(b"</", many + b"</", 1), {}))
    assert time.process_time() - began_s < 3
