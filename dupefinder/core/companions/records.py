"""Companions of a photo: files that belong to it, and their kinds."""

from dataclasses import dataclass
from enum import StrEnum


class CompanionKind(StrEnum):
    """Kind of companion."""

    LIVE_PHOTO = "live-photo"
    """A film of its name."""
    XMP = "xmp"
    AAE = "aae"
    THM = "thm"
    RAW = "raw"
    """The RAW file beside a rendering, or the rendering beside a RAW file."""
    TAKEOUT_JSON = "takeout-json"
    ORIGINAL = "original"
    """The photo as it was before a program changed it."""
    FOLDER_FILE = "folder-file"
    """A file that says something of every photo of the folder, of this one, too."""
    SIDECAR = "sidecar"
    """Anything else: another program's settings, a caption, a voice memo."""


_STAYS_BEHIND = frozenset((CompanionKind.RAW, CompanionKind.ORIGINAL, CompanionKind.FOLDER_FILE))


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to a photo.

    Attributes:
        path: Where it is.
        kind: What it is to the photo.
        shared: True when it belongs to another photo of the folder, too.
        doubtful: True when its name and what is in it do not name the same photo.
        says: Of a folder's file: what it says of this photo; None where that cannot be known.
    """

    path: str
    kind: CompanionKind
    shared: bool = False
    doubtful: bool = False
    says: frozenset[str] | None = frozenset()

    @property
    def goes_along(self) -> bool:
        """True when it has no more use once its photo has gone."""
        return not (self.shared or self.doubtful or self.kind in _STAYS_BEHIND)
