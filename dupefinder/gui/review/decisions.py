"""Decisions on photos and groups, made or proposed: their words, colours, and rules for them.

At least one copy of every group stays; protected photos always do.
"""

import os
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtGui import QColor

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.core.difference_places import places_of
from dupefinder.core.records import Evidence, Group, GroupMember, ReasonCode
from dupefinder.gui.appearance.theme import colours
from dupefinder.gui.results import mark_key
from dupefinder.text import evidence
from dupefinder.text.counts import bits_text, groups_text, listed, photos_text
from dupefinder.text.evidence import evidence_text, places_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _, plural

NOT_EQUAL = (Evidence.EDITED, Evidence.ROTATED, Evidence.MIRRORED, Evidence.LOOK_ALIKE)
"""Evidence of photos that show something that others do not: nothing is proposed for them."""


class DecisionState(Enum):
    """The state of the decision on a photo."""

    KEEP = auto()
    REMOVE = auto()
    PROPOSED_KEEP = auto()
    PROPOSED_REMOVE = auto()
    CHECKING = auto()
    NOT_PROVEN = auto()
    DISMISSED = auto()
    MOVING = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a state.

    Attributes:
        word: Its name.
        sign: The word on the picture: small for a proposal, in capitals for a decision.
        icon: Icon of the set.
        colour: Colour of the sign and of the word.
    """

    word: str
    sign: str
    icon: str
    colour: QColor


def is_being_checked(member: GroupMember) -> bool:
    """True for a photo that was not compared in full size yet; nothing is proposed for it."""
    return member.reason.code is ReasonCode.BEING_CHECKED


def state_of(member: GroupMember, mark: Mark, *, proven: bool, dismissed: bool) -> DecisionState:
    """The state of the decision on a photo.

    Args:
        member: The photo.
        mark: The person's mark on it.
        proven: False for look-alikes.
        dismissed: True if the photos of the group were called not duplicates.
    """
    if dismissed:
        return DecisionState.DISMISSED
    if mark is Mark.KEEP:
        return DecisionState.KEEP
    if mark is Mark.REMOVE:
        return DecisionState.REMOVE
    if not proven:
        return DecisionState.NOT_PROVEN
    if is_being_checked(member):
        return DecisionState.CHECKING
    return DecisionState.PROPOSED_KEEP if member.keep else DecisionState.PROPOSED_REMOVE


def look_of(state: DecisionState) -> Look:
    """Return the look of a state in the present palette."""
    of = colours()
    return {
        DecisionState.KEEP: Look(_("KEEP"), _("KEEP"), "check", of.keep),
        DecisionState.REMOVE: Look(_("REMOVE"), _("REMOVE"), "cross", of.remove),
        DecisionState.PROPOSED_KEEP: Look(_("Proposed: keep"), _("keep"), "check", of.keep),
        DecisionState.PROPOSED_REMOVE: Look(_("Proposed: remove"), _("remove"), "cross", of.remove),
        DecisionState.CHECKING: Look(_("Checking…"), _("checking…"), "checking", of.quiet),
        DecisionState.NOT_PROVEN: Look(_("Not proven"), _("not proven"), "info", of.quiet),
        DecisionState.DISMISSED: Look(
            _("Not a duplicate"), _("not a duplicate"), "not-duplicates", of.quiet
        ),
        DecisionState.MOVING: Look(_("Being removed"), _("being removed…"), "checking", of.remove),
    }[state]


def why_text(member: GroupMember, state: DecisionState) -> str:
    """Give the reason for a photo's state."""
    if state is DecisionState.NOT_PROVEN:
        return _("only looks alike: nothing is proposed")
    if state is DecisionState.DISMISSED:
        return _("you said that these are different photos")
    if state is DecisionState.MOVING:
        return _("it is being removed now; until that is done nothing is decided here")
    if member.file.protected:
        return _("its folder is protected: it is always kept")
    if state is DecisionState.REMOVE and member.evidence in NOT_EQUAL:
        return _("you chose it: it is not equal to the kept photo")
    if (state is DecisionState.KEEP) != member.keep and state in (
        DecisionState.KEEP,
        DecisionState.REMOVE,
    ):
        return _("you decided otherwise than proposed")
    if state is DecisionState.CHECKING:
        return _("being compared in full size; nothing is proposed yet")
    places = places_of(member)
    if places and member.reason.code is ReasonCode.LOOKS_DIFFERENT:
        return _("kept: it {differs}").format(differs=places_text(places))
    return evidence.reason_text(member.reason)


