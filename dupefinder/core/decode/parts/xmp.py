"""Parts in XMP properties that are no texts: fields of the camera, depth maps, sound.

A field that is in EXIF as well is the same part in both.

Source: Adobe, XMP Specification Part 2; CIPA DC-010 (Exif metadata for XMP).
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from dupefinder.core.decode.metadata.text_metadata import EXIF as EXIF_NAMESPACE
from dupefinder.core.decode.metadata.text_metadata import PHOTOSHOP, XMP, coordinate
from dupefinder.core.decode.metadata.text_metadata import TIFF as TIFF_NAMESPACE
from dupefinder.core.decode.metadata.xmp import RDF, xmp_leaves, xmp_remarks
from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.exif import GPS_NUMBERS, NUMBERS, date_part, is_a_copy_of, part_of
from dupefinder.core.decode.parts.tags import EXIF, Tag, fractions
from dupefinder.core.file_parts import Part, PartKind

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""Written out, because the standard library's module loads all of HTTP."""
_AUX = "http://ns.adobe.com/exif/1.0/aux/"
_EXIF_EX = "http://cipa.jp/exif/1.0/"
_FIELDS = (
    EXIF_NAMESPACE,
    TIFF_NAMESPACE,
    _EXIF_EX,
    _AUX,
)
_KINDS = {
    "http://ns.google.com/photos/1.0/depthmap/": PartKind.DEPTH,
    "http://ns.google.com/photos/1.0/image/": PartKind.AUXILIARY_IMAGE,
    "http://ns.google.com/photos/1.0/audio/": PartKind.SOUND,
    "http://ns.google.com/photos/1.0/camera/": PartKind.SETTINGS,
    "http://ns.adobe.com/hdr-gain-map/1.0/": PartKind.GAIN_MAP,
}
_RATING = f"{{{XMP}}}Rating"
_PERCENT = "{http://ns.microsoft.com/photo/1.0/}Rating"
_DATES = frozenset(
    (
        *(f"{{{EXIF_NAMESPACE}}}DateTimeOriginal", f"{{{EXIF_NAMESPACE}}}DateTimeDigitized"),
        *(f"{{{PHOTOSHOP}}}DateCreated", f"{{{XMP}}}CreateDate"),
    )
)
_HALVES = {"gps:2": ("gps:1", "NS"), "gps:4": ("gps:3", "EW")}
"""Fields of latitude and longitude: the fields of their hemispheres, and the letters of these."""
_SAME_PLACE_DEGREES = 0.0005
"""Some 50 metres; programs round the minutes that they write to XMP."""
_SAME_NUMBER_SHARE = 0.01
"""Programs round exposures and lengths."""
_SAID = re.compile(r"[^\W_]")
_TEXTS = frozenset(("UserComment", "ImageDescription", "Artist", "Copyright"))
"""Properties that are read as texts in these namespaces, too."""
_AS_IN_EXIF = {
    "Lens": "LensModel",
    "LensInfo": "LensSpecification",
    "SerialNumber": "BodySerialNumber",
    "OwnerName": "CameraOwnerName",
}
"""Adobe's own names of fields that EXIF got later."""
_NAME = re.compile(r"\{([^}]*)\}([^>]*)")
_LIST = re.compile(r"[-\d./]+(?:,[-\d./]+)+")
_IN_EXIF_EX = frozenset((*range(34864, 34870), *range(36880, 36883), *range(42032, 42038), 42240))
"""Fields that came with EXIF 2.3 or later have a namespace of their own there."""
_FRACTION = re.compile(r"(-?\d{1,18})/(\d{1,18})")
_DIGITIZED = f"tag:{NUMBERS['DateTimeDigitized']}"
_NAME_OF_FIELD = {f"tag:{number}": name for name, number in NUMBERS.items()}
_PACKET = (
    '<r:RDF xmlns:r="{0}"><r:Description xmlns:e="{1}"><e:{2}>{3}</e:{2}></r:Description></r:RDF>'
)


def property_of(part: Part) -> tuple[str, str] | None:
    """Write a field of EXIF as a property of XMP that `xmp_parts` reads as the same part.

    Args:
        part: The field.

    Returns:
        Its name with its namespace, and its value; None where XMP has no simple one for it.
    """
    _, field, value = part
    name = _NAME_OF_FIELD.get(field)
    text = value.decode("ascii", "replace")
    if name is None or not text.isprintable() or "\N{REPLACEMENT CHARACTER}" in text:
        return None
    if _LIST.fullmatch(text):
        return None  # which would have to be a sequence
    namespace = _EXIF_EX if int(field.removeprefix("tag:")) in _IN_EXIF_EX else EXIF_NAMESPACE
    packet = _PACKET.format(RDF, namespace, name, text.translate(_ESCAPES)).encode()
    is_read = list(xmp_parts(packet, {})) == [part]
    return (f"{{{namespace}}}{name}", text) if is_read else None


