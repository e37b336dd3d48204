"""HEIF photos that consist of tiles → their pixels, reduced tile by tile.

Phones cut a photo into HEVC pictures of 512 pixels a side. Where none of its thumbnails is large
enough all of them have to be decoded. FFmpeg, which comes with OpenCV, needs less than half the
time of libheif's decoder for that, and no tile is kept in full size. What is not built as phones
build it, or what the two would show in other colours, is left to libheif.

Sources: ISO/IEC 23008-12 (HEIF), 6.5 and 6.6; ISO/IEC 14496-15, 8.3.3 (decoder configuration);
ITU-T H.265, 7.3.2.2 (sequence parameters), 7.3.4 (scaling lists), 7.3.7 (reference
picture sets) and annex E.
"""

import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decode.parts.boxes import FULL_BOX_BYTES, Items, boxes_of, read_items

_MOST_TILES = 1024
_START_CODE = b"\0\0\0\1"
_SHOWING = frozenset((b"colr", b"ispe", b"irot", b"pixi", b"hvcC"))
"""Properties that are heeded; with any other (a mirror, a clip) libheif sees to the photo."""
_MATRICES = (2, 5, 6)
"""Not said, and the two names of BT.601, by which OpenCV turns all pictures to RGB."""
_SPS = 33
_SCALED_RATIO = 255

