"""Parts in EXIF and in tags of TIFF files, field by field; maker notes, PNG texts, IPTC dates.

Many maker notes are a directory of tags with values at offsets in the file. A program that moves
such a note adjusts these offsets, and drops padding at its end. Notes with offsets from their own
beginning, like Nikon's newer ones and those of Fujifilm, stay as they are when they are moved.

Sources: for how maker notes begin, the tables of ExifTool and Exiv2; for EXIF fields in texts of a
PNG, ImageMagick's properties "exif:*" (magick/property.c), which its PNG encoder keeps; for
dates of IPTC, the IPTC-NAA Information Interchange Model 4.2, 2:55 to 2:63; its
texts are read as words.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from PIL import ExifTags

from dupefinder.core.decode.metadata.program_texts import is_written_by_a_program
from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.photoshop import EXIF_COPY, IPTC, XMP_COPY, photoshop_parts
from dupefinder.core.decode.parts.tags import (
    EXIF,
    GPS,
    INTEROPERABILITY,
    NotUnderstood,
    Tag,
    fractions,
    is_adobe_rgb,
    pages_and_places,
    read_tags,
    thumbnail_tags,
    unnamed,
)
from dupefinder.core.file_parts import Part, PartKind

_DIRECTORY_STARTS = {
    b"Nikon\0\1": 8,
    b"OLYMP\0": 8,
    b"SONY ": 12,
    b"Panasonic\0": 12,
}
"""Offset in bytes of the directory of entries, by the first bytes of a maker note. Notes of Canon
and the oldest ones of Nikon are a directory alone, at offset 0."""
_ENTRY_BYTES = 12
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_PLACE_BYTES = 4
_CANON_END, _CANON_END_BYTES = (b"II*\0", b"MM\0*"), 8
"""Trailer in which Canon repeats the offset of its note; ExifTool adds it where it is missing."""


def without_place(note: bytes) -> bytes:
    """Make the offsets of a maker note relative to its first value, so that moving changes nothing.

    Args:
        note: The note.

    Returns:
        The note; unchanged where it is no such directory, or has values elsewhere.
    """
    start = next((at for name, at in _DIRECTORY_STARTS.items() if note.startswith(name)), 0)
    for order in "<>":
        fields = _fields_of_places(note, start, order)
        if fields:
            break
    else:
        return note
    places = [(*struct.unpack_from(f"{order}I", note, field), size) for field, size in fields]
    first = min(place for place, _ in places)
    if max(place + size for place, size in places) - first > len(note) - max(fields)[0]:
        return note
    moved = bytearray(note)
    for (field, _), (place, _) in zip(fields, places, strict=True):
        struct.pack_into(f"{order}I", moved, field, place - first)
    if note[-_CANON_END_BYTES:-_PLACE_BYTES] in _CANON_END:
        del moved[-_CANON_END_BYTES:]
    return bytes(moved).rstrip(b"\0")


def _fields_of_places(note: bytes, start: int, order: str) -> list[tuple[int, int]]:
    """Fields of a note that hold offsets of values, with the size of each value in bytes.

    Returns:
        Empty where there is no directory in this byte order.
    """
    if start + 2 > len(note):
        return []
    (count,) = struct.unpack_from(f"{order}H", note, start)
    end = start + 2 + count * _ENTRY_BYTES
    if end > len(note):
        return []
    found = []
    for entry in range(start + 2, end, _ENTRY_BYTES):
        _, kind, length = struct.unpack_from(f"{order}HHI", note, entry)
        if kind not in _SIZES:
            return []
        size_bytes = _SIZES[kind] * length
        if size_bytes > _PLACE_BYTES:
            found.append((entry + 8, size_bytes))
    return found


_ORIGINAL, _DIGITIZED = 36867, 36868
_COLOUR_SPACE, _ADOBE_RGB = 40961, b"2"
_COLOURS: Part = PartKind.COLOURS, "exif", b"Adobe RGB"
_MOST_ROOM_BYTES = 3
"""Most bytes of padding between values, by which the next one begins at an even offset."""
_RATING, _RATING_PERCENT = 18246, 18249
_RESOURCES, _XMP, _IPTC, _MAKER_NOTE = 34377, 700, 33723, 37500
_KINDS = {
    **dict.fromkeys((271, 272, 42033), PartKind.CAMERA),
    **dict.fromkeys((42034, 42035, 42036, 42037), PartKind.LENS),
    **dict.fromkeys((_DIGITIZED, 36881, 36882, 37521, 37522), PartKind.TIME),
    _MAKER_NOTE: PartKind.MAKER_NOTE,
    **dict.fromkeys((37724, 50255), PartKind.LAYERS),
}
"""Kinds of parts by tag number; 37724 and 50255 hold the layers of Photoshop and their comments."""
_FIRST_SETTING, _LAST_SETTING = 33434, 42082
_DATE = re.compile(
    r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:[.,]\d*)?"
    r"(?: ?Z| ?[+-]\d{1,2}:?\d\d)?"
)
NUMBERS = {name: number for number, name in ExifTags.TAGS.items()}
GPS_NUMBERS = {name: number for number, name in ExifTags.GPSTAGS.items()}
"""Names of fields that XMP has in common with EXIF."""


def exif_parts(block: bytes, *, is_first: bool = True) -> Iterator[Part]:
    """Read the fields of an EXIF block, and bytes that none of its directories refers to.

    Args:
        block: See `field_parts`.
        is_first: See `field_parts`.
    """
    yield from field_parts(block, is_first=is_first)
    try:
        yield from _thumbnail_parts(block)
        _, named = pages_and_places(block)
    except NotUnderstood:
        # Programs that edit EXIF leave wrong offsets behind, so references are unknown.
        return
    for first, last in unnamed([(0, len(block))], named):
        rest = bytes(block[first:last]).strip(b"\0 \xff")
        if len(rest) > _MOST_ROOM_BYTES:
            yield PartKind.APPLICATION_DATA, "exif", rest


def _thumbnail_parts(block: bytes) -> Iterator[Part]:
    """Fields that describe the thumbnail, unless the photo has the same ones."""
    found = thumbnail_tags(block, lambda _: True)
    tags = [tag for tag in found if not made_anew.is_field(tag.number, _text_of(tag))]
    if tags:
        of_photo = {tag.number: tag.value for tag in read_tags(block, lambda *_: True)}
        yield from (part_of(tag) for tag in tags if tag.value != of_photo.get(tag.number))


def field_parts(block: bytes, *, is_first: bool = True) -> Iterator[Part]:
    """Read the fields of an EXIF block or of a TIFF file.

    Args:
        block: The block, from the byte order mark on.
        is_first: True for the block of a file whose texts are read elsewhere.
    """
    try:
        tags = list(read_tags(block, _may_count))
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "exif", bytes(block)
        return
    values = {tag.number: tag.value for tag in reversed(tags) if tag.directory != GPS}
    # Of several texts with one number, only one is read elsewhere; which is unknown.
    texts: dict[tuple[int, int], set[bytes]] = {}
    for tag in tags:
        texts.setdefault((tag.directory, tag.number), set()).add(tag.value)
    for tag in tags:
        is_one = len(texts[tag.directory, tag.number]) == 1
        if is_first and is_one and _is_read_as_words(tag):
            continue
        if tag.directory == GPS:
            yield part_of(tag)
        elif tag.number == _RESOURCES:
            copies = {EXIF_COPY, *((XMP_COPY,) if _XMP in values else ())}
            copies.update((IPTC,) if _IPTC in values else ())
            yield from photoshop_parts(tag.value, copies)
        elif tag.directory == EXIF and tag.number == _COLOUR_SPACE:
            if tag.value == _ADOBE_RGB:
                yield _COLOURS
        elif tag.directory == EXIF and tag.number == INTEROPERABILITY:
            if tag.value.isdigit() and is_adobe_rgb(block, int(tag.value)):
                yield _COLOURS
        elif made_anew.is_field(tag.number, _text_of(tag)):
            continue
        elif tag.number == _RATING_PERCENT and _RATING in values:
            continue  # the same, in percent
        elif tag.number == _DIGITIZED and tag.value == values.get(_ORIGINAL):
            continue
        elif tag.number == _MAKER_NOTE:
            yield part_of(tag._replace(value=without_place(tag.value)))
        elif tag.number not in (_RATING, _RATING_PERCENT) or tag.value != b"0":
            yield part_of(tag)


def part_of(tag: Tag) -> Part:
    """A field as a part, which does not depend on the place of the field."""
    if tag.directory == GPS:
        return PartKind.PLACE, f"gps:{tag.number}", tag.value
    if tag.number == _ORIGINAL:
        return date_part(tag.value.decode("latin-1"))
    if tag.number in (_RATING, _RATING_PERCENT):
        return PartKind.RATING, "rating" if tag.number == _RATING else "percent", tag.value
    kind = _KINDS.get(tag.number)
    if kind is None:
        is_setting = _FIRST_SETTING <= tag.number <= _LAST_SETTING
        kind = PartKind.SETTINGS if is_setting else PartKind.TAG
    return kind, f"tag:{tag.number}", tag.value


def date_part(text: str) -> Part:
    """A date as a part, equal for EXIF and XMP: to the second, without a time zone."""
    return PartKind.TIME, "date", _to_the_second(text).encode("utf-8", "surrogatepass")


def _to_the_second(text: str) -> str:
    match = _DATE.fullmatch(text.strip())
    return text.strip() if match is None else "{}-{}-{}T{}".format(*match.groups())


def is_a_copy_of(time: str, others: Iterable[str | None]) -> bool:
    """True for a date that is one of others, or the day or the minute of one.

    Args:
        time: The date, as EXIF, IPTC or XMP have it.
        others: Dates; None for an absent one.
    """
    own = _to_the_second(time)
    if "T" not in own:
        own = own.replace(":", "-")
    return any(_to_the_second(other).startswith(own) for other in others if other)


def _is_read_as_words(tag: Tag) -> bool:
    """True if `text_digests` reads a text, in this directory and of this type."""
    if tag.number not in made_anew.TEXTS_BY_DIRECTORY.get(tag.directory, ()):
        return False
    return tag.is_text


def _may_count(directory: int, number: int, is_text: bool) -> bool:
    if directory == GPS:
        return number not in made_anew.GPS_TAGS
    if directory == EXIF and number in (_COLOUR_SPACE, INTEROPERABILITY):
        return True  # they count where they tell of Adobe RGB
    return is_text or number not in made_anew.TAGS


def _text_of(tag: Tag) -> str:
    """A value as far as it can be read as a text; else empty."""
    text = tag.value.decode("utf-8", "replace") if tag.is_text else ""
    return text if all(sign.isprintable() or sign.isspace() for sign in text) else ""


_PREFIX = "exif:"
_ORIGINAL_NAME, _DIGITIZED_NAME = "DateTimeOriginal", "DateTimeDigitized"
_FRACTIONS = re.compile(r"-?\d{1,18}/\d{1,18}(?:, ?-?\d{1,18}/\d{1,18})*")
_READ_AS_WORDS = frozenset((270, 315, 33432))
_OF_BYTES = frozenset((37500, 37510, 41728, 41729, 41730, *range(40091, 40096)))
_OF_BYTES_IN_GPS = frozenset((0, 5, 27, 28))
"""Tags of bytes, of which ImageMagick keeps only printable characters, which loses the value."""


def exif_text_parts(texts: Mapping[Any, object], taken: str | None) -> Iterator[Part]:
    """Read the EXIF fields whose whole values are in texts of a PNG.

    Args:
        texts: Texts by their keywords, among other entries of Pillow's `info`.
        taken: Time of exposure in the EXIF block; see `is_a_copy_of`.
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
        if name == _ORIGINAL_NAME:
            if not is_a_copy_of(text, [taken]):
                yield date_part(text)
        elif name == _DIGITIZED_NAME and text == fields.get(_ORIGINAL_NAME):
            continue
        elif place is not None and name.startswith("GPS"):
            if place not in _OF_BYTES_IN_GPS:
                yield part_of(Tag(GPS, place, value))
        elif number is None:
            if not is_written_by_a_program(text):
                yield PartKind.SETTINGS, f"exif:{name}", value
        elif number not in _READ_AS_WORDS | _OF_BYTES and not made_anew.is_field(number, text):
            yield part_of(Tag(EXIF, number, value))


