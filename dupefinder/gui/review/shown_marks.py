"""The person's marks on the photos of the shown results: loaded, set, counted and emitted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import compress
from weakref import ref

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from dupefinder.core.decisions.marks import Mark, MarkKey, MarkRow
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.results import MatchKind, Results, mark_key
from dupefinder.gui.review.carried_marks import CarriedMarks, places_of
from dupefinder.gui.review.mark_commands import Changes, PlacedMarks, Separations
from dupefinder.gui.review.mark_table import (
    MOVING,
    UNDECIDED,
    MarkedPlaces,
    MarkTable,
)

_WRITTEN_AT_ONCE = 10_000
_PLACED_AT_ONCE = 4_000
"""Most marks whose keys are made to be written in one go; and most marks whose photos are looked up
in other results while the window waits."""


class ShownMarks(QObject):
    """Marks on the photos of the results on show, kept by content.

    Attributes:
        stack: The decisions that can be undone.

    Signals:
        changed: Indices of groups (int64 array) whose marks or state changed.
        kept: Marks by `MarkKey`, to be stored; they are no longer changed.
        separated: Decisions that photos are different, to be stored; False where they are taken
            back; True where groups have to be made again then.
    """

    changed = Signal(object)
    kept = Signal(object)
    separated = Signal(object, bool, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._elsewhere: dict[MarkKey, Mark] = {}
        """Marks of photos that are not in the results; all others are in their table."""
        self._dismissed: dict[str, Mapping[str, str]] = {}
        """Groups called different since they were made, and `Separations.ids`."""
        self._moving: frozenset[str] = frozenset()
        self._marked: MarkTable | None = None
        self._foreseen: CarriedMarks | None = None
        self._placed: list[ref[PlacedMarks]] = []

    @property
    def states(self) -> NDArray[np.uint8]:
        """The decision on each group of the results, see `MarkTable.states`."""
        return np.zeros(0, np.uint8) if self._marked is None else self._marked.states

    @property
    def given(self) -> NDArray[np.uint8]:
        """The present mark of each photo of the results, see `MarkTable.given`."""
        return np.zeros(0, np.uint8) if self._marked is None else self._marked.given.copy()

    # At the start

    def load(self, rows: Iterable[MarkRow]) -> None:
        """Add the decisions of earlier runs; decisions made meanwhile take precedence."""
        earlier = {(row.digest, row.volume_id, row.relative_path): row.mark for row in rows}
        meanwhile = self._elsewhere
        if (table := self._marked) is not None:
            noted = table.noted()
            meanwhile = meanwhile | dict(PlacedMarks(table.results, noted, table.made_at(noted)))
        self._elsewhere, self._marked, self._foreseen = earlier | meanwhile, None, None
        if table is not None:
            self.set_results(table.results)

    def foresee(self, results: Results) -> None:
        """Look up the marks in results that will be shown; for any thread.

        With a hundred thousand marks this would block the window.
        """
        self._foreseen = CarriedMarks.to(results, self._marked, tuple(self._elsewhere))

    def is_foreseen(self, results: Results) -> bool:
        """False where so many marks were made since the look-up that showing them takes long."""
        foreseen, table = self._foreseen, self._marked
        left = len(self._elsewhere) + (0 if table is None else len(table.noted()))
        if foreseen is not None and foreseen.results is results and foreseen.table is table:
            left -= len(foreseen.places) + len(foreseen.elsewhere)
        return left <= _PLACED_AT_ONCE

    def set_results(self, results: Results) -> None:
        """Show marks on other results; decisions stay with their photos."""
        carried, self._foreseen = self._carried_to(results), None
        placed = [marks.placed(self._elsewhere) for marks in carried]
        self._follow(results, carried)
        table = MarkTable(results, self._dismissed, self._moving, placed)
        unplaced: Changes = {}
        for marks in carried:
            unplaced |= marks.unplaced(self._elsewhere)
        # In this order, so that a thread that foresees meanwhile never reads the former table.
        self._elsewhere, self._marked = unplaced, table
        self.changed.emit(np.arange(len(results.groups)))

    def _carried_to(self, results: Results) -> list[CarriedMarks]:
        """The look-up of all marks in some results: the foreseen part, then the others."""
        # Read once: meanwhile a scan may foresee its next results.
        foreseen = self._foreseen
        elsewhere = tuple(self._elsewhere)
        if foreseen is not None and foreseen.results is results and foreseen.table is self._marked:
            later = foreseen.since(elsewhere)
            if later is not None:
                return [foreseen, later]
        return [CarriedMarks.to(results, self._marked, elsewhere)]

    def _follow(self, results: Results, carried: Iterable[CarriedMarks]) -> None:
        """Keep a decision on many photos for other results, so that it can be undone as quickly."""
        self._placed = [one for one in self._placed if one() is not None]
        if self._marked is None or not self._placed:
            return
        first = self._marked.results.members.first
        new_places = np.full(len(first), -1, np.int64)
        for marks in carried:
            new_places[marks.places] = marks.new_places
        for placed in filter(None, [one() for one in self._placed]):
            if placed.results is self._marked.results:
                placed.follow(results, new_places[first[placed.places]])

    def placed(self, places: NDArray[np.int64], marks: NDArray[np.uint8]) -> PlacedMarks:
        """Make marks of many photos of the results, which can be moved to other results.

        Args:
            places: int64 (k,), the photos.
            marks: uint8 (k,), the mark of each.
        """
        assert self._marked is not None
        made = PlacedMarks(self._marked.results, places, marks)
        self._placed.append(ref(made))
        return made

    # Deciding

    def mark_of(self, member: GroupMember) -> Mark:
        """The effective mark of a photo, see `MarkTable.given`."""
        return Mark.NONE if self._marked is None else self._marked.mark_of(mark_key(member))

    def is_dismissed(self, group: Group) -> bool:
        """True when a person called the photos of a group different."""
        return group.group_id in self._dismissed

    @property
    def moving_count(self) -> int:
        """Photos that an action works on."""
        return len(self._moving)

    def is_moving(self, group: Group) -> bool:
        """True while an action works on photos of a group."""
        if not self._moving or self._marked is None:
            return False
        index = self._marked.results.index_of_id.get(group.group_id)
        return index is not None and bool(self.states[index] == MOVING)

    def progress(self, match_kind: MatchKind | None) -> tuple[int, int, int]:
        """Number of decided groups, of groups that are decided in part, and of all groups.

        In a group decided in part, a photo is marked, and something that is proposed is still open.

        Args:
            match_kind: Only groups with a photo of this kind; None takes all but look-alikes.
        """
        if self._marked is None:
            return 0, 0, 0
        kinds = self._marked.results.match_kinds
        alike = MatchKind.LOOK_ALIKE
        counted = kinds != alike if match_kind is None else (kinds & match_kind) != 0
        is_open = counted & (self._marked.states == UNDECIDED)
        in_part = is_open & (kinds != alike) & self._marked.begun()
        groups = int(np.count_nonzero(counted))
        return groups - int(np.count_nonzero(is_open)), int(np.count_nonzero(in_part)), groups

    def totals(self) -> tuple[int, int]:
        """Number of photos marked for removal, and their bytes."""
        return (0, 0) if self._marked is None else self._marked.totals()

    def marked(self) -> MarkedPlaces | None:
        """The photos that are marked for removal, as they are now; None without results."""
        return None if self._marked is None else self._marked.marked()

    def removals(self) -> list[tuple[Group, tuple[GroupMember, ...]]]:
        """The groups with photos marked for removal, and these photos."""
        marked = self.marked()
        return [] if marked is None else marked.removals()

    def kept_paths(self) -> set[str]:
        """Paths of the photos of losing groups that the person decided to keep."""
        marked = self.marked()
        return set() if marked is None else marked.kept_paths()

    # While an action runs, and after it

    def begin_moving(self, paths: Collection[str]) -> None:
        """Begin an action: until its end, the groups of its photos cannot be decided on.

        Earlier decisions can no longer be undone mark by mark.
        """
        self.stack.clear()
        self._put_moving(self._moving.union(paths))

    def end_moving(self) -> None:
        """End the last action."""
        self._put_moving(())

    def _put_moving(self, paths: Collection[str]) -> None:
        self._moving = frozenset(paths)
        if self._marked is not None:
            self.changed.emit(self._marked.put_moving(self._moving))

    def use_up(self, paths: Collection[str]) -> dict[str, MarkKey]:
        """Forget the marks of removed photos, so that they are kept if they come back.

        Returns:
            Their keys by their paths.
        """
        if self._marked is None:
            return {}
        members = self._marked.results.members
        gone = {
            path: members.keys[place]
            for place in self._marked.beside_removed().tolist()
            if (path := members.paths[place]) in paths
        }
        if gone:
            self.put(dict.fromkeys(gone.values(), Mark.NONE))
        return gone

    def mark_again(self, photos: Iterable[MarkKey]) -> None:
        """Restore the marks for removal after a whole action was undone."""
        if back := dict.fromkeys(photos, Mark.REMOVE):
            self.put(back)

    # Called by the commands of the stack

    def marks_of(self, keys: Iterable[MarkKey]) -> Changes:
        """The marks of photos as they were made, effective or not."""
        keys = tuple(keys)
        if self._marked is None:
            return {key: self._elsewhere.get(key, Mark.NONE) for key in keys}
        places = places_of(self._marked.results, keys)
        made = self._marked.made_at(np.maximum(places, 0)) if len(self._marked.given) else places
        return {
            key: self._elsewhere.get(key, Mark.NONE) if place < 0 else Mark(mark)
            for key, place, mark in zip(keys, places.tolist(), made.tolist(), strict=True)
        }

    def put(self, changes: Changes) -> None:
        """Set marks and emit the changed groups; called by the commands of `stack`."""
        # A cleared mark is stored, too: it takes precedence over one of an earlier run.
        if self._marked is None:
            self._elsewhere |= changes
        else:
            places = places_of(self._marked.results, changes)
            inside = places >= 0
            marks = np.frombuffer(bytes(changes.values()), np.uint8)
            self._elsewhere |= compress(changes.items(), (~inside).tolist())
            self.changed.emit(self._marked.put(places[inside], marks[inside]))
        self.kept.emit(changes)

    def put_placed(self, changes: PlacedMarks) -> None:
        """Set the marks of many photos and emit the groups; called by the commands of `stack`."""
        if self._marked is None or changes.results is not self._marked.results:
            self.put(dict(changes))
            return
        self.changed.emit(self._marked.put(changes.places, changes.marks))
        for part in changes.parts(_WRITTEN_AT_ONCE):
            self.kept.emit(part)
        for left in changes.left_behind:
            self.put(dict(left))

    def put_dismissed(self, separations: Separations, *, dismissed: bool) -> None:
        """Store dismissals and emit the changed groups; called by the commands of `stack`.

        Args:
            separations: The decisions.
            dismissed: False to take them back.
        """
        assert self._marked is not None
        group_ids = separations.group_ids
        if dismissed:
            self._dismissed |= dict.fromkeys(group_ids, separations.ids)
        else:
            for group_id in group_ids:
                self._dismissed.pop(group_id, None)
        concerned = self._marked.put_dismissed(group_ids, dismissed=dismissed)
        self.changed.emit(concerned)
        # Groups may have gone since, with others that were made.
        self.separated.emit(separations, dismissed, len(concerned) < len(group_ids))

    def allow(self, separation_id: str) -> None:
        """Apply a decision that was taken back elsewhere, and not by a command of `stack`."""
        dismissed = self._dismissed.items()
        groups = [one for one, made in dismissed if made.get(one) == separation_id]
        for group_id in groups:
            del self._dismissed[group_id]
        if groups and self._marked is not None:
            self.changed.emit(self._marked.put_dismissed(groups, dismissed=False))
