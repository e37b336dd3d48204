"""Facts and small pixels of a photo: all that one reading of its content tells. Plain values."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Facts of a photo, from one reading of its content, kept so that nothing is decoded twice.

    Attributes:
        format: Name of the format that the content has ("JPEG", "HEIF", "CR2", …).
        width_px: Width as shown, that is after the EXIF orientation.
        height_px: Height as shown.
        exif_orientation: 1 to 8; 1 where the file has none or an invalid one.
        mode: Pillow's mode of the stored picture ("RGB", "L", "CMYK", "I;16", …).
        bits_per_channel: 8, 10, 12, 16 or 32.
        frames: Pictures in the file; 1 for a still.
        has_alpha: True when the picture carries transparency.
        is_raw: True for a camera's RAW file (its preview was read).
        is_lossless: True when the format keeps pixels as they were given to it.
        quality: Estimated JPEG quality 1 to 100; None when not known.
        sharpness: Variance of the Laplacian of the 96-pixel grey.
        contrast: Standard deviation of the 96-pixel grey, in grey levels.
        taken: EXIF time of exposure as "YYYY-MM-DDTHH:MM:SS[.sub-seconds]"; None without.
        camera: EXIF make and model; None without.
        has_gps: True when a GPS position is recorded.
        has_caption: True when a caption, title or keywords are recorded.
        rating: Star rating 0 to 5; None without.
        decodes_in_full: False when the content breaks off, or decoders make up a part of it; None
            when only an embedded preview was read.
        extras: Sorted codes of what the file holds besides its picture ("video",
            "gain-map", "depth", "frames", "trailing-data").
        extras_digest: 32-byte digest of those extras; None without.
        icc_digest: 32-byte digest of the ICC profile; None without.
        picture_digest: 32-byte digest of the compressed picture without its metadata;
            None for formats in which the two cannot be told apart cheaply.
        word_digests: Digests of what it says beyond time, camera, place and rating, sorted; see
            `decode.metadata.text_digests`.
        exposure_ids: Marks of its exposure that others of the camera lack, "kind:value", sorted;
            see `decode.metadata.exposure_ids`.
        parts: Parts of the file beside picture and texts, as `file_parts.packed` gives it.
    """

    format: str
    width_px: int
    height_px: int
    exif_orientation: int = 1
    mode: str = "RGB"
    bits_per_channel: int = 8
    frames: int = 1
    has_alpha: bool = False
    is_raw: bool = False
    is_lossless: bool = False
    quality: int | None = None
    sharpness: float = 0.0
    contrast: float = 0.0
    taken: str | None = None
    camera: str | None = None
    has_gps: bool = False
    has_caption: bool = False
    rating: int | None = None
    decodes_in_full: bool | None = True
    extras: tuple[str, ...] = ()
    extras_digest: bytes | None = None
    icc_digest: bytes | None = None
    picture_digest: bytes | None = None
    word_digests: tuple[str, ...] = ()
    exposure_ids: tuple[str, ...] = ()
    parts: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class InnerPicture:
    """Picture inside uniform margins: the photo in a border, a letterbox or a screenshot.

    Attributes:
        box: Left, top, right and bottom as shares of the whole picture's width and height.
        grey: uint8 (96, 96), luminance of the inner picture squeezed to a square.
    """

    box: tuple[float, float, float, float]
    grey: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPhoto:
    """Result of `decode` for one file. Plain values only: it may cross a process border.

    Attributes:
        digest: 32-byte BLAKE3 digest of the whole file.
        parts_digest: 16-byte BLAKE3 digest of size, first, middle and last 4 KiB.
        facts: The facts of the content.
        grey: uint8 (96, 96), luminance of the upright picture squeezed to a square.
        chroma: uint8 (2, 16, 16), Cb and Cr of the upright picture squeezed to a square.
        thumbnail_jpeg: JPEG of the upright picture, at most 320 pixels a side.
        inner: The picture inside uniform margins; None without margins.
    """

    digest: bytes
    parts_digest: bytes
    facts: PhotoFacts
    grey: NDArray[np.uint8]
    chroma: NDArray[np.uint8]
    thumbnail_jpeg: bytes = field(repr=False)
    inner: InnerPicture | None = None
