"""The columns of a plan in words, for eyes, pointers and ears."""

import os
from collections.abc import Sequence
from enum import IntEnum

from dupefinder.actions.records import ActionKind, PlanWarning, Step, WarningCode, going_along
from dupefinder.gui.row_painting import Cell
from dupefinder.text.evidence import evidence_sentence, evidence_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.plans import going_title, warning_text
from dupefinder.text.translation import _, plural

_OF_A_PHOTO = (WarningCode.SURVIVOR_LACKS, WarningCode.VICTIM_HAS_EXTRAS)


_GRAVEST = (
    WarningCode.SURVIVOR_LACKS,
    WarningCode.VICTIM_HAS_EXTRAS,
    WarningCode.FOLDER_EMPTIED,
    WarningCode.SURVIVOR_REMOVABLE,
    WarningCode.SURVIVOR_NETWORK,
    WarningCode.ALBUM_SCATTERED,
)
"""The order of warnings: what would be lost stands before what would only be elsewhere."""


def gravest_first(warnings: Sequence[PlanWarning]) -> list[PlanWarning]:
    """Order warnings by what may be lost; those of one kind keep their order."""
    return sorted(warnings, key=lambda one: _GRAVEST.index(one.code))


class PlanColumn(IntEnum):
    """The columns."""

    TAKEN = 0
    VICTIM = 1
    SIZE = 2
    EVIDENCE = 3
    SURVIVOR = 4


def place_cell(path: str, drive: str = "", *, faded: bool = False) -> Cell:
    """A photo: thumbnail, name, folder, and the drive before it."""
    folder, name = os.path.split(path)
    before = _("{drive} · ").format(drive=drive) if drive else ""
    return Cell(
        path_text(name),
        path_text(folder or os.sep),
        before=before,
        is_place=True,
        picture_of=path,
        path=path,
        faded=faded,
    )


def title(column: PlanColumn, kind: ActionKind = ActionKind.TRASH) -> str:
    """The title of a column.

    Args:
        column: The column.
        kind: What is done to the photos.
    """
    return {
        PlanColumn.TAKEN: "",
        PlanColumn.VICTIM: going_title(kind),
        PlanColumn.SIZE: _("Size"),
        PlanColumn.EVIDENCE: _("Evidence"),
        PlanColumn.SURVIVOR: _("The kept copy"),
    }[column]


def along_text(step: Step, kind: ActionKind) -> str:
    """Number of files that go along, in words; empty for none."""
    number = len(going_along(step, kind))
    return plural("+ {n} file", "+ {n} files", number) if number else ""


def hint(step: Step, column: PlanColumn, kind: ActionKind) -> str:
    """The tooltip of a cell."""
    match column:
        case PlanColumn.VICTIM:
            return path_text(step.victim.path)
        case PlanColumn.SURVIVOR:
            return path_text(step.survivor.path)
        case PlanColumn.EVIDENCE:
            return evidence_sentence(step.evidence)
        case _:
            if not (paths := going_along(step, kind)):
                return ""
            along = map(path_text, paths)
            return "\n".join((_("Files that belong to it go with it:"), *along))


def spoken(step: Step, column: PlanColumn) -> str:
    """Words of a screen reader for a cell."""
    match column:
        case PlanColumn.VICTIM:
            return _("Goes: {path}").format(path=path_text(step.victim.path))
        case PlanColumn.SURVIVOR:
            return _("Kept: {path}").format(path=path_text(step.survivor.path))
        case PlanColumn.EVIDENCE:
            return evidence_text(step.evidence)
        case _:
            return bytes_text(step.victim.size_bytes)


def warning_cell(warning: PlanWarning) -> Cell:
    """The warning, and what it is about."""
    about = warning.path
    if warning.code is WarningCode.SURVIVOR_REMOVABLE and warning.names:
        about = _("{label} · {path}").format(label=warning.names[0], path=about)
    return Cell(
        warning_text(warning),
        path_text(about),
        picture_of=warning.path if warning.code in _OF_A_PHOTO else "",
        path=warning.path if warning.code in _OF_A_PHOTO else "",
        sign="warning",
        tone="warning",
    )
