"""Formats that keep pictures with or without loss: which of the two a file may be.

Told by the first bytes of a file, which name how its colours are kept: at half size they are not
those of another file, whatever its quality.

Sources: ISO/IEC 14496-15, 8.3.3.1 (hvcC); AV1 Codec ISO Media File Format Binding, 2.3.3 (av1C);
RFC 9649 (WebP).
"""

from dupefinder.core.decode.file_content import read_head

_HEAD_BYTES = 1 << 16
_HALF_SIZE = 1


def may_be_lossless(path: str, format_: str) -> bool:
    """Tell whether a file may hold each pixel of another one; True where that cannot be told.

    Args:
        path: The file.
        format_: As `PhotoFacts.format`.
    """
    try:
        return _may_be(read_head(path, _HEAD_BYTES), format_)
    except OSError:
        return True


def _may_be(head: bytes, format_: str) -> bool:
    match format_:
        case "WEBP":
            return b"VP8L" in head or b"VP8 " not in head
        case "HEIF":
            kept = [settings[16] & 3 for settings in _settings(head, b"hvcC", 17)]
            return not kept or any(one != _HALF_SIZE for one in kept)
        case "AVIF":
            # Bit 3 says that the colours have half the width, bit 4 that there are none.
            kept = [settings[2] & 0x18 for settings in _settings(head, b"av1C", 3)]
            return not kept or any(one != 0x08 for one in kept)
    return True


def _settings(head: bytes, kind: bytes, least_bytes: int) -> list[bytes]:
    """What follows each mention of a kind of box, as far as it is there."""
    places = [part[:least_bytes] for part in head.split(kind)[1:]]
    return [part for part in places if len(part) == least_bytes]
