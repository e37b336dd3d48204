"""Open dupefinder, or test it, from a checkout. Needs Python 3.11 or later and nothing else.

    python3 packaging/bootstrap.py run [FOLDER... | ARGUMENT...]
        Opens the program; a folder is scanned, all else is passed on as it is.
    python3 packaging/bootstrap.py test [PYTEST ARGUMENT...]
        Runs every check that a change has to pass.
    python3 packaging/bootstrap.py packages
        Prints the system packages that the tests lack on this Linux.

The first start makes an environment in .venv; later starts use it.
"""

# This file alone must parse on any Python 3, to say there that a newer one is needed.
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "dupefinder needs Python 3.11 or later, and this is Python {}.{}. With a newer one"
        " installed, name it:\n  python3.12 packaging/bootstrap.py run".format(*sys.version_info)
    )

import os
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from environment import CHECKOUT, Environment, SetupFailed, venv_package

from dupefinder import qt_libraries

COMMANDS = (
    *("gui", "scan", "search", "compare", "hash", "catalog"),
    *("apply", "history", "undo", "restore", "holding", "different"),
)
"""First words that are meant for the program itself, even where a folder has that name."""


TESTS = {
    "gui": ["tests/gui"],
    "pictures": ["tests/core/decode", "tests/core/matching", "tests/core/proof"],
    "core": ["tests/core"],
    "rest": ["tests"],
    "actions": ["tests/actions"],
    "cli": ["tests/cli"],
}
"""Folders of tests that run together, but for folders below them that have a line of their own.

The longest come first, so that the processors are busy to the end."""


def program_arguments(arguments: Sequence[str]) -> list[str]:
    """The program's arguments: a bare folder means to scan it, all else is passed as it is."""
    names_folder = arguments and arguments[0] not in COMMANDS and Path(arguments[0]).is_dir()
    return ["scan", *arguments] if names_folder else list(arguments)


def opens_window(arguments: Sequence[str]) -> bool:
    """True where the program's arguments open its window."""
    return not arguments or arguments[0] == "gui"


def check_window() -> None:
    """See to it that a window has a screen; the program itself says which libraries it lacks.

    Raises:
        SetupFailed: There is no screen.
    """
    if not qt_libraries.has_display():
        raise SetupFailed(
            "There is no display here to open a window on. Without one, use the command line:\n"
            "  python3 packaging/bootstrap.py run scan FOLDER"
        )


def run(arguments: Sequence[str]) -> NoReturn:
    """Open the program; its exit code becomes this one's."""
    environment = Environment()
    environment.make_ready("run")
    arguments = program_arguments(arguments)
    if opens_window(arguments):
        check_window()
    # -P: a file in the current folder, among photos, must not be taken for a module.
    python = str(environment.program("python"))
    command = [python, "-P", "-m", "dupefinder", *arguments]
    if sys.platform == "win32":
        sys.exit(_wait_for(subprocess.Popen(command)))
    os.execv(python, command)


def _wait_for(program: "subprocess.Popen[bytes]") -> int:
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue  # the program was told too, and ends as it sees fit


def checks(environment: Environment, arguments: Sequence[str]) -> dict[str, list[str]]:
    """The commands that must all succeed before a change is taken in, by name and in order.

    Without arguments all tests are run, in parts.
    """
    python = str(environment.program("python"))
    every_folder = {folder for folders in TESTS.values() for folder in folders}
    parts = {
        f"pytest {part}": [
            *(python, "-m", "pytest", *folders),
            *(
                f"--ignore={other}"
                for other in sorted(every_folder.difference(folders))
                if any(other.startswith(f"{folder}/") for folder in folders)
            ),
        ]
        for part, folders in TESTS.items()
    }
    return {
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "ruff check": [python, "-m", "ruff", "check", "."],
        "mypy": [python, "-m", "mypy"],
        "lint-imports": [str(environment.program("lint-imports"))],
        **({"pytest": [python, "-m", "pytest", *arguments]} if arguments else parts),
    }


def test(arguments: Sequence[str]) -> int:
    """Run every check, all of them even when one fails, and sum up.

    The output of each is shown when it has ended.

    Returns:
        0 when all succeeded, 1 otherwise.
    """
    environment = Environment()
    environment.make_ready("test")
    missing = qt_libraries.missing_libraries(qt_libraries.GRAPHICS)
    remark = f"pytest cannot load Qt. {qt_libraries.advice(missing)}" if missing else ""
    print(remark, end="\n" if remark else "", flush=True)
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # The tests start the program some hundred times: compiled anew each time, that takes minutes.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)

    def run_check(command: Sequence[str]) -> "tuple[int, float, bytes]":
        began_s = time.monotonic()
        ended = subprocess.run(
            command, cwd=CHECKOUT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return ended.returncode, time.monotonic() - began_s, ended.stdout

    results = []
    commands = checks(environment, arguments)
    # One more than there are processors: a tenth of the time, tests wait for disks and processes.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as executor:
        for name, (code, spent_s, output) in zip(
            commands, executor.map(run_check, commands.values()), strict=True
        ):
            print(f"\n=== {name}", flush=True)
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
            results.append((name, code, spent_s))
    print("\n=== Summary")
    for name, code, spent_s in results:
        verdict = "ok" if code == 0 else f"FAILED (exit code {code})"
        print(f"{name:<16}{spent_s:7.1f} s  {verdict}")
    print(remark, end="\n" if remark else "", flush=True)
    return int(any(code for _, code, _ in results))


def packages(_arguments: Sequence[str]) -> int:
    """Print the system packages that `test` lacks, for an automatic installation."""
    manager = qt_libraries.package_manager()
    if manager is not None:
        missing = qt_libraries.missing_libraries(qt_libraries.GRAPHICS)
        names = qt_libraries.packages_with(missing, manager)
        python = venv_package() if manager == "apt-get" else None
        print(*names, *([python] if python else []))
    return 0


ACTIONS = {"run": run, "test": test, "packages": packages}


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument says; the others belong to the program or to pytest."""
    action = ACTIONS.get(arguments[0]) if arguments else None
    if action is None:
        asked = arguments and arguments[0] in ("-h", "--help")
        print(__doc__, end="", file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        return action(arguments[1:])
    except SetupFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
