import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core import proving
from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    OPEN_CODE,
    PAIR_DTYPE,
    TOLD_APART_CODE,
    Catalog,
    Pairs,
    StoredContent,
)
from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions import lookup as companion_lookup
from dupefinder.core.errors import Cancelled
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND, inverse
from dupefinder.core.grouping import Matches, keeper, removable_bytes
from dupefinder.core.grouping.match_graph import MOST_PROOFS, MatchGraph, same_pixels
from dupefinder.core.job import JobContext
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.proving import settled_groups, take_known
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Link,
    Orientation,
    Proof,
    ProofVerdict,
    Reason,
    ReasonCode,
)
from dupefinder.core.rules import REPLACEABLE, propose
from dupefinder.core.rules.candidate import Candidate
from tests.core.waiting import wanted_by

RE_ENCODED = Evidence.RE_ENCODED
EDITED = Evidence.EDITED
LOOK_ALIKE = Evidence.LOOK_ALIKE
THRESHOLD = 10
PROVED = Proof(ProofVerdict.CONTAINED)

PLAIN = PhotoFacts("JPEG", 4000, 3000, quality=90, contrast=40.0)
RAW = PhotoFacts("CR2", 4000, 3000, is_raw=True, is_lossless=True, mode="RAW", contrast=40.0)


def facts_with(**changed: Any) -> PhotoFacts:
    return replace(PLAIN, **changed)


def shot(taken: str, camera: str = "Canon EOS 5D") -> PhotoFacts:
    return facts_with(taken=taken, camera=camera)


def proved(matches: Matches, threshold_bits: int = THRESHOLD) -> list[Group]:
    """The groups once each comparison that is asked for has shown that nothing is lost."""
    groups = matches.groups(threshold_bits)
    while wanted := wanted_by(groups):
        matches.add_proofs(dict.fromkeys(wanted, PROVED))
        groups = matches.groups(threshold_bits)
    return groups


UNPLACED = (0, 0, (np.nan,) * 6)
"""The last fields of a pair of whole pictures that lie edge to edge."""
NOWHERE = (np.nan, *UNPLACED)


@dataclass
class World:
    """A catalog with contents, the files that hold them and the pairs that were judged."""

    catalog: Catalog
    files: list[FoundFile] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def content(
        self, name: str, facts: PhotoFacts = PLAIN, looks_like: str | None = None, size: int = 1000
    ) -> int:
        """Add a content; those that look like the same name have equal thumbnails."""
        digest = blake3(name.encode()).digest()
        picture = blake3((looks_like or name).encode()).digest(8)
        photo = DecodedPhoto(
            digest,
            digest[:16],
            facts,
            # A picture that is found by another fingerprint has other greys.
            np.resize(np.frombuffer(picture, np.uint8), (96, 96)),
            np.zeros((2, 16, 16), np.uint8),
            b"",
        )
        word = np.frombuffer(picture, ">u8").astype(np.uint64).reshape(1, 1)
        (content_id,) = self.catalog.add_contents(
            [(photo, size, {PICTURE_KIND: word})], FINGERPRINT_VERSION
        )
        return content_id

    def file(
        self, path: str, content_id: int, *, protected: bool = False, size: int = 1000
    ) -> None:
        """Add a file that holds a content."""
        self.files.append(
            FoundFile(path, "v", path.lstrip("/"), size, 5, 1, len(self.files), protected)
        )
        self.ids.append(content_id)

    def photo(
        self,
        path: str,
        facts: PhotoFacts = PLAIN,
        looks_like: str | None = None,
        *,
        protected: bool = False,
        size: int = 1000,
    ) -> int:
        """Add a content and the one file that holds it."""
        content_id = self.content(path, facts, looks_like, size)
        self.file(path, content_id, protected=protected, size=size)
        return content_id

    def pair(
        self,
        one: int,
        other: int,
        evidence: Evidence,
        distance_bits: int = 4,
        turn: Orientation = Orientation.IDENTITY,
    ) -> None:
        """Judge a pair: `other` must be turned so to lie on `one`."""
        if one > other:
            one, other, turn = other, one, inverse(turn)
        self.rows.append(
            (one, other, distance_bits, turn, 1, EVIDENCE_CODES[evidence], 20, np.nan, *UNPLACED)
        )

    def open_pair(self, one: int, other: int) -> None:
        """Leave a pair open: nobody has judged it yet."""
        self.rows.append((min(one, other), max(one, other), 4, 0, -1, OPEN_CODE, 20, *NOWHERE))

    def pairs(self) -> Pairs:
        return np.array(sorted(self.rows), PAIR_DTYPE)

    def matches(self, threshold_bits: int = 64) -> Matches:
        pairs = self.pairs()
        return Matches(
            self.files,
            np.array(self.ids, np.int64),
            find_equal_thumbnails(self.catalog),
            pairs[pairs["distance_bits"] <= threshold_bits],
            self.catalog,
        )

    def groups(self, threshold_bits: int = THRESHOLD) -> list[Group]:
        return proved(self.matches(), threshold_bits)

    def links(self, threshold_bits: int = THRESHOLD) -> list[Link]:
        return self.matches().links(threshold_bits)

    def only_group(self) -> dict[str, GroupMember]:
        """The members of the only group by path, the keeper first."""
        (group,) = self.groups()
        return {member.file.path: member for member in group.members}


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def paths_of(groups: Iterable[Group]) -> list[set[str]]:
    return [{member.file.path for member in group.members} for group in groups]


# Little or nothing


def test_nothing_makes_no_groups(world: World) -> None:
    assert world.groups() == []
    assert world.links() == []


def test_one_photo_makes_no_group(world: World) -> None:
    world.photo("/a.jpg")
    assert world.groups() == []
    assert world.links() == []


def test_files_without_content_are_left_out(world: World) -> None:
    world.file("/broken.jpg", NO_CONTENT)
    world.file("/empty.jpg", NO_CONTENT)
    matches = world.matches()
    assert (matches.files, matches.groups(10), matches.links(10)) == ([], [], [])
    content_id = world.photo("/a.jpg")
    world.file("/b.jpg", content_id)
    assert paths_of(world.groups()) == [{"/a.jpg", "/b.jpg"}]


# Evidence


def test_same_bytes(world: World) -> None:
    content_id = world.photo("/a.jpg")
    world.file("/a copy.jpg", content_id)
    keeper, copy = world.only_group().values()
    assert keeper.is_keeper
    assert keeper.keep
    assert (keeper.evidence, keeper.against, keeper.distance_bits) == (None, None, None)
    assert (copy.evidence, copy.against, copy.distance_bits) == (
        Evidence.SAME_BYTES,
        "/a.jpg",
        0,
    )
    assert (copy.keep, copy.reason) == (False, Reason(ReasonCode.KEEPER_HAS_ALL))


def evidence_of(world: World) -> Evidence | None:
    _, other = world.only_group().values()
    return other.evidence


