"""The catalog that a command works with."""

import argparse
import os
from pathlib import Path

from dupefinder.cli.terminal import WrongUsage, warn
from dupefinder.core.catalog import default_catalog_path
from dupefinder.core.errors import DecisionsNotKept
from dupefinder.services.catalog import OpenCatalog, own_decisions_path
from dupefinder.services.marks import kept_separations
from dupefinder.text.translation import _


def catalog_path(arguments: argparse.Namespace) -> Path | None:
    """The path of the named or the default catalog; None for `--no-catalog`.

    Args:
        arguments: Result of `arguments.parse`.

    Raises:
        WrongUsage: The name is empty.
    """
    if arguments.no_catalog:
        return None
    if arguments.catalog == "":
        raise WrongUsage(_("--catalog needs the name of a file"))
    return Path(os.path.abspath(arguments.catalog)) if arguments.catalog else default_catalog_path()


def open_catalog(path: Path | None) -> OpenCatalog:
    """Open the catalog, to be closed.

    Warns when a damaged one was set aside, and when the person's decisions cannot be read.

    Raises:
        DupeFinderError: See `Catalog.open`.
    """
    # The person's decisions hold with any catalog, and without one.
    decisions_path = own_decisions_path()
    catalog = OpenCatalog(path, decisions_path=decisions_path)
    set_aside = catalog.get().set_aside
    if set_aside is not None:
        warn(
            _(
                "the catalog was damaged; a new one was started, and the damaged one is now"
                " {set_aside}"
            ).format(set_aside=set_aside)
        )
    try:
        kept_separations(decisions_path)
    except DecisionsNotKept as fault:
        warn(
            _(
                "photos that you called different are compared like any others: {path} cannot be"
                " read ({reason}); until it can be, nothing is removed"
            ).format(path=ascii(str(decisions_path)), reason=fault.reason)
        )
    return catalog
