"""A photo that went because another stayed is not forgotten when that one goes, months later."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from dupefinder.actions.checks.full_decode import close_decoder
from dupefinder.actions.checks.survivor_chain import stands_for_inexactly
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import JournalStep, Outcome, Plan, SkipCode, Skipped, Step
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add, planned, row
from tests.cli.album import scene
from tests.core.pictures import camera_exif, jpeg


@pytest.fixture(scope="module", autouse=True)
def decoder() -> Iterator[None]:
    yield
    close_decoder()


@lru_cache
def saved(quality: int, seed: int = 1) -> bytes:
    return jpeg(scene(seed), quality=quality)


def photos(folder: Path, *contents: bytes) -> list[Path]:
    """Photos a, b, c …, each in a folder of its own."""
    return [
        add(folder / name / "photo.jpg", content)
        for name, content in zip("abcd", contents, strict=False)
    ]


def go(journal: Journal, victim: Path, survivor: Path, evidence: Evidence) -> Outcome:
    step = Step(planned(victim), planned(survivor), evidence)
    return execute(Plan((step,)), journal, JobContext())


def went(outcome: Outcome) -> bool:
    return bool(outcome.done)


def empty(trash_path: Path) -> None:
    for path in (trash_path / "files").iterdir():
        path.unlink()


class TestTwoMonths:
    """First a goes because b stays; later b shall go because c stays."""

    def first(
        self, journal: Journal, tmp_path: Path, evidence: Evidence, *contents: bytes
    ) -> list[Path]:
        paths = photos(tmp_path, *contents)
        assert went(go(journal, paths[0], paths[1], evidence))
        return paths

    def test_two_likenesses_are_no_proof_once_the_first_is_gone_for_good(
        self, tmp_path: Path, journal: Journal, trash_path: Path
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        a, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        empty(trash_path)
        outcome = go(journal, b, c, Evidence.RE_ENCODED)
        assert outcome.skipped == (Skipped(str(b), SkipCode.STANDS_FOR_ANOTHER, str(a)),)
        assert b.exists()

    def test_a_file_still_in_the_trash_is_compared_with_the_new_copy(
        self, tmp_path: Path, journal: Journal
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        _, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        assert went(go(journal, b, c, Evidence.RE_ENCODED))

    def test_and_has_to_be_like_it(
        self, tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        a, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        from dupefinder.actions.checks import survivor_chain

        monkeypatch.setattr(survivor_chain, "evidence_between", lambda *_: None)
        (skip,) = go(journal, b, c, Evidence.RE_ENCODED).skipped
        assert skip == Skipped(str(b), SkipCode.STANDS_FOR_ANOTHER, str(a))

    def test_and_has_to_be_the_same_exposure(self, tmp_path: Path, journal: Journal) -> None:
        """A photo that tells nothing of its exposure stands for another and meets a third."""

        def shot(second: int | None, quality: int) -> bytes:
            exif = camera_exif()
            if second is not None:
                exif.get_ifd(0x8769)[36867] = f"2011:02:03 04:05:0{second}"
            return jpeg(scene(1), quality=quality, **({} if second is None else {"exif": exif}))

        contents = shot(6, 90), shot(None, 91), shot(7, 92)
        a, b, c = photos(tmp_path, *contents)
        accepted = Step(planned(a), planned(b), Evidence.RE_ENCODED, accepts_loss=True)
        assert went(execute(Plan((accepted,)), journal, JobContext()))
        (skip,) = go(journal, b, c, Evidence.RE_ENCODED).skipped
        assert skip == Skipped(str(b), SkipCode.STANDS_FOR_ANOTHER, str(a))

    @pytest.mark.parametrize("first", [True, False])
    def test_equal_bytes_carry_over(
        self, tmp_path: Path, journal: Journal, trash_path: Path, first: bool
    ) -> None:
        same, again = Evidence.SAME_BYTES, Evidence.RE_ENCODED
        contents = (saved(80), saved(80), saved(88)) if first else (saved(80), saved(88), saved(88))
        _, b, c = self.first(journal, tmp_path, same if first else again, *contents)
        empty(trash_path)
        assert went(go(journal, b, c, again if first else same))

    def test_a_restored_file_needs_no_stand_in(
        self, tmp_path: Path, journal: Journal, trash_path: Path
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        a, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        assert went(undo(1, journal, JobContext()))
        a.unlink()
        assert went(go(journal, b, c, Evidence.RE_ENCODED))

    def test_nor_does_what_the_person_brought_back(
        self, tmp_path: Path, journal: Journal, trash_path: Path
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        a, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        (lying,) = (trash_path / "files").iterdir()
        os.rename(lying, a)
        assert went(go(journal, b, c, Evidence.RE_ENCODED))

    def test_another_photo_of_that_name_does_not_count(
        self, tmp_path: Path, journal: Journal, trash_path: Path
    ) -> None:
        contents = saved(80), saved(88), saved(94)
        a, b, c = self.first(journal, tmp_path, Evidence.RE_ENCODED, *contents)
        empty(trash_path)
        add(a, saved(80, seed=2))
        assert not went(go(journal, b, c, Evidence.RE_ENCODED))


Rows = Callable[[bytes], list[JournalStep]]


def told(*links: tuple[str, Evidence, str]) -> Rows:
    """A journal: what went, its evidence, what stayed; each a letter."""

    def stood_in_for(digest: bytes) -> list[JournalStep]:
        return [
            replace(row(f"/{gone}"), digest=gone.encode(), evidence=evidence)
            for gone, evidence, stayed in links
            if stayed.encode() == digest
        ]

    return stood_in_for


SAME, PIXELS, EDITED = Evidence.SAME_BYTES, Evidence.SAME_PIXELS, Evidence.EDITED


@pytest.mark.parametrize(
    ("links", "alike"),
    [
        ([], ""),
        ([("a", PIXELS, "v")], ""),
        ([("a", EDITED, "v")], "a"),
        ([("a", EDITED, "b"), ("b", PIXELS, "v")], "a"),
        ([("a", PIXELS, "b"), ("b", EDITED, "v")], "ba"),
        ([("a", EDITED, "b"), ("b", EDITED, "v")], "ba"),
        ([("a", EDITED, "v"), ("a", PIXELS, "b"), ("b", PIXELS, "v")], ""),
        ([("v", SAME, "v"), ("a", EDITED, "v"), ("v", EDITED, "a")], "a"),
        ([("a", EDITED, "other")], ""),
    ],
)
def test_files_reached_only_by_likeness_are_listed(
    links: list[tuple[str, Evidence, str]], alike: str
) -> None:
    found = stands_for_inexactly(b"v", told(*links))
    assert "".join(step.path[1:] for step in found) == alike