def test_each_folder_of_a_group_is_asked_once_for_what_belongs_to_its_photos(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def note(folder: str, names: Sequence[str], **options: Any) -> FolderCompanions:
        asked.append(folder)
        return FolderCompanions(folder, names, **options)

    monkeypatch.setattr(companion_lookup, "FolderCompanions", note)
    content = world.content("one")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for number in (1, 2):
            path = tmp_path / folder / f"{number}.jpg"
            path.touch()
            world.file(str(path), content)
    (tmp_path / "b" / "2.txt").touch()
    world.photo("/gone/alone.jpg")
    matches = world.matches()
    (group,) = matches.groups(THRESHOLD)
    assert group.members[0].file.path == str(tmp_path / "b" / "2.jpg")
    assert group.members[0].reason == Reason(ReasonCode.MORE_COMPANIONS)
    assert [member.keep for member in group.members] == [True, False, False, False]
    (tmp_path / "a" / "1.txt").touch()
    (tmp_path / "a" / "1.jpg.txt").touch()
    assert matches.groups(1) == [group]
    assert sorted(asked) == [str(tmp_path / "a"), str(tmp_path / "b")]


def test_a_copy_with_a_film_goes_only_because_of_one_with_the_same_film(
    world: World, tmp_path: Path
) -> None:
    content = world.content("one")
    beside = {"a": {"mov": 3, "xmp": 3}, "b": {"mov": 4}, "c": {"mov": 4}, "d": {}}
    for folder, files in beside.items():
        (tmp_path / folder).mkdir()
        for extension, size_bytes in files.items():
            (tmp_path / folder / f"1.{extension}").write_bytes(b"x" * size_bytes)
        (tmp_path / folder / "1.jpg").touch()
        world.file(str(tmp_path / folder / "1.jpg"), content)
    (group,) = world.matches().groups(THRESHOLD)
    found = [
        (Path(one.file.path).parent.name, one.keep, Path(one.against or "/").parent.name)
        for one in group.members
    ]
    assert found == [("a", True, ""), ("b", True, "a"), ("c", False, "b"), ("d", False, "a")]
    lacks = Reason(ReasonCode.KEEPER_LACKS_COMPANIONS, ("live-photo",))
    assert group.members[1].reason == lacks


def test_one_compressed_picture_is_the_same_pixels(world: World) -> None:
    for path in ("/a.jpg", "/b.jpg"):
        world.photo(path, facts_with(picture_digest=b"p" * 32), "x")
    assert evidence_of(world) is Evidence.SAME_PIXELS


@pytest.mark.parametrize(
    "changed",
    [
        {"exif_orientation": 3},
        {"icc_digest": b"i" * 32},
        {"frames": 2},
        {"width_px": 4001},
        {"extras": ("video",), "extras_digest": b"v" * 32},
        {"picture_digest": b"q" * 32},
    ],
)
def test_one_compressed_picture_shown_otherwise_is_not(
    world: World, changed: dict[str, Any]
) -> None:
    facts = facts_with(picture_digest=b"p" * 32)
    world.photo("/a.jpg", facts, "x")
    world.photo("/b.jpg", replace(facts, **changed), "x")
    assert evidence_of(world) is RE_ENCODED


def test_equal_pixel_digests_are_the_same_pixels(world: World) -> None:
    a, b = world.photo("/a.png"), world.photo("/b.tif")
    world.pair(a, b, EDITED)
    world.catalog.set_pixel_digests({a: b"p" * 32, b: b"p" * 32})
    assert evidence_of(world) is Evidence.SAME_PIXELS


def test_pixels_that_could_not_be_had_are_not_the_same(world: World) -> None:
    a, b = world.photo("/a.png"), world.photo("/b.tif")
    world.pair(a, b, RE_ENCODED)
    contents = world.catalog.facts()
    world.catalog.set_pixel_digests({key: one.digest for key, one in contents.items()})
    assert evidence_of(world) is RE_ENCODED


def test_differing_extras_make_it_a_re_encoding_that_stays(world: World) -> None:
    facts = facts_with(picture_digest=b"p" * 32)
    film = replace(facts, extras=("video",), extras_digest=b"v" * 32)
    world.photo("/a.jpg", facts, "x", protected=True)
    world.photo("/b.jpg", film, "x")
    _, other = world.only_group().values()
    assert other.evidence is RE_ENCODED
    assert (other.keep, other.reason) == (
        True,
        Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("video",)),
    )


def test_another_shape_is_an_edit_however_alike_the_greys(world: World) -> None:
    world.photo("/a.jpg", PLAIN, "x")
    world.photo("/b.jpg", facts_with(width_px=3000), "x")
    _, twin = world.only_group().values()
    assert (twin.evidence, twin.keep) == (EDITED, True)
    assert twin.reason.code is ReasonCode.LOOKS_DIFFERENT


def test_another_shape_is_an_edit_whatever_the_verdict(world: World) -> None:
    a, b = world.photo("/a.jpg"), world.photo("/b.jpg", facts_with(height_px=2800))
    world.pair(a, b, RE_ENCODED)
    assert evidence_of(world) is EDITED


@pytest.mark.parametrize("turn", list(Orientation)[1:])
@pytest.mark.parametrize("keeper_first", [True, False])
def test_turned_copies(world: World, turn: Orientation, keeper_first: bool) -> None:
    ids = {}
    for path in ("/k.jpg", "/other.jpg") if keeper_first else ("/other.jpg", "/k.jpg"):
        ids[path] = world.photo(path, protected=path == "/k.jpg")
    world.pair(ids["/k.jpg"], ids["/other.jpg"], RE_ENCODED, 3, turn)
    keeper, other = world.only_group().values()
    assert keeper.file.path == "/k.jpg"
    expected = Evidence.ROTATED if turn < Orientation.MIRROR else Evidence.MIRRORED
    assert (other.evidence, other.orientation, other.distance_bits) == (expected, turn, 3)
    assert other.keep


def test_look_alikes_are_kept_apart(world: World) -> None:
    a, b = world.photo("/a.jpg"), world.photo("/b.jpg")
    world.pair(b, a, LOOK_ALIKE, 6)
    assert world.groups() == []
    assert world.links() == [Link("/a.jpg", "/b.jpg", LOOK_ALIKE, 6)]
    assert world.links(5) == []


# RAW files


def test_a_raw_and_its_renderings_are_linked_and_never_grouped(world: World) -> None:
    raw, near, far = world.photo("/a.cr2", RAW), world.photo("/a.jpg"), world.photo("/b.jpg")
    world.pair(near, raw, RE_ENCODED, 3)
    world.pair(raw, far, LOOK_ALIKE, 5)
    assert world.groups() == []
    assert world.links() == [
        Link("/a.cr2", "/a.jpg", Evidence.RAW_PAIR, 3),
        Link("/a.cr2", "/b.jpg", LOOK_ALIKE, 5),
    ]
    assert world.links(2) == []


def test_a_raw_is_linked_with_a_rendering_of_the_very_same_small_picture(world: World) -> None:
    world.photo("/a.cr2", RAW)
    world.photo("/a.jpg", PLAIN, "/a.cr2")
    assert world.groups() == []
    assert world.links() == [Link("/a.cr2", "/a.jpg", Evidence.RAW_PAIR, 0)]


