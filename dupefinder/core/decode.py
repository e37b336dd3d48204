"""One file → small upright pixels, a thumbnail and facts.

Every limit is checked before memory is spent. The result is plain values, so
that a call may as well happen in another process.
"""

import io
import os
import stat
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pillow_heif
from blake3 import blake3
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from dupefinder.core.jpeg_structure import estimate_quality, read_structure
from dupefinder.core.metadata import find_extras, read_metadata
from dupefinder.core.raw_preview import is_raw, open_preview
from dupefinder.core.records import DecodedPhoto, PhotoFacts, ProblemCode
from dupefinder.core.upright import to_displayed_rgb, to_upright

pillow_heif.register_heif_opener()
warnings.filterwarnings("ignore", module=r"PIL\.")  # odd metadata; the picture is what counts
Image.init()
Image.MAX_IMAGE_PIXELS = None  # DecodeLimits decides, with the format and the memory in view

GREY_SIDE_PX = 96
CHROMA_SIDE_PX = 16
THUMBNAIL_SIDE_PX = 256
DRAFT_SIDE_PX = 256
"""Shorter side that a reduced decode keeps at least: four times the 64 samples that pHash-256
takes, so that the reduction moves it by few bits."""
HEIF_DRAFT_SIDE_PX = 224
"""The same for HEIF, whose embedded thumbnails commonly measure 320 × 240."""

PARTS_BYTES = 16 * 1024

_FORMATS = tuple(
    name for name in (
    "JPEG", "PNG", "HEIF", "AVIF", "WEBP", "TIFF", "GIF", "BMP", "DIB", "JPEG2000",
    "PPM", "TGA", "PCX", "QOI", "PSD", "SGI", "ICO", "ICNS", "DDS",
    ) if name in Image.OPEN
)  # fmt: skip
"""What Pillow reads by itself. Formats that start another program (EPS) stay out."""

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
"""How files begin that set out to be a picture, even where the rest is beyond reading."""

_HEIF_SIGNATURES = frozenset(
    b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
)

_LOSSLESS = frozenset(("PNG", "TIFF", "BMP", "DIB", "PPM", "TGA", "PCX", "QOI", "PSD", "SGI"))
_JPEG_FAMILY = ("JPEG", "MPO")
_BUFFER_BYTES_PER_PX = {"WEBP": 12, "AVIF": 8, "JPEG2000": 16}
"""What a decoder holds beside Pillow's output, measured; elsewhere one copy of the samples."""
_LEAST_WHOLE_SHARE = 0.25
"""A picture that breaks off earlier than this shows too little to be told from others."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What one file may cost.

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


def read_whole(path: str, limits: DecodeLimits) -> tuple[bytes, int, int]:
    """Read a file once, in full.

    Args:
        path: The file; a special file (pipe, device) is refused unread.
        limits: `max_file_bytes` counts.

    Returns:
        The content, its size in bytes and the file's modification time in nanoseconds.

    Raises:
        DecodeFailed: Vanished, not permitted, empty, too large, not a plain file, changed while
            it was read, more than memory holds, read error.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise DecodeFailed(ProblemCode.NOT_A_PICTURE, "not a plain file")
            if status.st_size > limits.max_file_bytes:
                raise DecodeFailed(ProblemCode.TOO_LARGE, f"{status.st_size} bytes")
            data = file.readall()
            status_after = os.fstat(file.fileno())
    except FileNotFoundError as error:
        raise DecodeFailed(ProblemCode.VANISHED) from error
    except PermissionError as error:
        raise DecodeFailed(ProblemCode.NO_PERMISSION) from error
    except OSError as error:
        raise DecodeFailed(ProblemCode.READ_ERROR, error.strerror or str(error)) from error
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    size_bytes, mtime_ns = status.st_size, status.st_mtime_ns
    if len(data) != size_bytes or (size_bytes, mtime_ns) != (
        status_after.st_size,
        status_after.st_mtime_ns,
    ):
        raise DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
    if not data:
        raise DecodeFailed(ProblemCode.EMPTY)
    return data, size_bytes, mtime_ns


