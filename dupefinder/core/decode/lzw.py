"""The end of LZW data, in which GIF and TIFF keep pixels.

The number of bits of a code depends only on the number of codes since the table was cleared, so
many codes are cut out of the data at once. If it is cleared after every few codes, as by programs
that do not compress, codes are read one by one.

Sources: T. A. Welch, "A Technique for High-Performance Data Compression", 1984; CompuServe,
"Graphics Interchange Format, Version 89a", Appendix F; Adobe, "TIFF Revision 6.0", section 13.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]

_MOST_BITS = 12
_MOST_CODES = 1 << _MOST_BITS
_CODE_BYTES = 3
"""Most bytes that a code of 12 bits spans."""
_AT_ONCE = 1 << 10
_SHORT_RUN_BITS = 1_000
_MOST_SHORT_RUNS = 50


def end_of_codes(coded: bytes, bits: int, wanted: int, *, big_endian: bool, early: int) -> int:
    """Offset of the end of the coded bytes: that of the end code, or of the last wanted value.

    Args:
        coded: The data.
        bits: Bits of a plain value.
        wanted: Number of coded values.
        big_endian: True if codes begin at the highest bit of a byte.
        early: Number of codes by which code length grows too early; 1 in TIFF.

    Raises:
        IndexError: A code has no entry in the table.
        ValueError: Values of so many bits do not fit into a table.
    """
    if not 1 <= bits < _MOST_BITS:
        raise ValueError(f"values of {bits} bits")
    end = _end_in_bulk(coded, bits, wanted, big_endian=big_endian, early=early)
    if end is None:
        end = _end_one_by_one(coded, bits, wanted, big_endian=big_endian, early=early)
    return end


def _end_in_bulk(
    coded: bytes, bits: int, wanted: int, *, big_endian: bool, early: int
) -> int | None:
    """`end_of_codes` for many codes at once; None where the table is cleared too often for that."""
    clear, first_entry = 1 << bits, (1 << bits) + 2
    stream = np.frombuffer(coded + bytes(_CODE_BYTES - 1), np.uint8)
    growing, full = _sizes(bits, early), np.full(_AT_ONCE, _MOST_BITS, np.intp)
    sizes, table = growing, np.zeros(0, np.intp)
    at_bits = got = clears = 0
    while got < wanted:
        if clears * _SHORT_RUN_BITS > at_bits + _MOST_SHORT_RUNS * _SHORT_RUN_BITS:
            return None
        ends = at_bits + sizes.cumsum()
        ends = ends[: int(ends.searchsorted(8 * len(coded), side="right"))]
        codes = _cut_out(stream, ends, sizes[: len(ends)], big_endian=big_endian)
        is_order = (codes == clear) | (codes == clear + 1)
        count = int(is_order.argmax()) if is_order.any() else len(codes)
        if not at_bits and count:
            raise IndexError("no table yet")
        values = codes[:count]
        if sizes is growing:
            values = values[: _known(values - first_entry)]
            lengths = _lengths(values - first_entry)
            table = np.concatenate((np.ones(first_entry, np.intp), lengths[:-1] + 1))
        else:
            lengths = table[values]
        reached = got + lengths.cumsum()
        if len(reached) and reached[-1] >= wanted:
            last = int(reached.searchsorted(wanted))
            # The end code may still follow.
            next_bits = int(sizes[min(last + 1, len(sizes) - 1)])
            return min(_bytes(ends[last]) + _bytes(next_bits) + 1, len(coded))
        if len(values) < count:
            raise IndexError("a code that is not in the table yet")
        got = int(reached[-1]) if count else got
        if count == len(codes) < len(sizes):
            return len(coded)
        if count == len(codes):
            at_bits, sizes = int(ends[-1]), full
            continue
        if codes[count] != clear:
            return _bytes(ends[count])
        at_bits, sizes, clears = int(ends[count]), growing, clears + 1
    return min(_bytes(at_bits) + _bytes(bits + 1) + 1, len(coded))


def _end_one_by_one(coded: bytes, bits: int, wanted: int, *, big_endian: bool, early: int) -> int:
    """`end_of_codes` code by code."""
    clear, end_code = 1 << bits, (1 << bits) + 1
    lengths: list[int] = []
    size, held, count, got, place = bits + 1, 0, 0, 0, 0
    last = 0
    while got < wanted:
        while count < size:
            if place == len(coded):
                return place
            if big_endian:
                held = held << 8 | coded[place]
            else:
                held |= coded[place] << count
            place += 1
            count += 8
        if big_endian:
            code = held >> count - size
            held &= (1 << count - size) - 1
        else:
            code = held & (1 << size) - 1
            held >>= size
        count -= size
        if code == end_code:
            return place
        if code == clear:
            lengths = [1] * (end_code + 1)
            size, last = bits + 1, 0
            continue
        if last and len(lengths) < _MOST_CODES:
            lengths.append(last + 1)
        last = lengths[code]
        got += last
        if len(lengths) + early >= 1 << size and size < _MOST_BITS:
            size += 1
    return min(place + _bytes(size) + 1, len(coded))


@lru_cache(maxsize=16)
def _sizes(bits: int, early: int) -> Numbers:
    """Sizes in bits of the codes from a cleared table on, until it is full."""
    first_entry = (1 << bits) + 2
    # Each code but the first adds an entry.
    there = first_entry + early - 1 + np.arange(_MOST_CODES - first_entry + 1)
    grown = np.searchsorted(1 << np.arange(bits + 1, _MOST_BITS), there, side="right")
    grown[0] = 0
    sizes: Numbers = (bits + 1 + grown).astype(np.intp)
    return sizes


def _cut_out(
    stream: NDArray[np.uint8], ends: Numbers, sizes: Numbers, *, big_endian: bool
) -> Numbers:
    """Adjacent codes, given the bits at which they end."""
    starts = ends - sizes
    places, inner = starts >> 3, starts & 7
    parts = [stream[places + number].astype(np.intp) for number in range(_CODE_BYTES)]
    if big_endian:
        words = parts[0] << 16 | parts[1] << 8 | parts[2]
        words >>= 24 - inner - sizes
    else:
        words = parts[0] | parts[1] << 8 | parts[2] << 16
        words >>= inner
    codes: Numbers = words & ((1 << sizes) - 1)
    return codes


def _known(entries: Numbers) -> int:
    """Number of codes up to the first that names an entry which is not in the table yet."""
    # The entry that a code completes may be its own.
    is_known = entries < np.arange(len(entries))
    return len(entries) if is_known.all() else int(is_known.argmin())


def _lengths(entries: Numbers) -> Numbers:
    """Number of values coded by each code since the table was cleared.

    An entry of the table is the string of the code at the same place, and one value more. These
    chains are followed for all codes at once, each time twice as far.

    Args:
        entries: Numbers of the entries, negative for a plain value.
    """
    count = len(entries)
    before = np.append(np.where(entries < 0, count, entries), count)
    lengths = np.ones(count + 1, np.intp)
    lengths[count] = 0
    while (before < count).any():
        lengths += lengths[before]
        before = before[before]
    return lengths[:count]


def _bytes(bits: int) -> int:
    return -(-int(bits) // 8)
