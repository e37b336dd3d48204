"""Folders that another program manages: removing files there without it breaks it.

They are protected unless the person chose exactly that folder to be scanned. The files that
such a program makes from its photos (previews, derivatives) are left out altogether: each
would be found as a duplicate of its own photo.

Markers, as the programs themselves write them:

- Apple Photos, iPhoto, Aperture, Capture One, Lightroom (cloud): a package, that is a folder
  with a suffix of its own.
- Lightroom Classic: a catalog "*.lrcat"; digiKam: its database "digikam4.db".
- Immich: ".immich" in each of its folders, by which it checks that they are mounted.
- PhotoPrism: ".ppstorage" in its storage; ".photoprism" in originals that hold its sidecars.
- Nextcloud: ".ncdata" at the root of its data, before version 31 ".ocdata", as in ownCloud.
"""

import fnmatch
import os
from collections.abc import Iterable
from dataclasses import dataclass

from dupefinder.core.scan.left_out import LeftOut


@dataclass(frozen=True, slots=True)
class ManagingProgram:
    """Signs by which the folders of one program are recognised.

    Attributes:
        code: Name of the program in codes.
        folder_suffixes: Suffixes that its folders have, lower case.
        markers: Names that it puts into its folders.
        marker_suffix: Suffix of such a name, lower case; empty without one.
        owns_layout: True if it names and places the files itself. A folder inside is then its own,
            too, even if the person chose it; programs that only keep a catalog of the person's
            folders do not protect a chosen one.
        generated: Files that it makes from its photos: pattern of the path below its folder, lower
            case, and the code to count it under.
        generated_roots: Names of its folders that hold nothing else.
    """

    code: str
    folder_suffixes: tuple[str, ...] = ()
    markers: frozenset[str] = frozenset()
    marker_suffix: str = ""
    owns_layout: bool = True
    generated: tuple[tuple[str, LeftOut], ...] = ()
    generated_roots: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ManagedFolder:
    """A folder that another program manages.

    Attributes:
        path: The folder.
        program: Code of the program.
        protected: False when the person chose exactly this folder to be scanned.
    """

    path: str
    program: str
    protected: bool


PROGRAMS = (
    ManagingProgram(
        "apple-photos",
        folder_suffixes=(".photoslibrary",),
        generated=(
            ("*resources/derivatives", LeftOut.THUMBNAILS),
            ("*resources/proxies", LeftOut.THUMBNAILS),
            ("*resources/caches", LeftOut.THUMBNAILS),
            ("*resources/cpl", LeftOut.THUMBNAILS),
            ("private", LeftOut.THUMBNAILS),
            ("thumbnails", LeftOut.THUMBNAILS),
        ),
    ),
    ManagingProgram(
        "iphoto",
        folder_suffixes=(".photolibrary", ".migratedphotolibrary"),
        generated=(
            ("thumbnails", LeftOut.THUMBNAILS),
            ("previews", LeftOut.THUMBNAILS),
            ("data", LeftOut.THUMBNAILS),
            ("data.noindex", LeftOut.THUMBNAILS),
        ),
    ),
    ManagingProgram(
        "aperture",
        folder_suffixes=(".aplibrary", ".migratedaplibrary"),
        generated=(
            ("thumbnails", LeftOut.THUMBNAILS),
            ("previews", LeftOut.THUMBNAILS),
        ),
    ),
    ManagingProgram("lightroom", folder_suffixes=(".lrlibrary",)),
    ManagingProgram("lightroom", marker_suffix=".lrcat", owns_layout=False),
    ManagingProgram("capture-one", folder_suffixes=(".cocatalog",)),
    ManagingProgram("digikam", markers=frozenset({"digikam4.db"}), owns_layout=False),
    ManagingProgram(
        "immich",
        markers=frozenset({".immich"}),
        generated_roots=frozenset({"thumbs", "encoded-video"}),
    ),
    ManagingProgram(
        "photoprism",
        markers=frozenset({".ppstorage"}),
        generated=(("cache", LeftOut.THUMBNAILS), ("sidecar", LeftOut.THUMBNAILS)),
    ),
    ManagingProgram(
        "photoprism",
        markers=frozenset({".photoprism"}),
        owns_layout=False,
        generated=(("*.photoprism", LeftOut.THUMBNAILS),),
    ),
    ManagingProgram(
        "nextcloud",
        markers=frozenset({".ncdata", ".ocdata"}),
        generated=(
            ("appdata_*/preview", LeftOut.THUMBNAILS),
            ("*/files_trashbin", LeftOut.TRASH),
            ("*/files_versions", LeftOut.SNAPSHOT),
        ),
    ),
)

_BY_FOLDER_SUFFIX = {suffix: p for p in PROGRAMS for suffix in p.folder_suffixes}
_BY_MARKER = {marker: p for p in PROGRAMS for marker in p.markers}
_BY_MARKER_SUFFIX = {p.marker_suffix: p for p in PROGRAMS if p.marker_suffix}
_GENERATED_ROOTS = {name: p for p in PROGRAMS for name in p.generated_roots}
_OWNING_MARKERS = {marker: p for marker, p in _BY_MARKER.items() if p.owns_layout}


def program_of_folder(name: str) -> ManagingProgram | None:
    """The program whose package a folder of this name is."""
    stem, suffix = os.path.splitext(name)
    return _BY_FOLDER_SUFFIX.get(suffix.lower()) if stem else None


def program_of_entries(names: Iterable[str]) -> ManagingProgram | None:
    """The program whose marker is among the names in a folder."""
    found = None
    for name in names:
        program = _BY_MARKER.get(name)
        if program is None and name.lower().endswith(tuple(_BY_MARKER_SUFFIX)):
            program = _BY_MARKER_SUFFIX[os.path.splitext(name)[1].lower()]
        if program is not None:
            if program.owns_layout:
                return program
            found = program
    return found


def program_above(path: str) -> tuple[str, ManagingProgram] | None:
    """The nearest folder above a path that a program owns, and the program.

    Args:
        path: Absolute path, links resolved.
    """
    above = os.path.dirname(path)
    while True:
        program = program_of_folder(os.path.basename(above))
        if program is None:
            for marker, owner in _OWNING_MARKERS.items():
                if os.path.lexists(os.path.join(above, marker)):
                    program = owner
                    break
        if program is not None:
            return above, program
        parent = os.path.dirname(above)
        if parent == above:
            return None
        above = parent


def generated_code(program: ManagingProgram, relative_path: str) -> LeftOut | None:
    """The code under which a folder is left out because the program generated all its files.

    Args:
        program: The program that manages the folder around it.
        relative_path: Path of the folder below the managed one.
    """
    lower = relative_path.lower().replace(os.sep, "/")
    for pattern, code in program.generated:
        if fnmatch.fnmatchcase(lower, pattern):
            return code
    return None


def is_generated_root(path: str) -> bool:
    """True for a folder with nothing but generated files of a program."""
    program = _GENERATED_ROOTS.get(os.path.basename(path))
    return program is not None and any(
        os.path.lexists(os.path.join(path, marker)) for marker in program.markers
    )
