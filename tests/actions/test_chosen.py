"""Photos that a person chose by hand: nothing is claimed of them, and they can always come back."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.checks.full_decode import close_decoder
from dupefinder.actions.checks.preflight import Checked, check
from dupefinder.actions.checks.survivor_chain import stands_for_inexactly
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.overview import overview_of
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import (
    FOR_CHOSEN,
    ActionKind,
    Plan,
    SkipCode,
    Skipped,
    Step,
    WarningCode,
)
from dupefinder.actions.retention import Retention
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add, planned, row
from tests.cli.album import scene
from tests.core.pictures import jpeg

CHOSEN = Evidence.CHOSEN
GOES, STAYS = jpeg(scene(1)), jpeg(scene(2))


@pytest.fixture(scope="module", autouse=True)
def decoder() -> Iterator[None]:
    yield
    close_decoder()


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    return add(tmp_path / "burst" / "1.jpg", GOES)


@pytest.fixture
def better(tmp_path: Path) -> Path:
    return add(tmp_path / "burst" / "2.jpg", STAYS)


def chosen(victim: Path, survivor: Path) -> Step:
    return Step(planned(victim), planned(survivor), CHOSEN)


def code(result: Skipped | Checked) -> SkipCode:
    assert isinstance(result, Skipped)
    return result.code


def codes(plan: Plan) -> list[SkipCode]:
    return [skip.code for skip in plan.refused]


# The plan


def test_it_may_go_although_nothing_is_proven(shot: Path, better: Path) -> None:
    step = chosen(shot, better)
    assert make_plan([step]).steps == (step,)
    # No copy of it is counted, as it is given up.
    assert make_plan([step], retention=Retention(copies=3)).steps == (step,)


@pytest.mark.parametrize("protected", ["folder", "file"])
def test_a_protected_photo_never_goes(shot: Path, better: Path, protected: str) -> None:
    step = chosen(shot, better)
    if protected == "file":
        step = replace(step, victim=replace(step.victim, protected=True))
    folders = [str(shot.parent)] if protected == "folder" else []
    assert codes(make_plan([step], folders)) == [SkipCode.PROTECTED]
    assert code(check(replace(step, victim=replace(step.victim, protected=True)))) is (
        SkipCode.PROTECTED
    )


@pytest.mark.parametrize("turned", [False, True])
def test_the_kept_photo_is_not_in_the_plan_itself(
    tmp_path: Path, shot: Path, better: Path, turned: bool
) -> None:
    third = add(tmp_path / "burst" / "3.jpg", STAYS)
    steps = [chosen(shot, better), Step(planned(better), planned(third), Evidence.SAME_BYTES)]
    plan = make_plan(reversed(steps) if turned else steps)
    assert len(plan.steps) == 1
    assert len(plan.refused) == 1
    assert plan.steps[0].survivor.path != plan.refused[0].path
    assert not {one.victim.path for one in plan.steps} & {one.survivor.path for one in plan.steps}


def test_two_do_not_go_for_each_other(shot: Path, better: Path) -> None:
    plan = make_plan([chosen(shot, better), chosen(better, shot)])
    assert len(plan.steps) == 1


def test_it_is_not_kept_for_another_that_goes(tmp_path: Path, shot: Path, better: Path) -> None:
    copy = add(tmp_path / "copy.jpg", GOES)
    steps = [chosen(shot, better), Step(planned(copy), planned(shot), Evidence.SAME_BYTES)]
    plan = make_plan(steps)
    gone = {one.victim.path for one in plan.steps}
    assert not gone & {one.survivor.path for one in plan.steps}


FILES = 5


@pytest.fixture(scope="module")
def burst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("burst")
    for number in range(FILES):
        add(folder / f"{number}.jpg", bytes([number]))
    return folder


@given(
    st.lists(
        st.tuples(
            st.integers(0, FILES - 1),
            st.integers(0, FILES - 1),
            st.sampled_from([CHOSEN, CHOSEN, Evidence.RE_ENCODED, Evidence.EDITED]),
        ),
        max_size=8,
    ),
    st.integers(1, 3),
)
def test_kept_copies_of_chosen_photos_stay(
    burst: Path, asked: list[tuple[int, int, Evidence]], copies: int
) -> None:
    files = [planned(burst / f"{number}.jpg") for number in range(FILES)]
    steps = [Step(files[goes], files[stays], evidence) for goes, stays, evidence in asked]
    plan = make_plan(steps, retention=Retention(copies=copies), known=[[one] for one in files])
    gone = {one.victim.path for one in plan.steps}
    assert len(gone) == len(plan.steps) < FILES
    assert not gone & {one.survivor.path for one in plan.steps}
    if copies > 1:  # what was chosen is no copy of anything, nor anything one of it
        assert all(one.evidence is CHOSEN for one in plan.steps)


def test_no_warning_takes_it_for_a_copy(shot: Path, better: Path) -> None:
    step = chosen(shot, better)
    said = replace(step.victim, holds=("date", "video")), replace(step.survivor, holds=())
    overview = overview_of(Plan((replace(step, victim=said[0], survivor=said[1]),)))
    about_photos = (WarningCode.SURVIVOR_LACKS, WarningCode.VICTIM_HAS_EXTRAS)
    assert not [one for one in overview.warnings if one.code in about_photos]
    assert overview.evidence == ((CHOSEN, 1),)


# The last look


def test_both_are_read(shot: Path, better: Path) -> None:
    assert isinstance(check(chosen(shot, better)), Checked)


@pytest.mark.parametrize("change", ["gone", "changed", "folder", "damaged", "same file", "trash"])
def test_the_kept_photo_has_to_be_there_and_whole(
    tmp_path: Path, shot: Path, better: Path, change: str
) -> None:
    step = chosen(shot, better)
    match change:
        case "gone":
            better.unlink()
        case "changed":
            better.write_bytes(STAYS[:-1] + b"x")
        case "folder":
            better.unlink()
            better.mkdir()
        case "damaged":
            add(better, STAYS[: len(STAYS) // 2])
            step = chosen(shot, better)
        case "same file":
            better.unlink()
            os.link(shot, better)
            step = chosen(shot, better)
        case "trash":
            other = add(tmp_path / ".Trash-1000" / "files" / "2.jpg", STAYS)
            (tmp_path / ".Trash-1000" / "info").mkdir()
            step = chosen(shot, other)
    assert (
        code(check(step))
        is {
            "gone": SkipCode.SURVIVOR_VANISHED,
            "changed": SkipCode.SURVIVOR_CHANGED,
            "folder": SkipCode.NOT_A_REGULAR_FILE,
            "damaged": SkipCode.SURVIVOR_DAMAGED,
            "same file": SkipCode.SAME_FILE,
            "trash": SkipCode.SURVIVOR_IN_TRASH,
        }[change]
    )
    assert shot.exists()


def test_a_chosen_photo_must_be_unchanged(shot: Path, better: Path) -> None:
    step = chosen(shot, better)
    shot.write_bytes(GOES[:-1] + b"x")
    assert code(check(step)) is SkipCode.CHANGED
    shot.unlink()
    assert code(check(step)) is SkipCode.VANISHED


def test_a_chosen_photo_is_not_parted_from_its_companions(shot: Path, better: Path) -> None:
    add(shot.with_suffix(".xmp"), b"stars")
    assert codes(make_plan([chosen(shot, better)])) == [SkipCode.HAS_COMPANIONS]
    assert code(check(chosen(shot, better))) is SkipCode.HAS_COMPANIONS
    add(better.with_suffix(".xmp"), b"stars")
    (step,) = make_plan([chosen(shot, better)]).steps
    assert step.companions == (str(shot.with_suffix(".xmp")),)
    assert isinstance(check(step), Checked)


def test_nothing_of_it_is_written_beside_another_photo(shot: Path, better: Path) -> None:
    checked = check(chosen(shot, better), rescue_metadata=True)
    assert isinstance(checked, Checked)
    assert checked.rescue is None


# The action


@pytest.mark.parametrize("kind", [ActionKind.MOVE, ActionKind.HARD_LINK, ActionKind.DELETE])
def test_it_goes_only_where_it_can_come_back(
    tmp_path: Path, journal: Journal, shot: Path, better: Path, kind: ActionKind
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    plan = Plan((chosen(shot, better),), kind=kind, target=str(target))
    outcome = execute(plan, journal, JobContext())
    assert outcome.done == ()
    assert [skip.code for skip in outcome.skipped] == [SkipCode.CHOSEN_BY_HAND]
    assert shot.read_bytes() == GOES


@pytest.mark.parametrize("kind", [ActionKind.MOVE, ActionKind.HARD_LINK, ActionKind.DELETE])
@pytest.mark.parametrize("evidence", [Evidence.EDITED, Evidence.ROTATED, Evidence.MIRRORED])
def test_nor_does_an_edited_or_turned_copy_by_a_plan_that_was_changed(
    tmp_path: Path, journal: Journal, shot: Path, kind: ActionKind, evidence: Evidence
) -> None:
    """Evidence that a plan's file may say, although nothing but a smaller copy would stay."""
    small = add(tmp_path / "small.jpg", jpeg(scene(1).resize((160, 120))))
    step = Step(planned(shot), planned(small), evidence)
    outcome = execute(Plan((step,), kind=kind, target=str(tmp_path)), journal, JobContext())
    assert outcome.done == ()
    assert [skip.code for skip in outcome.skipped] == [SkipCode.CHOSEN_BY_HAND]
    assert shot.read_bytes() == GOES


