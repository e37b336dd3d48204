"""The rest that an action left undone is known afterwards, however it ended."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.checks.full_decode import close_decoder
from dupefinder.actions.records import ActionKind, Outcome, Plan, SkipCode, Skipped
from dupefinder.core.job import JobContext
from dupefinder.services.removal import RemovalSession
from dupefinder.services.unfinished import UnfinishedFile, left_undone
from tests.actions.removals import twins

TOTAL = 5


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[RemovalSession]:
    with RemovalSession(
        tmp_path / "data" / "journal.sqlite", tmp_path / "decisions.sqlite"
    ) as session:
        yield session
    close_decoder()


@pytest.fixture
def plan(tmp_path: Path, no_text: str) -> Plan:
    names = [f"{number}.jpg" for number in range(TOTAL - 1)] + [f"4-{no_text}.jpg"]
    return Plan(tuple(twins(tmp_path, name, name.encode("utf-8", "replace")) for name in names))


def later(session: RemovalSession, tmp_path: Path) -> RemovalSession:
    session.close()
    return RemovalSession(tmp_path / "data" / "journal.sqlite", tmp_path / "decisions.sqlite")


def test_completed_actions_are_not_reported_as_unfinished(
    session: RemovalSession, plan: Plan, tmp_path: Path
) -> None:
    session.carry_out(plan, JobContext(), is_of_marks=True)
    with later(session, tmp_path) as again:
        assert again.settle_earlier().unfinished is None


@pytest.mark.parametrize("is_of_marks", [True, False])
def test_a_stopped_action_is_reported_until_it_is_dismissed(
    session: RemovalSession, plan: Plan, tmp_path: Path, is_of_marks: bool
) -> None:
    context = JobContext()
    context.cancel()
    outcome = session.carry_out(plan, context, is_of_marks=is_of_marks)
    assert outcome.cancelled
    for _ in range(2):
        with later(session, tmp_path) as again:
            left = again.settle_earlier().unfinished
            assert left is not None
            assert (left.done, left.photos, left.is_of_marks) == (0, TOTAL, is_of_marks)
            assert left.rest == tuple(step.victim.path for step in plan.steps)
            session = again
    with later(session, tmp_path) as again:
        again.forget_unfinished()
        assert again.settle_earlier().unfinished is None


def test_an_interrupted_action_is_recognised_by_the_journal(
    session: RemovalSession, plan: Plan, tmp_path: Path
) -> None:
    """After a kill the file is there, and the journal has a part of the steps."""
    begun = UnfinishedFile(tmp_path / "data" / "journal.sqlite")
    kind = ActionKind.SET_ASIDE
    begun.begin(replace(plan, kind=kind), 0, is_of_marks=True)
    part = Plan((*plan.steps[:1], replace(plan.steps[1], victim=plan.steps[0].victim)), kind=kind)
    outcome = session.carry_out(part, JobContext())
    with later(session, tmp_path) as again:
        left = again.settle_earlier().unfinished
    assert left is not None
    assert (left.action_id, left.kind) == (outcome.action_id, kind)
    assert (left.done, left.photos) == (1, TOTAL)
    assert left.rest == tuple(step.victim.path for step in plan.steps[1:])


def test_an_action_of_before_is_another(
    session: RemovalSession, plan: Plan, tmp_path: Path
) -> None:
    session.carry_out(Plan(plan.steps[:2]), JobContext())
    begun = UnfinishedFile(tmp_path / "data" / "journal.sqlite")
    begun.begin(Plan(plan.steps[2:]), 1 << 62, is_of_marks=True)
    with later(session, tmp_path) as again:
        left = again.settle_earlier().unfinished
    assert left is not None
    assert (left.action_id, left.done) == (None, 0)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b'{"kind": "x"}', b"\xff", b"null"),
        b"[" * 100_000,
        b'{"kind": "trash", "photos": [], "since_ns": Infinity, "target": null}',
    ],
    ids=lambda content: str(content[:40]),
)
def test_a_file_that_is_not_understood_tells_nothing(
    session: RemovalSession, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "unfinished-action.json").write_bytes(content)
    assert session.settle_earlier().unfinished is None


def test_only_photos_left_by_the_stop_count_as_undone(plan: Plan) -> None:
    first, second, *_ = (step.victim.path for step in plan.steps)
    skipped = Skipped(first, SkipCode.CANCELLED), Skipped(second, SkipCode.CHANGED)
    left = left_undone(plan, Outcome(1, (), 0, skipped, cancelled=True), is_of_marks=True)
    assert left is not None
    assert first in left.rest
    assert second not in left.rest
