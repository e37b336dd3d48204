import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.records import DifferenceBox, ProblemCode, Proof, ProofVerdict


@pytest.mark.parametrize(
    ("proof", "is_kept"),
    [
        (Proof(ProofVerdict.CONTAINED), True),
        (Proof(ProofVerdict.CONTAINED, stays_is_poorer=True), True),
        (Proof(ProofVerdict.DIFFERS, (DifferenceBox(1, 2, 3, 4),)), True),
        (Proof(ProofVerdict.UNDECIDED), True),
        (Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.TOO_LARGE), True),
        (Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.VANISHED), False),
    ],
)
def test_a_proof_is_kept_unless_another_try_may_end_otherwise(proof: Proof, is_kept: bool) -> None:
    with Catalog.open(None) as catalog:
        catalog.set_proofs({(1, 2): proof})
        assert catalog.proofs((1, 2)) == ({(1, 2): proof} if is_kept else {})
        assert catalog.proofs((1, 3)) == {}
