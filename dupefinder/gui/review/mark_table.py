"""Which photos of the results are marked, and which groups are decided, as NumPy columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.marks import Mark
from dupefinder.core.records import GroupMember
from dupefinder.gui.results import MarkKey, MatchKind, Results

UNDECIDED, DECIDED, DISMISSED = 0, 1, 2
"""Values of `MarkTable.states`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What auto-select would mark.

    Attributes:
        results: The results that were looked at.
        places: int64 (p,), the photos that would be marked for removal, in the columns of their
            members.
        size_bytes: Their bytes.
        decided_groups: Groups that are left as they were decided.
    """

    results: Results
    places: NDArray[np.int64]
    size_bytes: int
    decided_groups: int

    @property
    def photos(self) -> int:
        """How many photos would be marked."""
        return len(self.places)


class MarkTable:
    """See the module.

    Attributes:
        results: The results.
        given: uint8 (m,), the `Mark` of each photo that holds. One to remove does not hold in a
            folder that is protected now, nor where no copy of the group would stay.
        states: uint8 (n,), `UNDECIDED`, `DECIDED` or `DISMISSED` for each group.
    """

    def __init__(
        self, results: Results, marks: Mapping[MarkKey, Mark], dismissed: Collection[str]
    ) -> None:
        """Look up what is known.

        Args:
            results: The groups.
            marks: All marks, also of photos that are not among the results.
            dismissed: Ids of groups that are no duplicates.
        """
        self.results = results
        self._made = np.zeros(len(results.members.group), np.uint8)
        self.given = self._made
        self.states = np.zeros(len(results.groups), np.uint8)
        self._dismissed = np.zeros(len(results.groups), np.bool_)
        known = [results.index_of_id[one] for one in dismissed if one in results.index_of_id]
        self._dismissed[np.array(known, np.int64)] = True
        self._take(marks)

    def _take(self, marks: Mapping[MarkKey, Mark]) -> NDArray[np.int64]:
        places = np.fromiter(
            map(self.results.members.places.get, marks, repeat(-1)), np.int64, len(marks)
        )
        values = np.frombuffer(bytes(marks.values()), np.uint8)
        inside = places >= 0
        self._made[places[inside]] = values[inside]
        self._settle()
        return np.flatnonzero(self._groups_with(places[inside]))

    def _settle(self) -> None:
        members = self.results.members
        removed = (self._made == Mark.REMOVE) & ~members.protected
        leaving = np.bincount(members.group[removed], minlength=len(self.results.groups))
        # The copy beside which the marks were made may be gone.
        removed &= (leaving < self.results.copies)[members.group]
        self.given = np.where((self._made == Mark.REMOVE) & ~removed, Mark.NONE, self._made)
        decided = self._groups_with(self.given != Mark.NONE)
        self.states = np.where(decided, DECIDED, UNDECIDED).astype(np.uint8)
        self.states[self._dismissed] = DISMISSED

    def _groups_with(self, photos: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Groups with at least one of some photos, given as bool (m,) or by places: bool (n,)."""
        found = np.zeros(len(self.results.groups), np.bool_)
        found[self.results.members.group[photos]] = True
        return found

    def mark_of(self, key: MarkKey) -> Mark:
        """The mark of a photo that holds."""
        place = self.results.members.places.get(key)
        return Mark.NONE if place is None else Mark(int(self.given[place]))

    def put(self, marks: Mapping[MarkKey, Mark]) -> NDArray[np.int64]:
        """Note other marks.

        Returns:
            int64, indices of the groups concerned.
        """
        return self._take(marks)

    def put_dismissed(self, group_id: str, *, dismissed: bool) -> NDArray[np.int64]:
        """Note whether a group is dismissed.

        Returns:
            int64, indices of the groups concerned.
        """
        index = self.results.index_of_id.get(group_id)
        found = np.array([] if index is None else [index], np.int64)
        self._dismissed[found] = dismissed
        self._settle()
        return found

    def _removed(self) -> NDArray[np.bool_]:
        """Photos that are marked for removal, bool (m,); none of a dismissed group."""
        removed: NDArray[np.bool_] = self.given == Mark.REMOVE
        removed &= ~self._dismissed[self.results.members.group]
        return removed

    def totals(self) -> tuple[int, int]:
        """Photos marked for removal, and their bytes."""
        removed = self._removed()
        return int(np.count_nonzero(removed)), int(self.results.members.size_bytes[removed].sum())

    def removed(self) -> list[tuple[int, GroupMember]]:
        """Photos that are marked for removal, with the indices of their groups, in their order."""
        return self._photos(self._removed())

    def kept(self) -> list[tuple[int, GroupMember]]:
        """As `removed`, photos of the same groups that the person decided to keep."""
        return self._photos(self._beside_removed() & (self.given == Mark.KEEP))

    def concerned(self) -> list[tuple[int, GroupMember]]:
        """As `removed`, all photos of the same groups."""
        return self._photos(self._beside_removed())

    def _beside_removed(self) -> NDArray[np.bool_]:
        """Photos of groups with a photo that is marked for removal, bool (m,)."""
        beside: NDArray[np.bool_] = self._groups_with(self._removed())[self.results.members.group]
        return beside

    def _photos(self, wanted: NDArray[np.bool_]) -> list[tuple[int, GroupMember]]:
        """Some photos and their groups, by their places: keys of thousands are slow to look up."""
        groups, copies = self.results.groups, self.results.copies
        places = np.flatnonzero(wanted)
        index = self.results.members.group[places]
        at = places - (np.cumsum(copies) - copies)[index]
        return [
            (group, groups[group].members[number])
            for group, number in zip(index.tolist(), at.tolist(), strict=True)
        ]

    def proposal(self, match_kind: MatchKind | None, groups: Iterable[int]) -> Proposal:
        """Count what is proposed and not yet decided.

        A kept photo tells that the person has decided; auto-select itself only marks what goes,
        so that one kind of match after the other can be selected.

        Args:
            match_kind: Only photos of this kind of match; None takes all.
            groups: Indices of the groups to look at.
        """
        members = self.results.members
        looked_at = np.zeros(len(self.results.groups), np.bool_)
        looked_at[np.fromiter(groups, np.int64)] = True
        proposed = members.proposed & looked_at[members.group]
        if match_kind is not None:
            proposed &= members.match_kind == match_kind
        settled = self._dismissed | self._groups_with(self.given == Mark.KEEP)
        decided = np.count_nonzero(self._groups_with(proposed) & settled)
        places = np.flatnonzero(self._open(proposed, settled))
        return Proposal(
            results=self.results,
            places=places,
            size_bytes=int(members.size_bytes[places].sum()),
            decided_groups=int(decided),
        )

    def still_open(self, proposal: Proposal) -> list[MarkKey]:
        """Of photos that were proposed those that are still proposed and not decided on."""
        members = self.results.members
        places = proposal.places
        if proposal.results is not self.results:
            keys = map(proposal.results.members.keys.__getitem__, places.tolist())
            found = map(members.places.get, keys, repeat(-1))
            places = np.fromiter(found, np.int64, len(places))
        proposed = np.zeros(len(members.group), np.bool_)
        proposed[places[places >= 0]] = True
        settled = self._dismissed | self._groups_with(self.given == Mark.KEEP)
        places = np.flatnonzero(self._open(proposed & members.proposed, settled))
        return [members.keys[place] for place in places.tolist()]

    def _open(self, proposed: NDArray[np.bool_], settled: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Proposed photos that can be marked so that a copy of each group stays, bool (m,)."""
        index = self.results.members.group
        can_go: NDArray[np.bool_] = proposed & (self.given == Mark.NONE)
        can_go &= ~settled[index]
        going = np.bincount(
            index[can_go | (self.given == Mark.REMOVE)], minlength=len(self.results.groups)
        )
        can_go &= (going < self.results.copies)[index]
        return can_go
