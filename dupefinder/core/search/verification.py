"""Evidence that contents near a query are the same photo, as a scan would find it.

The query and the few contents near it are put into a catalog in memory, so that the steps of a scan
judge them; the real catalog is only read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog, Pairs, StoredContent
from dupefinder.core.confirm import FLAT_CONTRAST
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.match_graph import STRENGTH, MatchGraph
from dupefinder.core.job import JobContext
from dupefinder.core.matching.candidates import PARTS_KIND, TURNED_PARTS_KIND
from dupefinder.core.matching.equal_thumbnails import INVERSES, find_equal_thumbnails
from dupefinder.core.matching.pair_comparison import CHECK_KIND
from dupefinder.core.matching.verification import judge_whole
from dupefinder.core.matching.verification_order import judged_with_views
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    DifferenceBox,
    Evidence,
    FoundFile,
    Orientation,
    Proof,
    ProofVerdict,
)
from dupefinder.core.search.index import Near
from dupefinder.core.search.query import Query, stored_photos

_WHOLE_KIND: Final = "whole"
_QUERY_ID: Final = 1
_LOOK_ALIKE_CODE: Final = EVIDENCE_CODES[Evidence.LOOK_ALIKE]
_NO_FILE: Final = FoundFile("", "", "", 0, 0, 0, 0, protected=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A content that is near a query.

    Attributes:
        content: The content.
        evidence: Evidence that it is the same photo; LOOK_ALIKE without any.
        distance_bits: Hamming distance of the search hashes.
        orientation: The turn that lays it on the query.
        alterations: Its alterations, compared with the query.
        query_alterations: Alterations of the query, compared with it.
        is_compared: True where a scan compared the two in full size, and the evidence rests on it.
        differences: Places where it differs from the query, in its own pixels.
        called_different: True where a person said that the two are different photos.
    """

    content: StoredContent
    evidence: Evidence
    distance_bits: int
    orientation: Orientation = Orientation.IDENTITY
    alterations: tuple[Alteration, ...] = ()
    query_alterations: tuple[Alteration, ...] = ()
    is_compared: bool = False
    differences: tuple[DifferenceBox, ...] = ()
    called_different: bool = False

    @property
    def rank(self) -> tuple[bool, int, int, bytes]:
        """Sort key: confirmed ones come first, then the nearest."""
        is_look_alike = self.evidence is Evidence.LOOK_ALIKE
        return is_look_alike, self.distance_bits, STRENGTH[self.evidence], self.content.digest


def confirm(
    catalog: Catalog,
    query: Query,
    wholes: Near,
    views: Sequence[Near],
    context: JobContext,
    threads: int,
) -> list[Hit]:
    """Judge the contents near a query.

    Equal pixels are only known from a scan or from the structure of the files: no photo is decoded
    here.

    Args:
        catalog: The catalog with the small pictures.
        query: The photo.
        wholes: Contents near as whole pictures.
        views: Contents with near views, upright and turned.
        context: Cancel.
        threads: Number of threads.

    Returns:
        The contents, ranked.

    Raises:
        Cancelled: The job was cancelled.
    """
    ids = np.unique(np.concatenate([near["content_id"] for near in (wholes, *views)]))
    known = {
        content_id: content
        for content_id, content in sorted(catalog.facts(ids).items())
        if content.fingerprint_version == FINGERPRINT_VERSION
    }
    hits = [
        Hit(content, Evidence.SAME_BYTES, 0)
        for content in known.values()
        if content.digest == query.photo.digest
    ]
    others = [content for content in known.values() if content.digest != query.photo.digest]
    with Catalog.open(None) as bench:
        _fill(bench, catalog, query, others)
        hits += _judged(bench, query, others, wholes, views, context.silent(), threads)
    hits = _as_compared(catalog, query, hits)
    return sorted(hits, key=lambda hit: hit.rank)


def _as_compared(catalog: Catalog, query: Query, hits: list[Hit]) -> list[Hit]:
    """Apply the full-size comparisons that a scan made of the query and its matches.

    None is made here: drives may be disconnected. Other pairs are only known by small pictures.
    """
    known = catalog.content_ids([query.photo.digest]).get(query.photo.digest)
    if known is None:
        return hits
    proofs = catalog.proofs({known, *(hit.content.content_id for hit in hits)})
    return [
        hit if proof is None else _compared(hit, proof)
        for hit in hits
        for proof in (proofs.get((hit.content.content_id, known)),)
    ]


def _compared(hit: Hit, proof: Proof) -> Hit:
    is_whole = hit.orientation is Orientation.IDENTITY and not (
        hit.alterations or hit.query_alterations
    )
    if not is_whole or hit.evidence not in (Evidence.RE_ENCODED, Evidence.EDITED):
        return hit
    match proof.verdict:
        case ProofVerdict.CONTAINED:
            return replace(hit, evidence=Evidence.RE_ENCODED, is_compared=True)
        case ProofVerdict.OTHER_PICTURE:
            return replace(hit, evidence=Evidence.LOOK_ALIKE, is_compared=True)
        case ProofVerdict.DIFFERS | ProofVerdict.ALTERED:
            return replace(
                hit, evidence=Evidence.EDITED, is_compared=True, differences=proof.differences
            )
    return hit