def test_a_match_of_a_raw_file_matches_its_rendering(world: World) -> None:
    raw = world.photo("/a.cr2", RAW)
    world.photo("/a.jpg", PLAIN, "/a.cr2")
    world.pair(raw, world.photo("/b.jpg"), RE_ENCODED, 3)
    assert paths_of(world.groups()) == [{"/a.jpg", "/b.jpg"}]
    assert [link.evidence for link in world.links()] == [Evidence.RAW_PAIR] * 2


def test_raw_files_group_among_themselves_but_only_bytes_give_one_up(world: World) -> None:
    raw = world.photo("/a.cr2", RAW)
    world.file("/copy.cr2", raw)
    world.pair(raw, world.photo("/a.dng", replace(RAW, format="DNG")), RE_ENCODED, 1)
    members = world.only_group()
    assert members["/copy.cr2"].evidence is Evidence.SAME_BYTES
    assert not members["/copy.cr2"].keep
    assert (members["/a.dng"].evidence, members["/a.dng"].keep) == (EDITED, True)


# Flat pictures

FLAT = facts_with(contrast=1.0)


def test_flat_pictures_match_only_by_bytes_or_pixels(world: World) -> None:
    page = world.photo("/a.png", FLAT, "blank")
    world.file("/copy.png", page)
    world.photo("/b.png", replace(FLAT, picture_digest=b"b" * 32), "blank")
    world.photo("/c.png", replace(FLAT, picture_digest=b"b" * 32), "blank")
    world.photo("/d.png", replace(FLAT, picture_digest=b"d" * 32), "blank")
    e, f = (world.photo(path, FLAT, "blank") for path in ("/e.gif", "/f.gif"))
    world.photo("/g.gif", FLAT, "blank")
    world.catalog.set_pixel_digests({e: b"e" * 32, f: b"e" * 32})
    groups = sorted(paths_of(world.groups()), key=min)
    assert groups == [{"/a.png", "/copy.png"}, {"/b.png", "/c.png"}, {"/e.gif", "/f.gif"}]


def test_of_flat_files_with_one_compressed_picture_one_measured_stands_for_all(
    world: World,
) -> None:
    one = replace(FLAT, picture_digest=b"b" * 32)
    a = world.photo("/a.png", one, "blank")
    world.photo("/b.png", one, "blank")
    c = world.photo("/c.bmp", FLAT, "blank")
    world.catalog.set_pixel_digests({a: b"p" * 32, c: b"p" * 32})
    assert paths_of(world.groups()) == [{"/a.png", "/b.png", "/c.bmp"}]


def test_flat_pictures_of_other_sizes_never_match(world: World) -> None:
    a = world.photo("/a.png", FLAT, "blank")
    b = world.photo("/b.png", replace(FLAT, width_px=2000, height_px=1500), "blank")
    world.catalog.set_pixel_digests({a: b"p" * 32, b: b"p" * 32})
    assert world.groups() == []


# Different exposures


@pytest.mark.parametrize(
    ("one", "other", "grouped"),
    [
        (shot("2011-02-03T04:05:06"), shot("2011-02-03T04:05:07"), False),
        (shot("2011-02-03T04:05:06.10"), shot("2011-02-03T04:05:06.20"), False),
        (shot("2011-02-03T04:05:06.10"), shot("2011-02-03T04:05:06"), True),
        (shot("2011-02-03T04:05:06"), shot("2011-02-03T04:05:06"), True),
        (shot("2011-02-03T04:05:06"), shot("2011-02-03T04:05:07", "Nikon D70"), True),
        (shot("2011-02-03T04:05:06"), PLAIN, True),
        (PLAIN, PLAIN, True),
    ],
)
def test_an_edit_is_taken_back_where_the_camera_says_otherwise(
    world: World, one: PhotoFacts, other: PhotoFacts, grouped: bool
) -> None:
    a, b = world.photo("/a.jpg", one), world.photo("/b.jpg", other)
    world.pair(a, b, EDITED)
    assert len(world.groups()) == grouped
    assert [link.evidence for link in world.links()] == [LOOK_ALIKE] * (not grouped)


def test_a_re_encoding_is_not_taken_back_but_stays(world: World) -> None:
    """The clock may have been corrected; a person will know."""
    a = world.photo("/a.jpg", shot("2011-02-03T04:05:06"))
    world.pair(a, world.photo("/b.jpg", shot("2019-01-01T00:00:00")), RE_ENCODED)
    (other,) = [one for one in world.only_group().values() if not one.is_keeper]
    assert (other.keep, other.reason) == (True, Reason(ReasonCode.OTHER_EXPOSURE))
    assert other.evidence is RE_ENCODED


def test_another_time_of_the_same_pixels_is_proposed(world: World) -> None:
    one = replace(shot("2011-02-03T04:05:06"), picture_digest=b"p" * 32)
    world.photo("/a.jpg", one, "x")
    world.photo("/b.jpg", replace(one, taken="2019-01-01T00:00:00"), "x")
    assert [member.keep for member in world.only_group().values()] == [True, False]


def test_every_copy_of_two_exposures_is_held_against_its_own(world: World) -> None:
    """All look the same, so only what they say parts them: of either, one copy stays."""
    for number, second in enumerate((6, 7, 6, 7, 6, 7)):
        world.photo(f"/{number}.jpg", shot(f"2011-02-03T04:05:0{second}"), "x")
    members = world.only_group()
    assert {path for path, member in members.items() if member.keep} == {"/0.jpg", "/1.jpg"}
    for path, member in members.items():
        if not member.keep:
            assert member.against == ("/0.jpg" if path in ("/2.jpg", "/4.jpg") else "/1.jpg")


@pytest.mark.parametrize("kind", ["image-number", "image-id", "burst", "iso"])
def test_an_edit_is_taken_back_where_the_exposures_differ(world: World, kind: str) -> None:
    one, other = (
        replace(shot("2011-02-03T04:05:06"), exposure_ids=(f"{kind}:{value}",))
        for value in (100, 200)
    )
    world.pair(world.photo("/a.jpg", one), world.photo("/b.jpg", other), EDITED)
    assert world.groups() == []


def test_a_raw_is_not_paired_with_another_exposure(world: World) -> None:
    raw = replace(RAW, taken="2011-02-03T04:05:06", camera="Canon EOS 5D")
    a, b = world.photo("/a.cr2", raw), world.photo("/b.jpg", shot("2011-02-03T04:05:08"))
    world.pair(a, b, EDITED)
    assert [link.evidence for link in world.links()] == [LOOK_ALIKE]


# Groups and links


def test_a_chain_is_parted_and_the_match_across_is_a_link(world: World) -> None:
    ids = [world.photo(f"/{number}.jpg") for number in range(5)]
    for one, other in pairwise(ids):
        world.pair(one, other, EDITED, 2)
    groups, (link,) = world.groups(), world.links()
    assert sorted(len(group.members) for group in groups) == [2, 3]
    ends = [next(g for g in paths_of(groups) if path in g) for path in (link.path_a, link.path_b)]
    assert ends[0] != ends[1]
    assert link.evidence is EDITED


