import os
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core.exposures import is_other_exposure
from dupefinder.core.file_parts import PartKind, packed
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, ProblemCode, Proof, ProofVerdict, Reason, ReasonCode
from dupefinder.core.rules import (
    REPLACEABLE,
    _in_order,
    has_copy_name,
    lack_of_proof,
    order_candidates,
    propose,
)
from dupefinder.core.rules.candidate import Belonging, Candidate, FileBeside, metadata_of
from tests.core.rules.candidates import (
    CAMERA,
    FACTS,
    LOSSLESS,
    any_candidates,
    candidate,
    facts_with,
)

RE_ENCODED = Evidence.RE_ENCODED
OFTEN = settings(max_examples=100)
"""For laws of what is proposed: more than what the others are tried with."""
PROVED = Proof(ProofVerdict.CONTAINED)
FILM = FileBeside("live-photo", "/q/1.mov", 4_000)


def resized(facts: PhotoFacts, width_px: int, height_px: int) -> PhotoFacts:
    return replace(facts, width_px=width_px, height_px=height_px)


# Within one look, each rule against all that come after it.
RULES: list[tuple[ReasonCode, Candidate, Candidate]] = [
    (
        ReasonCode.WHOLE,
        candidate(),
        candidate(facts=facts_with(decodes_in_full=False), protected=True),
    ),
    (ReasonCode.PROTECTED, candidate(protected=True), candidate()),
    (ReasonCode.PROTECTED, candidate(protected=True, folder_rank=1), candidate()),
    (
        ReasonCode.EARLIER_FOLDER,
        candidate(),
        candidate(facts=resized(FACTS, 8000, 6000), folder_rank=1),
    ),
    (
        ReasonCode.MORE_DETAIL,
        candidate(),
        candidate(facts=resized(FACTS, 2000, 1500)),
    ),
    (
        ReasonCode.MORE_DETAIL,
        candidate(facts=resized(FACTS, 2000, 1500)),
        candidate(detail_px=1000 * 750),
    ),
    (
        ReasonCode.LESS_LOSSY,
        candidate(),
        candidate(facts=facts_with(quality=70), size_bytes=1_500_000),
    ),
    (ReasonCode.LESS_LOSSY, candidate(facts=LOSSLESS), candidate()),
    (
        ReasonCode.LESS_LOSSY,
        candidate(facts=replace(LOSSLESS, bits_per_channel=16)),
        candidate(facts=LOSSLESS),
    ),
    (
        ReasonCode.LESS_LOSSY,
        candidate(facts=replace(LOSSLESS, has_alpha=True)),
        candidate(facts=LOSSLESS),
    ),
    (
        ReasonCode.ORIGINAL_FORMAT,
        candidate(pixel_digest=b"p" * 32),
        candidate(facts=LOSSLESS, pixel_digest=b"p" * 32, size_bytes=9_000_000),
    ),
    (ReasonCode.MORE_METADATA, candidate(facts=facts_with(has_gps=True)), candidate()),
    (ReasonCode.MORE_METADATA, candidate(facts=facts_with(has_caption=True)), candidate()),
    (ReasonCode.MORE_METADATA, candidate(facts=facts_with(word_digests=("a",))), candidate()),
    (ReasonCode.MORE_METADATA, candidate(facts=facts_with(rating=3)), candidate()),
    (
        ReasonCode.MORE_METADATA,
        candidate(facts=facts_with(parts=packed([(PartKind.LENS, "lens", b"50 mm")]))),
        candidate(),
    ),
    (ReasonCode.MORE_METADATA, candidate(facts=facts_with(extras=("video",))), candidate()),
    (
        ReasonCode.MORE_METADATA,
        candidate(facts=facts_with(taken="2020-01-01T00:00:00")),
        candidate(),
    ),
    (ReasonCode.MORE_COMPANIONS, candidate(belonging=Belonging((FILM,))), candidate()),
    (
        ReasonCode.MORE_COMPANIONS,
        candidate(belonging=Belonging((FILM,) * 3)),
        candidate(belonging=Belonging((FILM,) * 2)),
    ),
    (
        ReasonCode.OLDER,
        candidate(facts=facts_with(taken="2011-01-01T00:00:00")),
        candidate(facts=facts_with(taken="2012-01-01T00:00:00")),
    ),
    (
        ReasonCode.PLAIN_NAME,
        candidate(os.path.normpath("/p/a/photo.jpg")),
        candidate(os.path.normpath("/p/photo (1).jpg")),
    ),
    (
        ReasonCode.PLAIN_NAME,
        candidate(os.path.normpath("/p/album/deep/photo.jpg"), mtime_ns=9),
        candidate(os.path.normpath("/p/Laptop-Sicherung 2016/photo.jpg"), mtime_ns=1),
    ),
    (
        ReasonCode.PLAIN_NAME,
        candidate(os.path.normpath("/backup/album/photo.jpg")),
        candidate(os.path.normpath("/backup/album (Kopie)/photo.jpg")),
    ),
    (ReasonCode.OLDER, candidate(mtime_ns=1), candidate(mtime_ns=2)),
    (ReasonCode.LARGER_FILE, candidate(size_bytes=3_000_001), candidate()),
    (ReasonCode.SHORTER_PATH, candidate("/p/photo.jpg"), candidate("/p/a/photo.jpg")),
    (ReasonCode.SHORTER_PATH, candidate("/p/photo.jpg"), candidate("/p/photo2.jpg")),
    (ReasonCode.SHORTER_PATH, candidate("/p/a.jpg"), candidate("/p/b.jpg")),
]


