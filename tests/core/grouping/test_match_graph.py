from collections.abc import Mapping
from dataclasses import replace

import pytest

from dupefinder.core.catalog import EVIDENCE_CODES, StoredContent
from dupefinder.core.grouping.match_graph import MOST_PROOFS, Edge, KnownProofs, Match, MatchGraph
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    Orientation,
    ProblemCode,
    Proof,
    ProofVerdict,
)

RE_ENCODED = Evidence.RE_ENCODED
CODE = EVIDENCE_CODES[RE_ENCODED]
FACTS = PhotoFacts("JPEG", 4000, 3000, quality=90)

CONTAINED = Proof(ProofVerdict.CONTAINED)
ALTERED = Proof(ProofVerdict.ALTERED)
OTHER_PICTURE = Proof(ProofVerdict.OTHER_PICTURE)
UNDECIDED = Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.VANISHED)
DIFFERS = Proof(ProofVerdict.DIFFERS, (DifferenceBox(800, 300, 100, 60),))


def content(content_id: int, facts: PhotoFacts = FACTS) -> StoredContent:
    digest = bytes([content_id]) * 32
    return StoredContent(content_id, digest, 1000, 1, facts, None)


def ties_of(
    proofs: Mapping[tuple[int, int], Proof],
    turn: Orientation = Orientation.IDENTITY,
    second: PhotoFacts = FACTS,
) -> MatchGraph:
    """Matches of contents 1 and 2, re-encoded of one another."""
    contents = {1: content(1), 2: content(2, second)}
    return MatchGraph(
        contents, {1: 11, 2: 22}, [(11, 22, Edge(3, turn, CODE))], KnownProofs(proofs)
    )


def between(graph: MatchGraph, one: int, other: int) -> Match:
    match = graph.between(one, other)
    assert match is not None
    return match


def test_a_re_encoding_that_was_not_compared_has_no_proof() -> None:
    match = between(ties_of({}), 1, 2)
    assert (match.evidence, match.proof, match.differences) == (RE_ENCODED, None, ())


def test_a_proof_counts_one_way() -> None:
    """A proof that 2 is contained in 1 tells nothing about the content of 1."""
    graph = ties_of({(2, 1): CONTAINED})
    assert between(graph, 1, 2) == Match(RE_ENCODED, 3, proof=CONTAINED)
    assert between(graph, 2, 1).proof is None
    assert not graph.known_apart(1, 2)


@pytest.mark.parametrize("proof", [DIFFERS, ALTERED])
def test_differing_and_altered_copies_are_edits(proof: Proof) -> None:
    graph = ties_of({(2, 1): proof})
    match = between(graph, 1, 2)
    assert (match.evidence, match.proof) == (Evidence.EDITED, None)
    assert match.differences == proof.differences
    assert graph.known_apart(1, 2)
    assert graph.known_apart(2, 1)


def test_another_picture_ties_in_neither_direction() -> None:
    graph = ties_of({(2, 1): OTHER_PICTURE})
    assert graph.between(1, 2) is None
    assert graph.between(2, 1) is None
    assert graph.known_apart(1, 2)
    assert graph.known_apart(2, 1)


def test_a_difference_is_seen_from_the_other_side_in_its_own_pixels() -> None:
    half = replace(FACTS, width_px=2000, height_px=1500)
    back = between(ties_of({(1, 2): DIFFERS}, second=half), 1, 2)
    assert back.evidence is Evidence.EDITED
    assert back.differences == (DifferenceBox(400, 150, 50, 30),)
    there = between(ties_of({(2, 1): DIFFERS}, second=half), 2, 1)
    assert there.differences == (DifferenceBox(1600, 600, 200, 120),)


def test_a_place_seen_from_the_other_side_lies_within_it_and_has_a_size() -> None:
    boxes = (
        DifferenceBox(0, 0, 1, 1),
        DifferenceBox(3999, 2999, 1, 1),
        DifferenceBox(0, 0, 4000, 3000),
    )
    tiny = replace(FACTS, width_px=133, height_px=100)
    proof = Proof(ProofVerdict.DIFFERS, boxes)
    for box in between(ties_of({(1, 2): proof}, second=tiny), 1, 2).differences:
        assert 0 <= box.x_px < box.x_px + box.width_px <= 133
        assert 0 <= box.y_px < box.y_px + box.height_px <= 100


