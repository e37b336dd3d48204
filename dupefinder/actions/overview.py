"""What a plan comes to: counts and bytes, by folder and pair of folders, space, and warnings."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dupefinder.actions.plan_warnings import warnings_of
from dupefinder.actions.records import ActionKind, Freed, Plan, PlanWarning, Space, Step
from dupefinder.actions.space import space_of
from dupefinder.core.match_graph import STRENGTH
from dupefinder.core.records import Evidence

_FREED = {
    ActionKind.TRASH: Freed.TRASH_EMPTIED,
    ActionKind.SET_ASIDE: Freed.HOLDING_EMPTIED,
    ActionKind.MOVE: Freed.AT_ONCE,
    ActionKind.COPY: Freed.NEVER,
    ActionKind.HARD_LINK: Freed.AT_ONCE,
    ActionKind.DELETE: Freed.AT_ONCE,
    ActionKind.SIDECAR: Freed.NEVER,
}


@dataclass(frozen=True, slots=True)
class FolderTally:
    """What goes from a folder, or from one folder because of another.

    Attributes:
        folder: The folder that photos go from.
        beside: The folder of the copies that stay; empty where any is meant.
        photos: How many go.
        size_bytes: Their bytes.
    """

    folder: str
    beside: str
    photos: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """See the module.

    Attributes:
        photos: Photos that go.
        companions: Files that go along.
        size_bytes: Bytes of the photos.
        evidence: Photos by what they were recognised by, the weakest first.
        folders: By folder, the one that loses most bytes first.
        pairs: By folder and folder of the copies that stay, in the same order.
        space: What becomes free once the photos and what goes along are gone for good; what
            moves within one volume makes no space.
        freed: When that is.
        warnings: What might be regretted.
    """

    photos: int
    companions: int
    size_bytes: int
    evidence: tuple[tuple[Evidence, int], ...]
    folders: tuple[FolderTally, ...]
    pairs: tuple[FolderTally, ...]
    space: Space
    freed: Freed
    warnings: tuple[PlanWarning, ...]


def overview_of(plan: Plan) -> Overview:
    """Sum a plan up; files and folders are looked at, but no photo is read."""
    steps = plan.steps
    counts = Counter(step.evidence for step in steps)
    going = [path for step in steps for path in (step.victim.path, *step.companions)]
    return Overview(
        photos=len(steps),
        companions=len(going) - len(steps),
        size_bytes=sum(step.victim.size_bytes for step in steps),
        evidence=tuple(sorted(counts.items(), key=lambda one: -STRENGTH[one[0]])),
        folders=_tallies((os.path.dirname(step.victim.path), "", step) for step in steps),
        pairs=_tallies(
            (os.path.dirname(step.victim.path), os.path.dirname(step.survivor.path), step)
            for step in steps
        ),
        space=space_of(_leaving_their_volume(plan, going)),
        freed=_FREED[plan.kind],
        warnings=tuple(warnings_of(steps)),
    )


def _leaving_their_volume(plan: Plan, going: Sequence[str]) -> list[str]:
    """Those of some files whose volume has no copy of them when the plan is done."""
    if plan.kind is ActionKind.COPY:
        return []
    if plan.kind is not ActionKind.MOVE or plan.target is None:
        return list(going)
    target = _device_above(plan.target)
    return [path for path in going if _device_above(path) != target]


def _device_above(path: str) -> int | None:
    """`st_dev` of a file or folder, or of the nearest folder above that is there."""
    while True:
        try:
            return os.stat(path).st_dev
        except (OSError, ValueError):
            parent = os.path.dirname(path)
            if parent == path:
                return None
            path = parent


def weakest_first(steps: Sequence[Step]) -> list[Step]:
    """The steps by their evidence, the weakest first; those alike stay in their order."""
    return sorted(steps, key=lambda step: -STRENGTH[step.evidence])


def _tallies(rows: Iterable[tuple[str, str, Step]]) -> tuple[FolderTally, ...]:
    photos: Counter[tuple[str, str]] = Counter()
    size_bytes: Counter[tuple[str, str]] = Counter()
    for folder, beside, step in rows:
        photos[folder, beside] += 1
        size_bytes[folder, beside] += step.victim.size_bytes
    tallies = [FolderTally(*key, count, size_bytes[key]) for key, count in photos.items()]
    return tuple(sorted(tallies, key=lambda one: (-one.size_bytes, one.folder, one.beside)))
