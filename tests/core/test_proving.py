import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.errors import Cancelled
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.match_graph import MOST_PROOFS
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.proof import bands, full_picture
from dupefinder.core.proof import pair as pair_module
from dupefinder.core.proof.files import PairProver, ProofProcess, ScannedPhoto
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proving import (
    PROVING_PHASE,
    prove_groups,
    prove_pairs,
)
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Link,
    Orientation,
    Problem,
    ProblemCode,
    Proof,
    ProofVerdict,
    Reason,
    ReasonCode,
)
from tests.core.pictures import camera_exif, encode, jpeg, laid, orientation_exif, textured
from tests.core.waiting import wanted_by

RE_ENCODED = Evidence.RE_ENCODED
APART = ProofVerdict.OTHER_PICTURE
CONTAINED = ProofVerdict.CONTAINED
DIFFERS = ProofVerdict.DIFFERS
THRESHOLD = 10
SHOWN = textured(160, 120, seed=1)
UNPLACED = (0, 0, (np.nan,) * 6)
"""The last fields of a pair of whole pictures that lie edge to edge."""

BOX = (96, 40, 127, 63)
"""Left, top, right and bottom of a mark, inclusive."""


def marked(box: Sequence[int] = BOX, shown: Image.Image = SHOWN) -> Image.Image:
    """The photo with something laid over it."""
    copy = shown.copy()
    ImageDraw.Draw(copy).rectangle(tuple(box), "white", "black", 2)
    return copy


@dataclass
class Bench:
    """A folder, its contents in a catalog, judged pairs, and what was compared and decoded.

    `answer` stands in for the comparison: of the names of the photo that goes and that stays.
    """

    folder: Path
    catalog: Catalog
    compared: list[tuple[str, str]] = field(default_factory=list)
    decoded: list[str] = field(default_factory=list)
    answer: Callable[[str, str], Proof] | None = None
    names: dict[bytes, str] = field(default_factory=dict)
    files: list[FoundFile] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        name: str,
        content: bytes,
        looks_like: str | None = None,
        *,
        protected: bool = False,
        **changed: Any,
    ) -> int:
        """Add a file; those that look like one name have equal thumbnails."""
        decoded = decode_bytes(content, name, DecodeLimits())
        photo = replace(decoded, facts=replace(decoded.facts, **changed))
        (fingerprints,) = fingerprints_of([photo])
        number = int.from_bytes((looks_like or name).encode().ljust(8)[:8], "big")
        fingerprints[PICTURE_KIND] = np.array([[number]], np.uint64)
        (content_id,) = self.catalog.add_contents(
            [(photo, len(content), fingerprints)], FINGERPRINT_VERSION
        )
        self.names[content] = name
        self.write(name, content, content_id, protected=protected)
        return content_id

    def write(self, name: str, content: bytes, content_id: int, *, protected: bool = False) -> None:
        """Write one more file of a content."""
        path = self.folder / name
        path.write_bytes(content)
        status = path.stat()
        self.files.append(
            FoundFile(str(path), "v", name, status.st_size, 1, 1, len(self.files), protected)
        )
        self.ids.append(content_id)

    def pair(
        self,
        a: int,
        b: int,
        evidence: Evidence = RE_ENCODED,
        distance: int = 2,
        likeness: float = 1.0,
    ) -> None:
        a, b = min(a, b), max(a, b)
        code = EVIDENCE_CODES[evidence]
        self.rows.append((a, b, distance, Orientation.IDENTITY, 1, code, 3, likeness, *UNPLACED))

    def matches(self) -> Matches:
        return Matches(
            self.files,
            np.array(self.ids, np.int64),
            find_equal_thumbnails(self.catalog),
            np.array(sorted(self.rows), PAIR_DTYPE),
            self.catalog,
        )

    def prove(
        self,
        matches: Matches | None = None,
        context: JobContext | None = None,
        threads: int = 1,
        on_groups: Callable[[Sequence[Group]], None] | None = None,
    ) -> list[Group]:
        """Settle the groups; `compared` and `decoded` are of this call alone."""
        self.compared.clear()
        self.decoded.clear()
        return prove_groups(
            matches or self.matches(),
            THRESHOLD,
            self.catalog,
            context or JobContext(),
            threads,
            DecodeLimits(),
            on_groups,
        )

    def members(self) -> dict[str, GroupMember]:
        """The members of the only group by name."""
        (group,) = self.prove()
        return by_name(group)