Levels = NDArray[np.uint8]
_Properties = dict[int, list[tuple[bytes, bytes]]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """What is known of a photo before a tile is decoded.

    Attributes:
        stream: Its tiles, one picture after the other, as FFmpeg reads them.
        rows: Tiles in a column.
        columns: Tiles in a row.
        tile_px: Width and height of a tile.
        size_px: Width and height that are shown of all of them, before they are turned.
        quarters: How often they are turned counter-clockwise.
    """

    stream: bytes
    rows: int
    columns: int
    tile_px: tuple[int, int]
    size_px: tuple[int, int]
    quarters: int


def load_tiles(data: bytes, most_factor: int) -> tuple[Levels, int] | None:
    """Decode a photo's tiles and shrink them by a whole factor.

    Args:
        data: The whole file.
        most_factor: Each block of up to so many pixels across and down becomes their mean.

    Returns:
        uint8 (height, width, 3), upright, and the factor; None where libheif has to see to it.
    """
    try:
        grid = _read_grid(data)
    except (ValueError, LookupError, struct.error):
        return None
    if grid is None:
        return None
    common_px = math.gcd(*grid.tile_px, *grid.size_px)
    factor = max(one for one in range(1, max(most_factor, 1) + 1) if common_px % one == 0)
    tiles = _decode(grid, factor)
    if tiles is None:
        return None
    rows = [
        np.concatenate(tiles[first : first + grid.columns], axis=1)
        for first in range(0, len(tiles), grid.columns)
    ]
    width_px, height_px = (side // factor for side in grid.size_px)
    shown = np.concatenate(rows)[:height_px, :width_px]
    return np.ascontiguousarray(np.rot90(shown, grid.quarters)), factor


def _decode(grid: _Grid, factor: int) -> list[Levels] | None:
    width_px, height_px = grid.tile_px
    small_px = (width_px // factor, height_px // factor)
    tiles: list[Levels] = []
    try:
        # One thread: as many photos are decoded at a time as may be.
        film = cv2.VideoCapture(  # type: ignore[call-overload]  # it takes any binary stream
            io.BytesIO(grid.stream), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1]
        )
        while len(tiles) <= grid.rows * grid.columns:
            there_is, tile = film.read()
            if not there_is:
                break
            if tile.shape != (height_px, width_px, 3) or tile.dtype != np.uint8:
                return None
            small = cv2.resize(tile, small_px, interpolation=cv2.INTER_AREA)
            tiles.append(cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False))
    except (cv2.error, AttributeError, TypeError):  # no FFmpeg, or one that reads files only
        return None
    return tiles if len(tiles) == grid.rows * grid.columns else None


def _read_grid(data: bytes) -> _Grid | None:
    found = next((box for box in boxes_of(data, 0, len(data)) if box[0] == b"meta"), None)
    if found is None:
        return None
    first, last = found[1] + FULL_BOX_BYTES, found[2]
    items = read_items(data, first, last)
    primary = items.items.get(items.primary)
    if primary is None or primary.kind != b"grid":
        return None
    numbers = [
        one
        for kind, start, ends in items.references
        if kind == b"dimg" and start == items.primary
        for one in ends
    ]
    rows, columns, size_px = _layout(_content(data, items, items.primary))
    properties = _read_properties(data, first, last)
    own, of_tile = properties.get(items.primary, []), properties.get(numbers[0], [])
    if (
        not 0 < rows * columns == len(numbers) <= _MOST_TILES
        or any(items.items[one].kind != b"hvc1" for one in numbers)
        or any(properties.get(one) != of_tile for one in numbers)
        or not {kind for kind, _ in (*own, *of_tile)} <= _SHOWING
        or any(kind == b"irot" for kind, _ in of_tile)
        or sum(_size_bytes(items, one) for one in numbers) > len(data)
    ):
        return None
    configuration = _only(b"hvcC", of_tile)
    tile_px = struct.unpack_from(">II", _only(b"ispe", of_tile), FULL_BOX_BYTES)
    sets = list(_parameter_sets(configuration))
    if not _is_shown_alike(
        sets, [content for kind, content in (*own, *of_tile) if kind == b"colr"]
    ):
        return None
    length_bytes = (configuration[21] & 3) + 1
    units = [unit for one in numbers for unit in _units(_content(data, items, one), length_bytes)]
    stream = b"".join(_START_CODE + unit for unit in (*sets, *units))
    turns = [content[0] & 3 for kind, content in own if kind == b"irot"]
    return _Grid(stream, rows, columns, tile_px, size_px, sum(turns))


def _content(data: bytes, items: Items, number: int) -> bytes:
    return b"".join(data[start:end] for start, end in items.places.get(number, ()))


def _size_bytes(items: Items, number: int) -> int:
    return sum(max(end - start, 0) for start, end in items.places.get(number, ()))


def _only(kind: bytes, properties: list[tuple[bytes, bytes]]) -> bytes:
    found = [content for one, content in properties if one == kind]
    if len(found) != 1:
        raise ValueError(f"{len(found)} times {kind!r}")
    return found[0]


def _layout(grid: bytes) -> tuple[int, int, tuple[int, int]]:
    """Rows, columns, width and height of a grid."""
    width_px, height_px = struct.unpack_from(">II" if grid[1] & 1 else ">HH", grid, 4)
    return grid[2] + 1, grid[3] + 1, (width_px, height_px)


def _read_properties(data: bytes, first: int, last: int) -> _Properties:
    """The properties of all items, as kinds and contents."""
    known: list[tuple[bytes, bytes]] = []
    of_items: _Properties = {}
    for name, start, end in boxes_of(data, first, last):
        if name != b"iprp":
            continue
        for inner, at, to in boxes_of(data, start, end):
            if inner == b"ipco":
                known = [(kind, data[a:b]) for kind, a, b in boxes_of(data, at, to)]
            elif inner == b"ipma":
                number = ">H" if data[at] == 0 else ">I"
                index_bytes = 2 if data[at + 3] & 1 else 1
                (count,) = struct.unpack_from(">I", data, at + FULL_BOX_BYTES)
                at += FULL_BOX_BYTES + 4
                for _ in range(count):
                    (item,) = struct.unpack_from(number, data, at)
                    at += struct.calcsize(number)
                    some, at = data[at], at + 1
                    for _ in range(some):
                        index = int.from_bytes(data[at : at + index_bytes], "big")
                        index &= (1 << (8 * index_bytes - 1)) - 1
                        at += index_bytes
                        if index:
                            of_items.setdefault(item, []).append(known[index - 1])
    return of_items


def _parameter_sets(configuration: bytes) -> Iterator[bytes]:
    """The units that go before the first picture, out of a decoder configuration."""
    at = 23
    for _ in range(configuration[22]):
        (count,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(count):
            (size_bytes,) = struct.unpack_from(">H", configuration, at)
            yield configuration[at + 2 : at + 2 + size_bytes]
            at += 2 + size_bytes


def _units(content: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        size_bytes = int.from_bytes(content[at : at + length_bytes], "big")
        at += length_bytes
        if not 0 < size_bytes <= len(content) - at:
            raise ValueError("a tile breaks off")
        yield content[at : at + size_bytes]
        at += size_bytes


def _is_shown_alike(sets: list[bytes], colours: list[bytes]) -> bool:
    """Tell whether FFmpeg shows the tiles in the colours in which libheif does.

    FFmpeg goes by the sequence parameters, libheif by the file's own words before them.

    Args:
        sets: The parameter sets.
        colours: Contents of the file's `colr` boxes.
    """
    sequences = [one for one in sets if one[0] >> 1 & 63 == _SPS]
    if len(sequences) != 1:
        return False
    coded = _coded_colours(sequences[0])
    said = {
        (one[10] >> 7, int.from_bytes(one[8:10], "big")) for one in colours if one[:4] == b"nclx"
    }
    if not said:
        return coded is not None and coded[1] in _MATRICES
    is_full, matrix = said.pop()
    return not said and matrix in _MATRICES and is_full == (coded[0] if coded else 0)


class _Bits:
    """Bits of a parameter set, first to last."""

    def __init__(self, content: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in content)
        self._at = 0

    def take(self, count: int) -> int:
        """So many bits as a number."""
        bits = self._bits[self._at : self._at + count]
        if len(bits) < count:
            raise ValueError("the parameters break off")
        self._at += count
        return int(bits, 2) if bits else 0

    def number(self, count: int = 1) -> int:
        """The last of some numbers in exponential Golomb code (H.265, 9.2)."""
        value = 0
        for _ in range(count):
            zeros = self._bits.index("1", self._at) - self._at
            self._at += zeros
            value = self.take(zeros + 1) - 1
        return value


def _coded_colours(sequence: bytes) -> tuple[int, int] | None:
    """Read from sequence parameters if levels have the full range (1 or 0), and the matrix.

    Returns:
        None where they do not tell, or hold more than a still picture needs.
    """
    bits = _Bits(sequence[2:].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    if bits.take(3):  # several layers
        return None
    bits.take(1 + 96)  # profile, tier, level
    bits.number()
    if bits.number() != 1:  # not 4:2:0
        return None
    bits.number(2)
    if bits.take(1):
        bits.number(4)
    if bits.number() or bits.number():  # more than 8 bits
        return None
    position_bits = bits.number() + 4
    bits.take(1)
    bits.number(3 + 6)
    if bits.take(1) and bits.take(1):
        _skip_scaling_lists(bits)
    bits.take(2)
    if bits.take(1):
        bits.take(8)
        bits.number(2)
        bits.take(1)
    _skip_reference_sets(bits)
    if bits.take(1):
        for _ in range(bits.number()):
            bits.take(position_bits + 1)
    bits.take(2)
    if not bits.take(1):
        return None
    if bits.take(1) and bits.take(8) == _SCALED_RATIO:
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    if not bits.take(1):
        return None
    bits.take(3)
    is_full = bits.take(1)
    return is_full, bits.take(24) & 255 if bits.take(1) else 2


def _skip_scaling_lists(bits: _Bits) -> None:
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if bits.take(1):
                bits.number((size > 1) + min(64, 1 << (4 + 2 * size)))
            else:
                bits.number()


def _skip_reference_sets(bits: _Bits) -> None:
    referred = 0
    for index in range(bits.number()):
        if index and bits.take(1):
            bits.take(1)
            bits.number()
            is_kept = [bool(bits.take(1) or bits.take(1)) for _ in range(referred + 1)]
            referred = sum(is_kept)
        else:
            referred = bits.number() + bits.number()
            for _ in range(referred):
                bits.number()
                bits.take(1)