@pytest.mark.parametrize(("code", "better", "worse"), RULES)
def test_each_rule_tells_the_keeper(code: ReasonCode, better: Candidate, worse: Candidate) -> None:
    for listed in ([better, worse], [worse, better]):
        ordered, reason = order_candidates(listed)
        assert ordered == [better, worse]
        assert reason == Reason(code)


def spoilt(one: Candidate, below: ReasonCode) -> Candidate:
    """The same copy, but worst by every rule that comes after one."""
    order = list(ReasonCode)
    rank = order.index(below)
    facts, file = one.facts, one.file
    if rank < order.index(ReasonCode.OLDER):
        file = replace(file, mtime_ns=10**9)
    if rank < order.index(ReasonCode.LARGER_FILE) and below is not ReasonCode.LESS_LOSSY:
        file = replace(file, size_bytes=file.size_bytes - 1)
    if rank < order.index(ReasonCode.PLAIN_NAME):
        file = replace(file, path="/p/deep/er/photo - Copy.jpg")
    if rank < order.index(ReasonCode.MORE_DETAIL):
        facts = replace(facts, quality=30)
    return replace(one, facts=facts, file=file)


@pytest.mark.parametrize(("code", "better", "worse"), RULES)
def test_an_earlier_rule_outweighs_all_later_ones(
    code: ReasonCode, better: Candidate, worse: Candidate
) -> None:
    ordered, reason = order_candidates([worse, spoilt(better, code)])
    assert ordered[1] == worse
    assert reason == Reason(code)


def test_sizes_that_differ_by_rounding_are_equal() -> None:
    facts = replace(FACTS, taken="2012-01-01T00:00:00")
    one = candidate(facts=resized(facts, 1000, 667))
    other = candidate(facts=resized(replace(facts, taken="2011-01-01T00:00:00"), 1000, 666))
    ordered, reason = order_candidates([one, other])
    assert ordered[0] == other
    assert reason.code is ReasonCode.OLDER


def test_one_copy_alone_is_the_keeper() -> None:
    only = candidate()
    assert order_candidates([only])[0] == [only]


# Looks


def edit(path: str = "/p/edit.jpg", facts: PhotoFacts = FACTS, **changed: Any) -> Candidate:
    return candidate(path, facts, **{"look": 1, **changed})


def test_of_copies_alike_in_all_else_the_one_with_a_row_more_is_kept() -> None:
    whole = candidate("/p/2011 (copy)/photo.jpg", mtime_ns=9)
    facts = whole.facts
    trimmed = candidate(facts=resized(FACTS, facts.width_px, facts.height_px - 1))
    for candidates in ((whole, trimmed), (trimmed, whole)):
        ordered, reason = order_candidates(candidates)
        assert (ordered[0], reason.code) == (whole, ReasonCode.MORE_DETAIL)


