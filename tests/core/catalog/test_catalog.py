import os
import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    NOT_SEARCHED,
    PAIR_DTYPE,
    Catalog,
    CatalogDamaged,
    ContentFile,
    FilePlace,
    FileRow,
    PruneCounts,
    VolumeCount,
)
from dupefinder.core.catalog import files as catalog_files
from dupefinder.core.catalog.schema import FACT_COLUMNS
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.photo_facts import DecodedPhoto, InnerPicture, PhotoFacts
from dupefinder.core.records import Evidence, FoundFile, ProblemCode

FACTS = PhotoFacts("JPEG", 4000, 3000)


@pytest.fixture(params=["file", "memory"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(None if request.param == "memory" else tmp_path / "c.sqlite") as catalog:
        yield catalog


def photo(number: int, facts: PhotoFacts = FACTS) -> DecodedPhoto:
    return DecodedPhoto(
        digest=number.to_bytes(32, "big"),
        parts_digest=number.to_bytes(16, "big"),
        facts=facts,
        grey=np.full((96, 96), number % 256, np.uint8),
        chroma=np.full((2, 16, 16), 255 - number % 256, np.uint8),
        thumbnail_jpeg=b"thumbnail %d" % number,
    )


def add(catalog: Catalog, *numbers: int, version: int = 1) -> list[int]:
    contents = [(photo(n), 1000 + n, {"phash-64": words(n)}) for n in numbers]
    return catalog.add_contents(contents, version)


def words(number: int, variants: int = 8, count: int = 1) -> NDArray[np.uint64]:
    return np.full((variants, count), (1 << 64) - 1 - number, np.uint64)


def found(relative_path: str, size_bytes: int = 10, mtime_ns: int = 20) -> FoundFile:
    return FoundFile(
        "/m/" + relative_path, "uuid:a", relative_path, size_bytes, mtime_ns, 1, 2, protected=False
    )


def pairs_of(*rows: tuple[int, int, int, int]) -> NDArray[np.void]:
    """Pairs (a, b, distance, orientation) without a verdict, as the catalog returns them."""
    unplaced = (0, 0, (np.nan,) * 6)
    return np.array([(*row, -1, -1, -1, np.nan, *unplaced) for row in rows], PAIR_DTYPE)


def same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return all(
        np.array_equal(left[name], right[name], equal_nan=name in ("likeness", "placement"))
        for name in PAIR_DTYPE.names or ()
    )


# Files


def test_a_known_file_comes_back_by_its_path(catalog: Catalog) -> None:
    catalog.record_files(
        [
            FileRow("uuid:a", "2020/a.jpg", 10, 20, content_id=5),
            FileRow("uuid:a", "b.jpg", 0, -3, None, ProblemCode.DAMAGED, "ends early", True),
            FileRow("uuid:b", "2020/a.jpg", 11, 21, content_id=6),
        ]
    )
    known = catalog.known_files("uuid:a")
    assert set(known) == {"2020/a.jpg", "b.jpg"}
    assert known["2020/a.jpg"][1:] == (10, 20, 5, None, "", False)
    assert known["b.jpg"][1:] == (0, -3, None, ProblemCode.DAMAGED, "ends early", True)
    assert known["b.jpg"].problem is ProblemCode.DAMAGED
    assert catalog.known_files("uuid:never") == {}


def test_recording_again_replaces_and_keeps_the_number(catalog: Catalog) -> None:
    catalog.record_files([FileRow("v", "a", 1, 1, None, ProblemCode.DAMAGED, "x", True)])
    before = catalog.known_files("v")["a"]
    catalog.record_files([FileRow("v", "a", 2, 3, content_id=4)])
    after = catalog.known_files("v")["a"]
    assert after == (before.file_id, 2, 3, 4, None, "", False)


def any_names(most: int) -> st.SearchStrategy[str]:
    """Names as a system may have them: of any bytes, or on Windows with half a character."""
    if os.name == "posix":
        return st.binary(max_size=most).map(os.fsdecode)
    return st.text(st.characters(), max_size=most)


@given(st.sets(any_names(20), max_size=8), any_names(5))
def test_names_that_are_not_text_come_back(paths: set[str], volume_id: str) -> None:
    with Catalog.open(None) as catalog:
        catalog.record_files([FileRow(volume_id, path, 1, 1) for path in paths])
        assert set(catalog.known_files(volume_id)) == paths
        assert {file.relative_path for file in catalog.all_files()} == paths
        assert {file.volume_id for file in catalog.all_files()} <= {volume_id}


@pytest.mark.parametrize("mtime_ns", [1 << 63, -(1 << 63) - 1, 1 << 80])
def test_a_time_beyond_what_can_be_stored_makes_the_file_look_changed(
    catalog: Catalog, mtime_ns: int
) -> None:
    catalog.mark_in_flight([found("a", mtime_ns=mtime_ns)])
    catalog.record_files([FileRow("v", "a", 1, mtime_ns, content_id=1)])
    assert catalog.known_files("v")["a"].mtime_ns != mtime_ns


def test_words_of_a_decoder_that_are_not_text_are_kept_as_far_as_possible(
    catalog: Catalog,
) -> None:
    catalog.record_files([FileRow("v", "a", 1, 1, None, ProblemCode.DAMAGED, "bad \udcff\0 é")])
    assert catalog.known_files("v")["a"].problem_detail == "bad ?\0 é"


def test_a_problem_that_is_no_longer_known_counts_as_none(catalog: Catalog) -> None:
    catalog.record_files([FileRow("v", "a", 1, 1, None, ProblemCode.DAMAGED)])
    catalog._connection.execute("UPDATE files SET problem_code = 'of-old'")
    assert catalog.known_files("v")["a"].problem is None


def test_all_files_goes_on_while_the_catalog_changes(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_files, "_PAGE_ROWS", 2)
    catalog.record_files([FileRow("v", str(n), 1, 1) for n in range(5)])
    seen = []
    for file in catalog.all_files():
        catalog.record_files([FileRow("v", file.relative_path, 2, 2)])
        seen.append(file)
    assert seen == [FilePlace(n + 1, "v", str(n)) for n in range(5)]


def test_files_of_content(catalog: Catalog) -> None:
    catalog.record_files(
        [FileRow("v", "a", 1, 2, 7), FileRow("w", "b", 1, 3, 7), FileRow("v", "c", 1, 2, 8)]
    )
    assert catalog.files_of_content([7, 9]) == [
        ContentFile(7, 1, "v", "a", 1, 2),
        ContentFile(7, 2, "w", "b", 1, 3),
    ]
    assert catalog.files_of_content([]) == []


# Suspects of a crash


def test_a_file_in_flight_at_a_crash_needs_the_shield(catalog: Catalog) -> None:
    catalog.record_files(
        [
            FileRow("uuid:a", "changed", 1, 1, content_id=3),
            FileRow("uuid:a", "done", 10, 20, content_id=4),
            FileRow("uuid:a", "failed", 10, 20, None, ProblemCode.DAMAGED),
            FileRow("uuid:a", "seen", 10, 20),
        ]
    )
    files = [found(name) for name in ("new", "changed", "done", "failed", "seen", "cleared")]
    catalog.mark_in_flight(files)
    catalog.clear_in_flight([found("cleared")])
    assert catalog.take_suspects() == 3
    known = catalog.known_files("uuid:a")
    assert {path for path, file in known.items() if file.needs_shield} == {"new", "changed", "seen"}
    assert known["changed"][1:] == (10, 20, None, None, "", True)
    assert known["done"].content_id == 4
    assert "cleared" not in known
    assert catalog.take_suspects() == 0


def test_a_file_may_be_marked_in_flight_twice(catalog: Catalog) -> None:
    catalog.mark_in_flight([found("a", 1, 1)])
    catalog.mark_in_flight([found("a", 2, 2)])
    assert catalog.take_suspects() == 1
    assert catalog.known_files("uuid:a")["a"].size_bytes == 2


# Scans


def test_scans_and_what_they_saw(catalog: Catalog) -> None:
    assert catalog.last_scan() is None
    folders = ("/photos/\udcff", "/b c")
    first = catalog.start_scan(folders)
    catalog.record_files([FileRow("v", "a", 1, 1), FileRow("v", "b", 1, 1)])
    catalog.finish_scan(first, 12.5)
    scan = catalog.last_scan()
    assert scan is not None
    assert scan.folders == folders
    assert scan.duration_s == 12.5
    assert scan.finished_ns is not None
    assert scan.finished_ns >= scan.started_ns > 0

    second = catalog.start_scan([])
    catalog.mark_seen([catalog.known_files("v")["b"].file_id])
    assert catalog._all("SELECT seen_scan FROM files ORDER BY file_id") == [(first,), (second,)]
    scan = catalog.last_scan()
    assert scan is not None
    assert (scan.scan_id, scan.finished_ns, scan.folders) == (second, None, ())


# Contents


def test_every_fact_has_its_column() -> None:
    assert tuple(field.name for field in fields(PhotoFacts)) == FACT_COLUMNS
    with Catalog.open(None) as catalog:
        columns = {row[1] for row in catalog._all("PRAGMA table_info(contents)")}
    assert set(FACT_COLUMNS) <= columns


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
_size = st.integers(0, 1 << 40)
_facts = st.builds(
    PhotoFacts,
    format=_text,
    width_px=_size,
    height_px=_size,
    exif_orientation=st.integers(1, 8),
    mode=_text,
    bits_per_channel=st.sampled_from([8, 10, 16]),
    frames=_size,
    has_alpha=st.booleans(),
    is_raw=st.booleans(),
    is_lossless=st.booleans(),
    quality=st.none() | st.integers(1, 100),
    sharpness=st.floats(allow_nan=False),
    contrast=st.floats(allow_nan=False),
    taken=st.none() | _text,
    camera=st.none() | _text,
    has_gps=st.booleans(),
    has_caption=st.booleans(),
    rating=st.none() | st.integers(0, 5),
    decodes_in_full=st.sampled_from([None, False, True]),
    extras=st.lists(st.sampled_from(["depth", "gain-map", "video"]), unique=True).map(tuple),
    extras_digest=st.none() | st.binary(min_size=32, max_size=32),
    icc_digest=st.none() | st.binary(min_size=32, max_size=32),
    picture_digest=st.none() | st.binary(min_size=32, max_size=32),
    word_digests=st.lists(st.sampled_from(["0a", "0b", "0c"]), unique=True).map(tuple),
    exposure_ids=st.lists(st.sampled_from(["iso:100", "burst:a:b"]), unique=True).map(tuple),
)


@given(_facts)
def test_facts_come_back_as_they_were(facts: PhotoFacts) -> None:
    with Catalog.open(None) as catalog:
        (content_id,) = catalog.add_contents([(photo(1, facts), 99, {})], 3)
        stored = catalog.facts([content_id])[content_id]
    assert stored.facts == facts
    assert all(
        type(getattr(stored.facts, name)) is type(getattr(facts, name)) for name in FACT_COLUMNS
    )
    assert (stored.digest, stored.size_bytes) == (photo(1).digest, 99)
    assert stored.fingerprint_version == 3


def test_hostile_facts_are_kept_as_far_as_possible(catalog: Catalog) -> None:
    facts = replace(
        FACTS, camera="Ca\udcffnon", sharpness=float("nan"), contrast=float(np.float32(0.5))
    )
    (content_id,) = catalog.add_contents([(photo(1, facts), 1, {})], 1)
    stored = catalog.facts()[content_id].facts
    assert (stored.camera, stored.sharpness, stored.contrast) == ("Ca?non", 0.0, 0.5)


def test_the_same_bytes_are_one_content(catalog: Catalog) -> None:
    first, second, again = add(catalog, 1, 2, 1)
    assert first == again != second
    third, known = add(catalog, 3, 2)
    assert known == second
    assert catalog.content_ids([photo(n).digest for n in (1, 2, 3, 4)]) == {
        photo(1).digest: first,
        photo(2).digest: second,
        photo(3).digest: third,
    }
    assert add(catalog) == []


def test_content_ids_of_more_digests_than_one_query_takes(catalog: Catalog) -> None:
    ids = add(catalog, *range(1200))
    assert list(catalog.content_ids(photo(n).digest for n in range(1300)).values()) == ids


def test_contents_by_size_and_parts(catalog: Catalog) -> None:
    first, _ = add(catalog, 1, 2)
    assert catalog.contents_with(1001, photo(1).parts_digest) == [first]
    assert catalog.contents_with(1002, photo(1).parts_digest) == []


def test_another_version_replaces_what_is_known_and_forgets_the_searches(
    catalog: Catalog,
) -> None:
    first, second = add(catalog, 1, 2)
    catalog.set_pixel_digests({first: b"p", second: b"q"})
    catalog.add_pairs("phash-64", pairs_of((first, second, 3, 0)))
    catalog.mark_searched("phash-64", [first, second], 8)

    same_version = catalog.add_contents([(photo(1, replace(FACTS, width_px=9)), 5, {})], 1)
    assert same_version == [first]
    assert catalog.facts()[first].facts == FACTS
    assert catalog.pairs("phash-64").size == 1

    newer = replace(photo(1, replace(FACTS, width_px=9)), thumbnail_jpeg=b"new")
    ids = catalog.add_contents([(newer, 1001, {"phash-64": words(77)})], 2)
    assert ids == [first]
    stored = catalog.facts()
    assert (stored[first].facts.width_px, stored[first].pixel_digest) == (9, None)
    assert stored[second].pixel_digest == b"q"
    assert catalog.thumbnail(first) == b"new"
    assert catalog.outdated_contents(2).tolist() == [second]
    assert catalog.outdated_contents(1).tolist() == [first]
    known, loaded = catalog.fingerprints("phash-64")
    assert known.tolist() == [first, second]
    assert np.array_equal(loaded, np.stack([words(77), words(2)]))
    assert catalog.searched("phash-64")[0] == NOT_SEARCHED
    assert catalog.pairs("phash-64").size == 0


def test_pixel_digests_can_be_added_later(catalog: Catalog) -> None:
    first, second = add(catalog, 1, 2)
    catalog.set_pixel_digests({first: bytes(32)})
    stored = catalog.facts()
    assert (stored[first].pixel_digest, stored[second].pixel_digest) == (bytes(32), None)
    assert set(catalog.facts([second, 999])) == {second}
    assert catalog.facts([]) == {}


def test_pixels_come_in_the_order_that_is_asked_for(catalog: Catalog) -> None:
    first, second, third = add(catalog, 1, 2, 3)
    greys = catalog.greys([third, first, third, second])
    assert greys.shape == (4, 96, 96)
    assert greys.dtype == np.uint8
    assert greys[:, 5, 5].tolist() == [3, 1, 3, 2]
    chromas = catalog.chromas(np.array([second, first]))
    assert chromas.shape == (2, 2, 16, 16)
    assert chromas[:, 1, 7, 7].tolist() == [253, 254]
    assert catalog.greys([]).shape == (0, 96, 96)
    assert catalog.thumbnail(second) == b"thumbnail 2"


def test_pixels_of_an_unknown_content(catalog: Catalog) -> None:
    (first,) = add(catalog, 1)
    with pytest.raises(KeyError, match="99"):
        catalog.greys([first, 99])
    with pytest.raises(KeyError, match="99"):
        catalog.thumbnail(99)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(photo(2), grey=np.zeros((95, 96), np.uint8)),
        replace(photo(2), chroma=np.zeros((2, 16, 16), np.int8)),
    ],
)
def test_pixels_of_the_wrong_shape_are_refused_and_nothing_is_kept(
    catalog: Catalog, wrong: DecodedPhoto
) -> None:
    with pytest.raises(ValueError, match="uint8"):
        catalog.add_contents([(photo(1), 1, {}), (wrong, 1, {})], 1)
    assert catalog.facts() == {}


