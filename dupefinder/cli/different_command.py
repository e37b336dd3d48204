"""`dupefinder different`: the photos that were called different, and how to take that back."""

import argparse
import json
from collections.abc import Iterator, Sequence

from dupefinder.cli.result_files import TO_STDOUT, check_target, deliver
from dupefinder.cli.terminal import WrongUsage, printable, say
from dupefinder.core.decisions.separated import Separation
from dupefinder.services.catalog import own_decisions_path
from dupefinder.services.marks import KeptMarks
from dupefinder.text.figures import moment_text
from dupefinder.text.translation import _, plural

FORMAT = "dupefinder-different"


def run(arguments: argparse.Namespace) -> int:
    """List the photos that were called different, or allow some as duplicates again.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when the JSON could not be written.

    Raises:
        WrongUsage: There is no decision of that name, or the JSON cannot be written where it is
            wanted.
        DecisionsNotKept: The decisions cannot be read, or written.
    """
    target: str | None = arguments.json
    if target not in (None, TO_STDOUT):
        check_target(target)
    path = own_decisions_path()
    marks = KeptMarks(path if path.exists() else None, path)
    try:
        if arguments.allow:
            _allow(marks, arguments.allow)
            if target is None:
                return 0
        separations = marks.separations()
    finally:
        marks.close()
    encoded = None if target is None else encode_separations(separations)
    return deliver(encoded, [] if arguments.allow else separation_lines(separations), target, 0)


def _allow(marks: KeptMarks, wanted: Sequence[str]) -> None:
    known = {one.separation_id for one in marks.separations()}
    for separation_id in wanted:
        if separation_id not in known:
            raise WrongUsage(
                _("there is no decision {separation_id}; `dupefinder different` lists them").format(
                    separation_id=ascii(separation_id)
                )
            )
    count = marks.forget_separations(wanted)
    say(
        plural(
            "{n} decision taken back; the next scan may find these photos as duplicates.",
            "{n} decisions taken back; the next scan may find these photos as duplicates.",
            count,
        )
    )


def separation_lines(separations: Sequence[Separation]) -> Iterator[str]:
    """Report the decisions, the newest first, line by line."""
    if not separations:
        yield _("You have not called any photos different.")
        return
    yield _("Photos with different numbers are different; --allow ID takes a decision back.")
    for separation in separations:
        yield ""
        yield f"{separation.separation_id}  {moment_text(separation.decided_ns)}"
        for photo in separation.photos:
            yield f"  {photo.part + 1:>3}  {printable(photo.path)}"


def encode_separations(separations: Sequence[Separation]) -> bytes:
    """Encode the decisions as JSON, ASCII."""
    document = {
        "format": FORMAT,
        "version": 1,
        "decisions": [
            {
                "id": separation.separation_id,
                "decided_ns": separation.decided_ns,
                "photos": [
                    {
                        "part": photo.part + 1,
                        "path": photo.path,
                        "digest": photo.keys.digest.hex(),
                    }
                    for photo in separation.photos
                ],
            }
            for separation in separations
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"
