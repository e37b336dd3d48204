"""The arguments of `dupefinder scan`. Imports nothing large."""

import argparse
import re
from collections.abc import Callable

from dupefinder.cli.terminal import WrongUsage
from dupefinder.text.translation import _

HASH_NAMES = ("ahash", "phash", "dhash", "dhash-vertical", "whash")
HASH_SIDES = (8, 16)

_MOST_THREADS = 256
_UNIT_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_BINARY_UNIT_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}


def exit_codes() -> str:
    """The exit codes that all commands share, for the end of their help."""
    return _(
        "Exit codes: 0 done; 1 done, with problems listed, or not done for the reason that is"
        " given; 2 wrong usage; 130 stopped."
    )


def add_export_option(
    parser: "argparse.ArgumentParser | argparse._ArgumentGroup", what: str
) -> None:
    """Add `--export`.

    Args:
        parser: The parser to add it to.
        what: The exported thing, for the help.
    """
    parser.add_argument(
        "--export",
        action="append",
        default=[],
        metavar="FILE",
        help=_(
            "write {what} to this file: a page with pictures (.html), a table (.csv), or data"
            " for other programs (.json); may be repeated"
        ).format(what=what),
    )


def add_json_option(results: argparse._ActionsContainer) -> None:
    """Add the option that writes what was found as JSON."""
    results.add_argument(
        "--json",
        metavar="FILE",
        help=_(
            "write what was found to this file; '-' writes it to standard output and nothing else"
        ),
    )


def add_scan(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the others."""
    scan = commands.add_parser(
        "scan",
        help=_("find duplicates in folders"),
        description=_(
            "Find duplicates among the photos in folders and list them in groups. No photo is"
            " changed, moved or deleted."
        ),
        epilog=exit_codes(),
        allow_abbrev=False,
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


def add_walk_options(container: argparse._ActionsContainer) -> None:
    """Add `--exclude-folder`, `--hidden` and `--follow-links`."""
    container.add_argument(
        "--exclude-folder",
        action="append",
        default=[],
        metavar="PATH",
        help=_("a folder that is not looked at"),
    )
    container.add_argument(
        "--hidden", action="store_true", help=_("look at hidden folders and files, too")
    )
    container.add_argument(
        "--follow-links", action="store_true", help=_("enter linked folders and take linked files")
    )


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


def add_folder_order(container: argparse._ActionsContainer) -> None:
    """Add `--prefer` and `--between-folders`."""
    container.add_argument(
        "--prefer",
        action="append",
        default=[],
        metavar="DIR",
        help=_(
            "of equal copies, keep the one in this folder; if repeated, the first folder"
            " comes first. A copy elsewhere that holds more stays, too"
        ),
    )
    container.add_argument(
        "--between-folders",
        action="store_true",
        help=_(
            "ignore matches inside one folder, and list only what two of the folders share."
            " With a single PATH, the folders directly in it count"
        ),
    )


def add_alteration_options(container: argparse._ActionsContainer) -> None:
    """Add `--no-rotations` and `--no-crops`."""
    container.add_argument(
        "--no-rotations",
        action="store_true",
        help=_("do not look for turned and mirrored copies"),
    )
    container.add_argument(
        "--no-crops",
        action="store_true",
        help=_("do not look for cropped and framed copies"),
    )


def add_hash_options(container: argparse._ActionsContainer) -> None:
    """Add `--hash` and `--hash-size`."""
    container.add_argument(
        "--hash",
        choices=HASH_NAMES,
        default="phash",
        help=_(
            "the fingerprint that is searched with (default: phash; it alone finds turned and"
            " mirrored copies)"
        ),
    )
    container.add_argument(
        "--hash-size",
        type=int,
        choices=HASH_SIDES,
        default=8,
        help=_("8 for fingerprints of 64 bits, 16 for 256 (default: 8)"),
    )


def add_threads_option(container: argparse._ActionsContainer) -> None:
    """Add `--threads`."""
    container.add_argument(
        "--threads",
        type=whole_number(1, _MOST_THREADS),
        default=0,
        metavar="N",
        help=_("photos that are read at the same time (default: one for each processor)"),
    )


def add_catalog_options(command: argparse.ArgumentParser) -> None:
    """Add `--catalog` and `--no-catalog`."""
    catalog = command.add_argument_group(_("catalog")).add_mutually_exclusive_group()
    add_catalog_option(catalog)
    catalog.add_argument(
        "--no-catalog", action="store_true", help=_("remember nothing beyond this run")
    )


def add_catalog_option(container: argparse._ActionsContainer) -> None:
    """Add `--catalog`, which several commands share."""
    container.add_argument(
        "--catalog",
        metavar="FILE",
        help=_(
            "the catalog to use (default: one in the data folder of this account; `dupefinder"
            " catalog info` tells where)"
        ),
    )


def check_threshold(parsed: argparse.Namespace) -> None:
    """Check that a fingerprint has as many bits as may differ.

    Raises:
        WrongUsage: It has fewer.
    """
    bits = parsed.hash_size**2
    if parsed.threshold is not None and parsed.threshold > bits:
        raise WrongUsage(
            _("--threshold {threshold}: the fingerprint has only {bits} bits").format(
                threshold=parsed.threshold, bits=bits
            )
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


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Make what reads a whole number within limits, for `type`."""

    def whole(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise argparse.ArgumentTypeError(
                _("{text} is no whole number from {least} on").format(text=ascii(text), least=least)
            )
        number = int(text)
        if number < least or (most is not None and number > most):
            limits = _("from {least} on") if most is None else _("from {least} to {most}")
            limits = limits.format(least=least, most=most)
            raise argparse.ArgumentTypeError(
                _("{number} is not {limits}").format(number=number, limits=limits)
            )
        return number

    return whole


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kmg]?)(i?)b?", text.lower())
    if match is None or (match[3] and not match[2]):
        raise argparse.ArgumentTypeError(
            _("{text} is no size such as 500000, 500K or 1.5M").format(text=ascii(text))
        )
    units = _BINARY_UNIT_BYTES if match[3] else _UNIT_BYTES
    return round(float(match[1]) * units[match[2]])
