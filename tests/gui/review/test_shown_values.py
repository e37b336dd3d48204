from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    GroupMember,
    Orientation,
    Reason,
    ReasonCode,
)
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.language import LocaleNotation
from dupefinder.gui.review.photo_values import Field, GroupValues, Value, ValueRank
from dupefinder.gui.review.shown_values import (
    ValueLines,
    against_text,
    field_text,
    match_sentence,
    match_text,
    name_text,
    value_sentence,
    value_text,
)
from dupefinder.text.figures import path_text
from tests.gui.groups import photo

EXPOSED = datetime(2010, 5, 2, 14, 12)


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Words are translated by an application."""


@pytest.mark.parametrize(
    ("field", "content", "text"),
    [
        (Field.PIXELS, (4032, 3024), "4032 × 3024"),
        (Field.FORMAT, ("JPEG", 92), "JPEG · quality 92"),
        (Field.FORMAT, ("PNG", None), "PNG"),
        (Field.WHOLE, True, "Whole"),
        (Field.WHOLE, False, "Breaks off"),
        (Field.TAKEN, "2010-05-02T14:12:00", LocaleNotation().local_time(EXPOSED)),
        (Field.TAKEN, None, "No date"),
        (Field.CAMERA, "Canon", "Canon"),
        (Field.CAMERA, None, "No camera recorded"),
        (Field.PLACE, True, "Place known"),
        (Field.PLACE, False, "No place"),
        (Field.CAPTION, True, "Caption"),
        (Field.CAPTION, False, "No caption"),
        (Field.RATING, None, "No rating"),
        (Field.RATING, 0, "0 stars"),
        (Field.RATING, 1, "1 star"),
        (Field.RATING, 5, "5 stars"),
        (Field.HOLDS, ("layers", "video"), "Holds image layers and a video"),
        (Field.HOLDS, None, "Nothing besides the picture"),
        (Field.NAME, "a.jpg", "a.jpg"),
    ],
)
def test_values_in_words(field: Field, content: object, text: str) -> None:
    assert value_text(Value(field, content, ValueRank.EQUAL)) == text


@pytest.mark.parametrize("standing", list(ValueRank))
def test_a_sentence_names_the_field_and_the_value(standing: ValueRank) -> None:
    sentence = value_sentence(Value(Field.CAMERA, "Canon", standing))
    assert sentence.startswith("Camera: Canon")


def test_sentences_tell_the_standing() -> None:
    assert len({value_sentence(Value(Field.CAMERA, "Canon", one)) for one in ValueRank}) == 4


def test_every_field_has_a_name() -> None:
    assert len({field_text(field) for field in Field}) == len(Field)


@pytest.mark.parametrize(
    ("member", "text"),
    [
        (photo("a"), "The best copy"),
        (photo("a", evidence=Evidence.SAME_BYTES, distance_bits=0), "Same file"),
        (photo("a", evidence=Evidence.SAME_PIXELS), "Same pixels"),
        (photo("a", evidence=Evidence.RE_ENCODED, distance_bits=1), "Re-encoded · 1 bit"),
        (photo("a", evidence=Evidence.RE_ENCODED, distance_bits=2), "Re-encoded · 2 bits"),
        (
            photo("a", evidence=Evidence.ROTATED, orientation=Orientation.ROTATE_270),
            "Rotated · 2 bits · turned right",
        ),
        (
            photo("a", evidence=Evidence.SAME_PIXELS, orientation=Orientation.ROTATE_180),
            "Same pixels · upside down",
        ),
        (
            photo("a", evidence=Evidence.MIRRORED, orientation=Orientation.MIRROR),
            "Mirrored · 2 bits",
        ),
        (
            photo("a", evidence=Evidence.EDITED, differences=[DifferenceBox(3900, 2900, 50, 50)]),
            "Edited · differs in one place, lower right",
        ),
    ],
)
def test_matches_are_put_into_words(member: GroupMember, text: str) -> None:
    assert match_text(member) == text
    assert match_sentence(member)


def test_the_places_that_differ_are_told_to_those_who_ask() -> None:
    boxes = [DifferenceBox(3900, 2900, 50, 50), DifferenceBox(0, 0, 50, 50)]
    sentence = match_sentence(photo("a", evidence=Evidence.EDITED, differences=boxes))
    assert sentence.endswith("\nIt differs in 2 places: lower right, upper left.")


def test_a_photo_without_a_counterpart_has_no_match_text() -> None:
    member = replace(photo("a"), is_keeper=False)
    assert (match_text(member), match_sentence(member)) == ("", "")


def test_no_look_alike_is_the_best() -> None:
    member = replace(photo("a"), reason=Reason(ReasonCode.LOOKS_DIFFERENT))
    assert match_text(member) == ""


def test_undecodable_names_can_be_read() -> None:
    path = "/photos/M\udcfcnchen.jpg"
    assert path_text(path).encode()
    assert name_text(photo("photos/M\udcfcnchen.jpg")).startswith("M")


def test_a_name_can_neither_break_the_line_nor_turn_its_direction() -> None:
    assert path_text("a\nb.jpg") == "a\N{REPLACEMENT CHARACTER}b.jpg"
    assert path_text("photo\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe") == (
        "photo\N{REPLACEMENT CHARACTER}gpj.exe"
    )
    assert path_text("写真 été.jpg") == "写真 été.jpg"


def test_the_copy_that_a_photo_matches_is_told_by_its_number() -> None:
    same = photo("backup/a.jpg", evidence=Evidence.RE_ENCODED)
    numbers = {"/p/Zoo/a.png": 1, "/p/Zoo/b.jpg": 12}
    assert against_text(replace(same, against="/p/Zoo/a.png"), numbers) == "Matches 1: a"
    assert against_text(replace(same, against="/p/Zoo/b.jpg"), numbers) == "Matches 12: b"
    assert against_text(replace(same, against="/p/gone.jpg"), numbers) == ""


def test_values_that_do_not_fit_beside_each_other_stand_below_each_other(qtbot: QtBot) -> None:
    lines = ValueLines()
    qtbot.addWidget(lines)
    known = [Field.PLACE, Field.CAPTION, Field.RATING]
    values = GroupValues([photo("a.jpg"), photo("b.jpg")]).of(0)
    labels = [lines.label(field) for field in known]
    lines.resize(600, 200)
    lines.set_values(values, known)
    lines.show()
    for width_px, lie_below in ((600, False), (110, True), (600, False)):
        lines.resize(width_px, 200)
        QApplication.processEvents()
        assert (labels[2].y() > labels[1].y() > labels[0].y()) == lie_below
        assert not any(label.is_elided for label in labels)
        # As close as other lines: nothing seems to be left out between them.
        between_px = labels[1].y() - labels[0].geometry().bottom()
        assert not lie_below or between_px < SPACE_PX
    # Where the photo needs the room they stay on one line.
    lines.set_most_lines(1)
    lines.resize(110, 200)
    QApplication.processEvents()
    assert labels[0].y() == labels[1].y() == labels[2].y()
