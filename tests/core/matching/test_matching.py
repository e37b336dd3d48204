from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.bktree import BKTree
from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    OPEN_CODE,
    PAIR_DTYPE,
    TOLD_APART_CODE,
    Catalog,
    FileRow,
    Pairs,
)
from dupefinder.core.confirm import CONFIRM_VERSION, FLAT_CONTRAST
from dupefinder.core.errors import Cancelled
from dupefinder.core.fingerprint import (
    FINGERPRINT_VERSION,
    FINGERPRINTS,
    hamming_bits,
    inverse,
    orient_greys,
)
from dupefinder.core.fingerprint.covers import COVERS_KIND
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.matching import (
    MatchOptions,
    candidates,
    default_threshold_bits,
    fingerprint_search,
    found_pairs,
    match_contents,
    nearest,
    pair_comparison,
    small_pictures,
    verification,
)
from dupefinder.core.matching.alterations import Shape, alterations_between
from dupefinder.core.matching.equal_thumbnails import (
    EqualThumbnails,
    find_equal_thumbnails,
    first_by_digest,
    first_ids,
)
from dupefinder.core.matching.found_pairs import FoundPairs
from dupefinder.core.matching.series import tell_apart
from dupefinder.core.matching.verification_order import judge_open
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import AlterationCode, Evidence, Orientation
from tests.core.pictures import encode, textured

Grey = NDArray[np.uint8]
Found = dict[tuple[bytes, bytes], tuple[int, int, int, float]]
"""By the digests of both photos, the lower first: distance, how the second must be turned to
lie on the first, evidence, likeness."""

WHOLE = MatchOptions(parts=False)
UPRIGHT = MatchOptions(rotations=False, parts=False)


def grey_of(seed: int) -> Grey:
    return np.asarray(textured(96, 96, seed).convert("L"))


def noisy(grey: Grey, seed: int, levels: float = 3.0) -> Grey:
    noise = np.random.default_rng(seed).normal(scale=levels, size=grey.shape)
    return np.clip(grey + noise, 0, 255).astype(np.uint8)


def photo(grey: Grey, chroma_level: int = 128) -> DecodedPhoto:
    digest = blake3(grey.tobytes() + bytes((chroma_level,))).digest()
    return DecodedPhoto(
        digest=digest,
        parts_digest=digest[:16],
        facts=PhotoFacts("JPEG", 800, 600, contrast=float(grey.std())),
        grey=grey,
        chroma=np.full((2, 16, 16), chroma_level, np.uint8),
        thumbnail_jpeg=encode(Image.fromarray(grey).convert("RGB"), "JPEG", quality=95),
    )


def add(catalog: Catalog, photos: Iterable[DecodedPhoto]) -> NDArray[np.int64]:
    listed = list(photos)
    rows = [(one, 1000, words) for one, words in zip(listed, fingerprints_of(listed), strict=True)]
    return np.array(catalog.add_contents(rows, FINGERPRINT_VERSION), np.int64)


def match(
    catalog: Catalog,
    ids: NDArray[np.int64] | None = None,
    options: MatchOptions | None = None,
    context: JobContext | None = None,
    threads: int = 1,
    every_pair: bool = True,
) -> Pairs:
    present = np.sort(catalog.ids_by_digest() if ids is None else ids)
    return match_contents(
        catalog,
        present,
        options or WHOLE,
        context or JobContext(),
        threads,
        every_pair=every_pair,
    )


def found_in(catalog: Catalog, pairs: Pairs) -> Found:
    digest_of = {key: content.digest for key, content in catalog.facts().items()}
    found: Found = {}
    for row in pairs:
        a, b = digest_of[int(row["a"])], digest_of[int(row["b"])]
        turn = Orientation(int(row["orientation"]))
        key, turn = ((a, b), turn) if a < b else ((b, a), inverse(turn))
        assert key not in found
        found[key] = (
            int(row["distance_bits"]),
            int(turn),
            int(row["evidence"]),
            float(np.nan_to_num(row["likeness"], nan=-9.0)),
        )
    return found


def cut(grey: Grey, left: int, top: int, side: int) -> Grey:
    """A window of a picture, as large as that."""
    part = Image.fromarray(grey[top : top + side, left : left + side])
    return np.asarray(part.resize((96, 96), Image.Resampling.BICUBIC))


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


