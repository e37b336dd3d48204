"""Metadata of a photo: time, camera, place and text.

Source: CIPA DC-008 (Exif 3.0) for the tags, CIPA DC-007 for multi-picture files, IPTC-IIM 4.2
for the captions of Photoshop resources.
"""

import io
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image

from dupefinder.core.decode.metadata.program_texts import is_machine_description
from dupefinder.core.decode.metadata.xmp import MOST_XMP_BYTES

_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_LATITUDE, _LONGITUDE = 2, 4
_ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
_XMP, _IPTC = 700, 33723
_DESCRIPTION = 270
_XP_TEXTS = (40091, 40092, 40094, 40095)
"""Title, comment, keywords and subject as Windows writes them."""
_RATING = 18246
ORIGINAL_TAG, DIGITIZED_TAG, FILE_TIME_TAG = 36867, 36868, 306
_TIMES = ((ORIGINAL_TAG, 37521), (DIGITIZED_TAG, 37522), (FILE_TIME_TAG, 37520))
"""Tags of original, digitised and file time, each with the tag of its sub-seconds."""

_MOST_TEXT_BYTES = 200
_TIME = re.compile(
    r"([0-9]{4})[:\-/]([0-9]{2})[:\-/]([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})"
)
_SUB_SECONDS = re.compile(r"[0-9]{1,9}")
# Every repetition is bounded, so that no text can keep the search busy.
_XMP_RATING = re.compile(rb"x[am]p:Rating(?:>|=[\"'])\s{0,9}(-?[0-9])")
_XMP_CAPTION = re.compile(
    rb"<dc:(?:description|title|subject)\b[^>]{0,99}>\s{0,99}<rdf:(?:Alt|Bag|Seq)\b[^>]{0,99}>"
    rb"\s{0,99}<rdf:li\b[^>]{0,99}>([^<]{1,200})"
)
_IPTC_CAPTION = re.compile(rb"\x1c\x02[\x05\x19\x78](..)", re.DOTALL)
"""Object name, keywords, caption; then the length of the text."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts from EXIF, XMP and IPTC; the fields of `photo_facts.PhotoFacts` of the same names."""

    exif_orientation: int = 1
    taken: str | None = None
    camera: str | None = None
    has_gps: bool = False
    has_caption: bool = False
    rating: int | None = None


def read_metadata(image: Image.Image) -> Metadata:
    """Read the metadata of an opened picture. Damaged metadata count as absent.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    exif, xmp, iptc = metadata_blocks(image)
    return _interpret(exif, bytes_of(xmp), bytes_of(iptc))


def metadata_blocks(image: Image.Image) -> tuple[Image.Exif, Any, Any]:
    """Extract the blocks of metadata of an opened picture, as they are in the file.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.

    Returns:
        EXIF, empty if it is absent or damaged; the separate XMP packet and IPTC block, which a TIFF
        keeps among the EXIF tags instead. Absent ones are falsy.
    """
    try:
        exif = image.getexif()
    except Exception:  # Pillow raises whatever a damaged block provokes
        exif = Image.Exif()
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    photoshop = image.info.get("photoshop")
    iptc = photoshop.get(0x0404) if isinstance(photoshop, dict) else None
    return exif, xmp, iptc


def xmp_packet(image: Image.Image) -> bytes:
    """Extract the XMP packet of an opened picture; empty if it has none.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    exif, xmp, _ = metadata_blocks(image)
    return bytes_of(xmp or _value(exif, _XMP))


def iptc_block(image: Image.Image) -> bytes:
    """Extract the IPTC records of an opened picture; empty if it has none.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    exif, _, iptc = metadata_blocks(image)
    return bytes_of(iptc or _value(exif, _IPTC))


def exif_block(image: Image.Image) -> bytes:
    """Extract the EXIF block of an opened picture, from its byte order on; empty without one.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    return bytes_of(image.info.get("exif")).removeprefix(b"Exif\x00\x00")


def read_tiff_metadata(data: bytes) -> Metadata:
    """Read the metadata of a RAW file that is built like a TIFF file.

    Args:
        data: The whole file. The number after the byte order is ignored: cameras put their own
            there.
    """
    try:
        exif = read_tiff_exif(data)
    except Exception:  # see read_metadata
        return Metadata()
    return _interpret(exif, b"", b"")


def read_tiff_exif(data: bytes) -> Image.Exif:
    """Read the tags of a RAW file, see `read_tiff_metadata`.

    Raises:
        Exception: Pillow raises whatever a damaged block provokes.
    """
    exif = Image.Exif()
    exif.endian = "<" if data.startswith(b"II") else ">"
    offset = int.from_bytes(data[4:8], "little" if exif.endian == "<" else "big")
    exif.load_from_fp(io.BytesIO(data), offset)
    return exif


