"""Decisions of a person about photos, loaded for scans and comparisons."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import DecisionsNotKept
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
from dupefinder.core.marks import MarkStore
from dupefinder.core.records import Group
from dupefinder.core.separated import (
    NOTHING_SEPARATED,
    PhotoKeys,
    SeparatedPhotos,
    all_different,
    photo_keys,
)

if TYPE_CHECKING:
    # Loaded when photos were read, see `pipeline`.
    from dupefinder.core.grouping import Matches


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


def carry_over(
    store: MarkStore,
    matches: "Matches",
    groups: Sequence[Group],
    threshold_bits: int,
    catalog: Catalog,
) -> bool:
    """Store dismissed groups of an earlier version, kept by group id, by content.

    Args:
        store: The decisions.
        matches: The matches of a scan, which then heed the decisions.
        groups: Its groups.
        threshold_bits: The threshold of these.
        catalog: Results of reading the photos.

    Returns:
        True when the groups have to be made once more.
    """
    from dupefinder.core.grouping.look_alikes import look_alike_groups

    old = store.dismissed()
    if not old:
        return False
    found = (*groups, *look_alike_groups(matches, threshold_bits, catalog))
    now_ns = time.time_ns()
    meant = {
        group.group_id: all_different(group.members, now_ns)
        for group in found
        if group.group_id in old
    }
    if not meant:
        return False
    store.carry_over(meant)
    matches.set_separated(separated_photos(store, catalog), catalog)
    return True
