"""Rules of a person: which copy of each group stays, and which of the others may go for it.

Rules put the copies of a group in order. A copy goes only where one that stays comes before it, or
is its equal and holds more, and where the engine found that this one may go for that one: see
`Matches.replacements`. So no rule marks a whole group, a protected photo, or anything unproven;
and nothing depends on the order in which groups or copies are met.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from itertools import groupby
from os import sep
from os.path import basename
from typing import Final

from dupefinder.core.records import GroupMember
from dupefinder.core.rules import has_copy_name
from dupefinder.core.rules.quality import estimated_quality
from dupefinder.core.source_folders import SourceFolders


class Criterion(StrEnum):
    """Criteria by which one copy comes before another. Words are made at the edge."""

    PROTECTED = "protected"
    FOLDER_ORDER = "folder-order"
    ORIGINAL = "original"
    RESOLUTION = "resolution"
    FORMAT = "format"
    QUALITY = "quality"
    SIZE = "size"
    DATE = "date"
    PLACE = "place"
    NAME = "name"
    PATH_LENGTH = "path-length"
    PROPOSAL = "proposal"


REVERSIBLE: Final = frozenset(
    (
        Criterion.RESOLUTION,
        Criterion.QUALITY,
        Criterion.SIZE,
        Criterion.DATE,
        Criterion.NAME,
        Criterion.PATH_LENGTH,
    )
)
"""Criteria that make sense in either direction."""

WITH_TEXT: Final = frozenset((Criterion.FORMAT, Criterion.NAME))
"""Criteria that need a text: formats in order, or patterns of names, separated by semicolons."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an ordered list.

    Attributes:
        criterion: By what copies are told apart.
        is_reversed: True to put first what otherwise comes last; see `REVERSIBLE`.
        text: Of criteria in `WITH_TEXT`: formats, the best first, or patterns of names.
    """

    criterion: Criterion
    is_reversed: bool = False
    text: str = ""


COPY_NAMES: Final = "*copy*; *(1)*; *(2)*; *-edited*; *~*"
"""Patterns of names that copies usually have."""

PRESETS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "proposed": (Rule(Criterion.PROPOSAL),),
    "main-collection": (
        Rule(Criterion.PROTECTED),
        Rule(Criterion.FOLDER_ORDER),
        Rule(Criterion.PROPOSAL),
    ),
    "originals": (
        Rule(Criterion.PROTECTED),
        Rule(Criterion.ORIGINAL),
        Rule(Criterion.RESOLUTION),
        Rule(Criterion.QUALITY),
        Rule(Criterion.DATE),
        Rule(Criterion.PROPOSAL),
    ),
    "tidy-names": (
        Rule(Criterion.PROTECTED),
        Rule(Criterion.NAME, is_reversed=True, text=COPY_NAMES),
        Rule(Criterion.PATH_LENGTH),
        Rule(Criterion.PROPOSAL),
    ),
    "small-files": (
        Rule(Criterion.PROTECTED),
        Rule(Criterion.SIZE, is_reversed=True),
        Rule(Criterion.PROPOSAL),
    ),
}
"""Ready-made lists of rules by code."""

Key = tuple[object, ...]
_KeyOf = Callable[[GroupMember], object]


@dataclass(frozen=True, slots=True)
class Choice:
    """The outcome of rules for one group.

    Attributes:
        goes: Places of the copies that go, by the place of the copy that stays for each.
        decided_by: Place of the rule that told the first of them from the copy that stays; None
            where no rule did, but the one that stays holds more.
        is_tie: True where the rules do not tell copies apart that could go for one another; then
            nothing goes.
    """

    goes: Mapping[int, int]
    decided_by: int | None = None
    is_tie: bool = False


NO_CHOICE: Final = Choice({})


def key_of(rules: Sequence[Rule], sources: SourceFolders) -> Callable[[GroupMember], Key]:
    """Make what orders copies: the one with the least key comes first.

    Args:
        rules: In order.
        sources: The folders, in order.
    """
    keys = [_key_of_rule(rule, sources) for rule in rules]
    return lambda member: tuple(key(member) for key in keys)


def _key_of_rule(rule: Rule, sources: SourceFolders) -> _KeyOf:
    sign = -1 if rule.is_reversed else 1
    match rule.criterion:
        case Criterion.PROTECTED:
            return lambda one: not one.file.protected
        case Criterion.FOLDER_ORDER:
            return lambda one: sources.rank_of(one.file.path)
        case Criterion.ORIGINAL:
            return _steps_from_original
        case Criterion.RESOLUTION:
            return lambda one: -sign * one.facts.width_px * one.facts.height_px
        case Criterion.FORMAT:
            return _format_key(rule.text)
        case Criterion.QUALITY:
            return lambda one: -sign * estimated_quality(one.facts, one.file.size_bytes)
        case Criterion.SIZE:
            return lambda one: -sign * one.file.size_bytes
        case Criterion.DATE:
            return lambda one: _date_key(one, sign)
        case Criterion.PLACE:
            return lambda one: not one.facts.has_gps
        case Criterion.NAME:
            return _name_key(rule.text, is_first=not rule.is_reversed)
        case Criterion.PATH_LENGTH:
            return lambda one: (sign * one.file.path.count(sep), sign * len(one.file.path))
        case Criterion.PROPOSAL:
            return lambda one: (not one.is_keeper, not one.keep)


def _steps_from_original(member: GroupMember) -> int:
    """Count the signs that a copy is not as the camera wrote it."""
    is_from_camera = member.facts.camera is not None and member.facts.taken is not None
    return (not is_from_camera) + has_copy_name(member.file.path)


def _format_key(text: str) -> _KeyOf:
    places = {name.casefold(): place for place, name in reversed([*enumerate(parts_of(text))])}
    return lambda one: places.get(one.facts.format.casefold(), len(places))


def _name_key(text: str, *, is_first: bool) -> _KeyOf:
    patterns = "|".join(translate(part.casefold()) for part in parts_of(text))
    matches = re.compile(patterns or r"(?!)").match
    return lambda one: (matches(basename(one.file.path).casefold()) is not None) != is_first


def parts_of(text: str) -> list[str]:
    """Split what a person wrote into its parts, separated by semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def _date_key(member: GroupMember, sign: int) -> tuple[bool, int, int]:
    """By the time of exposure, then by that of the file; without the first it comes later."""
    taken = "".join(filter(str.isdigit, member.facts.taken or ""))[:14]
    return (not taken, sign * int(taken or 0), sign * member.file.mtime_ns)