def test_a_blob_of_the_wrong_length_is_damage(catalog: Catalog) -> None:
    (first,) = add(catalog, 1)
    catalog._connection.execute("UPDATE pixels SET grey = x'00'")
    catalog._connection.execute("UPDATE fingerprints SET words = x'00'")
    with pytest.raises(CatalogDamaged, match="grey"):
        catalog.greys([first])
    with pytest.raises(CatalogDamaged, match="fingerprint"):
        catalog.fingerprints("phash-64")


# Fingerprints


@given(
    hnp.arrays(np.uint64, hnp.array_shapes(min_dims=3, max_dims=3, max_side=9)),
    st.randoms(use_true_random=False),
)
def test_fingerprints_come_back_ordered_by_content(stored: NDArray[np.uint64], random: Any) -> None:
    ids = random.sample(range(1, 1000), len(stored))
    with Catalog.open(None) as catalog:
        catalog.add_fingerprints("kind", ids, stored)
        loaded_ids, loaded = catalog.fingerprints("kind")
        some = ids[::2]
        some_ids, some_loaded = catalog.fingerprints("kind", some)
    order = np.argsort(ids)
    assert loaded_ids.tolist() == sorted(ids)
    assert loaded.dtype == np.uint64
    assert np.array_equal(loaded, stored[order])
    assert some_ids.tolist() == sorted(some)
    assert np.array_equal(some_loaded, stored[order][np.isin(loaded_ids, some)])


