"""Decisions of a person about photos: kept in a file of their own, heeded by every later scan.

`marks` is that file; `separated` is the pairs of photos that are never one group. The functions
here load the latter for a scan, a comparison or a search.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from dupefinder.core.catalog import Catalog
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import (
    NOTHING_SEPARATED,
    PhotoKeys,
    SeparatedPhotos,
    photo_keys,
)
from dupefinder.core.errors import DecisionsNotKept
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND

_PHOTOS_AT_ONCE = 1024
"""Photos whose small pictures are in memory together: those of 100,000 take a gigabyte."""


def separated_photos(store: MarkStore, catalog: Catalog) -> SeparatedPhotos:
    """Load the photos that a person called different, each with its known pixel keys.

    Args:
        store: The decisions; missing pixel keys are added from the catalog.
        catalog: Results of reading the photos.
    """
    separations = store.separations()
    if not separations:
        return NOTHING_SEPARATED
    known: dict[bytes, PhotoKeys] = {}
    for separation in separations:
        for photo in separation.photos:
            known[photo.keys.digest] = photo.keys
    fresh = [
        keys
        for keys in keys_of_digests(catalog, list(known))
        if keys.pixels - known[keys.digest].pixels
    ]
    if fresh:
        # If it cannot be written, the next scan adds them.
        with suppress(DecisionsNotKept):
            store.add_pixel_keys(fresh)
            separations = store.separations()
    return SeparatedPhotos(separations)


def keys_of_digests(catalog: Catalog, digests: Sequence[bytes]) -> Iterator[PhotoKeys]:
    """Collect the keys of photos from a catalog; unknown photos are left out."""
    for start in range(0, len(digests), _PHOTOS_AT_ONCE):
        ids = list(catalog.content_ids(digests[start : start + _PHOTOS_AT_ONCE]).values())
        if ids:
            yield from _keys_of(catalog, ids)


def _keys_of(catalog: Catalog, ids: Sequence[int]) -> Iterator[PhotoKeys]:
    having, words = catalog.fingerprints(PICTURE_KIND, ids)
    hashes = dict(zip(having.tolist(), words[:, 0, 0].tolist(), strict=True)) if len(having) else {}
    facts = catalog.facts(ids)
    small = zip(catalog.greys([*facts]), catalog.chromas([*facts]), strict=True)
    for (content_id, content), levels in zip(facts.items(), small, strict=True):
        is_current = content.fingerprint_version == FINGERPRINT_VERSION
        yield photo_keys(
            content.digest,
            content.facts,
            content.pixel_digest,
            hashes.get(content_id) if is_current else None,
            FINGERPRINT_VERSION,
            levels,
        )
