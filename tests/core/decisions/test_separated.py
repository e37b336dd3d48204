import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog
from dupefinder.core.catalog.pixels import CHROMA_SHAPE, GREY_SHAPE
from dupefinder.core.decisions.separated import (
    PhotoKeys,
    PixelKeyKind,
    SeparatedPhoto,
    SeparatedPhotos,
    Separation,
    all_different,
    photo_keys,
    split_off,
)
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.grouping import Matches
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, Group
from tests.core.grouping.test_grouping import (
    PLAIN,
    THRESHOLD,
    AnyWorld,
    World,
    any_world,
    built,
    paths_of,
    proved,
)


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def digest(number: int) -> bytes:
    return bytes([number]) * 32


def keys(number: int, **pixels: int) -> PhotoKeys:
    found = ((PixelKeyKind(kind), digest(one)) for kind, one in pixels.items())
    return PhotoKeys(digest(number), frozenset(found))


def separation(*parts: Sequence[PhotoKeys]) -> Separation:
    return Separation(
        tuple(SeparatedPhoto(one, part) for part, some in enumerate(parts) for one in some)
    )


def apart(*separations: Separation) -> SeparatedPhotos:
    return SeparatedPhotos(separations)


# Which photos are meant


def test_photos_are_known_by_their_bytes() -> None:
    separated = apart(separation([keys(1), keys(2)], [keys(3)]))
    pairs = {
        pair
        for pair in itertools.product(range(1, 5), repeat=2)
        if separated.between(*map(keys, pair))
    }
    assert pairs == {(1, 3), (2, 3), (3, 1), (3, 2)}


@pytest.mark.parametrize("kind", list(PixelKeyKind))
def test_a_photo_that_was_tagged_is_known_by_its_pixels(kind: PixelKeyKind) -> None:
    one, other = keys(1, **{kind.value: 7}), keys(2, **{kind.value: 8})
    separated = apart(separation([one], [other]))
    tagged = keys(3, **{kind.value: 7})
    assert separated.between(tagged, other)
    assert not separated.between(tagged, one)
    assert not separated.between(keys(3, **{kind.value: 9}), other)


def test_of_two_with_equal_pixels_each_is_known_by_its_bytes() -> None:
    one, copy, other = keys(1, picture=7), keys(2, picture=7), keys(3)
    separated = apart(separation([copy], [one, other]))
    assert separated.between(copy, one)
    assert not separated.between(one, other)
    # What is tagged now may be either of them: it joins neither, and no copy of itself.
    tagged = keys(4, picture=7)
    assert separated.between(tagged, one)
    assert separated.between(tagged, copy)
    assert separated.between(tagged, tagged)


def test_equal_small_pictures_count_where_nothing_better_can_be_compared() -> None:
    one, other = keys(1, picture=5, thumbnail=7), keys(2, thumbnail=8)
    separated = apart(separation([one], [other]))
    assert separated.between(keys(3, pixels=9, thumbnail=7), other)
    # Another compressed picture: the small picture is equal by chance.
    assert not separated.between(keys(3, picture=9, thumbnail=7), other)


def test_each_copy_of_one_content_may_be_a_photo_of_its_own() -> None:
    separated = apart(separation([keys(1)], [keys(1)]))
    assert separated.between(keys(1), keys(1))


def test_the_keys_of_a_photo_are_all_that_is_known_of_it() -> None:
    facts = replace(PLAIN, picture_digest=digest(1))
    small = np.zeros(GREY_SHAPE, np.uint8), np.zeros(CHROMA_SHAPE, np.uint8)
    known = photo_keys(digest(0), facts, digest(2), 3, 4, small)
    assert {kind for kind, _ in known.pixels} == set(PixelKeyKind)
    assert photo_keys(digest(0), PLAIN).pixels == frozenset()
    for other in (
        photo_keys(digest(0), facts, digest(2), 3, 5, small),
        photo_keys(digest(0), facts, digest(2), 4, 4, small),
        photo_keys(digest(0), replace(facts, width_px=1), digest(2), 3, 4, small),
        photo_keys(digest(0), replace(facts, quality=50), digest(2), 3, 4, small),
        photo_keys(digest(0), facts, digest(2), 3, 4, (small[0], small[1] + np.uint8(1))),
    ):
        assert other != known


def test_nothing_is_separated_before_the_first_decision() -> None:
    assert not SeparatedPhotos()
    assert not SeparatedPhotos().between(keys(1), keys(1))


