"""The arguments of the commands that move photos to the trash and back. Imports nothing large."""

import argparse
import re

from dupefinder.cli.scan_arguments import EXIT_CODES

EVIDENCE_NAMES = ("same-bytes", "same-pixels", "re-encoded", "edited", "rotated", "mirrored")
"""What a removal may rest on; look-alikes and RAW pairs are no duplicates."""

DEFAULT_EVIDENCE = ("same-bytes", "same-pixels")


def add_apply(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `apply` to the other commands."""
    apply = commands.add_parser(
        "apply",
        help="move the copies that a scan proposed to the trash",
        description="Move the copies that a scan proposed for removal to the trash, each after"
        " the copy that stays was read once more. Without --yes it only tells what would go."
        " Nothing is ever deleted.",
        epilog=EXIT_CODES,
        allow_abbrev=False,
    )
    apply.set_defaults(module="apply_command")
    source = apply.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "plan",
        nargs="?",
        metavar="PLAN.json",
        help="a plan that --save-plan wrote; it is checked anew",
    )
    source.add_argument(
        "--from",
        dest="groups",
        metavar="GROUPS.json",
        help="what `dupefinder scan --json` wrote; '-' reads it from standard input",
    )
    apply.add_argument(
        "--evidence",
        type=_evidence,
        metavar="NAMES",
        help="which copies to take, by what they were recognised by, with commas between:"
        f" {', '.join(EVIDENCE_NAMES)} (default: {','.join(DEFAULT_EVIDENCE)})",
    )
    staying = apply.add_argument_group("what has to stay")
    staying.add_argument(
        "--keep-copies",
        type=_count,
        metavar="N",
        help="keep at least N copies of every photo (default: 1)",
    )
    staying.add_argument(
        "--on-drives",
        type=_count,
        metavar="N",
        help="keep copies on at least N different drives (default: 1)",
    )
    for role, words in (
        ("mirror", "a program keeps this folder equal to another one: the two count as one copy"),
        ("backup", "this folder is a backup: no photo goes because of a copy across its border"),
        ("ordinary", "this folder is neither: a copy in it is as good as any"),
    ):
        staying.add_argument(
            f"--{role}", action="append", default=[], metavar="FOLDER", help=f"{words}; remembered"
        )
    apply.add_argument(
        "--save-plan", metavar="PLAN.json", help="write the plan to a file, to be read and kept"
    )
    doing = apply.add_mutually_exclusive_group()
    doing.add_argument("--yes", action="store_true", help="do it; without, tell what would be done")
    doing.add_argument("--dry-run", action="store_true", help="only tell, as without --yes")
    _add_journal_options(apply)


def add_history(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `history` to the other commands."""
    history = commands.add_parser(
        "history",
        help="list what was moved to the trash",
        description="List the actions that moved photos to the trash, the newest first; with a"
        " number the files of that one.",
        epilog=EXIT_CODES,
        allow_abbrev=False,
    )
    history.set_defaults(module="history_command")
    history.add_argument("action_id", nargs="?", type=_number, metavar="ID", help="an action")
    _add_journal_options(history)


def add_undo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `undo` to the other commands."""
    undo = commands.add_parser(
        "undo",
        help="bring back what was moved to the trash",
        description="Bring back what an action moved to the trash. A file that has taken a photo's"
        " place meanwhile is never overwritten.",
        epilog=EXIT_CODES,
        allow_abbrev=False,
    )
    undo.set_defaults(module="undo_command")
    undo.add_argument(
        "action_id",
        nargs="?",
        type=_number,
        metavar="ID",
        help="the action, as `dupefinder history` numbers it (default: the newest that has"
        " something in the trash)",
    )
    _add_journal_options(undo)


def _add_journal_options(command: argparse.ArgumentParser) -> None:
    where = command.add_argument_group("where it is written down").add_mutually_exclusive_group()
    where.add_argument(
        "--catalog", metavar="FILE", help="the catalog that is used; the journal lies beside it"
    )
    where.add_argument(
        "--journal",
        metavar="FILE",
        help="the journal of what was moved (default: one in the data folder of this account)",
    )


def _evidence(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in EVIDENCE_NAMES:
            raise argparse.ArgumentTypeError(f"{name!a} is none of {', '.join(EVIDENCE_NAMES)}")
    return names


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError(f"{text!a} is no number from 1 to 999")
    return int(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise argparse.ArgumentTypeError(f"{text!a} is no number of an action")
    return int(text)
