"""The columns of a plan in words, for eyes, pointers and ears."""

import os
from enum import IntEnum

from dupefinder.actions.records import ActionKind, Step
from dupefinder.gui.two_lines import Cell
from dupefinder.gui.words import (
    bytes_text,
    counted,
    evidence_sentence,
    evidence_text,
    path_text,
    tr,
)


class Column(IntEnum):
    """The columns."""

    TAKEN = 0
    VICTIM = 1
    SIZE = 2
    EVIDENCE = 3
    SURVIVOR = 4


def place_cell(path: str, drive: str = "", *, faded: bool = False) -> Cell:
    """A photo: thumbnail, name, folder, and the drive before it."""
    folder, _, name = path.rpartition(os.sep)
    before = tr("{drive} · ").format(drive=drive) if drive else ""
    return Cell(
        path_text(name),
        path_text(folder or os.sep),
        before=before,
        is_place=True,
        picture_of=path,
        faded=faded,
    )


def title(column: Column, kind: ActionKind = ActionKind.TRASH) -> str:
    """The title of a column.

    Args:
        column: The column.
        kind: What is done to the photos.
    """
    return {
        Column.TAKEN: "",
        Column.VICTIM: _going_title(kind),
        Column.SIZE: tr("Size"),
        Column.EVIDENCE: tr("Evidence"),
        Column.SURVIVOR: tr("The copy that stays"),
    }[column]


def _going_title(kind: ActionKind) -> str:
    return {
        ActionKind.TRASH: tr("Goes to the trash"),
        ActionKind.SET_ASIDE: tr("Is set aside"),
        ActionKind.MOVE: tr("Is moved"),
        ActionKind.COPY: tr("Is copied"),
        ActionKind.HARD_LINK: tr("Becomes a hard link"),
        ActionKind.DELETE: tr("Is deleted for good"),
        ActionKind.SIDECAR: tr("Metadata are kept of"),
    }[kind]


def along_text(step: Step) -> str:
    """How many files go along; empty for none."""
    number = len(step.companions)
    return counted(number, tr("+ {n} file"), tr("+ {n} files")) if number else ""


def hint(step: Step, column: Column) -> str:
    """The tooltip of a cell."""
    match column:
        case Column.VICTIM:
            return path_text(step.victim.path)
        case Column.SURVIVOR:
            return path_text(step.survivor.path)
        case Column.EVIDENCE:
            return evidence_sentence(step.evidence)
        case _:
            if not step.companions:
                return ""
            along = map(path_text, step.companions)
            return "\n".join((tr("Files that belong to it go along:"), *along))


def spoken(step: Step, column: Column) -> str:
    """What a screen reader says of a cell."""
    match column:
        case Column.VICTIM:
            return tr("Goes: {path}").format(path=path_text(step.victim.path))
        case Column.SURVIVOR:
            return tr("Stays: {path}").format(path=path_text(step.survivor.path))
        case Column.EVIDENCE:
            return evidence_text(step.evidence)
        case _:
            return bytes_text(step.victim.size_bytes)
