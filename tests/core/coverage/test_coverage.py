from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFilter

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.best_matches import best_matches, photos_of_backups
from dupefinder.core.coverage.folders import place_photos
from dupefinder.core.coverage.records import (
    Accepted,
    Coverage,
    CoverageStatus,
    PhotoCoverage,
    Root,
)
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, Orientation, Proof, ProofVerdict, Reason, ReasonCode
from tests.core.grouping.test_grouping import (
    EDITED,
    LOOK_ALIKE,
    PLAIN,
    RAW,
    RE_ENCODED,
    World,
    facts_with,
    shot,
)
from tests.core.pictures import encode, textured

COVERED = CoverageStatus.COVERED
SMALLER = CoverageStatus.SMALLER
ALTERED = CoverageStatus.ALTERED
MISSING = CoverageStatus.MISSING
SHARP = encode(textured(320, 240, 1), "JPEG", quality=90)
ROOTS = (Root("/lib", is_library=True), Root("/old", is_library=False))


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def covered(
    world: World,
    accepted: Accepted | None = None,
    roots: tuple[Root, ...] = ROOTS,
    thumbnails: Mapping[int, bytes] | None = None,
    verdict: ProofVerdict = ProofVerdict.CONTAINED,
) -> Coverage:
    """The coverage where every full-size comparison that is asked for ends like this."""
    matches = world.matches()
    places = place_photos(matches.files, matches.content_ids.tolist(), {}, roots)
    digests = world.catalog.digests_of(np.array(world.ids))
    accepted = accepted or Accepted()
    answers = best_matches(
        matches,
        places,
        accepted,
        lambda content: (thumbnails or {}).get(content, SHARP),
        prove=lambda pairs: matches.add_proofs(dict.fromkeys(pairs, Proof(verdict))),
    )
    return Coverage(roots, accepted, tuple(places), answers, digests)


def photos(world: World, accepted: Accepted | None = None) -> dict[str, PhotoCoverage]:
    found = photos_of_backups(covered(world, accepted))
    return {photo.place.file.path: photo for photo in found}


def told(world: World, accepted: Accepted | None = None) -> dict[str, tuple[object, ...]]:
    """Status, match, evidence and distance of every photo of the backup."""
    return {
        path: (photo.status, None, None, None)
        if photo.answer is None
        else (
            photo.status,
            photo.answer.file.path,
            photo.answer.evidence,
            photo.answer.distance_bits,
        )
        for path, photo in photos(world, accepted).items()
    }


def test_photos_without_a_match_are_missing(world: World) -> None:
    world.photo("/lib/a.jpg")
    world.photo("/old/b.jpg")
    assert told(world) == {"/old/b.jpg": (MISSING, None, None, None)}


@pytest.mark.parametrize("place", [".snapshots/1", ".Trash-1000/files", "lost+found"])
def test_the_library_has_nothing_by_a_copy_that_does_not_last(world: World, place: str) -> None:
    one = world.photo(f"/lib/{place}/a.jpg")
    world.file("/old/b.jpg", one)
    large = world.photo(f"/lib/{place}/large.jpg")
    small = world.photo("/old/small.jpg", facts_with(width_px=400, height_px=300))
    world.pair(large, small, RE_ENCODED)
    assert {status for status, *_ in told(world).values()} == {MISSING}
    world.file("/lib/z.jpg", one)
    assert told(world)["/old/b.jpg"] == (COVERED, "/lib/z.jpg", Evidence.SAME_BYTES, 0)


def test_backup_photos_in_snapshots_are_compared(world: World) -> None:
    one = world.photo("/lib/a.jpg")
    world.file("/old/.snapshots/1/b.jpg", one)
    assert told(world) == {
        "/old/.snapshots/1/b.jpg": (COVERED, "/lib/a.jpg", Evidence.SAME_BYTES, 0)
    }


def test_the_same_bytes(world: World) -> None:
    one = world.photo("/lib/a.jpg")
    world.file("/lib/also a.jpg", one)
    world.file("/old/b.jpg", one)
    assert told(world) == {"/old/b.jpg": (COVERED, "/lib/a.jpg", Evidence.SAME_BYTES, 0)}


def test_the_same_pixels(world: World) -> None:
    digest = b"p" * 32
    world.photo("/lib/a.jpg", facts_with(picture_digest=digest), "picture")
    world.photo("/old/b.jpg", facts_with(picture_digest=digest, has_gps=True), "picture")
    world.photo("/old/c.jpg", facts_with(picture_digest=digest), "picture")
    assert told(world) == {
        "/old/b.jpg": (COVERED, "/lib/a.jpg", Evidence.SAME_PIXELS, 0),
        "/old/c.jpg": (COVERED, "/lib/a.jpg", Evidence.SAME_PIXELS, 0),
    }


