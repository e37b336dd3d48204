"""Outcome of rules over many groups, in numbers and examples, before anything is marked."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence, Group
from dupefinder.core.source_folders import SourceFolders
from dupefinder.review.rules import Choice, Rule, choose, key_of

PHASE = "rules"
MOST_EXAMPLES = 12
_GROUPS_PER_CHECKPOINT = 50
"""Groups between two checkpoints."""

Replacements = Callable[[Group], Sequence[tuple[int, int, Evidence]]]
"""See `Matches.replacements`."""

GoneAlready = Mapping[int, Container[int]]
"""Photos that go whatever rules say: their places in their groups, by the place of the group."""

_NONE_GONE: GoneAlready = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Example:
    """One photo that would go.

    Attributes:
        group: Place of its group among those that were looked at.
        goes: Place of the photo in its group.
        stays: Place of the one that stays for it.
        decided_by: Place of the rule; None where the other one holds more.
    """

    group: int
    goes: int
    stays: int
    decided_by: int | None


@dataclass(frozen=True, eq=False)
class Preview:
    """The outcome that rules would have.

    Attributes:
        rules: The rules.
        groups: Groups that were looked at.
        of_group: int64 (p,), places of their groups of the photos that would go.
        in_group: int64 (p,), places of these photos in their groups.
        stays: int64 (p,), places in their groups of the photos that stay for them.
        size_bytes: Bytes of these photos.
        decided: Groups in which a photo would go.
        ties: Places of the groups that the rules leave open, see `Choice.is_tie`.
        by_rule: For each rule, groups that it decides.
        examples: Some photos that would go, of every rule that decides any.
    """

    rules: tuple[Rule, ...]
    groups: int
    of_group: NDArray[np.int64]
    in_group: NDArray[np.int64]
    stays: NDArray[np.int64]
    size_bytes: int
    decided: int
    ties: tuple[int, ...]
    by_rule: tuple[int, ...]
    examples: tuple[Example, ...]

    @property
    def photos(self) -> int:
        """Number of photos that would go."""
        return len(self.of_group)

    @property
    def unchanged(self) -> int:
        """Groups in which nothing can go: each copy has something of its own."""
        return self.groups - self.decided - len(self.ties)


def preview(
    rules: Sequence[Rule],
    sources: SourceFolders,
    groups: Sequence[Group],
    replacements: Replacements,
    context: JobContext,
    only: Evidence | None = None,
    gone: GoneAlready = _NONE_GONE,
) -> Preview:
    """Let rules choose in many groups.

    Args:
        rules: In order.
        sources: The folders, in order.
        groups: The groups.
        replacements: Tells which photos of a group may go for which.
        context: Progress, pause, cancel.
        only: Only photos with this evidence go; None takes all.
        gone: Photos that go already: rules neither choose them nor keep them for others.

    Raises:
        Cancelled: The job was cancelled.
    """
    keyed = key_of(rules, sources)
    counted = _Counted(rules)
    context.start_phase(PHASE, len(groups))
    for number, group in enumerate(groups):
        if number % _GROUPS_PER_CHECKPOINT == 0:
            context.checkpoint()
            context.advance(min(_GROUPS_PER_CHECKPOINT, len(groups) - number))
        gone_here = gone.get(number, ())
        may_go = [
            (goes, stays)
            for goes, stays, evidence in replacements(group)
            if (only is None or evidence is only)
            and goes not in gone_here
            and stays not in gone_here
        ]
        if not may_go:
            continue
        choice = choose([keyed(one) for one in group.members], may_go)
        if choice.is_tie:
            counted.ties.append(number)
        if choice.goes:
            counted.add(number, group, choice)
    context.finish_phase()
    return counted.preview(rules, len(groups))


class _Counted:
    """The choices in some groups, added up.

    Attributes:
        ties: See `Preview`.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.ties: list[int] = []
        self._of_group: list[int] = []
        self._in_group: list[int] = []
        self._stays: list[int] = []
        self._by_rule = [0] * len(rules)
        self._examples: list[Example] = []
        self._size_bytes = self._decided = 0

    def add(self, number: int, group: Group, choice: Choice) -> None:
        """Count the photos that would go of one group."""
        self._decided += 1
        if choice.decided_by is not None:
            self._by_rule[choice.decided_by] += 1
        goes, stays = min(choice.goes.items())
        self._examples.append(Example(number, goes, stays, choice.decided_by))
        for one in sorted(choice.goes):
            self._of_group.append(number)
            self._in_group.append(one)
            self._stays.append(choice.goes[one])
            self._size_bytes += group.members[one].file.size_bytes

    def preview(self, rules: Sequence[Rule], groups: int) -> Preview:
        """The outcome in so many groups."""
        return Preview(
            tuple(rules),
            groups,
            np.array(self._of_group, np.int64),
            np.array(self._in_group, np.int64),
            np.array(self._stays, np.int64),
            self._size_bytes,
            self._decided,
            tuple(self.ties),
            tuple(self._by_rule),
            _some_of_each(self._examples),
        )


def _some_of_each(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Some examples of each rule, in the order of the groups."""
    by_rule: dict[int | None, list[Example]] = {}
    for one in examples:
        by_rule.setdefault(one.decided_by, []).append(one)
    share = max(MOST_EXAMPLES // max(len(by_rule), 1), 1)
    chosen = [one for some in by_rule.values() for one in some[:share]]
    return tuple(sorted(chosen, key=lambda one: one.group)[:MOST_EXAMPLES])
