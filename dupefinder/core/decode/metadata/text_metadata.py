"""Text metadata of a photo that a person would miss: time, place, caption, rating.

`metadata` tells whether something is there; here it is read as it stands, so that it can be
written elsewhere.

Source: CIPA DC-008 (Exif 3.0), IPTC-IIM 4.2, Adobe's XMP Specification Part 2.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from dupefinder.core.decode.metadata import (
    first_number,
    metadata_blocks,
    read_metadata,
)
from dupefinder.core.decode.metadata.program_texts import is_machine_description
from dupefinder.core.decode.metadata.xmp import RDF, parse_packet

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _DESCRIPTION = 0x010F, 0x0110, 270
_RATING = 18246
_OFFSETS = (36881, 36882, 36880)
"""Time zones of original, digitised and file time."""
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT = 40091, 40092, 40094, 40095
_XMP_TAG, _IPTC_TAG = 700, 33723
_ZONE = re.compile(r"[+-]\d\d:\d\d")
_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
_IPTC_RECORD = re.compile(rb"\x1c\x02([\x05\x19\x78])(..)", re.DOTALL)

DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
TIFF = "http://ns.adobe.com/tiff/1.0/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"


@dataclass(frozen=True, slots=True)
class TextMetadata:
    """Text metadata of a photo; empty or None where it has none.

    Attributes:
        taken: "YYYY-MM-DDTHH:MM:SS[.fraction][±HH:MM]".
        make: Maker of the camera.
        model: The camera.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        altitude_m: Metres above the sea; None where only the place is known.
        rating: 1 to 5 stars.
        title: A short text.
        caption: A longer one.
        keywords: In the order in which they stand.
    """

    taken: str | None = None
    make: str | None = None
    model: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    rating: int | None = None
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()

    def completed_by(self, other: "TextMetadata") -> "TextMetadata":
        """This text, with another's where there is a gap, and all keywords of both."""
        gaps = {
            one.name: getattr(other, one.name)
            for one in fields(self)
            if getattr(self, one.name) is None
        }
        if self.latitude is not None:
            gaps["altitude_m"] = self.altitude_m  # of this place, not of another
        keywords = tuple(dict.fromkeys((*self.keywords, *other.keywords)))
        return replace(self, **gaps, keywords=keywords)


def read_text_metadata(image: Image.Image) -> TextMetadata:
    """Read what an opened picture says. Damaged metadata count as absent.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    exif, packet, _ = metadata_blocks(image)
    packet = packet or tag_value(exif, _XMP_TAG)
    photoshop = image.info.get("photoshop")
    iptc = photoshop.get(0x0404) if isinstance(photoshop, dict) else tag_value(exif, _IPTC_TAG)
    found = read_exif_text(exif, read_metadata(image).taken)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if isinstance(packet, bytes):
        found = found.completed_by(read_xmp_text(packet))
    if isinstance(iptc, bytes):
        found = found.completed_by(_iptc_texts(iptc))
    return found


def read_exif_text(exif: Image.Exif, taken: str | None) -> TextMetadata:
    """Read what EXIF says.

    Args:
        exif: The tags.
        taken: Time of exposure, as `Metadata.taken`.
    """
    detail = sub_ifd(exif, _EXIF_IFD)
    gps = sub_ifd(exif, _GPS_IFD)
    if taken is not None:
        zones = (plain_text(tag_value(detail, tag)) for tag in _OFFSETS)
        taken += next((zone for zone in zones if zone and _ZONE.fullmatch(zone)), "")
    description = plain_text(tag_value(exif, _DESCRIPTION))
    if description and is_machine_description(description):
        description = None
    keywords = windows_text(tag_value(exif, _XP_KEYWORDS)) or ""
    latitude = _degrees(tag_value(gps, 2), tag_value(gps, 1), "S", 90)
    longitude = _degrees(tag_value(gps, 4), tag_value(gps, 3), "W", 180)
    placed = latitude is not None and longitude is not None
    return TextMetadata(
        taken=taken,
        make=plain_text(tag_value(exif, _MAKE)),
        model=plain_text(tag_value(exif, _MODEL)),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        altitude_m=_altitude_m(gps) if placed else None,
        rating=_stars(tag_value(exif, _RATING)),
        title=windows_text(tag_value(exif, _XP_TITLE)),
        caption=description
        or windows_text(tag_value(exif, _XP_COMMENT))
        or windows_text(tag_value(exif, _XP_SUBJECT)),
        keywords=_distinct(keywords.split(";")),
    )


def read_xmp_text(packet: bytes) -> TextMetadata:
    """Read what an XMP packet or sidecar says; nothing where it is damaged.

    Args:
        packet: See `parse_packet`.
    """
    root = parse_packet(packet)
    if root is None:
        return TextMetadata()
    latitude = coordinate(_property(root, EXIF, "GPSLatitude"), "NS")
    longitude = coordinate(_property(root, EXIF, "GPSLongitude"), "EW")
    placed = latitude is not None and longitude is not None
    taken = (
        _property(root, EXIF, "DateTimeOriginal")
        or _property(root, PHOTOSHOP, "DateCreated")
        or _property(root, XMP, "CreateDate")
    )
    return TextMetadata(
        taken=taken if taken and "T" in taken else None,
        make=_property(root, TIFF, "Make"),
        model=_property(root, TIFF, "Model"),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        rating=_stars(_property(root, XMP, "Rating")),
        title=next(iter(_items(root, "title")), None),
        caption=next(iter(_items(root, "description")), None),
        keywords=_items(root, "subject"),
    )


def _iptc_texts(iptc: bytes) -> TextMetadata:
    texts: dict[bytes, list[str]] = {}
    for match in _IPTC_RECORD.finditer(iptc):
        length = int.from_bytes(match[2], "big")
        text = plain_text(iptc[match.end() : match.end() + length])
        if text:
            texts.setdefault(match[1], []).append(text)
    captions = [one for one in texts.get(b"\x78", []) if not is_machine_description(one)]
    return TextMetadata(
        title=next(iter(texts.get(b"\x05", [])), None),
        caption=next(iter(captions), None),
        keywords=_distinct(texts.get(b"\x19", [])),
    )


def tag_value(tags: Mapping[int, Any], tag: int) -> Any:
    """The value of a tag; None where there is none or it is damaged."""
    try:
        return tags.get(tag)
    except Exception:  # a value is decoded only when it is asked for, and may be damaged
        return None


def sub_ifd(exif: Image.Exif, tag: int) -> Mapping[int, Any]:
    """The tags of a directory within; none where there is none or it is damaged."""
    try:
        return exif.get_ifd(tag) if tag in exif else {}
    except Exception:  # see read_text_metadata
        return {}


def plain_text(value: object) -> str | None:
    """Text in UTF-8 or Latin-1, without what pads it; line breaks are kept."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    # EXIF text should be ASCII and Pillow reads it as Latin-1; in fact it is often UTF-8.
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    return value.replace("\x00", " ").strip() or None


