"""The similarity asked for, in words first: four levels of Hamming distance."""

from enum import IntEnum

from dupefinder.text.translation import _, in_context

MOST_BITS = 16
"""Beyond it everything meets everything."""


class Similarity(IntEnum):
    """A level; its value is the greatest distance in bits of a 64-bit fingerprint."""

    IDENTICAL = 0
    VERY_CLOSE = 4
    CLOSE = 10
    LOOSE = 16


LEVELS = tuple(Similarity)
"""All levels, the strictest first."""


def level_of(bits: int) -> Similarity:
    """The strictest level that takes in a distance.

    Args:
        bits: Hamming distance, of 64 bits; beyond the loosest level it is that.
    """
    return next((level for level in LEVELS if bits <= level), Similarity.LOOSE)


def level_text(level: Similarity) -> str:
    """The name of a level."""
    return {
        Similarity.IDENTICAL: _("Identical"),
        Similarity.VERY_CLOSE: _("Very close"),
        Similarity.CLOSE: in_context("similarity", "Close"),
        Similarity.LOOSE: _("Loose"),
    }[level]


def level_sentence(level: Similarity) -> str:
    """Explain what a level finds."""
    return {
        Similarity.IDENTICAL: _("Finds copies that look exactly alike when made small."),
        Similarity.VERY_CLOSE: _("Finds copies that were made smaller or saved again, too."),
        Similarity.CLOSE: _(
            "Finds copies with changed colours, texts or borders, too. Right for most people."
        ),
        Similarity.LOOSE: _(
            "Finds more copies that were changed much. It takes longer, and there is more to"
            " look through."
        ),
    }[level]