def test_a_re_encoded_copy_that_holds_no_less(world: World) -> None:
    large = world.photo("/lib/a.jpg")
    small = world.photo("/old/b.jpg", facts_with(width_px=2000, height_px=1500))
    world.pair(large, small, RE_ENCODED)
    assert told(world) == {"/old/b.jpg": (COVERED, "/lib/a.jpg", RE_ENCODED, 4)}


@pytest.mark.parametrize(
    ("here", "there", "lacks"),
    [
        (facts_with(width_px=2000, height_px=1500), PLAIN, ReasonCode.KEEPER_LACKS_DETAIL),
        (facts_with(quality=40), PLAIN, ReasonCode.KEEPER_LACKS_DETAIL),
        (PLAIN, facts_with(bits_per_channel=16), ReasonCode.KEEPER_LACKS_DETAIL),
        (PLAIN, facts_with(has_alpha=True), ReasonCode.KEEPER_LACKS_EXTRAS),
        (
            PLAIN,
            facts_with(extras=("video",), extras_digest=b"v" * 32),
            ReasonCode.KEEPER_LACKS_EXTRAS,
        ),
        (facts_with(decodes_in_full=False), PLAIN, ReasonCode.KEEPER_IS_DAMAGED),
        (
            facts_with(sharpness=30.0),
            facts_with(sharpness=50.0),
            ReasonCode.KEEPER_LACKS_DETAIL,
        ),
    ],
)
def test_a_copy_with_less_does_not_stand_for_more(
    world: World, here: PhotoFacts, there: PhotoFacts, lacks: ReasonCode
) -> None:
    ours = world.photo("/lib/a.jpg", here)
    theirs = world.photo("/old/b.jpg", there, size=9000)
    world.pair(ours, theirs, RE_ENCODED)
    photo = photos(world)["/old/b.jpg"]
    assert photo.status is SMALLER
    assert photo.answer is not None
    assert photo.answer.lack is not None
    assert photo.answer.lack.code is lacks
    photo = photos(world, Accepted(smaller=True))["/old/b.jpg"]
    assert photo.answer is not None
    # Fewer pixels and more compression can be accepted; a lost film or half a picture cannot.
    has_less = lacks is ReasonCode.KEEPER_LACKS_DETAIL and there.bits_per_channel == 8
    assert photo.status is (COVERED if has_less else SMALLER)
    assert (photo.answer.lack is None) == has_less


def test_a_smaller_copy_that_lacks_the_film_too_is_not_enough(world: World) -> None:
    ours = world.photo("/lib/a.jpg", facts_with(width_px=2000, height_px=1500))
    theirs = world.photo("/old/b.jpg", facts_with(extras=("video",), extras_digest=b"v" * 32))
    world.pair(ours, theirs, RE_ENCODED)
    assert photos(world, Accepted(smaller=True))["/old/b.jpg"].status is SMALLER


def test_a_small_picture_is_not_called_blurred(world: World) -> None:
    ours = world.photo("/lib/a.jpg", facts_with(width_px=160, height_px=120, sharpness=30.0))
    theirs = world.photo("/old/b.jpg", facts_with(width_px=160, height_px=120, sharpness=90.0))
    world.pair(ours, theirs, RE_ENCODED)
    assert photos(world)["/old/b.jpg"].status is COVERED


def test_a_blurred_copy_in_the_backup_is_an_edit(world: World) -> None:
    ours = world.photo("/lib/a.jpg")
    theirs = world.photo("/old/b.jpg")
    world.pair(ours, theirs, RE_ENCODED)
    blurred = encode(textured(320, 240, 1).filter(ImageFilter.GaussianBlur(2)), "JPEG", quality=90)
    coverage = covered(world, thumbnails={theirs: blurred})
    (photo,) = photos_of_backups(coverage)
    assert photo.status is ALTERED
    assert photo.answer is not None
    assert photo.answer.evidence is Evidence.EDITED


def test_missing_metadata_does_not_count(world: World) -> None:
    ours = world.photo("/lib/a.jpg")
    theirs = world.photo("/old/b.jpg", facts_with(has_gps=True, rating=5))
    world.pair(ours, theirs, RE_ENCODED)
    assert photos(world)["/old/b.jpg"].status is COVERED


@pytest.mark.parametrize(
    ("evidence", "turn", "shown"),
    [
        (EDITED, Orientation.IDENTITY, Evidence.EDITED),
        (RE_ENCODED, Orientation.ROTATE_90, Evidence.ROTATED),
        (RE_ENCODED, Orientation.MIRROR, Evidence.MIRRORED),
    ],
)
def test_altered_copies_never_count(
    world: World, evidence: Evidence, turn: Orientation, shown: Evidence
) -> None:
    ours, theirs = world.photo("/lib/a.jpg"), world.photo("/old/b.jpg")
    world.pair(ours, theirs, evidence, 6, turn)
    everything = Accepted(smaller=True)
    assert told(world, everything) == {"/old/b.jpg": (ALTERED, "/lib/a.jpg", shown, 6)}


