"""CSV, RFC 4180 in UTF-8: one line for each row, harmless to spreadsheets.

A column of files becomes two: the readable path, and a `file:` URI, which has every name exactly,
even if it is not valid text.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dupefinder.core.job import JobContext
from dupefinder.export.document import Cell, Document, PhotoCell
from dupefinder.export.target import CSV_MARK
from dupefinder.text.figures import printable

_FORMULA = "=+-@\t\r\n＝＋－＠"
"""Beginnings of formulas for spreadsheets, see OWASP's "CSV injection"."""


def csv_chunks(document: Document, context: JobContext) -> Iterator[bytes]:
    """Yield the lines, the names of the columns first.

    Args:
        document: The document.
        context: The job.

    Raises:
        Cancelled: The job was cancelled.
    """
    names: list[str | int] = [f"dupefinder {document.number_code}"]
    for column in document.columns:
        names += [column.code, f"{column.code}_uri"] if column.is_file else [column.code]
    head = _line(names)
    assert head.startswith(CSV_MARK[3:])
    yield CSV_MARK[:3] + head
    for section in document.sections():
        for row in section.rows:
            context.checkpoint()
            values: list[str | int] = [row.number]
            for column, cell in zip(document.columns, row.cells, strict=True):
                values += _values(cell, is_file=column.is_file)
            yield _line(values)
            context.advance()


def _values(cell: Cell, *, is_file: bool) -> tuple[str | int, ...]:
    if cell is None:
        return ("", "") if is_file else ("",)
    if isinstance(cell, PhotoCell):
        return printable(cell.path), Path(cell.path).as_uri()
    return (cell.code if isinstance(cell.code, int) else printable(cell.code),)


def _line(values: list[str | int]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(_harmless, values))
    return line.getvalue().encode("utf-8", "backslashreplace")


def _harmless(value: str | int) -> str | int:
    """A value that is no formula for spreadsheets: text that looks like one gets a quote."""
    if isinstance(value, str) and value.startswith(tuple(_FORMULA)):
        return f"'{value}"
    return value