def _value(text: str) -> bytes:
    if _FRACTIONS.fullmatch(text):
        pairs = (one.split("/") for one in text.split(","))
        return fractions((int(above), int(below)) for above, below in pairs)
    if re.fullmatch(r"\d+(?:, \d+)+", text):
        return text.replace(" ", "").encode()
    return text.encode("utf-8", "replace")


_IPTC_RECORD = re.compile(rb"\x1c\x02([\x37\x3c\x3e\x3f])\x00(.)", re.DOTALL)
_IPTC_CREATED, _IPTC_DIGITIZED = (b"\x37", b"\x3c"), (b"\x3e", b"\x3f")
"""Numbers of a date, and of the time of that day."""
_IPTC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_IPTC_TIME, _NO_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)"), "000000"


def iptc_parts(block: bytes, taken: str | None) -> Iterator[Part]:
    """Read the dates of creation and digitisation.

    Args:
        block: IPTC records, one after the other; empty without IPTC.
        taken: Time of exposure in EXIF; see `is_a_copy_of`.
    """
    texts: dict[bytes, str] = {}
    for match in _IPTC_RECORD.finditer(block):
        content = block[match.end() : match.end() + match[2][0]]
        texts.setdefault(match[1], content.decode("latin-1"))
    for date_number, time_number in (_IPTC_CREATED, _IPTC_DIGITIZED):
        date = _IPTC_DATE.match(texts.get(date_number, ""))
        if date is None or not int(date[1]):
            continue
        text = "-".join(date.groups())
        time = _IPTC_TIME.match(texts.get(time_number, ""))
        if time is not None and time[0] != _NO_TIME:
            text += "T" + ":".join(time.groups())
        if not is_a_copy_of(text, [taken]):
            yield date_part(text)