def merge(first: Metadata, second: Metadata) -> Metadata:
    """Complete the metadata of one source with those of another for the same photo.

    Args:
        first: Preferred if both have a value, and for the orientation.
        second: Fills the gaps.
    """
    return Metadata(
        exif_orientation=first.exif_orientation,
        taken=first.taken or second.taken,
        camera=first.camera or second.camera,
        has_gps=first.has_gps or second.has_gps,
        has_caption=first.has_caption or second.has_caption,
        rating=second.rating if first.rating is None else first.rating,
    )


def _interpret(exif: Image.Exif, xmp: bytes, iptc: bytes) -> Metadata:
    if not (len(exif) or xmp or iptc):
        return Metadata(exif_orientation=1)
    xmp = (xmp or bytes_of(_value(exif, _XMP)))[:MOST_XMP_BYTES]
    iptc = iptc or bytes_of(_value(exif, _IPTC))
    orientation = _value(exif, _ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = 1
    return Metadata(
        exif_orientation=orientation,
        taken=_time_taken(exif, _sub_ifd(exif, _EXIF_IFD)),
        camera=_camera(exif),
        has_gps=_has_position(_sub_ifd(exif, _GPS_IFD)),
        has_caption=_has_caption(exif, xmp, iptc),
        rating=_rating(exif, xmp),
    )


def _sub_ifd(exif: Image.Exif, tag: int) -> Mapping[int, object]:
    try:
        return exif.get_ifd(tag) if tag in exif else {}
    except Exception:  # see read_metadata
        return {}


def _value(tags: Mapping[int, object], tag: int) -> object:
    try:
        return tags.get(tag)
    except Exception:  # a value is decoded only when it is read; see read_metadata
        return None


def bytes_of(value: object) -> bytes:
    """The bytes of a tag's value, text as UTF-8; empty for anything else."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else b""


def _text(value: object) -> str:
    """One line of text from what should be text; empty from anything else."""
    if isinstance(value, bytes):
        value = value[:_MOST_TEXT_BYTES].decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    value = value[:_MOST_TEXT_BYTES]
    # EXIF text should be ASCII and Pillow reads it as Latin-1; in fact it is often UTF-8.
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    return " ".join(value.replace("\x00", " ").split())


def _time_taken(main: Mapping[int, object], detail: Mapping[int, object]) -> str | None:
    found = time_and_source(main, detail)
    return None if found is None else found[0]


def time_and_source(
    main: Mapping[int, object], detail: Mapping[int, object]
) -> tuple[str, int] | None:
    """The time of a photo from its tags, and the tag with it; None without any.

    Args:
        main: The tags of the file.
        detail: Those of the EXIF directory in it.
    """
    for tag, sub_seconds_tag in _TIMES:
        match = _TIME.match(_text(_value(detail, tag)) or _text(_value(main, tag)))
        if match is None:
            continue
        try:
            year, month, day, hour, minute, second = map(int, match.groups())
            time = datetime(year, month, day, hour, minute, second)
        except ValueError:
            continue
        sub_seconds = _text(_value(detail, sub_seconds_tag))
        fraction = f".{sub_seconds}" if _SUB_SECONDS.fullmatch(sub_seconds) else ""
        return time.isoformat() + fraction, tag
    return None


def _camera(main: Mapping[int, object]) -> str | None:
    make, model = _text(_value(main, _MAKE)), _text(_value(main, _MODEL))
    if make and model.lower().startswith(make.split()[0].lower()):
        return model
    return f"{make} {model}".strip() or None


def _has_position(gps: Mapping[int, object]) -> bool:
    return all(_is_angle(_value(gps, tag)) for tag in (_LATITUDE, _LONGITUDE))


def _is_angle(value: object) -> bool:
    """True for a position, not the zeros over zeros that cameras write before they have one."""
    return first_number(value) is not None


def first_number(value: Any) -> float | None:
    """A tag's value, or the first of several; None unless that is a finite number."""
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _has_caption(main: Mapping[int, object], xmp: bytes, iptc: bytes) -> bool:
    if _is_caption(_value(main, _DESCRIPTION)):
        return True
    if any(_is_filled(_value(main, tag)) for tag in _XP_TEXTS):
        return True
    if any(_is_caption(match[1]) for match in _XMP_CAPTION.finditer(xmp)):
        return True
    for match in _IPTC_CAPTION.finditer(iptc):
        length = int.from_bytes(match[1], "big")
        if _is_caption(iptc[match.end() : match.end() + length]):
            return True
    return False


def _is_filled(value: object) -> bool:
    """True for UTF-16 text, as bytes or as their numbers, not mere zeros."""
    if isinstance(value, bytes):
        return bool(value.strip(b"\x00 "))
    return any(value) if isinstance(value, tuple) else bool(value)


def _is_caption(value: object) -> bool:
    text = _text(value)
    return bool(text) and not is_machine_description(text)


def _rating(main: Mapping[int, object], xmp: bytes) -> int | None:
    value = _value(main, _RATING)
    if not isinstance(value, int):
        match = _XMP_RATING.search(xmp)
        if match is None:
            return None
        value = int(match[1])
    return min(max(value, 0), 5)
