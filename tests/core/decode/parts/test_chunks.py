import io
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dupefinder.core.decode.parts.chunks import gif_parts, profile_parts
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.held_parts import PartKind
from tests.core.decode.parts.containers import EXIF, GIF, PICTURE, gif_with
from tests.core.pictures import encode


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
    frames = [PICTURE.quantize(16), PICTURE.rotate(180).quantize(16)]
    moving = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0)
    assert list(gif_parts(moving)) == list(gif_parts(GIF)) == []
    assert [kind for kind, *_ in gif_parts(gif_with(b"XMP DataXMP", b"<x/>"))] == [
        PartKind.APPLICATION_DATA
    ]


def test_a_gif_that_is_not_built_like_one_is_not_understood() -> None:
    found = list(gif_parts(GIF[:-1] + b"\x01what is this;"))
    assert [kind for kind, *_ in found] == [PartKind.NOT_UNDERSTOOD]
