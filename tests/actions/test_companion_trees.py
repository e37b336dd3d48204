"""Each kind of companion in a small tree: it goes and comes with its photo, or the photo stays."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    ("IMG_1.jpg", "IMG_1.jpg.json", "IMG_1-upraveno.jpg"),
    ("IMG_1.jpg", "IMG_1.txt", "IMG_1.png"),
    ("IMG_1.jpg", "IMG_1.jpg.made up", None),
    ("IMG_1.jpg", "NKSC_PARAM/IMG_1.jpg.nksc", None),
    ("IMG_1.jpg", "CaptureOne/Settings153/IMG_1.jpg.cos", None),
    ("IMG_1.jpg", ".comments/IMG_1.jpg.xml", None),
    ("IMG_1.jpg", "whoever/IMG_1.txt", "IMG_1.png"),
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
    assert sorted(outcome.done) == sorted(map(str, (victim, victim.parent / companion)))
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
        str(victim.parent / companion),
    )


@pytest.mark.parametrize(
    ("photo", "companion", "other"), [kind for kind in KINDS if kind[2] is not None]
)
def test_companions_of_another_photo_are_left(
    photos: Path, journal: Journal, photo: str, companion: str, other: str
) -> None:
    victim, survivor = (album(photos, folder, photo, companion) for folder in "ab")
    add(photos / "a" / other, b"another photo")
    outcome = act(plan_for(victim, survivor), journal, ActionKind.TRASH, photos)
    assert outcome.done == (str(victim),)
    assert (victim.parent / companion).exists()


@pytest.mark.parametrize("kind", WAYS)
def test_companions_in_other_folders_stay_and_need_an_equal_beside_the_kept_copy(
    photos: Path, journal: Journal, kind: ActionKind
) -> None:
    apart = "../Sidecars/IMG_1.xmp"
    victim = album(photos, "a/Photos", "IMG_1.jpg", apart)
    survivor = album(photos, "b/Photos", "IMG_1.jpg")
    (skip,) = plan_for(victim, survivor).refused
    sidecar = photos / "a" / "Sidecars" / "IMG_1.xmp"
    assert (skip.code, skip.detail) == (SkipCode.HAS_COMPANIONS, str(sidecar))
    album(photos, "b/Photos", "IMG_1.jpg", apart)
    before = files_below(photos)
    outcome = act(plan_for(victim, survivor), journal, kind, photos)
    assert outcome.done == (str(victim),)
    assert set(before) - set(files_below(photos)) == {"a/Photos/IMG_1.jpg"}
    assert undo(outcome.action_id, journal, JobContext()).skipped == ()
    assert files_below(photos) == before


@pytest.mark.parametrize("kind", WAYS)
def test_hidden_originals_stay_behind(photos: Path, journal: Journal, kind: ActionKind) -> None:
    hidden = ".picasaoriginals/IMG_1.jpg"
    victim, survivor = (album(photos, folder, "IMG_1.jpg", hidden) for folder in "ab")
    assert act(plan_for(victim, survivor), journal, kind, photos).done == (str(victim),)
    (survivor.parent / hidden).write_bytes(b"another one")
    victim = album(photos, "a", "IMG_1.jpg")
    (skip,) = plan_for(victim, survivor).refused
    assert skip.detail == str(victim.parent / hidden)


class TestFolderFiles:
    """The file of a folder must say of the kept copy all that it says of the photo."""

    def write(self, photos: Path, folder: str, *sections: str) -> Path:
        path = photos / folder / ".picasa.ini"
        path.write_text("\n".join(sections))
        return path

    def pair(self, photos: Path) -> tuple[Path, Path]:
        return album(photos, "a", "IMG_1.jpg"), album(photos, "b", "copy.jpg")

    def test_the_photo_stays_with_what_is_said_of_it(self, photos: Path) -> None:
        victim, survivor = self.pair(photos)
        said = self.write(photos, "a", "[IMG_1.jpg]", "star=yes")
        (skip,) = plan_for(victim, survivor).refused
        assert (skip.code, skip.detail) == (SkipCode.HAS_COMPANIONS, str(said))

    def test_it_goes_where_as_much_is_said_of_its_copy(
        self, photos: Path, journal: Journal
    ) -> None:
        victim, survivor = self.pair(photos)
        self.write(photos, "a", "[IMG_1.jpg]", "star=yes", "backuphash=7")
        self.write(photos, "b", "[copy.jpg]", "star=yes", "caption=Grandma")
        before = files_below(photos)
        plan = plan_for(victim, survivor)
        assert [step.companions for step in plan.steps] == [()]
        outcome = act(plan, journal, ActionKind.SET_ASIDE, photos)
        assert outcome.done == (str(victim),)
        undo(outcome.action_id, journal, JobContext())
        assert files_below(photos) == before

    def test_notes_on_other_photos_hold_nothing_back(self, photos: Path) -> None:
        victim, survivor = self.pair(photos)
        self.write(photos, "a", "[IMG_2.jpg]", "star=yes", "[IMG_1.jpg]", "backuphash=7")
        assert plan_for(victim, survivor).refused == ()

    def test_in_one_folder_it_is_not_said_of_both(self, photos: Path) -> None:
        victim, survivor = album(photos, "a", "IMG_1.jpg"), album(photos, "a", "IMG_2.jpg")
        self.write(photos, "a", "[IMG_1.jpg]", "star=yes")
        assert plan_for(victim, survivor).steps == ()
        assert plan_for(survivor, victim).refused == ()

    def test_the_last_look_heeds_what_was_said_meanwhile(
        self, photos: Path, journal: Journal
    ) -> None:
        victim, survivor = self.pair(photos)
        plan = plan_for(victim, survivor)
        said = self.write(photos, "a", "[IMG_1.jpg]", "caption=Grandma")
        (skip,) = act(plan, journal, ActionKind.TRASH, photos).skipped
        assert (skip.code, skip.detail) == (SkipCode.HAS_COMPANIONS, str(said))

    def test_one_that_cannot_be_read_holds_every_photo(self, photos: Path) -> None:
        victim, survivor = self.pair(photos)
        self.write(photos, "b", "[copy.jpg]", "star=yes")
        try:
            (photos / "a" / ".picasa.ini").symlink_to(photos / "b" / ".picasa.ini")
        except OSError:
            pytest.skip("no permission to make links")
        assert plan_for(victim, survivor).steps == ()


def test_an_original_that_stays_is_no_reason_to_keep_what_was_made_of_it(photos: Path) -> None:
    content = b"\xff\xd8\xff a picture"
    changed, original = (
        add(photos / name, content) for name in ("IMG_1.jpg", "IMG_1.jpg_original")
    )
    assert plan_for(changed, original).refused == ()
    other = add(photos / "b" / "IMG_1.jpg", content)
    assert [skip.detail for skip in plan_for(changed, other).refused] == [str(original)]


def test_companions_in_a_protected_folder_stay(photos: Path, journal: Journal) -> None:
    name = "CaptureOne/IMG_1.jpg.cos"
    victim, survivor = (album(photos, folder, "IMG_1.jpg", name) for folder in "ab")
    one = Step(planned(victim), planned(survivor), Evidence.SAME_BYTES)
    plan = make_plan([one], [str(photos / "a" / "CaptureOne")])
    assert [step.companions for step in plan.steps] == [()]
    act(plan, journal, ActionKind.TRASH, photos)
    assert set(files_below(photos / "a")) == {name}


NAMES = st.lists(
    st.sampled_from(
        ["IMG_1.txt", "IMG_1.jpg.foo", "IMG_1.mov", "IMG_1.xmp", "NKSC_PARAM/IMG_1.jpg.nksc",
         ".comments/IMG_1.jpg.xml", "x/IMG_1.bar", "x/y/IMG_1.jpg.json", "IMG_1.png", "other.txt",
         ".picasaoriginals/IMG_1.jpg", "IMG_1.CR2"]
    ),
    unique=True,
)  # fmt: skip


@given(here=NAMES, there=NAMES, kind=st.sampled_from(WAYS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_all_comes_back(
    drive: Path, journal: Journal, here: list[str], there: list[str], kind: ActionKind
) -> None:
    photos = Path(tempfile.mkdtemp(dir=drive)) / "photos"
    victim, survivor = album(photos, "a", "IMG_1.jpg", *here), album(photos, "b", "IMG_1.jpg")
    for name in there:
        add(photos / "b" / name, TITLED if name.endswith(".json") else name.encode())
    before = files_below(photos)
    plan = plan_for(victim, survivor)
    own = set(here) - {"IMG_1.png", "other.txt"}
    assert bool(plan.steps) == (own <= set(there))
    outcome = act(plan, journal, kind, photos)
    assert bool(outcome.done) == bool(plan.steps)
    after = {one.content for one in files_below(photos).values()}
    assert after == {one.content for one in before.values()}
    assert undo(outcome.action_id, journal, JobContext()).skipped == ()
    assert files_below(photos) == before


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
