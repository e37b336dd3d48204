"""Files of a group, made up for tests of the rules."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import FoundFile
from dupefinder.core.rules.candidate import Candidate

FACTS = PhotoFacts("JPEG", 4000, 3000, quality=90)
CAMERA = replace(FACTS, camera="Canon EOS 5D", taken="2011-02-03T04:05:06")
LOSSLESS = PhotoFacts("PNG", 4000, 3000, is_lossless=True)


def candidate(path: str = "/p/photo.jpg", facts: PhotoFacts = FACTS, **changed: Any) -> Candidate:
    file = FoundFile(
        path,
        "uuid:a",
        path.lstrip("/"),
        changed.pop("size_bytes", 3_000_000),
        changed.pop("mtime_ns", 1_000),
        1,
        0,
        changed.pop("protected", False),
    )
    detail_px = changed.pop("detail_px", facts.width_px * facts.height_px)
    defaults = {"content_id": 1, "pixel_digest": None, "look": 0}
    return Candidate(file=file, facts=facts, detail_px=detail_px, **{**defaults, **changed})


def facts_with(**changed: Any) -> PhotoFacts:
    return replace(FACTS, **changed)


@st.composite
def any_facts(draw: st.DrawFn) -> PhotoFacts:
    width_px, height_px = draw(st.sampled_from([(1, 1), (400, 300), (800, 600), (801, 600)]))
    lossless = draw(st.booleans())
    return PhotoFacts(
        format="PNG" if lossless else draw(st.sampled_from(["JPEG", "HEIF"])),
        width_px=width_px,
        height_px=height_px,
        bits_per_channel=draw(st.sampled_from([8, 8, 16])),
        has_alpha=draw(st.booleans()),
        is_lossless=lossless,
        quality=None if lossless else draw(st.sampled_from([None, 1, 50, 75, 90, 95, 100])),
        taken=draw(st.sampled_from([None, "2011-02-03T04:05:06", "2011-02-03T04:05:07"])),
        camera=draw(st.sampled_from([None, "Canon"])),
        exposure_ids=draw(st.sampled_from([(), ("iso:100",), ("iso:200",)])),
        has_gps=draw(st.booleans()),
        rating=draw(st.sampled_from([None, 0, 5])),
        decodes_in_full=draw(st.sampled_from([True, True, None, False])),
        extras=draw(st.sampled_from([(), ("video",), ("depth", "video")])),
        extras_digest=draw(st.sampled_from([b"e" * 32, b"f" * 32])),
    )


@st.composite
def any_candidates(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(1, 8))
    return [
        candidate(
            draw(st.sampled_from(["/p/", "/p/copy/", "/p/q/"])) + f"{number}.jpg",
            facts,
            protected=draw(st.booleans()),
            size_bytes=draw(st.sampled_from([1, 30_000, 60_000, 90_000])),
            mtime_ns=draw(st.integers(1, 2)),
            detail_px=draw(st.integers(1, facts.width_px * facts.height_px)),
            content_id=draw(st.integers(1, 4)),
            pixel_digest=draw(st.sampled_from([None, b"p" * 32, b"q" * 32])),
            look=draw(st.integers(0, 2)),
            lasts=draw(st.sampled_from([True, True, False])),
        )
        for number, facts in enumerate(draw(st.lists(any_facts(), min_size=count, max_size=count)))
    ]
