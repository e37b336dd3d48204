"""One file of a group as the rules see it: its facts, what it holds, what belongs to it."""

from dataclasses import dataclass

from dupefinder.core.held_parts import kinds_of, lacking_parts
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
        attributes: The person's notes on the file, as `personal_attributes` gives them.
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
        facts: The facts of the content.
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


def metadata_of(facts: PhotoFacts) -> frozenset[str]:
    """Name the metadata whose loss a person would mourn.

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


def lacks_words(keeper: PhotoFacts, other: PhotoFacts) -> bool:
    """Tell whether a copy says in words what the one that stays does not."""
    return not set(other.word_digests) <= set(keeper.word_digests)


def lacking_holdings(keeper: PhotoFacts, other: PhotoFacts) -> tuple[str, ...]:
    """Name what a copy says or holds beside its picture that the one that stays does not.

    Args:
        keeper: The one that stays.
        other: The copy.

    Returns:
        Sorted codes: those of `metadata_of`, "words", and those of `held_parts.PartKind`.
    """
    lacking = set(metadata_of(other) - metadata_of(keeper))
    if "caption" not in lacking and lacks_words(keeper, other):
        lacking.add("words")
    return tuple(sorted(lacking | lacking_parts(keeper.parts, other.parts)))


def metadata_inventory(facts: PhotoFacts) -> tuple[str, ...]:
    """Name what a photo holds beside its picture: metadata, extras, parts; sorted."""
    transparency = {"transparency"} if facts.has_alpha else set()
    held = metadata_of(facts) | set(facts.extras) | transparency | kinds_of(facts.parts)
    return tuple(sorted(held))


def lacking_companions(keeper: Candidate, other: Candidate) -> tuple[str, ...]:
    """Name the files that belong to a copy and have no equal beside the one that stays.

    Files of one size that were not read may still differ: they are compared before the copy goes.

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
        # The one that stays may itself be the photo as it was before a program changed it.
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
