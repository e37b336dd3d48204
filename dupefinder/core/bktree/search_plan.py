"""Choice of parts for a search, by estimated costs; results do not depend on it."""

from collections import Counter
from collections.abc import Sequence
from math import comb

from dupefinder.core.bktree.hamming import WORD_BITS, Hashes
from dupefinder.core.bktree.parts import Part

_PART_BITS = range(6, 17)
_SAMPLE = 4096

# Seconds, as measured; only their ratios matter.
_PER_PAIR_S = 0.5e-9
_PER_VALUE_S = 10e-6
_PER_VALUE_PAIR_S = 60e-9
_PER_INDEXED_S = 10e-9
_PER_GATHERED_S = 5e-9
_WORTH_A_PLAN_S = 5e-3
_WORTH_PREPARED = 0.25
"""Greatest share of all pairs at which parts that are indexed already are used."""
_UNEVENNESS = 1.2
"""Factor by which more pairs meet because values are not equally frequent."""


def equal_radii(radius: int, parts: int) -> list[int]:
    """Radii of the parts, as equal as possible, that together miss no pair.

    Args:
        radius: Radius of the whole search.
        parts: Number of parts, at most `radius + 1`.
    """
    least, more = divmod(radius + 1, parts)
    return [least] * more + [least - 1] * (parts - more)


def deal_bits(columns: Hashes, parts: int, part_bits: int) -> list[Sequence[int]]:
    """Give every part a number of bits, those first that split the fingerprints most evenly.

    Args:
        columns: uint64 (words, n).
        parts: Number of parts.
        part_bits: Bits of each.
    """
    sample = columns[:, :: -(-columns.shape[1] // _SAMPLE)]
    bits = range(len(columns) * WORD_BITS)
    unevenness = [abs(float(Part((bit,), 0).values(sample).mean()) - 0.5) for bit in bits]
    dealt = sorted(bits, key=lambda bit: unevenness[bit])[: parts * part_bits]
    return [dealt[part::parts] for part in range(parts)]


def prepared_parts(dealt: Sequence[Sequence[int]], radius: int) -> list[Part]:
    """Search parts that were dealt before a radius was known.

    Args:
        dealt: Bits of each part, equally many in each.
        radius: Radius of the whole search.

    Returns:
        The parts; none where they would exclude too little.
    """
    parts = min(len(dealt), radius + 1)
    if parts == 0:
        return []
    radii = equal_radii(radius, parts)
    bits = len(dealt[0])
    met = sum(comb(bits, differing) for part in radii for differing in range(part + 1)) / 2**bits
    if met * _UNEVENNESS > _WORTH_PREPARED:
        return []
    return [Part(*of) for of in zip(dealt, radii, strict=False)]


def plan_parts(
    points: Hashes, query_count: int, pair_count: int, radius: int, straight_pairs: float
) -> list[Part]:
    """Choose the parts for which a search should cost least.

    Args:
        points: uint64 (words, n), what is searched.
        query_count: Number of queries.
        pair_count: Pairs of a query and a point that there are.
        radius: In bits.
        straight_pairs: Pairs that a search without parts would compare.

    Returns:
        The parts; none when the search should cost less without.
    """
    words, point_count = points.shape
    bits = words * WORD_BITS
    least_s, best = straight_pairs * words * _PER_PAIR_S, (0, 0)
    if least_s < _WORTH_A_PLAN_S:
        return []
    for parts in range(1, min(radius + 1, bits // _PART_BITS.start) + 1):
        for part_bits in _PART_BITS:
            if parts * part_bits > bits:
                break
            values = min(2**part_bits, query_count)
            cost_s = parts * (query_count + point_count) * _PER_INDEXED_S
            for part_radius, times in Counter(equal_radii(radius, parts)).items():
                near = sum(comb(part_bits, differing) for differing in range(part_radius + 1))
                met = pair_count * min(near / 2**part_bits * _UNEVENNESS, 1.0)
                cost_s += times * (
                    met * words * (_PER_PAIR_S + values / query_count * _PER_GATHERED_S)
                    + values * (_PER_VALUE_S + near * _PER_VALUE_PAIR_S)
                    + values**2 / 2 * _PER_PAIR_S
                )
            if cost_s < least_s:
                least_s, best = cost_s, (parts, part_bits)
    parts, part_bits = best
    if parts == 0:
        return []
    dealt = deal_bits(points, parts, part_bits)
    return [Part(*of) for of in zip(dealt, equal_radii(radius, parts), strict=True)]
