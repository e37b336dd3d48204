from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Reason, ReasonCode
from dupefinder.core.rules import order_candidates, quality
from dupefinder.core.rules.candidate import Candidate
from dupefinder.core.rules.quality import estimated_quality, true_quality
from tests.core.rules.candidates import (
    CAMERA,
    FACTS,
    LOSSLESS,
    any_candidates,
    candidate,
    facts_with,
)


def test_a_jpeg_saved_again_at_a_higher_quality_gains_nothing() -> None:
    original = candidate(facts=facts_with(quality=75), size_bytes=1_000_000, mtime_ns=9)
    again = candidate("/p/again.jpg", facts_with(quality=95), size_bytes=1_700_000)
    honest = replace(again, file=replace(again.file, size_bytes=2_500_000))
    assert true_quality(again, [original, again]) < 75
    assert true_quality(honest, [original, honest]) == 95
    assert order_candidates([again, original])[0][0] == original
    assert order_candidates([honest, original])[0][0] == honest


def test_a_copy_with_words_was_not_made_from_one_without() -> None:
    """Of another format sizes alone would say that; then the words would keep both."""
    phone = candidate(facts=facts_with(format="HEIF", quality=None), size_bytes=1_000_000)
    plain = candidate("/p/a.jpg", facts_with(quality=95), size_bytes=1_300_000, mtime_ns=9)
    named = replace(plain, facts=replace(plain.facts, word_digests=("w" * 32,)))
    assert order_candidates([plain, phone])[0] == [phone, plain]
    assert order_candidates([phone, named])[0] == [named, phone]


def test_an_original_is_not_taken_for_a_copy_of_its_coarser_copy() -> None:
    """Between qualities this near, sizes do not tell which was made from which."""
    original = candidate(facts=facts_with(quality=73), size_bytes=347_000)
    coarser = candidate("/p/c.jpg", facts_with(quality=50), size_bytes=289_000, mtime_ns=1)
    assert order_candidates([coarser, original])[0] == [original, coarser]


def test_a_lossless_copy_of_a_cameras_own_file_is_no_better() -> None:
    shot = candidate(facts=replace(CAMERA, quality=80), mtime_ns=9)
    export = candidate("/p/export.tif", replace(LOSSLESS, format="TIFF"), size_bytes=36_000_000)
    assert true_quality(export, [shot, export]) == 80
    assert order_candidates([export, shot])[0] == [shot, export]


def test_more_bits_of_a_copy_of_a_lossy_file_are_no_gain() -> None:
    shot = candidate(facts=replace(CAMERA, quality=80), mtime_ns=9)
    deep = candidate("/p/deep.tif", replace(LOSSLESS, bits_per_channel=16))
    assert order_candidates([deep, shot])[0][0] == shot


@pytest.mark.parametrize(
    ("facts", "size_bytes", "expected"),
    [
        (LOSSLESS, 1, 100),
        (facts_with(quality=1), 1, 1),
        (facts_with(quality=None), 750_000, 50),
        (facts_with(quality=None), 1_500_000, 72),
        (facts_with(quality=None), 0, 10),
        (facts_with(quality=None), 10**12, 99),
        (replace(CAMERA, format="HEIF", quality=None), 750_000, 95),
    ],
)
def test_any_encoding_is_placed_on_the_scale(
    facts: PhotoFacts, size_bytes: int, expected: int
) -> None:
    assert estimated_quality(facts, size_bytes) == expected


@given(any_candidates())
def test_the_short_list_of_sources_gives_the_same_quality(candidates: list[Candidate]) -> None:
    sources = quality.possible_sources(candidates)
    for one in candidates:
        assert true_quality(one, sources) == true_quality(one, candidates)
        assert 1 <= true_quality(one, candidates) <= 100


def test_five_thousand_copies_are_ordered_without_comparing_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0
    plain: Callable[[PhotoFacts, int], int] = quality.estimated_quality

    def counted(facts: PhotoFacts, size_bytes: int) -> int:
        nonlocal asked
        asked += 1
        return plain(facts, size_bytes)

    monkeypatch.setattr(quality, "estimated_quality", counted)
    for facts in (FACTS, LOSSLESS):
        copies = [
            candidate(f"/p/{number:04}.png", facts, content_id=number, size_bytes=9_000 + number)
            for number in range(5_000)
        ]
        asked = 0
        ordered, reason = order_candidates(copies)
        assert ordered[0] == copies[-1]
        assert reason == Reason(ReasonCode.LARGER_FILE)
        assert asked < 20 * len(copies)
