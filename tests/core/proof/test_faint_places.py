"""Faint changes where a picture is calm, and so seen."""

import numpy as np
import pytest

from dupefinder.core.proof import contained
from dupefinder.core.proof.block_residual import busyness
from dupefinder.core.records import ProofVerdict
from tests.core.proof.faint import FAINT_CHANGES, saved, sky
from tests.core.proof.full import full, greys


@pytest.mark.parametrize("name", FAINT_CHANGES)
def test_a_faint_change_in_a_calm_place_is_found(name: str) -> None:
    shown, change, ours, theirs = FAINT_CHANGES[name]
    goes, stays = saved(ours, shown()), saved(theirs, shown())
    assert contained(full(goes), full(stays)).verdict is ProofVerdict.CONTAINED
    changed_goes, changed_stays = (saved(one, change(shown())) for one in (ours, theirs))
    for one, other in ((changed_goes, stays), (goes, changed_stays)):
        proof = contained(full(one), full(other))
        assert proof.verdict is ProofVerdict.DIFFERS
        assert len(proof.differences) == 1


def test_a_place_is_as_busy_as_the_calmer_of_two() -> None:
    calm = greys(sky())
    busy = np.random.default_rng(1).integers(60, 200, calm.shape, np.uint8)
    assert busyness(busy, busy).min() == 1
    assert busyness(calm, busy).shape == (45, 60)
    assert np.array_equal(busyness(calm, busy), busyness(busy, calm))
    assert busyness(calm, busy)[:20].max() == 0
    assert busyness(calm, busy).max() > 0


def test_beside_an_edge_it_is_busy_as_well() -> None:
    plane = np.full((64, 64), 120, np.uint8)
    plane[24:32, 28:] = 20
    assert busyness(plane, plane)[2:5, 2:5].min() == 1
    assert busyness(plane, plane)[:1].max() == 0
