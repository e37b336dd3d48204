import io
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin, TiffImagePlugin

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts.exif import (
    date_part,
    exif_parts,
    exif_text_parts,
    iptc_parts,
    is_a_copy_of,
    without_place,
)
from dupefinder.core.file_parts import Part, PartKind, kinds_of
from dupefinder.core.photo_facts import PhotoFacts
from tests.core.pictures import jpeg, textured, with_segment

HEADS = [b"", b"Nikon\0\1\0", b"OLYMP\0\1\0", b"SONY DSC \0\0\0", b"Panasonic\0\0\0"]
VALUES = (b"firmware 1.0", b"lens 24-70 mm", bytes(range(40)))
WHERE_IN_FILE = 700


def note(
    place: int, values: Sequence[bytes] = VALUES, head: bytes = b"", order: str = "<"
) -> bytes:
    """A note of texts that lies in its file at a place, and a number of two bytes."""
    data_start = place + len(head) + 2 + (len(values) + 1) * 12 + 4
    directory = struct.pack(f"{order}H", len(values) + 1)
    directory += struct.pack(f"{order}HHIHH", 1, 3, 1, 7, 0)
    for tag, value in enumerate(values, 2):
        directory += struct.pack(f"{order}HHII", tag, 2, len(value), data_start)
        data_start += len(value)
    return head + directory + bytes(4) + b"".join(values)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_note_that_was_moved_is_the_same(head: bytes, order: str) -> None:
    moved = note(900, head=head, order=order)
    assert moved != note(WHERE_IN_FILE, head=head, order=order)
    assert without_place(moved) == without_place(note(WHERE_IN_FILE, head=head, order=order))


def test_room_at_the_end_and_canons_repetition_say_nothing() -> None:
    plain = without_place(note(WHERE_IN_FILE))
    assert without_place(note(900) + bytes(20)) == plain
    assert without_place(note(900) + b"II*\0" + struct.pack("<I", 900)) == plain
    assert without_place(note(900) + b"not in the directory") != plain


def test_another_value_or_another_order_of_them_counts() -> None:
    plain = without_place(note(WHERE_IN_FILE))
    assert without_place(note(900, (b"firmware 1.1", *VALUES[1:]))) != plain
    one_elsewhere = bytearray(note(WHERE_IN_FILE))
    place = 2 + 2 * 12 + 8
    struct.pack_into("<I", one_elsewhere, place, WHERE_IN_FILE + 100)
    assert without_place(bytes(one_elsewhere)) != plain


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\3",
        b"Apple iOS\0\0\1MM" + bytes(range(60)),
        b"FUJIFILM\x0c\0\0\0" + bytes(range(60)),
        b"Nikon\0\2\x10\0\0MM\0*\0\0\0\x08" + bytes(range(60)),
        struct.pack("<H", 500) + b"no directory of that size",
        struct.pack("<HHHII", 1, 1, 99, 9, 9) + b"no such type",
        struct.pack("<HHHII", 1, 1, 7, 1 << 30, 9) + b"far longer than the note",
        struct.pack("<HHHII", 1, 1, 3, 1, 9) + b"nothing lies elsewhere\0\0",
    ],
)
def test_any_other_note_stays_as_it_is(content: bytes) -> None:
    assert without_place(content) == content


def test_in_exif_a_moved_note_is_the_same_part() -> None:
    def part(place: int) -> list[tuple[PartKind, str, bytes]]:
        exif = Image.Exif()
        exif.get_ifd(34665)[37500] = note(place)
        return list(exif_parts(exif.tobytes()[6:]))

    assert part(WHERE_IN_FILE) == part(900)
    assert [kind for kind, *_ in part(900)] == [PartKind.MAKER_NOTE]


@pytest.mark.parametrize(
    ("colour_space", "rules", "count"),
    [(65535, "R03", 1), (2, "R98", 1), (2, "R03", 2), (1, "R98", 0), (65535, "THM", 0)],
)
def test_colours_of_adobe_rgb_count_and_usual_ones_do_not(
    colour_space: int, rules: str, count: int
) -> None:
    exif = Image.Exif()
    exif.get_ifd(34665).update({40961: colour_space, 40965: {1: rules}})
    parts = list(exif_parts(exif.tobytes()[6:]))
    assert parts == [(PartKind.COLOURS, "exif", b"Adobe RGB")] * count


@pytest.mark.parametrize("place", [0, 8, 10**6])
def test_a_wrong_place_of_the_rules_of_interoperability_says_nothing(place: int) -> None:
    exif = Image.Exif()
    exif.get_ifd(34665).update({40961: 65535, 40965: place})
    assert list(exif_parts(exif.tobytes()[6:])) == []


TEXTS = {
    "exif:Make": "Maker",
    "exif:FNumber": "28/10",
    "exif:LensSpecification": "24/1, 70/1, 28/10, 4/1",
    "exif:PhotographicSensitivity": "200",
    "exif:GPSLatitude": "24/1, 4/1, 2800/1000",
    "exif:GPSLatitudeRef": "N",
}
"""Texts in the form that ImageMagick writes."""


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[271] = "Maker"
    fractions = [
        TiffImagePlugin.IFDRational(*pair) for pair in ((24, 1), (70, 1), (28, 10), (4, 1))
    ]
    exif[34665] = {33437: fractions[2], 42034: tuple(fractions), 34855: 200}
    exif[34853] = {1: "N", 2: (fractions[0], fractions[3], fractions[2])}
    return exif


