"""Refusals before anything is read, and a copy kept of every photo."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.plan import is_proof, make_plan
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Step
from dupefinder.actions.retention import Retention
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE


def planned(path: Path | str, digest: bytes = b"d" * 32, *, protected: bool = False) -> PlannedFile:
    return PlannedFile(str(path), 3, 1, digest, protected)


def step(
    victim: Path | str, survivor: Path | str, evidence: Evidence = Evidence.SAME_BYTES
) -> Step:
    return Step(planned(victim), planned(survivor), evidence)


def codes(plan: Plan) -> dict[str, str]:
    return {os.path.basename(skip.path): skip.code.value for skip in plan.refused}


def going(plan: Plan) -> list[str]:
    return [os.path.basename(one.victim.path) for one in plan.steps]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        (tmp_path / name).write_bytes(b"one")
    return tmp_path


def link(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("no permission to make links")


def test_the_order_is_kept(folder: Path) -> None:
    steps = [step(folder / f"{name}.jpg", folder / "a.jpg") for name in "dbc"]
    assert make_plan(steps) == Plan(tuple(steps))


def test_protected_photos_stay(folder: Path) -> None:
    victim = planned(folder / "a.jpg", protected=True)
    plan = make_plan([Step(victim, planned(folder / "b.jpg"), Evidence.SAME_BYTES)])
    assert codes(plan) == {"a.jpg": "protected"}


class TestCopiesInATrash:
    def test_none_stays_there(self, folder: Path) -> None:
        (folder / ".Trash-1000" / "files").mkdir(parents=True)
        thrown = folder / ".Trash-1000" / "files" / "t.jpg"
        thrown.write_bytes(b"one")
        plan = make_plan([step(folder / "a.jpg", thrown)])
        assert going(plan) == []
        assert codes(plan) == {"a.jpg": "survivor-in-trash"}

    def test_another_copy_of_the_same_bytes_stays_instead(self, folder: Path) -> None:
        (folder / ".Trash-1000" / "files").mkdir(parents=True)
        thrown = [folder / ".Trash-1000" / "files" / name for name in ("t.jpg", "u.jpg")]
        for path in thrown:
            path.write_bytes(b"one")
        copies = [planned(path) for path in (*thrown, folder / "a.jpg", folder / "b.jpg")]
        plan = make_plan([step(folder / "a.jpg", thrown[0])], known=[copies])
        assert [one.survivor.path for one in plan.steps] == [str(folder / "b.jpg")]

    def test_they_are_not_counted(self, folder: Path) -> None:
        (folder / ".Trash-1000" / "files").mkdir(parents=True)
        thrown = folder / ".Trash-1000" / "files" / "t.jpg"
        thrown.write_bytes(b"one")
        copies = [planned(path) for path in (thrown, folder / "a.jpg", folder / "b.jpg")]
        asked = [step(folder / "a.jpg", folder / "b.jpg")]
        plan = make_plan(asked, retention=Retention(copies=2), known=[copies])
        assert codes(plan) == {"a.jpg": "too-few-copies"}


class TestProtectedFolders:
    @pytest.fixture
    def inner(self, folder: Path) -> Path:
        """A photo two folders below `folder`/kept."""
        deep = folder / "kept" / "deep"
        deep.mkdir(parents=True)
        (deep / "e.jpg").write_bytes(b"one")
        return deep / "e.jpg"

    def test_below_one_nothing_goes_at_any_depth(self, folder: Path, inner: Path) -> None:
        steps = [step(inner, folder / "a.jpg"), step(folder / "b.jpg", folder / "a.jpg")]
        plan = make_plan(steps, [str(folder / "kept")])
        assert codes(plan) == {"e.jpg": "protected"}
        assert going(plan) == ["b.jpg"]

    def test_a_survivor_may_lie_there(self, folder: Path, inner: Path) -> None:
        assert going(make_plan([step(folder / "a.jpg", inner)], [str(folder / "kept")]))

    def test_a_folder_of_a_similar_name_is_another(self, folder: Path, inner: Path) -> None:
        plan = make_plan([step(inner, folder / "a.jpg")], [str(folder / "kep"), str(inner) + "x"])
        assert going(plan) == ["e.jpg"]

    def test_a_link_to_it_protects_as_well(self, folder: Path, inner: Path) -> None:
        link(folder / "link", folder / "kept")
        through_link = folder / "link" / "deep" / "e.jpg"
        for victim, protected in (
            (inner, folder / "link"),
            (through_link, folder / "kept"),
            (through_link, folder / "link" / "deep"),
        ):
            plan = make_plan([step(victim, folder / "a.jpg")], [str(protected)])
            assert codes(plan) == {"e.jpg": "protected"}

    def test_links_into_and_out_of_it_are_protected(self, folder: Path, inner: Path) -> None:
        link(folder / "in.jpg", inner)
        link(folder / "kept" / "out.jpg", folder / "b.jpg")
        plan = make_plan(
            [
                step(folder / "in.jpg", folder / "a.jpg"),
                step(folder / "kept" / "out.jpg", folder / "a.jpg"),
            ],
            [str(folder / "kept")],
        )
        assert set(codes(plan).values()) == {"protected"}
        assert not plan.steps

    def test_the_photo_itself_may_be_named(self, folder: Path) -> None:
        plan = make_plan([step(folder / "a.jpg", folder / "b.jpg")], [str(folder / "a.jpg")])
        assert codes(plan) == {"a.jpg": "protected"}

    def test_one_that_is_gone_protects_its_path(self, folder: Path) -> None:
        gone = folder / "gone"
        plan = make_plan([step(gone / "x.jpg", folder / "a.jpg")], [str(gone)])
        assert codes(plan) == {"x.jpg": "protected"}

    def test_a_folder_by_another_path_is_known_by_its_number(
        self, folder: Path, inner: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As by a folder that is mounted twice, or a name in another case.
        really_stat = os.stat
        monkeypatch.setattr(os, "stat", lambda path: really_stat(str(path).replace("KEPT", "kept")))
        plan = make_plan([step(inner, folder / "a.jpg")], [str(folder / "KEPT")])
        assert codes(plan) == {"e.jpg": "protected"}

    def test_very_deep_folders(self, folder: Path) -> None:
        deep = str(folder) + "/x" * 1500 + "/a.jpg"
        plan = make_plan([step(deep, folder / "a.jpg")], [str(folder / "y"), str(folder / "x")])
        assert codes(plan) == {"a.jpg": "protected"}


class TestSurvivors:
    def test_one_that_goes_too_is_none(self, folder: Path) -> None:
        a, b, c = folder / "a.jpg", folder / "b.jpg", folder / "c.jpg"
        plan = make_plan([step(a, b), step(b, c)])
        assert going(plan) == ["b.jpg"]
        assert codes(plan) == {"a.jpg": "survivor-goes-too"}
        assert plan.refused[0].detail == str(b)

    def test_of_a_circle_one_stays(self, folder: Path) -> None:
        a, b, c = folder / "a.jpg", folder / "b.jpg", folder / "c.jpg"
        plan = make_plan([step(a, b), step(b, c), step(c, a)])
        assert codes(plan) == {"a.jpg": "survivor-goes-too", "b.jpg": "survivor-goes-too"}
        assert going(plan) == ["c.jpg"]

    def test_one_whose_own_removal_is_refused_stays(self, folder: Path) -> None:
        a, b, c = folder / "a.jpg", folder / "b.jpg", folder / "c.jpg"
        plan = make_plan([step(a, b), step(b, c, Evidence.LOOK_ALIKE)])
        assert going(plan) == ["a.jpg"]
        assert codes(plan) == {"b.jpg": "not-a-duplicate"}

    def test_a_link_to_what_goes_is_none(self, folder: Path) -> None:
        a, b = folder / "a.jpg", folder / "b.jpg"
        link(folder / "link.jpg", b)
        plan = make_plan([step(a, folder / "link.jpg"), step(b, folder / "c.jpg")])
        assert codes(plan) == {"a.jpg": "survivor-goes-too"}

    def test_the_photo_by_another_path_is_none(self, folder: Path) -> None:
        link(folder / "same", folder)
        a = folder / "a.jpg"
        plan = make_plan([step(a, folder / "same" / "a.jpg"), step(folder / "b.jpg", a)])
        assert codes(plan) == {"a.jpg": "no-survivor"}
        assert going(plan) == ["b.jpg"]
        plan = make_plan(
            [step(folder / "b.jpg", folder / "same" / "a.jpg"), step(a, folder / "c.jpg")]
        )
        assert codes(plan) == {"b.jpg": "survivor-goes-too"}

    def test_none_at_all(self, folder: Path) -> None:
        assert codes(make_plan([step(folder / "a.jpg", "")])) == {"a.jpg": "no-survivor"}

    def test_another_name_of_the_file_that_goes_is_one(self, folder: Path) -> None:
        # Its bytes stay under that name; the last look tells whether it is one that replaces.
        a, b = folder / "a.jpg", folder / "b.jpg"
        try:
            os.link(a, folder / "hard.jpg")
        except OSError:
            pytest.skip("no hard links here")
        plan = make_plan([step(a, b), step(folder / "c.jpg", folder / "hard.jpg")])
        assert going(plan) == ["a.jpg", "c.jpg"]

    def test_a_file_by_two_paths_is_known_by_its_number(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As by a folder that is mounted twice: no link leads from one path to the other.
        really_lstat = os.lstat
        monkeypatch.setattr(
            os, "lstat", lambda path: really_lstat(str(path).replace("d.jpg", "a.jpg"))
        )
        a, b, d = folder / "a.jpg", folder / "b.jpg", folder / "d.jpg"
        assert codes(make_plan([step(a, d)])) == {"a.jpg": "no-survivor"}
        plan = make_plan([step(b, d), step(a, folder / "c.jpg")])
        assert codes(plan) == {"b.jpg": "survivor-goes-too"}


def test_twice_is_once(folder: Path) -> None:
    link(folder / "same", folder)
    plan = make_plan(
        [
            step(folder / "a.jpg", folder / "b.jpg", Evidence.LOOK_ALIKE),
            step(folder / "a.jpg", folder / "b.jpg"),
            step(folder / "a.jpg", folder / "c.jpg"),
            step(folder / "same" / "a.jpg", folder / "d.jpg"),
        ]
    )
    assert going(plan) == ["a.jpg"]
    assert plan.steps[0].survivor.path.endswith("b.jpg")
    assert [skip.code for skip in plan.refused] == [
        SkipCode.NOT_A_DUPLICATE,
        SkipCode.TWICE_IN_PLAN,
        SkipCode.TWICE_IN_PLAN,
    ]


@pytest.mark.parametrize("evidence", list(Evidence))
def test_only_proof_counts(folder: Path, evidence: Evidence) -> None:
    plan = make_plan([step(folder / "a.jpg", folder / "b.jpg", evidence)])
    # By a person's choice it goes without proof, see `test_chosen`.
    goes = evidence in REPLACEABLE or evidence is Evidence.CHOSEN
    assert codes(plan) == ({} if goes else {"a.jpg": "not-a-duplicate"})
    assert is_proof(step(folder / "a.jpg", folder / "b.jpg", evidence)) is (
        goes and evidence is not Evidence.CHOSEN
    )


def test_the_same_bytes_have_the_same_digest(folder: Path) -> None:
    one = step(folder / "a.jpg", folder / "b.jpg")
    for survivor in (
        replace(one.survivor, digest=b"e" * 32),
        replace(one.survivor, size_bytes=4),
    ):
        plan = make_plan([replace(one, survivor=survivor)])
        assert codes(plan) == {"a.jpg": "not-a-duplicate"}
        other = replace(one, survivor=survivor, evidence=Evidence.SAME_PIXELS)
        assert going(make_plan([other])) == ["a.jpg"]


class TestCompanions:
    @pytest.fixture
    def two(self, folder: Path) -> Path:
        """Two folders with the same photo."""
        for name in ("x", "y"):
            (folder / name).mkdir()
            (folder / name / "1.heic").write_bytes(b"one")
        return folder

    def plan(self, two: Path) -> Plan:
        return make_plan([step(two / "x" / "1.heic", two / "y" / "1.heic")])

    def test_without_a_twin_the_photo_stays(self, two: Path) -> None:
        (two / "x" / "1.mov").write_bytes(b"film")
        plan = self.plan(two)
        assert codes(plan) == {"1.heic": "has-companions"}
        assert plan.refused[0].detail == str(two / "x" / "1.mov")
        (two / "y" / "1.mov").write_bytes(b"filn")
        assert codes(self.plan(two)) == {"1.heic": "has-companions"}

    def test_with_a_twin_they_go_together(self, two: Path) -> None:
        for name in "xy":
            (two / name / "1.mov").write_bytes(b"film")
            (two / name / "1.aae").write_bytes(b"edit")
        (one,) = self.plan(two).steps
        assert one.companions == (str(two / "x" / "1.aae"), str(two / "x" / "1.mov"))

    def test_companions_that_another_photo_needs_stay(self, two: Path) -> None:
        for name in "xy":
            (two / name / "1.xmp").write_bytes(b"meta")
        (two / "x" / "1.jpg").write_bytes(b"two")
        (one,) = self.plan(two).steps
        assert one.companions == ()

    def test_a_raw_file_holds_its_rendering_unless_it_has_a_twin(self, two: Path) -> None:
        (two / "x" / "1.dng").write_bytes(b"raw")
        assert codes(self.plan(two)) == {"1.heic": "has-companions"}
        (two / "y" / "1.dng").write_bytes(b"raw")
        (one,) = self.plan(two).steps
        assert one.companions == ()

    def test_a_twin_that_goes_itself_is_none(self, two: Path) -> None:
        for name in "xy":
            (two / name / "1.dng").write_bytes(b"raw")
        photo = step(two / "x" / "1.heic", two / "y" / "1.heic")
        raw = step(two / "y" / "1.dng", two / "x" / "1.dng")
        plan = make_plan([photo, raw])
        assert codes(plan) == {"1.heic": "has-companions"}
        assert going(plan) == ["1.dng"]  # its own rendering has a twin, which now stays

    def test_files_planned_themselves_do_not_go_along(self, two: Path) -> None:
        for name in "xy":
            (two / name / "1.mov").write_bytes(b"film")
        # A film that somebody took for a photo, in a folder that has a second name.
        (two / "z.mov").write_bytes(b"film")
        link(two / "again", two / "x")
        plan = make_plan(
            [
                step(two / "x" / "1.heic", two / "y" / "1.heic"),
                step(two / "z.mov", two / "again" / "1.mov"),
            ]
        )
        assert going(plan) == ["1.heic", "z.mov"]
        assert plan.steps[0].companions == ()

    def test_requested_companions_are_not_believed(self, two: Path) -> None:
        asked = step(two / "x" / "1.heic", two / "y" / "1.heic")
        (one,) = make_plan([replace(asked, companions=(str(two / "a.jpg"),))]).steps
        assert one.companions == ()

    def test_a_folder_that_cannot_be_listed_keeps_its_photos(
        self, two: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_path: str) -> object:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "scandir", refuse)
        assert codes(self.plan(two)) == {"1.heic": "unreadable"}

    def test_missing_files_are_refused(self, two: Path) -> None:
        (two / "a.jpg").write_bytes(b"one")
        gone = two / "gone" / "1.jpg"
        assert codes(make_plan([step(gone, two / "a.jpg")])) == {"1.jpg": "vanished"}
        plan = make_plan([step(two / "a.jpg", gone)])
        assert codes(plan) == {"a.jpg": "survivor-vanished"}
        assert plan.refused[0].detail == str(gone)

    def test_files_that_cannot_be_looked_at_are_left_to_the_preflight(
        self, two: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_path: str) -> object:
            raise PermissionError(13, "Permission denied")

        (two / "away").mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(os, "lstat", refuse)
            plan = make_plan([step(two / "away" / "1.jpg", two / "a.jpg")])
        assert going(plan) == ["1.jpg"]


def count_looks(
    monkeypatch: pytest.MonkeyPatch, on_look: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Count how often the system is asked for files and folders."""
    looks: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., Any]:
        ask = getattr(os, name)

        def asking(*arguments: Any, **options: Any) -> Any:
            looks[name] += 1
            on_look()
            return ask(*arguments, **options)

        return asking

    for name in ("lstat", "stat", "listdir", "scandir", "readlink"):
        monkeypatch.setattr(os, name, counted(name))
    return looks


