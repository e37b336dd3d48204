"""EXIF and the tags of TIFF files → parts, each field by itself."""

import re
from collections.abc import Iterator

from PIL import ExifTags

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.maker_note import without_place
from dupefinder.core.decode.parts.photoshop import EXIF_COPY, IPTC, XMP_COPY, photoshop_parts
from dupefinder.core.decode.parts.tags import GPS, NotUnderstood, Tag, pages_and_end, read_tags
from dupefinder.core.held_parts import Part, PartKind

_ORIGINAL, _DIGITIZED = 36867, 36868
_RATING, _RATING_PERCENT = 18246, 18249
_RESOURCES, _XMP, _IPTC, _MAKER_NOTE = 34377, 700, 33723, 37500
_KINDS = {
    **dict.fromkeys((271, 272, 42033), PartKind.CAMERA),
    **dict.fromkeys((42034, 42035, 42036, 42037), PartKind.LENS),
    **dict.fromkeys((_DIGITIZED, 36881, 36882, 37521, 37522), PartKind.TIME),
    _MAKER_NOTE: PartKind.MAKER_NOTE,
    **dict.fromkeys((37724, 50255), PartKind.LAYERS),
}
"""By number of the tag; 37724 and 50255 hold the layers of Photoshop and their comments."""
_FIRST_SETTING, _LAST_SETTING = 33434, 42082
_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d(?::\d\d)?)")
NUMBERS = {name: number for number, name in ExifTags.TAGS.items()}
GPS_NUMBERS = {name: number for number, name in ExifTags.GPSTAGS.items()}
"""Names of fields, which XMP has in common with EXIF."""


def exif_parts(block: bytes, *, is_first: bool = True) -> Iterator[Part]:
    """Read the fields of an EXIF block or of a TIFF file.

    Args:
        block: From the byte order on.
        is_first: True for the block of a file of which the texts are read as words.
    """
    try:
        tags = list(read_tags(block, _may_count))
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "exif", bytes(block)
        return
    values = {tag.number: tag.value for tag in reversed(tags) if tag.directory != GPS}
    # Of several texts with one number one is read as words, and it is not said which.
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
        elif tag.number == _RATING_PERCENT and _RATING in values:
            continue  # the same, in percent
        elif tag.number == _DIGITIZED and tag.value == values.get(_ORIGINAL):
            continue
        elif tag.number == _MAKER_NOTE:
            yield part_of(tag._replace(value=without_place(tag.value)))
        elif tag.number not in (_RATING, _RATING_PERCENT) or tag.value != b"0":
            yield part_of(tag)


def tiff_parts(data: bytes, frames: int) -> Iterator[Part]:
    """Read the fields of the first page of a TIFF file, and what follows all pages.

    Args:
        data: The file.
        frames: Pages that the decoder knows; they count as pictures.
    """
    yield from exif_parts(data)
    try:
        pages, end = pages_and_end(data)
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "tiff", data
        return
    if pages > frames:
        yield PartKind.AUXILIARY_IMAGE, "pages", data
    if data[end:].strip(b"\0"):
        yield PartKind.TRAILING_DATA, "trailing", data[end:]


def part_of(tag: Tag) -> Part:
    """A field as a part. One field is the same part wherever it stands."""
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
    """A date as a part, the same in EXIF and in XMP: to the second, without a time zone."""
    match = _DATE.match(text.strip())
    value = text if match is None else "{}-{}-{}T{}".format(*match.groups())
    return PartKind.TIME, "date", value.encode("utf-8", "surrogatepass")


def _is_read_as_words(tag: Tag) -> bool:
    """Tell if `word_digests` reads a text, in this directory and of this type."""
    if tag.number not in made_anew.TEXTS_BY_DIRECTORY.get(tag.directory, ()):
        return False
    return tag.is_text


def _may_count(directory: int, number: int) -> bool:
    if directory == GPS:
        return number not in made_anew.GPS_TAGS
    return number not in made_anew.TAGS
