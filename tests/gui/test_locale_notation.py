"""Figures as the window writes them."""

import pytest

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.gui.locale_notation import LocaleNotation
from dupefinder.text.skips import skip_text


def test_a_moment_of_any_file_is_told() -> None:
    notation = LocaleNotation()
    for time_ns in (-300_000_000 * 10**9, 0, 13_569_465_600 * 10**9):
        assert any(one.isdigit() for one in notation.moment(time_ns))
    for time_ns in (-(10**9 << 63), 10**9 << 63):
        assert notation.moment(time_ns) == "–"


@pytest.mark.parametrize(
    ("size_bytes", "shown"), [(999, "999 bytes"), (88_400, "88 kB"), (47_100_000, "47.1 MB")]
)
def test_small_sizes_are_rounded(size_bytes: int, shown: str) -> None:
    assert LocaleNotation().size(size_bytes) == shown


def test_a_path_within_a_text_can_mislead_nobody() -> None:
    skipped = Skipped("/p/1.jpg", SkipCode.HAS_COMPANIONS, "/q/1\n.xmp")
    assert skip_text(skipped).endswith("(/q/1\N{REPLACEMENT CHARACTER}.xmp).")
