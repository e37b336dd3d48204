"""The summary of a scan: kinds, folder pairs, and what is proposed in each."""

import pytest

from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.source_folders import SourceFolders
from dupefinder.review.summary import SummaryLine, summarise
from tests.gui.groups import ROOT, group, photo

SOURCES = SourceFolders([ROOT + name for name in ("library", "phone", "backup")])
GROUPS = [
    group(
        photo("library/a.jpg", 100),
        photo("phone/a.jpg", 90, evidence=Evidence.SAME_BYTES),
        photo("phone/in/a.jpg", 80, evidence=Evidence.SAME_BYTES),
        photo("backup/a.jpg", 70, evidence=Evidence.MIRRORED),
    ),
    group(
        photo("phone/b.jpg", 60),
        photo("library/b.jpg", 50, evidence=Evidence.SAME_BYTES),
        photo("phone/b2.jpg", 40, evidence=Evidence.ROTATED),
    ),
    group(
        photo("library/c.jpg", 30),
        photo("library/c2.jpg", 20, evidence=Evidence.SAME_BYTES, protected=True),
    ),
]


def told(line: SummaryLine) -> tuple[str, str, str, int, int]:
    folder, other = line.folder.removeprefix(ROOT), line.other_folder.removeprefix(ROOT)
    return line.evidence.value, folder, other, line.groups, line.photos


def test_copies_are_counted_by_kind() -> None:
    summary = summarise(GROUPS, SOURCES, JobContext())
    assert list(map(told, summary.kinds)) == [
        ("same-bytes", "", "", 3, 4),
        ("rotated", "", "", 2, 2),
    ]


def test_copies_are_counted_by_the_folders_of_both_photos() -> None:
    summary = summarise(GROUPS, SOURCES, JobContext())
    assert list(map(told, summary.pairs)) == [
        ("same-bytes", "library", "phone", 2, 3),
        ("rotated", "backup", "library", 1, 1),
        ("same-bytes", "library", "library", 1, 1),
        ("rotated", "phone", "phone", 1, 1),
    ]


def test_only_what_is_proposed_and_not_protected_could_be_marked() -> None:
    summary = summarise(GROUPS, SOURCES, JobContext())
    both, *others = summary.pairs
    assert list(zip(both.of_group.tolist(), both.in_group.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 1),
    ]
    assert both.size_bytes == 220
    assert [len(line.of_group) for line in others] == [0, 0, 0]
    assert sum(line.size_bytes for line in summary.pairs) == sum(
        line.size_bytes for line in summary.kinds
    )


def test_it_can_be_stopped() -> None:
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        summarise(GROUPS, SOURCES, context)