def test_a_kind_without_fingerprints(catalog: Catalog) -> None:
    ids = add(catalog, 1, 2)
    known, loaded = catalog.fingerprints("dhash-64")
    assert known.size == 0
    assert loaded.shape == (0, 0, 0)
    assert catalog.missing_fingerprints("dhash-64").tolist() == ids
    assert catalog.missing_fingerprints("phash-64").tolist() == []
    catalog.add_fingerprints("dhash-64", ids[:1], words(5, 1)[None])
    assert catalog.missing_fingerprints("dhash-64").tolist() == ids[1:]


def test_words_in_another_memory_order_are_stored_alike(catalog: Catalog) -> None:
    stored = np.arange(24, dtype=np.uint64).reshape(2, 3, 4)
    catalog.add_fingerprints("kind", [1, 2], np.asfortranarray(stored))
    assert np.array_equal(catalog.fingerprints("kind")[1], stored)


def test_a_fingerprint_that_is_there_stays(catalog: Catalog) -> None:
    catalog.add_fingerprints("kind", [1], words(1)[None])
    catalog.add_fingerprints("kind", [1, 2], np.stack([words(5), words(6)]))
    assert np.array_equal(catalog.fingerprints("kind")[1], np.stack([words(1), words(6)]))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((1, 8, 1), np.int64),
        np.zeros((8, 1), np.uint64),
        np.zeros((2, 8, 1), np.uint64),
        np.zeros((1, 1, 8), np.uint64),
    ],
    ids=["dtype", "dimensions", "count", "shape of the kind"],
)
def test_wrong_fingerprints_are_refused(catalog: Catalog, wrong: Any) -> None:
    catalog.add_fingerprints("kind", [1], words(1)[None])
    with pytest.raises(ValueError, match="fingerprints of"):
        catalog.add_fingerprints("kind", [2], wrong)
    assert catalog.fingerprints("kind")[0].tolist() == [1]