def _fill(bench: Catalog, catalog: Catalog, query: Query, others: list[StoredContent]) -> None:
    """Put the query, and then the contents in their order, on the bench, from 1 on."""
    ids = np.array([content.content_id for content in others], np.int64)
    photos = [query.photo, *stored_photos(catalog, others)]
    sizes = [query.size_bytes, *(content.size_bytes for content in others)]
    kinds = (CHECK_KIND, PICTURE_KIND)
    stored = {kind: catalog.fingerprints(kind, ids)[1] for kind in kinds}
    words = [
        {kind: query.stored_words[kind] for kind in kinds},
        *({kind: stored[kind][row] for kind in kinds} for row in range(len(others))),
    ]
    bench.add_contents(list(zip(photos, sizes, words, strict=True)), FINGERPRINT_VERSION)
    pixels = {
        number: content.pixel_digest
        for number, content in enumerate(others, _QUERY_ID + 1)
        if content.pixel_digest is not None
    }
    for content in catalog.facts(list(catalog.content_ids([query.photo.digest]).values())).values():
        if content.pixel_digest is not None:
            pixels[_QUERY_ID] = content.pixel_digest
    bench.set_pixel_digests(pixels)


def _judged(
    bench: Catalog,
    query: Query,
    others: list[StoredContent],
    wholes: Near,
    views: Sequence[Near],
    context: JobContext,
    threads: int,
) -> list[Hit]:
    equal_thumbnails = find_equal_thumbnails(bench)
    place = {content.content_id: number for number, content in enumerate(others, _QUERY_ID + 1)}
    bits = _least_bits(wholes, *views)

    def pairs_of(near: Near) -> Pairs:
        """Pairs of the query and picture ids, where anything could confirm them."""
        listed = [
            (number, one)
            for one in near
            if (number := place.get(int(one["content_id"]))) is not None
            and not _is_flat(query.photo.facts)
            and not _is_flat(others[number - _QUERY_ID - 1].facts)
        ]
        if not listed:
            return np.empty(0, PAIR_DTYPE)
        picture_ids = equal_thumbnails.of(np.array([number for number, _ in listed]))
        _, first = np.unique(picture_ids, return_index=True)
        return _as_pairs(np.stack([one for _, one in listed])[first], picture_ids[first])

    bench.add_pairs(_WHOLE_KIND, pairs_of(wholes))
    pairs = bench.pairs(_WHOLE_KIND)
    judge_whole(bench, _WHOLE_KIND, pairs, equal_thumbnails, context, threads)
    for kind, near in zip((PARTS_KIND, TURNED_PARTS_KIND), views, strict=True):
        bench.add_pairs(kind, pairs_of(near))
        pairs = judged_with_views(
            bench, pairs, kind, bench.pairs(kind), equal_thumbnails, context, threads
        )
    numbers = np.arange(_QUERY_ID, len(others) + _QUERY_ID + 1)
    matches = Matches([_NO_FILE] * len(numbers), numbers, equal_thumbnails, pairs, bench)
    graph = matches.graph_among(list(matches.contents))
    confirmed = pairs[pairs["evidence"] != _LOOK_ALIKE_CODE]["b"].tolist()
    hits = []
    for content in others:
        number = place[content.content_id]
        hit = _hit(graph, content, number, bits[content.content_id])
        is_tied = int(equal_thumbnails.of(np.array([number]))[0]) in (_QUERY_ID, *confirmed)
        if is_tied and content.facts.is_raw != query.photo.facts.is_raw:
            # A RAW file and its rendering are tied to one another, but are not copies.
            hit = replace(hit, evidence=Evidence.RAW_PAIR)
        hits.append(hit)
    return hits


def _hit(graph: MatchGraph, content: StoredContent, number: int, distance_bits: int) -> Hit:
    """The match of a photo with the query; a look-alike where none was confirmed."""
    if {_QUERY_ID, number} <= graph.contents.keys():
        match, back = graph.between(_QUERY_ID, number), graph.between(number, _QUERY_ID)
        if match is not None and back is not None:
            return Hit(
                content,
                match.evidence,
                match.distance_bits,
                match.orientation,
                match.alterations,
                back.alterations,
            )
    return Hit(content, Evidence.LOOK_ALIKE, distance_bits)


def _least_bits(*blocks: Near) -> dict[int, int]:
    bits: dict[int, int] = {}
    for one in np.concatenate(blocks):
        content_id, distance = int(one["content_id"]), int(one["distance_bits"])
        bits[content_id] = min(bits.get(content_id, distance), distance)
    return bits


def _as_pairs(near: Near, picture_ids: NDArray[np.int64]) -> Pairs:
    """The query is `a`, so the turns of the contents are inverted."""
    pairs = np.zeros(len(near), PAIR_DTYPE)
    pairs["a"], pairs["b"] = _QUERY_ID, picture_ids
    pairs["distance_bits"] = near["distance_bits"]
    pairs["orientation"] = INVERSES[near["turn"]]
    pairs["view_a"], pairs["view_b"] = near["query_view"], near["view"]
    apart: Pairs = pairs[picture_ids != _QUERY_ID]
    return apart


def _is_flat(facts: PhotoFacts) -> bool:
    return facts.contrast < FLAT_CONTRAST