def test_a_decision_has_one_name_whatever_the_order_of_its_photos() -> None:
    one = separation([keys(1)], [keys(2), keys(3)])
    assert one.separation_id == separation([keys(3), keys(2)], [keys(1)]).separation_id
    others = [
        separation([keys(1), keys(2)], [keys(3)]),
        separation([keys(1)], [keys(2)], [keys(3)]),
    ]
    assert len({one.separation_id, *(other.separation_id for other in others)}) == 3


# Groups


def keys_in(matches: Matches, catalog: Catalog) -> dict[int, PhotoKeys]:
    return {
        content_id: photo_keys(
            content.digest,
            content.facts,
            content.pixel_digest,
            matches.equal_thumbnails.hash_of(content_id),
            FINGERPRINT_VERSION,
            (catalog.greys([content_id])[0], catalog.chromas([content_id])[0]),
        )
        for content_id, content in catalog.facts().items()
    }


def only_group(world: World) -> Group:
    (group,) = world.groups()
    return group


def groups_with(world: World, *separations: Separation) -> list[Group]:
    matches = world.matches()
    assert matches.set_separated(SeparatedPhotos(separations), world.catalog)
    return proved(matches)


def test_a_group_that_was_called_different_is_none_any_more(world: World) -> None:
    one, other, third = (world.photo(f"/{name}") for name in "abc")
    for pair in ((one, other), (one, third), (other, third)):
        world.pair(*pair, Evidence.RE_ENCODED)
    everything = all_different(only_group(world).members, 5)
    assert groups_with(world, everything) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize(("to_a", "to_b"), [(2, 5), (5, 2)])
def test_a_third_photo_joins_the_one_that_it_matches_better(
    world: World, order: Sequence[int], to_a: int, to_b: int
) -> None:
    names = [["/a", "/b", "/c"][place] for place in order]
    ids = {name: world.photo(name) for name in names}
    world.pair(ids["/a"], ids["/b"], Evidence.RE_ENCODED, 1)
    world.pair(ids["/a"], ids["/c"], Evidence.RE_ENCODED, to_a)
    world.pair(ids["/b"], ids["/c"], Evidence.RE_ENCODED, to_b)
    members = {one.file.path: one for one in only_group(world).members}
    different = all_different([members["/a"], members["/b"]], 5)
    assert paths_of(groups_with(world, different)) == [{"/c", "/a" if to_a < to_b else "/b"}]


def test_a_twin_of_two_that_were_called_different_joins_one_of_them(world: World) -> None:
    for name in "abc":
        world.photo(f"/{name}", looks_like="t")
    members = {one.file.path: one for one in only_group(world).members}
    (group,) = groups_with(world, all_different([members["/a"], members["/b"]], 5))
    assert len(group.members) == 2
    assert {"/a", "/b"} != {one.file.path for one in group.members}


def test_of_one_content_that_was_called_different_from_itself_one_copy_is_grouped(
    world: World,
) -> None:
    copied = world.content("copied")
    for path in ("/2", "/1", "/3"):
        world.file(path, copied)
    group = only_group(world)
    assert groups_with(world, all_different(group.members, 5)) == []
    other = world.photo("/other")
    world.pair(copied, other, Evidence.RE_ENCODED)
    found = groups_with(world, all_different(group.members, 5))
    assert paths_of(found) == [{"/1", "/other"}]


def test_a_photo_that_was_split_off_leaves_the_others_together(world: World) -> None:
    """Also where it was the centre, and the others were never held against each other."""
    centre, *others = (world.photo(f"/{number}") for number in range(4))
    for other in others:
        world.pair(centre, other, Evidence.RE_ENCODED)
    for pair in itertools.combinations(others, 2):
        world.pair(*pair, Evidence.RE_ENCODED, 8)
    world.file("/copy", centre)
    members = only_group(world).members
    one = next(member for member in members if member.file.path == "/0")
    split = split_off(one, members, 5)
    assert split is not None
    assert sorted(map(sorted, paths_of(groups_with(world, split)))) == [
        ["/0", "/copy"],
        ["/1", "/2", "/3"],
    ]


def test_open_pairs_are_asked_once_their_centre_was_split_off(
    world: World,
) -> None:
    centre, *others = (world.photo(f"/{number}") for number in range(4))
    for other in others:
        world.pair(centre, other, Evidence.RE_ENCODED)
    for pair in itertools.combinations(others, 2):
        world.open_pair(*pair)
    matches = world.matches()
    (group,) = proved(matches)
    assert len(matches.wanted_open([group], THRESHOLD)) == 0
    one = next(member for member in group.members if member.content_id == centre)
    split = split_off(one, group.members, 5)
    assert split is not None
    matches.set_separated(apart(split), world.catalog)
    while len(wanted := matches.wanted_open(proved(matches), THRESHOLD)):
        wanted["evidence"] = EVIDENCE_CODES[Evidence.RE_ENCODED]
        matches.add_verdicts(wanted, world.catalog)
    assert paths_of(proved(matches)) == [{"/1", "/2", "/3"}]


