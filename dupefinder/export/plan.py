"""A plan as a `Document`: each photo that goes beside the copy that stays, and what is refused."""

import json
from collections.abc import Iterator

from dupefinder.actions.overview import Overview
from dupefinder.actions.plan_file import PlanFile, encode_plan
from dupefinder.actions.records import Plan, Skipped, Step
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
from dupefinder.text.actions import going_title, overview_sentences, would_text
from dupefinder.text.counts import photos_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.plan_warnings import warning_text
from dupefinder.text.reasons import reason_text
from dupefinder.text.skips import skip_text
from dupefinder.text.translation import _, plural


def plan_document(file: PlanFile, overview: Overview) -> Document:
    """Make a document of a plan.

    Args:
        file: The plan; its JSON is that of `actions.plan_file`, which `dupefinder apply` takes.
        overview: What it comes to.
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
            Column("path", _("Photo"), is_file=True),
            Column("bytes", _("Size")),
            Column("evidence", _("Evidence")),
            Column("kept", _("The kept copy"), is_file=True),
            Column("goes_along", _("Goes with it")),
            Column("reason", _("Why")),
        ),
        sections=sections,
        rows=len(plan.steps) + len(plan.refused),
        encode_json=lambda: encode_plan(file, overview, DriveTable()),
    )


def _going(number: int, step: Step, plan: Plan) -> Row:
    along = step.companions
    return Row(
        number,
        (
            ValueCell(plan.kind.value, going_title(plan.kind)),
            PhotoCell(step.victim.path, step.victim.digest),
            size_cell(step.victim.size_bytes),
            ValueCell(step.evidence.value, evidence_text(step.evidence)),
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