def refusal_text(code: str) -> str:
    """Explain why a mark was not set.

    Args:
        code: The code from `Marks.refused`.
    """
    return {
        "last-copy": _("One copy has to be kept: keep another one first."),
        "protected": _("Its folder is protected: it is always kept."),
        "has-copies": _("One of the two has copies of its own: decide in their group first."),
        "relied-on": _(
            "Another photo is removed because you keep this one: decide on that one first."
        ),
        "provisional": _(
            "The scan is still running: only copies of same bytes can be decided on before its end."
            " N goes on."
        ),
        "moving": _("Photos of this group are being removed: decide when that is done."),
        "being-checked": _(
            "Still being compared in full size: nothing is proposed yet. N goes on."
        ),
        "nothing-proposed": _(
            "Nothing is proposed here: each of these shows something of its own."
            " A keeps all, K only this one, N goes on."
        ),
        "away": _("The copy that would stay is not there now: connect its drive. N goes on."),
        "exact": _("All of these match in every bit: there is no stricter match."),
        "look-alikes-alone": _("Nothing is proposed for look-alikes. A keeps all, N goes on."),
    }.get(code, _("That is not possible."))


_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, as it is reported.

    Attributes:
        text: Its outcome, such as "Kept IMG_0460, 3 to remove".
        group: The group; None for a decision on many groups.
        is_taken_back: True if it was taken back.
    """

    text: str
    group: Group | None = None
    is_taken_back: bool = False


def decided_text(group: Group, marks: Mapping[MarkKey, Mark]) -> str:
    """Report the decision on a group, such as "Kept IMG_0460, 3 to remove".

    Edited and turned copies and look-alikes that are removed with the others are named: they show
    something that no other photo does.

    Args:
        group: The group.
        marks: The mark of each of its photos.
    """
    given = [marks[mark_key(member)] for member in group.members]
    both = list(zip(group.members, given, strict=True))
    if not any(given):
        return _("{name}: undecided again").format(name=_name(group.members[0]))
    gone = [one for one, mark in both if mark is Mark.REMOVE]
    # A photo without a mark stays, unless its removal is proposed.
    is_open = [mark is Mark.NONE and not one.keep for one, mark in both]
    kept = [
        one
        for (one, mark), left in zip(both, is_open, strict=True)
        if mark is not Mark.REMOVE and not left
    ]
    if len(kept) == len(both):
        return plural("Kept {n} photo", "Kept all {n} photos", len(kept))
    text = _("Kept {name}").format(name=_name(kept[0])) if kept else ""
    if (others := len(kept) - 1) > 0:
        text = plural("{what} and {n} more", "{what} and {n} more", others, what=text)
    if gone:
        if text:
            text = plural("{what}, {n} to remove", "{what}, {n} to remove", len(gone), what=text)
        else:
            text = plural("{n} to remove", "{n} to remove", len(gone))
    if any(is_open):
        left = sum(is_open)
        text = plural("{what}, {n} undecided", "{what}, {n} undecided", left, what=text)
    alone = _without_equal(group, gone, kept)
    if not alone:
        return text
    named = [_with_evidence(one) for one in alone[:_MOST_NAMED]]
    if len(alone) > _MOST_NAMED:
        named.append(_("{n} more").format(n=number_text(len(alone) - _MOST_NAMED)))
    return _("{what}; no equal copy is kept of {copies}").format(what=text, copies=listed(named))


def _without_equal(
    group: Group, gone: Sequence[GroupMember], kept: Sequence[GroupMember]
) -> list[GroupMember]:
    """Photos to be removed without an equal one that is kept; of several equal ones the first."""
    staying = {equal_of(group, member).file.path for member in kept}
    alone = {equal_of(group, member).file.path: member for member in reversed(gone)}
    return [member for path, member in reversed(alone.items()) if path not in staying]


def _with_evidence(member: GroupMember) -> str:
    if member.evidence not in NOT_EQUAL:
        return _name(member)
    kind = evidence_text(member.evidence).lower()
    return _("{name} ({evidence})").format(name=_name(member), evidence=kind)


def dismissed_text(group: Group, *, dismissed: bool) -> str:
    """Report that the photos of a group were called not duplicates, or are duplicates after all."""
    name = _name(group.members[0])
    if dismissed:
        return _("{name}: not duplicates").format(name=name)
    return _("{name}: duplicates after all").format(name=name)


def split_text(member: GroupMember) -> str:
    """Report that a photo was called different from the rest of its group."""
    return _("{name}: taken out of its group").format(name=_name(member))


def tightened_text(group: Group, most_bits: int | None) -> str:
    """The bits in which the photos of a group may differ now; None for the usual ones."""
    name = _name(group.members[0])
    if most_bits is None:
        return _("{name}: matched as elsewhere again").format(name=name)
    return _("{name}: matched within {bits}").format(name=name, bits=bits_text(most_bits))


def selected_text(photos: int) -> str:
    """Report that proposals were accepted."""
    return _("{photos} marked as proposed").format(photos=photos_text(photos))


def many_text(what: str, groups: int, gone: int, left: int = 0) -> str:
    """Report that several groups were decided on.

    Args:
        what: The decision.
        groups: Number of groups.
        gone: Number of photos to be removed.
        left: Number of groups that are left open as a photo that would stay is away.
    """
    text = _("{what}: {groups}").format(what=what, groups=groups_text(groups))
    if gone:
        text = plural("{what}, {n} to remove", "{what}, {n} to remove", gone, what=text)
    return text if not left else _("{done}. {left}").format(done=text, left=left_text(left))


def left_text(groups: int) -> str:
    """Report groups that are left open as a photo that would stay is away."""
    return plural(
        "{n} group is left open: a copy that would stay is not there now.",
        "{n} groups are left open: a copy that would stay is not there now.",
        groups,
    )


def chosen_text(photos: int) -> str:
    """Report that rules marked some photos."""
    return _("{photos} marked by rules").format(photos=photos_text(photos))


def _name(member: GroupMember) -> str:
    return path_text(os.path.splitext(os.path.basename(member.file.path))[0])


def refusal(
    group: Group, wanted: Mapping[MarkKey, Mark], given: Callable[[MarkKey], Mark | None]
) -> str:
    """The code of the reason why marks cannot be set, see `Marks.refused`; empty if they can.

    Args:
        group: The group.
        wanted: A mark for each of its photos.
        given: For look-alikes: the mark of a photo that is also in a group of duplicates, where it
            is decided on; None for others.
    """
    if group.is_look_alike:
        of_others = {key: mark for key in wanted if (mark := given(key)) is not None}
        goes_here = {key for key in of_others if wanted[key] is Mark.REMOVE}
        if any(
            mark is Mark.NONE or (key in goes_here and mark is Mark.KEEP)
            for key, mark in of_others.items()
        ):
            return "has-copies"
        wanted = {**wanted, **of_others}
    marks = [wanted[mark_key(member)] for member in group.members]
    if any(
        mark is Mark.REMOVE and member.file.protected
        for member, mark in zip(group.members, marks, strict=True)
    ):
        return "protected"
    if all(mark is Mark.REMOVE for mark in marks):
        return "last-copy"
    return ""


def refusal_to_accept(
    group: Group, mark_of: Callable[[GroupMember], Mark], away: Container[str] = ()
) -> str:
    """The code of the reason why nothing can be accepted, see `Marks.accept`; empty if it can.

    Args:
        group: The group.
        mark_of: The mark of each photo.
        away: Paths of photos that are not there now: nothing is removed because of these.
    """
    undecided = [member for member in group.members if mark_of(member) is Mark.NONE]
    if any(map(is_being_checked, undecided)):
        return "being-checked"
    # A look-alike may have been marked in the group of its copies.
    is_decided = not undecided if group.is_look_alike else len(undecided) < len(group.members)
    going = [member for member in undecided if not member.keep]
    if any(member.against in away for member in going):
        return "away"
    if is_decided or going:
        return ""
    return "look-alikes-alone" if group.is_look_alike else "nothing-proposed"


def settled_copies(group: Group, mark_of: Callable[[GroupMember], Mark]) -> list[GroupMember]:
    """Undecided photos that can be removed during a scan: a copy of the same bytes stays.

    Args:
        group: The group.
        mark_of: The mark of each photo.
    """
    same = Evidence.SAME_BYTES
    staying = {
        one.digest
        for one in group.members
        if (one.keep or one.evidence is not same) and mark_of(one) is not Mark.REMOVE
    }
    return [
        one
        for one in group.members
        if one.evidence is same
        and not one.keep
        and one.digest in staying
        and mark_of(one) is Mark.NONE
    ]


def equal_of(group: Group, member: GroupMember) -> GroupMember:
    """The photo of a group that a copy is equal to, through several copies."""
    by_path = {one.file.path: one for one in group.members}
    seen: set[str] = set()
    while member.evidence is not None and member.evidence not in NOT_EQUAL:
        seen.add(member.file.path)
        if member.against not in by_path or member.against in seen:
            break
        member = by_path[member.against]
    return member


def staying_for(group: Group, member: GroupMember) -> tuple[list[GroupMember], list[GroupMember]]:
    """Photos that must be kept when one is removed whose removal is not proposed.

    Returns:
        The copy that it is compared with, and those that would have been removed because of it;
        without these, all that would have stayed beside it.
    """
    others = [one for one in group.members if one is not member]
    near = [
        one for one in others if one.file.path == member.against or equal_of(group, one) is member
    ]
    return near, [one for one in others if one.keep]


def is_exact(group: Group) -> bool:
    """True if all photos of a group have the same bytes."""
    return all(one.digest == group.members[0].digest for one in group.members)
