"""What a photo holds beside its picture."""

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


def holdings_of(facts: PhotoFacts) -> tuple[str, ...]:
    """Name what a photo holds beside its picture: metadata, extras, transparency; sorted."""
    transparency = {"transparency"} if facts.has_alpha else set()
    return tuple(sorted(metadata_of(facts) | set(facts.extras) | transparency))
