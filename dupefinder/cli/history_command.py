"""`dupefinder history`: what was done to photos, and what became of it."""

import argparse
import os
from collections.abc import Iterator
from datetime import datetime

from dupefinder.actions.records import ActionRecord, JournalStep, SkipCode, StepState
from dupefinder.actions.ways.away import is_connected
from dupefinder.cli.action_journal import journal_path, lines_of_damaged, settled_session
from dupefinder.cli.figures import size_words
from dupefinder.cli.terminal import printable, say
from dupefinder.cli.words import EVIDENCE, PUT, STEP_STATES, skip_words, state_words
from dupefinder.cli.wrong_usage import WrongUsage

_NS_PER_S = 1_000_000_000
_KIND_WIDTH = max(map(len, PUT.values()))
_STATE_WIDTH = max(map(len, (*STEP_STATES.values(), *PUT.values())))


def run(arguments: argparse.Namespace) -> int:
    """List all actions, or the files of one.

    Args:
        arguments: As `arguments.parse` gives them.

    Returns:
        0.

    Raises:
        WrongUsage: There is no action of this number; a name is empty.
        DupeFinderError: See `Journal.open` and `settle`.
    """
    path = journal_path(arguments)
    if not path.exists():
        damaged = list(lines_of_damaged(path))
        if arguments.action_id is not None:
            known = "the journal that knew of it was damaged" if damaged else "none was done yet"
            raise WrongUsage(f"there is no action {arguments.action_id}; {known}")
        if not damaged:
            say(f"Nothing was done to any photo yet; {printable(str(path))} will list it.")
        for line in damaged:
            say(line)
        return 0
    with settled_session(path) as session:
        actions = session.actions()
        if arguments.action_id is None:
            lines = _action_lines(actions, list(lines_of_damaged(path)))
        else:
            if all(action.action_id != arguments.action_id for action in actions):
                raise WrongUsage(f"there is no action {arguments.action_id}")
            lines = _step_lines(session.steps(arguments.action_id))
        for line in lines:
            say(line)
    return 0


def _action_lines(actions: list[ActionRecord], damaged: list[str]) -> Iterator[str]:
    if actions:
        yield from _table_lines(actions)
    elif not damaged:
        yield "Nothing was done to any photo yet."
    yield from damaged


def _table_lines(actions: list[ActionRecord]) -> Iterator[str]:
    yield (
        f"{'ID':>6}  {'when':<16}  {'what':<{_KIND_WIDTH}}  {'done':>8}  {'skipped':>8}"
        f"  {'undone':>8}  {'lost':>6}  {'size':>10}"
    )
    for action in actions:
        remark = "" if action.finished_ns is not None else "  not finished"
        yield (
            f"{action.action_id:>6}  {_when(action.started_ns)}"
            f"  {_kind_words(action):<{_KIND_WIDTH}}"
            f"  {action.done:>8,}"
            f"  {action.skipped:>8,}  {action.undone:>8,}  {action.lost:>6,}"
            f"  {size_words(action.done_bytes):>10}{remark}"
        )


def _step_lines(steps: list[JournalStep]) -> Iterator[str]:
    if not steps:
        yield "No file was touched."
    for step in steps:
        yield (
            f"{state_words(step):<{_STATE_WIDTH}}  {_evidence_words(step):<11}"
            f"  {size_words(step.size_bytes):>10}  {printable(step.path)}"
        )
        if step.skip is not None:
            yield f"    because: {printable(skip_words(step.skip))}"
        if step.state is StepState.DONE and step.place is not None:
            yield f"    {_lies_words(step.place)}: {printable(step.place)}"
        if step.survivor:
            yield f"    stays: {printable(step.survivor)}"


def _kind_words(action: ActionRecord) -> str:
    return printable(action.unknown_kind) or PUT[action.kind]


def _evidence_words(step: JournalStep) -> str:
    """The evidence for a file, unless the line below says what is not understood of it."""
    is_understood = step.skip is None or step.skip.code is not SkipCode.NOT_UNDERSTOOD
    return EVIDENCE[step.evidence] if is_understood else ""


def _lies_words(place: str) -> str:
    if os.path.lexists(place):
        return "lies here"
    if is_connected(place):
        return "is not here any more"
    return "lies here, out of reach (the drive is away, or the folder was removed)"


def _when(since_1970_ns: int) -> str:
    try:
        when = datetime.fromtimestamp(since_1970_ns // _NS_PER_S).astimezone()
    except (OverflowError, ValueError, OSError):
        return "at no time known"
    return when.strftime("%Y-%m-%d %H:%M")
