"""Remake the lock files: `python packaging/lock.py [--upgrade]`. Needs `uv` on the PATH.

Each lock file names, for one purpose, the exact version of every package on every supported
system and Python, with the SHA-256 of every file of that release. Without `--upgrade`, pins that
still fit are kept. What `lock-run.txt` pins, the others pin alike: an environment for tests can
also run the program, and packages hold what was tested.
"""

import argparse
import re
import subprocess
import tomllib
from pathlib import Path

from environment import CHECKOUT, LOCKS

HEADER = """\
# Made by packaging/lock.py; do not edit. To install:
# pip install --require-hashes --only-binary :all: -r {name}
"""

_ALLOWED_LINE = re.compile(
    r"""
    [a-z0-9][a-z0-9.-]*==[\w.+!]+(?:\s;\s[^\\:/@]+)?(?:\s\\)?   # name==version ; marker \\
    | \s{4}--hash=sha256:[0-9a-f]{64}(?:\s\\)?
    """,
    re.VERBOSE,
)


def requirements(*, extra: str | None) -> str:
    """List what the project and its build need, in the form of a requirements file.

    Args:
        extra: Name of an extra of `pyproject.toml` to include.
    """
    declared = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = [*declared["project"]["dependencies"], *declared["build-system"]["requires"]]
    if extra is not None:
        needs += declared["project"]["optional-dependencies"][extra]
    return "\n".join(needs) + "\n"


def compile_lock(needs: str, lock: Path, *options: str) -> None:
    """Resolve requirements into a lock file, keeping the pins it has where they fit."""
    command = [
        *("uv", "--quiet", "pip", "compile", "-", "--output-file", str(lock)),
        *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
        *("--generate-hashes", "--no-annotate", "--no-header"),
        *("--no-emit-index-url", "--no-emit-find-links"),
        *options,
    ]
    subprocess.run(command, input=needs, text=True, cwd=CHECKOUT, check=True)
    text = lock.read_text(encoding="utf-8")
    lock.write_text(HEADER.format(name=lock.name) + text, encoding="utf-8", newline="\n")


def foreign_lines(text: str) -> list[str]:
    """Lines of a lock file that are neither a pin, a hash nor the header.

    An index address, a local path or an option would bind the file to one machine.
    """
    header = {line for line in HEADER.splitlines() if "{name}" not in line}
    return [
        line
        for line in text.splitlines()
        if line not in header
        and not line.startswith("# pip install --require-hashes ")
        and not _ALLOWED_LINE.fullmatch(line)
    ]


def main() -> None:
    """Remake the lock files."""
    parser = argparse.ArgumentParser(description="Remake the lock files.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = ["--upgrade"] if parser.parse_args().upgrade else []
    compile_lock(requirements(extra="test"), LOCKS["test"], *options)
    as_tested = ("--upgrade", "--constraint", str(LOCKS["test"]))
    compile_lock(requirements(extra=None), LOCKS["run"], *as_tested)
    compile_lock(requirements(extra="build"), LOCKS["build"], *as_tested)
    for lock in LOCKS.values():
        foreign = foreign_lines(lock.read_text(encoding="utf-8"))
        if foreign:
            raise SystemExit(f"{lock.name} has lines that do not belong there: {foreign}")


if __name__ == "__main__":
    main()
