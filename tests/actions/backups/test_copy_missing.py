import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.actions.backups.copy_missing import (
    Arrangement,
    CopyPlan,
    TargetRefused,
    copy_missing,
    plan_copies,
)
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.undo import undo
from dupefinder.core.catalog import Catalog
from dupefinder.core.companions import companions_of
from dupefinder.core.comparing import FolderComparison, compare_folders
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.scan import ScanOptions
from tests.actions.mounting import mounted
from tests.actions.removals import add, files_below
from tests.core.pictures import camera_exif, jpeg
from tests.core.test_pipeline import brighter, picture

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A library of one photo; a backup of it, an edited copy of it, and three others."""
    shown = picture(1)
    add(tmp_path / "lib" / "one.jpg", jpeg(shown))
    old = tmp_path / "old"
    add(old / "one.jpg", jpeg(shown))
    add(old / "edited.jpg", jpeg(brighter(shown)))
    add(old / "in" / "two.jpg", jpeg(picture(2)))
    add(old / "in" / "two.xmp", b"<words/>")
    add(old / "in" / "two.mov", b"a film")
    add(old / "in" / "three.jpg", jpeg(picture(3), exif=camera_exif()))
    add(old / "copies" / "two again.jpg", jpeg(picture(2)))
    return tmp_path


def compare(catalog: Catalog, folders: Path, *backups: str) -> FolderComparison:
    return compare_folders(
        [str(folders / "lib")],
        [str(folders / name) for name in backups or ("old",)],
        Options(ScanOptions(()), threads=2),
        Accepted(),
        catalog,
        JobContext(),
    )


def placed(plan: CopyPlan) -> dict[str, str]:
    return {
        Path(file.path).name: plan.folders[file.path] for file in (*plan.photos, *plan.companions)
    }


def copy(plan: CopyPlan, journal: Journal) -> int:
    outcome = copy_missing(plan, journal, JobContext())
    assert outcome.skipped == ()
    return outcome.action_id


def test_missing_photos_are_copied_once_with_their_companions(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    before = files_below(folders / "old")
    target = folders / "lib" / "new"
    plan = plan_copies(compare(catalog, folders), str(target))
    assert plan.size_bytes == sum(file.size_bytes for file in plan.photos)
    copy(plan, journal)
    assert files_below(target) == {
        name: state for name, state in before.items() if name.startswith("in/")
    }
    assert files_below(folders / "old") == before


def test_companions_in_program_folders_are_copied_to_such_folders(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    source = folders / "old" / "in"
    add(source / "NKSC_PARAM" / "two.jpg.nksc", b"settings")
    add(source / ".picasaoriginals" / "two.jpg", b"another picture")
    add(source / ".picasa.ini", b"[two.jpg]\nstar=yes\n[three.jpg]\nstar=yes\n")
    add(folders / "lib" / "in" / "two.jpg", b"a name that is taken")
    before = files_below(folders / "old")
    action_id = copy(plan_copies(compare(catalog, folders), str(folders / "lib")), journal)
    copied = files_below(folders / "lib" / "in" / "2")
    assert copied == {
        name.removeprefix("in/"): state
        for name, state in before.items()
        if name.startswith("in/") and name not in ("in/three.jpg", "in/.picasa.ini")
    }
    assert companions_of(str(folders / "lib" / "in" / "2" / "two.jpg"))
    undo(action_id, journal, JobContext())
    assert files_below(folders / "lib" / "in" / "2") == {}


def test_companions_in_sibling_folders_are_copied_beside_their_photo(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    """Nothing is ever copied to a place outside the target, where the backup has it above."""
    add(folders / "old" / "Sidecars" / "two.dop", b"settings")
    add(folders / "Sidecars" / "old" / "in" / "two.txt", b"a caption")
    add(folders / "old" / "two.aae", b"an edit")
    target = folders / "lib" / "new"
    (folders / "old" / "one.jpg").rename(folders / "old" / "copies" / "one.jpg")
    (folders / "old" / "edited.jpg").rename(folders / "old" / "copies" / "edited.jpg")
    before = files_below(folders)
    action_id = copy(plan_copies(compare(catalog, folders), str(target)), journal)
    assert {name for name in files_below(target) if "two" in name} == {
        *("in/two.jpg", "in/two.xmp", "in/two.mov", "in/two.aae"),
        *("in/Sidecars/two.dop", "in/in/two.txt"),
    }
    assert len(companions_of(str(target / "in" / "two.jpg"))) == 5
    undo(action_id, journal, JobContext())
    after = {name: state for name, state in files_below(folders).items() if "journal" not in name}
    assert after == {name: state for name, state in before.items() if "journal" not in name}


def test_then_the_library_has_it(catalog: Catalog, folders: Path, journal: Journal) -> None:
    copy(plan_copies(compare(catalog, folders), str(folders / "lib")), journal)
    again = compare(catalog, folders)
    left = {Path(one.place.file.path).name: one.status for one in again.photos}
    assert left.pop("edited.jpg") is CoverageStatus.ALTERED
    assert set(left.values()) == {CoverageStatus.COVERED}
    assert plan_copies(again, str(folders / "lib")).photos == ()


def test_undone(catalog: Catalog, folders: Path, journal: Journal) -> None:
    before = files_below(folders)
    action_id = copy(plan_copies(compare(catalog, folders), str(folders / "lib")), journal)
    undone = undo(action_id, journal, JobContext())
    assert undone.skipped == ()
    assert {
        name: state for name, state in files_below(folders).items() if "journal" not in name
    } == {name: state for name, state in before.items() if "journal" not in name}


def test_altered_ones_too(catalog: Catalog, folders: Path) -> None:
    statuses = set(CoverageStatus) - {CoverageStatus.COVERED}
    plan = plan_copies(compare(catalog, folders), str(folders / "lib"), statuses=statuses)
    assert "edited.jpg" in placed(plan)


def test_by_date(catalog: Catalog, folders: Path) -> None:
    os.utime(folders / "old" / "in" / "two.jpg", ns=(0, 1_300_000_000 * 10**9))
    plan = plan_copies(compare(catalog, folders), str(folders / "lib"), Arrangement.DATE)
    assert placed(plan) == {
        "three.jpg": os.path.join("2011", "2011-02"),
        "two.jpg": os.path.join("2011", "2011-03"),
        "two.mov": os.path.join("2011", "2011-03"),
        "two.xmp": os.path.join("2011", "2011-03"),
    }


def test_by_a_date_beyond_all_calendars(
    catalog: Catalog, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_date(_time_s: float) -> time.struct_time:
        raise OverflowError

    monkeypatch.setattr(time, "localtime", no_date)
    plan = plan_copies(compare(catalog, folders), str(folders / "lib"), Arrangement.DATE)
    assert placed(plan)["two.jpg"] == os.path.join("1970", "1970-01")


def test_several_backups_keep_apart(catalog: Catalog, folders: Path) -> None:
    add(folders / "more" / "old" / "four.jpg", jpeg(picture(4)))
    plan = plan_copies(compare(catalog, folders, "old", "more/old"), str(folders / "lib"))
    assert placed(plan)["four.jpg"] == "old (2)"
    assert placed(plan)["three.jpg"] == os.path.join("old", "in")


def test_companions_keep_the_name_of_their_photo(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    add(folders / "lib" / "in" / "two.xmp", b"of another photo")
    add(folders / "lib" / "in" / "three.jpg", jpeg(picture(9)))
    copy(plan_copies(compare(catalog, folders), str(folders / "lib")), journal)
    assert sorted(files_below(folders / "lib")) == [
        "in/2/two.jpg",
        "in/2/two.mov",
        "in/2/two.xmp",
        "in/three.2.jpg",
        "in/three.jpg",
        "in/two.xmp",
        "one.jpg",
    ]


@pytest.mark.parametrize(
    ("there", "name", "beside"),
    [
        ("a.png", "a.jpg", "a.xmp"),
        ("a.png", "a.jpg", "a.jpg.json"),
        ("a.mov", "a.jpg", ""),
        ("A.MOV", "a.jpg", ""),
        ("a_hevc.mov", "a.jpg", ""),
        ("a.xmp", "a.jpg", ""),
        ("a_01.jpg.xmp", "a.jpg", ""),
        ("a.txt", "a.jpg", ""),
        ("a.jpg_original", "a.jpg", ""),
        ("a.jpg.10.spd", "a.jpg", ""),
        ("IMG_1_HEVC(1).MOV", "IMG_1(1).jpg", ""),
        ("a.jpg.json", "a-upraveno.jpg", ""),
        ("IMG_E1234.jpg", "IMG_1234.png", "IMG_1234.aae"),
        ("IMG_1234.aae", "IMG_E1234.jpg", ""),
        ("a.jpg.supplemental-meta.json", "a-edited.jpg", ""),
        ("a.jpg(1).json", "a(1).jpg", ""),
    ],
)
def test_no_companion_changes_its_owner(
    catalog: Catalog, folders: Path, journal: Journal, there: str, name: str, beside: str
) -> None:
    library = folders / "lib"
    add(library / there, jpeg(picture(7)) if there.endswith(("jpg", "png")) else b"{}")
    add(folders / "more" / name, jpeg(picture(4)))
    if beside:
        add(folders / "more" / beside, b"<words/>")
    before = companions_of(str(library / there))
    copy(plan_copies(compare(catalog, folders, "more"), str(library)), journal)
    assert (library / "2" / name).exists()
    assert companions_of(str(library / there)) == before
    found = {Path(one.path).name: one.shared for one in companions_of(str(library / "2" / name))}
    assert found == ({beside: False} if beside else {})


def test_a_raw_file_and_its_rendering_stay_beside_each_other(
    catalog: Catalog, folders: Path
) -> None:
    add(folders / "lib" / "a.png", jpeg(picture(7)))
    # A JPEG that is called a RAW file is read as what it is.
    add(folders / "more" / "a.dng", jpeg(picture(4)))
    add(folders / "more" / "a.jpg", jpeg(picture(8)))
    add(folders / "more" / "a.xmp", b"<words/>")
    plan = plan_copies(compare(catalog, folders, "more"), str(folders / "lib"))
    assert placed(plan) == {"a.dng": "2", "a.jpg": "2", "a.xmp": "2"}


def test_photos_of_two_folders_with_one_stem_keep_apart(catalog: Catalog, folders: Path) -> None:
    for folder, number in (("x", 4), ("y", 8)):
        name = "a.jpg" if folder == "x" else "a.png"
        path = add(folders / "more" / folder / name, jpeg(picture(number)))
        os.utime(path, (1_300_000_000, 1_300_000_000))
    add(folders / "more" / "y" / "a.mov", b"a film")
    plan = plan_copies(compare(catalog, folders, "more"), str(folders / "lib"), Arrangement.DATE)
    month = os.path.join("2011", "2011-03")
    apart = os.path.join(month, "2")
    assert placed(plan) == {"a.jpg": month, "a.png": apart, "a.mov": apart}


@pytest.mark.parametrize("target", ["old", "old/in/new", "Photos.photoslibrary", "managed/new"])
def test_folders_to_which_nothing_is_copied(catalog: Catalog, folders: Path, target: str) -> None:
    add(folders / "managed" / ".immich", b"")
    with pytest.raises(TargetRefused):
        plan_copies(compare(catalog, folders), str(folders / target))


@pytest.mark.parametrize("arrangement", Arrangement)
def test_nothing_is_copied_into_a_backup_below_the_folder(
    catalog: Catalog, folders: Path, arrangement: Arrangement
) -> None:
    add(folders / "2010" / "four.jpg", jpeg(picture(4)), 1_265_000_000 * 10**9)
    if arrangement is Arrangement.DATE:
        comparison = compare(catalog, folders, "2010")
    else:
        comparison = compare(catalog, folders, "2010", "old")
    with pytest.raises(TargetRefused, match="in one of the backups"):
        plan_copies(comparison, str(folders), arrangement)
    (folders / "new").mkdir()
    (folders / "new" / "2010").symlink_to(folders / "2010")
    with pytest.raises(TargetRefused, match="in one of the backups"):
        plan_copies(comparison, str(folders / "new"), arrangement)


def test_nothing_is_copied_into_a_backup_mounted_elsewhere(catalog: Catalog, folders: Path) -> None:
    with mounted(folders / "mount", "--bind", folders / "old"), pytest.raises(TargetRefused):
        plan_copies(compare(catalog, folders), str(folders / "mount" / "new"))


def test_changed_files_are_not_copied(catalog: Catalog, folders: Path, journal: Journal) -> None:
    plan = plan_copies(compare(catalog, folders), str(folders / "lib"))
    add(folders / "old" / "in" / "three.jpg", b"something else")
    outcome = copy_missing(plan, journal, JobContext())
    assert [Path(skip.path).name for skip in outcome.skipped] == ["three.jpg"]
    assert not (folders / "lib" / "in" / "three.jpg").exists()


KILLED = """
import sys
from pathlib import Path
from dupefinder.actions.backups.copy_files import copy_files
from dupefinder.actions.journal import Journal
from dupefinder.core.job import JobContext
from tests.actions.acting_child import KillAtLine
from tests.actions.removals import planned

