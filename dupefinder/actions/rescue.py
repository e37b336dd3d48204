"""What a photo says and the copy that stays does not, kept in a new sidecar beside that copy.

The copy itself is not changed by a byte, and no file that is there is written.
"""

import os
from collections.abc import Set
from dataclasses import dataclass

from dupefinder.actions.records import PlannedFile
from dupefinder.actions.sidecar_file import encode_sidecar
from dupefinder.core.companions import companions_of
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.decode.photo_words import PhotoWords, read_xmp_words
from dupefinder.core.decode.word_digests import digest_xmp_words

_MOST_SIDECAR_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Rescue:
    """A sidecar to be written.

    Attributes:
        path: Where.
        content: What.
    """

    path: str
    content: bytes


class CannotRescue(Exception):
    """There is something to keep, and no place for it. Its text names what stands in the way."""


def rescue_for(
    survivor: PlannedFile,
    goes: PhotoWords,
    stays: PhotoWords,
    only_goes: Set[str] = frozenset(),
) -> Rescue | None:
    """Say what to write beside a copy that stays.

    Args:
        survivor: That copy.
        goes: What the photo says that goes.
        stays: What the copy says itself; what its sidecars say is read here.
        only_goes: Digests of words that only the photo that goes has, of any kind, see
            `decode.word_digests`.

    Returns:
        None where nothing is lacking.

    Raises:
        CannotRescue: The copy is protected, has a sidecar already, or something is said that
            a sidecar of ours cannot hold.
        OSError: Its folder cannot be listed, or its sidecar not read.
    """
    if not (only_goes or _lacks(goes, stays)):
        return None
    sidecars = [
        companion.path
        for companion in companions_of(survivor.path)
        if companion.kind is CompanionKind.XMP
    ]
    for path in sidecars:
        content = read_small_file(path, _MOST_SIDECAR_BYTES)
        stays = stays.completed_by(read_xmp_words(content))
        only_goes = only_goes - set(digest_xmp_words(content))
    if not (only_goes or _lacks(goes, stays)):
        return None
    if survivor.protected:
        raise CannotRescue(survivor.path)
    path = f"{survivor.path}.xmp"
    if sidecars or os.path.lexists(path):
        raise CannotRescue(next(iter(sidecars), path))
    # Programs that read a sidecar often look no further, so it says all that is known.
    content = encode_sidecar(stays.completed_by(goes))
    if only_goes - set(digest_xmp_words(content)):
        raise CannotRescue(survivor.path)
    return Rescue(path, content)


def _lacks(goes: PhotoWords, stays: PhotoWords) -> bool:
    """True where the one says something on what the other is silent about."""
    return stays.completed_by(goes) != stays