def test_fields_are_the_same_parts_as_in_exif() -> None:
    texts = {key.replace("PhotographicSensitivity", "ISOSpeedRatings"): text
             for key, text in TEXTS.items()}  # fmt: skip
    assert set(exif_text_parts(texts, None)) == set(exif_parts(camera().tobytes()[6:]))


@pytest.mark.parametrize(
    ("texts", "taken", "parts"),
    [
        ({"exif:DateTimeOriginal": "2011:02:03 04:05:06"}, None, ["2011-02-03T04:05:06"]),
        ({"exif:DateTimeOriginal": "2011:02:03 04:05:06"}, "2011-02-03T04:05:06.5", []),
        ({"exif:DateTimeOriginal": "2011:02:03"}, "2011-02-03T04:05:06.5", []),
        (
            {"exif:DateTimeOriginal": "2011:02:03 04:05:07"},
            "2011-02-03T04:05:06",
            ["2011-02-03T04:05:07"],
        ),
        ({"exif:ExifOffset": "200", "exif:MakerNote": "1, 2", "exif:Unheard": "2.0"}, None, []),
        ({"exif:UserComment": "65, 83", "date:create": "2011", "FNumber": "28/10"}, None, []),
        ({"exif:FNumber": ""}, None, []),
    ],
)
def test_dates_and_what_does_not_tell_its_value(
    texts: dict[str, str], taken: str | None, parts: list[str]
) -> None:
    expected: list[Part] = [date_part(one) for one in parts]
    assert list(exif_text_parts(texts, taken)) == expected


def test_exif_in_png_texts_counts() -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in {**TEXTS, "exif:Artist": "Anna"}.items():
        info.add_text(key, text)
    buffer = io.BytesIO()
    textured().save(buffer, "PNG", pnginfo=info)

    def facts(data: bytes) -> PhotoFacts:
        return decode_bytes(data, "photo", DecodeLimits()).facts

    found = facts(buffer.getvalue())
    assert {"camera", "settings", "gps"} <= kinds_of(found.parts)
    signed = Image.Exif()
    signed[315] = "Anna"
    assert found.word_digests == facts(jpeg(textured(), exif=signed)).word_digests != ()
    assert PartKind.NOT_UNDERSTOOD.code not in kinds_of(found.parts)


def records(**texts: bytes) -> bytes:
    """Records of the application part, by their numbers: `n55` is 2:55."""
    return b"".join(
        b"\x1c\x02" + bytes((int(name[1:]),)) + struct.pack(">H", len(text)) + text
        for name, text in texts.items()
    )


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (b"", None),
        (records(n55=b"20110203"), "2011-02-03"),
        (records(n55=b"20110203", n60=b"040506+0100"), "2011-02-03T04:05:06"),
        (records(n62=b"20110203", n63=b"040506"), "2011-02-03T04:05:06"),
        (records(n55=b"00000000"), None),
        (records(n55=b"yesterday"), None),
        (records(n60=b"040506"), None),
    ],
)
def test_dates_are_the_same_part_as_in_exif(block: bytes, said: str | None) -> None:
    assert list(iptc_parts(block, None)) == ([] if said is None else [date_part(said)])
    assert list(iptc_parts(block, "2011-02-03T04:05:06.5")) == []


def test_only_dates_that_do_not_differ_from_exif_are_copies() -> None:
    day, minute = "2011-02-03", "2011-02-03T04:05"
    for time in (day, minute, f"{minute}:06", f"{minute}:06.42+01:00", "2011:02:03 04:05:06"):
        assert is_a_copy_of(time, [None, f"{minute}:06.5"]), time
    for time in (f"{minute}:07", "2011-02-04", f"{minute}:06 by Karl", "by Karl"):
        assert not is_a_copy_of(time, [f"{minute}:06.5"]), time
        assert not is_a_copy_of(time, [None])
    noon = records(n55=b"20110203", n60=b"120000")
    assert list(iptc_parts(noon, f"{minute}:06")) == [date_part(f"{day}T12:00:00")]
    assert list(iptc_parts(records(n55=b"20110203", n60=b"000000"), f"{minute}:06")) == []


def test_a_photo_whose_date_only_iptc_says() -> None:
    block = records(n55=b"20110203")
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    data = with_segment(jpeg(textured()), 0xED, b"Photoshop 3.0\0" + resource)
    facts = decode_bytes(data, "photo.jpg", DecodeLimits()).facts
    assert kinds_of(facts.parts) == {"exact-time"}


@given(st.binary(max_size=60))
def test_no_block_leads_astray(data: bytes) -> None:
    list(iptc_parts(data, None))
    list(iptc_parts(b"\x1c\x02\x37\0\x08" + data, "2011"))


def test_a_text_of_the_thumbnail_counts_unless_the_photo_has_the_same() -> None:
    """Nothing else reads the directory of the thumbnail."""

    def directory(start: int, texts: dict[int, bytes], following: int = 0) -> bytes:
        values, fields = b"", struct.pack("<H", len(texts))
        for number, text in texts.items():
            place = start + 2 + 12 * len(texts) + 4 + len(values)
            fields += struct.pack("<HHII", number, 2, len(text), place)
            values += text
        return fields + struct.pack("<I", following) + values

    of_photo = {271: b"Maker\0", 315: b"Grandma\0"}
    second = 8 + len(directory(8, of_photo))
    said = {271: b"Maker\0", 270: b"at the sea\0"}
    block = b"II*\0\x08\0\0\0" + directory(8, of_photo, second) + directory(second, said)
    parts = list(exif_parts(block))
    assert parts.pop() == (PartKind.TAG, "tag:270", b"at the sea")
    assert parts == list(exif_parts(b"II*\0\x08\0\0\0" + directory(8, of_photo)))
