"""`dupefinder hash`: all fingerprints of photos, and the distances between two."""

import argparse
from collections.abc import Iterator

from dupefinder.cli.terminal import padded, printable, say, warn
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.fingerprint import inverse
from dupefinder.core.fingerprint.photo_hashes import SEGMENTS, distances_between, segments_between
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.export.groups_json import TRANSFORMS
from dupefinder.services.hashes import HashedPhoto, compare_pixels, hash_photo
from dupefinder.text.figures import bytes_text
from dupefinder.text.problems import cause_text, detailed_problem_text, problem_text
from dupefinder.text.translation import _, plural

_WIDTH = 20


def run(arguments: argparse.Namespace) -> int:
    """Print the fingerprints of photos, and for exactly two photos their distances.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when a photo could not, or not fully, be read.
    """
    hashed = []
    code = 0
    for path in arguments.paths:
        try:
            one = hash_photo(path)
        except DecodeFailed as failed:
            warn(f"{path}: {_failure_text(path, failed)}")
            code = 1
            continue
        for line in _lines_of(one):
            say(line)
        say()
        if one.photo.facts.decodes_in_full is False:
            warn(f"{path}: {problem_text(Problem(path, ProblemCode.PARTLY_DAMAGED))}")
            code = 1
        hashed.append(one)
    if len(arguments.paths) == len(hashed) == 2:
        for line in _lines_between(*hashed):
            say(line)
    return code


def _failure_text(path: str, failed: DecodeFailed) -> str:
    # A scan would say that the file has gone since it was found.
    missing = failed.code is ProblemCode.VANISHED
    code = ProblemCode.FOLDER_NOT_FOUND if missing else failed.code
    return detailed_problem_text(Problem(path, code, failed.detail))


def _lines_of(hashed: HashedPhoto) -> Iterator[str]:
    facts = hashed.photo.facts
    yield printable(hashed.path)
    yield _row(_("format"), facts.format)
    yield _row(_("dimensions"), f"{facts.width_px}x{facts.height_px}")
    exactly = plural("{n} byte", "{n} bytes", hashed.size_bytes)
    yield _row(_("size"), f"{exactly} ({bytes_text(hashed.size_bytes)})")
    for kind, text in hashed.hashes.texts().items():
        yield _row(kind, text)


def _lines_between(one: HashedPhoto, other: HashedPhoto) -> Iterator[str]:
    yield _("Bits that differ between the two")
    for apart in distances_between(one.hashes, other.hashes):
        text = _("{bits} of {all}").format(bits=apart.distance_bits, all=apart.bits)
        if apart.turn is not None:
            turned = TRANSFORMS[inverse(apart.turn)] or _("as they are")
            text += _("; least of eight orientations {bits} ({turned})").format(
                bits=apart.least_bits, turned=turned
            )
        yield _row(apart.kind, text)
    matching, segments, bits = segments_between(one.hashes, other.hashes)
    text = _("{matching} of {segments} segments match, {bits} bits apart")
    yield _row(SEGMENTS, text.format(matching=matching, segments=segments, bits=bits))
    same_bytes = one.photo.digest == other.photo.digest
    yield _row(_("same bytes"), _("yes") if same_bytes else _("no"))
    yield _row(_("same pixels"), _pixels_text(one, other))


def _pixels_text(one: HashedPhoto, other: HashedPhoto) -> str:
    try:
        pixels = compare_pixels(one, other)
    except DecodeFailed as failed:
        return _("unknown: {cause}").format(cause=cause_text(failed.code.value))
    if pixels.equal is None:
        return _("unknown: the pixels of such a file are not read exactly")
    if pixels.more_in_one:
        return _("yes, but one file contains more than the picture")
    return _("yes") if pixels.equal else _("no")


def _row(name: str, value: str) -> str:
    return f"  {padded(name, _WIDTH)}{printable(value)}"
