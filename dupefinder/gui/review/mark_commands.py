"""Commands of the undo stack: each makes, takes back or remakes a decision, and reports it."""

from __future__ import annotations

import time
from collections.abc import Collection, ItemsView, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.core.decisions.separated import Separation, all_different
from dupefinder.core.records import Group
from dupefinder.gui.results import Results
from dupefinder.gui.review.decisions import Decision, many_text, tightened_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.review.mark_table import MarkTable
    from dupefinder.gui.review.marks import Marks

Changes = dict[MarkKey, Mark]

_MARKS = tuple(Mark)


class PlacedMarks(Mapping[MarkKey, Mark]):
    """Marks of many photos of some results; the keys are made when they are needed.

    Attributes:
        results: The results.
        places: int64 (k,), the photos.
        marks: uint8 (k,), the mark of each.
        left_behind: Marks of the photos that were not in other results, see `follow`.
    """

    def __init__(
        self, results: Results, places: NDArray[np.int64], marks: NDArray[np.uint8]
    ) -> None:
        self.results, self.places, self.marks = results, places, marks
        self.left_behind: list[PlacedMarks] = []

    def follow(self, results: Results, places: NDArray[np.int64]) -> None:
        """Follow the photos to other results.

        Args:
            results: The other results.
            places: int64 (k,), the place of each photo there; -1 if it is gone.
        """
        here = places >= 0
        if not here.all():
            left = PlacedMarks(self.results, self.places[~here], self.marks[~here])
            self.left_behind.append(left)
        self.results, self.places, self.marks = results, places[here], self.marks[here]

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[MarkKey]:
        return map(self.results.members.keys.__getitem__, self.places.tolist())

    def __getitem__(self, key: MarkKey) -> Mark:
        found = np.flatnonzero(self.places == self.results.members.places.get(key))
        if not len(found):
            raise KeyError(key)
        return Mark(int(self.marks[found[0]]))

    def items(self) -> ItemsView[MarkKey, Mark]:
        """All of them, in the order of the places."""
        return dict(zip(self, map(_MARKS.__getitem__, self.marks.tolist()), strict=True)).items()

    def parts(self, size: int) -> Iterator[PlacedMarks]:
        """The same in pieces of at most so many photos."""
        for start in range(0, len(self), size):
            part = slice(start, start + size)
            yield PlacedMarks(self.results, self.places[part], self.marks[part])


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
    """Marks on many photos."""

    def __init__(
        self,
        marks: Marks,
        text: str,
        before: PlacedMarks,
        after: PlacedMarks,
        told: Decision | None,
    ) -> None:
        super().__init__(text)
        self._marks, self._before, self._after, self._told = marks, before, after, told

    def redo(self) -> None:
        """Make the decision, or make it again."""
        self._marks.put_placed(self._after)
        if self._told is not None:
            self._marks.decided.emit(self._told)

    def undo(self) -> None:
        """Take it back."""
        self._marks.put_placed(self._before)
        if self._told is not None:
            self._marks.decided.emit(replace(self._told, is_taken_back=True))


class Separations(Sequence[Separation]):
    """Decisions that the photos of some groups are different, made when they are read.

    Attributes:
        group_ids: The ids of the groups.
        ids: The ids of the decisions by group id, as far as they were made.
    """

    def __init__(
        self, groups: Sequence[Group], places: Sequence[int], group_ids: Sequence[str]
    ) -> None:
        """Decide now.

        Args:
            groups: Groups of some results.
            places: The indices of the groups concerned.
            group_ids: Their ids.
        """
        self._groups, self._places, self.group_ids = groups, places, group_ids
        self._decided_ns = time.time_ns()
        self.ids: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Separation: ...

    @overload
    def __getitem__(self, place: slice) -> list[Separation]: ...

    def __getitem__(self, place: int | slice) -> Separation | list[Separation]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        group = self._groups[self._places[place]]
        separation = all_different(group.members, self._decided_ns)
        self.ids[self.group_ids[place]] = separation.separation_id
        return separation


