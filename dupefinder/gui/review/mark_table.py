"""Marks of the photos and decisions on the groups of some results, as NumPy columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, repeat
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.results import Results, path_hash

UNDECIDED, DECIDED, DISMISSED, MOVING = 0, 1, 2, 3
"""Values of `MarkTable.states`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed photos that can be marked.

    Attributes:
        results: The results.
        places: int64 (p,), the photos that would be marked for removal, in the columns of their
            members.
        size_bytes: Their bytes.
    """

    results: Results
    places: NDArray[np.int64]
    size_bytes: int

    @property
    def photos(self) -> int:
        """Number of photos that would be marked."""
        return len(self.places)


@dataclass(frozen=True, slots=True)
class MarkedPlaces:
    """Photos that are marked for removal; groups are only made when they are needed.

    Attributes:
        results: The results.
        removed: int64 (p,), places of these photos.
        kept: int64 (k,), places of photos of the same groups that the person decided to keep.
    """

    results: Results
    removed: NDArray[np.int64]
    kept: NDArray[np.int64]

    def removals(self) -> list[tuple[Group, tuple[GroupMember, ...]]]:
        """The groups with photos marked for removal, and these photos; for any thread."""
        results = self.results
        index = results.members.group[self.removed]
        at = self.removed - results.firsts[index]
        found = []
        for number, photos in groupby(zip(index.tolist(), at.tolist(), strict=True), itemgetter(0)):
            group = results.groups[number]
            found.append((group, tuple(group.members[place] for _, place in photos)))
        return found

    def kept_paths(self) -> set[str]:
        """Paths of the photos that the person decided to keep; callable in any thread."""
        return {self.results.members.paths[place] for place in self.kept.tolist()}


class MarkTable:
    """The marks and decisions of some results.

    Attributes:
        results: The results.
        given: uint8 (m,), the `Mark` of each photo that holds, the same wherever it is listed. One
            to remove does not hold in a folder that is protected now, nor where no copy of the
            group would stay; that of a mere look-alike not where all it is paired with goes.
        states: uint8 (n,), for each group `DECIDED` where nothing that is proposed lacks a mark and
            something has one, `DISMISSED`, `MOVING` while an action works on it, or `UNDECIDED`.
    """

    def __init__(
        self,
        results: Results,
        dismissed: Collection[str],
        moving: Collection[str] = (),
        marks: Iterable[tuple[NDArray[np.int64], NDArray[np.uint8]]] = (),
    ) -> None:
        """Begin with the known marks.

        Args:
            results: The groups.
            dismissed: Ids of groups that are no duplicates.
            moving: Paths of the photos that an action works on.
            marks: Places of photos and their marks, as `CarriedMarks.placed` gives them.
        """
        self.results = results
        self._made = np.zeros(len(results.members.group), np.uint8)
        self._noted = np.zeros(len(results.members.group), np.bool_)
        self.given = self._made
        self.states = np.zeros(len(results.groups), np.uint8)
        self._dismissed = np.zeros(len(results.groups), np.bool_)
        known = [results.index_of_id[one] for one in dismissed if one in results.index_of_id]
        self._dismissed[np.array(known, np.int64)] = True
        members = results.members
        is_alike = np.arange(len(members.group)) >= members.confirmed
        self._alike_groups = self._groups_with(is_alike)
        # Photos that are only in pairs of look-alikes, once for each pair.
        self._alone = np.flatnonzero(is_alike & (members.first >= members.confirmed))
        self._acts = ~is_alike
        self._moving = np.zeros(len(results.groups), np.bool_)
        self._note_moving(moving)
        for places, made in marks:
            self._note(places, made)
        self._settle()

    def _note(self, places: NDArray[np.int64], marks: NDArray[np.uint8]) -> None:
        first = self.results.members.first[places]
        self._made[first] = marks
        self._noted[first] = True

    def noted(self) -> NDArray[np.int64]:
        """Places of the photos with a noted mark, including `Mark.NONE`, int64."""
        return np.flatnonzero(self._noted)

    def made_at(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The marks of photos as they were made, valid or not."""
        return self._made[self.results.members.first[places]]

    def _settle(self) -> None:
        members = self.results.members
        self.given, self._acts = self._holding(self._made)
        marked = self.given != Mark.NONE
        decided = self._groups_with(marked) & ~self._groups_with(members.proposed & ~marked)
        # A mark made elsewhere on one photo says nothing about a pair of look-alikes.
        both = np.bincount(members.group[marked], minlength=len(decided)) == self.results.copies
        both |= self._groups_with(self.given == Mark.REMOVE)
        decided = np.where(self._alike_groups, both, decided)
        self.states = np.where(decided, DECIDED, UNDECIDED).astype(np.uint8)
        self.states[self._dismissed] = DISMISSED
        self.states[self._moving] = MOVING

    def _holding(self, made: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Find the valid marks.

        Args:
            made: uint8 (m,), marks in the places of `Members.places`.

        Returns:
            As `given`; and bool (m,), the places by which photos go: that in their group of
            duplicates, else the first pair whose other photo stays.
        """
        members = self.results.members
        made = made[members.first]
        removed = (made == Mark.REMOVE) & ~members.protected
        leaving = np.bincount(members.group[removed], minlength=len(self.results.groups))
        # The copy that was kept when the marks were made may be gone.
        keeps_one = leaving < self.results.copies
        holds = keeps_one[members.group]
        acts = np.zeros(len(made), np.bool_)
        acts[: members.confirmed] = True
        alone = self._alone[(keeps_one & ~self._dismissed)[members.group[self._alone]]]
        holds[members.confirmed :] = False
        photos, which = np.unique(members.first[alone], return_index=True)
        holds[photos] = True
        acts[alone[which]] = True
        removed &= holds[members.first]
        return np.where((made == Mark.REMOVE) & ~removed, Mark.NONE, made).astype(np.uint8), acts

    def strands(self, changes: Mapping[MarkKey, Mark]) -> bool:
        """True when with other marks a photo could not go that was chosen beside one of these."""
        chosen = self._alone[self.given[self._alone] == Mark.REMOVE]
        if not len(chosen):
            return False
        made = self._made.copy()
        for key, mark in changes.items():
            if (place := self.results.members.places.get(key)) is not None:
                made[place] = mark
        given, _ = self._holding(made)
        wanted = made[self.results.members.first[chosen]] == Mark.REMOVE
        return bool((wanted & (given[chosen] != Mark.REMOVE)).any())

    def is_confirmed(self, key: MarkKey) -> bool:
        """True for a photo that is in a group of duplicates."""
        place = self.results.members.places.get(key)
        return place is not None and place < self.results.members.confirmed

    def _groups_with(self, photos: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Groups with at least one of some photos, given as bool (m,) or by places: bool (n,)."""
        found = np.zeros(len(self.results.groups), np.bool_)
        found[self.results.members.group[photos]] = True
        return found

    def begun(self) -> NDArray[np.bool_]:
        """Groups with a photo that has a mark, bool (n,)."""
        return self._groups_with(self.given != Mark.NONE)

    def mark_of(self, key: MarkKey) -> Mark:
        """The valid mark of a photo."""
        place = self.results.members.places.get(key)
        return Mark.NONE if place is None else Mark(int(self.given[place]))

    def own_marked(self, groups: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places of the photos of some groups that have a mark, int64.

        A photo of a pair of look-alikes that is in a group of duplicates, too, is decided on there.
        """
        chosen = np.zeros(len(self.results.groups), np.bool_)
        chosen[groups] = True
        members = self.results.members
        own = chosen[members.group] & (self._made[members.first] != Mark.NONE)
        own[members.confirmed :] &= members.first[members.confirmed :] >= members.confirmed
        return np.flatnonzero(own)

    def put(self, places: NDArray[np.int64], marks: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Set marks.

        Args:
            places: int64 (k,), the photos.
            marks: uint8 (k,), the mark of each.

        Returns:
            int64, indices of the groups concerned.
        """
        self._note(places, marks)
        self._settle()
        first = self.results.members.first
        concerned = np.zeros(len(self._made), np.bool_)
        concerned[first[places]] = True
        return np.flatnonzero(self._groups_with(concerned[first]))

    def put_dismissed(self, group_ids: Iterable[str], *, dismissed: bool) -> NDArray[np.int64]:
        """Set whether groups are dismissed.

        Returns:
            int64, indices of the groups concerned.
        """
        found = np.fromiter(map(self.results.index_of_id.get, group_ids, repeat(-1)), np.int64)
        found = found[found >= 0]
        self._dismissed[found] = dismissed
        self._settle()
        return found

    def put_moving(self, paths: Collection[str]) -> NDArray[np.int64]:
        """Set the photos that an action works on.

        Returns:
            int64, indices of the groups concerned.
        """
        before = self._moving
        self._note_moving(paths)
        self._settle()
        return np.flatnonzero(before | self._moving)

    def _note_moving(self, paths: Collection[str]) -> None:
        hashes = np.fromiter(map(path_hash, paths), np.int64, len(paths))
        self._moving = self._groups_with(np.isin(self.results.members.path_hash, hashes))

    def _removed(self) -> NDArray[np.bool_]:
        """Photos that are marked for removal, bool (m,); none of a dismissed group."""
        removed: NDArray[np.bool_] = (self.given == Mark.REMOVE) & self._acts
        removed &= ~self._dismissed[self.results.members.group]
        return removed

    def totals(self) -> tuple[int, int]:
        """Photos marked for removal, and their bytes, without those that an action works on."""
        removed = self._removed() & ~self._moving[self.results.members.group]
        return int(np.count_nonzero(removed)), int(self.results.members.size_bytes[removed].sum())

    def marked(self) -> MarkedPlaces:
        """The photos that are marked for removal now."""
        kept = self._beside_removed() & (self.given == Mark.KEEP)
        return MarkedPlaces(self.results, np.flatnonzero(self._removed()), np.flatnonzero(kept))

    def beside_removed(self) -> NDArray[np.int64]:
        """Places of all photos of groups with a photo that is marked for removal."""
        return np.flatnonzero(self._beside_removed())

    def _beside_removed(self) -> NDArray[np.bool_]:
        """Photos of groups with a photo that is marked for removal, bool (m,)."""
        beside: NDArray[np.bool_] = self._groups_with(self._removed())[self.results.members.group]
        return beside

    def open_part(self, proposal: Proposal, groups: NDArray[np.bool_]) -> Proposal:
        """The part of a proposal that is still proposed and undecided in these results.

        A kept photo shows that the person has decided. Only removals are marked, so that one kind
        of match after the other can be accepted.

        Args:
            proposal: The proposal.
            groups: bool (n,), the groups of these results that may be decided on.
        """
        members = self.results.members
        places = proposal.places
        if proposal.results is not self.results:
            keys = proposal.results.members.keys
            places = members.places.of([keys[place] for place in places.tolist()])
        proposed = np.zeros(len(members.group), np.bool_)
        proposed[places[places >= 0]] = True
        proposed &= members.proposed & groups[members.group]
        places = np.flatnonzero(self._open(proposed))
        size_bytes = int(members.size_bytes[places].sum())
        return Proposal(self.results, places, size_bytes)

    def _open(self, proposed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Proposed photos that can be marked so that a copy of each group stays, bool (m,)."""
        index = self.results.members.group
        settled = self._dismissed | self._moving | self._groups_with(self.given == Mark.KEEP)
        can_go: NDArray[np.bool_] = proposed & (self.given == Mark.NONE)
        can_go &= ~settled[index]
        going = np.bincount(
            index[can_go | (self.given == Mark.REMOVE)], minlength=len(self.results.groups)
        )
        can_go &= (going < self.results.copies)[index]
        return can_go
