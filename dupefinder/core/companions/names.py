"""What the names of photos and of what belongs to them have in common. Names come folded."""

import re
from collections.abc import Iterator

from dupefinder.core.decode.raw_preview import RAW_EXTENSIONS
from dupefinder.core.scan.picture_names import PHOTO_EXTENSIONS, extension

APPLE = re.compile(r"(.*_)[eo]?(\d{4,})o?", re.DOTALL)
_HEVC = re.compile(r"(.*)_hevc((?:\(\d+\))?)", re.DOTALL)
"""iCloud for Windows: the film of "IMG_1(1).jpg" is "IMG_1_HEVC(1).MOV"."""
_VERSION = re.compile(r"(.*)_\d\d", re.DOTALL)
_SEPARATOR = re.compile(r"\W|_")


def stem_of(name: str) -> str:
    """A name without its extension; a leading dot begins none."""
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def is_raw_name(name: str) -> bool:
    """True for the name of a camera's RAW file."""
    return f".{extension(name)}" in RAW_EXTENSIONS


def bases_of(name: str) -> Iterator[str]:
    """What a name may have from a photo, the longest first.

    That is all of it, all before one of its dots ("a.xmp", "a.jpg.gq.xmp"), and what ends in a
    photo's extension before any other sign ("a.jpg_original", "a.jpg~").
    """
    yield name
    for separator in reversed(list(_SEPARATOR.finditer(name))):
        base = name[: separator.start()]
        if base and (separator[0] == "." or extension(base) in PHOTO_EXTENSIONS):
            yield base


def suffixed_bases(name: str) -> Iterator[str]:
    """What a name may have from a photo whose number has a word behind it, the longest first.

    That is "a1" of "a1-voice.m4a" and "a1 notes.txt"; another number tells another photo.
    """
    for separator in reversed(list(_SEPARATOR.finditer(name))):
        base = name[: separator.start()]
        if base[-1:].isdigit() and name[separator.end() :][:1].isalpha():
            yield base


def apple_stem(stem: str) -> str:
    """The stem that Apple's edit, its original and their adjustments have in common."""
    match = APPLE.fullmatch(stem)
    return f"{match[1]}{match[2]}" if match else stem


def film_stem(stem: str) -> str:
    """The stem of the photo to which Apple's film of this stem belongs."""
    match = _HEVC.fullmatch(stem)
    return apple_stem(f"{match[1]}{match[2]}" if match else stem)


def first_version(name: str) -> str | None:
    """The photo of which a name names a further version: "a.cr2" for "a_01.cr2"."""
    stem = stem_of(name)
    match = _VERSION.fullmatch(stem)
    return match[1] + name[len(stem) :] if match else None
