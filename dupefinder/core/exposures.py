"""What cameras say of their exposures: two times of one camera are two moments, however alike."""

from collections.abc import Set

from dupefinder.core.records import PhotoFacts

Shot = tuple[str, str]
"""Camera and time of an exposure."""


def shot_of(facts: PhotoFacts) -> Shot | None:
    """Camera and time; None where one of them is not told."""
    return (facts.camera, facts.taken) if facts.camera and facts.taken else None


def are_different_exposures(ours: Set[Shot], theirs: Set[Shot]) -> bool:
    """True when one camera took the two at different times, whatever it says.

    A time without fractions of a second agrees with any fraction: editors drop them.
    """
    times = [
        (our_time, their_time)
        for our_camera, our_time in ours
        for their_camera, their_time in theirs
        if our_camera == their_camera
    ]
    return bool(times) and not any(
        one.startswith(other) or other.startswith(one) for one, other in times
    )
