"""Numbers, sizes and times read well; a notation may write them another way."""

import pytest

from dupefinder.text import figures
from dupefinder.text.counts import copies_text, listed, photos_text
from dupefinder.text.figures import Notation, bytes_text, month_text, path_text, use_notation
from dupefinder.text.scans import duration_text, phase_text


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (3_141_593, "3.1 MB"),
        (2 * 10**9, "2.0 GB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_sizes(size_bytes: int, shown: str) -> None:
    assert bytes_text(size_bytes) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3599, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_lengths_of_time(seconds: float, shown: str) -> None:
    assert duration_text(seconds) == shown


def test_moments() -> None:
    noon_ns = 1_777_982_400 * 10**9
    assert month_text(noon_ns) == "2026-05"
    assert figures.moment_text(noon_ns).startswith("2026-05-05 ")
    assert figures.moment_text(10**9 << 63) == month_text(10**9 << 63) == "-"


def test_counts() -> None:
    assert photos_text(1) == "1 photo"
    assert photos_text(0) == "0 photos"
    assert copies_text(12345) == "12,345 copies"


def test_things_are_listed() -> None:
    assert listed([]) == ""
    assert listed(["a date"]) == "a date"
    assert listed(["a date", "a camera", "text"]) == "a date, a camera and text"


class Points(Notation):
    """Numbers as German writes them."""

    def __init__(self) -> None:
        super().__init__(",", ".", "Byte")

    def path(self, path: str) -> str:
        return f"<{path}>"


def test_another_notation_is_used_until_it_is_replaced() -> None:
    before = use_notation(Points())
    try:
        assert photos_text(1204) == "1.204 photos"
        assert bytes_text(3_141_593) == "3,1 MB"
        assert bytes_text(7) == "7 Byte"
        assert path_text("a") == "<a>"
    finally:
        assert isinstance(use_notation(before), Points)
    assert photos_text(1204) == "1,204 photos"


@pytest.mark.parametrize("phase", ["scan", "decode", "match", "confirm", "measure", "prove"])
def test_the_phases_of_a_scan_have_words(phase: str) -> None:
    assert phase_text(phase) != phase
    assert phase_text("unheard-of") == "unheard-of"
