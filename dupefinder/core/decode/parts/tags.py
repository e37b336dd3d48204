"""Tags of TIFF and EXIF, value by value, in a form independent of byte order and types.

Source: Adobe, "TIFF Revision 6.0", 1992, section 2; CIPA DC-008 (Exif 3.0), 4.6.
"""

import math
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965
"""Tags that lead to further directories."""
_SUB_IFDS, _OF_THUMBNAIL = 330, 1
_RULES, _OF_ADOBE_RGB = 1, b"R03"
_THUMBNAIL_START, _THUMBNAIL_BYTES = 513, 514
_HEAD_BYTES, _ENTRY_BYTES = 8, 12
_MOST_DIRECTORIES = 16
_MOST_PAGES = 10_000
_DATA = ((273, 279), (324, 325), (_THUMBNAIL_START, _THUMBNAIL_BYTES), (519, 514))
_DATA_TAGS = frozenset(number for pair in _DATA for number in pair)
"""Pairs of tags with the starts and the lengths of strips, tiles and JPEG data."""
_BYTES, _TEXT = frozenset((1, 6, 7)), 2
_INTEGERS = {3: "H", 4: "I", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q"}
_RATIONALS = {5: "I", 10: "i"}
_FLOATS = {11: "f", 12: "d"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}


class NotUnderstood(Exception):
    """A block does not follow its format."""


class Tag(NamedTuple):
    """A field of a directory.

    Attributes:
        directory: Number of the tag that leads to it: 0 for the main one.
        number: Number of the tag.
        value: Its value: numbers and fractions as text, everything else unchanged, texts without
            zeros and blanks at their end.
        is_text: True for a text, or unchanged bytes.
    """

    directory: int
    number: int
    value: bytes
    is_text: bool = False


def read_tags(block: bytes, is_wanted: Callable[[int, int, bool], bool]) -> Iterator[Tag]:
    """Read the tags of the first directory and of those for EXIF and GPS.

    The second directory, which is that of the thumbnail in EXIF and a further page in a TIFF file,
    is not read.

    Args:
        block: A TIFF file, or EXIF from its byte order mark on.
        is_wanted: Chooses tags by directory, number and `Tag.is_text`; the values of others are
            not read.

    Raises:
        NotUnderstood: The block does not follow its format, or its values together are longer than
            the block: several share one place, and reading all of them could take for ever.
    """
    order, start = _beginning(block)
    left_bytes = len(block)
    waiting, seen = [(0, start)], set[int]()
    while waiting:
        directory, start = waiting.pop()
        if start in seen or len(seen) >= _MOST_DIRECTORIES:
            raise NotUnderstood
        seen.add(start)
        for place in _entries(block, order, start):
            number, kind, length = struct.unpack_from(f"{order}HHI", block, place)
            if directory in (0, EXIF) and number in (EXIF, GPS):
                waiting.append((number, *struct.unpack_from(f"{order}I", block, place + 8)))
            elif number == _SUB_IFDS and directory == 0:
                raise NotUnderstood  # pictures of their own may lie there
            elif is_wanted(directory, number, is_text := kind in _BYTES or kind == _TEXT):
                left_bytes -= _SIZES.get(kind, 0) * length
                if left_bytes < 0:
                    raise NotUnderstood
                value = _value(block, order, place, kind, length)
                if value:
                    yield Tag(directory, number, value, is_text)


def pages_and_places(block: bytes) -> tuple[int, list[tuple[int, int]]]:
    """Count the pages of a TIFF file, and find all bytes that its directories refer to.

    Args:
        block: The whole file.

    Returns:
        The number of pages, and starts and ends of the bytes, in any order.

    Raises:
        NotUnderstood: The file does not follow its format, or has endless pages.
    """
    order, start = _beginning(block)
    waiting, seen, pages = [(True, start)], set[int](), 0
    named = [(0, _HEAD_BYTES)]
    while waiting:
        is_page, start = waiting.pop()
        if start in seen or len(seen) >= _MOST_PAGES:
            raise NotUnderstood
        seen.add(start)
        pages += is_page
        entries = _entries(block, order, start)
        named.append((start, entries.stop + 4))
        places: dict[int, tuple[int, ...]] = {}
        for place in entries:
            number, kind, length = struct.unpack_from(f"{order}HHI", block, place)
            size_bytes = _SIZES.get(kind, 0) * length
            (at,) = struct.unpack_from(f"{order}I", block, place + 8)
            if size_bytes > 4:
                named.append((at, at + size_bytes))
            if number in (EXIF, GPS, INTEROPERABILITY):
                waiting.append((False, at))
            elif number in _DATA_TAGS and kind in (3, 4):
                at = at if size_bytes > 4 else place + 8
                if at + size_bytes > len(block):
                    raise NotUnderstood
                places[number] = struct.unpack_from(f"{order}{length}{_INTEGERS[kind]}", block, at)
        for starts, sizes in _DATA:
            both = zip(places.get(starts, ()), places.get(sizes, ()), strict=False)
            named += [(at, at + size_bytes) for at, size_bytes in both]
        if is_page and entries.stop + 4 <= len(block):
            (following,) = struct.unpack_from(f"{order}I", block, entries.stop)
            if following:
                waiting.append((True, following))
    return pages, named


def unnamed(
    stores: Iterable[tuple[int, int]], named: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the gaps within regions of a file that nothing in it refers to.

    Args:
        stores: Starts and ends of the regions, none within another.
        named: Starts and ends of the bytes referred to, in any order.
    """
    starts: list[int] = []
    ends: list[int] = []
    for first, last in sorted(named):
        if ends and first <= ends[-1]:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    for at, end in stores:
        index = max(bisect_right(starts, at) - 1, 0)
        while index < len(starts) and starts[index] < end:
            if at < starts[index]:
                yield at, starts[index]
            at = max(at, ends[index])
            index += 1
        if at < end:
            yield at, end


def is_adobe_rgb(block: bytes, start: int) -> bool:
    """True if the interoperability directory declares Adobe RGB.

    Cameras put no colour profile into such a file; this is its only sign. Programs that edit EXIF
    leave wrong offsets of this directory behind; an unreadable one declares nothing.

    Args:
        block: The block, from the byte order mark on.
        start: Offset of the directory.
    """
    try:
        order, _ = _beginning(block)
        for place in _entries(block, order, start):
            number, kind, length = struct.unpack_from(f"{order}HHI", block, place)
            if (number, kind) == (_RULES, _TEXT):
                return _value(block, order, place, kind, length) == _OF_ADOBE_RGB
    except NotUnderstood:
        pass
    return False


def thumbnail_tags(block: bytes, is_wanted: Callable[[int], bool]) -> Iterator[Tag]:
    """Read the tags of the second directory of an EXIF block, which describes its thumbnail.

    Args:
        block: The block, from the byte order mark on.
        is_wanted: True for the numbers of tags that count.

    Raises:
        NotUnderstood: See `read_tags`.
    """
    order, second = _second_directory(block)
    left_bytes = len(block)
    for place in _entries(block, order, second) if second else ():
        number, kind, length = struct.unpack_from(f"{order}HHI", block, place)
        if not is_wanted(number):
            continue
        left_bytes -= _SIZES.get(kind, 0) * length
        if left_bytes < 0:
            raise NotUnderstood
        if value := _value(block, order, place, kind, length):
            yield Tag(_OF_THUMBNAIL, number, value, kind in _BYTES or kind == _TEXT)


def _second_directory(block: bytes) -> tuple[str, int]:
    """Byte order of a block, and the offset of its second directory; 0 without one."""
    order, start = _beginning(block)
    end = _entries(block, order, start).stop
    (second,) = struct.unpack_from(f"{order}I", block, end) if end + 4 <= len(block) else (0,)
    return order, second


def read_thumbnail(block: bytes) -> bytes:
    """Extract the JPEG of the second directory of an EXIF block; empty without one.

    Args:
        block: The block, from the byte order mark on.

    Raises:
        NotUnderstood: The block does not follow its format.
    """
    if not block:
        return b""
    order, second = _second_directory(block)
    if not second:
        return b""
    values: dict[int, int] = {}
    for place in _entries(block, order, second):
        number, _, _, value = struct.unpack_from(f"{order}HHII", block, place)
        values[number] = value
    start = values.get(_THUMBNAIL_START, 0)
    return bytes(block[start : start + values.get(_THUMBNAIL_BYTES, 0)]) if start else b""


def _beginning(block: bytes) -> tuple[str, int]:
    """Byte order of a block in the notation of `struct`, and the offset of its first directory."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None or len(block) < 8:
        raise NotUnderstood
    magic, start = struct.unpack_from(f"{order}HI", block, 2)
    if magic != 42:
        raise NotUnderstood
    return order, start


def _entries(block: bytes, order: str, start: int) -> range:
    """Positions of the entries of a directory."""
    if start + 2 > len(block):
        raise NotUnderstood
    (count,) = struct.unpack_from(f"{order}H", block, start)
    end = start + 2 + count * _ENTRY_BYTES
    if end > len(block):
        raise NotUnderstood
    return range(start + 2, end, _ENTRY_BYTES)


def _value(block: bytes, order: str, place: int, kind: int, length: int) -> bytes:
    size_bytes = _SIZES.get(kind, 0) * length
    if not size_bytes:
        # The size of an unknown type is unknown, so the entry itself is its value.
        return b"" if kind in _SIZES else bytes(block[place : place + _ENTRY_BYTES])
    start = place + 8
    if size_bytes > 4:
        (start,) = struct.unpack_from(f"{order}I", block, start)
    if start + size_bytes > len(block):
        return bytes(block[place : place + _ENTRY_BYTES] + block[start:])
    if kind == _TEXT:
        return bytes(block[start : start + size_bytes]).rstrip(b"\0 ")
    if kind in _BYTES:
        value = bytes(block[start : start + size_bytes])
        # A single zero is a value, for example a height above the sea; a row of zeros is padding.
        return value if size_bytes == 1 or any(value) else b""
    if code := _INTEGERS.get(kind):
        return ",".join(
            map(str, struct.unpack_from(f"{order}{length}{code}", block, start))
        ).encode()
    if code := _RATIONALS.get(kind):
        numbers = struct.unpack_from(f"{order}{2 * length}{code}", block, start)
        return fractions(zip(numbers[::2], numbers[1::2], strict=True))
    numbers = struct.unpack_from(f"{order}{length}{_FLOATS[kind]}", block, start)
    return ",".join(map(repr, numbers)).encode()


def fractions(pairs: Iterable[tuple[int, int]]) -> bytes:
    """Write fractions in lowest terms, whole ones as integers; empty where all are 0/0."""
    written = [_fraction(*pair) for pair in pairs]
    return b"" if set(written) <= {""} else ",".join(written).encode()


def _fraction(numerator: int, denominator: int) -> str:
    if not denominator:
        return str(numerator) + "/0" if numerator else ""
    divisor = math.gcd(numerator, denominator) * (-1 if denominator < 0 else 1)
    numerator, denominator = numerator // divisor, denominator // divisor
    return str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