folder, line = Path(sys.argv[1]), int(sys.argv[2])
files = [planned(path) for path in sorted((folder / "old").iterdir())]
tracer = KillAtLine(line)
with Journal.open(folder / "journal.sqlite") as journal:
    sys.settrace(tracer)
    folders = {file.path: "new" for file in files}
    copy_files(files, str(folder / "lib"), journal, JobContext(), folders=folders)
    sys.settrace(None)
print(tracer.count)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    def run(line: int) -> int:
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(line)]
        child = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
        assert child.returncode == (-signal.SIGKILL if line else 0), child.stderr
        return int(child.stdout or 0)

    for number in range(2):
        add(tmp_path / "old" / f"{number}.jpg", b"photo %d" % number * 100_000)
    before = files_below(tmp_path / "old")
    lines = run(0)
    whole = files_below(tmp_path / "lib" / "new")
    assert whole == before
    for line in range(lines // 8, lines * 7 // 8, lines // 8):
        with Journal.open(tmp_path / "journal.sqlite") as journal:
            for action in journal.actions():
                undo(action.action_id, journal, JobContext())
        assert files_below(tmp_path / "lib") == {}
        run(line)
        with Journal.open(tmp_path / "journal.sqlite") as journal:
            reconcile(journal)
        # Nothing half-copied, under whatever name, and the backup as it was.
        found = files_below(tmp_path / "lib" / "new")
        assert found.items() <= whole.items()
        assert files_below(tmp_path / "old") == before
