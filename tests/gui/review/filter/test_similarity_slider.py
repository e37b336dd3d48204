from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from dupefinder.gui.results import Results
from dupefinder.gui.review.filter.similarity_histogram import ThresholdSteps
from dupefinder.gui.review.filter.similarity_slider import SimilaritySlider
from dupefinder.gui.review.groups.group_view import all_groups
from dupefinder.services.findings import Basis
from tests.gui.groups import ROOT, group, photo, results_of
from tests.gui.stand_ins import catch, thumbnails

LEFT = Qt.MouseButton.LeftButton


def at(bits: int, *, provisional: bool = False) -> Results:
    return results_of(threshold_bits=bits, provisional=provisional)


@pytest.fixture
def similarity(qtbot: QtBot) -> SimilaritySlider:
    made = SimilaritySlider()
    qtbot.addWidget(made)
    made.set_results(at(10))
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_words_first_and_bits_at_the_end(similarity: SimilaritySlider, qtbot: QtBot) -> None:
    asked = catch(similarity.threshold_changed)
    similarity.slider.setFocus()
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Home)
    assert asked == [0]
    assert similarity._word.text() == "Identical"
    assert similarity._bits.text() == "0 bits"
    assert similarity.slider.accessibleDescription() == "Identical"
    assert "exactly" in similarity._word.toolTip()
    assert not similarity.slider.toolTip()  # it would lie over the example


def test_one_question_at_a_time_and_the_last_one_always(
    similarity: SimilaritySlider, qtbot: QtBot
) -> None:
    asked = catch(similarity.threshold_changed)
    for _ in range(5):
        qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    assert asked == [9]
    similarity.set_results(at(9))
    assert asked == [9, 5]
    assert similarity.slider.value() == 5
    similarity.set_results(at(5))
    assert asked == [9, 5]
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Right)
    assert asked == [9, 5, 6]


def test_late_results_do_not_move_the_handle(similarity: SimilaritySlider, qtbot: QtBot) -> None:
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    similarity.set_results(at(10))
    similarity.set_results(at(12))
    assert similarity.slider.value() == 9
    similarity.set_results(at(9))
    similarity.set_results(at(4))
    assert similarity.slider.value() == 4


def test_a_handle_that_is_held_stays_in_the_hand(
    similarity: SimilaritySlider, qtbot: QtBot
) -> None:
    slider = similarity.slider
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() * 10 // 16, slider.height() // 2))
    slider.setSliderDown(True)
    similarity.set_results(at(3))
    assert slider.value() == 10
    slider.setSliderDown(False)


def test_an_answer_that_does_not_come_is_asked_for_again(
    similarity: SimilaritySlider, qtbot: QtBot
) -> None:
    asked = catch(similarity.threshold_changed)
    similarity._overdue.setInterval(1)
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: asked == [9, 8])


def test_a_scan_takes_the_handle(similarity: SimilaritySlider, qtbot: QtBot) -> None:
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    similarity.set_scanning(True)
    assert not similarity.slider.isEnabled()
    similarity.set_results(at(4, provisional=True))
    assert similarity.slider.value() == 4
    similarity.set_results(at(4))
    similarity.set_scanning(False)
    assert similarity.slider.isEnabled()


def test_the_greatest_threshold_is_the_one_that_was_scanned_for(
    similarity: SimilaritySlider, qtbot: QtBot
) -> None:
    asked = catch(similarity.threshold_changed)
    similarity.set_most_bits(6)
    assert (similarity.slider.maximum(), similarity.slider.value(), asked) == (6, 6, [])
    assert similarity._bits.text() == "6 bits"
    similarity.set_most_bits(0)
    assert similarity.slider.maximum() == 1
    similarity.set_most_bits(64)
    assert similarity.slider.maximum() == 16


def found(*distances: int, threshold_bits: int, matches: object) -> Results:
    copies = [
        photo(f"{n}.jpg", evidence=Evidence.EDITED, distance_bits=bits)
        for n, bits in enumerate(distances)
    ]
    results = results_of(group(photo("first.jpg"), *copies), threshold_bits=threshold_bits)
    return replace(results, basis=cast(Basis, matches))


def test_after_a_removal_the_handle_goes_as_far_as_before(similarity: SimilaritySlider) -> None:
    similarity.set_most_bits(10)
    similarity.set_results(at(4))
    similarity.setEnabled(False)  # while photos are removed, and the groups without them are made
    similarity.set_results(at(4))
    similarity.setEnabled(True)
    assert similarity.slider.maximum() == 10
    assert similarity.slider.value() == 4


