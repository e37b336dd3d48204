"""The arguments of `dupefinder search`. Imports nothing large."""

import argparse

from dupefinder.cli.shared_arguments import (
    Commands,
    add_alteration_options,
    add_catalog_options,
    add_command,
    add_hash_options,
    add_json_option,
    add_threads_option,
    check_threshold,
    whole_number,
)
from dupefinder.cli.terminal import WrongUsage
from dupefinder.text.translation import _

DEFAULT_TOP = 20


def add_search(commands: Commands) -> None:
    """Add the command to the others."""
    search = add_command(
        commands,
        "search",
        _("find where else a photo is"),
        _(
            "Find the near-duplicates of photos, the nearest first, also on drives that are not"
            " connected. No photo is changed, moved or deleted."
        ),
    )
    search.set_defaults(module="search_command")
    search.add_argument(
        "paths",
        nargs="+",
        metavar="PHOTO",
        help=_("a photo to search for, or the http address of one"),
    )
    where = search.add_argument_group(_("where to look"))
    where.add_argument(
        "--in",
        dest="folders",
        nargs="+",
        action="extend",
        default=[],
        metavar="DIR",
        help=_(
            "folders to search, which are read first where they are not known; without this"
            " option, all photos of earlier scans are searched. Put the photos before it"
        ),
    )
    how = search.add_argument_group(_("how to compare"))
    add_hash_options(how)
    how.add_argument(
        "--threshold",
        type=whole_number(0),
        metavar="N",
        help=_(
            "number of these bits that may differ: 0 to 64 (default: 10), or with --hash-size"
            " 16 0 to 256 (default: 40). The greatest number ranks all photos"
        ),
    )
    add_alteration_options(how)
    add_threads_option(how)
    add_catalog_options(search)
    results = search.add_argument_group(_("results"))
    results.add_argument(
        "--top",
        type=whole_number(1),
        default=DEFAULT_TOP,
        metavar="K",
        help=_("how many of the nearest to list for each photo (default: {n})").format(
            n=DEFAULT_TOP
        ),
    )
    add_json_option(results)


def check_search(parsed: argparse.Namespace) -> None:
    """Check what argparse cannot, because it takes two arguments together.

    Raises:
        WrongUsage: They do not go together.
    """
    check_threshold(parsed)
    if parsed.no_catalog and not parsed.folders:
        raise WrongUsage(
            _("--no-catalog: nothing is known then; name folders to look in with --in")
        )
