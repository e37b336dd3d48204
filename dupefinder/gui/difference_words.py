"""The places in which two photos differ, in words, for cards and for Compare."""

from collections.abc import Sequence

from dupefinder.core.difference_places import DifferencePlace
from dupefinder.gui.words import number_text, tr


def place_text(place: DifferencePlace) -> str:
    """Where in a picture a difference lies."""
    return {
        DifferencePlace.UPPER_LEFT: tr("upper left"),
        DifferencePlace.TOP: tr("top"),
        DifferencePlace.UPPER_RIGHT: tr("upper right"),
        DifferencePlace.LEFT: tr("left"),
        DifferencePlace.MIDDLE: tr("middle"),
        DifferencePlace.RIGHT: tr("right"),
        DifferencePlace.LOWER_LEFT: tr("lower left"),
        DifferencePlace.BOTTOM: tr("bottom"),
        DifferencePlace.LOWER_RIGHT: tr("lower right"),
    }[place]


def places_text(places: Sequence[DifferencePlace]) -> str:
    """Where a picture differs from another: "differs in one place, lower right".

    Args:
        places: At least one, see `difference_places.places_of`.
    """
    if len(places) == 1:
        return tr("differs in one place, {place}").format(place=place_text(places[0]))
    return tr("differs in {n} places").format(n=number_text(len(places)))


def places_sentence(places: Sequence[DifferencePlace]) -> str:
    """All the places in which a picture differs from another, for those who ask."""
    if len(places) == 1:
        return tr("It differs in one place: {places}.").format(places=place_text(places[0]))
    return tr("It differs in {n} places: {places}.").format(
        n=number_text(len(places)),
        # Two places in one corner are named once.
        places=tr(", ").join(place_text(one) for one in dict.fromkeys(places)),
    )
