import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dupefinder.core.catalog import PAIR_DTYPE, Catalog, LastScan, last_scan
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import FoundFile, Problem, ProblemCode, Proof, ProofVerdict
from dupefinder.core.source_folders import SourceFolders

PROBLEMS = [Problem("/p/odd \udcff.jpg", ProblemCode.DAMAGED, "broken \udcff stream")]


def native(path: str) -> str:
    """A path as the system writes it."""
    return path.replace("/", os.sep)


def content(catalog: Catalog, number: int) -> int:
    photo = DecodedPhoto(
        number.to_bytes(32, "big"),
        number.to_bytes(16, "big"),
        PhotoFacts("JPEG", 4000, 3000),
        np.zeros((96, 96), np.uint8),
        np.zeros((2, 16, 16), np.uint8),
        b"",
    )
    return catalog.add_contents([(photo, 1000, {})], 1)[0]


def file(path: str, *, protected: bool = False, inode: int = 7) -> FoundFile:
    return FoundFile(native(path), "uuid:1", path.lstrip("/"), 1000, 5, 1, inode, protected)


def keep(catalog: Catalog, files: list[FoundFile], threshold_bits: int = 10) -> None:
    ids = np.array([content(catalog, 1 + place) for place in range(len(files))], np.int64)
    catalog.keep_last_scan(
        LastScan(
            *(3, files, ids, PROBLEMS, "phash-64"),
            rotations=True,
            parts=True,
            threshold_bits=threshold_bits,
            shown_bits=threshold_bits,
        )
    )


FILES = [file("/p/a.jpg"), file("/p/b \udcff.jpg", protected=True, inode=(1 << 64) - 1)]


def test_before_the_first_scan_there_is_nothing() -> None:
    with Catalog.open(None) as catalog:
        assert catalog.last_results() is None
        assert catalog.last_scan_below(native("/p")) == (0, 0, 0)
        assert catalog.last_results_since_ns() is None


