r"""What a search found as JSON, the format "dupefinder-search", version 1, and as text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dupefinder.cli.figures import counted, size_words
from dupefinder.cli.report_json import alteration_code, shown_part
from dupefinder.cli.terminal import printable
from dupefinder.cli.words import (
    EVIDENCE,
    TRANSFORMS,
    alteration_text,
    difference_text,
    problem_words,
)
from dupefinder.core.difference_places import place_of
from dupefinder.core.fingerprint import FINGERPRINTS, inverse
from dupefinder.core.matching import MatchOptions
from dupefinder.core.records import Evidence, Problem
from dupefinder.core.search import Hit
from dupefinder.core.search.answers import Answer, Answers
from dupefinder.core.search.places import Place

FORMAT = "dupefinder-search"
FORMAT_VERSION = 1

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        options: How was searched.
        folders: Where; empty for all that the catalog knows.
        answers: For each photo that could be read its name and what it matches, ranked.
        problems: Photos, files and folders that were not, or not fully, used.
    """

    options: MatchOptions
    folders: Sequence[str]
    answers: Sequence[tuple[str, Answers]]
    problems: Sequence[Problem]


def encode_found(found: Found) -> bytes:
    """Write what was found as JSON; paths as in `report_json`.

    Returns:
        ASCII with a line break at its end.
    """
    options = found.options
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "settings": {
            "in": list(found.folders),
            "hash": options.kind,
            "bits": FINGERPRINTS[options.kind].bits,
            "threshold": options.threshold,
            "rotations": options.rotations,
            "crops": options.parts,
        },
        "queries": [
            {
                "path": name,
                "unseen": answers.unseen,
                "matches": [
                    _match(rank, answer.hit, place)
                    for rank, answer in enumerate(answers.found, 1)
                    for place in answer.places
                ],
            }
            for name, answers in found.answers
        ],
        "unreadable": [
            {"path": one.path, "reason": f"{one.code.value}: {one.detail}".removesuffix(": ")}
            for one in found.problems
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _match(rank: int, hit: Hit, place: Place) -> dict[str, Any]:
    facts = hit.content.facts
    return {
        "rank": rank,
        "path": place.path,
        "connected": place.path is not None,
        "volume": place.volume_id,
        "drive": place.drive or None,
        "last_seen_ns": place.seen_ns,
        "relative_path": place.relative_path,
        "bytes": place.size_bytes,
        "mtime_ns": place.mtime_ns,
        "digest": hit.content.digest.hex(),
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "format": facts.format,
        "taken": facts.taken,
        "evidence": hit.evidence.value,
        "distance": hit.distance_bits,
        # As in "dupefinder-groups": what was done to this file, seen from the one searched for.
        "transform": TRANSFORMS[inverse(hit.orientation)],
        "alterations": [alteration_code(one) for one in hit.alterations],
        "query_alterations": [alteration_code(one) for one in hit.query_alterations],
        "shown_part": shown_part(hit.alterations),
        "query_shown_part": shown_part(hit.query_alterations),
        "compared": hit.is_compared,
        "differences": [asdict(box) for box in hit.differences],
    }


def found_lines(found: Found) -> Iterator[str]:
    """Tell what was found, line by line."""
    for name, answers in found.answers:
        yield printable(name)
        if not answers.found:
            yield f"  nothing within {counted(found.options.threshold, 'bit')}"
        for rank, answer in enumerate(answers.found, 1):
            yield from _answer_lines(rank, answer)
        if answers.unseen:
            yield f"  {counted(answers.unseen, 'photo')} more as near, not looked at closely"
        yield ""
    if found.problems:
        yield f"{counted(len(found.problems), 'problem')}:"
        for problem in found.problems:
            yield f"  {printable(problem.path)}: {printable(problem_words(problem))}"


def _answer_lines(rank: int, answer: Answer) -> Iterator[str]:
    hit = answer.hit
    facts = hit.content.facts
    size_px = f"{facts.width_px}x{facts.height_px}"
    first = True
    for place in answer.places:
        yield (
            f"  {rank if first else '':>3}  {counted(hit.distance_bits, 'bit'):>8}"
            f"  {evidence_words(hit):<11}  {size_words(place.size_bytes):>10}  {size_px:>11}"
            f"  {_place_words(place)}"
        )
        first = False
    if hit.query_alterations:
        done = ", ".join(alteration_text(one) for one in hit.query_alterations)
        yield f"       the photo searched for is {done}"


def evidence_words(hit: Hit) -> str:
    """What shows that a photo matches, and what was done to it."""
    # Which way it is turned says more than that it is.
    words = TRANSFORMS[inverse(hit.orientation)] or EVIDENCE[hit.evidence]
    if words == EVIDENCE[Evidence.RE_ENCODED] and not hit.is_compared:
        words = f"seems {words}"
    facts = hit.content.facts
    places = [place_of(box, facts.width_px, facts.height_px) for box in hit.differences]
    done = ", ".join(alteration_text(alteration) for alteration in hit.alterations)
    done = difference_text(places) if places else done
    return f"{words} ({done})" if done else words


def _place_words(place: Place) -> str:
    if place.path is not None:
        return printable(place.path)
    drive = printable(place.drive or place.volume_id)
    words = f"{printable(place.relative_path)}, on the drive {drive}, which is not connected"
    if place.seen_ns is None:
        return words
    seen = datetime.fromtimestamp(place.seen_ns // _NS_PER_S).astimezone()
    return f"{words}; last seen {seen:%Y-%m-%d}"
