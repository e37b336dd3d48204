"""Direct evidence between two photos: judged edges between small pictures, and facts.

The edges join nodes: classes of photos with equal small pictures. The evidence of an edge for two
photos of its nodes depends on their shapes and on what is known of their pixels.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dupefinder.core.catalog import EVIDENCE_CODES, Proofs, StoredContent
from dupefinder.core.confirm import same_shape
from dupefinder.core.fingerprint import inverse
from dupefinder.core.matching.alterations import placed_back
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    DifferenceBox,
    Evidence,
    Orientation,
    Proof,
    ProofVerdict,
)

RE_ENCODED_CODE = EVIDENCE_CODES[Evidence.RE_ENCODED]
STRENGTH = {evidence: place for place, evidence in enumerate(Evidence)}
"""The lower the stronger."""

MOST_PROOFS = 8
"""Most copies that a photo is compared with in full size before it stays."""

_NOT_ONE = frozenset((ProofVerdict.DIFFERS, ProofVerdict.OTHER_PICTURE))
"""Verdicts that hold in both directions."""


@dataclass(frozen=True, slots=True)
class Match:
    """Direct evidence between two contents.

    Attributes:
        evidence: Evidence of the match.
        distance_bits: Hamming distance of the search hashes.
        orientation: Turn by which the second fits the first.
        alterations: Alterations of the second, compared with the first.
        placement: Where the second lies on the first, see `GroupMember.placement`.
        proof: For a re-encoding, the result of the full-size comparison of the second with the
            first; None where it was not made yet.
        differences: Places in which the second differs, see `GroupMember.differences`.
    """

    evidence: Evidence
    distance_bits: int
    orientation: Orientation = Orientation.IDENTITY
    alterations: tuple[Alteration, ...] = ()
    placement: tuple[float, ...] | None = None
    proof: Proof | None = None
    differences: tuple[DifferenceBox, ...] = ()

    @property
    def strength(self) -> tuple[int, int]:
        """A sort key: the least is the strongest."""
        return STRENGTH[self.evidence], self.distance_bits


@dataclass(frozen=True)
class Edge:
    """A confirmed pair of nodes.

    Attributes:
        distance_bits: Hamming distance of the search hashes.
        orientation: Turn by which the second node's pictures fit the first's.
        code: `EVIDENCE_CODES` of RE_ENCODED or EDITED.
        second: Alterations of the second node's pictures, compared with the first's.
        first: Alterations of the first node's, compared with the second's.
        placement: Where the second lies on the first, see `GroupMember.placement`.
    """

    distance_bits: int
    orientation: Orientation
    code: int
    second: tuple[Alteration, ...] = ()
    first: tuple[Alteration, ...] = ()
    placement: tuple[float, ...] | None = None

    @cached_property
    def backwards(self) -> "Edge":
        """The edge as seen from its second node."""
        return Edge(
            self.distance_bits,
            inverse(self.orientation),
            self.code,
            self.first,
            self.second,
            None if self.placement is None else placed_back(self.placement),
        )

    def evidence(self, a: StoredContent, b: StoredContent) -> Evidence:
        """The evidence of the edge for two contents of its nodes."""
        if self.orientation is Orientation.IDENTITY:
            return upright_evidence(a, b, self.code)
        if self.orientation < Orientation.MIRROR:
            return Evidence.ROTATED
        return Evidence.MIRRORED


_SAME_NODE = Edge(0, Orientation.IDENTITY, RE_ENCODED_CODE)


class KnownProofs:
    """Known full-size comparisons, and the number of failed ones of each photo."""

    def __init__(self, proofs: Proofs) -> None:
        self._by_pair: dict[tuple[int, int], Proof] = {}
        self._failures: dict[int, int] = {}
        self._contained: dict[int, list[int]] = {}
        self._richer: dict[int, set[int]] = {}
        self.add(proofs)

    def add(self, proofs: Proofs) -> None:
        """Add new proofs."""
        for (goes, stays), proof in proofs.items():
            known = self._by_pair.get((goes, stays))
            self._by_pair[goes, stays] = proof
            if known is not None and known.verdict is not ProofVerdict.CONTAINED:
                self._failures[goes] -= 1
            if proof.verdict is not ProofVerdict.CONTAINED:
                self._failures[goes] = self._failures.get(goes, 0) + 1
            elif stays not in (found := self._contained.setdefault(goes, [])):
                found.append(stays)
            if proof.stays_is_poorer:
                self._richer.setdefault(stays, set()).add(goes)

    def items(self) -> Iterable[tuple[tuple[int, int], Proof]]:
        """The compared pairs of contents, and their proofs."""
        return self._by_pair.items()

    def get(self, pair: tuple[int, int]) -> Proof | None:
        """The proof that all of the first content is in the second; None for none."""
        return self._by_pair.get(pair)

    def found_in(self, content_id: int) -> Sequence[int]:
        """Contents in which all of a content was found."""
        return self._contained.get(content_id, ())

    def failures_of(self, content_id: int) -> int:
        """Number of comparisons that found a content not to be in another one."""
        return self._failures.get(content_id, 0)

    def richer_than(self, content_id: int) -> Collection[int]:
        """Contents that were found to have more true detail than another one."""
        return self._richer.get(content_id, ())


class MatchGraph:
    """The graph among some contents.

    Attributes:
        contents: The contents by id.
        node_of: The node of each.
    """

    def __init__(
        self,
        contents: Mapping[int, StoredContent],
        node_of: Mapping[int, int],
        edges: Iterable[tuple[int, int, Edge]],
        proofs: "KnownProofs | None" = None,
    ) -> None:
        """Collect the graph.

        Args:
            contents: Contents by id.
            node_of: Node of each.
            edges: First node, second node and the edge, each pair of nodes once; nodes
                that none of the contents has are ignored.
            proofs: Full-size comparisons that were made, of these contents or others.
        """
        self._proofs = KnownProofs({}) if proofs is None else proofs
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
                self._edges[second][first] = edge.backwards

    def between(self, one: int, other: int) -> Match | None:
        """The direct evidence between two contents; None when there is none."""
        if one == other:
            return Match(Evidence.SAME_BYTES, 0)
        return self.by_pixels(one, other)

    def by_pixels(self, one: int, other: int) -> Match | None:
        """The match between contents that stand for all with the same matches."""
        edge = self._edges[self.node_of[one]].get(self.node_of[other])
        if edge is None:
            return None
        evidence = edge.evidence(self.contents[one], self.contents[other])
        match = Match(evidence, edge.distance_bits, edge.orientation, edge.second, edge.placement)
        is_whole = evidence is Evidence.RE_ENCODED or (
            evidence is Evidence.EDITED
            and edge.orientation is Orientation.IDENTITY
            and not (edge.first or edge.second)
            and _may_be_compared(self.contents[one].facts, self.contents[other].facts)
        )
        return self._proved(match, one, other) if is_whole else match

    def proved(self) -> Iterator[tuple[int, int]]:
        """Pairs of contents of which the first was found in the second."""
        for goes in self.contents:
            for stays in self._proofs.found_in(goes):
                if stays in self.contents:
                    yield goes, stays

    def wants_proof(self, one: int, other: int) -> bool:
        """True if comparing two contents in full size may say more of their match.

        Args:
            one: The content that stays.
            other: The content that is compared with it.
        """
        if self._proofs.get((other, one)) or self._proofs.get((one, other)):
            return False
        if self._proofs.failures_of(other) >= MOST_PROOFS:
            return False
        facts = self.contents[one].facts, self.contents[other].facts
        edge = self._edges[self.node_of[one]].get(self.node_of[other])
        return (
            edge is not None
            and edge.orientation is Orientation.IDENTITY
            and not (edge.first or edge.second)
            and _may_be_compared(*facts)
        )

    def known_apart(self, one: int, other: int) -> bool:
        """True if a full-size comparison shows that two contents are no re-encodings."""
        found = [self._proofs.get(pair) for pair in ((one, other), (other, one))]
        verdicts = {proof.verdict for proof in found if proof is not None}
        if verdicts & _NOT_ONE:
            return True
        # A blurred copy is contained in the sharp one, but not the other way round.
        return ProofVerdict.ALTERED in verdicts and ProofVerdict.CONTAINED not in verdicts

    def richer_than(self, content_id: int) -> list[int]:
        """Contents among these that were found to have more true detail than another of them."""
        return [one for one in self._proofs.richer_than(content_id) if one in self.contents]

    def _proved(self, match: Match, one: int, other: int) -> Match | None:
        """A match as corrected by a full-size comparison; None where it shows another picture."""
        proof = self._proofs.get((other, one))
        back = self._proofs.get((one, other))
        if (proof is None or proof.verdict is ProofVerdict.UNDECIDED) and (
            back is not None and back.verdict in _NOT_ONE
        ):
            facts = self.contents[one].facts, self.contents[other].facts
            sizes_px = [(its.width_px, its.height_px) for its in facts]
            boxes = tuple(box.scaled(sizes_px[0], sizes_px[1]) for box in back.differences)
            proof = Proof(back.verdict, boxes)
        if proof is None and match.evidence is Evidence.EDITED:
            # A smaller or softer copy is contained in the photo, but not the other way round.
            is_copy = back is not None and back.verdict is ProofVerdict.CONTAINED
            return replace(match, evidence=Evidence.RE_ENCODED) if is_copy else match
        if proof is None:
            # In a long series of look-alikes, not every pair is compared in full size. A photo that
            # was often found to be another one is not called re-encoded by its small picture.
            is_enough = self._proofs.failures_of(other) >= MOST_PROOFS
            return replace(match, evidence=Evidence.EDITED) if is_enough else match
        match proof.verdict:
            case ProofVerdict.OTHER_PICTURE:
                return None
            case ProofVerdict.DIFFERS | ProofVerdict.ALTERED:
                return replace(match, evidence=Evidence.EDITED, differences=proof.differences)
            case ProofVerdict.CONTAINED:
                return replace(match, evidence=Evidence.RE_ENCODED, proof=proof)
        return replace(match, proof=proof)

    def edges_of(self, node: int) -> Mapping[int, Edge]:
        """The edges from a node, by the node at the other end; itself included."""
        return self._edges[node]

    def contents_of(self, node: int) -> list[int]:
        """The contents of a node."""
        return self._contents_of[node]


def _may_be_compared(ours: PhotoFacts, theirs: PhotoFacts) -> bool:
    """True for two pictures of one shape that can both be decoded in full."""
    sizes = (ours.width_px, ours.height_px, theirs.width_px, theirs.height_px)
    return not (ours.is_raw or theirs.is_raw) and same_shape(*sizes)


def upright_evidence(a: StoredContent, b: StoredContent, code: int) -> Evidence:
    """The evidence of a confirmed pair that needs no turning.

    Args:
        a: The one content.
        b: The other.
        code: `EVIDENCE_CODES` of RE_ENCODED or EDITED, as the small pictures were judged.
    """
    if same_pixels(a, b):
        return Evidence.SAME_PIXELS
    is_copy = same_look(a, b, re_encoded=code == RE_ENCODED_CODE)
    return Evidence.RE_ENCODED if is_copy else Evidence.EDITED


def same_look(a: StoredContent, b: StoredContent, *, re_encoded: bool) -> bool:
    """True if two contents of a confirmed upright pair look the same.

    Args:
        a: The one content.
        b: The other.
        re_encoded: As their small pictures were judged.
    """
    ours, theirs = a.facts, b.facts
    if re_encoded and not (ours.is_raw or theirs.is_raw):
        sizes = ours.width_px, ours.height_px, theirs.width_px, theirs.height_px
        if same_shape(*sizes):
            return True
    return same_pixels(a, b)


def same_pixels(a: StoredContent, b: StoredContent) -> bool:
    """True if two contents are known to show the same pixels and to hold the same extras."""
    ours, theirs = a.facts, b.facts
    has_same = (a.pixel_digest is not None and a.pixel_digest == b.pixel_digest) or (
        ours.picture_digest is not None and picture_key(a) == picture_key(b)
    )
    return has_same and _frame_of(ours) == _frame_of(theirs)


def _frame_of(facts: PhotoFacts) -> tuple[object, ...]:
    return facts.width_px, facts.height_px, facts.extras, facts.extras_digest


def pixel_keys(content: StoredContent) -> set[tuple[object, ...]]:
    """Keys shared by contents that show the same pixels and hold the same extras."""
    facts = content.facts
    shared = _frame_of(facts)
    keys: set[tuple[object, ...]] = set()
    if content.pixel_digest is not None:
        keys.add((*shared, content.pixel_digest))
    if facts.picture_digest is not None:
        keys.add((*shared, *picture_key(content)))
    return keys


def picture_key(content: StoredContent) -> tuple[object, ...]:
    """Key shared by two files of one compressed picture, whatever their metadata."""
    facts = content.facts
    return (facts.picture_digest, facts.exif_orientation, facts.icc_digest, facts.frames)
