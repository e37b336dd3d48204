"""Twins that are proved: of near-flat pictures only those with equal pixels.

Two blank pages have equal small pictures, whatever is written on them in small print.
"""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.confirm import FLAT_CONTRAST
from dupefinder.core.grouping.match_graph import picture_key
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails


def prove_twins(
    present: NDArray[np.int64], twins: EqualThumbnails, catalog: Catalog
) -> NDArray[np.int64]:
    """Look up twin ids, those of near-flat pictures parted further: by what they show in full.

    Args:
        present: int64 (n,), contents at hand.
        twins: Of all contents.
        catalog: Tells which are near-flat, and what is known of their pixels.

    Returns:
        int64 (n,), equal for two contents that are twins.
    """
    twin_ids = twins.of(present)
    is_flat = np.isin(present, catalog.flat_contents(FLAT_CONTRAST))
    _, inverse_of, counts = np.unique(twin_ids, return_inverse=True, return_counts=True)
    in_question = np.flatnonzero(is_flat & (counts[inverse_of] > 1))
    contents = catalog.facts(present[in_question])
    pictures = {key: _picture(content) for key, content in contents.items()}
    # Of files with one compressed picture, one may have been measured and another not.
    pixels: dict[object, bytes] = {}
    for key, content in contents.items():
        if (digest := content.pixel_digest) is not None:
            # Should two differ after all, the order in which they were met must not matter.
            pixels[pictures[key]] = min(digest, pixels.get(pictures[key], digest))
    first_by_pixels: dict[object, int] = {}
    for index in in_question.tolist():  # ascending, so the first is the least id
        content_id = int(present[index])
        facts, picture = contents[content_id].facts, pictures[content_id]
        shown = (facts.width_px, facts.height_px, pixels.get(picture) or picture)
        twin_ids[index] = first_by_pixels.setdefault(shown, content_id)
    return twin_ids


def _picture(content: StoredContent) -> object:
    return content.content_id if content.facts.picture_digest is None else picture_key(content)
