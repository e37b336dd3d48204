"""Files of every container, each with a part of its own or without."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, TiffImagePlugin

from tests.core.pictures import encode, in_colours, textured, with_segment

PICTURE = textured(64, 48)
EXIF = Image.Exif()
EXIF[271], EXIF[272] = "Maker", "Model"
EXIF[36867] = "2020:01:02 03:04:05"
JPEG = encode(PICTURE, "JPEG", quality=90, exif=EXIF)
PNG = encode(PICTURE, "PNG", exif=EXIF)
WEBP = encode(PICTURE, "WEBP", quality=90, exif=EXIF)
HEIF = encode(PICTURE, "HEIF", quality=90, exif=EXIF.tobytes())
AVIF = encode(PICTURE, "AVIF", quality=90, exif=EXIF)
_MOVING = encode(PICTURE, "WEBP", quality=90, save_all=True, append_images=[PICTURE.rotate(180)])
_MOVING = _MOVING[: _MOVING.rindex(b"ANMF")]
MOVING_WEBP = _MOVING[:4] + struct.pack("<I", len(_MOVING) - 8) + _MOVING[8:]
"""An animation of one frame; files with more are compared as a whole."""
GIF = encode(in_colours(PICTURE, 16), "GIF")
BMP = encode(PICTURE, "BMP")


def tiff(tags: dict[int, bytes] | None = None) -> bytes:
    """A TIFF with tags of bytes beside its own."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for number, value in (tags or {}).items():
        directory[number] = value
        directory.tagtype[number] = 7
    return encode(PICTURE, "TIFF", tiffinfo=directory)


def jpeg_with(name: bytes, content: bytes) -> bytes:
    """A JPEG with an application segment; the marker depends on the name."""
    return with_segment(JPEG, 0xE3 + name[0] % 8, name + b"\0" + content)


def jpeg_lines_with(name: bytes, content: bytes) -> bytes:
    """A JPEG with a segment that is to say how many lines it has, and says something else."""
    return with_segment(JPEG, 0xDC, name + content)


def png_with(name: bytes, content: bytes) -> bytes:
    """A PNG with a chunk before its end."""
    chunk = name + content
    whole = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return PNG[:-12] + whole + PNG[-12:]


def webp_with(name: bytes, content: bytes) -> bytes:
    """A WebP with a chunk at its end."""
    chunk = name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return WEBP[:4] + struct.pack("<I", len(WEBP) - 8 + len(chunk)) + WEBP[8:] + chunk


def gif_with(name: bytes, content: bytes) -> bytes:
    """A GIF with an application extension before its end."""
    blocks = b"".join(
        bytes((len(content[at : at + 255]),)) + content[at : at + 255]
        for at in range(0, len(content), 255)
    )
    return GIF[:-1] + b"\x21\xff\x0b" + name.ljust(11, b"!") + blocks + b"\0" + GIF[-1:]


def box(name: bytes, content: bytes) -> bytes:
    """A box of an ISO base media file."""
    return struct.pack(">I", 8 + len(content)) + name + content


def heif_with(name: bytes, content: bytes) -> bytes:
    """A HEIF file with a box behind the others."""
    return HEIF + box(name, content)


def avif_with(name: bytes, content: bytes) -> bytes:
    """An AVIF file with a box behind the others."""
    return AVIF + box(name, content)


def tiff_with(name: bytes, content: bytes) -> bytes:
    """A TIFF with a private tag, whose number depends on the name."""
    return tiff({60_000 + zlib.crc32(name) % 5_000: content})


def exif_with(name: bytes, content: bytes) -> bytes:
    """A JPEG with a private tag in its EXIF."""
    exif = Image.Exif()
    exif.load(EXIF.tobytes())
    exif[60_000 + zlib.crc32(name) % 5_000] = content
    return encode(PICTURE, "JPEG", quality=90, exif=exif)


def trailing(whole: bytes) -> Callable[[bytes, bytes], bytes]:
    """A file with data behind its end."""
    return lambda name, content: whole + name + content


def in_mdat(whole: bytes) -> Callable[[bytes, bytes], bytes]:
    """A file of boxes with data behind those of its items, in the same box."""
    at = whole.rindex(b"mdat") - 4
    end = at + int.from_bytes(whole[at : at + 4], "big")

    def with_data(name: bytes, content: bytes) -> bytes:
        data = whole[at + 8 : end] + name + content
        return whole[:at] + box(b"mdat", data) + whole[end:]

    return with_data


