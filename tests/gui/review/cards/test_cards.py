import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    Group,
    GroupMember,
    ProblemCode,
    Reason,
    ReasonCode,
)
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import SPACE_PX, apply_appearance
from dupefinder.gui.photos import desktop
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.cards.photo_card import PhotoCard
from dupefinder.gui.review.decisions import DecisionState
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.photo_values import Field
from tests.gui.groups import FACTS, group, pair, photo, proposed_in, results_of
from tests.gui.stand_ins import Decoder, answered, catch, requested, thumbnails

LEFT = Qt.MouseButton.LeftButton
SMALL = replace(FACTS, width_px=1600, height_px=1200)


def copies(count: int, name: str = "photo") -> Group:
    return group(
        photo(f"library/{name}.jpg"),
        *(photo(f"backup/{name}-{n}.jpg", evidence=Evidence.RE_ENCODED) for n in range(1, count)),
    )


PAIR, TRIO, MANY = copies(2, "two"), copies(3, "three"), copies(30, "many")
ALIKE = pair("alike.jpg", Evidence.LOOK_ALIKE)
GUARDED = group(
    photo("library/x.jpg"), photo("safe/x.jpg", evidence=Evidence.SAME_BYTES, protected=True)
)


class Stage:
    """Cards with all that they need."""

    def __init__(self) -> None:
        self.decoder = Decoder()
        self.pictures = PictureLoader(decode=self.decoder)
        self.thumbnails = thumbnails()
        self.marks = Marks()
        self.marks.set_results(results_of(PAIR, TRIO, MANY, ALIKE, GUARDED))
        self.cards: Cards = answered(Cards(self.marks, self.thumbnails, self.pictures))
        self.cards.resize(900, 640)

    def shown(self) -> list[PhotoCard]:
        return [card for card in self.cards.row.cards if card.isVisible()]

    def proposed(self) -> list[list[bool]]:
        return [
            ["proposed" in one.property("role") for one in (card.buttons.keep, card.buttons.remove)]
            for card in self.shown()
        ]

    def states(self) -> list[DecisionState]:
        return [card.bar.state for card in self.shown()]

    def marks_of(self, group: Group) -> list[Mark]:
        return [self.marks.mark_of(member) for member in group.members]


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage()
    qtbot.addWidget(stage.cards)
    stage.cards.show()
    qtbot.waitExposed(stage.cards)
    yield stage
    stage.pictures.close()


def test_a_reason_is_read_whole_on_a_card(stage: Stage) -> None:
    lacks = Reason(ReasonCode.KEEPER_LACKS_METADATA, ("exact-time", "settings"))
    other = replace(photo("backup/z.jpg", evidence=Evidence.SAME_PIXELS), keep=True, reason=lacks)
    stage.cards.set_group(group(photo("library/z.jpg"), other))
    card = stage.shown()[1]
    for width_px in range(230, 500, 10):
        card.bar.resize(width_px, card.bar.sizeHint().height())
        assert card.bar.toolTip() == ""


def test_on_a_low_page_values_make_room_for_the_photo(stage: Stage) -> None:
    low = group(
        photo("library/y.jpg", facts=replace(FACTS, has_gps=True)),
        photo(
            "backup/y.jpg",
            facts=replace(SMALL, taken="2011-02-03T04:05:06", camera="Canon EOS 5D", quality=80),
            evidence=Evidence.RE_ENCODED,
        ),
    )
    stage.cards.set_group(low)
    others = {Field.FORMAT, Field.TAKEN, Field.CAMERA, Field.PLACE}
    found = []
    for height_px in range(640, 180, -20):
        stage.cards.resize(900, height_px)
        QApplication.processEvents()
        for card in stage.shown():
            parts = (card.bar, card.place, card.values, card.match, card.against)
            below = [part.geometry() for part in parts if part.isVisible()]
            assert not any(card.frame.geometry().intersects(part) for part in below)
        one, other = (
            {field for field in (*others, Field.PIXELS) if label(field).isVisible()}
            for label in (card.values.label for card in stage.shown())
        )
        assert one == other
        found.append(one)
    assert found[0] == {*others, Field.PIXELS}
    assert {Field.PIXELS} in found
    assert found[-1] == set()


