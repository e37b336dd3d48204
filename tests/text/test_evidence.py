import pytest

from dupefinder.core.records import Alteration, AlterationCode, DifferencePlace
from dupefinder.text.evidence import alteration_text


@pytest.mark.parametrize(
    ("alteration", "text"),
    [
        (
            Alteration(AlterationCode.CROPPED_WIDTH, 56, DifferencePlace.LEFT),
            "cropped to 56 % of its width (left part)",
        ),
        (
            Alteration(AlterationCode.CROPPED_HEIGHT, 50, DifferencePlace.TOP),
            "cropped to 50 % of its height (upper part)",
        ),
        (
            Alteration(AlterationCode.CROPPED, 84, DifferencePlace.MIDDLE),
            "cropped to 84 % (middle part)",
        ),
        (Alteration(AlterationCode.CROPPED, 84), "cropped to 84 %"),
        (Alteration(AlterationCode.TURNED, -1.9), "turned by 1.9°"),
        (Alteration(AlterationCode.FRAMED), "in a frame"),
    ],
)
def test_alterations_are_told_with_the_part_left_by_a_crop(
    alteration: Alteration, text: str
) -> None:
    assert alteration_text(alteration) == text


@pytest.mark.parametrize("part", DifferencePlace)
def test_each_part_has_words_of_its_own(part: DifferencePlace) -> None:
    text = alteration_text(Alteration(AlterationCode.CROPPED, 50, part))
    assert text.startswith("cropped to 50 % (")
    assert text.endswith(" part)")
