"""What a photo says of itself beside its pixels: time, camera, place, words, companions inside.

Source: CIPA DC-008 (Exif 3.0) for the tags, CIPA DC-007 for multi-picture files.
"""

import re
from dataclasses import dataclass

from PIL import Image, ImageFile

from dupefinder.core.jpeg_structure import JpegStructure

_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
_DESCRIPTION, _XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT = 270, 40091, 40092, 40094, 40095
_RATING = 18246
_TIMES = ((36867, 37521), (36868, 37522), (306, 37520))
"""Tags of original, digitised and file time, each with the tag of its sub-seconds."""

_TIME = re.compile(r"(\d{4})[:\-/](\d\d)[:\-/](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_XMP_RATING = re.compile(rb"xmp:Rating(?:>|=[\"'])\s*(-?\d)")
_XMP_CAPTION = re.compile(rb"<dc:(?:description|title|subject)>.*?<rdf:li[^>]*>[^<]", re.DOTALL)
_IPTC_CAPTION = re.compile(rb"\x1c\x02(?:\x05|\x19|\x78)..[^\x00\x1c]", re.DOTALL)
_DEFAULT_DESCRIPTIONS = frozenset(
    ("OLYMPUS DIGITAL CAMERA", "SONY DSC", "DIGITAL CAMERA", "KODAK DIGITAL STILL CAMERA",
     "MINOLTA DIGITAL CAMERA", "SAMSUNG CAMERA PICTURES", "SAMSUNG DIGITAL CAMERA",
     "DCIM", "DIGICAM", "CREATED BY SAMSUNG")
)  # fmt: skip
"""Descriptions that a camera writes by itself; nobody would miss them."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts from EXIF, XMP and IPTC; the fields of `records.PhotoFacts` of the same names."""

    exif_orientation: int
    taken: str | None
    camera: str | None
    has_gps: bool
    has_caption: bool
    rating: int | None


def read_metadata(image: Image.Image) -> Metadata:
    """Read the metadata of an opened picture. Damaged metadata count as absent.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.
    """
    try:
        exif = image.getexif()
    except (
        Exception
    ):  # Pillow raises whatever a damaged block provokes, SyntaxError to struct.error
        exif = Image.Exif()
    main = dict(exif)
    detail = _sub_ifd(exif, _EXIF_IFD)
    orientation = main.get(_ORIENTATION)
    xmp = image.info.get("xmp") or b""
    if isinstance(xmp, str):
        xmp = xmp.encode("utf-8", "replace")
    return Metadata(
        exif_orientation=orientation
        if isinstance(orientation, int) and 1 <= orientation <= 8
        else 1,
        taken=_time_taken(main, detail),
        camera=_camera(main),
        has_gps=any(tag in _sub_ifd(exif, _GPS_IFD) for tag in (2, 4)),
        has_caption=_has_caption(main, xmp, image.info),
        rating=_rating(main, xmp),
    )


def _sub_ifd(exif: Image.Exif, tag: int) -> dict[int, object]:
    try:
        return dict(exif.get_ifd(tag))
    except Exception:  # see read_metadata
        return {}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _time_taken(main: dict[int, object], detail: dict[int, object]) -> str | None:
    for tag, sub_seconds_tag in _TIMES:
        match = _TIME.match(_text(detail.get(tag) or main.get(tag)))
        if match is None or match[1] == "0000" or match[2] == "00":
            continue
        sub_seconds = _text(detail.get(sub_seconds_tag))
        fraction = f".{sub_seconds}" if sub_seconds.isdigit() else ""
        year, month, day, hour, minute, second = match.groups()
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}"
    return None


def _camera(main: dict[int, object]) -> str | None:
    make, model = _text(main.get(_MAKE)), _text(main.get(_MODEL))
    if model.lower().startswith(make.lower()):
        return model or None
    return f"{make} {model}".strip() or None


def _has_caption(
    main: dict[int, object], xmp: bytes, info: dict[str | tuple[int, int], object]
) -> bool:
    description = _text(main.get(_DESCRIPTION))
    if description and description.upper() not in _DEFAULT_DESCRIPTIONS:
        return True
    for tag in (_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT):
        value = main.get(tag)
        if value and (not isinstance(value, bytes) or value.strip(b"\x00 ")):
            return True
    if _XMP_CAPTION.search(xmp):
        return True
    photoshop = info.get("photoshop")
    if isinstance(photoshop, dict):
        iptc = photoshop.get(0x0404)
        if isinstance(iptc, bytes) and _IPTC_CAPTION.search(iptc):
            return True
    return False


def _rating(main: dict[int, object], xmp: bytes) -> int | None:
    value = main.get(_RATING)
    if not isinstance(value, int):
        match = _XMP_RATING.search(xmp)
        if match is None:
            return None
        value = int(match[1])
    return min(max(value, 0), 5)


def find_extras(
    image: ImageFile.ImageFile, data: bytes, structure: JpegStructure | None
) -> tuple[tuple[str, ...], bytes]:
    """Name what a file holds besides its picture.

    Args:
        image: The opened picture.
        data: The whole file.
        structure: For a JPEG, where its picture lies.

    Returns:
        Sorted codes (see `records.PhotoFacts.extras`) and the bytes they stand for as far as
        these are at hand, so that two files' extras can be compared.
    """
    codes: set[str] = set()
    content = b""
    if structure is not None:
        content = data[structure.end_bytes :].strip(b"\x00 \r\n\xff")
        if content:
            codes.add(_name_trailer(content, image))
    if image.format == "HEIF":
        if image.info.get("depth_images"):
            codes.add("depth")
        if any(
            "hdrgainmap" in str(name) or "gainmap" in str(name)
            for name in image.info.get("aux") or ()
        ):
            codes.add("gain-map")
        if b"mpvd" in _box_types(data):
            codes.add("video")
    if not codes and getattr(image, "n_frames", 1) > 1:
        codes.add("frames")
    return tuple(sorted(codes)), content


def _box_types(data: bytes) -> list[bytes]:
    """List the types of the outermost boxes of an ISO base media file (ISO/IEC 14496-12, 4.2)."""
    types = []
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        types.append(data[position + 4 : position + 8])
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size < 8:
            break
        position += size
    return types


def _name_trailer(content: bytes, image: ImageFile.ImageFile) -> str:
    if b"ftyp" in content[:4096]:
        return "video"
    if content.startswith(b"\xff\xd8"):
        xmp = image.info.get("xmp") or b""
        is_gain_map = isinstance(xmp, bytes) and (b"hdrgm:" in xmp or b"HDRGainMap" in xmp)
        return "gain-map" if is_gain_map else "frames"
    return "trailing-data"
