"""Fields of EXIF that ImageMagick writes into texts of a PNG → parts, as in an EXIF block.

Source: ImageMagick's properties "exif:*" (magick/property.c), which its PNG encoder keeps.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.exif import GPS_NUMBERS, NUMBERS, date_part, part_of
from dupefinder.core.decode.parts.tags import EXIF, GPS, Tag, fractions
from dupefinder.core.held_parts import Part

_PREFIX = "exif:"
_ORIGINAL, _DIGITIZED = "DateTimeOriginal", "DateTimeDigitized"
_DAY = len("2001-02-03")
_FRACTIONS = re.compile(r"-?\d{1,18}/\d{1,18}(?:, ?-?\d{1,18}/\d{1,18})*")
_READ_AS_WORDS = frozenset((270, 315, 33432))
_OF_BYTES = frozenset((37500, 37510, 41728, 41729, 41730, *range(40091, 40096)))
_OF_BYTES_IN_GPS = frozenset((0, 5, 27, 28))
"""Of these only signs are left that can be printed: they do not tell the value."""


def exif_text_parts(texts: Mapping[Any, object], taken: str | None) -> Iterator[Part]:
    """Read the fields whose values stand whole in a text.

    Args:
        texts: Texts by their keywords, and what else Pillow knows of the file.
        taken: Time of exposure that an EXIF block says; a date of that day is a copy of it.
    """
    fields = {
        key.removeprefix(_PREFIX): text.strip()
        for key, text in texts.items()
        if isinstance(key, str) and key.startswith(_PREFIX) and isinstance(text, str)
    }
    for name, text in fields.items():
        value = _value(text)
        number, place = NUMBERS.get(name), GPS_NUMBERS.get(name)
        if not value:
            continue
        if name == _ORIGINAL:
            if text[:_DAY].replace(":", "-") != (taken or "")[:_DAY]:
                yield date_part(text)
        elif name == _DIGITIZED and text == fields.get(_ORIGINAL):
            continue
        elif place is not None and name.startswith("GPS"):
            if place not in _OF_BYTES_IN_GPS:
                yield part_of(Tag(GPS, place, value))
        elif number is not None and number not in made_anew.TAGS | _READ_AS_WORDS | _OF_BYTES:
            yield part_of(Tag(EXIF, number, value))


def _value(text: str) -> bytes:
    if _FRACTIONS.fullmatch(text):
        pairs = (one.split("/") for one in text.split(","))
        return fractions((int(above), int(below)) for above, below in pairs)
    if re.fullmatch(r"\d+(?:, \d+)+", text):
        return text.replace(" ", "").encode()
    return text.encode("utf-8", "replace")
