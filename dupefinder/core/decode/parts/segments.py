"""Parts in the segments of a JPEG that do not belong to its picture.

Sources: ITU-T T.81, Annex B; CIPA DC-008 (Exif 3.0) and DC-007 for multi-picture files; ISO
21496-1 for gain maps; C2PA Technical Specification for what APP11 carries.
"""

from collections.abc import Iterator, Sequence

from dupefinder.core.decode.jpeg_structure import JpegStructure
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.decode.parts.photoshop import (
    EXIF_COPY,
    IPTC,
    PHOTOSHOP_MARK,
    XMP_COPY,
    photoshop_parts,
)
from dupefinder.core.decode.parts.tags import NotUnderstood, pages_and_places, unnamed
from dupefinder.core.file_parts import Part, PartKind

_COMMENT = 0xFE
_EXIF = (b"Exif\0\0", b"Exif\0\xff")
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_GUID_BYTES, _OFFSET_BYTES = 32, 4
_JFIF_BYTES, _ADOBE_BYTES, _DUCKY_BYTES = 14, 16, 17
_MADE_ANEW = {
    0xE0: (b"JFXX\0",),
    0xE1: (_XMP,),
}
"""Prefixes of segments that every encoder writes anew, or that are read elsewhere: XMP as text."""
_PROFILE, _DIRECTORY = b"ICC_PROFILE\0", b"MPF\0"
_MADE_ANEW_IF_SHORT = {
    0xE0: (b"JFIF\0", _JFIF_BYTES),
    0xEC: (b"Ducky", _DUCKY_BYTES),
    0xED: (b"Adobe_CM\0", _ADOBE_BYTES),
}
"""Likewise, with the greatest length; a longer segment holds something else as well."""
_KINDS = (
    (0xE1, b"FLIR\0", PartKind.THERMAL),
    (0xE2, b"urn:iso:std:iso:ts:21496:-1\0", PartKind.GAIN_MAP),
    (0xE2, b"FPXR\0", PartKind.SOUND),
    (0xEB, b"JP", PartKind.PROVENANCE),
)
"""Marker, prefix and kind; FlashPix segments hold the sound that a camera recorded."""


def segment_parts(data: bytes, structure: JpegStructure) -> Iterator[Part]:
    """Read the segments that do not belong to the picture.

    Args:
        data: The file.
        structure: Offsets of its segments.
    """
    resources: list[bytes] = []
    packets: list[bytes] = []
    profiles: list[bytes] = []
    extended: dict[bytes, list[tuple[bytes, bytes]]] = {}
    has_exif = has_xmp = False
    for marker, start, end in structure.segments:
        content = data[start:end]
        is_late = start > structure.scans_begin_bytes
        if marker == _COMMENT and not is_late:
            continue
        if _is_made_anew(marker, content):
            if content.startswith(_XMP):
                packets.insert(0 if is_late else len(packets), content)
                has_xmp |= not is_late
        elif marker == 0xE2 and content.startswith(_PROFILE):
            profiles.append(content)
        elif marker == 0xE2 and content.startswith(_DIRECTORY):
            yield from _directory_parts(content.removeprefix(_DIRECTORY))
        elif marker == 0xE1 and content.startswith(_EXIF):
            is_first = content.startswith(_EXIF[0]) and not has_exif and not is_late
            yield from exif_parts(content[len(_EXIF[0]) :], is_first=is_first)
            has_exif = True
        elif marker == 0xE1 and content.startswith(_EXTENDED_XMP):
            content = content[len(_EXTENDED_XMP) :]
            place = content[_GUID_BYTES + _OFFSET_BYTES :][:_OFFSET_BYTES]
            portion = content[_GUID_BYTES + 2 * _OFFSET_BYTES :]
            extended.setdefault(content[:_GUID_BYTES], []).append((place, portion))
        elif marker == 0xED and content.startswith(PHOTOSHOP_MARK) and not is_late:
            resources.append(content[len(PHOTOSHOP_MARK) :])
        elif content.strip(b"\0 \xff"):
            yield _kind_of(marker, content), f"segment:{marker}", content
    if not _is_whole_profile(profiles):
        for content in profiles:
            yield PartKind.APPLICATION_DATA, "profile", content
    # The last of several packets before the scans is read as text.
    for packet in packets[:-1] if has_xmp else packets:
        yield PartKind.APPLICATION_DATA, "xmp", packet
    read = {IPTC, *((EXIF_COPY,) if has_exif else ()), *((XMP_COPY,) if has_xmp else ())}
    yield from photoshop_parts(b"".join(resources), read)
    for portions in extended.values():
        packet = b"".join(portion for _, portion in sorted(portions))
        is_depth = b"GDepth" in packet or b"/depthmap/" in packet
        yield PartKind.DEPTH if is_depth else PartKind.APPLICATION_DATA, "extended-xmp", packet


def _is_whole_profile(contents: Sequence[bytes]) -> bool:
    """True if the pieces of a profile are all there: then it is read, and compared as such."""
    numbers = [content[len(_PROFILE) :][:2] for content in contents]
    wanted = [bytes((place + 1, len(contents) % 256)) for place in range(len(contents))]
    return sorted(numbers) == wanted


def _directory_parts(block: bytes) -> Iterator[Part]:
    """Content of the directory of further pictures, except where these lie."""
    try:
        _, named = pages_and_places(block)
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "directory", block
        return
    for first, last in unnamed([(0, len(block))], named):
        if rest := block[first:last].strip(b"\0 \xff"):
            yield PartKind.APPLICATION_DATA, "directory", rest


def _is_made_anew(marker: int, content: bytes) -> bool:
    beginning, most_bytes = _MADE_ANEW_IF_SHORT.get(marker, (b"", 0))
    is_short = content.startswith(beginning) and len(content.rstrip(b"\0")) <= most_bytes
    return is_short or content.startswith(_MADE_ANEW.get(marker, ()))


def _kind_of(marker: int, content: bytes) -> PartKind:
    for of_marker, beginning, kind in _KINDS:
        if marker == of_marker and content.startswith(beginning):
            return kind
    return PartKind.APPLICATION_DATA
