"""Contents with equal thumbnails: one picture id, searched for and verified as one.

5,000 icons that differ in their metadata are one point of the tree, instead of millions of pairs.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND, inverse
from dupefinder.core.id_sets import common, distinct
from dupefinder.core.records import Orientation


@dataclass(frozen=True, slots=True)
class EqualThumbnails:
    """Classes of contents with equal small pictures.

    Attributes:
        content_ids: int64 (n,), ascending.
        picture_ids: int64 (n,), for each content the least id among its equals; its own if it has
            none.
        ranks: int64 (n,), a total order of the small pictures, the same in every catalog.
        present_ids: int64 (m,), ascending, the contents of the scan. Others in the catalog must
            make no difference to it.
        hashes: uint64 (n,), fingerprints of the small pictures, equal for equal ones.
    """

    content_ids: NDArray[np.int64]
    picture_ids: NDArray[np.int64]
    ranks: NDArray[np.int64]
    present_ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    @property
    def present_pictures(self) -> NDArray[np.int64]:
        """The picture ids of the contents of the scan, ascending, each once."""
        return distinct(self.of(self.present_ids))

    def present_members(self, picture_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The contents of the scan with some picture ids."""
        return self.present_ids[np.isin(self.of(self.present_ids), picture_ids)]

    def of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the picture ids of known contents."""
        return self.picture_ids[np.searchsorted(self.content_ids, content_ids)]

    def hash_of(self, content_id: int) -> int | None:
        """Look up the fingerprint of a content's small picture; None if it is unknown."""
        place = int(np.searchsorted(self.content_ids, content_id))
        return int(self.hashes[place]) if place < len(self.hashes) else None

    def rank_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the ranks of known contents."""
        return self.ranks[np.searchsorted(self.content_ids, content_ids)]


def find_equal_thumbnails(
    catalog: Catalog, present_ids: NDArray[np.int64] | None = None
) -> EqualThumbnails:
    """Group all contents by equal small pictures, except those read by an older version.

    Args:
        catalog: The catalog with them.
        present_ids: int64 (m,), the contents of the scan; None for all.
    """
    ids, words = catalog.fingerprints(PICTURE_KIND)
    current = ~np.isin(ids, catalog.outdated_contents(FINGERPRINT_VERSION))
    ids, words = ids[current], words[current]
    if len(ids) == 0:
        return EqualThumbnails(ids, ids, ids, ids)
    present = ids if present_ids is None else common(ids, present_ids)
    _, first, place = np.unique(words[:, 0, 0], return_index=True, return_inverse=True)
    # The ids ascend, so the first index is the least id.
    return EqualThumbnails(ids, ids[first][place], place, present, words[:, 0, 0])


def first_by_digest(
    catalog: Catalog, equal_thumbnails: EqualThumbnails, picture_ids: NDArray[np.int64]
) -> dict[int, StoredContent]:
    """Choose one content of the scan for each picture id, independent of the reading order.

    Args:
        catalog: The catalog of the contents.
        equal_thumbnails: Equal thumbnails of all contents.
        picture_ids: int64 (n,), those wanted.
    """
    members = equal_thumbnails.present_members(picture_ids)
    contents = catalog.facts(members)
    first: dict[int, StoredContent] = {}
    for member, picture_id in zip(
        members.tolist(), equal_thumbnails.of(members).tolist(), strict=True
    ):
        content = contents[member]
        if picture_id not in first or content.digest < first[picture_id].digest:
            first[picture_id] = content
    return first


def first_ids(
    catalog: Catalog, equal_thumbnails: EqualThumbnails, picture_ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Ids of the contents that `first_by_digest` chooses, int64 (n,), in the order given.

    Args:
        catalog: The catalog of the contents.
        equal_thumbnails: Equal thumbnails of all contents.
        picture_ids: int64 (n,), ascending, each that of a content of the scan.
    """
    members = equal_thumbnails.present_members(picture_ids)
    _, first, count = np.unique(equal_thumbnails.of(members), return_index=True, return_counts=True)
    ids: NDArray[np.int64] = members[first]
    several = np.flatnonzero(count > 1)  # nearly all have no equal, and need not be read
    chosen = first_by_digest(catalog, equal_thumbnails, picture_ids[several])
    ids[several] = [chosen[picture_id].content_id for picture_id in picture_ids[several].tolist()]
    return ids


INVERSES = np.array([inverse(orientation) for orientation in Orientation])
"""The turn that undoes each `Orientation`."""

Indices = NDArray[np.int64]


def oriented_by_rank(
    pairs: Pairs, equal_thumbnails: EqualThumbnails
) -> tuple[Indices, Indices, NDArray[np.uint8]]:
    """Keep the photo of lower rank upright, independent of the order of reading.

    Args:
        pairs: Pairs of picture ids.
        equal_thumbnails: Equal thumbnails of all contents.

    Returns:
        Picture ids of the upright photos and of the turned ones, int64 (n,) each, and the
        `Orientation` by which the latter are turned, (n,).
    """
    swapped = equal_thumbnails.rank_of(pairs["a"]) > equal_thumbnails.rank_of(pairs["b"])
    still: Indices = np.where(swapped, pairs["b"], pairs["a"])
    moved: Indices = np.where(swapped, pairs["a"], pairs["b"])
    turns = np.where(swapped, INVERSES[pairs["orientation"]], pairs["orientation"])
    return still, moved, turns.astype(np.uint8)
