"""The arguments of the commands that move photos to the trash and back. Imports nothing large."""

import argparse
import re

from dupefinder.actions import trash_brings_back
from dupefinder.cli.shared_arguments import Commands, add_command, add_export_option
from dupefinder.text.translation import _

EVIDENCE_NAMES = ("same-bytes", "same-pixels", "re-encoded")
"""Evidence that a removal may rest on; look-alikes and RAW pairs are no duplicates."""

DEFAULT_EVIDENCE = ("same-bytes", "same-pixels")


def add_apply(commands: Commands) -> None:
    """Add `apply` to the other commands."""
    apply = add_command(
        commands,
        "apply",
        _("move the copies that a scan proposed to the trash, or elsewhere"),
        _(
            "Remove the copies that a scan proposed for removal, in a way that can be undone unless"
            " an option says otherwise, each after the kept copy was read once more. Without --yes,"
            " it only shows what would be done. Only --permanently deletes."
        ),
    )
    apply.set_defaults(module="apply_command")
    source = apply.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "plan",
        nargs="?",
        metavar="PLAN.json",
        help=_("a plan written by --save-plan; it is checked again"),
    )
    source.add_argument(
        "--from",
        dest="groups",
        metavar="GROUPS.json",
        help=_("a file written by `dupefinder scan --json`; '-' reads standard input"),
    )
    apply.add_argument(
        "--evidence",
        type=_evidence,
        metavar="NAMES",
        help=_(
            "kinds of copies to remove, separated by commas: {names} (default: {default})"
        ).format(names=", ".join(EVIDENCE_NAMES), default=",".join(DEFAULT_EVIDENCE)),
    )
    _add_retention_options(apply.add_argument_group(_("what is kept")))
    default = "--trash" if trash_brings_back() else "--set-aside"
    ways = apply.add_argument_group(_("what is done to them (default: {way})").format(way=default))
    _add_ways(ways.add_mutually_exclusive_group())
    apply.add_argument(
        "--rescue-metadata",
        action="store_true",
        help=_(
            "also take copies that are kept only for their date, location, text or rating; these"
            " are first written into a new .xmp file next to the kept copy"
        ),
    )
    apply.add_argument(
        "--save-plan", metavar="PLAN.json", help=_("write the plan to a file, to be read and kept")
    )
    add_export_option(apply, _("the plan, or with --yes what was done,"))
    doing = apply.add_mutually_exclusive_group()
    doing.add_argument(
        "--yes", action="store_true", help=_("do it; without it, only show what would be done")
    )
    doing.add_argument("--dry-run", action="store_true", help=_("only show, as without --yes"))
    _add_journal_options(apply)


def _add_retention_options(staying: argparse._ActionsContainer) -> None:
    """Add the options that say how many copies stay, and which folders count as one place."""
    staying.add_argument(
        "--keep-copies",
        type=_count,
        metavar="N",
        help=_("keep at least N copies of every photo (default: 1)"),
    )
    staying.add_argument(
        "--on-drives",
        type=_count,
        metavar="N",
        help=_("keep copies on at least N different drives (default: 1)"),
    )
    staying.add_argument(
        "--protect",
        action="append",
        default=[],
        metavar="FOLDER",
        help=_("remove nothing from this folder, nor from what the last scan protected"),
    )
    for role, words in (
        ("mirror", _("a program keeps this folder in sync with another: they count as one copy")),
        (
            "backup",
            _(
                "this folder is a backup: photos that are both inside and outside of it"
                " are kept in both places"
            ),
        ),
        ("ordinary", _("this folder is neither: a copy in it is as good as any other")),
    ):
        staying.add_argument(
            f"--{role}",
            action="append",
            default=[],
            metavar="FOLDER",
            help=_("{meaning}; remembered").format(meaning=words),
        )


def _add_ways(ways: argparse._ActionsContainer) -> None:
    """Add the ways to act, of which one can be chosen."""
    ways.add_argument(
        "--trash",
        action="store_true",
        help=_trash_help(),
    )
    ways.add_argument(
        "--set-aside",
        action="store_true",
        help=_(
            "move them to a set-aside folder at the top of their own drive, for `dupefinder"
            " restore` and `dupefinder holding`; no space is freed until it is emptied."
            " Drives without a trash always use it"
        ),
    )
    ways.add_argument(
        "--move-to", metavar="FOLDER", help=_("move them to a folder, keeping their subfolders")
    )
    ways.add_argument(
        "--copy-to", metavar="FOLDER", help=_("copy them to a folder, keeping their subfolders")
    )
    ways.add_argument(
        "--hard-link",
        action="store_true",
        help=_("replace copies with the same bytes by hard links to the kept copy"),
    )
    ways.add_argument(
        "--permanently",
        action="store_true",
        help=_("delete them for good, with --yes; nothing brings them back"),
    )


