"""Marks carried to other results: the places of their photos there, looked up at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.gui.results import Results
from dupefinder.gui.review.mark_table import MarkTable


def places_of(results: Results, keys: Collection[MarkKey]) -> NDArray[np.int64]:
    """Look up where photos are in the columns of some results, int64 (k,); -1 for nowhere."""
    return results.members.places.of(keys)


@dataclass(frozen=True, eq=False, slots=True)
class CarriedMarks:
    """The slow part of moving all marks to other results: the places of their photos there.

    Attributes:
        results: The other results.
        table: The marks of the former results; None without results.
        places: int64 (k,), places of its photos with a mark.
        new_places: int64 (k,), their places in the other results; -1 for none.
        left: Keys of those without a place, in order.
        elsewhere: Keys of photos with a mark that were not in the former results either.
        elsewhere_places: int64, their places in the other results; -1 for none.
    """

    results: Results
    table: MarkTable | None
    places: NDArray[np.int64]
    new_places: NDArray[np.int64]
    left: Sequence[MarkKey]
    elsewhere: Sequence[MarkKey]
    elsewhere_places: NDArray[np.int64]

    @classmethod
    def to(
        cls, results: Results, table: MarkTable | None, elsewhere: Sequence[MarkKey] = ()
    ) -> CarriedMarks:
        """Look up marks in other results; the time grows with their number."""
        places = np.zeros(0, np.int64) if table is None else table.noted()
        return cls._of(results, table, places, elsewhere)

    @classmethod
    def _of(
        cls,
        results: Results,
        table: MarkTable | None,
        places: NDArray[np.int64],
        elsewhere: Sequence[MarkKey],
    ) -> CarriedMarks:
        keys: Sequence[MarkKey] = ()
        if table is not None:
            keys = [table.results.members.keys[place] for place in places.tolist()]
        found = places_of(results, keys)
        left = [keys[at] for at in np.flatnonzero(found < 0).tolist()]
        return cls(results, table, places, found, left, elsewhere, places_of(results, elsewhere))

    def since(self, elsewhere: Sequence[MarkKey]) -> CarriedMarks | None:
        """The marks made since this look-up; None where it no longer applies."""
        known = len(self.elsewhere)
        if elsewhere[:known] != self.elsewhere:
            return None
        places = np.zeros(0, np.int64)
        if self.table is not None:
            places = np.setdiff1d(self.table.noted(), self.places, assume_unique=True)
        return self._of(self.results, self.table, places, elsewhere[known:])

    def placed(
        self, elsewhere: Mapping[MarkKey, Mark]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The present marks of the photos that are in the other results.

        Args:
            elsewhere: The marks of photos that were not in the former results.

        Returns:
            int64 (p,), their places there; uint8 (p,), their marks.
        """
        made = np.zeros(0, np.uint8) if self.table is None else self.table.made_at(self.places)
        others = np.fromiter((elsewhere[key] for key in self.elsewhere), np.uint8)
        places = np.concatenate((self.new_places, self.elsewhere_places))
        marks = np.concatenate((made, others))
        return places[places >= 0], marks[places >= 0]

    def unplaced(self, elsewhere: Mapping[MarkKey, Mark]) -> dict[MarkKey, Mark]:
        """The present marks of the photos that are not in the other results.

        Args:
            elsewhere: See `placed`.
        """
        out: dict[MarkKey, Mark] = {}
        if self.table is not None:
            made = self.table.made_at(self.places[self.new_places < 0])
            out |= zip(self.left, map(Mark, made.tolist()), strict=True)
        outside = np.flatnonzero(self.elsewhere_places < 0).tolist()
        return out | {key: elsewhere[key] for key in map(self.elsewhere.__getitem__, outside)}
