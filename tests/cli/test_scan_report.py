"""The two forms of a report, made from one that holds everything a report can hold."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from dupefinder.cli.scan_report import report_lines
from dupefinder.core.grouping import Matches
from dupefinder.core.matching import MatchOptions
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.pipeline import Options, Report
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Link,
    Orientation,
    Problem,
    ProblemCode,
    Reason,
    ReasonCode,
    Role,
)
from dupefinder.core.scan import ScanResult
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.managed_folders import ManagedFolder
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.export.groups_json import encode_report

ROOT = os.path.abspath(os.sep)


def file(name: str, size_bytes: int = 1000, *, protected: bool = False) -> FoundFile:
    return FoundFile(ROOT + name, "uuid:1", name, size_bytes, 0, 1, 1, protected)


KEEPER = GroupMember(
    file("keeper.jpg", 5_000_000),
    1,
    bytes(range(32)),
    PhotoFacts("JPEG", 4000, 3000, taken="2010-05-02T14:12:00"),
    keep=True,
    is_keeper=True,
    reason=Reason(ReasonCode.MORE_DETAIL),
)
COPY = GroupMember(
    file("copy.jpg", 2_000_000),
    2,
    bytes(32),
    PhotoFacts("HEIF", 400, 300),
    keep=False,
    is_keeper=False,
    reason=Reason(ReasonCode.KEEPER_HAS_ALL),
    evidence=Evidence.RE_ENCODED,
    against=KEEPER.file.path,
    distance_bits=3,
)
TURNED = replace(
    COPY,
    file=file("turned \udcff.jpg", protected=True),
    keep=True,
    reason=Reason(ReasonCode.KEEPER_LACKS_METADATA, ("caption", "gps")),
    evidence=Evidence.ROTATED,
    orientation=Orientation.ROTATE_90,
)
LINKS = [
    Link(ROOT + "a.cr2", ROOT + "a.jpg", Evidence.RAW_PAIR, 0),
    Link(ROOT + "b.jpg", ROOT + "c.jpg", Evidence.EDITED, 4),
    Link(ROOT + "d.jpg", ROOT + "e.jpg", Evidence.LOOK_ALIKE, 8),
]


@pytest.fixture
def report() -> Report:
    return Report(
        options=Options(
            ScanOptions((FolderChoice("x"), FolderChoice("y", Role.PROTECTED)), exclude=("*.png",)),
            MatchOptions("phash-256", rotations=False),
            threads=2,
        ),
        scan=ScanResult(
            photos=[KEEPER.file, COPY.file, TURNED.file, file("bad\x1b.jpg")],
            same_file={KEEPER.file.path: (ROOT + "link.jpg",)},
            left_out={LeftOut.HIDDEN: 12, LeftOut.TRASH: 1},
            managed=[ManagedFolder(ROOT + "library", "digikam", protected=True)],
            volumes={},
        ),
        matches=cast(Matches, None),
        groups=[Group("0123abcd", (KEEPER, COPY, TURNED))],
        links=LINKS,
        problems=[
            Problem(ROOT + "bad\x1b.jpg", ProblemCode.DAMAGED, "broken\ndata"),
            Problem(ROOT + "empty.jpg", ProblemCode.EMPTY),
        ],
        photos=3,
        from_catalog=1,
        decoded=2,
        seconds={"scan": 0.12345, "decode": 2.0, "match": 0.5, "group": 0.25},
        series_photos=7,
    )


def document(report: Report, *, look_alikes: bool = False) -> Any:
    return json.loads(encode_report(report, Path("c.sqlite"), look_alikes=look_alikes))


class TestJson:
    def test_all_of_it(self, report: Report) -> None:
        found = document(report)
        assert list(found) == [
            "format",
            "version",
            "settings",
            "stats",
            "groups",
            "look_alikes",
            "raw_pairs",
            "links",
            "unreadable",
            "partly_damaged",
        ]
        assert (found["format"], found["version"]) == ("dupefinder-groups", 1)
        assert found["stats"] == {
            "files": 4,
            "photos": 3,
            "from_catalog": 1,
            "decoded": 2,
            "problems": 2,
            "series_photos": 7,
            "seconds": {"scan": 0.123, "decode": 2.0, "match": 0.5, "group": 0.25},
            "left_out": {"hidden": 12, "trash": 1},
            "managed": [{"path": ROOT + "library", "program": "digikam", "protected": True}],
            "same_file": [{"path": KEEPER.file.path, "others": [ROOT + "link.jpg"]}],
        }
        assert found["raw_pairs"] == [{"a": ROOT + "a.cr2", "b": ROOT + "a.jpg"}]
        assert found["links"] == [
            {"a": ROOT + "b.jpg", "b": ROOT + "c.jpg", "evidence": "edited", "distance": 4}
        ]
        assert found["unreadable"] == [
            {"path": ROOT + "bad\x1b.jpg", "reason": "damaged: broken\ndata"},
            {"path": ROOT + "empty.jpg", "reason": "empty"},
        ]

    def test_the_settings_that_hold(self, report: Report) -> None:
        settings = document(report)["settings"]
        assert settings == {
            "paths": [os.path.abspath("x")],
            "protect": [os.path.abspath("y")],
            "exclude_folders": [],
            "include": [],
            "exclude": ["*.png"],
            "min_bytes": 0,
            "max_bytes": None,
            "min_side_px": 0,
            "max_side_px": None,
            "hidden": False,
            "follow_links": False,
            "hash": "phash-256",
            "bits": 256,
            "threshold": 40,
            "rotations": False,
            "crops": True,
            "prefer": [],
            "between_folders": False,
            "threads": 2,
            "catalog": "c.sqlite",
        }

    def test_the_files_of_a_group(self, report: Report) -> None:
        (group,) = document(report)["groups"]
        assert group["id"] == "0123abcd"
        keeper, copy, turned = group["files"]
        assert keeper == {
            "path": KEEPER.file.path,
            "bytes": 5_000_000,
            "mtime_ns": 0,
            "digest": bytes(range(32)).hex(),
            "width_px": 4000,
            "height_px": 3000,
            "format": "JPEG",
            "taken": "2010-05-02T14:12:00",
            "holds": ["date"],
            "keep": True,
            "keeper": True,
            "protected": False,
            "evidence": None,
            "against": None,
            "distance": None,
            "transform": None,
            "alterations": [],
            "shown_part": None,
            "differences": [],
            "reason": "more-detail",
        }
        assert (copy["evidence"], copy["distance"]) == ("re-encoded", 3)
        assert copy["reason"] == "keeper-has-all"
        assert turned["reason"] == "keeper-lacks-metadata:caption,gps"
        assert turned["protected"] is True
        # It has to be turned clockwise by a quarter, so it was turned by three quarters.
        assert turned["transform"] == "rotated-270"

    def test_look_alikes_only_when_asked_for(self, report: Report) -> None:
        assert document(report)["look_alikes"] == []
        assert document(report, look_alikes=True)["look_alikes"] == [
            {"a": ROOT + "d.jpg", "b": ROOT + "e.jpg", "distance": 8}
        ]

    def test_undecodable_names_survive(self, report: Report) -> None:
        encoded = encode_report(report, None, look_alikes=True)
        assert encoded.isascii()
        assert b"turned \\udcff.jpg" in encoded
        assert json.loads(encoded)["groups"][0]["files"][2]["path"] == TURNED.file.path
        assert json.loads(encoded)["settings"]["catalog"] is None


class TestText:
    def test_all_of_it(self, report: Report) -> None:
        lines = list(report_lines(report, look_alikes=True))
        assert lines == [
            "Group 1: 3 photos, 2.0 MB can be freed",
            f"  KEEPER                     5.0 MB    4000x3000  {ROOT}keeper.jpg"
            "  (has the most detail)",
            f"  could go  Re-encoded       2.0 MB      400x300  {ROOT}copy.jpg"
            "  (the kept copy has everything this one has)",
            f"  keep      Rotated (turned left)      1.0 kB      400x300  {ROOT}turned \\xff.jpg"
            "  (kept: has a caption and a location the other copy lacks)",
            "",
            "Photos that match across two groups:",
            "  Edited, 4 bits apart",
            f"    {ROOT}b.jpg",
            f"    {ROOT}c.jpg",
            "",
            "RAW files and their pictures; both are kept:",
            "  RAW and rendering",
            f"    {ROOT}a.cr2",
            f"    {ROOT}a.jpg",
            "",
            "Look-alikes, not proven to be the same photo:",
            "  Look-alike, 8 bits apart",
            f"    {ROOT}d.jpg",
            f"    {ROOT}e.jpg",
            "",
            "2 problems:",
            f"  {ROOT}bad\\x1b.jpg: The picture is damaged and cannot be read (broken\\ndata).",
            f"  {ROOT}empty.jpg: The file is empty.",
            "",
            "3 photos compared; 1 of 4 files known from an earlier scan",
            "1 group with 3 photos; 1 redundant copy, 2.0 MB can be freed",
            "Left out: 12 hidden, 1 in the trash",
            "Not looked for: edited copies among 7 photos that look like very many others, as in a"
            " burst",
            "1 path leads to a file that was found already; it counts once",
            f"Protected, because digiKam manages it: {ROOT}library",
            "2 problems, listed above",
        ]

    @pytest.mark.parametrize(
        ("boxes", "text"),
        [
            ([DifferenceBox(350, 280, 20, 10)], "Edited (differs in one place, lower right)"),
            (
                [DifferenceBox(0, 0, 9, 9), DifferenceBox(200, 0, 9, 9)],
                "Edited (differs in 2 places)",
            ),
            ([], "Edited     "),
        ],
    )
    def test_the_place_that_differs_is_named(
        self, report: Report, boxes: list[DifferenceBox], text: str
    ) -> None:
        stays = Reason(ReasonCode.LOOKS_DIFFERENT)
        edited = replace(
            COPY, evidence=Evidence.EDITED, keep=True, reason=stays, differences=tuple(boxes)
        )
        found = replace(report, groups=[Group("0123abcd", (KEEPER, edited))])
        line = list(report_lines(found, look_alikes=False))[2]
        assert line.startswith(f"  keep      {text}")
        assert line.endswith(f"{ROOT}copy.jpg  (kept: it looks different)")

    def test_look_alikes_that_are_not_listed_are_counted(self, report: Report) -> None:
        lines = list(report_lines(report, look_alikes=False))
        assert not any("d.jpg" in line for line in lines)
        assert lines[-1] == "Look-alikes: 1 pair; --look-alikes lists them"

    def test_nothing_found_is_short(self, report: Report) -> None:
        scan = ScanResult([], {}, {}, [], {})
        empty = replace(
            report, scan=scan, groups=[], links=[], problems=[], photos=0, series_photos=0
        )
        assert list(report_lines(replace(empty, from_catalog=0), look_alikes=True)) == [
            "0 photos compared; 0 of 0 files known from an earlier scan",
            "0 groups with 0 photos; 0 redundant copies, 0 bytes can be freed",
        ]
