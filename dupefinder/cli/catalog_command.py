"""`dupefinder catalog`: show, tidy or erase the catalog."""

import argparse
import os
import sys
from pathlib import Path

from dupefinder.cli.terminal import WrongUsage, finish_output, is_terminal, printable, say, warn
from dupefinder.core.catalog import Catalog, CatalogInfo, ScanRecord, default_catalog_path, erase
from dupefinder.core.scan.volumes import mounted_volumes
from dupefinder.services.catalog import find_gone
from dupefinder.text.counts import files_text, pairs_text, problems_text
from dupefinder.text.figures import bytes_text, moment_text, number_text
from dupefinder.text.scans import duration_text
from dupefinder.text.translation import _, plural


def run(arguments: argparse.Namespace) -> int:
    """Show, tidy or erase the catalog.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 130 when the question before erasing was not answered with yes.

    Raises:
        WrongUsage: Nobody can be asked, and `--yes` was not given; the name is empty.
        DupeFinderError: See `Catalog.open` and `erase`.
    """
    if arguments.catalog == "":
        raise WrongUsage(_("--catalog needs the name of a file"))
    path = Path(arguments.catalog) if arguments.catalog else default_catalog_path()
    path = Path(os.path.abspath(path))
    if arguments.action == "erase":
        return _erase(path, sure=arguments.yes)
    if not path.exists():
        say(
            _("There is no catalog at {path} yet; the first scan makes it.").format(
                path=printable(str(path))
            )
        )
        return 0
    with Catalog.open(path) as catalog:
        if catalog.set_aside is not None:
            warn(
                _("the catalog was damaged; the damaged one is now {set_aside}").format(
                    set_aside=catalog.set_aside
                )
            )
        if arguments.action == "info":
            _tell(catalog.info())
        else:
            _prune(catalog, sure=arguments.yes)
    return 0


def _tell(info: CatalogInfo) -> None:
    say(_("Catalog    {path}").format(path=printable(str(info.path))))
    say(_("Size       {size}").format(size=bytes_text(info.size_bytes)))
    say(
        _("Files      {files}, of these {problems}").format(
            files=number_text(info.files), problems=problems_text(info.problems)
        )
    )
    say(_("Contents   {contents}").format(contents=number_text(info.contents)))
    say(_("Pairs      {pairs}").format(pairs=number_text(info.pairs)))
    mounted = mounted_volumes()
    for volume in info.volumes:
        points = ", ".join(map(printable, mounted.get(volume.volume_id, ())))
        say(
            _("Volume     {volume_id}: {files}, {state}").format(
                volume_id=printable(volume.volume_id),
                files=files_text(volume.files),
                state=_("mounted at {points}").format(points=points)
                if points
                else _("not connected"),
            )
        )
    say(_("Last scan  {scan}").format(scan=_scan_text(info.last_scan)))
    for folder in info.last_scan.folders if info.last_scan else ():
        say(f"           {printable(os.path.abspath(folder))}")


def _scan_text(scan: ScanRecord | None) -> str:
    if scan is None:
        return _("none yet")
    began_words = moment_text(scan.started_ns)
    if scan.finished_ns is None or scan.duration_s is None:
        return _("{began}, not finished").format(began=began_words)
    return _("{began}, took {duration}").format(
        began=began_words, duration=duration_text(scan.duration_s)
    )


def _prune(catalog: Catalog, *, sure: bool) -> None:
    gone = find_gone(catalog)
    if sure:
        counts = catalog.prune(gone.paths)
        say(
            _("Forgot {files}, {contents} and {pairs}").format(
                files=files_text(counts.files),
                contents=plural("{n} content", "{n} contents", counts.contents),
                pairs=pairs_text(counts.pairs),
            )
        )
    else:
        for path in gone.paths.values():
            say(_("gone: {path}").format(path=printable(path)))
        say(
            _("{files} would be forgotten; `dupefinder catalog prune --yes` does it").format(
                files=files_text(len(gone.paths))
            )
        )
    for volume_id, files in gone.unknown.items():
        say(
            _("{files} kept: the drive {volume_id} is not connected").format(
                files=files_text(files), volume_id=printable(volume_id)
            )
        )


def _erase(path: Path, *, sure: bool) -> int:
    exists = path.exists()
    if exists and not sure:
        if not is_terminal(sys.stdin):
            raise WrongUsage(_("cannot ask for confirmation here to erase the catalog; add --yes"))
        question = _(
            "Erase {path} ({size})? Photos are not touched; the next scan reads them all anew."
            " [y/N]"
        ).format(path=printable(str(path)), size=bytes_text(path.stat().st_size))
        if not _is_yes(question):
            say(_("Nothing was erased."))
            return 130
    # Also without a catalog, as damaged ones that were set aside may be left.
    erase(path)
    words = _("Erased {path}.") if exists else _("There is no catalog at {path}.")
    say(words.format(path=printable(str(path))))
    return 0


def _is_yes(question: str) -> bool:
    # Not `input`, which may print its question to the descriptor of standard error.
    say(question)
    finish_output()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
