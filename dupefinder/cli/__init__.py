"""The command line: arguments, progress and reports; the work is done by `services`.

The modules of a command are imported when it runs: `--help` answers without loading NumPy.
"""

import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from dupefinder.cli import gui_command
from dupefinder.cli.arguments import parse
from dupefinder.cli.gui_command import OpenWindow
from dupefinder.cli.stop_signals import ignore_stop_signals
from dupefinder.cli.terminal import (
    OutputFailed,
    WrongUsage,
    finish_output,
    prepare_output,
    readers_may_go,
    warn,
    without_library_messages,
)
from dupefinder.core.errors import DupeFinderError, FolderNotFound
from dupefinder.text.translation import _, known_language, system_languages, use_language

__all__ = ["main"]

DONE = 0
PROBLEMS = 1
WRONG_USAGE = 2
STOPPED = 130


def main(arguments: Sequence[str] | None = None, open_window: OpenWindow | None = None) -> int:
    """Run one command.

    Args:
        arguments: The arguments behind the program's name; None for those of the command line.
        open_window: Shows the window for folders and a catalog.

    Returns:
        The exit code: 0 done, 1 done with problems listed or not done for a stated reason,
        2 wrong usage, 130 stopped.
    """
    if getattr(sys, "frozen", False):
        # In a frozen program the decoding process starts here, too.
        importlib.import_module("multiprocessing").freeze_support()
    prepare_output()
    use_language(known_language(system_languages()))
    try:
        code = _run(arguments, open_window)
        finish_output()
    except KeyboardInterrupt:
        ignore_stop_signals()
        warn(_("stopped"))
        return STOPPED
    except OutputFailed as error:
        warn(_("the output cannot be written: {error}").format(error=error))
        return PROBLEMS
    return code


def _run(arguments: Sequence[str] | None, open_window: OpenWindow | None) -> int:
    try:
        parsed = None
        # argparse prints the help itself, and in some versions of Python fails if its reader ends.
        with readers_may_go():
            parsed = parse(sys.argv[1:] if arguments is None else arguments)
        if parsed is None:
            return DONE
        if parsed.module == "gui_command":
            # The window logs messages of libraries.
            return gui_command.run(parsed, open_window)
        command = _load(parsed.module)
        with without_library_messages():
            code: int = command.run(parsed)
    except SystemExit as exit_:  # argparse has printed the help, or what is wrong
        return exit_.code if isinstance(exit_.code, int) else WRONG_USAGE
    except WrongUsage as error:
        warn(str(error))
        return WRONG_USAGE
    except DupeFinderError as error:
        # Slow to load, and seldom needed.
        from dupefinder.text.problems import fault_text

        warn(fault_text(error, in_terminal=True))
        return WRONG_USAGE if isinstance(error, FolderNotFound) else PROBLEMS
    return code


def _load(module: str) -> ModuleType:
    """Import a command without collecting garbage meanwhile.

    All that modules make stays: to visit it again and again takes a tenth of the time until a scan
    begins. Frozen, later collections pass over it, too.
    """
    gc.disable()
    try:
        return importlib.import_module(f"dupefinder.cli.{module}")
    finally:
        gc.freeze()
        gc.enable()
