"""Each kind of companion in a small tree: it goes and comes with its photo, or the photo stays."""

import json
from pathlib import Path

import pytest

from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import ActionKind, Outcome, Plan, SkipCode, Step
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add, files_below, planned

KINDS = [
    # The photo, what belongs to it, and another photo to which that belongs, too.
    ("IMG_1.HEIC", "IMG_1.MOV", "IMG_1.JPG"),
    ("IMG_1234.HEIC", "IMG_1234.AAE", "IMG_E1234.HEIC"),
    ("IMG_1.jpg", "IMG_1.xmp", "IMG_1.png"),
    ("DSC_1.NEF", "DSC_1.wav", "DSC_1.CR2"),
    ("MVI_1.JPG", "MVI_1.THM", "MVI_1.PNG"),
    ("DSC_1.NEF", "DSC_1.NEF.pp3", None),
    ("IMG_1.jpg", "IMG_1.jpg.json", "IMG_1-edited.jpg"),
    ("IMG_1(1).jpg", "IMG_1.jpg(1).json", "IMG_1-edited(1).jpg"),
]
WAYS = [ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE]
TITLED = json.dumps({"title": "IMG_1.jpg"}).encode()


@pytest.fixture
def photos(drive: Path) -> Path:
    return drive / "photos"


def album(photos: Path, folder: str, photo: str, *companions: str) -> Path:
    for name in companions:
        content = TITLED if name.endswith(".json") else name.encode()
        add(photos / folder / name, content)
    return add(photos / folder / photo, b"a photo")


def plan_for(victim: Path, survivor: Path) -> Plan:
    return make_plan([Step(planned(victim), planned(survivor), Evidence.SAME_BYTES)])


def act(plan: Plan, journal: Journal, kind: ActionKind, photos: Path) -> Outcome:
    target = str(photos.parent / "moved") if kind is ActionKind.MOVE else None
    return execute(Plan(plan.steps, (), kind, target), journal, JobContext())


@pytest.mark.parametrize(("photo", "companion", "other"), KINDS)
@pytest.mark.parametrize("kind", WAYS)
def test_they_go_and_come_together(
    photos: Path, journal: Journal, kind: ActionKind, photo: str, companion: str, other: str | None
) -> None:
    victim = album(photos, "a", photo, companion)
    survivor = album(photos, "b", photo, companion)
    before = files_below(photos)
    outcome = act(plan_for(victim, survivor), journal, kind, photos)
    assert sorted(outcome.done) == sorted(map(str, (victim, victim.with_name(companion))))
    assert set(files_below(photos)) == {f"b/{photo}", f"b/{companion}"}
    assert undo(outcome.action_id, journal, JobContext()).skipped == ()
    assert files_below(photos) == before


@pytest.mark.parametrize(("photo", "companion", "other"), KINDS)
def test_without_its_equal_the_photo_stays_with_it(
    photos: Path, photo: str, companion: str, other: str | None
) -> None:
    victim, survivor = album(photos, "a", photo, companion), album(photos, "b", photo)
    (skip,) = plan_for(victim, survivor).refused
    assert (skip.code, skip.detail) == (
        SkipCode.HAS_COMPANIONS,
        str(victim.with_name(companion)),
    )


@pytest.mark.parametrize(
    ("photo", "companion", "other"), [kind for kind in KINDS if kind[2] is not None]
)
def test_what_another_photo_needs_is_left(
    photos: Path, journal: Journal, photo: str, companion: str, other: str
) -> None:
    victim, survivor = (album(photos, folder, photo, companion) for folder in "ab")
    add(photos / "a" / other, b"another photo")
    outcome = act(plan_for(victim, survivor), journal, ActionKind.TRASH, photos)
    assert outcome.done == (str(victim),)
    assert victim.with_name(companion).exists()


def test_a_raw_file_and_its_jpeg_stay_together_unless_both_have_copies(
    photos: Path, journal: Journal
) -> None:
    names = "DSC_1.JPG", "DSC_1.NEF"
    files = [add(photos / folder / name, name.encode()) for folder in "ab" for name in names]
    steps = [
        Step(planned(one), planned(other), Evidence.SAME_BYTES)
        for one, other in zip(files[:2], files[2:], strict=True)
    ]
    files[3].rename(photos / "elsewhere.nef")
    assert {skip.code for skip in make_plan(steps[:1]).refused} == {SkipCode.HAS_COMPANIONS}
    (photos / "elsewhere.nef").rename(files[3])
    before = files_below(photos)
    plan = make_plan(steps)
    outcome = act(plan, journal, ActionKind.TRASH, photos)
    assert len(outcome.done) == 2
    undo(outcome.action_id, journal, JobContext())
    assert files_below(photos) == before


def test_metadata_with_the_title_of_another_photo_are_not_touched(
    photos: Path, journal: Journal
) -> None:
    victim, survivor = (album(photos, folder, "IMG_2.jpg", "IMG_2.jpg.json") for folder in "ab")
    plan = plan_for(victim, survivor)
    assert [step.companions for step in plan.steps] == [()]
    act(plan, journal, ActionKind.TRASH, photos)
    assert set(files_below(photos / "a")) == {"IMG_2.jpg.json"}
