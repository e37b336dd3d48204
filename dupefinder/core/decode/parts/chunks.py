"""Parts in chunks of PNG and WebP files, blocks of GIF and pages of TIFF.

Sources: W3C, PNG (Third Edition), section 5; Google, "WebP Container Specification"; CompuServe,
"Graphics Interchange Format, Version 89a".
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.exif import exif_parts, field_parts
from dupefinder.core.decode.parts.tags import NotUnderstood, pages_and_places, unnamed
from dupefinder.core.file_parts import Part, PartKind

_PNG_SIGNATURE_BYTES = 8
_PNG_KIND, _PNG_OF_PALETTE = 25, 3
_PNG_OPACITY_BYTES = {0: 2, 2: 6, 3: 256}
"""By the kind of picture: a transparent level or colour, or an opacity for each colour."""
_PNG_ONCE = frozenset((b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"acTL", b"iDOT", b"caNv", b"orNT"))
_PNG_FRAMES = b"frames"
_RIFF_HEAD_BYTES, _FRAME_HEAD_BYTES = 12, 16
_OF_FRAMES = frozenset((b"ALPH", b"VP8 ", b"VP8L"))
_WEBP_FLAGS = {b"ICCP": 0x20, b"ALPH": 0x10, b"ANIM": 0x02, b"ANMF": 0x02}
"""By chunk the flag in the head without which decoders pass over it."""
_WEBP_PICTURES = frozenset((b"VP8 ", b"VP8L"))
_WEBP_ONCE = frozenset((b"VP8X", b"ICCP", b"ALPH", b"ANIM", b"XMP "))
_RAW_PROFILE = "raw profile type "
_PROFILES_READ_ELSEWHERE = frozenset(("icc", "icm"))
_PNG_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_MOST_KEYWORD_BYTES, _MOST_TEXT_BYTES = 80, 1 << 20
_PNG_COLOURS = frozenset((b"cICP", b"sRGB", b"gAMA", b"cHRM"))
_SRGB_POINTS = bytes((1, 13))
_OF_SRGB = {
    b"gAMA": (45455,),
    b"cHRM": (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
}
_CLOSE = 0.01
_C2PA = frozenset((b"caBX", b"C2PA"))
_EXIF_PREFIX = b"Exif\0\0"
_GIF_HEAD_BYTES = 13
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
_GIF_CONTROL_BYTES, _GIF_REPETITION_BYTES, _GIF_PROFILE = 8, 19, b"ICCRGBG1012"
_GIF_CONTROL, _GIF_COMMENT, _GIF_APPLICATION = 0xF9, 0xFE, 0xFF


def png_parts(data: bytes) -> Iterator[Part]:
    """Read the chunks of a PNG, and what follows its end.

    Args:
        data: The whole file.

    Raises:
        IndexError: It breaks off.
    """
    place = _PNG_SIGNATURE_BYTES
    keywords: set[bytes] = set()
    colours: dict[bytes, bytes] = {}
    seen = Counter[bytes]()
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        name = data[place + 4 : place + 8]
        content = data[place + 8 : end - 4]
        seen[name] += 1
        is_known = len(content) <= made_anew.PNG_CHUNKS.get(name, -1)
        if name in _PNG_ONCE:
            is_known &= seen[name] == 1 and not _has_surplus(name, content, data)
        if not is_known:
            yield _chunk_part(name, content)
        elif name in _PNG_COLOURS:
            colours[name] = content
        elif name == b"eXIf":
            yield from exif_parts(content.removeprefix(_EXIF_PREFIX), is_first=seen[name] == 1)
        elif name in _PNG_TEXTS:
            keyword = content[:_MOST_KEYWORD_BYTES].split(b"\0", 1)[0]
            if keyword in keywords or not keyword or _is_broken(name, content, keyword):
                # Of several texts with one keyword, only one is read elsewhere; which is unknown.
                yield PartKind.APPLICATION_DATA, f"text:{keyword!r}", content
            keywords.add(keyword)
        elif name == b"acTL":
            seen[_PNG_FRAMES] = int.from_bytes(content[:4], "big")
        place = end
        if name == b"IEND":
            break
    if seen[b"fcTL"] > seen[_PNG_FRAMES] or (seen[b"fdAT"] and not seen[b"fcTL"]):
        yield PartKind.AUXILIARY_IMAGE, "frames", data  # no decoder shows them
    yield from _colours_of(colours)
    yield from trailing_parts(data, place)


def _has_surplus(name: bytes, content: bytes, data: bytes) -> bool:
    """True for a chunk that has more in it than the kind of picture needs."""
    kind = data[_PNG_KIND]
    if name == b"iCCP":
        keyword = content[:_MOST_KEYWORD_BYTES].split(b"\0", 1)[0]
        return _is_broken_stream(content[len(keyword) + 2 :])
    if name == b"PLTE":
        return kind != _PNG_OF_PALETTE
    if name == b"tRNS":
        return len(content) > _PNG_OPACITY_BYTES.get(kind, 0)
    return False


def _colours_of(chunks: Mapping[bytes, bytes]) -> Iterator[Part]:
    """The colours declared by chunks of a PNG, unless they are those of sRGB.

    Code points override sRGB, and that overrides curve and primaries. A profile is compared as
    such.
    """
    if b"cICP" in chunks:
        if chunks[b"cICP"][:2] != _SRGB_POINTS:
            yield PartKind.COLOURS, "cICP", chunks[b"cICP"]
        return
    if b"sRGB" in chunks:
        return
    for name, of_srgb in _OF_SRGB.items():
        content = chunks.get(name, b"")
        if len(content) == 4 * len(of_srgb):
            values = struct.unpack(f">{len(of_srgb)}I", content)
            pairs = zip(values, of_srgb, strict=True)
            if any(abs(value - usual) > usual * _CLOSE for value, usual in pairs):
                yield PartKind.COLOURS, name.decode(), content


def _is_broken(name: bytes, content: bytes, keyword: bytes) -> bool:
    """True for a text that decoders do not read in full: compressed and damaged, or translated."""
    start = len(keyword) + 1
    if name == b"zTXt":
        return _is_broken_stream(content[start + 1 :])
    if name != b"iTXt":
        return False
    _, translated, *rest = content[start + 2 :].split(b"\0", 2)
    is_compressed = content[start] != 0
    return bool(translated) or (is_compressed and _is_broken_stream(b"".join(rest)))


def _is_broken_stream(packed: bytes) -> bool:
    """True for compressed data that no decoder can read, or reads to its end."""
    text = zlib.decompressobj()
    try:
        text.decompress(packed, _MOST_TEXT_BYTES)
    except zlib.error:
        return True
    is_whole = text.eof or bool(text.unconsumed_tail)
    return not is_whole or bool(text.unused_data)


def profile_parts(texts: Mapping[Any, object]) -> Iterator[Part]:
    """Read the blocks that ImageMagick stores in texts of a PNG, in hexadecimal digits.

    Args:
        texts: Texts by their keywords, among other entries of Pillow's `info`.
    """
    for keyword, text in texts.items():
        if not isinstance(keyword, str) or not keyword.lower().startswith(_RAW_PROFILE):
            continue
        name = keyword[len(_RAW_PROFILE) :].lower()
        if name in _PROFILES_READ_ELSEWHERE:
            continue
        try:
            # A line break, the name, the number of bytes, and then the digits.
            block = bytes.fromhex("".join(str(text).strip().split("\n")[2:]))
        except ValueError:
            block = b""
        if name in ("exif", "app1") and block.startswith(_EXIF_PREFIX):
            yield from exif_parts(block.removeprefix(_EXIF_PREFIX))
        else:
            yield PartKind.APPLICATION_DATA, f"profile:{name}", str(text).encode("utf-8", "replace")


def webp_parts(data: bytes, *, has_exif: bool, has_xmp: bool) -> Iterator[Part]:
    """Read the chunks of a WebP, and what follows its end.

    Args:
        data: The whole file.
        has_exif: True where its EXIF is read elsewhere, as the header announces it.
        has_xmp: True where its XMP is read elsewhere.
    """
    end_of_all = min(8 + int.from_bytes(data[4:8], "little"), len(data))
    place = _RIFF_HEAD_BYTES
    seen = {name for name, is_there in ((b"XMP ", has_xmp), (b"EXIF", has_exif)) if not is_there}
    flags = 0
    for name, content, end in _riff_chunks(data, place, end_of_all):
        place = end
        is_passed_over = (
            (name in _WEBP_FLAGS and not flags & _WEBP_FLAGS[name])
            or (name in _WEBP_ONCE and name in seen)
            or (name in _WEBP_PICTURES and not seen.isdisjoint(_WEBP_PICTURES))
        )
        if len(content) > made_anew.WEBP_CHUNKS.get(name, -1) or is_passed_over:
            yield _chunk_part(name, content)
        elif name == b"ANMF":
            yield from _frame_parts(content)
        elif name == b"EXIF":
            yield from exif_parts(content.removeprefix(_EXIF_PREFIX), is_first=name not in seen)
        elif name == b"VP8X" and content:
            flags = content[0]
        seen.add(name)
    if b"ALPH" in seen and b"VP8 " not in seen:
        yield PartKind.NOT_UNDERSTOOD, "webp", data
    yield from trailing_parts(data, place)


def _frame_parts(content: bytes) -> Iterator[Part]:
    """Yield the parts in a frame of a WebP beside its picture."""
    place = _FRAME_HEAD_BYTES
    for name, inner, end in _riff_chunks(content, place, len(content)):
        place = end
        if name not in _OF_FRAMES:
            yield _chunk_part(name, inner)
    if content[place:].strip(b"\0"):
        yield _chunk_part(b"ANMF", content[place:])


def _riff_chunks(data: bytes, place: int, end_of_all: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Names and contents of chunks, and where each ends."""
    while place + 8 <= end_of_all:
        size_bytes = int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + size_bytes + size_bytes % 2
        yield data[place : place + 4], data[place + 8 : place + 8 + size_bytes], end
        place = end


