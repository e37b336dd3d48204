"""Photos of a scan that a person called different, and the nodes and edges this separates."""

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.decisions import separated_photos
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import (
    NOTHING_SEPARATED,
    SeparatedPhotos,
    Sides,
    all_different,
    are_apart,
    photo_keys,
)
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.grouping.cluster import kept_apart
from dupefinder.core.grouping.edges import Edges
from dupefinder.core.grouping.match_graph import RE_ENCODED_CODE
from dupefinder.core.grouping.nodes import Nodes
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.records import FoundFile, Group, Orientation

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches  # which imports this module

_PHOTOS_AT_ONCE = 1024
"""Photos whose small pictures are in memory together: those of 100,000 take a gigabyte."""


class Separations:
    """The sides of contents of a scan in a person's decisions.

    Attributes:
        separated: The decisions.
    """

    def __init__(
        self,
        separated: SeparatedPhotos = NOTHING_SEPARATED,
        sides: Mapping[int, Sides] | None = None,
    ) -> None:
        """Take the sides.

        Args:
            separated: The decisions.
            sides: Sides by content; None for nobody's decisions.
        """
        self.separated = separated
        self._sides = sides or {}

    @classmethod
    def among(
        cls,
        nodes: Nodes,
        separated: SeparatedPhotos,
        equal_thumbnails: EqualThumbnails,
        contents: Mapping[int, StoredContent],
        catalog: Catalog,
    ) -> Self:
        """Find the contents of a scan that occur in decisions.

        Args:
            nodes: The contents of the scan.
            separated: The decisions.
            equal_thumbnails: Equal thumbnails of all contents.
            contents: Facts of the contents that have matches or copies, by id.
            catalog: Tells what is known of the photos.
        """
        found = _may_be_of(separated, equal_thumbnails, contents, catalog)
        ids = sorted(found.intersection(nodes.present.tolist()))
        of_content: dict[int, Sides] = {}
        for start in range(0, len(ids), _PHOTOS_AT_ONCE):
            facts = catalog.facts(ids[start : start + _PHOTOS_AT_ONCE])
            small = zip(catalog.greys([*facts]), catalog.chromas([*facts]), strict=True)
            for (content_id, content), levels in zip(facts.items(), small, strict=True):
                keys = photo_keys(
                    content.digest,
                    content.facts,
                    content.pixel_digest,
                    equal_thumbnails.hash_of(content_id),
                    FINGERPRINT_VERSION,
                    levels,
                )
                if sides := separated.sides_of(keys):
                    of_content[content_id] = sides
        return cls(separated, of_content)

    def __bool__(self) -> bool:
        return bool(self._sides)

    @property
    def contents(self) -> Collection[int]:
        """Contents that occur in decisions."""
        return self._sides.keys()

    def sides_of(self, content_id: int) -> Sides:
        """Sides of a content; empty for nearly all of them."""
        return self._sides.get(content_id, frozenset())

    def are_apart(self, one: int, other: int) -> bool:
        """True where a person called the photos of two contents, or of one, different."""
        return are_apart(self.sides_of(one), self.sides_of(other))

    def to_part(self, nodes: Nodes) -> Iterator[list[int]]:
        """Yield contents of one node that get a node of their own, joined to it by a match.

        Args:
            nodes: The nodes, which may be split meanwhile.
        """
        by_node: dict[int, list[int]] = {}
        for content_id in sorted(self._sides, key=lambda one: int(nodes.digest_rank[one])):
            by_node.setdefault(nodes.of(content_id), []).append(content_id)
        for contents in by_node.values():
            alike: list[list[int]] = []
            for one in contents:
                for some in alike:
                    is_one_side = self._sides[some[0]] == self._sides[one]
                    if is_one_side and not self.are_apart(some[0], one):
                        some.append(one)
                        break
                else:
                    alike.append([one])
            # The first side stays in the node, with all contents of no side.
            for number, some in enumerate(alike):
                if any(self.are_apart(some[0], before[0]) for before in alike[:number]):
                    yield some

    def second_copies(
        self, files: Sequence[FoundFile], content_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Mask of further files of contents whose copies were called different from each other.

        Args:
            files: n files.
            content_ids: int64 (n,), their contents.

        Returns:
            bool (n,).
        """
        is_alone = [one for one in self._sides if self.are_apart(one, one)]
        is_second = np.zeros(len(files), np.bool_)
        if is_alone:
            places = np.flatnonzero(np.isin(content_ids, is_alone)).tolist()
            met: set[int] = set()
            for place in sorted(places, key=lambda one: os.fsencode(files[one].path)):
                content_id = int(content_ids[place])
                is_second[place] = content_id in met
                met.add(content_id)
        return is_second

    def left_out(self, edges: Edges, chosen: NDArray[np.int64], nodes: Nodes) -> NDArray[np.bool_]:
        """Choose the edges to leave out: the weakest that would join two sides.

        Args:
            edges: All edges.
            chosen: int64 (n,), places of the edges to choose from.
            nodes: The nodes that they join.

        Returns:
            bool (n,).
        """
        if not self._sides:
            return np.zeros(len(chosen), np.bool_)
        sides_of_node: dict[int, Sides] = {}
        for content_id, sides in self._sides.items():
            node = nodes.of(content_id)
            sides_of_node[node] = sides_of_node.get(node, frozenset()) | sides
        a, b = edges.a[chosen], edges.b[chosen]
        ranks = np.sort(nodes.rank[np.stack((a, b))], axis=0)
        strongest_last = (
            *(ranks[1], ranks[0], -edges.likeness[chosen], edges.distance_bits[chosen]),
            edges.orientation[chosen] != Orientation.IDENTITY,
            edges.code[chosen] != RE_ENCODED_CODE,
        )
        return kept_apart(a, b, np.lexsort(strongest_last), sides_of_node)


def _may_be_of(
    separated: SeparatedPhotos,
    equal_thumbnails: EqualThumbnails,
    contents: Mapping[int, StoredContent],
    catalog: Catalog,
) -> set[int]:
    """Contents that may be photos of decisions, by their bytes or their looks."""
    found = set(catalog.content_ids(separated.digests).values())
    # Equal pixels have equal small pictures, unless another version of the program made those.
    is_alike = np.isin(equal_thumbnails.hashes, separated.picture_hashes)
    found.update(equal_thumbnails.content_ids[: len(is_alike)][is_alike].tolist())
    exact = separated.exact_pixels
    found.update(
        content_id
        for content_id, content in (contents.items() if exact else ())
        if content.facts.picture_digest in exact or content.pixel_digest in exact
    )
    return found


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