def test_values_in_common_stand_once_in_the_head(stage: Stage) -> None:
    facts = replace(FACTS, camera="Canon EOS 5D")
    dated = replace(facts, taken="2011-02-03T04:05:06")
    stage.cards.set_group(
        group(
            photo("library/y.jpg", facts=dated),
            photo("backup/y.jpg", facts=facts, evidence=Evidence.SAME_PIXELS),
        )
    )
    common = stage.cards.header.common.text()
    assert common.startswith("Equal on all: 4032 × 3024 · 1 MB · JPEG · quality 92 · Canon EOS 5D")
    for card in stage.shown():
        assert card.values.label(Field.TAKEN).isVisible()
        assert not card.values.label(Field.CAMERA).isVisible()
        assert not card.values.label(Field.PIXELS).isVisible()


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, LEFT)


# Contents of the view


def test_without_a_group_the_page_says_what_to_do(stage: Stage) -> None:
    assert stage.shown() == []
    assert not stage.cards.header.isVisible()
    assert stage.cards.current_index == 0
    stage.cards.set_group(PAIR)
    assert len(stage.shown()) == 2
    stage.cards.set_group(None)
    assert stage.shown() == []


@pytest.mark.parametrize(("count", "shown"), [(2, 2), (3, 3), (4, 4), (9, 3)])
def test_two_fill_the_page_four_fit_more_scroll(stage: Stage, count: int, shown: int) -> None:
    some = copies(count, "some")
    stage.cards.set_group(some)
    assert [card.member for card in stage.shown()] == list(some.members[:shown])
    assert stage.cards.row.scroll_bar.isVisible() == (count > shown)


def test_high_photos_of_a_large_group_are_four_at_once(stage: Stage) -> None:
    """Fewer would not be larger, as the row has no more height for them."""
    high = replace(FACTS, width_px=3024, height_px=4032)
    some = copies(9, "high")
    stage.cards.set_group(
        replace(some, members=tuple(replace(one, facts=high) for one in some.members))
    )
    assert len(stage.shown()) == 4


def test_thousands_of_copies_make_a_handful_of_cards(stage: Stage) -> None:
    stage.cards.set_group(copies(5000, "icon"))
    assert len(stage.cards.findChildren(PhotoCard)) <= 4
    stage.cards.row.scroll_bar.setValue(4000)
    assert [card.index for card in stage.shown()] == [4000, 4001, 4002]
    assert len(stage.cards.findChildren(PhotoCard)) <= 4


