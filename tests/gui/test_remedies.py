import pytest

from dupefinder.actions.records import SkipCode
from dupefinder.gui.remedies import remedy_text


@pytest.mark.parametrize("code", list(SkipCode))
def test_every_reason_has_one(code: SkipCode) -> None:
    assert remedy_text(code).endswith(".")