def digest_parts(size_bytes: int, first: bytes, middle: bytes, last: bytes) -> bytes:
    """Digest what identifies a file's content without reading all of it.

    Args:
        size_bytes: Size of the file.
        first: Its first `PARTS_BYTES`.
        middle: `PARTS_BYTES` from the offset `size_bytes // 2`.
        last: Its last `PARTS_BYTES`.

    Returns:
        16 bytes.
    """
    digest = blake3(size_bytes.to_bytes(8, "big"))
    for part in (first, middle, last):
        digest.update(part)
    return digest.digest(16)


def digest_parts_of(data: bytes) -> bytes:
    """`digest_parts` of a file's content that is in memory."""
    middle = len(data) // 2
    return digest_parts(
        len(data), data[:PARTS_BYTES], data[middle : middle + PARTS_BYTES], data[-PARTS_BYTES:]
    )


def read_parts_digest(path: str, size_bytes: int) -> bytes:
    """`digest_parts` of a file, reading only the parts.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb", buffering=0) as file:
        parts = []
        for offset in (0, size_bytes // 2, max(size_bytes - PARTS_BYTES, 0)):
            file.seek(offset)
            parts.append(file.read(PARTS_BYTES))
    return digest_parts(size_bytes, *parts)


def decode_file(path: str, limits: DecodeLimits) -> DecodedPhoto:
    """Read a file once and decode it at reduced size.

    Args:
        path: The file.
        limits: What it may cost; time excepted.

    Raises:
        DecodeFailed: No usable picture.
    """
    data, _, _ = read_whole(path, limits)
    return decode_bytes(data, path, limits)


def _reserve_nothing(needed_bytes: int) -> None:
    """Stand in for `reserve` where nobody shares memory out."""


def decode_bytes(
    data: bytes,
    path: str,
    limits: DecodeLimits,
    digest: bytes | None = None,
    reserve: Callable[[int], None] = _reserve_nothing,
) -> DecodedPhoto:
    """Decode a file's content at reduced size.

    Args:
        data: The whole file.
        path: Where it came from; only the extension counts, to tell RAW from TIFF.
        limits: What it may cost; time excepted.
        digest: BLAKE3 digest of `data`, where it has been taken already.
        reserve: Called before pixels are decoded, with the estimated bytes that this takes,
            `data` included; may block until so much memory is free.

    Raises:
        DecodeFailed: No usable picture.
    """
    if digest is None:
        digest = blake3(data).digest()
    try:
        facts, small = _decode_small(data, path, limits, reserve)
        thumbnail = shrink_to(small, THUMBNAIL_SIDE_PX)
        buffer = io.BytesIO()
        thumbnail.save(buffer, "JPEG", quality=80)
        luminance = small.convert("L")
        grey = np.asarray(luminance.resize((GREY_SIDE_PX, GREY_SIDE_PX), Image.Resampling.LANCZOS))
        chroma = _chroma(thumbnail)
    except DecodeFailed:
        raise
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    except UnidentifiedImageError as error:
        begins_well = data.startswith(_SIGNATURES) or data[4:12] in _HEIF_SIGNATURES
        code = ProblemCode.DAMAGED if begins_well else ProblemCode.NOT_A_PICTURE
        raise DecodeFailed(code) from error
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise DecodeFailed(ProblemCode.DAMAGED, _words_of(error)) from error
    return DecodedPhoto(
        digest=digest,
        parts_digest=digest_parts_of(data),
        facts=replace(
            facts,
            sharpness=_sharpness(thumbnail),
            contrast=float(grey.std()),
        ),
        grey=grey,
        chroma=chroma,
        thumbnail_jpeg=buffer.getvalue(),
    )


def _decode_small(
    data: bytes, path: str, limits: DecodeLimits, reserve: Callable[[int], None]
) -> tuple[PhotoFacts, Image.Image]:
    """Return the facts and the upright RGB picture at a size of at least `DRAFT_SIDE_PX`."""
    if is_raw(data, path):
        preview, width_px, height_px, raw_format = open_preview(data)
        small, _ = _load_small(preview, len(data), limits, reserve)
        metadata = read_metadata(preview)
        return (
            PhotoFacts(
                format=raw_format,
                width_px=width_px,
                height_px=height_px,
                mode="RAW",
                bits_per_channel=16,
                is_raw=True,
                is_lossless=True,
                decodes_in_full=None,
                taken=metadata.taken,
                camera=metadata.camera,
                has_gps=metadata.has_gps,
                has_caption=metadata.has_caption,
                rating=metadata.rating,
            ),
            small,
        )
    image = _open(data)
    _check_pixels(image, limits)  # before anything else: some plugins load to read metadata
    structure = read_structure(data) if image.format in _JPEG_FAMILY else None
    width_px, height_px = image.size
    stored_mode = image.mode
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    bits = _bits_per_channel(image, data)
    frames = getattr(image, "n_frames", 1)
    extras, extras_content = find_extras(image, data, structure)
    small, is_whole = _load_small(image, len(data), limits, reserve)
    metadata = read_metadata(image)
    icc_profile = image.info.get("icc_profile")
    quality = (
        estimate_quality(image.quantization)  # type: ignore[attr-defined]  # JPEG plugin's own
        if structure is not None
        else None
    )
    if small.width == small.height:
        is_sideways = metadata.exif_orientation >= 5
    else:
        is_sideways = (width_px > height_px) != (small.width > small.height)
    if is_sideways:
        width_px, height_px = height_px, width_px
    return (
        PhotoFacts(
            format=image.format or "",
            width_px=width_px,
            height_px=height_px,
            exif_orientation=metadata.exif_orientation,
            mode=stored_mode,
            bits_per_channel=bits,
            frames=frames,
            has_alpha=has_alpha,
            is_lossless=image.format in _LOSSLESS,
            quality=quality,
            taken=metadata.taken,
            camera=metadata.camera,
            has_gps=metadata.has_gps,
            has_caption=metadata.has_caption,
            rating=metadata.rating,
            decodes_in_full=is_whole if structure is None else is_whole and structure.is_whole,
            extras=extras,
            extras_digest=blake3(extras_content).digest() if extras else None,
            icc_digest=blake3(icc_profile).digest() if icc_profile else None,
            picture_digest=structure.picture_digest if structure is not None else None,
        ),
        small,
    )


def _open(data: bytes) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _load_small(
    image: ImageFile.ImageFile,
    file_bytes: int,
    limits: DecodeLimits,
    reserve: Callable[[int], None],
) -> tuple[Image.Image, bool | None]:
    """Load at reduced size, upright, in sRGB, nothing transparent.

    Returns:
        The picture, and whether it decoded in full (None: only an embedded preview was read).
    """
    _check_pixels(image, limits)
    width_px, height_px = image.size
    is_whole: bool | None = True
    if image.format in _JPEG_FAMILY:
        image.draft("RGB" if image.mode == "RGB" else image.mode, (DRAFT_SIDE_PX, DRAFT_SIDE_PX))
    elif image.format == "HEIF":
        if image.draft(None, (HEIF_DRAFT_SIDE_PX, HEIF_DRAFT_SIDE_PX)) is not None:
            is_whole = None
    elif image.format == "JPEG2000":
        image.reduce = _halvings(image)  # type: ignore[method-assign,assignment]  # the plugin's own setter
    needed_bytes = _decoder_bytes(image, width_px, height_px) + file_bytes
    if needed_bytes > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")
    reserve(needed_bytes)
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if _whole_share(image) < _LEAST_WHOLE_SHARE:
            raise DecodeFailed(ProblemCode.DAMAGED, _words_of(error)) from error
        image.tile = []  # keeps the rows that were decoded
        is_whole = False
    shrink_factor = min(image.size) // DRAFT_SIDE_PX
    pixels: Image.Image = image
    if shrink_factor >= 2 and image.mode not in ("1", "P", "PA"):
        pixels = image.reduce(shrink_factor)
        pixels.info = image.info
    pixels = to_displayed_rgb(pixels)
    if min(pixels.size) >= 2 * DRAFT_SIDE_PX:
        pixels = pixels.reduce(min(pixels.size) // DRAFT_SIDE_PX)
    return to_upright(pixels, image), is_whole


def _halvings(image: Image.Image) -> int:
    """How often a JPEG 2000 picture is halved while it is decoded."""
    return min(int(np.log2(max(min(image.size) / DRAFT_SIDE_PX, 1))), 5)


def _check_pixels(image: ImageFile.ImageFile, limits: DecodeLimits) -> None:
    width_px, height_px = image.size
    if width_px * height_px > limits.max_pixels:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")


def _whole_share(image: ImageFile.ImageFile) -> float:
    """Share of rows that a decoder delivered before it gave up; the rest is still zero."""
    if getattr(image, "_im", None) is None:
        return 0.0
    image.tile = []
    box = image.convert("RGB").getbbox()
    return 0.0 if box is None else box[3] / image.height


def _decoder_bytes(image: ImageFile.ImageFile, width_px: int, height_px: int) -> int:
    """Estimate the memory that decoding takes: the output, and what the format buffers."""
    draft_width_px, draft_height_px = image.size
    channels = max(len(image.getbands()), 3)
    needed = draft_width_px * draft_height_px * 4
    if image.format in _JPEG_FAMILY:
        if image.info.get("progressive"):
            needed += width_px * height_px * channels * 2  # all coefficients, 16 bits each
    elif image.format in _BUFFER_BYTES_PER_PX:
        needed += width_px * height_px * _BUFFER_BYTES_PER_PX[image.format]
        if image.format == "JPEG2000":
            needed >>= 2 * _halvings(image)
    else:
        sample_bytes = 4 if image.mode in ("I", "F") else 2 if image.mode.startswith("I;16") else 1
        needed += width_px * height_px * channels * sample_bytes
    return needed


def _bits_per_channel(image: ImageFile.ImageFile, data: bytes) -> int:
    if image.mode in ("I", "F"):
        return 32 if image.format != "PNG" else 16
    if image.mode.startswith("I;16"):
        return 16
    if image.format == "PNG" and data[12:16] == b"IHDR":
        return max(data[24], 8)
    if image.format == "TIFF":
        bits = image.tag_v2.get(258, 8)  # type: ignore[attr-defined]  # TIFF plugin's own
        return max(int(bits[0] if isinstance(bits, tuple) else bits), 8)
    return int(image.info.get("bit_depth", 8))


def shrink_to(image: Image.Image, side_px: int) -> Image.Image:
    """Shrink a picture so that its longer side is at most `side_px`; smaller ones stay."""
    longer_px = max(image.size)
    if longer_px <= side_px:
        return image
    width_px, height_px = (max(round(side * side_px / longer_px), 1) for side in image.size)
    return image.resize((width_px, height_px), Image.Resampling.HAMMING)


def _words_of(error: BaseException) -> str:
    return str(error).split("\n")[0][:200] or type(error).__name__


def _chroma(thumbnail: Image.Image) -> NDArray[np.uint8]:
    small = thumbnail.resize((CHROMA_SIDE_PX, CHROMA_SIDE_PX), Image.Resampling.BOX)
    return np.moveaxis(np.asarray(small.convert("YCbCr"))[:, :, 1:], 2, 0).copy()


def _sharpness(thumbnail: Image.Image) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000) of the thumbnail's luminance."""
    pixels = np.asarray(thumbnail.convert("L")).astype(np.int16)
    if min(pixels.shape) < 3:
        return 0.0
    laplacian = (
        pixels[:-2, 1:-1] + pixels[2:, 1:-1] + pixels[1:-1, :-2] + pixels[1:-1, 2:]
        - 4 * pixels[1:-1, 1:-1]
    )  # fmt: skip
    return float(laplacian.var())
