"""Exposures as cameras record them: two moments of one camera are two photos, however alike.

Only data that both photos have can contradict, and only data of one camera: that of another camera
may be of a scanner, and says nothing about the moment. Data that editors write by themselves do not
count; see `decode.metadata.exposure_ids` for what is read.
"""

from collections.abc import Set
from typing import NamedTuple

from dupefinder.core.photo_facts import PhotoFacts

TAKEN_AS = "taken-as"
"""Kind of the token for a time that is not that of the exposure."""
FILE_TIME, DIGITIZED_TIME = "file", "digitized"
"""Its values: programs set the one whenever they save; the other may be that of a scan."""

_MOST_RATIO = {"exposure-time": 1.1, "f-number": 1.05, "iso": 1.1}
"""Cameras step these by thirds: 1.26, 1.12 and 1.26. Programs round by far less."""
_MOST_STEP = {"exposure-bias": 0.2}
"""In exposure values; cameras step by a third."""
_SETTINGS = _MOST_RATIO.keys() | _MOST_STEP.keys()


class Shot(NamedTuple):
    """Exposure data of a photo.

    Attributes:
        camera: Make and model.
        taken: Its time, see `PhotoFacts.taken`; None where only the time of the file is known.
        taken_as: Empty for the time of the exposure, else `DIGITIZED_TIME`.
        marks: Other marks of the exposure, kind and value, at most one of each kind.
    """

    camera: str
    taken: str | None
    taken_as: str = ""
    marks: tuple[tuple[str, str], ...] = ()


def shot_of(facts: PhotoFacts) -> Shot | None:
    """The exposure data of a photo; None where it names no camera or nothing else."""
    if not facts.camera:
        return None
    ids = dict(token.split(":", 1) for token in facts.exposure_ids if ":" in token)
    taken_as = ids.pop(TAKEN_AS, "")
    taken = None if taken_as == FILE_TIME else facts.taken
    if facts.is_raw:
        # A phone makes its JPEG of several frames and keeps one of them as the RAW file.
        ids = {kind: value for kind, value in ids.items() if kind not in _SETTINGS}
    if not taken and not ids:
        return None
    return Shot(facts.camera, taken, taken_as, tuple(ids.items()))


def is_other_exposure(one: PhotoFacts, other: PhotoFacts) -> bool:
    """True when the data of one camera show that it took two photos at different moments.

    The order of the two does not matter, and data that one of them lacks never contradict.
    """
    ours, theirs = shot_of(one), shot_of(other)
    return ours is not None and theirs is not None and _contradict(ours, theirs) is True


def are_different_exposures(ours: Set[Shot], theirs: Set[Shot]) -> bool:
    """True when one camera took the two at different times, whatever it says.

    Args:
        ours: Exposures that the copies of the one photo state.
        theirs: Facts of the other photo.
    """
    verdicts = {_contradict(one, other) for one in ours for other in theirs}
    return True in verdicts and False not in verdicts


def _contradict(one: Shot, other: Shot) -> bool | None:
    """Compare two values; None where they cannot be compared.

    A time without fractions of a second agrees with any fraction: editors drop them.
    """
    if one.camera != other.camera:
        return None
    is_comparable = False
    if one.taken and other.taken and one.taken_as == other.taken_as:
        is_comparable = True
        if not (one.taken.startswith(other.taken) or other.taken.startswith(one.taken)):
            return True
    theirs = dict(other.marks)
    for kind, value in one.marks:
        if kind in theirs:
            is_comparable = True
            if value != theirs[kind] and _differ(kind, value, theirs[kind]):
                return True
    return False if is_comparable else None


def _differ(kind: str, one: str, other: str) -> bool:
    """True for values that differ by more than rounding."""
    if kind not in _SETTINGS:
        return True
    least, most = sorted((float(one), float(other)))
    if kind in _MOST_STEP:
        return most - least > _MOST_STEP[kind]
    return most > least * _MOST_RATIO[kind]
