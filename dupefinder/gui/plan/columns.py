"""The columns of a plan as NumPy arrays, with the steps taken out, totals, and texts."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dupefinder.actions.records import (
    FOR_CHOSEN,
    ActionKind,
    Plan,
    PlanWarning,
    Step,
    WarningCode,
    going_along,
)
from dupefinder.core.records import Evidence
from dupefinder.gui.widgets.row_painting import Cell
from dupefinder.text.evidence import evidence_sentence, evidence_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.plans import going_title, warning_text
from dupefinder.text.translation import _, plural

_EVIDENCES = tuple(Evidence)
"""All evidence, the strongest first."""
_RANK = {evidence: rank for rank, evidence in enumerate(_EVIDENCES)}


@dataclass(frozen=True, slots=True)
class PlanTally:
    """The number and size of what goes.

    Attributes:
        photos: Number of photos.
        files: Number of companions that go along.
        size_bytes: Bytes of the photos.
    """

    photos: int
    files: int
    size_bytes: int


class PlanColumns:
    """Columns of n = number of steps.

    Attributes:
        plan: The plan.
        taken: bool (n,), False for steps that a person took out.
        possible: bool (n,), False for steps that cannot go the way that was chosen.
        sizes: int64 (n,), bytes of each photo that goes.
        ranks: int64 (n,), 0 for the strongest evidence.
        pairs: The folders that photos go from, with those of the kept copies.
        pair_of: int64 (n,), index in `pairs`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        steps = plan.steps
        count = len(steps)
        self.taken: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.possible: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.sizes = np.fromiter((step.victim.size_bytes for step in steps), np.int64, count)
        self.ranks = np.fromiter((_RANK[step.evidence] for step in steps), np.int64, count)
        self._along = self._count_along()
        index_of: dict[tuple[str, str], int] = {}
        self.pair_of = np.fromiter(
            (
                index_of.setdefault(
                    (_folder_of(step.victim.path), _folder_of(step.survivor.path)), len(index_of)
                )
                for step in steps
            ),
            np.int64,
            count,
        )
        self.pairs = list(index_of)

    @property
    def chosen(self) -> NDArray[np.bool_]:
        """Bool (n,), True for photos that a person chose by hand."""
        chosen: NDArray[np.bool_] = self.ranks == _RANK[Evidence.CHOSEN]
        return chosen

    @property
    def going(self) -> NDArray[np.bool_]:
        """Bool (n,), True for the steps that are done."""
        return self.taken & self.possible

    @property
    def left_out(self) -> int:
        """Number of steps that the person took out."""
        return int((~self.taken).sum())

    @property
    def impossible(self) -> int:
        """Number of other steps that the kind of action excludes."""
        return int((self.taken & ~self.possible).sum())

    def set_kind(self, kind: ActionKind) -> None:
        """Set the kind of action.

        Only equal files can become hard links, and photos chosen by hand need an undo.
        """
        everything = kind is not ActionKind.HARD_LINK
        self.possible = (self.ranks == _RANK[Evidence.SAME_BYTES]) | everything
        if kind not in FOR_CHOSEN:
            self.possible &= ~self.chosen
        self.plan = replace(self.plan, kind=kind)
        self._along = self._count_along()

    def _count_along(self) -> NDArray[np.int64]:
        """Files that go with each photo, int64 (n,)."""
        steps, kind = self.plan.steps, self.plan.kind
        return np.fromiter((len(going_along(step, kind)) for step in steps), np.int64, len(steps))

    def remaining(self, target: str | None = None) -> Plan:
        """The plan without the steps that are not done.

        Args:
            target: The folder to move to.
        """
        steps = self.plan.steps
        kept = tuple(steps[index] for index in np.flatnonzero(self.going).tolist())
        return replace(self.plan, steps=kept, target=target)

    def tally(self) -> PlanTally:
        """Count the photos that go, and their bytes."""
        return PlanTally(
            int(self.going.sum()),
            int(self._along[self.going].sum()),
            int(self.sizes[self.going].sum()),
        )

    def by_evidence(self) -> list[tuple[Evidence, PlanTally]]:
        """Count what goes by the evidence that a copy stays; the weakest first."""
        rows = self._counted(self.ranks, len(_EVIDENCES))
        return [(_EVIDENCES[rank], tally) for rank, tally in reversed(rows)]

    def by_pair(self) -> list[tuple[str, str, PlanTally]]:
        """Count what goes by its folder and that of the kept copies; most photos first."""
        rows = [
            (*self.pairs[index], tally)
            for index, tally in self._counted(self.pair_of, len(self.pairs))
        ]
        return sorted(rows, key=lambda row: (-row[2].photos, row[0], row[1]))

    def _counted(self, codes: NDArray[np.int64], count: int) -> list[tuple[int, PlanTally]]:
        going = self.going
        chosen = codes[going]
        photos = np.bincount(chosen, minlength=count)
        files = np.zeros(count, np.int64)
        np.add.at(files, chosen, self._along[going])
        size_bytes = np.zeros(count, np.int64)
        np.add.at(size_bytes, chosen, self.sizes[going])
        return [
            (code, PlanTally(int(photos[code]), int(files[code]), int(size_bytes[code])))
            for code in np.flatnonzero(photos).tolist()
        ]

    # Orders: columns of keys, by which the smallest comes first

    @cached_property
    def victim_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the photo that goes, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.victim.path)

    @cached_property
    def survivor_ranks(self) -> NDArray[np.int64]:
        """Ranks by the name of the kept copy, then its folder, int64 (n,)."""
        return self._ranked(lambda step: step.survivor.path)

    def _ranked(self, path_of: Callable[[Step], str]) -> NDArray[np.int64]:
        keys = []
        for step in self.plan.steps:
            folder, _, name = path_of(step).rpartition(os.sep)
            keys.append((name.casefold(), folder))
        ranks = np.empty(len(keys), np.int64)
        ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return ranks


def _folder_of(path: str) -> str:
    return path.rpartition(os.sep)[0] or os.sep


_GRAVEST = (
    WarningCode.SURVIVOR_LACKS,
    WarningCode.VICTIM_HAS_EXTRAS,
    WarningCode.FOLDER_EMPTIED,
    WarningCode.SURVIVOR_REMOVABLE,
    WarningCode.SURVIVOR_NETWORK,
    WarningCode.ALBUM_SCATTERED,
)
"""The order of warnings: losses before moves."""


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
        kind: The kind of action.
    """
    return {
        PlanColumn.TAKEN: "",
        PlanColumn.VICTIM: going_title(kind),
        PlanColumn.SIZE: _("Size"),
        PlanColumn.EVIDENCE: _("Evidence"),
        PlanColumn.SURVIVOR: _("The kept copy"),
    }[column]


def along_text(step: Step, kind: ActionKind) -> str:
    """Number of companions that go along, as text; empty for none."""
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
    """The text of a cell for screen readers."""
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
    """The warning, and its subject."""
    about = path_text(warning.path)
    if warning.code is WarningCode.SURVIVOR_REMOVABLE and warning.names:
        about = _("{label} · {path}").format(label=path_text(warning.names[0]), path=about)
    return Cell(
        warning_text(warning),
        about,
        picture_of=warning.path if warning.is_about_photo else "",
        path=warning.path if warning.is_about_photo else "",
        sign="warning",
        tone="warning",
    )
