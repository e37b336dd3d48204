"""Delivery of a command's result: to a file written whole or not at all, or to the terminal."""

from collections.abc import Iterable

from dupefinder.cli.terminal import say, warn
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.export import target as export_target
from dupefinder.text.translation import _

TO_STDOUT = "-"


def check_target(path: str) -> None:
    """Make sure, before hours of work, that a result can be written to a path.

    Args:
        path: The file to be.

    Raises:
        WrongUsage: It is a folder, a link or a device, its folder does not exist or takes no
            new files; or it holds anything but an earlier result of the program, as a photo or
            its sidecar from a pattern that the shell filled in (`--json IMG_1.*`).
    """
    try:
        export_target.check_target(path)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WrongUsage(
            _("cannot write to {path}: {words}").format(path=ascii(path), words=words)
        ) from error


def deliver(encoded: bytes | None, lines: Iterable[str], target: str | None, code: int) -> int:
    """Write JSON, then the text; to standard output JSON goes alone.

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
        # Before the text: whoever reads that may go away in the middle.
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
