from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.catalog import Catalog, CatalogDamaged
from dupefinder.core.catalog import proofs as catalog_proofs
from dupefinder.core.records import DifferenceBox, ProblemCode, Proof, ProofVerdict

CONTAINED = Proof(ProofVerdict.CONTAINED)
DIFFERS = Proof(ProofVerdict.DIFFERS, (DifferenceBox(8, 16, 24, 32), DifferenceBox(0, 0, 1, 1)))


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


def test_proofs_are_kept_one_way(catalog: Catalog) -> None:
    kept = {(1, 2): CONTAINED, (2, 1): DIFFERS, (3, 1): Proof(ProofVerdict.OTHER_PICTURE)}
    catalog.set_proofs(kept)
    assert catalog.proofs({1, 2, 3}) == kept
    catalog.set_proofs({(1, 2): Proof(ProofVerdict.ALTERED)})
    assert catalog.proofs({1, 2}) == {(1, 2): Proof(ProofVerdict.ALTERED), (2, 1): DIFFERS}


def test_only_those_between_the_contents_are_told(catalog: Catalog) -> None:
    catalog.set_proofs({(1, 2): CONTAINED, (2, 3): CONTAINED})
    assert catalog.proofs({2, 3}) == {(2, 3): CONTAINED}
    assert catalog.proofs({1, 3}) == {}
    assert catalog.proofs(()) == {}


def test_they_outlast_the_catalog_s_closing(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        catalog.set_proofs({(1, 2): DIFFERS})
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        assert catalog.proofs({1, 2}) == {(1, 2): DIFFERS}


@pytest.mark.parametrize("code", list(ProblemCode))
def test_passing_failures_are_not_stored_as_proofs(catalog: Catalog, code: ProblemCode) -> None:
    undecided = Proof(ProofVerdict.UNDECIDED, cause=code)
    catalog.set_proofs({(1, 2): undecided, (2, 1): Proof(ProofVerdict.UNDECIDED)})
    lasting = {
        ProblemCode.DAMAGED, ProblemCode.PARTLY_DAMAGED, ProblemCode.HIDDEN_DATA,
        ProblemCode.NOT_A_PICTURE,
    }  # fmt: skip
    # Without a cause it is the photos themselves that leave it undecided.
    left_open = {(2, 1): Proof(ProofVerdict.UNDECIDED)}
    kept = {(1, 2): undecided} if code in lasting else {}
    assert catalog.proofs({1, 2}) == left_open | kept


def test_those_of_another_version_are_not_told(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.set_proofs({(1, 2): CONTAINED, (2, 1): CONTAINED})
    monkeypatch.setattr(catalog_proofs, "PROOF_VERSION", catalog_proofs.PROOF_VERSION + 1)
    assert catalog.proofs({1, 2}) == {}
    catalog.set_proofs({(1, 2): DIFFERS})
    assert catalog.proofs({1, 2}) == {(1, 2): DIFFERS}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict", "certain"),
        ("cause", "bad luck"),
        ("differences", "[[1, 2, 3]]"),
        ("differences", "[[1, 2, 3, "),
        ("differences", '[["a", 2, 3, 4]]'),
        ("differences", "7"),
    ],
)
def test_proofs_that_are_not_understood_are_damage(
    catalog: Catalog, column: str, value: str
) -> None:
    catalog.set_proofs({(1, 2): CONTAINED})
    catalog._write_many(f"UPDATE proofs SET {column} = ?", [(value,)])
    with pytest.raises(CatalogDamaged):
        catalog.proofs({1, 2})


boxes = st.builds(DifferenceBox, *[st.integers(0, 100_000)] * 4)
proofs = st.builds(
    Proof,
    st.sampled_from(sorted(set(ProofVerdict) - {ProofVerdict.UNDECIDED})),
    st.lists(boxes, max_size=8).map(tuple),
)


@given(st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 9)), proofs))
def test_stored_proofs_are_read_back(kept: dict[tuple[int, int], Proof]) -> None:
    with Catalog.open(None) as catalog:
        catalog.set_proofs(kept)
        assert catalog.proofs(range(1, 10)) == kept
