"""The matches of a scan as groups: made at a threshold, and taken over from earlier matches."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent
from dupefinder.core.companions.lookup import CompanionLookup
from dupefinder.core.grouping.keeper import decide, replacements
from dupefinder.core.grouping.links import MatchLinks
from dupefinder.core.grouping.looks import find_looks, shows_less, true_details_px
from dupefinder.core.grouping.match_graph import STRENGTH, MatchGraph
from dupefinder.core.grouping.match_state import NOTHING_KNOWN
from dupefinder.core.grouping.parts import Part, joined, renumbered
from dupefinder.core.grouping.surroundings import digest_of_surroundings
from dupefinder.core.grouping.taking_over import moved_places, new_places
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.records import Evidence, FoundFile, Group
from dupefinder.core.rules.candidate import Candidate
from dupefinder.core.scan.temporary_places import LastingFiles
from dupefinder.core.source_folders import SourceFolders

_MOST_REMEMBERED = 200_000
"""Groups kept for the next threshold."""
MOST_EVERY_PAIR = 200
"""Photos of a group of which every pair is asked for."""
_EVIDENCE = tuple(Evidence)
Indices = NDArray[np.int64]


class Matches(MatchLinks):
    """The matches of a scan as groups, in memory; made once for a scan.

    Attributes:
        search_kind: Where the catalog keeps the pairs of whole pictures.
        sources: The source folders, whose order proposals heed; see `set_sources`.
        new_contents: Contents that the scan before did not have.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        content_ids: NDArray[np.int64],
        equal_thumbnails: EqualThumbnails,
        pairs: Pairs,
        catalog: Catalog,
        companions: CompanionLookup | None = None,
        search_kind: str = "",
        sources: SourceFolders | None = None,
        known: Mapping[int, StoredContent] = NOTHING_KNOWN,
    ) -> None:
        """Load what the grouping needs.

        Args:
            files: Files of the scan.
            content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
            equal_thumbnails: Equal thumbnails of all contents.
            pairs: Judged pairs between picture ids.
            catalog: Facts are read from it here.
            companions: Companions that other matches of these files have looked up.
            search_kind: `MatchOptions.search_kind`, where some of the pairs were left open.
            sources: The source folders; None for none.
            known: See `MatchState`.
        """
        super().__init__(files, content_ids, equal_thumbnails, pairs, catalog, known)
        self.search_kind = search_kind
        self._companions = companions or CompanionLookup()
        self._lasting = LastingFiles()
        self._as_scanned = tuple(self.files)
        self._made: dict[bytes, tuple[bytes, Group]] = {}
        self.sources = sources or SourceFolders()
        self.new_contents: frozenset[int] = frozenset()
        self._replacements: dict[str, tuple[Group, bytes]] = {}

    def set_sources(self, sources: SourceFolders) -> None:
        """Heed another order of folders; groups that are made from now on do."""
        if sources != self.sources:
            self.sources = sources
            self._made.clear()
            self._replacements.clear()

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

    @property
    def scanned(self) -> dict[str, FoundFile]:
        """The files by path, as they were scanned."""
        return {file.path: file for file in self._as_scanned}

    def set_protected(self, is_protected: Callable[[str], bool]) -> bool:
        """Protect files in further folders than those that were protected when it was scanned.

        Args:
            is_protected: Tells it of the folder of a file.

        Returns:
            True when that changes anything: groups that are made from now on heed it.
        """
        changed = set()
        for index, scanned in enumerate(self._as_scanned):
            protected = scanned.protected or is_protected(os.path.dirname(scanned.path))
            if self.files[index].protected != protected:
                self.files[index] = replace(scanned, protected=protected)
                changed.add(index)
        if changed:
            self._made = {
                key: made
                for key, made in self._made.items()
                if changed.isdisjoint(Part(key, made[0]).files.tolist())
            }
        return bool(changed)

    def groups(
        self,
        threshold_bits: int,
        checkpoint: Callable[[], None] = lambda: None,
        content_ids: Indices | None = None,
    ) -> list[Group]:
        """Make the groups at a threshold, those with most bytes to win first.

        Args:
            threshold_bits: See `regroup`.
            checkpoint: See `ask_drives`: drives are asked what lies beside the photos.
            content_ids: Only the groups of these contents; None for all.

        Raises:
            Cancelled: The job was cancelled.
        """
        parts = self._parts(threshold_bits, content_ids)
        # Together, so that each folder is listed once.
        new = [
            [self.files[index] for index in one.files.tolist()]
            for one in parts
            if self._made_before(one) is None
        ]
        self._lasting.look_at((file for files in new for file in files), checkpoint)
        self._companions.look_at(([file.path for file in files] for files in new), checkpoint)
        groups = []
        for one in parts:
            group = self._made_before(one)
            if group is None:
                group = self._make_group(one)
                if one.key in self._made or len(self._made) < _MOST_REMEMBERED:
                    self._made[one.key] = one.version, group
            groups.append(group)
        if self.sources.between_only:
            groups = [group for group in groups if self.sources.has_several(group)]
        return sorted(groups, key=lambda group: (-removable_bytes(group), group.group_id))

    def _made_before(self, part: Part) -> Group | None:
        """The group of a part, where it was made before and still is the same."""
        version, group = self._made.get(part.key, (b"", None))
        return group if version == part.version else None

    def take_over(
        self, before: "Matches", changed: Indices, checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """Take over the groups of earlier matches that are the same in these.

        Args:
            before: Earlier matches of the scan.
            changed: See `changed_since`; comparisons of all other contents were taken over.
            checkpoint: See `groups`.

        Raises:
            Cancelled: The job was cancelled.
        """
        self._part()
        at = {file.path: place for place, file in enumerate(self.files)}
        files = new_places([file.path for file in before.files], at)
        for old, new in enumerate(files.tolist()):
            if new >= 0:  # a folder may have been protected since the scan
                self.files[new] = before.files[old]
        folders = {
            os.path.dirname(one.files[place].path)
            for one in (self, before)
            for place in np.flatnonzero(np.isin(one.content_ids, changed)).tolist()
        }
        self._lasting = before._lasting
        self._companions = before._companions.without(folders)
        files[np.isin(before.content_ids, changed)] = -1
        nodes, edges = moved_places(before._nodes, before._edges, self._nodes, self._edges)
        keys = renumbered([*before._made], nodes, files)
        versions = renumbered([version for version, _ in before._made.values()], None, edges)
        made = {
            key: (version, group)
            for key, version, (_, group) in zip(keys, versions, before._made.values(), strict=True)
            if key is not None and version is not None
        }
        # Companions go and come with the photos beside them.
        beside = [
            (key, [one.file.path for one in group.members])
            for key, (_, group) in made.items()
            if any(os.path.dirname(one.file.path) in folders for one in group.members)
        ]
        self._companions.look_at((paths for _, paths in beside), checkpoint)
        for key, paths in beside:
            if any(self._companions.of(path) != before._companions.of(path) for path in paths):
                del made[key]
        self._made = made
        self._replacements = before._replacements

    def surroundings_of(self, groups: Iterable[Group]) -> bytes:
        """Sum up what lies beside the photos of groups that were made of these matches."""
        files = ([member.file for member in group.members] for group in groups)
        return digest_of_surroundings(files, self._companions, self._lasting)

    def _parts(self, threshold_bits: int, content_ids: Indices | None = None) -> list[Part]:
        """The files of each group at a threshold, and the edges among them; see `groups`."""
        centre = self.regroup(threshold_bits).centre
        edges = self._grouping_edges(threshold_bits)
        middles = centre[self._edges.a[edges]]
        is_inside = middles == centre[self._edges.b[edges]]
        edges, middles = edges[is_inside], middles[is_inside]
        order = np.argsort(middles, kind="stable")
        edges, middles = edges[order], middles[order]
        centre_of_file = centre[self._nodes.of_file]
        is_one = ~self._is_second_copy
        sizes = np.bincount(centre_of_file[is_one], minlength=len(centre))
        is_grouped = is_one & (sizes[centre_of_file] > 1)
        if content_ids is not None:
            is_wanted = np.zeros(len(centre), np.bool_)
            is_wanted[centre_of_file[np.isin(self.content_ids, content_ids)]] = True
            is_grouped &= is_wanted[centre_of_file]
        files = np.flatnonzero(is_grouped)
        if len(files) == 0:
            return []
        files = files[np.argsort(centre_of_file[files], kind="stable")]
        middle_of_part, first_file = np.unique(centre_of_file[files], return_index=True)
        first_edge = np.searchsorted(middles, middle_of_part, "left")
        last_edge = np.searchsorted(middles, middle_of_part, "right")
        proofs = np.zeros(len(centre), np.int64)
        proofs[list(self._proofs_of_node)] = [*self._proofs_of_node.values()]
        known = np.concatenate(([0], np.cumsum(proofs[self._nodes.of_file[files]])))
        last_file = np.append(first_file[1:], len(files))
        keys = joined(middle_of_part, files, first_file, last_file)
        proofs_of_part = known[last_file] - known[first_file]
        return [*map(Part, keys, joined(proofs_of_part, edges, first_edge, last_edge))]

    def may_stay(self, group: Group) -> bool:
        """True if no later decision of the person parts the photos of a group.

        Args:
            group: A group of these photos, as it was made before.
        """
        if any(
            (one.distance_bits or 0) > self.most_bits.get(one.content_id, 64)
            for one in group.members
        ):
            return False
        ids = [one.content_id for one in group.members if self.sides_of(one.content_id)]
        return not any(
            self.are_separated(one, other)
            for number, one in enumerate(ids)
            for other in ids[number + 1 :]
        )

    def _make_group(self, part: Part) -> Group:
        files = [self.files[index] for index in part.files.tolist()]
        ids = self.content_ids[part.files].tolist()
        contents = {content: self.contents[content] for content in ids}
        node_of = dict(zip(ids, self._nodes.of_file[part.files].tolist(), strict=True))
        graph = MatchGraph(contents, node_of, self._edge_maker.at(part.edges), self._proofs)
        digest = blake3()
        for content_digest in sorted(content.digest for content in contents.values()):
            digest.update(content_digest)
        candidates = self._candidates(files, ids, graph)
        return Group(digest.hexdigest(8), tuple(decide(candidates, graph, part.centre)))

    def replacements(self, group: Group) -> list[tuple[int, int, Evidence]]:
        """Find all pairs of photos of a group of which one may go because the other stays.

        Of a large group only the pairs that its proposals name.

        Args:
            group: One that was made of these matches.

        Returns:
            Places among its members: of the photo that may go, and of the one that has to stay;
            and the direct evidence between them.
        """
        members = group.members
        if len(members) > MOST_EVERY_PAIR:
            place_of = {one.file.path: place for place, one in enumerate(members)}
            return [
                (place, place_of[one.against], one.evidence)
                for place, one in enumerate(members)
                if not one.keep and one.against in place_of and one.evidence is not None
            ]
        known = self._replacements.get(group.group_id)
        if known is None or known[0] is not group:
            known = group, self._find_replacements(group)
            if len(self._replacements) < _MOST_REMEMBERED:
                self._replacements[group.group_id] = known
        triples = known[1]
        return [
            (goes, stays, _EVIDENCE[code])
            for goes, stays, code in zip(triples[::3], triples[1::3], triples[2::3], strict=True)
        ]

    def _find_replacements(self, group: Group) -> bytes:
        """Pairs of a group and their evidence, a byte each."""
        files = [one.file for one in group.members]
        ids = [one.content_id for one in group.members]
        if len(set(ids)) == 1:
            # Most groups are of one content, which nothing else has to be asked about.
            graph = MatchGraph({ids[0]: self.contents[ids[0]]}, {ids[0]: 0}, ())
        else:
            graph = self.graph_among(ids)
        found = replacements(self._candidates(files, ids, graph), graph)
        return bytes(
            part for goes, stays, evidence in found for part in (goes, stays, STRENGTH[evidence])
        )

    def _candidates(
        self, files: Sequence[FoundFile], ids: Sequence[int], graph: MatchGraph
    ) -> list[Candidate]:
        """The files of a group as the rules see them."""
        looks = find_looks(graph)
        detail_px = true_details_px(graph)
        return [
            Candidate(
                file,
                content_id,
                graph.contents[content_id].facts,
                detail_px[content_id],
                graph.contents[content_id].pixel_digest,
                looks[content_id],
                shows_less(content_id, graph),
                self._lasting.holds(file),
                self._companions.of(file.path),
                self.sources.rank_of(file.path),
                self.sources.source_of(file.path) if self.sources.between_only else "",
            )
            for file, content_id in zip(files, ids, strict=True)
        ]


def removable_bytes(group: Group) -> int:
    """Bytes of the copies whose removal is proposed."""
    return sum(member.file.size_bytes for member in group.members if not member.keep)
