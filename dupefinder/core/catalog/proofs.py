"""Results of full-size comparisons of two contents, so that no pair is compared twice."""

import json
from collections.abc import Collection, Mapping
from typing import Final

from dupefinder.core.catalog.connection import CatalogConnection
from dupefinder.core.records import DifferenceBox, ProblemCode, Proof, ProofVerdict

PROOF_VERSION: Final = 20
"""Raised whenever a stored proof would come out differently."""

Proofs = Mapping[tuple[int, int], Proof]
"""Proofs by two content ids: the photo in question, and the copy that stays."""

_LASTING: Final = frozenset(
    (
        ProblemCode.DAMAGED,
        ProblemCode.PARTLY_DAMAGED,
        ProblemCode.HIDDEN_DATA,
        ProblemCode.NOT_A_PICTURE,
    )
)
"""Causes in the content itself, for which another try would end the same."""


class CatalogProofs(CatalogConnection):
    """The table of proofs."""

    def proofs(self, content_ids: Collection[int]) -> dict[tuple[int, int], Proof]:
        """Look up the proofs of this version between two of some contents.

        Raises:
            CatalogDamaged: A stored proof cannot be understood.
        """
        found: dict[tuple[int, int], Proof] = {}
        rows = self._each(
            "SELECT goes, stays, verdict, cause, differences, stays_is_poorer FROM proofs"
            " WHERE version = ?",
            (PROOF_VERSION,),
        )
        for goes, stays, *fields in rows:
            if goes in content_ids and stays in content_ids:
                found[goes, stays] = self._proof(*fields)
        return found

    def set_proofs(self, proofs: Proofs) -> None:
        """Store proofs; those that failed for a temporary reason are left out."""
        self._write_many(
            "INSERT OR REPLACE INTO proofs VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    goes,
                    stays,
                    PROOF_VERSION,
                    proof.verdict.value,
                    proof.cause,
                    json.dumps([_numbers(box) for box in proof.differences]),
                    proof.stays_is_poorer,
                )
                for (goes, stays), proof in proofs.items()
                if proof.cause is None or proof.cause in _LASTING
            ],
        )

    def _proof(
        self, verdict: str, cause: str | None, differences: str, stays_is_poorer: int
    ) -> Proof:
        try:
            return Proof(
                ProofVerdict(verdict),
                tuple(DifferenceBox(*map(int, box)) for box in json.loads(differences)),
                None if cause is None else ProblemCode(cause),
                bool(stays_is_poorer),
            )
        except (TypeError, ValueError) as error:
            raise self._damaged("a proof cannot be understood") from error


def _numbers(box: DifferenceBox) -> tuple[int, int, int, int]:
    return box.x_px, box.y_px, box.width_px, box.height_px
