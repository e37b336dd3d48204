"""What an action that was broken off left behind, settled by looking at the disk."""

from dupefinder.actions.journal import Journal
from dupefinder.actions.records import JournalStep
from dupefinder.actions.ways.choosing import way_back


def reconcile(journal: Journal) -> list[JournalStep]:
    """Settle every file of which an action, or its undoing, did not come to an end.

    No file of the person's is moved or removed; only what an action left on the way goes, such
    as an info file in the trash that belongs to no file there, and names this one. A file whose
    volume is absent is left for the next time.

    Returns:
        What was settled, with its new state.

    Raises:
        JournalFault: The journal cannot be written.
    """
    settled = []
    for step in journal.unsettled():
        new = way_back(step.kind).settle(step)
        if new is not None:
            journal.update(new)
            settled.append(new)
    return settled
