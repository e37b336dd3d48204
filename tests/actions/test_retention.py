"""The wanted numbers of copies and drives stay; mirrors count once, and drives are asked about."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions import retention as retention_module
from dupefinder.actions.checks.preflight import Checked, check
from dupefinder.actions.folder_roles import FolderRole, FolderRoles
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.retention import Retention, SyncSet, SyncSets, copies_of
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import Drive, DriveTable
from dupefinder.core.scan.mounts import Volume
from tests.actions.removals import add, planned

SAME = Evidence.SAME_BYTES


class FoldersAreDrives(DriveTable):
    """Every folder that is called "d…" is a drive."""

    def drive_of(self, path: str) -> Drive | None:
        names = [part for part in Path(path).parts if part.startswith("d")]
        return Drive(names[-1], Volume(names[-1], f"/media/{names[-1]}")) if names else None


@pytest.fixture(autouse=True)
def drives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_module, "DriveTable", FoldersAreDrives)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(os.path.realpath(tmp_path)) / "photos"


def files(root: Path, *names: str) -> list[PlannedFile]:
    """Copies of one photo; the first is the keeper."""
    return [planned(add(root / name, b"a photo")) for name in names]


def removing(copies: Sequence[PlannedFile]) -> list[Step]:
    return [Step(file, copies[0], SAME) for file in copies[1:]]


def plan(copies: Sequence[PlannedFile], retention: Retention) -> Plan:
    return make_plan(removing(copies), (), retention, [copies])


def going(root: Path, made: Plan) -> list[str]:
    return [Path(step.victim.path).relative_to(root).as_posix() for step in made.steps]


def codes(made: Plan) -> set[SkipCode]:
    return {skip.code for skip in made.refused}


class TestCopies:
    def test_with_no_demands_the_survivor_is_enough(self, root: Path) -> None:
        made = plan(files(root, "a", "b", "c"), Retention())
        assert going(root, made) == ["b", "c"]
        assert all(step.also_stay == () for step in made.steps)

    def test_so_many_stay(self, root: Path) -> None:
        copies = files(root, "a", "b", "c", "e")
        made = plan(copies, Retention(copies=2))
        assert going(root, made) == ["c", "e"]
        assert codes(made) == {SkipCode.TOO_FEW_COPIES}
        assert [step.also_stay for step in made.steps] == [(copies[1],)] * 2
        assert going(root, plan(copies, Retention(copies=4))) == []

    def test_other_names_of_the_survivor_are_no_further_copies(self, root: Path) -> None:
        copies = files(root, "a", "b")
        try:
            os.link(root / "a", root / "link")
        except OSError:
            pytest.skip("no hard links here")
        copies.append(planned(root / "link"))
        made = make_plan([Step(copies[1], copies[0], SAME)], (), Retention(copies=2), [copies])
        assert going(root, made) == []

    def test_missing_or_changed_copies_do_not_count(self, root: Path) -> None:
        copies = files(root, "a", "b", "c", "e")
        (root / "c").unlink()
        (root / "e").write_bytes(b"another")
        (root / "e").write_bytes(b"of another size")
        made = make_plan([Step(copies[1], copies[0], SAME)], (), Retention(copies=2), [copies])
        assert codes(made) == {SkipCode.TOO_FEW_COPIES}

    def test_a_saved_plan_keeps_what_it_names_though_its_numbers_were_lowered(
        self, root: Path
    ) -> None:
        keeper, copy, other = files(root, "a", "b", "c")
        named = Step(copy, keeper, SAME, also_stay=(other,))
        assert make_plan([named]).steps == (named,)
        assert codes(make_plan([named, Step(other, keeper, SAME)])) == {SkipCode.TOO_FEW_COPIES}
        (root / "c").unlink()
        assert codes(make_plan([named])) == {SkipCode.TOO_FEW_COPIES}

    def test_on_so_many_drives(self, root: Path) -> None:
        copies = files(root, "d1/a", "d1/b", "d2/c")
        made = plan(copies, Retention(drives=2))
        # b was looked at first, while c was still to go; then c stays, and b may go after all.
        assert going(root, made) == ["d1/b"]
        assert made.steps[0].also_stay == (copies[2],)
        assert going(root, plan(copies, Retention(drives=3))) == []

    def test_the_further_drive_is_chosen_first(self, root: Path) -> None:
        copies = files(root, "d1/a", "d1/b", "d1/c", "d2/e")
        step = Step(copies[1], copies[0], SAME)
        (made,) = make_plan([step], (), Retention(copies=2, drives=2), [copies]).steps
        assert made.also_stay == (copies[3],)

    def test_a_set_that_is_synchronised_is_one_copy(self, root: Path) -> None:
        copies = files(root, "d1/a", "d1/b", "d2/s1/c", "d3/s2/e")
        for name in ("d2/s1", "d3/s2"):
            (root / name / ".stfolder").mkdir()
        step = Step(copies[1], copies[0], SAME)
        assert make_plan([step], (), Retention(copies=2), [copies]).steps
        assert codes(make_plan([step], (), Retention(copies=3), [copies])) == {
            SkipCode.TOO_FEW_COPIES
        }

    @given(
        st.lists(st.sampled_from(["d1", "d2", "d3"]), min_size=2, max_size=8),
        st.integers(1, 4),
        st.integers(1, 3),
    )
    def test_never_fewer_stay(
        self, tmp_path_factory: pytest.TempPathFactory, where: list[str], copies: int, on: int
    ) -> None:
        root = tmp_path_factory.mktemp("photos")
        made = files(root, *(f"{drive}/{number}" for number, drive in enumerate(where)))
        result = plan(made, Retention(copies=copies, drives=on))
        gone = {step.victim.path for step in result.steps}
        staying = [file.path for file in made if file.path not in gone]
        if gone:
            assert len(staying) >= copies
            assert len({Path(path).parent.name for path in staying}) >= on
        for step in result.steps:
            assert gone.isdisjoint(file.path for file in (step.survivor, *step.also_stay))


class TestPreflight:
    def step(self, root: Path) -> Step:
        a, b, c = files(root, "a", "b", "c")
        return Step(b, a, SAME, also_stay=(c,))

    def test_copies_that_stay_are_read_too(self, root: Path) -> None:
        assert isinstance(check(self.step(root)), Checked)

    @pytest.mark.parametrize("content", [b"changed", b"another size", None])
    def test_without_them_the_photo_stays(self, root: Path, content: bytes | None) -> None:
        step = self.step(root)
        if content is None:
            (root / "c").unlink()
        else:
            (root / "c").write_bytes(content)
        assert check(step) == Skipped(
            step.victim.path, SkipCode.TOO_FEW_COPIES, step.also_stay[0].path
        )

    @pytest.mark.parametrize("other", ["a", "b"])
    def test_a_link_is_no_copy(self, root: Path, other: str) -> None:
        step = self.step(root)
        (root / "c").unlink()
        try:
            os.link(root / other, root / "c")
        except OSError:
            pytest.skip("no hard links here")
        skip = check(step)
        assert isinstance(skip, Skipped)
        assert skip.code is SkipCode.TOO_FEW_COPIES


class TestPairs:
    def refusal(
        self, root: Path, victim: str, survivor: str, *, asks: bool = True, **roles: FolderRole
    ) -> Skipped | None:
        pair = files(root, survivor, victim)
        known = FolderRoles().with_roles(
            {str(root / folder): role for folder, role in roles.items()}
        )
        made = plan(pair, Retention(roles=known, asks=asks))
        return made.refused[0] if made.refused else None

    @pytest.mark.parametrize(
        ("role", "code"),
        [(FolderRole.MIRROR, SkipCode.MIRROR), (FolderRole.BACKUP, SkipCode.BACKUP)],
    )
    def test_nothing_goes_across_the_border(
        self, root: Path, role: FolderRole, code: SkipCode
    ) -> None:
        for pair in (("d1/a", "d2/b"), ("d2/b", "d1/a")):
            skip = self.refusal(root, *pair, d2=role)
            assert skip == Skipped(str(root / pair[0]), code, str(root / "d2"))
        assert self.refusal(root, "d2/a", "d2/b", d2=role) is None
        assert self.refusal(root, "d1/a", "d1/b", d2=role) is None

    def test_drives_are_asked_about(self, root: Path) -> None:
        skip = self.refusal(root, "d1/a", "d2/b")
        assert skip is not None
        assert skip.code is SkipCode.ASK_ABOUT_DRIVES
        assert skip.detail in ("/media/d1", "/media/d2")
        assert self.refusal(root, "d1/a", "d2/b", asks=False) is None
        assert self.refusal(root, "d1/a", "d1/b") is None
        for folder in ("d1", "d2"):
            known = {folder: FolderRole.ORDINARY}
            assert self.refusal(root, "d1/a", "d2/b", asks=True, **known) is None

    def test_two_ends_of_one_synchronisation(self, root: Path) -> None:
        for name in ("d1/s", "d2/s"):
            (root / name / ".stfolder").mkdir(parents=True)
        skip = self.refusal(root, "d1/s/a", "d2/s/b", asks=False)
        assert skip == Skipped(str(root / "d1/s/a"), SkipCode.MIRROR, str(root / "d2/s"))
        assert self.refusal(root, "d1/s/a", "d1/s/b", asks=False) is None
        assert self.refusal(root, "d1/s/a", "d3/b", asks=False) is None
        assert self.refusal(root, "d1/s/a", "d2/s/b", d1=FolderRole.ORDINARY) is None

    @pytest.mark.parametrize("role", [FolderRole.BACKUP, FolderRole.MIRROR, None])
    def test_within_the_border_one_copy_is_enough(
        self, root: Path, role: FolderRole | None
    ) -> None:
        copies = files(root, "d1/a", "d2/b", "d2/c", "d2/e")
        roles = FolderRoles().with_roles({} if role is None else {str(root / "d2"): role})
        made = plan(copies, Retention(roles=roles, asks=True))
        assert going(root, made) == ["d2/b", "d2/e"]
        assert {step.survivor.path for step in made.steps} == {copies[2].path}
        assert {step.evidence for step in made.steps} == {SAME}
        assert len(made.refused) == 1

    def test_only_the_same_bytes_are_enough(self, root: Path) -> None:
        copies = files(root, "d1/a", "d2/b", "d2/c")
        copies[2] = replace(copies[2], digest=b"e" * 32)
        steps = [Step(file, copies[0], Evidence.SAME_PIXELS) for file in copies[1:]]
        made = make_plan(steps, (), Retention(asks=True), [copies])
        assert going(root, made) == []

    def test_another_name_of_the_victim_is_no_survivor(self, root: Path) -> None:
        copies = files(root, "d1/a", "d2/b")
        (root / "d2" / "again").symlink_to(root / "d2", target_is_directory=True)
        copies.append(planned(root / "d2" / "again" / "b"))
        made = make_plan([Step(copies[1], copies[0], SAME)], (), Retention(asks=True), [copies])
        assert going(root, made) == []

    def test_a_protected_copy_within_the_border_is_marked(self, root: Path) -> None:
        copies = files(root, "d1/a", "d2/b", "d2/kept/c")
        step = Step(copies[1], copies[0], SAME)
        (made,) = make_plan(
            [step], [str(root / "d2" / "kept")], Retention(asks=True), [copies]
        ).steps
        assert made.survivor.path == copies[2].path
        assert made.survivor.protected

    def test_copies_that_stay_may_be_relied_on(self, root: Path) -> None:
        # b does not go because of the backup, so a may go because of b.
        a, b, c = files(root, "d1/a", "d1/b", "d2/c")
        known = FolderRoles().with_roles({str(root / "d2"): FolderRole.BACKUP})
        made = make_plan([Step(a, b, SAME), Step(b, c, SAME)], (), Retention(roles=known))
        assert going(root, made) == ["d1/a"]


def test_a_group_is_parted_into_its_copies() -> None:
    def known(
        name: str, evidence: Evidence | None = None, against: str | None = None
    ) -> tuple[PlannedFile, Evidence | None, str | None]:
        return PlannedFile(name, 1, 1, bytes(32)), evidence, against

    parts = copies_of(
        [
            known("k"),
            known("same", SAME, "k"),
            known("small", Evidence.RE_ENCODED, "same"),
            known("edit", Evidence.EDITED, "k"),
            known("edit copy", SAME, "edit"),
            known("odd", SAME, "elsewhere"),
        ]
    )
    assert [[file.path for file in part] for part in parts] == [
        ["k", "same", "small"],
        ["edit", "edit copy"],
        ["odd"],
    ]


def test_an_edited_photo_has_copies_of_its_own(root: Path) -> None:
    keeper, edit, other = files(root, "k", "e", "e2")
    edit, other = (replace(file, digest=b"e" * 32) for file in (edit, other))
    step = Step(other, edit, SAME)
    made = make_plan([step], (), Retention(copies=2), [[keeper], [edit, other]])
    assert codes(made) == {SkipCode.TOO_FEW_COPIES}


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder", "syncthing"),
        (".sync", "resilio"),
        (".dropbox.cache", "dropbox"),
        (".tmp.driveupload", "google-drive"),
        (".sync_0123456789ab.db", "nextcloud"),
        (".SynologyWorkingDirectory", "synology-drive"),
        ("sync.ffs_db", "freefilesync"),
        ("_gsdata_", "goodsync"),
        (".hidden", None),
        ("sync", None),
    ],
)
def test_markers(tmp_path: Path, marker: str, program: str | None) -> None:
    (tmp_path / "set" / "a" / "b").mkdir(parents=True)
    (tmp_path / "set" / marker).mkdir()
    root = str(tmp_path.resolve() / "set")
    found = SyncSets().of(str(tmp_path / "set" / "a" / "b" / "1.jpg"))
    assert found == (None if program is None else SyncSet(program, root))


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("OneDrive", "onedrive"),
        ("OneDrive - Zoo Ltd", "onedrive"),
        ("Mobile Documents", "icloud"),
        ("Dropbox (Personal)", "dropbox"),
        ("OneDriveX", None),
    ],
)
def test_names(tmp_path: Path, name: str, program: str | None) -> None:
    (tmp_path / name / "a").mkdir(parents=True)
    found = SyncSets().of(str(tmp_path / name / "a" / "1.jpg"))
    assert (found and found.program) == program


def test_each_folder_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dupefinder.actions import retention

    asked = []
    monkeypatch.setattr(retention, "_program_of", lambda folder: asked.append(folder))
    sets = SyncSets()
    for name in ("1.jpg", "2.jpg"):
        assert sets.of(str(tmp_path / "x" / name)) is None
        assert sets.of(str(tmp_path / "y" / name)) is None
    assert len(asked) == len(set(asked))
