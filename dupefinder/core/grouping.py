"""Judged pairs → groups with a keeper and proposals; another threshold only repeats this step.

The nodes of the graph are classes of twins (equal small pictures), RAW files apart from their
renderings. Evidence between two files is worked out from the class level and their facts.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.alterations import WHOLE_BOX, Shape, alterations_between
from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    PAIR_DTYPE,
    TOLD_APART_CODE,
    Catalog,
    Pairs,
    Proofs,
    StoredContent,
)
from dupefinder.core.cluster import Clusters, cluster
from dupefinder.core.companion_lookup import CompanionLookup
from dupefinder.core.edges import LOOK_ALIKE_CODE, Edges, nodes_of
from dupefinder.core.equal_thumbnails import EqualThumbnails
from dupefinder.core.exposures import Shot, are_different_exposures, shot_of
from dupefinder.core.keeper import decide, find_looks, shows_less, true_details_px
from dupefinder.core.match_graph import (
    RE_ENCODED_CODE,
    Edge,
    KnownProofs,
    MatchGraph,
    picture_key,
    same_pixels,
)
from dupefinder.core.proven_twins import prove_twins
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import (
    Alteration,
    Evidence,
    FoundFile,
    Group,
    Link,
    Orientation,
    ProofVerdict,
    ReasonCode,
)
from dupefinder.core.rules.candidate import Candidate
from dupefinder.core.scan.temporary_places import LastingFiles

__all__ = ["Matches", "picture_key", "removable_bytes", "same_pixels"]

_EDITED_CODE = EVIDENCE_CODES[Evidence.EDITED]
_WEIGHTS = {RE_ENCODED_CODE: 1000, _EDITED_CODE: 1}
"""A re-encoding ties more firmly to a centre than any number of edits."""

_WORDS_OF_A_PROOF = frozenset((Evidence.RE_ENCODED, Evidence.EDITED))
"""A full-size comparison decides between them."""

_SERIES = 3
"""Comparisons of each photo in a group of which some photos turned out to be other pictures."""
_TELLING = 2
"""So many other pictures among them tell that it is one of a series of look-alikes."""

_MOST_REMEMBERED = 200_000
"""Groups kept for the next threshold, and edges for the next grouping."""

Indices = NDArray[np.int64]


class Matches:
    """Everything a grouping needs, in memory; made once for a scan.

    Attributes:
        files: The files of the scan that have a content.
        content_ids: int64 (n,), their contents.
        twins: Of all contents.
        search_kind: Where the catalog keeps the pairs of whole pictures.
        series_photos: Files that are of a long series of look-alikes: of the pairs among these only
            those were looked at that may be copies.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        content_ids: NDArray[np.int64],
        twins: EqualThumbnails,
        pairs: Pairs,
        catalog: Catalog,
        belongings: CompanionLookup | None = None,
        search_kind: str = "",
    ) -> None:
        """Load what the grouping needs.

        Args:
            files: Files of the scan.
            content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
            twins: Of all contents.
            pairs: Judged pairs between twin ids.
            catalog: Facts are read from it here.
            belongings: What other matches of these files have asked already.
            search_kind: `MatchOptions.search_kind`, where some of the pairs were left open.
        """
        self.twins, self.search_kind = twins, search_kind
        self._belongings = belongings or CompanionLookup()
        readable = np.flatnonzero(content_ids != NO_CONTENT)
        self.files = [files[index] for index in readable.tolist()]
        self.content_ids = content_ids[readable]
        present = np.unique(self.content_ids)
        raw = np.isin(present, catalog.raw_contents())
        keys = prove_twins(present, twins, catalog) * 2 + raw
        self._present = present
        self._node_keys, node_of_present = np.unique(keys, return_inverse=True)
        self._node_of_present = node_of_present
        self.node_of_file = node_of_present[np.searchsorted(present, self.content_ids)]
        digest_rank = np.empty(int(present.max(initial=0)) + 1, dtype=np.int64)
        by_digest = catalog.ids_by_digest()
        by_digest = by_digest[np.isin(by_digest, present)]
        digest_rank[by_digest] = np.arange(len(by_digest))
        self._digest_rank = digest_rank
        self._rank = np.full(len(self._node_keys), np.iinfo(np.int64).max)
        np.minimum.at(self._rank, node_of_present, digest_rank[present])
        self._edges = Edges(pairs, self._node_keys)
        told_apart = pairs[pairs["evidence"] == TOLD_APART_CODE]
        of_series = np.unique(np.concatenate((told_apart["a"], told_apart["b"])))
        self.series_photos = int(np.isin(twins.of(self.content_ids), of_series).sum())
        self._of_series = set(present[np.isin(twins.of(present), of_series)].tolist())
        self._alterations: dict[
            tuple[int, int], tuple[tuple[Alteration, ...], tuple[Alteration, ...]]
        ] = {}
        copies = np.bincount(self.node_of_file, minlength=len(self._node_keys))
        wanted = copies > 1
        wanted[self._edges.matched_nodes()] = True
        needed = present[wanted[node_of_present]]
        self.contents: dict[int, StoredContent] = catalog.facts(needed)
        self._shots = self._shots_of(present, node_of_present)
        self._veto_different_exposures()
        self._shapes = self._shapes_of_laid(catalog)
        self._made: dict[tuple[object, ...], Group] = {}
        self._edge_of: dict[tuple[int, int], Edge] = {}
        self._lasting = LastingFiles()
        self._proofs = KnownProofs({})
        self._proofs_of_node: dict[int, int] = {}
        self._compared: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        self._parted: dict[int, list[int]] = {}
        self._parted_from: dict[int, int] = {}
        self._is_parted = True

    def add_proofs(self, proofs: Proofs) -> None:
        """Take in full-size comparisons; groups that are made from now on heed them.

        Args:
            proofs: Between contents of the groups.
        """
        self._proofs.add(proofs)
        self._is_parted &= not proofs

    def _part(self) -> None:
        """Take back what comparisons leave unproved; only once a round of them has ended.

        Until then it would depend on their order what is compared and what is not.
        """
        if self._is_parted:
            return
        self._is_parted = True
        self._part_twins()
        self._proofs_of_node.clear()
        self._compared.clear()
        self._apart.clear()
        copied: dict[int, int] = {}
        apart: list[tuple[int, int]] = []
        for (goes, stays), proof in self._proofs.items():
            nodes = self._node_of_content(goes), self._node_of_content(stays)
            for node in nodes:
                self._proofs_of_node[node] = self._proofs_of_node.get(node, 0) + 1
            if nodes[0] == nodes[1]:
                continue
            is_other = proof.verdict is ProofVerdict.OTHER_PICTURE
            is_other |= proof.verdict is ProofVerdict.DIFFERS and self._are_frames(goes, stays)
            for one, other in (nodes, nodes[::-1]):
                self._compared.setdefault(one, set()).add(other)
                if is_other:
                    self._apart.setdefault(one, set()).add(other)
            if is_other:
                apart.append((min(nodes), max(nodes)))
            elif proof.verdict is ProofVerdict.CONTAINED:
                # Of several the least counts: which comparison ended first must not matter.
                known = copied.setdefault(nodes[0], nodes[1])
                if self._rank[nodes[1]] < self._rank[known]:
                    copied[nodes[0]] = nodes[1]
        if apart:
            self._edges.take_apart(apart)
        of_a_series = [one for one, others in self._apart.items() if len(others) >= _TELLING]
        self._edges.part_series(of_a_series, self._compared)
        self._edges.part_copies_of_look_alikes(copied)

    def _are_frames(self, *content_ids: int) -> bool:
        """True for two photos of one long series and one size: what differs was not retouched."""
        sizes_px = {
            (facts.width_px, facts.height_px)
            for facts in (self.contents[one].facts for one in content_ids)
        }
        return len(sizes_px) == 1 and self._of_series.issuperset(content_ids)

    def _part_twins(self) -> None:
        """Part twins that were found to be other pictures, in an order that is theirs."""
        apart = [
            pair
            for pair, proof in self._proofs.items()
            if proof.verdict is ProofVerdict.OTHER_PICTURE
        ]
        for goes, stays in sorted(apart, key=lambda pair: self._digest_rank[list(pair)].tolist()):
            if self._node_of_content(goes) == self._node_of_content(stays):
                self._part_from_twins(goes)

    def set_damaged(self, content_ids: Iterable[int]) -> None:
        """Take in that some contents are damaged, though they decode; groups heed it from now on.

        Args:
            content_ids: Contents of the groups.
        """
        for content_id in content_ids:
            content = self.contents[content_id]
            facts = replace(content.facts, decodes_in_full=False)
            self.contents[content_id] = replace(content, facts=facts)
        self._made.clear()

    def wanted_proofs(self, groups: Iterable[Group]) -> list[tuple[int, int]]:
        """List the pairs of some groups that are to be compared in full size.

        Args:
            groups: Groups that were made of these matches.

        Returns:
            Content ids: of a photo, and of the one that it is held against. A proposal hangs on
            the comparison, or the places in which an edited copy differs are found by it.
        """
        wanted: dict[tuple[int, int], None] = {}
        for group in groups:
            content_at = {one.file.path: one.content_id for one in group.members}
            if of_a_series := self._wanted_of_a_series(list(content_at.values())):
                wanted.update(dict.fromkeys(of_a_series))
                continue
            held = [
                (one, (one.content_id, content_at[one.against]))
                for one in group.members
                if one.against is not None
            ]
            proposals = [pair for one, pair in held if one.reason.code is ReasonCode.BEING_CHECKED]
            wanted.update(dict.fromkeys(proposals))
            words = [
                pair
                for one, pair in held
                if one.evidence in _WORDS_OF_A_PROOF
                and not one.differences
                and not (self._proofs.get(pair) or self._proofs.get(pair[::-1]))
            ]
            # Before it is known what goes, it is not known either what the others are held against.
            if words and not proposals:
                ties = self.ties_among([one for pair in words for one in pair])
                wanted.update(
                    (self._smaller_first(pair), None) for pair in words if ties.wants_proof(*pair)
                )
        return list(wanted)

    def _wanted_of_a_series(self, content_ids: Sequence[int]) -> list[tuple[int, int]]:
        """List the next pairs of a group in which pictures were found to be others; else none.

        In a series of look-alikes the photo that the group lies around tells little: each one is
        compared with those that it resembles most.
        """
        node_of = {one: self._node_of_content(one) for one in content_ids}
        nodes = np.unique(list(node_of.values()))
        if not any(node in self._apart for node in nodes.tolist()):
            return []
        inside = self._edges.most_alike_first(nodes, self._rank)
        ties = self.ties_among(content_ids)
        first_of = {
            node: min(ties.contents_of(node), key=lambda one: int(self._digest_rank[one]))
            for node in nodes.tolist()
        }
        wanted: list[tuple[int, int]] = []
        asks = {node for node in nodes.tolist() if len(self._compared.get(node, ())) < _SERIES}
        for one, other in inside:
            if other in self._compared.get(one, ()) or not ({one, other} & asks):
                continue
            pair = self._smaller_first((first_of[one], first_of[other]))
            if ties.wants_proof(pair[1], pair[0]):
                wanted.append(pair)
                asks -= {one, other}
        return wanted

    def _smaller_first(self, pair: tuple[int, int]) -> tuple[int, int]:
        """A pair of contents, the one with fewer pixels first: only it may be all in the other."""
        ours, theirs = (self.contents[one].facts for one in pair)
        is_larger = ours.width_px * ours.height_px > theirs.width_px * theirs.height_px
        return pair[::-1] if is_larger else pair

    def _part_from_twins(self, content_id: int) -> None:
        """Give a content a node of its own: only its small picture equals that of the others.

        The new node has the matches of the old one, and one with each node that was parted from it
        before: two copies of one photo may both be twins of a third that shows something else.
        """
        place = int(np.searchsorted(self._present, content_id))
        old, node = int(self._node_of_present[place]), len(self._node_keys)
        self._node_keys = np.append(self._node_keys, self._node_keys[-1] + 2)
        self._rank = np.append(self._rank, self._digest_rank[content_id])
        self._node_of_present[place] = node
        self.node_of_file[self.content_ids == content_id] = node
        if old in self._shapes:
            self._shapes[node] = self._shapes[old]
        others = self._parted.setdefault(old, [])
        self._edges.add_twin(old, node, others)
        others.append(node)
        self._parted_from[node] = old

    def _node_of_content(self, content_id: int) -> int:
        return int(self._node_of_present[np.searchsorted(self._present, content_id)])

    def _joint_node_of(self, content_id: int) -> int:
        """The node of a content before it was parted from its twins: that has the open pairs."""
        node = self._node_of_content(content_id)
        return self._parted_from.get(node, node)

    def _shots_of(
        self, present: NDArray[np.int64], node_of_present: NDArray[np.int64]
    ) -> dict[int, set[Shot]]:
        """What the cameras say of the pictures of each node."""
        shots: dict[int, set[Shot]] = {}
        for content_id, node in zip(present.tolist(), node_of_present.tolist(), strict=True):
            content = self.contents.get(content_id)
            if content is not None and (shot := shot_of(content.facts)) is not None:
                shots.setdefault(node, set()).add(shot)
        return shots

    def _veto_different_exposures(self) -> None:
        """Take `edited` back where one camera says that it took the two at different times."""
        edges = self._edges
        for index in np.flatnonzero(edges.code == _EDITED_CODE).tolist():
            ours = self._shots.get(int(edges.a[index]))
            theirs = self._shots.get(int(edges.b[index]))
            if ours and theirs and are_different_exposures(ours, theirs):
                edges.code[index] = LOOK_ALIKE_CODE

    def wanted_open(self, groups: Iterable[Group], threshold_bits: int) -> Pairs:
        """List the pairs that were left open and on which something of some groups hangs.

        Args:
            groups: Groups that were made of these matches.
            threshold_bits: As in `regroup`, the one that they were made at.

        Returns:
            Of `PAIR_DTYPE`: those that may change the groups, and those that tie a photo to its
            keeper, or to any copy that stays where nothing else does. They are to be judged and
            handed to `add_verdicts`.
        """
        if not self._edges.open:
            return np.empty(0, PAIR_DTYPE)
        wanted: list[tuple[int, int]] = []
        is_open = self._edges.open.of
        for group in groups:
            ids = {one.content_id for one in group.members}
            node_of = {one: self._joint_node_of(one) for one in ids}
            keeper = node_of[group.members[0].content_id]
            staying = {node_of[one.content_id] for one in group.members if one.keep}
            for one in group.members[1:]:
                node = node_of[one.content_id]
                asked = {keeper} if one.against is not None else staying
                wanted += ((node, other) for other in asked.intersection(is_open(node)))
        centre = self.regroup(threshold_bits).centre
        chosen = self._edges.confirmed(threshold_bits)
        ends = np.concatenate((self._edges.a[chosen], self._edges.b[chosen]))
        matches = np.bincount(ends, minlength=len(centre))
        return self._edges.open.wanted(centre, matches, self._rank, threshold_bits, wanted)

    def add_verdicts(self, pairs: Pairs, catalog: Catalog) -> None:
        """Take in pairs that were left open; groups that are made from now on heed them.

        Args:
            pairs: Judged pairs between twin ids.
            catalog: Where they were judged.
        """
        self._edges.open.close(pairs)
        self._edges.add(pairs, self._parted)
        self._veto_different_exposures()
        self._shapes |= self._shapes_of_laid(catalog)
        for old, nodes in self._parted.items():
            if old in self._shapes:
                self._shapes |= dict.fromkeys(nodes, self._shapes[old])
        self._is_parted = False

    def _shapes_of_laid(self, catalog: Catalog) -> dict[int, Shape]:
        """Shapes of the pictures that were laid on others, by node."""
        if not self._edges.laid:
            return {}
        ids = np.array(sorted(self._edges.laid), np.int64)
        inner = catalog.inner_pictures(ids)
        shapes: dict[int, Shape] = {}
        for content_id, content in catalog.facts(ids).items():
            box = inner[content_id].box if content_id in inner else WHOLE_BOX
            shape = Shape(content.facts.width_px, content.facts.height_px, box)
            keys = content_id * 2 + np.arange(2)
            for node, is_there in zip(*nodes_of(keys, self._node_keys), strict=True):
                if is_there:
                    shapes[int(node)] = shape
        return shapes

    def regroup(self, threshold_bits: int) -> Clusters:
        """Part the nodes at another threshold.

        Args:
            threshold_bits: At most the one that the pairs were found for.

        Returns:
            The partition of the nodes; `node_of_file` leads from files to nodes.
        """
        self._part()
        chosen = self._edges.confirmed(threshold_bits)
        weight = np.where(
            self._edges.code[chosen] == RE_ENCODED_CODE,
            _WEIGHTS[RE_ENCODED_CODE],
            _WEIGHTS[_EDITED_CODE],
        )
        return cluster(self._edges.a[chosen], self._edges.b[chosen], weight, self._rank)

    def groups(self, threshold_bits: int) -> list[Group]:
        """Make the groups at a threshold, those with most bytes to win first.

        Args:
            threshold_bits: As in `regroup`.
        """
        centre = self.regroup(threshold_bits).centre
        chosen = self._edges.confirmed(threshold_bits)
        middles = centre[self._edges.a[chosen]]
        is_inside = middles == centre[self._edges.b[chosen]]
        chosen, middles = chosen[is_inside], middles[is_inside]
        edges_of_centre: dict[int, list[int]] = {}
        for index, middle in zip(chosen.tolist(), middles.tolist(), strict=True):
            edges_of_centre.setdefault(middle, []).append(index)
        centre_of_file = centre[self.node_of_file]
        sizes = np.bincount(centre_of_file, minlength=len(centre))
        grouped = np.flatnonzero(sizes[centre_of_file] > 1)
        grouped = grouped[np.argsort(centre_of_file[grouped], kind="stable")]
        bounds = np.flatnonzero(np.diff(centre_of_file[grouped])) + 1
        parts: list[tuple[tuple[object, ...], int, Indices, list[int]]] = []
        for part in np.split(grouped, bounds) if len(grouped) else ():
            middle = int(centre_of_file[part[0]])
            edges = edges_of_centre.get(middle, [])
            # Most groups are the same at the next threshold, and people go back and forth.
            nodes = np.unique(self.node_of_file[part]).tolist()
            proofs = sum(self._proofs_of_node.get(node, 0) for node in nodes)
            parts.append(((middle, part.tobytes(), tuple(edges), proofs), middle, part, edges))
        # Together, so that each folder is listed once.
        self._belongings.look_at(
            [self.files[index].path for index in part.tolist()]
            for key, _, part, _ in parts
            if key not in self._made
        )
        groups = []
        for key, middle, part, edges in parts:
            group = self._made.get(key)
            if group is None:
                group = self._make_group(middle, part.tolist(), self._as_edges(edges))
                if len(self._made) < _MOST_REMEMBERED:
                    self._made[key] = group
            groups.append(group)
        return sorted(groups, key=lambda group: (-removable_bytes(group), group.group_id))

    def ties_among(self, content_ids: Sequence[int]) -> MatchGraph:
        """The confirmed ties among some contents of the groups.

        Args:
            content_ids: Contents of files that are in groups.
        """
        self._part()
        chosen = sorted(set(content_ids))
        nodes = self._node_of_present[np.searchsorted(self._present, chosen)]
        return MatchGraph(
            {content: self.contents[content] for content in chosen},
            dict(zip(chosen, nodes.tolist(), strict=True)),
            self._as_edges(self._edges.from_nodes(nodes)),
            self._proofs,
        )

    def _as_edges(self, indices: Sequence[int]) -> Iterator[tuple[int, int, Edge]]:
        for index in indices:
            a, b = int(self._edges.a[index]), int(self._edges.b[index])
            code = int(self._edges.code[index])
            edge = self._edge_of.get((a, b))
            if edge is None or edge.code != code:
                placement = self._edges.placements.get((a, b))
                orientation = Orientation(int(self._edges.orientation[index]))
                to_b, to_a = (
                    ((), ()) if placement is None else self._altered(a, b, placement, orientation)
                )
                if orientation is not Orientation.IDENTITY:
                    placement = None
                edge = Edge(
                    int(self._edges.distance_bits[index]),
                    orientation,
                    code,
                    to_b,
                    to_a,
                    None if placement is None else tuple(placement.tolist()),
                )
                if len(self._edge_of) < _MOST_REMEMBERED:
                    self._edge_of[a, b] = edge
            yield a, b, edge

    def _altered(
        self, a: int, b: int, placement: NDArray[np.float32], orientation: Orientation
    ) -> tuple[tuple[Alteration, ...], tuple[Alteration, ...]]:
        """See `alterations_between`: of two nodes, worked out once."""
        found = self._alterations.get((a, b))
        if found is None:
            found = alterations_between(placement, self._shapes[a], self._shapes[b], orientation)
            self._alterations[a, b] = found
        return found

    def _make_group(
        self, centre: int, indices: Sequence[int], edges: Iterator[tuple[int, int, Edge]]
    ) -> Group:
        files = [self.files[index] for index in indices]
        ids = self.content_ids[indices].tolist()
        contents = {content: self.contents[content] for content in ids}
        node_of = dict(zip(ids, self.node_of_file[indices].tolist(), strict=True))
        ties = MatchGraph(contents, node_of, edges, self._proofs)
        looks = find_looks(ties)
        detail_px = true_details_px(ties)
        candidates = [
            Candidate(
                file,
                content_id,
                contents[content_id].facts,
                detail_px[content_id],
                contents[content_id].pixel_digest,
                looks[content_id],
                shows_less(content_id, ties),
                self._lasting.holds(file),
                self._belongings.of(file.path),
            )
            for file, content_id in zip(files, ids, strict=True)
        ]
        digest = blake3()
        for content_digest in sorted(content.digest for content in contents.values()):
            digest.update(content_digest)
        return Group(digest.hexdigest(8), tuple(decide(candidates, ties, centre)))

    def links(self, threshold_bits: int) -> list[Link]:
        """List the matches that make no group: look-alikes, raw pairs, groups that touch."""
        centre = self.regroup(threshold_bits).centre
        near = self._edges.distance_bits <= threshold_bits
        apart = self._edges.is_raw_pair | (centre[self._edges.a] != centre[self._edges.b])
        file_of_node = dict(
            zip(
                reversed(self.node_of_file.tolist()),
                reversed(range(len(self.files))),
                strict=True,
            )
        )
        links = []
        for index in np.flatnonzero(near & apart).tolist():
            ends = (
                file_of_node[int(self._edges.a[index])],
                file_of_node[int(self._edges.b[index])],
            )
            path_a, path_b = sorted((self.files[end].path for end in ends), key=os.fsencode)
            evidence = self._evidence(index, *ends)
            links.append(Link(path_a, path_b, evidence, int(self._edges.distance_bits[index])))
        return sorted(
            links,
            key=lambda link: (
                link.distance_bits,
                os.fsencode(link.path_a),
                os.fsencode(link.path_b),
            ),
        )

    def unproven(self) -> Iterator[tuple[int, int, Evidence, int]]:
        """The matches that show no duplicates: node, node, look-alike or RAW pair, distance."""
        is_look_alike = self._edges.code == LOOK_ALIKE_CODE
        for index in np.flatnonzero(is_look_alike | self._edges.is_raw_pair).tolist():
            evidence = Evidence.LOOK_ALIKE if is_look_alike[index] else Evidence.RAW_PAIR
            yield (
                int(self._edges.a[index]),
                int(self._edges.b[index]),
                evidence,
                int(self._edges.distance_bits[index]),
            )

    def _evidence(self, index: int, file_a: int, file_b: int) -> Evidence:
        if self._edges.code[index] == LOOK_ALIKE_CODE:
            return Evidence.LOOK_ALIKE
        if self._edges.is_raw_pair[index]:
            return Evidence.RAW_PAIR
        ((_, _, edge),) = self._as_edges([index])
        a, b = (self.contents[int(self.content_ids[file])] for file in (file_a, file_b))
        return edge.evidence(a, b)


def removable_bytes(group: Group) -> int:
    """Bytes of the copies whose removal is proposed."""
    return sum(member.file.size_bytes for member in group.members if not member.keep)