def test_the_histogram_keeps_what_lies_beyond_the_threshold(
    similarity: SimilaritySlider,
) -> None:
    scan, other = object(), object()
    counts = similarity._histogram
    similarity.count_only(all_groups)  # before the first results
    similarity.set_results(found(2, 2, 9, threshold_bits=10, matches=scan))
    assert np.flatnonzero(counts.counts).tolist() == [2, 9]
    similarity.set_results(found(2, 2, threshold_bits=4, matches=scan))
    assert counts.counts[[2, 9]].tolist() == [2, 1]
    assert counts.threshold_bits == 4
    similarity.set_results(found(3, threshold_bits=4, matches=other))
    assert np.flatnonzero(counts.counts).tolist() == [3]


# Additions of each threshold


GROUPS = [
    group(photo(f"a/{n}.jpg"), *others)
    for n, others in enumerate(
        [
            [photo("b/0.jpg", evidence=Evidence.SAME_BYTES, distance_bits=0)],
            [
                photo("b/1.jpg", evidence=Evidence.RE_ENCODED, distance_bits=4),
                photo("c/1.jpg", evidence=Evidence.RE_ENCODED, distance_bits=8),
            ],
            [photo("b/2.jpg", evidence=Evidence.EDITED, distance_bits=8)],
        ]
    )
]


def test_a_step_says_what_it_adds() -> None:
    results = results_of(*GROUPS)
    steps = ThresholdSteps.of(results, all_groups(results))
    assert steps.text(0) == "0 bits: 1 more photo, 1 new group"
    assert steps.text(4) == "4 bits: 1 more photo, 1 new group"
    assert steps.text(5) == "5 bits: nothing more"
    assert steps.text(8) == "8 bits: 2 more photos, 1 new group"
    assert steps.total_text(4) == "Up to here: 2 photos in 2 groups"
    assert steps.total_text(16) == "Up to here: 4 photos in 3 groups"
    pair = steps.pair(8)
    assert pair is not None
    assert [one.file.path for one in pair] == [f"{ROOT}a/1.jpg", f"{ROOT}c/1.jpg"]
    assert steps.pair(5) is None


def test_a_screen_reader_hears_what_each_threshold_adds(similarity: SimilaritySlider) -> None:
    similarity.set_results(results_of(*GROUPS))
    assert similarity._histogram.accessibleDescription().splitlines() == [
        "0 bits: 1 more photo, 1 new group",
        "4 bits: 1 more photo, 1 new group",
        "8 bits: 2 more photos, 1 new group",
    ]
    assert similarity.slider.accessibleDescription().splitlines() == [
        "Close",
        "10 bits: nothing more",
        "Up to here: 4 photos in 3 groups",
    ]


def test_the_pointer_shows_an_example(similarity: SimilaritySlider, qtbot: QtBot) -> None:
    pictures = thumbnails()
    similarity.peek.set_thumbnails(pictures)
    similarity.set_results(results_of(*GROUPS))
    histogram, peek = similarity._histogram, similarity.peek
    assert not peek.isVisible()
    qtbot.mouseMove(histogram, QPoint(histogram.bar_x(8), 5))
    assert peek.isVisible()
    assert "8 bits: 2 more photos, 1 new group" in peek.text.text()
    assert [name.text() for name in peek.names] == ["1.jpg", "1.jpg"]
    before = peek.grab().toImage()
    pair = histogram.steps.pair(8)
    assert pair is not None
    pictures.bring(pair[0].content_id)
    assert peek.grab().toImage() != before
    qtbot.mouseMove(histogram, QPoint(histogram.bar_x(5), 5))
    assert peek.text.text().endswith("5 bits: nothing more")
    assert not any(picture.isVisible() for picture in peek.pictures)
    QApplication.sendEvent(histogram, QEvent(QEvent.Type.Leave))
    assert not peek.isVisible()


def test_the_keyboard_shows_an_example(similarity: SimilaritySlider, qtbot: QtBot) -> None:
    similarity.peek.set_thumbnails(thumbnails())
    similarity.set_results(results_of(*GROUPS))
    with qtbot.waitActive(similarity):
        similarity.activateWindow()
    similarity.slider.clearFocus()
    similarity.slider.setFocus(Qt.FocusReason.TabFocusReason)
    assert similarity.peek.isVisible()
    assert "10 bits" in similarity.peek.text.text()
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    qtbot.keyClick(similarity.slider, Qt.Key.Key_Left)
    assert "8 bits: 2 more photos" in similarity.peek.text.text()
    assert similarity.peek.focusPolicy() is Qt.FocusPolicy.NoFocus
    similarity.slider.clearFocus()
    assert not similarity.peek.isVisible()
