"""One file of a group as the rules see it: its facts, its parts, its companions."""

from dataclasses import dataclass

from dupefinder.core.file_parts import kinds_of, lacking_parts
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import FoundFile


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that belongs to a photo; a large one only as far as it had to be read.

    Attributes:
        kind: Value of its `CompanionKind`.
        path: Its path.
        size_bytes: Its size; None if unknown.
        digest: 32-byte digest; None for a large one that was not read.
        is_left: True if it stays when its photo is removed.
        says: For a file about a whole folder: its entry on the photo; None if unknown.
        attributes: The person's notes on the file, as `personal_attributes` gives them.
        identity: Device and inode of a file with one name; None if unknown.
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
    """Companions and attributes of a photo.

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
        file: The file.
        content_id: Its content; byte-identical files share it.
        facts: The facts of the content.
        detail_px: Pixels that hold true detail; fewer than width × height for an enlarged copy.
        pixel_digest: Digest of its pixels if it was needed, else None.
        look: Number of the look it shares with its re-encodings; an edited copy has another.
        shows_less: True if it is known to be cropped or framed from another of the group.
        lasts: False in a trash, a snapshot or the like, where it may vanish at any time.
        belonging: Its companions, and the person's notes on the file.
        folder_rank: Place of its folder in the person's order; 0 comes first.
        source: Its source folder if matches inside one are ignored, else empty.
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
    """True if its metadata name the camera and the time."""
    return candidate.facts.camera is not None and candidate.facts.taken is not None


def breaks_off(candidate: Candidate) -> bool:
    """True if it does not decode to its end."""
    return candidate.facts.decodes_in_full is False


def metadata_of(facts: PhotoFacts) -> frozenset[str]:
    """Name the metadata whose loss matters to a person.

    Returns:
        A set of "date", "camera", "gps", "caption", "rating".
    """
    present = {
        "date": facts.taken is not None,
        "camera": facts.camera is not None,
        "gps": facts.has_gps,
        "caption": facts.has_caption,
        "rating": bool(facts.rating),
    }
    return frozenset(name for name, there in present.items() if there)


def lacks_texts(keeper: PhotoFacts, other: PhotoFacts) -> bool:
    """True if a copy has text that the kept one lacks."""
    return not set(other.word_digests) <= set(keeper.word_digests)


def lacking_metadata(keeper: PhotoFacts, other: PhotoFacts) -> tuple[str, ...]:
    """Name the metadata and parts of a copy that the kept one lacks.

    Args:
        keeper: The one that stays.
        other: The copy.

    Returns:
        Sorted codes: those of `metadata_of`, "words", and those of `file_parts.PartKind`.
    """
    lacking = set(metadata_of(other) - metadata_of(keeper))
    if "caption" not in lacking and lacks_texts(keeper, other):
        lacking.add("words")
    return tuple(sorted(lacking | lacking_parts(keeper.parts, other.parts)))


def lacking_extras(keeper: PhotoFacts, other: PhotoFacts) -> tuple[str, ...]:
    """Name the transparency and the extras of a copy, such as a film, if the kept one lacks them.

    Args:
        keeper: The one that stays.
        other: The copy.

    Returns:
        Sorted codes: "transparency", or those of `PhotoFacts.extras`.
    """
    if other.has_alpha and not keeper.has_alpha:
        return ("transparency",)
    # Without a digest nothing tells that both have the same ones.
    are_equal = other.extras_digest is not None and other.extras_digest == keeper.extras_digest
    if are_equal and set(other.extras) <= set(keeper.extras):
        return ()
    return tuple(sorted(other.extras))


def metadata_inventory(facts: PhotoFacts) -> tuple[str, ...]:
    """Name the metadata, extras and parts of a photo, sorted."""
    transparency = {"transparency"} if facts.has_alpha else set()
    held = metadata_of(facts) | set(facts.extras) | transparency | kinds_of(facts.parts)
    return tuple(sorted(held))


def lacking_companions(keeper: Candidate, other: Candidate) -> tuple[str, ...]:
    """Name the companions of a copy that have no equal beside the kept one.

    Files of one size that were not read may still differ: they are compared before the copy is
    removed.

    Args:
        keeper: The one that stays.
        other: The copy.

    Returns:
        Sorted values of `CompanionKind`.
    """
    beside = keeper.belonging.companions
    lacking = {
        one.kind
        for one in other.belonging.companions
        # The kept copy may itself be the photo as it was before a program changed it.
        if one.path != keeper.file.path and not any(_may_equal(twin, one) for twin in beside)
    }
    return tuple(sorted(lacking))


def _may_equal(twin: FileBeside, companion: FileBeside) -> bool:
    if twin.kind != companion.kind or twin.says is None or companion.says is None:
        return False
    if twin.says or companion.says:
        return companion.says <= twin.says
    if twin.path == companion.path:
        return companion.is_left
    if twin.identity is not None and twin.identity == companion.identity:
        return False  # one file, which two paths lead to
    if None not in (companion.digest, twin.digest) and companion.digest != twin.digest:
        return False
    if lacking_parts(twin.attributes, companion.attributes):
        return False
    return companion.size_bytes is not None and companion.size_bytes == twin.size_bytes
