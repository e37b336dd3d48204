"""The arguments of `dupefinder scan`. Imports nothing large."""

import argparse
import re

from dupefinder.cli.shared_arguments import (
    Commands,
    add_alteration_options,
    add_catalog_options,
    add_command,
    add_export_option,
    add_folder_order,
    add_hash_options,
    add_threads_option,
    add_walk_options,
    check_threshold,
    whole_number,
)
from dupefinder.cli.terminal import WrongUsage
from dupefinder.text.translation import _

_UNIT_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_BINARY_UNIT_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}


def add_scan(commands: Commands) -> None:
    """Add the command to the others."""
    scan = add_command(
        commands,
        "scan",
        _("find duplicates in folders"),
        _(
            "Find duplicates among the photos in folders and list them in groups. No photo is"
            " changed, moved or deleted."
        ),
    )
    scan.set_defaults(module="scan_command")
    scan.add_argument("paths", nargs="+", metavar="PATH", help=_("a folder, or a single photo"))

    _add_file_options(scan.add_argument_group(_("where to look")))
    add_folder_order(scan.add_argument_group(_("which copy stays")))
    _add_comparison_options(scan.add_argument_group(_("how to compare")))
    add_catalog_options(scan)
    _add_result_options(scan.add_argument_group(_("results")))


def _add_file_options(where: argparse._ActionsContainer) -> None:
    """Add the options that choose files: folders, patterns, sizes."""
    where.add_argument(
        "--protect",
        action="append",
        default=[],
        metavar="PATH",
        help=_(
            "a folder whose photos are compared but never proposed for removal; it need not lie"
            " in one that is scanned"
        ),
    )
    where.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help=_(
            "leave out files and folders whose name or path below PATH matches this pattern:"
            " '*.png', 'raw/', '2019/*'"
        ),
    )
    where.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="GLOB",
        help=_("only scan files that match this pattern, or another one given with this option"),
    )
    where.add_argument(
        "--min-size",
        type=_bytes,
        default=0,
        metavar="BYTES",
        help=_(
            "smallest file size; 500K, 1.5M and 2G count in thousands, KiB, MiB and GiB in"
            " steps of 1024"
        ),
    )
    where.add_argument("--max-size", type=_bytes, metavar="BYTES", help=_("largest file size"))
    where.add_argument(
        "--min-side",
        type=whole_number(0),
        default=0,
        metavar="PX",
        help=_("least length of a photo's shorter side"),
    )
    where.add_argument(
        "--max-side",
        type=whole_number(0),
        metavar="PX",
        help=_("greatest length of a photo's longer side"),
    )
    add_walk_options(where)


def _add_comparison_options(how: argparse._ActionsContainer) -> None:
    """Add the options that choose how photos are compared."""
    add_hash_options(how)
    how.add_argument(
        "--threshold",
        type=whole_number(0),
        metavar="N",
        help=_(
            "number of these bits that may differ: 0 to 64 (default: 10), or with --hash-size"
            " 16 0 to 256 (default: 40). Every match is then checked more closely. Above 16"
            " of 64, nearly all photos match one another, and a scan takes very long"
        ),
    )
    add_alteration_options(how)
    add_threads_option(how)


def _add_result_options(results: argparse._ArgumentGroup) -> None:
    """Add the options that say what is done with the groups."""
    results.add_argument(
        "--json",
        metavar="FILE",
        help=_(
            "write the groups to this file; '-' writes them to standard output and nothing else"
        ),
    )
    add_export_option(results, _("the groups"))
    results.add_argument(
        "--look-alikes",
        action="store_true",
        help=_("list pairs, too, that look alike but were not confirmed to be one photo"),
    )


def check_scan(parsed: argparse.Namespace) -> None:
    """Check what argparse cannot, because it takes two arguments together.

    Raises:
        WrongUsage: They do not go together.
    """
    check_threshold(parsed)
    for what, least, most in (
        ("size", parsed.min_size, parsed.max_size),
        ("side", parsed.min_side, parsed.max_side),
    ):
        if most is not None and least > most:
            raise WrongUsage(_("--min-{what} is more than --max-{what}").format(what=what))


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kmg]?)(i?)b?", text.lower())
    if match is None or (match[3] and not match[2]):
        raise argparse.ArgumentTypeError(
            _("{text} is no size such as 500000, 500K or 1.5M").format(text=ascii(text))
        )
    units = _BINARY_UNIT_BYTES if match[3] else _UNIT_BYTES
    return round(float(match[1]) * units[match[2]])