def test_nothing_is_split_off_from_copies_of_the_same_bytes(world: World) -> None:
    copied = world.content("copied")
    for path in ("/1", "/2"):
        world.file(path, copied)
    group = only_group(world)
    assert split_off(group.members[0], group.members, 5) is None


def test_look_alikes_that_were_called_different_are_not_listed(world: World) -> None:
    one, other = world.photo("/a"), world.photo("/b")
    world.pair(one, other, Evidence.LOOK_ALIKE)
    matches = world.matches()
    assert len(matches.links(THRESHOLD)) == 1
    both = keys_in(matches, world.catalog)
    matches.set_separated(apart(separation([both[one]], [both[other]])), world.catalog)
    assert matches.links(THRESHOLD) == []


def test_a_decision_taken_back_holds_no_longer(world: World) -> None:
    for name in "abc":
        world.photo(f"/{name}", looks_like="t")
    matches = world.matches()
    before = paths_of(proved(matches))
    (group,) = matches.groups(THRESHOLD)
    assert matches.set_separated(apart(all_different(group.members, 5)), world.catalog)
    assert not matches.set_separated(apart(all_different(group.members, 5)), world.catalog)
    assert not matches.may_stay(group)
    assert matches.groups(THRESHOLD) == []
    assert matches.set_separated(SeparatedPhotos(), world.catalog)
    assert paths_of(proved(matches)) == before
    assert matches.may_stay(group)


# Whatever was decided, of whatever photos

Decided = list[dict[str, int]]
"""For each decision, the parts of some photos by name."""


@st.composite
def any_decisions(draw: st.DrawFn) -> tuple[AnyWorld, Decided]:
    photos, pairs = draw(any_world())
    names = [photo.name for photo in photos]
    if not names:
        return (photos, pairs), []
    parts = st.dictionaries(st.sampled_from(names), st.integers(0, 2), min_size=1)
    return (photos, pairs), draw(st.lists(parts, max_size=3))


def decisions_of(decided: Decided, world: World, matches: Matches) -> SeparatedPhotos:
    by_digest = {one.digest: one for one in keys_in(matches, world.catalog).values()}
    key_of = {
        file.path.rsplit("/", 1)[1]: by_digest[world.catalog.facts([content])[content].digest]
        for file, content in zip(world.files, world.ids, strict=True)
    }
    return SeparatedPhotos(
        Separation(tuple(SeparatedPhoto(key_of[name], part) for name, part in some.items()))
        for some in decided
    )


def plain(groups: Sequence[Group]) -> Any:
    return sorted(
        sorted((one.file.path, one.keep, one.against, one.reason) for one in group.members)
        for group in groups
    )


@given(any_decisions(), st.randoms())
@settings(max_examples=150)
def test_no_group_has_two_photos_that_were_called_different(
    drawn: tuple[AnyWorld, Decided], random: Any
) -> None:
    (photos, pairs), decided = drawn
    with Catalog.open(None) as catalog:
        world = built(catalog, photos, pairs)
        matches = world.matches()
        separated = decisions_of(decided, world, matches)
        matches.set_separated(separated, catalog)
        groups = proved(matches)
        assert_nothing_is_joined(groups, separated, keys_in(matches, catalog))
        for threshold_bits in (2, 6):
            narrower = matches.groups(threshold_bits)
            assert_nothing_is_joined(narrower, separated, keys_in(matches, catalog))
        # Decided on while the groups are looked at, it is the same.
        later = world.matches()
        before = proved(later)
        later.set_separated(separated, catalog)
        assert_nothing_is_joined(proved(later), separated, keys_in(later, catalog))
        for group in before:
            ids = [one.content_id for one in group.members]
            known = keys_in(later, catalog)
            assert later.may_stay(group) != any(
                separated.between(known[one], known[other])
                for one, other in itertools.combinations(ids, 2)
            )
    shuffled = random.sample(photos, len(photos)), random.sample(pairs, len(pairs))
    with Catalog.open(None) as catalog:
        world = built(catalog, *shuffled)
        matches = world.matches()
        matches.set_separated(decisions_of(decided, world, matches), catalog)
        assert plain(proved(matches)) == plain(groups)


