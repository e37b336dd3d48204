"""`dupefinder catalog`: what is remembered, and how to make it less."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from dupefinder.cli.figures import counted, size_words, time_words
from dupefinder.cli.terminal import finish_output, is_terminal, printable, say, warn
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.catalog import Catalog, CatalogInfo, ScanRecord, default_catalog_path, erase
from dupefinder.core.scan.mounted import mounted_volumes
from dupefinder.services.catalog import find_gone

_NS_PER_S = 1_000_000_000


def run(arguments: argparse.Namespace) -> int:
    """Tell about the catalog, tidy it, or erase it.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0; 130 when the question before erasing was not answered with yes.

    Raises:
        WrongUsage: Nobody can be asked, and `--yes` was not given; the name is empty.
        DupeFinderError: See `Catalog.open` and `erase`.
    """
    if arguments.catalog == "":
        raise WrongUsage("--catalog needs the name of a file")
    path = Path(arguments.catalog) if arguments.catalog else default_catalog_path()
    path = Path(os.path.abspath(path))
    if arguments.action == "erase":
        return _erase(path, sure=arguments.yes)
    if not path.exists():
        say(f"There is no catalog at {printable(str(path))} yet; the first scan makes it.")
        return 0
    with Catalog.open(path) as catalog:
        if catalog.set_aside is not None:
            warn(f"the catalog was damaged; the damaged one is now {catalog.set_aside}")
        if arguments.action == "info":
            _tell(catalog.info())
        else:
            _prune(catalog, sure=arguments.yes)
    return 0


def _tell(info: CatalogInfo) -> None:
    say(f"Catalog    {printable(str(info.path))}")
    say(f"Size       {size_words(info.size_bytes)}")
    say(f"Files      {info.files:,}, of these {counted(info.problems, 'problem')}")
    say(f"Contents   {info.contents:,}")
    say(f"Pairs      {info.pairs:,}")
    mounted = mounted_volumes()
    for volume in info.volumes:
        points = ", ".join(map(printable, mounted.get(volume.volume_id, ())))
        say(
            f"Volume     {printable(volume.volume_id)}: {counted(volume.files, 'file')},"
            f" {f'mounted at {points}' if points else 'not connected'}"
        )
    say(f"Last scan  {_scan_words(info.last_scan)}")
    for folder in info.last_scan.folders if info.last_scan else ():
        say(f"           {printable(os.path.abspath(folder))}")


def _scan_words(scan: ScanRecord | None) -> str:
    if scan is None:
        return "none yet"
    began = datetime.fromtimestamp(scan.started_ns // _NS_PER_S).astimezone()
    began_words = began.strftime("%Y-%m-%d %H:%M")
    if scan.finished_ns is None or scan.duration_s is None:
        return f"{began_words}, not finished"
    return f"{began_words}, took {time_words(scan.duration_s)}"


def _prune(catalog: Catalog, *, sure: bool) -> None:
    gone = find_gone(catalog)
    if sure:
        counts = catalog.prune(gone.paths)
        say(
            f"Forgot {counted(counts.files, 'file')}, {counted(counts.contents, 'content')}"
            f" and {counted(counts.pairs, 'pair')}"
        )
    else:
        for path in gone.paths.values():
            say(f"gone: {printable(path)}")
        say(
            f"{counted(len(gone.paths), 'file')} would be forgotten;"
            " `dupefinder catalog prune --yes` does it"
        )
    for volume_id, files in gone.unknown.items():
        say(f"{counted(files, 'file')} kept: the drive {printable(volume_id)} is not connected")


def _erase(path: Path, *, sure: bool) -> int:
    exists = path.exists()
    if exists and not sure:
        if not is_terminal(sys.stdin):
            raise WrongUsage("nobody can be asked here whether to erase the catalog; add --yes")
        question = (
            f"Erase {printable(str(path))} ({size_words(path.stat().st_size)})?"
            " Photos are not touched; the next scan reads them all anew. [y/N]"
        )
        if not _is_yes(question):
            say("Nothing was erased.")
            return 130
    # Also without a catalog: damaged ones that were set aside may be left.
    erase(path)
    words = "Erased" if exists else "There is no catalog at"
    say(f"{words} {printable(str(path))}.")
    return 0


def _is_yes(question: str) -> bool:
    # Not `input`, which may print its question to the descriptor of standard error.
    say(question)
    finish_output()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
