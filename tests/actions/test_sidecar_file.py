"""What is written into a sidecar is read from it again, by this program and by others."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.sidecar_file import encode_sidecar
from dupefinder.core.decode.text_metadata import PhotoWords, read_xmp_words

TEXTS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cn", "Cc")),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip())


@given(
    st.builds(
        PhotoWords,
        taken=st.none() | st.just("2011-02-03T04:05:06.42+02:00"),
        make=st.none() | TEXTS,
        model=st.none() | TEXTS,
        rating=st.none() | st.integers(1, 5),
        title=st.none() | TEXTS,
        caption=st.none() | TEXTS,
        keywords=st.lists(TEXTS, unique=True, max_size=3).map(tuple),
    )
)
def test_all_words_come_back(words: PhotoWords) -> None:
    assert read_xmp_words(encode_sidecar(words)) == words


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_places_come_back(latitude: float, longitude: float) -> None:
    words = read_xmp_words(encode_sidecar(PhotoWords(latitude=latitude, longitude=longitude)))
    assert words.latitude == pytest.approx(latitude, abs=1e-7)
    assert words.longitude == pytest.approx(longitude, abs=1e-7)


def test_it_reads_as_others_write_it() -> None:
    text = encode_sidecar(
        PhotoWords(latitude=-48.5, longitude=16.25, altitude_m=-12.5, keywords=("a&b",))
    ).decode()
    for part in (
        "<exif:GPSLatitude>48,30.000000S</exif:GPSLatitude>",
        "<exif:GPSLongitude>16,15.000000E</exif:GPSLongitude>",
        "<exif:GPSAltitude>25/2</exif:GPSAltitude>",
        "<exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>",
        "<rdf:li>a&amp;b</rdf:li>",
    ):
        assert part in text
    assert "Rating" not in text


def test_what_xml_cannot_hold_does_not_break_it() -> None:
    content = encode_sidecar(PhotoWords(caption="a\x01b\udcffc\ufffe"))
    ElementTree.fromstring(content)
    assert read_xmp_words(content).caption == "a\ufffdb\ufffdc\ufffd"
