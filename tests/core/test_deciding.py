import pytest

from dupefinder.core.catalog import EVIDENCE_CODES
from dupefinder.core.deciding import shows_less
from dupefinder.core.records import Alteration, AlterationCode, Evidence, Orientation
from dupefinder.core.ties import Edge, Ties

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
def test_what_was_surely_cut_or_framed_shows_less(alteration: Alteration, expected: bool) -> None:
    edge = Edge(2, Orientation.IDENTITY, EDITED_CODE, second=(alteration,))
    ties = Ties({}, {1: 11, 2: 22}, [(11, 22, edge)])
    assert shows_less(2, ties) is expected
    assert not shows_less(1, ties)