def by_name(group: Group) -> dict[str, GroupMember]:
    return {Path(member.file.path).name: member for member in group.members}


def gone(groups: Sequence[Group]) -> set[str]:
    """Names of all that is proposed for removal."""
    return {
        name
        for group in groups
        for name, member in by_name(group).items()
        if not member.keep
    }  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Catalog.open(None) as catalog:
        made = Bench(tmp_path, catalog)
        decode, prove_pair = full_picture.decode_full, pair_module.prove_pair
        name_of: dict[int, tuple[FullPicture, str]] = {}

        def watched_decode(data: bytes, *rest: Any, **options: Any) -> FullPicture:
            made.decoded.append(made.names[data])
            picture = decode(data, *rest, **options)
            name_of[id(picture)] = picture, made.names[data]
            return picture

        def watched(goes: FullPicture, stays: FullPicture) -> tuple[Proof, Proof | None]:
            names = name_of[id(goes)][1], name_of[id(stays)][1]
            made.compared.append(names)
            if made.answer is not None:
                return made.answer(*names), None
            return prove_pair(goes, stays)

        monkeypatch.setattr(full_picture, "decode_full", watched_decode)
        monkeypatch.setattr(pair_module, "prove_pair", watched)
        yield made


def original_and_copy(bench: Bench, copy: bytes | None = None) -> tuple[int, int]:
    original = bench.add("original.jpg", jpeg(SHOWN, quality=95, exif=camera_exif()))
    other = bench.add("copy.jpg", copy or jpeg(SHOWN, quality=70))
    bench.pair(original, other)
    return original, other


# Few comparisons


def test_nothing_to_prove(bench: Bench) -> None:
    assert bench.prove() == []
    bench.add("a.jpg", jpeg(SHOWN))
    assert bench.prove() == []
    assert bench.decoded == []


def test_a_copy_goes_once_it_is_proved(bench: Bench) -> None:
    original_and_copy(bench)
    (before,) = bench.matches().groups(THRESHOLD)
    copy = by_name(before)["copy.jpg"]
    assert (copy.keep, copy.reason) == (True, Reason(ReasonCode.BEING_CHECKED))
    assert copy.against == str(bench.folder / "original.jpg")
    copy = bench.members()["copy.jpg"]
    assert (copy.keep, copy.reason) == (False, Reason(ReasonCode.KEEPER_HAS_ALL))
    assert (copy.evidence, copy.differences) == (RE_ENCODED, ())
    assert bench.compared == [("copy.jpg", "original.jpg")]


def test_only_what_a_proposal_hangs_on_is_compared(bench: Bench) -> None:
    """And what is called re-encoded or edited; bytes, pixels and other shapes are not."""
    picture = jpeg(SHOWN, quality=95)
    original = bench.add("a.jpg", picture, "x")
    bench.write("a again.jpg", picture, original)
    bench.add("b.jpg", jpeg(SHOWN, quality=80), "x")
    bench.add("half.jpg", jpeg(SHOWN.resize((80, 60))), "x")
    bench.add("protected.jpg", jpeg(SHOWN, quality=98), "x", protected=True)
    bench.add("protected too.jpg", jpeg(SHOWN, quality=60), "x", protected=True)
    bench.add("squeezed.jpg", jpeg(SHOWN.resize((120, 120))), "x")
    bench.pair(original, bench.add("edit.jpg", jpeg(marked())), Evidence.EDITED)
    groups = bench.prove()
    assert gone(groups) == {"a.jpg", "a again.jpg", "b.jpg", "half.jpg"}
    assert sorted(bench.compared) == [
        (name, "protected.jpg")
        for name in ("a.jpg", "b.jpg", "edit.jpg", "half.jpg", "protected too.jpg")
    ]


