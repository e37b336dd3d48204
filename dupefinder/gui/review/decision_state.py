"""Fates of a photo, decided or only proposed: their words, colours and evidence."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtGui import QColor

from dupefinder.core.difference_places import places_of
from dupefinder.core.marks import Mark
from dupefinder.core.records import Evidence, GroupMember, ReasonCode
from dupefinder.gui.theme import colours
from dupefinder.text import evidence
from dupefinder.text.evidence import places_text
from dupefinder.text.translation import _

NOT_EQUAL = (Evidence.EDITED, Evidence.ROTATED, Evidence.MIRRORED, Evidence.LOOK_ALIKE)
"""Evidence of photos that show something of their own: nothing is proposed for them."""


class DecisionState(Enum):
    """The fate of a photo."""

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
    """The look of a fate.

    Attributes:
        word: Its name.
        sign: The word on the picture; a proposal is written small, a decision large.
        icon: Icon of the set.
        colour: Its colour, that of the sign and of the word.
    """

    word: str
    sign: str
    icon: str
    colour: QColor


def is_being_checked(member: GroupMember) -> bool:
    """True for a photo that is not compared in full size yet; nothing is proposed for it."""
    return member.reason.code is ReasonCode.BEING_CHECKED


def fate_of(member: GroupMember, mark: Mark, *, proven: bool, dismissed: bool) -> DecisionState:
    """Tell what becomes of a photo.

    Args:
        member: The photo.
        mark: The person's mark on it.
        proven: False for look-alikes.
        dismissed: True when the group was said to be no duplicates.
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


def look_of(fate: DecisionState) -> Look:
    """Return the look of a fate in the present palette."""
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
    }[fate]


def why_text(member: GroupMember, fate: DecisionState) -> str:
    """Give the reason for a photo's fate."""
    if fate is DecisionState.NOT_PROVEN:
        return _("only looks alike: nothing is proposed")
    if fate is DecisionState.DISMISSED:
        return _("you said that these are different photos")
    if fate is DecisionState.MOVING:
        return _("it is being removed now; until that is done nothing is decided here")
    if member.file.protected:
        return _("its folder is protected: it is always kept")
    if fate is DecisionState.REMOVE and member.evidence in NOT_EQUAL:
        return _("you chose it: it is no equal of the kept photo")
    if (fate is DecisionState.KEEP) != member.keep and fate in (
        DecisionState.KEEP,
        DecisionState.REMOVE,
    ):
        return _("you decided otherwise than proposed")
    if fate is DecisionState.CHECKING:
        return _("being compared in full size; nothing is proposed yet")
    places = places_of(member)
    if places and member.reason.code is ReasonCode.LOOKS_DIFFERENT:
        return _("kept: it {differs}").format(differs=places_text(places))
    return evidence.reason_text(member.reason)


def refusal_text(code: str) -> str:
    """Explain why a mark was not set.

    Args:
        code: As `Marks.refused` brings it.
    """
    return {
        "last-copy": _("One copy has to be kept: keep another one first."),
        "protected": _("Its folder is protected: it is always kept."),
        "has-copies": _("One of the two has copies of its own: decide in their group first."),
        "relied-on": _("Another photo goes because you keep this one: decide on that one first."),
        "provisional": _(
            "The scan is still running: only groups of same bytes can be decided on before its end."
        ),
        "moving": _("Photos of this group are being removed: decide when that is done."),
        "being-checked": _(
            "Still being compared in full size: nothing is proposed yet. N goes on."
        ),
        "nothing-proposed": _(
            "Nothing is proposed here: each of these shows something of its own."
            " A keeps all, K only this one, N goes on."
        ),
        "exact": _("All of these match in every bit: there is no stricter match."),
        "look-alikes-alone": _("Nothing is proposed for look-alikes. A keeps all, N goes on."),
    }.get(code, _("That is not possible."))
