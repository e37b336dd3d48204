"""Twins: contents whose small pictures are equal, searched for and judged as one.

5,000 icons that differ in their metadata are one point of the tree and no quarter of a billion
pairs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND


@dataclass(frozen=True, slots=True)
class Twins:
    """Which contents have equal small pictures.

    Attributes:
        content_ids: int64 (n,), ascending.
        twin_ids: int64 (n,), for each the least content id of its equals, itself when alone.
        ranks: int64 (n,), a total order of the small pictures, the same in every catalog.
    """

    content_ids: NDArray[np.int64]
    twin_ids: NDArray[np.int64]
    ranks: NDArray[np.int64]

    def of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the twin ids of known contents."""
        return self.twin_ids[np.searchsorted(self.content_ids, content_ids)]

    def rank_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the ranks of known contents."""
        return self.ranks[np.searchsorted(self.content_ids, content_ids)]


def find_twins(catalog: Catalog) -> Twins:
    """Group all contents by equal small pictures; those that an older version read are left out."""
    ids, words = catalog.fingerprints(PICTURE_KIND)
    current = ~np.isin(ids, catalog.outdated_contents(FINGERPRINT_VERSION))
    ids, words = ids[current], words[current]
    if len(ids) == 0:
        return Twins(ids, ids, ids)
    _, first, place = np.unique(words[:, 0, 0], return_index=True, return_inverse=True)
    return Twins(ids, ids[first][place], place)  # ids ascend, so the first index is the least id


def first_by_digest(
    catalog: Catalog, twins: Twins, twin_ids: NDArray[np.int64]
) -> dict[int, StoredContent]:
    """Choose one content for each of some twin ids, whichever the catalog met first.

    Args:
        catalog: Where the contents are.
        twins: Of all contents.
        twin_ids: int64 (n,), those wanted.
    """
    members = np.flatnonzero(np.isin(twins.twin_ids, twin_ids))
    contents = catalog.facts(twins.content_ids[members])
    first: dict[int, StoredContent] = {}
    for member in members.tolist():
        content = contents[int(twins.content_ids[member])]
        known = first.setdefault(int(twins.twin_ids[member]), content)
        if content.digest < known.digest:
            first[int(twins.twin_ids[member])] = content
    return first
