"""Decoding of a file to small upright pixels, a thumbnail and facts.

Every limit is checked before memory is used. The result is plain values, so that a call may also
happen in another process.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from blake3 import blake3
from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from dupefinder.core.decode.extras import find_extras
from dupefinder.core.decode.file_content import digest_parts_of, read_whole
from dupefinder.core.decode.formats import failure_of, open_picture
from dupefinder.core.decode.jpeg_pixels import is_all_there
from dupefinder.core.decode.jpeg_structure import JpegStructure, estimate_quality, read_structure
from dupefinder.core.decode.kept_pixels import (
    chroma_of,
    contrast_of,
    encode_thumbnail,
    grey_of,
    inner_picture,
    sharpness_of,
    thumbnail_of,
)
from dupefinder.core.decode.limits import (
    JPEG_FAMILY,
    DecodeFailed,
    DecodeLimits,
    check_memory,
    check_pixels,
)
from dupefinder.core.decode.metadata import (
    exif_block,
    merge,
    read_metadata,
    read_tiff_metadata,
    xmp_packet,
)
from dupefinder.core.decode.metadata.exposure_ids import (
    merge_exposure_ids,
    read_exposure_ids,
    read_tiff_exposure_ids,
)
from dupefinder.core.decode.metadata.text_digests import digest_texts, digest_tiff_texts
from dupefinder.core.decode.parts import read_parts
from dupefinder.core.decode.parts.thumbnail import other_thumbnails, own_thumbnails
from dupefinder.core.decode.png_structure import read_chunks
from dupefinder.core.decode.raw_preview import RawPhoto, is_raw
from dupefinder.core.decode.reduced import ReducedPicture, load_reduced, shrink
from dupefinder.core.file_parts import Part, PartKind, packed
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import ProblemCode

__all__ = ["DecodeFailed", "DecodeLimits", "decode_bytes", "decode_file"]

_FactsOf = Callable[..., PhotoFacts]
"""Makes the facts of a file, without those measured in its small grey."""

_LOSSLESS = frozenset(("PNG", "TIFF", "BMP", "DIB", "PPM", "TGA", "PCX", "QOI", "PSD", "SGI"))
_KINDS_OF_EXTRAS = frozenset(
    (
        *(PartKind.AUXILIARY_IMAGE, PartKind.GAIN_MAP, PartKind.DEPTH, PartKind.FILM),
        *(PartKind.TRAILING_DATA, PartKind.NOT_UNDERSTOOD),
    )
)
_LOSSY_TIFF_COMPRESSIONS = ("jpeg", "tiff_jpeg", "webp")


def decode_file(path: str, limits: DecodeLimits) -> DecodedPhoto:
    """Read a file once and decode it at reduced size.

    Args:
        path: The file.
        limits: Limits for decoding it, except for time.

    Raises:
        DecodeFailed: No usable picture.
    """
    data, _, _ = read_whole(path, limits)
    return decode_bytes(data, path, limits)


def _reserve_nothing(needed_bytes: int) -> None:
    """Replaces `reserve` if no memory budget is shared."""


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
        path: Its path; only the extension counts, to distinguish RAW from TIFF.
        limits: Limits for decoding it, except for time.
        digest: BLAKE3 digest of `data`, if it is known already.
        reserve: Called before pixels are decoded, with the estimated bytes that this takes,
            `data` included; may block until so much memory is free.

    Raises:
        DecodeFailed: No usable picture.
    """
    if digest is None:
        digest = blake3(data).digest()
    try:
        facts, small = _decode_small(data, path, limits, reserve)
        thumbnail = thumbnail_of(small)
        thumbnail_jpeg = encode_thumbnail(thumbnail)
        grey = grey_of(small)
        chroma = chroma_of(thumbnail.pixels)
        inner = inner_picture(thumbnail.pixels, grey)
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise failure_of(error, data) from error
    return DecodedPhoto(
        digest=digest,
        parts_digest=digest_parts_of(data),
        facts=facts(sharpness=sharpness_of(grey), contrast=contrast_of(grey)),
        grey=grey,
        chroma=chroma,
        thumbnail_jpeg=thumbnail_jpeg,
        inner=inner,
    )


