"""Values of each photo of a group, field by field, and which of them are better."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import lru_cache
from typing import Any

from dupefinder.actions.records import METADATA
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, GroupMember
from dupefinder.core.rules.candidate import metadata_inventory
from dupefinder.text.figures import bytes_text

_SAME_TIME_NS = 2_000_000_000
"""FAT keeps times in steps of two seconds."""


class Field(StrEnum):
    """The fields of a photo, in the order in which they are shown."""

    PIXELS = "pixels"
    BYTES = "bytes"
    FORMAT = "format"
    SHARPNESS = "sharpness"
    WHOLE = "whole"
    TAKEN = "taken"
    CAMERA = "camera"
    PLACE = "place"
    CAPTION = "caption"
    RATING = "rating"
    HOLDS = "holds"
    FILE_TIME = "file-time"
    NAME = "name"
    FOLDER = "folder"


class ValueRank(Enum):
    """Rank of a value among those of the other photos of the group."""

    EQUAL = auto()
    BEST = auto()
    WORSE = auto()
    DIFFERENT = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that is known of one photo.

    Attributes:
        field: The field.
        content: (width, height) of pixels, bytes, (format, quality), text, True or False, stars,
            codes of what it holds, nanoseconds, the sharpness as a number; None where there is
            nothing or it is not known.
        standing: Result of the comparison; `DIFFERENT` is neither better nor worse.
    """

    field: Field
    content: Any
    standing: ValueRank


class GroupValues:
    """The values of a group's photos. Cheap for groups of thousands.

    Attributes:
        shown: The fields that at least one photo has something to say about, in their order.
        differing: Those of them in which the photos differ.
    """

    def __init__(self, members: Sequence[GroupMember]) -> None:
        self._columns = {field: _Column(field, members) for field in Field}
        self.shown = tuple(field for field in Field if self._columns[field].is_known)
        self.differing = tuple(field for field in self.shown if not self._columns[field].is_equal)

    def of(self, index: int) -> dict[Field, Value]:
        """The values of one photo, by field."""
        return {field: column.value(index) for field, column in self._columns.items()}


class _Column:
    """The values of a group's photos in one field."""

    def __init__(self, field: Field, members: Sequence[GroupMember]) -> None:
        self._field = field
        self._contents = _contents(field, members)
        self._ranks = _ranks(field, members)
        self._best, self._least = max(self._ranks), min(self._ranks)
        self.is_equal = len(set(self._contents)) == 1
        if field is Field.BYTES:
            # A difference that is not written is none to look at.
            self.is_equal = len(set(map(bytes_text, self._contents))) == 1
        elif field is Field.FILE_TIME:
            self.is_equal = self._best - self._least <= _SAME_TIME_NS
        elif field is Field.TAKEN:
            # Without the parts of seconds, which programs drop.
            self.is_equal = len({taken and taken[:19] for taken in self._contents}) == 1
        # That a photo is whole goes without saying, unless another is not.
        self.is_known = not self.is_equal or (
            field is not Field.WHOLE and self._contents[0] not in (None, False)
        )

    def value(self, index: int) -> Value:
        return Value(self._field, self._contents[index], self._standing(self._ranks[index]))

    def _standing(self, rank: int) -> ValueRank:
        if self.is_equal:
            return ValueRank.EQUAL
        if self._best == self._least:
            return ValueRank.DIFFERENT
        slack = _SAME_TIME_NS if self._field is Field.FILE_TIME else 0
        return ValueRank.BEST if self._best - rank <= slack else ValueRank.WORSE


def _contents(field: Field, members: Sequence[GroupMember]) -> list[Any]:
    facts = [member.facts for member in members]
    match field:
        case Field.PIXELS:
            return [(one.width_px, one.height_px) for one in facts]
        case Field.BYTES:
            return [member.file.size_bytes for member in members]
        case Field.FORMAT:
            return [(one.format, one.quality) for one in facts]
        case Field.SHARPNESS:
            # Of copies of one photo the proof in full size tells more than this.
            is_alike = any(one.evidence is Evidence.LOOK_ALIKE for one in members)
            return [round(one.sharpness) if is_alike else None for one in facts]
        case Field.WHOLE:
            return [one.decodes_in_full is not False for one in facts]
        case Field.TAKEN:
            return [one.taken for one in facts]
        case Field.CAMERA:
            return [one.camera for one in facts]
        case Field.PLACE:
            return [one.has_gps for one in facts]
        case Field.CAPTION:
            return [one.has_caption for one in facts]
        case Field.RATING:
            return [one.rating for one in facts]
        case Field.HOLDS:
            return [_held(one) for one in facts]
        case Field.FILE_TIME:
            return [member.file.mtime_ns for member in members]
        case Field.NAME:
            return [os.path.basename(member.file.path) for member in members]
        case Field.FOLDER:
            return [os.path.dirname(member.file.path) for member in members]


@lru_cache(maxsize=4096)
def _held(facts: PhotoFacts) -> tuple[str, ...] | None:
    """Codes of what a file holds beside its picture and its metadata; None for nothing."""
    return tuple(code for code in metadata_inventory(facts) if code not in METADATA) or None


def _ranks(field: Field, members: Sequence[GroupMember]) -> list[int]:
    """More is better; the same for all where nothing is better than the other."""
    facts = [member.facts for member in members]
    match field:
        case Field.PIXELS:
            return [one.width_px * one.height_px for one in facts]
        case Field.BYTES:
            return _bytes_ranks(members)
        case Field.FORMAT:
            return _format_ranks(facts)
        case Field.WHOLE:
            return [int(one.decodes_in_full is not False) for one in facts]
        case Field.TAKEN:
            return [int(one.taken is not None) for one in facts]
        case Field.CAMERA:
            return [int(one.camera is not None) for one in facts]
        case Field.PLACE:
            return [int(one.has_gps) for one in facts]
        case Field.CAPTION:
            return [int(one.has_caption) for one in facts]
        case Field.RATING:
            return [int(one.rating is not None) for one in facts]
        case Field.HOLDS:
            return [int(_held(one) is not None) for one in facts]
        case Field.FILE_TIME:
            # The oldest is the nearest to the original.
            return [-member.file.mtime_ns for member in members]
        case Field.NAME | Field.FOLDER | Field.SHARPNESS:
            # Of two shots the sharper one need not be the better one.
            return [0] * len(members)


def _bytes_ranks(members: Sequence[GroupMember]) -> list[int]:
    """By size within one format and size in pixels; a small BMP is no better than a large JPEG."""
    kinds = {(one.facts.format, one.facts.width_px, one.facts.height_px) for one in members}
    return [one.file.size_bytes if len(kinds) == 1 else 0 for one in members]


def _format_ranks(facts: Sequence[PhotoFacts]) -> list[int]:
    """By quality within one format; of several formats only a camera's RAW is the better one."""
    if len({one.format for one in facts}) > 1:
        return [int(one.is_raw) for one in facts]
    if any(one.quality is None for one in facts):
        return [0] * len(facts)
    return [one.quality or 0 for one in facts]
