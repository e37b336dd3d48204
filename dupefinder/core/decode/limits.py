"""Limits on what decoding one file may cost, and its failure."""

from dataclasses import dataclass

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from dupefinder.core.decode.jpeg_structure import components_of_first_scan
from dupefinder.core.records import ProblemCode

JPEG_FAMILY = ("JPEG", "MPO")

_BUFFER_BYTES_PER_PX = {"WEBP": 12, "AVIF": 8, "HEIF": 4, "JPEG2000": 16}
"""Memory of a decoder beside Pillow's output, measured; other formats hold next to nothing."""
_BYTES_PER_PX = {"1": 2, "L": 1, "P": 5, "PA": 8, "LA": 8, "RGBA": 8, "I;16": 6, "I;16B": 6}
"""Pillow's output and the copy that averaging takes of some modes; elsewhere the output's 4."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Limits on what one file may cost.

    Attributes:
        max_file_bytes: Larger files are not read.
        max_pixels: Larger pictures are not decoded.
        max_memory_bytes: Estimated decoder memory above which a picture is not decoded.
        timeout_s: Wall-clock time; enforced by whoever runs the decode.
    """

    max_file_bytes: int = 1 << 30
    max_pixels: int = 600_000_000
    max_memory_bytes: int = 640 << 20
    timeout_s: float = 30.0


class DecodeFailed(Exception):
    """The file gives no usable picture. Carries what a `records.Problem` needs.

    Attributes:
        code: Why.
        detail: The decoder's own words.
    """

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def check_pixels(image: ImageFile.ImageFile, limits: DecodeLimits) -> None:
    """Raise `DecodeFailed` for a picture of too many pixels."""
    width_px, height_px = image.size
    if width_px * height_px > limits.max_pixels:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")


def check_memory(needed_bytes: int, width_px: int, height_px: int, limits: DecodeLimits) -> None:
    """Raise `DecodeFailed` for a picture whose decoding takes too much memory."""
    if needed_bytes > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")


def decoder_bytes(image: ImageFile.ImageFile, width_px: int, height_px: int) -> int:
    """Estimate the memory that decoding takes: the output, and what the format buffers.

    Args:
        image: The picture, its size already that of a reduced decode.
        width_px: Width of what the decoder goes through.
        height_px: Height of it.
    """
    output_px, decoded_px = image.width * image.height, width_px * height_px
    needed = output_px * (8 if "transparency" in image.info else _BYTES_PER_PX.get(image.mode, 4))
    if isinstance(image, JpegImageFile) and _comes_in_several_scans(image):
        samplings = [across * down for _, across, down, _ in image.layer]
        # All coefficients, 16 bits each.
        needed += 2 * decoded_px * sum(samplings) // max([*samplings, 1])
    return needed + decoded_px * _BUFFER_BYTES_PER_PX.get(image.format or "", 0)


def _comes_in_several_scans(image: JpegImageFile) -> bool:
    """Tell whether libjpeg has to keep a JPEG's coefficients until the last scan is read.

    Not only of a progressive one: colours may also come one after the other (T.81, A.2).
    """
    if image.info.get("progressive"):
        return True
    assert image.fp is not None
    position = image.fp.tell()
    in_first_scan = components_of_first_scan(image.fp)
    image.fp.seek(position)
    return in_first_scan < len(image.layer)


def words_of(error: BaseException) -> str:
    """The first line of what a decoder says, or the name of its error."""
    if error.args and isinstance(error.args[0], bytes):  # LibRaw
        return error.args[0].decode("utf-8", "replace")
    return str(error).split("\n")[0][:200] or type(error).__name__
