"""Commands of the stack of decisions: each is made, taken back or made again, and told then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand

from dupefinder.core.marks import Mark, MarkKey
from dupefinder.core.separated import Separation
from dupefinder.gui.review.decision_words import Decision
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.review.marks import Marks

Changes = dict[MarkKey, Mark]

_MARKS = tuple(Mark)
_AT_ONCE = 8_000
"""Photos that are marked between two looks at what the person does."""


class Marking(QUndoCommand):
    """Marks on the photos of a group."""

    def __init__(
        self,
        marks: Marks,
        text: str,
        before: Changes,
        after: Changes,
        told: Decision | None,
    ) -> None:
        super().__init__(text)
        self._marks, self._before, self._after, self._told = marks, before, after, told

    def redo(self) -> None:
        """Make the decision, or make it again."""
        self._marks.put(self._after)
        if self._told is not None:
            self._marks.decided.emit(self._told)

    def undo(self) -> None:
        """Take it back."""
        self._marks.put(self._before)
        if self._told is not None:
            self._marks.decided.emit(replace(self._told, is_taken_back=True))


class MarkingMany(QUndoCommand):
    """Marks on many photos, set part by part so that the window answers in between."""

    def __init__(
        self,
        marks: Marks,
        text: str,
        keys: Sequence[MarkKey],
        places: NDArray[np.int64],
        after: NDArray[np.uint8],
        told: Decision,
    ) -> None:
        super().__init__(text)
        self._marks, self._keys, self._places, self._told = marks, keys, places, told
        self._after, self._before = after, np.zeros(len(places), np.uint8)

    def redo(self) -> None:
        """Make the decision, or make it again."""
        self._marks.put_in_steps(self._parts(self._after, is_first=True))
        self._marks.decided.emit(self._told)

    def undo(self) -> None:
        """Take it back."""
        self._marks.put_in_steps(self._parts(self._before))
        self._marks.decided.emit(replace(self._told, is_taken_back=True))

    def _parts(self, marks: NDArray[np.uint8], *, is_first: bool = False) -> Iterator[Changes]:
        for start in range(0, len(self._places), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            keys = [self._keys[place] for place in self._places[part].tolist()]
            if is_first:
                self._before[part] = [*self._marks.marks_of(keys).values()]
            yield dict(zip(keys, map(_MARKS.__getitem__, marks[part].tolist()), strict=True))


class Dismissal(QUndoCommand):
    """The photos of each of some groups are no duplicates, or are after all.

    Args:
        marks: Where it is noted.
        separations: The decisions by the ids of their groups.
        dismissed: False where they are duplicates after all.
        told: The decision in words.
    """

    def __init__(
        self,
        marks: Marks,
        separations: Mapping[str, Separation],
        dismissed: bool,
        told: Decision,
    ) -> None:
        super().__init__(_("Not duplicates"))
        self._marks, self._dismissed, self._told = marks, dismissed, told
        self._separations = separations

    def redo(self) -> None:
        """Make the decision, or make it again."""
        self._put(dismissed=self._dismissed)
        self._marks.decided.emit(self._told)

    def undo(self) -> None:
        """Take it back."""
        self._put(dismissed=not self._dismissed)
        self._marks.decided.emit(replace(self._told, is_taken_back=True))

    def _put(self, *, dismissed: bool) -> None:
        self._marks.put_dismissed(self._separations, dismissed=dismissed)


class Split(QUndoCommand):
    """A photo is another one than the rest of its group."""

    def __init__(self, marks: Marks, separation: Separation, told: Decision) -> None:
        super().__init__(_("Does not belong"))
        self._marks, self._separation, self._told = marks, separation, told

    def redo(self) -> None:
        """Make the decision, or make it again."""
        self._marks.separated.emit((self._separation,), True, True)
        self._marks.decided.emit(self._told)

    def undo(self) -> None:
        """Take it back."""
        self._marks.separated.emit((self._separation,), False, True)
        self._marks.decided.emit(replace(self._told, is_taken_back=True))
