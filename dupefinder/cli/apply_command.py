"""`dupefinder apply`: remove the copies that a scan proposed, or show what would be removed."""

import argparse
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from dupefinder.actions import default_way
from dupefinder.actions.action_limits import foretold
from dupefinder.actions.overview import Overview, overview_of
from dupefinder.actions.plan_file import PlanFile, encode_plan
from dupefinder.actions.records import ActionKind, Outcome, Plan
from dupefinder.cli.action_journal import (
    acting,
    done_steps,
    journal_path,
    undo_line,
    warn_root,
)
from dupefinder.cli.action_report import (
    dry_run_end,
    outcome_lines,
    plan_lines,
    skip_lines,
    sum_lines,
)
from dupefinder.cli.plan_source import asked_plan, said_roles
from dupefinder.cli.result_files import check_exports, check_target, export_to, pictures_beside
from dupefinder.cli.terminal import WrongUsage, printable, say, warn
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable
from dupefinder.export.removals import plan_document, receipt_document
from dupefinder.export.target import write_whole
from dupefinder.services.catalog import own_decisions_path
from dupefinder.services.marks import kept_separations
from dupefinder.text.counts import copies_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.translation import _


def run(arguments: argparse.Namespace) -> int:
    """Remove the copies that a scan proposed; without `--yes`, only show them.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when a file was refused or skipped; 130 when stopped.

    Raises:
        WrongUsage: The JSON is not what a scan writes; a name is empty.
        DupeFinderError: See `Journal.open` and `execute`.
    """
    path = journal_path(arguments)
    if arguments.save_plan is not None:
        check_target(arguments.save_plan)
    exports = check_exports(arguments)
    separated = kept_separations(own_decisions_path())
    asked = asked_plan(arguments, said_roles(arguments, path), separated)
    plan = with_way(asked.file.plan, arguments)
    if arguments.save_plan is not None:
        _save(replace(asked.file, plan=plan), overview_of(plan), arguments.save_plan)
    if arguments.yes:
        return _apply(plan, asked.others, arguments, exports)
    plan = foretold(plan)
    overview = overview_of(plan)
    document = plan_document(replace(asked.file, plan=plan), overview)
    exported = export_to(exports, document, pictures_beside(arguments), JobContext())
    for line in _dry_run_lines(plan, overview, asked.others):
        say(line)
    return 1 if plan.refused or not exported else 0


def _save(file: PlanFile, overview: Overview, path: str) -> None:
    content = encode_plan(file, overview, DriveTable())
    try:
        write_whole(path, content)
    except OSError as error:
        raise WrongUsage(
            _("cannot write to {path}: {what}").format(
                path=ascii(path), what=error.strerror or error
            )
        ) from error
    say(_("The plan is in {path}; `dupefinder apply` takes it.").format(path=printable(path)))


def _dry_run_lines(plan: Plan, overview: Overview, others: Counter[Evidence]) -> Iterator[str]:
    yield from plan_lines(plan, overview)
    yield from _left_alone_lines(others)
    yield from sum_lines(plan, overview)
    yield dry_run_end(plan)


def _left_alone_lines(others: Counter[Evidence]) -> Iterator[str]:
    """Copies of other kinds, which the options do not include."""
    for kind, count in sorted(others.items()):
        yield _("Left alone: {copies} ({evidence}); --evidence {kind} includes them").format(
            copies=copies_text(count), evidence=evidence_text(kind), kind=kind
        )


def _apply(
    plan: Plan, others: Counter[Evidence], arguments: argparse.Namespace, exports: list[str]
) -> int:
    warn_root()
    outcome: Outcome | None = None
    exported = True
    if plan.steps:
        with acting(arguments) as (session, context):
            outcome = session.carry_out(plan, context)
            rows = done_steps(session, outcome)
            if exports:
                receipt = receipt_document(
                    session.action(outcome.action_id), session.steps(outcome.action_id)
                )
                # The removals are done: a stop only ends the export.
                exported = export_to(exports, receipt, pictures_beside(arguments), JobContext())
    for line in skip_lines(_("Refused:"), plan.refused):
        say(line)
    if outcome is None:
        if not plan.refused:
            for line in _left_alone_lines(others):
                say(line)
        say(
            _("Nothing was moved to the trash.")
            if plan.kind is ActionKind.TRASH
            else _("Nothing was done.")
        )
        return 1 if plan.refused else 0
    for line in outcome_lines(outcome, rows):
        say(line)
    if plan.kind is ActionKind.DELETE and outcome.done:
        say(_("Nothing can bring back what was deleted."))
    elif any(row.place or row.kind is ActionKind.HARD_LINK for row in rows):
        say(undo_line(outcome, arguments))
    elif outcome.done:
        say(_("The system's own trash brings back what was moved."))
    if outcome.cancelled:
        warn(_("Stopped; the rest is untouched."))
        return 130
    return 1 if outcome.skipped or plan.refused or not exported else 0


def with_way(plan: Plan, arguments: argparse.Namespace) -> Plan:
    """A plan with the kind of action and the target of the options.

    Args:
        plan: The plan.
        arguments: Result of `arguments.parse`.

    Raises:
        WrongUsage: A folder is needed and missing, or a plan deletes without `--permanently`.
    """
    # The proposals of a scan name no kind of action; a saved plan does.
    kind, target = (default_way() if arguments.groups else plan.kind), plan.target
    if arguments.trash:
        kind, target = ActionKind.TRASH, None
    elif arguments.set_aside:
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
        raise WrongUsage(_("this plan deletes for good; it also needs --permanently"))
    if kind in (ActionKind.MOVE, ActionKind.COPY) and target is None:
        raise WrongUsage(_("this plan does not say which folder to move or copy to"))
    return replace(plan, kind=kind, target=target)


def _folder(name: str) -> str:
    path = os.path.abspath(name)
    if not name or (os.path.lexists(path) and not os.path.isdir(path)):
        raise WrongUsage(_("{name} is not a folder").format(name=ascii(name)))
    return path