@pytest.mark.parametrize(
    ("evidence", "turn", "facts", "expected"),
    [
        (RE_ENCODED, Orientation.IDENTITY, PLAIN, RE_ENCODED),
        (RE_ENCODED, Orientation.IDENTITY, facts_with(width_px=3000), EDITED),
        (EDITED, Orientation.IDENTITY, PLAIN, EDITED),
        (RE_ENCODED, Orientation.ROTATE_90, PLAIN, Evidence.ROTATED),
        (EDITED, Orientation.TRANSVERSE, PLAIN, Evidence.MIRRORED),
    ],
)
def test_a_link_between_groups_says_what_it_is(
    world: World,
    evidence: Evidence,
    turn: Orientation,
    facts: PhotoFacts,
    expected: Evidence,
) -> None:
    """Two firm groups touch in one weaker match."""
    ids = {name: world.photo(f"/{name}.jpg") for name in ("a1", "a2", "a3", "b1", "b2")}
    ids["b3"] = world.photo("/b3.jpg", facts)
    for name in ("a", "b"):
        for member in ("2", "3"):
            world.pair(ids[name + "1"], ids[name + member], RE_ENCODED, 1)
    world.pair(ids["a3"], ids["b3"], evidence, 9, turn)
    assert len(world.groups()) == 2
    assert world.links() == [Link("/a3.jpg", "/b3.jpg", expected, 9)]


def test_groups_come_by_the_bytes_to_win(world: World) -> None:
    for name, size in (("small", 10), ("large", 1000), ("middle", 100)):
        content_id = world.photo(f"/{name}.jpg", size=size)
        world.file(f"/copies/{name}.jpg", content_id, size=size)
    kept = world.content("kept")
    world.file("/1.jpg", kept, protected=True)
    world.file("/2.jpg", kept, protected=True)
    assert [removable_bytes(group) for group in world.groups()] == [1000, 100, 10, 0]


def test_a_groups_name_hangs_on_its_contents_alone() -> None:
    names: list[str] = []
    for listed in (("x", "y"), ("y", "x"), ("y", "x", "x")):
        with Catalog.open(None) as catalog:
            world = World(catalog)
            contents = {name: world.content(name) for name in dict.fromkeys(listed)}
            for place, name in enumerate(listed):
                world.file(f"/{len(names)}/{place}.jpg", contents[name])
            world.pair(contents["x"], contents["y"], RE_ENCODED)
            (group,) = world.groups()
            names.append(group.group_id)
    assert len(set(names)) == 1
    assert len(names[0]) == 16


# Pairs that were left open


def judged_as(evidence: Evidence) -> Callable[..., Pairs]:
    def judge(pairs: Pairs, *_: object) -> Pairs:
        pairs = pairs.copy()
        pairs["evidence"] = EVIDENCE_CODES[evidence]
        return pairs

    return judge


def open_between_two_groups(world: World) -> Matches:
    a, b, c, d = (world.photo(f"/{name}.jpg") for name in "abcd")
    world.pair(a, b, EDITED)
    world.pair(c, d, EDITED)
    world.open_pair(a, c)
    return world.matches()


def test_a_pair_across_two_groups_is_asked_for_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches = open_between_two_groups(world)
    monkeypatch.setattr(proving, "judge_open", judged_as(LOOK_ALIKE))
    groups = settled_groups(matches, THRESHOLD, world.catalog, JobContext(), 1)
    assert sorted(map(len, paths_of(groups))) == [2, 2]
    assert not len(matches.wanted_open(groups, THRESHOLD))
    assert [link.evidence for link in matches.links(THRESHOLD)] == [LOOK_ALIKE]


