import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.actions.backups.copy_missing import plan_copies
from dupefinder.actions.backups.retire import Retirement, plan_retirement
from dupefinder.actions.backups.single_photos import plan_accepted
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, SkipCode
from dupefinder.actions.undo import undo
from dupefinder.core.catalog import Catalog
from dupefinder.core.comparing import FolderComparison, compare_folders
from dupefinder.core.coverage.records import Accepted
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Role
from dupefinder.core.scan import FolderChoice, ScanOptions
from tests.actions.mounting import mounted
from tests.actions.removals import add, files_below
from tests.core.pictures import camera_exif, encode, jpeg, with_segment
from tests.core.test_pipeline import brighter, picture


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A library and a backup of it; every entry of the backup is in the library."""
    shown = picture(1)
    for name in ("lib", "old"):
        add(tmp_path / name / "one.jpg", jpeg(shown))
        add(tmp_path / name / "in" / "two.jpg", jpeg(picture(2)))
        add(tmp_path / name / "in" / "two.xmp", b"<words/>")
        add(tmp_path / name / "in" / "film.avi", b"a film" * 1000)
        add(tmp_path / name / "list.txt", b"one, two")
    add(tmp_path / "old" / "small.jpg", jpeg(shown.resize((160, 120)), quality=60))
    return tmp_path


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


def compare(catalog: Catalog, folders: Path) -> FolderComparison:
    return compare_folders(
        [str(folders / "lib")],
        [str(folders / "old")],
        Options(ScanOptions(()), threads=2),
        Accepted(),
        catalog,
        JobContext(),
    )


def retirement(catalog: Catalog, folders: Path, inside: str = "") -> Retirement:
    comparison = compare(catalog, folders)
    folder = str(folders / "old" / inside) if inside else str(folders / "old")
    return plan_retirement(comparison, folder, ActionKind.SET_ASIDE, JobContext())


def stays(found: Retirement) -> dict[str, SkipCode]:
    return {Path(skip.path).name: skip.code for skip in found.plan.refused}


def test_what_a_person_protected_stays(catalog: Catalog, folders: Path) -> None:
    comparison, old = compare(catalog, folders), folders / "old"
    protected = [str(old / "in")]
    found = plan_retirement(
        comparison, str(old), ActionKind.SET_ASIDE, JobContext(), protected=protected
    )
    going = {Path(step.victim.path).name for step in found.plan.steps}
    assert going == {"one.jpg", "list.txt", "small.jpg"}
    photos = [photo for photo in comparison.photos if photo.place.file.path.endswith("two.jpg")]
    accepted = plan_accepted(comparison, photos, ActionKind.SET_ASIDE, protected=protected)
    assert {skip.code for skip in accepted.refused} == {SkipCode.PROTECTED}


def test_everything_is_proven(catalog: Catalog, folders: Path) -> None:
    found = retirement(catalog, folders)
    assert found.is_whole
    assert found.plan.kind is ActionKind.SET_ASIDE
    assert {
        Path(step.victim.path).name: (Path(step.survivor.path).name, step.evidence)
        for step in found.plan.steps
    } == {
        "one.jpg": ("one.jpg", Evidence.SAME_BYTES),
        "two.jpg": ("two.jpg", Evidence.SAME_BYTES),
        "film.avi": ("film.avi", Evidence.SAME_BYTES),
        "list.txt": ("list.txt", Evidence.SAME_BYTES),
        "small.jpg": ("one.jpg", Evidence.RE_ENCODED),
    }
    assert all(step.survivor.protected for step in found.plan.steps)
    along = [path for step in found.plan.steps for path in step.companions]
    assert along == [str(folders / "old" / "in" / "two.xmp")]


def test_done_and_undone(catalog: Catalog, folders: Path, journal: Journal) -> None:
    before, library = files_below(folders / "old"), files_below(folders / "lib")
    outcome = execute(retirement(catalog, folders).plan, journal, JobContext())
    assert outcome.skipped == ()
    assert files_below(folders / "old") == {}
    assert files_below(folders / "lib") == library
    assert undo(outcome.action_id, journal, JobContext()).skipped == ()
    assert files_below(folders / "old") == before


def test_companions_inside_a_library_stay(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    for name in ("lib", "old"):
        add(folders / name / "NKSC_PARAM" / "one.jpg.nksc", b"settings")
    choices = [FolderChoice(str(folders / "old" / "NKSC_PARAM"), Role.EXCLUDED)]
    comparison = compare_folders(
        [str(folders / "lib")],
        [str(folders / "old")],
        Options(ScanOptions(tuple(choices)), threads=2),
        Accepted(),
        catalog,
        JobContext(),
    )
    options = comparison.options
    assert choices[0] in options.scan.folders
    plan = plan_retirement(
        comparison, str(folders / "old"), ActionKind.SET_ASIDE, JobContext()
    ).plan
    assert "one.jpg" in {Path(step.victim.path).name for step in plan.steps}
    execute(plan, journal, JobContext())
    assert (folders / "old" / "NKSC_PARAM" / "one.jpg.nksc").exists()


def test_unproven_files_stay_and_are_named(catalog: Catalog, folders: Path) -> None:
    old = folders / "old"
    add(old / "only here.jpg", jpeg(picture(3)))
    add(old / "edited.jpg", jpeg(brighter(picture(1))))
    add(old / "broken.jpg", b"\xff\xd8\xff no photo")
    add(old / "another film.mov", b"another film")
    add(old / ".hidden.jpg", jpeg(picture(1)))
    add(old / ".thumbnails" / "one.jpg", jpeg(picture(1)))
    (old / "link.jpg").symlink_to(folders / "lib" / "one.jpg")
    (old / "linked").symlink_to(folders / "lib")
    found = retirement(catalog, folders)
    assert not found.is_whole
    assert stays(found) == {
        "another film.mov": SkipCode.NOT_IN_LIBRARY,
        ".hidden.jpg": SkipCode.NOT_LOOKED_AT,
        ".thumbnails": SkipCode.NOT_LOOKED_AT,
        "broken.jpg": SkipCode.UNREADABLE,
        "edited.jpg": SkipCode.NOT_IN_LIBRARY,
        "link.jpg": SkipCode.NOT_A_REGULAR_FILE,
        "linked": SkipCode.NOT_A_REGULAR_FILE,
        "only here.jpg": SkipCode.NOT_IN_LIBRARY,
    }
    assert len(found.plan.steps) == 5


@pytest.mark.parametrize("place", [".snapshots/1", ".Trash-1000/files", "lost+found"])
def test_a_library_that_does_not_last_proves_nothing(
    catalog: Catalog, folders: Path, place: str
) -> None:
    """By its real place: what is named is a link to it."""
    (folders / place).parent.mkdir(exist_ok=True)
    (folders / "lib").rename(folders / place)
    (folders / "lib").symlink_to(place)
    found = retirement(catalog, folders)
    assert found.plan.steps == ()
    assert set(stays(found).values()) == {
        SkipCode.NOT_IN_LIBRARY,
        SkipCode.BELONGS_TO_WHAT_STAYS,
    }


def test_photos_with_metadata_only_in_the_backup_stay(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    shown, old = picture(5), folders / "old"
    add(folders / "lib" / "five.jpg", jpeg(shown))
    add(old / "said.jpg", jpeg(shown, comment=b"grandma wrote"))
    add(old / "placed.jpg", jpeg(shown, exif=camera_exif()))
    add(old / "flown.jpg", with_segment(jpeg(shown), 0xE3, b"heat that a drone saw"))
    outcome = execute(retirement(catalog, folders).plan, journal, JobContext())
    left = {Path(skip.path).name: skip.code for skip in outcome.skipped}
    assert left == dict.fromkeys(("said.jpg", "placed.jpg", "flown.jpg"), SkipCode.SAYS_MORE)
    assert set(files_below(old)) == {"said.jpg", "placed.jpg", "flown.jpg"}


def test_another_exposure_stays(catalog: Catalog, folders: Path) -> None:
    def shot(second: int, quality: int) -> bytes:
        exif = camera_exif()
        exif.get_ifd(0x8769)[36867] = f"2011:02:03 04:05:0{second}"
        return jpeg(picture(4), exif=exif, quality=quality)

    add(folders / "lib" / "four.jpg", shot(6, 92))
    add(folders / "old" / "same.jpg", shot(6, 90))
    add(folders / "old" / "next.jpg", shot(7, 90))
    found = retirement(catalog, folders)
    assert stays(found) == {"next.jpg": SkipCode.NOT_IN_LIBRARY}
    assert len(found.plan.steps) == 6
    comparison = compare(catalog, folders)
    photos = [one for one in comparison.photos if one.place.file.path.endswith("next.jpg")]
    assert plan_accepted(comparison, photos, ActionKind.TRASH).steps == ()
    copied = plan_copies(comparison, str(folders / "copies")).photos
    assert [Path(file.path).name for file in copied] == ["next.jpg"]


def test_every_entry_is_listed_anew(catalog: Catalog, folders: Path) -> None:
    comparison = compare(catalog, folders)
    add(folders / "old" / "new.jpg", jpeg(picture(3)))
    add(folders / "old" / "one.jpg", jpeg(picture(4)))
    os.unlink(folders / "old" / "small.jpg")
    found = plan_retirement(comparison, str(folders / "old"), ActionKind.TRASH, JobContext())
    assert stays(found) == {"new.jpg": SkipCode.NOT_LOOKED_AT, "one.jpg": SkipCode.CHANGED}
    assert "small.jpg" not in {Path(step.victim.path).name for step in found.plan.steps}


def test_a_folder_of_a_backup(catalog: Catalog, folders: Path) -> None:
    found = retirement(catalog, folders, "in")
    assert {Path(step.victim.path).name for step in found.plan.steps} == {
        "film.avi",
        "two.jpg",
    }


def test_companions_of_a_staying_photo_stay(catalog: Catalog, folders: Path) -> None:
    # The words are somewhere in the library, but not beside the kept copy.
    os.rename(folders / "lib" / "in" / "two.xmp", folders / "lib" / "other.xmp")
    found = retirement(catalog, folders)
    assert stays(found) == {
        "two.jpg": SkipCode.HAS_COMPANIONS,
        "two.xmp": SkipCode.BELONGS_TO_WHAT_STAYS,
    }


def test_a_shared_companion_goes_after_both_photos(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    for name in ("lib", "old"):
        add(folders / name / "in" / "two.png", encode(picture(5), "PNG"))
    found = retirement(catalog, folders)
    assert stays(found) == {}
    assert Path(found.plan.steps[-1].victim.path).name == "two.xmp"
    assert execute(found.plan, journal, JobContext()).skipped == ()
    assert files_below(folders / "old") == {}


def test_a_library_within_the_backup_stays(catalog: Catalog, tmp_path: Path) -> None:
    add(tmp_path / "old" / "one.jpg", jpeg(picture(1)))
    add(tmp_path / "old" / "lib" / "one.jpg", jpeg(picture(1)))
    comparison = compare_folders(
        [str(tmp_path / "old" / "lib")],
        [str(tmp_path / "old")],
        Options(ScanOptions(())),
        Accepted(),
        catalog,
        JobContext(),
    )
    found = plan_retirement(comparison, str(tmp_path / "old"), ActionKind.TRASH, JobContext())
    assert stays(found) == {"lib": SkipCode.PROTECTED}
    assert [step.victim.path for step in found.plan.steps] == [str(tmp_path / "old" / "one.jpg")]


def compared(
    catalog: Catalog, library: Path, backup: Path, options: ScanOptions | None = None
) -> FolderComparison:
    return compare_folders(
        [str(library)],
        [str(backup)],
        Options(options or ScanOptions(())),
        Accepted(),
        catalog,
        JobContext(),
    )


def two_of_each(folder: Path) -> None:
    """A photo and a film, each with a copy of it beside it."""
    for name in ("one.jpg", "again.jpg"):
        add(folder / name, jpeg(picture(1)))
    for name in ("film.mov", "again.mov"):
        add(folder / name, b"a film")


def going(found: Retirement) -> list[str]:
    return [step.victim.path for step in found.plan.steps]


@pytest.mark.parametrize("linked", ["library", "backup"])
def test_a_library_within_the_backup_stays_by_every_name(
    catalog: Catalog, tmp_path: Path, linked: str
) -> None:
    library, backup = tmp_path / "old" / "lib", tmp_path / "old"
    two_of_each(library)
    add(backup / "film too.mov", b"a film")
    link = tmp_path / "link"
    link.symlink_to(library if linked == "library" else backup)
    library, backup = (link, backup) if linked == "library" else (library, link)
    comparison = compared(catalog, library, backup)
    found = plan_retirement(comparison, str(backup), ActionKind.SET_ASIDE, JobContext())
    assert stays(found) == {"lib": SkipCode.PROTECTED}
    assert going(found) == [str(backup / "film too.mov")]
    accepted = plan_accepted(comparison, comparison.photos, ActionKind.SET_ASIDE)
    assert not any("/lib/" in step.victim.path for step in accepted.steps)


def test_a_folder_of_the_library_is_no_folder_of_the_backup(
    catalog: Catalog, tmp_path: Path
) -> None:
    two_of_each(tmp_path / "old" / "lib" / "in")
    (tmp_path / "link").symlink_to(tmp_path / "old" / "lib")
    comparison = compared(catalog, tmp_path / "link", tmp_path / "old")
    inside = str(tmp_path / "old" / "lib" / "in")
    found = plan_retirement(comparison, inside, ActionKind.SET_ASIDE, JobContext())
    assert (going(found), stays(found)) == ([], {"in": SkipCode.PROTECTED})


def test_a_library_mounted_from_the_backup_stays(catalog: Catalog, tmp_path: Path) -> None:
    two_of_each(tmp_path / "old" / "in")
    with mounted(tmp_path / "lib", "--bind", tmp_path / "old" / "in") as library:
        comparison = compared(catalog, library, tmp_path / "old")
        found = plan_retirement(
            comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext()
        )
        assert (going(found), stays(found)) == ([], {"in": SkipCode.PROTECTED})
        accepted = plan_accepted(comparison, comparison.photos, ActionKind.SET_ASIDE)
        assert accepted.steps == ()
        assert {skip.code for skip in accepted.refused} == {SkipCode.PROTECTED}


def test_a_link_into_the_library_proves_nothing(catalog: Catalog, tmp_path: Path) -> None:
    two_of_each(tmp_path / "lib" / "old")
    (tmp_path / "link").symlink_to(tmp_path / "lib" / "old")
    comparison = compared(catalog, tmp_path / "lib", tmp_path / "link")
    found = plan_retirement(comparison, str(tmp_path / "link"), ActionKind.SET_ASIDE, JobContext())
    assert going(found) == []
    assert set(stays(found)) == {"one.jpg", "again.jpg", "film.mov", "again.mov"}


def test_a_backup_mounted_in_the_library_proves_nothing(catalog: Catalog, tmp_path: Path) -> None:
    two_of_each(tmp_path / "old")
    with mounted(tmp_path / "lib" / "old", "--bind", tmp_path / "old"):
        comparison = compared(catalog, tmp_path / "lib", tmp_path / "old")
        found = plan_retirement(
            comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext()
        )
        assert going(found) == []
        assert plan_accepted(comparison, comparison.photos, ActionKind.SET_ASIDE).steps == ()


def test_a_part_of_the_backup_mounted_in_the_library_proves_nothing(
    catalog: Catalog, tmp_path: Path
) -> None:
    two_of_each(tmp_path / "old" / "in")
    with mounted(tmp_path / "lib" / "seen", "--bind", tmp_path / "old" / "in"):
        comparison = compared(catalog, tmp_path / "lib", tmp_path / "old")
        found = plan_retirement(
            comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext()
        )
        assert going(found) == []
        assert plan_accepted(comparison, comparison.photos, ActionKind.SET_ASIDE).steps == ()


def test_a_hard_link_in_the_library_stays_when_the_backup_goes(
    catalog: Catalog, tmp_path: Path
) -> None:
    two_of_each(tmp_path / "old")
    (tmp_path / "lib").mkdir()
    for name in ("again.jpg", "again.mov"):
        os.link(tmp_path / "old" / name, tmp_path / "lib" / name)
    comparison = compared(catalog, tmp_path / "lib", tmp_path / "old")
    found = plan_retirement(comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext())
    assert {Path(path).name for path in going(found)} >= {"one.jpg", "film.mov"}


@pytest.mark.parametrize(
    "place", ["out/film.mov", ".film.mov", ".in/film.mov", "Trash/film.mov", "cache/film.mov"]
)
def test_files_left_out_of_the_scan_are_not_in_the_library(
    catalog: Catalog, tmp_path: Path, place: str
) -> None:
    add(tmp_path / "lib" / "two.jpg", jpeg(picture(2)))
    add(tmp_path / "lib" / place, b"a film")
    add(tmp_path / "old" / "film.mov", b"a film")
    out = (
        FolderChoice(str(tmp_path / "lib" / "out"), Role.EXCLUDED),
        FolderChoice(str(tmp_path / "lib" / "Trash" / "film.mov"), Role.EXCLUDED),
    )
    options = ScanOptions(out, exclude=("cache/",))
    comparison = compared(catalog, tmp_path / "lib", tmp_path / "old", options)
    found = plan_retirement(comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext())
    assert stays(found) == {"film.mov": SkipCode.NOT_IN_LIBRARY}


def test_hidden_films_are_in_the_library_where_the_scan_looks_at_them(
    catalog: Catalog, tmp_path: Path
) -> None:
    add(tmp_path / "lib" / ".in" / ".film.mov", b"a film")
    add(tmp_path / "old" / "film.mov", b"a film")
    comparison = compared(catalog, tmp_path / "lib", tmp_path / "old", ScanOptions((), hidden=True))
    found = plan_retirement(comparison, str(tmp_path / "old"), ActionKind.SET_ASIDE, JobContext())
    assert going(found) == [str(tmp_path / "old" / "film.mov")]


def test_excluded_folders_stay(catalog: Catalog, folders: Path) -> None:
    excluded = (FolderChoice(str(folders / "old" / "in"), Role.EXCLUDED),)
    comparison = compare_folders(
        [str(folders / "lib")],
        [str(folders / "old")],
        Options(ScanOptions(excluded)),
        Accepted(),
        catalog,
        JobContext(),
    )
    found = plan_retirement(comparison, str(folders / "old"), ActionKind.TRASH, JobContext())
    assert stays(found) == {"in": SkipCode.NOT_LOOKED_AT}
    assert not any("/in/" in step.victim.path for step in found.plan.steps)


def test_folders_of_other_programs_stay(catalog: Catalog, folders: Path) -> None:
    add(folders / "old" / "in" / "catalog.lrcat", b"")
    assert stays(retirement(catalog, folders)) == {"in": SkipCode.PROTECTED}


def test_a_changed_survivor_keeps_the_photo(
    catalog: Catalog, folders: Path, journal: Journal
) -> None:
    found = retirement(catalog, folders)
    add(folders / "lib" / "one.jpg", b"overwritten")
    outcome = execute(found.plan, journal, JobContext())
    assert {(Path(skip.path).name, skip.code) for skip in outcome.skipped} == {
        ("one.jpg", SkipCode.SURVIVOR_CHANGED),
        ("small.jpg", SkipCode.SURVIVOR_CHANGED),
    }
    assert {"one.jpg", "small.jpg"} <= set(files_below(folders / "old"))


@pytest.mark.parametrize("kind", [ActionKind.DELETE, ActionKind.MOVE])
def test_only_what_can_be_brought_back(catalog: Catalog, folders: Path, kind: ActionKind) -> None:
    comparison = compare(catalog, folders)
    with pytest.raises(ValueError, match="not retired"):
        plan_retirement(comparison, str(folders / "old"), kind, JobContext())
    with pytest.raises(ValueError, match="in no backup"):
        plan_retirement(comparison, str(folders / "lib"), ActionKind.TRASH, JobContext())


CONTENTS = (
    jpeg(picture(1, 160, 120)),
    jpeg(picture(2, 160, 120)),
    jpeg(picture(3, 160, 120)),
    b"a film",
    b"<words/>",
    b"one, two",
)
NAMES = ("a.jpg", "a.xmp", "a.mov", "b.jpg", "b.txt", ".c.jpg", "b.JPG.json")
FILES = st.dictionaries(
    st.tuples(st.sampled_from(("", "in/", "in/deep/")), st.sampled_from(NAMES)),
    st.sampled_from(CONTENTS),
    max_size=8,
)


@settings(max_examples=25)
@given(library=FILES, backup=FILES)
def test_nothing_goes_that_the_library_does_not_have(
    library: dict[tuple[str, str], bytes], backup: dict[tuple[str, str], bytes]
) -> None:
    with TemporaryDirectory() as folder, Catalog.open(None) as catalog:
        top = Path(folder)
        for name, files in (("lib", library), ("old", backup)):
            (top / name).mkdir()
            for (inside, file), content in files.items():
                add(top / name / inside / file, content)
        before, kept = files_below(top / "old"), files_below(top / "lib")
        plan = retirement(catalog, top).plan
        with Journal.open(top / "journal.sqlite") as journal:
            outcome = execute(plan, journal, JobContext())
            left = files_below(top / "old")
            assert files_below(top / "lib") == kept
            there = {state.content for state in kept.values()}
            gone = {name: state for name, state in before.items() if name not in left}
            assert all(state.content in there for state in gone.values())
            # Whatever stays is named: by the plan, or by what was done.
            named = {skip.path for skip in (*plan.refused, *outcome.skipped)}
            assert {str(top / "old" / name) for name in left} <= named
            assert undo(outcome.action_id, journal, JobContext()).skipped == ()
        assert files_below(top / "old") == before
