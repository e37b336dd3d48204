"""Plans and receipts as a `Document`: what would be done to each file, or what was done.

The JSON of a receipt has the format "dupefinder-receipt", version 1.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from dupefinder.actions.overview import Overview
from dupefinder.actions.plan_file import PlanFile, encode_plan
from dupefinder.actions.records import (
    ActionRecord,
    JournalStep,
    Plan,
    Skipped,
    Step,
    StepState,
    going_along,
)
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable
from dupefinder.export.document import (
    Column,
    Document,
    PhotoCell,
    Row,
    Section,
    ValueCell,
    size_cell,
)
from dupefinder.text.actions import did_text, step_text
from dupefinder.text.counts import photos_text
from dupefinder.text.evidence import evidence_text, reason_text
from dupefinder.text.figures import bytes_text, moment_text, number_text
from dupefinder.text.plans import going_title, overview_sentences, warning_text, would_text
from dupefinder.text.skips import skip_text
from dupefinder.text.translation import _, plural

RECEIPT_FORMAT = "dupefinder-receipt"
RECEIPT_VERSION = 1


def plan_document(file: PlanFile, overview: Overview) -> Document:
    """Make a document of a plan.

    Args:
        file: The plan; its JSON is that of `actions.plan_file`, which `dupefinder apply` takes.
        overview: Its overview.
    """
    plan = file.plan
    kept = plural("{n} photo is kept", "{n} photos are kept", len(plan.refused))
    notes = [
        _("{photos}, {size}: {would}").format(
            photos=photos_text(overview.photos),
            size=bytes_text(overview.size_bytes),
            would=would_text(plan),
        ),
        *overview_sentences(overview),
        *(f"{warning_text(one)} {one.path}" for one in overview.warnings),
    ]

    def sections() -> Iterator[Section]:
        going = tuple(_going(number, step, plan) for number, step in enumerate(plan.steps, 1))
        yield Section(going_title(plan.kind), going)
        if plan.refused:
            first = len(going) + 1
            numbers = range(first, first + len(plan.refused))
            yield Section(kept, tuple(map(_refused, numbers, plan.refused)))

    return Document(
        title=_("What will happen"),
        notes=tuple(notes),
        number_code="step",
        columns=(
            Column("action", _("What happens")),
            *_file_columns(_("Photo")),
            Column("goes_along", _("Goes with it")),
            Column("reason", _("Why")),
        ),
        sections=sections,
        rows=len(plan.steps) + len(plan.refused),
        encode_json=lambda: encode_plan(file, overview, DriveTable()),
    )


def _going(number: int, step: Step, plan: Plan) -> Row:
    along = going_along(step, plan.kind)
    return Row(
        number,
        (
            ValueCell(plan.kind.value, going_title(plan.kind)),
            PhotoCell(step.victim.path, step.victim.digest),
            size_cell(step.victim.size_bytes),
            _evidence_cell(step.evidence),
            PhotoCell(step.survivor.path, step.survivor.digest),
            ValueCell(json.dumps(along), "; ".join(along)) if along else None,
            None if step.why is None else ValueCell(step.why.code.value, reason_text(step.why)),
        ),
        "remove",
    )


def _refused(number: int, skip: Skipped) -> Row:
    return Row(
        number,
        (
            ValueCell("refused", _("kept")),
            PhotoCell(skip.path),
            None,
            None,
            None,
            None,
            ValueCell(skip.code.value, skip_text(skip)),
        ),
        "keep",
    )


def receipt_document(action: ActionRecord, steps: Sequence[JournalStep]) -> Document:
    """Make a document of what an action did.

    Args:
        action: The action.
        steps: Its files.
    """
    notes = [
        moment_text(action.started_ns),
        _("{did}, {size}").format(
            did=did_text(action.kind, action.done), size=bytes_text(action.done_bytes)
        ),
    ]
    if action.skipped:
        notes.append(plural("{n} file was left", "{n} files were left", action.skipped))
    if action.undone:
        notes.append(plural("{n} file is back", "{n} files are back", action.undone))
    if action.finished_ns is None:
        notes.append(_("It was not finished."))
    rows = tuple(_row(number, step) for number, step in enumerate(steps, 1))
    return Document(
        title=_("Receipt of action {n}").format(n=number_text(action.action_id)),
        notes=tuple(notes),
        number_code="file",
        columns=(
            Column("state", _("Where it is now")),
            *_file_columns(_("File")),
            Column("place", _("It was put here"), is_file=True),
            Column("action", _("What was done")),
            Column("reason", _("Why")),
        ),
        sections=lambda: iter((Section("", rows),)),
        rows=len(rows),
        encode_json=lambda: _encode(action, steps),
    )


def _row(number: int, step: JournalStep) -> Row:
    reason = None if step.skip is None else ValueCell(step.skip.code.value, skip_text(step.skip))
    return Row(
        number,
        (
            ValueCell(step.state.value, step_text(step)),
            PhotoCell(step.path, step.digest),
            size_cell(step.size_bytes),
            _evidence_cell(step.evidence),
            PhotoCell(step.survivor, step.survivor_digest) if step.survivor else None,
            PhotoCell(step.place) if step.place else None,
            ValueCell(step.kind.value, did_text(step.kind, 1)) if _is_over(step) else None,
            reason,
        ),
        "remove" if step.state is StepState.DONE else "keep",
    )


def _file_columns(title: str) -> tuple[Column, ...]:
    return (
        Column("path", title, is_file=True),
        Column("bytes", _("Size")),
        Column("evidence", _("Evidence")),
        Column("kept", _("The kept copy"), is_file=True),
    )


def _evidence_cell(evidence: Evidence) -> ValueCell:
    return ValueCell(evidence.value, evidence_text(evidence))


def _is_over(step: JournalStep) -> bool:
    return step.state in (StepState.DONE, StepState.UNDONE, StepState.LOST)


def _encode(action: ActionRecord, steps: Sequence[JournalStep]) -> bytes:
    document = {
        "format": RECEIPT_FORMAT,
        "version": RECEIPT_VERSION,
        "id": action.action_id,
        "kind": action.unknown_kind or action.kind.value,
        "target": action.target,
        "started": _moment(action.started_ns),
        "finished": _moment(action.finished_ns),
        "undone": _moment(action.undone_ns),
        "files": [_record(step) for step in steps],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _record(step: JournalStep) -> dict[str, Any]:
    return {
        "path": step.path,
        "bytes": step.size_bytes,
        "mtime_ns": step.mtime_ns,
        "digest": step.digest.hex(),
        "kind": step.kind.value,
        "state": step.state.value,
        "place": step.place,
        "kept": step.survivor or None,
        "kept_digest": step.survivor_digest.hex() or None,
        "evidence": step.evidence.value,
        "reason": None if step.skip is None else step.skip.code.value,
        "detail": None if step.skip is None else step.skip.detail,
    }


def _moment(since_1970_ns: int | None) -> str | None:
    """A moment in UTC as ISO 8601 writes it; None where there is none, or no calendar has it."""
    if since_1970_ns is None:
        return None
    try:
        return datetime.fromtimestamp(since_1970_ns // 1_000_000_000, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return None
