import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.proof.vp8 import coarsest_steps, is_lossless
from tests.core.pictures import encode
from tests.core.proof.full import photo

LOSSY = encode(photo(), "WEBP", quality=75)


def wrapped(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def frame_of(data: bytes) -> bytes:
    return data[20 : 20 + struct.unpack_from("<I", data, 16)[0]]


class Encoder:
    """The boolean encoder of VP8, RFC 6386 section 7.3, of even chances."""

    def __init__(self) -> None:
        self.bits: list[int] = []

    def number(self, value: int, bits: int) -> None:
        self.bits += [value >> place & 1 for place in reversed(range(bits))]

    def optional(self, value: int, bits: int) -> None:
        self.number(int(value != 0), 1)
        if value:
            self.number(abs(value), bits)
            self.number(int(value < 0), 1)

    def data(self) -> bytes:
        # Exact arithmetic in place of carries: an interval that every flag divides.
        bottom, width, shift = 0, 255, 0
        for bit in self.bits:
            split = 1 + ((width - 1) * 128 >> 8)
            bottom, width = (bottom + split, width - split) if bit else (bottom, split)
            while width < 128:
                bottom, width, shift = bottom * 2, width * 2, shift + 1
        spare = -(shift + 8) % 8 + 8
        return (bottom << spare).to_bytes((shift + 8 + spare) // 8, "big")


def header(
    index: int,
    segments: tuple[int, ...] = (),
    *,
    absolute: bool = False,
    deltas: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0),
) -> bytes:
    bits = Encoder()
    bits.number(0, 2)
    bits.number(int(bool(segments)), 1)
    if segments:
        bits.number(0b11, 2)
        bits.number(int(absolute), 1)
        for value in segments:
            bits.optional(value, 7)
        for value in (3, -3, 0, 63):
            bits.optional(value, 6)
        for probability in (None, 255, 7):
            bits.number(int(probability is not None), 1)
            if probability is not None:
                bits.number(probability, 8)
    bits.number(0, 1 + 6 + 3)
    bits.number(0b11, 2)
    for value in (1, 0, -2, 5, 0, 0, 9, -1):
        bits.optional(value, 6)
    bits.number(0, 2)
    bits.number(index, 7)
    for value in deltas:
        bits.optional(value, 4)
    frame = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16, 16) + bits.data()
    return wrapped((b"VP8 ", frame))


@pytest.mark.parametrize(
    ("index", "step"), [(0, 4), (53, 57), (54, 58), (83, 116), (84, 119), (102, 173), (127, 284)]
)
def test_the_index_of_a_frame(index: int, step: int) -> None:
    assert coarsest_steps(header(index)) == (step / 2, step / 2)


def test_the_coarsest_segment_counts() -> None:
    assert coarsest_steps(header(20, (0, 5, -9, 2))) == (29 / 2, 29 / 2)
    assert coarsest_steps(header(20, (3, 40, 9, 2), absolute=True)) == (44 / 2, 44 / 2)
    assert coarsest_steps(header(120, (0, 100, 0, 0))) == (142, 142)


def test_chroma_may_be_coarser() -> None:
    assert coarsest_steps(header(20, deltas=(0, 1, 2, 3, 7))) == (24 / 2, 31 / 2)
    assert coarsest_steps(header(20, deltas=(2, 0, 0, -3, -7))) == (26 / 2, 21 / 2)


def test_a_frame_beside_other_chunks_is_found() -> None:
    frame = frame_of(LOSSY)
    around = wrapped((b"VP8X", bytes(10)), (b"ICCP", b"odd"), (b"VP8 ", frame), (b"EXIF", b"x"))
    assert coarsest_steps(around) == coarsest_steps(LOSSY)


def test_with_and_without_loss() -> None:
    assert not is_lossless(LOSSY)
    lossless = encode(photo(), "WEBP", lossless=True)
    assert is_lossless(lossless)
    assert coarsest_steps(lossless) is None


def test_with_transparency() -> None:
    shown = photo().convert("RGBA")
    shown.putalpha(128)
    assert coarsest_steps(encode(shown, "WEBP", quality=75)) is not None


@given(st.integers(0, 2**32))
def test_damage_does_no_harm(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(LOSSY[: chance.randint(0, 400)])
    for _ in range(min(len(data), 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    found = coarsest_steps(bytes(data))
    assert found is None or all(2 <= step <= 142 for step in found)
