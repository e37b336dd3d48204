"""A photo decoded in full, for a comparison of every place in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.formats import failure_of, open_picture
from dupefinder.core.decode.jpeg_pixels import keeps_luma_and_chroma, planes_of, with_end
from dupefinder.core.decode.limits import JPEG_FAMILY
from dupefinder.core.decode.upright import profile_to_convert_to, to_displayed_rgb, turn
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.coding import (
    LOSSLESS,
    LOSSY,
    PALETTE,
    Steps,
    former_steps,
    steps_at,
    steps_since_first,
    webp_steps,
)
from dupefinder.core.records import ProblemCode

Levels = NDArray[np.uint8]

BLACK, WHITE = 0, 255
MOST_PX = 60_000_000
"""Larger pictures are not compared in full: two of them would take more than a gigabyte. Two of 48
megapixels take 0.8."""
REDUCTIONS = (2, 4, 8)
"""Whole factors by which libjpeg reduces a picture while it decodes it."""
_LEAST_LARGER = 1.4
"""Least ratio of sides between a reduced picture and the copy it is compared with, so that it has
all the detail that the copy can have."""
_FIRST_QUARTER_TURN = 5
"""EXIF orientations from this one on exchange width and height."""

_DITHERED_SHARE = 0.2
"""Share of neighbouring pixels that differ; in drawings and pages few do."""

_LOSSLESS_FORMATS = frozenset(
    ("PNG", "TIFF", "BMP", "DIB", "PPM", "TGA", "PCX", "QOI", "PSD", "SGI")
)


Chroma = tuple[Levels, Levels]
"""Cr and Cb at half the width and height of a picture, uint8 (⌈height / 2⌉, ⌈width / 2⌉)."""


@dataclass(slots=True, eq=False)
class FullPicture:
    """A decoded photo, in the orientation of its file.

    Attributes:
        facts: What `decode` told of it.
        channels: Y, Cr and Cb, or greys alone, each uint8 (height, width).
        orientation: EXIF orientation that is still to be applied, 1 to 8.
        steps: Its quantisation steps.
        is_jpeg: True if `levels` are on the blocks of a JPEG.
        alpha: uint8 (height, width); None for an opaque picture.
        rgb: uint8 (height, width, 3) or (height, width), the levels before conversion; None for a
            JPEG, whose colours are converted when they are needed.
        content: The file.
        profile: ICC profile of the levels, where other pictures can be converted to it; empty for
            sRGB; see `upright.profile_to_convert_to`.
    """

    facts: PhotoFacts
    channels: tuple[Levels, ...] = field(repr=False)
    orientation: int
    steps: Steps
    is_jpeg: bool
    alpha: Levels | None = None
    rgb: Levels | None = None
    content: bytes = field(default=b"", repr=False)
    profile: bytes | None = field(default=b"", repr=False)
    _first: Steps | None = field(default=None, init=False)
    _all: Steps | None = field(default=None, init=False)
    _chroma: Chroma | None = field(default=None, init=False, repr=False)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in the orientation of the file."""
        return self.luma.shape[1], self.luma.shape[0]

    @property
    def luma(self) -> Levels:
        """Y, or greys, uint8 (height, width)."""
        return self.channels[0]

    @property
    def chroma(self) -> Chroma | None:
        """Cr and Cb at half size; None for greys."""
        if self._chroma is None:
            self._chroma = at_half(self.channels)
        return self._chroma

    def keep_chroma(self, chroma: Chroma | None) -> None:
        """Take Cr and Cb at half size where they are at hand, instead of making them."""
        self._chroma = chroma

    @property
    def levels(self) -> Levels:
        """Y, Cr and Cb, uint8 (height, width, 3), joined at each call; greys (height, width)."""
        return self.luma if self.is_grey else np.asarray(cv2.merge(self.channels))

    @property
    def is_grey(self) -> bool:
        """True if it was stored in greys."""
        return len(self.channels) == 1

    def colours(self) -> Levels:
        """RGB levels, or greys, uint8; not kept for a JPEG, as they take as much memory again."""
        if self.rgb is not None:
            return self.rgb
        if self.is_grey:
            return self.luma
        return np.asarray(cv2.cvtColor(self.levels, cv2.COLOR_YCrCb2RGB))

    def first_steps(self) -> Steps:
        """Its steps; for a lossless picture that was made of a JPEG, those of the JPEG."""
        if self._first is None:
            found = None
            if self.steps is LOSSLESS:
                found = former_steps(self.luma)
            self._first = found or self.steps
        return self._first

    def all_steps(self) -> Steps:
        """Its first steps; for a JPEG that was made of coarser ones, those of all of them."""
        if self._all is None:
            is_jpeg = self.is_jpeg and self.steps.is_exact
            self._all = steps_since_first(self.luma, self.steps) if is_jpeg else self.first_steps()
        return self._all

    def laid_as(self, orientation: int) -> "FullPicture":
        """The picture turned so that this EXIF orientation is still to be applied."""
        if orientation == self.orientation:
            return self

        def laid(pixels: Levels) -> Levels:
            return turned_back(turned(pixels, self.orientation), orientation)

        return FullPicture(
            self.facts,
            tuple(laid(channel) for channel in self.channels),
            orientation,
            self.steps,
            is_jpeg=False,
            alpha=None if self.alpha is None else laid(self.alpha),
            rgb=None if self.rgb is None else laid(self.rgb),
            content=self.content,
        )

    def over(self, ground: int) -> "FullPicture":
        """The picture over black or white; itself when it is opaque."""
        if self.alpha is None or self.rgb is None:
            return self
        alpha = self.alpha.astype(np.float32) / 255
        if self.rgb.ndim == 3:
            alpha = alpha[..., None]
        rgb = np.rint(self.rgb * alpha + ground * (1 - alpha)).astype(np.uint8)
        return FullPicture(
            self.facts,
            channels_of(to_levels(rgb)),
            self.orientation,
            self.steps,
            is_jpeg=False,
            rgb=rgb,
        )


