"""What a JPEG's segments tell without decoding a pixel: picture data, quality, what trails it.

Source: ITU-T Recommendation T.81 (1992), Annex B (segments), Annex K.1 (quantisation tables).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blake3 import blake3

_SOI = b"\xff\xd8"
_EOI = b"\xff\xd9"
_SOS = 0xDA
_ADOBE = 0xEE
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))
_METADATA = frozenset((*range(0xE0, 0xEE), 0xEF, 0xFE))
"""APP0 to APP13, APP15 and COM: they do not change a pixel. APP14 (Adobe) names the colour
transform, so it belongs to the picture."""

_LUMINANCE_SUM_AT_50 = 3685
"""Sum of the 64 entries of table K.1, which libjpeg calls quality 50."""


@dataclass(frozen=True, slots=True)
class JpegStructure:
    """Where a JPEG's picture lies in its file.

    Attributes:
        picture_digest: 32-byte digest of tables, frame and scans; the metadata left out.
        end_bytes: Offset just behind the end-of-image marker; the file's size when there is none.
        is_whole: True when an end-of-image marker was found.
    """

    picture_digest: bytes
    end_bytes: int
    is_whole: bool


def read_structure(data: bytes) -> JpegStructure | None:
    """Walk the segments of a JPEG.

    Args:
        data: The whole file.

    Returns:
        Its structure, or None when the segments make no sense.
    """
    if not data.startswith(_SOI):
        return None
    digest = blake3()
    position = 2
    size = len(data)
    while position + 4 <= size:
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _WITHOUT_LENGTH:
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2:
            return None
        if marker == _SOS:
            # Entropy-coded bytes never hold FF D9 (an FF in them is followed by 00), so the
            # first one ends the picture, also behind the further scans of a progressive file.
            end = data.find(_EOI, position + 2 + length)
            stop = size if end < 0 else end + 2
            digest.update(memoryview(data)[position:stop])
            return JpegStructure(digest.digest(), stop, end >= 0)
        if marker not in _METADATA:
            digest.update(memoryview(data)[position : position + 2 + length])
        position += 2 + length
    return None


def estimate_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """Estimate the libjpeg quality setting from the quantisation tables.

    Args:
        tables: Quantisation tables by id, 64 entries each; table 0 is the luminance.

    Returns:
        1 to 100, or None without a table. Other encoders' own tables are placed on the same
        scale by the sum of their entries.
    """
    luminance = tables.get(0)
    if luminance is None or len(luminance) != 64:
        return None
    scale_percent = sum(luminance) * 100 / _LUMINANCE_SUM_AT_50
    quality = 5000 / scale_percent if scale_percent > 100 else (200 - scale_percent) / 2
    return min(max(round(quality), 1), 100)
