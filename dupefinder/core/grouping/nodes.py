"""The nodes of a scan's contents: equal thumbnails, RAW files apart from their renderings.

Contents with equal small pictures are one node. Near-flat pictures are only if all of their pixels
are equal: two blank pages have equal small pictures, whatever their small print.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.confirm import FLAT_CONTRAST
from dupefinder.core.grouping.match_graph import picture_key
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails


class Nodes:
    """The node of each content and file of a scan; nodes may be split, never joined.

    Attributes:
        present: int64 (k,), the contents, ascending.
        keys: int64 (m,), keys of the nodes, as `Edges` gets them.
        of_present: int64 (k,), the node of each content.
        of_file: int64 (n,), the node of each file.
        rank: int64 (m,), an order of the nodes that depends on their contents alone.
        digest_rank: int64, the same order of contents, by id.
        parted: Nodes that were split off, by their old node.
    """

    def __init__(
        self, content_ids: NDArray[np.int64], equal_thumbnails: EqualThumbnails, catalog: Catalog
    ) -> None:
        """Make the nodes.

        Args:
            content_ids: int64 (n,), the content of each file.
            equal_thumbnails: Equal thumbnails of all contents.
            catalog: Tells what is known of the contents.
        """
        self._content_ids = content_ids
        self.present = distinct(content_ids)
        raw = np.isin(self.present, catalog.raw_contents())
        keys = proved_picture_ids(self.present, equal_thumbnails, catalog) * 2 + raw
        self.of_present: NDArray[np.int64]
        self.keys, self.of_present = np.unique(keys, return_inverse=True)
        self.of_file: NDArray[np.int64] = self.of_present[
            np.searchsorted(self.present, content_ids)
        ]
        self.digest_rank = np.empty(int(self.present.max(initial=0)) + 1, dtype=np.int64)
        by_digest = catalog.ids_by_digest()
        by_digest = by_digest[np.isin(by_digest, self.present)]
        self.digest_rank[by_digest] = np.arange(len(by_digest))
        self.rank = np.full(len(self.keys), np.iinfo(np.int64).max)
        np.minimum.at(self.rank, self.of_present, self.digest_rank[self.present])
        self.parted: dict[int, list[int]] = {}
        self._parted_from: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, content_id: int) -> int:
        """The node of a content."""
        return int(self.of_present[np.searchsorted(self.present, content_id)])

    def of_all(self, content_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """The nodes of contents, int64 (n,)."""
        return self.of_present[np.searchsorted(self.present, content_ids)]

    def joint_of(self, content_id: int) -> int:
        """The node of a content before it was split off, which has the open pairs."""
        node = self.of(content_id)
        return self._parted_from.get(node, node)

    def first_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The nodes from which nodes were split off at first, int64 (n,); most are their own."""
        first = np.arange(len(self.keys))
        for node, old in self._parted_from.items():  # an older node comes first
            first[node] = first[old]
        return first[nodes]

    def has(self, content_id: int) -> bool:
        """True for a content of the scan."""
        place = int(np.searchsorted(self.present, content_id))
        return place < len(self.present) and int(self.present[place]) == content_id

    def part(self, content_ids: Sequence[int]) -> int:
        """Give contents of one node a node of their own.

        Returns:
            The new node.
        """
        old, node = self.of(content_ids[0]), len(self.keys)
        self.keys = np.append(self.keys, self.keys[-1] + 2)
        self.rank = np.append(self.rank, self.digest_rank[list(content_ids)].min())
        self.of_present[np.searchsorted(self.present, content_ids)] = node
        self.of_file[np.isin(self._content_ids, content_ids)] = node
        self.parted.setdefault(old, []).append(node)
        self._parted_from[node] = old
        return node


def proved_picture_ids(
    present: NDArray[np.int64], equal_thumbnails: EqualThumbnails, catalog: Catalog
) -> NDArray[np.int64]:
    """Look up picture ids, with near-flat pictures split further by their full pixels.

    Args:
        present: int64 (n,), contents at hand.
        equal_thumbnails: Equal thumbnails of all contents.
        catalog: Tells which are near-flat, and what is known of their pixels.

    Returns:
        int64 (n,), equal for two contents with equal thumbnails.
    """
    picture_ids = equal_thumbnails.of(present)
    is_flat = np.isin(present, catalog.flat_contents(FLAT_CONTRAST))
    _, inverse_of, counts = np.unique(picture_ids, return_inverse=True, return_counts=True)
    in_question = np.flatnonzero(is_flat & (counts[inverse_of] > 1))
    contents = catalog.facts(present[in_question])
    pictures = {key: _picture(content) for key, content in contents.items()}
    # Of files with one compressed picture, one may have been measured and another not.
    pixels: dict[object, bytes] = {}
    for key, content in contents.items():
        if (digest := content.pixel_digest) is not None:
            # If two differ after all, the order in which they are met must not matter.
            pixels[pictures[key]] = min(digest, pixels.get(pictures[key], digest))
    first_by_pixels: dict[object, int] = {}
    for index in in_question.tolist():  # ascending, so the first is the least id
        content_id = int(present[index])
        facts, picture = contents[content_id].facts, pictures[content_id]
        shown = (facts.width_px, facts.height_px, pixels.get(picture) or picture)
        picture_ids[index] = first_by_pixels.setdefault(shown, content_id)
    return picture_ids


def _picture(content: StoredContent) -> object:
    return content.content_id if content.facts.picture_digest is None else picture_key(content)