def test_forgotten_fingerprints_may_return_in_another_shape(catalog: Catalog) -> None:
    ids = add(catalog, 1, 2)
    catalog.add_fingerprints("other", ids, np.stack([words(1), words(2)]))
    catalog.add_pairs("other", pairs_of((1, 2, 3, 0)))
    catalog.mark_searched("other", ids, 4)
    catalog.forget_fingerprints("other")
    assert catalog.fingerprints("other")[0].size == 0
    assert catalog.pairs("other").size == 0
    assert catalog.searched("other")[0] == NOT_SEARCHED
    catalog.add_fingerprints("other", ids[:1], words(3, 1, 4)[None])
    assert catalog.fingerprints("other")[1].shape == (1, 1, 4)
    assert catalog.fingerprints("phash-64")[0].tolist() == ids
    catalog.forget_fingerprints("never there")


# Searches


def test_a_search_grows_with_its_contents(catalog: Catalog) -> None:
    radius_bits, ids = catalog.searched("k")
    assert (radius_bits, ids.size) == (NOT_SEARCHED, 0)
    assert ids.dtype == np.int64
    catalog.mark_searched("k", [3, 1], 8)
    catalog.mark_searched("k", np.array([2, 3]), 8)
    radius_bits, ids = catalog.searched("k")
    assert (radius_bits, ids.tolist()) == (8, [1, 2, 3])
    assert catalog.searched("other")[0] == NOT_SEARCHED


