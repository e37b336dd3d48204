import io

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts.exif import date_part, exif_parts
from dupefinder.core.decode.parts.exif_texts import exif_text_parts
from dupefinder.core.held_parts import Part, PartKind, kinds_of
from dupefinder.core.records import PhotoFacts
from tests.core.pictures import jpeg, textured

TEXTS = {
    "exif:Make": "Maker",
    "exif:FNumber": "28/10",
    "exif:LensSpecification": "24/1, 70/1, 28/10, 4/1",
    "exif:PhotographicSensitivity": "200",
    "exif:GPSLatitude": "24/1, 4/1, 2800/1000",
    "exif:GPSLatitudeRef": "N",
}
"""As ImageMagick writes them."""


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[271] = "Maker"
    fractions = [
        TiffImagePlugin.IFDRational(*pair) for pair in ((24, 1), (70, 1), (28, 10), (4, 1))
    ]
    exif[34665] = {33437: fractions[2], 42034: tuple(fractions), 34855: 200}
    exif[34853] = {1: "N", 2: (fractions[0], fractions[3], fractions[2])}
    return exif


def test_fields_are_the_same_parts_as_in_exif() -> None:
    texts = {key.replace("PhotographicSensitivity", "ISOSpeedRatings"): text
             for key, text in TEXTS.items()}  # fmt: skip
    assert set(exif_text_parts(texts, None)) == set(exif_parts(camera().tobytes()[6:]))


@pytest.mark.parametrize(
    ("texts", "taken", "parts"),
    [
        ({"exif:DateTimeOriginal": "2011:02:03 04:05:06"}, None, ["2011-02-03T04:05:06"]),
        ({"exif:DateTimeOriginal": "2011:02:03 04:05:06"}, "2011-02-03T00:00:00", []),
        ({"exif:ExifOffset": "200", "exif:MakerNote": "1, 2", "exif:Unheard": "of"}, None, []),
        ({"exif:UserComment": "65, 83", "date:create": "2011", "FNumber": "28/10"}, None, []),
        ({"exif:FNumber": ""}, None, []),
    ],
)
def test_dates_and_what_does_not_tell_its_value(
    texts: dict[str, str], taken: str | None, parts: list[str]
) -> None:
    expected: list[Part] = [date_part(one) for one in parts]
    assert list(exif_text_parts(texts, taken)) == expected


def test_what_only_such_texts_say_counts() -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in {**TEXTS, "exif:Artist": "Anna"}.items():
        info.add_text(key, text)
    buffer = io.BytesIO()
    textured().save(buffer, "PNG", pnginfo=info)

    def facts(data: bytes) -> PhotoFacts:
        return decode_bytes(data, "photo", DecodeLimits()).facts

    found = facts(buffer.getvalue())
    assert {"camera", "settings", "gps"} <= kinds_of(found.parts)
    signed = Image.Exif()
    signed[315] = "Anna"
    assert found.word_digests == facts(jpeg(textured(), exif=signed)).word_digests != ()
    assert PartKind.NOT_UNDERSTOOD.code not in kinds_of(found.parts)
