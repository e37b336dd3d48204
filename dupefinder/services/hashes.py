"""All fingerprints of single files, and the distances between two files."""

from dataclasses import dataclass

from dupefinder.core.catalog import StoredContent
from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.pixels import digest_pixels
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.fingerprint.photo_hashes import PhotoHashes, hashes_of
from dupefinder.core.grouping.match_graph import same_pixels
from dupefinder.core.photo_facts import DecodedPhoto

_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class HashedPhoto:
    """A photo and its fingerprints.

    Attributes:
        path: The file.
        size_bytes: Its size.
        photo: The decoded photo.
        hashes: Its fingerprints.
    """

    path: str
    size_bytes: int
    photo: DecodedPhoto
    hashes: PhotoHashes


def hash_photo(path: str) -> HashedPhoto:
    """Read a photo and compute all its fingerprints.

    Raises:
        DecodeFailed: It cannot be read.
    """
    data, size_bytes, _ = read_whole(path, _LIMITS)
    photo = decode_bytes(data, path, _LIMITS)
    return HashedPhoto(path, size_bytes, photo, hashes_of(photo))


@dataclass(frozen=True, slots=True)
class PixelsCompared:
    """Result of comparing the pixels of two photos.

    Attributes:
        equal: True where they are the same; None where that is not known.
        more_in_one: True where one file holds parts beside the picture that the other lacks.
    """

    equal: bool | None
    more_in_one: bool = False


def compare_pixels(one: HashedPhoto, other: HashedPhoto) -> PixelsCompared:
    """Compare the pixels of two photos, whatever their metadata.

    Raises:
        DecodeFailed: One of them cannot be decoded in full.
    """
    ours, theirs = one.photo.facts, other.photo.facts
    if (ours.width_px, ours.height_px) != (theirs.width_px, theirs.height_px):
        return PixelsCompared(equal=False)
    contents = [_content(number, hashed) for number, hashed in enumerate((one, other))]
    if one.photo.digest == other.photo.digest or same_pixels(*contents):
        return PixelsCompared(equal=True)
    digests = {content.pixel_digest for content in contents}
    if None in digests:
        return PixelsCompared(equal=None)
    is_equal = len(digests) == 1
    return PixelsCompared(equal=is_equal, more_in_one=is_equal)


def _content(number: int, hashed: HashedPhoto) -> StoredContent:
    """The content as the catalog would hold it with the digest of its pixels."""
    photo = hashed.photo
    return StoredContent(
        content_id=number,
        digest=photo.digest,
        size_bytes=hashed.size_bytes,
        fingerprint_version=FINGERPRINT_VERSION,
        facts=photo.facts,
        pixel_digest=digest_pixels(hashed.path, photo.facts, _LIMITS),
    )