@pytest.mark.parametrize(
    ("evidence", "turn"),
    [
        (RE_ENCODED, Orientation.IDENTITY),
        (RE_ENCODED, Orientation.ROTATE_90),
        (EDITED, Orientation.IDENTITY),
        (EDITED, Orientation.ROTATE_90),
    ],
)
def test_another_exposure_is_another_photo(
    world: World, evidence: Evidence, turn: Orientation
) -> None:
    ours = world.photo("/lib/a.jpg", shot("2011-02-03T04:05:06"))
    theirs = world.photo("/old/b.jpg", shot("2011-02-03T04:05:07"))
    world.pair(ours, theirs, evidence, 3, turn)
    for accepted in (Accepted(), Accepted(smaller=True)):
        assert told(world, accepted) == {"/old/b.jpg": (MISSING, "/lib/a.jpg", LOOK_ALIKE, 3)}
    photo = photos(world)["/old/b.jpg"]
    assert photo.answer is not None
    lack = Reason(ReasonCode.OTHER_EXPOSURE)
    assert photo.answer.lack == (lack if evidence is RE_ENCODED else None)


def test_another_time_of_the_same_pixels_is_covered(world: World) -> None:
    one = replace(shot("2011-02-03T04:05:06"), picture_digest=b"p" * 32)
    world.photo("/lib/a.jpg", one, "picture")
    world.photo("/old/b.jpg", replace(one, taken="2011-02-03T04:05:07"), "picture")
    assert photos(world)["/old/b.jpg"].status is COVERED


def test_photos_that_differ_only_in_their_exposure_are_asked_each(world: World) -> None:
    for name, second in (("a", 6), ("b", 7), ("c", 8)):
        if name != "c":
            world.photo(f"/lib/{name}.jpg", shot(f"2011-02-03T04:05:0{second}"), "picture")
        facts = replace(shot(f"2011-02-03T04:05:0{second}"), width_px=2000, height_px=1500)
        world.photo(f"/old/{name}.jpg", facts, "picture")
    assert {path: (status, match) for path, (status, match, *_) in told(world).items()} == {
        "/old/a.jpg": (COVERED, "/lib/a.jpg"),
        "/old/b.jpg": (COVERED, "/lib/b.jpg"),
        "/old/c.jpg": (MISSING, "/lib/a.jpg"),
    }


def test_a_look_alike_is_another_photo(world: World) -> None:
    ours, theirs = world.photo("/lib/a.jpg"), world.photo("/old/b.jpg")
    world.pair(ours, theirs, LOOK_ALIKE, 3)
    assert told(world) == {"/old/b.jpg": (MISSING, "/lib/a.jpg", LOOK_ALIKE, 3)}


def test_a_rendering_does_not_stand_for_its_raw_file(world: World) -> None:
    ours, theirs = world.photo("/lib/a.jpg"), world.photo("/old/a.cr2", RAW)
    world.pair(ours, theirs, RE_ENCODED, 2)
    assert told(world) == {"/old/a.cr2": (MISSING, "/lib/a.jpg", Evidence.RAW_PAIR, 2)}


def test_evidence_that_is_not_accepted_counts_as_altered(world: World) -> None:
    digest = b"p" * 32
    one = world.photo("/lib/a.jpg", facts_with(picture_digest=digest), "picture")
    world.photo("/old/b.jpg", facts_with(picture_digest=digest), "picture")
    small = world.photo("/old/c.jpg", facts_with(width_px=2000, height_px=1500))
    world.pair(one, small, RE_ENCODED)
    by_pixels = told(world, Accepted(Evidence.SAME_PIXELS))
    assert [status for status, *_ in by_pixels.values()] == [COVERED, ALTERED]
    by_bytes = told(world, Accepted(Evidence.SAME_BYTES))
    assert [status for status, *_ in by_bytes.values()] == [ALTERED, ALTERED]


def test_the_best_of_several_copies_answers(world: World) -> None:
    theirs = world.photo("/old/b.jpg")
    small = world.photo("/lib/a small.jpg", facts_with(width_px=400, height_px=300))
    edited = world.photo("/lib/b edited.jpg")
    whole = world.photo("/lib/c.jpg")
    world.pair(theirs, small, RE_ENCODED, 0)
    world.pair(theirs, edited, EDITED, 0)
    assert told(world) == {"/old/b.jpg": (SMALLER, "/lib/a small.jpg", RE_ENCODED, 0)}
    world.pair(theirs, whole, RE_ENCODED, 8)
    assert told(world) == {"/old/b.jpg": (COVERED, "/lib/c.jpg", RE_ENCODED, 8)}


