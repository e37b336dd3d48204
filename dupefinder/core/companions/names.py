"""Names by which photos and their companions find each other. Names come folded."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dupefinder.core.picture_names import PHOTO_EXTENSIONS, RAW_EXTENSIONS, extension

APPLE = re.compile(r"(.*_)[eo]?(\d{4,})o?", re.DOTALL)
_HEVC = re.compile(r"(.*)_hevc((?:\(\d+\))?)", re.DOTALL)
"""iCloud for Windows: the film of "IMG_1(1).jpg" is "IMG_1_HEVC(1).MOV"."""
_MOTION = re.compile(r"(.+)\.mp(?:~\d+)?", re.DOTALL)
_CANON_SOUND = re.compile(r"snd(_\d{4,})", re.DOTALL)
"""Canon's voice memo of "IMG_0001.JPG", or in Adobe RGB "_MG_0001.JPG", is "SND_0001.WAV"."""
_CANON_PHOTOS = ("img", "_mg")
_VERSION = re.compile(r"(.*)_\d\d", re.DOTALL)
_SEPARATOR = re.compile(r"\W|_")


def stem_of(name: str) -> str:
    """A name without its extension; a leading dot begins none."""
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def is_raw_name(name: str) -> bool:
    """True for the name of a camera's RAW file."""
    return extension(name) in RAW_EXTENSIONS


def bases_of(name: str) -> Iterator[str]:
    """Bases that a name may share with a photo's, the longest first.

    That is all of it, all before one of its dots ("a.xmp", "a.jpg.gq.xmp"), and what ends in a
    photo's extension before any other sign ("a.jpg_original", "a.jpg~").
    """
    yield name
    for separator in reversed(list(_SEPARATOR.finditer(name))):
        base = name[: separator.start()]
        if base and (separator[0] == "." or extension(base) in PHOTO_EXTENSIONS):
            yield base


def suffixed_bases(name: str) -> Iterator[str]:
    """Bases shared with a photo whose number has a word behind it, the longest first.

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


def motion_stems(stem: str) -> tuple[str, ...]:
    """The stems that the film of Google's motion photo may have; none for another photo.

    The film of "PXL_1.MP.jpg", and of its edit "PXL_1.MP~2.jpg", is "PXL_1.MP" or "PXL_1.mp4".
    """
    match = _MOTION.fullmatch(stem)
    return (match[1], f"{match[1]}.mp") if match else ()


def canon_stems(stem: str) -> tuple[str, ...]:
    """The stems of the photo to which Canon's voice memo of this stem belongs; none for another."""
    match = _CANON_SOUND.fullmatch(stem)
    return tuple(f"{photo}{match[1]}" for photo in _CANON_PHOTOS) if match else ()


def first_version(name: str) -> str | None:
    """The photo of which a name names a further version: "a.cr2" for "a_01.cr2"."""
    stem = stem_of(name)
    match = _VERSION.fullmatch(stem)
    return match[1] + name[len(stem) :] if match else None


TAKEOUT_CUT_BYTES = 40
"""A shorter base is a whole name: Takeout cuts names off behind 46 characters, number included."""
_TAKEOUT_SUFFIX = ".supplemental-metadata"
_TAKEOUT_NUMBER = re.compile(r"(.*)(\(\d+\))", re.DOTALL)
_EDITED = re.compile(r"(.+)-[^\W\d_][^\d_.\-()]{1,30}", re.DOTALL)
"""Takeout says "edited" in the language of the account, and nobody has a list of them all. Seen in
people's exports: edited, bearbeitet, bewerkt, edytowane, modificato, modifié, ha editado, editat,
upraveno, 編集済み; for other alterations effects, smile, mix, collage, animation. So it is any word
without a digit, be it of several parts ("đã chỉnh sửa") or letters with marks ("แก้ไขแล้ว"). A
photo that a person called "x-beach.jpg" is so held to own "x.jpg.json", too: in doubt it stays.
Sources: reports to the projects GooglePhotosTakeoutHelper and immich-go, which list some."""
_FORBIDDEN = str.maketrans(dict.fromkeys("\"%&'*/:<>?\\|", "_"))


def takeout_number(base: str) -> tuple[str, str]:
    """Part the base of Takeout's metadata, ".json" taken away, from a copy's number."""
    match = _TAKEOUT_NUMBER.fullmatch(base)
    return (match[1], match[2]) if match else (base, "")


def unedited_name(name: str) -> str:
    """The name of the photo of which this one is an edit: "a(1).jpg" for "a-edited(1).jpg"."""
    stem = stem_of(name)
    return "".join(unedited_stem(stem)) + name[len(stem) :]


def unedited_stem(stem: str) -> tuple[str, str]:
    """A photo's stem without the word for an edit, and a copy's number before or behind that."""
    stem, number = takeout_number(stem)
    match = _EDITED.fullmatch(stem)
    if match is None:
        return stem, number
    return (match[1], number) if number else takeout_number(match[1])


