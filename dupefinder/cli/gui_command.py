"""`dupefinder gui`: until there is a window, where to go instead."""

import argparse

from dupefinder.cli.wrong_usage import WrongUsage


def run(arguments: argparse.Namespace) -> int:
    """Say that there is no window yet.

    Raises:
        WrongUsage: Always.
    """
    raise WrongUsage(
        "the window is not part of this version yet; `dupefinder scan FOLDER` finds duplicates"
    )
