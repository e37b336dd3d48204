import pytest

from dupefinder.core.catalog import EVIDENCE_CODES, StoredContent
from dupefinder.core.grouping.looks import find_looks, shows_less, true_details_px
from dupefinder.core.grouping.match_graph import Edge, KnownProofs, MatchGraph
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    Evidence,
    Orientation,
    Proof,
    ProofVerdict,
)

EDITED_CODE = EVIDENCE_CODES[Evidence.EDITED]


@pytest.mark.parametrize(
    ("alteration", "expected"),
    [
        (Alteration(AlterationCode.FRAMED), True),
        (Alteration(AlterationCode.CROPPED, 84), True),
        (Alteration(AlterationCode.CROPPED, 98), True),
        (Alteration(AlterationCode.CROPPED, 99), False),
        (Alteration(AlterationCode.TURNED, 2.0), False),
    ],
)
def test_cropped_and_framed_copies_show_less(alteration: Alteration, expected: bool) -> None:
    edge = Edge(2, Orientation.IDENTITY, EDITED_CODE, second=(alteration,))
    graph = MatchGraph({}, {1: 11, 2: 22}, [(11, 22, edge)])
    assert shows_less(2, graph) is expected
    assert not shows_less(1, graph)


POORER = Proof(ProofVerdict.CONTAINED, stays_is_poorer=True)
ALTERED = Proof(ProofVerdict.ALTERED)
CONTAINED = Proof(ProofVerdict.CONTAINED)


def ties_of(sides_px: dict[int, int], proofs: dict[tuple[int, int], Proof]) -> MatchGraph:
    contents = {
        key: StoredContent(
            key, bytes([key]) * 32, 1000, 1, PhotoFacts("JPEG", side_px, side_px), None
        )
        for key, side_px in sides_px.items()
    }
    return MatchGraph(contents, dict.fromkeys(contents, 7), (), KnownProofs(proofs))


def test_a_poorer_copy_has_less_detail_than_the_richer_whatever_its_size() -> None:
    details_px = true_details_px(ties_of({1: 100, 2: 400, 3: 50}, {(1, 2): POORER}))
    assert details_px[1] == 100 * 100
    assert details_px[2] < 100 * 100 / 1.05
    assert details_px[3] == 50 * 50


def test_a_copy_poorer_than_a_poorer_one_comes_last() -> None:
    proofs = {(2, 3): POORER, (1, 2): POORER}
    details_px = true_details_px(ties_of({1: 100, 2: 200, 3: 400}, proofs))
    assert details_px[1] > details_px[2] > details_px[3]


def test_copies_that_are_poorer_than_one_another_end_somewhere() -> None:
    details_px = true_details_px(ties_of({1: 100, 2: 100}, {(1, 2): POORER, (2, 1): POORER}))
    assert min(details_px.values()) >= 1


def test_proofs_against_absent_copies_are_ignored() -> None:
    assert true_details_px(ties_of({2: 400}, {(1, 2): POORER})) == {2: 400 * 400}


def test_a_blurred_copy_that_is_all_in_the_sharp_one_has_its_look() -> None:
    looks = find_looks(ties_of({1: 9, 2: 9}, {(1, 2): ALTERED, (2, 1): CONTAINED}))
    assert looks[1] == looks[2]
    looks = find_looks(ties_of({1: 9, 2: 9}, {(1, 2): ALTERED}))
    assert looks[1] != looks[2]
