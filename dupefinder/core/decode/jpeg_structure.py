"""Structure of a JPEG, read without decoding a pixel: picture data, scans, quality, trailing data.

A progressive picture may end after any scan and still have an end marker: decoders show it, coarse
or blurred, and complain of nothing. Each scan header names the components and coefficients that it
brings, and to which bit; once all of them have arrived to their last bit, nothing is lacking.

Source: ITU-T Recommendation T.81 (1992), Annex B (segments, headers of scans), Annex G (progressive
mode), Annex K.1 (quantisation tables).
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import SEEK_CUR
from typing import IO

from blake3 import blake3

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers that begin a frame; C4, C8 and CC are tables and an extension."""
_PROGRESSIVE = frozenset((0xC2, 0xCA))
_SEQUENTIAL = frozenset((0xC0, 0xC1, 0xC3, 0xC9, 0xCB))
"""Baseline, extended and lossless. The others are hierarchical: frames that add up."""

_COEFFICIENTS = 64
_UNSENT = 0xFF


class ScanProgress:
    """Coefficients that the scans of one picture have brought so far.

    Attributes:
        scans: Number of scans that have begun.
    """

    def __init__(self) -> None:
        self.scans = 0
        self._frames = 0
        self._is_known = True
        self._lacking_bits: dict[int, bytearray] = {}

    def begin_frame(self, marker: int, header: bytes) -> None:
        """Take note of the components that a frame announces.

        Args:
            marker: Second byte of the frame's marker.
            header: The bytes behind the segment's length.
        """
        self._frames += 1
        components = header[6::3][: header[5]] if len(header) > 5 else b""
        coefficients = _COEFFICIENTS if marker in _PROGRESSIVE else 1
        self._lacking_bits = {
            component: bytearray([_UNSENT] * coefficients) for component in components
        }
        # Ids that are given twice occur, and decoders cope with them.
        is_plain = len(self._lacking_bits) == len(components) and self._frames == 1
        self._is_known = is_plain and marker in _PROGRESSIVE | _SEQUENTIAL

    def begin_scan(self, header: bytes) -> None:
        """Take note of what a scan brings.

        Args:
            header: The bytes behind the segment's length.
        """
        self.scans += 1
        count = header[0] if header else 0
        if len(header) < 4 + 2 * count:
            return
        first, last, approximation = header[1 + 2 * count : 4 + 2 * count]
        for component in header[1 : 1 + 2 * count : 2]:
            lacking = self._lacking_bits.get(component)
            if lacking is None:
                continue
            if len(lacking) == 1:
                lacking[0] = 0  # a sequential scan brings all of its components
                continue
            last = min(last, _COEFFICIENTS - 1)
            lacking[first : last + 1] = bytes([approximation & 0xF]) * max(last + 1 - first, 0)

    @property
    def is_complete(self) -> bool:
        """True when all has been brought, and where nothing can be said."""
        return not self._is_known or not any(map(any, self._lacking_bits.values()))


JPEG_END = b"\xff\xd9"
"""The end-of-image marker."""
_SOI = b"\xff\xd8"
_EOI = 0xD9
_SOS = 0xDA
_ADOBE, _ADOBE_BYTES = 0xEE, 12
_LINES, _LINES_BYTES = 0xDC, 6
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))
_METADATA = frozenset((*range(0xE0, 0xEE), 0xEF, 0xFE))
"""APP0 to APP13, APP15 and COM: they do not change a pixel. APP14 (Adobe) names the colour
transform, so it belongs to the picture."""
_BETWEEN_SCANS = frozenset((0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, *range(0xE0, 0xF0), 0xFE))
"""Tables, line count, restart interval, application data and comments: all that may stand
between one scan and the next. Anything else there shows that the scan is damaged."""