@given(
    st.lists(
        st.tuples(st.sets(st.integers(1, 6)), st.integers(0, 12)),
        min_size=1,
        max_size=6,
    )
)
def test_a_search_never_claims_more_than_was_searched(steps: list[tuple[set[int], int]]) -> None:
    """Every pair of marked contents was within a step that reached the claimed radius."""
    reached: dict[tuple[int, int], int] = {}
    marked: set[int] = set()
    with Catalog.open(None) as catalog:
        for ids, radius_bits in steps:
            marked |= ids
            for a in ids:
                for b in marked:
                    pair = min(a, b), max(a, b)
                    reached[pair] = max(reached.get(pair, -1), radius_bits)
            catalog.mark_searched("k", list(ids), radius_bits)
            claimed_bits, claimed = catalog.searched("k")
            assert set(claimed.tolist()) == marked
            assert all(claimed_bits <= reached[a, b] for a in marked for b in marked if a <= b)


def test_a_wider_search_of_everything_raises_the_radius(catalog: Catalog) -> None:
    catalog.mark_searched("k", [1, 2], 4)
    catalog.mark_searched("k", [2, 3], 9)
    assert catalog.searched("k")[0] == 4
    catalog.mark_searched("k", [1, 2, 3, 4], 9)
    assert catalog.searched("k")[0] == 9


