"""One file of a group as the rules see it."""

from dataclasses import dataclass

from dupefinder.core.records import NO_BELONGING, Belonging, FoundFile, PhotoFacts


@dataclass(frozen=True, slots=True)
class Candidate:
    """See the module.

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


def is_from_camera(candidate: Candidate) -> bool:
    """True where a file says which camera took it, and when."""
    return candidate.facts.camera is not None and candidate.facts.taken is not None


def breaks_off(candidate: Candidate) -> bool:
    """True for what does not decode to its end."""
    return candidate.facts.decodes_in_full is False
