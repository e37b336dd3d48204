"""Pixels of an opened picture at reduced size, which costs a fraction of decoding all of them.

WebP is decoded by OpenCV, for Pillow keeps the interpreter's lock meanwhile: in a thread it would
let all others wait, a window's too. It also reads every WebP file as an animation, and blends and
copies a canvas, which takes half of the time again. Both use the same library and show the same
pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from dupefinder.core.decode.jpeg_pixels import DataLost, Levels, eighths_of, jpeg_levels, picture_of
from dupefinder.core.decode.limits import (
    JPEG_FAMILY,
    DecodeFailed,
    DecodeLimits,
    check_memory,
    check_pixels,
    decoder_bytes,
    decoder_text,
)
from dupefinder.core.decode.upright import to_displayed_rgb, turn
from dupefinder.core.records import ProblemCode

_CHANNELS = {"L": (), "RGB": (3,), "RGBA": (4,)}
"""Shape of a pixel, after height and width, by the mode in which Pillow opens a picture."""


def webp_levels(data: bytes, size_px: tuple[int, int], mode: str) -> NDArray[np.uint8] | None:
    """Decode a WebP of one frame without the interpreter's lock.

    Args:
        data: The file.
        size_px: Its width and height.
        mode: The mode that Pillow opens it in.

    Returns:
        uint8 (height, width, 3 or 4) in the order of the mode; None where Pillow has to see to it.
    """
    try:
        levels = cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error:
        return None
    if levels is None or mode not in _CHANNELS or levels.dtype != np.uint8:
        return None
    if levels.shape != (size_px[1], size_px[0], *_CHANNELS[mode]):
        return None
    order = cv2.COLOR_BGRA2RGBA if mode == "RGBA" else cv2.COLOR_BGR2RGB
    return cv2.cvtColor(levels, order, dst=levels).astype(np.uint8, copy=False)


def heif_levels(data: bytes, image: ImageFile.ImageFile) -> NDArray[np.uint8] | None:
    """Decode a HEIF as Pillow's plugin does, without its copy in Pillow's layout.

    Args:
        data: The file.
        image: The same as opened, not loaded.

    Returns:
        uint8 (height, width, 3 or 4), (height, width) of a grey picture; None where Pillow has to
        see to it.
    """
    try:
        frame = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)[image.tell()]
        levels = np.asarray(frame)
    except (EOFError, OSError, RuntimeError, ValueError):
        return None
    width_px, height_px = image.size
    if frame.mode != image.mode or image.mode not in _CHANNELS or levels.dtype != np.uint8:
        return None
    return levels if levels.shape == (height_px, width_px, *_CHANNELS[image.mode]) else None


JPEG_SHORTER_SIDE_PX = 180
"""Shorter side that a JPEG in colour keeps when it is decoded by eighths of its size: nearly twice
the grey's, as after shrinking. A VGA photo decodes at three eighths. Held against all its pixels,
pHash-256 moves by 0.7 bits in the mean, and pHash-64 as rarely as with larger ones. With 160 a
JPEG would take a tenth less time, and of 377 edited and cropped copies two more would be missed."""
DRAFT_SIDE_PX = 240
"""Shorter side that Pillow's reduced decode keeps at least, which knows halves only: with 240 a VGA
photo still decodes at half its size and one of 1920 or 1944 lines at an eighth."""
HEIF_DRAFT_SIDE_PX = 224
"""The same for HEIF, whose embedded thumbnails commonly measure 320 × 240."""
SMALL_SHORTER_SIDE_PX = 186
"""Shorter side that whole-number shrinking keeps at least: about twice the grey's, so that its
own filter still has enough to average. An eighth of a 12-megapixel photo (375) halves."""
SMALL_LONGER_SIDE_PX = 240
"""Longer side that both keep at least: near enough to the thumbnail's to be one."""
SMALL_MOST_SIDE_PX = 4096
"""A side about twice as long shrinks by itself: a line of millions of pixels is a picture too."""

