"""Files that belong to a photo without being it: films, edits, metadata, the RAW beside a JPEG.

They are recognised by name alone, and in doubt a file is a companion: then its photo is left
where it is. What a name says, by who writes it:

- Live Photos: a film of the photo's stem ("IMG_1.MOV"; exported also "IMG_1_HEVC.MOV",
  "IMG_1.HEIC.MOV"); motion photos that Google parted: "PXL_1.MP".
- Metadata: "IMG_1.xmp" (Adobe), "IMG_1.CR2.xmp" (darktable, digiKam; "IMG_1_01.CR2.xmp" for a
  further version), the development settings of other programs, and a camera's voice memo.
- Apple's edits: "IMG_1234.AAE" and "IMG_O1234.AAE" or "IMG_1234O.aae" belong to "IMG_1234.HEIC"
  and to its edited rendering "IMG_E1234.HEIC".
- Cameras' thumbnails of films and RAW files: "MVI_1.THM".
- Google Takeout: "IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json", both cut off where
  the name would be too long, without a copy's number or an edit's suffix: "IMG_1.jpg(1).json"
  belongs to "IMG_1(1).jpg", "IMG_1.jpg.json" also to "IMG_1-edited.jpg".
"""

import bisect
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dupefinder.core.decode.raw_preview import RAW_EXTENSIONS
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
    """

    path: str
    kind: CompanionKind
    shared: bool = False

    @property
    def goes_along(self) -> bool:
        """True when it has no more use once its photo has gone."""
        return not self.shared and self.kind is not CompanionKind.RAW


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

_TAKEOUT_SUFFIX = ".supplemental-metadata"
_TAKEOUT_CUT_BYTES = 40
"""A shorter base is a whole name: Takeout cuts names off behind 46 characters, number included."""
_TELLING_CHARACTERS = 10
"""At least so many characters are left of a name that was cut off."""
_TAKEOUT_NUMBER = re.compile(r"(.*)(\(\d+\))", re.DOTALL)
_EDITED = """
    edited effects smile mix bearbeitet bewerkt edytowane modificato modifié editado editada
    redigerad redigeret muokattu 編集済み
