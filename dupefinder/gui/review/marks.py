"""The person's marks on photos: set, taken back and done again, and kept by content.

Whatever is done, at least one copy of every group stays, and a protected photo is never marked
for removal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from dupefinder.core.decisions import Mark, MarkRow
from dupefinder.core.records import Evidence, Group, GroupMember
from dupefinder.gui.results import Lane, MarkKey, Results, lane_of, mark_key

UNDECIDED, DECIDED, DISMISSED = 0, 1, 2
"""Values of `Marks.states`."""

_Changes = dict[MarkKey, Mark]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What auto-select would mark.

    Attributes:
        groups: Indices of the groups in the results.
        photos: Photos that would be marked for removal.
        size_bytes: Their bytes.
        decided_groups: Groups that are left as they were decided.
    """

    groups: tuple[int, ...]
    photos: int
    size_bytes: int
    decided_groups: int


class Marks(QObject):
    """Marks on the photos of the results on show.

    Signals:
        changed: Indices of groups (int64 array) whose marks or state changed.
        kept: `MarkRow`s to be written down.
        dismissals_kept: Group ids and whether they are dismissed, to be written down.
        refused: A code, why a mark was not set: "last-copy", "protected", "look-alike",
            "provisional".
    """

    changed = Signal(object)
    kept = Signal(object)
    dismissals_kept = Signal(object, bool)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.states: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._marks: dict[MarkKey, Mark] = {}
        self._dismissed: set[str] = set()
        self._results: Results | None = None
        self._removed: dict[MarkKey, int] = {}

    # What is known at the start

    def load(self, rows: Iterable[MarkRow], dismissed: Iterable[str]) -> None:
        """Take over what was decided in earlier runs; what was decided meanwhile counts more."""
        earlier = {(row.digest, row.volume_id, row.relative_path): row.mark for row in rows}
        self._marks = {**earlier, **self._marks}
        self._dismissed |= set(dismissed)
        if self._results is not None:
            self.set_results(self._results)

    def set_results(self, results: Results) -> None:
        """Show marks on other results; decisions stay with their photos."""
        self._results = results
        self.states = np.zeros(len(results.groups), np.uint8)
        self._removed = {}
        for key, mark in self._marks.items():
            place = results.places.get(key)
            if place is not None and mark is not Mark.NONE:
                self.states[place[0]] = DECIDED
                if mark is Mark.REMOVE:
                    self._removed[key] = place[1]
        for group_id in self._dismissed:
            if (index := results.index_of_id.get(group_id)) is not None:
                self._settle(index)
        self.changed.emit(np.arange(len(results.groups)))

    def _settle(self, index: int) -> None:
        """Work out a group's state, and what of it is marked for removal."""
        assert self._results is not None
        group = self._results.groups[index]
        dismissed = group.group_id in self._dismissed
        decided = False
        for member in group.members:
            key = mark_key(member)
            mark = self._marks.get(key, Mark.NONE)
            decided = decided or mark is not Mark.NONE
            if mark is Mark.REMOVE and not dismissed and key in self._results.places:
                self._removed[key] = member.file.size_bytes
            else:
                self._removed.pop(key, None)
        if dismissed:
            self.states[index] = DISMISSED
        elif self._results.lanes[index] != Lane.LOOK_ALIKE:
            self.states[index] = DECIDED if decided else UNDECIDED

    # What is decided

    def mark_of(self, member: GroupMember) -> Mark:
        """The mark of a photo."""
        return self._marks.get(mark_key(member), Mark.NONE)

    def is_dismissed(self, group: Group) -> bool:
        """True when a person said that the photos of a group are no duplicates."""
        return group.group_id in self._dismissed

    def totals(self) -> tuple[int, int]:
        """Photos marked for removal, and their bytes."""
        return len(self._removed), sum(self._removed.values())

    def removals(self) -> list[tuple[Group, tuple[GroupMember, ...]]]:
        """The groups with photos marked for removal, and these photos."""
        if self._results is None:
            return []
        found = []
        for index in np.flatnonzero(self.states == DECIDED).tolist():
            group = self._results.groups[index]
            gone = tuple(one for one in group.members if self.mark_of(one) is Mark.REMOVE)
            if gone:
                found.append((group, gone))
        return found

    # Deciding

    def toggle(self, group: Group, member: GroupMember) -> bool:
        """Change a photo between keep and remove; the others of an undecided group are kept.

        Returns:
            False when it was refused, see `refused`.
        """
        going = self.mark_of(member) is not Mark.REMOVE
        return self.set_mark(group, member, Mark.REMOVE if going else Mark.KEEP)

    def set_mark(self, group: Group, member: GroupMember, mark: Mark) -> bool:
        """Mark one photo; the others of the group keep their marks, unmarked ones are kept.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {
            mark_key(other): Mark.KEEP if self.mark_of(other) is Mark.NONE else self.mark_of(other)
            for other in group.members
        }
        wanted[mark_key(member)] = mark
        return self._decide(self.tr("Mark a photo"), [(group, wanted)])

    def keep_only(self, group: Group, member: GroupMember) -> bool:
        """Keep one photo and those that are protected, remove the others.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {
            mark_key(other): Mark.KEEP if other is member or other.file.protected else Mark.REMOVE
            for other in group.members
        }
        return self._decide(self.tr("Keep only one"), [(group, wanted)])

    def keep_all(self, group: Group) -> bool:
        """Keep every photo of a group.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {mark_key(member): Mark.KEEP for member in group.members}
        return self._decide(self.tr("Keep all"), [(group, wanted)])

    def take_proposal(self, group: Group) -> bool:
        """Decide a group as it is proposed.

        Returns:
            False when it was refused, see `refused`.
        """
        return self._decide(self.tr("Take the proposal"), [(group, _proposed(group))])

    def clear(self, group: Group) -> None:
        """Make a group undecided again."""
        wanted = {mark_key(member): Mark.NONE for member in group.members}
        self._push(self.tr("Clear the marks"), wanted)

    def dismiss(self, group: Group, *, dismissed: bool = True) -> bool:
        """Say that the photos of a group are no duplicates, or that they are after all.

        Returns:
            False when it was refused, see `refused`.
        """
        if self._results is None or self._results.provisional:
            self.refused.emit("provisional")
            return False
        self.stack.push(_Dismissal(self, group.group_id, dismissed))
        return True

    def proposal(self, lane: Lane | None, groups: Iterable[int]) -> Proposal:
        """Count what `auto_select` would mark.

        Args:
            lane: Only photos of this lane; None takes all.
            groups: Indices of the groups to look at.
        """
        assert self._results is not None
        chosen, photos, size_bytes, decided = [], 0, 0, 0
        for index in groups:
            gone = self._still_proposed(index, lane)
            if gone is None:
                decided += 1
            elif gone:
                chosen.append(index)
                photos += len(gone)
                size_bytes += sum(member.file.size_bytes for member in gone)
        return Proposal(tuple(chosen), photos, size_bytes, decided)

    def _still_proposed(self, index: int, lane: Lane | None) -> list[GroupMember] | None:
        """Photos to be marked; None where the person has decided about such photos already.

        A kept photo tells that the person has decided; auto-select itself only marks what goes,
        so that one lane after the other can be selected.
        """
        assert self._results is not None
        group = self._results.groups[index]
        proposed = _proposed_removals(group, lane)
        if not proposed or self.states[index] == UNDECIDED:
            return proposed
        marks = [self.mark_of(member) for member in group.members]
        if self.states[index] == DISMISSED or Mark.KEEP in marks:
            return None
        return [member for member in proposed if self.mark_of(member) is Mark.NONE]

    def auto_select(self, proposal: Proposal, lane: Lane | None) -> None:
        """Mark what was counted; groups that the person decided on stay as they are."""
        assert self._results is not None
        decisions = []
        for index in proposal.groups:
            group = self._results.groups[index]
            wanted = {mark_key(member): self.mark_of(member) for member in group.members}
            for member in self._still_proposed(index, lane) or ():
                wanted[mark_key(member)] = Mark.REMOVE
            decisions.append((group, wanted))
        self._decide(self.tr("Auto-select"), decisions)

    def _decide(self, text: str, decisions: Sequence[tuple[Group, _Changes]]) -> bool:
        if self._results is None or self._results.provisional:
            self.refused.emit("provisional")
            return False
        changes: _Changes = {}
        for group, wanted in decisions:
            if refusal := _refusal(group, wanted):
                self.refused.emit(refusal)
                return False
            changes.update(wanted)
        self._push(text, changes)
        return True

    def _push(self, text: str, changes: _Changes) -> None:
        before = {key: self._marks.get(key, Mark.NONE) for key in changes}
        if before != changes:
            self.stack.push(_Marking(self, text, before, changes))

    # Called by the commands of the stack

    def put(self, changes: _Changes) -> None:
        """Set marks and tell who is concerned; decided once, by the commands of `stack`."""
        places = {} if self._results is None else self._results.places
        touched = set()
        for key, mark in changes.items():
            # A mark that was cleared is noted, too: it counts more than one of an earlier run.
            self._marks[key] = mark
            if (place := places.get(key)) is not None:
                touched.add(place[0])
        indices = np.array(sorted(touched), np.int64)
        for index in indices.tolist():
            self._settle(index)
        self.changed.emit(indices)
        self.kept.emit([MarkRow(*key, mark) for key, mark in changes.items()])

    def put_dismissed(self, group_id: str, *, dismissed: bool) -> None:
        """Note a dismissal and tell who is concerned; by the commands of `stack`."""
        assert self._results is not None
        if dismissed:
            self._dismissed.add(group_id)
        else:
            self._dismissed.discard(group_id)
        found = self._results.index_of_id.get(group_id)
        indices = np.array([] if found is None else [found], np.int64)
        for index in indices.tolist():
            self.states[index] = UNDECIDED
            self._settle(index)
        self.changed.emit(indices)
        self.dismissals_kept.emit([group_id], dismissed)


class _Marking(QUndoCommand):
    def __init__(self, marks: Marks, text: str, before: _Changes, after: _Changes) -> None:
        super().__init__(text)
        self._marks, self._before, self._after = marks, before, after

    def redo(self) -> None:
        self._marks.put(self._after)

    def undo(self) -> None:
        self._marks.put(self._before)


class _Dismissal(QUndoCommand):
    def __init__(self, marks: Marks, group_id: str, dismissed: bool) -> None:
        super().__init__(marks.tr("Not duplicates"))
        self._marks, self._group_id, self._dismissed = marks, group_id, dismissed

    def redo(self) -> None:
        self._marks.put_dismissed(self._group_id, dismissed=self._dismissed)

    def undo(self) -> None:
        self._marks.put_dismissed(self._group_id, dismissed=not self._dismissed)


def _proposed_removals(group: Group, lane: Lane | None) -> list[GroupMember]:
    return [
        member
        for member in group.members
        if not member.keep and not member.file.protected and lane in (None, lane_of(member))
    ]


def _proposed(group: Group) -> _Changes:
    gone = {mark_key(member) for member in _proposed_removals(group, None)}
    return {
        mark_key(member): Mark.REMOVE if mark_key(member) in gone else Mark.KEEP
        for member in group.members
    }


def _refusal(group: Group, wanted: _Changes) -> str:
    """Why marks cannot be set; empty when they can."""
    if any(member.evidence is Evidence.LOOK_ALIKE for member in group.members):
        return "look-alike"
    marks = [wanted[mark_key(member)] for member in group.members]
    if any(
        mark is Mark.REMOVE and member.file.protected
        for member, mark in zip(group.members, marks, strict=True)
    ):
        return "protected"
    if all(mark is Mark.REMOVE for mark in marks):
        return "last-copy"
    return ""
