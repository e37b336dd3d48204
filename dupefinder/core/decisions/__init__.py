"""Decisions of a person about photos: kept in a file of their own, heeded by every later scan.

`marks` is that file; `separated` is the pairs of photos that are never one group. The functions
here load the latter for a scan, a comparison or a search.
"""

from collections.abc import Sequence
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


def keys_of_digests(catalog: Catalog, digests: Sequence[bytes]) -> list[PhotoKeys]:
    """Collect the keys of photos from a catalog; unknown photos are left out."""
    ids = list(catalog.content_ids(digests).values())
    if not ids:
        return []
    having, words = catalog.fingerprints(PICTURE_KIND, ids)
    hashes = dict(zip(having.tolist(), words[:, 0, 0].tolist(), strict=True)) if len(having) else {}
    facts = catalog.facts(ids)
    small = dict(
        zip(
            facts, zip(catalog.greys([*facts]), catalog.chromas([*facts]), strict=True), strict=True
        )
    )
    return [
        photo_keys(
            content.digest,
            content.facts,
            content.pixel_digest,
            hashes.get(content_id) if content.fingerprint_version == FINGERPRINT_VERSION else None,
            FINGERPRINT_VERSION,
            small[content_id],
        )
        for content_id, content in facts.items()
    ]
