"""What directly ties two photos together: judged edges between small pictures, and facts.

The edges join nodes, that is classes of photos whose small pictures are equal. Which evidence
an edge is for two photos of its nodes depends on their shapes, and on what is known of their
pixels.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dupefinder.core.alterations import placed_back
from dupefinder.core.catalog import EVIDENCE_CODES, StoredContent
from dupefinder.core.confirm import same_shape
from dupefinder.core.fingerprint import inverse
from dupefinder.core.records import Alteration, Evidence, Orientation

RE_ENCODED_CODE = EVIDENCE_CODES[Evidence.RE_ENCODED]
STRENGTH = {evidence: place for place, evidence in enumerate(Evidence)}
"""The lower the stronger."""


@dataclass(frozen=True, slots=True)
class Match:
    """What directly ties two contents together.

    Attributes:
        evidence: What it is.
        distance_bits: Hamming distance of the search hashes.
        orientation: How the second must be turned to lie on the first.
        alterations: What was done to the second, seen from the first.
        placement: Where the second lies on the first, see `GroupMember.placement`.
    """

    evidence: Evidence
    distance_bits: int
    orientation: Orientation = Orientation.IDENTITY
    alterations: tuple[Alteration, ...] = ()
    placement: tuple[float, ...] | None = None

    @property
    def strength(self) -> tuple[int, int]:
        """To be compared: the least is the strongest."""
        return STRENGTH[self.evidence], self.distance_bits


@dataclass(frozen=True, slots=True)
class Edge:
    """A confirmed pair of nodes.

    Attributes:
        distance_bits: Hamming distance of the search hashes.
        orientation: How the second node's pictures must be turned to lie on the first's.
        code: `EVIDENCE_CODES` of RE_ENCODED or EDITED.
        second: What was done to the second node's pictures, seen from the first's.
        first: What was done to the first node's, seen from the second's.
        placement: Where the second lies on the first, see `GroupMember.placement`.
    """

    distance_bits: int
    orientation: Orientation
    code: int
    second: tuple[Alteration, ...] = ()
    first: tuple[Alteration, ...] = ()
    placement: tuple[float, ...] | None = None

    def backwards(self) -> "Edge":
        """The same from the second node to the first."""
        return Edge(
            self.distance_bits,
            inverse(self.orientation),
            self.code,
            self.first,
            self.second,
            None if self.placement is None else placed_back(self.placement),
        )

    def evidence(self, a: StoredContent, b: StoredContent) -> Evidence:
        """What the edge is for two contents of its nodes."""
        if self.orientation is Orientation.IDENTITY:
            return upright_evidence(a, b, self.code)
        if self.orientation < Orientation.MIRROR:
            return Evidence.ROTATED
        return Evidence.MIRRORED


_SAME_NODE = Edge(0, Orientation.IDENTITY, RE_ENCODED_CODE)


class Ties:
    """The ties among some contents.

    Attributes:
        contents: The contents by id.
        node_of: The node of each.
    """

    def __init__(
        self,
        contents: Mapping[int, StoredContent],
        node_of: Mapping[int, int],
        edges: Iterable[tuple[int, int, Edge]],
    ) -> None:
        """Collect the ties.

        Args:
            contents: Contents by id.
            node_of: Node of each.
            edges: First node, second node and the edge, each pair of nodes once; nodes
                that none of the contents has are ignored.
        """
        self.contents = contents
        self.node_of = node_of
        self._contents_of: dict[int, list[int]] = {}
        for content, node in node_of.items():
            self._contents_of.setdefault(node, []).append(content)
        self._edges: dict[int, dict[int, Edge]] = {
            node: {node: _SAME_NODE} for node in self._contents_of
        }
        for first, second, edge in edges:
            if first in self._edges and second in self._edges:
                self._edges[first][second] = edge
                self._edges[second][first] = edge.backwards()

    def between(self, one: int, other: int) -> Match | None:
        """What directly ties two contents together; None when nothing does."""
        if one == other:
            return Match(Evidence.SAME_BYTES, 0)
        return self.by_pixels(one, other)

    def by_pixels(self, one: int, other: int) -> Match | None:
        """As `between`, of two contents that differ from these in nothing that ties them."""
        edge = self._edges[self.node_of[one]].get(self.node_of[other])
        if edge is None:
            return None
        evidence = edge.evidence(self.contents[one], self.contents[other])
        return Match(evidence, edge.distance_bits, edge.orientation, edge.second, edge.placement)

    def edges_of(self, node: int) -> Mapping[int, Edge]:
        """The edges from a node, by the node at the other end; itself included."""
        return self._edges[node]

    def contents_of(self, node: int) -> list[int]:
        """The contents of a node."""
        return self._contents_of[node]


def upright_evidence(a: StoredContent, b: StoredContent, code: int) -> Evidence:
    """What a confirmed pair is that lies on each other as it is.

    Args:
        a: The one content.
        b: The other.
        code: `EVIDENCE_CODES` of RE_ENCODED or EDITED, as the small pictures were judged.
    """
    if same_pixels(a, b):
        return Evidence.SAME_PIXELS
    sizes = (a.facts.width_px, a.facts.height_px, b.facts.width_px, b.facts.height_px)
    if code == RE_ENCODED_CODE and not (a.facts.is_raw or b.facts.is_raw) and same_shape(*sizes):
        return Evidence.RE_ENCODED
    return Evidence.EDITED


def same_pixels(a: StoredContent, b: StoredContent) -> bool:
    """Tell whether two contents are known to show the same pixels and to hold the same extras."""
    return not pixel_keys(a).isdisjoint(pixel_keys(b))


def pixel_keys(content: StoredContent) -> set[tuple[object, ...]]:
    """What a content shares with those that show the same pixels and hold the same extras."""
    facts = content.facts
    shared = (facts.width_px, facts.height_px, facts.extras, facts.extras_digest)
    keys: set[tuple[object, ...]] = set()
    if content.pixel_digest is not None:
        keys.add((*shared, content.pixel_digest))
    if facts.picture_digest is not None:
        keys.add((*shared, *picture_key(content)))
    return keys


def picture_key(content: StoredContent) -> tuple[object, ...]:
    """What two files of one compressed picture share, whatever their metadata."""
    facts = content.facts
    return (facts.picture_digest, facts.exif_orientation, facts.icc_digest, facts.frames)
