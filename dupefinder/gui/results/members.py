"""All photos of the groups as columns: places by the keys of marks, and words in their paths."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.decisions.marks import MarkKey
from dupefinder.core.records import GroupMember


def mark_key(member: GroupMember) -> MarkKey:
    """The key of a photo's mark."""
    return member.digest, member.file.volume_id, member.file.relative_path


def path_hash(path: str) -> int:
    """A hash of a path."""
    digest = blake3(path.encode("utf-8", "surrogatepass")).digest(8)
    return int.from_bytes(digest, "little", signed=True)


class Places:
    """Places of photos in the columns of all photos, by the digests of their keys.

    Attributes:
        digests: uint64 (2, m), `digests_of_keys` of all photos, the first halves ascending.
        order: int64 (m,), the place of each.
    """

    def __init__(self, digests: NDArray[np.uint64], order: NDArray[np.int64]) -> None:
        self.digests = digests
        self.order = order

    @classmethod
    def among(cls, keys: Iterable[MarkKey]) -> Self:
        """Make the places of photos, given their keys in the order of the columns."""
        digests = digests_of_keys(keys).T
        order = np.argsort(digests[0], kind="stable")
        return cls(np.take(digests, order, axis=1), order)

    def get(self, key: MarkKey) -> int | None:
        """The place of a photo; None without one."""
        place = int(self.of([key])[0])
        return None if place < 0 else place

    def of(self, keys: Collection[MarkKey]) -> NDArray[np.int64]:
        """The places of photos, int64 (k,), the first one of each; -1 without one."""
        if not len(self.order):
            return np.full(len(keys), -1, np.int64)
        first, second = digests_of_keys(keys).T
        at = np.minimum(np.searchsorted(self.digests[0], first), len(self.order) - 1)
        found = (self.digests[0][at] == first) & (self.digests[1][at] == second)
        return np.where(found, self.order[at], -1)


def digests_of_keys(keys: Iterable[MarkKey]) -> NDArray[np.uint64]:
    """Digests of 128 bits, uint64 (k, 2), for which nobody can make collisions."""
    digests = bytearray()
    for digest, volume_id, below in keys:
        place = f"{volume_id}\0{below}".encode("utf-8", "surrogatepass")
        digests += blake3(digest + place).digest(16)
    return np.frombuffer(bytes(digests), np.uint64).reshape(-1, 2)


_COUNTED_BYTES: Final = 1 << 20
"""Bytes of paths that are counted at once."""


class SearchedPaths:
    """Paths in lower case in one piece of memory, put there when the first word is looked for."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths

    @cached_property
    def _packed(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """The paths, each after a zero; where they begin; and how often each byte is in them."""
        packed = bytearray()
        for path in self._paths:
            packed += b"\0" + path.casefold().encode("utf-8", "surrogatepass")
        text = np.frombuffer(packed, np.uint8)
        counts = np.zeros(256, np.int64)
        for start in range(0, len(text), _COUNTED_BYTES):  # `bincount` takes eight times as many
            counts += np.bincount(text[start : start + _COUNTED_BYTES], minlength=256)
        return text, np.flatnonzero(text == 0), counts

    def make(self) -> None:
        """Put them there now."""
        assert self._packed

    def having(self, word: str) -> NDArray[np.bool_]:
        """The paths that have a word, given in lower case: bool (m,)."""
        if not len(self._paths):
            return np.zeros(0, np.bool_)
        text, starts, counts = self._packed
        wanted = np.frombuffer(word.encode("utf-8", "surrogatepass"), np.uint8)
        rarest = int(np.argmin(counts[wanted]))
        if len(wanted) == 1:
            return np.logical_or.reduceat(text == wanted[0], starts)
        at = np.flatnonzero(text[: len(text) - len(wanted) + 1 + rarest] == wanted[rarest]) - rarest
        at = at[at >= 0]
        for place, byte in enumerate(wanted):
            at = at[text[at + place] == byte]
        having = np.zeros(len(starts), np.bool_)
        having[np.searchsorted(starts, at, "right") - 1] = True
        return having


@dataclass(frozen=True, eq=False)
class Members:
    """Columns of all photos, group after group, of length m.

    Attributes:
        keys: The keys of marks.
        places: Place in these columns by key; of a photo that is in a group of duplicates and in
            pairs of look-alikes, that in the group, else in the first pair.
        first: int64 (m,), `places` of each photo's key.
        confirmed: So many photos are in groups of duplicates; those of look-alikes follow.
        group: int64 (m,), indices of their groups.
        size_bytes: int64 (m,).
        match_kind: uint8 (m,), `MatchKind`; 0 for keepers.
        distance_bits: uint8 (m,), of the match; `NO_DISTANCE` for keepers and look-alikes.
        proposed: bool (m,), True where removal is proposed, and the photo is not protected.
        unwanted: bool (m,), True where removal is proposed.
        protected: bool (m,), True below a protected folder.
        checking: bool (m,), True while it is being compared in full size.
        path_hash: int64 (m,), see the function of this name.
        by_hash: int64 (m,), the order of ascending `path_hash`.
        paths: Paths of the photos.
        searched: The same as the filter looks for words in them.
    """

    keys: Sequence[MarkKey]
    places: Places
    first: NDArray[np.int64]
    confirmed: int
    group: NDArray[np.int64]
    size_bytes: NDArray[np.int64]
    match_kind: NDArray[np.uint8]
    distance_bits: NDArray[np.uint8]
    proposed: NDArray[np.bool_]
    unwanted: NDArray[np.bool_]
    protected: NDArray[np.bool_]
    checking: NDArray[np.bool_]
    path_hash: NDArray[np.int64]
    by_hash: NDArray[np.int64]
    paths: Sequence[str] = field(repr=False)
    searched: SearchedPaths = field(repr=False)
