from dataclasses import replace
from typing import Any

import pytest

from dupefinder.core.file_parts import PartKind, packed
from dupefinder.core.records import Evidence, GroupMember
from dupefinder.gui.review.photo_values import Field, GroupValues, ValueRank
from dupefinder.gui.review.shown_values import value_text
from tests.gui.groups import FACTS, photo

LAYERS = packed([(PartKind.LAYERS, "tag:37724", b"8BIM")])
MAKER_NOTE = packed([(PartKind.MAKER_NOTE, "tag:37500", b"1")])
BEST, WORSE, EQUAL, DIFFERENT = (
    ValueRank.BEST,
    ValueRank.WORSE,
    ValueRank.EQUAL,
    ValueRank.DIFFERENT,
)


def members(*changes: dict[str, Any]) -> list[GroupMember]:
    return [
        photo(
            f"library/{number}.jpg",
            facts=replace(FACTS, **change),
            evidence=None if number == 0 else Evidence.RE_ENCODED,
        )
        for number, change in enumerate(changes)
    ]


def standings(field: Field, photos: list[GroupMember]) -> list[ValueRank]:
    values = GroupValues(photos)
    return [values.of(index)[field].standing for index in range(len(photos))]


@pytest.mark.parametrize(
    ("field", "contents", "expected"),
    [
        (Field.PIXELS, [{}, {"width_px": 1600, "height_px": 1200}], [BEST, WORSE]),
        (Field.PIXELS, [{}, {}], [EQUAL, EQUAL]),
        (Field.PIXELS, [{}, {"width_px": 3024, "height_px": 4032}], [DIFFERENT, DIFFERENT]),
        (Field.FORMAT, [{"quality": 92}, {"quality": 80}, {"quality": 92}], [BEST, WORSE, BEST]),
        (Field.FORMAT, [{"quality": 92}, {"quality": None}], [DIFFERENT, DIFFERENT]),
        (Field.FORMAT, [{}, {"format": "PNG", "quality": None}], [DIFFERENT, DIFFERENT]),
        (Field.FORMAT, [{}, {"format": "CR2", "is_raw": True}], [WORSE, BEST]),
        (Field.WHOLE, [{}, {"decodes_in_full": False}], [BEST, WORSE]),
        (Field.WHOLE, [{}, {"decodes_in_full": None}], [EQUAL, EQUAL]),
        (Field.TAKEN, [{}, {"taken": None}], [BEST, WORSE]),
        (Field.TAKEN, [{}, {"taken": "2011-05-02T14:12:00"}], [DIFFERENT, DIFFERENT]),
        (Field.TAKEN, [{}, {"taken": "2010-05-02T14:12:00.25"}], [EQUAL, EQUAL]),
        (Field.TAKEN, [{}, {"taken": "2011"}, {"taken": None}], [BEST, BEST, WORSE]),
        (Field.CAMERA, [{"camera": "A"}, {}], [BEST, WORSE]),
        (Field.CAMERA, [{"camera": "A"}, {"camera": "B"}], [DIFFERENT, DIFFERENT]),
        (Field.PLACE, [{}, {"has_gps": True}], [WORSE, BEST]),
        (Field.CAPTION, [{}, {"has_caption": True}], [WORSE, BEST]),
        (Field.RATING, [{"rating": 0}, {}], [BEST, WORSE]),
        (Field.RATING, [{"rating": 3}, {"rating": 5}], [DIFFERENT, DIFFERENT]),
        (Field.HOLDS, [{"extras": ("video",)}, {}], [BEST, WORSE]),
        (Field.HOLDS, [{"extras": ("video",)}, {"has_alpha": True}], [DIFFERENT, DIFFERENT]),
        (Field.HOLDS, [{"parts": LAYERS}, {"parts": LAYERS}], [EQUAL, EQUAL]),
        (Field.HOLDS, [{"parts": MAKER_NOTE}, {}], [EQUAL, EQUAL]),
    ],
)
def test_a_value_is_held_against_the_others(
    field: Field, contents: list[dict[str, Any]], expected: list[ValueRank]
) -> None:
    assert standings(field, members(*contents)) == expected


