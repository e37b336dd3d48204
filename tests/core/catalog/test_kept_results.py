import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dupefinder.core.catalog import PAIR_DTYPE, Catalog
from dupefinder.core.catalog import kept_results as module
from dupefinder.core.records import Proof, ProofVerdict
from dupefinder.core.source_folders import SourceFolders
from tests.core.catalog.test_last_scan import FILES, content, keep

PARTS = {"groups": bytes(range(256)) * 5, "nothing": b"", "columns": b"abc"}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        keep(catalog, FILES)
        catalog.keep_results(b"key", PARTS)
        yield catalog


def test_results_are_given_again(catalog: Catalog) -> None:
    assert catalog.kept_results(b"key") == PARTS


def test_other_results_take_their_place(catalog: Catalog) -> None:
    catalog.keep_results(b"other", {"a": b"1"})
    assert catalog.kept_results(b"other") == {"a": b"1"}
    assert catalog.kept_results(b"key") is None


def test_long_values_are_kept_in_pieces(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PIECE_BYTES", 100)
    catalog.keep_results(b"key", PARTS)
    assert catalog.kept_results(b"key") == PARTS


def test_what_is_not_as_it_was_written_is_not_given(catalog: Catalog) -> None:
    catalog._write("UPDATE kept_parts SET data = x'00' WHERE name = 'columns'")
    assert catalog.kept_results(b"key") is None
    assert not catalog.has_kept_results(b"key")  # others are kept in their place


def test_a_change_of_what_results_are_made_from_puts_an_end_to_them(catalog: Catalog) -> None:
    pairs = np.zeros(1, PAIR_DTYPE)
    pairs["a"], pairs["b"], pairs["placement"] = 1, 2, np.nan
    for change in (
        lambda: content(catalog, 99),
        lambda: catalog.set_damaged({1}),
        lambda: catalog.add_pairs("phash-64", pairs),
        lambda: catalog.set_verdicts("phash-64", pairs),
        lambda: catalog.set_proofs({(1, 2): Proof(ProofVerdict.CONTAINED)}),
        lambda: catalog.set_proofs({(1, 2): Proof(ProofVerdict.DIFFERS)}),
        lambda: catalog.mark_gone([FILES[0].path], gone=True),
        lambda: catalog.keep_threshold(3),
        lambda: catalog.keep_sources(SourceFolders((), (os.path.abspath("/p"),))),
        lambda: keep(catalog, FILES[:1]),
        lambda: catalog.forget_search("phash-64"),
        lambda: catalog.prune([]),
    ):
        catalog.keep_results(b"key", PARTS)
        assert catalog.kept_results(b"key") == PARTS
        change()
        assert catalog.kept_results(b"key") is None


def test_what_has_nothing_to_do_with_results_leaves_them(catalog: Catalog) -> None:
    catalog.start_scan(["/p"])
    catalog.note_volumes({})
    assert catalog.kept_results(b"key") == PARTS