_STRIP_BYTES = 1 << 20
"""Levels that are shrunk at once: few enough to stay in a processor's fast memory."""
_LEAST_WHOLE_SHARE = 0.25
"""A picture that breaks off earlier than this shows too little to be told from others."""

Info = dict[str | tuple[int, int], Any]
"""`Image.info` of an opened picture: its colour profile, for example."""


@dataclass(frozen=True, slots=True)
class ReducedPicture:
    """A picture at reduced size.

    Attributes:
        pixels: 8-bit sRGB, mode "RGB" or "RGBX", nothing transparent, as it lies in the file.
        extent_px: Width and height that the whole picture covers in `pixels`, whose last column
            and row reach beyond it when the reduction left a remainder.
        shape_px: Width and height that have the picture's proportions.
        is_whole: False when it breaks off or a part of it is made up; None when an embedded
            preview was read.
        orientation: EXIF orientation that is still to be applied.
        levels: The same pixels as an array, where there is one that need not be copied.
    """

    pixels: Image.Image
    extent_px: tuple[float, float]
    shape_px: tuple[int, int]
    is_whole: bool | None = True
    orientation: int = 1
    levels: Levels | None = None

    def resize(
        self, width_px: int, height_px: int, pixels: Image.Image, filter_: Image.Resampling
    ) -> Image.Image:
        """Resize the picture, or one made from its pixels, and turn it upright."""
        box = (0, 0, *self.extent_px)
        return turn(pixels.resize((width_px, height_px), filter_, box=box), self.orientation)


def load_reduced(
    image: ImageFile.ImageFile,
    data: bytes,
    limits: DecodeLimits,
    reserve: Callable[[int], None],
) -> ReducedPicture:
    """Load at reduced size, as the picture lies in the file."""
    check_pixels(image, limits)
    width_px, height_px = image.size
    is_whole: bool | None = True
    drafted = None
    if image.format in JPEG_FAMILY:
        drafted = image.draft(image.mode, (DRAFT_SIDE_PX, DRAFT_SIDE_PX))
    elif image.format == "HEIF":
        drafted = image.draft(None, (HEIF_DRAFT_SIDE_PX, HEIF_DRAFT_SIDE_PX))
        is_whole = True if drafted is None else None
        width_px, height_px = image.size
    halvings = 0
    if isinstance(image, Jpeg2KImageFile):
        halvings = _halvings(image, data)
        image.reduce = halvings
    needed_bytes = (decoder_bytes(image, width_px, height_px) >> 2 * halvings) + len(data)
    check_memory(needed_bytes, width_px, height_px, limits)
    reserve(needed_bytes)
    if image.format in JPEG_FAMILY:
        try:
            small = _load_jpeg(data, (width_px, height_px), image.mode, image.info)
        except DataLost:
            is_whole = False
        else:
            if small is not None:
                return small
    if image.format == "WEBP" and getattr(image, "n_frames", 1) == 1:
        levels = webp_levels(data, image.size, image.mode)
        if levels is not None:
            return _shrink_levels(levels, image.info)
    if image.format == "HEIF" and drafted is None:
        levels = heif_levels(data, image)
        if levels is not None:
            return _shrink_levels(levels, image.info)
    if not load_rows(image):
        is_whole = False
    extent_px: tuple[float, float] = drafted[1][2:] if drafted else image.size
    if isinstance(image, Jpeg2KImageFile) and halvings:
        extent_px = (width_px / 2**halvings, height_px / 2**halvings)
        image.reduce = 0  # gives the method its name back
    return shrink(image, extent_px, is_whole)