def test_of_many_copies_each_is_compared_once_with_what_stays_for_it(bench: Bench) -> None:
    ids = [bench.add("0.jpg", jpeg(SHOWN, quality=95))]
    for quality in range(40, 75):
        ids.append(bench.add(f"{quality}.jpg", jpeg(SHOWN, quality=quality)))
        bench.pair(ids[0], ids[-1])
    groups = bench.prove(threads=2)
    assert len(gone(groups)) == 35
    assert sorted(bench.compared) == [(f"{quality}.jpg", "0.jpg") for quality in range(40, 75)]
    # What stays is read and decoded a few times for all of them.
    assert bench.decoded.count("0.jpg") == 2
    assert all(bench.decoded.count(f"{quality}.jpg") == 1 for quality in range(40, 75))


def test_an_edit_is_compared_while_what_it_is_held_against_is_decoded(bench: Bench) -> None:
    original, _ = original_and_copy(bench)
    bench.pair(original, bench.add("edit.jpg", jpeg(marked())), Evidence.EDITED)
    groups = bench.prove()
    assert bench.compared == [("copy.jpg", "original.jpg"), ("edit.jpg", "original.jpg")]
    assert bench.decoded.count("original.jpg") == 1
    (group,) = groups
    assert_marked(by_name(group)["edit.jpg"].differences, 1)


def test_foreseen_proofs_that_are_not_asked_change_no_group(bench: Bench) -> None:
    """The groups are those of a program that foresees nothing."""
    original, _ = original_and_copy(bench)
    edit = bench.add("edit.jpg", jpeg(marked()))
    bench.pair(original, edit, Evidence.EDITED)
    matches = bench.matches()
    groups = matches.groups(THRESHOLD)
    wanted, foreseen = matches.wanted_proofs(groups), matches.foreseen_proofs(groups)
    assert foreseen == [(edit, original)]
    prove_pairs(wanted, matches, bench.catalog, JobContext(), 1, DecodeLimits(), foreseen)
    assert (edit, original) in bench.catalog.proofs({original, edit})
    alone = bench.matches()
    alone.add_proofs({pair: bench.catalog.proofs({*pair})[pair] for pair in wanted})
    assert matches.groups(THRESHOLD) == alone.groups(THRESHOLD)
    bench.compared.clear()
    bench.prove(matches)
    assert bench.compared == []


def test_proved_pairs_are_never_compared_again(bench: Bench) -> None:
    original, copy = original_and_copy(bench)
    other = bench.add("marked.jpg", jpeg(marked(), quality=70))
    bench.pair(original, other)
    first = bench.prove()
    assert len(bench.compared) == 2
    assert bench.catalog.proofs({original, copy, other}).keys() == {
        (copy, original), (other, original),
    }  # fmt: skip
    assert bench.prove() == first
    assert (bench.compared, bench.decoded) == ([], [])


def test_the_groups_are_told_while_they_are_checked(bench: Bench) -> None:
    original_and_copy(bench)
    told: list[Sequence[Group]] = []
    settled = bench.prove(on_groups=told.append)
    assert len(told) == 1
    assert wanted_by(told[0])
    assert gone(told[0]) == set()
    assert wanted_by(settled) == []
    told.clear()
    bench.prove(on_groups=told.append)
    assert told == []


def test_progress_counts_comparisons(bench: Bench) -> None:
    original, _ = original_and_copy(bench)
    bench.pair(original, bench.add("low.jpg", jpeg(SHOWN, quality=50)))
    told: list[Progress] = []
    bench.prove(context=JobContext(told.append))
    last = [one for one in told if one.phase == PROVING_PHASE][-1]
    assert (last.done, last.total) == (2, 2)


# What is not proved


def test_a_differing_copy_is_an_edit_with_its_places(bench: Bench) -> None:
    original_and_copy(bench, jpeg(marked(), quality=70))
    copy = bench.members()["copy.jpg"]
    assert (copy.keep, copy.evidence) == (True, Evidence.EDITED)
    assert copy.reason == Reason(ReasonCode.LOOKS_DIFFERENT)
    assert_marked(copy.differences, 1)