def test_forgetting_a_search_leaves_other_kinds_alone(catalog: Catalog) -> None:
    for kind in ("k", "l"):
        catalog.add_pairs(kind, pairs_of((1, 2, 3, 0)))
        catalog.mark_searched(kind, [1, 2], 4)
    catalog.forget_search("k")
    catalog.forget_search("never there")
    assert catalog.searched("k")[0] == NOT_SEARCHED
    assert catalog.pairs("k").size == 0
    assert catalog.searched("l")[1].tolist() == [1, 2]
    assert catalog.pairs("l").size == 1


# Pairs


def test_every_evidence_has_a_code_of_its_own() -> None:
    # No scan finds what a person chooses.
    assert set(EVIDENCE_CODES) == set(Evidence) - {Evidence.CHOSEN}
    assert len(set(EVIDENCE_CODES.values())) == len(EVIDENCE_CODES)
    assert min(EVIDENCE_CODES.values()) >= 0


_pair = st.tuples(st.integers(1, 5), st.integers(6, 9), st.integers(0, 256), st.integers(0, 7))


@given(st.lists(st.lists(_pair, max_size=8), max_size=4), st.integers(0, 256))
def test_of_a_pair_the_smallest_distance_stays(
    batches: list[list[tuple[int, int, int, int]]], limit_bits: int
) -> None:
    best: dict[tuple[int, int], tuple[int, int]] = {}
    with Catalog.open(None) as catalog:
        for batch in batches:
            catalog.add_pairs("k", pairs_of(*batch))
            for a, b, distance_bits, orientation in batch:
                if distance_bits < best.get((a, b), (999, 0))[0]:
                    best[a, b] = distance_bits, orientation
        expected = pairs_of(*sorted((*ab, *kept) for ab, kept in best.items()))
        assert catalog.pairs("k").dtype == PAIR_DTYPE
        assert same(catalog.pairs("k"), expected)
        within = expected[expected["distance_bits"] <= limit_bits]
        assert same(catalog.pairs("k", limit_bits), within)


def test_pairs_need_no_verdict(catalog: Catalog) -> None:
    names = ["a", "b", "distance_bits", "orientation", "view_a", "view_b"]
    catalog.add_pairs("k", pairs_of((1, 2, 3, 4))[names])
    assert same(catalog.pairs("k"), pairs_of((1, 2, 3, 4)))
    assert catalog.pairs("other").size == 0


@pytest.mark.parametrize("b", [1, 2])
def test_pairs_out_of_order_are_refused(catalog: Catalog, b: int) -> None:
    with pytest.raises(ValueError, match="a < b"):
        catalog.add_pairs("k", pairs_of((1, 3, 1, 0), (2, b, 1, 0)))
    assert catalog.pairs("k").size == 0


def test_verdicts(catalog: Catalog) -> None:
    catalog.add_pairs("k", pairs_of((1, 2, 3, 0), (1, 3, 4, 1), (2, 3, 5, 2)))
    catalog.add_pairs("l", pairs_of((1, 2, 3, 0)))
    pairs = catalog.pairs("k")
    pairs["confirm_version"][:2] = 1
    pairs["evidence"][:2] = EVIDENCE_CODES[Evidence.SAME_BYTES], EVIDENCE_CODES[Evidence.EDITED]
    pairs["distance256_bits"][1] = 60
    pairs["likeness"][1] = -0.25
    catalog.set_verdicts("k", pairs[::-1][:2])
    catalog.set_verdicts("k", pairs[:1])
    assert same(catalog.pairs("k"), pairs)
    assert same(catalog.pairs("l"), pairs_of((1, 2, 3, 0)))

    catalog.add_pairs("k", pairs_of((1, 2, 3, 5), (1, 3, 2, 6)))
    pairs[1] = pairs_of((1, 3, 2, 6))[0]
    assert same(catalog.pairs("k"), pairs), "only a smaller distance takes a verdict away"
    assert catalog._all("SELECT count(evidence) FROM pairs") == [(1,)]


