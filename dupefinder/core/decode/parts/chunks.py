"""Chunks of PNG and WebP files, blocks of GIF files and ends of BMP files → parts.

Sources: W3C, PNG (Third Edition), section 5; Google, "WebP Container Specification"; CompuServe,
"Graphics Interchange Format, Version 89a".
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.held_parts import Part, PartKind

_PNG_SIGNATURE_BYTES = 8
_RIFF_HEAD_BYTES = 12
_RAW_PROFILE = "raw profile type "
_PROFILES_READ_ELSEWHERE = frozenset(("icc", "icm"))
_PNG_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_MOST_KEYWORD_BYTES = 80
_C2PA = frozenset((b"caBX", b"C2PA"))
_EXIF_PREFIX = b"Exif\0\0"
_BMP_PLAIN = (0, 3)
_GIF_HEAD_BYTES = 13
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
_GIF_REPETITION_BYTES, _GIF_PROFILE = 19, b"ICCRGBG1012"
_GIF_CONTROL, _GIF_COMMENT, _GIF_APPLICATION = 0xF9, 0xFE, 0xFF


def png_parts(data: bytes) -> Iterator[Part]:
    """Read the chunks of a PNG, and what follows its end.

    Args:
        data: The whole file.
    """
    place = _PNG_SIGNATURE_BYTES
    keywords: set[bytes] = set()
    is_first = True
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        name = data[place + 4 : place + 8]
        content = data[place + 8 : end - 4]
        if name not in made_anew.PNG_CHUNKS:
            yield _chunk_part(name, content)
        elif name == b"eXIf":
            yield from exif_parts(content.removeprefix(_EXIF_PREFIX), is_first=is_first)
            is_first = False
        elif name in _PNG_TEXTS:
            keyword = content[:_MOST_KEYWORD_BYTES].split(b"\0", 1)[0]
            if keyword in keywords or not keyword:
                # Of several texts with one keyword one is read as words, and it is not said which.
                yield PartKind.APPLICATION_DATA, f"text:{keyword!r}", content
            keywords.add(keyword)
        place = end
        if name == b"IEND":
            break
    yield from trailing_parts(data, place)


def profile_parts(texts: Mapping[Any, object]) -> Iterator[Part]:
    """Read the blocks that ImageMagick keeps in texts of a PNG, in hexadecimal digits.

    Args:
        texts: Texts by their keywords, and what else Pillow knows of the file.
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
        has_exif: True where the texts of its EXIF are read as words: its head announces it.
        has_xmp: The same of its XMP.
    """
    end_of_all = 8 + int.from_bytes(data[4:8], "little")
    place = _RIFF_HEAD_BYTES
    seen = {name for name, is_there in ((b"XMP ", has_xmp), (b"EXIF", has_exif)) if not is_there}
    while place + 8 <= min(end_of_all, len(data)):
        name = data[place : place + 4]
        size_bytes = int.from_bytes(data[place + 4 : place + 8], "little")
        content_end = place + 8 + size_bytes
        content = data[place + 8 : content_end]
        if name not in made_anew.WEBP_CHUNKS or (name == b"XMP " and name in seen):
            yield _chunk_part(name, content)
        elif name == b"EXIF":
            yield from exif_parts(content.removeprefix(_EXIF_PREFIX), is_first=name not in seen)
        if name in (b"EXIF", b"XMP "):
            seen.add(name)
        place = content_end + size_bytes % 2
    yield from trailing_parts(data, max(end_of_all, place))


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
            # Comments before the first image are read as words.
            is_known = label == _GIF_CONTROL or (label == _GIF_COMMENT and is_early)
            if label == _GIF_APPLICATION:
                is_short = place - start <= _GIF_REPETITION_BYTES or name == _GIF_PROFILE
                is_known = name in made_anew.GIF_EXTENSIONS and is_short
            if not is_known:
                yield PartKind.APPLICATION_DATA, f"extension:{label}", data[start:place]
        else:
            yield PartKind.NOT_UNDERSTOOD, "gif", data[place:]
            return
    yield from trailing_parts(data, place + 1)


def bmp_parts(data: bytes) -> Iterator[Part]:
    """Give what follows the pixels of a BMP; of one that is compressed, all of it.

    Args:
        data: The whole file.

    Raises:
        struct.error: It breaks off.
    """
    (offset,) = struct.unpack_from("<I", data, 10)
    width_px, height_px, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    if compression not in _BMP_PLAIN:
        yield PartKind.NOT_UNDERSTOOD, "bmp", data
        return
    row_bytes = (abs(width_px) * bits + 31) // 32 * 4
    yield from trailing_parts(data, offset + row_bytes * abs(height_px))


def trailing_parts(data: bytes, end: int) -> Iterator[Part]:
    """Give what follows the end of a picture as a part, unless it is mere padding.

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