def test_a_pair_stays_open_where_its_judge_was_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window stops a comparison for every other job, and goes on with the same matches."""
    matches = open_between_two_groups(world)

    def stopped(*_: object) -> Pairs:
        raise Cancelled

    monkeypatch.setattr(proving, "judge_open", stopped)
    with pytest.raises(Cancelled):
        settled_groups(matches, THRESHOLD, world.catalog, JobContext(), 1)
    monkeypatch.setattr(proving, "judge_open", judged_as(EDITED))
    settled_groups(matches, THRESHOLD, world.catalog, JobContext(), 1)
    assert [link.evidence for link in matches.links(THRESHOLD)] == [EDITED]


def test_a_photo_parted_from_equal_thumbnails_asks_for_their_open_pairs(world: World) -> None:
    keeper = world.photo("/keeper.jpg", size=9000)
    centre = world.photo("/centre.jpg", facts_with(width_px=400, height_px=300))
    alike = [world.photo(f"/{one}.jpg", facts_with(quality=50), "twin") for one in "xy"]
    world.pair(centre, keeper, EDITED)
    world.pair(centre, alike[0], EDITED)
    world.open_pair(keeper, alike[0])
    matches = world.matches()
    other_picture = Proof(ProofVerdict.OTHER_PICTURE)
    matches.add_proofs({(alike[1], alike[0]): other_picture})
    groups = [group for group in matches.groups(THRESHOLD) if len(group.members) > 2]
    without = [
        replace(group, members=tuple(m for m in group.members if m.content_id != alike[0]))
        for group in groups
    ]
    assert len(matches.wanted_open(without, THRESHOLD)) == 1


# Keepers and proposals


def test_the_centre_stays_where_a_copy_matches_no_other(world: World) -> None:
    """C holds the group together although A is better and replaces it."""
    a = world.photo("/a.jpg", facts_with(quality=95), size=2000)
    centre = world.photo("/c.jpg")
    turned = world.photo("/t.jpg", facts_with(quality=50))
    edit = world.photo("/e.jpg", facts_with(quality=50))
    world.pair(centre, a, RE_ENCODED)
    world.pair(centre, turned, RE_ENCODED, 2, Orientation.ROTATE_90)
    world.pair(centre, edit, EDITED)
    members = world.only_group()
    assert members["/a.jpg"].is_keeper
    assert members["/c.jpg"].reason == Reason(ReasonCode.HOLDS_GROUP)
    assert members["/c.jpg"].keep
    assert (members["/c.jpg"].evidence, members["/c.jpg"].against) == (RE_ENCODED, "/a.jpg")
    assert members["/t.jpg"].against == "/c.jpg"
    assert members["/t.jpg"].orientation is Orientation.ROTATE_90
    assert members["/e.jpg"].against == "/c.jpg"


def test_a_copy_may_be_held_against_another_that_stays(world: World) -> None:
    """One of two equal large files may go, though the protected one is smaller than both."""
    small = facts_with(width_px=1000, height_px=750)
    keeper = world.photo("/library/small.jpg", small, protected=True)
    large = world.photo("/scan/large.jpg", size=5000)
    world.file("/scan/again/large.jpg", large, size=5000)
    world.pair(keeper, large, RE_ENCODED)
    members = world.only_group()
    assert members["/library/small.jpg"].is_keeper
    assert members["/scan/large.jpg"].reason == Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    again = members["/scan/again/large.jpg"]
    assert (again.keep, again.evidence) == (False, Evidence.SAME_BYTES)
    assert again.against == "/scan/large.jpg"


def test_a_proposed_photo_refers_to_a_copy_that_replaces_it(world: World) -> None:
    """The strongest match stays for its own reasons but lacks the date."""
    dated = facts_with(taken="2011-02-03T04:05:06", picture_digest=b"q" * 32)
    full = replace(dated, quality=95, has_gps=True, picture_digest=None)
    world.photo("/full.jpg", full, "x", size=3000)
    world.photo("/dated.jpg", dated, "x")
    world.photo("/bare.jpg", facts_with(picture_digest=b"q" * 32), "x", protected=True)
    member = world.only_group()["/dated.jpg"]
    assert (member.keep, member.evidence, member.against) == (False, RE_ENCODED, "/full.jpg")


def test_an_edit_and_its_re_encoding_are_a_look_of_their_own(world: World) -> None:
    original = world.photo("/o.jpg", facts_with(camera="Canon", taken="2011-02-03T04:05:06"))
    edit, smaller = world.photo("/e.jpg"), world.photo("/s.jpg", facts_with(quality=40), size=300)
    world.pair(original, edit, EDITED, 3)
    world.pair(original, smaller, EDITED, 3)
    world.pair(edit, smaller, RE_ENCODED, 1)
    members = world.only_group()
    assert members["/o.jpg"].is_keeper
    assert (members["/e.jpg"].keep, members["/e.jpg"].reason.code) == (
        True,
        ReasonCode.LOOKS_DIFFERENT,
    )
    assert (members["/s.jpg"].keep, members["/s.jpg"].against) == (False, "/e.jpg")


def test_a_partly_damaged_photo_is_grouped_and_never_the_keeper(world: World) -> None:
    broken = facts_with(decodes_in_full=False, quality=99)
    a = world.photo("/a.jpg", broken, protected=True, size=9000)
    b = world.photo("/b.jpg", facts_with(quality=50))
    world.pair(a, b, RE_ENCODED)
    keeper, other = world.only_group().values()
    assert (keeper.file.path, keeper.reason.code) == ("/b.jpg", ReasonCode.WHOLE)
    assert (other.keep, other.reason.code) == (True, ReasonCode.IS_PROTECTED)


def test_a_copy_in_a_snapshot_is_never_the_keeper(world: World) -> None:
    one = world.content("one")
    world.file("/.snapshots/1/a.jpg", one)
    world.file("/pictures/of mine/a (copy).jpg", one)
    world.file("/pictures/of mine/a.jpg", one)
    members = world.only_group()
    assert next(iter(members)) == "/pictures/of mine/a.jpg"
    assert members["/pictures/of mine/a (copy).jpg"].against == "/pictures/of mine/a.jpg"


def test_copies_that_all_lie_in_a_trash_are_not_proposed(world: World) -> None:
    one = world.content("one")
    world.file("/.Trash-1000/files/a.jpg", one)
    world.file("/lost+found/a.jpg", one)
    _, other = world.only_group().values()
    assert (other.keep, other.reason.code) == (True, ReasonCode.KEEPER_DOES_NOT_LAST)


# Proofs


def members_with(world: World, *proofs: tuple[int, int, ProofVerdict]) -> dict[str, GroupMember]:
    """The members of the only group by path, after some comparisons (goes, stays)."""
    matches = world.matches()
    matches.add_proofs({(goes, stays): Proof(verdict) for goes, stays, verdict in proofs})
    (group,) = matches.groups(THRESHOLD)
    return {member.file.path: member for member in group.members}


def test_a_copy_is_being_checked_until_it_is_proved(world: World) -> None:
    keeper, copy = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(keeper, copy, RE_ENCODED)
    before = members_with(world)["/b.jpg"]
    assert (before.keep, before.reason) == (True, Reason(ReasonCode.BEING_CHECKED))
    assert (before.evidence, before.against) == (RE_ENCODED, "/a.jpg")
    after = members_with(world, (copy, keeper, ProofVerdict.CONTAINED))["/b.jpg"]
    assert (after.keep, after.reason) == (False, Reason(ReasonCode.KEEPER_HAS_ALL))


def test_a_proof_of_the_other_direction_proves_nothing(world: World) -> None:
    keeper, copy = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(keeper, copy, RE_ENCODED)
    member = members_with(world, (keeper, copy, ProofVerdict.CONTAINED))["/b.jpg"]
    assert member.reason == Reason(ReasonCode.BEING_CHECKED)


def test_the_groups_that_proofs_concern_are_made_anew(world: World) -> None:
    """Groups are remembered for the next threshold."""
    keeper, copy = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(keeper, copy, RE_ENCODED)
    other, twin = world.photo("/c.jpg", size=500), world.photo("/d.jpg", size=400)
    world.pair(other, twin, RE_ENCODED)
    matches = world.matches()
    before = {group.group_id: group for group in matches.groups(THRESHOLD)}
    matches.add_proofs({(copy, keeper): PROVED})
    after = {group.group_id: group for group in matches.groups(THRESHOLD)}
    assert sorted(after) == sorted(before)
    assert [key for key in after if after[key] is before[key]] == [
        key for key in after if "/c.jpg" in {one.file.path for one in after[key].members}
    ]


def test_proofs_of_the_catalog_are_heeded_once_they_are_asked_for(world: World) -> None:
    """The groups are the same, whatever was compared before."""
    keeper, copy = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(keeper, copy, RE_ENCODED)
    world.catalog.set_proofs({(copy, keeper): PROVED})
    matches = world.matches()
    (group,) = matches.groups(THRESHOLD)
    assert [member.keep for member in group.members] == [True, True]
    take_known(matches, THRESHOLD, world.catalog, JobContext(), 1)
    (group,) = matches.groups(THRESHOLD)
    assert [member.keep for member in group.members] == [True, False]


def test_a_differing_copy_has_a_look_of_its_own(world: World) -> None:
    keeper, copy = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(keeper, copy, RE_ENCODED)
    for verdict in (ProofVerdict.DIFFERS, ProofVerdict.ALTERED):
        members = members_with(world, (copy, keeper, verdict))
        (other,) = [one for one in members.values() if not one.is_keeper]
        assert (other.keep, other.evidence) == (True, EDITED)
        assert other.reason == Reason(ReasonCode.LOOKS_DIFFERENT)


def test_a_copy_of_what_differs_is_held_against_that(world: World) -> None:
    """Only the edit holds what the edit's copy shows."""
    original = world.photo("/a.jpg", shot("2011-02-03T04:05:06"), "x")
    edit = world.photo("/b.jpg", PLAIN, "x", size=2000)
    copy = world.photo("/c.jpg", PLAIN, "x")
    apart = (edit, original, ProofVerdict.DIFFERS), (copy, original, ProofVerdict.DIFFERS)
    member = members_with(world, *apart)["/c.jpg"]
    assert (member.reason.code, member.against) == (ReasonCode.BEING_CHECKED, "/b.jpg")
    member = members_with(world, *apart, (copy, edit, ProofVerdict.CONTAINED))["/c.jpg"]
    assert (member.keep, member.against) == (False, "/b.jpg")


