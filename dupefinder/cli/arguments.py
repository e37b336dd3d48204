"""What may be typed after `dupefinder`, and what it says about itself. Imports nothing large."""

import argparse
import re
from collections.abc import Callable, Sequence

from dupefinder import __version__

HASH_NAMES = ("ahash", "phash", "dhash", "dhash-vertical", "whash")
HASH_SIDES = (8, 16)

_MOST_THREADS = 256
_UNIT_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_BINARY_UNIT_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}

_EXIT_CODES = (
    "Exit codes: 0 done; 1 done, with problems listed, or not done for the reason that is given;"
    " 2 wrong usage; 130 stopped."
)


class WrongUsage(Exception):
    """What was typed cannot be done; the message says why."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments of one command.

    Args:
        arguments: What follows the program's name.

    Returns:
        A namespace; its `module` names the module of this package whose `run` takes it.

    Raises:
        SystemExit: Help was asked for (code 0), or something is wrong (code 2). It is printed.
        WrongUsage: Something is wrong that argparse does not see.
    """
    parser = _parser()
    parsed, left = parser.parse_known_args(arguments)
    # argparse takes paths only up to the first option; those between options are left over.
    if left and hasattr(parsed, "paths") and not any(word.startswith("-") for word in left):
        parsed.paths += left
    elif left:
        raise WrongUsage(f"unknown arguments: {' '.join(left)}")
    if parsed.module is None:
        # There is no window yet that could open.
        parser.print_help()
        parser.exit(0)
    if parsed.module == "scan_command":
        _check_scan(parsed)
    return parsed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dupefinder",
        description="Find duplicate photos. No photo is changed, moved or deleted.",
        epilog="`dupefinder COMMAND --help` tells the options of a command. " + _EXIT_CODES,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dupefinder {__version__}")
    parser.set_defaults(module=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_scan(commands)
    _add_hash(commands)
    _add_catalog(commands)
    gui = commands.add_parser(
        "gui", help="open the window; not part of this version yet", allow_abbrev=False
    )
    gui.add_argument("paths", nargs="*", metavar="FOLDER", help="a folder to open it with")
    gui.set_defaults(module="gui_command")
    return parser


def _add_scan(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    scan = commands.add_parser(
        "scan",
        help="find duplicates in folders",
        description="Find duplicates among the photos in folders and list them in groups."
        " No photo is changed, moved or deleted.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    scan.set_defaults(module="scan_command")
    scan.add_argument("paths", nargs="+", metavar="PATH", help="a folder, or a single photo")

    where = scan.add_argument_group("where to look")
    where.add_argument(
        "--protect",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder whose photos are compared but never proposed for removal; it need not lie"
        " in one that is scanned",
    )
    where.add_argument(
        "--exclude-folder",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder that is not looked at",
    )
    where.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="leave out what fits this pattern by its name or its path below PATH: '*.png',"
        " 'raw/', '2019/*'",
    )
    where.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="GLOB",
        help="keep to what fits this pattern, or another one given so",
    )
    size = "; 500K, 1.5M, 2G for thousands and so on, KiB, MiB, GiB for steps of 1024"
    where.add_argument(
        "--min-size", type=_bytes, default=0, metavar="BYTES", help=f"smallest file{size}"
    )
    where.add_argument("--max-size", type=_bytes, metavar="BYTES", help="largest file")
    where.add_argument(
        "--min-side",
        type=_whole(0),
        default=0,
        metavar="PX",
        help="least length of a photo's shorter side",
    )
    where.add_argument(
        "--max-side",
        type=_whole(0),
        metavar="PX",
        help="greatest length of a photo's longer side",
    )
    where.add_argument(
        "--hidden", action="store_true", help="look at hidden folders and files, too"
    )
    where.add_argument(
        "--follow-links", action="store_true", help="enter linked folders and take linked files"
    )

    how = scan.add_argument_group("how to compare")
    how.add_argument(
        "--hash",
        choices=HASH_NAMES,
        default="phash",
        help="the fingerprint that is searched with (default: phash; it alone finds turned and"
        " mirrored copies)",
    )
    how.add_argument(
        "--hash-size",
        type=int,
        choices=HASH_SIDES,
        default=8,
        help="8 for fingerprints of 64 bits, 16 for 256 (default: 8)",
    )
    how.add_argument(
        "--threshold",
        type=_whole(0),
        metavar="N",
        help="how many of these bits may differ: 0 to 64 (default: 10), or with --hash-size 16"
        " 0 to 256 (default: 40). What is found is confirmed by a second look. Beyond 16 of 64"
        " everything meets everything, and a scan takes very long",
    )
    how.add_argument(
        "--no-rotations",
        action="store_true",
        help="do not look for turned and mirrored copies",
    )
    how.add_argument(
        "--threads",
        type=_whole(1, _MOST_THREADS),
        default=0,
        metavar="N",
        help="photos that are read at the same time (default: one for each processor)",
    )

    catalog = scan.add_argument_group("what is remembered").add_mutually_exclusive_group()
    _add_catalog_option(catalog)
    catalog.add_argument(
        "--no-catalog", action="store_true", help="remember nothing beyond this scan"
    )

    results = scan.add_argument_group("results")
    results.add_argument(
        "--json",
        metavar="FILE",
        help="write the groups to this file; '-' writes them to standard output and nothing else",
    )
    results.add_argument(
        "--look-alikes",
        action="store_true",
        help="list pairs, too, that look alike but were not confirmed to be one photo",
    )


def _add_hash(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    fingerprints = commands.add_parser(
        "hash",
        help="print the fingerprints of photos",
        description="Print all fingerprints of photos; for exactly two photos also how far they"
        " are apart.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    fingerprints.set_defaults(module="hash_command")
    fingerprints.add_argument("paths", nargs="+", metavar="PHOTO")


def _add_catalog(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    description = "The catalog keeps what was learnt of photos, so that each is read only once."
    catalog = commands.add_parser(
        "catalog",
        help="show, tidy or erase what is remembered",
        description=description,
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    actions = catalog.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True
    )
    for action, words in (
        ("info", "tell where the catalog is and what it holds"),
        ("prune", "forget photos that are gone; those on drives not connected now are kept"),
        ("erase", "erase the catalog; no photo is touched"),
    ):
        one = actions.add_parser(action, help=words, description=words, allow_abbrev=False)
        one.set_defaults(module="catalog_command")
        _add_catalog_option(one)
        if action == "prune":
            one.add_argument(
                "--yes", action="store_true", help="do it; without, tell what would be forgotten"
            )
        if action == "erase":
            one.add_argument("--yes", action="store_true", help="do not ask")


def _add_catalog_option(container: argparse._ActionsContainer) -> None:
    container.add_argument(
        "--catalog",
        metavar="FILE",
        help="the catalog to use (default: one in the data folder of this account;"
        " `dupefinder catalog info` tells where)",
    )


def _check_scan(parsed: argparse.Namespace) -> None:
    bits = parsed.hash_size**2
    if parsed.threshold is not None and parsed.threshold > bits:
        raise WrongUsage(f"--threshold {parsed.threshold}: the fingerprint has only {bits} bits")
    for what, least, most in (
        ("size", parsed.min_size, parsed.max_size),
        ("side", parsed.min_side, parsed.max_side),
    ):
        if most is not None and least > most:
            raise WrongUsage(f"--min-{what} is more than --max-{what}")


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise argparse.ArgumentTypeError(f"{text!a} is no whole number from {least} on")
        number = int(text)
        if number < least or (most is not None and number > most):
            limits = f"from {least} on" if most is None else f"from {least} to {most}"
            raise argparse.ArgumentTypeError(f"{number} is not {limits}")
        return number

    return whole


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kmg]?)(i?)b?", text.lower())
    if match is None or (match[3] and not match[2]):
        raise argparse.ArgumentTypeError(f"{text!a} is no size such as 500000, 500K or 1.5M")
    units = _BINARY_UNIT_BYTES if match[3] else _UNIT_BYTES
    return round(float(match[1]) * units[match[2]])
