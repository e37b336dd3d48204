"""The arguments of `dupefinder compare`. Imports nothing large."""

import argparse

from dupefinder.cli.shared_arguments import (
    Commands,
    add_catalog_options,
    add_command,
    add_json_option,
    add_threads_option,
    add_walk_options,
)
from dupefinder.text.translation import _

ACCEPTED_NAMES = ("same-bytes", "same-pixels", "re-encoded")
"""Evidence by which a copy stands for a photo, the strictest first."""

ARRANGEMENTS = ("tree", "date")
RETIRING = ("set-aside", "trash")


def _compare_exit_codes() -> str:
    return _(
        "Exit codes: 0 the library has all; 3 it does not; 1 it has all that could be read, but"
        " problems are listed, or nothing was done for the reason that is given; 2 wrong usage;"
        " 130 stopped."
    )


def add_compare(commands: Commands) -> None:
    """Add the command to the others."""
    compare = add_command(
        commands,
        "compare",
        _("show whether a library has the photos of a backup"),
        _(
            "Tell for each folder of a backup how many of its photos a library has, and which it"
            " lacks. Edited, cropped and turned copies and photos that merely look alike never"
            " count. No photo of the backup is changed, moved or deleted."
        ),
        epilog=_compare_exit_codes(),
    )
    compare.set_defaults(module="compare_command")
    compare.add_argument("paths", nargs="+", metavar="BACKUP", help=_("a folder to check"))
    compare.add_argument(
        "--library",
        action="append",
        required=True,
        metavar="DIR",
        help=_("a folder of the library; repeat the option for more folders"),
    )
    compare.add_argument(
        "--accept",
        choices=ACCEPTED_NAMES,
        default=ACCEPTED_NAMES[-1],
        help=_(
            "which copies count: only those with the same bytes, also those with the same"
            " pixels, or also those that were saved again in another size, quality or format"
            " and hold no less (default: re-encoded)"
        ),
    )
    compare.add_argument(
        "--allow-smaller",
        action="store_true",
        help=_("also count a copy with fewer pixels or more compression"),
    )
    add_walk_options(compare)
    add_threads_option(compare)
    add_catalog_options(compare)
    _add_action_options(compare.add_argument_group(_("what to do about it")))
    results = compare.add_argument_group(_("results"))
    add_json_option(results)


def _add_action_options(copying: argparse._ActionsContainer) -> None:
    """Add the options that act on the answer: copy what is missing, retire a backup."""
    copying.add_argument(
        "--copy-missing",
        metavar="DIR",
        help=_(
            "copy what the library lacks to this folder, which counts as one of the library; each"
            " copy is read again, and `dupefinder undo` takes them away"
        ),
    )
    copying.add_argument(
        "--copy-altered",
        action="store_true",
        help=_(
            "with --copy-missing: also copy photos that the library has only smaller or altered"
        ),
    )
    copying.add_argument(
        "--arrange",
        choices=ARRANGEMENTS,
        default=ARRANGEMENTS[0],
        help=_(
            "with --copy-missing: keep the folders of the backup, or sort by year and month"
            " (default: tree)"
        ),
    )
    copying.add_argument(
        "--retire",
        choices=RETIRING,
        help=_(
            "set aside, or move to the trash, the files of each BACKUP that are proven to be"
            " in the library, films and other files by their bytes; all other files are kept"
            " and listed. Without --yes, it only shows what would go"
        ),
    )
    copying.add_argument(
        "--yes",
        action="store_true",
        help=_("with --retire: do it; without it, only show what would go"),
    )
    copying.add_argument(
        "--journal",
        metavar="FILE",
        help=_("the journal of what was done (default: beside the catalog)"),
    )
