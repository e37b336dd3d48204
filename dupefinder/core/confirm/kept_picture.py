"""A picture of the size that the catalog keeps, with derived data for comparisons."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.confirm.motion import SIDE_PX, as_square, prepared
from dupefinder.core.confirm.smoothing import Floats

Levels = NDArray[np.uint8]


class KeptPicture:
    """A picture that is compared with several others; its data are computed once, when needed.

    Mostly its luminance is needed; decoding its colours takes as long again.
    """

    def __init__(
        self, luminance: Callable[[], Levels], coloured: Callable[[], Image.Image]
    ) -> None:
        """Keep the functions that decode it.

        Args:
            luminance: Gives uint8 (height, width).
            coloured: Gives the picture in mode "YCbCr".
        """
        self._luminance_of = luminance
        self._coloured_of = coloured
        self._prepared: dict[float, Floats] = {}

    @classmethod
    def of(cls, picture: Image.Image) -> "KeptPicture":
        """A picture that is at hand, of mode "YCbCr"."""
        return cls(lambda: np.asarray(picture.getchannel(0)), lambda: picture)

    @cached_property
    def luminance(self) -> Levels:
        """Its luminance, uint8 (height, width)."""
        return self._luminance_of()

    @cached_property
    def coloured(self) -> Image.Image:
        """All of it, mode "YCbCr"."""
        return self._coloured_of()

    @property
    def size_px(self) -> tuple[int, int]:
        """Its width and height."""
        height_px, width_px = self.luminance.shape
        return width_px, height_px

    def for_motion(self, detail_px: float) -> Floats:
        """All of it, prepared for `motion_px`.

        Args:
            detail_px: See `as_square`.
        """
        detail_px = min(detail_px, float(SIDE_PX))
        found = self._prepared.get(detail_px)
        if found is None:
            found = prepared(as_square(self.luminance, detail_px))
            self._prepared[detail_px] = found
        return found
