"""Groups in columns, which take little memory; each group is made on demand.

Values that are asked of all photos at once have a column; the rest of a group is a line of JSON.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    DifferenceBox,
    DifferencePlace,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Orientation,
    Reason,
    ReasonCode,
)

Item = TypeVar("Item")

_MOST_MADE: Final = 2_000
"""Most groups kept once made, as those on show are asked for repeatedly."""

_BETWEEN_CHECKPOINTS: Final = 500

_SAMPLE_GROUPS, _SAMPLE_BYTES, _LEVEL = 4, 1 << 12, 6
"""Groups and bytes of the sample that all lines are compressed with, and the level of zlib."""

_facts_of: Final = attrgetter(*(one.name for one in fields(PhotoFacts)))
_BYTES_FIELDS: Final = [
    place for place, one in enumerate(fields(PhotoFacts)) if "bytes" in str(one.type)
]
_LIST_FIELDS: Final = [
    place for place, one in enumerate(fields(PhotoFacts)) if "tuple" in str(one.type)
]


class MadeSequence(Sequence[Item]):
    """A sequence whose items are made on demand by `_make`."""

    __slots__ = ()

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
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._make(place % len(self))


@dataclass(frozen=True, eq=False, slots=True)
class Texts(MadeSequence[str]):
    """Texts in one block of memory; lone surrogates are allowed.

    Attributes:
        packed: The texts as UTF-8.
        bounds: int64 (n + 1,), where each begins and the last one ends.
    """

    packed: bytes
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Pack texts."""
        coded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return cls(b"".join(coded), bounds_of([len(one) for one in coded]))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def _make(self, place: int) -> str:
        start, end = self.bounds[place], self.bounds[place + 1]
        return self.packed[start:end].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        bounds = self.bounds.tolist()
        for start, end in pairwise(bounds):
            yield self.packed[start:end].decode("utf-8", "surrogatepass")


@dataclass(frozen=True, eq=False, slots=True)
class Lines(MadeSequence[str]):
    """Texts that are much alike, each compressed by what it shares with some of them.

    Attributes:
        packed: The texts, deflated without headers.
        bounds: int64 (n + 1,), where each begins and the last one ends.
        sample: Sample that they are compressed with.
    """

    packed: bytes
    bounds: NDArray[np.int64]
    sample: bytes

    @classmethod
    def of(cls, texts: Iterable[str], sample: str) -> Self:
        """Put texts together.

        Args:
            texts: The texts.
            sample: One or some of them.
        """
        known = sample.encode("utf-8", "surrogatepass")[-_SAMPLE_BYTES:]
        pieces = []
        for text in texts:
            squeezed = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS, zdict=known)
            piece = squeezed.compress(text.encode("utf-8", "surrogatepass"))
            pieces.append(piece + squeezed.flush())
        return cls(b"".join(pieces), bounds_of([len(one) for one in pieces]), known)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def _make(self, place: int) -> str:
        start, end = self.bounds[place], self.bounds[place + 1]
        text = zlib.decompressobj(-zlib.MAX_WBITS, self.sample).decompress(self.packed[start:end])
        return text.decode("utf-8", "surrogatepass")


