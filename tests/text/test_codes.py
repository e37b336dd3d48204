"""Every code of the engine and of actions has its texts, and each says what it is about."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.actions.overview import Overview
from dupefinder.actions.records import (
    ActionKind,
    Freed,
    JournalStep,
    Plan,
    PlanWarning,
    SkipCode,
    Skipped,
    Space,
    StepState,
    WarningCode,
)
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.coverage.records import AbsentCopy, CoverageStatus, Extent, Tally
from dupefinder.core.file_parts import PartKind
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    DifferencePlace,
    Evidence,
    Orientation,
    Problem,
    ProblemCode,
    Reason,
    ReasonCode,
    Role,
)
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.managed_folders import PROGRAMS
from dupefinder.text import actions, coverage, evidence, plans, problems, scans, skips
from dupefinder.text.plans import warning_text
from dupefinder.text.scans import away_text

MAY_NS = 1_778_000_000 * 10**9
CORNER, BOTTOM, RIGHT = (
    DifferencePlace.LOWER_RIGHT,
    DifferencePlace.BOTTOM,
    DifferencePlace.RIGHT,
)


@pytest.mark.parametrize(
    ("text_of", "codes", "fewest"),
    [
        (evidence.evidence_text, Evidence, 8),
        (evidence.evidence_sentence, Evidence, 8),
        (evidence.place_text, DifferencePlace, 9),
        # One turn says nothing, two are said alike.
        (evidence.orientation_text, Orientation, 7),
        (lambda code: evidence.alteration_text(Alteration(code, 84.0)), AlterationCode, 5),
        (lambda code: problems.problem_text(Problem("x", code)), ProblemCode, 15),
        (lambda code: problems.cause_text(code.value), ProblemCode, 15),
        (problems.advice_text, ProblemCode, 15),
        # Metadata and other data are named alike.
        (lambda code: evidence.reason_text(Reason(code, ("date",))), ReasonCode, 27),
        (lambda code: skips.skip_text(Skipped("x", code)), SkipCode, 49),
        (skips.remedy_text, SkipCode, 35),
        (lambda code: skips.remedy_text(code, in_terminal=True), SkipCode, 35),
        (scans.role_text, Role, 3),
        (scans.drive_role_text, FolderRole, 3),
        (lambda code: scans.left_out_text({code: 1}), LeftOut, 14),
        (coverage.status_text, CoverageStatus, 4),
        (coverage.status_hint, CoverageStatus, 4),
        (lambda extent: coverage.extent_text(extent, Tally(missing=1)), Extent, 3),
        (plans.way_text, ActionKind, 7),
        (plans.way_sentence, ActionKind, 7),
        (lambda kind: plans.would_text(Plan((), kind=kind)), ActionKind, 7),
        (lambda kind: plans.goes_text(kind, 2, "these", "5 MB"), ActionKind, 7),
        (plans.going_title, ActionKind, 7),
        (lambda kind: plans.act_text(kind, 2), ActionKind, 7),
        (lambda kind: actions.did_text(kind, 2), ActionKind, 7),
        (lambda kind: actions.undo_text(kind, 2), ActionKind, 4),
        (lambda kind: actions.undone_text(kind, 2), ActionKind, 2),
        (actions.undoing_text, ActionKind, 7),
        (actions.location_text, ActionKind, 7),
        # Either end of an action may be broken off.
        (actions.state_text, StepState, 6),
        (actions.state_sentence, StepState, 7),
        (lambda freed: " ".join(plans.space_sentences(Space(), freed)), Freed, 4),
        (lambda code: warning_text(PlanWarning(code, "x", count=2)), WarningCode, 6),
    ],
)
def test_every_code_has_its_text(
    text_of: Callable[[Any], str], codes: Iterable[Any], fewest: int
) -> None:
    texts = [text_of(code) for code in codes]
    assert len(set(texts)) >= fewest
    assert not any("{" in text for text in texts)
    assert all(texts) or codes is Orientation


@pytest.mark.parametrize("code", list(SkipCode))
def test_skip_codes_have_full_sentences(code: SkipCode) -> None:
    texts = [
        skips.skip_text(Skipped("x", code)),
        skips.skip_text(Skipped("x", code, "/p/a.jpg")),
        skips.remedy_text(code),
        skips.remedy_text(code, in_terminal=True),
    ]
    assert all(text[0].isupper() and text.endswith(".") for text in texts)
    # Output for a terminal must not need more than ASCII.
    assert all(text.isascii() for text in texts)
    assert "--" not in skips.remedy_text(code)


def test_every_program_that_manages_photos_has_its_name() -> None:
    for program in PROGRAMS:
        assert scans.program_text(program.code) != program.code
    assert scans.program_text("unheard-of") == "unheard-of"


@pytest.mark.parametrize(
    "code", [*(kind.code for kind in PartKind), *(kind.value for kind in CompanionKind)]
)
def test_everything_that_a_photo_may_hold_has_its_name(code: str) -> None:
    assert evidence.metadata_text(code) != code
    reason = Reason(ReasonCode.KEEPER_LACKS_METADATA, (code,))
    assert evidence.reason_text(reason) == (
        f"kept: has {evidence.metadata_text(code)} the other copy lacks"
    )


def test_reasons_name_what_they_are_about() -> None:
    lacks = ReasonCode.KEEPER_LACKS_METADATA
    assert evidence.reason_text(Reason(ReasonCode.OLDER)) == "is the oldest"
    assert evidence.reason_text(Reason(lacks)) == "kept: has something the other copy lacks"
    assert evidence.reason_text(Reason(lacks, ("caption", "date", "unheard-of"))) == (
        "kept: has a caption, a date and unheard-of the other copy lacks"
    )
    beside = Reason(ReasonCode.KEEPER_LACKS_COMPANIONS, ("xmp",))
    assert evidence.reason_text(beside) == "kept: comes with an .xmp file of its own"


def test_failed_comparisons_name_their_causes() -> None:
    code, text = ReasonCode.NOT_PROVEN, "kept: could not be compared in full size"
    assert evidence.reason_text(Reason(code)) == text
    causes = (ProblemCode.TOO_LARGE.value, "unheard-of")
    assert evidence.reason_text(Reason(code, causes)) == f"{text} (too large, unheard-of)"


def test_problems_carry_the_decoders_words() -> None:
    assert problems.detailed_problem_text(Problem("x", ProblemCode.EMPTY)) == "The file is empty."
    assert problems.detailed_problem_text(Problem("x", ProblemCode.DAMAGED, "bad marker")) == (
        "The picture is damaged and cannot be read (bad marker)."
    )


def test_skips_name_what_they_are_about() -> None:
    assert skips.skip_text(Skipped("x", SkipCode.PROTECTED)) == "Its folder is protected."
    assert skips.skip_text(Skipped("x", SkipCode.TRASH_FAILED, "No space left")) == (
        "It could not be moved to the trash (No space left)."
    )


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/p/1.xmp", "1.xmp"),
        ("/p/CaptureOne/Settings/1.jpg.cos", "CaptureOne/Settings/1.jpg.cos"),
        ("/q/1.xmp", "/q/1.xmp"),
    ],
)
def test_a_file_that_belongs_to_a_photo_is_named_from_there(path: str, named: str) -> None:
    skipped = Skipped(native("/p/1.jpg"), SkipCode.HAS_COMPANIONS, native(path))
    assert skips.skip_text(skipped).endswith(f" ({native(named)}).")


def native(path: str) -> str:
    """A path as the system writes it."""
    return path.replace("/", os.sep)


def test_one_place_is_named_and_several_are_counted() -> None:
    assert evidence.places_text([CORNER]) == "differs in one place, lower right"
    assert evidence.places_text([CORNER, BOTTOM, CORNER]) == "differs in 3 places"


def test_the_sentence_names_each_corner_once() -> None:
    assert evidence.places_sentence([CORNER]) == "It differs in one place: lower right."
    sentence = evidence.places_sentence([CORNER, RIGHT, CORNER])
    assert sentence == "It differs in 3 places: lower right, right."


def test_a_match_says_what_its_evidence_does_not() -> None:
    cropped = (Alteration(AlterationCode.CROPPED, 84.0),)
    for kind, turn, done, is_compared, expected in (
        (Evidence.MIRRORED, Orientation.MIRROR, (), True, ["Mirrored"]),
        (Evidence.MIRRORED, Orientation.FLIP, (), True, ["Mirrored", "mirrored upside down"]),
        (
            Evidence.RE_ENCODED,
            Orientation.IDENTITY,
            (),
            False,
            ["Re-encoded", "not compared in full size"],
        ),
        (Evidence.EDITED, Orientation.IDENTITY, cropped, False, ["Edited", "cropped to 84 %"]),
    ):
        texts = evidence.match_texts(kind, turn, done, is_compared=is_compared)
        assert texts == expected


def test_a_step_says_where_its_file_is() -> None:
    step = JournalStep(1, "x", 1, 1, b"", "y", Evidence.SAME_BYTES, StepState.DONE)
    assert actions.step_text(step) == "in the trash"
    lost = JournalStep(1, "x", 1, 1, b"", "y", Evidence.SAME_BYTES, StepState.LOST)
    assert actions.step_text(lost) == "lost"


def test_space_is_told_honestly() -> None:
    space = Space(8_100_000_000, linked_bytes=1000, shared_bytes=2000, unknown_bytes=3000)
    assert list(plans.space_sentences(space, Freed.TRASH_EMPTIED)) == [
        "8.1 GB can be freed by emptying the trash.",
        "1.0 kB stay in use: these files are hard-linked elsewhere.",
        "2.0 kB stay in use: clones or snapshots share these blocks.",
        "3.0 kB may stay in use: this drive does not report clones and snapshots.",
    ]
    assert list(plans.space_sentences(space, Freed.NEVER)) == ["No space is freed."]


def test_freed_space_allows_for_photos_kept_by_the_last_check() -> None:
    """The last check may still keep photos that are not equal pixel by pixel."""

    def sentences(freed: Freed, **counts: int) -> list[str]:
        evidence = tuple((Evidence(name.replace("_", "-")), n) for name, n in counts.items())
        return [*plans.overview_sentences(Overview(9, 0, 9, evidence, (), (), Space(), freed, ()))]

    assert len(sentences(Freed.AT_ONCE, same_bytes=3, same_pixels=2)) == 1
    assert "compared once more" in sentences(Freed.AT_ONCE, same_bytes=3, re_encoded=1)[1]
    assert sentences(Freed.TRASH_EMPTIED, re_encoded=4, edited=3)[1].startswith("7 of them do not")
    assert sentences(Freed.NEVER, re_encoded=4) == ["No space is freed."]


def test_warnings_name_what_they_are_about() -> None:
    lacks = PlanWarning(WarningCode.SURVIVOR_LACKS, "a", "b", ("date", "gps"))
    assert warning_text(lacks) == "The kept copy lacks a date and a location"
    scattered = PlanWarning(WarningCode.ALBUM_SCATTERED, "Zoo", count=3, total=40)
    assert warning_text(scattered) == "3 of 40 photos are left in this album"


def test_a_drive_that_is_away_is_named() -> None:
    assert away_text("RED", MAY_NS) == "On RED, not connected, last seen in 2026-05"
    assert away_text("", MAY_NS) == "On a drive that is not connected"
    assert coverage.absent_text([]) == ""
    copies = [AbsentCopy("uuid:1", "RED", "old/a.jpg", MAY_NS)]
    assert coverage.absent_text(copies) == (
        "Also on drive RED, not connected, last seen in 2026-05"
    )


def test_a_share_is_all_or_nothing_only_when_it_is() -> None:
    assert coverage.share_text(3, 3) == "100 %"
    assert coverage.share_text(999, 1000) == "99 %"
    assert coverage.share_text(1, 1000) == "1 %"
    assert coverage.share_text(0, 5) == "0 %"
    assert coverage.share_text(0, 0) == "–"
