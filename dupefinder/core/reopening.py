"""The last scan reopened from the catalog: its groups without another walk."""

import os
from typing import TYPE_CHECKING

import numpy as np

from dupefinder.core.catalog import Catalog
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, FINGERPRINTS
from dupefinder.core.job import JobContext
from dupefinder.core.match_maker import MatchMaker
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import MatchesSoFar, separations_in

if TYPE_CHECKING:
    # Slow to load; imported where it is used.
    from dupefinder.core.grouping import Matches
    from dupefinder.core.grouping.match_state import History


def reopen_last(
    catalog: Catalog,
    context: JobContext,
    threads: int = 0,
    decisions: MarkStore | None = None,
    history: "History | None" = None,
    before: "Matches | None" = None,
) -> MatchesSoFar | None:
    """Bring back what the last scan found by its end, without searching any folder anew.

    Args:
        catalog: The catalog that has them.
        context: Progress, pause, cancel.
        threads: See `Options`.
        decisions: The person's decisions; None for none.
        history: History of earlier matches of the same photos; with it, groups need not be made
            first to find out which proofs they wait for. None where it is not known.
        before: Matches of the last scan before some of its files went or came back. Then only the
            groups concerned are made anew; the outcome is the same.

    Returns:
        None before the first scan, and where all photos were read by an earlier version of the
        program, whose fingerprints differ. Where only some were, these are left out.

    Raises:
        Cancelled: The job was cancelled.
    """
    from dupefinder.core.decode.limits import give_back
    from dupefinder.core.proving import take_again, take_known

    context.start_phase("open")
    if before is not None and before.contents_changes != catalog.contents_changes:
        before = None
    last = catalog.last_results({} if before is None else before.scanned)
    if last is None or last.search_hash not in FINGERPRINTS:
        return None
    is_current = ~np.isin(last.content_ids, catalog.outdated_contents(FINGERPRINT_VERSION))
    if len(is_current) and not is_current.any():
        return None
    files = [last.files[index] for index in np.flatnonzero(is_current).tolist()]
    content_ids = last.content_ids[is_current]
    options = MatchOptions(last.search_hash, last.threshold_bits, last.rotations, last.parts)
    threads = threads or os.cpu_count() or 1
    quiet = context.silent()
    separated = separations_in(decisions, catalog)
    maker = MatchMaker(files, options, last.sources, catalog, threads, separated)
    found = maker.search(content_ids, quiet)
    context.checkpoint()
    matches = maker.matches(content_ids, *found, None if before is None else before.contents)
    matches.new_contents = last.new_contents
    catalog.drop_cache()
    give_back()
    changed = None
    if before is not None:
        changed = matches.changed_since(before, found[0])
        history = before.history_without(changed)
    if history is None or not take_again(matches, history, catalog, quiet, threads):
        take_known(matches, last.threshold_bits, catalog, quiet, threads)
    elif before is not None and changed is not None:
        matches.take_over(before, changed, context.checkpoint)
        take_known(matches, last.threshold_bits, catalog, quiet, threads, changed)
    shown_bits = min(last.shown_bits, last.threshold_bits)
    if changed is not None and (decisions is None or not decisions.dismissed()):
        return MatchesSoFar(matches, options, last.problems, shown_bits)
    # Making groups also looks up the companions of photos, which rules and plans need.
    groups = matches.groups(shown_bits)
    if decisions is not None:
        from dupefinder.core.grouping.separations import carry_over

        if carry_over(decisions, matches, groups, shown_bits, catalog):
            take_known(matches, last.threshold_bits, catalog, quiet, threads)
    return MatchesSoFar(matches, options, last.problems, shown_bits)
