"""A home of its own for tests that move files to the trash."""

import sys
from pathlib import Path

import pytest

from dupefinder.actions.checks import full_decode


@pytest.fixture
def home(new_home: Path) -> Path:
    """A new home folder, with its trash, catalog and journal, known to all that looks for one."""
    if sys.platform in ("win32", "darwin"):
        pytest.skip("the trash of this system cannot be led into a folder of the test")
    return new_home


@pytest.fixture(autouse=True)
def _one_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the process that decodes in full from test to test: to start one takes longer."""
    monkeypatch.setattr(full_decode, "close_decoder", lambda: None)
