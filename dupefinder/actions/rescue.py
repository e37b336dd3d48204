"""Metadata that only the removed photo has, kept in a new XMP sidecar beside the kept copy.

The copy itself is not changed, and no existing file is written.

Source: Adobe's XMP Specification Parts 1 and 2, ISO 16684-1.
"""

import os
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree

from dupefinder.actions.checks.full_decode import WholePhoto
from dupefinder.actions.records import PlannedFile
from dupefinder.core.companions import companions_of
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.decode.metadata.text_digests import digest_xmp_texts
from dupefinder.core.decode.metadata.text_metadata import (
    DC,
    EXIF,
    PHOTOSHOP,
    TIFF,
    XMP,
    TextMetadata,
    read_xmp_text,
)
from dupefinder.core.decode.metadata.xmp import RDF
from dupefinder.core.decode.parts.xmp import property_of, xmp_parts
from dupefinder.core.file_parts import Part, are_of_other_colours, packed, without

_META = "adobe:ns:meta/"
_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {
    "x": _META, "rdf": RDF, "dc": DC, "xmp": XMP, "exif": EXIF, "tiff": TIFF,
    "photoshop": PHOTOSHOP, "exifEX": "http://cipa.jp/exif/1.0/",
}  # fmt: skip
_NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow."""


def encode_sidecar(metadata: TextMetadata, fields: Mapping[str, str] | None = None) -> bytes:
    """Write texts as an XMP sidecar.

    Args:
        metadata: The texts of a photo.
        fields: Further properties by name, with the namespace in braces before it.

    Returns:
        UTF-8 with a line break at its end.
    """
    for prefix, namespace in _PREFIXES.items():
        ElementTree.register_namespace(prefix, namespace)
    meta = ElementTree.Element(f"{{{_META}}}xmpmeta")
    rdf = ElementTree.SubElement(meta, f"{{{RDF}}}RDF")
    description = ElementTree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    for namespace, name, value in (
        (EXIF, "DateTimeOriginal", metadata.taken),
        (PHOTOSHOP, "DateCreated", metadata.taken),
        (TIFF, "Make", metadata.make),
        (TIFF, "Model", metadata.model),
        (EXIF, "GPSLatitude", _coordinate(metadata.latitude, "NS")),
        (EXIF, "GPSLongitude", _coordinate(metadata.longitude, "EW")),
        *_altitude(metadata.altitude_m),
        (XMP, "Rating", None if metadata.rating is None else str(metadata.rating)),
    ):
        if value is not None:
            ElementTree.SubElement(description, f"{{{namespace}}}{name}").text = _clean(value)
    for qualified, value in (fields or {}).items():
        ElementTree.SubElement(description, qualified).text = _clean(value)
    for name, kind, texts in (
        ("title", "Alt", (metadata.title,)),
        ("description", "Alt", (metadata.caption,)),
        ("subject", "Bag", metadata.keywords),
    ):
        given = [_clean(text) for text in texts if text]
        if given:
            outer = ElementTree.SubElement(description, f"{{{DC}}}{name}")
            inner = ElementTree.SubElement(outer, f"{{{RDF}}}{kind}")
            language = {f"{{{_XML}}}lang": "x-default"} if kind == "Alt" else {}
            for text in given:
                ElementTree.SubElement(inner, f"{{{RDF}}}li", language).text = text
    ElementTree.indent(meta, " ")
    document: bytes = ElementTree.tostring(meta, "utf-8", xml_declaration=True)
    return document + b"\n"


def _clean(text: str) -> str:
    return _NO_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)


def _coordinate(degrees: float | None, halves: str) -> str | None:
    """An angle as XMP writes it: "48,12.508333N"."""
    if degrees is None:
        return None
    whole, minutes = divmod(round(abs(degrees) * 60 * 1_000_000), 60 * 1_000_000)
    return f"{whole},{minutes / 1_000_000:.6f}{halves[degrees < 0]}"


def _altitude(metres: float | None) -> tuple[tuple[str, str, str], ...]:
    if metres is None:
        return ()
    height = Fraction(abs(metres)).limit_denominator(1000)
    return (
        (EXIF, "GPSAltitude", f"{height.numerator}/{height.denominator}"),
        (EXIF, "GPSAltitudeRef", "1" if metres < 0 else "0"),
    )


_MOST_SIDECAR_BYTES = 1 << 20
_MINUTES, _SECONDS = len("2001-02-03T04:05"), len("2001-02-03T04:05:06")
_HEMISPHERES = frozenset(("gps:1", "gps:3"))
_POSITION = frozenset((*_HEMISPHERES, "gps:2", "gps:4"))
_IN_WORDS = _POSITION | {"tag:271", "tag:272", "date", "tag:37521", "tag:36881", "rating"}
"""Fields that a sidecar has as texts rather than as fields."""
RESCUABLE = frozenset(
    ("date", "camera", "gps", "caption", "rating", "words", "settings", "lens", "exact-time")
)
"""Codes of missing metadata that a sidecar may hold; each value is checked before it goes."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """A sidecar to be written.

    Attributes:
        path: The path of the sidecar.
        content: Its content.
    """

    path: str
    content: bytes


class CannotRescue(Exception):
    """Metadata cannot be kept in a sidecar; the message names the obstacle."""


@dataclass(frozen=True, slots=True)
class OwnParts:
    """Parts of a photo that goes, beside picture and texts, that the kept copy lacks.

    Attributes:
        fields: EXIF fields that the copy does not have.
        has_more: True where there are parts that no sidecar can hold, or fields with another value
            in that copy.
    """

    fields: tuple[Part, ...] = ()
    has_more: bool = False


def own_parts(goes: WholePhoto, stays: WholePhoto) -> OwnParts:
    """Find the parts of a photo that goes, beside picture and texts, that the kept copy lacks."""
    lacking = without(goes.facts.parts, stays.facts.parts)
    fields = tuple(one for one in goes.fields if not without(packed((one,)), lacking))
    said = {field for _, field, _ in stays.fields}
    is_contradicted = any(field in said for _, field, _ in fields)
    has_more = is_contradicted or bool(without(lacking, packed(fields)))
    return OwnParts(fields, has_more or are_of_other_colours(goes.facts.parts, stays.facts.parts))


def rescue_for(
    survivor: PlannedFile,
    goes: TextMetadata,
    stays: TextMetadata,
    only_goes: Set[str] = frozenset(),
    own: OwnParts | None = None,
) -> Rescue | None:
    """Make the sidecar to write beside a kept copy.

    Args:
        survivor: That copy.
        goes: The texts of the photo that goes.
        stays: The texts of the copy that stays; its sidecars are read here.
        only_goes: Digests of texts of any kind that only the photo that goes has, see
            `decode.metadata.text_digests`.
        own: Parts that only the photo holds beside picture and texts; None for none.

    Returns:
        None where nothing is missing.

    Raises:
        CannotRescue: The copy is protected, has a sidecar already, or something cannot be kept in a
            sidecar.
        OSError: Its folder cannot be listed, or its sidecar not read.
    """
    own = own or OwnParts()
    if own.has_more:
        raise CannotRescue(survivor.path)
    fields = list(own.fields)
    if not (only_goes or fields or _lacks(goes, stays)):
        return None
    sidecars = [
        companion.path
        for companion in companions_of(survivor.path)
        if companion.kind is CompanionKind.XMP
    ]
    for path in sidecars:
        content = read_small_file(path, _MOST_SIDECAR_BYTES)
        told = read_xmp_text(content)
        stays = stays.completed_by(told)
        only_goes = only_goes - set(digest_xmp_texts(content))
        fields = _left_out(fields, content, told)
    if not (only_goes or fields or _lacks(goes, stays)):
        return None
    if survivor.protected:
        raise CannotRescue(survivor.path)
    path = f"{survivor.path}.xmp"
    if sidecars or os.path.lexists(path):
        raise CannotRescue(next(iter(sidecars), path))
    # Programs that read a sidecar often ignore the photo, so it holds all that is known.
    properties = filter(None, (property_of(one) for one in fields if one[1] not in _IN_WORDS))
    content = encode_sidecar(stays.completed_by(goes), dict(properties))
    # It is read back: whatever is missing from it would be lost.
    if only_goes - set(digest_xmp_texts(content)):
        raise CannotRescue(survivor.path)
    if _left_out(fields, content, read_xmp_text(content)):
        raise CannotRescue(survivor.path)
    return Rescue(path, content)


def _left_out(fields: Sequence[Part], content: bytes, told: TextMetadata) -> list[Part]:
    """The fields that a sidecar does not have.

    Args:
        fields: Fields of EXIF.
        content: The sidecar.
        told: Its texts.
    """
    said = set(xmp_parts(content, {}))
    names = {field for _, field, _ in fields}
    # Without the references (N, S, E, W) a position would be invented.
    is_placed = told.latitude is not None and names >= _HEMISPHERES
    return [
        one for one in fields if one not in said and not _is_told(one, told, is_placed=is_placed)
    ]


def _is_told(part: Part, told: TextMetadata, *, is_placed: bool) -> bool:
    _, field, value = part
    text = value.decode("utf-8", "replace")
    taken = told.taken or ""
    match field:
        case "tag:271":
            return told.make == text
        case "tag:272":
            return told.model == text
        case "date":
            return taken.startswith(text) and len(text) >= _MINUTES
        case "tag:37521":
            return taken[_SECONDS:].startswith(f".{text}")
        case "tag:36881":
            return len(taken) > _SECONDS and taken.endswith(text)
        case "rating":
            return str(told.rating) == text
    return field in _POSITION and is_placed


def _lacks(goes: TextMetadata, stays: TextMetadata) -> bool:
    """True where the one has a value that the other lacks."""
    return stays.completed_by(goes) != stays
