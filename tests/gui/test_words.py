import pytest
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.held_parts import PartKind
from dupefinder.core.records import ProblemCode, Reason, ReasonCode
from dupefinder.gui.words import (
    hindrance_text,
    holding_text,
    reason_text,
    skip_text,
)
from dupefinder.text.figures import moment_text
from dupefinder.text.progress import phase_text


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Words are translated by an application."""


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_its_words(code: ReasonCode) -> None:
    assert reason_text(Reason(code))
    assert "{" not in reason_text(Reason(code, ("date",)))


@pytest.mark.parametrize(
    "code", [*(kind.code for kind in PartKind), *(kind.value for kind in CompanionKind)]
)
def test_everything_that_a_photo_may_hold_has_its_words(code: str) -> None:
    assert holding_text(code) != code
    # True of a copy that has something of the kind, only another one.
    lacks = Reason(ReasonCode.KEEPER_LACKS_METADATA, (code,))
    assert reason_text(lacks) == f"stays: the other copy lacks {holding_text(code)}"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/p/1.xmp", "1.xmp"),
        ("/p/CaptureOne/Settings/1.jpg.cos", "CaptureOne/Settings/1.jpg.cos"),
        ("/q/1\n.xmp", "/q/1\N{REPLACEMENT CHARACTER}.xmp"),
    ],
)
def test_a_file_that_belongs_to_a_photo_is_named_from_there(path: str, named: str) -> None:
    skipped = Skipped("/p/1.jpg", SkipCode.HAS_COMPANIONS, path)
    assert skip_text(skipped) == f"Another file belongs to it: {named}"


def test_what_could_not_be_compared_says_why() -> None:
    reason = Reason(ReasonCode.NOT_PROVEN, (ProblemCode.TOO_LARGE.value,))
    assert reason_text(reason) == "stays: could not be compared in full (too large)"
    assert reason_text(Reason(ReasonCode.NOT_PROVEN)) == "stays: could not be compared in full"


def test_every_hindrance_has_its_words() -> None:
    texts = {hindrance_text(code.value) for code in ProblemCode}
    assert len(texts) == len(ProblemCode)
    assert not texts & {code.value for code in ProblemCode if "-" in code.value}
    assert hindrance_text("unheard-of") == "unheard-of"


@pytest.mark.parametrize("phase", ["scan", "decode", "match", "confirm", "measure", "prove"])
def test_the_phases_of_a_scan_have_words(phase: str) -> None:
    assert phase_text(phase) != phase


def test_a_moment_of_any_file_is_told() -> None:
    for time_ns in (-300_000_000 * 10**9, 0, 13_569_465_600 * 10**9):
        assert any(one.isdigit() for one in moment_text(time_ns))
    for time_ns in (-(10**9 << 63), 10**9 << 63):
        assert moment_text(time_ns) == "–"