def gif_parts(data: bytes) -> Iterator[Part]:
    """Read the extensions of a GIF, and what follows its end.

    Args:
        data: The whole file.
    """
    place = _GIF_HEAD_BYTES
    if len(data) >= _GIF_HEAD_BYTES and data[10] & 0x80:
        place += 3 << (data[10] & 7) + 1
    is_early = True
    while place < len(data) and data[place] != _GIF_END:
        start = place
        if data[place] == _GIF_IMAGE:
            is_early = False
            flags = data[place + 9] if place + 9 < len(data) else 0
            place += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            place = _end_of_blocks(data, place)
        elif data[place] == _GIF_EXTENSION and place + 2 < len(data):
            label = data[place + 1]
            name = data[place + 3 : place + 3 + data[place + 2]]
            place = _end_of_blocks(data, place + 2)
            # Comments before the first image are read as texts elsewhere.
            is_control = label == _GIF_CONTROL and place - start <= _GIF_CONTROL_BYTES
            is_known = is_control or (label == _GIF_COMMENT and is_early)
            if label == _GIF_APPLICATION:
                is_short = place - start <= _GIF_REPETITION_BYTES or name == _GIF_PROFILE
                is_known = name in made_anew.GIF_EXTENSIONS and is_short
            if not is_known:
                yield PartKind.APPLICATION_DATA, f"extension:{label}", data[start:place]
        else:
            yield PartKind.NOT_UNDERSTOOD, "gif", data[place:]
            return
    yield from trailing_parts(data, place + 1)