@pytest.mark.parametrize(
    ("original", "edited", "code"),
    [
        (candidate(facts=CAMERA, mtime_ns=9), edit(), ReasonCode.FROM_CAMERA),
        (candidate(mtime_ns=9), edit(facts=resized(FACTS, 3600, 2700)), ReasonCode.MORE_DETAIL),
        (candidate(mtime_ns=1), edit(mtime_ns=2), ReasonCode.OLDER),
        (candidate(mtime_ns=9), edit("/p/photo-edited.jpg", mtime_ns=2), ReasonCode.PLAIN_NAME),
        (candidate(), edit("/p/e/photo.jpg"), ReasonCode.SHORTER_PATH),
        (candidate(mtime_ns=9, protected=True), edit(facts=CAMERA), ReasonCode.PROTECTED),
        (
            candidate(mtime_ns=9),
            edit(facts=facts_with(decodes_in_full=False), protected=True),
            ReasonCode.WHOLE,
        ),
    ],
)
def test_an_edit_never_beats_an_original_that_can_be_told(
    original: Candidate, edited: Candidate, code: ReasonCode
) -> None:
    for listed in ([original, edited], [edited, original]):
        ordered, reason = order_candidates(listed)
        assert ordered == [original, edited]
        assert reason == Reason(code)


def test_a_better_encoded_edit_does_not_beat_the_original() -> None:
    original = candidate(facts=replace(CAMERA, quality=60), mtime_ns=9)
    edited = edit(facts=facts_with(quality=100, has_gps=True, has_caption=True, rating=5))
    assert order_candidates([edited, original])[0] == [original, edited]


def test_looks_stay_together_and_the_one_with_more_copies_goes_first() -> None:
    first = edit("/p/1.jpg", mtime_ns=1)
    copies = [candidate("/p/2.jpg", mtime_ns=2), candidate("/p/3.jpg", mtime_ns=3)]
    ordered, reason = order_candidates([copies[1], first, copies[0]])
    assert ordered == [*copies, first]
    assert reason == Reason(ReasonCode.OLDER)  # what tells it from the next, of its own look


def test_two_copies_in_greys_do_not_beat_the_photo_in_colour() -> None:
    colour = candidate("/p/photo.jpg", mtime_ns=9)
    greys = [edit(f"/p/{number}.jpg", facts=facts_with(mode="L")) for number in (1, 2)]
    ordered, reason = order_candidates([*greys, colour])
    assert ordered == [colour, *greys]
    assert reason == Reason(ReasonCode.IN_COLOUR)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "photo - Copy.jpg", "photo copy 2.jpg", "Copy of photo.jpg", "photo (1).jpg", "photo~2.jpg",
        "IMG-20150102-WA0003.jpg", "Kopie von Foto.jpg", "foto_copia.jpg", "фото копия.jpg",
        "写真 コピー.jpg", "照片 副本.png", "IMG_1234_edited.jpg", "COPY.JPG",
    ],
)  # fmt: skip
def test_names_of_copies(name: str) -> None:
    assert has_copy_name("/copy/of/" + name)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg", "copyright.jpg", "Photocopying.jpg", "2011-02-03 (Rome).jpg", "WA0003x.jpg",
        "hawaii.jpg", "~backup.jpg", "P1000006.JPG", "(1", ".jpg", "undecodable\udcff.jpg",
    ],
)  # fmt: skip
def test_names_of_originals(name: str) -> None:
    assert not has_copy_name("/photos (1)/copy/" + name)


# Proposals


def test_a_copy_that_the_keeper_replaces_is_proposed() -> None:
    for evidence in REPLACEABLE:
        proposal = propose(candidate(), candidate("/q.jpg"), evidence, PROVED)
        assert proposal == (False, Reason(ReasonCode.KEEPER_HAS_ALL))


def moment(taken: str, *ids: str) -> Candidate:
    return candidate(facts=replace(CAMERA, taken=taken, exposure_ids=ids))


NOON = "2011-02-03T12:00:00"

OTHER_EXPOSURES = [
    (moment(NOON), moment("2011-02-03T12:00:01")),
    (moment(NOON + ".1"), moment(NOON + ".2")),
    (moment(NOON, "image-number:1"), moment(NOON, "image-number:2")),
    (moment(NOON, "image-id:1"), moment(NOON, "image-id:2")),
    (moment(NOON, "burst:1"), moment(NOON, "burst:2")),
    (moment(NOON, "exposure-time:0.01"), moment(NOON, "exposure-time:0.02")),
]


