"""Plans made by hand."""

import os

from blake3 import blake3

from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.records import Evidence

ROOT = os.path.abspath(os.sep)


def planned(path: str, size_bytes: int = 1_000_000) -> PlannedFile:
    """A photo below the root of the file system."""
    digest = blake3(path.encode("utf-8", "surrogateescape")).digest()
    return PlannedFile(os.path.join(ROOT, *path.split("/")), size_bytes, 5, digest)


def step(
    name: str,
    evidence: Evidence = Evidence.SAME_BYTES,
    size_bytes: int = 1_000_000,
    *,
    folder: str = "backup",
    companions: tuple[str, ...] = (),
    stays: str = "",
) -> Step:
    """A copy in "backup" goes, one in "library" stays."""
    return Step(
        planned(f"{folder}/{name}", size_bytes),
        planned(stays or f"library/{name}", size_bytes),
        evidence,
        companions,
    )


def refused(name: str, code: SkipCode = SkipCode.PROTECTED, detail: str = "") -> Skipped:
    """A photo that stays."""
    return Skipped(planned(f"backup/{name}").path, code, detail)


PLAN = Plan(
    (
        step("b.jpg", size_bytes=2_000_000),
        step("a.jpg", Evidence.SAME_PIXELS, 3_000_000, folder="phone"),
        step("d.jpg", Evidence.EDITED, 1_000_000, companions=("/backup/d.xmp",)),
        step("c.jpg", Evidence.RE_ENCODED, 4_000_000),
        step("e.jpg", size_bytes=2_000_000, stays="library/zoo/0.jpg"),
    ),
    (refused("p.jpg"), refused("q.jpg", SkipCode.HAS_COMPANIONS, "/backup/more/q\udce9.mov")),
)
