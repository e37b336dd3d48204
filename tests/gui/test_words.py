import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.records import ProblemCode, Reason, ReasonCode
from dupefinder.gui.words import hindrance_text, moment_text, phase_text, reason_text


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Words are translated by an application."""


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_its_words(code: ReasonCode) -> None:
    assert reason_text(Reason(code))
    assert "{" not in reason_text(Reason(code, ("date",)))


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