@pytest.mark.parametrize(("keeper", "other"), OTHER_EXPOSURES)
def test_another_exposure_stays_unless_its_pixels_are_the_same(
    keeper: Candidate, other: Candidate
) -> None:
    stays = True, Reason(ReasonCode.OTHER_EXPOSURE)
    assert propose(keeper, other, RE_ENCODED, PROVED) == stays
    assert propose(other, keeper, RE_ENCODED, PROVED) == stays
    goes = False, Reason(ReasonCode.KEEPER_HAS_ALL)
    assert propose(keeper, other, Evidence.SAME_PIXELS) == goes
    assert propose(keeper, other, Evidence.SAME_BYTES) == goes


def test_a_copy_that_tells_less_of_its_exposure_is_proposed() -> None:
    keeper = moment(NOON + ".1", "burst:1", "exposure-time:0.01")
    for other in (moment(NOON), moment(NOON, "burst:1"), moment(NOON, "exposure-time:0.0101")):
        assert propose(keeper, other, RE_ENCODED, PROVED)[0] is False


@OFTEN
@given(any_candidates())
def test_a_file_in_a_temporary_place_is_no_keeper_beside_a_lasting_one(
    candidates: list[Candidate],
) -> None:
    ordered, _ = order_candidates(candidates)
    assert ordered[0].lasts is any(one.lasts for one in candidates)


def test_a_snapshot_is_protected_and_yet_no_keeper() -> None:
    lasting = candidate("/p/copy (1).jpg", size_bytes=1, mtime_ns=9)
    snapshot = candidate("/s/photo.jpg", protected=True, lasts=False)
    ordered, reason = order_candidates([snapshot, lasting])
    assert (ordered, reason) == ([lasting, snapshot], Reason(ReasonCode.LASTS))


@OFTEN
@given(any_candidates(), st.sampled_from([*sorted(Evidence), None]))
def test_nothing_goes_for_what_does_not_last(
    candidates: list[Candidate], evidence: Evidence | None
) -> None:
    for keeper, other in pairwise(candidates):
        if not keeper.lasts:
            assert propose(keeper, other, evidence, PROVED)[0]


REFUSALS: list[tuple[Candidate, Candidate, Evidence | None, Reason]] = [
    (
        candidate(),
        candidate(protected=True),
        Evidence.SAME_BYTES,
        Reason(ReasonCode.IS_PROTECTED),
    ),
    (
        candidate(lasts=False),
        candidate(),
        Evidence.SAME_BYTES,
        Reason(ReasonCode.KEEPER_DOES_NOT_LAST),
    ),
    *(
        (candidate(), candidate(), evidence, Reason(ReasonCode.LOOKS_DIFFERENT))
        for evidence in (*sorted(set(Evidence) - REPLACEABLE), None)
    ),
    (
        candidate(facts=facts_with(decodes_in_full=False)),
        candidate(),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_IS_DAMAGED),
    ),
    (
        candidate(facts=resized(FACTS, 2000, 1500)),
        candidate(),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_DETAIL),
    ),
    (
        candidate(detail_px=10_000),
        candidate(facts=resized(FACTS, 2000, 1500)),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_DETAIL),
    ),
    (
        candidate(facts=facts_with(quality=60), size_bytes=1_000_000, protected=True),
        candidate(facts=facts_with(quality=95), size_bytes=4_000_000),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_DETAIL),
    ),
    (
        candidate(facts=LOSSLESS),
        candidate(facts=replace(LOSSLESS, bits_per_channel=16)),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_DETAIL),
    ),
    (
        candidate(),
        candidate(facts=replace(LOSSLESS, has_alpha=True, is_lossless=False, quality=90)),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("transparency",)),
    ),
    (
        candidate(),
        candidate(facts=facts_with(has_gps=True, rating=4)),
        Evidence.SAME_PIXELS,
        Reason(ReasonCode.KEEPER_LACKS_METADATA, ("gps", "rating")),
    ),
    (
        candidate(facts=facts_with(has_caption=True, word_digests=("a", "b"))),
        candidate(facts=facts_with(has_caption=True, word_digests=("a", "c"))),
        Evidence.SAME_PIXELS,
        Reason(ReasonCode.KEEPER_LACKS_METADATA, ("words",)),
    ),
    (
        candidate(),
        candidate(facts=facts_with(has_caption=True, word_digests=("a",))),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_METADATA, ("caption",)),
    ),
    (
        candidate(),
        candidate(facts=facts_with(extras=("video",), extras_digest=b"v" * 32)),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("video",)),
    ),
    (
        candidate(facts=facts_with(extras=("depth", "video"), extras_digest=b"w" * 32)),
        candidate(facts=facts_with(extras=("video",), extras_digest=b"v" * 32)),
        RE_ENCODED,
        Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("video",)),
    ),
]