def test_a_copy_waits_for_the_first_that_may_hold_it(world: World) -> None:
    """A proof that a later copy contains it makes no difference."""
    first = world.photo("/a.jpg", facts_with(quality=95), "x", size=3000)
    protected = world.photo("/library/b.jpg", facts_with(quality=92), "y", protected=True)
    copy = world.photo("/c.jpg", facts_with(quality=50), "z", size=500)
    stays = world.photo("/d.jpg", facts_with(extras=("video",), extras_digest=b"v" * 32), "w")
    for one, other, bits in (
        (protected, first, 2), (protected, copy, 3), (protected, stays, 2), (copy, stays, 1),
    ):  # fmt: skip
        world.pair(one, other, RE_ENCODED, bits)
    proofs = (stays, protected, ProofVerdict.CONTAINED), (copy, protected, ProofVerdict.CONTAINED)
    assert members_with(world, *proofs)["/c.jpg"].against in ("/library/b.jpg", "/d.jpg")
    waiting = members_with(world, *proofs[:1])["/c.jpg"]
    assert waiting.reason == Reason(ReasonCode.BEING_CHECKED)


def test_another_picture_leaves_the_group_and_is_a_look_alike(world: World) -> None:
    ids = [world.photo(f"/{name}.jpg", size=size) for name, size in (("a", 3), ("b", 2), ("c", 1))]
    for one in ids[1:]:
        world.pair(ids[0], one, RE_ENCODED)
    matches = world.matches()
    # What is asked of the graph is remembered; it must not outlast the proof.
    assert matches.graph_among(ids).between(ids[0], ids[1]) is not None
    matches.add_proofs({(ids[1], ids[0]): Proof(ProofVerdict.OTHER_PICTURE)})
    assert paths_of(matches.groups(THRESHOLD)) == [{"/a.jpg", "/c.jpg"}]
    assert matches.links(THRESHOLD) == [Link("/a.jpg", "/b.jpg", LOOK_ALIKE, 4)]
    assert matches.graph_among(ids).between(ids[0], ids[1]) is None


def test_a_copy_of_two_is_parted_alike_whichever_comparison_ends_first(world: World) -> None:
    first, second, copy, edit = (world.photo(f"/{name}.jpg") for name in ("a", "b", "copy", "edit"))
    world.pair(copy, first, RE_ENCODED)
    world.pair(copy, second, RE_ENCODED)
    world.pair(copy, edit, EDITED)
    world.pair(first, edit, LOOK_ALIKE)
    found = []
    for goes, stays in (((copy, first), (copy, second)), ((copy, second), (copy, first))):
        matches = world.matches()
        matches.add_proofs({goes: PROVED, stays: PROVED})
        found.append((paths_of(matches.groups(THRESHOLD)), matches.links(THRESHOLD)))
    assert found[0] == found[1]


def test_a_turned_copy_of_another_picture_is_not_taken_back(world: World) -> None:
    """The comparison was of the two as they lie."""
    a, b = world.photo("/a.jpg", size=2000), world.photo("/b.jpg")
    world.pair(a, b, EDITED, turn=Orientation.ROTATE_90)
    matches = world.matches()
    matches.add_proofs({(b, a): Proof(ProofVerdict.OTHER_PICTURE)})
    assert paths_of(matches.groups(THRESHOLD)) == [{"/a.jpg", "/b.jpg"}]


def test_twins_of_another_picture_are_parted(world: World) -> None:
    ids = [
        world.photo(f"/{name}.jpg", PLAIN, "x", size=size)
        for name, size in zip("abc", (3, 2, 1), strict=True)
    ]
    matches = world.matches()
    matches.add_proofs({(ids[1], ids[0]): Proof(ProofVerdict.OTHER_PICTURE)})
    assert paths_of(matches.groups(THRESHOLD)) == [{"/a.jpg", "/c.jpg"}]
    assert matches.graph_among(ids).between(ids[0], ids[1]) is None
    assert matches.graph_among(ids).between(ids[0], ids[2]) is not None


def test_equal_thumbnails_are_parted_alike_whichever_comparison_ends_first(world: World) -> None:
    """One of three equal thumbnails is another picture, with a copy and an edit compared to it."""
    alike = [world.photo(f"/{name}.jpg", PLAIN, "x", size=3) for name in "abc"]
    copy, edit = world.photo("/copy.jpg", size=1), world.photo("/edit.jpg", size=2)
    world.pair(alike[0], copy, RE_ENCODED)
    world.pair(alike[0], edit, EDITED)
    world.pair(copy, edit, EDITED)
    other = Proof(ProofVerdict.OTHER_PICTURE)
    found = []
    shown = {(alike[0], alike[1]): other, (copy, alike[0]): PROVED, (edit, alike[0]): other}
    for order in itertools.permutations(shown.items()):
        matches = world.matches()
        matches.add_proofs(dict(order[:1]))
        matches.add_proofs(dict(order[1:]))
        found.append((paths_of(matches.groups(THRESHOLD)), matches.links(THRESHOLD)))
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize(
    ("size_px", "grouped"), [((4000, 3000), []), ((2000, 1500), [{"/a.jpg", "/b.jpg"}])]
)
def test_frames_of_a_long_series_are_no_edits_of_one_another(
    world: World, size_px: tuple[int, int], grouped: list[set[str]]
) -> None:
    """A smaller one may be an edited copy of a frame."""
    a, c = world.photo("/a.jpg"), world.photo("/c.jpg")
    b = world.photo("/b.jpg", facts_with(width_px=size_px[0], height_px=size_px[1]))
    world.pair(a, b, RE_ENCODED)
    for one in (a, b):
        world.rows.append((min(one, c), max(one, c), 4, 0, -1, TOLD_APART_CODE, 20, *NOWHERE))
    matches = world.matches()
    matches.add_proofs({(b, a): Proof(ProofVerdict.DIFFERS, (DifferenceBox(1, 1, 9, 9),))})
    assert paths_of(matches.groups(THRESHOLD)) == grouped


# Many


@pytest.mark.parametrize("protected", [False, True])
@pytest.mark.parametrize("kind", ["same-bytes", "same-pixels", "re-encoded"])
def test_a_thousand_icons_are_not_compared_each_with_each(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, protected: bool
) -> None:
    count = 1_000
    ids = [world.content("0", facts_with(picture_digest=b"p" * 32))] * count
    if kind != "same-bytes":
        changed: dict[str, Any] = {"picture_digest": b"p" * 32}
        if kind == "re-encoded":
            changed = {"picture_digest": None}
        ids[1:] = [
            world.content(str(number), facts_with(**changed), "0") for number in range(1, count)
        ]
    for number, content_id in enumerate(ids):
        world.file(f"/{number:04}.png", content_id, protected=protected)
    asked = 0
    plain = MatchGraph.between

    def counted(graph: MatchGraph, one: int, other: int) -> Any:
        nonlocal asked
        asked += 1
        return plain(graph, one, other)

    monkeypatch.setattr(MatchGraph, "between", counted)
    members = world.only_group()
    assert len(members) == count
    assert sum(not member.keep for member in members.values()) == (0 if protected else count - 1)
    assert asked < 12 * count


# Laws


