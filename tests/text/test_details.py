import pytest

from dupefinder.core.decode.photo_details import PhotoDetails
from dupefinder.core.decode.text_metadata import PhotoWords
from dupefinder.text.details import exposure_text, position_text, words_text


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (PhotoDetails(PhotoWords()), ""),
        (PhotoDetails(PhotoWords(), exposure_s=1 / 250), "1/250 s"),
        (PhotoDetails(PhotoWords(), exposure_s=30.0, iso=1600), "30 s · ISO 1,600"),
        (PhotoDetails(PhotoWords(), exposure_s=2.5, f_number=2.8), "2.5 s · f/2.8"),
        (PhotoDetails(PhotoWords(), f_number=8.0, focal_length_mm=35.0), "f/8 · 35 mm"),
    ],
)
def test_an_exposure_reads_as_cameras_show_it(details: PhotoDetails, text: str) -> None:
    assert exposure_text(details) == text


def test_a_place_needs_both_numbers() -> None:
    assert position_text(PhotoWords(latitude=48.2)) == ""
    assert position_text(PhotoWords(latitude=48.2, longitude=16.5)) == "48.20000° N, 16.50000° E"
    assert position_text(PhotoWords(latitude=-1.5, longitude=-0.25)) == "1.50000° S, 0.25000° W"


def test_words_are_one_line_that_cannot_be_broken() -> None:
    words = PhotoWords(title="Zoo", caption="Zoo", keywords=("lion", "a\n\u202eb"))
    assert words_text(words) == "Zoo · lion, a\\n\\u202eb"
    assert words_text(PhotoWords()) == ""
