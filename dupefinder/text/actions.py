"""Texts for what was done to photos, and for undoing it."""

from collections.abc import Iterator

from dupefinder.actions import trash_brings_back
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    StepState,
)
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import N_, _, plural

_LOCATIONS = {
    ActionKind.TRASH: N_("in the trash"),
    ActionKind.SET_ASIDE: N_("set aside"),
    ActionKind.MOVE: N_("moved"),
    ActionKind.COPY: N_("copied"),
    ActionKind.HARD_LINK: N_("a hard link"),
    ActionKind.DELETE: N_("deleted for good"),
    ActionKind.SIDECAR: N_("written"),
}

_UNDOING = {
    ActionKind.TRASH: N_("brings back what was moved"),
    ActionKind.SET_ASIDE: N_("brings back what was set aside"),
    ActionKind.MOVE: N_("moves them back"),
    ActionKind.COPY: N_("removes the copies again"),
    ActionKind.HARD_LINK: N_("makes separate files again"),
    ActionKind.DELETE: N_("cannot bring them back"),
    ActionKind.SIDECAR: N_("removes them again"),
}

_STATES = {
    StepState.INTENDED: (
        N_("not settled yet"),
        N_("The action was interrupted at this file; its drive is not connected."),
    ),
    StepState.DONE: (
        N_("done"),
        N_("It was done as requested."),
    ),
    StepState.SKIPPED: (
        N_("left in its place"),
        N_("It was not touched."),
    ),
    StepState.UNDOING: (
        N_("not settled yet"),
        N_("Bringing back was interrupted at this file; its drive is not connected."),
    ),
    StepState.UNDONE: (
        N_("brought back"),
        N_("It is in its place again, with its bytes, name and times."),
    ),
    StepState.LOST: (
        N_("lost"),
        N_(
            "It is neither in its place nor where it was put: somebody moved it, or emptied the"
            " trash. The kept copy is named beside it here."
        ),
    ),
    StepState.UNKNOWN: (
        N_("not understood"),
        N_("The journal has an entry that this version does not understand."),
    ),
}


def did_text(kind: ActionKind, files: int) -> str:
    """Report a finished action: "3 files moved to the trash"."""
    match kind:
        case ActionKind.TRASH:
            return plural("{n} file moved to the trash", "{n} files moved to the trash", files)
        case ActionKind.SET_ASIDE:
            return plural("{n} file set aside", "{n} files set aside", files)
        case ActionKind.MOVE:
            return plural("{n} file moved", "{n} files moved", files)
        case ActionKind.COPY:
            return plural("{n} file copied", "{n} files copied", files)
        case ActionKind.HARD_LINK:
            return plural("{n} file made a hard link", "{n} files made hard links", files)
        case ActionKind.DELETE:
            return plural("{n} file deleted for good", "{n} files deleted for good", files)
        case ActionKind.SIDECAR:
            return plural("{n} metadata file written", "{n} metadata files written", files)


def stopped_text(kind: ActionKind, done: int, photos: int) -> str:
    """Report an action that was stopped: "37 of 120 photos were moved before it was stopped".

    Args:
        kind: The kind of action.
        done: Photos that it was done to.
        photos: Photos that it should have been done to.
    """
    of = {"done": number_text(done)}
    match kind:
        case ActionKind.TRASH:
            return plural(
                "{done} of {n} photo was moved to the trash before it was stopped.",
                "{done} of {n} photos were moved to the trash before it was stopped.",
                photos,
                **of,
            )
        case ActionKind.SET_ASIDE:
            return plural(
                "{done} of {n} photo was set aside before it was stopped.",
                "{done} of {n} photos were set aside before it was stopped.",
                photos,
                **of,
            )
        case ActionKind.MOVE:
            return plural(
                "{done} of {n} photo was moved before it was stopped.",
                "{done} of {n} photos were moved before it was stopped.",
                photos,
                **of,
            )
        case ActionKind.HARD_LINK:
            return plural(
                "{done} of {n} photo was made a hard link before it was stopped.",
                "{done} of {n} photos were made hard links before it was stopped.",
                photos,
                **of,
            )
        case ActionKind.DELETE:
            return plural(
                "{done} of {n} file was deleted for good before it was stopped.",
                "{done} of {n} files were deleted for good before it was stopped.",
                photos,
                **of,
            )
        case ActionKind.COPY | ActionKind.SIDECAR:
            return plural(
                "{done} of {n} file was written before it was stopped.",
                "{done} of {n} files were written before it was stopped.",
                photos,
                **of,
            )


def comes_back(outcome: Outcome) -> bool:
    """True where the program can bring back something of what an action removed."""
    return outcome.kind is not ActionKind.TRASH or trash_brings_back() or bool(outcome.set_aside)


def whereabouts_sentences(outcome: Outcome) -> Iterator[str]:
    """Yield sentences on where files were set aside, and on where undoing ends."""
    if outcome.set_aside:
        yield plural(
            "They are in {folders}. No space is freed until that folder is emptied, in History.",
            "They are in {folders}. No space is freed until these are emptied, in History.",
            len(outcome.set_aside),
            folders=", ".join(map(path_text, outcome.set_aside)),
        )
    if outcome.kind is ActionKind.TRASH and outcome.done and not trash_brings_back():
        yield _("Only the system's own trash brings back what is in it.")


def narrowed_text(copies: int) -> str:
    """Report that only the owner may read some copies, whose access lists could not be kept."""
    return plural(
        "Only its owner may read {n} copy, as its access list (ACL) cannot be kept there.",
        "Only their owner may read {n} copies, as their access lists (ACLs) cannot be kept there.",
        copies,
    )


def with_narrowed(did: str, copies: int) -> str:
    """Report a finished copy, and that only the owner may read some of the copies."""
    return _("{did}. {narrowed}").format(did=did, narrowed=narrowed_text(copies)) if copies else did


def undo_text(kind: ActionKind, files: int) -> str:
    """The button that undoes it."""
    match kind:
        case ActionKind.COPY:
            return plural("Remove {n} copy again", "Remove {n} copies again", files)
        case ActionKind.HARD_LINK:
            return plural("Make {n} file of its own", "Make {n} files of their own", files)
        case ActionKind.SIDECAR:
            return plural("Remove {n} metadata file", "Remove {n} metadata files", files)
        case _:
            return plural("Bring back {n} file", "Bring back {n} files", files)


def undone_text(kind: ActionKind, files: int) -> str:
    """Report an undo: "3 files brought back"."""
    if kind is ActionKind.COPY:
        return plural("{n} copy removed", "{n} copies removed", files)
    return plural("{n} file brought back", "{n} files brought back", files)


def undoing_text(kind: ActionKind) -> str:
    """Describe the command that undoes it: "brings back what was moved"."""
    return _(_UNDOING[kind])


def location_text(kind: ActionKind) -> str:
    """Name the place of a file after an action: "in the trash"."""
    return _(_LOCATIONS[kind])


def state_text(state: StepState) -> str:
    """Name the state of a file after an action, without its place."""
    return _(_STATES[state][0])


def state_sentence(state: StepState) -> str:
    """Explain the state of a file after an action in a sentence."""
    return _(_STATES[state][1])


def step_text(step: JournalStep) -> str:
    """Name the place of a file, or its state where it has none."""
    return location_text(step.kind) if step.state is StepState.DONE else state_text(step.state)
