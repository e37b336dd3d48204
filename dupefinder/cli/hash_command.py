"""`dupefinder hash`: all fingerprints of photos, and how far two of them are apart."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from dupefinder.cli.report_json import TRANSFORMS
from dupefinder.cli.terminal import printable, say, warn
from dupefinder.core.catalog import StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.pixels import digest_pixels
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, inverse
from dupefinder.core.grouping import same_pixels
from dupefinder.core.photo_hashes import (
    SEGMENTS,
    PhotoHashes,
    distances_between,
    hashes_of,
    segments_between,
)
from dupefinder.core.records import DecodedPhoto, Problem, ProblemCode
from dupefinder.text.figures import bytes_text
from dupefinder.text.problems import cause_text, detailed_problem_text, problem_text
from dupefinder.text.translation import _

_LIMITS = DecodeLimits()
_WIDTH = 20


@dataclass(frozen=True, slots=True)
class _Hashed:
    """A photo and its fingerprints.

    Attributes:
        path: The file.
        size_bytes: Its size.
        photo: What decoding gave.
        hashes: Its fingerprints.
    """

    path: str
    size_bytes: int
    photo: DecodedPhoto
    hashes: PhotoHashes


def run(arguments: argparse.Namespace) -> int:
    """Print the fingerprints of every photo, and of exactly two photos their distances.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0; 1 when a photo could not, or not fully, be read.
    """
    hashed = []
    code = 0
    for path in arguments.paths:
        try:
            one = _hash(path)
        except DecodeFailed as failed:
            warn(f"{path}: {_failure_words(path, failed)}")
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


def _failure_words(path: str, failed: DecodeFailed) -> str:
    # To a scan, which found the file before, it would be one that has gone since.
    missing = failed.code is ProblemCode.VANISHED
    code = ProblemCode.FOLDER_NOT_FOUND if missing else failed.code
    return detailed_problem_text(Problem(path, code, failed.detail))


def _hash(path: str) -> _Hashed:
    data, size_bytes, _is_whole = read_whole(path, _LIMITS)
    photo = decode_bytes(data, path, _LIMITS)
    return _Hashed(path, size_bytes, photo, hashes_of(photo))


def _lines_of(hashed: _Hashed) -> Iterator[str]:
    facts = hashed.photo.facts
    yield printable(hashed.path)
    yield _row("format", facts.format)
    yield _row("dimensions", f"{facts.width_px}x{facts.height_px}")
    yield _row("size", f"{hashed.size_bytes:,} bytes ({bytes_text(hashed.size_bytes)})")
    for kind, text in hashed.hashes.texts().items():
        yield _row(kind, text)


def _lines_between(one: _Hashed, other: _Hashed) -> Iterator[str]:
    yield _("Bits that differ between the two")
    for apart in distances_between(one.hashes, other.hashes):
        text = f"{apart.distance_bits} of {apart.bits}"
        if apart.turn is not None:
            turned = TRANSFORMS[inverse(apart.turn)] or "as they are"
            text += f"; least of eight orientations {apart.least_bits} ({turned})"
        yield _row(apart.kind, text)
    matching, segments, bits = segments_between(one.hashes, other.hashes)
    yield _row(SEGMENTS, f"{matching} of {segments} segments match, {bits} bits apart")
    yield _row("same bytes", "yes" if one.photo.digest == other.photo.digest else "no")
    yield _row("same pixels", _pixels_words(one, other))


def _pixels_words(one: _Hashed, other: _Hashed) -> str:
    ours, theirs = one.photo.facts, other.photo.facts
    if (ours.width_px, ours.height_px) != (theirs.width_px, theirs.height_px):
        return "no"
    try:
        contents = [_content(number, hashed) for number, hashed in enumerate((one, other))]
    except DecodeFailed as failed:
        return f"cannot be told: {cause_text(failed.code.value)}"
    if one.photo.digest == other.photo.digest or same_pixels(*contents):
        return "yes"
    digests = {content.pixel_digest for content in contents}
    if None in digests:
        return "cannot be told: the pixels of such a file are not read exactly"
    return "no" if len(digests) == 2 else "yes, but one file holds more than the picture"


def _content(number: int, hashed: _Hashed) -> StoredContent:
    """What the catalog would hold of a photo once its pixels were compared in full."""
    photo = hashed.photo
    return StoredContent(
        content_id=number,
        digest=photo.digest,
        size_bytes=hashed.size_bytes,
        fingerprint_version=FINGERPRINT_VERSION,
        facts=photo.facts,
        pixel_digest=digest_pixels(hashed.path, photo.facts, _LIMITS),
        detail_px=None,
    )


def _row(name: str, value: str) -> str:
    return f"  {name:<{_WIDTH}}{printable(value)}"
