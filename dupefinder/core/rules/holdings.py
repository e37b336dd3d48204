"""What a photo holds beside its picture."""

from dupefinder.core.held_parts import kinds_of, lacking_parts
from dupefinder.core.records import PhotoFacts


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


def holdings_of(facts: PhotoFacts) -> tuple[str, ...]:
    """Name what a photo holds beside its picture: metadata, extras, parts; sorted."""
    transparency = {"transparency"} if facts.has_alpha else set()
    held = metadata_of(facts) | set(facts.extras) | transparency | kinds_of(facts.parts)
    return tuple(sorted(held))
