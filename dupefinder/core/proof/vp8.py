"""Quantisation steps of a WebP, from the header of its VP8 frame.

Source: RFC 6386, "VP8 Data Format and Decoding Guide", 2011: the boolean decoder of section 7, the
frame header of section 9 and the tables of section 14.1.
"""

import struct

_LOSSY = b"VP8 "
_LOSSLESS = b"VP8L"
_START_CODE = b"\x9d\x01\x2a"
_SEGMENTS = 4
_MOST_INDEX = 127
_LEAST_BYTES = 16

# fmt: off
_AC_STEPS: tuple[int, ...] = (
    *range(4, 58), *range(58, 117, 2), *range(119, 174, 3), *range(177, 230, 4),
    234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
)
# fmt: on


def is_lossless(data: bytes) -> bool:
    """True if a WebP holds a frame that was encoded without loss."""
    return _chunk(data, _LOSSLESS) is not None and _chunk(data, _LOSSY) is None


def coarsest_steps(data: bytes) -> tuple[float, float] | None:
    """Read the quantiser of the coarsest part of a lossy WebP.

    Args:
        data: The file.

    Returns:
        Steps of luma and of chroma, in levels of an orthonormal transform of 4 × 4 pixels; None
        where there is no lossy frame that can be read, as in animations.
    """
    frame = _chunk(data, _LOSSY)
    if frame is None or len(frame) < _LEAST_BYTES or frame[3:6] != _START_CODE:
        return None
    bits = _Bits(frame[10:])
    bits.number(2)  # colour space and clamping
    changes: list[int] | None = None
    is_absolute = False
    if bits.number(1):
        has_map, has_data = bits.number(1), bits.number(1)
        if has_data:
            is_absolute = bool(bits.number(1))
            changes = [bits.optional(7) for _ in range(_SEGMENTS)]
            for _ in range(_SEGMENTS):
                bits.optional(6)  # strength of the loop filter
        if has_map:
            for _ in range(_SEGMENTS - 1):
                if bits.number(1):
                    bits.number(8)
    bits.number(1 + 6 + 3)  # kind, strength and sharpness of the loop filter
    if bits.number(1) and bits.number(1):
        for _ in range(2 * 4):
            bits.optional(6)
    bits.number(2)  # number of partitions
    index = bits.number(7)
    luma_dc, _, _, chroma_dc, chroma_ac = (bits.optional(4) for _ in range(5))
    indices = [index]
    if changes is not None:
        indices = changes if is_absolute else [index + change for change in changes]
    coarsest = max(indices)
    # A coefficient of VP8 is twice that of an orthonormal transform.
    return _step(coarsest + max(luma_dc, 0)) / 2, _step(coarsest + max(chroma_dc, chroma_ac)) / 2


def _step(index: int) -> int:
    return _AC_STEPS[min(max(index, 0), _MOST_INDEX)]


def _chunk(data: bytes, wanted: bytes) -> bytes | None:
    """Content of the first chunk of that name in a WebP; None where there is none."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    place = 12
    while place + 8 <= len(data):
        name, size_bytes = struct.unpack_from("<4sI", data, place)
        if name == wanted:
            return data[place + 8 : place + 8 + size_bytes]
        place += 8 + size_bytes + size_bytes % 2
    return None


class _Bits:
    """The boolean decoder of VP8, of flags that are as often set as not."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 2
        self._value = int.from_bytes(data[:2].ljust(2, b"\0"), "big")
        self._range = 255
        self._shifted = 0

    def number(self, bits: int) -> int:
        """A number of so many bits, the highest first."""
        value = 0
        for _ in range(bits):
            value = value << 1 | self._flag()
        return value

    def optional(self, bits: int) -> int:
        """A number with a sign after it, where a flag says that there is one; else 0."""
        if not self._flag():
            return 0
        value = self.number(bits)
        return -value if self._flag() else value

    def _flag(self) -> int:
        split = 1 + ((self._range - 1) * 128 >> 8)
        is_set = self._value >= split << 8
        if is_set:
            self._range -= split
            self._value -= split << 8
        else:
            self._range = split
        while self._range < 128:
            self._value <<= 1
            self._range <<= 1
            self._shifted += 1
            if self._shifted == 8:
                self._shifted = 0
                if self._place < len(self._data):
                    self._value |= self._data[self._place]
                self._place += 1
        return int(is_set)
