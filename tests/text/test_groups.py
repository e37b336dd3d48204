from dataclasses import replace
from itertools import count

import pytest

from dupefinder.core.records import Alteration, AlterationCode, Evidence, GroupMember
from dupefinder.text.groups import group_differences, group_name, group_title
from tests.gui.groups import FACTS, group, photo

FIRST = photo("library/IMG_0460.JPG")
NUMBERS = count()


def copy(evidence: Evidence, **facts: object) -> GroupMember:
    number = next(NUMBERS)
    return photo(f"b/{number}.jpg", facts=replace(FACTS, **facts), evidence=evidence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("others", "title"),
    [
        ([copy(Evidence.SAME_BYTES)], "IMG_0460 and 1 copy"),
        ([copy(Evidence.EDITED) for _ in range(3)], "IMG_0460 and 3 copies"),
        ([copy(Evidence.SAME_BYTES) for _ in range(1200)], "IMG_0460 and 1,200 copies"),
        ([copy(Evidence.LOOK_ALIKE)], "IMG_0460 and 1 look-alike"),
    ],
)
def test_a_title_says_what_a_group_is(others: list[GroupMember], title: str) -> None:
    assert group_title(group(FIRST, *others)) == title


def test_a_title_takes_a_shorter_name() -> None:
    one = group(FIRST, copy(Evidence.SAME_BYTES))
    assert group_name(one) == "IMG_0460"
    assert group_title(one, "IM…60") == "IM…60 and 1 copy"


def test_a_name_that_is_no_text_and_one_without_extension_are_shown() -> None:
    odd = group(photo("a\udcff{n}.jpg"), copy(Evidence.SAME_BYTES))
    assert group_title(odd).startswith("a")
    assert group_title(odd).endswith("{n} and 1 copy")
    assert group_name(group(photo("x/.jpg"), copy(Evidence.SAME_BYTES))) == ".jpg"


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (copy(Evidence.SAME_BYTES), "the same file"),
        (copy(Evidence.SAME_PIXELS), "the same pixels"),
        (copy(Evidence.RE_ENCODED, width_px=800, height_px=600), "smaller"),
        (copy(Evidence.RE_ENCODED, width_px=8000, height_px=6000), "larger"),
        (copy(Evidence.RE_ENCODED, format="PNG"), "another format"),
        (copy(Evidence.RE_ENCODED, quality=60), "saved again"),
        (copy(Evidence.EDITED), "edited"),
        (copy(Evidence.ROTATED), "turned"),
        (copy(Evidence.MIRRORED), "mirrored"),
        (copy(Evidence.LOOK_ALIKE), "2 bits apart"),
    ],
)
def test_one_copy_is_told_by_what_differs(other: GroupMember, text: str) -> None:
    assert group_differences(group(FIRST, other)) == text


def test_a_crop_is_told_from_other_edits() -> None:
    cropped = replace(
        copy(Evidence.EDITED), alterations=(Alteration(AlterationCode.CROPPED_WIDTH, 80.0),)
    )
    assert group_differences(group(FIRST, cropped)) == "cropped"


def test_several_copies_are_counted_the_surest_first() -> None:
    others = [
        copy(Evidence.ROTATED),
        *(copy(Evidence.RE_ENCODED, width_px=800, height_px=600) for _ in range(2)),
        copy(Evidence.SAME_BYTES),
    ]
    assert group_differences(group(FIRST, *others)) == "1 same file, 2 smaller, 1 turned"
