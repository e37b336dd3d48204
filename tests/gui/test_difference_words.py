import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.difference_places import DifferencePlace
from dupefinder.gui.difference_words import place_text, places_sentence, places_text

BOTTOM, RIGHT, CORNER = (
    DifferencePlace.BOTTOM,
    DifferencePlace.RIGHT,
    DifferencePlace.LOWER_RIGHT,
)


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Words are translated by an application."""


def test_every_place_has_its_words() -> None:
    assert len({place_text(place) for place in DifferencePlace}) == len(DifferencePlace)


def test_one_place_is_named_and_several_are_counted() -> None:
    assert places_text([CORNER]) == "differs in one place, lower right"
    assert places_text([CORNER, BOTTOM, CORNER]) == "differs in 3 places"


def test_the_sentence_names_each_corner_once() -> None:
    assert places_sentence([CORNER]) == "It differs in one place: lower right."
    sentence = places_sentence([CORNER, RIGHT, CORNER])
    assert sentence == "It differs in 3 places: lower right, right."