def in_png_end(name: bytes, content: bytes) -> bytes:
    """A PNG whose last chunk, which is to be empty, has something in it."""
    chunk = b"IEND" + name + content
    return (
        PNG[:-12] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


def in_webp_frame(name: bytes, content: bytes) -> bytes:
    """A moving WebP with a chunk of its own in a frame."""
    at = MOVING_WEBP.index(b"ANMF")
    size = int.from_bytes(MOVING_WEBP[at + 4 : at + 8], "little")
    frame = MOVING_WEBP[at + 8 : at + 8 + size]
    frame += name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    whole = MOVING_WEBP[12:at] + b"ANMF" + struct.pack("<I", len(frame)) + frame
    whole += MOVING_WEBP[at + 8 + size :]
    return MOVING_WEBP[:4] + struct.pack("<I", 4 + len(whole)) + MOVING_WEBP[8:12] + whole


def in_tiff(name: bytes, content: bytes) -> bytes:
    """A TIFF with data that nothing in it names, before a directory that was moved to its end."""
    whole = tiff()
    (start,) = struct.unpack_from("<I", whole, 4)
    (count,) = struct.unpack_from("<H", whole, start)
    directory = whole[start : start + 2 + 12 * count + 4]
    # Where it was nothing is left: it would count as well.
    whole = whole[:start] + bytes(len(directory)) + whole[start + len(directory) :]
    hidden = name + content
    hidden += b"\0" * (len(hidden) % 2)
    end = struct.pack("<I", len(whole) + len(hidden))
    return whole[:4] + end + whole[8:] + hidden + directory


def in_exif_room(name: bytes, content: bytes) -> bytes:
    """A JPEG with data behind its EXIF, in the same segment."""
    at = JPEG.index(b"Exif\0\0") - 2
    end = at + int.from_bytes(JPEG[at : at + 2], "big")
    hidden = name + content
    whole = struct.pack(">H", end - at + len(hidden)) + JPEG[at + 2 : end] + hidden
    return JPEG[:at] + whole + JPEG[end:]


_PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="one">{outside}<r:RDF
 xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{within}<r:Description
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></r:RDF></x:xmpmeta>{behind}"""


def in_xmp(place: str = "", remark: str = "{}") -> Callable[[bytes, bytes], bytes]:
    """A JPEG with a remark somewhere in its XMP; nowhere without a place."""

    def with_remark(name: bytes, content: bytes) -> bytes:
        places = dict.fromkeys(("outside", "within", "behind"), "")
        if place:
            places[place] = remark.format(name.decode() + content.hex())
        packet = _PACKET.format(**places).encode()
        return with_segment(JPEG, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)

    return with_remark


def in_bmp(name: bytes, content: bytes) -> bytes:
    """A BMP with data between its head and its pixels."""
    (offset,) = struct.unpack_from("<I", BMP, 10)
    hidden = name + content
    head = BMP[:10] + struct.pack("<I", offset + len(hidden)) + BMP[14:offset]
    return head + hidden + BMP[offset:]


CONTAINERS: dict[str, tuple[bytes, Callable[[bytes, bytes], bytes]]] = {
    "JPEG": (JPEG, jpeg_with),
    "EXIF": (JPEG, exif_with),
    "in a JPEG's count of lines": (JPEG, jpeg_lines_with),
    "TIFF": (tiff(), tiff_with),
    "PNG": (PNG, png_with),
    "WebP": (WEBP, webp_with),
    "GIF": (GIF, gif_with),
    "HEIF": (HEIF, heif_with),
    "AVIF": (AVIF, avif_with),
    "behind a TIFF": (tiff(), trailing(tiff())),
    "behind a PNG": (PNG, trailing(PNG)),
    "behind a WebP": (WEBP, trailing(WEBP)),
    "behind a GIF": (GIF, trailing(GIF)),
    "behind a BMP": (BMP, trailing(BMP)),
    "behind a HEIF": (HEIF, trailing(HEIF)),
    "in the data of a HEIF": (HEIF, in_mdat(HEIF)),
    "in the data of an AVIF": (AVIF, in_mdat(AVIF)),
    "in a PNG's end": (PNG, in_png_end),
    "in a broken text of a PNG": (
        PNG,
        lambda name, content: png_with(b"zTXt", name + b"\0\0" + content),
    ),
    "in a WebP's frame": (MOVING_WEBP, in_webp_frame),
    "in a TIFF": (tiff(), in_tiff),
    "in a BMP": (BMP, in_bmp),
    "in room of EXIF": (JPEG, in_exif_room),
    "in a comment of XMP": (in_xmp()(b"", b""), in_xmp("within", "<!-- {} -->")),
    "in a comment behind XMP": (in_xmp()(b"", b""), in_xmp("behind", "<!-- {} -->")),
    "in an instruction of XMP": (in_xmp()(b"", b""), in_xmp("outside", "<?x {}?>")),
    "in an element outside of XMP's properties": (
        in_xmp()(b"", b""),
        in_xmp("outside", "<x:note>{}</x:note>"),
    ),
    "in a text between XMP's properties": (in_xmp()(b"", b""), in_xmp("within")),
}
"""By name: a file, and how to make one that is the same but for a part of some name and content."""


def pixels_of(data: bytes) -> bytes:
    """The decoded pixels, to make sure that a part does not change the picture."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()