def assert_marked(differences: Sequence[DifferenceBox], times: float) -> None:
    """One box, no farther from the mark than two blocks."""
    (box,) = differences
    near_px = 17 * times
    left, top, right, bottom = (side * times for side in (BOX[0], BOX[1], BOX[2] + 1, BOX[3] + 1))
    ends = (box.x_px, box.y_px, box.x_px + box.width_px, box.y_px + box.height_px)
    assert left - near_px <= ends[0] <= left + 1
    assert top - near_px <= ends[1] <= top + 1
    assert right - 1 <= ends[2] <= right + near_px
    assert bottom - 1 <= ends[3] <= bottom + near_px


def test_differences_are_in_pixels_of_the_photo_that_they_are_told_of(bench: Bench) -> None:
    """A small copy of a large photo that was marked; then they are seen from the large one."""
    shown = textured(480, 360, seed=1)
    large = bench.add("large.jpg", jpeg(shown, quality=95))
    small = bench.add("small.jpg", jpeg(marked(shown=shown.resize((160, 120)))))
    bench.pair(large, small)
    matches = bench.matches()
    (group,) = bench.prove(matches)
    member = by_name(group)["small.jpg"]
    assert member.evidence is Evidence.EDITED
    assert_marked(member.differences, 1)
    graph = matches.graph_among([large, small])
    there, back = graph.between(large, small), graph.between(small, large)
    assert there is not None
    assert back is not None
    assert there.differences == member.differences
    assert back.evidence is Evidence.EDITED
    assert_marked(back.differences, 3)


def test_a_copy_that_lies_turned_in_its_file_differs_where_it_is_seen(bench: Bench) -> None:
    original_and_copy(bench, jpeg(laid(marked(), 6), quality=70, exif=orientation_exif(6)))
    assert_marked(bench.members()["copy.jpg"].differences, 1)


def test_a_look_alike_leaves_the_group(bench: Bench) -> None:
    original, _ = original_and_copy(bench)
    bench.pair(original, bench.add("other.jpg", jpeg(textured(160, 120, seed=2), quality=70)))
    matches = bench.matches()
    (group,) = bench.prove(matches)
    assert by_name(group).keys() == {"original.jpg", "copy.jpg"}
    links = matches.links(THRESHOLD)
    one, two = (str(bench.folder / name) for name in ("original.jpg", "other.jpg"))
    assert links == [Link(one, two, Evidence.LOOK_ALIKE, 2)]
    assert bench.prove() == [group]
    assert bench.compared == []
    again = bench.matches()
    bench.prove(again)
    assert again.links(THRESHOLD) == links


def test_a_look_alike_of_the_only_copy_leaves_no_group(bench: Bench) -> None:
    original_and_copy(bench, jpeg(textured(160, 120, seed=2), quality=70))
    matches = bench.matches()
    assert bench.prove(matches) == []
    assert [link.evidence for link in matches.links(THRESHOLD)] == [Evidence.LOOK_ALIKE]
    assert bench.prove() == []


def test_equal_small_pictures_of_two_photos_are_parted(bench: Bench) -> None:
    bench.add("a.jpg", jpeg(SHOWN, quality=95), "x")
    bench.add("b.jpg", jpeg(textured(160, 120, seed=2), quality=70), "x")
    copy = bench.add("c.jpg", jpeg(SHOWN, quality=60), "x")
    bench.write("c again.jpg", b"", copy)
    (group,) = bench.prove()
    assert by_name(group).keys() == {"a.jpg", "c.jpg", "c again.jpg"}
    assert bench.prove() == [group]
    assert bench.compared == []


# Another copy that stays


