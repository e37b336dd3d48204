"""Names of the photos of a folder, and the photos that the name of a file speaks of.

See the package for what names say, by who writes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from dupefinder.core.companions.names import (
    apple_stem,
    bases_of,
    canon_stems,
    film_stem,
    first_version,
    motion_stems,
    stem_of,
    suffixed_bases,
)
from dupefinder.core.companions.records import CompanionKind, kind_by_extension
from dupefinder.core.companions.takeout import TakeoutMetadata
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.scan.same_file import folded


class PhotoNames:
    """The names of a folder's photos, by which companions find theirs; all are added first.

    Attributes:
        takeout: The metadata of Google Takeout in the folder.
    """

    def __init__(self, folder: str) -> None:
        """Begin without photos.

        Args:
            folder: Path of the folder.
        """
        # Names as they are, by the folded whole name and by what a companion may call the stem.
        self._photos: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self.takeout = TakeoutMetadata(folder, self._photos, self._stems)

    def __contains__(self, key: str) -> bool:
        """True for the folded name of a photo."""
        return key in self._photos

    def add(self, name: str) -> None:
        """Make a photo known."""
        key = folded(name)
        self._photos.setdefault(key, []).append(name)
        for stem in {stem_of(key), apple_stem(stem_of(key)), *motion_stems(stem_of(key))}:
            self._stems.setdefault(stem, []).append(name)
        self.takeout.add_photo(name)

    def of_stem(self, stem: str) -> Sequence[str]:
        """The photos of a stem, Apple's edits among them."""
        return self._stems.get(stem, ())

    def named(self, base: str) -> frozenset[str]:
        """The photos that a whole name or a stem is that of; the same for all that ask."""
        named = self._named.get(base)
        if named is None:
            named = frozenset((*self._photos.get(base, ()), *self._stems.get(base, ())))
            if named:
                self._named[base] = named
        return named

    def owners(self, key: str, itself: str) -> tuple[str, frozenset[str]]:
        """The base of a file's name that photos have in common with it, and more of its photos.

        Args:
            key: Its folded name.
            itself: Its name, should it be listed among those that may be photos.
        """
        if extension(key) in PHOTO_EXTENSIONS:
            return "", frozenset(self._photos.get(key, ()))  # an original has its photo's name
        kind = kind_by_extension(key)
        stem = stem_of(key)
        if kind is CompanionKind.TAKEOUT_JSON and (owners := self.takeout.owners(stem)):
            return "", frozenset(owners)
        # "IMG_1.jpg.xmp" belongs to that photo alone, "IMG_1.xmp" to every one of the stem.
        for base in bases_of(key):
            named = self.named(base)
            if len(named) > (itself in named):
                break
        else:
            base = ""
        more: Iterable[str] = ()
        if kind in (CompanionKind.AAE, CompanionKind.LIVE_PHOTO):
            more = self._stems.get(film_stem(stem), ())
        if not (base or more) and extension(key) == "wav":
            more = chain.from_iterable(self._stems.get(one, ()) for one in canon_stems(stem))
            more = frozenset(more)
        if not (base or more):
            more = self._photos.get(first_version(stem) or "", ())
        if not (base or more):
            base = next(filter(self.named, suffixed_bases(key)), "")
        if not (base or more) and key.startswith("."):
            return self.owners(key.lstrip("."), itself)
        return base, frozenset(more)


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that belongs to photos by its name.

    Attributes:
        name: Its name, folded.
        path: Its path.
        itself: Its name where it may be a photo of the folder itself, else empty.
        owners: The names of these photos and of what may be one: those that have the base of its
            name in common, and more.
        holds_original: True where it is the original of its photo if it is a picture.
        is_apart: True where it lies apart from the folder: photos elsewhere may need it, too.
    """

    name: str
    path: str
    itself: str
    owners: tuple[frozenset[str], frozenset[str]]
    holds_original: bool
    is_apart: bool