def test_a_photo_is_asked_past_the_groups(world: World) -> None:
    # The chain makes two stars; each photo of the backup lies in the other's star.
    chain = [world.photo(f"/{where}/{name}.jpg") for name in "abc" for where in ("lib", "old")]
    for one, other in pairwise(chain):
        world.pair(one, other, RE_ENCODED)
    assert {status for status, *_ in told(world).values()} == {COVERED}


def test_near_flat_pictures_need_equal_pixels(world: World) -> None:
    blank = facts_with(contrast=1.0)
    world.photo("/lib/a.jpg", blank, "blank")
    world.photo("/old/b.jpg", blank, "blank")
    assert photos(world)["/old/b.jpg"].status is MISSING


def test_copies_within_the_backup_do_not_count(world: World) -> None:
    one = world.photo("/old/a.jpg")
    world.file("/old/b.jpg", one)
    world.photo("/lib/c.jpg")
    assert {photo.status for photo in photos(world).values()} == {MISSING}


def test_the_nearest_folder_decides_whose_a_photo_is(world: World) -> None:
    one = world.photo("/lib/a.jpg")
    world.file("/lib/backup/b.jpg", one)
    roots = (Root("/lib", is_library=True), Root("/lib/backup", is_library=False))
    (photo,) = photos_of_backups(covered(world, roots=roots))
    assert photo.place.file.path == "/lib/backup/b.jpg"
    assert photo.answer is not None
    assert photo.answer.file.path == "/lib/a.jpg"


def test_one_file_under_two_roots_is_a_photo_of_both(world: World) -> None:
    one = world.photo("/lib/a.jpg")
    places = place_photos(world.files, [one], {"/lib/a.jpg": ("/old/a.jpg", "/x.jpg")}, ROOTS)
    assert [(place.file.path, place.root) for place in places] == [
        ("/lib/a.jpg", 0),
        ("/old/a.jpg", 1),
    ]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from((RE_ENCODED, EDITED))),
        max_size=14,
    )
)
def test_covered_means_a_direct_match_in_the_library(
    pairs: list[tuple[int, int, Evidence]],
) -> None:
    with Catalog.open(None) as catalog:
        world = World(catalog)
        ids = [world.photo(f"/{'lib' if n % 2 else 'old'}/{n}.jpg") for n in range(8)]
        direct = {(min(a, b), max(a, b)): evidence for a, b, evidence in pairs if a != b}
        for (a, b), evidence in direct.items():
            world.pair(ids[a], ids[b], evidence)
        expected = {}
        for n in range(0, 8, 2):
            kinds = {e for pair, e in direct.items() if n in pair and sum(pair) % 2}
            status = COVERED if RE_ENCODED in kinds else ALTERED if kinds else MISSING
            expected[f"/old/{n}.jpg"] = status
        assert {path: photo.status for path, photo in photos(world).items()} == expected


@pytest.mark.parametrize("verdict", sorted(set(ProofVerdict) - {ProofVerdict.CONTAINED}))
@pytest.mark.parametrize("smaller", [False, True])
def test_without_a_full_size_proof_nothing_is_covered(
    world: World, verdict: ProofVerdict, *, smaller: bool
) -> None:
    a = world.photo("/lib/a.jpg", facts_with(width_px=1000, height_px=750))
    b = world.photo("/old/b.jpg", facts_with(width_px=2000, height_px=1500) if smaller else PLAIN)
    world.pair(a, b, RE_ENCODED)
    coverage = covered(world, Accepted(smaller=smaller), verdict=verdict)
    (photo,) = photos_of_backups(coverage)
    assert photo.status in (ALTERED, SMALLER, MISSING)


def test_without_a_comparison_no_re_encoding_is_covered(world: World) -> None:
    a, b = world.photo("/lib/a.jpg"), world.photo("/old/b.jpg")
    world.pair(a, b, RE_ENCODED)
    matches = world.matches()
    places = place_photos(matches.files, matches.content_ids.tolist(), {}, ROOTS)
    digests = world.catalog.digests_of(np.array(world.ids))
    answers = best_matches(matches, places, Accepted(), lambda _: SHARP)
    coverage = Coverage(ROOTS, Accepted(), tuple(places), answers, digests)
    (photo,) = photos_of_backups(coverage)
    assert photo.status is ALTERED
    assert photo.answer is not None
    assert photo.answer.lack == Reason(ReasonCode.BEING_CHECKED)