@st.composite
def any_facts(draw: st.DrawFn) -> PhotoFacts:
    width_px, height_px = draw(st.sampled_from([(400, 300), (800, 600), (600, 600)]))
    is_raw = draw(st.sampled_from([False, False, False, True]))
    return PhotoFacts(
        format="JPEG",
        width_px=width_px,
        height_px=height_px,
        is_raw=is_raw,
        is_lossless=is_raw,
        quality=draw(st.sampled_from([None, 60, 90])),
        contrast=40.0,
        taken=draw(st.sampled_from([None, "2011-02-03T04:05:06", "2011-02-03T04:05:07"])),
        camera=draw(st.sampled_from([None, "Canon"])),
        has_gps=draw(st.booleans()),
        decodes_in_full=draw(st.sampled_from([True, True, False])),
        extras=draw(st.sampled_from([(), (), ("video",)])),
        extras_digest=None,
        picture_digest=draw(st.sampled_from([None, b"p" * 32, b"q" * 32])),
    )


@dataclass(frozen=True)
class Drawn:
    """One photo of a drawn world."""

    name: str
    facts: PhotoFacts
    looks_like: str
    size: int
    protected: tuple[bool, ...]
    pixel_digest: bytes | None


DrawnPair = tuple[str, str, Evidence, int, Orientation]


@st.composite
def any_world(draw: st.DrawFn) -> tuple[list[Drawn], list[DrawnPair]]:
    count = draw(st.integers(0, 9))
    photos = [
        Drawn(
            f"{number}",
            draw(any_facts()),
            draw(st.sampled_from([f"{number}", f"{number}", "t", "u"])),
            draw(st.sampled_from([1_000, 30_000, 60_000])),
            tuple(draw(st.lists(st.booleans(), min_size=1, max_size=3))),
            draw(st.sampled_from([None, None, b"p" * 32, b"q" * 32])),
        )
        for number in range(count)
    ]
    # Equal small pictures are flat together, and nobody searches for flat ones.
    photos = [
        replace(one, facts=replace(one.facts, contrast=1.0)) if one.looks_like == "u" else one
        for one in photos
    ]
    looks = sorted({photo.looks_like for photo in photos} - {"u"})
    ends = [(one, other) for one in looks for other in looks if one < other]
    pairs = [
        (
            *end,
            draw(st.sampled_from([RE_ENCODED, RE_ENCODED, EDITED, LOOK_ALIKE])),
            draw(st.integers(0, 12)),
            draw(st.sampled_from([Orientation.IDENTITY] * 3 + list(Orientation))),
        )
        for end in (draw(st.sets(st.sampled_from(ends), max_size=14)) if ends else ())
    ]
    return photos, pairs


def built(catalog: Catalog, photos: Sequence[Drawn], pairs: Sequence[DrawnPair]) -> World:
    """Make a drawn world; the order of photos and pairs is the one given."""
    world = World(catalog)
    stands_for: dict[str, int] = {}
    for photo in photos:
        key = world.content(photo.name, photo.facts, photo.looks_like, photo.size)
        stands_for.setdefault(photo.looks_like, key)
        for place, protected in enumerate(photo.protected):
            world.file(f"/{place}/{photo.name}", key, protected=protected, size=photo.size)
        if photo.pixel_digest:
            catalog.set_pixel_digests({key: photo.pixel_digest})
    for one, other, evidence, distance_bits, turn in pairs:
        world.pair(stands_for[one], stands_for[other], evidence, distance_bits, turn)
    return world


AnyWorld = tuple[list[Drawn], list[DrawnPair]]
Made = tuple[list[Group], list[Link], World, Matches]
Decided = tuple[list[Candidate], MatchGraph, list[GroupMember]]


def made(drawn: AnyWorld, catalog: Catalog, threshold_bits: int = THRESHOLD) -> Made:
    world = built(catalog, *drawn)
    matches = world.matches()
    groups = proved(matches, threshold_bits)
    return groups, matches.links(threshold_bits), world, matches


@given(any_world())
@settings(max_examples=150)
def test_invariants_hold_of_any_groups(drawn: AnyWorld) -> None:
    """One drawn world is looked at from every side: making it costs more than all looks."""
    decided: list[Decided] = []
    decide: Callable[..., list[GroupMember]] = keeper.decide

    def watched(candidates: list[Candidate], graph: MatchGraph, centre: int) -> list[GroupMember]:
        members = decide(candidates, graph, centre)
        decided.append((candidates, graph, members))
        return members

    with pytest.MonkeyPatch.context() as patched, Catalog.open(None) as catalog:
        patched.setattr("dupefinder.core.grouping.matches.decide", watched)
        groups, links, world, matches = made(drawn, catalog)
        contents = catalog.facts()
    assert_every_photo_is_in_at_most_one_group(groups, world)
    assert_no_raw_file_is_grouped_with_what_is_none(groups)
    assert_every_member_is_confirmed_against_the_centre(groups, matches)
    assert_no_match_is_dropped(groups, links, matches)
    assert_proposals_follow_the_rules(groups, contents)
    for one in decided:
        assert_against_is_the_strongest_match_with_a_copy_that_stays(*one)


def assert_every_photo_is_in_at_most_one_group(groups: list[Group], world: World) -> None:
    grouped = [member.file.path for group in groups for member in group.members]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= {file.path for file in world.files}
    assert all(len(group.members) > 1 for group in groups)
    content_groups = [{member.content_id for member in group.members} for group in groups]
    assert sum(map(len, content_groups)) == len(set().union(*content_groups))
    assert len({group.group_id for group in groups}) == len(groups)


def assert_no_raw_file_is_grouped_with_what_is_none(groups: list[Group]) -> None:
    for group in groups:
        assert len({member.facts.is_raw for member in group.members}) == 1


def confirmed_pairs(matches: Matches) -> set[tuple[int, int]]:
    """Pairs of nodes that are joined by a confirmed match, as the grouping understood them."""
    chosen = matches._edges.confirmed(THRESHOLD)
    return set(
        zip(matches._edges.a[chosen].tolist(), matches._edges.b[chosen].tolist(), strict=True)
    )


def assert_every_member_is_confirmed_against_the_centre(
    groups: list[Group], matches: Matches
) -> None:
    confirmed = confirmed_pairs(matches)
    node_of = dict(
        zip([file.path for file in matches.files], matches.node_of_file.tolist(), strict=True)
    )
    for group in groups:
        nodes = {node_of[member.file.path] for member in group.members}
        assert any(
            all(
                node == centre or (node, centre) in confirmed or (centre, node) in confirmed
                for node in nodes
            )
            for centre in nodes
        )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_pixels_that_contradict_a_picture_part_it_alike_in_any_order(
    world: World, order: tuple[int, ...]
) -> None:
    one = replace(FLAT, picture_digest=b"b" * 32)
    drawn = [("/a.png", one, b"p"), ("/b.png", one, b"q"), ("/c.png", FLAT, b"p")]
    for place in order:
        path, facts, pixels = drawn[place]
        world.catalog.set_pixel_digests({world.photo(path, facts, "blank"): pixels * 32})
    (group,) = world.groups()
    assert {member.file.path for member in group.members} == {"/a.png", "/b.png", "/c.png"}