class TestManyRemovals:
    @pytest.fixture
    def steps(self, tmp_path: Path) -> list[Step]:
        made = []
        for name in ("here", "there"):
            (tmp_path / "some" / "way" / "down" / name).mkdir(parents=True)
        for number in range(40):
            ours, theirs = (
                tmp_path / "some" / "way" / "down" / name / f"{number}.jpg"
                for name in ("here", "there")
            )
            ours.write_bytes(b"one")
            theirs.write_bytes(b"one")
            made.append(step(ours, theirs))
        return made

    @pytest.mark.parametrize("retention", [Retention(asks=True), Retention(2, asks=True)])
    def test_a_further_one_costs_few_looks(
        self,
        steps: list[Step],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        retention: Retention,
    ) -> None:
        known = [(one.victim, one.survivor) for one in steps]
        looks = []
        for count in (20, 40):
            with monkeypatch.context() as patch:
                counted = count_looks(patch)
                make_plan(steps[:count], [str(tmp_path / "x")], retention, known[:count])
            looks.append(counted.total())
        assert looks[1] - looks[0] <= 5 * 20

    def test_a_stop_is_heeded_before_the_next_one(
        self, steps: list[Step], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = JobContext()
        looks = count_looks(monkeypatch, context.cancel)
        with pytest.raises(Cancelled):
            make_plan(steps, context=context)
        assert looks.total() < len(steps)


@pytest.mark.parametrize("odd", ["", "\0", "/a\0b/c.jpg", "/\ud800/c.jpg", "relative.jpg"])
def test_names_that_cannot_be_are_no_crash(folder: Path, odd: str) -> None:
    make_plan([step(odd, folder / "a.jpg"), step(folder / "b.jpg", odd)], [str(folder), odd])
    make_plan([step(odd, folder / "a.jpg"), step(folder / "b.jpg", odd)])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are not any bytes here")
def test_undecodable_names(folder: Path) -> None:
    odd = folder / "odd\udcff.jpg"
    odd.write_bytes(b"one")
    (folder / "odd\udcff.xmp").write_bytes(b"x")
    plan = make_plan([step(folder / "a.jpg", odd), step(odd, folder / "b.jpg")])
    assert plan.refused[0].detail == str(folder / "odd\udcff.jpg")
    assert codes(plan) == {"a.jpg": "survivor-goes-too", "odd\udcff.jpg": "has-companions"}


FILES = 6


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of one content, some with companions, and a second path to each."""
    root = tmp_path_factory.mktemp("crowded")
    real = root / "real"
    real.mkdir()
    for number in range(FILES):
        (real / f"{number}.jpg").write_bytes(b"one")
        if number % 2:
            (real / f"{number}.xmp").write_bytes(b"meta")
    try:
        (root / "again").symlink_to(real, target_is_directory=True)
    except OSError:
        pytest.skip("no permission to make links")
    return root


PATHS = st.tuples(st.sampled_from(["real", "again"]), st.integers(0, FILES - 1))


@given(
    asked=st.lists(st.tuples(PATHS, PATHS, st.sampled_from(list(Evidence))), max_size=12),
    protected=st.lists(st.integers(0, FILES - 1), max_size=2),
)
def test_every_planned_removal_leaves_a_copy(
    crowded: Path,
    asked: list[tuple[tuple[str, int], tuple[str, int], Evidence]],
    protected: list[int],
) -> None:
    def path(place: tuple[str, int]) -> Path:
        return crowded / place[0] / f"{place[1]}.jpg"

    steps = [step(path(victim), path(survivor), evidence) for victim, survivor, evidence in asked]
    plan = make_plan(steps, [str(crowded / "again" / f"{number}.jpg") for number in protected])
    gone = [os.path.realpath(one.victim.path) for one in plan.steps]
    assert len(gone) == len(set(gone))
    assert len(gone) < FILES
    for one in plan.steps:
        assert os.path.realpath(one.survivor.path) not in gone
        assert one.evidence not in (Evidence.LOOK_ALIKE, Evidence.RAW_PAIR)
        # A survivor in a protected folder is marked as such; all else is what was asked for.
        survivor = replace(one.survivor, protected=False)
        assert replace(one, companions=(), survivor=survivor) in steps
    assert not {int(Path(name).stem) for name in gone} & set(protected)
    assert len(plan.steps) + len(plan.refused) == len(steps)