def windows_text(value: object) -> str | None:
    """UTF-16 text, as bytes or as their numbers."""
    if isinstance(value, tuple):
        try:
            value = bytes(value)
        except (TypeError, ValueError):
            return None
    if not isinstance(value, bytes):
        return None
    return value.decode("utf-16-le", "replace").replace("\x00", " ").strip() or None


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _stars(value: object) -> int | None:
    stars = first_number(value)
    return min(int(stars), 5) if stars is not None and stars >= 1 else None


def _degrees(value: object, half: object, negative: str, most: int) -> float | None:
    """An angle from degrees, minutes and seconds; None from zeros over zeros and the like."""
    parts = value if isinstance(value, tuple) else (value,)
    degrees = 0.0
    for place, part in enumerate(parts[:3]):
        number = first_number(part)
        if number is None:
            return None
        degrees += number / 60.0**place
    if not 0 <= degrees <= most:
        return None
    is_negative = isinstance(half, str) and half.upper().startswith(negative)
    return -degrees if is_negative else degrees


def _altitude_m(gps: Mapping[int, Any]) -> float | None:
    metres = first_number(tag_value(gps, 6))
    if metres is None:
        return None
    return -metres if tag_value(gps, 5) in (1, b"\x01") else metres


def coordinate(text: str | None, halves: str) -> float | None:
    """Read a latitude or longitude as XMP writes it: "48,12.5N".

    Args:
        text: The value.
        halves: Letters of the positive and the negative hemisphere.

    Returns:
        Degrees; None for anything else.
    """
    match = _COORDINATE.fullmatch(text or "")
    if match is None or match[4] not in halves:
        return None
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4] == halves[1] else degrees


def _property(root: ElementTree.Element, namespace: str, name: str) -> str | None:
    """A simple property, written as an attribute or as an element."""
    key = f"{{{namespace}}}{name}"
    for description in root.iter(f"{{{RDF}}}Description"):
        element = description.find(key)
        text = description.get(key) or (None if element is None else element.text)
        if text and text.strip():
            return text.strip()
    return None


def _items(root: ElementTree.Element, name: str) -> tuple[str, ...]:
    """The items of a list of the Dublin Core."""
    return _distinct(
        item.text or ""
        for element in root.iter(f"{{{DC}}}{name}")
        for item in element.iter(f"{{{RDF}}}li")
    )