def choose(keys: Sequence[Key], may_go: Iterable[tuple[int, int]]) -> Choice:
    """Let rules choose in one group.

    Args:
        keys: The key of each copy, see `key_of`.
        may_go: Places of a copy that may go, and of one that has to stay for it.
    """
    holders: dict[int, set[int]] = {}
    for goer, holder in may_go:
        holders.setdefault(goer, set()).add(holder)
    staying: set[int] = set()
    goes: dict[int, int] = {}
    order = sorted(range(len(keys)), key=lambda place: keys[place])
    for _, equals in groupby(order, key=lambda place: keys[place]):
        left = []
        for one in equals:
            if found := holders.get(one, set()) & staying:
                goes[one] = _first(found, keys)
            else:
                left.append(one)
        outdone = {one: _outdoing(one, left, holders) for one in left}
        best = {one for one in left if not outdone[one]}
        for one in left:
            if found := outdone[one] & best:
                goes[one] = _first(found, keys)
        remaining = [one for one in left if one not in goes]
        if any(_are_equals(one, other, holders) for one in remaining for other in remaining):
            return Choice({}, is_tie=True)
        staying.update(remaining)
    if not goes:
        return NO_CHOICE
    first = _first(goes, keys)
    differing = (
        place
        for place, (ours, theirs) in enumerate(zip(keys[first], keys[goes[first]], strict=True))
        if ours != theirs
    )
    return Choice(goes, next(differing, None))


def _first(places: Iterable[int], keys: Sequence[Key]) -> int:
    return min(places, key=lambda place: (keys[place], place))


def _outdoing(one: int, others: Iterable[int], holders: Mapping[int, set[int]]) -> set[int]:
    """Copies for which one may go that may not go for it: they hold more."""
    its = holders.get(one, set())
    return {other for other in others if other in its and one not in holders.get(other, set())}


def _are_equals(one: int, other: int, holders: Mapping[int, set[int]]) -> bool:
    return other in holders.get(one, set()) and one in holders.get(other, set())