def _load_jpeg(
    data: bytes, size_px: tuple[int, int], mode: str, info: Info
) -> ReducedPicture | None:
    """Load a JPEG; None where Pillow has to see to it.

    Raises:
        DataLost: Something of it was lost.
    """
    if mode == "CMYK":
        jpeg_levels(data, size_px, 1, mode)  # its inks are Pillow's; here only whether all is there
        return None
    eighths = eighths_of(size_px, SMALL_LONGER_SIDE_PX, JPEG_SHORTER_SIDE_PX)
    levels = jpeg_levels(data, size_px, eighths, mode)
    if levels is None:
        return None
    loaded = picture_of(levels)
    extent_px = (size_px[0] * eighths / 8, size_px[1] * eighths / 8)
    if "icc_profile" in info or _whole_factors(loaded.size) != (1, 1):
        loaded.info = info
        return shrink(loaded, extent_px)
    if mode == "L":
        return ReducedPicture(loaded.convert("RGB"), extent_px, loaded.size)
    return ReducedPicture(loaded, extent_px, loaded.size, levels=levels)


def load_rows(image: ImageFile.ImageFile) -> bool:
    """Load a picture as far as it goes.

    Returns:
        False when it breaks off.

    Raises:
        DecodeFailed: It breaks off so early that it shows too little.
    """
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders raise whatever a damaged file provokes
        if _whole_share(image) < _LEAST_WHOLE_SHARE:
            raise DecodeFailed(ProblemCode.DAMAGED, decoder_text(error)) from error
        image.tile = []  # keeps the rows that were decoded
        return False
    return True


def shrink(
    image: Image.Image, extent_px: tuple[float, float], is_whole: bool | None = True
) -> ReducedPicture:
    """Shrink a loaded picture by a whole factor, which is cheap, and show it as sRGB.

    Args:
        image: The picture.
        extent_px: The extent of the whole picture in it: after a reduced decode the last column
            and row reach beyond, as they do after shrinking.
        is_whole: As in the result.
    """
    across, down = _whole_factors(image.size)
    small_extent_px = (extent_px[0] / across, extent_px[1] / down)
    pixels = to_displayed_rgb(image, (across, down))
    return ReducedPicture(pixels, small_extent_px, image.size, is_whole)


def _shrink_levels(levels: NDArray[np.uint8], info: Info) -> ReducedPicture:
    """As `shrink`, for the levels of a whole picture, some rows at a time.

    As one picture of Pillow's they would take more memory again than they do, only to be averaged.

    Args:
        levels: uint8 (height, width), or (height, width, 3 or 4).
        info: Of the picture as opened.
    """
    high, wide = levels.shape[:2]
    across, down = _whole_factors((wide, high))
    rows = down * max(_STRIP_BYTES // (levels[0].nbytes * down), 1)
    strips = [
        np.asarray(Image.fromarray(levels[top : top + rows]).reduce((across, down)))
        for top in range(0, high, rows)
    ]
    small = Image.fromarray(np.concatenate(strips))
    small.info = info
    return ReducedPicture(to_displayed_rgb(small), (wide / across, high / down), (wide, high))


def _whole_factors(size_px: tuple[int, int]) -> tuple[int, int]:
    """By how much a picture of some size can shrink across and down."""
    longer_px, shorter_px = max(size_px), min(size_px)
    factor = min(longer_px // SMALL_LONGER_SIDE_PX, shorter_px // SMALL_SHORTER_SIDE_PX)
    across, down = (max(factor, 1, side_px // SMALL_MOST_SIDE_PX) for side_px in size_px)
    return across, down


def _halvings(image: Image.Image, data: bytes) -> int:
    """Number of halvings of a JPEG 2000 picture while it is decoded.

    It was halved so often when it was made (ISO/IEC 15444-1, A.6.1), and no decoder goes beyond.
    """
    style = data.find(b"\xff\x52", max(data.find(b"\xff\x4f\xff\x51"), 0))
    made = data[style + 9] if 0 <= style < len(data) - 9 else 0
    return min(int(np.log2(max(min(image.size) / DRAFT_SIDE_PX, 1))), made)


def _whole_share(image: ImageFile.ImageFile) -> float:
    """Share of rows that a decoder delivered before it gave up; the rest is still zero."""
    if getattr(image, "_im", None) is None:
        return 0.0
    image.tile = []
    box = image.getbbox(alpha_only=False)
    return 0.0 if box is None else box[3] / image.height