def test_a_wide_page_shows_more_and_a_narrow_one_fewer(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    stage.cards.resize(2400, 640)
    assert len(stage.shown()) > 4
    stage.cards.resize(420, 640)
    assert 1 <= len(stage.shown()) <= 2
    for card in stage.shown():
        assert card.geometry().right() < stage.cards.width()


def test_cards_share_the_width_evenly(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    qtbot.waitUntil(lambda: stage.shown()[0].width() > 200)
    widths = [card.width() for card in stage.shown()]
    assert max(widths) - min(widths) <= 1


@pytest.mark.parametrize("width_px", [420, 640, 780, 1000])
def test_no_button_is_cut(stage: Stage, qtbot: QtBot, width_px: int) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.palette(), application.styleSheet()
    try:
        apply_appearance(application, Appearance.LIGHT)
        stage.cards.resize(width_px, 640)
        stage.cards.set_group(MANY)
        application.processEvents()
        for card in stage.shown():
            for button in (card.buttons.keep, card.buttons.remove):
                assert button.width() >= button.minimumSizeHint().width()
    finally:
        application.setPalette(before[0])
        application.setStyleSheet(before[1])


def test_in_a_small_window_the_title_stays_whole(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    header = stage.cards.header
    buttons = (header.compare, header.keep_all, header.clear, header.dismiss)
    title_px = header.title.sizeHint().width()
    gaps_px = 4 * SPACE_PX
    header.setFixedWidth(sum(one.sizeHint().width() for one in buttons) + title_px + gaps_px)
    QApplication.processEvents()
    assert header.title.width() == title_px
    assert not header.title.is_elided


def test_a_photo_keeps_its_place_while_it_becomes_sharp(stage: Stage, qtbot: QtBot) -> None:
    stage.decoder.gate.clear()
    stage.cards.set_group(PAIR)
    card = stage.shown()[0]
    assert card.member is not None
    before = card.frame.photo_rect()
    assert not card.frame.is_sharp
    stage.thumbnails.bring(card.member.content_id)
    assert card.frame.photo_rect() == before
    stage.decoder.gate.set()
    qtbot.waitUntil(lambda: card.frame.is_sharp)
    assert card.frame.photo_rect() == before
    assert before.width() / before.height() == pytest.approx(4032 / 3024, rel=0.02)


def test_the_thumbnail_is_shown_until_the_photo_is_there(stage: Stage, qtbot: QtBot) -> None:
    stage.decoder.gate.clear()
    stage.cards.set_group(PAIR)
    card = stage.shown()[0]
    assert card.member is not None
    stage.thumbnails.bring(card.member.content_id, "#ff0000")
    middle = card.frame.rect().center()
    assert card.frame.grab().toImage().pixelColor(middle * card.devicePixelRatioF()).red() == 255
    stage.decoder.gate.set()
    qtbot.waitUntil(lambda: card.frame.is_sharp)
    assert card.frame.grab().toImage().pixelColor(middle * card.devicePixelRatioF()).red() == 128


@pytest.mark.parametrize(
    "size_px", [(4032, 3024), (3024, 4032), (12000, 300), (10, 9000), (16, 16), (1, 1)]
)
def test_no_photo_is_cut(stage: Stage, size_px: tuple[int, int]) -> None:
    facts = replace(FACTS, width_px=size_px[0], height_px=size_px[1])
    odd = group(photo("a", facts=facts), photo("b", facts=facts, evidence=Evidence.SAME_BYTES))
    stage.cards.set_group(odd)
    frame = stage.shown()[0].frame
    assert frame.rect().toRectF().contains(frame.photo_rect())
    assert min(frame.photo_rect().width(), frame.photo_rect().height()) >= 1


def test_an_icon_is_not_blown_up(stage: Stage) -> None:
    facts = replace(FACTS, width_px=16, height_px=16)
    stage.cards.set_group(
        group(photo("a", facts=facts), photo("b", facts=facts, evidence=Evidence.SAME_BYTES))
    )
    assert stage.shown()[0].frame.photo_rect().width() <= 128


def test_a_missing_photo_is_told(stage: Stage, qtbot: QtBot) -> None:
    stage.decoder.failing[PAIR.members[1].file.path] = ProblemCode.VANISHED
    stage.cards.set_group(PAIR)
    frame = stage.shown()[1].frame
    qtbot.waitUntil(lambda: bool(frame.trouble))
    assert frame.trouble == "It is no longer there."
    frame.grab()
    assert PAIR.members[1].content_id
    stage.thumbnails.bring(PAIR.members[1].content_id)
    frame.grab()
    asked = len(stage.decoder.asked)
    frame.resize(frame.width() + 300, frame.height() + 300)
    assert len(stage.decoder.asked) == asked


def test_a_larger_page_asks_for_more_pixels(stage: Stage, qtbot: QtBot) -> None:
    path = PAIR.members[0].file.path
    stage.decoder.sizes[path] = (4032, 3024)
    stage.cards.set_group(PAIR)
    qtbot.waitUntil(lambda: stage.shown()[0].frame.is_sharp)
    stage.cards.resize(2400, 1600)
    qtbot.waitUntil(lambda: len([one for one, _ in stage.decoder.asked if one == path]) > 1)
    sizes = [size for one, size in stage.decoder.asked if one == path]
    assert sizes == sorted(sizes)


def test_a_hidden_page_decodes_nothing(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.hide()
    stage.cards.set_group(PAIR)
    assert stage.decoder.asked == []
    stage.cards.show()
    qtbot.waitUntil(lambda: len(stage.decoder.asked) == 2)


def test_a_request_that_was_dropped_is_made_again(stage: Stage, qtbot: QtBot) -> None:
    stage.decoder.gate.clear()
    stage.cards.set_group(TRIO)
    stage.pictures.drop_waiting()
    stage.cards.set_group(TRIO)
    stage.decoder.gate.set()
    qtbot.waitUntil(lambda: all(card.frame.is_sharp for card in stage.shown()))


def test_differences_are_made_visible(stage: Stage) -> None:
    better = photo("library/a.jpg", 3_000_000, facts=replace(FACTS, has_gps=True))
    worse = photo(
        "backup/a.jpg",
        200_000,
        facts=replace(FACTS, width_px=800, height_px=600, quality=92),
        evidence=Evidence.RE_ENCODED,
    )
    stage.cards.set_group(group(better, worse))
    left, right = (card.values for card in stage.shown())
    assert left.label(Field.PIXELS).text() == "4032 × 3024"
    assert left.label(Field.PIXELS).font().bold()
    assert not right.label(Field.PIXELS).font().bold()
    assert not left.label(Field.FORMAT).font().bold()
    assert left.label(Field.PLACE).isVisible()
    assert right.label(Field.PLACE).text() == "No place"
    assert not left.label(Field.RATING).isVisible()
    assert left.label(Field.PIXELS).property("role") == "plain"
    assert right.label(Field.PIXELS).property("role") == "quiet"
    assert left.label(Field.FORMAT).property("role") == "quiet"


def test_names_folders_and_matches_are_told(stage: Stage) -> None:
    stage.cards.set_group(PAIR)
    first, second = stage.shown()
    assert first.place.name.text() == "two.jpg"
    assert second.place.folder.text() == os.path.dirname(PAIR.members[1].file.path)
    assert second.place.folder.toolTip() == PAIR.members[1].file.path
    assert first.match.text() == "The best copy"
    assert second.match.text() == "Re-encoded · 2 bits"
    assert (first.against.text(), second.against.text()) == ("", "Matches 1: two")
    assert second.match.toolTip()


def test_the_header_tells_of_the_group(stage: Stage) -> None:
    stage.cards.set_group(TRIO)
    header = stage.cards.header
    assert header.title.text() == "three and 2 copies"
    assert header.title.toolTip() == "The same picture in another size, quality or format."
    assert header.summary.text() == "2 saved again · 3 MB"
    assert header.common.text().startswith("Equal on all: ")
    stage.cards.set_group(MANY)
    assert header.summary.text().endswith(" · shown: 1 to 3 of 30")


def test_an_undecodable_name_is_shown(stage: Stage) -> None:
    odd = group(photo("a\udcff.jpg"), photo("b\udcff/c.jpg", evidence=Evidence.SAME_BYTES))
    stage.cards.set_group(odd)
    stage.cards.grab()
    assert stage.shown()[0].place.name.text().startswith("a")


def test_the_frame_of_an_icon_is_no_higher_than_the_icon_is_drawn(stage: Stage) -> None:
    tiny = replace(FACTS, width_px=16, height_px=16)
    stage.cards.resize(1200, 800)
    stage.cards.set_group(
        group(
            photo("library/dot.png", facts=tiny),
            photo("backup/dot.png", facts=tiny, evidence=Evidence.SAME_BYTES),
        )
    )
    QApplication.processEvents()
    for card in stage.shown():
        assert card.frame.height() <= 16 * 8


# Deciding


def test_proposals_are_shown_until_something_is_decided(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    assert stage.states() == [
        DecisionState.PROPOSED_KEEP,
        DecisionState.PROPOSED_REMOVE,
        DecisionState.PROPOSED_REMOVE,
    ]
    assert stage.proposed() == [[True, False], [False, True], [False, True]]
    click(qtbot, stage.shown()[1].buttons.remove)
    assert stage.proposed() == [[True, False], [False, False], [False, True]]
    assert stage.states() == [
        DecisionState.PROPOSED_KEEP,
        DecisionState.REMOVE,
        DecisionState.PROPOSED_REMOVE,
    ]
    assert stage.marks_of(TRIO) == [Mark.NONE, Mark.REMOVE, Mark.NONE]
    buttons = stage.shown()[1].buttons
    assert buttons.remove.isChecked()
    assert not buttons.keep.isChecked()
    click(qtbot, buttons.keep)
    assert stage.marks_of(TRIO) == [Mark.NONE, Mark.KEEP, Mark.NONE]
    assert buttons.keep.isChecked()


def test_a_pressed_button_stays_pressed(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    keep = stage.shown()[0].buttons.keep
    click(qtbot, keep)
    click(qtbot, keep)
    assert keep.isChecked()
    assert stage.states()[0] is DecisionState.KEEP


def test_a_photo_that_goes_is_dimmed_and_crossed(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(PAIR)
    frame = stage.shown()[1].frame
    qtbot.waitUntil(lambda: frame.is_sharp)
    before = frame.grab().toImage()
    click(qtbot, stage.shown()[1].buttons.remove)
    assert frame.grab().toImage() != before
    stage.marks.stack.undo()
    assert frame.grab().toImage() == before


def test_undo_elsewhere_is_shown_here(stage: Stage) -> None:
    stage.cards.set_group(TRIO)
    stage.cards.deciding.keep_current()
    assert stage.states() == [DecisionState.KEEP, DecisionState.REMOVE, DecisionState.REMOVE]
    stage.marks.stack.undo()
    assert stage.states()[0] is DecisionState.PROPOSED_KEEP


@pytest.mark.parametrize("member", [0, 1])
def test_the_last_copy_is_refused_on_the_photo(stage: Stage, qtbot: QtBot, member: int) -> None:
    stage.cards.set_group(PAIR)
    click(qtbot, stage.shown()[1 - member].buttons.remove)
    card = stage.shown()[member]
    click(qtbot, card.buttons.remove)
    assert card.note.startswith("One copy has to be kept")
    assert not card.buttons.remove.isChecked()
    assert card.frame.geometry().contains(card._note.geometry())
    click(qtbot, stage.shown()[1 - member].buttons.keep)
    assert card.note == ""


def test_a_note_goes_with_its_group(stage: Stage) -> None:
    stage.cards.set_group(ALIKE)
    stage.cards.deciding.accept()
    assert "Nothing is proposed" in stage.shown()[0].note
    stage.cards.set_group(PAIR)
    assert [card.note for card in stage.shown()] == ["", ""]


def test_refusals_elsewhere_are_not_shown_here(stage: Stage) -> None:
    stage.cards.set_group(ALIKE)
    stage.marks.accept(ALIKE)
    assert [card.note for card in stage.shown()] == ["", ""]


def test_a_look_alike_can_be_marked_by_hand(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(ALIKE)
    assert stage.states() == [DecisionState.NOT_PROVEN, DecisionState.NOT_PROVEN]
    qtbot.mouseClick(stage.shown()[1].buttons.remove, LEFT)
    assert stage.states() == [DecisionState.KEEP, DecisionState.REMOVE]
    assert "not equal to the kept" in stage.shown()[1].bar.accessibleName()
    stage.marks.dismiss(ALIKE)
    for card in stage.shown():
        assert not card.buttons.keep.isEnabled()
        assert not card.buttons.remove.isEnabled()
        assert card.buttons.remove.toolTip()


def test_protected_photos_say_why_they_stay(stage: Stage) -> None:
    stage.cards.set_group(GUARDED)
    card = stage.shown()[1]
    assert not card.buttons.remove.isEnabled()
    assert "protected" in card.buttons.remove.toolTip()
    assert "protected" in card.bar.accessibleName()
    stage.cards.select_next()
    stage.cards.deciding.toggle_current()
    assert "protected" in card.note


# Differences, and comparisons under way


EDITED = group(
    photo("library/e.jpg"),
    photo("one/e.jpg", evidence=Evidence.EDITED, differences=[DifferenceBox(3000, 2400, 99, 99)]),
    photo("two/e.jpg", evidence=Evidence.EDITED, differences=[DifferenceBox(0, 0, 99, 99)]),
)


def test_the_places_that_differ_are_marked_on_both_photos(stage: Stage) -> None:
    stage.cards.set_group(EDITED)
    keeper, one, two = (card.frame for card in stage.shown())
    assert len(one.places) == len(two.places) == 1
    assert list(keeper.places) == [*one.places, *two.places]
    stage.cards.select_next()
    assert keeper.places == one.places
    stage.cards.select_next()
    assert keeper.places == two.places
    stage.cards.set_group(PAIR)
    assert [list(card.frame.places) for card in stage.shown()] == [[], []]


def test_a_box_is_drawn_once_there_is_a_picture(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(EDITED)
    frame = stage.shown()[1].frame
    qtbot.waitUntil(lambda: frame.is_sharp)
    marked = frame.grab().toImage()
    frame.set_places(())
    assert frame.grab().toImage() != marked


def test_a_card_says_where_it_differs(stage: Stage) -> None:
    stage.cards.set_group(EDITED)
    card = stage.shown()[1]
    assert card.match.text() == "Edited · differs in one place, lower right"
    assert "kept: it differs in one place, lower right" in card.accessibleName()
    assert "differs in one place, lower right" in card.accessibleDescription()
    assert card.match.toolTip().endswith("It differs in one place: lower right.")


def test_a_card_says_that_its_photo_is_still_compared(stage: Stage) -> None:
    waiting = group(
        photo("library/w.jpg"),
        photo(
            "backup/w.jpg",
            evidence=Evidence.RE_ENCODED,
            keep=True,
            reason=Reason(ReasonCode.BEING_CHECKED),
        ),
    )
    for provisional in (True, False):
        results = results_of(waiting, provisional=provisional)
        stage.marks.set_results(results)
        stage.cards.set_group(waiting)
        assert stage.states() == [DecisionState.PROPOSED_KEEP, DecisionState.CHECKING]
        assert "Checking…" in stage.shown()[1].accessibleName()
        stage.cards.grab()
        assert stage.marks.open_part(proposed_in(results)).photos == 0
    stage.cards.deciding.keep_number(1)
    assert stage.states() == [DecisionState.KEEP, DecisionState.REMOVE]


def test_a_running_scan_lets_nothing_be_decided(stage: Stage) -> None:
    stage.marks.set_results(results_of(PAIR, provisional=True))
    stage.cards.set_group(PAIR)
    stage.cards.deciding.keep_current()
    assert "scan is still running" in stage.shown()[0].note


def test_screen_readers_hear_the_parts_of_a_card_in_one_order(stage: Stage) -> None:
    """Also once the switch lay on the photo, in a low window."""
    stage.cards.set_group(TRIO)
    card = stage.shown()[0]
    parts = (card.frame, card.bar, card.buttons, card.place, card.values, card.match)

    def heard() -> list[QObject]:
        return [child for child in card.children() if child in parts]

    size = stage.cards.size()
    assert heard() == list(parts)
    stage.cards.resize(size.width(), 420)
    QApplication.processEvents()
    assert card.buttons not in heard()
    stage.cards.resize(size)
    QApplication.processEvents()
    assert heard() == list(parts)


def test_by_mouse_every_photo_of_a_group_is_kept(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    header = stage.cards.header
    stage.cards.deciding.keep_current()
    click(qtbot, header.keep_all)
    assert stage.marks_of(TRIO) == [Mark.KEEP] * 3
    stage.cards.deciding.dismiss()
    assert not header.keep_all.isEnabled()


def test_the_header_dismisses_and_clears(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    header = stage.cards.header
    assert not header.clear.isEnabled()
    stage.cards.deciding.keep_current()
    click(qtbot, header.clear)
    assert stage.marks_of(TRIO) == [Mark.NONE] * 3
    click(qtbot, header.dismiss)
    assert stage.states() == [DecisionState.DISMISSED] * 3
    assert header.dismiss.text() == "Duplicates after all"
    click(qtbot, header.dismiss)
    assert stage.states()[0] is DecisionState.PROPOSED_KEEP
    compared = catch(stage.cards.compare_requested)
    click(qtbot, header.compare)
    assert len(compared) == 1


# Choosing


def test_keys_choose_and_decide(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    changed = catch(stage.cards.deciding.current_changed)
    first = stage.shown()[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert stage.cards.current_index == 1
    assert QApplication.focusWidget() is stage.shown()[1]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert stage.marks_of(TRIO) == [Mark.NONE, Mark.REMOVE, Mark.NONE]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_K)
    assert stage.marks_of(TRIO) == [Mark.REMOVE, Mark.KEEP, Mark.REMOVE]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_3)
    assert stage.marks_of(TRIO) == [Mark.REMOVE, Mark.REMOVE, Mark.KEEP]
    assert stage.cards.current_index == 2
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_A)
    assert stage.marks_of(TRIO) == [Mark.KEEP, Mark.KEEP, Mark.KEEP]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert changed == [1, 2, 1]
    gone_on: list[bool] = []
    stage.cards.deciding.go_on = lambda: gone_on.append(True)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert gone_on == [True]


def test_arrows_choose_the_photo_from_a_button_too(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    keep = stage.shown()[0].buttons.keep
    keep.setFocus()
    qtbot.keyClick(keep, Qt.Key.Key_Right)
    assert stage.cards.current_index == 1
    tool = stage.shown()[1].place.copy
    tool.setFocus()
    qtbot.keyClick(tool, Qt.Key.Key_Left)
    assert stage.cards.current_index == 0


def test_the_chosen_photo_is_brought_into_view(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    for _ in range(6):
        stage.cards.select_next()
    assert [card.index for card in stage.shown()] == [4, 5, 6]
    stage.cards.deciding.keep_number(1)
    assert stage.shown()[0].index == 0
    stage.cards.select_previous()
    assert stage.cards.current_index == 0


def test_shift_and_an_arrow_show_the_photos_beside_those_on_show(
    stage: Stage, qtbot: QtBot
) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    stage.cards.set_group(MANY)
    stage.cards.select_next()
    stage.shown()[1].setFocus()
    seen = []
    for _ in range(10):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Right, shift)
        seen.append(([card.index for card in stage.shown()], stage.cards.current_index))
    last = len(MANY.members) - 1
    assert seen[0] == ([3, 4, 5], 4)
    assert seen[-1] == (list(range(last - 2, last + 1)), last)
    assert QApplication.focusWidget() is stage.shown()[-1]
    for _ in range(10):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Left, shift)
    assert ([card.index for card in stage.shown()], stage.cards.current_index) == ([0, 1, 2], 0)


def test_the_focus_stays_in_the_list_when_the_page_chooses(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    elsewhere = stage.cards.header.compare
    elsewhere.setFocus()
    stage.cards.select_next()
    assert QApplication.focusWidget() is elsewhere


def test_a_click_chooses_and_a_double_click_compares(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    compared = catch(stage.cards.compare_requested)
    click(qtbot, stage.shown()[2].frame)
    assert stage.cards.current_index == 2
    assert compared == []
    qtbot.mouseDClick(stage.shown()[1].frame, LEFT)
    assert stage.cards.current_index == 1
    assert len(compared) == 1


def test_tab_chooses(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(TRIO)
    stage.cards.header.dismiss.setFocus()
    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if stage.cards.current_index == 1:
            break
    assert stage.cards.current_index == 1


def test_the_current_card_is_framed(stage: Stage) -> None:
    stage.cards.set_group(PAIR)
    first = stage.shown()[0]
    framed = first.grab().toImage()
    stage.cards.select_next()
    assert first.grab().toImage() != framed


def wheel(widget: QWidget, delta: QPoint) -> None:
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_scrolls_through_the_photos(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    wheel(stage.cards.row, QPoint(0, -120))
    assert stage.cards.row.scroll_bar.value() == 1
    wheel(stage.cards.row, QPoint(-120, 0))
    assert stage.cards.row.scroll_bar.value() == 2
    wheel(stage.cards.row, QPoint(0, 120))
    assert stage.cards.row.scroll_bar.value() == 1
    stage.cards.set_group(PAIR)
    wheel(stage.cards.row, QPoint(0, -120))
    assert stage.shown()[0].index == 0


def test_the_same_group_keeps_its_photo(stage: Stage) -> None:
    stage.cards.set_group(TRIO)
    stage.cards.select_next()
    turned = replace(TRIO, members=(TRIO.members[1], TRIO.members[0], TRIO.members[2]))
    stage.cards.set_group(turned)
    assert stage.cards.current_index == 0
    stage.cards.set_group(PAIR)
    assert stage.cards.current_index == 0


# Files


class Browser:
    """Takes what would be opened in the system's programs."""

    def __init__(self) -> None:
        self.urls: list[QUrl] = []

    def openUrl(self, url: QUrl) -> None:  # noqa: N802 - Qt's name
        self.urls.append(url)

    def paths(self) -> list[str]:
        return [os.path.normpath(url.toLocalFile()) for url in self.urls]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(desktop, "QDesktopServices", browser)
    monkeypatch.setattr(sys, "platform", "linux")  # others start a program of their own
    monkeypatch.setattr(desktop, "_show_by_bus", lambda path, asker: False)
    return browser


def test_the_folder_is_opened_and_the_path_copied(
    stage: Stage, qtbot: QtBot, browser: Browser
) -> None:
    stage.cards.set_group(PAIR)
    place = stage.shown()[1].place
    click(qtbot, place.open)
    assert browser.paths() == [os.path.dirname(PAIR.members[1].file.path)]
    click(qtbot, place.copy)
    assert QGuiApplication.clipboard().text() == PAIR.members[1].file.path


def test_a_folder_whose_name_is_no_text_is_opened(stage: Stage, browser: Browser) -> None:
    odd = group(photo("b\udcff #?/c.jpg"), photo("d.jpg", evidence=Evidence.SAME_BYTES))
    stage.cards.set_group(odd)
    stage.shown()[0].place.show_in_folder()
    shown = b"%FF" if os.name == "posix" else b"%ED%B3%BF"  # a byte, or half a character
    assert bytes(browser.urls[0].toEncoded().data()).endswith(b"/b" + shown + b"%20%23%3F")


def test_the_menu_offers_the_same(stage: Stage, qtbot: QtBot, browser: Browser) -> None:
    stage.cards.set_group(TRIO)
    compared = catch(stage.cards.compare_requested)
    more_like = requested(stage.cards, "search_like")
    menu = stage.shown()[1].menu()
    by_text = {action.text(): action for action in menu.actions()}
    keys = [one.shortcut().toString() for one in by_text.values()]
    assert keys[:5] == ["C", "R", "K", "X", "M"]
    for text in ("Compare", "Keep only this one", "Find more like this"):
        by_text[text].trigger()
    for text in ("Open", "Show in folder", "Copy path"):
        by_text[text].trigger()
    assert len(compared) == 1
    assert more_like == [TRIO.members[1]]
    assert stage.marks_of(TRIO) == [Mark.REMOVE, Mark.KEEP, Mark.REMOVE]
    path = TRIO.members[1].file.path
    assert browser.paths() == [os.path.normpath(path), os.path.dirname(path)]
    assert QGuiApplication.clipboard().text() == path
    stage.cards.set_group(ALIKE)
    stage.marks.dismiss(ALIKE)
    by_text = {action.text(): action for action in stage.shown()[0].menu().actions()}
    assert not by_text["Keep only this one"].isEnabled()


# For everyone


def test_everything_has_a_name_and_can_be_reached(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    controls: list[Any] = [
        *stage.cards.findChildren(QPushButton),
        *stage.cards.findChildren(QToolButton),
        *stage.shown(),
        stage.cards.row.scroll_bar,
    ]
    for control in controls:
        assert control.accessibleName() or control.text(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control
    names = [card.accessibleName() for card in stage.shown()]
    assert names[1].startswith("many-1.jpg, Proposed: remove")
    assert "library" in stage.shown()[0].accessibleDescription()


def test_colours_follow_the_palette(stage: Stage, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.palette(), application.styleSheet()
    stage.decoder.gate.clear()  # no photo comes meanwhile
    smaller = photo("b.jpg", 5, facts=replace(SMALL, taken=None), evidence=Evidence.RE_ENCODED)
    stage.cards.set_group(group(photo("a.jpg"), smaller))
    seen = []
    try:
        for appearance in (Appearance.LIGHT, Appearance.DARK, Appearance.LIGHT):
            apply_appearance(application, appearance)
            application.processEvents()
            seen.append([part.grab().toImage() for part in parts_of(stage)])
    finally:
        stage.decoder.gate.set()
        application.setPalette(before[0])
        application.setStyleSheet(before[1])
    light, dark, again = seen
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert light == again


def parts_of(stage: Stage) -> list[QWidget]:
    card = stage.shown()[1]
    values = [card.values.label(field) for field in (Field.PIXELS, Field.TAKEN)]
    buttons = [card.buttons.keep, card.place.copy, stage.cards.header.dismiss]
    return [card.bar, card.frame, card.place.folder, *values, *buttons]


def member_of(card: PhotoCard) -> GroupMember:
    assert card.member is not None
    return card.member


def test_a_card_forgets_the_photo_that_was_there(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(PAIR)
    qtbot.waitUntil(lambda: all(card.frame.is_sharp for card in stage.shown()))
    stage.decoder.gate.clear()
    stage.cards.set_group(TRIO)
    assert member_of(stage.shown()[0]) is TRIO.members[0]
    assert not stage.shown()[0].frame.is_sharp
    stage.decoder.gate.set()  # the end would wait for it


def test_the_cards_of_most_groups_are_made_ahead(stage: Stage, qtbot: QtBot) -> None:
    assert stage.cards.findChildren(PhotoCard) == []
    stage.cards.row.make_ahead()
    qtbot.waitUntil(lambda: len(stage.cards.findChildren(PhotoCard)) >= 2)
    made = stage.cards.findChildren(PhotoCard)
    assert not any(card.isVisible() for card in made)
    stage.cards.set_group(PAIR)
    assert stage.cards.findChildren(PhotoCard) == made
    assert stage.shown() == made


def test_files_that_belong_to_a_photo_are_named_on_its_card(stage: Stage, qtbot: QtBot) -> None:
    stage.cards.set_group(PAIR)
    card, other = stage.shown()
    assert card.member is not None
    path = card.member.file.path
    stage.cards._companions.found.emit({path: ("IMG_1.MOV", "IMG_1.xmp"), "/else": ("no",)})
    assert card.place.folder.text().endswith("· with .MOV, .xmp")
    assert "IMG_1.MOV" in card.place.folder.toolTip()
    assert "with" not in other.place.folder.text()
    stage.cards.set_group(PAIR)
    assert card.place.folder.text().endswith(".xmp")
    stage.cards.set_group(pair("other.jpg"))
    assert "with" not in card.place.folder.text()


def test_the_name_has_the_whole_width_of_a_card(stage: Stage) -> None:
    stage.cards.set_group(MANY)
    place = stage.shown()[0].place
    assert place.name.width() == place.width()
    assert place.folder.geometry().right() < place.copy.geometry().left()
    assert place.name.geometry().bottom() < place.copy.geometry().top()


def test_the_focus_stays_among_the_cards_when_a_photo_leaves_the_group(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.cards.set_group(EDITED)
    last = stage.shown()[-1]
    last.buttons.keep.setFocus()
    assert QApplication.focusWidget() is last.buttons.keep
    smaller = replace(EDITED, members=EDITED.members[: len(stage.shown()) - 1])
    stage.cards.set_group(smaller)
    assert not last.isVisible()
    focused = QApplication.focusWidget()
    assert focused in stage.shown()
