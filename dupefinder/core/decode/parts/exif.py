"""EXIF and the tags of TIFF files → parts, each field by itself."""

from collections.abc import Iterator

from PIL import ExifTags

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.photoshop import photoshop_parts
from dupefinder.core.decode.parts.tags import EXIF, GPS, NotUnderstood, Tag, read_tags
from dupefinder.core.held_parts import Part, PartKind

_ORIGINAL, _DIGITIZED = 36867, 36868
_RESOURCES = 34377
_KINDS = {
    **dict.fromkeys((271, 272, 42033), PartKind.CAMERA),
    **dict.fromkeys((42034, 42035, 42036, 42037), PartKind.LENS),
    **dict.fromkeys((_ORIGINAL, _DIGITIZED, 36881, 36882, 37521, 37522), PartKind.TIME),
    37500: PartKind.MAKER_NOTE,
    **dict.fromkeys((37724, 50255), PartKind.LAYERS),
}
"""By number of the tag; 37724 and 50255 hold the layers of Photoshop and their comments."""
_FIRST_SETTING, _LAST_SETTING = 33434, 42082
NUMBERS = {name: number for number, name in ExifTags.TAGS.items()}
"""Names of fields, which XMP has in common with EXIF."""


def exif_parts(block: bytes) -> Iterator[Part]:
    """Read the fields of an EXIF block or of a TIFF file.

    Args:
        block: From the byte order on.
    """
    original = b""
    try:
        tags = list(read_tags(block, _counts))
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "exif", bytes(block)
        return
    for tag in tags:
        if tag.number == _ORIGINAL:
            original = tag.value
    for tag in tags:
        if tag.number == _RESOURCES:
            yield from photoshop_parts(tag.value)
        elif tag.number != _DIGITIZED or tag.value != original:
            yield part_of(tag)


def part_of(tag: Tag) -> Part:
    """A field as a part. One field is the same part wherever it stands."""
    if tag.directory == GPS:
        return PartKind.PLACE, f"gps:{tag.number}", tag.value
    kind = _KINDS.get(tag.number)
    if kind is None:
        is_setting = _FIRST_SETTING <= tag.number <= _LAST_SETTING
        kind = PartKind.SETTINGS if is_setting else PartKind.TAG
    return kind, f"tag:{tag.number}", tag.value


def _counts(directory: int, number: int) -> bool:
    if directory == GPS:
        return number not in made_anew.GPS_TAGS
    # In a directory for EXIF no tag of the file's layout has a place: it is a copy of one.
    return number not in made_anew.TAGS and directory in (0, EXIF)