def test_results_of_a_scan_survive_a_restart(tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        keep(catalog, FILES)
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        last = catalog.last_results()
    assert last is not None
    assert last.files == FILES
    assert last.content_ids.tolist() == [1, 2]
    assert [(one.path, one.code) for one in last.problems] == [
        ("/p/odd \udcff.jpg", ProblemCode.DAMAGED)
    ]
    assert (last.scan_id, last.search_hash) == (3, "phash-64")
    assert (last.rotations, last.parts) == (True, True)


def test_the_next_scan_takes_the_place_of_the_last() -> None:
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        catalog.keep_last_scan(
            LastScan(
                *(4, FILES[:1], np.array([1], np.int64), [], "dhash-64"),
                rotations=False,
                parts=False,
                threshold_bits=4,
                shown_bits=4,
            )
        )
        last = catalog.last_results()
        assert last is not None
        assert (last.files, last.problems, last.scan_id) == (FILES[:1], [], 4)
        assert (last.search_hash, last.threshold_bits) == ("dhash-64", 4)
        assert (last.rotations, last.parts) == (False, False)


def test_files_go_and_come_back() -> None:
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        catalog.mark_gone([FILES[1].path, "/p/unknown.jpg"], gone=True)
        last = catalog.last_results()
        assert last is not None
        assert last.files == FILES[:1]
        assert catalog.last_scan_below(native("/p")) == (1, 1000, 0)
        catalog.mark_gone([FILES[1].path], gone=False)
        last = catalog.last_results()
        assert last is not None
        assert last.files == FILES


def test_files_marked_as_gone_are_no_longer_in_the_results() -> None:
    paths = [one.path for one in FILES]
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        assert catalog.in_last_results([*paths, "/p/unknown.jpg"]) == paths
        catalog.mark_gone(paths[:1], gone=True)
        assert catalog.in_last_results(paths) == paths[1:]


def test_when_their_scan_began() -> None:
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        assert catalog.last_results_since_ns() == 0  # of that scan nothing else is known
        for _ in range(3):
            catalog.start_scan(["/p"])
            record = catalog.last_scan()
        assert record is not None
        catalog.start_scan(["/later"])
        assert catalog.last_results_since_ns() == record.started_ns


def test_the_threshold_on_show_is_kept() -> None:
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        catalog.keep_threshold(3)
        last = catalog.last_results()
        assert last is not None
        assert (last.threshold_bits, last.shown_bits) == (10, 3)


@pytest.mark.parametrize(
    ("folder", "photos"), [("/p", 2), ("/p/", 2), ("/p/x", 1), ("/", 3), ("/q", 0), ("/p/x/c", 0)]
)
def test_photos_below_a_folder(folder: str, photos: int) -> None:
    with Catalog.open(None) as catalog:
        below = [file("/p/a.jpg"), file("/p/x/c.jpg", protected=True), file("/p x/d.jpg")]
        keep(catalog, below)
        protected = int(folder.startswith(("/p", "/p/")) or folder == "/") if photos else 0
        assert catalog.last_scan_below(native(folder)) == (photos, photos * 1000, protected)


def test_pruned_files_are_gone_from_the_last_results() -> None:
    with Catalog.open(None) as catalog:
        keep(catalog, FILES)
        catalog.prune([])  # neither file is in the table of known files
        last = catalog.last_results()
        assert last is not None
        assert last.files == []


def kept_again(
    catalog: Catalog, files: list[FoundFile], content_ids: list[int], *, is_stopped: bool = False
) -> frozenset[int]:
    """Keep a later scan of two folders."""
    scan_id = catalog.start_scan(["/p", "/q"])
    new_contents = catalog.keep_last_scan(
        LastScan(
            *(scan_id, files, np.array(content_ids, np.int64), [], "phash-64"),
            rotations=True,
            parts=True,
            threshold_bits=10,
            shown_bits=10,
            sources=SourceFolders(["/p", "/q"], ["/q \udcff", "/p"], between_only=True),
        )
    )
    if not is_stopped:
        catalog.finish_scan(scan_id, 1.0)
    return new_contents


def test_a_content_is_new_that_the_scan_before_did_not_have() -> None:
    moved, copied, added = file("/p/moved.jpg"), file("/p/a (2).jpg"), file("/p/c.jpg")
    with Catalog.open(None) as catalog:
        ids = [content(catalog, number) for number in (1, 2, 3)]
        assert kept_again(catalog, FILES, ids[:2]) == frozenset()
        catalog.mark_gone([FILES[1].path], gone=True)
        new = kept_again(
            catalog, [FILES[0], moved, copied, added], [ids[0], ids[1], ids[0], ids[2]]
        )
        last = catalog.last_results()
        assert last is not None
        assert new == last.new_contents == {ids[2]}
        assert kept_again(catalog, [added], ids[2:]) == frozenset()


def test_contents_first_met_by_a_stopped_scan_are_new_to_the_next() -> None:
    with Catalog.open(None) as catalog:
        ids = [content(catalog, number) for number in (1, 2, 3)]
        files = [*FILES, file("/p/c.jpg")]
        assert kept_again(catalog, files[:1], ids[:1], is_stopped=True) == frozenset()
        assert kept_again(catalog, files[:2], ids[:2]) == frozenset()  # the first to end
        for is_stopped in (True, True, False):
            assert kept_again(catalog, files, ids, is_stopped=is_stopped) == {ids[2]}
        assert kept_again(catalog, files, ids) == frozenset()


def test_folders_and_their_order_are_kept() -> None:
    with Catalog.open(None) as catalog:
        kept_again(catalog, FILES, [content(catalog, number) for number in (1, 2)])
        last = catalog.last_results()
        assert last is not None
        assert last.sources == SourceFolders(["/p", "/q"], ["/q \udcff", "/p"], between_only=True)
        catalog.keep_sources(SourceFolders(["/p", "/q"], ["/p"]))
        last = catalog.last_results()
        assert last is not None
        assert last.sources == SourceFolders(["/p", "/q"], ["/p"])


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
    monkeypatch.setattr(last_scan, "_PIECE_BYTES", 100)
    catalog.keep_results(b"key", PARTS)
    assert catalog.kept_results(b"key") == PARTS


def test_altered_stored_results_are_not_returned(catalog: Catalog) -> None:
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


def test_unrelated_writes_leave_the_stored_results(catalog: Catalog) -> None:
    catalog.start_scan(["/p"])
    catalog.note_volumes({})
    assert catalog.kept_results(b"key") == PARTS