def test_of_an_edit_saved_twice_one_stands_for_the_other(bench: Bench) -> None:
    """The first copy does not hold it, the next does."""
    original = bench.add("original.jpg", jpeg(SHOWN, quality=95, exif=camera_exif()))
    edit = bench.add("edit.jpg", jpeg(marked(), quality=90))
    again = bench.add("again.jpg", jpeg(marked(), quality=70))
    for one, other in ((original, edit), (original, again), (edit, again)):
        bench.pair(one, other)
    members = bench.members()
    assert {name for name, one in members.items() if one.keep} == {"original.jpg", "edit.jpg"}
    assert members["edit.jpg"].evidence is Evidence.EDITED
    assert members["again.jpg"].against == str(bench.folder / "edit.jpg")
    assert members["again.jpg"].evidence is RE_ENCODED
    assert sorted(bench.compared) == [
        ("again.jpg", "edit.jpg"), ("again.jpg", "original.jpg"), ("edit.jpg", "original.jpg"),
    ]  # fmt: skip


def test_a_photo_is_held_against_few_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    count = MOST_PROOFS + 3
    for number in range(count):
        bench.add(f"{number:02}.png", encode(marked((number, 0, number + 9, 9)), "PNG"), "x")
    bench.answer = lambda *_: Proof(DIFFERS)
    groups = bench.prove()
    assert gone(groups) == set()
    asked = Counter(goes for goes, _ in bench.compared)
    assert max(asked.values()) == MOST_PROOFS
    assert len(set(bench.compared)) == len(bench.compared)
    assert wanted_by(groups) == []
    # Nor is any of them called re-encoded, the pairs that were not compared among them.
    assert {one.evidence for group in groups for one in group.members} == {None, Evidence.EDITED}


