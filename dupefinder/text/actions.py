"""Texts for actions on photos: before, on the button, afterwards, and when undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dupefinder.actions.records import (
    EXACT,
    ActionKind,
    Freed,
    JournalStep,
    Plan,
    Space,
    StepState,
)
from dupefinder.core.records import Evidence
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.translation import N_, _, plural

if TYPE_CHECKING:
    from dupefinder.actions.overview import Overview  # slow to load

_WAYS = {
    ActionKind.TRASH: N_("Trash"),
    ActionKind.SET_ASIDE: N_("Set aside"),
    ActionKind.MOVE: N_("Move to a folder"),
    ActionKind.COPY: N_("Copy to a folder"),
    ActionKind.HARD_LINK: N_("Hard links"),
    ActionKind.DELETE: N_("Delete for good"),
    ActionKind.SIDECAR: N_("Keep metadata"),
}

_WAY_SENTENCES = {
    ActionKind.TRASH: N_(
        "They can be brought back from the trash. Photos on a drive without a trash are set aside"
        " there."
    ),
    ActionKind.SET_ASIDE: N_(
        "They go to a set-aside folder on their own drive, with a list that you can read, and can"
        " be brought back at any time. Only you empty it."
    ),
    ActionKind.MOVE: N_(
        "They keep their folders below the one that you choose. History moves them back."
    ),
    ActionKind.COPY: N_("The photos stay where they are, too."),
    ActionKind.HARD_LINK: N_(
        "Each becomes a second name of the kept copy: both names are there, the bytes only once."
        " This needs photos with the same bytes; from then on a program that changes one changes"
        " the other."
    ),
    ActionKind.DELETE: N_("Nothing brings them back."),
    ActionKind.SIDECAR: N_(
        "Metadata that only the removed copies have is written next to the kept copy."
    ),
}

_WOULD = {
    ActionKind.TRASH: N_("Would go to the trash"),
    ActionKind.SET_ASIDE: N_("Would be set aside"),
    ActionKind.MOVE: N_("Would be moved"),
    ActionKind.COPY: N_("Would be copied"),
    ActionKind.HARD_LINK: N_("Would become hard links to the kept copies"),
    ActionKind.DELETE: N_("Would be deleted for good"),
    ActionKind.SIDECAR: N_("Would get metadata written next to them"),
}

_GOING_TITLES = {
    ActionKind.TRASH: N_("Goes to the trash"),
    ActionKind.SET_ASIDE: N_("Is set aside"),
    ActionKind.MOVE: N_("Is moved"),
    ActionKind.COPY: N_("Is copied"),
    ActionKind.HARD_LINK: N_("Becomes a hard link"),
    ActionKind.DELETE: N_("Is deleted for good"),
    ActionKind.SIDECAR: N_("Gets its metadata kept"),
}

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
        N_("It was done as you wanted."),
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


def way_text(kind: ActionKind) -> str:
    """The name of a kind of action, as a person chooses it."""
    return _(_WAYS[kind])


def way_sentence(kind: ActionKind) -> str:
    """Explain where the photos go, and how they come back."""
    return _(_WAY_SENTENCES[kind])


def goes_text(kind: ActionKind, files: int, what: str, size: str) -> str:
    """Announce what will happen to the files of a plan.

    Args:
        kind: The kind of action.
        files: How many files that is.
        what: What they are, such as "3 photos".
        size: Their size.
    """
    match kind:
        case ActionKind.TRASH:
            text = plural(
                "{what} · {size} goes to the trash",
                "{what} · {size} go to the trash",
                files,
                what=what,
                size=size,
            )
        case ActionKind.SET_ASIDE:
            text = plural(
                "{what} · {size} is set aside",
                "{what} · {size} are set aside",
                files,
                what=what,
                size=size,
            )
        case ActionKind.MOVE:
            text = plural(
                "{what} · {size} is moved to another folder",
                "{what} · {size} are moved to another folder",
                files,
                what=what,
                size=size,
            )
        case ActionKind.COPY:
            text = plural(
                "{what} · {size} is copied",
                "{what} · {size} are copied",
                files,
                what=what,
                size=size,
            )
        case ActionKind.HARD_LINK:
            text = plural(
                "{what} · {size} becomes a hard link",
                "{what} · {size} become hard links",
                files,
                what=what,
                size=size,
            )
        case ActionKind.DELETE:
            text = plural(
                "{what} · {size} is deleted for good",
                "{what} · {size} are deleted for good",
                files,
                what=what,
                size=size,
            )
        case ActionKind.SIDECAR:
            text = plural(
                "{what} · {size} gets its metadata written next to it",
                "{what} · {size} get their metadata written next to them",
                files,
                what=what,
                size=size,
            )
    return text


def going_title(kind: ActionKind) -> str:
    """The title above the photos of a plan."""
    return _(_GOING_TITLES[kind])


def would_text(plan: Plan) -> str:
    """Head of a dry run: "Would go to the trash"."""
    would = _(_WOULD[plan.kind])
    if plan.target is None:
        return would
    return _("{would} to {folder}").format(would=would, folder=path_text(plan.target))


def act_text(kind: ActionKind, photos: int) -> str:
    """The button that begins."""
    if not photos:
        return way_text(kind)
    match kind:
        case ActionKind.TRASH:
            return plural("Move {n} photo to the trash", "Move {n} photos to the trash", photos)
        case ActionKind.SET_ASIDE:
            return plural("Set {n} photo aside", "Set {n} photos aside", photos)
        case ActionKind.MOVE:
            return plural("Move {n} photo", "Move {n} photos", photos)
        case ActionKind.COPY:
            return plural("Copy {n} photo", "Copy {n} photos", photos)
        case ActionKind.HARD_LINK:
            return plural("Make {n} hard link", "Make {n} hard links", photos)
        case ActionKind.DELETE:
            return plural("Delete {n} file for good", "Delete {n} files for good", photos)
        case ActionKind.SIDECAR:
            return plural("Write {n} metadata file", "Write {n} metadata files", photos)


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


def space_sentences(space: Space, freed: Freed) -> Iterator[str]:
    """Yield sentences on the space that is freed, when, and what stays in use."""
    size = bytes_text(space.freed_bytes)
    match freed:
        case Freed.NEVER:
            yield _("No space is freed.")
            return
        case Freed.AT_ONCE:
            yield _("{size} can be freed.").format(size=size)
        case Freed.TRASH_EMPTIED:
            yield _("{size} can be freed by emptying the trash.").format(size=size)
        case Freed.QUARANTINE_EMPTIED:
            yield _("{size} can be freed by emptying the set-aside folder.").format(size=size)
    if space.linked_bytes:
        yield _("{size} stay in use: these files are hard-linked elsewhere.").format(
            size=bytes_text(space.linked_bytes)
        )
    if space.shared_bytes:
        yield _("{size} stay in use: clones or snapshots share these blocks.").format(
            size=bytes_text(space.shared_bytes)
        )
    if space.unknown_bytes:
        yield _("{size} may stay in use: this drive does not report clones and snapshots.").format(
            size=bytes_text(space.unknown_bytes)
        )


def overview_sentences(overview: Overview) -> Iterator[str]:
    """Yield sentences on what a plan comes to: space, and what may be kept after all."""
    yield from space_sentences(overview.space, overview.freed)
    # What a person chose is not held against anything.
    not_compared = {*EXACT, Evidence.CHOSEN}
    compared = sum(count for evidence, count in overview.evidence if evidence not in not_compared)
    if compared and overview.freed is not Freed.NEVER:
        yield plural(
            "{n} of them does not have the same pixels: it is compared once more before it goes, in"
            " a second way, and kept where that leaves a doubt.",
            "{n} of them do not have the same pixels: each is compared once more before it goes, in"
            " a second way, and kept where that leaves a doubt.",
            compared,
        )


def root_text() -> str:
    """The warning for an account that no permission protects from a mistake."""
    return _(
        "You are running as root: no permission protects any file, and the trash is that of root."
    )
