"""Results for the window, built from new or stored findings of a scan.

They are made in the runner's thread. For stored findings nothing is built that takes time for each
photo: keys and paths are read on demand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decisions.marks import MarkKey
from dupefinder.core.kept_groups import GroupColumns, KeptGroups, MadeSequence
from dupefinder.core.records import Group, GroupMember, ReasonCode
from dupefinder.core.source_folders import short_names
from dupefinder.gui.results import (
    NO_DISTANCE,
    NO_TIME,
    FacetColumn,
    Members,
    Places,
    Results,
    SearchedPaths,
    mark_key,
    match_kind_of,
    path_hash,
)
from dupefinder.services.findings import Findings

_SETTINGS_PART = "about"


class KeptKeys(MadeSequence[MarkKey]):
    """The keys of stored photos."""

    def __init__(self, columns: GroupColumns) -> None:
        self._columns = columns
        self._volumes = [*columns.volumes]

    def __len__(self) -> int:
        return len(self._columns.volume)

    def _make(self, place: int) -> MarkKey:
        columns = self._columns
        volume_id = self._volumes[int(columns.volume[place])]
        return columns.digests[place].tobytes(), volume_id, columns.below[place]


class PhotoKeys(MadeSequence[MarkKey]):
    """The keys of photos in memory."""

    def __init__(self, photos: Sequence[GroupMember]) -> None:
        self._photos = photos

    def __len__(self) -> int:
        return len(self._photos)

    def _make(self, place: int) -> MarkKey:
        return mark_key(self._photos[place])


def columns_to_keep(results: Results) -> dict[str, bytes]:
    """The columns of results to store, for `results_of_kept`; takes time for each photo."""
    members = results.members
    arrays: dict[str, NDArray[Any]] = {
        "key_digests": members.places.digests,
        "by_key": members.places.order,
    }
    for prefix, of in (("", results), ("members.", members)):
        for one in fields(of):
            if isinstance(column := getattr(of, one.name), np.ndarray):
                arrays[prefix + one.name] = column
    for name, facet in results.facets.items():
        arrays[f"facet.{name}.codes"] = facet.codes
        arrays[f"facet.{name}.groups"] = facet.groups
    about = {
        "dtypes": {name: column.dtype.str for name, column in arrays.items()},
        "confirmed": members.confirmed,
        "facets": {name: facet.values for name, facet in results.facets.items()},
        "folder_names": results.folder_names,
    }
    parts = {name: column.tobytes() for name, column in arrays.items()}
    return {**parts, _SETTINGS_PART: json.dumps(about).encode("ascii")}


def results_of_kept(findings: Findings, parts: Mapping[str, bytes]) -> Results:
    """Make results from stored columns of `columns_to_keep`.

    Args:
        findings: The groups, all of them `KeptGroups`.
        parts: Their columns.
    """
    groups = findings.groups
    assert isinstance(groups, KeptGroups)
    about = json.loads(parts[_SETTINGS_PART])
    arrays = {
        name: np.frombuffer(parts[name], np.dtype(dtype)) for name, dtype in about["dtypes"].items()
    }

    def columns(of: type, prefix: str) -> dict[str, Any]:
        names = (one.name for one in fields(of))
        return {name: arrays[prefix + name] for name in names if prefix + name in arrays}

    paths = groups.columns.paths
    members = Members(
        keys=KeptKeys(groups.columns),
        places=Places(arrays["key_digests"].reshape(2, -1), arrays["by_key"]),
        confirmed=about["confirmed"],
        paths=paths,
        searched=SearchedPaths(paths),
        **columns(Members, "members."),
    )
    facets = {
        name: FacetColumn(
            tuple(values), arrays[f"facet.{name}.codes"], arrays[f"facet.{name}.groups"]
        )
        for name, values in about["facets"].items()
    }
    return _results(
        findings,
        groups=groups,
        ids=groups.columns.ids,
        members=members,
        facets=facets,
        folder_names=about["folder_names"],
        columns=columns(Results, ""),
    )


def build_results(findings: Findings) -> Results:
    """Make results with their columns; takes time for each photo, unless these are stored."""
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
    nearest_bits = np.full(len(everything), NO_DISTANCE, np.uint8)
    np.minimum.at(nearest_bits, index, members.distance_bits)
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
    return _results(
        findings,
        groups=everything,
        ids=[group.group_id for group in everything],
        members=members,
        facets=facets,
        folder_names=short_names(facets["folder"].values),
        columns={
            "copies": copies,
            "total_bytes": _sums(index, members.size_bytes, len(everything)),
            "proposed_bytes": _sums(index, members.size_bytes * members.unwanted, len(everything)),
            "match_kinds": match_kinds,
            "taken": _times([member.facts.taken for member in first]),
            "name_rank": _rank([os.path.basename(one.file.path).casefold() for one in first]),
            "folder_rank": _rank([member.file.path.casefold() for member in first]),
            "nearest_bits": nearest_bits,
            "is_between": is_between,
            "is_new": is_new,
        },
    )


def _results(
    findings: Findings,
    *,
    groups: Sequence[Group],
    ids: Iterable[str],
    members: Members,
    facets: dict[str, FacetColumn],
    folder_names: dict[str, str],
    columns: Mapping[str, Any],
) -> Results:
    """Make results from findings and their new or stored columns.

    Args:
        findings: The findings of the scan.
        groups: The groups, look-alikes last.
        ids: Their ids.
        members: Their photos.
        facets: See `Results`.
        folder_names: See `Results`.
        columns: The columns of groups, by their names in `Results`.
    """
    return Results(
        groups=groups,
        basis=findings.basis,
        threshold_bits=findings.threshold_bits,
        problems=tuple(findings.problems),
        photos=findings.photos,
        provisional=findings.is_provisional,
        index_of_id={one: index for index, one in enumerate(ids)},
        members=members,
        sources=findings.sources,
        facets=facets,
        folder_names=folder_names,
        **columns,
    )


def _members_of(
    photos: Sequence[GroupMember], copies: NDArray[np.int64], confirmed: int
) -> Members:
    """Make the columns of all photos; the first `confirmed` ones are in groups of duplicates."""
    count = len(photos)
    keys = PhotoKeys(photos)
    places = Places.among(map(mark_key, photos))
    first = np.arange(count)
    first[confirmed:] = places.of(keys[confirmed:])
    paths = [one.file.path for one in photos]
    searched = SearchedPaths(paths)
    searched.make()  # whoever types the first letter does not wait for it
    hashes = np.fromiter(map(path_hash, paths), np.int64, count)
    distances = np.fromiter(map(_distance_of, photos), np.uint8, count)
    # Other thresholds add no look-alikes to the list.
    distances[confirmed:] = NO_DISTANCE
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
        distance_bits=distances,
        protected=np.fromiter((one.file.protected for one in photos), np.bool_, count),
        checking=np.fromiter(
            (one.reason.code is ReasonCode.BEING_CHECKED for one in photos), np.bool_, count
        ),
        path_hash=hashes,
        by_hash=np.argsort(hashes),
        paths=paths,
        searched=searched,
    )


def _distance_of(photo: GroupMember) -> int:
    return NO_DISTANCE if photo.distance_bits is None else min(photo.distance_bits, NO_DISTANCE - 1)


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
