"""What every test shares: no screen, no deadlines, and the photos with known truth."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import dupefinder  # noqa: F401 - before NumPy: bounds the threads of the linear algebra library
from dupefinder.core.catalog import Catalog

CHECKOUT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes says more about the machine than about the code.
settings.register_profile("dupefinder", settings(), deadline=None)
settings.load_profile("dupefinder")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """A folder of photos whose duplicates are known: `truth.csv` beside the photos it names."""
    named = os.environ.get("DUPEFINDER_CORPUS")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "photos"
    if not (folder / "truth.csv").is_file():
        pytest.skip(f"no photos with known truth in {folder}; name some in DUPEFINDER_CORPUS")
    return folder


@pytest.fixture(scope="session")
def corpus_catalog() -> Iterator[Catalog]:
    """One catalog for all tests of those photos: that each is read and compared once is enough."""
    with Catalog.open(None) as catalog:
        yield catalog
