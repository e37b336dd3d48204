"""What the last scan found, as the window shows it: groups, and NumPy columns to sort and filter.

Made off the window's thread. Photos, not groups, belong to lanes; a group is shown in every
lane that one of its photos belongs to.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.records import Evidence, Group, GroupMember, Problem

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches


class Lane(IntEnum):
    """A kind of match, the surest first. Values are bits of `Results.lanes`."""

    SAME_BYTES = 1
    SAME_PIXELS = 2
    RE_ENCODED = 4
    EDITED = 8
    TURNED = 16
    LOOK_ALIKE = 32


LANE_OF = {
    Evidence.SAME_BYTES: Lane.SAME_BYTES,
    Evidence.SAME_PIXELS: Lane.SAME_PIXELS,
    Evidence.RE_ENCODED: Lane.RE_ENCODED,
    Evidence.EDITED: Lane.EDITED,
    Evidence.ROTATED: Lane.TURNED,
    Evidence.MIRRORED: Lane.TURNED,
    Evidence.LOOK_ALIKE: Lane.LOOK_ALIKE,
}


MarkKey = tuple[bytes, str, str]
"""What a mark hangs on: the digest of a content, a volume, and the path below its mount point."""


def mark_key(member: GroupMember) -> MarkKey:
    """The key of a photo's mark."""
    return member.digest, member.file.volume_id, member.file.relative_path


def lane_of(member: GroupMember) -> Lane | None:
    """The lane of a photo; None for a keeper."""
    return None if member.evidence is None else LANE_OF.get(member.evidence)


@dataclass(frozen=True, slots=True)
class LaneCount:
    """What a lane holds.

    Attributes:
        groups: Groups with at least one photo in it.
        photos: Photos in it.
        proposed: Of these, photos whose removal is proposed.
        proposed_bytes: Their bytes.
    """

    groups: int
    photos: int
    proposed: int
    proposed_bytes: int


@dataclass(frozen=True, eq=False)
class Results:
    """Groups and their columns, all of length n = number of groups.

    Attributes:
        groups: The groups; look-alikes come last, as groups of two that are never marked.
        matches: What another threshold is grouped from; None for provisional results.
        threshold_bits: Hamming threshold of the groups.
        problems: Files and folders that were not, or not fully, used.
        photos: Photos that were looked at.
        provisional: True while the scan is still running.
        copies: int32 (n,), files of each group.
        total_bytes: int64 (n,), bytes of each group.
        proposed_bytes: int64 (n,), bytes of the copies whose removal is proposed.
        lanes: uint8 (n,), `Lane` bits.
        taken: Rank of each group by its keeper's time of exposure, int64 (n,).
        name_rank: Rank by the keeper's name, int64 (n,).
        folder_rank: Rank by the keeper's folder, int64 (n,).
        lane_counts: By lane.
        places: For the key of each photo that may be marked, the index of its group and its bytes.
        index_of_id: Index of each group by its id.
    """

    groups: tuple[Group, ...]
    matches: Matches | None
    threshold_bits: int
    problems: tuple[Problem, ...]
    photos: int
    provisional: bool
    copies: NDArray[np.int32]
    total_bytes: NDArray[np.int64]
    proposed_bytes: NDArray[np.int64]
    lanes: NDArray[np.uint8]
    taken: NDArray[np.int64]
    name_rank: NDArray[np.int64]
    folder_rank: NDArray[np.int64]
    lane_counts: dict[Lane, LaneCount]
    places: dict[MarkKey, tuple[int, int]]
    index_of_id: dict[str, int]
    _searched: list[str] = field(default_factory=list, repr=False)

    def matching(self, text: str) -> NDArray[np.bool_]:
        """Which groups have a photo whose path contains all words of a text, bool (n,)."""
        words = text.casefold().split()
        if not words:
            return np.ones(len(self.groups), dtype=np.bool_)
        return np.fromiter(
            (all(word in path for word in words) for path in self._searched),
            dtype=np.bool_,
            count=len(self.groups),
        )


def make_results(
    groups: Sequence[Group],
    look_alikes: Sequence[Group],
    matches: Matches | None,
    threshold_bits: int,
    problems: Sequence[Problem],
    photos: int,
    *,
    provisional: bool = False,
) -> Results:
    """Make the columns of some groups.

    Args:
        groups: Confirmed groups.
        look_alikes: Pairs that are not proven, as groups of two.
        matches: See `Results`.
        threshold_bits: See `Results`.
        problems: See `Results`.
        photos: See `Results`.
        provisional: See `Results`.
    """
    everything = (*groups, *look_alikes)
    count = len(everything)
    copies = np.fromiter((len(group.members) for group in everything), np.int32, count)
    total = np.zeros(count, np.int64)
    proposed = np.zeros(count, np.int64)
    lanes = np.zeros(count, np.uint8)
    tally = {lane: [0, 0, 0, 0] for lane in Lane}
    searched = []
    places: dict[MarkKey, tuple[int, int]] = {}
    for index, group in enumerate(everything):
        mask = 0
        for member in group.members:
            size_bytes = member.file.size_bytes
            total[index] += size_bytes
            if index < len(groups):
                places[mark_key(member)] = index, size_bytes
            lane = lane_of(member)
            if lane is None:
                continue
            counts = tally[lane]
            counts[0] += not mask & lane
            counts[1] += 1
            mask |= lane
            if not member.keep:
                proposed[index] += size_bytes
                counts[2] += 1
                counts[3] += size_bytes
        lanes[index] = mask
        searched.append("\n".join(member.file.path for member in group.members).casefold())
    first = [group.members[0] for group in everything]
    return Results(
        groups=everything,
        matches=matches,
        threshold_bits=threshold_bits,
        problems=tuple(problems),
        photos=photos,
        provisional=provisional,
        copies=copies,
        total_bytes=total,
        proposed_bytes=proposed,
        lanes=lanes,
        taken=_rank([member.facts.taken or "\uffff" for member in first]),
        name_rank=_rank([os.path.basename(member.file.path).casefold() for member in first]),
        folder_rank=_rank([member.file.path.casefold() for member in first]),
        lane_counts={lane: LaneCount(*counts) for lane, counts in tally.items()},
        places=places,
        index_of_id={group.group_id: index for index, group in enumerate(everything)},
        _searched=searched,
    )


def _rank(keys: list[str]) -> NDArray[np.int64]:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys))
    return rank


def with_pinned(groups: Sequence[Group], pinned: Sequence[Group]) -> list[Group]:
    """Put groups on which a person has decided back among the groups of another threshold.

    A photo stays in the pinned group; the group that has it now goes on without it, and is left
    out when fewer than two of its photos remain.

    Args:
        groups: The groups of the new threshold.
        pinned: The groups that were decided.
    """
    taken = {member.file.path for group in pinned for member in group.members}
    kept = list(pinned)
    for group in groups:
        if all(member.file.path not in taken for member in group.members):
            kept.append(group)
            continue
        free = [member for member in group.members if member.file.path not in taken]
        paths = {member.file.path for member in free}
        if len(free) > 1:
            # What was held against a copy that is elsewhere now is not proposed any more.
            kept.append(
                replace(
                    group,
                    members=tuple(
                        member
                        if member.against is None or member.against in paths
                        else replace(member, keep=True)
                        for member in free
                    ),
                )
            )
    return kept
