"""Verdicts on candidate pairs, stored in the catalog so that none is judged twice.

First the two pictures are compared as they lie edge to edge, turned where the fingerprints said
so. Those that do not agree so, and those of which only views met, are registered: one
may be cropped, framed, or turned by a degree or two.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import OPEN_CODE, Catalog, Pairs
from dupefinder.core.confirm import (
    CONFIRM_VERSION,
)
from dupefinder.core.fingerprint.views import WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.matching.pair_comparison import (
    LOOK_ALIKE_CODE,
    RE_ENCODED_CODE,
    Indices,
    compare_edge_to_edge,
    compare_registered,
    find_reductions,
    is_near,
    look_closer,
)
from dupefinder.core.matching.shown_parts import shown_parts, whole_pictures
from dupefinder.core.matching.small_pictures import Thumbnails

WIDEST_COVER_CHECK_BITS = 64
"""The same for covers, which were moved to where they belong before they are compared. Of 1,600
covers all but one have 20 at most; of what is none but meets a window, one in a hundred has 68."""

_PAIRS_AT_ONCE = 64
"""Many of them share a photo, which is prepared once for all of them, in some 120 KB."""


def judge_whole(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
) -> None:
    """Judge the pairs of whole pictures that have no verdict of this version.

    Args:
        catalog: Has the small pictures, and stores the verdicts.
        kind: Under which the catalog keeps the pairs.
        pairs: The verdicts are written into it, too.
        equal_thumbnails: Equal thumbnails of all contents.
        context: The job.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    judge_edge_to_edge(
        catalog, kind, pairs, np.arange(len(pairs)), equal_thumbnails, context, threads
    )
    places = np.flatnonzero(pairs["evidence"] == OPEN_CODE)
    _judge(
        places,
        _registering(catalog, kind, pairs, equal_thumbnails, Thumbnails(catalog)),
        context,
        threads,
    )


def judge_edge_to_edge(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    places: Indices,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
) -> None:
    """Compare some of the pairs of whole pictures as they lie edge to edge; see `judge_whole`.

    A pair that is no re-encoding, and not too far apart, is left open: it may be an edited copy.

    Args:
        catalog: Has the small pictures, and stores the verdicts.
        kind: Under which the catalog keeps the pairs.
        pairs: The verdicts are written into it, too.
        places: Places of those to judge; they are judged unless they are already.
        equal_thumbnails: Equal thumbnails of all contents.
        context: The job.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    thumbnails = Thumbnails(catalog)

    def judge_some(chosen: Indices, executor: Executor) -> None:
        block = pairs[chosen]
        doubtful = compare_edge_to_edge(catalog, block, equal_thumbnails, executor)
        look_closer(catalog, block, doubtful, equal_thumbnails, executor, thumbnails)
        in_question = block["evidence"] != RE_ENCODED_CODE
        block["evidence"][in_question] = np.where(
            is_near(block[in_question]), OPEN_CODE, LOOK_ALIKE_CODE
        )
        pairs[chosen] = block
        catalog.set_verdicts(kind, block)

    waiting = places[pairs["confirm_version"][places] != CONFIRM_VERSION]
    _judge(waiting, judge_some, context, threads)


def judge_registered(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    places: Indices,
    equal_thumbnails: EqualThumbnails,
    executor: Executor,
    context: JobContext,
    thumbnails: Thumbnails,
    advance: Callable[[int], None],
) -> None:
    """Register pairs that were left open, or of which views met; see `judge_whole`.

    Args:
        catalog: Has the small pictures, and stores the verdicts.
        kind: Under which the catalog keeps the pairs.
        pairs: The verdicts are written into it, too.
        places: Places of those to judge; they are judged unless they are already.
        equal_thumbnails: Equal thumbnails of all contents.
        executor: Its threads do it.
        context: Cancel.
        thumbnails: Of this catalog.
        advance: Called with the number of pairs that were judged since.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    open_ = places[are_open(pairs[places])]
    judge_some = _registering(catalog, kind, pairs, equal_thumbnails, thumbnails)
    for start in range(0, len(open_), _PAIRS_AT_ONCE):
        context.checkpoint()
        some = open_[start : start + _PAIRS_AT_ONCE]
        judge_some(some, executor)
        advance(len(some))


def judge_views(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
) -> None:
    """Judge the pairs of which views met; see `judge_whole`."""
    _judge(
        np.flatnonzero(are_open(pairs)),
        _registering(catalog, kind, pairs, equal_thumbnails, Thumbnails(catalog)),
        context,
        threads,
    )


def are_open(pairs: Pairs) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs have no verdict of this version yet."""
    is_open: NDArray[np.bool_] = (pairs["confirm_version"] != CONFIRM_VERSION) | (
        pairs["evidence"] == OPEN_CODE
    )
    return is_open


_JudgeSome = Callable[[Indices, Executor], None]


def _registering(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    equal_thumbnails: EqualThumbnails,
    thumbnails: Thumbnails,
) -> _JudgeSome:
    """Make a function that registers some of the pairs and stores the verdicts."""

    def judge_some(chosen: Indices, executor: Executor) -> None:
        block = pairs[chosen]
        block["confirm_version"] = CONFIRM_VERSION
        block["evidence"] = LOOK_ALIKE_CODE
        is_part = (block["view_a"] != WHOLE) | (block["view_b"] != WHOLE)
        near = is_near(block)
        if is_part.all():
            shown = shown_parts(catalog, block, equal_thumbnails)
            block["distance256_bits"] = shown.check_bits
            near = is_near(block)
            near &= ~shown.is_cover | (shown.check_bits <= WIDEST_COVER_CHECK_BITS)
        else:
            shown = whole_pictures(block, equal_thumbnails)
        is_final = compare_registered(
            catalog, block, np.flatnonzero(near), shown, equal_thumbnails, executor, thumbnails
        )
        find_reductions(catalog, block, np.flatnonzero(is_final & near & ~is_part))
        pairs[chosen] = block
        catalog.set_verdicts(kind, block[is_final])

    return judge_some


def _judge(waiting: Indices, judge_some: _JudgeSome, context: JobContext, threads: int) -> None:
    """Judge blocks of pairs."""
    if len(waiting) == 0:
        return
    context.start_phase("confirm", len(waiting))
    with ThreadPoolExecutor(threads) as executor:
        for start in range(0, len(waiting), _PAIRS_AT_ONCE * threads):
            context.checkpoint()
            chosen = waiting[start : start + _PAIRS_AT_ONCE * threads]
            judge_some(chosen, executor)
            context.advance(len(chosen))
    context.finish_phase()
