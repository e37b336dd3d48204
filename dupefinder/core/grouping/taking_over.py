"""Matches taken over from earlier ones, after some files of a scan went or came back.

Photos depend on one another along matches and pairs that were left open, directly or over others.
Where no file and no pair of such a part has changed, its comparisons and groups are the same.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, TOLD_APART_CODE, Pairs, pair_keys
from dupefinder.core.grouping.cluster import reached_from
from dupefinder.core.grouping.edges import Edges
from dupefinder.core.grouping.nodes import Nodes
from dupefinder.core.grouping.open_pairs import node_pair_keys
from dupefinder.core.id_sets import distinct
from dupefinder.core.records import Evidence

Indices = NDArray[np.int64]

_JOINS_NOTHING = (TOLD_APART_CODE, EVIDENCE_CODES[Evidence.LOOK_ALIKE])
_MIXING = np.uint64(0x9E3779B97F4A7C15)


class PairRows(NamedTuple):
    """Pairs of a search in little memory, to be compared with those of a later one.

    Attributes:
        keys: int64 (n,), see `pair_keys`.
        digests: uint64 (n,), of all that groups depend on.
    """

    keys: Indices
    digests: NDArray[np.uint64]


def rows_of(pairs: Pairs) -> PairRows:
    """Digest pairs.

    Source of the mixing: Vigna, "SplitMix", http://prng.di.unimi.it/splitmix64.c, 2015.
    """
    keys = pair_keys(pairs)
    plain = np.zeros(len(pairs), np.uint64)
    for name in ("distance_bits", "orientation", "evidence", "view_a", "view_b"):
        plain = (plain << np.uint64(8)) ^ pairs[name].astype(np.int64).view(np.uint64)
    # Measures of a pair that was left open may be those of an earlier scan.
    is_judged = pairs["evidence"] >= 0
    likeness = np.where(is_judged, np.nan_to_num(pairs["likeness"], nan=-1), 0).astype(np.float32)
    digests = _mixed(_mixed(keys.view(np.uint64)) ^ plain)
    digests = _mixed(digests ^ likeness.view(np.uint32).astype(np.uint64))
    laid = np.flatnonzero(is_judged & ~np.isnan(pairs["placement"][:, 0]))
    for column in np.ascontiguousarray(pairs["placement"][laid]).view(np.uint64).T:
        digests[laid] = _mixed(digests[laid] ^ column)
    return PairRows(keys, digests)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = numbers * _MIXING
    return mixed ^ (mixed >> np.uint64(29))


def changed_pictures(before: PairRows, after: PairRows, pairs: Pairs, known: Indices) -> Indices:
    """Find the photos whose groups may have changed: int64, picture ids, ascending.

    Args:
        before: The pairs of an earlier search.
        after: Those of this one.
        pairs: The pairs of this one.
        known: int64, picture ids of photos that went or came.
    """
    gone = before.keys[~np.isin(before.digests, after.digests)]
    come = after.keys[~np.isin(after.digests, before.digests)]
    keys = np.concatenate((gone, come))
    ends = (keys >> 32, keys & 0xFFFFFFFF)
    joins = pairs[~np.isin(pairs["evidence"], _JOINS_NOTHING)]
    seeds = distinct(np.concatenate((*ends, known)))
    return np.flatnonzero(reached_from(seeds, joins["a"], joins["b"]))


def places_of(wanted: Indices, keys: Indices) -> Indices:
    """The places of keys among others, int64 (n,); -1 for a key that is not there just once.

    Args:
        wanted: int64 (n,), those to find.
        keys: int64 (m,).
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.searchsorted(ordered, wanted)
    is_one = np.searchsorted(ordered, wanted, "right") == first + 1
    places = np.full(len(wanted), -1, np.int64)
    places[is_one] = order[first[is_one]]
    return places


def new_places(before: Sequence[str], after: Mapping[str, int]) -> Indices:
    """Of each path its new place, int64 (n,); -1 for none."""
    return np.fromiter((after.get(path, -1) for path in before), np.int64, len(before))


def moved_places(
    old_nodes: Nodes, old_edges: Edges, nodes: Nodes, edges: Edges
) -> tuple[Indices, Indices]:
    """The places of earlier nodes, and of earlier edges, among others; -1 for none.

    Args:
        old_nodes: Nodes of earlier matches.
        old_edges: Their edges.
        nodes: The nodes to find them among.
        edges: The edges of these.
    """
    is_common = np.isin(old_nodes.present, nodes.present)
    moved = np.full(len(old_nodes), -1, np.int64)
    moved[old_nodes.of_present[is_common]] = nodes.of_all(old_nodes.present[is_common])
    a, b = moved[old_edges.a], moved[old_edges.b]
    keys = node_pair_keys(edges.a, edges.b, len(nodes))
    places = places_of(node_pair_keys(a, b, len(nodes)), keys)
    places[(a < 0) | (b < 0)] = -1
    return moved, places
