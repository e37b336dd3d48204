"""Numbers of things, with their noun, and lists of things within a sentence."""

from collections.abc import Iterable

from dupefinder.text.translation import _, plural


def photos_text(number: int) -> str:
    """A number of photos, such as "1,204 photos"."""
    return plural("{n} photo", "{n} photos", number)


def files_text(number: int) -> str:
    """A number of files."""
    return plural("{n} file", "{n} files", number)


def folders_text(number: int) -> str:
    """A number of folders."""
    return plural("{n} folder", "{n} folders", number)


def groups_text(number: int) -> str:
    """A number of groups."""
    return plural("{n} group", "{n} groups", number)


def copies_text(number: int) -> str:
    """A number of copies."""
    return plural("{n} copy", "{n} copies", number)


def pairs_text(number: int) -> str:
    """A number of pairs."""
    return plural("{n} pair", "{n} pairs", number)


def problems_text(number: int) -> str:
    """A number of problems."""
    return plural("{n} problem", "{n} problems", number)


def bits_text(number: int) -> str:
    """A distance between two fingerprints."""
    return plural("{n} bit", "{n} bits", number)


def listed(texts: Iterable[str]) -> str:
    """Things in a row: "a date, a camera and text"; empty for none."""
    *before, last = [*texts] or [""]
    if not before:
        return last
    return _("{before} and {last}").format(before=_(", ").join(before), last=last)
