"""Comparison, band by band, of two JPEGs of one size that are too large to be held in full.

Only their luma is decoded at full size; colours are decoded at half the size. That takes one and a
half bytes per pixel, so that two photos of 200 megapixels stay below a gigabyte. Bands overlap, so
that a place at the edge of one band is whole in the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import simplejpeg

from dupefinder.core.decode import DecodeFailed
from dupefinder.core.decode.formats import failure_of, open_picture
from dupefinder.core.decode.jpeg_pixels import keeps_luma_and_chroma, planes_of, with_end
from dupefinder.core.decode.limits import JPEG_FAMILY
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof import contained
from dupefinder.core.proof import full_picture as full
from dupefinder.core.proof.coding import Steps
from dupefinder.core.proof.full_picture import Chroma, FullPicture, Levels, steps_of_jpeg
from dupefinder.core.proof.pair import prove_pair
from dupefinder.core.proof.places import MOST_PLACES, MOST_SHARE, joined_boxes, upright
from dupefinder.core.proof.witness import MOST_UNLIKE_PLACES, unlike_places
from dupefinder.core.records import ProblemCode, Proof, ProofVerdict

MOST_PX = 250_000_000
"""Largest picture that is compared in bands: two of this size take about a gigabyte."""
_BAND_PX = 8_000_000
_UNIT_PX = 16
"""Bands begin at multiples of this, where blocks of luma and of half-size chroma begin, too."""
_OVERLAP_PX = 32


@dataclass(frozen=True, slots=True, eq=False)
class LargePicture:
    """The planes of a large JPEG, in the orientation of its file.

    Attributes:
        facts: What `decode` told of it.
        luma: uint8 (height, width).
        chroma: Cr and Cb at half the width and height; None for greys.
        steps: Its quantisation steps.
        content: The file.
    """

    facts: PhotoFacts
    luma: Levels = field(repr=False)
    chroma: Chroma | None = field(repr=False)
    steps: Steps
    content: bytes = field(repr=False)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in the orientation of the file."""
        return self.luma.shape[1], self.luma.shape[0]

    def band(self, top: int, bottom: int) -> FullPicture:
        """Rows `top` to `bottom` as a picture of their own, with orientation 1."""
        luma = self.luma[top:bottom]
        high, wide = luma.shape
        facts = replace(self.facts, width_px=wide, height_px=high, exif_orientation=1)
        chroma: Chroma | None = None
        planes = [luma]
        if self.chroma is not None:
            cr, cb = (plane[top // 2 : -(-bottom // 2)] for plane in self.chroma)
            chroma = cr, cb
            planes += [
                np.asarray(cv2.resize(plane, (2 * plane.shape[1], 2 * plane.shape[0])), np.uint8)[
                    :high, :wide
                ]
                for plane in chroma
            ]
        picture = FullPicture(facts, tuple(planes), 1, self.steps, is_jpeg=True)
        picture.keep_chroma(chroma)
        picture.content = self.content
        return picture


def are_compared_in_bands(goes: PhotoFacts, stays: PhotoFacts) -> bool:
    """True for two JPEGs of one size, orientation and profile that are too large for memory."""
    is_alike = all(
        getattr(goes, name) == getattr(stays, name)
        for name in ("width_px", "height_px", "exif_orientation", "mode", "icc_digest")
    )
    are_jpegs = goes.format in JPEG_FAMILY and stays.format in JPEG_FAMILY
    is_plain = goes.mode in ("RGB", "L") and goes.decodes_in_full is stays.decodes_in_full is True
    px = goes.width_px * goes.height_px
    return is_alike and are_jpegs and is_plain and full.MOST_PX < px <= MOST_PX


def decode_planes(data: bytes, facts: PhotoFacts) -> LargePicture:
    """Decode a large JPEG twice: its luma in full, and its colours at half their size.

    Args:
        data: The file.
        facts: What `decode` told of it.

    Raises:
        DecodeFailed: Damaged, or its colours are not kept as luma and chroma.
    """
    whole = with_end(data, facts.mode)
    # First: the decoder needs more memory for the colours than they take afterwards.
    try:
        steps, chroma = _steps_and_chroma(whole)
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise failure_of(error, whole) from error
    try:
        luma: Levels = simplejpeg.decode_jpeg(whole, "GRAY", fastdct=False)[..., 0]
    except ValueError as error:
        raise DecodeFailed(ProblemCode.PARTLY_DAMAGED, str(error)) from error
    return LargePicture(facts, luma, chroma, steps, data)


def _steps_and_chroma(data: bytes) -> tuple[Steps, Chroma | None]:
    """Quantisation steps of a JPEG, and its colours at half its size."""
    with open_picture(data) as image:
        steps = steps_of_jpeg(image)
        if image.mode != "RGB":
            return steps, None
        if not keeps_luma_and_chroma(image):
            raise DecodeFailed(ProblemCode.TOO_LARGE, f"{image.width} × {image.height} pixels")
        image.draft("YCbCr", (image.width // 2, image.height // 2))
        image.load()
        cr, cb = planes_of(image, "Cr", "Cb")
        return steps, (cr, cb)


def prove_in_bands(goes: LargePicture, stays: LargePicture) -> tuple[Proof, Proof | None]:
    """Decide if a large photo may be removed for a copy of the same size; see `pair.prove_pair`."""
    wide, high = goes.size_px
    proofs: list[Proof] = []
    backs: list[Proof | None] = []
    boxes: list[tuple[int, int, int, int]] = []
    for top, bottom in _bands(wide, high):
        proof, back = prove_pair(goes.band(top, bottom), stays.band(top, bottom))
        if proof.verdict is ProofVerdict.UNDECIDED:
            return proof, None
        proofs.append(proof)
        backs.append(back)
        boxes += [
            (one.x_px, top + one.y_px, one.width_px, one.height_px) for one in proof.differences
        ]
    is_poorer = any(one.stays_is_poorer for one in proofs)
    verdict = _verdict_of([one.verdict for one in proofs])
    back = backs[0] if None not in backs else None
    if verdict is not ProofVerdict.DIFFERS:
        return Proof(verdict, stays_is_poorer=is_poorer), back
    boxes = joined_boxes(boxes)
    share = sum(box[2] * box[3] for box in boxes) / (wide * high)
    if len(boxes) > MOST_PLACES or share > MOST_SHARE:
        return Proof(ProofVerdict.ALTERED, stays_is_poorer=is_poorer), None
    orientation = goes.facts.exif_orientation
    places = tuple(upright(box, goes.size_px, orientation) for box in boxes)
    return Proof(verdict, places, stays_is_poorer=is_poorer), None


def _verdict_of(verdicts: list[ProofVerdict]) -> ProofVerdict:
    """The verdict on two pictures by those on their bands."""
    others = verdicts.count(ProofVerdict.OTHER_PICTURE)
    if 2 * others > len(verdicts):
        return ProofVerdict.OTHER_PICTURE
    if others or ProofVerdict.ALTERED in verdicts:
        return ProofVerdict.ALTERED
    return ProofVerdict.DIFFERS if ProofVerdict.DIFFERS in verdicts else ProofVerdict.CONTAINED


def contained_in_bands(goes: LargePicture, stays: LargePicture) -> bool:
    """True if all of a large picture is in another one of its size, and the witness agrees."""
    unlike = 0
    for top, bottom in _bands(*goes.size_px):
        ours, theirs = goes.band(top, bottom), stays.band(top, bottom)
        if contained(ours, theirs).verdict is not ProofVerdict.CONTAINED:
            return False
        unlike += unlike_places(ours, theirs)
    return unlike <= MOST_UNLIKE_PLACES


def _bands(wide: int, high: int) -> Iterator[tuple[int, int]]:
    """First and last row of each band, the last one not included."""
    rows = max(_BAND_PX // wide // _UNIT_PX, 2) * _UNIT_PX + _OVERLAP_PX
    top = 0
    while top + rows < high:
        yield top, top + rows
        top += rows - _OVERLAP_PX
    # Not narrower than the others: in a few rows little can be measured.
    yield max((high - rows) // _UNIT_PX * _UNIT_PX, 0), high
