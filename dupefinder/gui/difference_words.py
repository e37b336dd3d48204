"""The places in which two photos differ, in words, for cards and for Compare."""

from collections.abc import Sequence

from dupefinder.core.difference_places import DifferencePlace
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _


def place_text(place: DifferencePlace) -> str:
    """Where in a picture a difference lies."""
    return {
        DifferencePlace.UPPER_LEFT: _("upper left"),
        DifferencePlace.TOP: _("top"),
        DifferencePlace.UPPER_RIGHT: _("upper right"),
        DifferencePlace.LEFT: _("left"),
        DifferencePlace.MIDDLE: _("middle"),
        DifferencePlace.RIGHT: _("right"),
        DifferencePlace.LOWER_LEFT: _("lower left"),
        DifferencePlace.BOTTOM: _("bottom"),
        DifferencePlace.LOWER_RIGHT: _("lower right"),
    }[place]


def places_text(places: Sequence[DifferencePlace]) -> str:
    """Where a picture differs from another: "differs in one place, lower right".

    Args:
        places: At least one, see `difference_places.places_of`.
    """
    if len(places) == 1:
        return _("differs in one place, {place}").format(place=place_text(places[0]))
    return _("differs in {n} places").format(n=number_text(len(places)))


def places_sentence(places: Sequence[DifferencePlace]) -> str:
    """All the places in which a picture differs from another, for those who ask."""
    if len(places) == 1:
        return _("It differs in one place: {places}.").format(places=place_text(places[0]))
    return _("It differs in {n} places: {places}.").format(
        n=number_text(len(places)),
        # Two places in one corner are named once.
        places=_(", ").join(place_text(one) for one in dict.fromkeys(places)),
    )
