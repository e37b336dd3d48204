"""What the names of photos and of what belongs to them have in common. Names come folded."""

import re
from collections.abc import Iterator

from dupefinder.core.decode.raw_preview import RAW_EXTENSIONS
from dupefinder.core.scan.picture_names import PHOTO_EXTENSIONS, extension

TAKEOUT_CUT_BYTES = 40
"""A shorter base is a whole name: Takeout cuts names off behind 46 characters, number included."""
_TELLING_CHARACTERS = 10
"""At least so many characters are left of a name that was cut off."""

_TAKEOUT_SUFFIX = ".supplemental-metadata"
_TAKEOUT_NUMBER = re.compile(r"(.*)(\(\d+\))", re.DOTALL)
_EDITED = """
    edited effects smile mix bearbeitet bewerkt edytowane modificato modifié editado editada
    redigerad redigeret muokattu 編集済み
"""
_EDITED_SUFFIXES = ("", *(f"-{word}" for word in _EDITED.split()), "-ha editado")
_FORBIDDEN = str.maketrans(dict.fromkeys("\"%&'*/:<>?\\|", "_"))
_APPLE = re.compile(r"(.*_)[eo]?(\d{4,})o?", re.DOTALL)
_VERSION = re.compile(r"(.*)_\d\d", re.DOTALL)


def stem_of(name: str) -> str:
    """A name without its extension; a leading dot begins none."""
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def is_raw_name(name: str) -> bool:
    """True for the name of a camera's RAW file."""
    return f".{extension(name)}" in RAW_EXTENSIONS


def apple_stem(stem: str) -> str:
    """The stem that Apple's edit, its original and their adjustments have in common."""
    match = _APPLE.fullmatch(stem)
    return f"{match[1]}{match[2]}" if match else stem


def first_version(name: str) -> str | None:
    """The photo of which a name names a further version: "a.cr2" for "a_01.cr2"."""
    stem = stem_of(name)
    match = _VERSION.fullmatch(stem)
    return match[1] + name[len(stem) :] if match else None


def takeout_number(base: str) -> tuple[str, str]:
    """Part the base of Takeout's metadata, ".json" taken away, from a copy's number."""
    match = _TAKEOUT_NUMBER.fullmatch(base)
    return (match[1], match[2]) if match else (base, "")


def takeout_photos(base: str, number: str) -> Iterator[str]:
    """The names that a photo may have of which Takeout calls the metadata so.

    Args:
        base: As `takeout_number` gives it; not one that was cut off within the photo's name.
        number: The same.
    """
    for length in range(len(_TAKEOUT_SUFFIX) + 1):
        if base.endswith(_TAKEOUT_SUFFIX[:length]):
            name = base[: len(base) - length]
            stem = stem_of(name)
            for suffix in _EDITED_SUFFIXES:
                yield f"{stem}{suffix}{number}{name[len(stem) :]}"
                yield f"{stem}{number}{suffix}{name[len(stem) :]}"


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
    plain, titled = _plain_stem(stem_of(name)), _plain_stem(stem_of(told_name(title)))
    return plain == titled or (
        len(plain.encode("utf-8", "surrogatepass")) >= TAKEOUT_CUT_BYTES
        and titled.startswith(plain)
    )


def families_of(name: str) -> set[str]:
    """What photos and companions have in common that may belong together, the titles aside.

    Files whose families differ are no companions of one another, whatever lies beside them.

    Args:
        name: Of either, folded.
    """
    base = takeout_number(stem_of(name))[0]
    for length in range(len(_TAKEOUT_SUFFIX), 1, -1):
        base = base.removesuffix(_TAKEOUT_SUFFIX[:length])
    # A photo may be called "x.jpg.jpg", or have no extension that is known; what belongs to it may
    # have its whole name.
    stems = {name, base}
    if extension(base) in PHOTO_EXTENSIONS:
        stems |= {stem_of(base), stem_of(first_version(base) or base)}
    elif extension(name) not in PHOTO_EXTENSIONS:
        stems.add(base.removesuffix("_hevc"))
    stems |= {apple_stem(stem) for stem in stems}
    families = {_plain_stem(stem).encode("utf-8", "surrogatepass") for stem in stems}
    return {family[:TAKEOUT_CUT_BYTES].decode("utf-8", "replace") for family in families}


def telling_beginning(name: str) -> str:
    """What is left of a photo's name however it was cut off."""
    return stem_of(name)[:_TELLING_CHARACTERS]


def _plain_stem(stem: str) -> str:
    """A stem without what copies and edits add to it."""
    for _ in range(2):  # "-edited(1)" and "(1)-edited"
        stem = takeout_number(stem)[0]
        for suffix in _EDITED_SUFFIXES[1:]:
            stem = stem.removesuffix(suffix)
    return stem


def related_beginnings(name: str) -> tuple[str, ...]:
    """How all names begin that have to do with a photo.

    They are those of its companions, and of the photos that these may belong to as well.
    """
    stems = [stem_of(name)]
    for stem in stems:  # which grows
        shorter = [stem.removesuffix(suffix) for suffix in _EDITED_SUFFIXES]
        shorter += [takeout_number(stem)[0], first_version(stem) or stem]
        # "x.jpg.suppl(1).json" belongs to "x.jpg", and so not to a photo "x.jpg.suppl.png".
        shorter.append(stem_of(stem))
        if apple := _APPLE.fullmatch(stem):
            shorter += [f"{apple[1]}{letter}{apple[2]}" for letter in ("", "e", "o")]
        stems += {other for other in shorter if other not in stems}
    return tuple({stem[:_TELLING_CHARACTERS] for stem in stems})