@dataclass(frozen=True, slots=True)
class _BeforeLoading:
    """Facts that are read before a picture is loaded: loading turns some and forgets parts.

    Attributes:
        image: The picture, opened only.
        structure: The structure of a JPEG; None for other formats.
        size_px: Width and height as stored.
        mode: Pillow's mode as stored.
        has_alpha: See `PhotoFacts`.
        bits: Bits per channel.
        frames: Pictures in the file.
        thumbnails: Thumbnails in the file.
        extras: Codes of what the file holds besides its picture.
        extras_content: Their bytes.
        turned_by_pillow: See `_orientation_turned_by_pillow`.
    """

    image: ImageFile.ImageFile
    structure: JpegStructure | None
    size_px: tuple[int, int]
    mode: str
    has_alpha: bool
    bits: int
    frames: int
    thumbnails: tuple[bytes, ...]
    extras: tuple[str, ...]
    extras_content: bytes
    turned_by_pillow: int | None


def _decode_small(
    data: bytes, path: str, limits: DecodeLimits, reserve: Callable[[int], None]
) -> tuple[_FactsOf, ReducedPicture]:
    if is_raw(data, path):
        return _decode_raw(data, limits, reserve)
    before = _before_loading(data, limits)
    image, structure = before.image, before.structure
    if structure is None or structure.is_ended:
        small = load_reduced(image, data, limits, reserve)
    else:
        image, small = _load_broken_off(image, data, structure, limits, reserve)
    return _with_facts(image, data, before, small)


def _before_loading(data: bytes, limits: DecodeLimits) -> _BeforeLoading:
    image = open_picture(data)
    check_pixels(image, limits)  # before anything else: some plugins load to read metadata
    structure = read_structure(data) if image.format in JPEG_FAMILY else None
    size_px, mode = image.size, image.mode
    has_alpha = image.has_transparency_data
    bits = _bits_per_channel(image, data)
    try:
        frames = getattr(image, "n_frames", 1)
    except Exception:  # a later page or frame is damaged, and Pillow is lost somewhere in it
        frames = 1
        image = open_picture(data)
    thumbnails = tuple(other_thumbnails(image, data, structure))
    extras, extras_content = find_extras(image, data, structure, frames)
    return _BeforeLoading(
        image,
        structure,
        size_px,
        mode,
        has_alpha,
        bits,
        frames,
        thumbnails,
        extras,
        extras_content,
        _orientation_turned_by_pillow(image),
    )


def _with_facts(
    image: ImageFile.ImageFile, data: bytes, before: _BeforeLoading, small: ReducedPicture
) -> tuple[_FactsOf, ReducedPicture]:
    """Read the other facts of a loaded picture, and the orientation of its pixels."""
    structure = before.structure
    metadata = read_metadata(image)  # a plugin that turned the picture has changed them
    if metadata.exif_orientation != small.orientation:
        small = replace(small, orientation=metadata.exif_orientation)
    chunks = read_chunks(data)
    decodes_in_full = small.is_whole if chunks.is_sound else False
    if structure is not None and not structure.has_every_scan:
        decodes_in_full = False
    icc_profile = image.info.get("icc_profile")
    quality = (
        estimate_quality(image.quantization)
        if structure is not None and isinstance(image, JpegImageFile)
        else None
    )
    width_px, height_px = before.size_px
    if metadata.exif_orientation >= 5:
        width_px, height_px = height_px, width_px
    frames, extras_content = before.frames, before.extras_content
    parts = read_parts(image, data, structure, xmp_packet(image), metadata.taken, frames)
    if image.format == "HEIF" and "frames" not in before.extras:
        extras_content = packed(_beside_the_picture(parts)) or extras_content
    return (
        partial(
            PhotoFacts,
            format=image.format or "",
            width_px=width_px,
            height_px=height_px,
            exif_orientation=before.turned_by_pillow or metadata.exif_orientation,
            mode=before.mode,
            bits_per_channel=before.bits,
            frames=frames,
            has_alpha=before.has_alpha,
            is_lossless=image.format in _LOSSLESS
            and image.info.get("compression") not in _LOSSY_TIFF_COMPRESSIONS,
            quality=quality,
            taken=metadata.taken,
            camera=metadata.camera,
            has_gps=metadata.has_gps,
            has_caption=metadata.has_caption,
            rating=metadata.rating,
            decodes_in_full=decodes_in_full,
            extras=before.extras,
            extras_digest=blake3(extras_content).digest() if before.extras else None,
            icc_digest=blake3(icc_profile).digest() if icc_profile else None,
            picture_digest=(structure or chunks).picture_digest,
            word_digests=digest_texts(image),
            exposure_ids=read_exposure_ids(image),
            parts=packed((*parts, *own_thumbnails(exif_block(image), before.thumbnails, small))),
        ),
        small,
    )


