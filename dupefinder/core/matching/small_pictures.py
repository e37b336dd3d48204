"""The small pictures of some contents, as the catalog keeps them, turned as they are needed."""

import io
from collections import OrderedDict

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.catalog import Catalog
from dupefinder.core.confirm.kept_picture import KeptPicture, Levels
from dupefinder.core.confirm.registration import PairPictures
from dupefinder.core.fingerprint import Level, orient_greys
from dupefinder.core.fingerprint.covers import is_of_whole
from dupefinder.core.records import Orientation

_TRANSPOSES = {
    Orientation.ROTATE_90: Image.Transpose.ROTATE_270,  # Pillow turns the other way
    Orientation.ROTATE_180: Image.Transpose.ROTATE_180,
    Orientation.ROTATE_270: Image.Transpose.ROTATE_90,
    Orientation.MIRROR: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.FLIP: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.TRANSPOSE: Image.Transpose.TRANSPOSE,
    Orientation.TRANSVERSE: Image.Transpose.TRANSVERSE,
}
SWAPS_SIDES = frozenset(
    (
        Orientation.ROTATE_90,
        Orientation.ROTATE_270,
        Orientation.TRANSPOSE,
        Orientation.TRANSVERSE,
    )
)

_MOST_OPENED = 256
"""Thumbnails that stay decoded, of some 200 KB each with their derived data."""

Indices = NDArray[np.int64]


class Thumbnails:
    """Decoded thumbnails; the last ones stay, as a photo is compared with several in a row."""

    def __init__(self, catalog: Catalog) -> None:
        """Remember where they are; nothing is read yet.

        Args:
            catalog: The catalog that has them.
        """
        self._catalog = catalog
        self._opened: OrderedDict[int, dict[Orientation, KeptPicture]] = OrderedDict()

    def load(self, content_ids: Indices) -> None:
        """Let some be at hand until others are loaded; only here the catalog is read.

        Args:
            content_ids: int64 (n,).
        """
        wanted = content_ids.tolist()
        for content_id in wanted:
            if content_id in self._opened:
                self._opened.move_to_end(content_id)
        missing = [one for one in wanted if one not in self._opened]
        for content_id, encoded in self._catalog.thumbnails(missing).items():
            picture = kept_picture(encoded)
            self._opened[content_id] = {Orientation.IDENTITY: picture}
        while len(self._opened) > max(_MOST_OPENED, len(wanted)):
            self._opened.popitem(last=False)

    def of(self, content_id: int, turn: Orientation = Orientation.IDENTITY) -> KeptPicture:
        """The small picture of a content that was loaded last, turned; any thread may ask."""
        turns = self._opened[content_id]
        if turn not in turns:
            # Two threads may make one at the same time: the same comes of it.
            turns[turn] = _turned_picture(turns[Orientation.IDENTITY], turn)
        return turns[turn]


def kept_picture(encoded: bytes) -> KeptPicture:
    """Show a thumbnail as it is kept; nothing is decoded yet."""

    def luminance() -> Levels:
        grey: Levels = simplejpeg.decode_jpeg(encoded, "GRAY", fastdct=False)
        return grey[:, :, 0]

    def coloured() -> Image.Image:
        picture = Image.open(io.BytesIO(encoded))
        picture.draft("YCbCr", picture.size)  # as it is stored, not by way of RGB
        return picture.convert("YCbCr")

    return KeptPicture(luminance, coloured)


def _turned_picture(picture: KeptPicture, turn: Orientation) -> KeptPicture:
    return KeptPicture(
        lambda: np.ascontiguousarray(orient_greys(picture.luminance, turn)),
        lambda: picture.coloured.transpose(_TRANSPOSES[turn]),
    )