@pytest.mark.parametrize(
    ("change", "other_bytes", "expected"),
    [
        ({}, 5_000, [BEST, WORSE]),
        ({}, 1_000_400, [EQUAL, EQUAL]),  # both are written as 1 MB
        ({"format": "BMP", "quality": None}, 5_000_000, [DIFFERENT, DIFFERENT]),
        ({"width_px": 403, "height_px": 302}, 5_000_000, [DIFFERENT, DIFFERENT]),
    ],
)
def test_of_the_same_format_and_pixels_the_larger_file_is_the_better_one(
    change: dict[str, Any], other_bytes: int, expected: list[ValueRank]
) -> None:
    one, other = members({}, change)
    other = replace(other, file=replace(other.file, size_bytes=other_bytes))
    assert standings(Field.BYTES, [one, other]) == expected


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        ([10, 10], [EQUAL, EQUAL]),
        ([10, 12], [EQUAL, EQUAL]),  # as coarse as FAT keeps them
        ([10, 13], [BEST, WORSE]),
        ([13, 10, 12], [WORSE, BEST, BEST]),
    ],
)
def test_older_files_are_the_better_ones(times_s: list[int], expected: list[ValueRank]) -> None:
    photos = [
        replace(one, file=replace(one.file, mtime_ns=time_s * 1_000_000_000))
        for one, time_s in zip(members(*[{}] * len(times_s)), times_s, strict=True)
    ]
    assert standings(Field.FILE_TIME, photos) == expected


def test_names_and_folders_are_neither_better_nor_worse() -> None:
    photos = [photo("library/a.jpg"), photo("backup/a.jpg", evidence=Evidence.SAME_BYTES)]
    assert standings(Field.NAME, photos) == [EQUAL, EQUAL]
    assert standings(Field.FOLDER, photos) == [DIFFERENT, DIFFERENT]
    values = GroupValues(photos)
    assert values.of(0)[Field.NAME].content == "a.jpg"
    assert values.of(1)[Field.FOLDER].content.endswith("backup")


def test_values_missing_in_all_photos_are_not_shown() -> None:
    bare = {"taken": None, "camera": None}
    shown = GroupValues(members(bare, bare)).shown
    assert not {Field.TAKEN, Field.CAMERA, Field.PLACE, Field.CAPTION, Field.RATING} & set(shown)
    assert Field.WHOLE not in shown
    assert shown[:3] == (Field.PIXELS, Field.BYTES, Field.FORMAT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"camera": "A"}, Field.CAMERA),
        ({"has_gps": True}, Field.PLACE),
        ({"has_caption": True}, Field.CAPTION),
        ({"rating": 0}, Field.RATING),
        ({"decodes_in_full": False}, Field.WHOLE),
    ],
)
def test_a_value_of_one_photo_is_shown_for_all(change: dict[str, Any], field: Field) -> None:
    assert field in GroupValues(members({}, change)).shown


def test_thousands_of_copies_are_told_at_once() -> None:
    photos = members(*[{}] * 5000)
    values = GroupValues(photos)
    assert {value.standing for value in values.of(4999).values()} == {EQUAL, DIFFERENT}


def test_sharpness_is_a_fact_of_look_alikes_alone() -> None:
    sharp, soft = replace(FACTS, sharpness=812.4), replace(FACTS, sharpness=95.0)
    shots = [photo("1.jpg", facts=sharp), photo("2.jpg", facts=soft, evidence=Evidence.LOOK_ALIKE)]
    values = GroupValues(shots)
    assert Field.SHARPNESS in values.differing
    found = [values.of(index)[Field.SHARPNESS] for index in (0, 1)]
    assert [one.content for one in found] == [812, 95]
    assert {one.standing for one in found} == {ValueRank.DIFFERENT}
    assert value_text(found[0]) == "sharpness 812"
    copies = [shots[0], photo("2.jpg", facts=soft, evidence=Evidence.RE_ENCODED)]
    assert Field.SHARPNESS not in GroupValues(copies).shown
