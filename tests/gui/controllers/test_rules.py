"""Marks that rules set: one kind of match after the other, beside what goes already."""

import numpy as np
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.controllers.rules import gone_already, marks_of
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.rules.page import RuleOutcome
from dupefinder.review.preview import preview
from dupefinder.review.rules import Criterion, Rule
from tests.gui.groups import group, photo, results_of
from tests.review.test_preview import every_pair

COPIES = group(
    photo("a.jpg"),
    photo("phone/a.jpg", evidence=Evidence.SAME_BYTES, content="a.jpg"),
    photo("small/a.jpg", 500, evidence=Evidence.RE_ENCODED),
)
RESULTS = results_of(COPIES)
KEEP, REMOVE, NONE = Mark.KEEP, Mark.REMOVE, Mark.NONE


def apply(marks: Marks, criterion: Criterion, only: Evidence | None) -> list[Mark]:
    """Apply one rule to the group, as the page does; the marks of its photos."""
    groups = np.array([0])
    gone = gone_already(RESULTS, marks.given, groups)
    rules, sources = [Rule(criterion)], SourceFolders([])
    found = preview(rules, sources, RESULTS.groups, every_pair, JobContext(), only, gone)
    outcome = RuleOutcome(RESULTS, groups, 0, 0, 0, only, found)
    marks.choose(RESULTS, *marks_of(outcome, marks.given))
    return [marks.mark_of(one) for one in COPIES.members]


def test_rules_for_one_kind_leave_the_others_open(qtbot: QtBot) -> None:
    marks = Marks()
    marks.set_results(RESULTS)
    assert apply(marks, Criterion.PROPOSAL, Evidence.SAME_BYTES) == [NONE, REMOVE, NONE]
    assert marks.progress(None) == (0, 1, 1)
    assert apply(marks, Criterion.PROPOSAL, Evidence.RE_ENCODED) == [NONE, REMOVE, REMOVE]
    assert marks.progress(None) == (1, 0, 1)


def test_what_stays_by_a_rule_is_kept_if_its_removal_is_proposed(qtbot: QtBot) -> None:
    marks = Marks()
    marks.set_results(RESULTS)
    longest = Rule(Criterion.PATH_LENGTH, is_reversed=True)
    pair = (0, 2, Evidence.RE_ENCODED)
    found = preview([longest], SourceFolders([]), RESULTS.groups, lambda _: [pair], JobContext())
    outcome = RuleOutcome(RESULTS, np.array([0]), 0, 0, 0, Evidence.RE_ENCODED, found)
    marks.choose(RESULTS, *marks_of(outcome, marks.given))
    assert [marks.mark_of(one) for one in COPIES.members] == [REMOVE, NONE, KEEP]


def test_rules_for_all_kinds_decide_beside_what_goes_already(qtbot: QtBot) -> None:
    marks = Marks()
    marks.set_results(RESULTS)
    apply(marks, Criterion.PROPOSAL, Evidence.SAME_BYTES)
    assert apply(marks, Criterion.PROPOSAL, None) == [KEEP, REMOVE, REMOVE]
