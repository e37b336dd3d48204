"""Findings of a scan → `Results`, the columns that the window sorts and filters by."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.records import GroupMember
from dupefinder.gui.results import (
    NO_TIME,
    MatchKind,
    MatchKindCount,
    Members,
    Results,
    mark_key,
    match_kind_of,
)
from dupefinder.services.scan import Findings

_MOST_DISTANCE_BITS = 64
"""Longer distances are counted as this one."""


def build_results(findings: Findings) -> Results:
    """Make the columns of some groups; takes time for each photo."""
    groups, look_alikes = findings.groups, findings.look_alikes
    everything = (*groups, *look_alikes)
    copies = np.fromiter((len(group.members) for group in everything), np.int64, len(everything))
    photos_of_all = [member for group in everything for member in group.members]
    members = _members_of(photos_of_all, copies, int(copies[: len(groups)].sum()))
    index, match_kind = members.group, members.match_kind
    unwanted = np.fromiter((not one.keep for one in photos_of_all), np.bool_, len(photos_of_all))
    unwanted &= match_kind != 0
    match_kinds = np.zeros(len(everything), np.uint8)
    np.bitwise_or.at(match_kinds, index, match_kind)
    distances = [one.distance_bits for one in photos_of_all if one.distance_bits is not None]
    first = [group.members[0] for group in everything]
    return Results(
        groups=everything,
        matches=findings.matches,
        threshold_bits=findings.threshold_bits,
        problems=tuple(findings.problems),
        photos=findings.photos,
        provisional=findings.is_provisional,
        copies=copies,
        total_bytes=_sums(index, members.size_bytes, len(everything)),
        proposed_bytes=_sums(index, members.size_bytes * unwanted, len(everything)),
        match_kinds=match_kinds,
        taken=_times([member.facts.taken for member in first]),
        name_rank=_rank([os.path.basename(member.file.path).casefold() for member in first]),
        folder_rank=_rank([member.file.path.casefold() for member in first]),
        match_kind_counts={one: _count(members, unwanted, match_kinds, one) for one in MatchKind},
        distances=np.bincount(
            np.array(distances, np.int64).clip(0, _MOST_DISTANCE_BITS),
            minlength=_MOST_DISTANCE_BITS + 1,
        ),
        index_of_id={group.group_id: index for index, group in enumerate(everything)},
        members=members,
    )


def _members_of(
    photos: Sequence[GroupMember], copies: NDArray[np.int64], confirmed: int
) -> Members:
    """Make the columns of all photos; the first `confirmed` ones are in groups of duplicates."""
    count = len(photos)
    keys = [mark_key(one) for one in photos]
    places = dict(zip(keys[::-1], range(count - 1, -1, -1), strict=True))
    first = np.arange(count)
    alike = map(places.__getitem__, keys[confirmed:])
    first[confirmed:] = np.fromiter(alike, np.int64, count - confirmed)
    path_hash = np.fromiter((hash(one.file.path) for one in photos), np.int64, count)
    return Members(
        keys=keys,
        places=places,
        first=first,
        confirmed=confirmed,
        group=np.repeat(np.arange(len(copies)), copies),
        size_bytes=np.fromiter((one.file.size_bytes for one in photos), np.int64, count),
        match_kind=np.fromiter((match_kind_of(one) or 0 for one in photos), np.uint8, count),
        proposed=np.fromiter(
            (not one.keep and not one.file.protected for one in photos), np.bool_, count
        ),
        protected=np.fromiter((one.file.protected for one in photos), np.bool_, count),
        path_hash=path_hash,
        by_hash=np.argsort(path_hash),
        searched=[one.file.path.casefold() for one in photos],
    )


def _sums(index: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, index, values)
    return sums


def _count(
    members: Members,
    unwanted: NDArray[np.bool_],
    match_kinds: NDArray[np.uint8],
    match_kind: MatchKind,
) -> MatchKindCount:
    inside = members.match_kind == match_kind
    return MatchKindCount(
        groups=int(np.count_nonzero(match_kinds & match_kind)),
        photos=int(np.count_nonzero(inside)),
        proposed=int(np.count_nonzero(inside & unwanted)),
        proposed_bytes=int(members.size_bytes[inside & unwanted].sum()),
    )


def _times(taken: list[str | None]) -> NDArray[np.int64]:
    rank = _rank([time or "" for time in taken])
    rank[np.array([time is None for time in taken], np.bool_)] = NO_TIME
    return rank


def _rank(keys: list[str]) -> NDArray[np.int64]:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys))
    return rank
