"""Files with the results of a command: `--json` (`-` means the terminal), and `--export`."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.catalog import Catalog, default_catalog_path
from dupefinder.core.job import JobContext
from dupefinder.export import ExportFormat, Pictures, export, format_of
from dupefinder.export import target as export_target
from dupefinder.export.document import Document
from dupefinder.text.translation import _

TO_STDOUT = "-"


def check_target(path: str) -> None:
    """Make sure, before hours of work, that a result can be written to a path.

    Args:
        path: The file to be.

    Raises:
        WrongUsage: It is a folder, a link or a device, its folder does not exist or takes no new
            files; or it is a file that is not an earlier result of the program, such as a photo
            from a pattern that the shell expanded (`--json IMG_1.*`).
    """
    try:
        export_target.check_target(path)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WrongUsage(
            _("cannot write to {path}: {words}").format(path=ascii(path), words=words)
        ) from error


def deliver(encoded: bytes | None, lines: Iterable[str], target: str | None, code: int) -> int:
    """Write JSON, then the text; JSON on standard output stands alone.

    Args:
        encoded: The JSON, ASCII; None for none.
        lines: The text.
        target: File for the JSON, or `TO_STDOUT`.
        code: The exit code so far.

    Returns:
        The exit code: 1 when the file could not be written.
    """
    failure = None
    if encoded is not None and target is not None:
        if target == TO_STDOUT:
            say(encoded.decode("ascii").rstrip("\n"))
            return code
        # Before the text, whose reader may end early.
        try:
            export_target.write_whole(target, encoded)
        except OSError as error:
            failure = error
    for text in lines:
        say(text)
    if failure is not None:
        warn(
            _("cannot write to {target}: {what}").format(
                target=ascii(target), what=failure.strerror or failure
            )
        )
        return 1
    return code


def check_exports(arguments: argparse.Namespace) -> list[str]:
    """The files that `--export` names, after checking that they can be written.

    Args:
        arguments: Result of `arguments.parse`.

    Raises:
        WrongUsage: An extension names no format, or see `check_target`.
    """
    paths: Sequence[str] = arguments.export
    for path in paths:
        if format_of(path) is None:
            raise WrongUsage(
                _("cannot export to {path}: the name has to end in one of {endings}").format(
                    path=ascii(path), endings=", ".join(f".{one.value}" for one in ExportFormat)
                )
            )
        check_target(path)
    return list(paths)


def export_to(
    paths: Sequence[str], document: Document, pictures: Pictures, context: JobContext
) -> bool:
    """Write a document to files, and report it.

    Args:
        paths: Result of `check_exports`.
        document: The document.
        pictures: Source of small pictures.
        context: The job.

    Returns:
        False when one could not be written, which is reported.

    Raises:
        Cancelled: The job was cancelled.
    """
    is_done = True
    for path in paths:
        try:
            export(document, path, pictures, context)
        except OSError as error:
            warn(
                _("cannot write to {path}: {words}").format(
                    path=ascii(path), words=error.strerror or error
                )
            )
            is_done = False
        else:
            say(_("Exported to {path}").format(path=printable(path)))
    return is_done


def pictures_of(catalog: Catalog) -> Pictures:
    """Thumbnails from an open catalog."""

    def picture(digest: bytes) -> bytes | None:
        content_id = catalog.content_ids([digest]).get(digest)
        return None if content_id is None else catalog.thumbnails([content_id]).get(content_id)

    return picture


def pictures_beside(arguments: argparse.Namespace) -> Pictures:
    """Thumbnails from the catalog beside a journal; none without a catalog.

    Args:
        arguments: Result of `arguments.parse`.
    """
    from dupefinder.core.catalog.pixels import ThumbnailReader

    path = Path(arguments.catalog) if arguments.catalog else default_catalog_path()
    return ThumbnailReader(path).thumbnail_of