@pytest.mark.parametrize(("keeper", "other", "evidence", "reason"), REFUSALS)
def test_a_copy_that_the_keeper_does_not_replace_stays(
    keeper: Candidate, other: Candidate, evidence: Evidence | None, reason: Reason
) -> None:
    assert propose(keeper, other, evidence, PROVED) == (True, reason)


NOTED = Belonging(attributes=packed([(PartKind.NOTE, "tags", b"beach")]))
NOTED_MORE = Belonging(
    attributes=packed((PartKind.NOTE, "tags", tag) for tag in (b"beach", b"family"))
)


@pytest.mark.parametrize("evidence", [Evidence.SAME_BYTES, Evidence.SAME_PIXELS])
def test_a_file_with_notes_of_its_own_stays(evidence: Evidence) -> None:
    keeper, other = candidate("/a", belonging=NOTED), candidate("/b", belonging=NOTED_MORE)
    assert propose(keeper, other, evidence) == (
        True,
        Reason(ReasonCode.KEEPER_LACKS_METADATA, ("tags",)),
    )
    assert propose(other, keeper, evidence) == (False, Reason(ReasonCode.KEEPER_HAS_ALL))
    assert order_candidates([keeper, other])[0][0] is other


@pytest.mark.parametrize("evidence", [Evidence.SAME_BYTES, Evidence.SAME_PIXELS, RE_ENCODED])
def test_a_copy_stays_with_a_file_that_has_no_equal_beside_the_keeper(evidence: Evidence) -> None:
    keeper, other = candidate("/a"), candidate("/b", belonging=Belonging((FILM,)))
    lacks = Reason(ReasonCode.KEEPER_LACKS_COMPANIONS, ("live-photo",))
    assert propose(keeper, other, evidence, PROVED) == (True, lacks)
    assert propose(other, keeper, evidence, PROVED) == (False, Reason(ReasonCode.KEEPER_HAS_ALL))


def test_a_film_in_the_file_is_named_with_what_else_is_lacking() -> None:
    moving = facts_with(extras=("video",), extras_digest=b"v" * 32, has_caption=True)
    kept, reason = propose(candidate(), candidate(facts=moving), Evidence.SAME_PIXELS)
    assert kept
    assert reason == Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("caption", "video"))


def test_a_keeper_that_has_more_replaces() -> None:
    full = replace(CAMERA, has_gps=True, extras=("video",), extras_digest=b"v" * 32, has_alpha=True)
    less = facts_with(taken="2011-02-03T04:05:06")
    assert propose(candidate(facts=full), candidate(facts=less), RE_ENCODED, PROVED)[0] is False
    assert propose(candidate(facts=full), candidate(facts=full), RE_ENCODED, PROVED)[0] is False
    smaller_but_finer = resized(facts_with(quality=99), 1000, 750)
    assert propose(candidate(), candidate(facts=smaller_but_finer), RE_ENCODED, PROVED)[0] is False


# Proofs


def test_a_re_encoding_goes_only_once_it_is_proved() -> None:
    keeper, other = candidate(), candidate("/q.jpg")
    being_checked = True, Reason(ReasonCode.BEING_CHECKED)
    assert propose(keeper, other, RE_ENCODED) == being_checked
    for verdict in set(ProofVerdict) - {ProofVerdict.CONTAINED}:
        refused = True, Reason(ReasonCode.NOT_PROVEN)
        assert propose(keeper, other, RE_ENCODED, Proof(verdict)) == refused
    assert propose(keeper, other, RE_ENCODED, PROVED)[0] is False


