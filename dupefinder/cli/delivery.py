"""What a command found goes where it was asked for: a file, standard output, the terminal."""

from collections.abc import Iterable

from dupefinder.cli.terminal import say, warn
from dupefinder.cli.whole_file import write_whole
from dupefinder.text.translation import _

TO_STDOUT = "-"


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
            write_whole(target, encoded)
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
