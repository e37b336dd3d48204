"""The order of folders and matches inside one folder, from files to proposals."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Report, find_duplicates
from dupefinder.core.records import GroupMember, Reason, ReasonCode
from dupefinder.core.reopening import reopen_last
from dupefinder.core.source_folders import SourceFolders
from tests.core.pictures import jpeg
from tests.core.test_pipeline import options_for, picture, write

NAMES = ("library", "phone", "backup")


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


def scanned(catalog: Catalog, root: Path, *order: str, between_only: bool = False) -> Report:
    options = options_for([root / name for name in NAMES])
    preferred = tuple(str(root / name) for name in order)
    options = replace(options, preferred=preferred, between_only=between_only)
    return find_duplicates(options, catalog, JobContext())


def members_by_path(report: Report, root: Path) -> dict[str, GroupMember]:
    return {
        Path(one.file.path).relative_to(root).as_posix(): one
        for group in report.groups
        for one in group.members
    }


def staying(report: Report, root: Path) -> set[str]:
    return {path for path, one in members_by_path(report, root).items() if one.keep}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three folders with photos of which each has a copy in each, alike in all that counts."""
    folder = tmp_path_factory.mktemp("photos")
    for place, name in enumerate(NAMES):
        for seed in (1, 2):
            # The oldest ones lie in the first folder, the shortest names in the last.
            path = folder / name / ("x" * (3 - place)) / f"{seed}.jpg"
            write(path, jpeg(picture(seed)), mtime_s=1_000_000 + place)
    return folder


@pytest.mark.parametrize("order", list(permutations(NAMES)))
def test_the_same_side_stays_throughout(
    root: Path, catalog: Catalog, order: tuple[str, ...]
) -> None:
    report = scanned(catalog, root, *order)
    assert {path.split("/")[0] for path in staying(report, root)} == {order[0]}
    assert len(report.groups) == len(staying(report, root)) == 2
    last = reopen_last(catalog, JobContext())
    assert last is not None
    assert last.matches.groups(last.shown_bits) == report.groups


def test_named_folders_come_before_others(root: Path, catalog: Catalog) -> None:
    report = scanned(catalog, root, "backup")
    assert {path.split("/")[0] for path in staying(report, root)} == {"backup"}
    keepers = [group.members[0] for group in report.groups]
    assert {one.reason for one in keepers} == {Reason(ReasonCode.EARLIER_FOLDER)}


def test_another_order_needs_no_other_scan(root: Path, catalog: Catalog) -> None:
    report = scanned(catalog, root, "library")
    matches = report.matches
    matches.set_sources(SourceFolders(matches.sources.folders, [str(root / "phone")]))
    expected = scanned(catalog, root, "phone").groups
    assert matches.groups(report.options.match.threshold) == expected


def test_a_larger_photo_stays_beside_the_copy_of_the_first_folder(
    tmp_path: Path, catalog: Catalog
) -> None:
    large = picture(1)
    small = large.resize((160, 120), Image.Resampling.LANCZOS)
    write(tmp_path / "library" / "small.jpg", jpeg(small))
    write(tmp_path / "phone" / "large.jpg", jpeg(large, quality=92))
    write(tmp_path / "backup" / "large.jpg", jpeg(large, quality=92))
    found = members_by_path(scanned(catalog, tmp_path), tmp_path)
    assert not found["library/small.jpg"].keep  # without an order the larger one replaces it
    found = members_by_path(scanned(catalog, tmp_path, "library", "phone"), tmp_path)
    assert found["library/small.jpg"].is_keeper
    assert found["library/small.jpg"].reason == Reason(ReasonCode.EARLIER_FOLDER)
    assert found["phone/large.jpg"].keep
    assert found["phone/large.jpg"].reason == Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    assert not found["backup/large.jpg"].keep


def test_matches_inside_one_folder_are_ignored(tmp_path: Path, catalog: Catalog) -> None:
    one, two = jpeg(picture(1)), jpeg(picture(2))
    for name in ("library/a.jpg", "library/a (2).jpg", "phone/a.jpg"):
        write(tmp_path / name, one)
    for name in ("phone/b.jpg", "phone/b (2).jpg"):
        write(tmp_path / name, two)
    (tmp_path / "backup").mkdir()
    assert len(scanned(catalog, tmp_path).groups) == 2
    report = scanned(catalog, tmp_path, "library", between_only=True)
    assert len(report.groups) == 1
    assert staying(report, tmp_path) == {"library/a.jpg", "library/a (2).jpg"}
    second = members_by_path(report, tmp_path)["library/a.jpg"]
    if second.is_keeper:
        second = members_by_path(report, tmp_path)["library/a (2).jpg"]
    assert second.reason == Reason(ReasonCode.WITHIN_FOLDER)
    report = scanned(catalog, tmp_path, "phone", between_only=True)
    assert staying(report, tmp_path) == {"phone/a.jpg"}


@given(st.permutations(NAMES), st.integers(0, 3), st.booleans())
@settings(max_examples=12)
def test_order_and_scope_never_empty_a_group(
    root: Path, order: list[str], named: int, between_only: bool
) -> None:
    with Catalog.open(None) as catalog:
        report = scanned(catalog, root, *order[:named], between_only=between_only)
        for group in report.groups:
            by_path = {one.file.path: one for one in group.members}
            assert group.members[0].keep
            for one in group.members:
                if not one.keep:
                    assert one.against is not None
                    assert by_path[one.against].keep
