"""Names that Google Takeout gives to photos, their edits and their metadata. Names come folded."""

import re
from collections.abc import Iterator

from dupefinder.core.companions.names import stem_of

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
        base: As `takeout_number` gives it; not one that was cut off within the photo's name.
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