@pytest.mark.parametrize("kind", FOR_CHOSEN)
def test_it_goes_and_comes_back(
    journal: Journal, shot: Path, better: Path, kind: ActionKind
) -> None:
    outcome = execute(Plan((chosen(shot, better),), kind=kind), journal, JobContext())
    assert outcome.done == (str(shot),)
    assert not shot.exists()
    (step,) = journal.steps(outcome.action_id)
    assert (step.evidence, step.survivor) == (CHOSEN, str(better))
    undo(outcome.action_id, journal, JobContext())
    assert shot.read_bytes() == GOES


# Records of it

LETTERS = "abcde"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(LETTERS), st.sampled_from(LETTERS), st.sampled_from(list(Evidence))
        ),
        max_size=12,
    )
)
def test_a_choice_is_never_evidence_for_anything_else(
    links: list[tuple[str, str, Evidence]],
) -> None:
    def found(known: Sequence[tuple[str, str, Evidence]]) -> list[str]:
        rows = [
            replace(row(goes), digest=goes.encode(), evidence=evidence, survivor=stays)
            for goes, stays, evidence in known
        ]
        alike = stands_for_inexactly(
            b"a", lambda digest: [one for one in rows if one.survivor.encode() == digest]
        )
        return [one.path for one in alike]

    assert found(links) == found([link for link in links if link[2] is not CHOSEN])


def test_a_kept_photo_may_go_for_its_own_copy(
    tmp_path: Path, journal: Journal, shot: Path, better: Path
) -> None:
    execute(Plan((chosen(shot, better),)), journal, JobContext())
    copy = add(tmp_path / "copy.jpg", jpeg(scene(2), quality=97))
    step = Step(planned(better), planned(copy), Evidence.EDITED)
    result = check(step, stood_in_for=journal.stood_in_for)
    assert not isinstance(result, Skipped) or result.code is not SkipCode.STANDS_FOR_ANOTHER