def turned(pixels: Levels, orientation: int) -> Levels:
    """Apply an EXIF orientation to uint8 (height, width, …)."""
    return pixels if orientation == 1 else np.asarray(turn(Image.fromarray(pixels), orientation))


def turned_back(pixels: Levels, orientation: int) -> Levels:
    """Undo an EXIF orientation: the two quarter turns undo each other."""
    return turned(pixels, {6: 8, 8: 6}.get(orientation, orientation))


def to_levels(rgb: Levels) -> Levels:
    """Convert RGB to Y, Cr and Cb of JPEG (ITU-T T.871), uint8; greys stay as they are."""
    return rgb if rgb.ndim == 2 else np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))


def channels_of(levels: Levels) -> tuple[Levels, ...]:
    """Y, Cr and Cb as single planes; greys as they are. uint8 (height, width)."""
    if levels.ndim == 2:
        return (levels,)
    return tuple(np.asarray(channel, np.uint8) for channel in cv2.split(levels))


def at_half(channels: Sequence[Levels]) -> Chroma | None:
    """Cr and Cb at half size; None for greys."""
    if len(channels) == 1:
        return None
    cr, cb = (_halved(channel) for channel in channels[1:])
    return cr, cb


def _halved(plane: Levels) -> Levels:
    """Means of two by two pixels; at an odd edge, of the existing ones."""
    edges = len(plane) % 2, plane.shape[1] % 2
    if any(edges):
        even = cv2.copyMakeBorder(plane, 0, edges[0], 0, edges[1], cv2.BORDER_REPLICATE)
        plane = np.asarray(even, np.uint8)
    high, wide = plane.shape
    half = cv2.resize(plane, (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8).reshape(high // 2, wide // 2)


def reduction_for(stays: PhotoFacts, goes: PhotoFacts) -> int:
    """Find the factor by which to reduce a photo that is too large to be compared in full.

    All that a copy shows may be proved to be in a reduced picture, and so in the photo; not the
    other way round.

    Args:
        stays: The photo, which would stay.
        goes: The copy.

    Returns:
        1 if the photo need not be reduced, is no JPEG, or would not be clearly larger than the
        copy; else one of `REDUCTIONS`.
    """
    if stays.format not in JPEG_FAMILY or stays.mode not in ("RGB", "L"):
        return 1
    px, copy_px = (facts.width_px * facts.height_px for facts in (stays, goes))
    if px <= MOST_PX:
        return 1
    for factor in REDUCTIONS:
        reduced_px = px // factor**2
        if reduced_px <= MOST_PX:
            return factor if reduced_px >= copy_px * _LEAST_LARGER**2 else 1
    return 1


def check_comparable(facts: PhotoFacts, limits: DecodeLimits, reduced_by: int = 1) -> None:
    """Refuse photos that cannot be compared in full, before they are read.

    Args:
        facts: What `decode` told of the photo.
        limits: Limits for decoding.
        reduced_by: See `decode_full`.

    Raises:
        DecodeFailed: RAW, damaged or too large.
    """
    if facts.is_raw:
        raise DecodeFailed(ProblemCode.NOT_A_PICTURE, "RAW")
    if facts.decodes_in_full is False:
        raise DecodeFailed(ProblemCode.PARTLY_DAMAGED)
    pixels = facts.width_px * facts.height_px
    if pixels > limits.max_pixels or pixels // reduced_by**2 > MOST_PX:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{facts.width_px} × {facts.height_px} pixels")


def decode_full(
    data: bytes,
    facts: PhotoFacts,
    limits: DecodeLimits,
    *,
    keep_profile: bool,
    profile: bytes = b"",
    reduced_by: int = 1,
) -> FullPicture:
    """Decode a photo in full.

    Args:
        data: The whole file.
        facts: What `decode` told of it.
        limits: Limits for decoding.
        keep_profile: True to leave the colours in their own colour space.
        profile: ICC profile to convert to otherwise; empty for sRGB.
        reduced_by: Factor by which a JPEG is reduced, as `reduction_for` gives it. The facts of the
            picture have its reduced size.

    Raises:
        DecodeFailed: RAW, damaged or too large.
    """
    check_comparable(facts, limits, reduced_by)
    content = data
    try:
        if facts.format in JPEG_FAMILY:
            data = with_end(data, facts.mode)
        with open_picture(data) as image:
            own_profile = profile_to_convert_to(image) if keep_profile else profile
            picture = _decode(image, data, facts, None if keep_profile else profile, reduced_by)
    except cv2.error as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY, str(error)) from error
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise failure_of(error, data) from error
    if reduced_by > 1:
        picture = _as_reduced(picture, reduced_by)
    picture.content, picture.profile = content, own_profile
    return picture


def _as_reduced(picture: FullPicture, factor: int) -> FullPicture:
    """A JPEG that was reduced while it was decoded: its blocks are no longer those of a JPEG."""
    width_px, height_px = picture.size_px
    if picture.orientation >= _FIRST_QUARTER_TURN:
        width_px, height_px = height_px, width_px
    luma, chroma = (steps_at(one, factor) for one in (picture.steps.luma, picture.steps.chroma))
    return replace(
        picture,
        facts=replace(picture.facts, width_px=width_px, height_px=height_px),
        steps=Steps(luma, chroma, is_exact=False),
        is_jpeg=False,
    )


def _decode(
    image: ImageFile.ImageFile,
    data: bytes,
    facts: PhotoFacts,
    profile: bytes | None,
    reduced_by: int,
) -> FullPicture:
    """As `decode_full`, of an opened picture; None for a profile keeps its own."""
    converts = profile is not None and bool(image.info.get("icc_profile") or profile)
    to_rgb = partial(to_displayed_rgb, profile=profile or b"")
    if image.format in JPEG_FAMILY and image.mode in ("RGB", "L"):
        steps = steps_of_jpeg(image)
        orientation = facts.exif_orientation
        has_planes = keeps_luma_and_chroma(image) and not converts
        size_px = image.width // reduced_by, image.height // reduced_by
        image.draft("YCbCr" if has_planes else None, size_px)
        image.load()
        if has_planes:
            planes = planes_of(image, "Y", "Cr", "Cb")
            return FullPicture(facts, planes, orientation, steps, is_jpeg=True)
        if profile is None:
            image.info.pop("icc_profile", None)
        rgb = np.asarray(to_rgb(image) if image.mode == "RGB" else image)
        channels = channels_of(to_levels(rgb))
        return FullPicture(facts, channels, orientation, steps, is_jpeg=True, rgb=rgb)
    image.load()
    orientation = 1
    if image.format not in ("TIFF", "HEIF"):  # these plugins turn a picture while they load it
        orientation = facts.exif_orientation
    alpha = None
    pixels: Image.Image = image
    if image.has_transparency_data:
        transparent = image.convert("RGBA")
        channel = np.asarray(transparent.getchannel("A"))
        if channel.min() < WHITE:
            alpha = channel
        pixels = transparent.convert("RGB")
        pixels.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
    if profile is None and pixels.mode != "CMYK":
        pixels.info.pop("icc_profile", None)
    shown = pixels if pixels.mode in ("L", "RGB") and not converts else to_rgb(pixels)
    rgb = np.asarray(shown)
    channels = channels_of(to_levels(rgb))
    steps = _steps_of(image, data, facts, channels[0])
    return FullPicture(facts, channels, orientation, steps, is_jpeg=False, alpha=alpha, rgb=rgb)


def steps_of_jpeg(image: ImageFile.ImageFile) -> Steps:
    """Quantisation steps of an opened JPEG, not reduced yet."""
    tables = image.quantization  # type: ignore[attr-defined]  # JPEG plugin's own
    layers = image.layer  # type: ignore[attr-defined]  # JPEG plugin's own
    luma, chroma = (np.array(tables[layer[3]], np.float32) for layer in (layers[0], layers[-1]))
    if layers[0][1:3] == layers[-1][1:3]:
        chroma = steps_at(chroma, 2)  # it was stored at full size, and is compared at half of it
    return Steps(luma, chroma)


def _steps_of(image: ImageFile.ImageFile, data: bytes, facts: PhotoFacts, luma: Levels) -> Steps:
    if facts.mode in ("P", "PA") or image.format == "GIF":
        return PALETTE if _is_dithered(luma) else LOSSLESS
    if image.format in _LOSSLESS_FORMATS and facts.is_lossless:
        return LOSSLESS
    if image.format == "WEBP":
        return webp_steps(data)
    return LOSSY


def _is_dithered(luma: Levels) -> bool:
    """True for a photo reduced to a palette, not a drawing or page with few colours."""
    if luma.shape[1] < 2:
        return False
    return float((luma[:, 1:] != luma[:, :-1]).mean()) > _DITHERED_SHARE
