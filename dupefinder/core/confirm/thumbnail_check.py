"""A closer look at two pictures that lie on each other: at the scale of the smaller one.

A copy of a few thousand pixels, or one that was compressed hard, differs from its original where
it could not keep what the original shows; seen as small and as coarse as the copy is, the two
agree. And a faint mark across a photo is lost in a grey of 96 pixels, but not in a thumbnail.

The limits are those of `judge`, widened for what few pixels, coarse tables and palettes cannot
keep. They were measured on 1,934 confirmed upright pairs of the development photos: of 504 pairs of
mere re-encodings 503 pass instead of 447, of 1,208 with an edited copy 27 instead of 25, and of
eight with a faint watermark five are told by it.

Windows of local structure are too large for a copy of a few hundred pixels. But so few pixels can
be made again: reduced by the filter that fits best the other picture has to show the same levels,
all but rounding. Measured on the development photos: reduced to 24 and 32 pixels a side and saved
without loss nine in ten differ by less than 1.8 levels in the mean, and by 10 at most; other frames
of a time-lapse by 1.74 and more, or by 13 in one place. Those are look-alikes, and so are copies
that lie between.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.confirm import (
    RE_ENCODED_CHROMA_MEAN,
    RE_ENCODED_CHROMA_MOST,
    RE_ENCODED_PATCH,
    RE_ENCODED_TONE,
    RE_ENCODED_WORST,
    SAME_EXPOSURE_WORST,
    Likeness,
    measure_likeness,
)
from dupefinder.core.confirm.kept_picture import KeptPicture
from dupefinder.core.confirm.smoothing import Floats, window_means

_GREY_PX = 96
_CHROMA_PX = 16
_SMALL_PX = 100
"""Pictures with a shorter side up to this are small: programs that reduce so far disagree about
how bright a pixel is that stands for many."""
_SMALL_TONE = 7.5
_TINY_PX = 64
_TINY_WORST = 0.70
_PALETTE = 1.3
_COARSE_QUALITY = 50
_CHROMA_EXPONENT = 0.75

_MARK_LEAST_PX = 128
_MARK_NARROW_PX = 3
_MARK_WIDE_PX = 9
_MARK_SURROUNDINGS_PX = 41
_MARK_LEVELS = 4.5
_MARK_SLOPE = 2.2
"""A mark laid over a photo is still there in the mean of 9 × 9 pixels. Edges that lie half a pixel
apart make larger differences, but narrow ones: their mean over 3 × 3 is more than 2.2 times
that."""

_LIKELY_TONE = 12.0
_LIKELY_CHROMA = 6.0
_SUSPICIOUS_PATCH = 1.5


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as large as it is kept.

    Attributes:
        picture: The picture.
        quality: Estimated JPEG quality of the photo, None when not known.
        has_palette: True when the photo has no more than 256 colours.
    """

    picture: KeptPicture
    quality: int | None
    has_palette: bool


