"""The arguments of `dupefinder`, and its help. Imports nothing large."""

import argparse
from collections.abc import Sequence

from dupefinder import __version__
from dupefinder.cli.action_arguments import (
    add_apply,
    add_different,
    add_history,
    add_quarantine,
    add_restore,
    add_undo,
)
from dupefinder.cli.compare_arguments import add_compare
from dupefinder.cli.scan_arguments import add_scan, check_scan
from dupefinder.cli.search_arguments import add_search, check_search
from dupefinder.cli.shared_arguments import Commands, add_catalog_option, add_command, exit_codes
from dupefinder.cli.terminal import WrongUsage
from dupefinder.text.translation import N_, _

ARGPARSE_TEXTS = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("expected at most one argument"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("not allowed with argument %s"),
    N_("unrecognized arguments: %s"),
    N_("ignored explicit argument %r"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""Texts that argparse looks up by itself in the catalogue."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments of one command.

    Args:
        arguments: The arguments behind the program's name.

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
        raise WrongUsage(_("unknown arguments: {arguments}").format(arguments=" ".join(left)))
    if parsed.module is None:
        parsed = parser.parse_args(["gui"])
    if parsed.module == "scan_command":
        check_scan(parsed)
    if parsed.module == "search_command":
        check_search(parsed)
    return parsed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dupefinder",
        description=_(
            "Find duplicate photos. A scan only reads. Nothing is removed unless the kept copy"
            " was just read, and nothing is deleted for good unless --permanently says so."
        ),
        epilog=_("`dupefinder COMMAND --help` lists the options of a command.")
        + " "
        + exit_codes(),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"dupefinder {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.set_defaults(module=None)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND")
    add_scan(commands)
    add_compare(commands)
    add_search(commands)
    add_apply(commands)
    add_different(commands)
    add_history(commands)
    add_undo(commands)
    add_restore(commands)
    add_quarantine(commands)
    _add_hash(commands)
    _add_catalog(commands)
    gui = add_command(commands, "gui", _("open the window, as without a command"))
    gui.add_argument("paths", nargs="*", metavar="FOLDER", help=_("a folder to open it with"))
    add_catalog_option(gui)
    gui.set_defaults(module="gui_command")
    return parser


def _add_hash(commands: Commands) -> None:
    fingerprints = add_command(
        commands,
        "hash",
        _("print the fingerprints of photos"),
        _("Print all fingerprints of photos; for exactly two photos also how far they are apart."),
    )
    fingerprints.set_defaults(module="hash_command")
    fingerprints.add_argument("paths", nargs="+", metavar="PHOTO")


def _add_catalog(commands: Commands) -> None:
    description = _("The catalog keeps what is known about photos, so that each is read only once.")
    catalog = add_command(commands, "catalog", _("show, tidy or erase the catalog"), description)
    actions = catalog.add_subparsers(
        title=_("actions"), metavar="ACTION", dest="action", required=True
    )
    for action, words in (
        ("info", _("show where the catalog is and what is in it")),
        ("prune", _("forget photos that are gone; those on drives not connected now are kept")),
        ("erase", _("erase the catalog; no photo is touched")),
    ):
        one = actions.add_parser(action, help=words, description=words, allow_abbrev=False)
        one.set_defaults(module="catalog_command")
        add_catalog_option(one)
        if action == "prune":
            one.add_argument(
                "--yes",
                action="store_true",
                help=_("do it; without it, show what would be forgotten"),
            )
        if action == "erase":
            one.add_argument("--yes", action="store_true", help=_("do not ask"))
