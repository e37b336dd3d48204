"""Fixtures of the window's tests: figures are written as the window writes them."""

from collections.abc import Iterator

import pytest

from dupefinder.gui.locale_notation import LocaleNotation
from dupefinder.text.figures import use_notation


@pytest.fixture(autouse=True)
def locale_notation() -> Iterator[None]:
    before = use_notation(LocaleNotation())
    yield
    use_notation(before)
