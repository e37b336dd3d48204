"""The receipt of an action as a `Document`: what was done to each file, and where it is now.

Its JSON has the format "dupefinder-receipt", version 1.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dupefinder.actions.records import ActionRecord, JournalStep, StepState
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
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, moment_text, number_text
from dupefinder.text.skips import skip_text
from dupefinder.text.translation import _, plural

FORMAT = "dupefinder-receipt"
FORMAT_VERSION = 1


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
            Column("path", _("File"), is_file=True),
            Column("bytes", _("Size")),
            Column("evidence", _("Evidence")),
            Column("kept", _("The kept copy"), is_file=True),
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
            ValueCell(step.evidence.value, evidence_text(step.evidence)),
            PhotoCell(step.survivor, step.survivor_digest) if step.survivor else None,
            PhotoCell(step.place) if step.place else None,
            ValueCell(step.kind.value, did_text(step.kind, 1)) if _is_over(step) else None,
            reason,
        ),
        "remove" if step.state is StepState.DONE else "keep",
    )


def _is_over(step: JournalStep) -> bool:
    return step.state in (StepState.DONE, StepState.UNDONE, StepState.LOST)


def _encode(action: ActionRecord, steps: Sequence[JournalStep]) -> bytes:
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
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
