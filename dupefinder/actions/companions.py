"""Files that belong to a photo without being it: films, edits, metadata, the RAW beside a JPEG.

They are recognised by name, Takeout's metadata also by their title, and in doubt a file is a
companion: then its photo is left where it is. What a name says, by who writes it:

- Live Photos: a film of the photo's stem ("IMG_1.MOV"; exported also "IMG_1_HEVC.MOV",
  "IMG_1.HEIC.MOV"); motion photos that Google parted: "PXL_1.MP".
- Metadata: "IMG_1.xmp" (Adobe), "IMG_1.CR2.xmp" (darktable, digiKam; "IMG_1_01.CR2.xmp" for a
  further version), the development settings of other programs, and a camera's voice memo.
- Apple's edits: "IMG_1234.AAE" and "IMG_O1234.AAE" or "IMG_1234O.aae" belong to "IMG_1234.HEIC"
  and to its edited rendering "IMG_E1234.HEIC".
- Cameras' thumbnails of films and RAW files: "MVI_1.THM".
- Google Takeout: "IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json", both cut off where
  the name would be too long, without a copy's number or an edit's suffix: "IMG_1.jpg(1).json"
  belongs to "IMG_1(1).jpg", "IMG_1.jpg.json" also to "IMG_1-edited.jpg". The title in it decides
  between several photos; where it names another one, nobody knows whose it is.
"""

import bisect
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from dupefinder.actions.companion_names import (
    TAKEOUT_CUT_BYTES,
    apple_stem,
    first_version,
    fits_title,
    is_raw_name,
    related_beginnings,
    stem_of,
    takeout_number,
    takeout_photos,
    telling_beginning,
)
from dupefinder.actions.takeout_title import read_title
from dupefinder.core.scan.picture_names import OTHER_EXTENSIONS, extension
from dupefinder.core.scan.same_file import folded


class CompanionKind(StrEnum):
    """What a companion is to its photo."""

    LIVE_PHOTO = "live-photo"
    XMP = "xmp"
    AAE = "aae"
    THM = "thm"
    RAW = "raw"
    """The RAW file beside a rendering, or the rendering beside a RAW file."""
    TAKEOUT_JSON = "takeout-json"
    SIDECAR = "sidecar"
    """Another program's settings for the photo, or a voice memo."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to a photo.

    Attributes:
        path: Where it is.
        kind: What it is to the photo.
        shared: True when it belongs to another photo of the folder, too.
        doubtful: True when its name and what is in it do not name the same photo.
    """

    path: str
    kind: CompanionKind
    shared: bool = False
    doubtful: bool = False

    @property
    def goes_along(self) -> bool:
        """True when it has no more use once its photo has gone."""
        return not (self.shared or self.doubtful) and self.kind is not CompanionKind.RAW


_SIDECARS = "pp3 dop cos cot cop comask on1 acr nksc vrd dr4 rws wav m4a"

_KINDS = {
    **dict.fromkeys(("mov", "mp4", "m4v", "mp", "mv"), CompanionKind.LIVE_PHOTO),
    "xmp": CompanionKind.XMP,
    "aae": CompanionKind.AAE,
    "thm": CompanionKind.THM,
    "json": CompanionKind.TAKEOUT_JSON,
    **dict.fromkeys(_SIDECARS.split(), CompanionKind.SIDECAR),
}
"""By extension; whose companion a file is, if anybody's, its name says."""


def companions_of(path: str) -> tuple[Companion, ...]:
    """List what belongs to a photo, in the order of names.

    Args:
        path: The photo; it need not exist.

    Raises:
        OSError: Its folder cannot be listed; of one that is gone, nothing is listed.
    """
    folder, name = os.path.split(path)
    try:
        return FolderCompanions(folder, (name,), related_beginnings(folded(name))).of(name)
    except (FileNotFoundError, NotADirectoryError):
        return ()


