"""The groups of a scan and their columns: kinds of match, and properties to filter by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.records import Evidence, Group, GroupMember, Problem
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.results.members import Members, mark_key
from dupefinder.services.findings import Basis


class MatchKind(IntEnum):
    """A kind of match, the surest first. Values are bits of `Results.match_kinds`."""

    SAME_BYTES = 1
    SAME_PIXELS = 2
    RE_ENCODED = 4
    EDITED = 8
    TURNED = 16
    LOOK_ALIKE = 32


MATCH_KIND_OF = {
    Evidence.SAME_BYTES: MatchKind.SAME_BYTES,
    Evidence.SAME_PIXELS: MatchKind.SAME_PIXELS,
    Evidence.RE_ENCODED: MatchKind.RE_ENCODED,
    Evidence.EDITED: MatchKind.EDITED,
    Evidence.ROTATED: MatchKind.TURNED,
    Evidence.MIRRORED: MatchKind.TURNED,
    Evidence.LOOK_ALIKE: MatchKind.LOOK_ALIKE,
}
NO_TIME: Final = np.iinfo(np.int64).max
"""`Results.taken` of a group whose keeper has no time of exposure."""
NO_DISTANCE: Final = 255
"""`Members.distance_bits` of a photo that no threshold adds to the groups."""


def match_kind_of(member: GroupMember) -> MatchKind | None:
    """The kind of match of a photo; None for a keeper."""
    return None if member.evidence is None else MATCH_KIND_OF.get(member.evidence)


@dataclass(frozen=True, slots=True)
class MatchKindCount:
    """The contents of a kind of match.

    Attributes:
        groups: Number of groups with at least one photo in it.
        photos: Number of photos in it.
        proposed: Number of these whose removal is proposed.
        proposed_bytes: Their bytes.
    """

    groups: int
    photos: int
    proposed: int
    proposed_bytes: int


@dataclass(frozen=True, eq=False)
class FacetColumn:
    """A property of all photos for filtering groups.

    Attributes:
        values: The values that occur.
        codes: int32 (m,), place in `values` for each photo; -1 where it has none.
        groups: int64, number of groups, look-alikes aside, with a photo with each value.
    """

    values: tuple[str, ...]
    codes: NDArray[np.int32]
    groups: NDArray[np.int64]

    def code_of(self, value: str) -> int:
        """Place of a value; -2, which no photo has, for unknown ones."""
        return self.values.index(value) if value in self.values else -2

    def most_frequent(self, most: int) -> list[tuple[str, int]]:
        """The most frequent values with their numbers of groups, in the order of the values."""
        chosen = np.sort(np.argsort(-self.groups, kind="stable")[:most])
        return [(self.values[code], int(self.groups[code])) for code in chosen.tolist()]


@dataclass(frozen=True, eq=False)
class Results:
    """Groups and their columns, all of length n = number of groups.

    Attributes:
        groups: The groups; look-alikes come last, as groups of two.
        basis: The matches for grouping at another threshold; None for provisional results.
        threshold_bits: Hamming threshold of the groups.
        problems: Files and folders that were not, or not fully, used.
        photos: Number of photos.
        provisional: True while the scan is still running.
        copies: int64 (n,), files of each group.
        total_bytes: int64 (n,), bytes of each group.
        proposed_bytes: int64 (n,), bytes of the copies whose removal is proposed.
        match_kinds: uint8 (n,), `MatchKind` bits.
        taken: Rank of each group by its keeper's time of exposure, int64 (n,); `NO_TIME` where
            that is not known.
        name_rank: Rank by the keeper's name, int64 (n,).
        folder_rank: Rank by the keeper's folder, int64 (n,).
        nearest_bits: uint8 (n,), the least of its photos' `distance_bits`.
        index_of_id: Index of each group by its id.
        members: The photos of all groups, group after group, as columns.
        sources: The folders that the photos come from, and their order.
        facets: By name: "folder" (path of the source folder), "camera", "year", "format".
        folder_names: Names of the source folders by their paths, which tell them apart.
        is_between: bool (n,), True for groups with photos of several source folders.
        is_new: bool (n,), True for groups with a content that the scan before did not have.
        searched_words: bool (m,) for each word of the last search, the photos that have it.
        orders: int64 (n,) for each used order, the groups in it.
    """

    groups: Sequence[Group]
    basis: Basis | None
    threshold_bits: int
    problems: tuple[Problem, ...]
    photos: int
    provisional: bool
    copies: NDArray[np.int64]
    total_bytes: NDArray[np.int64]
    proposed_bytes: NDArray[np.int64]
    match_kinds: NDArray[np.uint8]
    taken: NDArray[np.int64]
    name_rank: NDArray[np.int64]
    folder_rank: NDArray[np.int64]
    nearest_bits: NDArray[np.uint8]
    index_of_id: dict[str, int]
    members: Members
    sources: SourceFolders
    facets: dict[str, FacetColumn]
    folder_names: dict[str, str]
    is_between: NDArray[np.bool_]
    is_new: NDArray[np.bool_]
    searched_words: dict[str, NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    orders: dict[str, NDArray[np.int64]] = field(default_factory=dict, repr=False)

    @property
    def firsts(self) -> NDArray[np.int64]:
        """Place of the first photo of each group in `members`, int64 (n,)."""
        return self.copies.cumsum() - self.copies

    def groups_with(self, photos: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mask of the groups with one of some photos, given as bool (m,): bool (n,)."""
        found = np.zeros(len(self.groups), np.bool_)
        found[self.members.group[photos]] = True
        return found

    def kind_counts(self, wanted: NDArray[np.bool_]) -> dict[MatchKind, MatchKindCount]:
        """Count photos and bytes of each kind of match in some groups, given as bool (n,)."""
        members = self.members
        inside = wanted[members.group]
        kinds = members.match_kind[inside]
        sizes = members.size_bytes[inside]
        gone = members.unwanted[inside]
        most = max(MatchKind) + 1
        photos = np.bincount(kinds, minlength=most)
        proposed = np.bincount(kinds[gone], minlength=most)
        proposed_bytes = np.bincount(kinds[gone], sizes[gone], minlength=most)
        return {
            one: MatchKindCount(
                groups=int(np.count_nonzero(self.match_kinds[wanted] & one)),
                photos=int(photos[one]),
                proposed=int(proposed[one]),
                proposed_bytes=int(proposed_bytes[one]),
            )
            for one in MatchKind
        }

    def matching(self, text: str) -> NDArray[np.bool_]:
        """Mask of the groups with a photo whose path contains all words of a text, bool (n,)."""
        words = {word: self._photos_with(word) for word in text.casefold().split()}
        # List and counts use one text, and the next text often has one letter more.
        self.searched_words.clear()
        self.searched_words.update(words)
        having = np.ones(len(self.members.group), np.bool_)
        for photos in words.values():
            having &= photos
        return self.groups_with(having)

    def _photos_with(self, word: str) -> NDArray[np.bool_]:
        """Mask of the photos with a word in their path, bool (m,)."""
        known = self.searched_words
        if word in known:
            return known[word]
        return self.members.searched.having(word)

    def pair_at(self, place: int) -> tuple[GroupMember, GroupMember]:
        """The photo at a place of `members`, after the one that it is held against."""
        index = int(self.members.group[place])
        members = self.groups[index].members
        member = members[place - int(np.searchsorted(self.members.group, index))]
        return next((one for one in members if one.file.path == member.against), members[0]), member

    def ids_of(self, indices: NDArray[np.int64]) -> list[str]:
        """The ids of some groups, without making the groups."""
        ids = list(self.index_of_id)
        if len(ids) < len(self.groups):
            return [self.groups[index].group_id for index in indices.tolist()]
        return [*map(ids.__getitem__, indices.tolist())]

    def index_of(self, group: Group) -> int:
        """Find a group of other results, or its successor.

        Returns:
            The index of the group with its id, else of the one that has its first photo or, where
            that is in none, its next one; -1 when all its photos are in no group.
        """
        if (index := self.index_of_id.get(group.group_id)) is not None:
            return index
        for member in group.members:
            place = self.members.places.get(mark_key(member))
            if place is not None:
                return int(self.members.group[place])
        return -1