def test_views_of_pairs_are_kept_until_nearer_ones_are_found(catalog: Catalog) -> None:
    found = pairs_of((1, 2, 3, 0), (1, 3, 4, 0), (2, 3, 4, 0))
    found["view_b"] = 1, 7, 0
    catalog.add_pairs("k", found)
    found["placement"][1] = 0.8, 0, 0.1, 0, 0.75, 0.25
    found["confirm_version"] = 1
    catalog.set_verdicts("k", found)
    assert same(catalog.pairs("k"), found)
    assert same(catalog.pairs("k", 3), found[:1])

    nearer = pairs_of((1, 3, 2, 0))
    nearer["view_a"] = 5
    catalog.add_pairs("k", nearer)
    assert same(catalog.pairs("k")[1:2], nearer)


def test_inner_pictures_are_kept_with_their_contents(catalog: Catalog) -> None:
    inner = InnerPicture((0.0, 0.25, 1.0, 0.75), np.full((96, 96), 9, np.uint8))
    framed = replace(photo(2), inner=inner)
    ids = add(catalog, 1) + catalog.add_contents([(framed, 10, {})], 1)
    assert catalog.framed_contents().tolist() == ids[1:]
    found = catalog.inner_pictures(ids)
    assert list(found) == ids[1:]
    assert found[ids[1]].box == inner.box
    assert np.array_equal(found[ids[1]].grey, inner.grey)
    assert set(catalog.thumbnails([*ids, 99])) == set(ids)


def test_sizes_and_proportions_are_told_in_the_order_asked_for(catalog: Catalog) -> None:
    inner = InnerPicture((0.0, 0.25, 1.0, 0.75), np.full((96, 96), 9, np.uint8))
    facts = [PhotoFacts("JPEG", *size_px) for size_px in ((300, 200), (100, 400))]
    photos = [
        replace(photo(1), facts=facts[0], inner=inner),
        replace(photo(2), facts=facts[1]),
    ]
    one, other = catalog.add_contents([(each, 10, {}) for each in photos], 1)
    assert catalog.sizes_px([other, one, other]).tolist() == [[100, 400], [300, 200], [100, 400]]
    whole, inner_ones = catalog.aspects([other, one])
    assert np.exp(whole) == pytest.approx([0.25, 1.5])
    assert np.exp(inner_ones) == pytest.approx([0.25, 3.0])
    assert catalog.sizes_px([]).shape == (0, 2)
    assert [len(aspects) for aspects in catalog.aspects([])] == [0, 0]


def test_a_verdict_on_an_unknown_pair_is_refused_with_all_others(catalog: Catalog) -> None:
    catalog.add_pairs("k", pairs_of((1, 2, 3, 0)))
    verdicts = pairs_of((1, 2, 3, 0), (1, 9, 3, 0))
    verdicts["evidence"] = 1
    with pytest.raises(KeyError, match="1 of 2"):
        catalog.set_verdicts("k", verdicts)
    assert same(catalog.pairs("k"), pairs_of((1, 2, 3, 0)))
    catalog.set_verdicts("k", verdicts[:0])


# Transactions


class _StoppedError(Exception):
    pass


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(catalog: Catalog) -> None:
    with pytest.raises(_StoppedError), catalog.transaction():  # noqa: PT012 - all of it is the case
        catalog.record_files([FileRow("v", "a", 1, 1)])
        add(catalog, 1)
        catalog.mark_searched("k", [1], 3)
        raise _StoppedError
    assert catalog.known_files("v") == {}
    assert catalog.facts() == {}
    assert catalog.searched("k")[0] == NOT_SEARCHED

    # Numbers given out within it are gone too, and are not used again from memory.
    with catalog.transaction():
        catalog.record_files([FileRow("w", "b", 1, 1), FileRow("v", "a", 1, 1)])
        for content_id, kind in enumerate(("l", "m", "k")):
            catalog.mark_searched(kind, [content_id], 3)
    assert set(catalog.known_files("v")) == {"a"}
    assert [catalog.searched(kind)[1].tolist() for kind in ("l", "m", "k")] == [[0], [1], [2]]
    assert catalog.info().volumes == (VolumeCount("w", 1), VolumeCount("v", 1))


