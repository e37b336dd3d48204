"""All fingerprints of a photo, for those who ask, and how far two photos are apart in each.

Those of colours and of segments are imagehash's own, taken of the thumbnail.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import imagehash
import numpy as np
from PIL import Image

from dupefinder.core.fingerprint import FINGERPRINTS, Words, hamming_bits
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import Orientation

COLOUR = "colorhash"
SEGMENTS = "crop-resistant"


@dataclass(frozen=True, slots=True, eq=False)
class PhotoHashes:
    """The fingerprints of a photo.

    Attributes:
        words: uint64 (variants, words) by kind.
        colour: imagehash's colour hash.
        segments: imagehash's hash of the picture's segments.
    """

    words: Mapping[str, Words]
    colour: Any
    segments: Any

    def texts(self) -> dict[str, str]:
        """Each of them as imagehash writes it, by kind."""
        upright = {kind: hexadecimal(words[0]) for kind, words in self.words.items()}
        return {**upright, COLOUR: str(self.colour), SEGMENTS: str(self.segments)}


@dataclass(frozen=True, slots=True)
class HashDistance:
    """Distance of two photos in one kind of hash.

    Attributes:
        kind: The kind.
        bits: Bits of a hash.
        distance_bits: Number of differing bits.
        least_bits: Number of differing bits in the best turn of the other photo.
        turn: That turn of the other; None for kinds with one orientation.
    """

    kind: str
    bits: int
    distance_bits: int
    least_bits: int
    turn: Orientation | None = None


def hashes_of(photo: DecodedPhoto) -> PhotoHashes:
    """Compute all fingerprints of a photo; takes some tenths of a second."""
    words = {
        kind: fingerprint.of_greys(photo.grey[np.newaxis])[0]
        for kind, fingerprint in FINGERPRINTS.items()
    }
    with Image.open(io.BytesIO(photo.thumbnail_jpeg)) as thumbnail:
        return PhotoHashes(
            words, imagehash.colorhash(thumbnail), imagehash.crop_resistant_hash(thumbnail)
        )


def distances_between(one: PhotoHashes, other: PhotoHashes) -> list[HashDistance]:
    """Compare two photos in every kind but that of segments, see `segments_between`."""
    found = []
    for kind, fingerprint in FINGERPRINTS.items():
        # Variant o of the other is its hash once it is turned by o.
        distances = hamming_bits(one.words[kind][Orientation.IDENTITY], other.words[kind])
        nearest = int(np.argmin(distances))
        found.append(
            HashDistance(
                kind,
                fingerprint.bits,
                int(distances[Orientation.IDENTITY]),
                int(distances[nearest]),
                Orientation(nearest) if fingerprint.variants > 1 else None,
            )
        )
    apart = int(one.colour - other.colour)
    return [*found, HashDistance(COLOUR, one.colour.hash.size, apart, apart)]


def segments_between(one: PhotoHashes, other: PhotoHashes) -> tuple[int, int, int]:
    """Segments of the one that match, all of them, and bits in which the matching differ."""
    matching, apart = one.segments.hash_diff(other.segments)
    return int(matching), len(one.segments.segment_hashes), int(apart)


def hexadecimal(words: Words) -> str:
    """Write a hash as imagehash does.

    Args:
        words: uint64 (words,).
    """
    return "".join(f"{word:016x}" for word in words.tolist())
