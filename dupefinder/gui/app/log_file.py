"""The log: a few files of bounded size in the platform's folder for logs.

It records work and faults of the program; paths are shortened to their last name.
"""

import glob
import logging
import os
import re
import sys
from collections import deque
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import dupefinder
from dupefinder.store.own_files import close_to_others, log_folder, make_folder, private_opener

LEVELS = ("debug", "info", "warning", "error")
"""The levels to choose from, the most detailed first."""

_ROOT = "dupefinder"
_MOST_BYTES = 1_000_000
_OLDER_FILES = 3
_RECENT_LINES = 80
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(threadName)s %(name)s: %(message)s"


def default_log_path() -> Path:
    """The log's path in the platform's place, or in `$DUPEFINDER_DATA` when set."""
    return log_folder() / "dupefinder.log"


def start_log(path: Path, level: str = "info") -> bool:
    """Write the log from now on; a log that was started before ends.

    Args:
        path: Its file; older ones lie beside it, with numbers at their ends.
        level: One of `LEVELS`; another text counts as "info".

    Returns:
        False when the file cannot be written: the program goes on, and only the latest lines
        are kept in memory.
    """
    stop_log()
    logger = logging.getLogger(_ROOT)
    logger.setLevel(level.upper() if level in LEVELS else "INFO")
    handlers: list[logging.Handler] = [_RecentLines()]
    fault: OSError | None = None
    try:
        make_folder(path.parent)
        close_to_others(path.parent.glob(f"{glob.escape(path.name)}*"))
        handlers.append(_File(path))
    except OSError as error:
        fault = error
    for handler in handlers:
        handler.setFormatter(_Formatter(_FORMAT))
        logger.addHandler(handler)
    if fault is not None:
        logger.warning("the log cannot be written: %s", fault.strerror)
    return fault is None


def stop_log() -> None:
    """Close the log's file."""
    logger = logging.getLogger(_ROOT)
    for handler in list(logger.handlers):
        if isinstance(handler, (_File, _RecentLines)):
            logger.removeHandler(handler)
            handler.close()


def recent_lines() -> list[str]:
    """The latest lines of the log, the oldest first."""
    for handler in logging.getLogger(_ROOT).handlers:
        if isinstance(handler, _RecentLines):
            return list(handler.lines)
    return []


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_folders(super().format(record))


class _File(RotatingFileHandler):
    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=_MOST_BYTES,
            backupCount=_OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename,
            "a",
            encoding=self.encoding,
            errors=self.errors,
            opener=private_opener,
        )

    def doRollover(self) -> None:
        # Windows cannot rename a file that another dupefinder has open; then this one grows.
        with suppress(OSError):
            super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop a line silently on a full disk, which is reported elsewhere."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


class _RecentLines(logging.Handler):
    """Keeps the latest lines for a crash report."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=_RECENT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.lines.append(self.format(record))
        except Exception:  # a message that does not fit its arguments must not end the program
            self.handleError(record)


_PACKAGES = re.compile(r'[^"\s]*?[\\/](?:site|dist)-packages[\\/]')
_CODE = os.path.dirname(os.path.dirname(os.path.abspath(dupefinder.__file__))) + os.sep
_FRAME = re.compile(r'^\s*File "')
_ABSOLUTE = r"(?:[A-Za-z]:[\\/]|[\\/])"
_QUOTED = re.compile(rf"""(['"])({_ABSOLUTE}(?:(?!\1)[^\n])*)\1""")
_PLAIN = re.compile(rf"(?<![\w.…~/\\:-]){_ABSOLUTE}[^\s'\",:;()<>]+")


def without_folders(text: str) -> str:
    """Shorten absolute paths to the name at their end.

    The lines of a traceback that name code keep the way below the program's own folder, or below
    that of installed packages. A path that holds blanks and is not quoted keeps what follows its
    first blank, down to the next separator.

    Args:
        text: One line or several.
    """
    return "\n".join(_shortened(line) for line in text.split("\n"))


def _shortened(line: str) -> str:
    if _FRAME.match(line):
        return _PACKAGES.sub("", line).replace(_CODE, "").replace(os.path.expanduser("~"), "~")
    line = _QUOTED.sub(lambda found: found[1] + _name(found[2]) + found[1], line)
    return _PLAIN.sub(lambda found: _name(found[0]), line)


def _name(path: str) -> str:
    name = re.split(r"[\\/]+", path.rstrip("\\/"))[-1]
    return f"…/{name}" if name else path