def _beside_the_picture(parts: Iterable[Part]) -> Iterator[Part]:
    """Give the items and boxes of a HEIF that are its extras; none where frames lie elsewhere."""
    beside = [part for part in parts if part[0] in _KINDS_OF_EXTRAS]
    if all(field != "box:moov" for _, field, _ in beside):
        yield from beside


def _load_broken_off(
    image: ImageFile.ImageFile,
    data: bytes,
    structure: JpegStructure,
    limits: DecodeLimits,
    reserve: Callable[[int], None],
) -> tuple[ImageFile.ImageFile, ReducedPicture]:
    """Load an incomplete JPEG as far as it goes.

    Returns:
        The opened picture, and its pixels; these are complete if only the end marker is missing.

    Raises:
        DecodeFailed: It ends so early that it shows too little.
    """
    with_end = structure.with_end(data)
    opened = open_picture(with_end)
    small = load_reduced(opened, with_end, limits, reserve)
    if structure.lacks_end and is_all_there(with_end, opened.mode):
        return opened, small
    if not structure.shows_all:
        load_reduced(image, data, limits, reserve)
    return opened, replace(small, is_whole=False)


def _orientation_turned_by_pillow(image: ImageFile.ImageFile) -> int | None:
    """The orientation that loading applies and forgets; None without any."""
    if image.format == "TIFF":
        return read_metadata(image).exif_orientation
    return image.info.get("original_orientation")  # HEIF


def _decode_raw(
    data: bytes, limits: DecodeLimits, reserve: Callable[[int], None]
) -> tuple[_FactsOf, ReducedPicture]:
    with RawPhoto(data) as raw:
        metadata = read_tiff_metadata(data)
        words = set(digest_tiff_texts(data))
        exposure_ids = read_tiff_exposure_ids(data)
        small = None
        preview = raw.open_preview()
        if preview is not None:
            try:
                small = load_reduced(preview, data, limits, reserve)
            except DecodeFailed as failed:
                if failed.code is not ProblemCode.DAMAGED:
                    raise
        if preview is not None and small is not None and small.is_whole:
            exposure_ids = merge_exposure_ids(
                exposure_ids,
                read_exposure_ids(preview),
                has_time=metadata.taken is not None,
            )
            metadata = merge(metadata, read_metadata(preview))
            words.update(digest_texts(preview))
            small = replace(small, orientation=raw.preview_orientation(preview))
        else:
            needed_bytes = raw.develop_bytes + len(data)
            check_memory(needed_bytes, raw.width_px, raw.height_px, limits)
            reserve(needed_bytes)
            developed = raw.develop()
            small = shrink(developed, developed.size)
        facts = partial(
            PhotoFacts,
            format=raw.format,
            width_px=raw.width_px,
            height_px=raw.height_px,
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
            word_digests=tuple(sorted(words)),
            exposure_ids=exposure_ids,
        )
    return facts, small


def _bits_per_channel(image: ImageFile.ImageFile, data: bytes) -> int:
    if image.mode in ("I", "F"):
        return 16 if image.format in ("PNG", "PPM") else 32
    if image.mode.startswith("I;16"):
        return 16
    if image.format == "PNG" and data[12:16] == b"IHDR":
        return max(data[24], 8)
    if isinstance(image, TiffImageFile):
        bits = image.tag_v2.get(258, 8)
        return max(int(bits[0] if isinstance(bits, tuple) else bits), 8)
    return int(image.info.get("bit_depth", 8))
