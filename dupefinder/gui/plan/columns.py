"""A plan as NumPy columns: what is left in it, how it is ordered, and what it comes to."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dupefinder.actions.records import FOR_CHOSEN, ActionKind, Plan, Step, going_along
from dupefinder.core.records import Evidence

_EVIDENCES = tuple(Evidence)
"""The strongest first."""
_RANK = {evidence: rank for rank, evidence in enumerate(_EVIDENCES)}


@dataclass(frozen=True, slots=True)
class PlanTally:
    """The number and size of what goes.

    Attributes:
        photos: Photos.
        files: Files that go along with them.
        size_bytes: Bytes of the photos.
    """

    photos: int
    files: int
    size_bytes: int


class PlanColumns:
    """Columns of n = number of steps.

    Attributes:
        plan: The plan.
        taken: bool (n,), False for steps that a person took out.
        possible: bool (n,), False for steps that cannot go the way that was chosen.
        sizes: int64 (n,), bytes of each photo that goes.
        ranks: int64 (n,), 0 for the strongest evidence.
        pairs: The folders that photos go from, with those of the kept copies.
        pair_of: int64 (n,), index in `pairs`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        steps = plan.steps
        count = len(steps)
        self.taken: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.possible: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.sizes = np.fromiter((step.victim.size_bytes for step in steps), np.int64, count)
        self.ranks = np.fromiter((_RANK[step.evidence] for step in steps), np.int64, count)
        self._along = self._count_along()
        index_of: dict[tuple[str, str], int] = {}
        self.pair_of = np.fromiter(
            (
                index_of.setdefault(
                    (_folder_of(step.victim.path), _folder_of(step.survivor.path)), len(index_of)
                )
                for step in steps
            ),
            np.int64,
            count,
        )
        self.pairs = list(index_of)

    @property
    def chosen(self) -> NDArray[np.bool_]:
        """Bool (n,), True for photos that a person chose by hand."""
        chosen: NDArray[np.bool_] = self.ranks == _RANK[Evidence.CHOSEN]
        return chosen

    @property
    def going(self) -> NDArray[np.bool_]:
        """Bool (n,), True for the steps that are done."""
        return self.taken & self.possible

    @property
    def left_out(self) -> int:
        """Steps that the person took out."""
        return int((~self.taken).sum())

    @property
    def impossible(self) -> int:
        """Steps that were not taken out, and cannot go the way that was chosen."""
        return int((self.taken & ~self.possible).sum())

    def set_kind(self, kind: ActionKind) -> None:
        """Note what is done to the photos.

        Only equal files can become one, and what was chosen by hand has to be able to come back.
        """
        everything = kind is not ActionKind.HARD_LINK
        self.possible = (self.ranks == _RANK[Evidence.SAME_BYTES]) | everything
        if kind not in FOR_CHOSEN:
            self.possible &= ~self.chosen
        self.plan = replace(self.plan, kind=kind)
        self._along = self._count_along()

    def _count_along(self) -> NDArray[np.int64]:
        """Files that go with each photo, int64 (n,)."""
        steps, kind = self.plan.steps, self.plan.kind
        return np.fromiter((len(going_along(step, kind)) for step in steps), np.int64, len(steps))

    def remaining(self, target: str | None = None) -> Plan:
        """The plan without the steps that are not done.

        Args:
            target: The folder to move to.
        """
        steps = self.plan.steps
        kept = tuple(steps[index] for index in np.flatnonzero(self.going).tolist())
        return replace(self.plan, steps=kept, target=target)

    def tally(self) -> PlanTally:
        """All that goes."""
        return PlanTally(
            int(self.going.sum()),
            int(self._along[self.going].sum()),
            int(self.sizes[self.going].sum()),
        )

    def by_evidence(self) -> list[tuple[Evidence, PlanTally]]:
        """Count what goes by the evidence that a copy stays; the weakest first."""
        rows = self._counted(self.ranks, len(_EVIDENCES))
        return [(_EVIDENCES[rank], tally) for rank, tally in reversed(rows)]

    def by_pair(self) -> list[tuple[str, str, PlanTally]]:
        """Count what goes by its folder and that of the kept copies; most photos first."""
        rows = [
            (*self.pairs[index], tally)
            for index, tally in self._counted(self.pair_of, len(self.pairs))
        ]
        return sorted(rows, key=lambda row: (-row[2].photos, row[0], row[1]))

    def _counted(self, codes: NDArray[np.int64], count: int) -> list[tuple[int, PlanTally]]:
        going = self.going
        chosen = codes[going]
        photos = np.bincount(chosen, minlength=count)
        files = np.zeros(count, np.int64)
        np.add.at(files, chosen, self._along[going])
        size_bytes = np.zeros(count, np.int64)
        np.add.at(size_bytes, chosen, self.sizes[going])
        return [
            (code, PlanTally(int(photos[code]), int(files[code]), int(size_bytes[code])))
            for code in np.flatnonzero(photos).tolist()
        ]

    # Orders: columns of keys, by which the smallest comes first

    @cached_property
    def victim_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the photo that goes, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.victim.path)

    @cached_property
    def survivor_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the kept copy, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.survivor.path)

    def _ranked(self, path_of: Callable[[Step], str]) -> NDArray[np.int64]:
        keys = []
        for step in self.plan.steps:
            folder, _, name = path_of(step).rpartition(os.sep)
            keys.append((name.casefold(), folder))
        ranks = np.empty(len(keys), np.int64)
        ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return ranks


def _folder_of(path: str) -> str:
    return path.rpartition(os.sep)[0] or os.sep
