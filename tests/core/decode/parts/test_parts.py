import struct
from functools import cache
from typing import Any
from zlib import crc32

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts import made_anew
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, ReasonCode
from dupefinder.core.rules import order_candidates, propose
from tests.core.decode.parts.containers import CONTAINERS, PICTURE, pixels_of
from tests.core.pictures import encode
from tests.core.rules.candidates import candidate

LIMITS = DecodeLimits()
NAMES = st.text("abcdefghijKLMNOPQRST", min_size=4, max_size=4).map(str.encode)
CONTENTS = st.binary(min_size=1, max_size=600).filter(lambda content: content.strip(b"\0 \r\n\xff"))
BY_NAME = pytest.mark.parametrize("container", CONTAINERS)


def facts_of(data: bytes) -> PhotoFacts:
    return decode_bytes(data, "photo", LIMITS).facts


plain_pixels_of, plain_facts_of = cache(pixels_of), cache(facts_of)
"""For files without a part of their own, which are asked about again and again."""


def may_go(goes: PhotoFacts, stays: PhotoFacts) -> bool:
    one, other = candidate("/p/goes", goes), candidate("/p/stays", stays)
    return not propose(other, one, Evidence.SAME_PIXELS)[0]


def is_known(name: bytes) -> bool:
    known = (made_anew.PNG_CHUNKS, made_anew.WEBP_CHUNKS, made_anew.BOXES, made_anew.GIF_EXTENSIONS)
    return any(name in names for names in known)


@BY_NAME
@settings(max_examples=10)  # of each container, which makes hundreds of all
@given(name=NAMES, content=CONTENTS)
def test_a_copy_with_one_more_part_stays_and_the_other_may_go(
    container: str, name: bytes, content: bytes
) -> None:
    assume(not is_known(name))
    plain, with_part = CONTAINERS[container]
    rich = with_part(name, content)
    assert pixels_of(rich) == plain_pixels_of(plain)
    poor_facts, rich_facts = plain_facts_of(plain), facts_of(rich)
    assert not may_go(rich_facts, poor_facts)
    assert may_go(poor_facts, rich_facts)
    keeper = order_candidates([candidate("/p/a", poor_facts), candidate("/p/b", rich_facts)])[0][0]
    assert keeper.file.path == "/p/b"


@BY_NAME
@settings(max_examples=10)  # of each container, which makes hundreds of all
@given(name=NAMES, content=CONTENTS, other=CONTENTS)
def test_of_two_copies_with_one_part_changed_neither_goes(
    container: str, name: bytes, content: bytes, other: bytes
) -> None:
    assume(not is_known(name))
    assume(content.strip(b"\0 \r\n\xff") != other.strip(b"\0 \r\n\xff"))
    _, with_part = CONTAINERS[container]
    one, two = facts_of(with_part(name, content)), facts_of(with_part(name, other))
    assert not may_go(one, two)
    assert not may_go(two, one)


@BY_NAME
def test_parts_lacking_in_the_keeper_are_named(container: str) -> None:
    plain, with_part = CONTAINERS[container]
    rich, poor = (candidate("/p", facts_of(one)) for one in (with_part(b"mine", b"said"), plain))
    stays, reason = propose(poor, rich, Evidence.SAME_PIXELS)
    assert stays
    assert reason.code in (ReasonCode.KEEPER_LACKS_METADATA, ReasonCode.KEEPER_LACKS_EXTRAS)
    assert reason.parameters


@BY_NAME
def test_a_copy_that_was_saved_the_same_way_lacks_nothing(container: str) -> None:
    plain, with_part = CONTAINERS[container]
    for data in (plain, with_part(b"mine", b"said")):
        assert may_go(facts_of(data), facts_of(data))


def png_of(*chunks: tuple[bytes, bytes], **options: Any) -> bytes:
    whole = encode(PICTURE, "PNG", **options)
    made = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))
        for name, content in chunks
    )
    return whole[:33] + b"".join(made) + whole[33:]


def jpeg_of(colour_space: int, **options: Any) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(34665)[40961] = colour_space
    return encode(PICTURE, "JPEG", quality=90, exif=exif, **options)


SRGB = (b"sRGB", b"\0")
SRGB_GAMMA = (b"gAMA", struct.pack(">I", 45455))
GAMMA = (b"gAMA", struct.pack(">I", 100_000))
WIDE = (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000))
POINTS = (b"cICP", bytes((9, 16, 0, 1)))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (png_of(), png_of(GAMMA)),
        (png_of(), png_of(WIDE)),
        (png_of(SRGB), png_of(POINTS)),
        (png_of(GAMMA), png_of(GAMMA, WIDE)),
        (jpeg_of(1), jpeg_of(2)),
    ],
)
def test_of_equal_levels_that_mean_other_colours_neither_goes(one: bytes, other: bytes) -> None:
    assert pixels_of(one) == pixels_of(other)
    assert not may_go(facts_of(one), facts_of(other))
    assert not may_go(facts_of(other), facts_of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (png_of(), png_of(SRGB)),
        (png_of(), png_of(SRGB_GAMMA)),
        (png_of(SRGB), png_of(SRGB, GAMMA, WIDE)),  # which sRGB overrides
        (png_of(SRGB), png_of((b"cICP", bytes((1, 13, 0, 1))))),
        (png_of(icc_profile=PROFILE), png_of(GAMMA, icc_profile=PROFILE)),
        (jpeg_of(1, icc_profile=PROFILE), jpeg_of(2, icc_profile=PROFILE)),
    ],
)
def test_of_levels_that_mean_the_same_either_may_go(one: bytes, other: bytes) -> None:
    assert may_go(facts_of(one), facts_of(other))
    assert may_go(facts_of(other), facts_of(one))


@pytest.mark.parametrize("profile", [b"no profile at all, but a letter", b"behind"])
def test_profiles_that_are_none_and_bytes_after_them_are_parts(profile: bytes) -> None:
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = facts_of(encode(PICTURE, "PNG", icc_profile=whole))
    if profile == b"behind":
        profile = whole + b"a letter"
    rich = facts_of(encode(PICTURE, "PNG", icc_profile=profile))
    assert not may_go(rich, plain)
    assert may_go(plain, rich)
