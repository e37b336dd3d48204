from dataclasses import replace

from dupefinder.core.rules.holdings import metadata_of
from tests.core.rules.candidates import CAMERA, FACTS, facts_with


def test_metadata_that_a_person_would_mourn() -> None:
    assert metadata_of(FACTS) == frozenset()
    assert metadata_of(facts_with(rating=0)) == frozenset()
    everything = replace(CAMERA, has_gps=True, has_caption=True, rating=1)
    assert metadata_of(everything) == {"date", "camera", "gps", "caption", "rating"}
