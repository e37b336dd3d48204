"""Values that are no part because they are read as words have to be read as words."""

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.tags import EXIF
from tests.core.decode.parts.containers import PICTURE
from tests.core.pictures import encode, in_colours, with_segment

SAID = "Grandma"
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
    f' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="{SAID}"/></rdf:RDF></x:xmpmeta>'
).encode()
VALUES: dict[int, str | bytes] = {
    270: SAID,
    315: SAID,
    700: PACKET,
    33432: SAID,
    33723: b"\x1c\x02\x78\x00\x07" + SAID.encode(),
    37510: b"ASCII\0\0\0" + SAID.encode(),
    **dict.fromkeys(range(40091, 40096), SAID.encode("utf-16-le")),
}


def words_of(data: bytes) -> tuple[str, ...]:
    return decode_bytes(data, "photo", DecodeLimits()).facts.word_digests


@pytest.mark.parametrize(
    ("format_", "directory", "number"),
    [
        (format_, directory, number)
        for directory, numbers in made_anew.TEXTS_BY_DIRECTORY.items()
        for number in sorted(numbers)
        for format_ in ("JPEG", "PNG", "WEBP", "TIFF")
        if directory == 0 or format_ != "TIFF"  # of which Pillow writes the main one only
    ],
)
def test_texts_of_exif(format_: str, directory: int, number: int) -> None:
    exif = Image.Exif()
    exif[271] = "Maker"  # Pillow writes no block without a tag in its main directory
    fields = exif if directory == 0 else exif.get_ifd(EXIF)
    fields[number] = VALUES[number]
    assert words_of(encode(PICTURE, format_, exif=exif))


def test_the_texts_of_each_container() -> None:
    text = PngInfo()
    text.add_itxt("Title", SAID)
    texts = PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", PACKET.decode())
    jpeg = encode(PICTURE, "JPEG")
    for data in (
        encode(PICTURE, "PNG", pnginfo=text),
        encode(PICTURE, "PNG", pnginfo=texts),
        encode(PICTURE, "WEBP", xmp=PACKET),
        encode(PICTURE, "HEIF", xmp=PACKET),
        encode(PICTURE, "AVIF", xmp=PACKET),
        encode(in_colours(PICTURE, 16), "GIF", comment=SAID),
        encode(PICTURE, "JPEG", comment=SAID),
        with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET),
    ):
        assert words_of(data)


def test_tags_of_the_file_are_no_texts() -> None:
    texts = {one for all_ in made_anew.TEXTS_BY_DIRECTORY.values() for one in all_}
    assert texts.isdisjoint(made_anew.TAGS)


WORDS = "Oma und Opa im Garten"


def holdings(data: bytes) -> tuple[tuple[str, ...], bytes]:
    facts = decode_bytes(data, "photo", DecodeLimits()).facts
    return facts.word_digests, facts.parts


@pytest.mark.parametrize("number", [11, 305, 306, 316, 0x5034, 59932])
@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Adobe Photoshop Lightroom Classic 12.0.1 (Macintosh)", False),
        ("ImageMagick 6.9.11-60 Q16 x86_64 2021-01-25 https://imagemagick.org", False),
        (WORDS, True),
        ("\u6d77\u8fba\u3067\u7956\u6bcd\u304c\u66f8\u3044\u305f" * 8, True),
    ],
)
def test_a_persons_words_count_in_a_field_of_programs(number: int, text: str, counts: bool) -> None:
    exif = Image.Exif()
    exif[270] = SAID
    without = holdings(encode(PICTURE, "JPEG", exif=exif))
    exif[number] = text.encode()
    assert (holdings(encode(PICTURE, "JPEG", exif=exif)) != without) is counts


@pytest.mark.parametrize(
    ("keyword", "text", "counts"),
    [
        ("Software", "Matplotlib version 3.7.2, https://matplotlib.org/", False),
        ("Software", WORDS, True),
        ("date:create", WORDS, True),
        ("xmp", WORDS, True),
        ("icc:copyright", WORDS, False),
        ("icc:note", WORDS, True),
        ("Thumb::URI", "file:///home/karl/Bilder von der See und aus dem alten Haus/x.jpg", False),
    ],
)
def test_so_they_do_in_a_text_of_a_png(keyword: str, text: str, counts: bool) -> None:
    texts = PngInfo()
    texts.add_itxt(keyword, text)
    assert bool(words_of(encode(PICTURE, "PNG", pnginfo=texts))) is counts
