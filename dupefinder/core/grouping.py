"""Judged pairs → groups with a keeper and proposals; another threshold only repeats this step.

The nodes of the graph are classes of twins (equal small pictures), RAW files apart from their
renderings. Evidence between two files is worked out from the class level and their facts.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs, StoredContent
from dupefinder.core.cluster import Clusters, cluster
from dupefinder.core.confirm import FLAT_CONTRAST, same_shape
from dupefinder.core.fingerprint import inverse
from dupefinder.core.matching import Twins
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import (
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Link,
    Orientation,
    Reason,
    ReasonCode,
)
from dupefinder.core.rules import Candidate, order_candidates, propose

_RE_ENCODED = EVIDENCE_CODES[Evidence.RE_ENCODED]
_EDITED = EVIDENCE_CODES[Evidence.EDITED]
_LOOK_ALIKE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]
_WEIGHTS = {_RE_ENCODED: 1000, _EDITED: 1}
"""A re-encoding ties more firmly to a centre than any number of edits."""
_STRENGTH = {evidence: place for place, evidence in enumerate(Evidence)}


@dataclass(frozen=True, slots=True)
class Match:
    """What directly ties two contents together.

    Attributes:
        evidence: What it is.
        distance_bits: Hamming distance of the search hashes.
        orientation: How the second must be turned to lie on the first.
    """

    evidence: Evidence
    distance_bits: int
    orientation: Orientation = Orientation.IDENTITY


@dataclass(frozen=True, slots=True)
class _Edge:
    """A judged pair between two nodes, `b` to be turned by `orientation` to lie on `a`."""

    a: int
    b: int
    distance_bits: int
    orientation: Orientation
    code: int


class Matches:
    """Everything a grouping needs, in memory; made once for a scan.

    Attributes:
        files: The files of the scan that have a content.
        content_ids: int64 (n,), their contents.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        content_ids: NDArray[np.int64],
        twins: Twins,
        pairs: Pairs,
        catalog: Catalog,
    ) -> None:
        """Load what the grouping needs.

        Args:
            files: Files of the scan.
            content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
            twins: Of all contents.
            pairs: Judged pairs between twin ids.
            catalog: Facts are read from it here, and nothing later.
        """
        readable = np.flatnonzero(content_ids != NO_CONTENT)
        self.files = [files[index] for index in readable.tolist()]
        self.content_ids = content_ids[readable]
        present = np.unique(self.content_ids)
        raw = np.isin(present, catalog.raw_contents())
        keys = _twins_proven(present, twins, catalog) * 2 + raw
        self._node_keys, node_of_present = np.unique(keys, return_inverse=True)
        self.node_of_file = node_of_present[np.searchsorted(present, self.content_ids)]
        digest_rank = np.empty(int(present.max(initial=0)) + 1, dtype=np.int64)
        by_digest = catalog.ids_by_digest()
        by_digest = by_digest[np.isin(by_digest, present)]
        digest_rank[by_digest] = np.arange(len(by_digest))
        self._rank = np.full(len(self._node_keys), np.iinfo(np.int64).max)
        np.minimum.at(self._rank, node_of_present, digest_rank[present])
        self._take_pairs(pairs)
        copies = np.bincount(self.node_of_file, minlength=len(self._node_keys))
        wanted = (copies > 1) | self._has_edge()
        needed = present[wanted[node_of_present]]
        self.contents: dict[int, StoredContent] = catalog.facts(needed)
        self._veto_different_exposures(present, node_of_present)

    def _take_pairs(self, pairs: Pairs) -> None:
        """Turn pairs of twin ids into edges of nodes; RAW and not RAW make raw pairs."""
        parts: list[NDArray[np.int64]] = []
        raw_parts: list[NDArray[np.int64]] = []
        for raw_a in (0, 1):
            for raw_b in (0, 1):
                a, has_a = self._nodes_of(pairs["a"] * 2 + raw_a)
                b, has_b = self._nodes_of(pairs["b"] * 2 + raw_b)
                there = has_a & has_b
                part = np.stack((a[there], b[there], np.flatnonzero(there)))
                (parts if raw_a == raw_b else raw_parts).append(part)
        self._a, self._b, at = np.concatenate(parts, axis=1)
        self._pairs = pairs[at]
        self._code = self._pairs["evidence"].astype(np.int64)
        raw_a_nodes, raw_b_nodes, raw_at = np.concatenate(raw_parts, axis=1)
        confirmed = pairs["evidence"][raw_at] != _LOOK_ALIKE
        twins = np.flatnonzero(self._node_keys[1:] == (self._node_keys[:-1] | 1))
        twins = twins[self._node_keys[twins] % 2 == 0]
        self._raw_pairs = [
            *zip(raw_a_nodes[confirmed].tolist(), raw_b_nodes[confirmed].tolist(), strict=True),
            *((node, node + 1) for node in twins.tolist()),
        ]

    def _nodes_of(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if len(self._node_keys) == 0:
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
        at = np.minimum(np.searchsorted(self._node_keys, keys), len(self._node_keys) - 1)
        return at, self._node_keys[at] == keys

    def _has_edge(self) -> NDArray[np.bool_]:
        has_edge = np.zeros(len(self._node_keys), dtype=bool)
        has_edge[self._a] = has_edge[self._b] = True
        for one, other in self._raw_pairs:
            has_edge[one] = has_edge[other] = True
        return has_edge

    def _veto_different_exposures(
        self, present: NDArray[np.int64], node_of_present: NDArray[np.int64]
    ) -> None:
        """Take `edited` back where one camera says that it took the two at different times."""
        shots: dict[int, set[tuple[str, str]]] = {}
        for content_id, node in zip(present.tolist(), node_of_present.tolist(), strict=True):
            content = self.contents.get(content_id)
            if content and content.facts.camera and content.facts.taken:
                shot = (content.facts.camera, content.facts.taken)
                shots.setdefault(node, set()).add(shot)
        for index in np.flatnonzero(self._code == _EDITED).tolist():
            ours, theirs = shots.get(int(self._a[index])), shots.get(int(self._b[index]))
            if not ours or not theirs or ours & theirs:
                continue
            if {camera for camera, _ in ours} & {camera for camera, _ in theirs}:
                self._code[index] = _LOOK_ALIKE

    def regroup(self, threshold_bits: int) -> Clusters:
        """Part the nodes at another threshold.

        Args:
            threshold_bits: At most the one that the pairs were found for.

        Returns:
            The partition of the nodes; `node_of_file` leads from files to nodes.
        """
        chosen = self._confirmed(threshold_bits)
        weight = np.where(
            self._code[chosen] == _RE_ENCODED, _WEIGHTS[_RE_ENCODED], _WEIGHTS[_EDITED]
        )
        return cluster(self._a[chosen], self._b[chosen], weight, self._rank)

    def _confirmed(self, threshold_bits: int) -> NDArray[np.int64]:
        near = self._pairs["distance_bits"] <= threshold_bits
        return np.flatnonzero(near & (self._code != _LOOK_ALIKE))

    @cached_property
    def _edges(self) -> dict[tuple[int, int], _Edge]:
        edges = {}
        columns = (
            self._a.tolist(),
            self._b.tolist(),
            self._pairs["distance_bits"].tolist(),
            self._pairs["orientation"].tolist(),
            self._code.tolist(),
        )
        for a, b, distance_bits, orientation, code in zip(*columns, strict=True):
            if code != _LOOK_ALIKE:
                edges[a, b] = _Edge(a, b, distance_bits, Orientation(orientation), code)
        return edges

    def match(self, one: int, node_one: int, other: int, node_other: int) -> Match | None:
        """What directly ties two contents together; None when nothing does.

        Args:
            one: Content id.
            node_one: Its node.
            other: Content id.
            node_other: Its node.
        """
        if one == other:
            return Match(Evidence.SAME_BYTES, 0)
        a, b = self.contents[one], self.contents[other]
        if node_one == node_other:
            return Match(_upright_evidence(a, b, _RE_ENCODED), 0)
        edge = self._edges.get((node_one, node_other))
        if edge is not None:
            orientation = edge.orientation
        else:
            edge = self._edges.get((node_other, node_one))
            if edge is None:
                return None
            orientation = inverse(edge.orientation)
        if orientation is Orientation.IDENTITY:
            evidence = _upright_evidence(a, b, edge.code)
        elif orientation < Orientation.MIRROR:
            evidence = Evidence.ROTATED
        else:
            evidence = Evidence.MIRRORED
        return Match(evidence, edge.distance_bits, orientation)

    def groups(self, threshold_bits: int) -> list[Group]:
        """Make the groups at a threshold, those with most bytes to win first.

        Args:
            threshold_bits: As in `regroup`.
        """
        clusters = self.regroup(threshold_bits)
        centre_of_file = clusters.centre[self.node_of_file]
        order = np.argsort(centre_of_file, kind="stable")
        bounds = np.flatnonzero(np.diff(centre_of_file[order])) + 1
        groups = [
            _make_group(self, int(centre_of_file[part[0]]), part.tolist())
            for part in np.split(order, bounds)
            if len(part) > 1
        ]
        return sorted(groups, key=lambda group: (-removable_bytes(group), group.group_id))

    def links(self, threshold_bits: int) -> list[Link]:
        """List the matches that make no group: look-alikes, raw pairs, groups that touch."""
        clusters = self.regroup(threshold_bits)
        centre = clusters.centre
        near = self._pairs["distance_bits"] <= threshold_bits
        apart = np.flatnonzero(near & (centre[self._a] != centre[self._b]))
        path_of_node = {
            node: file.path
            for node, file in zip(
                reversed(self.node_of_file.tolist()), reversed(self.files), strict=True
            )
        }
        links = []
        for index in apart.tolist():
            a, b = sorted(
                (path_of_node[int(self._a[index])], path_of_node[int(self._b[index])]),
                key=os.fsencode,
            )
            code = int(self._code[index])
            evidence = {_RE_ENCODED: Evidence.RE_ENCODED, _EDITED: Evidence.EDITED}.get(
                code, Evidence.LOOK_ALIKE
            )
            links.append(Link(a, b, evidence, int(self._pairs["distance_bits"][index])))
        for one, other in self._raw_pairs:
            links.append(Link(path_of_node[one], path_of_node[other], Evidence.RAW_PAIR, 0))
        return sorted(links, key=lambda link: (link.distance_bits, link.path_a, link.path_b))


def _twins_proven(present: NDArray[np.int64], twins: Twins, catalog: Catalog) -> NDArray[np.int64]:
    """Twin ids, near-flat pictures parted further: of these only equal pixels make twins.

    Two blank pages have equal small pictures, whatever is written on them in small print.
    """
    twin_ids = twins.of(present)
    is_flat = np.isin(present, catalog.flat_contents(FLAT_CONTRAST))
    _, inverse_of, counts = np.unique(twin_ids, return_inverse=True, return_counts=True)
    in_question = np.flatnonzero(is_flat & (counts[inverse_of] > 1))
    contents = catalog.facts(present[in_question])
    first_by_pixels: dict[object, int] = {}
    for index in in_question.tolist():  # ascending, so the first is the least id
        content = contents[int(present[index])]
        pixels: object = content.pixel_digest
        if pixels is None and content.facts.picture_digest is not None:
            pixels = picture_key(content)
        shown = (
            content.facts.width_px,
            content.facts.height_px,
            content.content_id if pixels is None else pixels,
        )
        twin_ids[index] = first_by_pixels.setdefault(shown, content.content_id)
    return twin_ids


def removable_bytes(group: Group) -> int:
    """Bytes of the copies whose removal is proposed."""
    return sum(member.file.size_bytes for member in group.members if not member.keep)


def _upright_evidence(a: StoredContent, b: StoredContent, code: int) -> Evidence:
    if same_pixels(a, b):
        return Evidence.SAME_PIXELS
    sizes = (a.facts.width_px, a.facts.height_px, b.facts.width_px, b.facts.height_px)
    if code == _RE_ENCODED and not (a.facts.is_raw or b.facts.is_raw) and same_shape(*sizes):
        return Evidence.RE_ENCODED
    return Evidence.EDITED


def same_pixels(a: StoredContent, b: StoredContent) -> bool:
    """Tell whether two contents are known to show the same pixels and to hold the same extras."""
    ours, theirs = a.facts, b.facts
    if (ours.width_px, ours.height_px) != (theirs.width_px, theirs.height_px):
        return False
    if (ours.extras, ours.extras_digest) != (theirs.extras, theirs.extras_digest):
        return False
    if a.pixel_digest is not None and a.pixel_digest == b.pixel_digest:
        return True
    return ours.picture_digest is not None and picture_key(a) == picture_key(b)


def picture_key(content: StoredContent) -> tuple[object, ...]:
    """What two files of one compressed picture share, whatever their metadata."""
    facts = content.facts
    return (facts.picture_digest, facts.exif_orientation, facts.icc_digest, facts.frames)


def _make_group(matches: Matches, centre: int, indices: Sequence[int]) -> Group:
    files = [matches.files[index] for index in indices]
    contents = [int(matches.content_ids[index]) for index in indices]
    node_of = {
        content: int(matches.node_of_file[index])
        for content, index in zip(contents, indices, strict=True)
    }
    looks = _find_looks(matches, node_of)
    candidates = [
        Candidate(
            file,
            content,
            matches.contents[content].facts,
            _detail_px(matches.contents[content]),
            matches.contents[content].pixel_digest,
            looks[content],
        )
        for file, content in zip(files, contents, strict=True)
    ]
    ordered, reason = order_candidates(candidates)
    members = _decide(matches, ordered, reason, node_of, centre)
    digest = blake3()
    for content in sorted({matches.contents[content].digest for content in contents}):
        digest.update(content)
    return Group(digest.hexdigest(8), tuple(members))


def _detail_px(content: StoredContent) -> int:
    return content.detail_px or content.facts.width_px * content.facts.height_px


def _find_looks(matches: Matches, node_of: dict[int, int]) -> dict[int, int]:
    """Number the looks of a group's contents: what is re-encoded of one another looks the same."""
    representatives: list[int] = []
    looks: dict[int, int] = {}
    contents = sorted(node_of, key=lambda content: matches.contents[content].digest)
    for content in contents:
        found: list[int] = []
        for other in representatives:
            match = matches.match(other, node_of[other], content, node_of[content])
            if match is not None and _STRENGTH[match.evidence] <= _STRENGTH[Evidence.RE_ENCODED]:
                found.append(looks[other])
        if not found:
            looks[content] = len(representatives)
            representatives.append(content)
            continue
        looks[content] = found[0]
        if node_of[content] not in {node_of[other] for other in representatives}:
            representatives.append(content)
        for merged in found[1:]:
            looks = {key: found[0] if look == merged else look for key, look in looks.items()}
    return looks


def _decide(
    matches: Matches,
    ordered: Sequence[Candidate],
    reason: Reason,
    node_of: dict[int, int],
    centre: int,
) -> list[GroupMember]:
    """Say of every copy whether it stays, and against which copy it is held.

    The first copy of each look stays; the others of a look are held against it. Should a copy
    match none of those that stay, the centre of the group, which matches every copy, stays too.
    """
    first_of_look: dict[int, Candidate] = {}
    for candidate in ordered:
        first_of_look.setdefault(candidate.look, candidate)
    keeper = ordered[0]

    def tie(one: Candidate, other: Candidate) -> Match | None:
        ids = (one.content_id, other.content_id)
        return matches.match(ids[0], node_of[ids[0]], ids[1], node_of[ids[1]])

    decisions: list[tuple[bool, Reason]] = []
    for candidate in ordered:
        best = first_of_look[candidate.look]
        if candidate is keeper:
            decisions.append((True, reason))
        elif candidate is best:
            decisions.append((True, Reason(ReasonCode.LOOKS_DIFFERENT)))
        else:
            match = tie(best, candidate)
            decisions.append(propose(best, candidate, match.evidence if match else None))
    staying = [one for one, (keep, _) in zip(ordered, decisions, strict=True) if keep]
    strongest = [_strongest(tie, candidate, staying) for candidate in ordered]
    if any(found is None for found in strongest[1:]):
        for place, candidate in enumerate(ordered):
            if node_of[candidate.content_id] == centre and not decisions[place][0]:
                decisions[place] = (True, Reason(ReasonCode.HOLDS_GROUP))
                staying.append(candidate)
                break
        strongest = [_strongest(tie, candidate, staying) for candidate in ordered]
    members = []
    for candidate, (keep, why), found in zip(ordered, decisions, strongest, strict=True):
        is_keeper = candidate is keeper
        against, match = (None, None) if is_keeper or found is None else found
        members.append(
            GroupMember(
                file=candidate.file,
                content_id=candidate.content_id,
                facts=candidate.facts,
                keep=keep,
                is_keeper=is_keeper,
                reason=why,
                evidence=match.evidence if match else None,
                against=against.file.path if against else None,
                distance_bits=match.distance_bits if match else None,
                orientation=match.orientation if match else Orientation.IDENTITY,
            )
        )
    return members


def _strongest(
    tie: Callable[[Candidate, Candidate], Match | None],
    candidate: Candidate,
    staying: Iterable[Candidate],
) -> tuple[Candidate, Match] | None:
    """The strongest match with a copy that stays; the order of the staying breaks ties."""
    best: tuple[Candidate, Match] | None = None
    for other in staying:
        if other is candidate:
            continue
        match = tie(other, candidate)
        if match is None:
            continue
        if match.evidence is Evidence.SAME_BYTES:
            return other, match
        if best is None or _key(match) < _key(best[1]):
            best = other, match
    return best


def _key(match: Match) -> tuple[int, int]:
    return _STRENGTH[match.evidence], match.distance_bits
