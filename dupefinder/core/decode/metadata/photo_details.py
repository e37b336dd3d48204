"""Details of a photo from its own file, read as they stand, to be shown beside those of another.

Source: CIPA DC-008 (Exif 3.0) for the tags of lens and exposure.
"""

import math
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image

from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.formats import failure_of, open_picture
from dupefinder.core.decode.metadata import metadata_blocks, read_tiff_exif, read_tiff_metadata
from dupefinder.core.decode.metadata.text_metadata import (
    TextMetadata,
    plain_text,
    read_exif_text,
    read_text_metadata,
    sub_ifd,
    tag_value,
)
from dupefinder.core.decode.raw_preview import is_raw

_EXIF_IFD = 0x8769
_EXPOSURE_TIME, _F_NUMBER, _ISO, _FOCAL_LENGTH, _LENS = 33434, 33437, 34855, 37386, 42036


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """Words of a photo, and how it was exposed; None where the file does not say.

    Attributes:
        words: Time, place, title, caption, keywords, rating.
        lens: Name of the lens.
        exposure_s: Time of exposure, above 0.
        f_number: Aperture, above 0.
        iso: Sensitivity, above 0.
        focal_length_mm: As the lens has it, above 0.
    """

    words: TextMetadata
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: float | None = None
    focal_length_mm: float | None = None


def read_details(path: str, limits: DecodeLimits | None = None) -> PhotoDetails:
    """Read the details of a photo; its pixels are not decoded. Damaged metadata count as absent.

    Args:
        path: The file.
        limits: Limits for decoding it, except for time; None for the defaults.

    Raises:
        DecodeFailed: No picture.
    """
    data, _, _ = read_whole(path, limits or DecodeLimits())
    try:
        if is_raw(data, path):
            exif = read_tiff_exif(data)
            words = read_exif_text(exif, read_tiff_metadata(data).taken)
        else:
            image = open_picture(data)
            exif, words = metadata_blocks(image)[0], read_text_metadata(image)
        return _details(exif, words)
    except Exception as error:  # Pillow raises whatever a damaged file provokes
        raise failure_of(error, data) from error


def _details(exif: Image.Exif, words: TextMetadata) -> PhotoDetails:
    detail = sub_ifd(exif, _EXIF_IFD)

    def number(tag: int) -> float | None:
        value = tag_value(detail, tag)
        if isinstance(value, tuple | list) and value:
            value = value[0]
        with suppress(TypeError, ValueError, ZeroDivisionError, OverflowError):
            found = float(value)
            return found if math.isfinite(found) and found > 0 else None
        return None

    return PhotoDetails(
        words,
        lens=plain_text(tag_value(detail, _LENS)),
        exposure_s=number(_EXPOSURE_TIME),
        f_number=number(_F_NUMBER),
        iso=number(_ISO),
        focal_length_mm=number(_FOCAL_LENGTH),
    )