def xmp_parts(
    packet: bytes, known: Mapping[str, bytes], taken: str | None = None
) -> Iterator[Part]:
    """Read the properties of a packet that are neither texts nor bookkeeping.

    Args:
        packet: The packet; empty without XMP.
        known: Values in the EXIF of the same file by field, which count there.
        taken: Time of exposure in EXIF; see `is_a_copy_of`.
    """
    if not packet.strip(b"\0 \t\r\n"):
        return
    for remark in xmp_remarks(packet):
        if made_anew.XMP_REMARKS.fullmatch(remark):
            continue
        yield PartKind.APPLICATION_DATA, "xmp-remark", remark.encode("utf-8", "surrogatepass")
    times = taken, known.get(_DIGITIZED, b"").decode("latin-1")
    has_rating = False
    percents: list[Part] = []
    for path, text in xmp_leaves(packet) or ():
        match = _NAME.match(path)
        if match is None:
            continue
        namespace, name = match[1], match[2]
        value = text.strip().encode("utf-8", "surrogatepass")
        if path in _DATES:
            if not is_a_copy_of(text, times):
                yield date_part(text)
        elif path == _RATING and value not in (b"", b"0"):
            has_rating = True
            yield PartKind.RATING, "rating", value
        elif path == _PERCENT and value not in (b"", b"0"):
            percents.append((PartKind.RATING, "percent", value))
        elif namespace in _FIELDS:
            part = _field(path, namespace, name, text)
            if part is not None and (part[1] not in known or _contradicts(part, known)):
                yield part
        elif namespace in _KINDS:
            yield _KINDS[namespace], path, value
    if not has_rating and known.keys().isdisjoint(("rating", "percent")):
        yield from percents


def _contradicts(part: Part, known: Mapping[str, bytes]) -> bool:
    """True for a field that tells something else than in EXIF: one was corrected.

    Programs write some values in another way there, such as a sequence or the choice of several, so
    only numbers and texts are compared.
    """
    _, field, value = part
    here, there = (one.decode("utf-8", "replace") for one in (value, known[field]))
    if field in _HALVES:
        half, letters = _HALVES[field]
        return _is_elsewhere(coordinate(here, letters), there, known.get(half), letters)
    ours, theirs = _number(here), _number(there)
    if ours is not None and theirs is not None:
        return abs(ours - theirs) > abs(theirs) * _SAME_NUMBER_SHARE
    ours_said, theirs_said = (_SAID.findall(one.casefold()) for one in (here, there))
    are_texts = all(any(map(str.isalpha, one)) for one in (here, there))
    return are_texts and ours_said != theirs_said


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _is_elsewhere(here: float | None, angles: str, half: bytes | None, letters: str) -> bool:
    """True for a latitude or longitude that differs from the one in EXIF."""
    try:
        there = sum(float(Fraction(one)) / 60**place for place, one in enumerate(angles.split(",")))
    except (ValueError, ZeroDivisionError):
        return True
    if half == letters[1].encode():
        there = -there
    return here is None or abs(here - there) > _SAME_PLACE_DEGREES


def _field(path: str, namespace: str, name: str, text: str) -> Part | None:
    """A field of the camera; None for one that every program writes anew, and for texts."""
    if namespace == _AUX:
        name = _AS_IN_EXIF.get(name, name)
    number = NUMBERS.get(name)
    is_made_anew = made_anew.is_field(number, text) or made_anew.is_property(name, text)
    if is_made_anew or name in _TEXTS:
        return None
    if name.startswith("GPS"):
        place = GPS_NUMBERS.get(name)
        if place in made_anew.GPS_TAGS:
            return None
        return PartKind.PLACE, path if place is None else f"gps:{place}", text.encode()
    if number is not None:
        if path.count("{") > 1 or "\n" in text:
            # Of several parts: what they come to is not told in one value as EXIF has it.
            return PartKind.SETTINGS, f"tag:{number}", f"{path}={text}".encode()
        match = _FRACTION.fullmatch(text)
        value = fractions([(int(match[1]), int(match[2]))]) if match else text.strip().encode()
        return part_of(Tag(EXIF, number, value)) if value else None
    kind = PartKind.LENS if name.startswith("Lens") else PartKind.SETTINGS
    return kind, path, text.encode("utf-8", "surrogatepass")
