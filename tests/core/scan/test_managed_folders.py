"""Folders that other programs manage: recognised, protected, their previews left out."""

from pathlib import Path

import pytest

from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.managed_folders import (
    PROGRAMS,
    ManagedFolder,
    generated_code,
    program_above,
    program_of_entries,
    program_of_folder,
)
from tests.core.photo_tree import add, names, paths, protected, scan

PACKAGES = [
    ("Photos Library.photoslibrary", "apple-photos"),
    ("Old.photolibrary", "iphoto"),
    ("Old.migratedphotolibrary", "iphoto"),
    ("Work.aplibrary", "aperture"),
    ("Cloud.lrlibrary", "lightroom"),
    ("Studio.cocatalog", "capture-one"),
]
MARKERS = [
    ("Lightroom Catalog.lrcat", "lightroom"),
    ("digikam4.db", "digikam"),
    (".immich", "immich"),
    (".ppstorage", "photoprism"),
    (".ncdata", "nextcloud"),
    (".ocdata", "nextcloud"),
]


@pytest.mark.parametrize(("name", "program"), PACKAGES)
def test_a_package_is_protected(tmp_path: Path, name: str, program: str) -> None:
    inside = add(tmp_path / name / "originals" / "0" / "a.heic")
    outside = add(tmp_path / "b.jpg")
    result = scan(tmp_path)
    assert {p.path: p.protected for p in result.photos} == {inside: True, outside: False}
    assert result.managed == [ManagedFolder(str(tmp_path / name), program, protected=True)]


@pytest.mark.parametrize(("marker", "program"), MARKERS)
def test_a_folder_with_a_marker_is_protected(tmp_path: Path, marker: str, program: str) -> None:
    inside = [add(tmp_path / "m" / "a.jpg"), add(tmp_path / "m" / "x" / "y" / "b.jpg")]
    outside = add(tmp_path / "c.jpg")
    beside = add(tmp_path / "n" / "d.jpg")
    add(tmp_path / "m" / marker, b"")
    result = scan(tmp_path)
    assert {p.path: p.protected for p in result.photos} == {
        inside[0]: True,
        inside[1]: True,
        outside: False,
        beside: False,
    }
    assert result.managed == [ManagedFolder(str(tmp_path / "m"), program, protected=True)]


def test_originals_with_sidecars_of_photoprism_are_protected(tmp_path: Path) -> None:
    add(tmp_path / "m" / "a.jpg")
    add(tmp_path / "m" / ".photoprism" / "a.jpg.jpg")
    result = scan(tmp_path, hidden=True)
    assert [(p.path, p.protected) for p in result.photos] == [(str(tmp_path / "m/a.jpg"), True)]
    assert result.left_out == {LeftOut.THUMBNAILS: 1}


@pytest.mark.parametrize(("name", "program"), PACKAGES)
def test_choosing_exactly_the_package_overrides(tmp_path: Path, name: str, program: str) -> None:
    add(tmp_path / name / "originals" / "a.jpg")
    result = scan(tmp_path / name)
    assert [photo.protected for photo in result.photos] == [False]
    assert result.managed == [ManagedFolder(str(tmp_path / name), program, protected=False)]
    result = scan(tmp_path, tmp_path / name)
    assert [photo.protected for photo in result.photos] == [False]


@pytest.mark.parametrize(("marker", "program"), MARKERS)
def test_choosing_exactly_the_marked_folder_overrides(
    tmp_path: Path, marker: str, program: str
) -> None:
    add(tmp_path / "m" / "a.jpg")
    add(tmp_path / "m" / marker, b"")
    result = scan(tmp_path / "m")
    assert [photo.protected for photo in result.photos] == [False]
    assert result.managed == [ManagedFolder(str(tmp_path / "m"), program, protected=False)]
    result = scan(protected(tmp_path / "m"))
    assert [photo.protected for photo in result.photos] == [True]
    assert result.managed == [ManagedFolder(str(tmp_path / "m"), program, protected=True)]


def test_a_folder_inside_a_package_stays_protected(tmp_path: Path) -> None:
    package = tmp_path / "My.photoslibrary"
    path = add(package / "originals" / "a.jpg")
    for choice in (package / "originals", Path(path)):
        result = scan(choice)
        assert [photo.protected for photo in result.photos] == [True]
        assert result.managed == [ManagedFolder(str(package), "apple-photos", protected=True)]
    # Unless that package was chosen to be scanned.
    result = scan(package, package / "originals")
    assert [photo.protected for photo in result.photos] == [False]