def add_history(commands: Commands) -> None:
    """Add `history` to the other commands."""
    history = add_command(
        commands,
        "history",
        _("list past actions on photos"),
        _(
            "List the actions that moved, copied, linked or deleted photos, newest first;"
            " with a number, list the files of that action."
        ),
    )
    history.set_defaults(module="history_command")
    history.add_argument("action_id", nargs="?", type=_number, metavar="ID", help=_("an action"))
    add_export_option(history, _("the results for the files of the action"))
    _add_journal_options(history)


def add_different(commands: Commands) -> None:
    """Add `different` to the other commands."""
    different = add_command(
        commands,
        "different",
        _("list the photos that you called different"),
        _(
            "List the photos that you said are not duplicates, the newest decision first. They are"
            " never found as duplicates of each other again, wherever they are moved and however"
            " they are named or tagged."
        ),
    )
    different.set_defaults(module="different_command")
    different.add_argument(
        "--allow",
        nargs="+",
        metavar="ID",
        help=_("take decisions back: these photos may be duplicates again"),
    )
    different.add_argument(
        "--json",
        metavar="FILE",
        help=_("write the list to a file; '-' writes it to the terminal"),
    )


def add_undo(commands: Commands) -> None:
    """Add `undo` to the other commands."""
    undo = add_command(
        commands,
        "undo",
        _("bring back what an action moved, linked or copied"),
        _(
            "Undo an action: bring back files from the trash or elsewhere, turn hard links"
            " into separate files, remove copies. A file that has taken a photo's place in"
            " the meantime is never overwritten."
        ),
    )
    undo.set_defaults(module="undo_command")
    undo.add_argument(
        "action_id",
        nargs="?",
        type=_number,
        metavar="ID",
        help=_(
            "number of the action in `dupefinder history` (default: the newest with something"
            " to bring back)"
        ),
    )
    undo.add_argument(
        "--only", metavar="PATH", help=_("only this photo, or what was in this folder")
    )
    _add_journal_options(undo)


def add_restore(commands: Commands) -> None:
    """Add `restore` to the other commands."""
    restore = add_command(
        commands,
        "restore",
        _("bring back files that were set aside"),
        _(
            "Bring back the files in a set-aside folder, by its manifests; the drive may be"
            " mounted elsewhere. Files unknown to the journal, set aside by another computer"
            " or by somebody else, are only brought to the folder named by --to."
        ),
    )
    restore.set_defaults(module="restore_command")
    restore.add_argument("quarantine", metavar="FOLDER", help=_("the set-aside folder"))
    restore.add_argument(
        "--only",
        metavar="PATH",
        help=_("only this photo, or the files in this folder, by the original or the present path"),
    )
    restore.add_argument(
        "--to",
        metavar="FOLDER",
        help=_(
            "bring files to this folder instead of their original place, with their"
            " subfolders from the top of the drive"
        ),
    )
    _add_journal_options(restore)


def add_quarantine(commands: Commands) -> None:
    """Add `holding` to the other commands."""
    quarantine = add_command(
        commands,
        "holding",
        _("list the set-aside folders, or empty one"),
        _("Without an action, list the set-aside folders."),
    )
    quarantine.set_defaults(module="quarantine_command", action="list")
    _add_journal_options(quarantine)
    actions = quarantine.add_subparsers(title=_("actions"), metavar="ACTION")
    empty = add_command(
        actions,
        "empty",
        _("delete the contents of a set-aside folder for good"),
        _(
            "Delete the contents of a set-aside folder for good, each photo after the kept"
            " copy was read once more. Without --permanently --yes, it only shows what would"
            " be deleted."
        ),
    )
    empty.set_defaults(action="empty")
    empty.add_argument("quarantine", metavar="FOLDER", help=_("the set-aside folder"))
    empty.add_argument(
        "--only", metavar="PATH", help=_("only this photo, or what is in this folder")
    )
    how = empty.add_mutually_exclusive_group()
    how.add_argument("--permanently", action="store_true", help=_("required, together with --yes"))
    how.add_argument("--trash", action="store_true", help=_trash_help())
    empty.add_argument(
        "--yes", action="store_true", help=_("do it; without it, only show what would go")
    )
    _add_journal_options(empty)


def _add_journal_options(command: argparse.ArgumentParser) -> None:
    where = command.add_argument_group(
        _("where actions are recorded")
    ).add_mutually_exclusive_group()
    where.add_argument(
        "--catalog", metavar="FILE", help=_("the catalog that is used; the journal is next to it")
    )
    where.add_argument(
        "--journal",
        metavar="FILE",
        help=_("the journal of what was moved (default: one in the data folder of this account)"),
    )


def _trash_help() -> str:
    if trash_brings_back():
        return _("move them to the trash")
    return _("move them to the system's trash; only the trash itself can bring them back")


def _evidence(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in EVIDENCE_NAMES:
            raise argparse.ArgumentTypeError(
                _("{text} is not one of {names}").format(
                    text=ascii(name), names=", ".join(EVIDENCE_NAMES)
                )
            )
    return names


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError(
            _("{text} is not a number from 1 to 999").format(text=ascii(text))
        )
    return int(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise argparse.ArgumentTypeError(
            _("{text} is not the number of an action").format(text=ascii(text))
        )
    return int(text)
