"""Names by which files may find each other as photos and companions. Names come folded."""

from collections.abc import Iterable
from typing import NamedTuple

from dupefinder.core.companions.names import (
    APPLE,
    apple_stem,
    bases_of,
    film_stem,
    first_version,
    stem_of,
    suffixed_bases,
)
from dupefinder.core.companions.takeout_names import (
    TAKEOUT_CUT_BYTES,
    takeout_number,
    takeout_photos,
    unedited_stem,
)
from dupefinder.core.scan.picture_names import PHOTO_EXTENSIONS, extension

_TELLING_CHARACTERS = 10
"""At least so many characters are left of a name that was cut off."""


class Family(NamedTuple):
    """By what a file and others may find each other, titles aside.

    Attributes:
        photos: As what a photo is found by what belongs to it.
        stems: As what it is found by its RAW file, or that by it.
        beside: As what a file that belongs to a photo finds that.
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
    """That of several files together."""
    family = Family(set(), set(), set())
    for name in names:
        family.take_in(family_of(name))
    return family


def family_of(name: str) -> Family:
    """See `Family`; a file without a photo's extension may be a photo or belong to one."""
    stem = stem_of(name)
    photos = {name, stem, apple_stem(stem), takeout_number(stem)[0], unedited_stem(stem)[0]}
    beside: set[str] = set()
    if extension(name) not in PHOTO_EXTENSIONS:
        for shown in {name, name.lstrip(".")}:
            beside.update((*bases_of(shown), *suffixed_bases(shown)))
        numberless, number = takeout_number(stem)
        beside |= {apple_stem(stem), film_stem(stem), first_version(stem) or stem, numberless}
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
    """The same for photos that may have something beside them in common."""
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
        stems += {other for other in shorter if other not in stems}
    return tuple({stem[:_TELLING_CHARACTERS] for stem in stems})
