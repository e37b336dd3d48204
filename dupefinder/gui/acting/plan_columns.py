"""A plan as NumPy columns: what is left in it, how it is ordered, and what it comes to."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dupefinder.actions.records import Plan, Step
from dupefinder.core.records import Evidence

_EVIDENCES = tuple(Evidence)
"""The strongest first."""
_RANK = {evidence: rank for rank, evidence in enumerate(_EVIDENCES)}


@dataclass(frozen=True, slots=True)
class Tally:
    """What goes.

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
        sizes: int64 (n,), bytes of each photo that goes.
        ranks: int64 (n,), 0 for the strongest evidence.
        folders: The folders that photos go from.
        folder_of: int64 (n,), index in `folders`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        steps = plan.steps
        count = len(steps)
        self.taken: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.sizes = np.fromiter((step.victim.size_bytes for step in steps), np.int64, count)
        self.ranks = np.fromiter((_RANK[step.evidence] for step in steps), np.int64, count)
        self._along = np.fromiter((len(step.companions) for step in steps), np.int64, count)
        index_of: dict[str, int] = {}
        self.folder_of = np.fromiter(
            (
                index_of.setdefault(step.victim.path.rpartition(os.sep)[0], len(index_of))
                for step in steps
            ),
            np.int64,
            count,
        )
        self.folders = [folder or os.sep for folder in index_of]

    def remaining(self) -> Plan:
        """The plan without the steps that were taken out."""
        if bool(self.taken.all()):
            return self.plan
        steps = self.plan.steps
        kept = tuple(steps[index] for index in np.flatnonzero(self.taken).tolist())
        return Plan(kept, self.plan.refused)

    def tally(self) -> Tally:
        """All that goes."""
        return Tally(
            int(self.taken.sum()),
            int(self._along[self.taken].sum()),
            int(self.sizes[self.taken].sum()),
        )

    def by_evidence(self) -> list[tuple[Evidence, Tally]]:
        """What goes, by what shows that a copy stays; the weakest evidence first."""
        rows = self._counted(self.ranks, len(_EVIDENCES))
        return [(_EVIDENCES[rank], tally) for rank, tally in reversed(rows)]

    def by_folder(self) -> list[tuple[str, Tally]]:
        """What goes, by folder; that with most photos first."""
        rows = [
            (self.folders[index], tally)
            for index, tally in self._counted(self.folder_of, len(self.folders))
        ]
        return sorted(rows, key=lambda row: (-row[1].photos, row[0]))

    def _counted(self, codes: NDArray[np.int64], count: int) -> list[tuple[int, Tally]]:
        chosen = codes[self.taken]
        photos = np.bincount(chosen, minlength=count)
        files = np.zeros(count, np.int64)
        np.add.at(files, chosen, self._along[self.taken])
        size_bytes = np.zeros(count, np.int64)
        np.add.at(size_bytes, chosen, self.sizes[self.taken])
        return [
            (code, Tally(int(photos[code]), int(files[code]), int(size_bytes[code])))
            for code in np.flatnonzero(photos).tolist()
        ]

    # Orders: columns of keys, by which the smallest comes first

    @cached_property
    def victim_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the photo that goes, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.victim.path)

    @cached_property
    def survivor_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the copy that stays, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.survivor.path)

    def _ranked(self, path_of: Callable[[Step], str]) -> NDArray[np.int64]:
        keys = []
        for step in self.plan.steps:
            folder, _, name = path_of(step).rpartition(os.sep)
            keys.append((name.casefold(), folder))
        ranks = np.empty(len(keys), np.int64)
        ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return ranks
