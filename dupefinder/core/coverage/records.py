"""The values of a comparison. Frozen, slotted, without behaviour; words are made at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dupefinder.core.records import (
    Alteration,
    DifferenceBox,
    Evidence,
    FoundFile,
    Orientation,
    Reason,
)


class CoverageStatus(StrEnum):
    """Coverage of a photo by other folders, the best first."""

    COVERED = "covered"
    SMALLER = "smaller"
    """They have it, but with less: fewer pixels, harder compressed, without its film or depth."""
    ALTERED = "altered"
    """They have it edited, cropped or turned, or in another form than is accepted."""
    MISSING = "missing"


class Extent(StrEnum):
    """Extent to which the library has the photos of a folder."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that was given.

    Attributes:
        path: Absolute path, as it was named.
        is_library: True for the library, False for a backup.
    """

    path: str
    is_library: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Evidence that is accepted for a photo.

    Attributes:
        weakest: Same bytes, same pixels or re-encoded: the weakest evidence that counts.
        smaller: True when a re-encoded copy with less stands for one with more.
    """

    weakest: Evidence = Evidence.RE_ENCODED
    smaller: bool = False


@dataclass(frozen=True, slots=True)
class LibraryMatch:
    """The best that a folder has for a photo.

    Attributes:
        status: The status of the photo. `MISSING` for a mere look-alike, for another
            exposure by the same camera, and for the other half of a RAW file and its rendering.
        file: The copy.
        evidence: Evidence of the match.
        distance_bits: Hamming distance of the search hashes.
        orientation: Turn by which the photo fits the copy.
        alterations: Alterations of the photo, compared with the copy.
        lack: The reason why the copy is no full match; None unless the status is
            `SMALLER` or `MISSING`.
    """

    status: CoverageStatus
    file: FoundFile
    evidence: Evidence
    distance_bits: int
    orientation: Orientation = Orientation.IDENTITY
    alterations: tuple[Alteration, ...] = ()
    lack: Reason | None = None
    differences: tuple[DifferenceBox, ...] = ()


@dataclass(frozen=True, slots=True)
class AbsentCopy:
    """A copy that lay on a drive when it was last seen, and that drive is not connected.

    Attributes:
        volume_id: Identity of the drive's volume.
        label: Its name, where no other known drive has the same; None otherwise.
        relative_path: Path below its mount point.
        seen_ns: When it was seen last, nanoseconds since 1970; None for long ago.
    """

    volume_id: str
    label: str | None
    relative_path: str
    seen_ns: int | None


@dataclass(frozen=True, slots=True)
class PlacedPhoto:
    """One photo in one of the folders.

    Attributes:
        file: The photo.
        content_id: Its content in the catalog.
        root: Number of the given folder that is nearest above it.
    """

    file: FoundFile
    content_id: int
    root: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Result of comparing the given folders with one another.

    Attributes:
        roots: The given folders.
        accepted: The evidence that counts as having a photo.
        places: All photos, in the order of paths.
        answers: For each content that anything is known of, by number of the folder.
        digests: 32-byte BLAKE3 digest of every content.
        unreadable: Paths that could not be read or listed.
    """

    roots: tuple[Root, ...]
    accepted: Accepted
    places: tuple[PlacedPhoto, ...]
    answers: Mapping[int, Mapping[int, LibraryMatch]]
    digests: Mapping[int, bytes]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoCoverage:
    """One photo of a backup.

    Attributes:
        place: The photo.
        status: Result for the library.
        answer: The best that the library has; None without anything alike.
    """

    place: PlacedPhoto
    status: CoverageStatus
    answer: LibraryMatch | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Photos by status.

    Attributes:
        photos: All that could be read.
        covered: Photos that the library has.
        smaller: Photos that it has with less.
        altered: Photos that it has only altered.
        missing: Photos that it lacks.
        unreadable: Files and folders that could not be read; nothing is known of them.
        photos_bytes: Bytes of all.
        covered_bytes: Bytes of those that it has.
        missing_bytes: Bytes of those that it lacks.
    """

    photos: int = 0
    covered: int = 0
    smaller: int = 0
    altered: int = 0
    missing: int = 0
    unreadable: int = 0
    photos_bytes: int = 0
    covered_bytes: int = 0
    missing_bytes: int = 0

    @property
    def extent(self) -> Extent | None:
        """Extent to which the library has the photos; None where there are none to ask for.

        It never has all while there is something that could not be read.
        """
        if self.photos + self.unreadable == 0:
            return None
        if self.covered == self.photos + self.unreadable:
            return Extent.ALL
        return Extent.SOME if self.covered else Extent.NONE


@dataclass(frozen=True, slots=True)
class FolderCoverage:
    """A folder of a backup.

    Attributes:
        path: The folder.
        parent: Path of the folder above it; None for a backup itself.
        own: The photos directly in it.
        total: The same with its sub-folders.
    """

    path: str
    parent: str | None
    own: Tally
    total: Tally


@dataclass(frozen=True, slots=True)
class Overlap:
    """Share of one given folder that another one has.

    Attributes:
        photos: Photos in the first.
        covered: Photos that the second has.
    """

    photos: int
    covered: int


@dataclass(frozen=True, slots=True)
class FolderPair:
    """The photos of one folder whose best match lies in one folder of the library.

    Attributes:
        backup_folder: The folder.
        library_folder: The other.
        identical: Photos that the library has, by same bytes or same pixels.
        differing: Photos that are re-encoded, smaller or altered.
    """

    backup_folder: str
    library_folder: str
    identical: tuple[PhotoCoverage, ...]
    differing: tuple[PhotoCoverage, ...]
