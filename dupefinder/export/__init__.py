"""Groups, plans and receipts as files for people and other programs: HTML, CSV, JSON.

Each export is first made as a `Document`, which a writer for each format turns into bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from dupefinder.core.job import JobContext
from dupefinder.export.target import check_existing, replacing

if TYPE_CHECKING:
    from dupefinder.export.document import Document

Pictures = Callable[[bytes], bytes | None]
"""Gets the digest of a photo's file; returns a small picture of it as JPEG, or None."""


class ExportFormat(StrEnum):
    """Format of a file; its value is the extension."""

    HTML = "html"
    CSV = "csv"
    JSON = "json"


def format_of(path: str) -> ExportFormat | None:
    """The format that a file's extension asks for; None for another one."""
    extension = os.path.splitext(path)[1].removeprefix(".").lower()
    return ExportFormat.HTML if extension == "htm" else _BY_EXTENSION.get(extension)


_BY_EXTENSION = {one.value: one for one in ExportFormat}


def export(document: Document, path: str, pictures: Pictures, context: JobContext) -> None:
    """Write a document to a file, in the format of its extension.

    The file gets its name only once it is complete, and never replaces a photo.

    Args:
        document: The document.
        path: The file, see `format_of`; an earlier result of the program is replaced.
        pictures: Source of small pictures.
        context: The job.

    Raises:
        OSError: It cannot be written, see `target.check_target`.
        Cancelled: The job was cancelled; nothing was written.
    """
    from dupefinder.export.csv_file import csv_chunks
    from dupefinder.export.html_file import html_chunks

    check_existing(path)
    context.start_phase("export", document.rows)
    with replacing(path) as file:
        match format_of(path):
            case ExportFormat.JSON:
                file.write(document.encode_json())
            case ExportFormat.CSV:
                for chunk in csv_chunks(document, context):
                    file.write(chunk)
            case _:
                for chunk in html_chunks(document, pictures, context):
                    file.write(chunk)
        context.checkpoint()
        # Hours may have passed: another file may be there by now.
        check_existing(path)
    context.finish_phase()
