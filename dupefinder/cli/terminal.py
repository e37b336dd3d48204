"""Output to the terminal: safe for any file name and any reader."""

import contextlib
import errno
import io
import os
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import TextIO

from dupefinder.text.figures import printable as printable  # all of a command's output needs it


class WrongUsage(Exception):
    """The request cannot be carried out as typed; the message says why."""


_STDERR = 2


class OutputFailed(Exception):
    """Standard output cannot be written; the message says why."""


def prepare_output() -> None:
    """Escape characters that the terminal's encoding lacks.

    On Windows, consoles have all characters, but files and pipes get a code page that lacks most.
    They get UTF-8 instead, as in Python 3.15, unless the person chose an encoding.
    """
    is_code_page = sys.platform == "win32" and "PYTHONIOENCODING" not in os.environ
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = "utf-8" if is_code_page and not is_terminal(stream) else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def say(text: str = "") -> None:
    """Print a line to standard output, ignoring a reader that has ended (`| head`).

    Raises:
        OutputFailed: It cannot be written for another reason, a full disk for example.
    """
    with readers_may_go():
        print(text)


def finish_output() -> None:
    """Flush standard output, so that faults can be reported.

    Raises:
        OutputFailed: As `say`.
    """
    with readers_may_go():
        if sys.stdout is not None:
            sys.stdout.flush()


def warn(text: str) -> None:
    """Print a line to standard error, with the program's name, made safe."""
    with contextlib.suppress(OSError, ValueError):
        print(f"dupefinder: {printable(text)}", file=sys.stderr, flush=True)


def table_lines(rows: Sequence[Sequence[str]], to_the_right: Collection[int] = ()) -> Iterator[str]:
    """Lay rows out in columns, each as wide as its widest text.

    Args:
        rows: The texts of each row; all have as many.
        to_the_right: Places of the columns that end at one edge, as numbers do.
    """
    widths = [max(map(shown_width, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            " " * (width - shown_width(text)) + text
            if place in to_the_right
            else padded(text, width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def padded(text: str, width: int) -> str:
    """A text padded with blanks to a width."""
    return text + " " * (width - shown_width(text))


def shown_width(text: str) -> int:
    """Width of a text on a terminal, where 家 takes two columns."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )


def is_terminal(stream: TextIO | None) -> bool:
    """True for a stream that a person reads or types at; False for a closed one."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


@contextlib.contextmanager
def without_library_messages() -> Iterator[None]:
    """Keep messages of C decoders on descriptor 2 off the terminal.

    Python's own output still arrives. Problems of decoders are reported as such; their messages
    name no file and would disturb the progress line.
    """
    if sys.stderr is None or _descriptor_of(sys.stderr) != _STDERR:
        yield
        return
    python_stderr = sys.stderr
    python_stderr.flush()
    stream = io.TextIOWrapper(
        io.FileIO(os.dup(_STDERR), "w"),
        encoding=python_stderr.encoding,
        errors="backslashreplace",
        write_through=True,  # so that nothing is left to be written when the terminal has gone
    )
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    sys.stderr = stream
    try:
        yield
    finally:
        sys.stderr = python_stderr
        os.dup2(stream.fileno(), _STDERR)
        stream.close()


def _descriptor_of(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def readers_may_go() -> Iterator[None]:
    """While this context is open, output goes to nowhere once its reader has gone.

    Raises:
        OutputFailed: It cannot be written for another reason, a full disk for example.
    """
    try:
        yield
    except OSError as error:
        # All that follows goes to nowhere, above all what is written out when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if not _says_nobody_reads(error):
            raise OutputFailed(error.strerror or str(error)) from error


def _says_nobody_reads(error: OSError) -> bool:
    # Windows calls a pipe without a reader an invalid argument.
    return error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL)