def test_an_alteration_seen_from_the_other_side_is_still_to_be_compared() -> None:
    """A blurred copy is in the sharp one, and the sharp one not in the blurred."""
    match = between(ties_of({(1, 2): ALTERED}), 1, 2)
    assert (match.evidence, match.proof) == (RE_ENCODED, None)


def test_its_own_proof_counts_more_than_that_of_the_other_side() -> None:
    both = {(2, 1): CONTAINED, (1, 2): DIFFERS}
    graph = ties_of(both)
    assert between(graph, 1, 2).proof == CONTAINED
    assert between(graph, 2, 1).evidence is Evidence.EDITED
    assert between(ties_of({(2, 1): UNDECIDED, (1, 2): DIFFERS}), 1, 2).differences


def test_an_undecided_pair_stays_an_unproven_re_encoding() -> None:
    graph = ties_of({(2, 1): UNDECIDED})
    match = between(graph, 1, 2)
    assert (match.evidence, match.proof) == (RE_ENCODED, UNDECIDED)
    assert not graph.known_apart(1, 2)


@pytest.mark.parametrize("turn", list(Orientation)[1:])
def test_a_turned_copy_needs_no_proof(turn: Orientation) -> None:
    graph = ties_of({(2, 1): OTHER_PICTURE, (1, 2): CONTAINED}, turn)
    for one, other in ((1, 2), (2, 1)):
        match = between(graph, one, other)
        assert match.evidence in (Evidence.ROTATED, Evidence.MIRRORED)
        assert match.proof is None


def test_the_same_pixels_need_no_proof() -> None:
    facts = replace(FACTS, picture_digest=b"p" * 32)
    contents = {1: content(1, facts), 2: content(2, facts)}
    edges = [(11, 22, Edge(0, Orientation.IDENTITY, CODE))]
    proofs = KnownProofs({(2, 1): OTHER_PICTURE})
    graph = MatchGraph(contents, {1: 11, 2: 22}, edges, proofs)
    assert between(graph, 1, 2).evidence is Evidence.SAME_PIXELS
    assert between(graph, 1, 1).evidence is Evidence.SAME_BYTES


def test_after_many_failures_no_further_copy_is_asked() -> None:
    others = range(10, 10 + MOST_PROOFS)
    known = KnownProofs({(2, other): DIFFERS for other in others[:-1]})
    contents = {1: content(1), 2: content(2)}
    edges = [(11, 22, Edge(3, Orientation.IDENTITY, CODE))]
    graph = MatchGraph(contents, {1: 11, 2: 22}, edges, known)
    assert between(graph, 1, 2).proof is None
    known.add({(2, others[-1]): UNDECIDED})
    assert between(graph, 1, 2).evidence is Evidence.EDITED
    assert not graph.wants_proof(1, 2)
    assert between(graph, 2, 1).evidence is Evidence.RE_ENCODED
    known.add({(2, 1): CONTAINED})
    assert between(graph, 1, 2).proof == CONTAINED


def test_failures_are_counted_once_a_pair_and_only_of_what_failed() -> None:
    known = KnownProofs({(1, 2): DIFFERS, (1, 3): CONTAINED})
    for _ in range(3):
        known.add({(1, 2): DIFFERS, (1, 3): CONTAINED, (4, 1): ALTERED})
    assert (known.failures_of(1), known.failures_of(4), known.failures_of(9)) == (1, 1, 0)
    assert known.get((1, 2)) == DIFFERS
    assert known.get((2, 1)) is None


def test_a_proof_that_comes_later_is_heeded() -> None:
    known = KnownProofs({})
    contents = {1: content(1), 2: content(2)}
    edges = [(11, 22, Edge(3, Orientation.IDENTITY, CODE))]
    graph = MatchGraph(contents, {1: 11, 2: 22}, edges, known)
    assert between(graph, 1, 2).proof is None
    known.add({(2, 1): UNDECIDED})
    known.add({(2, 1): CONTAINED})
    assert between(graph, 1, 2).proof == CONTAINED
