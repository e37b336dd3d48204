"""Results as they are kept, so that the window opens with them at once: columns and groups.

What takes time for each photo is not made here: keys and paths are read where they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any, TypeVar, overload

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.kept_groups import GroupColumns, KeptGroups, Texts
from dupefinder.core.marks import MarkKey
from dupefinder.gui.results import FacetColumn, Members, Results
from dupefinder.services.findings import Findings

Item = TypeVar("Item")

_ABOUT = "about"


class _Made(Sequence[Item]):
    """A sequence of which each item is made when it is asked for."""

    def __len__(self) -> int:
        raise NotImplementedError

    def _make(self, place: int) -> Item:
        raise NotImplementedError

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self._make(one) for one in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._make(place)


class KeptKeys(_Made[MarkKey]):
    """The keys of photos that were kept."""

    def __init__(self, columns: GroupColumns) -> None:
        self._columns = columns
        self._volumes = [*columns.volumes]

    def __len__(self) -> int:
        return len(self._columns.volume)

    def _make(self, place: int) -> MarkKey:
        columns = self._columns
        volume_id = self._volumes[int(columns.volume[place])]
        return columns.digests[place].tobytes(), volume_id, columns.below[place]


class KeptPlaces:
    """Places of photos by the digests of their keys, see `Places`."""

    def __init__(self, digests: NDArray[np.uint64], order: NDArray[np.int64]) -> None:
        """Take what `digests_of_keys` and their order are.

        Args:
            digests: uint64 (m, 2).
            order: int64 (m,), ascending in the first column, then by place.
        """
        self._first, self._second, self._order = digests[order, 0], digests[order, 1], order

    def get(self, key: MarkKey, /) -> int | None:
        """See `Places`."""
        place = int(self.of([key])[0])
        return None if place < 0 else place

    def of(self, keys: Collection[MarkKey]) -> NDArray[np.int64]:
        """See `Places`."""
        if not len(self._order):
            return np.full(len(keys), -1, np.int64)
        digests = digests_of_keys(keys)
        at = np.minimum(np.searchsorted(self._first, digests[:, 0]), len(self._order) - 1)
        found = (self._first[at] == digests[:, 0]) & (self._second[at] == digests[:, 1])
        return np.where(found, self._order[at], -1)


def digests_of_keys(keys: Collection[MarkKey]) -> NDArray[np.uint64]:
    """Digests of 128 bits, uint64 (k, 2): nobody can make two keys that have one."""
    digests = bytearray()
    for digest, volume_id, below in keys:
        place = f"{volume_id}\0{below}".encode("utf-8", "surrogatepass")
        digests += blake3(digest + place).digest(16)
    return np.frombuffer(bytes(digests), np.uint64).reshape(-1, 2)


class LowerPaths(_Made[str]):
    """Paths as the filter compares them, all made when the first is asked for."""

    def __init__(self, paths: Texts) -> None:
        self._paths = paths

    def __len__(self) -> int:
        return len(self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def _make(self, place: int) -> str:
        return self.made[place]

    @cached_property
    def made(self) -> list[str]:
        """All of them."""
        return [*map(str.casefold, self._paths)]


def columns_to_keep(results: Results) -> dict[str, bytes]:
    """The columns of results, for `results_of_kept`; takes time for each photo."""
    members = results.members
    digests = digests_of_keys(members.keys)
    arrays: dict[str, NDArray[Any]] = {
        "key_digests": digests,
        "by_key": np.argsort(digests[:, 0], kind="stable"),
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
    return {**parts, _ABOUT: json.dumps(about).encode("ascii")}


def results_of_kept(findings: Findings, parts: Mapping[str, bytes]) -> Results:
    """Make results of what `columns_to_keep` gave.

    Args:
        findings: The groups, all of them `KeptGroups`.
        parts: Their columns.
    """
    groups = findings.groups
    assert isinstance(groups, KeptGroups)
    about = json.loads(parts[_ABOUT])
    arrays = {
        name: np.frombuffer(parts[name], np.dtype(dtype)) for name, dtype in about["dtypes"].items()
    }

    def columns(of: type, prefix: str) -> dict[str, Any]:
        names = (one.name for one in fields(of))
        return {name: arrays[prefix + name] for name in names if prefix + name in arrays}

    paths = groups.columns.paths
    members = Members(
        keys=KeptKeys(groups.columns),
        places=KeptPlaces(arrays["key_digests"].reshape(-1, 2), arrays["by_key"]),
        confirmed=about["confirmed"],
        paths=paths,
        searched=LowerPaths(paths),
        **columns(Members, "members."),
    )
    return Results(
        groups=groups,
        basis=findings.basis,
        threshold_bits=findings.threshold_bits,
        problems=tuple(findings.problems),
        photos=findings.photos,
        provisional=False,
        index_of_id={one: index for index, one in enumerate(groups.columns.ids)},
        members=members,
        sources=findings.sources,
        facets={
            name: FacetColumn(
                tuple(values), arrays[f"facet.{name}.codes"], arrays[f"facet.{name}.groups"]
            )
            for name, values in about["facets"].items()
        },
        folder_names=about["folder_names"],
        **columns(Results, ""),
    )
