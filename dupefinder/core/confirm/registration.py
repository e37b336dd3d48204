"""Registration of pictures that may show a part of each other, and their agreement.

Where pictures have few flat areas structure says little, and colours have to agree. Flags, signs,
icons and plain squares come in many colours with one structure, and each means something of its
own. A photo stays the same photo in grey, in sepia or with stronger colours, and its structure
proves it. So the flatter two pictures are, the less may colours have changed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm import SAME_EXPOSURE_LOW, SAME_EXPOSURE_WORST, local_correlation
from dupefinder.core.confirm.alignment import Maps, align, inverse_maps, map_into
from dupefinder.core.confirm.cover_places import slid
from dupefinder.core.confirm.kept_picture import KeptPicture
from dupefinder.core.confirm.motion import SIDE_PX, cut_out, most_motion_px, motion_px, prepared
from dupefinder.core.confirm.placement import common_boxes, decompose_maps, may_be_edits, overlay
from dupefinder.core.confirm.smoothing import Floats

_FLAT_STEP = 4.0
"""Levels between neighbours, across and down together, that noise of encoding leaves."""
_HALF_FLAT, _FLAT = 0.55, 0.80
"""Share of places without a larger step. Of 1,946 confirmed pairs of the development photos 66
have more than the one, fog and sky, and three more than the other."""
_MOST_CHROMA_MEAN = 6.0
_MOST_CHROMA = 48.0
_MOST_LUMA_MEAN = 12.0
"""Levels by which colours may differ. Flags and squares of other colours differ by 17 in the mean
of their chroma."""
_MOST_SATURATION = 3.0


def flatness(greys_a: Floats, greys_b: Floats) -> Floats:
    """Measure which share of the less flat of two pictures is flat, (n,).

    Args:
        greys_a: float32 (n, side, side).
        greys_b: Same shape as `greys_a`.
    """
    return np.minimum(_flat_share(greys_a), _flat_share(greys_b))


def _flat_share(greys: Floats) -> Floats:
    across = np.abs(np.diff(greys, axis=2))[:, :-1]
    down = np.abs(np.diff(greys, axis=1))[:, :, :-1]
    share: Floats = (across + down <= _FLAT_STEP).mean(axis=(1, 2), dtype=np.float32)
    return share


def needs_colours(flat_share: Floats) -> NDArray[np.bool_]:
    """Tell, bool (n,), of which pairs of some flatness the colours have to be looked at."""
    return np.asarray(flat_share > _HALF_FLAT)


def colours_agree(ours: Floats, theirs: Floats, flat_share: float) -> bool:
    """True if an edit could have made the colours of one picture from those of another.

    Args:
        ours: float32 (3, cells, cells), means of Y, Cb and Cr.
        theirs: The same of a picture that lies on it.
        flat_share: As `flatness` gives it for the two.
    """
    if flat_share <= _HALF_FLAT:
        return True
    if flat_share <= _FLAT:
        return min(_tint_apart(ours, theirs), _tint_apart(theirs, ours)) <= _MOST_CHROMA_MEAN
    apart = np.abs(ours - theirs)
    return bool(
        apart[0].mean() <= _MOST_LUMA_MEAN
        and apart[1:].mean() <= _MOST_CHROMA_MEAN
        and apart[1:].max() <= _MOST_CHROMA
    )


def _tint_apart(ours: Floats, theirs: Floats) -> float:
    """Mean chroma left between pictures once the one is as saturated and tinted as the other."""
    centred_ours, centred_theirs = (
        colours[1:] - colours[1:].mean(axis=(1, 2), keepdims=True) for colours in (ours, theirs)
    )
    power = float((centred_ours * centred_ours).sum())
    product = float((centred_ours * centred_theirs).sum())
    saturation = min(max(product / max(power, 1e-6), 0.0), _MOST_SATURATION)
    return float(np.abs(centred_theirs - np.float32(saturation) * centred_ours).mean())


_LEAST_AREA = 0.1
"""Share of the still picture that has to be common to both."""

_COLOUR_CELLS = 16

_NO_MOTION_PX = 0.4
"""Motion that is none whatever the pictures are: 0.2 % of a side, as far as an edit may be off."""

View = Callable[[int], KeptPicture]


@dataclass(frozen=True, slots=True)
class PairPictures:
    """n small pictures, each with what lies inside its margins.

    Attributes:
        met: uint8 (n, side, side), the picture of which a view met: the whole or the inner one.
        met_whole: bool (n,), True where that is the whole one.
        inner: uint8 (n, side, side), what lies inside the margins; the whole without.
        boxes: float64 (n, 4), where that lies in the whole: left, top, right, bottom in shares.
        size_px: float64 (n, 2), width and height of the whole.
        view: Gives one of the whole pictures as large as it is kept.
    """

    met: NDArray[np.uint8]
    met_whole: NDArray[np.bool_]
    inner: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    size_px: NDArray[np.float64]
    view: View

    @property
    def inner_px(self) -> NDArray[np.float64]:
        """Width and height of the inner pictures, (n, 2)."""
        return self.size_px * (self.boxes[:, 2:] - self.boxes[:, :2])


@dataclass(frozen=True, slots=True)
class Registered:
    """Result of registering n pairs.

    Attributes:
        maps: float64 (n, 3, 3), from shares of the still whole pictures to shares of the moved.
        is_edited: bool (n,), True where both show one exposure, and an edit may place it so.
        worst: float32 (n,), 2nd percentile of the local correlation of what both show.
    """

    maps: Maps
    is_edited: NDArray[np.bool_]
    worst: Floats


def register(
    still: PairPictures,
    moved: PairPictures,
    windows: NDArray[np.float64],
    slides: NDArray[np.bool_] | None = None,
) -> Registered:
    """Register pictures on one another and compare what both show.

    Args:
        still: n pictures.
        moved: n others.
        windows: float64 (n, 4), the part of `moved.met` that looks like `still.met`.
        slides: bool (n,), where the window keeps the one side whole and is as large as it has to
            be: nothing but its place along the other side is in question. None for nowhere.
    """
    met_maps, agreement = _met_maps(still, moved, windows, slides)
    into_still, into_moved = map_into(still.boxes), map_into(moved.boxes)
    out_of_still, out_of_moved = inverse_maps(into_still), inverse_maps(into_moved)
    whole = np.eye(3)
    # From the pictures that met to the inner ones, and to the whole ones.
    to_met = np.where(still.met_whole[:, None, None], into_still, whole)
    from_met = np.where(moved.met_whole[:, None, None], out_of_moved, whole)
    inner_maps: Maps = from_met @ met_maps @ to_met
    whole_maps: Maps = into_moved @ inner_maps @ out_of_still
    # A dark edge may be taken for a margin in the one and not in the other.
    may_be = (
        may_be_edits(decompose_maps(inner_maps, still.inner_px, moved.inner_px))
        | may_be_edits(decompose_maps(whole_maps, still.size_px, moved.size_px))
        | may_be_edits(decompose_maps(into_moved @ inner_maps, still.inner_px, moved.size_px))
        | may_be_edits(decompose_maps(inner_maps @ out_of_still, still.size_px, moved.inner_px))
    )
    common = common_boxes(inner_maps)
    area = (common[:, 2] - common[:, 0]) * (common[:, 3] - common[:, 1])
    is_edited = np.zeros(len(inner_maps), np.bool_)
    worst = np.full(len(inner_maps), np.nan, np.float32)
    hopeful = np.flatnonzero((agreement > 0) & may_be & (area >= _LEAST_AREA))
    if len(hopeful) == 0:
        return Registered(whole_maps, is_edited, worst)
    cut = map_into(common)
    ours, theirs = overlay(
        still.inner[hopeful], moved.inner[hopeful], inner_maps[hopeful], cut[hopeful]
    )
    worst[hopeful], low = local_correlation(ours, theirs)
    alike = hopeful[(worst[hopeful] >= SAME_EXPOSURE_WORST) | (low >= SAME_EXPOSURE_LOW)]
    flat_share = np.zeros(len(inner_maps), np.float32)
    flat_share[hopeful] = flatness(ours, theirs)
    if len(alike):
        in_still: Maps = into_still @ cut
        in_moved: Maps = into_moved @ inner_maps @ cut
        motion, detail_px = _motion(still, moved, in_still, in_moved, alike)
        is_edited[alike[motion <= most_motion_px(detail_px)]] = True
        _compare_colours(still, moved, in_still, in_moved, flat_share, is_edited)
    return Registered(whole_maps, is_edited, worst)


def _met_maps(
    still: PairPictures,
    moved: PairPictures,
    windows: NDArray[np.float64],
    slides: NDArray[np.bool_] | None,
) -> tuple[Maps, Floats]:
    """Maps between the pictures that met, and how well these agree; see `align`."""
    maps = map_into(windows)
    if slides is None or not slides.any():
        return align(still.met, moved.met, maps)
    agreement = np.full(len(maps), -1.0, np.float32)
    free = np.flatnonzero(~slides)
    maps[free], agreement[free] = align(still.met[free], moved.met[free], maps[free])
    whole = np.eye(3)
    still_maps, moved_maps = (
        np.where(of.met_whole[:, None, None], whole, map_into(of.boxes)) for of in (still, moved)
    )
    detail_px = np.minimum(
        _side_px(still_maps, still.size_px), _side_px(moved_maps @ maps, moved.size_px)
    )
    for one in np.flatnonzero(slides).tolist():
        box, agreement[one] = slid(
            still.view(one).luminance,
            still_maps[one],
            moved.view(one).luminance,
            moved_maps[one],
            windows[one],
            float(detail_px[one]),
        )
        maps[one] = map_into(box[None])[0]
    return maps, agreement


def agree_edge_to_edge(still: PairPictures, moved: PairPictures) -> NDArray[np.bool_]:
    """True for pictures that agree edge to edge if nothing moves between them.

    For these, a registration would find no other place.

    Args:
        still: n pictures of which the wholes met.
        moved: n others.

    Returns:
        bool (n,), True where both show one exposure; the others have to be registered.
    """
    whole = np.tile(np.eye(3), (len(still.met), 1, 1))
    details_px = np.minimum(still.size_px, moved.size_px).max(axis=1)
    agree = np.array(
        [
            motion_px(*(of.view(one).for_motion(detail_px) for of in (still, moved)))
            <= _NO_MOTION_PX
            for one, detail_px in enumerate(details_px.tolist())
        ],
        np.bool_,
    )
    flat_share = np.zeros(len(whole), np.float32)
    flat_share[agree] = flatness(
        *(of.met[agree].astype(np.float32) for of in (still, moved)),
    )
    _compare_colours(still, moved, whole, whole, flat_share, agree)
    return agree


def _motion(
    still: PairPictures,
    moved: PairPictures,
    in_still: Maps,
    in_moved: Maps,
    chosen: NDArray[np.int64],
) -> tuple[Floats, NDArray[np.float64]]:
    """Motion between some of the pictures, and their detail, in pixels, (len(chosen),) each."""
    detail_px = np.minimum(_side_px(in_still, still.size_px), _side_px(in_moved, moved.size_px))
    motion = [
        motion_px(
            *(
                prepared(cut_out(of.view(one).luminance, map_[one], float(detail_px[one])))
                for of, map_ in ((still, in_still), (moved, in_moved))
            )
        )
        for one in chosen.tolist()
    ]
    return np.array(motion, np.float32), detail_px[chosen]


def _compare_colours(
    still: PairPictures,
    moved: PairPictures,
    in_still: Maps,
    in_moved: Maps,
    flat_share: Floats,
    is_edited: NDArray[np.bool_],
) -> None:
    """Take back, in `is_edited`, what is flat and has other colours."""
    for one in np.flatnonzero(is_edited & needs_colours(flat_share)).tolist():
        is_edited[one] = colours_agree(
            _colours(still.view(one), in_still[one]),
            _colours(moved.view(one), in_moved[one]),
            float(flat_share[one]),
        )


def _colours(picture: KeptPicture, map_: NDArray[np.float64]) -> Floats:
    """The means of Y, Cb and Cr, float32 (3, cells, cells), over cells of a part of a picture."""
    bands = [np.asarray(band) for band in picture.coloured.split()]
    parts = np.stack([cut_out(band, map_, SIDE_PX) for band in bands])
    cell_px = SIDE_PX // _COLOUR_CELLS
    blocks = parts.reshape(3, _COLOUR_CELLS, cell_px, _COLOUR_CELLS, cell_px)
    means: Floats = blocks.mean(axis=(2, 4), dtype=np.float32)
    return means


def _side_px(maps: Maps, size_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longer side, (n,), of what maps cut out of pictures of these sizes (n, 2)."""
    sides: NDArray[np.float64] = np.hypot(
        maps[:, 0, :2] * size_px[:, :1], maps[:, 1, :2] * size_px[:, 1:]
    ).max(axis=1)
    return sides
