"""The companions of the photos of a folder, from one listing."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

from dupefinder.core.companions.attributes_beside import DOT_NAME
from dupefinder.core.companions.folder_texts import (
    few_enough,
    is_folder_file,
    is_text,
    said_in_text,
    said_of_photos,
)
from dupefinder.core.companions.folders_beside import companion_folders, is_folder, is_package
from dupefinder.core.companions.names import (
    apple_stem,
    bases_of,
    fits_title,
    is_raw_name,
    motion_stems,
    related_beginnings,
    stem_of,
)
from dupefinder.core.companions.photo_names import FileBeside, PhotoNames
from dupefinder.core.companions.records import Companion, CompanionKind, kind_by_extension
from dupefinder.core.companions.sibling_folders import SiblingFolders
from dupefinder.core.errors import tells_absence
from dupefinder.core.picture_names import (
    OTHER_EXTENSIONS,
    PHOTO_EXTENSIONS,
    extension,
    looks_like_photo,
    read_head,
)
from dupefinder.core.scan.left_out import file_left_out
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign, stands_for_photo
from dupefinder.core.scan.same_file import folded

_MADE_ANEW = frozenset(("cot", "cop", "cof"))
"""Extensions of thumbnails and previews that Capture One makes anew."""
_MOST_IN_FOLDER = 100
"""Most files of a folder of the photo's name; with more, it is not about the photo alone."""
_STREAMS = (":zone.identifier", ":com.dropbox.attributes", ":com.dropbox.attrs")
"""Endings of streams that systems write of themselves, where streams of NTFS have become files."""


class _Listing(NamedTuple):
    """Entries of a folder.

    Attributes:
        photos: Names that may be photos.
        folders: Names of folders.
        beside: Paths that may belong to a photo.
        texts: Names of files with text.
    """

    photos: list[str]
    folders: list[str]
    beside: list[str]
    texts: list[str]


def _is_of_a_person(name: str, key: str) -> bool:
    """False for files that systems and programs make by themselves."""
    if key.endswith(_STREAMS) or key == "desktop.ini":
        return False
    return file_left_out(name, hidden=True) is None and not stands_for_photo(name)


