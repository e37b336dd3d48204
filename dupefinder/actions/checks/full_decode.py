"""A photo decoded from its first pixel to its last, within a time limit.

This happens in a helper process, which may hang or crash by itself. The process is kept for the
next photo and ends with the program, or when `close_decoder` is called.
"""

import atexit
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from PIL import Image, ImageSequence
from PIL.JpegImagePlugin import JpegImageFile

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.jpeg_structure import read_structure
from dupefinder.core.decode.limits import JPEG_FAMILY
from dupefinder.core.decode.metadata import xmp_packet
from dupefinder.core.decode.metadata.text_metadata import TextMetadata, read_text_metadata
from dupefinder.core.decode.parts import read_parts
from dupefinder.core.decode.pixels import digest_pixels_of
from dupefinder.core.decode.raw_preview import RawPhoto
from dupefinder.core.decode.workers.process import DecodeProcess
from dupefinder.core.file_parts import FIELD_KINDS, Part
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import ProblemCode

_PLUGINS = {"MPO": "JPEG"}
"""Formats that another format's plugin opens."""
_BYTES_PER_PX = 4
_REDUCED_BY = 8
"""The most by which libjpeg reduces a picture while it decodes it."""
_MOST_FIELD_BYTES = 200

_lock = threading.Lock()
_processes: dict[DecodeLimits, DecodeProcess] = {}


@dataclass(frozen=True, slots=True, eq=False)
class WholePhoto(DecodedPhoto):
    """A photo decoded in full: the result of `decode`, and its faults.

    Attributes:
        pixel_digest: From `pixels.digest_pixels`; None where that gives none, and with a
            fault.
        texts: The texts of the photo; none for a RAW file.
        fields: Its fields of EXIF that a sidecar could hold.
        fault: Why some part of the file cannot be decoded; None when all of it can.
    """

    pixel_digest: bytes | None = None
    texts: TextMetadata = field(default_factory=TextMetadata)
    fields: tuple[Part, ...] = ()
    fault: DecodeFailed | None = None


def read_in_full(path: str, digest: bytes, size_bytes: int, limits: DecodeLimits) -> WholePhoto:
    """Decode a photo in full, and make sure that its bytes have the expected digest.

    Args:
        path: The file.
        digest: 32-byte BLAKE3 digest that its content must have.
        size_bytes: Its size; a large file may take longer to read.
        limits: Limits for decoding it.

    Raises:
        DecodeFailed: It is no usable picture; CHANGED_WHILE_READ for another digest.
    """
    with _lock:
        process = _processes.get(limits)
        if process is None:
            process = _processes[limits] = DecodeProcess(limits, decode_whole)
        photo = process.decode_if(
            path, size_bytes, lambda read: read.digest == digest, lambda _: None
        )
    if photo is None:
        raise DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
    assert isinstance(photo, WholePhoto)  # which `decode_whole` makes
    return photo


def close_decoder() -> None:
    """End the helper process; the next photo starts another one."""
    with _lock:
        while _processes:
            _processes.popitem()[1].close()


atexit.register(close_decoder)


def decode_whole(
    data: bytes,
    path: str,
    limits: DecodeLimits,
    digest: bytes,
    reserve: Callable[[int], None],
    needs_pixels: Callable[[PhotoFacts], bool] = lambda _: True,
) -> WholePhoto:
    """Decode a photo like `decode.decode_bytes`, and every picture of its file in full.

    Args:
        data: The whole file.
        path: Its path.
        limits: Limits for decoding it, except for time.
        digest: BLAKE3 digest of `data`.
        reserve: See `decode.decode_bytes`.
        needs_pixels: Tells whether a photo has to be decoded in full here. Not needed where the
            caller decodes it; faults of its pixels are not found then.

    Raises:
        DecodeFailed: No usable picture.
    """
    photo = decode_bytes(data, path, limits, digest, reserve)
    pixel_digest, fault = None, None
    try:
        if needs_pixels(photo.facts):
            pixel_digest = _decode_all(data, photo.facts, limits)
    except DecodeFailed as failed:
        fault = DecodeFailed(failed.code, failed.detail)  # its traceback would keep the content
    values = {one.name: getattr(photo, one.name) for one in fields(photo)}
    texts, own_fields = TextMetadata(), tuple[Part, ...]()
    if not photo.facts.is_raw:
        texts, own_fields = _read_beside(data, photo.facts)
    return WholePhoto(
        **values, pixel_digest=pixel_digest, texts=texts, fields=own_fields, fault=fault
    )


def _read_beside(data: bytes, facts: PhotoFacts) -> tuple[TextMetadata, tuple[Part, ...]]:
    """Read the texts of a file, and its fields that a sidecar could hold."""
    plugin = _PLUGINS.get(facts.format, facts.format)
    try:
        with Image.open(io.BytesIO(data), formats=(plugin,)) as image:
            structure = read_structure(data) if facts.format in JPEG_FAMILY else None
            packet = xmp_packet(image)
            parts = read_parts(image, data, structure, packet, facts.taken, facts.frames)
            held = (one for one in parts if one[0] in FIELD_KINDS)
            fields = tuple(one for one in held if len(one[2]) <= _MOST_FIELD_BYTES)
            return read_text_metadata(image), fields
    except Exception:  # decoders raise whatever a damaged file provokes
        return TextMetadata(), ()


def _decode_all(data: bytes, facts: PhotoFacts, limits: DecodeLimits) -> bytes | None:
    """Decode all pictures of a file; return the digest of their pixels, where there is one."""
    if facts.decodes_in_full is False:
        raise DecodeFailed(ProblemCode.PARTLY_DAMAGED)
    try:
        if facts.is_raw:
            _develop(data, limits)
        elif digest := _pixel_digest(data, facts, limits):
            return digest
        else:
            _load_pictures(data, facts.format, limits)
    except DecodeFailed:
        raise
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise DecodeFailed(ProblemCode.DAMAGED, str(error)) from error
    return None


def _pixel_digest(data: bytes, facts: PhotoFacts, limits: DecodeLimits) -> bytes | None:
    """As `digest_pixels_of`; None where that takes too much memory."""
    try:
        return digest_pixels_of(data, facts, limits)
    except DecodeFailed as failed:
        if failed.code is not ProblemCode.TOO_LARGE:
            raise
        return None


def _develop(data: bytes, limits: DecodeLimits) -> None:
    with RawPhoto(data) as raw:
        if raw.develop_bytes > limits.max_memory_bytes:
            raise DecodeFailed(ProblemCode.TOO_LARGE, f"{raw.width_px} × {raw.height_px} pixels")
        raw.develop()


def _load_pictures(data: bytes, format_: str, limits: DecodeLimits) -> None:
    plugin = _PLUGINS.get(format_, format_)
    with Image.open(io.BytesIO(data), formats=(plugin,)) as image:
        for picture in ImageSequence.Iterator(image):
            if isinstance(picture, JpegImageFile) and _takes_too_much(picture, limits):
                # All of the file is decoded at any scale; only the result is smaller.
                picture.draft(None, (picture.width // _REDUCED_BY, picture.height // _REDUCED_BY))
            width_px, height_px = picture.size
            if _takes_too_much(picture, limits):
                raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")
            picture.load()


def _takes_too_much(picture: Image.Image, limits: DecodeLimits) -> bool:
    return picture.width * picture.height * _BYTES_PER_PX > limits.max_memory_bytes