_MOST_SEGMENTS = 10_000
"""A bound for files made to keep a reader busy; 64 KiB a segment, it holds 600 MB of metadata."""
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Within a scan FF is followed by a stuffed zero, a fill byte or a restart marker."""
_SEARCH_BYTES = 1 << 20
"""Searched in one go: so long, some milliseconds at most, all other threads wait."""

# fmt: off
_LUMINANCE_AT_50 = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)
# fmt: on
"""Table K.1, which libjpeg calls quality 50."""


def _table_sum(quality: int) -> int:
    """Sum the luminance table that libjpeg makes for a quality setting."""
    scale_percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(max((entry * scale_percent + 50) // 100, 1), 255) for entry in _LUMINANCE_AT_50)


_SUMS_FROM_100 = tuple(_table_sum(quality) for quality in range(100, 0, -1))
"""Rising sums for the qualities 100, 99, … 1."""


@dataclass(frozen=True, slots=True)
class JpegStructure:
    """Position of a JPEG's picture in its file, and how far it was sent.

    Attributes:
        picture_digest: 32-byte digest of tables, frame and scans; the metadata left out.
        end_bytes: Offset just behind the end-of-image marker; the file's size when there is none.
        is_ended: True when an end-of-image marker was found, and no marker before it that has
            no place there.
        lacks_end: True when the file ends within the picture, without a misplaced marker.
        has_every_scan: True when the scans that have begun bring all that the frame announces.
        shows_all: True when a first scan of several has ended, so that the whole picture is seen,
            however coarsely.
        intact_bytes: Offset of a header that is cut off; None when there is none.
        segments: Marker, begin and end of the content of each segment that is not of the picture;
            marker 0 for bytes between two segments.
        scans_begin_bytes: Offset of the first scan.
    """

    picture_digest: bytes
    end_bytes: int
    is_ended: bool
    lacks_end: bool = False
    has_every_scan: bool = True
    shows_all: bool = False
    intact_bytes: int | None = None
    segments: tuple[tuple[int, int, int], ...] = ()
    scans_begin_bytes: int = 0

    @property
    def is_whole(self) -> bool:
        """True when the picture ends where it should, and lacks no scan."""
        return self.is_ended and self.has_every_scan

    def with_end(self, data: bytes) -> bytes:
        """Give a file of this structure an end: libjpeg then shows all that there is of it."""
        return data[: self.intact_bytes].removesuffix(b"\xff") + JPEG_END


class _RunsDigest:
    """A digest of parts of a file; parts that adjoin are taken at once, which costs less.

    Args:
        data: The file.
    """

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._blake3 = blake3()
        self._start = self._end = 0

    def add(self, start: int, end: int) -> None:
        """Go on with the bytes from one offset to another."""
        if start != self._end:
            self._blake3.update(self._view[self._start : self._end])
            self._start = start
        self._end = end

    def digest(self) -> bytes:
        """The digest of all that was added, 32 bytes."""
        self._blake3.update(self._view[self._start : self._end])
        self._start = self._end
        return self._blake3.digest()


class _SegmentWalk:
    """Notes of the segments of one JPEG, from its begin to the end of its picture.

    Args:
        data: The file.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._digest = _RunsDigest(data)
        self._progress = ScanProgress()
        self._segments: list[tuple[int, int, int]] = []
        self._intact_bytes: int | None = None
        self._scans_begin_bytes = 0

    def structure(self) -> JpegStructure | None:
        """Walk all segments; None when no scan is found."""
        data, position = self._data, len(_SOI)
        for _ in range(_MOST_SEGMENTS):
            begin, position = position, data.find(b"\xff", position)
            if begin < position:
                self._segments.append((0, begin, position))
            if not 0 <= position < len(data) - 1:
                return self._structure(len(data), is_ended=False, lacks_end=True)
            marker = data[position + 1]
            if marker == 0xFF:
                position += 1
            elif marker in _WITHOUT_LENGTH:
                position += 2
            elif marker == _EOI:
                self._digest.add(position, position + 2)
                return self._structure(position + 2, is_ended=True)
            elif self._progress.scans and marker not in _BETWEEN_SCANS:
                break
            else:
                position = self._take_segment(marker, position)
        end = data.find(JPEG_END, position) + 2
        end = len(data) if end < 2 else end
        self._digest.add(position, end)
        return self._structure(end, is_ended=False)

    def _take_segment(self, marker: int, position: int) -> int:
        """Note a segment with a length, and the scan behind it; give the offset of its end."""
        data, content = self._data, position + 4
        end = position + 2 + max(int.from_bytes(data[position + 2 : content], "big"), 2)
        if end > len(data):
            self._intact_bytes = position
        if marker == _SOS:
            self._scans_begin_bytes = self._scans_begin_bytes or position
            self._progress.begin_scan(data[content:end])
            end = _scan_end(data, end)
        elif marker in FRAMES:
            self._progress.begin_frame(marker, data[content:end])
        if (
            marker in _METADATA
            or (marker == _ADOBE and not _is_plain_adobe(data[content:end]))
            # Decoders pass over what stands behind the number of lines.
            or (marker == _LINES and end > position + _LINES_BYTES)
        ):
            self._segments.append((marker, content, end))
        if marker not in _METADATA:
            self._digest.add(position, end)
        return end

    def _structure(
        self, end: int, *, is_ended: bool, lacks_end: bool = False
    ) -> JpegStructure | None:
        if not self._progress.scans:
            return None
        return JpegStructure(
            self._digest.digest(),
            end,
            is_ended,
            lacks_end,
            self._progress.is_complete,
            self._progress.scans > 1,
            self._intact_bytes,
            tuple(self._segments),
            self._scans_begin_bytes,
        )