def tiff_parts(data: bytes, frames: int) -> Iterator[Part]:
    """Read the fields of the first page of a TIFF file, and bytes that no page refers to.

    Args:
        data: The whole file.
        frames: Number of pages that the decoder finds; they count as pictures.
    """
    yield from field_parts(data)
    try:
        pages, named = pages_and_places(data)
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "tiff", data
        return
    if pages > frames:
        yield PartKind.AUXILIARY_IMAGE, "pages", data
    end = max(last for _, last in named)
    for first, last in unnamed([(0, end)], named):
        if data[first:last].strip(b"\0"):
            yield PartKind.APPLICATION_DATA, "unnamed", data[first:last]
    if data[end:].strip(b"\0"):
        yield PartKind.TRAILING_DATA, "trailing", data[end:]


def trailing_parts(data: bytes, end: int) -> Iterator[Part]:
    """Yield the bytes after the end of a picture as a part, unless they are padding.

    Args:
        data: The whole file.
        end: Offset of the end.
    """
    rest = data[end:]
    if rest.strip(b"\0 \r\n\xff"):
        yield PartKind.TRAILING_DATA, "trailing", rest


def _chunk_part(name: bytes, content: bytes) -> Part:
    kind = PartKind.PROVENANCE if name in _C2PA else PartKind.APPLICATION_DATA
    return kind, f"chunk:{name.decode('latin-1')}", content


def _end_of_blocks(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += data[place] + 1
    return place + 1