class FolderCompanions:
    """The companions of every photo in a folder, from one listing."""

    def __init__(
        self, folder: str, photos: Iterable[str] = (), beginnings: tuple[str, ...] = ("",)
    ) -> None:
        """List the folder.

        Args:
            folder: Its path.
            photos: Names that are photos, whatever else they look like.
            beginnings: Folded; names that begin otherwise are passed over.

        Raises:
            OSError: It cannot be listed.
        """
        self._folder = folder
        known = frozenset(photos)
        # Names as they are, by the folded whole name and by what a companion may call the stem.
        self._photos: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        beside: list[str] = []
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if folded(entry.name).startswith(beginnings) and not _is_folder(entry)
            ]
        for name in names:
            if name not in known and extension(name) in _KINDS:
                beside.append(name)
            elif name in known or extension(name) not in OTHER_EXTENSIONS:
                self._photos.setdefault(folded(name), []).append(name)
                for stem in {stem_of(folded(name)), apple_stem(stem_of(folded(name)))}:
                    self._stems.setdefault(stem, []).append(name)
        self._sorted_photos = sorted(self._photos)
        self._found: dict[str, list[Companion]] = {}
        # Takeout's metadata are opened only when one of their photos is asked for.
        self._owners_by_name: dict[str, set[str]] = {}
        self._ownerless: list[str] = []
        self._titles: dict[str, str | None] = {}
        for name in beside:
            kind = _KINDS[extension(name)]
            owners = self._owners(folded(name), kind)
            companion = Companion(os.path.join(folder, name), kind, len(owners) > 1)
            if kind is CompanionKind.TAKEOUT_JSON:
                self._owners_by_name[companion.path] = owners
                if not owners:
                    bisect.insort(self._ownerless, name, key=folded)
            for key in {folded(owner) for owner in owners}:
                self._found.setdefault(key, []).append(companion)

    def of(self, name: str) -> tuple[Companion, ...]:
        """List what belongs to a photo of this folder, in the order of names."""
        key = folded(name)
        pairs = [
            Companion(os.path.join(self._folder, other), CompanionKind.RAW)
            for other in self._stems.get(stem_of(key), ())
            if stem_of(folded(other)) == stem_of(key) and is_raw_name(other) != is_raw_name(name)
        ]
        found = [
            companion
            for one in self._found.get(key, ())
            if (companion := self._as_titled(one, key)) is not None
        ]
        found += self._titled(key)
        return tuple(sorted((*found, *pairs), key=lambda companion: companion.path))

    def _as_titled(self, companion: Companion, key: str) -> Companion | None:
        """A companion by its name, as its title confirms it; None where that names another."""
        if companion.kind is not CompanionKind.TAKEOUT_JSON:
            return companion
        title = self._title(companion.path)
        if title is None:
            return companion
        owners = {folded(owner) for owner in self._owners_by_name[companion.path]}
        fitting = {owner for owner in owners if fits_title(owner, title)}
        if not fitting:
            return replace(companion, doubtful=True)
        # Of "IMG_1.jpg" and "IMG_1.heic" the one with the title's extension has it.
        exact = {one for one in fitting if extension(one) == extension(title)} or fitting
        return replace(companion, shared=len(exact) > 1) if key in exact else None

    def _titled(self, key: str) -> list[Companion]:
        """Metadata that by their name belong to nobody, and by their title to a photo."""
        beginning = telling_beginning(key)
        found = []
        start = bisect.bisect_left(self._ownerless, beginning, key=folded)
        for name in self._ownerless[start:]:
            if not folded(name).startswith(beginning):
                break
            path = os.path.join(self._folder, name)
            title = self._title(path)
            if title is not None and fits_title(key, title):
                found.append(Companion(path, CompanionKind.TAKEOUT_JSON, doubtful=True))
        return found

    def _title(self, path: str) -> str | None:
        if path not in self._titles:
            title = read_title(path)
            self._titles[path] = None if title is None else folded(title)
        return self._titles[path]

    def _owners(self, key: str, kind: CompanionKind) -> set[str]:
        """The photos that a file belongs to.

        Args:
            key: Its folded name.
            kind: What it would be to them.
        """
        stem = stem_of(key)
        if kind is CompanionKind.TAKEOUT_JSON:
            return self._takeout_owners(stem)
        # "IMG_1.jpg.xmp" belongs to that photo alone, "IMG_1.xmp" to every one of the stem.
        owners = {*self._photos.get(stem, ()), *self._stems.get(stem, ())}
        if kind in (CompanionKind.AAE, CompanionKind.LIVE_PHOTO):
            owners.update(self._stems.get(apple_stem(stem.removesuffix("_hevc")), ()))
        if kind is CompanionKind.LIVE_PHOTO:
            owners.update(self._stems.get(key, ()))  # "PXL_1.MP" beside "PXL_1.MP.jpg"
        return owners or set(self._photos.get(first_version(stem) or "", ()))

    def _takeout_owners(self, base: str) -> set[str]:
        numberless, number = takeout_number(base)
        owners = self._takeout_named(numberless, number) or self._takeout_named(base, "")
        # A number that no photo has is that of a second download.
        return owners or self._takeout_named(numberless, "")

    def _takeout_named(self, base: str, number: str) -> set[str]:
        """The photos of which Takeout may call the metadata so; see `takeout_photos`."""
        owners: set[str] = set()
        for name in takeout_photos(base, number):
            owners.update(self._photos.get(name, ()))
        if len(base.encode("utf-8", "surrogatepass")) >= TAKEOUT_CUT_BYTES:
            start = bisect.bisect_left(self._sorted_photos, base)
            for name in self._sorted_photos[start:]:
                if not name.startswith(base):
                    break
                if stem_of(name).endswith(number):
                    owners.update(self._photos[name])
        # The title of a photo without an extension; here it has got one.
        owners.update(self._stems.get(base + number, ()))
        return owners


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
