"""What an action did, as the terminal tells it."""

from collections.abc import Iterator, Sequence

from dupefinder.actions.records import ActionKind, JournalStep, Outcome
from dupefinder.actions.set_aside.folder import holding_folder_of
from dupefinder.cli.figures import size_words
from dupefinder.cli.plan_lines import skip_lines
from dupefinder.cli.terminal import printable
from dupefinder.cli.words import DID


def outcome_lines(outcome: Outcome, rows: Sequence[JournalStep]) -> Iterator[str]:
    """Tell what was skipped, what was done and lost its access list, and where it lies.

    Args:
        outcome: What the action did.
        rows: The journal's rows of what is done.
    """
    yield from skip_lines("Skipped:", outcome.skipped)
    if outcome.written:
        yield "Written, with what the copies that stay did not say:"
    for path in outcome.written:
        yield f"  {printable(path)}"
    if outcome.narrowed:
        yield "Only the owner may read these, as their access lists (ACLs) cannot be kept there:"
    for path in outcome.narrowed:
        yield f"  {printable(path)}"
    where = " in the trash" if outcome.kind is ActionKind.TRASH else ""
    yield (
        f"{len(outcome.done):,} {DID[outcome.kind]}, {len(outcome.skipped):,} skipped;"
        f" {size_words(outcome.done_bytes)}{where}"
    )
    held = [row.place for row in rows if row.kind is ActionKind.SET_ASIDE and row.place]
    if held and outcome.kind is ActionKind.TRASH:
        yield (
            f"{len(held):,} of these were set aside instead: their drive has no trash that is"
            " safe to use."
        )
    for holding in sorted({holding_folder_of(place) for place in held}):
        yield f"Set aside in: {printable(holding)}"
