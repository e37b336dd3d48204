import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts.tags import EXIF, GPS, NotUnderstood, read_tags
from dupefinder.core.file_parts import PartKind, count_of, kinds_of
from dupefinder.core.photo_facts import PhotoFacts
from tests.core.pictures import jpeg, textured, with_segment

SHORT, LONG, RATIONAL, BYTES, TEXT = 3, 4, 5, 7, 2
Entry = tuple[int, int, int, bytes]
"""Number, type, count, value in the byte order of the block."""


def block(order: str, *directories: list[Entry], links: dict[int, int] | None = None) -> bytes:
    """Directories one after the other; `links` leads from numbers of tags to directories."""
    sizes = [2 + 12 * len(entries) + 4 for entries in directories]
    starts = [8 + sum(sizes[:place]) for place in range(len(directories))]
    values_start = 8 + sum(sizes)
    written, values = b"", b""
    for entries in directories:
        written += struct.pack(f"{order}H", len(entries))
        for number, kind, count, value in entries:
            if links and number in links:
                value = struct.pack(f"{order}I", starts[links[number]])
            elif len(value) > 4:
                values += value
                value = struct.pack(f"{order}I", values_start + len(values) - len(value))
            written += struct.pack(f"{order}HHI", number, kind, count) + value.ljust(4, b"\0")
        written += bytes(4)
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HI", 42, 8) + written + values


def entries(order: str, wide: bool) -> list[Entry]:
    kind, code = (LONG, "I") if wide else (SHORT, "H")
    fraction = (20, 10) if wide else (2, 1)
    return [
        (37383, kind, 1, struct.pack(f"{order}{code}", 5)),
        (33434, RATIONAL, 1, struct.pack(f"{order}II", *fraction)),
        (271, TEXT, 6, b"Maker\0"),
    ]


def read(data: bytes) -> list[tuple[int, int, bytes]]:
    return [tag[:3] for tag in read_tags(data, everything)]


def everything(directory: int, number: int, is_text: bool) -> bool:
    return True


def test_byte_order_and_types_do_not_matter() -> None:
    found = [read(block(order, entries(order, wide))) for order in "<>" for wide in (False, True)]
    assert found == [[(0, 37383, b"5"), (0, 33434, b"2"), (0, 271, b"Maker")]] * 4


def test_directories_of_exif_and_gps_are_read() -> None:
    data = block(
        "<",
        [(EXIF, LONG, 1, b""), (GPS, LONG, 1, b"")],
        [(37500, BYTES, 5, b"notes")],
        [(1, TEXT, 2, b"N\0")],
        links={EXIF: 1, GPS: 2},
    )
    assert set(read(data)) == {(EXIF, 37500, b"notes"), (GPS, 1, b"N")}


def test_a_text_that_is_there_twice_counts_once_and_two_of_them_both() -> None:
    def facts(*texts: bytes) -> PhotoFacts:
        data = block("<", [(270, TEXT, len(text), text) for text in texts])
        with_exif = with_segment(jpeg(textured()), 0xE1, b"Exif\0\0" + data)
        return decode_bytes(with_exif, "photo.jpg", DecodeLimits()).facts

    two, twice = facts(b"Grandma\0", b"On the beach\0"), facts(b"Grandma\0", b"Grandma\0")
    once = facts(b"Grandma\0")
    assert kinds_of(two.parts) == {PartKind.TAG.code}
    assert count_of(two.parts) == 2
    assert twice.parts == once.parts == b""
    assert twice.word_digests == once.word_digests != ()


def test_empty_values_count_as_absent() -> None:
    data = block("<", [(1, TEXT, 3, b"\0\0 "), (2, RATIONAL, 1, bytes(8)), (3, TEXT, 0, b"")])
    assert list(read_tags(data, everything)) == []


def test_the_value_of_an_unwanted_tag_is_not_read() -> None:
    asked: list[tuple[int, int]] = []

    def is_wanted(directory: int, number: int, _is_text: bool) -> bool:
        asked.append((directory, number))
        return number == 1

    data = block("<", [(1, TEXT, 2, b"a\0"), (2, TEXT, 2, b"b\0")])
    assert [tag[:3] for tag in read_tags(data, is_wanted)] == [(0, 1, b"a")]
    assert asked == [(0, 1), (0, 2)]


def test_a_value_outside_the_block_counts_by_its_entry() -> None:
    data = block("<", [(1, BYTES, 40, bytes(40)), (37500, BYTES, 30, b"only this")])
    (_, number, value), *_ = read(data)
    assert number == 37500
    assert value


def test_a_directory_that_leads_to_itself_is_refused() -> None:
    data = block("<", [(EXIF, LONG, 1, b"")], links={EXIF: 0})
    with pytest.raises(NotUnderstood):
        list(read_tags(data, everything))


def test_values_that_lie_in_one_place_are_not_read_for_ever() -> None:
    many = [(number, BYTES, 5_000, b"") for number in range(1, 500)]
    data = block("<", [(number, kind, count, bytes(8)) for number, kind, count, _ in many])
    with pytest.raises(NotUnderstood):
        read(data + bytes(10_000))


def test_one_zero_is_a_value_and_a_row_of_zeros_is_none() -> None:
    data = block("<", [(5, 1, 1, b"\0"), (6, BYTES, 20, bytes(20)), (7, BYTES, 2, b"a ")])
    assert read(data) == [(0, 5, b"\0"), (0, 7, b"a ")]


@given(st.binary(max_size=80), st.sampled_from([b"II*\0", b"MM\0*", b""]))
def test_any_block_is_read_or_refused(data: bytes, beginning: bytes) -> None:
    try:
        found = list(read_tags(beginning + data, everything))
    except NotUnderstood:
        return
    assert all(tag.value for tag in found)
