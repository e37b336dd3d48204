"""The words of a photo as an XMP sidecar, as photo programs read it.

Source: Adobe's XMP Specification Parts 1 and 2, ISO 16684-1.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from xml.etree import ElementTree

from dupefinder.core.decode.text_metadata import DC, EXIF, PHOTOSHOP, RDF, TIFF, XMP, PhotoWords

_META = "adobe:ns:meta/"
_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {
    "x": _META, "rdf": RDF, "dc": DC, "xmp": XMP, "exif": EXIF, "tiff": TIFF,
    "photoshop": PHOTOSHOP, "exifEX": "http://cipa.jp/exif/1.0/",
}  # fmt: skip
_NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def encode_sidecar(words: PhotoWords, fields: Mapping[str, str] | None = None) -> bytes:
    """Write words as an XMP sidecar.

    Args:
        words: What a photo says.
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
        (EXIF, "DateTimeOriginal", words.taken),
        (PHOTOSHOP, "DateCreated", words.taken),
        (TIFF, "Make", words.make),
        (TIFF, "Model", words.model),
        (EXIF, "GPSLatitude", _coordinate(words.latitude, "NS")),
        (EXIF, "GPSLongitude", _coordinate(words.longitude, "EW")),
        *_altitude(words.altitude_m),
        (XMP, "Rating", None if words.rating is None else str(words.rating)),
    ):
        if value is not None:
            ElementTree.SubElement(description, f"{{{namespace}}}{name}").text = _clean(value)
    for qualified, value in (fields or {}).items():
        ElementTree.SubElement(description, qualified).text = _clean(value)
    for name, kind, texts in (
        ("title", "Alt", (words.title,)),
        ("description", "Alt", (words.caption,)),
        ("subject", "Bag", words.keywords),
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
