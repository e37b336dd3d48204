"""The options that choose what is done to the photos of a plan."""

import argparse
import os
from dataclasses import replace

from dupefinder.actions.records import ActionKind, Plan
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.text.translation import _


def with_way(plan: Plan, arguments: argparse.Namespace) -> Plan:
    """The plan, for what the options ask for.

    Args:
        plan: What goes.
        arguments: As `arguments.parse` gives them.

    Raises:
        WrongUsage: A folder is needed and is none, or a plan deletes without that being said.
    """
    kind, target = plan.kind, plan.target
    if arguments.set_aside:
        kind, target = ActionKind.SET_ASIDE, None
    elif arguments.hard_link:
        kind, target = ActionKind.HARD_LINK, None
    elif arguments.permanently:
        kind, target = ActionKind.DELETE, None
    elif arguments.move_to is not None:
        kind, target = ActionKind.MOVE, _folder(arguments.move_to)
    elif arguments.copy_to is not None:
        kind, target = ActionKind.COPY, _folder(arguments.copy_to)
    if kind is ActionKind.DELETE and not arguments.permanently:
        raise WrongUsage(_("this plan deletes for good; --permanently has to be said, too"))
    if kind in (ActionKind.MOVE, ActionKind.COPY) and target is None:
        raise WrongUsage(_("this plan does not say which folder to move or copy to"))
    return replace(plan, kind=kind, target=target)


def _folder(name: str) -> str:
    path = os.path.abspath(name)
    if not name or (os.path.lexists(path) and not os.path.isdir(path)):
        raise WrongUsage(_("{name} is no folder").format(name=ascii(name)))
    return path