def test_a_full_disk_is_told_and_what_was_kept_stays(catalog: Catalog) -> None:
    add(catalog, 1)
    ((page_count,),) = catalog._all("PRAGMA page_count")
    catalog._all(f"PRAGMA max_page_count = {page_count}")
    with pytest.raises(CatalogNotWritable, match="full"):
        add(catalog, *range(2, 50))
    assert len(catalog.facts()) == 1
    catalog._all("PRAGMA max_page_count = 100000")
    assert len(add(catalog, *range(2, 50))) == 48


def test_a_read_only_catalog_is_told(catalog: Catalog) -> None:
    catalog._all("PRAGMA query_only = ON")
    with pytest.raises(CatalogNotWritable, match="readonly"):
        catalog.start_scan(["/a"])


def test_a_bug_is_not_taken_for_a_fault(catalog: Catalog) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        catalog._all("SELECT 1 FROM nowhere")


# The whole


def test_info(catalog: Catalog) -> None:
    empty = catalog.info()
    assert (empty.files, empty.contents, empty.pairs, empty.volumes) == (0, 0, 0, ())
    assert empty.last_scan is None
    ids = add(catalog, 1, 2)
    catalog.add_pairs("phash-64", pairs_of((ids[0], ids[1], 1, 0)))
    catalog.start_scan(["/a"])
    catalog.record_files(
        [
            FileRow("v", "a", 1, 1, ids[0]),
            FileRow("v", "b", 1, 1, None, ProblemCode.EMPTY),
            FileRow("w", "a", 1, 1, ids[1]),
        ]
    )
    info = catalog.info()
    assert info.path == catalog.path
    assert info.size_bytes > empty.size_bytes > 0
    assert (info.files, info.contents, info.problems, info.pairs) == (3, 2, 1, 1)
    assert info.volumes == (VolumeCount("v", 2), VolumeCount("w", 1))
    assert info.last_scan == catalog.last_scan() is not None


def test_prune_forgets_what_only_the_lost_files_needed(catalog: Catalog) -> None:
    kept, shared, lost = add(catalog, 1, 2, 3)
    catalog.record_files(
        [
            FileRow("v", "kept", 1, 1, kept),
            FileRow("v", "shared", 1, 1, shared),
            FileRow("w", "shared too", 1, 1, shared),
            FileRow("w", "lost", 1, 1, lost),
        ]
    )
    catalog.add_pairs("phash-64", pairs_of((kept, shared, 1, 0), (kept, lost, 2, 0)))
    catalog.mark_searched("phash-64", [kept, shared, lost], 8)
    gone = [file.file_id for file in catalog.all_files() if file.volume_id == "w"]
    assert catalog.prune([*gone, 999]) == PruneCounts(files=2, contents=1, pairs=1)
    assert set(catalog.facts()) == {kept, shared}
    assert catalog.fingerprints("phash-64")[0].tolist() == [kept, shared]
    assert same(catalog.pairs("phash-64"), pairs_of((kept, shared, 1, 0)))
    radius_bits, searched = catalog.searched("phash-64")
    assert (radius_bits, searched.tolist()) == (8, [kept, shared])
    with pytest.raises(KeyError):
        catalog.greys([lost])
    assert catalog.info().volumes == (VolumeCount("v", 2),)
    assert catalog.prune([]) == PruneCounts(0, 0, 0)
    catalog.record_files([FileRow("w", "again", 1, 1)])
    assert set(catalog.known_files("w")) == {"again"}


def test_prune_makes_the_catalog_small(catalog: Catalog) -> None:
    ids = add(catalog, *range(100))
    catalog.record_files([FileRow("v", str(n), 1, 1, n) for n in ids])
    before_bytes = catalog.info().size_bytes
    assert catalog.prune(file.file_id for file in catalog.all_files()).contents == 100
    assert catalog.info().size_bytes < before_bytes / 4
