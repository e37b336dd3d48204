"""Text that a person wrote into a photo counts, and counts once wherever it is stored."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from dupefinder.core.decode.metadata.text_digests import (
    digest_texts,
    digest_tiff_texts,
    digest_xmp_texts,
)
from tests.core.pictures import camera_exif, encode, jpeg, textured

PICTURE = textured(64, 48)
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{namespace}"'
    for prefix, namespace in {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dc": "http://purl.org/dc/elements/1.1/",
        "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
        "stArea": "http://ns.adobe.com/xmp/sType/Area#",
        "tiff": "http://ns.adobe.com/tiff/1.0/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    }.items()
)


def packet(attributes: str = "", elements: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMESPACES}>'
        f'<rdf:Description rdf:about="" {attributes}>{elements}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def xmp(attributes: str = "", elements: str = "") -> tuple[str, ...]:
    return digest_xmp_texts(packet(attributes, elements))


def bag(name: str, *texts: str, kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{text}</rdf:li>" for text in texts)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def regions(name: str, width_px: int = 800) -> str:
    return (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions rdf:parseType="Resource"><mwg-rs:w>{width_px}</mwg-rs:w>'
        '</mwg-rs:AppliedToDimensions><mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f"<mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>"
        "</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def said(content: bytes) -> tuple[str, ...]:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return digest_texts(picture)


def exif_said(tag: int, value: object, directory: int | None = None) -> tuple[str, ...]:
    exif = Image.Exif()
    (exif if directory is None else exif.get_ifd(directory))[tag] = value
    return said(jpeg(PICTURE, exif=exif))


def png_said(key: str, text: str) -> tuple[str, ...]:
    info = PngImagePlugin.PngInfo()
    info.add_text(key, text)
    return said(encode(PICTURE, "PNG", pnginfo=info))


CAPTION = xmp(elements=bag("dc:description", "Grandma", kind="Alt"))
KEYWORD = xmp(elements=bag("dc:subject", "Grandma"))
CREATOR = xmp(elements=bag("dc:creator", "Grandma", kind="Seq"))


def test_a_photo_from_a_camera_says_nothing_in_words() -> None:
    assert said(jpeg(PICTURE)) == ()
    assert said(jpeg(PICTURE, exif=camera_exif())) == ()
    assert said(encode(PICTURE, "PNG")) == ()


def test_a_property_that_imagemagick_repeats_in_a_png_is_the_same_word() -> None:
    """As the only one that is left of it, too."""
    assert png_said("dc:description", "Grandma") == CAPTION
    assert png_said("exif:UserComment", "Grandma") == png_said("tiff:document", "Grandma")
    assert png_said("photoshop:City", "Rome") == xmp('photoshop:City="Rome"')
    assert png_said("tiff:artist", "Grandma") == CREATOR


def test_each_word_has_one_digest_wherever_it_stands() -> None:
    assert len(CAPTION) == len(KEYWORD) == len(CREATOR) == 1
    assert len({*CAPTION, *KEYWORD, *CREATOR}) == 3
    wide = "Grandma".encode("utf-16-le") + b"\0\0"
    for caption in (
        exif_said(270, "Grandma"),
        exif_said(37510, b"ASCII\0\0\0Grandma", 0x8769),
        exif_said(37510, b"UNICODE\0" + "Grandma".encode("utf-16-le"), 0x8769),
        exif_said(37510, b"UNICODE\0" + "\ufeffGrandma".encode("utf-16-be"), 0x8769),
        exif_said(40091, wide),
        exif_said(40092, wide),
        said(jpeg(PICTURE, comment=b" Grandma\0")),
        png_said("Comment", "Grandma"),
        png_said("Title", "Grandma"),
        png_said("Description", "Grandma"),
        said(encode(PICTURE, "GIF", comment=b"Grandma")),
        xmp('photoshop:Headline="Grandma"'),
        xmp('exif:UserComment="Grandma"'),
    ):
        assert caption == CAPTION
    assert exif_said(40094, wide) == KEYWORD
    for creator in (
        exif_said(315, "Grandma"),
        exif_said(40093, wide),
        png_said("Author", "Grandma"),
    ):
        assert creator == CREATOR
    assert exif_said(33432, "Grandma") == xmp(elements=bag("dc:rights", "Grandma", kind="Alt"))


def test_iptc_says_what_xmp_says() -> None:
    for record, digests in ((120, CAPTION), (25, KEYWORD), (80, CREATOR)):
        data = b"\x1c\x02" + bytes([record]) + struct.pack(">H", 7) + b"Grandma"
        exif = Image.Exif()
        exif[33723] = data
        assert said(jpeg(PICTURE, exif=exif)) == digests
        assert digest_tiff_texts(exif.tobytes()[6:]) == digests
    city = b"\x1c\x02\x5a\x00\x04Graz"
    exif = Image.Exif()
    exif[33723] = city
    assert said(jpeg(PICTURE, exif=exif)) == xmp('photoshop:City="Graz"')


@pytest.mark.parametrize(("number", "counts"), [(15, True), (103, True), (65, False), (55, False)])
def test_an_iptc_field_counts_unless_it_is_technical(number: int, counts: bool) -> None:
    exif = Image.Exif()
    exif[33723] = b"\x1c\x02" + bytes([number]) + struct.pack(">H", 7) + b"Grandma"
    assert bool(said(jpeg(PICTURE, exif=exif))) is counts


@pytest.mark.parametrize(
    ("attributes", "elements"),
    [
        ('xmp:CreatorTool="Grandma wrote this by the sea, July 1943, with Karl"', ""),
        ('photoshop:City="Graz"', ""),
        ('xmp:Label="Red"', ""),
        ('crs:Exposure2012="+1.00"', ""),
        ("", regions("Grandma")),
        ("", bag("dc:subject", "Graz")),
    ],
)
def test_texts_that_a_person_added_count(attributes: str, elements: str) -> None:
    assert len(xmp(attributes, elements)) == 1
    changed = [
        text.replace("Graz", "Wien").replace("Red", "Blue") for text in (attributes, elements)
    ]
    changed = [text.replace("+1.00", "0").replace("Grandma", "Anna") for text in changed]
    assert xmp(*changed) != xmp(attributes, elements)


def test_the_notation_of_a_text_does_not_matter() -> None:
    element = "<photoshop:City>\n Graz </photoshop:City>"
    assert xmp('photoshop:City="Graz"') == xmp(elements=element)
    assert xmp(elements=bag("dc:subject", "a", "b")) == xmp(elements=bag("dc:subject", "b", "a"))
    assert xmp(elements=regions("Anna", 800)) == xmp(elements=regions("Anna", 400))
    assert exif_said(270, "Zoe\u0308".encode()) == exif_said(270, "Zo\u00eb".encode())


@pytest.mark.parametrize(
    "attributes",
    [
        'xmp:ModifyDate="2020-01-01T00:00:00"',
        'xmp:CreatorTool="GIMP"',
        'xmp:Rating="3"',
        'xmpMM:DocumentID="uuid:1" xmpMM:InstanceID="uuid:2" xmpMM:VersionID="3"',
        'tiff:Make="Canon"',
        'exif:FNumber="8/1"',
        'photoshop:ICCProfile="sRGB"',
        'xmp:Label=""',
        'crs:Exposure2012="+1.00" crs:AlreadyApplied="True"',
    ],
)
def test_texts_of_programs_do_not_count(attributes: str) -> None:
    assert xmp(attributes) == ()


@pytest.mark.parametrize(
    "name",
    [
        *("xmp:CreatorTool", "xmp:CreateDate", "xmpMM:LastURL", "xmpMM:History", "dc:format"),
        *("photoshop:History", "photoshop:ICCProfile", "xmpMM:DocumentID", "xmpNote:Note"),
    ],
)
def test_a_persons_words_in_fields_of_programs_count(name: str) -> None:
    said = xmp(f'{name}="Oma und Opa im Garten" xmlns:xmpNote="http://ns.adobe.com/xmp/note/"')
    assert len(said) == 1


def derived(document: str, instance: str = "1") -> str:
    reference = f'stRef:documentID="{document}" stRef:instanceID="{instance}"'
    return f"<xmpMM:DerivedFrom {reference}/>{bag('xmpMM:History', 'saved', kind='Seq')}"


def test_another_document_from_which_it_was_derived_counts() -> None:
    from_elsewhere = xmp('xmpMM:OriginalDocumentID="did:2"', derived("did:1"))
    assert len(from_elsewhere) == 1
    assert from_elsewhere == xmp(elements=derived("did:1", "iid:2"))
    assert from_elsewhere != xmp(elements=derived("did:3"))
    # An older save of the same photo.
    assert xmp('xmpMM:OriginalDocumentID="did:1"', derived("did:1")) == ()


def test_so_does_what_a_person_set_among_bookkeeping() -> None:
    assert xmp('xmpMM:PreservedFileName="Oma 1954.tif"') != ()
    assert xmp('xmpMM:Manager="archive"') != ()


@pytest.mark.parametrize(
    "comment",
    [
        *("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n", "Lavc58.54.100"),
        *("LEAD Technologies Inc. V1.01", "AppleMark\n", "Created with The GIMP"),
        *("Intel(R) JPEG Library, version 1,5,4,36", "Optimized by JPEGmini 3.9.20.0 0x71a6b5c7"),
        *("Compressed by jpeg-recompress", "Processed By eBay with ImageMagick, z1.1.0. ||B2"),
        *("Handmade Software, Inc. Image Alchemy v1.8", "U-Lead Systems, Inc."),
        *("File written by Adobe Photoshop 4.0", "ACD Systems Digital Imaging"),
    ],
)
def test_a_programs_signature_says_nothing_and_a_persons_words_behind_it_do(comment: str) -> None:
    assert said(jpeg(PICTURE, comment=comment.encode())) == ()
    assert said(jpeg(PICTURE, comment=f"{comment} Our wedding".encode())) != ()


@pytest.mark.parametrize("verb", ["Processed", "Compressed", "Optimized", "File written"])
def test_the_name_of_a_person_who_processed_a_photo_counts(verb: str) -> None:
    assert said(jpeg(PICTURE, comment=f"{verb} by Grandpa Karl, 1952".encode())) != ()


def test_nor_what_they_sign_with() -> None:
    assert png_said("Software", "GIMP") == ()
    assert png_said("xmp:ModifyDate", "2020-01-01") == ()
    assert png_said("tiff:endian", "lsb") == ()
    assert png_said("date:create", "2020-01-01") == ()
    assert exif_said(305, "GIMP") == ()
    assert exif_said(270, "OLYMPUS DIGITAL CAMERA  ") == ()
    assert exif_said(37510, b"ASCII\0\0\0" + b" " * 50, 0x8769) == ()
    assert said(jpeg(PICTURE, comment=b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62)")) == ()
    assert said(jpeg(PICTURE, comment=b"Created with love")) != ()


def test_of_a_damaged_packet_only_the_same_says_as_much() -> None:
    broken = packet('xmp:Label="Red"')[:-5]
    assert len(digest_xmp_texts(broken)) == 1
    assert digest_xmp_texts(broken) == digest_xmp_texts(broken + b"\0 ")
    assert digest_xmp_texts(broken) != digest_xmp_texts(broken[:-1])
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]>' + packet('xmp:Label="Red"')
    assert digest_xmp_texts(entity) not in ((), xmp('xmp:Label="Red"'))
    deep = packet(elements="<dc:x>" * 20_000 + "</dc:x>" * 20_000)
    assert len(digest_xmp_texts(deep)) == 1


def test_so_many_words_are_one() -> None:
    many = [f"word {number}" for number in range(2_000)]
    assert len(xmp(elements=bag("dc:subject", *many))) == 1
    assert xmp(elements=bag("dc:subject", *many)) != xmp(elements=bag("dc:subject", *many[1:]))


@given(st.binary(max_size=300))
def test_no_packet_breaks_the_reading(content: bytes) -> None:
    assert list(digest_xmp_texts(content)) == sorted(set(digest_xmp_texts(content)))
    digest_tiff_texts(b"II*\0\x08\0\0\0" + content)