class FolderCompanions:
    """The companions of every photo in a folder, from one listing.

    Attributes:
        has_dot_names: True where the folder has files in which Macs may keep attributes of others.
    """

    def __init__(
        self,
        folder: str,
        photos: Iterable[str] = (),
        beginnings: tuple[str, ...] = ("",),
        siblings: SiblingFolders | None = None,
    ) -> None:
        """List the folder, and those in it and beside it that are no folders of photos.

        Args:
            folder: Its path.
            photos: Names that are photos, whatever else they look like.
            beginnings: Folded; names that begin otherwise are passed over.
            siblings: Known sibling folders; None to look them up.

        Raises:
            OSError: It cannot be listed, or a known program's folder in it.
        """
        self.has_dot_names = False
        self._folder = folder
        self._known = frozenset(photos)
        self._photos = PhotoNames(folder)
        self._takeout = self._photos.takeout
        # By the base of their names, and by the photo where they have another name. What is asked
        # of files beyond their names is asked only for photos that are asked for.
        self._by_base: dict[str, list[FileBeside]] = {}
        self._found: dict[str, list[FileBeside]] = {}
        self._said: dict[str, Mapping[str, frozenset[str]] | None] = {}
        self._looks: dict[str, bool | None] = {}

        def is_wanted(name: str) -> bool:
            key = folded(name)
            is_begun = key.startswith(beginnings) or key.lstrip(".").startswith(beginnings)
            return is_begun and _is_of_a_person(name, key)

        listing = self._list(beginnings, is_wanted)
        folders = listing.folders
        # Texts are read once a photo is asked for, and searched for the names of all photos.
        self._names = _with_stems(listing.photos if listing.texts or folders else ())
        of_nobody = (one for one in listing.texts if self._names.isdisjoint(bases_of(folded(one))))
        self._texts = [os.path.join(folder, name) for name in few_enough(of_nobody)]
        beside = [(path, False) for path in listing.beside]
        for inner in companion_folders(folder, folders, is_wanted):
            beside += [
                (os.path.join(inner.path, name), inner.holds_originals) for name in inner.names
            ]
        apart = [*self._apart(siblings or SiblingFolders(), listing.photos, is_wanted)]
        paths = chain((path for path, _ in beside), apart)
        self._takeout.add_files(folded(os.path.basename(path)) for path in paths)
        for path, holds_original in beside:
            self._add_beside(path, holds_original)
        for name in folders:
            if folded(name) in self._names and folded(name).startswith(beginnings):
                self._add_folder(name)
        for path in apart:
            self._add_beside(path, is_apart=True)

    def _list(self, beginnings: tuple[str, ...], is_wanted: Callable[[str], bool]) -> _Listing:
        """List the folder; photos and folder files are taken over at once."""
        listing = _Listing([], [], [], [])
        with os.scandir(self._folder) as entries:
            for entry in entries:
                name = entry.name
                self.has_dot_names |= name.startswith(DOT_NAME)
                if extension(name) not in OTHER_EXTENSIONS or name in self._known:
                    listing.photos.append(name)
                if is_folder(entry):
                    listing.folders.append(name)
                    if is_package(name) and is_wanted(name):
                        listing.beside.append(entry.path)
                elif self._is_photo(name):
                    if folded(name).startswith(beginnings):
                        self._photos.add(name)
                elif is_folder_file(folded(name)):
                    self._said[entry.path] = said_of_photos(entry.path, folded(name))
                    continue
                elif is_wanted(name):
                    listing.beside.append(entry.path)
                    if extension(name) not in OTHER_EXTENSIONS:
                        self._photos.add(name)  # it may be one
                if is_text(name) and not is_folder(entry) and _is_of_a_person(name, folded(name)):
                    listing.texts.append(name)
        return listing

    def of(self, name: str) -> tuple[Companion, ...]:
        """List what belongs to a photo of this folder, in the order of paths."""
        key = folded(name)
        found = [
            Companion(os.path.join(self._folder, other), CompanionKind.RAW)
            for other in self._photos.of_stem(stem_of(key))
            if stem_of(folded(other)) == stem_of(key) and is_raw_name(other) != is_raw_name(name)
        ]
        stem = stem_of(key)
        bases = {key, stem, apple_stem(stem), *motion_stems(stem)} if key in self._photos else ()
        beside = [
            one
            for base in bases
            for one in self._by_base.get(base, ())
            if folded(one.itself) != key
        ]
        for one in (*beside, *self._found.get(key, ())):
            companion = self._companion(one, key)
            if companion is not None:
                found.append(companion)
        found += [
            # By their name they belong to nobody, by their title to this photo.
            Companion(path, CompanionKind.TAKEOUT_JSON, doubtful=True)
            for path in self._takeout.titled(key)
        ]
        paths = {companion.path for companion in found}
        found += (one for one in self._saying(key) if one.path not in paths)
        return tuple(sorted(found, key=lambda companion: companion.path))

    def _is_photo(self, name: str) -> bool:
        """True for a file that is nothing but a photo; a file of another name may be both."""
        last = extension(name)
        return last in PHOTO_EXTENSIONS or (last in OTHER_EXTENSIONS and name in self._known)

    def _apart(
        self, siblings: SiblingFolders, photos: list[str], is_wanted: Callable[[str], bool]
    ) -> Iterator[str]:
        """Files apart from the folder that may belong to these photos of it."""
        bases: set[str] = set()
        for apart in siblings.of(self._folder):
            if not bases:
                keys = [*map(folded, photos)]
                bases = {*keys, *map(stem_of, keys)}
            for name in filter(is_wanted, apart.of_photos(bases.__contains__).names):
                if folded(name) not in bases:  # it would be a copy
                    yield os.path.join(apart.path, name)

    def _add_beside(
        self, path: str, holds_original: bool = False, *, is_apart: bool = False
    ) -> None:
        above, name = os.path.split(path)
        key, last = folded(name), extension(name)
        if last in _MADE_ANEW or (last in PHOTO_EXTENSIONS and not holds_original):
            return
        itself = name if above == self._folder and last not in OTHER_EXTENSIONS else ""
        base, more = self._photos.owners(key, itself)
        is_whole = base in self._photos and base != key
        if itself in self._known and not is_whole:
            return  # it is judged itself
        named = self._photos.named(base)
        owners = (named, more - named)
        one = FileBeside(key, path, itself, owners, holds_original or is_whole, is_apart)
        if named:
            self._by_base.setdefault(base, []).append(one)
        for owner in {folded(owner) for owner in one.owners[1]}:
            self._found.setdefault(owner, []).append(one)
        if not (named or more) and last == "json" and above == self._folder:
            self._takeout.add_ownerless(name)

    def _add_folder(self, name: str) -> None:
        """Add all files in a folder that has the name of a photo."""
        owners = self._photos.named(folded(name))
        inside = companion_folders(
            self._folder, (name,), lambda one: _is_of_a_person(one, folded(one))
        )
        paths = (os.path.join(inner.path, one) for inner in inside for one in inner.names)
        for path in islice(paths, _MOST_IN_FOLDER):
            key = folded(os.path.basename(path))
            base, more = self._photos.owners(key, "")
            if owners.isdisjoint(self._photos.named(base) | more):
                one = FileBeside(key, path, "", (owners, frozenset()), False, is_apart=True)
                self._by_base.setdefault(folded(name), []).append(one)

    def _companion(self, one: FileBeside, key: str) -> Companion | None:
        """A file that belongs to a photo by its name, as far as what is in it agrees."""
        last = extension(one.name)
        kind = kind_by_extension(one.name)
        if (
            kind is CompanionKind.TAKEOUT_JSON
            and (title := self._takeout.title(one.path)) is not None
        ):
            return self._as_titled(one, key, title)
        if last in PHOTO_EXTENSIONS:
            kind = CompanionKind.ORIGINAL
        elif last not in OTHER_EXTENSIONS and self._is_picture(one.path):
            if not one.holds_original:
                return None  # it is judged itself
            kind = CompanionKind.ORIGINAL
        is_shared = one.is_apart or len(list(islice(self._photos_of(one, key), 2))) > 1
        return Companion(one.path, kind, is_shared)

    def _photos_of(self, one: FileBeside, key: str) -> Iterator[str]:
        """Its photos, as far as can be told; the one that is asked for is one."""
        for owner in chain(*one.owners):
            if owner != one.itself and (
                folded(owner) == key
                or self._is_photo(owner)
                or self._is_picture(os.path.join(self._folder, owner)) is not False
            ):
                yield owner

    def _as_titled(self, one: FileBeside, key: str, title: str) -> Companion | None:
        """Metadata as their title confirms the name; None where that names another photo."""
        kind = CompanionKind.TAKEOUT_JSON
        owners = {folded(owner) for owner in self._photos_of(one, key)}
        fitting = {owner for owner in owners if fits_title(owner, title)}
        if not fitting:
            return Companion(one.path, kind, one.is_apart or len(owners) > 1, doubtful=True)
        # Of "IMG_1.jpg" and "IMG_1.heic" the one with the title's extension has it.
        exact = {owner for owner in fitting if extension(owner) == extension(title)} or fitting
        is_shared = one.is_apart or len(exact) > 1
        return Companion(one.path, kind, is_shared) if key in exact else None

    def _saying(self, key: str) -> Iterable[Companion]:
        """Files of the folder that say something of a photo, or may do so."""
        while self._texts:
            path = self._texts.pop()
            self._said[path] = said_in_text(path, self._names)
        for path, said in self._said.items():
            none = frozenset[str]()
            says = None if said is None else said.get(key, none) | said.get(stem_of(key), none)
            if says is None or says:
                yield Companion(path, CompanionKind.FOLDER_FILE, shared=True, says=says)

    def _is_picture(self, path: str) -> bool | None:
        """True where a file begins like a photo; None where it cannot be read."""
        if path not in self._looks:
            above, name = os.path.split(path)
            if above == self._folder and name in self._known:
                return True
            try:
                status = os.lstat(path)
                if recall_sign(status) is not None or has_no_blocks(status):
                    self._looks[path] = None  # reading it would download it
                else:
                    is_file = stat.S_ISREG(status.st_mode)
                    self._looks[path] = is_file and looks_like_photo(read_head(path))
            except (OSError, ValueError):
                self._looks[path] = None
        return self._looks[path]


def _with_stems(names: Iterable[str]) -> frozenset[str]:
    keys = [*map(folded, names)]
    return frozenset((*keys, *map(stem_of, keys)))


def companions_of(path: str) -> tuple[Companion, ...]:
    """List what belongs to a photo, in the order of paths.

    Args:
        path: The photo; it need not exist.

    Raises:
        OSError: Its folder cannot be listed; of one that is gone, nothing is listed.
    """
    folder, name = os.path.split(path)
    try:
        return FolderCompanions(folder, (name,), related_beginnings(folded(name))).of(name)
    except OSError as error:
        if tells_absence(error, folder):
            return ()
        raise
