r"""Result of a search as JSON, the format "dupefinder-search", version 1, and as text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dupefinder.cli.terminal import padded, printable
from dupefinder.core.difference_places import place_of
from dupefinder.core.fingerprint import FINGERPRINTS, inverse
from dupefinder.core.matching import MatchOptions
from dupefinder.core.records import Problem
from dupefinder.core.search import Hit
from dupefinder.core.search.answers import Answer, Answers, StoredPlace
from dupefinder.export.groups_json import TRANSFORMS, alteration_code, shown_part
from dupefinder.text.counts import bits_text, problems_text
from dupefinder.text.evidence import (
    alteration_text,
    called_different_text,
    match_texts,
    places_text,
)
from dupefinder.text.figures import bytes_text
from dupefinder.text.problems import detailed_problem_text
from dupefinder.text.scans import away_text
from dupefinder.text.translation import _, plural

FORMAT = "dupefinder-search"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class SearchReport:
    """Result of a search.

    Attributes:
        options: The options of the search.
        folders: The searched folders; empty for the whole catalog.
        answers: Name and ranked matches of each photo that could be read.
        problems: Photos, files and folders that were not, or not fully, used.
    """

    options: MatchOptions
    folders: Sequence[str]
    answers: Sequence[tuple[str, Answers]]
    problems: Sequence[Problem]


def encode_found(found: SearchReport) -> bytes:
    """Write what was found as JSON; paths as in `export.groups_json`.

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


def _match(rank: int, hit: Hit, place: StoredPlace) -> dict[str, Any]:
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
        # As in "dupefinder-groups": alterations of this file, compared with the query.
        "transform": TRANSFORMS[inverse(hit.orientation)],
        "alterations": [alteration_code(one) for one in hit.alterations],
        "query_alterations": [alteration_code(one) for one in hit.query_alterations],
        "shown_part": shown_part(hit.alterations),
        "query_shown_part": shown_part(hit.query_alterations),
        "compared": hit.is_compared,
        "differences": [asdict(box) for box in hit.differences],
        "called_different": hit.called_different,
    }


def found_lines(found: SearchReport) -> Iterator[str]:
    """Report the results, line by line."""
    for name, answers in found.answers:
        yield printable(name)
        if not answers.found:
            yield _("  nothing within {bits}").format(bits=bits_text(found.options.threshold))
        for rank, answer in enumerate(answers.found, 1):
            yield from _answer_lines(rank, answer)
        if answers.unseen:
            yield plural(
                "  {n} more photo was as near and not looked at closely",
                "  {n} more photos were as near and not looked at closely",
                answers.unseen,
            )
        yield ""
    if found.problems:
        yield f"{problems_text(len(found.problems))}:"
        for problem in found.problems:
            yield f"  {printable(problem.path)}: {printable(detailed_problem_text(problem))}"


def _answer_lines(rank: int, answer: Answer) -> Iterator[str]:
    hit = answer.hit
    facts = hit.content.facts
    size_px = f"{facts.width_px}x{facts.height_px}"
    first = True
    for place in answer.places:
        yield (
            f"  {rank if first else '':>3}  {bits_text(hit.distance_bits):>8}"
            f"  {padded(hit_evidence_text(hit), 11)}  {bytes_text(place.size_bytes):>10}"
            f"  {size_px:>11}  {_place_text(place)}"
        )
        first = False
    if hit.query_alterations:
        done = ", ".join(alteration_text(one) for one in hit.query_alterations)
        yield _("       the photo searched for is {done}").format(done=done)


def hit_evidence_text(hit: Hit) -> str:
    """Texts for the evidence of a match and the alterations of the photo."""
    facts = hit.content.facts
    name, *done = match_texts(
        hit.evidence, hit.orientation, hit.alterations, is_compared=hit.is_compared
    )
    if places := [place_of(box, facts.width_px, facts.height_px) for box in hit.differences]:
        done.append(places_text(places))
    if hit.called_different:
        done.append(called_different_text())
    return f"{name} ({', '.join(done)})" if done else name


def _place_text(place: StoredPlace) -> str:
    if place.path is not None:
        return printable(place.path)
    away = away_text(place.drive or place.volume_id, place.seen_ns)
    return printable(f"{place.relative_path}  ({away})")
