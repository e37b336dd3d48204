"""One progress for a scan: it never falls back, and counts only work to be done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.job import JobContext, Progress
from dupefinder.services.scan_progress import ScanProgress


def sample(phase: str, done: int, total: int | None, rate: float = 0.0, known: int = 0) -> Progress:
    left = None if total is None else total - done
    seconds = None if left is None or not rate else left / rate
    return Progress(phase, done, total, rate, seconds, 0, known)


def test_while_photos_are_looked_for_nothing_is_known() -> None:
    assert ScanProgress().completed(sample("scan", 500, None, 900.0)).share is None


def test_reading_is_not_all_there_is_to_do() -> None:
    whole = ScanProgress().completed(sample("decode", 50, 100, 10.0))
    assert whole.share is not None
    assert 0.1 < whole.share < 0.5
    assert whole.seconds_left is not None
    assert 10 < whole.seconds_left < 40


def test_many_smaller_copies_take_longer_after_they_were_read() -> None:
    def left_s(waiting: int) -> float:
        progress = ScanProgress()
        progress.completed(sample("decode", 40, 100, 10.0))
        progress.note_waiting(waiting)
        left = progress.completed(sample("decode", 50, 100, 10.0)).seconds_left
        assert left is not None
        return left

    assert left_s(0) < left_s(20) < left_s(40)
    # 40 photos read, 20 pairs to be compared: of 100 photos 50 pairs, at 0.7 s each.
    assert left_s(20) - left_s(10) == pytest.approx(17.5)


def test_known_photos_promise_no_work() -> None:
    whole = ScanProgress().completed(sample("decode", 9_950, 10_000, 10.0, known=9_900))
    alone = ScanProgress().completed(sample("decode", 50, 100, 10.0))
    assert whole.share == alone.share
    assert whole.seconds_left == alone.seconds_left


def test_before_the_first_photo_is_read_no_time_is_named() -> None:
    whole = ScanProgress().completed(sample("decode", 9_900, 10_000, known=9_900))
    assert (whole.share, whole.seconds_left) == (0.0, None)


def test_measured_rates_of_later_phases_replace_the_estimate() -> None:
    progress = ScanProgress()
    progress.completed(sample("decode", 100, 100, 10.0))
    assert progress.completed(sample("prove", 1, 61, 1.0)).seconds_left == pytest.approx(
        60, rel=0.1
    )


def test_grouping_before_the_proofs_is_not_the_end() -> None:
    progress = ScanProgress()
    progress.completed(sample("decode", 100, 100, 10.0))
    grouped = progress.completed(sample("group", 0, None))
    assert grouped.share is not None
    assert grouped.share < 0.5
    assert grouped.seconds_left == pytest.approx(15)
    progress.completed(sample("prove", 60, 60, 1.0))
    grouped = progress.completed(sample("group", 0, None))
    assert (grouped.share, grouped.seconds_left) == (0.99, 0.0)


SAMPLES = st.lists(
    st.tuples(
        st.sampled_from(["scan", "decode", "match", "confirm", "measure", "prove", "group"]),
        st.integers(0, 50),
        st.integers(0, 50),
        st.integers(0, 50),
        st.floats(0.01, 1e4),
    ),
    max_size=30,
)


@given(samples=SAMPLES)
def test_it_never_falls_back_whatever_phases_tell(
    samples: list[tuple[str, int, int, int, float]],
) -> None:
    progress, before = ScanProgress(), 0.0
    for phase, known, worked, left, rate in samples:
        done = known + worked
        told = sample(phase, done, done + left, rate if worked else 0.0, known)
        whole = progress.completed(told)
        if whole.share is not None:
            assert before <= whole.share < 1.0
            before = whole.share
        if whole.seconds_left is not None:
            assert whole.seconds_left >= 0


def test_a_listener_gets_the_completed_samples() -> None:
    told: list[Progress] = []
    context = JobContext(ScanProgress().listener(told.append))
    context.start_phase("decode", 2)
    context.advance(2, known=True)
    context.finish_phase()
    assert told[-1].share is not None
    assert (told[-1].known, told[-1].rate_per_s) == (2, 0.0)
