"""Every code of the engine has its words, and numbers read well."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import pytest

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.actions.overview import Overview
from dupefinder.actions.records import (
    ActionKind,
    Freed,
    PlanWarning,
    SkipCode,
    Skipped,
    Space,
    StepState,
    WarningCode,
)
from dupefinder.cli import words
from dupefinder.cli.figures import counted, size_words, time_words
from dupefinder.cli.remedies import REMEDIES
from dupefinder.cli.words import (
    difference_text,
    problem_words,
    reason_words,
    skip_words,
    space_lines,
    warning_words,
)
from dupefinder.core.coverage.records import CoverageStatus, Extent
from dupefinder.core.difference_places import DifferencePlace
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    Evidence,
    Orientation,
    Problem,
    ProblemCode,
    Reason,
    ReasonCode,
)
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.managed import PROGRAMS


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.PROBLEMS, ProblemCode),
        (words.EVIDENCE, Evidence),
        (words.COVERAGE, CoverageStatus),
        (words.EXTENTS, Extent),
        (words.REASONS, ReasonCode),
        (words.LEFT_OUT, LeftOut),
        (words.PLACES, DifferencePlace),
        (words.HINDRANCES, {code.value for code in ProblemCode}),
        (words.SKIPS, SkipCode),
        (words.STEP_STATES, StepState),
        (words.GOING, ActionKind),
        (words.ROLES, FolderRole),
        (words.DID, ActionKind),
        (words.PUT, ActionKind),
        (words.UNDOES, ActionKind),
        (REMEDIES, SkipCode),
        (words.WARNINGS, WarningCode),
        (words.FREED, Freed),
        (words.TRANSFORMS, Orientation),
        (words.PROGRAMS, {program.code for program in PROGRAMS}),
    ],
)
def test_every_code_has_its_words(
    table: dict[Any, str | None], codes: Iterable[Enum | str]
) -> None:
    assert set(table) == set(codes)
    assert len(set(table.values())) >= len(table) - 2
    assert all(text is None or text.isascii() for text in table.values())


def test_reasons_name_what_they_are_about() -> None:
    lacks = ReasonCode.KEEPER_LACKS_METADATA
    assert reason_words(Reason(ReasonCode.OLDER)) == "oldest"
    assert reason_words(Reason(lacks, ("gps",))) == "the better copy lacks its place"
    assert (
        reason_words(Reason(lacks, ("caption", "date", "unheard-of")))
        == "the better copy lacks its caption, its date and unheard-of"
    )


def test_what_could_not_be_compared_says_why() -> None:
    code = ReasonCode.NOT_PROVEN
    assert reason_words(Reason(code)) == "it could not be compared in full size"
    for cause, text in (
        (ProblemCode.TOO_LARGE, "too large"),
        (ProblemCode.PARTLY_DAMAGED, "partly damaged"),
    ):
        expected = f"it could not be compared in full size: {text}"
        assert reason_words(Reason(code, (cause.value,))) == expected
    assert reason_words(Reason(code, ("unheard-of",))).endswith(": unheard-of")


def test_one_place_is_named_and_several_are_counted() -> None:
    corner = DifferencePlace.LOWER_RIGHT
    assert difference_text([corner]) == "differs in one place, lower right"
    assert difference_text([corner, DifferencePlace.TOP]) == "differs in 2 places"


def test_problems_carry_the_decoders_words() -> None:
    assert problem_words(Problem("x", ProblemCode.EMPTY)) == "the file is empty"
    assert problem_words(Problem("x", ProblemCode.DAMAGED, "bad marker")) == "damaged (bad marker)"


def test_skips_name_what_they_are_about() -> None:
    assert skip_words(Skipped("x", SkipCode.PROTECTED)) == "it is protected"
    assert skip_words(Skipped("x", SkipCode.TRASH_FAILED, "No space left")) == (
        "it could not be moved to the trash (No space left)"
    )


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (3_141_593, "3.1 MB"),
        (2 * 10**9, "2.0 GB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes(size_bytes: int, shown: str) -> None:
    assert size_words(size_bytes) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "0 s"), (59, "59 s"), (61, "1 min"), (3599, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_times(seconds: float, shown: str) -> None:
    assert time_words(seconds) == shown


def test_counts() -> None:
    assert counted(1, "photo") == "1 photo"
    assert counted(0, "photo") == "0 photos"
    assert counted(12345, "copy", "copies") == "12,345 copies"


def test_warnings_name_what_they_are_about() -> None:
    lacks = PlanWarning(WarningCode.SURVIVOR_LACKS, "a", "b", ("date", "gps"))
    assert warning_words(lacks) == "b lacks its date and its place of a"
    scattered = PlanWarning(WarningCode.ALBUM_SCATTERED, "Zoo", count=3, total=40)
    assert warning_words(scattered) == "Zoo keeps 3 of 40 photos"
    stick = PlanWarning(WarningCode.SURVIVOR_REMOVABLE, "/media/x", names=("STICK",), count=1)
    assert warning_words(stick) == (
        "copies that stay, for 1 photo, lie on a drive that can be unplugged: /media/x (STICK)"
    )


def test_space_is_told_honestly() -> None:
    space = Space(8_100_000_000, linked_bytes=1000, shared_bytes=2000, unknown_bytes=3000)
    overview = Overview(0, 0, 0, (), (), (), space, Freed.TRASH_EMPTIED, ())
    assert list(space_lines(overview)) == [
        "Space: 8.1 GB, freed when the trash is emptied",
        "  1.0 KB stays taken: these files have other names that stay (hard links)",
        "  2.0 KB stays taken: clones or snapshots hold the same blocks",
        "  3.0 KB may stay taken: this drive does not tell of clones and snapshots",
    ]
    copied = Overview(0, 0, 0, (), (), (), Space(), Freed.NEVER, ())
    assert list(space_lines(copied)) == ["Space: nothing is freed"]


@pytest.mark.parametrize(
    ("alteration", "text"),
    [
        (
            Alteration(AlterationCode.CROPPED_WIDTH, 56, DifferencePlace.LEFT),
            "cropped to 56 % of its width (left part)",
        ),
        (
            Alteration(AlterationCode.CROPPED_HEIGHT, 50, DifferencePlace.TOP),
            "cropped to 50 % of its height (upper part)",
        ),
        (
            Alteration(AlterationCode.CROPPED, 84, DifferencePlace.MIDDLE),
            "cropped to 84 % (middle part)",
        ),
        (Alteration(AlterationCode.TURNED, 1.9), "turned by 1.9°"),
    ],
)
def test_a_crop_is_told_with_the_part_that_is_left(alteration: Alteration, text: str) -> None:
    assert words.alteration_text(alteration) == text