def bounds_of(lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Beginnings of pieces of some lengths, and the end of the last one, int64 (n + 1,)."""
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, np.int64))))


@dataclass(frozen=True, eq=False, slots=True)
class GroupColumns:
    """Columns of groups, and of their m photos, group after group.

    Attributes:
        lines: Of each group, what has no column: JSON.
        ids: `Group.group_id` of each.
        first: int64 (n + 1,), the first photo of each, and m.
        paths: `FoundFile.path` of each photo.
        below: `FoundFile.relative_path`.
        volumes: The different volumes.
        volume: int32 (m,), places in `volumes`.
        digests: uint8 (m, 32).
    """

    lines: Lines
    ids: Texts
    first: NDArray[np.int64]
    paths: Texts
    below: Texts
    volumes: Texts
    volume: NDArray[np.int32]
    digests: NDArray[np.uint8]

    @classmethod
    def of(cls, groups: Iterable[Group], checkpoint: Callable[[], None] = lambda: None) -> Self:
        """Make the columns of groups.

        Args:
            groups: The groups.
            checkpoint: Called periodically.

        Raises:
            Cancelled: The job was cancelled.
        """
        groups = [*groups]

        def lines() -> Iterator[str]:
            for number, group in enumerate(groups):
                if number % _BETWEEN_CHECKPOINTS == 0:
                    checkpoint()
                yield _line_of(group)

        photos = [one for group in groups for one in group.members]
        numbers: dict[str, int] = {}
        volume = [numbers.setdefault(one.file.volume_id, len(numbers)) for one in photos]
        return cls(
            lines=Lines.of(lines(), "".join(map(_line_of, groups[:_SAMPLE_GROUPS]))),
            ids=Texts.of(group.group_id for group in groups),
            first=bounds_of([len(group.members) for group in groups]),
            paths=Texts.of(one.file.path for one in photos),
            below=Texts.of(one.file.relative_path for one in photos),
            volumes=Texts.of(numbers),
            volume=np.array(volume, np.int32),
            digests=np.frombuffer(b"".join(one.digest for one in photos), np.uint8).reshape(-1, 32),
        )

    def as_parts(self) -> dict[str, bytes]:
        """The columns as bytes by name, for `from_parts`."""
        parts: dict[str, bytes] = {}
        for one in fields(self):
            column = getattr(self, one.name)
            if isinstance(column, Lines):
                parts[f"{one.name}.sample"] = column.sample
            if isinstance(column, Texts | Lines):
                parts[f"{one.name}.texts"] = column.packed
                column = column.bounds
            parts[one.name] = column.tobytes()
        return parts

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> Self:
        """The columns from `as_parts`; trusted, as the catalog checks that they are unchanged."""

        def numbers(name: str) -> NDArray[np.int64]:
            return np.frombuffer(parts[name], np.int64)

        return cls(
            lines=Lines(parts["lines.texts"], numbers("lines"), parts["lines.sample"]),
            **{
                name: Texts(parts[f"{name}.texts"], numbers(name))
                for name in ("ids", "paths", "below", "volumes")
            },
            first=numbers("first"),
            volume=np.frombuffer(parts["volume"], np.int32),
            digests=np.frombuffer(parts["digests"], np.uint8).reshape(-1, 32),
        )

    def group(self, place: int) -> Group:
        """Make a group."""
        first, end = self.first[place : place + 2].tolist()
        rows = json.loads(self.lines[place])
        paths = self.paths[first:end]
        members = (self._member(first, number, paths, row) for number, row in enumerate(rows))
        return Group(self.ids[place], tuple(members))

    def _member(
        self, first: int, number: int, paths: Sequence[str], row: Sequence[Any]
    ) -> GroupMember:
        file, content_id, facts, keep, is_keeper, reason, evidence, against, *match = row
        distance_bits, orientation, alterations, lies_at, differences = match
        size_bytes, mtime_ns, device, inode, protected = file
        for column in _BYTES_FIELDS:
            if facts[column] is not None:
                facts[column] = bytes.fromhex(facts[column])
        for column in _LIST_FIELDS:
            facts[column] = tuple(facts[column])
        place = first + number
        return GroupMember(
            file=FoundFile(
                paths[number],
                self.volumes[int(self.volume[place])],
                self.below[place],
                size_bytes,
                mtime_ns,
                device,
                inode,
                protected,
            ),
            content_id=content_id,
            digest=self.digests[place].tobytes(),
            facts=PhotoFacts(*facts),
            keep=keep,
            is_keeper=is_keeper,
            reason=Reason(ReasonCode(reason[0]), tuple(reason[1])),
            evidence=None if evidence is None else Evidence(evidence),
            against=paths[against] if isinstance(against, int) else against,
            distance_bits=distance_bits,
            orientation=Orientation(orientation),
            alterations=tuple(
                Alteration(
                    AlterationCode(code), amount, None if part is None else DifferencePlace(part)
                )
                for code, amount, part in alterations
            ),
            placement=None if lies_at is None else tuple(lies_at),
            differences=tuple(DifferenceBox(*box) for box in differences),
        )


class KeptGroups(MadeSequence[Group]):
    """A sequence of groups, made of their columns on demand."""

    def __init__(self, columns: GroupColumns) -> None:
        self.columns = columns
        self._made = lru_cache(_MOST_MADE)(columns.group)

    def __len__(self) -> int:
        return len(self.columns.ids)

    def _make(self, place: int) -> Group:
        return self._made(place)

    def __iter__(self) -> Iterator[Group]:
        # Keeping all would only displace those that are on show.
        return map(self.columns.group, range(len(self)))


def _line_of(group: Group) -> str:
    place_of = {one.file.path: place for place, one in enumerate(group.members)}
    return json.dumps([_row_of(one, place_of) for one in group.members], separators=(",", ":"))


def _row_of(member: GroupMember, place_of: Mapping[str, int]) -> list[object]:
    file, reason = member.file, member.reason
    facts = [*_facts_of(member.facts)]
    for number in _BYTES_FIELDS:
        if facts[number] is not None:
            facts[number] = facts[number].hex()
    against = member.against
    return [
        [file.size_bytes, file.mtime_ns, file.device, file.inode, file.protected],
        member.content_id,
        facts,
        member.keep,
        member.is_keeper,
        [reason.code, reason.parameters],
        member.evidence,
        None if against is None else place_of.get(against, against),
        member.distance_bits,
        member.orientation,
        [[one.code, one.amount, one.part] for one in member.alterations],
        member.placement,
        [[one.x_px, one.y_px, one.width_px, one.height_px] for one in member.differences],
    ]
