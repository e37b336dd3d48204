"""Companions of a photo: files that belong to it, and their kinds."""

from dataclasses import dataclass
from enum import StrEnum

from dupefinder.core.picture_names import extension


class CompanionKind(StrEnum):
    """Kind of companion."""

    LIVE_PHOTO = "live-photo"
    """A film with its name."""
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
    """Any other companion: settings of a program, a caption, a voice memo."""


_FILMS = "mov mp4 m4v mp mv 3gp 3g2 avi mts m2ts"
_KINDS = {
    **dict.fromkeys(_FILMS.split(), CompanionKind.LIVE_PHOTO),
    "xmp": CompanionKind.XMP,
    "aae": CompanionKind.AAE,
    "thm": CompanionKind.THM,
    "json": CompanionKind.TAKEOUT_JSON,
}
_STAYS_BEHIND = frozenset((CompanionKind.RAW, CompanionKind.ORIGINAL, CompanionKind.FOLDER_FILE))


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to a photo.

    Attributes:
        path: Its path.
        kind: The kind of companion.
        shared: True when it belongs to another photo of the folder, too.
        doubtful: True when its name and its content name different photos.
        says: Statements of a folder's file on this photo; None where they are not known.
    """

    path: str
    kind: CompanionKind
    shared: bool = False
    doubtful: bool = False
    says: frozenset[str] | None = frozenset()

    @property
    def goes_along(self) -> bool:
        """True when it is useless without its photo."""
        return not (self.shared or self.doubtful or self.kind in _STAYS_BEHIND)


def kind_by_extension(name: str) -> CompanionKind:
    """The kind by a file's extension; `SIDECAR` for unknown ones."""
    return _KINDS.get(extension(name), CompanionKind.SIDECAR)