def takeout_photos(base: str, number: str) -> Iterator[str]:
    """The names that a photo may have of which Takeout calls the metadata so, edits aside.

    Args:
        base: From `takeout_number`; not one that was cut off within the photo's name.
        number: The same.
    """
    for length in range(len(_TAKEOUT_SUFFIX) + 1):
        if base.endswith(_TAKEOUT_SUFFIX[:length]):
            name = base[: len(base) - length]
            stem = stem_of(name)
            yield f"{stem}{number}{name[len(stem) :]}"


def takeout_metadata(name: str) -> Iterator[str]:
    """The names that Takeout may give to the metadata of a photo, as far as it cuts none off."""
    stem, number = takeout_number(stem_of(name))
    whole = stem + name[len(stem) + len(number) :]
    for length in range(len(_TAKEOUT_SUFFIX) + 1):
        yield f"{name}{_TAKEOUT_SUFFIX[:length]}.json"
        if number:
            yield f"{whole}{_TAKEOUT_SUFFIX[:length]}{number}.json"


def told_name(title: str) -> str:
    """The name that Takeout makes of a title: what some system forbids becomes "_"."""
    return title.translate(_FORBIDDEN)


def fits_title(name: str, title: str) -> bool:
    """True where a photo's name says what the title in its metadata says.

    A copy's number and an edit's suffix aside, and where the name was cut off.

    Args:
        name: The photo's.
        title: The title.
    """
    stem = stem_of(name)
    titled = takeout_number(stem_of(told_name(title)))[0]
    return any(
        own == titled or (_size(own) >= TAKEOUT_CUT_BYTES and titled.startswith(own))
        for own in (takeout_number(stem)[0], unedited_stem(stem)[0])
    )


def _size(stem: str) -> int:
    return len(stem.encode("utf-8", "surrogatepass"))


_TELLING_CHARACTERS = 10
"""Least number of characters left of a name that was cut off."""


class Family(NamedTuple):
    """Keys by which a file and its companions are matched, titles aside.

    Attributes:
        photos: Keys by which companions find a photo.
        stems: Keys by which a photo and its RAW file find each other.
        beside: Keys by which a companion finds its photo.
    """

    photos: set[str]
    stems: set[str]
    beside: set[str]

    def meets(self, other: "Family") -> bool:
        """True where one may be taken for a companion of the other, or for its owner."""
        return not (
            self.photos.isdisjoint(other.beside)
            and self.beside.isdisjoint(other.photos)
            and self.stems.isdisjoint(other.stems)
        )

    def take_in(self, other: "Family") -> None:
        """Become that of both."""
        for ours, theirs in zip(self, other, strict=True):
            ours |= theirs


def family_of_all(names: Iterable[str]) -> Family:
    """The family of several files together."""
    family = Family(set(), set(), set())
    for name in names:
        family.take_in(family_of(name))
    return family


def family_of(name: str) -> Family:
    """See `Family`; a file without a photo's extension may be a photo or belong to one."""
    stem = stem_of(name)
    photos = {name, stem, apple_stem(stem), takeout_number(stem)[0], unedited_stem(stem)[0]}
    photos.update(motion_stems(stem))
    beside: set[str] = set()
    if extension(name) not in PHOTO_EXTENSIONS:
        for shown in {name, name.lstrip(".")}:
            beside.update((*bases_of(shown), *suffixed_bases(shown)))
        numberless, number = takeout_number(stem)
        beside |= {
            *canon_stems(stem),
            apple_stem(stem),
            film_stem(stem),
            first_version(stem) or stem,
            numberless,
        }
        for photo in takeout_photos(numberless, number):
            beside |= {stem_of(photo), takeout_number(stem_of(photo))[0]}
    return Family(_cut(photos), _cut({stem}), _cut(beside))


def _cut(names: set[str]) -> set[str]:
    """Names as they begin: Takeout cuts them off."""
    return {
        name.encode("utf-8", "surrogatepass")[:TAKEOUT_CUT_BYTES].decode("utf-8", "replace")
        for name in names
    }


def family_name(name: str) -> str:
    """A key by a name, equal for photos that may share a companion."""
    return min(_cut({apple_stem(unedited_stem(stem_of(name))[0])}))


def telling_beginning(name: str) -> str:
    """The part of a photo's name that is kept however short the name was cut."""
    return stem_of(name)[:_TELLING_CHARACTERS]


def related_beginnings(name: str) -> tuple[str, ...]:
    """The beginning that all names of files of one photo share.

    They are those of its companions, and of the photos that these may belong to as well.
    """
    stems = [stem_of(name)]
    for stem in stems:  # which grows
        shorter = [takeout_number(stem)[0], unedited_stem(stem)[0], first_version(stem) or stem]
        # "x.jpg.suppl(1).json" belongs to "x.jpg", and so not to a photo "x.jpg.suppl.png".
        shorter.append(stem_of(stem))
        if apple := APPLE.fullmatch(stem):
            shorter += [f"{apple[1]}{letter}{apple[2]}" for letter in ("", "e", "o")]
            if apple[1] in ("img_", "_mg_"):
                shorter += [f"{photo}_{apple[2]}" for photo in (*_CANON_PHOTOS, "snd")]
        stems += {other for other in shorter if other not in stems}
    return tuple({stem[:_TELLING_CHARACTERS] for stem in stems})
