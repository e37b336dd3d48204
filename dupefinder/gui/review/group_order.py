"""Which groups are listed, and in which order: NumPy index arrays over the columns of `Results`."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.records import Group
from dupefinder.gui.results import NO_TIME, Lane, Results
from dupefinder.gui.review.marks import DECIDED, DISMISSED, UNDECIDED

Indices = NDArray[np.int64]


class SortKey(StrEnum):
    """What groups are sorted by."""

    SPACE = "space"
    COPIES = "copies"
    TAKEN = "taken"
    NAME = "name"
    FOLDER = "folder"


_DESCENDING_FIRST = {SortKey.SPACE, SortKey.COPIES, SortKey.TAKEN}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of groups.

    Attributes:
        key: What they are sorted by.
        descending: The largest, latest, or last of the alphabet first.
    """

    key: SortKey = SortKey.SPACE
    descending: bool = True

    @classmethod
    def by(cls, key: SortKey) -> Self:
        """The usual direction of a key: most and newest first, names from A to Z."""
        return cls(key, key in _DESCENDING_FIRST)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote; the usual order for anything else."""
        key, _, direction = text.partition(" ")
        try:
            return cls(SortKey(key), direction != "up")
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return f"{self.key} {'down' if self.descending else 'up'}"


class Show(StrEnum):
    """Which groups are listed, by what was decided."""

    ALL = "all"
    UNDECIDED = "undecided"
    DECIDED = "decided"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class View:
    """What a person chose to see.

    Attributes:
        lane: None for all but look-alikes.
        text: All of its words are in the path of one photo.
        show: By what was decided.
        sort: The order.
    """

    lane: Lane | None = None
    text: str = ""
    show: Show = Show.ALL
    sort: Sort = Sort()

    @property
    def is_filtered(self) -> bool:
        """True when a filter, and not only a lane, leaves groups out."""
        return bool(self.text.strip()) or self.show is not Show.ALL

    def without_filter(self) -> "View":
        """The same without the filter."""
        return replace(self, text="", show=Show.ALL)


def listed(results: Results, states: NDArray[np.uint8], view: View) -> Indices:
    """Indices of the groups that a view lists, in its order.

    Args:
        results: The groups and their columns.
        states: uint8 (n,), see `Marks.states`.
        view: What to list.
    """
    if view.lane is None:
        chosen = results.lanes != Lane.LOOK_ALIKE
    else:
        chosen = (results.lanes & view.lane) != 0
    if view.show is Show.DISMISSED:
        chosen &= states == DISMISSED
    else:
        chosen &= states != DISMISSED
        if view.show is Show.UNDECIDED:
            chosen &= states == UNDECIDED
        elif view.show is Show.DECIDED:
            chosen &= states == DECIDED
    if view.text.strip():
        chosen &= results.matching(view.text)
    return in_order(results, np.flatnonzero(chosen), view.sort)


def in_order(results: Results, indices: Indices, sort: Sort) -> Indices:
    """Sort groups; those that are equal stay as the engine gave them.

    Args:
        results: The groups and their columns.
        indices: int64, which groups.
        sort: The order.
    """
    total = results.total_bytes[indices]
    keys: tuple[Indices, ...]
    if sort.key is SortKey.SPACE:
        # Lanes in which nothing is proposed are sorted by what their groups take.
        keys = results.proposed_bytes[indices], total
    elif sort.key is SortKey.COPIES:
        keys = results.copies[indices].astype(np.int64), results.proposed_bytes[indices]
    elif sort.key is SortKey.TAKEN:
        keys = (results.taken[indices],)
    elif sort.key is SortKey.NAME:
        keys = (results.name_rank[indices],)
    else:
        keys = (results.folder_rank[indices],)
    if sort.descending:
        # What has no time comes last in either direction.
        keys = tuple(np.where(key == NO_TIME, key, -key) for key in keys)
    return indices[np.lexsort(keys[::-1])]


def followed(old: Results, new: Results, order: Indices) -> Indices:
    """Where groups are in later results: a group goes on where one of its photos is.

    Args:
        old: The earlier results.
        new: The later ones.
        order: int64 (m,), indices of groups in the earlier results.

    Returns:
        int64 (m,), indices in the later results, -1 for a group that is gone.
    """
    groups = old.groups
    return np.fromiter(
        (_find(groups[index], new.group_of) for index in order.tolist()), np.int64, len(order)
    )


def find_group(results: Results, group: Group) -> int | None:
    """Index of a group of earlier results, or of the one that has its photos now."""
    at = _find(group, results.group_of)
    if at < 0 or results.groups[at].group_id != group.group_id:
        # Look-alikes are known by their name alone, and their photos may be in groups as well.
        for index in np.flatnonzero(results.lanes == Lane.LOOK_ALIKE).tolist():
            if results.groups[index].group_id == group.group_id:
                return index
    return at if at >= 0 else None


def _find(group: Group, group_of: dict[str, int]) -> int:
    for member in group.members:
        if (index := group_of.get(member.file.path)) is not None:
            return index
    return -1
