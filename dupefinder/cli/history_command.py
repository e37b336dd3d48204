"""`dupefinder history`: what was done to photos, and what became of it."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from dupefinder.actions.records import ActionRecord, JournalStep, StepState
from dupefinder.cli.action_journal import journal_path, open_journal, settle
from dupefinder.cli.terminal import printable, say
from dupefinder.cli.words import EVIDENCE, PUT, STEP_STATES, size_words, skip_words, state_words
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
        if arguments.action_id is not None:
            raise WrongUsage(f"there is no action {arguments.action_id}; none was done yet")
        say(f"Nothing was done to any photo yet; {printable(str(path))} will list it.")
        return 0
    with open_journal(path) as journal:
        settle(journal)
        actions = journal.actions()
        if arguments.action_id is None:
            lines = _action_lines(actions)
        else:
            if all(action.action_id != arguments.action_id for action in actions):
                raise WrongUsage(f"there is no action {arguments.action_id}")
            lines = _step_lines(journal.steps(arguments.action_id))
        for line in lines:
            say(line)
    return 0


def _action_lines(actions: list[ActionRecord]) -> Iterator[str]:
    if not actions:
        yield "Nothing was done to any photo yet."
        return
    yield (
        f"{'ID':>6}  {'when':<16}  {'what':<{_KIND_WIDTH}}  {'done':>8}  {'skipped':>8}"
        f"  {'undone':>8}  {'lost':>6}  {'size':>10}"
    )
    for action in actions:
        remark = "" if action.finished_ns is not None else "  not finished"
        yield (
            f"{action.action_id:>6}  {_when(action.started_ns)}  {PUT[action.kind]:<{_KIND_WIDTH}}"
            f"  {action.done:>8,}"
            f"  {action.skipped:>8,}  {action.undone:>8,}  {action.lost:>6,}"
            f"  {size_words(action.done_bytes):>10}{remark}"
        )


def _step_lines(steps: list[JournalStep]) -> Iterator[str]:
    if not steps:
        yield "No file was touched."
    for step in steps:
        yield (
            f"{state_words(step):<{_STATE_WIDTH}}  {EVIDENCE[step.evidence]:<11}"
            f"  {size_words(step.size_bytes):>10}  {printable(step.path)}"
        )
        if step.skip is not None:
            yield f"    because: {printable(skip_words(step.skip))}"
        if step.state is StepState.DONE and step.place is not None:
            yield f"    lies here: {printable(step.place)}"
        if step.survivor:
            yield f"    stays: {printable(step.survivor)}"


def _when(since_1970_ns: int) -> str:
    when = datetime.fromtimestamp(since_1970_ns // _NS_PER_S).astimezone()
    return when.strftime("%Y-%m-%d %H:%M")
