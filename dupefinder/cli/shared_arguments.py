"""Commands, and the arguments that several of them share. Imports nothing large."""

import argparse
import re
from collections.abc import Callable
from typing import TypeAlias

from dupefinder.cli.terminal import WrongUsage
from dupefinder.text.translation import _

HASH_NAMES = ("ahash", "phash", "dhash", "dhash-vertical", "whash")
HASH_SIDES = (8, 16)

_MOST_THREADS = 256

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The commands of the program, or the actions of a command."""


def add_command(
    commands: Commands, name: str, text: str, description: str | None = None, epilog: str = ""
) -> argparse.ArgumentParser:
    """Add a command to the others.

    Args:
        commands: The others.
        name: The word by which it is called.
        text: Its line in the list of commands.
        description: The first lines of its own help.
        epilog: The last lines of it; empty for the exit codes that all commands share.
    """
    return commands.add_parser(
        name,
        help=text,
        description=description,
        epilog=epilog or exit_codes(),
        allow_abbrev=False,
    )


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
