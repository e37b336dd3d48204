"""Symbolic links: left out, followed, dangling, circular."""

import os
from pathlib import Path

import pytest

from dupefinder.core.job import JobContext
from dupefinder.core.scan.left_out import LeftOut
from tests.core.photo_tree import add, add_pipe, excluded, paths, protected, scan, scanned


def test_links_are_left_out_and_counted(tmp_path: Path) -> None:
    kept = add(tmp_path / "in" / "a.jpg")
    add(tmp_path / "out" / "b.jpg")
    (tmp_path / "in" / "folder").symlink_to("../out")
    (tmp_path / "in" / "file.jpg").symlink_to("../out/b.jpg")
    (tmp_path / "in" / "twin.jpg").symlink_to("a.jpg")
    result = scan(tmp_path / "in")
    assert paths(result) == [kept]
    assert result.left_out == {LeftOut.SYMLINK: 3}


def test_a_linked_folder_is_followed_when_asked_for(tmp_path: Path) -> None:
    kept = add(tmp_path / "in" / "a.jpg")
    add(tmp_path / "out" / "deep" / "b.jpg")
    (tmp_path / "in" / "folder").symlink_to("../out")
    result = scan(tmp_path / "in", follow_symlinks=True)
    linked = str(tmp_path / "in" / "folder" / "deep" / "b.jpg")
    assert paths(result) == [kept, linked]
    assert [photo.protected for photo in result.photos] == [False, False]
    by_path = {photo.path: photo for photo in result.photos}
    volume = result.volumes[by_path[linked].volume_id]
    assert os.path.join(volume.mount_point, by_path[linked].relative_path) == os.path.realpath(
        linked
    )


def test_a_linked_file_is_taken_when_nothing_else_leads_to_it(tmp_path: Path) -> None:
    target = add(tmp_path / "out" / "b.jpg")
    (tmp_path / "in").mkdir()
    link = tmp_path / "in" / "link.jpg"
    link.symlink_to("../out/b.jpg")
    result = scan(tmp_path / "in", follow_symlinks=True)
    (photo,) = result.photos
    assert photo.path == str(link)
    assert photo.relative_path.endswith("out/b.jpg")
    assert photo.inode == os.stat(target).st_ino
    # Removing the link would free nothing, and its target was not chosen.
    assert photo.protected
    assert result.left_out == {}


def test_a_linked_file_that_is_found_by_itself_is_no_second_photo(tmp_path: Path) -> None:
    kept = add(tmp_path / "z" / "long name.jpg")
    link = tmp_path / "a.jpg"
    link.symlink_to("z/long name.jpg")
    result = scan(tmp_path, follow_symlinks=True)
    assert [(p.path, p.protected) for p in result.photos] == [(kept, False)]
    assert result.same_file == {kept: (str(link),)}
    assert result.left_out == {LeftOut.SYMLINK: 1}


def test_a_link_leads_into_no_trash_unless_that_was_named(tmp_path: Path) -> None:
    kept = add(tmp_path / "in" / "a.jpg")
    trash = tmp_path / ".Trash-1000"
    thrown = add(trash / "files" / "deep" / "b.jpg")
    (tmp_path / "in" / "file.jpg").symlink_to(thrown)
    (tmp_path / "in" / "folder").symlink_to(trash / "files")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert paths(result) == [kept]
    assert result.left_out == {LeftOut.TRASH: 2}
    (trash / "link").symlink_to("files/deep")
    result = scan(trash / "link", follow_symlinks=True)
    assert paths(result) == [str(trash / "link" / "b.jpg")]
    (trash / "files" / "deep" / "c").symlink_to("../../more")
    add(trash / "more" / "c.jpg")
    result = scan(trash, follow_symlinks=True)
    assert str(trash / "more" / "c.jpg") in paths(result)


def test_a_link_in_a_protected_folder_protects_its_target(tmp_path: Path) -> None:
    target = add(tmp_path / "s" / "a.jpg")
    link = tmp_path / "p" / "best.jpg"
    link.parent.mkdir()
    link.symlink_to("../s/a.jpg")
    result = scan(tmp_path / "s", protected(tmp_path / "p"), follow_symlinks=True)
    assert [(p.path, p.protected) for p in result.photos] == [(str(link), True)]
    assert result.same_file == {str(link): (target,)}


def test_a_linked_folder_below_a_protected_one_is_protected(tmp_path: Path) -> None:
    add(tmp_path / "s" / "x" / "a.jpg")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x").symlink_to("../s/x")
    result = scan(tmp_path / "s", protected(tmp_path / "p"), follow_symlinks=True)
    kept = str(tmp_path / "p" / "x" / "a.jpg")
    assert [(p.path, p.protected) for p in result.photos] == [(kept, True)]
    assert result.same_file == {kept: (str(tmp_path / "s" / "x" / "a.jpg"),)}


