"""The end of data in LZW, held against a reader that takes one code after another."""

import io
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode.lzw import end_of_codes
from tests.core.pictures import encode, in_colours, textured

_FULL = 1 << 12


def end_code_by_code(coded: bytes, bits: int, wanted: int, *, big_endian: bool, early: int) -> int:
    """A plain implementation of `end_of_codes`."""
    clear = 1 << bits
    number = int.from_bytes(coded, "big" if big_endian else "little")
    total, at, size, got, last = 8 * len(coded), 0, bits + 1, 0, 0
    lengths: list[int] = []
    while got < wanted:
        if at + size > total:
            return len(coded)
        shift = total - at - size if big_endian else at
        code = number >> shift & (1 << size) - 1
        at += size
        if code == clear + 1:
            return -(-at // 8)
        if code == clear:
            lengths, size, last = [1] * (clear + 2), bits + 1, 0
            continue
        if last and len(lengths) < _FULL:
            lengths.append(last + 1)
        last = lengths[code]
        got += last
        if len(lengths) + early >= 1 << size and size < 12:
            size += 1
    return min(-(-at // 8) + -(-size // 8) + 1, len(coded))


def strips_of_tiff(picture: Image.Image) -> list[bytes]:
    data = io.BytesIO()
    picture.save(data, "TIFF", compression="tiff_lzw")
    with Image.open(data) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]  # TIFF plugin's own
        places = list(zip(tags[273], tags[279], strict=True))
    return [data.getvalue()[start : start + size] for start, size in places]


def codes_of_gif(picture: Image.Image) -> tuple[bytes, int]:
    data = encode(picture, "GIF")
    place = 13 + (3 << (data[10] & 7) + 1)
    while data[place] == 0x21:  # an extension
        place += 2
        while data[place]:
            place += data[place] + 1
        place += 1
    (flags,) = struct.unpack_from("B", data, place + 9)
    place += 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    bits, coded = data[place], b""
    place += 1
    while data[place]:
        coded += data[place + 1 : place + 1 + data[place]]
        place += data[place] + 1
    return coded, bits


def of_single_values(count: int, run: int) -> bytes:
    """Plain values of 8 bits as a program writes them that clears the table after every few."""
    codes = []
    for first in range(0, count, run):
        codes += [256, *((first + place) % 251 for place in range(min(run, count - first)))]
    number = "".join(f"{code:09b}" for code in (*codes, 257))
    number += "0" * (-len(number) % 8)
    return int(number, 2).to_bytes(len(number) // 8, "big")


Kind = tuple[bytes, int, bool, int]
PICTURES = (textured(90, 70), textured(300, 200), Image.new("RGB", (400, 300), "red"))
KINDS: list[Kind] = [
    *((strips_of_tiff(picture)[0], 8, True, 1) for picture in PICTURES),
    *(
        (*codes_of_gif(in_colours(picture, colours)), False, 0)
        for picture in PICTURES
        for colours in (2, 256)
    ),
    *((of_single_values(3_000, run), 8, True, 1) for run in (1, 30, 250)),
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_is_that_of_the_last_code(kind: Kind) -> None:
    coded, bits, big_endian, early = kind
    found = end_of_codes(coded + b"hidden", bits, 1 << 30, big_endian=big_endian, early=early)
    assert found == len(coded)


def outcome(
    of: object, coded: bytes, bits: int, wanted: int, big_endian: bool, early: int
) -> int | None:
    assert callable(of)
    try:
        end: int = of(coded, bits, wanted, big_endian=big_endian, early=early)
    except IndexError:
        return None
    return end


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 200_000),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=4),
    st.integers(0, 300),
)
def test_any_data_end_where_a_plain_reader_ends(
    kind: Kind, wanted: int, changes: list[tuple[int, int]], cut_off: int
) -> None:
    coded, bits, big_endian, early = kind
    damaged = bytearray(coded[: max(len(coded) - cut_off, 1)])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    rest = bytes(damaged), bits, wanted, big_endian, early
    assert outcome(end_of_codes, *rest) == outcome(end_code_by_code, *rest)


@pytest.mark.parametrize("bits", [0, 12, 200])
def test_values_of_impossible_sizes_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        end_of_codes(b"\x80" * 9, bits, 100, big_endian=False, early=0)


def test_a_table_cleared_after_every_value_keeps_nobody_waiting() -> None:
    coded = of_single_values(100_000, 1)
    began = time.process_time()
    assert end_of_codes(coded + b"hidden", 8, 1 << 30, big_endian=True, early=1) == len(coded)
    # One code after another takes a tenth of a second; each in bulk, some ten.
    assert time.process_time() - began < 3
