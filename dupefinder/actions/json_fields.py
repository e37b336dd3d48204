r"""Values out of a JSON document that anybody may have changed: each is what it should be, or not.

Paths travel as `core.records` has them: a name that is not valid in the file system's encoding
carries surrogate escapes ("\udcff").
"""

import json
import os
from enum import Enum
from typing import Any, TypeVar

from dupefinder.actions.records import PlannedFile
from dupefinder.core.records import Reason, ReasonCode

MOST_BYTES = 500_000_000
"""Larger documents are not read. Half a million photos that have copies fit into it."""

_DIGEST_BYTES = 32
_BEYOND = 1 << 63
_NS_PER_S = 1_000_000_000

Value = TypeVar("Value", str, int, bool, list[Any], dict[str, Any])
Code = TypeVar("Code", bound=Enum)


class ValidationError(Exception):
    """A document does not have the expected form; the message says where."""


def document_of(content: bytes, format_: str, version: int) -> dict[str, Any]:
    """Read a document and demand its format.

    Raises:
        ValidationError: It is something else.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise ValidationError("it is no JSON") from None
    except MemoryError:
        raise ValidationError("it is too large for the memory of this computer") from None
    if not isinstance(document, dict) or document.get("format") != format_:
        raise ValidationError(f'it does not say "format": "{format_}"')
    found = document.get("version")
    if type(found) is not int or found != version:
        raise ValidationError(f"its version is {found!a}, and {version} is the one that is known")
    return document


def field(record: object, name: str, kind: type[Value]) -> Value:
    """A field that has to be there.

    Raises:
        ValidationError: It is missing, or of another kind.
    """
    value = record.get(name) if isinstance(record, dict) else None
    if type(value) is not kind:  # a truth value would count as a number
        raise ValidationError(f'"{name}" is missing or not of its kind')
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
        raise ValidationError(f'"{name}" is {value!a}') from None


def whole_path(value: object) -> str:
    """An absolute path that a file can have.

    Raises:
        ValidationError: It is none.
    """
    if not isinstance(value, str) or not os.path.isabs(value) or "\0" in value:
        raise ValidationError(f"{value!a} is no whole path")
    return possible_path(value)


def possible_path(value: object) -> str:
    """A path that a file can have, be it counted from somewhere.

    Raises:
        ValidationError: It is none.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValidationError(f"{value!a} is no path")
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise ValidationError(f"{value!a} is no path") from None
    return value


def number_field(record: object, name: str, least: int = 0) -> int:
    """A size that a file can have.

    Raises:
        ValidationError: It is none.
    """
    number = field(record, name, int)
    if not least <= number < _BEYOND:
        raise ValidationError(f'"{name}" is no number that a file can have')
    return number


def time_field(record: object, name: str) -> int:
    """A time that a file can have, in nanoseconds since 1970; negative before.

    Systems count seconds with 64 bits, so that it may lie long before 1678 and after 2262, which
    is what nanoseconds with 64 bits can say.

    Raises:
        ValidationError: It is none.
    """
    time_ns = field(record, name, int)
    if not -_BEYOND * _NS_PER_S <= time_ns < _BEYOND * _NS_PER_S:
        raise ValidationError(f'"{name}" is no time that a file can have')
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
        raise ValidationError(f'"{name}" is no digest')
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
        return None  # as versions wrote it that did not know
    holds = field(record, "holds", list)
    if not all(isinstance(one, str) for one in holds):
        raise ValidationError('"holds" is no list of names')
    return tuple(sorted(holds))


def encoded_reason(reason: Reason) -> str:
    """A reason in one word, what it names behind a colon: "keeper-lacks-metadata:date,gps"."""
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
        raise ValidationError(f'"{name}" is {value!a}') from None
