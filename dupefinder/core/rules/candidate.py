"""One file of a group as the rules see it, and what belongs to it beside its content."""

from dataclasses import dataclass

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import FoundFile


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that belongs to a photo; a large one as far as it had to be read.

    Attributes:
        kind: Value of its `CompanionKind`.
        path: Where it is.
        size_bytes: Its size; None where it cannot be told.
        digest: 32-byte digest; None of a large one that was not read.
        is_left: True when it is left where it is once its photo goes.
        says: Of a folder's file: what it says of the photo; None where that cannot be known.
        attributes: What a person noted of the file, as `personal_attributes` gives it.
        identity: Device and number of a file that has one name; None where that cannot be told.
    """

    kind: str
    path: str
    size_bytes: int | None = None
    digest: bytes | None = None
    is_left: bool = False
    says: frozenset[str] | None = frozenset()
    attributes: bytes = b""
    identity: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """Belongings of a photo beside its content.

    Attributes:
        companions: Files that belong to it: sidecars, films, its RAW file.
        attributes: Tags, comments and colours, as `personal_attributes` gives them.
    """

    companions: tuple[FileBeside, ...] = ()
    attributes: bytes = b""


NO_BELONGING = Belonging()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file of a group as the rules see it.

    Attributes:
        file: Where it lies.
        content_id: Its content; byte-identical files share it.
        facts: What the content tells.
        detail_px: Pixels that hold true detail; fewer than width × height for an enlarged copy.
        pixel_digest: Digest of its pixels where it was needed, else None.
        look: Number of the look it shares with its re-encodings; an edited copy has another.
        shows_less: True for what is known to be cropped or framed from another of the group.
        lasts: False for what lies in a trash, a snapshot or the like, and may vanish at any time.
        belonging: Files that belong to it, and what a person noted of the file.
        folder_rank: Place of its folder in the order that the person gave; 0 comes first.
        source: Its source folder where matches inside one are ignored, else empty.
    """

    file: FoundFile
    content_id: int
    facts: PhotoFacts
    detail_px: int
    pixel_digest: bytes | None
    look: int
    shows_less: bool = False
    lasts: bool = True
    belonging: Belonging = NO_BELONGING
    folder_rank: int = 0
    source: str = ""


def is_from_camera(candidate: Candidate) -> bool:
    """True where a file says which camera took it, and when."""
    return candidate.facts.camera is not None and candidate.facts.taken is not None


def breaks_off(candidate: Candidate) -> bool:
    """True for what does not decode to its end."""
    return candidate.facts.decodes_in_full is False