def test_a_proof_that_could_not_be_made_says_why() -> None:
    too_large = Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.TOO_LARGE)
    refused = Reason(ReasonCode.NOT_PROVEN, (ProblemCode.TOO_LARGE.value,))
    assert lack_of_proof(too_large) == refused
    assert propose(candidate(), candidate("/q.jpg"), RE_ENCODED, too_large) == (True, refused)


@pytest.mark.parametrize("evidence", [Evidence.SAME_BYTES, Evidence.SAME_PIXELS])
def test_equal_bytes_and_pixels_need_no_comparison(evidence: Evidence) -> None:
    assert propose(candidate(), candidate("/q.jpg"), evidence)[0] is False


def test_no_comparison_is_asked_for_a_copy_that_stays_for_another_reason() -> None:
    """Its pixels need not be looked at: what it shows is more, or it is another exposure."""
    for keeper, other, evidence, reason in REFUSALS:
        if evidence is RE_ENCODED and reason.code not in _SAID_AFTER_THE_PROOF:
            assert propose(keeper, other, evidence) == (True, reason)


_SAID_AFTER_THE_PROOF = {ReasonCode.KEEPER_LACKS_METADATA, ReasonCode.KEEPER_LACKS_EXTRAS}


# Laws


@given(any_candidates(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_listing(candidates: list[Candidate], random: Any) -> None:
    ordered, reason = order_candidates(candidates)
    assert sorted(ordered, key=id) == sorted(candidates, key=id)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert order_candidates(shuffled) == (ordered, reason)


@OFTEN
@given(any_candidates())
def test_the_keeper_is_whole_and_protected_where_one_is(candidates: list[Candidate]) -> None:
    def rank(one: Candidate) -> tuple[bool, ...]:
        return not one.lasts, one.facts.decodes_in_full is False, not one.file.protected

    keeper = order_candidates(candidates)[0][0]
    assert rank(keeper) == min(map(rank, candidates))


@OFTEN
@given(
    any_candidates(),
    any_candidates(),
    st.sampled_from([*Evidence, None]),
    st.sampled_from([PROVED, PROVED, None, *map(Proof, ProofVerdict)]),
)
def test_only_what_the_keeper_replaces_is_ever_proposed(
    keepers: list[Candidate],
    others: list[Candidate],
    evidence: Evidence | None,
    proof: Proof | None,
) -> None:
    keeper, other = keepers[0], others[0]
    keep, reason = propose(keeper, other, evidence, proof)
    assert keep is (reason.code is not ReasonCode.KEEPER_HAS_ALL)
    if keep:
        return
    assert evidence in REPLACEABLE
    assert not other.file.protected
    if evidence is Evidence.SAME_BYTES:
        return
    assert keeper.facts.decodes_in_full is not False
    assert keeper.detail_px * 1.02 >= other.detail_px
    assert metadata_of(keeper.facts) >= metadata_of(other.facts)
    assert set(keeper.facts.extras) >= set(other.facts.extras)
    assert keeper.facts.has_alpha or not other.facts.has_alpha
    if evidence is RE_ENCODED:
        assert proof == PROVED
        assert not is_other_exposure(keeper.facts, other.facts)
        assert keeper.facts.bits_per_channel >= other.facts.bits_per_channel


_CODES = (ReasonCode.WHOLE, ReasonCode.OLDER, ReasonCode.LARGER_FILE)


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=8))
def test_a_rule_orders_what_is_equal_by_those_before_it(rows: list[tuple[int, ...]]) -> None:
    rules = [(code, itemgetter(place)) for place, code in enumerate(_CODES)]
    ordered, code = _in_order(rows, rules)
    assert ordered == sorted(rows)
    pairs = zip(*ordered[:2], strict=True) if len(rows) > 1 else ()
    telling = (one for one, (first, second) in zip(_CODES, pairs, strict=False) if first != second)
    assert code == next(telling, None)


def test_a_rule_that_makes_no_difference_is_not_asked() -> None:
    def refuse(_: int) -> int:
        raise AssertionError("the first rule tells all of them apart")

    rules = [(ReasonCode.OLDER, lambda one: -one), (ReasonCode.LARGER_FILE, refuse)]
    assert _in_order([1, 3, 2], rules) == ([3, 2, 1], ReasonCode.OLDER)
