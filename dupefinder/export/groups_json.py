r"""Groups as JSON: the format "dupefinder-groups", version 1.

Codes of the engine travel as they are. Paths are absolute; a name that is not valid in the
file system's encoding carries surrogate escapes ("\udcff"), which `os.fsencode` undoes.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dupefinder.actions.json_fields import encoded_reason
from dupefinder.core.fingerprint import FINGERPRINTS, inverse
from dupefinder.core.pipeline import Options, Report
from dupefinder.core.records import (
    Alteration,
    Evidence,
    Group,
    GroupMember,
    Link,
    Orientation,
    Problem,
    ProblemCode,
    Role,
)
from dupefinder.core.rules.candidate import metadata_inventory

FORMAT = "dupefinder-groups"
FORMAT_VERSION = 1


TRANSFORMS: dict[Orientation, str | None] = {
    Orientation.IDENTITY: None,
    Orientation.ROTATE_90: "rotated-90",
    Orientation.ROTATE_180: "rotated-180",
    Orientation.ROTATE_270: "rotated-270",
    Orientation.MIRROR: "mirrored",
    Orientation.FLIP: "flipped",
    Orientation.TRANSPOSE: "transposed",
    Orientation.TRANSVERSE: "transversed",
}
"""Names of rotations, clockwise, and reflections, as they stand in the JSON."""


def encode_report(report: Report, catalog_path: Path | None, *, look_alikes: bool) -> bytes:
    """Write a report as JSON.

    Args:
        report: The result of a scan.
        catalog_path: The catalog that was used; None for one in memory.
        look_alikes: True to list look-alikes.

    Returns:
        ASCII with a line break at its end.
    """
    links = report.links
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "settings": _settings(report.options, catalog_path),
        "stats": _stats(report),
        "groups": [group_record(group) for group in report.groups],
        "look_alikes": [
            {**_ends(link), "distance": link.distance_bits}
            for link in links
            if look_alikes and link.evidence is Evidence.LOOK_ALIKE
        ],
        "raw_pairs": [_ends(link) for link in links if link.evidence is Evidence.RAW_PAIR],
        "links": [
            {**_ends(link), "evidence": link.evidence.value, "distance": link.distance_bits}
            for link in links
            if link.evidence not in (Evidence.LOOK_ALIKE, Evidence.RAW_PAIR)
        ],
        "unreadable": [
            _problem(problem)
            for problem in report.problems
            if problem.code is not ProblemCode.PARTLY_DAMAGED
        ],
        # These were compared as far as they go, and never replace a whole copy.
        "partly_damaged": [
            _problem(problem)
            for problem in report.problems
            if problem.code is ProblemCode.PARTLY_DAMAGED
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _settings(options: Options, catalog_path: Path | None) -> dict[str, Any]:
    scan, match = options.scan, options.match

    def folders(role: Role) -> list[str]:
        return [os.path.abspath(folder.path) for folder in scan.folders if folder.role is role]

    return {
        "paths": folders(Role.SCAN),
        "protect": folders(Role.PROTECTED),
        "exclude_folders": folders(Role.EXCLUDED),
        "include": list(scan.include),
        "exclude": list(scan.exclude),
        "min_bytes": scan.min_bytes,
        "max_bytes": scan.max_bytes,
        "min_side_px": scan.min_side_px,
        "max_side_px": scan.max_side_px,
        "hidden": scan.hidden,
        "follow_links": scan.follow_symlinks,
        "hash": match.kind,
        "bits": FINGERPRINTS[match.kind].bits,
        "threshold": match.threshold,
        "rotations": match.rotations,
        "crops": match.parts,
        "prefer": list(options.preferred),
        "between_folders": options.between_only,
        "threads": options.threads or os.cpu_count() or 1,
        "catalog": None if catalog_path is None else str(catalog_path),
    }


def _stats(report: Report) -> dict[str, Any]:
    return {
        "files": len(report.scan.photos),
        "photos": report.photos,
        "from_catalog": report.from_catalog,
        "decoded": report.decoded,
        "problems": len(report.problems),
        "series_photos": report.series_photos,
        "seconds": {phase: round(spent_s, 3) for phase, spent_s in report.seconds.items()},
        "left_out": {code.value: count for code, count in report.scan.left_out.items()},
        "managed": [
            {"path": folder.path, "program": folder.program, "protected": folder.protected}
            for folder in report.scan.managed
        ],
        "same_file": [
            {"path": path, "others": list(others)} for path, others in report.scan.same_file.items()
        ],
    }


def group_record(group: Group) -> dict[str, Any]:
    """A group as the JSON has it."""
    return {"id": group.group_id, "files": [_member(member) for member in group.members]}


def _member(member: GroupMember) -> dict[str, Any]:
    facts = member.facts
    return {
        "path": member.file.path,
        "bytes": member.file.size_bytes,
        "mtime_ns": member.file.mtime_ns,
        "digest": member.digest.hex(),
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "format": facts.format,
        "taken": facts.taken,
        "holds": list(metadata_inventory(facts)),
        "keep": member.keep,
        "keeper": member.is_keeper,
        "protected": member.file.protected,
        "evidence": None if member.evidence is None else member.evidence.value,
        "against": member.against,
        "distance": member.distance_bits,
        # The engine says how to turn this file onto the other; here it is what was done to it.
        "transform": TRANSFORMS[inverse(member.orientation)],
        "alterations": [alteration_code(alteration) for alteration in member.alterations],
        "shown_part": shown_part(member.alterations),
        "differences": [asdict(box) for box in member.differences],
        "reason": encoded_reason(member.reason),
    }


def shown_part(alterations: Iterable[Alteration]) -> str | None:
    """The part of the other picture that a crop left: "left", "upper-left"; None without one."""
    return next((one.part.value for one in alterations if one.part is not None), None)


def alteration_code(alteration: Alteration) -> str:
    """Code of an alteration: "framed", "cropped-84", "turned-1.9"."""
    return alteration.code.value + ("" if alteration.amount is None else f"-{alteration.amount:g}")


def _problem(problem: Problem) -> dict[str, str]:
    code = problem.code.value
    reason = f"{code}: {problem.detail}" if problem.detail else code
    return {"path": problem.path, "reason": reason}


def _ends(link: Link) -> dict[str, str]:
    return {"a": link.path_a, "b": link.path_b}
