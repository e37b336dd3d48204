"""Stored fingerprints: all kinds that the catalog keeps of a photo, computed in one go."""

from collections.abc import Sequence

import numpy as np

from dupefinder.core.fingerprint import (
    FINGERPRINTS,
    PICTURE_KIND,
    STORED_KINDS,
    Words,
    picture_words,
)
from dupefinder.core.fingerprint.covers import COVERS_KIND, cover_words
from dupefinder.core.fingerprint.views import VIEWS_KIND, view_words
from dupefinder.core.photo_facts import DecodedPhoto

_PHOTOS_AT_ONCE = 32
"""Photos for which fingerprints are computed together; their greys fit into the cache."""


def fingerprints_of(photos: Sequence[DecodedPhoto]) -> list[dict[str, Words]]:
    """Compute the stored fingerprints of photos, all in one go.

    Args:
        photos: n decoded photos.

    Returns:
        n dictionaries of uint64 (variants, words) by kind.
    """
    fingerprints: list[dict[str, Words]] = []
    for start in range(0, len(photos), _PHOTOS_AT_ONCE):
        some = photos[start : start + _PHOTOS_AT_ONCE]
        greys = np.stack([photo.grey for photo in some])
        chromas = np.stack([photo.chroma for photo in some])
        by_kind = {kind: FINGERPRINTS[kind].of_greys(greys) for kind in STORED_KINDS}
        inner = np.stack(
            [photo.grey if photo.inner is None else photo.inner.grey for photo in some]
        )
        by_kind[VIEWS_KIND] = view_words(inner)
        by_kind[COVERS_KIND] = cover_words(greys, inner)
        by_kind[PICTURE_KIND] = picture_words(greys, chromas)
        fingerprints.extend(
            {kind: words[index] for kind, words in by_kind.items()} for index in range(len(some))
        )
    return fingerprints