def a_pool() -> list[DecodedPhoto]:
    """Photos with copies, edits, turned copies, look-alikes, equal thumbnails and flat ones."""
    greys = [grey_of(seed) for seed in range(4)]
    copies = [noisy(greys[0], 1), noisy(greys[0], 2), noisy(greys[1], 3, 12.0)]
    turned = [orient_greys(noisy(greys[0], 5 + turn), Orientation(turn)) for turn in (1, 4, 6)]
    turned.append(orient_greys(greys[2], Orientation.ROTATE_270))
    halves = greys[3].copy()
    halves[:, 48:] = halves[:, 47::-1]  # alike however it is mirrored
    symmetric = [halves, noisy(halves, 9), orient_greys(noisy(halves, 10), Orientation.ROTATE_90)]
    half_turned = orient_greys(greys[1], Orientation.ROTATE_180)
    double = ((greys[1].astype(np.uint16) + half_turned) // 2).astype(np.uint8)
    symmetric += [double, orient_greys(double, Orientation.ROTATE_90)]  # a quarter either way
    flat = [np.full((96, 96), level, np.uint8) for level in (0, 1, 255)]
    photos = [photo(grey) for grey in (*greys, *copies, *turned, *symmetric, *flat)]
    photos.append(photo(greys[0], 140))  # the same grey in another colour
    return photos


POOL = a_pool()


def with_other_bytes(one: DecodedPhoto, number: int) -> DecodedPhoto:
    """Another file with the same thumbnail."""
    digest = blake3(one.digest + number.to_bytes(4, "big")).digest()
    return DecodedPhoto(digest, digest[:16], one.facts, one.grey, one.chroma, one.thumbnail_jpeg)


# What is found


def brute_force(photos: Sequence[DecodedPhoto], radius: int, turns: int = 8) -> dict[Any, int]:
    """Least distance of every two photos over all turns of either, by digests."""
    searched = [one for one in photos if one.grey.std() >= FLAT_CONTRAST]
    words = FINGERPRINTS["phash-64"].of_greys(np.stack([one.grey for one in searched]))
    nearest = {}
    for i, one in enumerate(searched):
        for j, other in enumerate(searched[:i]):
            both = [
                hamming_bits(words[i, :turns], words[j, 0]),
                hamming_bits(words[j, :turns], words[i, 0]),
            ]
            least = int(np.min(both))
            key = tuple(sorted((one.digest, other.digest)))
            if least <= radius:
                nearest[key] = least
    return nearest


@pytest.mark.parametrize(("options", "turns"), [(MatchOptions(), 8), (UPRIGHT, 1)])
def test_all_pairs_within_the_threshold_are_found(
    catalog: Catalog, options: MatchOptions, turns: int
) -> None:
    add(catalog, POOL)
    found = found_in(catalog, match(catalog, options=options))
    assert {key: row[0] for key, row in found.items()} == brute_force(POOL, 10, turns)
    assert len(found) > 5


def test_the_turn_lays_the_one_photo_on_the_other(catalog: Catalog) -> None:
    grey = grey_of(7)
    first, *_ = ids = add(
        catalog, [photo(grey)] + [photo(orient_greys(grey, turn)) for turn in list(Orientation)[1:]]
    )
    pairs = match(catalog)
    assert len(pairs) == 8 * 7 // 2
    stored = catalog.greys(ids)
    at = {content: place for place, content in enumerate(ids.tolist())}
    for row in pairs:
        ours, theirs = stored[at[int(row["a"])]], stored[at[int(row["b"])]]
        assert np.array_equal(orient_greys(theirs, Orientation(int(row["orientation"]))), ours)
        assert row["evidence"] == EVIDENCE_CODES[Evidence.RE_ENCODED]
        assert row["distance_bits"] == 0
    assert first == 1


def test_verdicts(catalog: Catalog) -> None:
    plain = grey_of(1)
    lighter = np.clip(plain.astype(np.int16) + 20, 0, 255).astype(np.uint8)
    moved = plain.copy()
    moved[30:60, 30:60] = grey_of(2)[30:60, 30:60]
    photos = [photo(grey) for grey in (plain, noisy(plain, 1), lighter, moved)]
    ids = add(catalog, photos)
    pairs = match(catalog, options=MatchOptions(threshold_bits=24, parts=False))
    evidence = {
        (int(row["a"]), int(row["b"])): int(row["evidence"]) for row in pairs if row["a"] == ids[0]
    }
    assert evidence == {
        (1, 2): EVIDENCE_CODES[Evidence.RE_ENCODED],
        (1, 3): EVIDENCE_CODES[Evidence.EDITED],
        (1, 4): EVIDENCE_CODES[Evidence.LOOK_ALIKE],
    }


def test_flat_pictures_are_not_searched_for(catalog: Catalog) -> None:
    levels = (0, 1, 2, 128, 254, 255)
    add(catalog, [photo(np.full((96, 96), level, np.uint8)) for level in levels])
    assert len(match(catalog)) == 0


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_match(catalog: Catalog, count: int) -> None:
    add(catalog, POOL[:count])
    assert len(match(catalog)) == 0
    assert len(match(catalog)) == 0


def test_only_what_is_at_hand_is_matched_and_judged(catalog: Catalog) -> None:
    ids = add(
        catalog, [photo(grey_of(0)), photo(noisy(grey_of(0), 1)), photo(noisy(grey_of(0), 2))]
    )
    assert len(match(catalog, ids[:1])) == 0
    pairs = match(catalog, ids[1:])
    assert pairs[["a", "b"]].tolist() == [(2, 3)]
    judged = catalog.pairs("phash-64")
    assert judged["confirm_version"].tolist() == [-1, -1, CONFIRM_VERSION]


# Equal thumbnails


def test_twins_stand_for_one_another(catalog: Catalog) -> None:
    ids = add(
        catalog, [POOL[0], POOL[1], with_other_bytes(POOL[0], 1), with_other_bytes(POOL[1], 1)]
    )
    equal_thumbnails = find_equal_thumbnails(catalog)
    assert equal_thumbnails.picture_ids.tolist() == [1, 2, 1, 2]
    assert equal_thumbnails.of(ids[::-1]).tolist() == [2, 1, 2, 1]
    assert equal_thumbnails.rank_of(ids[:1]) == equal_thumbnails.rank_of(ids[2:3])


def test_the_same_grey_in_another_colour_is_another_picture(catalog: Catalog) -> None:
    add(catalog, [photo(grey_of(0)), photo(grey_of(0), 200)])
    assert find_equal_thumbnails(catalog).picture_ids.tolist() == [1, 2]


def test_one_of_twins_is_chosen_by_its_bytes(catalog: Catalog) -> None:
    same = [with_other_bytes(POOL[1], number) for number in range(4)]
    ids = add(catalog, [POOL[0], POOL[1], *same])
    there = np.array([ids[0], *ids[2:]])
    equal_thumbnails = find_equal_thumbnails(catalog, there)
    picture_ids = equal_thumbnails.present_pictures
    chosen = first_by_digest(catalog, equal_thumbnails, picture_ids)
    assert first_ids(catalog, equal_thumbnails, picture_ids).tolist() == [
        chosen[one].content_id for one in picture_ids.tolist()
    ]
    assert len(picture_ids) == 2


def test_no_contents_have_no_equal_thumbnails(catalog: Catalog) -> None:
    equal_thumbnails = find_equal_thumbnails(catalog)
    assert len(equal_thumbnails.of(np.empty(0, np.int64))) == 0


def test_five_thousand_twins_are_one_point(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(catalog, [POOL[0], photo(noisy(POOL[0].grey, 7))])
    add(catalog, [with_other_bytes(POOL[0], number) for number in range(5_000)])
    sizes = searched_sizes(monkeypatch)
    assert len(match(catalog)) == 1
    assert sizes == [2]


def searched_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of fingerprints of which the trees are made from now on."""
    sizes: list[int] = []

    class Counted(BKTree):
        def __init__(self, hashes: Any) -> None:
            sizes.append(len(hashes))
            super().__init__(hashes)

    monkeypatch.setattr(fingerprint_search, "BKTree", Counted)
    return sizes


def test_a_twin_takes_the_place_of_one_that_was_forgotten(catalog: Catalog) -> None:
    """The pairs of equal thumbnails do not go with the content that stood for it."""
    copy = photo(noisy(POOL[0].grey, 7))
    ids = add(catalog, [POOL[0], copy, with_other_bytes(POOL[0], 1)])
    catalog.record_files([FileRow("v", f"{key}.jpg", 1, 1, key) for key in ids.tolist()])
    assert match(catalog)[["a", "b"]].tolist() == [(1, 2)]
    catalog.prune([catalog.known_files("v")["1.jpg"].file_id])
    assert match(catalog)[["a", "b"]].tolist() == [(2, 3)]


# What is not done twice


def test_nothing_is_searched_or_judged_twice(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(catalog, POOL)
    first = match(catalog)
    sizes = searched_sizes(monkeypatch)
    monkeypatch.setattr(pair_comparison, "measure_likeness", None)
    narrow_bits = int(first["distance_bits"].max()) - 1
    narrow = match(catalog, options=MatchOptions(threshold_bits=narrow_bits, parts=False))
    assert 0 < len(narrow) < len(first)
    expected = first[first["distance_bits"] <= narrow_bits]
    assert found_in(catalog, narrow) == found_in(catalog, expected)
    again = match(catalog)
    assert found_in(catalog, again) == found_in(catalog, first)
    assert sizes == []


def test_a_wider_threshold_searches_anew(catalog: Catalog) -> None:
    add(catalog, POOL)
    narrow = match(catalog)
    wide = match(catalog, options=MatchOptions(threshold_bits=24, parts=False))
    assert len(wide) > len(narrow)
    assert {key: row[0] for key, row in found_in(catalog, wide).items()} == brute_force(POOL, 24)
    assert found_in(catalog, match(catalog)) == found_in(catalog, narrow)


def test_a_negative_threshold_matches_nothing(catalog: Catalog) -> None:
    add(catalog, POOL)
    assert len(match(catalog, options=MatchOptions(threshold_bits=-1))) == 0


def test_an_older_verdict_is_given_anew(catalog: Catalog) -> None:
    add(catalog, POOL)
    first = match(catalog)
    stale = first.copy()
    stale["confirm_version"] = CONFIRM_VERSION - 1
    stale["evidence"] = EVIDENCE_CODES[Evidence.SAME_BYTES]
    catalog.set_verdicts("phash-64", stale)
    assert found_in(catalog, match(catalog)) == found_in(catalog, first)


def test_only_new_photos_are_searched_for(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(catalog, POOL[:10])
    match(catalog)
    add(catalog, POOL[10:])
    progress: list[Progress] = []
    match(catalog, context=JobContext(progress.append))
    searched = [one for one in POOL[10:] if one.grey.std() >= FLAT_CONTRAST]
    # The new as they are; the new and the known turned.
    done = max(sample.done for sample in progress if sample.phase == "match")
    assert done == len(searched) + 7 * (len(searched) + 10)
    # Every registration is counted: it takes most of the time of a comparison of folders.
    looked_at = [sample for sample in progress if sample.phase == "confirm"][-1]
    assert 0 < looked_at.done <= (looked_at.total or 0)


# The same pairs by every way


def decided_in_parts(
    photos: Sequence[DecodedPhoto],
    ends: Sequence[int],
    threads: int,
    options: MatchOptions,
    every_pair_first: bool,
) -> list[Found]:
    """The pairs that were judged, and those left open, as whole pictures and for their views."""
    with Catalog.open(None) as catalog:
        start = 0
        for end in (*sorted(ends), len(photos)):
            add(catalog, photos[start:end])
            match(catalog, options=options, threads=threads, every_pair=every_pair_first)
            start = end
        pairs = match(catalog, options=options, threads=threads, every_pair=False)
        is_judged = pairs["evidence"] >= 0
        # Of open ones it makes no difference what was measured of them.
        pairs["likeness"][~is_judged] = -1
        is_view = (pairs["view_a"] + pairs["view_b"]) > 0
        parts = (is_judged, ~is_judged & ~is_view, ~is_judged & is_view)
        return [found_in(catalog, pairs[part]) for part in parts]


FAMILY = [
    photo(one)
    for grey in map(grey_of, range(2))
    for one in (
        *(np.clip(grey * gain + 20, 0, 255).astype(np.uint8) for gain in (0.5, 0.6, 0.7, 0.8)),
        *(noisy(grey, number) for number in range(3)),
        cut(grey, 3, 2, 90),
        orient_greys(noisy(grey, 9), Orientation.ROTATE_90),
    )
]


@cache
def family_at_once() -> list[Found]:
    return decided_in_parts(FAMILY, [], 1, MatchOptions(), False)


@given(
    st.permutations(FAMILY),
    st.lists(st.integers(0, len(FAMILY)), max_size=3),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=10, deadline=None)  # each scans dozens of photos twice
def test_open_pairs_do_not_depend_on_earlier_verdicts(
    photos: list[DecodedPhoto], ends: list[int], threads: int, every_pair_first: bool
) -> None:
    expected = family_at_once()
    assert expected[1]
    found = decided_in_parts(photos, ends, threads, MatchOptions(), every_pair_first)
    assert found == expected


@pytest.mark.parametrize("every_pair", [True, False])
@pytest.mark.parametrize("threshold_bits", [2, 8])
def test_views_that_a_narrower_scan_judged_make_no_difference(
    threshold_bits: int, every_pair: bool
) -> None:
    """They were asked for, because the whole pictures are further apart than it searched."""
    photos = [*CROPS, *map(photo_of, COVERS.values()), *SCENES]
    found = []
    for before in ([threshold_bits], []):
        with Catalog.open(None) as catalog:
            add(catalog, photos)
            for bits in before:
                match(catalog, options=MatchOptions(threshold_bits=bits))
            pairs = match(catalog, options=MatchOptions(), every_pair=every_pair)
            found.append(found_in(catalog, pairs[pairs["evidence"] >= 0]))
    assert found[0] == found[1]


def test_open_pairs_are_judged_when_they_are_asked_for(catalog: Catalog) -> None:
    add(catalog, FAMILY)
    pairs = match(catalog, options=MatchOptions(), every_pair=False)
    open_ = pairs[pairs["evidence"] == OPEN_CODE]
    kind, equal_thumbnails = MatchOptions().search_kind, find_equal_thumbnails(catalog)
    judged = judge_open(open_, kind, equal_thumbnails, catalog, JobContext(), 2)
    together = np.concatenate((pairs[pairs["evidence"] >= 0], judged))
    every = match(catalog, options=MatchOptions())
    assert found_in(catalog, together) == found_in(catalog, every)


def test_frames_of_a_series_are_told_apart_but_for_a_hidden_copy(catalog: Catalog) -> None:
    scene = grey_of(5)
    frames = []
    for number in range(24):
        frame = scene.copy()
        x, y = 6 + 3 * number, 10 + 37 * number % 70
        frame[y : y + 5, x : x + 4] = 255 * (number % 2)
        frames.append(frame)
    copy = noisy(frames[7], 1, 1.0)
    add(catalog, [photo(frame) for frame in (*frames, copy)])
    pairs = match(catalog, every_pair=False)
    is_apart = pairs["evidence"] == TOLD_APART_CODE
    ((a, b),) = pairs[~is_apart][["a", "b"]].tolist()
    assert (a, b) == (8, 25)
    assert is_apart.sum() == len(pairs) - 1 > 20


def test_a_copy_as_far_from_its_frame_as_other_frames_is_looked_at(catalog: Catalog) -> None:
    """Five frames differ by no more than an encoding explains, but not in single pixels."""
    scene = grey_of(5)
    others = []
    for number in range(16):
        other = scene.copy()
        x, y = 6 + 3 * number, 10 + 37 * number % 70
        other[y : y + 5, x : x + 4] = 255 * (number % 2)
        others.append(photo(other))
    still = []
    for number in range(5):
        passing = np.minimum(scene, 254)
        passing[15 * number : 15 * number + 20, 40:60] += 1
        still.append(noisy(passing, number, 0.3))
    copy = noisy(still[2], 9, 0.8)
    add(catalog, [*others, *map(photo, still), photo(copy)])
    pairs = match(catalog, every_pair=False)
    looked_at = pairs[pairs["evidence"] != TOLD_APART_CODE]
    assert (19, 22) in looked_at[["a", "b"]].tolist()
    assert len(looked_at) < 4


def test_a_few_edited_copies_are_no_series(catalog: Catalog) -> None:
    add(catalog, FAMILY)
    assert not (match(catalog, every_pair=False)["evidence"] == TOLD_APART_CODE).any()


def test_parts_that_meet_upright_and_turned_count_once(catalog: Catalog) -> None:
    """Ten posters of one size, and four others: each has nine neighbours of its own size."""
    sizes_px = [(300, 200)] * 10 + [(200, 300)] * 4
    pictures = [textured(*size, seed) for seed, size in enumerate(sizes_px)]
    ids = add(catalog, map(photo_of, pictures))
    upright = np.zeros(len(ids) * (len(ids) - 1) // 2, PAIR_DTYPE)
    first, second = np.triu_indices(len(ids), 1)
    upright["a"], upright["b"] = ids[first], ids[second]
    upright["view_a"], upright["evidence"] = 3, OPEN_CODE
    turned = upright.copy()
    turned["orientation"] = Orientation.ROTATE_90
    apart = tell_apart([upright[:0], upright, turned], find_equal_thumbnails(catalog), catalog)
    assert not np.concatenate(apart).any()


def test_a_smaller_copy_of_a_page_is_no_part_of_the_other_pages(catalog: Catalog) -> None:
    pages = [textured(300, 200, seed) for seed in range(16)]
    photos = [photo_of(picture) for picture in (*pages, pages[3].resize((210, 140)))]
    ids = add(catalog, photos)
    views = np.zeros(len(ids) * (len(ids) - 1) // 2, PAIR_DTYPE)
    first, second = np.triu_indices(len(ids), 1)
    views["a"], views["b"] = ids[first], ids[second]
    views["view_a"], views["evidence"] = 3, OPEN_CODE
    is_copy = (first == 3) & (second == 16)
    whole = views[is_copy].copy()
    whole["view_a"] = 0
    of_whole, of_views = tell_apart([whole, views], find_equal_thumbnails(catalog), catalog)
    assert not of_whole.any()
    assert (of_views == ~is_copy).all()


def test_more_photos_than_there_are_numbers_for_are_searched_without_parts(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(catalog, map(photo_of, [SCENE, SCENE.resize((450, 300)), *COVERS.values()]))
    with_parts = match(catalog, options=MatchOptions())
    monkeypatch.setattr(candidates, "MOST_PHOTOS_SEARCHED_FOR_PARTS", 3)
    monkeypatch.setattr(candidates, "MOST_PHOTOS_SEARCHED_TURNED", 3)
    without = match(catalog, options=MatchOptions())
    assert 1 <= len(without) < len(with_parts)


def test_there_are_numbers_for_all_photos_of_which_parts_are_searched() -> None:
    ids = np.arange(candidates.MOST_PHOTOS_SEARCHED_FOR_PARTS)
    equal_thumbnails = EqualThumbnails(ids, ids, ids)
    for radius in (candidates.NARROW_VIEWS_BITS, MatchOptions().threshold):
        FoundPairs(ids, equal_thumbnails, radius, are_parts=True)


def scanned_in_parts(
    photos: Sequence[DecodedPhoto], ends: Sequence[int], threads: int, options: MatchOptions
) -> Found:
    with Catalog.open(None) as catalog:
        start = 0
        for end in (*sorted(ends), len(photos)):
            add(catalog, photos[start:end])
            match(catalog, options=options, threads=threads)
            start = end
        return found_in(catalog, match(catalog, options=options))


@cache
def pool_at_once(options: MatchOptions) -> Found:
    return scanned_in_parts(POOL, [], 1, options)


@given(
    st.permutations(POOL),
    st.lists(st.integers(0, len(POOL)), max_size=3),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=12)
def test_order_parts_and_threads_make_no_difference(
    photos: list[DecodedPhoto], ends: list[int], threads: int, rotations: bool
) -> None:
    options = MatchOptions(rotations=rotations)
    assert scanned_in_parts(photos, ends, threads, options) == pool_at_once(options)


CROPS = [
    photo(one)
    for grey in map(grey_of, range(4))
    for one in (grey, cut(grey, 3, 2, 90), cut(grey, 10, 4, 80), cut(grey, 0, 12, 78))
]


@cache
def crops_at_once(views_are_narrow: bool) -> Found:
    """The caller sees to it that views are searched so."""
    return scanned_in_parts(CROPS, [], 1, MatchOptions())


@given(st.permutations(CROPS), st.integers(0, len(CROPS)))
@settings(max_examples=8, deadline=None)
def test_a_library_that_outgrows_the_wide_search_of_views_is_searched_as_if_at_once(
    photos: list[DecodedPhoto], end: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MOST_PHOTOS_SEARCHED_WIDE", len(CROPS) - 4)
        patch.setattr(candidates, "NARROW_VIEWS_BITS", 4)
        narrow = crops_at_once(views_are_narrow=True)
        assert scanned_in_parts(photos, [end], 1, MatchOptions()) == narrow
    wide = crops_at_once(views_are_narrow=False)
    edited = EVIDENCE_CODES[Evidence.EDITED]
    narrow_edited, wide_edited = (
        {key for key, row in found.items() if row[2] == edited} for found in (narrow, wide)
    )
    assert narrow_edited < wide_edited


def photo_of(picture: Image.Image) -> DecodedPhoto:
    """The photo that reading a picture of some size gives."""
    grey = np.asarray(picture.convert("L").resize((96, 96), Image.Resampling.HAMMING))
    digest = blake3(picture.tobytes() + b"%d %d" % picture.size).digest()
    small = picture.copy()
    small.thumbnail((256, 256), Image.Resampling.HAMMING)
    facts = PhotoFacts("JPEG", *picture.size, contrast=float(grey.std()))
    chroma = np.full((2, 16, 16), 128, np.uint8)
    thumbnail = encode(small, "JPEG", quality=90)
    return DecodedPhoto(digest, digest[:16], facts, grey, chroma, thumbnail)


SCENE = textured(900, 600, 41)
COVERS = {
    "square": SCENE.crop((210, 0, 810, 600)),
    "banner": SCENE.crop((0, 100, 900, 400)),
    "upright": SCENE.crop((0, 0, 400, 600)),
}


def evidence_by_size(catalog: Catalog, pairs: Pairs, with_id: int) -> dict[tuple[int, int], int]:
    facts = {key: content.facts for key, content in catalog.facts().items()}
    found = {}
    for row in pairs:
        if with_id in (row["a"], row["b"]):
            other = facts[int(row["a"] + row["b"]) - with_id]
            found[other.width_px, other.height_px] = int(row["evidence"])
    return found


@pytest.mark.parametrize("kind", ["phash-64", "dhash-64", "ahash-256"])
def test_covers_are_found_with_any_search_hash(catalog: Catalog, kind: str) -> None:
    pictures = [SCENE, *COVERS.values(), textured(600, 600, 42), textured(900, 300, 43)]
    first, *_ = add(catalog, map(photo_of, pictures))
    pairs = match(catalog, options=MatchOptions(kind))
    edited = EVIDENCE_CODES[Evidence.EDITED]
    found = evidence_by_size(catalog, pairs, int(first))
    assert {size for size, code in found.items() if code == edited} == {
        picture.size for picture in COVERS.values()
    }
    assert pairs["distance_bits"].max() <= MatchOptions(kind).threshold


@pytest.mark.parametrize("turn", list(Orientation)[1:])
@pytest.mark.parametrize(
    ("part", "done"),
    [
        (COVERS["square"], (AlterationCode.CROPPED_WIDTH, 67)),
        (COVERS["banner"], (AlterationCode.CROPPED_HEIGHT, 50)),
        (SCENE.crop((60, 20, 840, 540)), (AlterationCode.CROPPED, 87)),
    ],
)
@pytest.mark.parametrize("is_part_first", [True, False])
def test_parts_that_were_turned_are_found(
    catalog: Catalog,
    turn: Orientation,
    part: Image.Image,
    done: tuple[AlterationCode, int],
    is_part_first: bool,
) -> None:
    turned = part.transpose(small_pictures._TRANSPOSES[turn])
    pictures = [turned, SCENE] if is_part_first else [SCENE, turned]
    add(catalog, map(photo_of, pictures))
    assert len(match(catalog, options=MatchOptions(rotations=False))) == 0
    (row,) = match(catalog, options=MatchOptions())
    assert row["evidence"] == EVIDENCE_CODES[Evidence.EDITED]
    orientation = Orientation(int(row["orientation"]))
    assert orientation is (turn if is_part_first else inverse(turn))
    first, second = (Shape(*one.size) for one in pictures)
    to_second, to_first = alterations_between(row["placement"], first, second, orientation)
    to_part, to_scene = (to_first, to_second) if is_part_first else (to_second, to_first)
    assert to_scene == ()
    assert [one.code for one in to_part] == [done[0]]
    assert to_part[0].amount == pytest.approx(done[1], abs=1)


def test_tiny_copies_are_found_when_they_are_reductions(catalog: Catalog) -> None:
    tiny = SCENE.resize((18, 12), Image.Resampling.BOX)
    first, *_ = add(catalog, map(photo_of, [SCENE, tiny, textured(18, 12, 44)]))
    found = evidence_by_size(catalog, match(catalog), int(first))
    assert found == {(18, 12): EVIDENCE_CODES[Evidence.EDITED]}


def test_catalogs_without_fingerprints_of_covers_get_them(catalog: Catalog) -> None:
    add(catalog, map(photo_of, [SCENE, *COVERS.values()]))
    expected = found_in(catalog, match(catalog, options=MatchOptions()))
    ids, words = catalog.fingerprints(COVERS_KIND)
    catalog.forget_fingerprints(COVERS_KIND)
    for kind in ("parts-64", "parts-64-turned"):
        catalog.forget_search(kind)
    assert found_in(catalog, match(catalog, options=MatchOptions())) == expected
    again, anew = catalog.fingerprints(COVERS_KIND)
    assert np.array_equal(ids, again)
    assert np.array_equal(words, anew)


SCENES = [
    photo_of(one)
    for seed in (45, 46)
    for scene in (textured(300, 200, seed),)
    for one in (
        scene,
        scene.crop((60, 0, 260, 200)),
        scene.crop((0, 40, 300, 160)).transpose(Image.Transpose.ROTATE_90),
        scene.crop((20, 10, 290, 190)).transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    )
]


@cache
def scenes_at_once() -> Found:
    return scanned_in_parts(SCENES, [], 1, MatchOptions())


@given(st.permutations(SCENES), st.lists(st.integers(0, len(SCENES)), max_size=2))
@settings(max_examples=8, deadline=None)
def test_parts_are_found_alike_in_any_order(photos: list[DecodedPhoto], ends: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprint_search, "_PHOTOS_AT_ONCE", 3)
        found = scanned_in_parts(photos, ends, 2, MatchOptions())
    assert found == scenes_at_once()
    edited = EVIDENCE_CODES[Evidence.EDITED]
    assert sum(row[2] == edited for row in found.values()) >= 6


OTHERS = [photo_of(textured(600, 400, seed)) for seed in range(60, 66)]


def decided_beside(others: Sequence[DecodedPhoto], photos: Sequence[DecodedPhoto]) -> Found:
    """Matches of a scan of some photos whose catalog has met others in an earlier one."""
    with Catalog.open(None) as catalog:
        if others:
            match(catalog, add(catalog, others), MatchOptions())
        ids = np.sort(add(catalog, photos))
        return found_in(catalog, match(catalog, ids, MatchOptions()))


@pytest.mark.parametrize("others", [OTHERS, OTHERS[:2]])
def test_the_radius_for_parts_depends_on_the_scanned_photos_alone(
    monkeypatch: pytest.MonkeyPatch, others: list[DecodedPhoto]
) -> None:
    """Also where the photos of two scans are more than are searched at a time."""
    monkeypatch.setattr(candidates, "MOST_PHOTOS_SEARCHED_TURNED", 4)
    monkeypatch.setattr(candidates, "MOST_PHOTOS_SEARCHED_WIDE", 4)
    monkeypatch.setattr(candidates, "NARROW_VIEWS_BITS", 0)
    part = COVERS["square"].transpose(Image.Transpose.ROTATE_90)
    photos = [photo_of(picture) for picture in (SCENE, COVERS["banner"], part)]
    cold = decided_beside([], photos)
    assert decided_beside(others, photos) == cold
    edited = EVIDENCE_CODES[Evidence.EDITED]
    assert sum(row[2] == edited for row in cold.values()) >= 2


SERIES = [photo(noisy(grey_of(0), number, 6.0)) for number in range(24)]


@cache
def series_at_once() -> Found:
    """The caller bounds how many neighbours a photo keeps."""
    return scanned_in_parts(SERIES, [], 1, WHOLE)


@given(st.permutations(SERIES), st.lists(st.integers(0, len(SERIES)), max_size=3))
@settings(max_examples=5)
def test_a_long_series_is_bounded_alike_by_every_way(
    photos: list[DecodedPhoto], ends: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nearest, "MOST_NEIGHBOURS", 3)
        expected = series_at_once()
        patched.setattr(found_pairs, "_MOST_GATHERED", 20)
        assert scanned_in_parts(photos, ends, 2, WHOLE) == expected
    neighbours = {one.digest: 0 for one in SERIES}
    for a, b in expected:
        neighbours[a] += 1
        neighbours[b] += 1
    assert min(neighbours.values()) >= 3
    assert len(expected) <= 3 * len(SERIES)


def test_frames_of_an_earlier_scan_crowd_out_none_of_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nearest, "MOST_NEIGHBOURS", 3)
    clean, *frames = (photo(noisy(grey_of(0), number, 2.0 * number)) for number in range(9))
    photos = [clean, *frames[-2:]]
    cold = decided_beside([], photos)
    assert len(cold) == 3
    assert decided_beside(frames[:-2], photos) == cold


def test_the_same_photos_are_searched_alone_once(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog
) -> None:
    """The window asks at every start what its last scan had found."""
    monkeypatch.setattr(nearest, "MOST_NEIGHBOURS", 3)
    clean, *frames = (photo(noisy(grey_of(0), number, 2.0 * number)) for number in range(9))
    match(catalog, add(catalog, frames[:-2]))
    ids = np.sort(add(catalog, [clean, *frames[-2:]]))
    found = found_in(catalog, match(catalog, ids))
    with monkeypatch.context() as patched:
        patched.setattr(candidates, "FoundPairs", lambda *_, **__: pytest.fail("searched again"))
        assert found_in(catalog, match(catalog, ids)) == found
    # Others, and a larger radius, are searched anew.
    assert len(match(catalog, ids[1:])) == 1
    wide = replace(WHOLE, threshold_bits=16)
    assert len(match(catalog, ids, wide)) == 3


def test_facts_of_an_absent_twin_make_no_difference(catalog: Catalog) -> None:
    """A copy with the same small picture and another time of capture is on another drive."""
    shot, other_shot = (
        PhotoFacts("JPEG", 800, 600, contrast=40.0, camera="C", taken=f"2020-05-02T14:12:{second}")
        for second in ("00", "30")
    )
    grey = grey_of(0)
    brighter = np.clip(grey * 0.6 + 20, 0, 255).astype(np.uint8)
    absent, twin = (
        replace(one, facts=shot) for one in (photo(grey), with_other_bytes(photo(grey), 1))
    )
    twin = replace(twin, facts=replace(twin.facts, camera=None, taken=None))
    edited = replace(photo(brighter), facts=other_shot)
    _, *ids = add(catalog, [absent, twin, edited])
    (pair,) = match(catalog, np.array(ids))
    assert pair["evidence"] == EVIDENCE_CODES[Evidence.EDITED]


def test_of_two_turns_that_fit_alike_the_same_is_chosen_either_way_round() -> None:
    quarters = np.array([Orientation.ROTATE_270, Orientation.ROTATE_90])
    ids, (a, b) = np.array([1, 2]), np.array([[0, 0], [1, 1]])
    ways = []
    for ranks in ([0, 1], [1, 0]):
        equal_thumbnails = EqualThumbnails(ids, ids, np.array(ranks))
        finds = FoundPairs(ids, equal_thumbnails, 10, are_parts=False)
        found = finds._distinct(finds.turned(b, a, np.full(2, 5, np.uint16), quarters))
        ways.append(finds._unpacked(found))
    one_way, other_way = ways
    assert one_way[["a", "b", "distance_bits"]].tolist() == [(1, 2, 5)]
    assert one_way["orientation"].tolist() == [Orientation.ROTATE_90]
    assert other_way["orientation"].tolist() == [Orientation.ROTATE_270]


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_found_views_are_bounded_as_pairs_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, ids = 40, np.arange(1, 41)
    equal_thumbnails = EqualThumbnails(ids, ids, rng.permutation(count))
    finds = FoundPairs(ids, equal_thumbnails, 10, are_parts=True)
    one, other = rng.integers(0, count, (2, 900))
    one, other = one[one != other], other[one != other]
    distance = rng.integers(0, 11, len(one)).astype(np.uint16)
    views = rng.integers(1, 36, len(one))
    whole = np.zeros_like(views)
    found = finds._distinct(finds.parts(one, views, other, whole, whole, distance))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nearest, "MOST_NEIGHBOURS", 5)
        expected = found[nearest.are_nearest(finds._unpacked(found), equal_thumbnails)]
        assert finds._nearest(found).tolist() == expected.tolist()
        # What is left out from then on is not among the nearest in the end.
        more_one, more_other = rng.integers(0, count, (2, 300))
        more_one, more_other = more_one[more_one != more_other], more_other[more_one != more_other]
        nearness = rng.integers(0, 11, len(more_one)).astype(np.uint16)
        may_be = finds.may_be_nearest(more_one, more_other, nearness)
        still = np.zeros_like(more_one)
        more = finds.parts(more_one, still + 1, more_other, still, still, nearness)
        some, all_of_them = (
            FoundPairs(ids, equal_thumbnails, 10, are_parts=True).gathered(iter([found, its]), None)
            for its in (more[may_be], more)
        )
        assert some.tobytes() == all_of_them.tobytes()
    assert not may_be.all()
    assert 0 < len(expected) < len(found)


# Kinds


@pytest.mark.parametrize("kind", ["dhash-64", "ahash-256", "whash-64", "phash-256"])
@pytest.mark.parametrize("rotations", [True, False])
def test_other_kinds(catalog: Catalog, kind: str, rotations: bool) -> None:
    add(catalog, POOL[:12])
    options = MatchOptions(kind, rotations=rotations, parts=False)
    assert options.threshold == 10 * FINGERPRINTS[kind].bits // 64
    pairs = match(catalog, options=options)
    words = FINGERPRINTS[kind].of_greys(catalog.greys(np.arange(1, 13)))
    for row in pairs:
        turned = 0 if words.shape[1] == 1 else int(row["orientation"])
        a, b = int(row["a"]) - 1, int(row["b"]) - 1
        either = [hamming_bits(words[a, 0], words[b, turned])]
        either.append(hamming_bits(words[b, 0], words[a, inverse(Orientation(turned))]))
        assert row["distance_bits"] == min(either)
        assert row["distance_bits"] <= options.threshold
    upright = pairs[pairs["orientation"] == 0]
    assert (1, 5) in upright[["a", "b"]].tolist()
    assert (len(upright) == len(pairs)) is (not rotations or words.shape[1] == 1)


def test_thresholds_are_in_proportion() -> None:
    assert default_threshold_bits("phash-64") == 10
    assert default_threshold_bits("ahash-256") == 40
    assert MatchOptions(threshold_bits=3).threshold == 3
    assert MatchOptions().threshold == 10


# Cancelling


def cancelling(phase: str) -> JobContext:
    def on_progress(progress: Progress) -> None:
        if progress.phase == phase:
            context.cancel()

    context = JobContext(on_progress)
    return context


@pytest.mark.parametrize("phase", ["match", "confirm"])
def test_cancelling_keeps_what_was_done(catalog: Catalog, phase: str) -> None:
    add(catalog, POOL)
    with pytest.raises(Cancelled):
        match(catalog, context=cancelling(phase))
    radius, searched = catalog.searched("phash-64")
    assert (radius >= 0) is (phase == "confirm")
    with Catalog.open(None) as fresh:
        add(fresh, POOL)
        assert found_in(catalog, match(catalog)) == found_in(fresh, match(fresh))
    assert len(searched) == (0 if phase == "match" else len(POOL))


def test_verdicts_given_before_a_cancel_are_kept(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_PAIRS_AT_ONCE", 4)
    add(catalog, POOL)
    judged: list[int] = []
    plain = catalog.set_verdicts

    def counted(kind: str, pairs: Pairs) -> None:
        plain(kind, pairs)
        judged.append(len(pairs))
        if len(judged) == 2:
            context.cancel()

    context = JobContext()
    monkeypatch.setattr(catalog, "set_verdicts", counted)
    with pytest.raises(Cancelled):
        match(catalog, context=context)
    assert judged == [4, 4]
    assert np.count_nonzero(catalog.pairs("phash-64")["confirm_version"] >= 0) == 8


def test_cancelling_stops_new_fingerprints(catalog: Catalog) -> None:
    add(catalog, POOL)
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        match(catalog, options=MatchOptions("ahash-256"), context=context)
    assert len(catalog.missing_fingerprints("ahash-256")) == len(POOL)
