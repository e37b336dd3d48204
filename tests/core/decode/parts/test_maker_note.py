"""A maker note is the same one wherever a program has put it."""

import struct
from collections.abc import Sequence

import pytest
from PIL import Image

from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.decode.parts.maker_note import without_place
from dupefinder.core.held_parts import PartKind

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
