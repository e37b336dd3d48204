"""Results as the window shows them, made of what a scan found; off the thread of the window."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.records import GroupMember, ReasonCode
from dupefinder.core.source_folders import short_names
from dupefinder.gui.kept_results import results_of_kept
from dupefinder.gui.results import (
    NO_TIME,
    FacetColumn,
    KnownPlaces,
    Members,
    Results,
    mark_key,
    match_kind_of,
    path_hash,
)
from dupefinder.services.findings import Findings

_MOST_DISTANCE_BITS = 64
"""Longer distances are counted as this one."""


def build_results(findings: Findings) -> Results:
    """Make the columns of some groups; takes time for each photo, unless they were kept."""
    if findings.columns is not None:
        return results_of_kept(findings, findings.columns)
    groups, look_alikes = findings.groups, findings.look_alikes
    everything = (*groups, *look_alikes)
    copies = np.fromiter((len(group.members) for group in everything), np.int64, len(everything))
    photos_of_all = [member for group in everything for member in group.members]
    members = _members_of(photos_of_all, copies, int(copies[: len(groups)].sum()))
    index, match_kind = members.group, members.match_kind
    match_kinds = np.zeros(len(everything), np.uint8)
    np.bitwise_or.at(match_kinds, index, match_kind)
    # Look-alikes are no groups that another threshold would add to the list.
    distances, distance_groups, distance_examples = _by_distance(
        photos_of_all[: members.confirmed], index[: members.confirmed]
    )
    first = [group.members[0] for group in everything]
    facets = {
        name: _facet(map(value_of, photos_of_all), index, len(groups))
        for name, value_of in (
            ("folder", lambda one: findings.sources.source_of(one.file.path)),
            ("camera", lambda one: one.facts.camera or ""),
            ("year", lambda one: (one.facts.taken or "")[:4]),
            ("format", lambda one: one.facts.format),
        )
    }
    sources = facets["folder"].codes
    is_between = np.zeros(len(everything), np.bool_)
    is_between[index[1:][(sources[1:] != sources[:-1]) & (index[1:] == index[:-1])]] = True
    new = [one.content_id in findings.new_contents for one in photos_of_all]
    is_new = np.zeros(len(everything), np.bool_)
    is_new[index[np.array(new, np.bool_)]] = True
    return Results(
        groups=everything,
        basis=findings.basis,
        threshold_bits=findings.threshold_bits,
        problems=tuple(findings.problems),
        photos=findings.photos,
        provisional=findings.is_provisional,
        copies=copies,
        total_bytes=_sums(index, members.size_bytes, len(everything)),
        proposed_bytes=_sums(index, members.size_bytes * members.unwanted, len(everything)),
        match_kinds=match_kinds,
        taken=_times([member.facts.taken for member in first]),
        name_rank=_rank([os.path.basename(member.file.path).casefold() for member in first]),
        folder_rank=_rank([member.file.path.casefold() for member in first]),
        distances=distances,
        distance_groups=distance_groups,
        distance_examples=distance_examples,
        index_of_id={group.group_id: index for index, group in enumerate(everything)},
        members=members,
        sources=findings.sources,
        facets=facets,
        folder_names=short_names(facets["folder"].values),
        is_between=is_between,
        is_new=is_new,
    )


def _members_of(
    photos: Sequence[GroupMember], copies: NDArray[np.int64], confirmed: int
) -> Members:
    """Make the columns of all photos; the first `confirmed` ones are in groups of duplicates."""
    count = len(photos)
    keys = [mark_key(one) for one in photos]
    places = KnownPlaces(zip(keys[::-1], range(count - 1, -1, -1), strict=True))
    first = np.arange(count)
    alike = map(places.__getitem__, keys[confirmed:])
    first[confirmed:] = np.fromiter(alike, np.int64, count - confirmed)
    paths = [one.file.path for one in photos]
    hashes = np.fromiter(map(path_hash, paths), np.int64, count)
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
        unwanted=np.fromiter(
            (not one.keep and match_kind_of(one) is not None for one in photos), np.bool_, count
        ),
        protected=np.fromiter((one.file.protected for one in photos), np.bool_, count),
        checking=np.fromiter(
            (one.reason.code is ReasonCode.BEING_CHECKED for one in photos), np.bool_, count
        ),
        path_hash=hashes,
        by_hash=np.argsort(hashes),
        paths=paths,
        searched=[*map(str.casefold, paths)],
    )


def _by_distance(
    photos: Sequence[GroupMember], index: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """`Results.distances`, `distance_groups` and `distance_examples`.

    Args:
        photos: All photos.
        index: int64 (m,), their groups.
    """
    steps = _MOST_DISTANCE_BITS + 1
    far = (-1 if one.distance_bits is None else one.distance_bits for one in photos)
    bits = np.fromiter(far, np.int64, len(photos)).clip(-1, _MOST_DISTANCE_BITS)
    places = np.flatnonzero(bits >= 0)
    bits = bits[places]
    nearest = np.full(int(index.max(initial=-1)) + 1, steps, np.int64)
    np.minimum.at(nearest, index[places], bits)
    examples = np.full(steps, -1, np.int64)
    examples[bits[::-1]] = places[::-1]  # of several the first one is written last
    return (
        np.bincount(bits, minlength=steps),
        np.bincount(nearest[nearest < steps], minlength=steps),
        examples,
    )


def _facet(values: Iterable[str], index: NDArray[np.int64], count: int) -> FacetColumn:
    """Make a column of texts, of which an empty one is none.

    Args:
        values: The text of each photo.
        index: int64 (m,), their groups.
        count: Number of groups that are counted, the first ones.
    """
    codes_of: dict[str, int] = {"": -1}
    codes = np.fromiter((codes_of.setdefault(one, len(codes_of) - 1) for one in values), np.int32)
    known = [one for one in codes_of if one]
    order = sorted(known)
    place_of = np.array([order.index(one) for one in known] or [0], np.int32)
    codes = np.where(codes >= 0, place_of[np.maximum(codes, 0)], -1).astype(np.int32)
    has_value = (codes >= 0) & (index < count)
    pairs = np.unique(codes[has_value].astype(np.int64) * count + index[has_value])
    groups = np.bincount(pairs // max(count, 1), minlength=len(order))
    return FacetColumn(tuple(order), codes, groups)


def _sums(index: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, index, values)
    return sums


def _times(taken: list[str | None]) -> NDArray[np.int64]:
    rank = _rank([time or "" for time in taken])
    rank[np.array([time is None for time in taken], np.bool_)] = NO_TIME
    return rank


def _rank(keys: list[str]) -> NDArray[np.int64]:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys))
    return rank
