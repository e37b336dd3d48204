"""Holdings of a photo beside its picture, in its file and beside that."""

from dupefinder.core.held_parts import kinds_of, lacking_parts
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.rules.candidate import Candidate, FileBeside


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
