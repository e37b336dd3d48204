"""`dupefinder history`: list actions, and the files of one."""

import argparse
import os
from collections.abc import Iterator

from dupefinder.actions.backends.moved_away import is_connected
from dupefinder.actions.records import ActionRecord, JournalStep, SkipCode, StepState
from dupefinder.cli.action_journal import journal_path, lines_of_damaged, settled_session
from dupefinder.cli.result_files import check_exports, export_to, pictures_beside
from dupefinder.cli.terminal import WrongUsage, printable, say, table_lines
from dupefinder.core.job import JobContext
from dupefinder.export.removals import receipt_document
from dupefinder.text.actions import location_text, step_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, moment_text, number_text
from dupefinder.text.skips import skip_text
from dupefinder.text.translation import _, in_context


def run(arguments: argparse.Namespace) -> int:
    """List all actions, or the files of one.

    Args:
        arguments: Result of `arguments.parse`.

    Returns:
        0; 1 when what was asked for could not be exported.

    Raises:
        WrongUsage: There is no action of this number; a name is empty.
        DupeFinderError: See `Journal.open` and `settle`.
    """
    path = journal_path(arguments)
    exports = check_exports(arguments)
    if exports and arguments.action_id is None:
        raise WrongUsage(_("--export needs the number of an action"))
    is_exported = True
    if not path.exists():
        damaged = list(lines_of_damaged(path))
        if arguments.action_id is not None:
            text = (
                _("there is no action {action_id}; the journal that listed it was damaged")
                if damaged
                else _("there is no action {action_id}; none was done yet")
            )
            raise WrongUsage(text.format(action_id=arguments.action_id))
        if not damaged:
            say(
                _("Nothing was done to any photo yet; {path} will list it.").format(
                    path=printable(str(path))
                )
            )
        for line in damaged:
            say(line)
        return 0
    with settled_session(path) as session:
        actions = session.actions()
        if arguments.action_id is None:
            lines = _action_lines(actions, list(lines_of_damaged(path)))
        else:
            if all(action.action_id != arguments.action_id for action in actions):
                raise WrongUsage(
                    _("there is no action {action_id}").format(action_id=arguments.action_id)
                )
            steps = session.steps(arguments.action_id)
            receipt = receipt_document(session.action(arguments.action_id), steps)
            is_exported = export_to(exports, receipt, pictures_beside(arguments), JobContext())
            lines = _step_lines(steps)
        for line in lines:
            say(line)
    return 0 if is_exported else 1


def _action_lines(actions: list[ActionRecord], damaged: list[str]) -> Iterator[str]:
    if actions:
        yield from _table_lines(actions)
    elif not damaged:
        yield _("Nothing was done to any photo yet.")
    yield from damaged


def _table_lines(actions: list[ActionRecord]) -> Iterator[str]:
    titles = [
        _("ID"),
        in_context("column of history", "when"),
        in_context("column of history", "what"),
        in_context("column of history", "done"),
        in_context("column of history", "skipped"),
        in_context("column of history", "undone"),
        in_context("column of history", "lost"),
        in_context("column of history", "size"),
    ]
    rows = [
        [
            str(action.action_id),
            moment_text(action.started_ns),
            _kind_text(action),
            *map(number_text, (action.done, action.skipped, action.undone, action.lost)),
            bytes_text(action.done_bytes),
        ]
        for action in actions
    ]
    head, *lines = table_lines([titles, *rows], to_the_right={0, *range(3, len(titles))})
    yield head
    for action, line in zip(actions, lines, strict=True):
        yield line if action.finished_ns is not None else line + _("  not finished")


def _step_lines(steps: list[JournalStep]) -> Iterator[str]:
    if not steps:
        yield _("No file was touched.")
    rows = [
        [
            step_text(step),
            _step_evidence_text(step),
            bytes_text(step.size_bytes),
            printable(step.path),
        ]
        for step in steps
    ]
    for step, line in zip(steps, table_lines(rows, to_the_right={2}), strict=True):
        yield line
        if step.skip is not None:
            yield _("    because: {reason}").format(reason=printable(skip_text(step.skip)))
        if step.state is StepState.DONE and step.place is not None:
            yield f"    {_location_text(step.place)}: {printable(step.place)}"
        if step.survivor:
            yield _("    kept: {survivor}").format(survivor=printable(step.survivor))


def _kind_text(action: ActionRecord) -> str:
    return printable(action.unknown_kind) or location_text(action.kind)


def _step_evidence_text(step: JournalStep) -> str:
    """The evidence for a file; empty where the line below names an unknown code."""
    is_understood = step.skip is None or step.skip.code is not SkipCode.NOT_UNDERSTOOD
    return evidence_text(step.evidence) if is_understood else ""


def _location_text(place: str) -> str:
    if os.path.lexists(place):
        return _("it is here")
    if is_connected(place):
        return _("it is no longer here")
    return _("it is here, out of reach (the drive is not connected, or the folder was removed)")
