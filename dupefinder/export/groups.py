"""Groups of duplicates as a `Document`: each photo with what is proposed or decided for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dupefinder.core.records import Group, GroupMember
from dupefinder.export.document import (
    Column,
    Document,
    PhotoCell,
    Row,
    Section,
    ValueCell,
    size_cell,
)
from dupefinder.export.groups_json import FORMAT, FORMAT_VERSION, group_record
from dupefinder.text.counts import groups_text, photos_text
from dupefinder.text.evidence import changes_texts, evidence_text, reason_text
from dupefinder.text.figures import bytes_text, number_text, taken_text
from dupefinder.text.translation import _


class Decision(StrEnum):
    """Decision on a photo: of the person, or a proposal."""

    KEEP = "keep"
    REMOVE = "remove"
    PROPOSED_KEEP = "proposed-keep"
    PROPOSED_REMOVE = "proposed-remove"
    NOT_DUPLICATES = "not-duplicates"
    """Said of the whole group: these are different photos."""
    NOT_PROVEN = "not-proven"
    """Looks alike; nothing is proposed."""


@dataclass(frozen=True, slots=True)
class DecidedGroup:
    """A group, and what is decided on it.

    Attributes:
        group: The group.
        decisions: For each of its photos.
    """

    group: Group
    decisions: tuple[Decision, ...]


def proposals(group: Group) -> DecidedGroup:
    """A group on which nobody has decided."""
    return DecidedGroup(
        group,
        tuple(
            Decision.PROPOSED_KEEP if member.keep else Decision.PROPOSED_REMOVE
            for member in group.members
        ),
    )


def decision_text(decision: Decision) -> str:
    """A decision for people."""
    return {
        Decision.KEEP: _("keep"),
        Decision.REMOVE: _("remove"),
        Decision.PROPOSED_KEEP: _("proposed: keep"),
        Decision.PROPOSED_REMOVE: _("proposed: remove"),
        Decision.NOT_DUPLICATES: _("not a duplicate"),
        Decision.NOT_PROVEN: _("not proven"),
    }[decision]


def groups_document(
    groups: Sequence[DecidedGroup],
    *,
    protected: Sequence[str] = (),
    encode_json: Callable[[], bytes] | None = None,
) -> Document:
    """Make a document of groups.

    Args:
        groups: The groups, in the order in which they shall stand.
        protected: Folders in which nothing may be removed, for whoever acts on the JSON.
        encode_json: Brings the JSON; None makes one of the groups alone.
    """
    photos = sum(len(one.group.members) for one in groups)
    going = [
        member.file.size_bytes
        for one in groups
        for member, decision in zip(one.group.members, one.decisions, strict=True)
        if decision in (Decision.REMOVE, Decision.PROPOSED_REMOVE)
    ]
    return Document(
        title=_("Duplicate photos"),
        notes=(
            _("{groups} with {photos}; {going} with {size} to be removed").format(
                groups=groups_text(len(groups)),
                photos=photos_text(photos),
                going=photos_text(len(going)),
                size=bytes_text(sum(going)),
            ),
        ),
        number_code="group",
        columns=(
            Column("decision", _("Decision")),
            Column("path", _("Photo"), is_file=True),
            Column("bytes", _("Size")),
            Column("width_px", _("Width")),
            Column("height_px", _("Height")),
            Column("format", _("Format")),
            Column("taken", _("Taken")),
            Column("camera", _("Camera")),
            Column("evidence", _("Evidence")),
            Column("against", _("Compared with"), is_file=True),
            Column("reason", _("Why")),
        ),
        sections=lambda: map(_section, range(1, len(groups) + 1), groups),
        rows=photos,
        encode_json=encode_json or (lambda: _encode(groups, protected)),
        as_cards=True,
    )


def _section(number: int, one: DecidedGroup) -> Section:
    members = one.group.members
    title = _("{number} · {name} · {photos}").format(
        number=number_text(number),
        name=os.path.basename(members[0].file.path),
        photos=photos_text(len(members)),
    )
    return Section(
        title, tuple(_row(number, *both) for both in zip(members, one.decisions, strict=True))
    )


def _row(number: int, member: GroupMember, decision: Decision) -> Row:
    facts = member.facts
    evidence = None
    if member.evidence is not None:
        texts = (
            evidence_text(member.evidence),
            *changes_texts(member.evidence, member.orientation, member.alterations),
        )
        evidence = ValueCell(member.evidence.value, ", ".join(texts))
    stays = decision in (Decision.KEEP, Decision.PROPOSED_KEEP)
    goes = decision in (Decision.REMOVE, Decision.PROPOSED_REMOVE)
    return Row(
        number,
        (
            ValueCell(decision.value, decision_text(decision)),
            PhotoCell(member.file.path, member.digest),
            size_cell(member.file.size_bytes),
            ValueCell(facts.width_px, f"{facts.width_px} × {facts.height_px}"),
            ValueCell(facts.height_px, ""),  # said beside the width
            ValueCell(facts.format, facts.format),
            None if facts.taken is None else ValueCell(facts.taken, taken_text(facts.taken)),
            None if facts.camera is None else ValueCell(facts.camera, facts.camera),
            evidence,
            None if member.against is None else PhotoCell(member.against),
            ValueCell(member.reason.code.value, reason_text(member.reason)),
        ),
        "keep" if stays else "remove" if goes else "",
    )


def _encode(groups: Sequence[DecidedGroup], protected: Sequence[str]) -> bytes:
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "settings": {"protect": list(protected)},
        "stats": {"managed": []},
        "groups": [_record(one) for one in groups],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _record(one: DecidedGroup) -> Mapping[str, Any]:
    """A group as a scan writes it; nothing that the person keeps is proposed for removal."""
    record = group_record(one.group)
    for file, decision in zip(record["files"], one.decisions, strict=True):
        file["decision"] = decision.value
        file["keep"] = file["keep"] or (decision is not Decision.REMOVE and not _proposes(decision))
    return record


def _proposes(decision: Decision) -> bool:
    return decision is Decision.PROPOSED_REMOVE