def assert_no_match_is_dropped(groups: list[Group], links: list[Link], matches: Matches) -> None:
    """A judged pair within the threshold joins two members of a group, or is a link."""
    group_of = {member.file.path: group.group_id for group in groups for member in group.members}
    nodes_of: dict[int, set[int]] = {}
    for content_id, node in zip(
        matches.content_ids.tolist(), matches.node_of_file.tolist(), strict=True
    ):
        nodes_of.setdefault(content_id, set()).add(node)
    linked = {frozenset((link.path_a, link.path_b)) for link in links}
    first_of_node = dict(
        zip(reversed(matches.node_of_file.tolist()), reversed(matches.files), strict=True)
    )
    near = np.flatnonzero(matches._edges.distance_bits <= THRESHOLD)
    for index in near.tolist():
        a, b = (first_of_node[int(end[index])].path for end in (matches._edges.a, matches._edges.b))
        together = a in group_of and group_of[a] == group_of.get(b)
        assert together or frozenset((a, b)) in linked


@given(any_world(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_no_order_makes_a_difference(drawn: AnyWorld, random: Any) -> None:
    photos, pairs = list(drawn[0]), list(drawn[1])
    with Catalog.open(None) as catalog:
        expected = plain(*made((photos, pairs), catalog)[:2])
    random.shuffle(photos)
    random.shuffle(pairs)
    with Catalog.open(None) as catalog:
        world = built(catalog, photos, pairs)
        order = sorted(range(len(world.files)), key=lambda place: world.files[place].path)
        world.files = [world.files[place] for place in order]
        world.ids = [world.ids[place] for place in order]
        matches = world.matches()
        assert plain(proved(matches), matches.links(THRESHOLD)) == expected


def plain(groups: list[Group], links: list[Link]) -> Any:
    """Groups and links without the numbers that a catalog happens to give."""
    return [
        (
            group.group_id,
            [
                replace(member, content_id=0, file=replace(member.file, inode=0))
                for member in group.members
            ],
        )
        for group in groups
    ], sorted(links, key=lambda link: (link.distance_bits, link.path_a, link.path_b))


@given(any_world(), st.integers(-1, 12))
def test_another_threshold_gives_what_a_scan_at_it_would(
    drawn: AnyWorld, threshold_bits: int
) -> None:
    with Catalog.open(None) as catalog:
        world = built(catalog, *drawn)
        wide, narrow = world.matches(12), world.matches(threshold_bits)
        assert proved(wide, threshold_bits) == proved(narrow, threshold_bits)
        assert wide.links(threshold_bits) == narrow.links(threshold_bits)


def assert_proposals_follow_the_rules(
    groups: list[Group], contents: dict[int, StoredContent]
) -> None:
    for group in groups:
        keeper, *others = group.members
        assert keeper.keep
        assert keeper.is_keeper
        assert (keeper.evidence, keeper.against, keeper.distance_bits) == (None, None, None)
        assert keeper.orientation is Orientation.IDENTITY
        by_path = {member.file.path: member for member in group.members}
        for member in others:
            assert not member.is_keeper
            assert member.against is not None
            assert member.evidence is not None
            assert member.distance_bits is not None
            against = by_path[member.against]
            assert against is not member
            assert against.keep
            assert member.evidence not in (LOOK_ALIKE, Evidence.RAW_PAIR)
            if member.evidence is Evidence.SAME_BYTES:
                assert member.content_id == against.content_id
            if member.evidence is Evidence.SAME_PIXELS:
                assert same_pixels(contents[member.content_id], contents[against.content_id])
            if not member.keep:
                assert_may_go(member, against)


def assert_may_go(member: GroupMember, against: GroupMember) -> None:
    assert member.evidence in REPLACEABLE
    assert not member.file.protected
    if member.evidence is Evidence.SAME_BYTES:
        return
    assert against.facts.decodes_in_full is not False
    assert against.facts.has_gps >= member.facts.has_gps
    assert (against.facts.taken is not None) >= (member.facts.taken is not None)
    assert set(against.facts.extras) >= set(member.facts.extras)


@given(any_world(), st.data())
@settings(max_examples=150)
def test_all_is_settled_and_only_proved_photos_go(drawn: AnyWorld, data: st.DataObject) -> None:
    verdicts = st.sampled_from([ProofVerdict.CONTAINED, *ProofVerdict])
    shown: dict[tuple[int, int], Proof] = {}
    with Catalog.open(None) as catalog:
        matches = built(catalog, *drawn).matches()
        groups = matches.groups(THRESHOLD)
        while wanted := wanted_by(groups):
            assert shown.keys().isdisjoint(wanted)
            # What is asked for may be answered in any portions.
            some = wanted[: data.draw(st.integers(1, len(wanted)))]
            proofs = {pair: Proof(data.draw(verdicts)) for pair in some}
            shown |= proofs
            matches.add_proofs(proofs)
            groups = matches.groups(THRESHOLD)
        catalog.set_proofs(shown)
    failures = Counter(
        goes for (goes, _), proof in shown.items() if proof.verdict is not ProofVerdict.CONTAINED
    )
    assert max(failures.values(), default=0) <= MOST_PROOFS
    for group in groups:
        content_at = {member.file.path: member.content_id for member in group.members}
        assert group.members[0].keep
        for member in group.members:
            assert member.reason.code is not ReasonCode.BEING_CHECKED
            if not member.keep:
                assert member.against is not None
                assert_may_go(
                    member, next(m for m in group.members if m.file.path == member.against)
                )
                if member.evidence is RE_ENCODED:
                    pair = member.content_id, content_at[member.against]
                    assert shown[pair].verdict is ProofVerdict.CONTAINED


def assert_against_is_the_strongest_match_with_a_copy_that_stays(
    candidates: list[Candidate], graph: MatchGraph, members: list[GroupMember]
) -> None:
    """By comparing each with each."""
    if any(member.reason.code is ReasonCode.BEING_CHECKED for member in members):
        return  # on the way: the group is made once more
    candidate_of = {one.file.path: one for one in candidates}
    staying = [candidate_of[member.file.path] for member in members if member.keep]
    for member in members[1:]:
        mine = candidate_of[member.file.path]
        possible = [
            match
            for other in staying
            if other is not mine
            and (match := graph.between(other.content_id, mine.content_id))
            and (member.keep or not propose(other, mine, match.evidence, match.proof)[0])
        ]
        strongest = min(match.strength for match in possible)
        assert (member.evidence, member.distance_bits) in {
            (match.evidence, match.distance_bits)
            for match in possible
            if match.strength == strongest
        }


def test_every_turn_has_an_inverse_that_the_groups_use(world: World) -> None:
    """Both ends of a turned pair, each held against the other, turn to and fro."""
    for turn in Orientation:
        assert inverse(inverse(turn)) is turn
    a, b = world.photo("/a.jpg"), world.photo("/b.jpg")
    world.pair(a, b, RE_ENCODED, 2, Orientation.ROTATE_90)
    contents = world.catalog.facts()
    edges = list(world.matches()._edge_maker.at(np.array([0])))
    graph = MatchGraph(contents, {a: 0, b: 1}, edges)
    there, back = graph.between(a, b), graph.between(b, a)
    assert there is not None
    assert back is not None
    assert there.orientation is Orientation.ROTATE_90
    assert back.orientation is Orientation.ROTATE_270