def deserves_closer_look(likeness: Likeness, is_re_encoded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell, bool (n,), of which pairs a closer look may say something else.

    Args:
        likeness: Of n pairs, as their small pictures show it.
        is_re_encoded: bool (n,), what these were judged to be.
    """
    may_be_re_encoded = (
        (likeness.worst >= SAME_EXPOSURE_WORST)
        & (likeness.tone <= _LIKELY_TONE)
        & (likeness.chroma_mean <= _LIKELY_CHROMA)
    )
    may_be_marked = likeness.patch >= _SUSPICIOUS_PATCH
    return np.where(is_re_encoded, may_be_marked, may_be_re_encoded)


def is_re_encoded(one: Thumbnail, other: Thumbnail, *, was_re_encoded: bool) -> bool:
    """Look closer at two pictures of one shape.

    Args:
        one: The one.
        other: The other.
        was_re_encoded: True for pairs judged to be re-encoded by their small pictures.
    """
    both = one.picture, other.picture
    size_px = min(picture.size_px for picture in both)
    greys = [_at(Image.fromarray(picture.luminance), size_px) for picture in both]
    has_palette = one.has_palette or other.has_palette
    if not has_palette and min(size_px) >= _MARK_LEAST_PX and _shows_mark(*greys):
        return False
    if was_re_encoded:
        return True
    ours, theirs = (_grey(grey)[None] for grey in greys)
    our_chroma, their_chroma = (_chroma(picture.coloured, size_px)[None] for picture in both)
    likeness = measure_likeness(ours, theirs, our_chroma, their_chroma)
    side_px = min(size_px)
    is_small = side_px <= _SMALL_PX
    coarseness = max(_coarseness(one.quality), _coarseness(other.quality))
    palette = _PALETTE if has_palette or is_small else 1.0
    chroma_mean = RE_ENCODED_CHROMA_MEAN * max(1.0, _SMALL_PX / side_px)
    return bool(
        likeness.worst[0] >= (RE_ENCODED_WORST if side_px >= _TINY_PX else _TINY_WORST)
        and likeness.tone[0] <= (_SMALL_TONE if is_small else RE_ENCODED_TONE)
        and likeness.patch[0] <= RE_ENCODED_PATCH * palette * coarseness**0.5
        and likeness.chroma_mean[0] <= chroma_mean * coarseness**_CHROMA_EXPONENT
        and likeness.chroma_most[0] <= RE_ENCODED_CHROMA_MOST
    )


def _coarseness(quality: int | None) -> float:
    """Coarseness of the tables against those of quality 50; finer ones count as equal."""
    return 1.0 if quality is None else max(1.0, _COARSE_QUALITY / quality)


def _at(picture: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    if picture.size == size_px:
        return picture
    return picture.resize(size_px, Image.Resampling.LANCZOS)


def _grey(grey: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(grey.resize((_GREY_PX, _GREY_PX), Image.Resampling.BICUBIC))


def _chroma(picture: Image.Image, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    bands = [picture.getchannel(index) for index in (1, 2)]
    if min(size_px) < 2 * _CHROMA_PX:  # else the filter makes no difference to means of cells
        bands = [_at(band, size_px) for band in bands]
    cells = (_CHROMA_PX, _CHROMA_PX)
    return np.stack([np.asarray(band.resize(cells, Image.Resampling.BOX)) for band in bands])


def _shows_mark(ours: Image.Image, theirs: Image.Image) -> bool:
    difference = (np.asarray(ours, np.float32) - np.asarray(theirs, np.float32))[None]
    local = difference - window_means(difference, _MARK_SURROUNDINGS_PX)
    wide = np.abs(window_means(local, _MARK_WIDE_PX)).max()
    if wide <= _MARK_LEVELS:
        return False
    narrow = np.abs(window_means(local, _MARK_NARROW_PX)).max()
    return bool(narrow < _MARK_SLOPE * wide)


REDUCTION_MOST_PX = 40
"""Longer side up to which a copy is tiny; larger ones have structure enough to be compared by."""
_REDUCTION_LEAST_PX = 12
_REDUCTION_MEAN_LEVELS = 1.65
"""Root mean square."""
_REDUCTION_MOST_LEVELS = 10.0
_REDUCTION_CORRELATION = 0.99
"""In a picture that is nearly flat small differences say nothing."""
_REDUCTION_FILTERS = (
    Image.Resampling.BOX,
    Image.Resampling.HAMMING,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)


def is_reduction(
    tiny: NDArray[np.uint8], other: NDArray[np.uint8], size_px: tuple[int, int]
) -> bool:
    """True if a tiny picture is another one, reduced.

    Args:
        tiny: uint8 (side, side), its grey as it is kept, enlarged.
        other: The same of the larger picture.
        size_px: Width and height of the tiny picture.
    """
    if min(size_px) < _REDUCTION_LEAST_PX or max(size_px) > REDUCTION_MOST_PX:
        return False
    ours = tiny.astype(np.float32)
    larger = Image.fromarray(other)
    for reduced in (larger.resize(size_px, one) for one in _REDUCTION_FILTERS):
        # Enlarged as the tiny one was when it was read.
        theirs = np.asarray(reduced.resize(tiny.shape[::-1], Image.Resampling.HAMMING), np.float32)
        apart = np.abs(ours - theirs)
        if (
            float((apart * apart).mean()) <= _REDUCTION_MEAN_LEVELS**2
            and float(apart.max()) <= _REDUCTION_MOST_LEVELS
            and _correlation(ours, theirs) >= _REDUCTION_CORRELATION
        ):
            return True
    return False


def _correlation(ours: Floats, theirs: Floats) -> float:
    """0 where one of them has one level only."""
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    power = float((ours * ours).sum()) * float((theirs * theirs).sum())
    return float((ours * theirs).sum()) / power**0.5 if power > 0 else 0.0