@pytest.mark.parametrize("evidence", [RE_ENCODED, Evidence.EDITED])
def test_in_a_series_a_photo_is_compared_with_those_that_it_resembles_most(
    bench: Bench, evidence: Evidence
) -> None:
    """A copy of one frame is found among all of them, without comparing each with each."""
    count = 20
    names = [f"{number:02}" for number in range(count)]
    frames = [
        bench.add(f"{name}.png", encode(marked((number, 0, number + 9, 9)), "PNG"))
        for number, name in enumerate(names)
    ]
    small = SHOWN.resize((SHOWN.width // 2, SHOWN.height // 2))
    copies = {7: bench.add("07-copy.jpg", jpeg(small)), 12: bench.add("12-copy.jpg", jpeg(SHOWN))}
    everything = [*enumerate(frames), *copies.items()]
    for one, (frame, content_id) in enumerate(everything):
        for other_frame, other_id in everything[:one]:
            alike = 0.99 if frame == other_frame else 0.9
            bench.pair(content_id, other_id, evidence, likeness=alike)
    bench.answer = lambda goes, stays: Proof(CONTAINED if goes[:2] == stays[:2] else APART)
    groups = bench.prove()
    found = [set(by_name(group)) for group in groups]
    assert sorted(map(sorted, found)) == [["07-copy.jpg", "07.png"], ["12-copy.jpg", "12.png"]]
    assert gone(groups) == {"07-copy.jpg", "12-copy.jpg"}
    assert len(bench.compared) <= 3 * len(everything)


def test_copies_beside_another_moment_stay_one_group(bench: Bench) -> None:
    """Not every pair of them is compared, and none of them is taken for another picture."""
    names = ["a0.png", "a1.png", "a2.png", "a3.png", "a4.png", "b0.png", "b1.png"]
    ids = [
        bench.add(name, encode(marked((number, 0, number + 9, 9)), "PNG"))
        for number, name in enumerate(names)
    ]
    for one, name in enumerate(names):
        for other in range(one):
            likeness = 0.97 if name[0] == names[other][0] else 0.9
            bench.pair(ids[one], ids[other], likeness=likeness)
    bench.answer = lambda goes, stays: Proof(CONTAINED if goes[0] == stays[0] else APART)
    found = sorted(sorted(by_name(group)) for group in bench.prove())
    assert found == [names[:5], names[5:]]


def torn(sound: bytes) -> bytes:
    """A JPEG of which one byte was changed, so that much of it decodes to something else."""
    for place in range(len(sound) // 3, len(sound)):
        broken = bytearray(sound)
        broken[place] ^= 0x10
        decoded = decode_bytes(bytes(broken), "a.jpg", DecodeLimits())
        with Image.open(io.BytesIO(broken)) as picture, Image.open(io.BytesIO(sound)) as other:
            gaps = np.abs(np.asarray(picture).astype(int) - np.asarray(other))
        if decoded.facts.decodes_in_full and (gaps > 8).mean() > 0.2:
            return bytes(broken)
    raise AssertionError("no byte does")


def test_a_damaged_copy_is_named_and_never_the_better(bench: Bench) -> None:
    """It decodes without a word; that it is the older one does not help it."""
    sound = jpeg(textured(480, 360, seed=1), quality=88)
    broken = torn(sound)
    ids = [bench.add("a.jpg", broken), bench.add("b.jpg", sound)]
    bench.pair(ids[0], ids[1], Evidence.EDITED)
    context = JobContext()
    (group,) = bench.prove(context=context)
    members = by_name(group)
    assert members["b.jpg"].is_keeper
    assert members["a.jpg"].keep
    damaged = [Problem(str(bench.folder / "a.jpg"), ProblemCode.PARTLY_DAMAGED)]
    assert context.problems == damaged
    # It is remembered, and not found out again.
    again = JobContext()
    (group,) = bench.prove(context=again)
    assert by_name(group)["b.jpg"].is_keeper
    assert again.problems == []
    assert bench.compared == []
    facts = bench.catalog.facts(ids)
    assert [facts[one].facts.decodes_in_full for one in ids] == [False, True]


# Files


def test_a_file_that_changed_since_the_scan_stays(bench: Bench) -> None:
    original, copy = original_and_copy(bench)
    path = bench.folder / "copy.jpg"
    data = path.read_bytes()
    changed = data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    path.write_bytes(changed)
    member = bench.members()["copy.jpg"]
    assert member.keep
    code = ProblemCode.CHANGED_WHILE_READ.value
    assert member.reason == Reason(ReasonCode.NOT_PROVEN, (code,))
    assert bench.catalog.proofs({original, copy}) == {}
    path.write_bytes(data)
    assert not bench.members()["copy.jpg"].keep


@pytest.mark.parametrize("name", ["original.jpg", "copy.jpg"])
def test_a_file_that_vanished_since_the_scan_proves_nothing(bench: Bench, name: str) -> None:
    original, copy = original_and_copy(bench)
    data = (bench.folder / name).read_bytes()
    (bench.folder / name).unlink()
    member = bench.members()["copy.jpg"]
    assert member.keep
    assert member.reason == Reason(ReasonCode.NOT_PROVEN, (ProblemCode.VANISHED.value,))
    assert bench.catalog.proofs({original, copy}) == {}
    (bench.folder / name).write_bytes(data)
    assert not bench.members()["copy.jpg"].keep


def test_another_file_of_the_same_content_is_read_instead(bench: Bench) -> None:
    original, _ = original_and_copy(bench)
    bench.write("again.jpg", (bench.folder / "original.jpg").read_bytes(), original)
    (bench.folder / "original.jpg").write_bytes(b"something else")
    (group,) = bench.prove()
    assert gone([group]) >= {"copy.jpg"}


def test_content_is_read_from_where_it_still_is(tmp_path: Path, bench: Bench) -> None:
    original, _ = original_and_copy(bench)
    content = bench.catalog.facts()[original]
    paths = [str(tmp_path / name) for name in ("none.jpg", "copy.jpg", "original.jpg")]
    limits = DecodeLimits()
    data = (tmp_path / "original.jpg").read_bytes()
    assert ScannedPhoto(paths, content.digest, content.facts).read(limits) == data
    for some, code in (
        (paths[:1], ProblemCode.VANISHED),
        (paths[:2], ProblemCode.CHANGED_WHILE_READ),
        ([], ProblemCode.VANISHED),
    ):
        with pytest.raises(DecodeFailed) as failed:
            ScannedPhoto(some, content.digest, content.facts).read(limits)
        assert failed.value.code is code


@pytest.mark.skipif(os.name == "nt", reason="no links without rights")
def test_a_folder_in_the_place_of_a_file_proves_nothing(bench: Bench) -> None:
    original_and_copy(bench)
    (bench.folder / "copy.jpg").unlink()
    (bench.folder / "copy.jpg").mkdir()
    member = bench.members()["copy.jpg"]
    assert (member.keep, member.reason.code) == (True, ReasonCode.NOT_PROVEN)


def test_photos_that_are_too_large_stay_and_say_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copy = original_and_copy(bench)
    for module in (full_picture, bands):
        monkeypatch.setattr(module, "MOST_PX", 160 * 120 - 1)
    member = bench.members()["copy.jpg"]
    too_large = ProblemCode.TOO_LARGE
    assert member.keep
    assert member.reason == Reason(ReasonCode.NOT_PROVEN, (too_large.value,))
    # Another time the limits may be others; to ask again costs nothing.
    assert bench.catalog.proofs({original, copy}) == {}
    bench.prove()
    assert bench.decoded == []


def test_no_memory_for_one_pair_lets_the_others_be_compared(bench: Bench) -> None:
    original, copy = original_and_copy(bench)
    low = bench.add("low.jpg", jpeg(SHOWN, quality=50))
    bench.pair(original, low)

    def short(goes: str, _: str) -> Proof:
        if goes == "copy.jpg":
            raise MemoryError
        return Proof(CONTAINED)

    bench.answer = short
    (group,) = bench.prove()
    members = by_name(group)
    code = ProblemCode.OUT_OF_MEMORY.value
    assert members["copy.jpg"].reason == Reason(ReasonCode.NOT_PROVEN, (code,))
    assert gone([group]) == {"low.jpg"}
    assert bench.catalog.proofs({original, copy, low}) == {(low, original): Proof(CONTAINED)}


def test_profiles_that_differ_are_converted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bool] = []
    decode = full_picture.decode_full

    def watched(*arguments: Any, keep_profile: bool, **others: Any) -> FullPicture:
        kept.append(keep_profile)
        return decode(*arguments, keep_profile=keep_profile, **others)

    monkeypatch.setattr(full_picture, "decode_full", watched)
    original, _ = original_and_copy(bench)
    other = bench.add("other.jpg", jpeg(SHOWN, quality=60), icc_digest=b"i" * 32)
    bench.pair(original, other)
    bench.prove()
    # Only the photo that would stay is converted, to the colours of the other.
    assert sorted(kept) == [False, True, True, True]


@pytest.mark.parametrize("profiled", ["goes", "stays"])
def test_a_file_is_read_once_whichever_way_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profiled: str
) -> None:
    reads: list[str] = []
    read = ScannedPhoto.read

    def watched(photo: ScannedPhoto, limits: DecodeLimits) -> bytes:
        reads.append(Path(photo.paths[0]).name)
        return read(photo, limits)

    photos = {}
    for name, content in (("goes", jpeg(marked())), ("stays", jpeg(SHOWN))):
        (tmp_path / name).write_bytes(content)
        decoded = decode_bytes(content, name, DecodeLimits())
        facts = replace(decoded.facts, icc_digest=b"i" * 32 if name == profiled else None)
        photos[name] = ScannedPhoto([str(tmp_path / name)], decoded.digest, facts)
    monkeypatch.setattr(ScannedPhoto, "read", watched)
    found = PairProver(DecodeLimits()).prove(photos["goes"], photos["stays"])
    assert found.proof.verdict is DIFFERS
    assert sorted(reads) == ["goes", "stays"]


# Cancelling


@pytest.mark.parametrize("threads", [1, 2])
def test_proofs_made_before_a_cancel_are_kept(bench: Bench, threads: int) -> None:
    original = bench.add("original.jpg", jpeg(SHOWN, quality=95))
    ids = [original]
    for quality in range(40, 60):
        ids.append(bench.add(f"{quality}.jpg", jpeg(SHOWN, quality=quality)))
        bench.pair(original, ids[-1])
    context = JobContext()

    def cancelling(*_: str) -> Proof:
        if len(bench.compared) == 5:
            context.cancel()
        return Proof(CONTAINED)

    bench.answer = cancelling
    with pytest.raises(Cancelled):
        bench.prove(context=context, threads=threads)
    compared = len(bench.compared)
    assert 5 <= compared <= 5 + threads
    assert len(bench.catalog.proofs(ids)) == compared
    # The next scan goes on from there.
    bench.prove()
    assert len(bench.compared) == 20 - compared


def test_a_cancelled_job_compares_nothing(bench: Bench) -> None:
    original_and_copy(bench)
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        bench.prove(context=context)
    assert bench.decoded == []


# Asking


def test_a_pair_is_asked_for_once(bench: Bench) -> None:
    """However many files hold the two contents."""
    original, copy = original_and_copy(bench)
    bench.write("copy again.jpg", (bench.folder / "copy.jpg").read_bytes(), copy)
    groups = bench.matches().groups(THRESHOLD)
    assert wanted_by(groups) == [(copy, original)]
    assert wanted_by([]) == []


def test_pairs_can_be_compared_by_themselves(bench: Bench) -> None:
    original, copy = original_and_copy(bench)
    matches = bench.matches()
    wanted = [(copy, original), (original, copy)]
    context = JobContext()
    prove_pairs(wanted, matches, bench.catalog, context, 2, DecodeLimits())
    assert bench.catalog.proofs({original, copy}).keys() == set(wanted)
    assert gone(matches.groups(THRESHOLD)) == {"copy.jpg"}


def test_two_copies_of_a_photo_that_was_parted_from_its_twins_are_still_one(bench: Bench) -> None:
    bench.add("a.jpg", jpeg(SHOWN, quality=95), "x")
    parted = textured(160, 120, seed=2)
    b = bench.add("b.jpg", jpeg(parted, quality=70), "x")
    bench.write("b again.jpg", jpeg(parted, quality=70), b)
    bench.add("c.jpg", jpeg(parted, quality=60), "x")
    (group,) = bench.prove()
    assert by_name(group).keys() == {"b.jpg", "b again.jpg", "c.jpg"}
    assert gone([group]) == {"b again.jpg", "c.jpg"}


def test_processes_prove_the_same_as_threads(tmp_path: Path) -> None:
    prover, process = PairProver(DecodeLimits()), ProofProcess(DecodeLimits())
    shown = {"one.jpg": SHOWN, "again.png": SHOWN, "marked.jpg": marked()}
    photos = []
    for name, image in shown.items():
        path = tmp_path / name
        image.save(path, quality=90)
        content = decode_bytes(path.read_bytes(), str(path), DecodeLimits())
        photos.append(ScannedPhoto([str(path)], content.digest, content.facts))
    gone = replace(photos[0], paths=[str(tmp_path / "nowhere.jpg")])
    with process:
        for goes, stays in [*pairwise(photos), (gone, photos[1])]:
            assert process.prove(goes, stays) == prover.prove(goes, stays)
        verdicts = [process.prove(one, photos[1]).proof.verdict for one in photos[::2]]
    assert verdicts == [CONTAINED, DIFFERS]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_holds_no_picture_between_two_parts(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    Image.new("RGB", (4000, 3000), (90, 120, 60)).save(path)
    content = decode_bytes(path.read_bytes(), str(path), DecodeLimits())
    photo = ScannedPhoto([str(path)], content.digest, content.facts)

    def resident_bytes() -> int:
        pages = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    with ProofProcess(DecodeLimits()) as process:
        process.forget()  # it does not run yet, and need not be started for that
        assert process.pid is None
        assert process.prove(photo, photo).proof.verdict is CONTAINED
        held_bytes = resident_bytes()
        process.forget()
        assert resident_bytes() < held_bytes - 4000 * 3000 * 2


def test_a_pair_that_kills_its_process_is_undecided(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    SHOWN.save(path)
    content = decode_bytes(path.read_bytes(), str(path), DecodeLimits())
    photo = ScannedPhoto([str(path)], content.digest, content.facts)
    with ProofProcess(DecodeLimits()) as process:
        assert process.prove(photo, photo).proof.verdict is CONTAINED
        assert process.pid is not None
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has one end
        # The next one is proved by another process.
        assert process.prove(photo, photo).proof.verdict in (CONTAINED, ProofVerdict.UNDECIDED)
        assert process.prove(photo, photo).proof.verdict is CONTAINED
