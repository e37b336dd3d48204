"""A plan as a JSON file, to be read, changed, kept and carried out later.

Such a file is trusted only where it keeps photos: the plan is made anew from it (`plan.make_plan`),
and the preflight compares every digest.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dupefinder.actions.json_fields import (
    Misfit,
    ValidationError,
    code_field,
    document_of,
    encoded_file,
    encoded_reason,
    field,
    planned_file,
    reason_field,
    whole_path,
)
from dupefinder.actions.overview import Overview
from dupefinder.actions.records import ActionKind, Plan, PlanWarning, SkipCode, Skipped, Step
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable

FORMAT = "dupefinder-plan"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlanFile:
    """Contents of a plan file.

    Attributes:
        plan: Steps in their order, and photos that were refused when it was written.
        protected_folders: Folders in which nothing is removed.
        copies: Number of copies of each photo that have to stay.
        drives: Number of drives that these have to be on.
    """

    plan: Plan
    protected_folders: tuple[str, ...] = ()
    copies: int = 1
    drives: int = 1


def encode_plan(file: PlanFile, overview: Overview, drives: DriveTable) -> bytes:
    """Write a plan as JSON.

    Args:
        file: The contents of the file.
        overview: Its overview.
        drives: Tells where the photos lie.

    Returns:
        ASCII with a line break at its end.
    """
    plan = file.plan

    def drive_id(path: str) -> str | None:
        drive = drives.drive_of(path)
        return None if drive is None else drive.drive_id

    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "kind": plan.kind.value,
        "target": plan.target,
        "rescue_metadata": plan.rescue_metadata,
        "photos": overview.photos,
        "bytes": overview.size_bytes,
        "freed_bytes": overview.space.freed_bytes,
        "protected_folders": list(file.protected_folders),
        "keep_copies": file.copies,
        "on_drives": file.drives,
        "warnings": [_encoded_warning(warning) for warning in overview.warnings],
        "steps": [_encoded_step(step, drive_id) for step in plan.steps],
        "refused": [
            {"path": skip.path, "reason": skip.code.value, "detail": skip.detail}
            for skip in plan.refused
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _encoded_step(step: Step, drive_id: Callable[[str], str | None]) -> dict[str, Any]:
    return {
        "victim": encoded_file(step.victim),
        "survivor": encoded_file(step.survivor),
        "evidence": step.evidence.value,
        "why": None if step.why is None else encoded_reason(step.why),
        "drives": {
            "victim": drive_id(step.victim.path),
            "survivor": drive_id(step.survivor.path),
        },
        "companions": list(step.companions),
        "also_stay": [encoded_file(file) for file in step.also_stay],
    }


def _encoded_warning(warning: PlanWarning) -> dict[str, Any]:
    return {
        "code": warning.code.value,
        "path": warning.path,
        "other": warning.other or None,
        "names": list(warning.names),
        "count": warning.count,
        "total": warning.total,
    }


def decode_plan(content: bytes) -> PlanFile:
    """Read what `encode_plan` wrote, which anybody may have changed since.

    Raises:
        ValidationError: It is something else.
    """
    document = document_of(content, FORMAT, FORMAT_VERSION)
    kind = code_field(document, "kind", ActionKind)
    if kind is None or kind is ActionKind.SIDECAR:
        raise ValidationError(Misfit.NO_ACTION, name="kind")
    target = document.get("target")
    return PlanFile(
        Plan(
            steps=tuple(_step(record) for record in field(document, "steps", list)),
            refused=tuple(_skipped(record) for record in field(document, "refused", list)),
            kind=kind,
            target=None if target is None else whole_path(target),
            rescue_metadata=field(document, "rescue_metadata", bool),
        ),
        tuple(whole_path(folder) for folder in field(document, "protected_folders", list)),
        field(document, "keep_copies", int),
        field(document, "on_drives", int),
    )


def _step(record: object) -> Step:
    evidence = code_field(record, "evidence", Evidence)
    if evidence is None:
        raise ValidationError(Misfit.MISSING, name="evidence")
    if evidence is Evidence.CHOSEN:
        raise ValidationError(Misfit.ONLY_BY_HAND, name="evidence", found=evidence.value)
    return Step(
        victim=planned_file(field(record, "victim", dict)),
        survivor=planned_file(field(record, "survivor", dict)),
        evidence=evidence,
        companions=tuple(whole_path(path) for path in field(record, "companions", list)),
        why=reason_field(record, "why"),
        also_stay=tuple(planned_file(one) for one in field(record, "also_stay", list)),
    )


def _skipped(record: object) -> Skipped:
    code = code_field(record, "reason", SkipCode)
    if code is None:
        raise ValidationError(Misfit.MISSING, name="reason")
    return Skipped(whole_path(field(record, "path", str)), code, field(record, "detail", str))
