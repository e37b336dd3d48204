"""Texts for what will happen to photos: ways to act, plans and their warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dupefinder.actions import trash_brings_back
from dupefinder.actions.records import (
    EXACT,
    ActionKind,
    Freed,
    Plan,
    PlanWarning,
    Space,
    WarningCode,
)
from dupefinder.core.records import Evidence
from dupefinder.text.evidence import metadata_texts
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.translation import N_, NP_, _, plural

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
        " be brought back at any time. Only you empty it; no space is freed before."
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


_DRY_RUN_HEADS = {
    ActionKind.TRASH: N_("Would go to the trash"),
    ActionKind.SET_ASIDE: N_("Would be set aside"),
    ActionKind.MOVE: N_("Would be moved"),
    ActionKind.COPY: N_("Would be copied"),
    ActionKind.HARD_LINK: N_("Would become hard links to the kept copies"),
    ActionKind.DELETE: N_("Would be deleted for good"),
    ActionKind.SIDECAR: N_("Would get metadata written next to them"),
}


_GOES = {
    ActionKind.TRASH: NP_(
        "{what} · {size} goes to the trash",
        "{what} · {size} go to the trash",
    ),
    ActionKind.SET_ASIDE: NP_(
        "{what} · {size} is set aside",
        "{what} · {size} are set aside",
    ),
    ActionKind.MOVE: NP_(
        "{what} · {size} is moved to another folder",
        "{what} · {size} are moved to another folder",
    ),
    ActionKind.COPY: NP_(
        "{what} · {size} is copied",
        "{what} · {size} are copied",
    ),
    ActionKind.HARD_LINK: NP_(
        "{what} · {size} becomes a hard link",
        "{what} · {size} become hard links",
    ),
    ActionKind.DELETE: NP_(
        "{what} · {size} is deleted for good",
        "{what} · {size} are deleted for good",
    ),
    ActionKind.SIDECAR: NP_(
        "{what} · {size} gets its metadata written next to it",
        "{what} · {size} get their metadata written next to them",
    ),
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


def way_text(kind: ActionKind) -> str:
    """The name of a kind of action, as a person chooses it."""
    return _(_WAYS[kind])


def way_sentence(kind: ActionKind) -> str:
    """Explain where the photos go, and how they come back."""
    if kind is ActionKind.TRASH and not trash_brings_back():
        return _(
            "They go to the system's trash, and Undo ends there: only the trash itself brings them"
            " back. Photos on a drive without a trash are set aside there."
        )
    return _(_WAY_SENTENCES[kind])


def goes_text(kind: ActionKind, files: int, what: str, size: str) -> str:
    """Announce what will happen to the files of a plan.

    Args:
        kind: The kind of action.
        files: Number of files.
        what: Their number and kind, such as "3 photos".
        size: Their size.
    """
    return plural(*_GOES[kind], files, what=what, size=size)


def going_title(kind: ActionKind) -> str:
    """The title above the photos of a plan."""
    return _(_GOING_TITLES[kind])


def would_text(plan: Plan) -> str:
    """Head of a dry run: "Would go to the trash"."""
    would = _(_DRY_RUN_HEADS[plan.kind])
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
    # Photos that a person chose by hand are compared with nothing.
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


def warning_text(warning: PlanWarning) -> str:
    """The warning, to stand beside the path that it is about."""
    named = metadata_texts(warning.names)
    match warning.code:
        case WarningCode.FOLDER_EMPTIED:
            return plural(
                "No photo is left in this folder: {n} goes",
                "No photo is left in this folder: {n} go",
                warning.count,
            )
        case WarningCode.ALBUM_SCATTERED:
            return _("{n} of {total} photos are left in this album").format(
                n=number_text(warning.count), total=number_text(warning.total)
            )
        case WarningCode.SURVIVOR_REMOVABLE:
            return plural(
                "{n} kept copy is on a drive that can be unplugged",
                "{n} kept copies are on a drive that can be unplugged",
                warning.count,
            )
        case WarningCode.SURVIVOR_NETWORK:
            return plural(
                "{n} kept copy is on the network",
                "{n} kept copies are on the network",
                warning.count,
            )
        case WarningCode.SURVIVOR_LACKS:
            return _("The kept copy lacks {named}").format(named=named)
        case WarningCode.VICTIM_HAS_EXTRAS:
            return _("It has {named} the kept copy lacks").format(named=named)


def root_text() -> str:
    """The warning for an account that no permission protects from a mistake."""
    return _(
        "You are running as root: no permission protects any file, and the trash is that of root."
    )