def test_a_link_does_not_lead_into_an_excluded_folder(tmp_path: Path) -> None:
    add(tmp_path / "x" / "deep" / "a.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to("../x/deep")
    (tmp_path / "in" / "a.jpg").symlink_to("../x/deep/a.jpg")
    result = scan(tmp_path / "in", excluded(tmp_path / "x"), follow_symlinks=True)
    assert result.photos == []
    assert result.left_out == {LeftOut.EXCLUDED: 2}


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (".Trash-1000", LeftOut.TRASH),
        (".hidden", LeftOut.HIDDEN),
        ("@eaDir", LeftOut.THUMBNAILS),
    ],
)
def test_a_link_does_not_lead_into_what_is_left_out(
    tmp_path: Path, target: str, code: LeftOut
) -> None:
    add(tmp_path / target / "a.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to(tmp_path / target)
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert result.photos == []
    assert result.left_out == {code: 1}


def test_a_link_into_a_managed_folder_leads_to_protected_photos(tmp_path: Path) -> None:
    add(tmp_path / "My.photoslibrary" / "originals" / "a.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to("../My.photoslibrary/originals")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert [photo.protected for photo in result.photos] == [True]
    assert [folder.program for folder in result.managed] == ["apple-photos"]


def test_patterns_hold_for_links(tmp_path: Path) -> None:
    add(tmp_path / "out" / "b.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to("../out")
    (tmp_path / "in" / "b.jpg").symlink_to("../out/b.jpg")
    result = scan(tmp_path / "in", follow_symlinks=True, exclude=("folder", "b.*"))
    assert result.photos == []
    assert result.left_out == {LeftOut.FILTERED_BY_GLOB: 2}


def test_links_to_no_photo(tmp_path: Path) -> None:
    add(tmp_path / "in" / "notes.txt")
    add(tmp_path / "out" / "mail", b"From: somebody")
    add_pipe(tmp_path / "out" / "pipe")
    folder = tmp_path / "in"
    (folder / "a.txt").symlink_to("../out/mail")
    (folder / "b").symlink_to("../out/mail")
    (folder / "c.jpg").symlink_to("../out/pipe")
    (folder / ".d.jpg").symlink_to("../out/mail")
    result = scan(folder, follow_symlinks=True)
    assert result.photos == []
    assert result.left_out == {
        LeftOut.NOT_A_PHOTO: 3,
        LeftOut.SPECIAL_FILE: 1,
        LeftOut.HIDDEN: 1,
    }


@pytest.mark.parametrize("follow", [False, True])
def test_links_that_lead_nowhere_are_no_problem(tmp_path: Path, follow: bool) -> None:
    kept = add(tmp_path / "a.jpg")
    for number in range(50):
        (tmp_path / f"dangling {number}.jpg").symlink_to("nowhere")
        (tmp_path / f"itself {number}.jpg").symlink_to(f"itself {number}.jpg")
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    context = JobContext()
    result = scan(tmp_path, follow_symlinks=follow, context=context)
    assert paths(result) == [kept]
    assert result.left_out == {LeftOut.SYMLINK: 102}
    assert context.problems == []


def test_links_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    kept = [add(tmp_path / "a" / "1.jpg"), add(tmp_path / "a" / "b" / "2.jpg")]
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "a" / "top").symlink_to(tmp_path)
    (tmp_path / "a" / "here").symlink_to(".")
    result = scan(tmp_path, follow_symlinks=True)
    assert paths(result) == kept
    assert result.left_out == {LeftOut.SYMLINK: 3}
    assert result.same_file == {}


def test_a_circle_outside_the_chosen_folder_comes_to_an_end(tmp_path: Path) -> None:
    add(tmp_path / "out" / "x" / "1.jpg")
    (tmp_path / "out" / "x" / "back").symlink_to("..")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to("../out/x")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert paths(result) == [str(tmp_path / "in" / "folder" / "1.jpg")]


def test_many_ways_to_one_folder_are_walked_once(tmp_path: Path) -> None:
    """Twenty folders, each with two links to the next: two to the twentieth paths."""
    for number in range(20):
        folder = tmp_path / "out" / str(number)
        add(folder / f"{number:02d}.jpg")
        (folder / "left").symlink_to(f"../{number + 1}")
        (folder / "right").symlink_to(f"../{number + 1}")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "first").symlink_to("../out/0")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert len(result.photos) == 20
    assert result.left_out == {LeftOut.SYMLINK: 20 + 1}


def test_a_folder_below_two_linked_ones_is_walked_once(tmp_path: Path) -> None:
    add(tmp_path / "out" / "inner" / "1.jpg")
    add(tmp_path / "out" / "2.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").symlink_to("../out/inner")
    (tmp_path / "in" / "b").symlink_to("../out")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert paths(result) == [str(tmp_path / "in" / path) for path in ("a/1.jpg", "b/2.jpg")]
    assert result.same_file == {}


def test_of_many_links_to_one_folder_the_first_is_followed(tmp_path: Path) -> None:
    add(tmp_path / "out" / "1.jpg")
    (tmp_path / "in").mkdir()
    for name in "hfbdgceai":
        (tmp_path / "in" / name).symlink_to("../out")
    result = scan(tmp_path / "in", follow_symlinks=True)
    assert paths(result) == [str(tmp_path / "in" / "a" / "1.jpg")]


def test_a_chosen_link_is_walked(tmp_path: Path) -> None:
    add(tmp_path / "real" / "a.jpg")
    (tmp_path / "link").symlink_to("real")
    assert paths(scan(tmp_path / "link")) == [str(tmp_path / "link" / "a.jpg")]


def test_a_chosen_link_to_a_file_is_taken_once(tmp_path: Path) -> None:
    target = add(tmp_path / "real" / "a.jpg")
    link = tmp_path / "real" / "b.jpg"
    link.symlink_to("a.jpg")
    result = scan(scanned(link))
    assert [(p.path, p.protected) for p in result.photos] == [(str(link), True)]
    result = scan(scanned(link), tmp_path / "real", follow_symlinks=True)
    assert paths(result) == [target]
    assert result.same_file == {target: (str(link),)}
