import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode.jpeg_structure import read_structure
from dupefinder.core.decode.parts.segments import segment_parts
from dupefinder.core.file_parts import Part, PartKind
from tests.core.pictures import jpeg, textured, with_segment

PLAIN = jpeg(textured(32, 32))
GUID = b"0123456789ABCDEF" * 2


def parts_of(data: bytes) -> list[Part]:
    structure = read_structure(data)
    assert structure is not None
    return list(segment_parts(data, structure))


def resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    named = bytes((len(name),)) + name
    named += b"\0" * (len(named) % 2)
    sized = struct.pack(">I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"8BIM" + struct.pack(">H", number) + named + sized


@pytest.mark.parametrize(
    ("marker", "content", "kind"),
    [
        (0xE1, b"FLIR\0\1\0\0heat", PartKind.THERMAL),
        (0xE2, b"FPXR\0\2sound", PartKind.SOUND),
        (0xE2, b"urn:iso:std:iso:ts:21496:-1\0tones", PartKind.GAIN_MAP),
        (0xE3, b"whatever a drone writes", PartKind.APPLICATION_DATA),
        (0xEB, b"JP\0\1signed", PartKind.PROVENANCE),
        (0xED, b"Photoshop 3.0\0" + resource(2000, b"a path"), PartKind.APPLICATION_DATA),
        (0xED, b"Photoshop 3.0\0no resource", PartKind.APPLICATION_DATA),
        (0xE1, b"Exif\0\0no directory", PartKind.NOT_UNDERSTOOD),
        (0xE2, b"MPF\0no directory", PartKind.NOT_UNDERSTOOD),
        (0xE2, b"MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0said", PartKind.APPLICATION_DATA),
        (0xE2, b"ICC_PROFILE\0\1\2half a profile", PartKind.APPLICATION_DATA),
        (0xE2, b"ICC_PROFILE\0no profile", PartKind.APPLICATION_DATA),
        (0xEE, b"Adobe\0\x64\0\0\0\0\1 and more", PartKind.APPLICATION_DATA),
    ],
)
def test_a_segment_is_a_part_of_its_kind(marker: int, content: bytes, kind: PartKind) -> None:
    assert [part[0] for part in parts_of(with_segment(PLAIN, marker, content))] == [kind]


@pytest.mark.parametrize(
    ("marker", "content"),
    [
        (0xE0, b"JFXX\0\x10thumbnail"),
        (0xE2, b"ICC_PROFILE\0\1\1profile"),
        (0xE2, b"MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        (0xEC, b"Ducky\0\1quality"),
        (0xED, b"Photoshop 3.0\0" + resource(0x03ED, b"resolution")),
        (0xED, b"Photoshop 3.0\0" + resource(0x0404, b"texts", b"odd")),
        (0xE5, bytes(20)),
        (0xEE, b"Adobe\0\x64\0\0\0\0\1\0"),
        (0xFE, b"a comment, which is read as words"),
    ],
)
def test_segments_made_by_encoders_are_no_parts(marker: int, content: bytes) -> None:
    assert parts_of(with_segment(PLAIN, marker, content)) == []


def test_of_several_packets_all_but_the_last_count() -> None:
    data = PLAIN
    for said in (b"<x>last</x>", b"<x>first</x>"):  # each is put in front
        data = with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + said)
    assert [content[-12:] for *_, content in parts_of(data)] == [b"<x>first</x>"]


def test_a_part_of_photoshop_that_two_segments_share_is_one() -> None:
    whole = resource(2000, b"a long path")
    data = PLAIN
    for piece in (whole[12:], whole[:12]):  # each is put in front
        data = with_segment(data, 0xED, b"Photoshop 3.0\0" + piece)
    assert [content for *_, content in parts_of(data)] == [b"a long path"]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_extended_xmp_is_one_part_however_it_is_divided(lengths: list[int]) -> None:
    packet = b"<rdf GDepth:Data='" + b"x" * sum(lengths)
    pieces, start = [], 0
    for length in [*lengths, len(packet)]:
        piece = packet[start : start + length]
        head = GUID + struct.pack(">II", len(packet), start)
        pieces.append(b"http://ns.adobe.com/xmp/extension/\0" + head + piece)
        start += length
    data = PLAIN
    for content in pieces:
        data = with_segment(data, 0xE1, content)
    assert parts_of(data) == [(PartKind.DEPTH, "extended-xmp", packet)]