def assert_nothing_is_joined(
    groups: Sequence[Group], separated: SeparatedPhotos, known: Mapping[int, PhotoKeys]
) -> None:
    for group in groups:
        for one, other in itertools.combinations(group.members, 2):
            assert not separated.between(known[one.content_id], known[other.content_id])


@given(any_decisions())
@settings(max_examples=100)
def test_photos_tagged_since_the_decision_stay_different(drawn: tuple[AnyWorld, Decided]) -> None:
    """Each photo has other bytes than when it was decided on, and the pixels that it had."""
    (photos, pairs), decided = drawn
    with Catalog.open(None) as catalog:
        before = built(catalog, photos, pairs)
        separated = decisions_of(decided, before, before.matches())
    tagged = [
        replace(photo, name=f"tagged {photo.name}", looks_like=photo.looks_like) for photo in photos
    ]
    with Catalog.open(None) as catalog:
        world = built(catalog, tagged, pairs)
        matches = world.matches()
        matches.set_separated(separated, catalog)
        names = {
            content: file.path.rsplit(" ", 1)[1]
            for file, content in zip(world.files, world.ids, strict=True)
        }
        for group in proved(matches):
            for one, other in itertools.combinations(group.members, 2):
                for some in decided:
                    ours, theirs = (some.get(names[end.content_id]) for end in (one, other))
                    assert None in (ours, theirs) or ours == theirs


def test_a_photo_of_another_format_is_known_by_its_small_picture(world: World) -> None:
    """Its compressed picture cannot be told from its metadata, and its pixels were not read."""
    heif = PhotoFacts("HEIF", 4000, 3000, contrast=40.0)
    one, other = world.photo("/a.heic", heif), world.photo("/b.heic", heif)
    world.pair(one, other, Evidence.RE_ENCODED)
    matches = world.matches()
    known = keys_in(matches, world.catalog)
    separated = apart(separation([known[one]], [known[other]]))
    with Catalog.open(None) as catalog:
        later = World(catalog)
        tagged = later.photo("/tagged.heic", heif, looks_like="/a.heic")
        other = later.photo("/b.heic", heif)
        later.pair(tagged, other, Evidence.RE_ENCODED)
        matches = later.matches()
        assert paths_of(proved(matches)) == [{"/tagged.heic", "/b.heic"}]
        matches.set_separated(separated, catalog)
        assert matches.groups(THRESHOLD) == []


def test_a_png_that_is_compressed_anew_is_the_same_photo(world: World) -> None:
    def png(compressed: int) -> PhotoFacts:
        picture = digest(compressed)
        return PhotoFacts(
            "PNG", 4000, 3000, is_lossless=True, picture_digest=picture, contrast=40.0
        )

    one, other = world.photo("/a.png", png(1)), world.photo("/b.png", png(2))
    world.pair(one, other, Evidence.RE_ENCODED)
    matches = world.matches()
    known = keys_in(matches, world.catalog)
    separated = apart(separation([known[one]], [known[other]]))
    with Catalog.open(None) as catalog:
        later = World(catalog)
        smaller = later.photo("/smaller.png", png(3), looks_like="/a.png")
        other = later.photo("/b.png", png(2))
        later.pair(smaller, other, Evidence.RE_ENCODED)
        matches = later.matches()
        assert paths_of(proved(matches)) == [{"/smaller.png", "/b.png"}]
        matches.set_separated(separated, catalog)
        assert matches.groups(THRESHOLD) == []


@pytest.mark.parametrize(("quality", "is_known"), [(90, True), (80, False)])
def test_a_jpeg_that_is_compressed_anew_without_loss_is_the_same_photo(
    world: World, quality: int, is_known: bool
) -> None:
    def jpeg(compressed: int, quality: int) -> PhotoFacts:
        picture = digest(compressed)
        return PhotoFacts(
            "JPEG", 4000, 3000, quality=quality, picture_digest=picture, contrast=40.0
        )

    one, other = world.photo("/a.jpg", jpeg(1, 90)), world.photo("/b.jpg", jpeg(2, 90))
    world.pair(one, other, Evidence.RE_ENCODED)
    known = keys_in(world.matches(), world.catalog)
    separated = apart(separation([known[one]], [known[other]]))
    with Catalog.open(None) as catalog:
        later = World(catalog)
        again = later.photo("/again.jpg", jpeg(3, quality), looks_like="/a.jpg")
        later.pair(again, later.photo("/b.jpg", jpeg(2, 90)), Evidence.RE_ENCODED)
        matches = later.matches()
        matches.set_separated(separated, catalog)
        assert (matches.groups(THRESHOLD) == []) is is_known
