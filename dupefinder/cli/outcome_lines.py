"""What an action did, as the terminal tells it."""

from collections.abc import Iterator, Sequence

from dupefinder.actions.quarantine.folder import holding_folder_of
from dupefinder.actions.records import ActionKind, JournalStep, Outcome
from dupefinder.cli.plan_lines import skip_lines
from dupefinder.cli.terminal import printable
from dupefinder.text.actions import did_text, narrowed_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _


def outcome_lines(outcome: Outcome, rows: Sequence[JournalStep]) -> Iterator[str]:
    """Tell what was skipped, what was done and lost its access list, and where it lies.

    Args:
        outcome: What the action did.
        rows: The journal's rows of what is done.
    """
    yield from skip_lines(_("Skipped:"), outcome.skipped)
    if outcome.written:
        yield _("Written, with metadata that the kept copies lack:")
    for path in outcome.written:
        yield f"  {printable(path)}"
    if outcome.narrowed:
        yield narrowed_text(len(outcome.narrowed))
    for path in outcome.narrowed:
        yield f"  {printable(path)}"
    text = (
        _("{did}, {n} skipped; {size} in the trash")
        if outcome.kind is ActionKind.TRASH
        else _("{did}, {n} skipped; {size}")
    )
    yield text.format(
        did=did_text(outcome.kind, len(outcome.done)),
        n=number_text(len(outcome.skipped)),
        size=bytes_text(outcome.done_bytes),
    )
    held = [row.place for row in rows if row.kind is ActionKind.SET_ASIDE and row.place]
    if held and outcome.kind is ActionKind.TRASH:
        yield (
            _(
                "{n} of these were set aside instead: their drive has no trash that is safe to use."
            ).format(n=number_text(len(held)))
        )
    for holding in sorted({holding_folder_of(place) for place in held}):
        yield _("Set aside in: {holding}").format(holding=printable(holding))
