r"""Validated fields of JSON documents, which anybody may have changed.

Paths travel as `core.records` has them: a name that is not valid in the file system's encoding
carries surrogate escapes ("\udcff").
"""

import json
import os
from enum import Enum, StrEnum
from typing import Any, TypeVar

from dupefinder.actions.records import PlannedFile
from dupefinder.core.records import Reason, ReasonCode

MOST_BYTES = 500_000_000
"""Larger documents are not read. Half a million photos with copies fit into this."""

_DIGEST_BYTES = 32
_NUMBER_LIMIT = 1 << 63
_NS_PER_S = 1_000_000_000

Value = TypeVar("Value", str, int, bool, list[Any], dict[str, Any])
Code = TypeVar("Code", bound=Enum)


class Misfit(StrEnum):
    """Way in which a document is invalid. Texts are made in `text`."""

    NO_JSON = "no-json"
    TOO_LARGE = "too-large"
    """It is too large for the memory of this computer."""
    OVER_LIMIT = "over-limit"
    """It is larger than `size_bytes`, the most that is read."""
    OTHER_FORMAT = "other-format"
    """It does not say that it is of the format `expected`."""
    OTHER_VERSION = "other-version"
    """Its version is `found`, and not `expected`."""
    MISSING = "missing"
    """The field `name` is missing or of another kind."""
    UNKNOWN_CODE = "unknown-code"
    """The field `name` holds `found`, which is none of its words."""
    NO_WHOLE_PATH = "no-whole-path"
    """`found` is no absolute path."""
    NO_PATH = "no-path"
    """`found` is no path."""
    NO_NUMBER = "no-number"
    """The field `name` holds no size that a file can have."""
    NO_TIME = "no-time"
    """The field `name` holds no time that a file can have."""
    NO_DIGEST = "no-digest"
    """The field `name` holds no digest."""
    NO_NAMES = "no-names"
    """The field `name` holds no list of names."""
    NO_ACTION = "no-action"
    """The field `name` holds no action that a plan can do."""
    ONLY_BY_HAND = "only-by-hand"
    """The field `name` holds `found`, which only a person can decide, in the window."""


class ValidationError(Exception):
    """A document does not have the expected form.

    Attributes:
        misfit: The difference.
        values: Values for the text of `misfit`, by name; found values as Python writes them.
    """

    def __init__(self, misfit: Misfit, **values: str | int) -> None:
        super().__init__(misfit.value, values)
        self.misfit = misfit
        self.values = values


def document_of(content: bytes, format_: str, version: int) -> dict[str, Any]:
    """Read a document and demand its format.

    Raises:
        ValidationError: It is something else.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise ValidationError(Misfit.NO_JSON) from None
    except MemoryError:
        raise ValidationError(Misfit.TOO_LARGE) from None
    if not isinstance(document, dict) or document.get("format") != format_:
        raise ValidationError(Misfit.OTHER_FORMAT, expected=format_)
    found = document.get("version")
    if type(found) is not int or found != version:
        raise ValidationError(Misfit.OTHER_VERSION, found=ascii(found), expected=version)
    return document


def field(record: object, name: str, kind: type[Value]) -> Value:
    """A field that has to be there.

    Raises:
        ValidationError: It is missing, or of another kind.
    """
    value = record.get(name) if isinstance(record, dict) else None
    if type(value) is not kind:  # bool is a subclass of int
        raise ValidationError(Misfit.MISSING, name=name)
    return value


def code_field(record: object, name: str, codes: type[Code]) -> Code | None:
    """A field that holds one of the program's codes; None where it is null or missing.

    Raises:
        ValidationError: It holds something else.
    """
    value = record.get(name) if isinstance(record, dict) else None
    if value is None:
        return None
    try:
        return codes(value)
    except ValueError:
        raise ValidationError(Misfit.UNKNOWN_CODE, name=name, found=ascii(value)) from None


def whole_path(value: object) -> str:
    """An absolute path that a file can have.

    Raises:
        ValidationError: It is none.
    """
    if not isinstance(value, str) or not os.path.isabs(value) or "\0" in value:
        raise ValidationError(Misfit.NO_WHOLE_PATH, found=ascii(value))
    return possible_path(value)


def possible_path(value: object) -> str:
    """A path that a file can have, absolute or relative.

    Raises:
        ValidationError: It is none.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValidationError(Misfit.NO_PATH, found=ascii(value))
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise ValidationError(Misfit.NO_PATH, found=ascii(value)) from None
    return value


def number_field(record: object, name: str, least: int = 0) -> int:
    """A size that a file can have.

    Raises:
        ValidationError: It is none.
    """
    number = field(record, name, int)
    if not least <= number < _NUMBER_LIMIT:
        raise ValidationError(Misfit.NO_NUMBER, name=name)
    return number


def time_field(record: object, name: str) -> int:
    """A time that a file can have, in nanoseconds since 1970; negative before.

    Systems count seconds with 64 bits, so that it may exceed the range of nanoseconds with 64 bits,
    1678 to 2262.

    Raises:
        ValidationError: It is none.
    """
    time_ns = field(record, name, int)
    if not -_NUMBER_LIMIT * _NS_PER_S <= time_ns < _NUMBER_LIMIT * _NS_PER_S:
        raise ValidationError(Misfit.NO_TIME, name=name)
    return time_ns


def digest_field(record: object, name: str) -> bytes:
    """A BLAKE3 digest, 32 bytes.

    Raises:
        ValidationError: It is none.
    """
    try:
        digest = bytes.fromhex(field(record, name, str))
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise ValidationError(Misfit.NO_DIGEST, name=name)
    return digest


def encoded_file(file: PlannedFile) -> dict[str, Any]:
    """A photo as `planned_file` reads it."""
    return {
        "path": file.path,
        "bytes": file.size_bytes,
        "mtime_ns": file.mtime_ns,
        "digest": file.digest.hex(),
        "protected": file.protected,
        "holds": None if file.holds is None else list(file.holds),
    }


def planned_file(record: object) -> PlannedFile:
    """A photo as a scan saw it.

    Raises:
        ValidationError: Something in it is not what it should be.
    """
    return PlannedFile(
        size_bytes=number_field(record, "bytes"),
        mtime_ns=time_field(record, "mtime_ns"),
        digest=digest_field(record, "digest"),
        path=whole_path(field(record, "path", str)),
        protected=field(record, "protected", bool),
        holds=_holds(record),
    )


def _holds(record: object) -> tuple[str, ...] | None:
    if not isinstance(record, dict) or record.get("holds") is None:
        return None  # written by a version that did not know it
    holds = field(record, "holds", list)
    if not all(isinstance(one, str) for one in holds):
        raise ValidationError(Misfit.NO_NAMES, name="holds")
    return tuple(sorted(holds))


def encoded_reason(reason: Reason) -> str:
    """A reason as one word, with details behind a colon: "keeper-lacks-metadata:date,gps"."""
    return f"{reason.code.value}:{','.join(reason.parameters)}".rstrip(":")


def reason_field(record: object, name: str) -> Reason | None:
    """A reason as `encoded_reason` writes it; None where it is null or missing.

    Raises:
        ValidationError: It is no reason that is known.
    """
    value = record.get(name) if isinstance(record, dict) else None
    if value is None:
        return None
    code, _, parameters = value.partition(":") if isinstance(value, str) else ("", "", "")
    try:
        return Reason(ReasonCode(code), tuple(parameters.split(",")) if parameters else ())
    except ValueError:
        raise ValidationError(Misfit.UNKNOWN_CODE, name=name, found=ascii(value)) from None