class SmallPictures:
    """Small pictures of some contents, turned as needed; the catalog is read when this is made."""

    def __init__(self, catalog: Catalog, content_ids: Indices, thumbnails: Thumbnails) -> None:
        """Load the small pictures of contents.

        Args:
            catalog: The catalog that has them.
            content_ids: int64 (n,), ascending.
            thumbnails: Of this catalog; those of the contents are loaded.
        """
        self._ids = content_ids
        self._whole = catalog.greys(content_ids)
        self._inner = self._whole.copy()
        self._boxes = np.tile((0.0, 0.0, 1.0, 1.0), (len(content_ids), 1))
        for content_id, inner in catalog.inner_pictures(content_ids).items():
            index = np.searchsorted(content_ids, content_id)
            self._inner[index] = inner.grey
            self._boxes[index] = inner.box
        contents = catalog.facts(content_ids)
        facts = [contents[content_id].facts for content_id in content_ids.tolist()]
        self._size_px = np.array([(one.width_px, one.height_px) for one in facts], np.float64)
        thumbnails.load(content_ids)
        self._thumbnails = thumbnails

    def of(
        self, ids: Indices, views: NDArray[np.integer], turns: NDArray[np.integer]
    ) -> PairPictures:
        """The pictures of some of the contents.

        Args:
            ids: int64 (m,).
            views: The matching view of each.
            turns: `Orientation` of each.
        """
        index = np.searchsorted(self._ids, ids)
        is_whole = is_of_whole(views)
        inner = turned(self._inner[index], turns)
        whole = turned(self._whole[index], turns)
        swaps = np.isin(turns, list(SWAPS_SIDES))
        return PairPictures(
            met=np.where(is_whole[:, None, None], whole, inner),
            met_whole=is_whole,
            inner=inner,
            boxes=np.stack(
                [
                    turned_box(box, Orientation(turn))
                    for box, turn in zip(self._boxes[index], turns.tolist(), strict=True)
                ]
            ),
            size_px=np.where(swaps[:, None], self._size_px[index][:, ::-1], self._size_px[index]),
            view=lambda one: self._thumbnails.of(int(ids[one]), Orientation(int(turns[one]))),
        )


def met_greys(catalog: Catalog, ids: Indices, views: NDArray[np.integer]) -> NDArray[np.uint8]:
    """The greys of the pictures of which views met, whole or inner ones, as they are kept.

    Args:
        catalog: The catalog that has them.
        ids: int64 (n,), contents, some of them perhaps several times.
        views: The matching view of each.

    Returns:
        uint8 (n, side, side).
    """
    unique_ids, index = np.unique(ids, return_inverse=True)
    greys: NDArray[np.uint8] = catalog.greys(unique_ids)[index]
    inner = catalog.inner_pictures(unique_ids)
    for place in np.flatnonzero(~is_of_whole(views) & np.isin(ids, list(inner))).tolist():
        greys[place] = inner[int(ids[place])].grey
    return greys


def turned(pictures: NDArray[Level], turns: NDArray[np.integer]) -> NDArray[Level]:
    """Turn square pictures, each its own way.

    Args:
        pictures: (n, ..., side, side).
        turns: `Orientation` of each, (n,).
    """
    result = pictures.copy()
    for turn in np.unique(turns):
        if turn:
            chosen = turns == turn
            result[chosen] = orient_greys(pictures[chosen], Orientation(int(turn)))
    return result


def turned_box(box: NDArray[np.float64], turn: Orientation) -> NDArray[np.float64]:
    """The box after the picture is turned; float64 (4,): left, top, right, bottom."""
    left, top, right, bottom = box
    match turn:
        case Orientation.IDENTITY:
            found = left, top, right, bottom
        case Orientation.MIRROR:
            found = 1 - right, top, 1 - left, bottom
        case Orientation.FLIP:
            found = left, 1 - bottom, right, 1 - top
        case Orientation.ROTATE_180:
            found = 1 - right, 1 - bottom, 1 - left, 1 - top
        case Orientation.TRANSPOSE:
            found = top, left, bottom, right
        case Orientation.ROTATE_90:
            found = 1 - bottom, left, 1 - top, right
        case Orientation.ROTATE_270:
            found = top, 1 - right, bottom, 1 - left
        case Orientation.TRANSVERSE:
            found = 1 - bottom, 1 - right, 1 - top, 1 - left
    return np.array(found)


def turn_maps(turns: NDArray[np.integer]) -> NDArray[np.float64]:
    """Maps from shares of turned pictures to shares of them as they are.

    Args:
        turns: `Orientation` of each, (n,).

    Returns:
        float64 (n, 3, 3).
    """
    maps = np.tile(np.eye(3), (len(turns), 1, 1))
    for place, turn in enumerate(turns.tolist()):
        corners = turned_box(np.array((0.0, 0.0, 0.25, 0.125)), Orientation(turn))
        # The box tells where the left upper corner goes, and which way the sides do.
        swaps = turn in SWAPS_SIDES
        across = -1.0 if corners[2] > 0.5 else 1.0
        down = -1.0 if corners[3] > 0.5 else 1.0
        forth = np.array([[across, 0, across < 0], [0, down, down < 0], [0, 0, 1]])
        if swaps:
            forth = forth @ np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
        maps[place] = np.linalg.inv(forth)
    return maps