"""
_TAKEOUT_EDITED = (*(f"-{word}" for word in _EDITED.split()), "-ha editado")
_APPLE = re.compile(r"(.*_)[eo]?(\d{4,})o?", re.DOTALL)
_ADDED = re.compile(r"(.*)(?:\(\d+\)|_\d\d)", re.DOTALL)
_VERSION = re.compile(r"(.*)_\d\d", re.DOTALL)


def companions_of(path: str) -> tuple[Companion, ...]:
    """List what belongs to a photo, in the order of names.

    Args:
        path: The photo; it need not exist.

    Raises:
        OSError: Its folder cannot be listed; of one that is gone, nothing is listed.
    """
    folder, name = os.path.split(path)
    try:
        return FolderCompanions(folder, (name,), _beginnings(name)).of(name)
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
                for stem in {_stem(folded(name)), _apple_stem(_stem(folded(name)))}:
                    self._stems.setdefault(stem, []).append(name)
        self._sorted_photos = sorted(self._photos)
        self._found: dict[str, list[Companion]] = {}
        for name in beside:
            kind = _KINDS[extension(name)]
            owners = self._owners(folded(name), kind)
            companion = Companion(os.path.join(folder, name), kind, len(owners) > 1)
            for key in {folded(owner) for owner in owners}:
                self._found.setdefault(key, []).append(companion)

    def of(self, name: str) -> tuple[Companion, ...]:
        """List what belongs to a photo of this folder, in the order of names."""
        key = folded(name)
        pairs = [
            Companion(os.path.join(self._folder, other), CompanionKind.RAW)
            for other in self._stems.get(_stem(key), ())
            if _stem(folded(other)) == _stem(key) and _is_raw(other) != _is_raw(name)
        ]
        found = [*self._found.get(key, ()), *pairs]
        return tuple(sorted(found, key=lambda companion: companion.path))

    def _owners(self, key: str, kind: CompanionKind) -> set[str]:
        """The photos that a file belongs to.

        Args:
            key: Its folded name.
            kind: What it would be to them.
        """
        stem = _stem(key)
        if kind is CompanionKind.TAKEOUT_JSON:
            return self._takeout_owners(stem)
        # "IMG_1.jpg.xmp" belongs to that photo alone, "IMG_1.xmp" to every one of the stem.
        owners = {*self._photos.get(stem, ()), *self._stems.get(stem, ())}
        if kind in (CompanionKind.AAE, CompanionKind.LIVE_PHOTO):
            owners.update(self._stems.get(_apple_stem(stem.removesuffix("_hevc")), ()))
        if kind is CompanionKind.LIVE_PHOTO:
            owners.update(self._stems.get(key, ()))  # "PXL_1.MP" beside "PXL_1.MP.jpg"
        if not owners and (version := _VERSION.fullmatch(_stem(stem))):
            owners.update(self._photos.get(version[1] + stem[len(_stem(stem)) :], ()))
        return owners

    def _takeout_owners(self, base: str) -> set[str]:
        numbered = _TAKEOUT_NUMBER.fullmatch(base)
        if numbered is not None:
            owners = self._takeout_named(numbered[1], numbered[2])
            if owners:
                return owners
        owners = self._takeout_named(base, "")
        # A number that no photo has is that of a second download.
        return owners or (self._takeout_named(numbered[1], "") if numbered else owners)

    def _takeout_named(self, base: str, number: str) -> set[str]:
        """The photos of which Takeout may call the metadata so.

        Args:
            base: Folded name without number and ".json".
            number: The number that the photo's name has, "(1)"; empty without.
        """
        owners: set[str] = set()
        for name in self._takeout_names(base):
            stem = _stem(name)
            ending = name[len(stem) :]
            for suffix in ("", *_TAKEOUT_EDITED):
                owners.update(self._photos.get(f"{stem}{suffix}{number}{ending}", ()))
                owners.update(self._photos.get(f"{stem}{number}{suffix}{ending}", ()))
        if len(base.encode("utf-8", "surrogatepass")) >= _TAKEOUT_CUT_BYTES:
            start = bisect.bisect_left(self._sorted_photos, base)
            for name in self._sorted_photos[start:]:
                if not name.startswith(base):
                    break
                if _stem(name).endswith(number):
                    owners.update(self._photos[name])
        # The title of a photo without an extension; here it has got one.
        owners.update(self._stems.get(base + number, ()))
        return owners

    @staticmethod
    def _takeout_names(base: str) -> Iterator[str]:
        """The names of photos that, with a suffix cut off anywhere, give this base."""
        for length in range(len(_TAKEOUT_SUFFIX) + 1):
            if base.endswith(_TAKEOUT_SUFFIX[:length]):
                yield base[: len(base) - length]


def _beginnings(name: str) -> tuple[str, ...]:
    """How all names begin, folded, that have to do with one photo.

    They are its companions, and the photos that these may belong to as well.
    """
    stems = [_stem(folded(name))]
    for stem in stems:  # which grows
        shorter = [stem.removesuffix(suffix) for suffix in _TAKEOUT_EDITED]
        shorter += [match[1] for match in map(_ADDED.fullmatch, (stem,)) if match]
        if apple := _APPLE.fullmatch(stem):
            shorter += [f"{apple[1]}{letter}{apple[2]}" for letter in ("", "e", "o")]
        stems += {other for other in shorter if other not in stems}
    return tuple({stem[:_TELLING_CHARACTERS] for stem in stems})


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_raw(name: str) -> bool:
    return f".{extension(name)}" in RAW_EXTENSIONS


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def _apple_stem(stem: str) -> str:
    """The stem that Apple's edit, its original and their adjustments have in common."""
    match = _APPLE.fullmatch(stem)
    return f"{match[1]}{match[2]}" if match else stem