def read_structure(data: bytes) -> JpegStructure | None:
    """Walk the segments of a JPEG.

    Args:
        data: A file that begins with a JPEG; other content may follow.

    Returns:
        Its structure, or None when no scan is found.
    """
    return _SegmentWalk(data).structure() if data.startswith(_SOI) else None


def _is_plain_adobe(content: bytes) -> bool:
    """True for a segment of Adobe with the colour transform and nothing behind that."""
    return content.startswith(b"Adobe") and not content[_ADOBE_BYTES:].strip(b"\0")


def components_of_first_scan(file: IO[bytes]) -> int:
    """Count the components that the first scan has: 3 where three colours come together.

    Args:
        file: Of a JPEG; its position is left anywhere.

    Returns:
        0 when no scan is found.
    """
    file.seek(len(_SOI))
    for _ in range(_MOST_SEGMENTS):
        marker = file.read(2)
        while marker == b"\xff\xff":
            marker = b"\xff" + file.read(1)
        if len(marker) < 2:
            return 0
        if marker[0] != 0xFF or marker[1] == 0:
            file.seek(-1, SEEK_CUR)  # junk, which libjpeg passes over, too
        elif marker[1] not in _WITHOUT_LENGTH:
            length = int.from_bytes(file.read(2), "big")
            if marker[1] == _SOS:
                return int.from_bytes(file.read(1), "big")
            file.seek(max(length - 2, 0), SEEK_CUR)
    return 0


def _scan_end(data: bytes, start: int) -> int:
    """Find the marker that ends a scan's entropy-coded bytes (T.81, B.1.1.5).

    A plain search for FF D9 would take some tables between two scans for the end. One search by
    pattern costs less than a few steps in NumPy, at each of which threads contend for the lock.

    Returns:
        Offset of the marker; the file's size when there is none.
    """
    for begin in range(start, len(data), _SEARCH_BYTES):
        end = _SCAN_END.search(data, begin, begin + _SEARCH_BYTES + 1)
        if end is not None:
            return end.start()
    return len(data)


def estimate_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """Estimate the libjpeg quality setting from the quantisation tables.

    Args:
        tables: Quantisation tables by id, 64 entries each; the lowest id is the luminance.

    Returns:
        1 to 100, or None without a table. Other encoders' own tables are placed on the same
        scale by the sum of their entries.
    """
    luminance = tables[min(tables)] if tables else ()
    if len(luminance) != 64:
        return None
    total = sum(luminance)
    coarser = min(bisect_left(_SUMS_FROM_100, total), 99)
    finer = max(coarser - 1, 0)
    nearer_finer = total - _SUMS_FROM_100[finer] < _SUMS_FROM_100[coarser] - total
    return 100 - (finer if nearer_finer else coarser)
