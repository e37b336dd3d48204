"""A plan that is only told names just the photos that its action would leave."""

from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.action_limits import beyond_way, foretold
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, Plan, SkipCode, Skipped, Step
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add
from tests.actions.removals import step as step_of

WAYS = [kind for kind in ActionKind if kind not in (ActionKind.COPY, ActionKind.SIDECAR)]


@pytest.fixture
def one(tmp_path: Path) -> Step:
    """Two files that are not equal, of which only the one that goes has a place."""
    made = step_of(add(tmp_path / "a.jpg", b"goes"), add(tmp_path / "b.jpg", b"stays"))
    return replace(
        made,
        evidence=Evidence.RE_ENCODED,
        victim=replace(made.victim, holds=("date", "frames", "gps")),
        survivor=replace(made.survivor, holds=("date",)),
    )


def codes(plan: Plan) -> list[SkipCode]:
    return [skip.code for skip in plan.refused]


def test_lacking_metadata_is_named(one: Step) -> None:
    plan = foretold(Plan((one,)))
    assert plan.steps == ()
    assert plan.refused == (Skipped(one.victim.path, SkipCode.SAYS_MORE, "gps"),)


def test_it_may_go_where_its_words_are_kept_or_where_they_lie_beside_the_other(one: Step) -> None:
    rescued = Plan((one,), rescue_metadata=True)
    assert foretold(rescued) == rescued
    add(Path(f"{one.survivor.path}.xmp"), b"it may say all of it")
    plain = Plan((one,))
    assert foretold(plain) == plain


@pytest.mark.parametrize("unknown", ["victim", "survivor"])
def test_nothing_is_told_of_what_is_not_known(one: Step, unknown: str) -> None:
    plan = Plan((replace(one, **{unknown: replace(getattr(one, unknown), holds=None)}),))
    assert foretold(plan) == plan


def test_a_loss_that_was_accepted_is_refused_only_where_it_is_for_good(one: Step) -> None:
    plan = Plan((replace(one, accepts_loss=True),))
    assert foretold(plan) == plan
    assert codes(foretold(replace(plan, kind=ActionKind.DELETE))) == [SkipCode.SAYS_MORE]


def test_earlier_refusals_stay_first_and_a_copy_is_never_refused(one: Step) -> None:
    earlier = Skipped("/earlier.jpg", SkipCode.NO_SURVIVOR)
    plan = Plan((one,), (earlier,))
    assert codes(foretold(plan)) == [SkipCode.NO_SURVIVOR, SkipCode.SAYS_MORE]
    copied = replace(plan, kind=ActionKind.COPY)
    assert foretold(copied) == copied


@pytest.mark.parametrize("evidence", list(Evidence))
@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("protected", [False, True])
def test_foretold_limits_agree_with_the_action(
    tmp_path: Path,
    journal: Journal,
    one: Step,
    kind: ActionKind,
    evidence: Evidence,
    protected: bool,
) -> None:
    survivor = replace(one.survivor, protected=protected)
    plan = Plan(
        (replace(one, evidence=evidence, survivor=survivor),),
        kind=kind,
        target=str(tmp_path / "to"),
    )
    told = beyond_way(plan.steps[0], kind)
    outcome = execute(plan, journal, JobContext())
    (skipped,) = outcome.skipped  # such files prove nothing of one another
    limits = (SkipCode.CHOSEN_BY_HAND, SkipCode.NOT_SAME_BYTES)
    if told is not None:
        assert skipped == told
    else:
        assert skipped.code not in limits
