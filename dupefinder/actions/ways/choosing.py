"""Which way a kind of action goes, and which way a step of the journal went."""

from dupefinder.actions.records import ActionKind
from dupefinder.actions.trash import default_trash
from dupefinder.actions.ways.protocol import Way


def ways_for(kind: ActionKind) -> tuple[Way, ...]:
    """The ways to do something, the preferred one first; the next is for where it cannot go."""
    return (way_back(kind),)


def way_back(kind: ActionKind) -> Way:
    """The way by which a step was done, to settle it or to bring it back."""
    if kind is not ActionKind.TRASH:
        raise NotImplementedError(kind)
    return default_trash()
