"""The person's decisions on photos: made, taken back and made again.

At least one copy of every group always stays, and a protected photo is never marked for removal.
While a scan runs, only groups of the same bytes are decided on: these are copies whatever the scan
still finds. Groups on which an action works are left alone.
"""

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.core.decisions.separated import split_off
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.results import MatchKind, Results, mark_key
from dupefinder.gui.review.away_photos import AwayPhotos
from dupefinder.gui.review.decisions import (
    Decision,
    chosen_text,
    decided_text,
    dismissed_text,
    equal_of,
    is_exact,
    many_text,
    refusal,
    refusal_to_accept,
    selected_text,
    settled_copies,
    split_text,
    staying_for,
)
from dupefinder.gui.review.mark_commands import (
    Changes,
    Dismissal,
    Marking,
    MarkingMany,
    Separations,
    Split,
    Strictness,
    dismiss_many,
)
from dupefinder.gui.review.mark_table import DISMISSED, MOVING, UNDECIDED, Proposal
from dupefinder.gui.review.shown_marks import ShownMarks
from dupefinder.text.translation import _


class Marks(ShownMarks):
    """Decisions on one group and on many.

    Attributes:
        strictness: Groups that are matched more strictly.
        away: Photos that are not there now, as on a drive that is not connected.

    Signals:
        refused: The code of the reason why a mark was not set: "last-copy", "protected",
            "has-copies", "relied-on", "provisional", "moving"; or why nothing was accepted, see
            `accept`.
        decided: The `Decision` that was made, made again, or taken back.
    """

    refused = Signal(str)
    decided = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.strictness = Strictness(self)
        self.away = AwayPhotos()

    # One group

    def toggle(self, group: Group, member: GroupMember) -> bool:
        """Change a photo between keep and remove, see `set_mark`.

        Returns:
            False when it was refused, see `refused`.
        """
        going = self.mark_of(member) is not Mark.REMOVE
        return self.set_mark(group, member, Mark.REMOVE if going else Mark.KEEP)

    def set_mark(self, group: Group, member: GroupMember, mark: Mark) -> bool:
        """Mark one photo, and no other except those that must stay for it.

        If a photo is removed without a proposal, and nothing is kept beside it yet, the photo that
        it is compared with is kept, or those that would have been removed because of it.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {mark_key(other): self.mark_of(other) for other in group.members}
        wanted[mark_key(member)] = mark
        if mark is Mark.REMOVE and member.keep:
            for some in staying_for(group, member):
                if Mark.KEEP in wanted.values():
                    break
                wanted |= {key: Mark.KEEP for one in some if not wanted[key := mark_key(one)]}
        return self._decide(_("Mark a photo"), group, wanted)

    def proposes(self, group: Group) -> bool:
        """True if a group has a proposal that can be accepted now."""
        if self._marked is None or self.is_dismissed(group) or self.is_moving(group):
            return False
        if self._is_open(group):
            return bool(settled_copies(group, self.mark_of))
        if refusal_to_accept(group, self.mark_of, self.away):
            return False
        return any(not one.keep and self.mark_of(one) is Mark.NONE for one in group.members)

    def _is_open(self, group: Group) -> bool:
        """True if a scan or a comparison in full size may still change the proposals."""
        assert self._marked is not None
        is_checked = refusal_to_accept(group, self.mark_of) == "being-checked"
        return is_checked or (self._marked.results.provisional and not is_exact(group))

    def accept(self, group: Group) -> bool:
        """Accept the proposals of a group and keep the rest; earlier marks stay.

        While a scan runs, and while copies are being compared in full size, only those of the same
        bytes are marked and the rest stays undecided: a better copy to keep may still be found.

        Returns:
            False when it was refused, see `refused`: "nothing-proposed", "look-alikes-alone",
            "being-checked", "away" beside the codes for marks. True, too, if everything was decided
            before.
        """
        if self.is_dismissed(group):
            return True
        copies = settled_copies(group, self.mark_of)
        if self.refuse_now(group, while_scanning=is_exact(group) or bool(copies)):
            return False
        if copies and self._is_open(group):
            wanted = {mark_key(one): self.mark_of(one) for one in group.members}
            wanted |= {mark_key(one): Mark.REMOVE for one in copies}
            return self._mark(_("Accept the proposal"), group, wanted)
        if why := refusal_to_accept(group, self.mark_of, self.away):
            self.refused.emit(why)
            return False
        wanted = {
            mark_key(one): self.mark_of(one) or (Mark.KEEP if one.keep else Mark.REMOVE)
            for one in group.members
        }
        return self._decide(_("Accept the proposal"), group, wanted)

    def accept_with(self, group: Group, member: GroupMember) -> bool:
        """Accept the proposals of a group, but keep one photo instead of its equal.

        The photo that would stay instead is removed, unless it is protected. Earlier marks of the
        group are ignored.

        Returns:
            False when it was refused, see `refused` and `accept`.
        """
        if self.refuse_now(group, while_scanning=is_exact(group)):
            return False
        equal = equal_of(group, member)
        why = refusal_to_accept(group, lambda _: Mark.NONE)
        if why == "being-checked" or (why and equal is member):
            self.refused.emit(why)
            return False
        wanted = {mark_key(one): Mark.KEEP if one.keep else Mark.REMOVE for one in group.members}
        if not equal.file.protected:
            wanted[mark_key(equal)] = Mark.REMOVE
        wanted[mark_key(member)] = Mark.KEEP
        return self._decide(_("Keep this one instead"), group, wanted)

    def keep_only(self, group: Group, member: GroupMember) -> bool:
        """Keep one photo and those that are protected, remove the others.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {
            mark_key(other): Mark.KEEP if other is member or other.file.protected else Mark.REMOVE
            for other in group.members
        }
        return self._decide(_("Keep only one"), group, wanted)

    def keep_all(self, group: Group) -> bool:
        """Keep every photo of a group.

        Returns:
            False when it was refused, see `refused`.
        """
        wanted = {mark_key(member): Mark.KEEP for member in group.members}
        return self._decide(_("Keep all"), group, wanted)

    def clear(self, group: Group) -> None:
        """Make a group undecided again."""
        if self.refuse_now(group, while_scanning=is_exact(group)):
            return
        wanted = {mark_key(member): Mark.NONE for member in group.members}
        told = Decision(decided_text(group, wanted), group)
        self._push(_("Clear the marks"), self._own(group, wanted), told)

    def dismiss(self, group: Group, *, dismissed: bool = True) -> bool:
        """Call the photos of a group not duplicates, or duplicates after all.

        Returns:
            False when it was refused, see `refused`.
        """
        if self.refuse_now(group):
            return False
        told = Decision(dismissed_text(group, dismissed=dismissed), group)
        self.stack.beginMacro(_("Not duplicates"))
        # The first command of a macro is the last one taken back.
        separations = Separations([group], [0], [group.group_id])
        self.stack.push(Dismissal(self, separations, dismissed, told))
        if dismissed:
            # A hidden mark must not become valid again in another group.
            cleared = {mark_key(one): Mark.NONE for one in group.members}
            self._push(_("Clear the marks"), self._own(group, cleared))
        self.stack.endMacro()
        return True

    def split(self, group: Group, member: GroupMember) -> bool:
        """Call a photo different from the rest of its group.

        Returns:
            False when it was refused, see `refused`.
        """
        separation = split_off(member, group.members, time.time_ns())
        if separation is None or len(group.members) == 2:
            return self.dismiss(group)
        if self.refuse_now(group):
            return False
        told = Decision(split_text(member), group)
        self.stack.beginMacro(_("Does not belong"))
        self.stack.push(Split(self, separation, told))
        # Earlier decisions on it beside the others no longer apply, nor do removals for its sake.
        alone = {one.file.path for one in group.members if one.digest == member.digest}
        cleared = {
            mark_key(one): Mark.NONE
            for one in group.members
            if one.file.path in alone or (one.against in alone and self.mark_of(one) is Mark.REMOVE)
        }
        self._push(_("Clear the marks"), cleared)
        self.stack.endMacro()
        return True

    # Many groups

    def open_part(self, proposal: Proposal) -> Proposal:
        """The part of a proposal that is still proposed and undecided in the results on show.

        Groups are left out in which a photo that would stay is not there now.
        """
        assert self._marked is not None
        without_keeper = self.away.groups_without_keeper(self._marked.results)
        return self._marked.open_part(proposal, ~without_keeper)

    def accept_proposal(self, proposal: Proposal) -> None:
        """Mark proposed photos, except those that were decided or changed since."""
        if not self.refuse_now():
            places = self.open_part(proposal).places
            marks = np.full(len(places), Mark.REMOVE, np.uint8)
            told = Decision(selected_text(len(places)))
            self._mark_many(_("Accept proposals"), places, marks, told)

    def accept_groups(self, groups: NDArray[np.int64]) -> None:
        """Accept the proposals of undecided groups, and keep their other photos.

        Args:
            groups: int64, indices of groups in the results.
        """
        if (chosen := self._open_to_decisions(groups)) is None:
            return
        assert self._marked is not None
        results, given = self._marked.results, self._marked.given
        members = results.members
        chosen &= self.states == UNDECIDED
        chosen &= results.groups_with(members.proposed) & ~results.groups_with(members.checking)
        marks = np.where(members.proposed, Mark.REMOVE, Mark.KEEP).astype(np.uint8)
        marks = np.where(given == Mark.NONE, marks, given)
        # Together with earlier marks by hand, no copy might stay.
        chosen &= results.groups_with(marks == Mark.KEEP)
        without_keeper = chosen & self.away.groups_without_keeper(results)
        chosen &= ~without_keeper
        if without_keeper.any() and not chosen.any():
            self.refused.emit("away")
            return
        left = int(np.count_nonzero(without_keeper))
        self._decide_many(_("Accept proposals"), chosen, marks, left)

    def keep_groups(self, groups: NDArray[np.int64]) -> None:
        """Keep every photo of groups, given by their indices."""
        self._give_many(_("Keep all"), groups, Mark.KEEP)

    def clear_groups(self, groups: NDArray[np.int64]) -> None:
        """Make groups undecided again, given by their indices."""
        self._give_many(_("Clear the marks"), groups, Mark.NONE)

    def dismiss_groups(self, groups: NDArray[np.int64]) -> None:
        """Call the photos of groups, given by their indices, not duplicates."""
        if self.refuse_now():
            return
        assert self._marked is not None
        groups = groups[~np.isin(self.states[groups], (DISMISSED, MOVING))]
        if len(groups) == 1:
            self.dismiss(self._marked.results.groups[int(groups[0])])
        elif len(groups):
            dismiss_many(self, self._marked, groups)

    def _give_many(self, text: str, groups: NDArray[np.int64], mark: Mark) -> None:
        if (chosen := self._open_to_decisions(groups)) is None:
            return
        assert self._marked is not None
        results = self._marked.results
        chosen &= results.match_kinds != MatchKind.LOOK_ALIKE
        self._decide_many(text, chosen, np.full(len(results.members.group), mark, np.uint8))

    def _open_to_decisions(self, groups: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """The groups among some that can be decided on now: bool (n,); None if none can."""
        if self._marked is None:
            return None
        results = self._marked.results
        chosen = np.zeros(len(results.groups), np.bool_)
        chosen[groups] = True
        if results.provisional:
            chosen &= results.match_kinds == MatchKind.SAME_BYTES
            if not chosen.any():
                self.refused.emit("provisional")
                return None
        chosen &= self.states != MOVING
        return chosen

    def _decide_many(
        self, text: str, chosen: NDArray[np.bool_], marks: NDArray[np.uint8], left: int = 0
    ) -> None:
        """Mark all photos of some groups.

        Args:
            text: The text of the command.
            chosen: bool (n,), the groups.
            marks: uint8 (m,), a mark for each photo of the results.
            left: Number of groups that are left open as a photo that would stay is away.
        """
        assert self._marked is not None
        members = self._marked.results.members
        places = np.flatnonzero(chosen[members.group])
        gone = int(np.count_nonzero(marks[places] == Mark.REMOVE))
        told = Decision(many_text(text, int(np.count_nonzero(chosen)), gone, left))
        self._mark_many(text, places, marks[places], told)

    def choose(self, results: Results, places: NDArray[np.int64], marks: NDArray[np.uint8]) -> None:
        """Mark the choice of rules; without effect if other results are on show by now.

        Args:
            results: The results that the rules were applied to.
            places: int64 (p,), all photos of the groups that are decided, in their columns.
            marks: uint8 (p,), a mark for each.
        """
        if self.refuse_now() or self._marked is None or results is not self._marked.results:
            return
        told = Decision(chosen_text(int(np.count_nonzero(marks == Mark.REMOVE))))
        self._mark_many(_("Choose by rules"), places, marks, told)

    def _mark_many(
        self, text: str, places: NDArray[np.int64], marks: NDArray[np.uint8], told: Decision
    ) -> None:
        """Mark photos of the results, given by their places in its columns."""
        if len(places) and self._marked is not None:
            before = self.placed(places, self._marked.made_at(places))
            after = self.placed(places, marks)
            self.stack.push(MarkingMany(self, text, before, after, told))

    # Making a decision

    def refuse_now(self, group: Group | None = None, *, while_scanning: bool = False) -> bool:
        """Refuse decisions on groups that are not settled, or on which an action works.

        Args:
            group: The group to decide on; None for many groups.
            while_scanning: True if the end of the scan cannot affect the decision.

        Returns:
            False if a decision is allowed.
        """
        if self._marked is None or (self._marked.results.provisional and not while_scanning):
            self.refused.emit("provisional")
            return True
        if group is not None and self.is_moving(group):
            self.refused.emit("moving")
            return True
        return False

    def _decide(self, text: str, group: Group, wanted: Changes) -> bool:
        if self.refuse_now(group, while_scanning=is_exact(group)):
            return False
        return self._mark(text, group, wanted)

    def _mark(self, text: str, group: Group, wanted: Changes) -> bool:
        if why := refusal(group, wanted, self._given_in_group) or self._stranding(wanted):
            self.refused.emit(why)
            return False
        told = Decision(decided_text(group, wanted), group)
        self._push(text, self._own(group, wanted), told)
        return True

    def _given_in_group(self, key: MarkKey) -> Mark | None:
        """The mark of a photo that is in a group of duplicates; None for others."""
        assert self._marked is not None
        return self._marked.mark_of(key) if self._marked.is_confirmed(key) else None

    def _stranding(self, wanted: Changes) -> str:
        assert self._marked is not None
        return "relied-on" if self._marked.strands(wanted) else ""

    def _own(self, group: Group, wanted: Changes) -> Changes:
        """The marks on a group that are decided in it; look-alikes belong to their own group."""
        if not group.is_look_alike:
            return wanted
        return {key: mark for key, mark in wanted.items() if self._given_in_group(key) is None}

    def _push(self, text: str, changes: Changes, told: Decision | None = None) -> None:
        before = self.marks_of(changes)
        if before != changes:
            self.stack.push(Marking(self, text, before, changes, told))