class Dismissal(QUndoCommand):
    """The decision that the photos of some groups are not duplicates, or are after all.

    Args:
        marks: Stores it.
        separations: The decisions.
        dismissed: False if they are duplicates after all.
        told: The decision to report.
    """

    def __init__(
        self, marks: Marks, separations: Separations, dismissed: bool, told: Decision
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


def dismiss_many(marks: Marks, table: MarkTable, groups: NDArray[np.int64]) -> None:
    """Call the photos of groups not duplicates, and forget the marks on them.

    Args:
        marks: Stores it.
        table: The marks on the results.
        groups: int64, indices of the groups in these.
    """
    results = table.results
    separations = Separations(results.groups, groups.tolist(), results.ids_of(groups))
    told = Decision(many_text(_("Not duplicates"), len(groups), 0))
    marks.stack.beginMacro(_("Not duplicates"))
    # The first command of a macro is the last one taken back.
    marks.stack.push(Dismissal(marks, separations, True, told))
    if len(places := table.own_marked(groups)):
        before = marks.placed(places, table.made_at(places))
        cleared = marks.placed(places, np.zeros(len(places), np.uint8))
        marks.stack.push(MarkingMany(marks, _("Clear the marks"), before, cleared, None))
    marks.stack.endMacro()


class Split(QUndoCommand):
    """The decision that a photo is different from the rest of its group."""

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


class Strictness(QObject):
    """The most bits in which photos of some groups may differ.

    Attributes:
        most_bits: By digest, for the photos of tightened groups.

    Signals:
        changed: `most_bits` changed for photos of these digests; groups must be made again.
    """

    changed = Signal(object)

    def __init__(self, marks: Marks) -> None:
        """Begin without a tightened group.

        Args:
            marks: The marks, which have the undo stack and refuse decisions that cannot be made.
        """
        super().__init__(marks)
        self._marks = marks
        self.most_bits: dict[bytes, int] = {}
        self._tightened_with: dict[bytes, frozenset[bytes]] = {}
        """By digest, the photos of the groups that were tightened, as they were then."""

    def is_tightened(self, group: Group) -> bool:
        """True if the photos of a group may differ in fewer bits than those of others."""
        return any(one.digest in self.most_bits for one in group.members)

    def tighten(self, group: Group) -> bool:
        """Let the photos of a group differ in fewer bits than now, by the widest of its matches.

        Returns:
            False when it was refused, see `Marks.refused`: "exact" if all match in every bit.
        """
        widest = max((one.distance_bits or 0 for one in group.members), default=0)
        if self._marks.refuse_now(group):
            return False
        if not widest:
            self._marks.refused.emit("exact")
            return False
        digests = frozenset(one.digest for one in group.members)
        for digest in digests:
            known = self._tightened_with.get(digest, frozenset())
            self._tightened_with[digest] = known | digests
        self._marks.stack.push(_Tightening(self._marks, group, digests, widest - 1))
        return True

    def loosen(self, group: Group) -> bool:
        """Let the photos of a group that was tightened differ in as many bits as elsewhere.

        Returns:
            False when it was refused, see `Marks.refused`.
        """
        if self._marks.refuse_now(group):
            return False
        # Photos that left the group by that may return to it.
        known = (self._tightened_with.get(one.digest, frozenset()) for one in group.members)
        digests: frozenset[bytes] = frozenset().union(*known)
        self._marks.stack.push(_Tightening(self._marks, group, digests, None))
        return True

    def put(self, most_bits: Mapping[bytes, int | None]) -> None:
        """Set the number of bits in which photos may differ; called by commands."""
        for digest, bits in most_bits.items():
            if bits is None:
                self.most_bits.pop(digest, None)
            else:
                self.most_bits[digest] = bits
        self.changed.emit(most_bits.keys())


class _Tightening(QUndoCommand):
    """The decision that the photos of a group may differ in fewer bits, or in the usual number."""

    def __init__(
        self, marks: Marks, group: Group, digests: Collection[bytes], most_bits: int | None
    ) -> None:
        super().__init__(_("Match more strictly"))
        self._marks, self._told = marks, Decision(tightened_text(group, most_bits), group)
        self._before = {digest: marks.strictness.most_bits.get(digest) for digest in digests}
        self._after: dict[bytes, int | None] = dict.fromkeys(digests, most_bits)

    def redo(self) -> None:
        self._marks.strictness.put(self._after)
        self._marks.decided.emit(self._told)

    def undo(self) -> None:
        self._marks.strictness.put(self._before)
        self._marks.decided.emit(replace(self._told, is_taken_back=True))