@pytest.mark.parametrize("marker", ["digikam4.db", "a.lrcat"])
def test_a_chosen_folder_below_a_catalog_is_not_protected(tmp_path: Path, marker: str) -> None:
    add(tmp_path / marker, b"")
    add(tmp_path / "2019" / "a.jpg")
    assert [photo.protected for photo in scan(tmp_path / "2019").photos] == [False]
    chosen_within = scan(protected(tmp_path), tmp_path / "2019")
    assert [photo.protected for photo in chosen_within.photos] == [False]


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("A.photoslibrary", "resources/derivatives/0/x_1_105_c.jpeg"),
        ("A.photoslibrary", "resources/proxies/derivatives/x.jpg"),
        ("A.photoslibrary", "scopes/cloudsharing/resources/derivatives/x.jpg"),
        ("A.photoslibrary", "private/com.apple.photoanalysisd/caches/x.jpg"),
        ("A.photolibrary", "Thumbnails/2009/x.jpg"),
        ("A.photolibrary", "Data/2009/x.jpg"),
        ("A.aplibrary", "Previews/2009/x.jpg"),
    ],
)
def test_previews_in_a_package_are_left_out(tmp_path: Path, folder: str, inside: str) -> None:
    kept = add(tmp_path / folder / "Masters" / "2009" / "a.jpg")
    add(tmp_path / folder / inside)
    for choice in (tmp_path, tmp_path / folder):
        result = scan(choice)
        assert paths(result) == [kept]
        assert result.left_out == {LeftOut.THUMBNAILS: 1}


def test_folders_of_such_a_name_elsewhere_are_walked(tmp_path: Path) -> None:
    add(tmp_path / "resources" / "derivatives" / "a.jpg")
    add(tmp_path / "thumbs" / "b.jpg")
    add(tmp_path / "A.photoslibrary" / "originals" / "Thumbnails" / "c.jpg")
    assert sorted(names(scan(tmp_path))) == ["a.jpg", "b.jpg", "c.jpg"]


def test_files_generated_by_immich_are_left_out(tmp_path: Path) -> None:
    for folder in ("library", "upload", "thumbs", "encoded-video", "profile"):
        add(tmp_path / folder / ".immich", b"")
        add(tmp_path / folder / "user" / f"{folder}.jpg")
    result = scan(tmp_path)
    assert sorted(names(result)) == ["library.jpg", "profile.jpg", "upload.jpg"]
    assert all(photo.protected for photo in result.photos)
    assert result.left_out == {LeftOut.THUMBNAILS: 2, LeftOut.HIDDEN: 3}


def test_files_generated_by_nextcloud_are_left_out(tmp_path: Path) -> None:
    add(tmp_path / "data" / ".ncdata", b"")
    kept = add(tmp_path / "data" / "anna" / "files" / "a.jpg")
    add(tmp_path / "data" / "appdata_oc1234" / "preview" / "0" / "64-64.jpg")
    add(tmp_path / "data" / "anna" / "files_trashbin" / "files" / "b.jpg.d1700000000")
    add(tmp_path / "data" / "anna" / "files_versions" / "a.jpg.v1700000000")
    result = scan(tmp_path, hidden=True)
    assert paths(result) == [kept]
    assert result.left_out == {
        LeftOut.THUMBNAILS: 1,
        LeftOut.TRASH: 1,
        LeftOut.SNAPSHOT: 1,
        LeftOut.NOT_A_PHOTO: 1,  # the marker
    }


def test_a_chosen_folder_inside_nextcloud_keeps_its_protection(tmp_path: Path) -> None:
    add(tmp_path / ".ocdata", b"")
    add(tmp_path / "anna" / "files" / "a.jpg")
    result = scan(tmp_path / "anna")
    assert [photo.protected for photo in result.photos] == [True]
    assert result.managed == [ManagedFolder(str(tmp_path), "nextcloud", protected=True)]


def test_a_catalog_within_a_package_does_not_replace_it(tmp_path: Path) -> None:
    package = tmp_path / "A.photoslibrary"
    add(package / "digikam4.db", b"")
    add(package / "x" / "digikam4.db", b"")
    add(package / "x" / "a.jpg")
    add(package / "x" / "resources" / "derivatives" / "b.jpg")
    assert names(scan(tmp_path)) == ["a.jpg"]


def test_markers_are_exact() -> None:
    assert program_of_entries(["Digikam4.db", "immich", "lrcat", "a.lrcat-data"]) is None
    assert program_of_folder("photoslibrary") is None
    assert program_of_folder(".photoslibrary") is None
    found = program_of_entries(["A.LRCAT"])
    assert found is not None
    assert found.code == "lightroom"


def test_the_program_that_owns_the_files_comes_first() -> None:
    found = program_of_entries(["digikam4.db", ".immich", "a.lrcat"])
    assert found is not None
    assert found.code == "immich"


def test_no_program_above_the_root() -> None:
    assert program_above("/") is None


def test_generated_patterns_do_not_take_the_whole_folder() -> None:
    for program in PROGRAMS:
        for relative in (".", "originals", "Masters/2009", "anna/files"):
            assert generated_code(program, relative) is None
