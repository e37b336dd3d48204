import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dupefinder.core.decode.parts.chunks import (
    gif_parts,
    png_parts,
    profile_parts,
    webp_parts,
)
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.file_parts import PartKind
from tests.core.decode.parts.containers import EXIF, GIF, PICTURE, PNG, WEBP, gif_with
from tests.core.pictures import encode, in_colours


def texts_of(**texts: str) -> dict[Any, object]:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name.replace("_", " "), text, zip=True)
    with Image.open(io.BytesIO(encode(PICTURE, "PNG", pnginfo=info))) as image:
        image.load()
        return {**image.info}


def profile(name: str, block: bytes) -> str:
    return f"\n{name}\n{len(block):8}\n{block.hex()}\n"


def test_exif_that_imagemagick_wrote_is_read_field_by_field() -> None:
    block = EXIF.tobytes()
    texts = texts_of(Raw_profile_type_exif=profile("exif", block))
    assert list(profile_parts(texts)) == list(exif_parts(block[6:]))


def test_a_profile_that_is_not_known_is_a_part() -> None:
    texts = texts_of(
        Raw_profile_type_iptc=profile("iptc", b"said"),
        Raw_profile_type_icc=profile("icc", b"colours"),
        Raw_profile_type_exif="no digits",
        Comment="said",
    )
    assert [(kind, field) for kind, field, _ in profile_parts(texts)] == [
        (PartKind.APPLICATION_DATA, "profile:iptc"),
        (PartKind.APPLICATION_DATA, "profile:exif"),
    ]


def test_of_a_gif_repetition_and_frames_are_no_parts() -> None:
    frames = [in_colours(PICTURE, 16), in_colours(PICTURE.rotate(180), 16)]
    moving = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0)
    assert list(gif_parts(moving)) == list(gif_parts(GIF)) == []
    assert [kind for kind, *_ in gif_parts(gif_with(b"XMP DataXMP", b"<x/>"))] == [
        PartKind.APPLICATION_DATA
    ]


def test_a_gif_that_is_not_built_like_one_is_not_understood() -> None:
    found = list(gif_parts(GIF[:-1] + b"\x01what is this;"))
    assert [kind for kind, *_ in found] == [PartKind.NOT_UNDERSTOOD]


SAID = b"grandma wrote a letter at the sea"


def with_chunks(*chunks: tuple[bytes, bytes], behind: bytes = b"IHDR") -> bytes:
    """A PNG with further chunks."""
    at = PNG.index(behind)
    at += 8 + int.from_bytes(PNG[at - 4 : at], "big")
    added = (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return PNG[:at] + b"".join(added) + PNG[at:]


PACKED = zlib.compress(b"a text")


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"fdAT", SAID)],
        [(b"acTL", bytes((0, 0, 0, 1, 0, 0, 0, 0))), (b"fcTL", bytes(26)), (b"fcTL", bytes(26))],
        [(b"acTL", bytes(8)), (b"acTL", SAID[:8])],
        [(b"PLTE", SAID[:30])],
        [(b"tRNS", bytes(6) + SAID)],
        [(b"iCCP", b"a\0\0" + PACKED + SAID)],
        [(b"iCCP", b"a\0\0" + SAID)],
        [(b"iCCP", b"a\0\0" + PACKED), (b"iCCP", b"a\0\0" + zlib.compress(SAID))],
        [(b"iTXt", b"Title\0\1\0\0\0" + SAID)],
        [(b"iTXt", b"Title\0\1\0\0\0" + PACKED + SAID)],
        [(b"iTXt", b"Title\0\0\0de\0" + SAID + b"\0a text")],
    ],
)
def test_chunks_that_png_decoders_pass_over_are_parts(chunks: list[tuple[bytes, bytes]]) -> None:
    before = [*png_parts(PNG)]
    assert len([*png_parts(with_chunks(*chunks))]) == len(before) + 1


def test_chunks_that_png_decoders_read_are_no_parts() -> None:
    moving = encode(PICTURE, "PNG", save_all=True, append_images=[PICTURE.rotate(180)])
    still = encode(in_colours(PICTURE, 16), "PNG", transparency=3)
    texts = (b"iTXt", b"Title\0\1\0\0\0" + PACKED), (b"iTXt", b"Topic\0\0\0de\0\0a text")
    profile = b"iCCP", b"a\0\0" + PACKED
    for data in (moving, still):
        assert [*png_parts(data)] == []
    assert [*png_parts(with_chunks(profile, *texts))] == [*png_parts(PNG)]


def webp_of(flags: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP with an extended head, without the picture."""
    whole = b"WEBP"
    for name, content in ((b"VP8X", bytes((flags, *bytes(9)))), *chunks):
        whole += name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


@pytest.mark.parametrize(
    ("flags", "chunks"),
    [
        (0, [(b"ICCP", SAID), (b"VP8 ", b"picture")]),
        (0x20, [(b"ICCP", b"a profile"), (b"ICCP", SAID), (b"VP8 ", b"picture")]),
        (0, [(b"ALPH", SAID), (b"VP8 ", b"picture")]),
        (0x10, [(b"ALPH", SAID), (b"VP8L", b"picture")]),
        (0x10, [(b"ALPH", b"opacity"), (b"ALPH", SAID), (b"VP8 ", b"picture")]),
        (0, [(b"VP8 ", b"picture"), (b"VP8 ", SAID)]),
        (0, [(b"VP8L", b"picture"), (b"VP8 ", SAID)]),
        (0, [(b"VP8 ", b"picture"), (b"ANMF", bytes(16) + b"VP8 \4\0\0\0said")]),
        (0, [(b"ANIM", SAID[:6]), (b"VP8 ", b"picture")]),
    ],
)
def test_chunks_that_webp_decoders_pass_over_are_parts(
    flags: int, chunks: list[tuple[bytes, bytes]]
) -> None:
    assert len([*webp_parts(webp_of(flags, *chunks), has_exif=False, has_xmp=False)]) == 1


def test_chunks_that_webp_decoders_read_are_no_parts() -> None:
    whole = [(b"ICCP", b"a profile"), (b"ALPH", b"opacity"), (b"VP8 ", b"picture")]
    assert [*webp_parts(webp_of(0x30, *whole), has_exif=False, has_xmp=False)] == []
    transparent = PICTURE.copy()
    transparent.putalpha(100)
    for data in (
        encode(PICTURE, "WEBP"),
        encode(transparent, "WEBP", icc_profile=SAID),
        encode(PICTURE, "WEBP", save_all=True, append_images=[transparent]),
    ):
        assert [*webp_parts(data, has_exif=False, has_xmp=False)] == []
    assert [*webp_parts(WEBP, has_exif=True, has_xmp=False)]
